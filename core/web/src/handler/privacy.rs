//! What is kept, and for whom the pages work.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{Html, IntoResponse as _, Response};

use crate::app::App;
use crate::page;

pub(crate) async fn privacy(State(app): State<Arc<App>>) -> Response {
    Html(page::privacy(&app)).into_response()
}

pub(crate) async fn accessibility(State(app): State<Arc<App>>) -> Response {
    Html(page::accessibility(&app)).into_response()
}
