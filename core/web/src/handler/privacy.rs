//! What is kept, who can open it, and for whom the pages work.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{Html, IntoResponse as _, Response};

use crate::app::App;
use crate::built_in::BuiltIn;
use crate::error::{WebError, not_found};
use crate::handler::{Answer, failed, language};
use crate::page;
use crate::page::frame::Frame;
use crate::page::plugins::{Board, public};
use crate::page::privacy::{self, Truth};
use crate::running::{self, Running};

/// The page, or the same for a program that asks for JSON.
pub(crate) async fn privacy(State(app): State<Arc<App>>, headers: HeaderMap) -> Answer {
    let truth = truth(&app).await.map_err(|it| failed(&app, &it))?;
    let vary = [(header::VARY, HeaderName::from_static("accept").as_str().to_owned())];
    if accepts(&headers, LINKED) {
        return Ok(
            (vary, linked_data(&app, &truth.plugins.running(None), &app.built_in)).into_response()
        );
    }
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

/// What plugins do, as linked data, under an address of its own.
pub(crate) async fn linked(State(app): State<Arc<App>>) -> Response {
    linked_data(&app, &running::everywhere(&app), &app.built_in)
}

/// What plugins do in one interview: the page, or linked data.
pub(crate) async fn of_interview(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let entry = app.catalogue.get(&name).and_then(|it| it.loaded);
    let loaded = entry.ok_or_else(|| failed(&app, &not_found()))?;
    let running = running::in_interview(&app, &name);
    let vary = [(header::VARY, HeaderName::from_static("accept").as_str().to_owned())];
    if accepts(&headers, LINKED) {
        return Ok((vary, linked_data(&app, &running, &[])).into_response());
    }
    let wanted = language::wanted(&app, &name, &headers).map(|it| it.language);
    let frame = Frame::interview(&app, &name, loaded.interview());
    let frame = frame.speaking(loaded.interview(), wanted);
    let context = privacy::of_interview(&app.theme, &frame, &running);
    Ok((vary, Html(app.theme.draw("privacy-interview.html", context))).into_response())
}

/// The media type of linked data.
const LINKED: &str = "application/ld+json";

fn linked_data(app: &App, running: &[Arc<Running>], built_in: &[BuiltIn]) -> Response {
    let told = public::linked(running, built_in, &app.settings.origin);
    ([(header::CONTENT_TYPE, LINKED)], Json(told)).into_response()
}

pub(crate) async fn accessibility(State(app): State<Arc<App>>) -> Response {
    Html(page::accessibility(&app)).into_response()
}

/// What is true of privacy now.
pub(crate) async fn truth(app: &App) -> Result<Truth, WebError> {
    let history = app.switches.history();
    let held = app.switches.held().await?;
    let now = app.clock.seconds();
    let built_in = Arc::clone(&app.built_in);
    let providers = app.provided();
    let plugins = Board { known: app.plugins.known(), built_in, providers, now };
    Ok(Truth { history, now, own: own(app), held, plugins })
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
    accepts(headers, "application/json")
}

fn accepts(headers: &HeaderMap, media_type: &str) -> bool {
    let accepted = headers.get(ACCEPT).and_then(|it| it.to_str().ok()).unwrap_or_default();
    accepted.contains(media_type) && !accepted.contains("text/html")
}
