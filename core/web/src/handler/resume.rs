//! Save and return: a code to write down, and the way back in.

use std::sync::Arc;

use affiant_guard::Attempt;
use affiant_vault::Token;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse as _};

use crate::app::App;
use crate::client::Client;
use crate::error::WebError;
use crate::form::Form;
use crate::handler::{Answer, failed, see_other_with, visitor};
use crate::{cookie, error, page, session};

pub(crate) async fn show(State(app): State<Arc<App>>, Path(interview): Path<String>) -> Answer {
    let loaded = session::loaded(&app, &interview).map_err(|it| failed(&app, &it))?;
    Ok(Html(page::resume(&app, &interview, loaded.interview(), false)).into_response())
}

/// Goes on with a code. A wrong one is told in the same words whatever is wrong with it.
pub(crate) async fn resume(
    State(app): State<Arc<App>>,
    Path(interview): Path<String>,
    client: Client,
    request: Request,
) -> Answer {
    let form = Form::read(request).await.map_err(|it| failed(&app, &it))?;
    let loaded = session::loaded(&app, &interview).map_err(|it| failed(&app, &it))?;
    let found = counted(&app, client, &interview, form.own("code")).await;
    let found = found.map_err(|it| failed(&app, &it))?;
    let Some(token) = found else {
        let body = page::resume(&app, &interview, loaded.interview(), true);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(body)).into_response());
    };
    let cookie = cookie::set(&app.settings, &interview, &token, app.keep_days());
    // Behind the last step there is none: the screen's handler leads to the last.
    Ok(see_other_with(&format!("/i/{interview}/{}", u32::MAX), cookie))
}

/// Looks for the session of a code, if its address has a try left.
async fn counted(
    app: &App,
    client: Client,
    interview: &str,
    code: &str,
) -> Result<Option<Token>, WebError> {
    let now = app.clock.seconds();
    let admitted = app.guard.admit(Attempt::Resume { from: client.0 }, now).await?;
    match session::resume(app, interview, code).await {
        Ok(Some(token)) => {
            app.guard.right(admitted, now).await?;
            Ok(Some(token))
        }
        Ok(None) => {
            app.guard.wrong(admitted, now).await?;
            Ok(None)
        }
        Err(error) => {
            app.guard.undone(admitted, now).await?;
            Err(error)
        }
    }
}

/// Shows a new code.
pub(crate) async fn save(
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
    let code = session.resume_code(&app).await.map_err(|it| failed(&app, &it))?;
    Ok(Html(page::saved(&app, &session, code.as_deref())).into_response())
}
