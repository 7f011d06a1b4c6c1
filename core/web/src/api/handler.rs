//! The API's handlers.

use std::collections::BTreeMap;
use std::sync::Arc;

use affiant_account::Program;
use affiant_backend::SessionId;
use affiant_engine::{Outcome, Rejected, Screen, State as Answers, Step, Submission};
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::OpenApi;

use crate::api::wire::Waits;
use crate::api::{account, activity, files, reading, suggestions, wire};
use crate::app::App;
use crate::day::day;
use crate::deleting::Deletion;
use crate::error::{self, WebError};
use crate::handler::screen::{DELIVER, LOOK, parse_action, plain};
use crate::handler::{document as documents, log, set_retry_after};
use crate::program::bearer;
use crate::session::{self, Holder, Session, StorageOr, Wanting};
use crate::theme::english;
use crate::{cookie, delivering, upload};

/// A failed request as programs read it.
pub(crate) struct Failed {
    error: WebError,
    /// A word for programs, where the status does not say enough.
    code: Option<&'static str>,
}

impl From<WebError> for Failed {
    fn from(error: WebError) -> Self {
        let code = error.is_put_back().then_some("put_back");
        Self { error, code }
    }
}

/// The server has no key to what was asked for.
pub(super) fn key_required() -> Failed {
    Failed { error: error::key_required(), code: Some("key_required") }
}

impl From<JsonRejection> for Failed {
    fn from(rejection: JsonRejection) -> Self {
        let mut error = error::bad_form("error_form_json");
        error.status = rejection.status();
        error.into()
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        log(&self.error);
        let WebError { status, title, message, .. } = self.error;
        let body = wire::Problem {
            title: english(title).to_owned(),
            status: status.as_u16(),
            detail: english(message).to_owned(),
            code: self.code.map(str::to_owned),
        };
        let mut response =
            (status, [(CONTENT_TYPE, "application/problem+json")], Json(body)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        set_retry_after(&mut response, &self.error);
        response
    }
}

pub(super) type Answer = Result<Response, Failed>;

/// The interviews of this server.
#[utoipa::path(get, path = "/api/v1/interviews", responses((status = 200, body = wire::Interviews)))]
pub(crate) async fn interviews(State(app): State<Arc<App>>) -> Json<wire::Interviews> {
    let listed = |(name, entry): (String, crate::catalogue::Entry)| {
        let metadata = entry.loaded?.interview().metadata.clone();
        (!metadata.unlisted).then_some(wire::Interview { name, title: metadata.title })
    };
    Json(wire::Interviews {
        interviews: app.catalogue.all().into_iter().filter_map(listed).collect(),
    })
}

/// Starts an interview.
#[utoipa::path(post, path = "/api/v1/sessions", request_body = wire::Start,
    responses((status = 201, body = wire::Session), (status = 404, body = wire::Problem)))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    body: Result<Json<wire::Start>, JsonRejection>,
) -> Answer {
    let Json(start) = body?;
    let (session, outcome) = session::create(&app, &start.interview).await?;
    let mut made = present(&session, 0, &outcome)?;
    if let Holder::Visitor(token) = &session.holder {
        made.token = Some(cookie::encode(token));
    }
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

/// Which screen of a session to show.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct At {
    step: Option<u32>,
}

/// The present screen, or that of an earlier step.
#[utoipa::path(get, path = "/api/v1/sessions/{id}", security(("token" = []), ("key" = [])),
    params(("id" = String, Path), ("step" = Option<u32>, Query)),
    responses((status = 200, body = wire::Session), (status = 401, body = wire::Problem), (status = 404, body = wire::Problem)))]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    by: By,
    Query(at): Query<At>,
    headers: HeaderMap,
) -> Answer {
    let (session, state) = open(&app, &id, &by, &headers, at.step).await?;
    let step = at.step.unwrap_or(session.row.last_step).min(session.row.last_step);
    let outcome = session.loaded.advance(state, &session.moment(&app));
    Ok(Json(present(&session, step, &outcome)?).into_response())
}

/// Answers a screen.
#[utoipa::path(post, path = "/api/v1/sessions/{id}/answers", security(("token" = []), ("key" = [])),
    params(("id" = String, Path)), request_body = wire::Answers,
    responses((status = 200, body = wire::Session), (status = 409, body = wire::Problem), (status = 422, body = wire::Refused)))]
pub(crate) async fn answer(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    by: By,
    headers: HeaderMap,
    body: Result<Json<wire::Answers>, JsonRejection>,
) -> Answer {
    let Json(sent) = body?;
    let (mut session, state) = open(&app, &id, &by, &headers, sent.step).await?;
    let step = at_revision(&session, sent.revision, sent.step)?;
    let (base, mut changes) = with_memory(&app, &session, step, state).await?;
    let read = |screen: &Screen| {
        let mut submission = Submission::default();
        for (name, value) in &sent.by_field {
            let field = screen.fields.iter().find(|it| it.name == *name);
            if field.is_none() {
                return Err(Rejected::Unknown { names: vec![name.clone()] });
            }
            if let Some(input) = wire::input(field, value) {
                submission.answers.insert(name.clone(), input);
            }
        }
        Ok(submission)
    };
    match session.loaded.answer_with(base, &session.moment(&app), read) {
        Ok(outcome) => {
            changes.extend(outcome.changes.iter().cloned());
            store(&app, &mut session, step, &changes, outcome).await
        }
        Err(Rejected::Fields { errors, .. }) => {
            let error = |it: affiant_engine::FieldError| wire::WireError {
                field: it.field,
                message: it.message,
            };
            Ok(refused(errors.into_iter().map(error).collect()))
        }
        Err(Rejected::Unknown { names }) => {
            let error = |field| wire::WireError {
                field,
                message: "This screen does not ask for it".to_owned(),
            };
            Ok(refused(names.into_iter().map(error).collect()))
        }
        Err(Rejected::NotAScreen(outcome)) => Err(not_a_screen(&outcome).into()),
    }
}

/// There is nothing to answer: the interview is faulty, or goes elsewhere.
fn not_a_screen(outcome: &Outcome) -> WebError {
    match &outcome.step {
        Step::Fault(found) => error::of_fault(found),
        _ => error::faulty_interview(),
    }
}

fn refused(errors: Vec<wire::WireError>) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(wire::Refused { errors })).into_response()
}

/// The screen before. Nothing is changed: answer it with its `step` to go another way.
#[utoipa::path(post, path = "/api/v1/sessions/{id}/back", security(("token" = []), ("key" = [])),
    params(("id" = String, Path)), request_body = wire::Back, responses((status = 200, body = wire::Session)))]
pub(crate) async fn back(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    by: By,
    headers: HeaderMap,
    body: Option<Json<wire::Back>>,
) -> Answer {
    let from = body.and_then(|Json(it)| it.step);
    let (session, _) = open(&app, &id, &by, &headers, None).await?;
    let step = from.unwrap_or(session.row.last_step).min(session.row.last_step).saturating_sub(1);
    let state = session.state_after(&app, step).await?;
    let outcome = session.loaded.advance(state, &session.moment(&app));
    Ok(Json(present(&session, step, &outcome)?).into_response())
}

/// Runs an action.
#[utoipa::path(post, path = "/api/v1/sessions/{id}/action", security(("token" = []), ("key" = [])),
    params(("id" = String, Path)), request_body = wire::Action,
    responses((status = 200, body = wire::Session), (status = 409, body = wire::Problem)))]
pub(crate) async fn action(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    by: By,
    headers: HeaderMap,
    body: Result<Json<wire::Action>, JsonRejection>,
) -> Answer {
    let Json(sent) = body?;
    let (mut session, state) = open(&app, &id, &by, &headers, sent.step).await?;
    let step = at_revision(&session, sent.revision, sent.step)?;
    let (base, mut changes) = with_memory(&app, &session, step, state).await?;
    if sent.name == DELIVER {
        delivering::deliver(&app, &session, &base, true).await;
        let settled = session.settle(&app, base).await?;
        let outcome = session.loaded.advance(settled, &session.moment(&app));
        return Ok(Json(present(&session, step, &outcome)?).into_response());
    }
    let moment = session.moment(&app);
    let outcome = if sent.name == LOOK {
        session.loaded.advance(base, &moment)
    } else if let Some(row) = sent.name.strip_prefix("row:").and_then(|it| it.parse().ok()) {
        session.loaded.change_row(base, row, &moment)
    } else {
        let (name, mut arguments) =
            parse_action(&sent.name).unwrap_or_else(|| (sent.name.clone(), BTreeMap::new()));
        arguments.extend(sent.arguments.iter().map(|(name, it)| (name.clone(), plain(it))));
        session.loaded.act(base, &name, arguments, &moment)
    };
    changes.extend(outcome.changes.iter().cloned());
    store(&app, &mut session, step, &changes, outcome).await
}

/// Deletes a session for good; while the people who run the server hold deletions, writes down that
/// it is to be deleted.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", security(("token" = []), ("key" = [])),
    params(("id" = String, Path)), responses((status = 204), (status = 202, body = Waits)))]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    by: By,
    headers: HeaderMap,
) -> Answer {
    if let Some(Extension(program)) = &by {
        return Ok(deleted(&super::account::delete(&app, program, &id).await?));
    }
    let (session, _) = open_as_stored(&app, &id, &by, &headers, Wanting::even_older()).await?;
    Ok(deleted(&session.delete(&app).await?))
}

/// Goes on from the older answers of a session that was put back to them. Its owner may.
#[utoipa::path(post, path = "/api/v1/sessions/{id}/older", security(("token" = []), ("key" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = wire::Session), (status = 403, body = wire::Problem), (status = 404, body = wire::Problem)))]
pub(crate) async fn go_on_older(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    by: By,
    headers: HeaderMap,
) -> Answer {
    let (session, _) = open_as_stored(&app, &id, &by, &headers, Wanting::even_older()).await?;
    session.go_on_from_here(&app).await?;
    let (session, state) = open(&app, &id, &by, &headers, None).await?;
    let outcome = session.loaded.advance(state, &session.moment(&app));
    Ok(Json(present(&session, session.row.last_step, &outcome)?).into_response())
}

fn deleted(done: &Deletion) -> Response {
    let Deletion::Held(until) = done else { return StatusCode::NO_CONTENT.into_response() };
    let waits = Waits { deleted_on: day(*until) };
    (StatusCode::ACCEPTED, Json(waits)).into_response()
}

/// A document of a screen, as `NUMBER.pdf`, `.docx`, `.html` or `.md`.
#[utoipa::path(get, path = "/api/v1/sessions/{id}/documents/{name}", security(("token" = []), ("key" = [])),
    params(("id" = String, Path), ("name" = String, Path), ("step" = Option<u32>, Query)), responses((status = 200)))]
pub(crate) async fn document(
    State(app): State<Arc<App>>,
    Path((id, name)): Path<(String, String)>,
    by: By,
    Query(at): Query<At>,
    headers: HeaderMap,
) -> Answer {
    let (session, state) = open(&app, &id, &by, &headers, at.step).await?;
    let outcome = session.loaded.advance(state, &session.moment(&app));
    let Step::Screen(screen) = outcome.step else { return Err(error::not_found().into()) };
    let made = documents::deliver(&app, &session, &screen.documents, &name).await;
    Ok(made.map_err(WebError::from)?.download())
}

/// This description.
pub(crate) async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(Api::openapi())
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Affiant", description = "Drives whole interviews. The token of a session is told once, when it is made. Sessions of an account open with an API key of its person."),
    paths(
        interviews, create, show, answer, back, action, delete, go_on_older, document, suggestions::suggest, files::list, files::file,
        account::show, account::remove, account::sessions, account::begin, activity::activity,
        account::export, account::people, account::person, account::answers, reading::sessions, reading::read
    ),
    modifiers(&Token)
)]
struct Api;

struct Token;

impl utoipa::Modify for Token {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
        let components = openapi.components.get_or_insert_with(Default::default);
        for (name, what) in [
            ("token", "The token of a session that is nobody's."),
            ("key", "An API key, `aff_ID_SECRET`, with the scope that is named."),
        ] {
            let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(what));
            components.add_security_scheme(name, SecurityScheme::Http(bearer.build()));
        }
    }
}

/// The id of a session as programs write it.
pub(crate) fn id_of(session: SessionId) -> String {
    hex::encode(session.0)
}

/// The program that shows an API key in place of a session's token.
pub(super) type By = Option<Extension<Arc<Program>>>;

/// Opens a session that is named: that of the token, or one that a program's person can see.
pub(super) async fn open(
    app: &App,
    id: &str,
    by: &By,
    headers: &HeaderMap,
    step: Option<u32>,
) -> Result<(Session, Answers), Failed> {
    let wanting = Wanting::step(step);
    let (mut session, state) = open_as_stored(app, id, by, headers, wanting).await?;
    let state = session.settle(app, state).await?;
    Ok((session, state))
}

async fn open_as_stored(
    app: &App,
    id: &str,
    by: &By,
    headers: &HeaderMap,
    wanting: Wanting,
) -> Result<(Session, Answers), Failed> {
    if let Some(Extension(program)) = by {
        let unlocked = program.unlocked.as_ref().ok_or_else(key_required)?;
        let id = session_of(id).ok_or_else(error::no_session)?;
        let opened =
            session::open_owned(app, unlocked, Holder::Program, id, wanting, |_| true).await?;
        return opened.ok_or_else(|| error::no_session().into());
    }
    let Some(token) = bearer(headers).and_then(cookie::decode) else {
        let mut error = error::no_session();
        error.status = StatusCode::UNAUTHORIZED;
        error.title = "error_no_token_title";
        error.message = "error_no_token_text";
        return Err(error.into());
    };
    let opened = session::open(app, token, wanting, |it| id_of(it.id) == id).await?;
    opened.ok_or_else(|| error::no_session().into())
}

/// The session of an id as programs write it.
pub(super) fn session_of(text: &str) -> Option<SessionId> {
    upload::parse_id(text).map(SessionId)
}

/// The step that is answered, if nothing was changed since the program looked.
fn at_revision(session: &Session, revision: u64, step: Option<u32>) -> Result<u32, Failed> {
    if revision != session.row.revision {
        return Err(conflict());
    }
    Ok(step.unwrap_or(session.row.last_step).min(session.row.last_step))
}

fn conflict() -> Failed {
    WebError::from(affiant_backend::StorageError::Conflict).into()
}

async fn with_memory(
    app: &App,
    session: &Session,
    step: u32,
    mut state: Answers,
) -> Result<(Answers, Vec<affiant_engine::Change>), Failed> {
    if step == session.row.last_step {
        return Ok((state, Vec::new()));
    }
    let later = session.state_after(app, session.row.last_step).await?;
    let changes = state.remember(&later);
    Ok((state, changes))
}

async fn store(
    app: &App,
    session: &mut Session,
    step: u32,
    changes: &[affiant_engine::Change],
    mut outcome: Outcome,
) -> Answer {
    if let Step::Fault(found) = &outcome.step {
        return Err(error::of_fault(found).into());
    }
    let begun = session.begin(app, &mut outcome).await?;
    let changes = [changes, begun.as_slice()].concat();
    match session.append(app, step, &changes, &outcome.state).await {
        Ok(()) => {
            delivering::deliver(app, session, &outcome.state, false).await;
            let settled = session.settle(app, outcome.state.clone()).await?;
            if session.sent.is_empty() {
                return Ok(Json(present(session, step + 1, &outcome)?).into_response());
            }
            let outcome = session.loaded.advance(settled, &session.moment(app));
            Ok(Json(present(session, step + 1, &outcome)?).into_response())
        }
        Err(StorageOr::Conflict) => Err(conflict()),
        Err(StorageOr::Other(error)) => Err(error.into()),
    }
}

pub(super) fn present(
    session: &Session,
    step: u32,
    outcome: &Outcome,
) -> Result<wire::Session, WebError> {
    let Step::Screen(screen) = &outcome.step else { return Err(not_a_screen(outcome)) };
    let id = id_of(session.row.id);
    let screen = wire::screen(screen, &id, step);
    let deliveries = session.sent.iter().map(wire::delivery).collect();
    let revision = session.row.revision;
    Ok(wire::Session { id, token: None, revision, step, screen, deliveries })
}
