//! What is kept, who can open it, and for whom the pages work.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{Html, IntoResponse as _, Response};

use crate::app::App;
use crate::error::WebError;
use crate::handler::{Answer, failed};
use crate::page;
use crate::page::frame::Frame;
use crate::page::privacy::{self, Truth};

/// The page, or the same for a program that asks for JSON.
pub(crate) async fn privacy(State(app): State<Arc<App>>, headers: HeaderMap) -> Answer {
    let truth = truth(&app).await.map_err(|it| failed(&app, &it))?;
    let vary = [(header::VARY, HeaderName::from_static("accept").as_str().to_owned())];
    if wants_json(&headers) {
        return Ok((vary, Json(privacy::json(&app.theme, &truth))).into_response());
    }
    let context = privacy::context(&app.theme, &Frame::site(&app), &truth);
    Ok((vary, Html(app.theme.draw("privacy.html", context))).into_response())
}

/// The same for programs, under an address of its own.
pub(crate) async fn json(State(app): State<Arc<App>>) -> Answer {
    let truth = truth(&app).await.map_err(|it| failed(&app, &it))?;
    Ok(Json(privacy::json(&app.theme, &truth)).into_response())
}

pub(crate) async fn accessibility(State(app): State<Arc<App>>) -> Response {
    Html(page::accessibility(&app)).into_response()
}

/// What is true of privacy now.
pub(crate) async fn truth(app: &App) -> Result<Truth, WebError> {
    let history = app.switches.history();
    let held = app.switches.held().await?;
    Ok(Truth { history, now: app.clock.seconds(), own: own(app), held })
}

/// The interviews that are listed and keep their sessions for another time.
fn own(app: &App) -> Vec<(String, u32)> {
    let all = app.catalogue.all().into_iter();
    let own = all.filter_map(|(_, entry)| {
        let loaded = entry.loaded?;
        let metadata = &loaded.interview().metadata;
        (!metadata.unlisted).then_some((metadata.title.clone(), metadata.keep_days?))
    });
    own.collect()
}

/// Whether a program asks: browsers ask for HTML first.
fn wants_json(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT).and_then(|it| it.to_str().ok()).unwrap_or_default();
    accepted.contains("application/json") && !accepted.contains("text/html")
}
