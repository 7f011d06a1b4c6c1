//! What mail does, and the mail of a server for authors.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{Html, IntoResponse as _};

use crate::app::{App, Post};
use crate::caller::Caller;
use crate::error::{internal, not_found};
use crate::handler::{Answer, failed};
use crate::page::admin::{self, MailState};

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let waiting = app.store.waiting_mail().await.map_err(|it| failed(&app, &it.into()))?;
    let state = match (&app.post, app.post.mailer()) {
        (Post::Folder(_), _) => MailState::Folder,
        (_, None) => MailState::Nowhere,
        (_, Some(mailer)) => match mailer.check().await {
            Ok(()) => MailState::Works,
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                MailState::Fails(cause.unwrap_or_else(|| error.to_string()))
            }
        },
    };
    Ok(Html(admin::mail(&app, &caller, &state, waiting)).into_response())
}

/// The mails that would have been sent.
pub(crate) async fn dev(State(app): State<Arc<App>>) -> Answer {
    let Post::Folder(folder) = &app.post else { return Err(failed(&app, &not_found())) };
    let folder = Arc::clone(folder);
    let read = tokio::task::spawn_blocking(move || folder.newest()).await;
    let mails = read.map_err(internal).and_then(|it| it.map_err(internal));
    let mails = mails.map_err(|it| failed(&app, &it))?;
    Ok(Html(admin::dev_mail(&app, &mails)).into_response())
}
