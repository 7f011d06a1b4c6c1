//! Whether a screen that waits can go on, for the page's script. Without it, the page has a link that
//! shows the screen anew.

use std::collections::BTreeMap;
use std::sync::Arc;

use affiant_engine::{Screen, State as Answers, Step, Waiting};
use affiant_guest::Value;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::{self, WebError};
use crate::handler::{Answer, failed, log, visitor};
use crate::session::Session;

/// The screen that the page shows, by its mark.
#[derive(Debug, Deserialize)]
pub(crate) struct Shown {
    #[serde(default)]
    screen: String,
}

/// A word for a screen that waits: another one as soon as anything of it is another. Nobody can tell
/// from it what the screen shows. Empty for one that does not wait.
pub(crate) fn mark(app: &App, session: &Session, screen: &Screen) -> String {
    if screen.waiting.is_none() {
        return String::new();
    }
    let all = format!("{screen:?}");
    let tag = app.master.tag("screen", &[&session.row.id.0, all.as_bytes()]);
    hex::encode(&tag[..8])
}

/// What there is to tell.
#[derive(Serialize)]
struct Told {
    /// There is another screen by now.
    go_on: bool,
    /// What the screen's event says.
    text: Option<String>,
}

/// Looks, and runs the screen's event. Nothing of it is stored.
pub(crate) async fn check_in(
    State(app): State<Arc<App>>,
    Path((interview, step)): Path<(String, u32)>,
    Query(shown): Query<Shown>,
    headers: HeaderMap,
) -> Answer {
    let told = look(&app, &interview, step, &shown.screen, &headers).await;
    told.map_err(|it| failed(&app, &it))
}

async fn look(
    app: &App,
    interview: &str,
    step: u32,
    shown: &str,
    headers: &HeaderMap,
) -> Result<Response, WebError> {
    let opened = visitor(app, interview, headers, Some(step)).await?;
    let (session, state) = opened.ok_or_else(error::no_session)?;
    let outcome = session.loaded.advance(state.clone(), &session.moment(app));
    let told = match &outcome.step {
        Step::Screen(screen)
            if mark(app, &session, screen) == shown && !session.begins(&outcome.state) =>
        {
            waits(app, &session, state, screen)
        }
        _ => Told { go_on: true, text: None },
    };
    Ok(Json(told).into_response())
}

/// What the event of a screen says: a text, or `refresh` to have the page drawn anew.
fn waits(app: &App, session: &Session, state: Answers, screen: &Screen) -> Told {
    let nothing = Told { go_on: false, text: None };
    let Some(Waiting { event: Some(event), .. }) = &screen.waiting else { return nothing };
    let outcome = session.loaded.act(state, event, BTreeMap::new(), &session.moment(app));
    match outcome.step {
        Step::Response(Value::Text(text)) if text == "refresh" => Told { go_on: true, text: None },
        Step::Response(Value::Text(text)) => Told { go_on: false, text: Some(text) },
        Step::Fault(found) => {
            log(&error::of_fault(&found));
            nothing
        }
        Step::Screen(_) | Step::Command(_) | Step::Response(_) => nothing,
    }
}
