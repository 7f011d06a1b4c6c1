//! The JSON API under `/api/v1`.

mod handler;
mod wire;

use axum::response::{IntoResponse as _, Response};

use crate::access::Access::{Anybody, Holder};
use crate::error::WebError;
use crate::router::{Route, delete, get, post};

/// What the addresses of the API begin with.
pub(crate) const ROOT: &str = "/api/v1";

/// The routes of the API.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/interviews", Anybody, handler::interviews),
        post("/api/v1/sessions", Anybody, handler::create),
        get("/api/v1/sessions/{id}", Holder, handler::show),
        delete("/api/v1/sessions/{id}", Holder, handler::delete),
        post("/api/v1/sessions/{id}/answers", Holder, handler::answer),
        post("/api/v1/sessions/{id}/back", Holder, handler::back),
        post("/api/v1/sessions/{id}/action", Holder, handler::action),
        get("/api/v1/sessions/{id}/documents/{name}", Holder, handler::document),
        get("/api/v1/openapi.json", Anybody, handler::openapi),
    ]
}

/// A request that was refused before its handler ran.
pub(crate) fn refused(error: WebError) -> Response {
    handler::Failed::from(error).into_response()
}
