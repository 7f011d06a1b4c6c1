//! What programs do with an API key: the account, its sessions, and people for administrators.

use std::sync::Arc;

use affiant_account::Program;
use affiant_audit::Event;
use affiant_backend::{AccountRow, GrantRole, Subject};
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::handler::{Answer, Failed, id_of, key_required, present, session_of};
use crate::api::wire;
use crate::app::App;
use crate::cookie;
use crate::day::day;
use crate::deleting::Deletion;
use crate::error::{self, WebError};
use crate::export::{self, Whose};
use crate::session::{self, Holder};

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Account {
    pub(crate) number: i64,
    pub(crate) email: String,
    pub(crate) name: String,
    /// A BCP 47 tag.
    pub(crate) language: String,
    /// Day on which it was made.
    pub(crate) created: String,
}

/// The sessions of an account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Sessions {
    pub(crate) sessions: Vec<Stored>,
}

/// A session without its answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Stored {
    pub(crate) session: String,
    pub(crate) interview: String,
    /// `owner`, `answer` or `view`.
    pub(crate) role: String,
    /// Days.
    pub(crate) begun: String,
    pub(crate) used: String,
    /// How many screens were answered.
    pub(crate) steps: u32,
    /// The day on which it is no longer shared, if there is one.
    pub(crate) until: Option<String>,
    /// Whether it is locked with an old password.
    pub(crate) locked: bool,
}

/// People who have an account, by number.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct People {
    pub(crate) people: Vec<Person>,
    /// What to send as `after` for the next ones, if there are more.
    pub(crate) next: Option<i64>,
}

/// Somebody who has an account: what administrators see of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Person {
    pub(crate) number: i64,
    pub(crate) status: String,
    pub(crate) roles: Vec<String>,
    /// Days.
    pub(crate) created: String,
    pub(crate) seen: String,
}

/// The account of the key. Scope `profile:read`.
#[utoipa::path(get, path = "/api/v1/account", security(("key" = [])),
    responses((status = 200, body = Account), (status = 401, body = wire::Problem), (status = 403, body = wire::Problem)))]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(program): Extension<Arc<Program>>,
) -> Answer {
    let unlocked = program.unlocked.as_ref().ok_or_else(key_required)?;
    let account = &program.account;
    Ok(Json(Account {
        number: account.number,
        email: app.accounts.address(unlocked).await.map_err(WebError::from)?,
        name: app.accounts.profile(unlocked).map_err(WebError::from)?.name,
        language: account.language.clone(),
        created: day(account.created),
    })
    .into_response())
}

/// A deletion of an account that is done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Gone {
    /// Names the deletion: to be shown if anybody doubts it.
    pub(crate) receipt: String,
    /// What went.
    pub(crate) sessions: u64,
    pub(crate) files: u64,
}

/// Deletes the account with all its sessions for good; while the people who run the server hold
/// deletions, writes down that it is to be deleted. The last administrator is refused. Scope
/// `account:delete`, whose key is made with the password.
#[utoipa::path(delete, path = "/api/v1/account", security(("key" = [])),
    responses((status = 200, body = Gone), (status = 202, body = wire::Waits), (status = 401, body = wire::Problem), (status = 403, body = wire::Problem), (status = 409, body = wire::Problem)))]
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    Extension(program): Extension<Arc<Program>>,
) -> Answer {
    let id = program.account.id;
    let _alone = app.one_by_one().await.map_err(WebError::from)?;
    if app.is_last_administrator(id).await.map_err(WebError::from)? {
        return Err(error::last_administrator().into());
    }
    let done = app.delete(Subject::Account(id)).await.map_err(WebError::from)?;
    Ok(match done {
        Deletion::Done(receipt) => Json(Gone {
            receipt: cookie::encode_id(receipt.id),
            sessions: receipt.counts.sessions,
            files: receipt.counts.files,
        })
        .into_response(),
        Deletion::Held(until) => {
            (StatusCode::ACCEPTED, Json(wire::Waits { deleted_on: day(until) })).into_response()
        }
    })
}

/// The sessions of the account, and those that others share with it. Scope `sessions:list`.
#[utoipa::path(get, path = "/api/v1/account/sessions", security(("key" = [])),
    responses((status = 200, body = Sessions), (status = 401, body = wire::Problem), (status = 403, body = wire::Problem)))]
pub(crate) async fn sessions(
    State(app): State<Arc<App>>,
    Extension(program): Extension<Arc<Program>>,
) -> Answer {
    let all = app.accounts.interviews_of(&program.account, app.clock.seconds()).await;
    let stored = |it: affiant_account::Interview| Stored {
        session: id_of(it.session.id),
        interview: it.session.interview,
        role: it.grant.role.word().to_owned(),
        begun: day(it.session.created),
        used: day(it.session.touched),
        steps: it.session.last_step,
        until: it.grant.expires.map(day),
        locked: it.is_locked,
    };
    let sessions = all.map_err(WebError::from)?.into_iter().map(stored).collect();
    Ok(Json(Sessions { sessions }).into_response())
}

/// Starts an interview that belongs to the account. Administrators cannot read it, whatever they
/// can read else: the page that says so was not shown. Scope `sessions:write`.
#[utoipa::path(post, path = "/api/v1/account/sessions", security(("key" = [])), request_body = wire::Start,
    responses((status = 201, body = wire::Session), (status = 401, body = wire::Problem), (status = 403, body = wire::Problem), (status = 404, body = wire::Problem)))]
pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    Extension(program): Extension<Arc<Program>>,
    body: Result<Json<wire::Start>, JsonRejection>,
) -> Answer {
    let Json(start) = body?;
    let unlocked = program.unlocked.as_ref().ok_or_else(key_required)?;
    let (session, outcome) =
        session::create_owned(&app, &start.interview, unlocked, Holder::Program, None).await?;
    Ok((StatusCode::CREATED, Json(present(&session, 0, &outcome)?)).into_response())
}

/// A copy of everything, as a ZIP archive. Scope `export`.
#[utoipa::path(get, path = "/api/v1/account/export", security(("key" = [])),
    responses((status = 200, content_type = "application/zip"), (status = 401, body = wire::Problem), (status = 403, body = wire::Problem)))]
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    Extension(program): Extension<Arc<Program>>,
) -> Answer {
    if program.unlocked.is_none() {
        return Err(key_required());
    }
    app.note(Event::Exported, &[program.account.id]).await.map_err(WebError::from)?;
    Ok(export::respond(app, Whose::Program(program)))
}

/// Deletes a session of the account. That needs no key to its answers.
pub(super) async fn delete(app: &App, program: &Program, id: &str) -> Result<Deletion, Failed> {
    let now = app.clock.seconds();
    let id = session_of(id).ok_or_else(error::no_session)?;
    let all = app.accounts.interviews_of(&program.account, now).await.map_err(WebError::from)?;
    let found = all.into_iter().find(|it| it.session.id == id).ok_or_else(error::no_session)?;
    if found.grant.role != GrantRole::Owner {
        return Err(error::not_the_owner().into());
    }
    Ok(app.delete(Subject::Session(id)).await.map_err(WebError::from)?)
}

/// People at once.
const PAGE: u32 = 100;

/// Where the list begins.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct After {
    #[serde(default)]
    after: i64,
}

fn seen(row: AccountRow) -> Person {
    Person {
        number: row.number,
        status: row.status.word().to_owned(),
        roles: row.roles,
        created: day(row.created),
        seen: day(row.seen),
    }
}

/// People who have an account. Scope `people:see`, for administrators.
#[utoipa::path(get, path = "/api/v1/admin/people", security(("key" = [])),
    params(("after" = Option<i64>, Query)),
    responses((status = 200, body = People), (status = 401, body = wire::Problem), (status = 403, body = wire::Problem)))]
pub(crate) async fn people(
    State(app): State<Arc<App>>,
    after: Result<Query<After>, QueryRejection>,
) -> Answer {
    let after = after.map_or(0, |it| it.0.after);
    let rows = app.store.accounts(after, PAGE + 1).await.map_err(WebError::from)?;
    let is_more = rows.len() > PAGE as usize;
    let people: Vec<Person> = rows.into_iter().take(PAGE as usize).map(seen).collect();
    let next = people.last().filter(|_| is_more).map(|it| it.number);
    Ok(Json(People { people, next }).into_response())
}

async fn find(app: &App, number: &str) -> Result<AccountRow, WebError> {
    let number = number.parse().map_err(|_| error::not_found())?;
    app.store.account_by_number(number).await?.ok_or_else(error::not_found)
}

/// Somebody who has an account. Scope `people:see`, for administrators.
#[utoipa::path(get, path = "/api/v1/admin/people/{number}", security(("key" = [])),
    params(("number" = i64, Path)),
    responses((status = 200, body = Person), (status = 404, body = wire::Problem)))]
pub(crate) async fn person(State(app): State<Arc<App>>, Path(number): Path<String>) -> Answer {
    Ok(Json(seen(find(&app, &number).await?)).into_response())
}

/// Nobody's answers: the server has no key to them, and says so. Where administrators can read
/// answers, they do by session, and with the organisation's key. Scope `people:see`.
#[utoipa::path(get, path = "/api/v1/admin/people/{number}/answers", security(("key" = [])),
    params(("number" = i64, Path)),
    responses((status = 409, body = wire::Problem, description = "always, with the code `key_required`"), (status = 404, body = wire::Problem)))]
pub(crate) async fn answers(State(app): State<Arc<App>>, Path(number): Path<String>) -> Answer {
    find(&app, &number).await?;
    Err(key_required())
}
