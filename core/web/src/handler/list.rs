//! The list of interviews.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{Html, IntoResponse as _, Response};

use crate::app::App;
use crate::page;

pub(crate) async fn show(State(app): State<Arc<App>>) -> Response {
    Html(page::list(&app)).into_response()
}
