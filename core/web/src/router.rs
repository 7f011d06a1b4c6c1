//! Every route.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::app::App;
use crate::handler::{assets, delete, document, list, privacy, resume, screen, start, status};
use crate::{api, form, headers};

/// The pages and the API.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(list::show))
        .route("/i/{interview}", get(start::show))
        .route("/i/{interview}/sessions", post(start::begin))
        .route("/i/{interview}/resume", get(resume::show).post(resume::resume))
        .route("/i/{interview}/save", post(resume::save))
        .route("/i/{interview}/delete", get(delete::show).post(delete::delete))
        .route("/i/{interview}/{step}", get(screen::show).post(screen::answer))
        .route("/i/{interview}/{step}/document/{name}", get(document::document))
        .route("/i/{interview}/{step}/file/{id}", get(document::file))
        .route("/privacy", get(privacy::privacy))
        .route("/accessibility", get(privacy::accessibility))
        .route("/assets/{name}", get(assets::asset))
        .route("/health/live", get(status::live))
        .route("/health/ready", get(status::ready))
        .nest("/api/v1", api::routes())
        .fallback(status::nothing_here)
        .layer(DefaultBodyLimit::max(form::BODY_LIMIT))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(status::panicked))
        .layer(middleware::from_fn(headers::add))
        .with_state(app)
}
