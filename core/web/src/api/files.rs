//! The files of a session.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse as _;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::handler::{Answer, By, open};
use crate::api::wire;
use crate::app::App;
use crate::handler::document::Made;
use crate::upload;

/// The files that were sent in a session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Files {
    pub(crate) files: Vec<Sent>,
}

/// A file that was sent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Sent {
    /// What it is asked for by.
    pub(crate) file: String,
    /// As its sender named it.
    pub(crate) name: String,
}

/// The files that were sent in a session.
#[utoipa::path(get, path = "/api/v1/sessions/{id}/files", security(("token" = []), ("key" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = Files), (status = 401, body = wire::Problem), (status = 404, body = wire::Problem)))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    by: By,
    headers: HeaderMap,
) -> Answer {
    let (session, _) = open(&app, &id, &by, &headers, None).await?;
    let named = upload::names(&app, &session).await?;
    let files = named.into_iter().map(|(file, name)| Sent { file, name }).collect();
    Ok(Json(Files { files }).into_response())
}

/// A file that was sent.
#[utoipa::path(get, path = "/api/v1/sessions/{id}/files/{file}", security(("token" = []), ("key" = [])),
    params(("id" = String, Path), ("file" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 401, body = wire::Problem), (status = 404, body = wire::Problem)))]
pub(crate) async fn file(
    State(app): State<Arc<App>>,
    Path((id, file)): Path<(String, String)>,
    by: By,
    headers: HeaderMap,
) -> Answer {
    let (session, _) = open(&app, &id, &by, &headers, None).await?;
    let (name, bytes) = upload::content(&app, &session, &file).await?;
    Ok(Made::of_file(name, bytes).download())
}
