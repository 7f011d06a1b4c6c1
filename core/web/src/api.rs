//! The JSON API under `/api/v1`.

mod handler;
mod wire;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

/// The routes, below `/api/v1`.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/interviews", get(handler::interviews))
        .route("/sessions", post(handler::create))
        .route("/sessions/{id}", get(handler::show).delete(handler::delete))
        .route("/sessions/{id}/answers", post(handler::answer))
        .route("/sessions/{id}/back", post(handler::back))
        .route("/sessions/{id}/action", post(handler::action))
        .route("/sessions/{id}/documents/{name}", get(handler::document))
        .route("/openapi.json", get(handler::openapi))
}
