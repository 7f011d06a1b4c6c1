//! Deleting one's answers, after a question, for good.

use std::sync::Arc;

use affiant_backend::Subject;
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{Html, IntoResponse as _};

use crate::app::App;
use crate::deleting::Deletion;
use crate::handler::{Answer, as_stored, failed, of_form, see_other};
use crate::page::Frame;
use crate::session::{Session, Wanting};
use crate::{cookie, error, page};

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(interview): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let opened = as_stored(&app, &interview, &headers, Wanting::even_older()).await;
    let opened = opened.map_err(|it| failed(&app, &it))?;
    let Some((session, _)) = opened else { return Err(failed(&app, &error::no_session())) };
    session.demand_owning().map_err(|it| failed(&app, &it))?;
    let held = app.held(Subject::Session(session.row.id)).await;
    let page = match held.map_err(|it| failed(&app, &it.into()))?.and_then(|it| it.until) {
        Some(until) => held_page(&app, &session, until),
        None => page::delete(&app, &session),
    };
    Ok(Html(page).into_response())
}

fn held_page(app: &App, session: &Session, until: i64) -> String {
    let interview = &session.row.interview;
    let action = format!("/i/{interview}/delete/keep");
    let back = format!("/i/{interview}/{}", session.row.last_step);
    let waiting = app.waiting(until, "answers", action, back);
    page::site::held(app, &Frame::session(app, session), &waiting)
}

/// Takes back a deletion that waits for the end of a hold.
pub(crate) async fn keep(
    State(app): State<Arc<App>>,
    Path(interview): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let done = async {
        let session = of_form(&app, &interview, &headers, request).await?;
        session.demand_owning()?;
        app.keep(Subject::Session(session.row.id)).await?;
        Ok(see_other(&format!("/i/{interview}/{}", session.row.last_step)))
    };
    done.await.map_err(|it| failed(&app, &it))
}

pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    Path(interview): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let session = of_form(&app, &interview, &headers, request).await;
    let session = session.map_err(|it| failed(&app, &it))?;
    let done = session.delete(&app).await.map_err(|it| failed(&app, &it))?;
    if let Deletion::Held(until) = done {
        return Ok(Html(held_page(&app, &session, until)).into_response());
    }
    let cookie = cookie::clear(&app.settings, &interview);
    Ok(([(SET_COOKIE, cookie)], Html(page::deleted(&app))).into_response())
}
