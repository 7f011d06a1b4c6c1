//! A session that was put back to an older state: what that means, and what becomes of it.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse as _};

use crate::app::App;
use crate::handler::{Answer, as_stored, failed, of_form, see_other};
use crate::session::Wanting;
use crate::{error, page};

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(interview): Path<String>,
    headers: HeaderMap,
) -> Answer {
    show_to(&app, &interview, &headers).await
}

/// The page for whoever asked for another one of the session.
pub(crate) async fn show_to(app: &App, interview: &str, headers: &HeaderMap) -> Answer {
    let opened = as_stored(app, interview, headers, Wanting::even_older()).await;
    let opened = opened.map_err(|it| failed(app, &it))?;
    let Some((session, _)) = opened else { return Err(failed(app, &error::no_session())) };
    if !session.is_put_back() {
        return Ok(see_other(&format!("/i/{interview}/{}", session.row.last_step)));
    }
    Ok((error::put_back().status, Html(page::older(app, &session))).into_response())
}

pub(crate) async fn go_on(
    State(app): State<Arc<App>>,
    Path(interview): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let done = async {
        let session = of_form(&app, &interview, &headers, request).await?;
        session.go_on_from_here(&app).await?;
        Ok(see_other(&format!("/i/{interview}/{}", session.row.last_step)))
    };
    done.await.map_err(|it| failed(&app, &it))
}
