//! The pages' handlers, one file each.

pub(crate) mod account;
pub(crate) mod admin;
pub(crate) mod assets;
pub(crate) mod choices;
pub(crate) mod delete;
pub(crate) mod document;
pub(crate) mod language;
pub(crate) mod list;
pub(crate) mod lookup;
pub(crate) mod older;
pub(crate) mod privacy;
pub(crate) mod reports;
pub(crate) mod resume;
pub(crate) mod screen;
pub(crate) mod scripts;
pub(crate) mod start;
pub(crate) mod status;
pub(crate) mod waiting;

use std::sync::Arc;

use affiant_backend::SessionRow;
use affiant_engine::State;
use axum::extract::Request;
use axum::http::header::{LOCATION, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};

use crate::app::App;
use crate::cookie::Held;
use crate::error::WebError;
use crate::form::Form;
use crate::session::{Holder, Session, Wanting};
use crate::{caller, cookie, error, page, session};

/// What a handler gives.
pub(crate) type Answer = Result<Response, Failed>;

/// A failed request with the page that says so.
pub(crate) struct Failed(Box<Response>);

impl axum::response::IntoResponse for Failed {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// Draws the page of a failed request and logs its cause.
pub(crate) fn failed(app: &App, error: &WebError) -> Failed {
    log(error);
    let body = page::error(app, error);
    let mut response = (error.status, Html(body)).into_response();
    set_retry_after(&mut response, error);
    Failed(Box::new(response))
}

/// Says when waiting helps.
pub(crate) fn set_retry_after(response: &mut Response, error: &WebError) {
    if let Some(seconds) = error.retry_after {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// Logs what went wrong, once, at the border. Causes name places, never answers.
pub(crate) fn log(error: &WebError) {
    let Some(source) = &error.source else { return };
    let mut causes = source.to_string();
    let mut next = source.source();
    while let Some(cause) = next {
        causes.push_str(": ");
        causes.push_str(&cause.to_string());
        next = cause.source();
    }
    if error.status.is_server_error() {
        tracing::error!(status = error.status.as_u16(), causes, "a request failed");
    } else {
        tracing::info!(status = error.status.as_u16(), causes, "a request was refused");
    }
}

/// 303: the browser asks for the next page by GET.
pub(crate) fn see_other(to: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, to.to_owned())]).into_response()
}

/// 303 that also sets a cookie.
pub(crate) fn see_other_with(to: &str, cookie: String) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, to.to_owned()), (SET_COOKIE, cookie)]).into_response()
}

/// The visitor's session of an interview as it was after a step, if there is one.
pub(crate) async fn visitor(
    app: &App,
    interview: &str,
    headers: &HeaderMap,
    step: Option<u32>,
) -> Result<Option<(Session, State)>, WebError> {
    let opened = as_stored(app, interview, headers, Wanting::step(step)).await?;
    let Some((mut session, state)) = opened else { return Ok(None) };
    let wanted = language::wanted(app, interview, headers);
    let state = session.speak(app, state, wanted.as_ref());
    let state = session.settle(app, state).await?;
    Ok(Some((session, state)))
}

/// The visitor's session of an interview, as it is stored.
pub(crate) async fn as_stored(
    app: &App,
    interview: &str,
    headers: &HeaderMap,
    wanting: Wanting,
) -> Result<Option<(Session, State)>, WebError> {
    match cookie::held(&app.settings, interview, headers) {
        None => Ok(None),
        Some(Held::Token(token)) => {
            session::open(app, token, wanting, |it| it.interview == interview).await
        }
        Some(Held::Session(id)) => match caller::answering(app, headers).await? {
            Some(person) => {
                let holder = Holder::Person(Arc::clone(&person));
                let is_meant = |it: &SessionRow| it.interview == interview;
                session::open_owned(app, &person, holder, id, wanting, is_meant).await
            }
            None => Ok(None),
        },
    }
}

/// The session that a form about it as a whole was sent from, be it as old as it may.
pub(crate) async fn of_form(
    app: &App,
    interview: &str,
    headers: &HeaderMap,
    request: Request,
) -> Result<Session, WebError> {
    let form = Form::read(request).await?;
    let opened = as_stored(app, interview, headers, Wanting::even_older()).await?;
    let (session, _) = opened.ok_or_else(error::no_session)?;
    if form.is_ours(&session.holder) { Ok(session) } else { Err(error::foreign_form()) }
}
