//! Whether the server lives, and what it says when something is missing or breaks.

use std::any::Any;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};

use crate::app::App;
use crate::error::not_found;
use crate::handler::{Failed, failed};
use crate::theme::english;

pub(crate) async fn live() -> &'static str {
    "live\n"
}

/// Ready when the store and the keyring answer, and where files lie elsewhere that storage too.
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Response {
    let missing = |it: &'static str| (StatusCode::SERVICE_UNAVAILABLE, it).into_response();
    if app.store.check().await.is_err() {
        return missing("the store does not answer\n");
    }
    if app.keyring.ring().check_keyring().await.is_err() {
        return missing("the keyring does not answer\n");
    }
    match &app.objects {
        Some(objects) if !matches!(objects.owner().await, Ok(Some(_))) => {
            missing("the storage of files does not answer\n")
        }
        _ => "ready\n".into_response(),
    }
}

pub(crate) async fn nothing_here(State(app): State<Arc<App>>) -> Failed {
    failed(&app, &not_found())
}

/// The page of a bug. The message of a panic may hold anything, so it is not looked at.
pub(crate) fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a request met a bug and was ended");
    let (title, text) = (english("error_internal_title"), english("error_internal_text"));
    let body = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
        <h1>{title}</h1><p>{text}</p></html>"
    );
    (StatusCode::INTERNAL_SERVER_ERROR, Html(body)).into_response()
}
