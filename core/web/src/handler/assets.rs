//! Styles and scripts of the theme. Their names carry a digest, so browsers may keep them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse as _;

use crate::app::App;
use crate::error::not_found;
use crate::handler::{Answer, failed};

pub(crate) async fn asset(State(app): State<Arc<App>>, Path(name): Path<String>) -> Answer {
    let Some((media_type, bytes)) = app.theme.asset(&name) else {
        return Err(failed(&app, &not_found()));
    };
    let headers =
        [(CONTENT_TYPE, media_type), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, bytes.to_vec()).into_response())
}
