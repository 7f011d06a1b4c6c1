//! A copy of everything that an account holds, as a ZIP archive that is made while it is sent: no
//! more than one file of it is in memory at a time, and nothing of it is ever on a disk of ours.

pub(crate) mod answers;
mod archive;
mod content;
mod table;

use std::io;
use std::sync::Arc;

use affiant_account::{Person, Program, Unlocked};
use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use tokio::sync::mpsc;

use crate::app::App;
use crate::handler::log;

/// Who takes the copy; their key lives until it is sent.
pub(crate) enum Whose {
    Person(Arc<Person>),
    Program(Arc<Program>),
}

impl Whose {
    fn unlocked(&self) -> Option<&Unlocked> {
        match self {
            Self::Person(person) => Some(person),
            Self::Program(program) => program.unlocked.as_ref(),
        }
    }
}

/// Pieces that wait to be sent.
const WAITING: usize = 4;

/// Answers with the archive. When something goes wrong on the way, the download breaks off, and
/// browsers say so.
pub(crate) fn respond(app: Arc<App>, whose: Whose) -> Response {
    let (sender, mut receiver) = mpsc::channel::<Result<Bytes, io::Error>>(WAITING);
    let date = app.clock.local().date();
    tokio::spawn(async move {
        let Some(unlocked) = whose.unlocked() else { return };
        if let Err(error) = content::write(&app, unlocked, &sender).await {
            // Whoever asked may have gone away: that is no fault.
            if sender.is_closed() {
                return;
            }
            log(&error);
            let broken = io::Error::other("the copy could not be made whole");
            drop(sender.send(Err(broken)).await);
        }
    });
    let pieces = futures::stream::poll_fn(move |ctx| receiver.poll_recv(ctx));
    let headers = [
        (CONTENT_TYPE, "application/zip".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"my-copy-{date}.zip\"")),
    ];
    (headers, Body::from_stream(pieces)).into_response()
}
