//! Suggestions while somebody types, for the page's script. Without it the screen's own form asks.

use std::sync::Arc;

use affiant_engine::Step;
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use crate::app::App;
use crate::error::{self, WebError};
use crate::form::Form;
use crate::handler::{Answer, failed, visitor};
use crate::suggesting::{Found, look_up};

/// What was found.
#[derive(Serialize)]
struct Matches {
    matches: Vec<Match>,
}

/// Something that was found.
#[derive(Serialize)]
struct Match {
    label: String,
    /// What it fills in, as the form posts it.
    fills: Vec<(String, String)>,
}

/// Asks for what was typed, which comes in the body: addresses are kept by too many.
pub(crate) async fn suggest(
    State(app): State<Arc<App>>,
    Path((interview, step)): Path<(String, u32)>,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let found = suggested(&app, &interview, step, &headers, request).await;
    found.map_err(|it| failed(&app, &it))
}

async fn suggested(
    app: &App,
    interview: &str,
    step: u32,
    headers: &HeaderMap,
    request: Request,
) -> Result<Response, WebError> {
    let form = Form::read(request).await?;
    let opened = visitor(app, interview, headers, Some(step)).await?;
    let (session, state) = opened.ok_or_else(error::no_session)?;
    if !form.is_ours(&session.holder) {
        return Err(error::foreign_form());
    }
    let outcome = session.loaded.advance(state, &session.moment(app));
    let Step::Screen(screen) = &outcome.step else { return Err(error::not_found()) };
    let asked = (form.own("_lookup"), form.own("_typed"));
    Ok(match look_up(app, &session, screen, asked).await? {
        Found::These(all) => {
            let one = |it: &crate::suggesting::Suggested| Match {
                label: it.label.clone(),
                fills: it.entries(screen),
            };
            Json(Matches { matches: all.iter().map(one).collect() }).into_response()
        }
        Found::Short(_) => Json(Matches { matches: Vec::new() }).into_response(),
        Found::Often => StatusCode::TOO_MANY_REQUESTS.into_response(),
        Found::Failed => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    })
}
