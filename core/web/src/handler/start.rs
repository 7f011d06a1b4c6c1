//! The start page of an interview, and the start itself.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse as _};

use crate::app::App;
use crate::handler::{Answer, failed, language, see_other_with, visitor};
use crate::{cookie, error, page, session};

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(interview): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let entry = app.catalogue.get(&interview).ok_or_else(|| failed(&app, &error::not_found()))?;
    let loaded = match entry.loaded.clone() {
        Some(loaded) if !page::shows_mistakes(&app, &entry) => loaded,
        _ => return Ok(page::broken(&app, &entry).into_response()),
    };
    let open = visitor(&app, &interview, &headers, None).await.map_err(|it| failed(&app, &it))?;
    let step = open.map(|(session, _)| session.row.last_step);
    let wanted = language::wanted(&app, &interview, &headers).map(|it| it.language);
    Ok(Html(page::start(&app, &interview, loaded.interview(), step, wanted)).into_response())
}

pub(crate) async fn begin(State(app): State<Arc<App>>, Path(interview): Path<String>) -> Answer {
    let (session, _) = session::create(&app, &interview).await.map_err(|it| failed(&app, &it))?;
    let cookie = cookie::set(&app.settings, &interview, &session.token, app.settings.keep_days);
    Ok(see_other_with(&format!("/i/{interview}/0"), cookie))
}
