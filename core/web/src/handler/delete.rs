//! Deleting one's answers, after a question, for good.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{Html, IntoResponse as _};

use crate::app::App;
use crate::form::Form;
use crate::handler::{Answer, failed, visitor};
use crate::{cookie, error, page};

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(interview): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let opened = visitor(&app, &interview, &headers, None).await.map_err(|it| failed(&app, &it))?;
    let Some((session, _)) = opened else { return Err(failed(&app, &error::no_session())) };
    session.demand_owning().map_err(|it| failed(&app, &it))?;
    Ok(Html(page::delete(&app, &session)).into_response())
}

pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    Path(interview): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let form = Form::read(request).await.map_err(|it| failed(&app, &it))?;
    let opened = visitor(&app, &interview, &headers, None).await.map_err(|it| failed(&app, &it))?;
    let Some((session, _)) = opened else { return Err(failed(&app, &error::no_session())) };
    if !form.is_ours(&session.holder) {
        return Err(failed(&app, &error::foreign_form()));
    }
    session.delete(&app).await.map_err(|it| failed(&app, &it))?;
    let cookie = cookie::clear(&app.settings, &interview);
    Ok(([(SET_COOKIE, cookie)], Html(page::deleted(&app))).into_response())
}
