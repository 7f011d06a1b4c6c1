//! Reading answers for the organisation, where a switch lets administrators.

use std::sync::Arc;

use affiant_account::{Program, Reason};
use affiant_vault::OrganisationKey;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse as _;
use axum::{Extension, Json};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::handler::{Answer, Failed, id_of, key_required, session_of};
use crate::api::wire;
use crate::app::App;
use crate::day::day;
use crate::error;
use crate::export::answers::Answers;

/// Sessions that can be read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Readable {
    pub(crate) sessions: Vec<Listed>,
}

/// A session that can be read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Listed {
    pub(crate) session: String,
    pub(crate) interview: String,
    /// Number of the account that owns it.
    pub(crate) account: Option<i64>,
    /// Days.
    pub(crate) begun: String,
    pub(crate) used: String,
    /// How many screens were answered.
    pub(crate) steps: u32,
}

/// Which sessions.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    interview: String,
    /// In UTC.
    day: Date,
}

/// Why and with which key a session is read.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Read {
    /// `help`, `work`, `fault`, `harm` or `law`. The person is told.
    reason: String,
    /// The organisation's key, as it was written down. It is not kept.
    organisation_key: String,
}

/// Sessions of an interview that were begun on a day and that administrators can read. Scope
/// `answers:read`, for administrators.
#[utoipa::path(get, path = "/api/v1/admin/sessions", security(("key" = [])),
    params(("interview" = String, Query), ("day" = String, Query, description = "such as 2027-01-15, in UTC")),
    responses((status = 200, body = Readable), (status = 401, body = wire::Problem), (status = 403, body = wire::Problem), (status = 409, body = wire::Problem, description = "administrators cannot read answers here")))]
pub(crate) async fn sessions(
    State(app): State<Arc<App>>,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Answer {
    let Ok(Query(wanted)) = wanted else { return Err(error::bad_form("error_form_day").into()) };
    if app.organisation().is_none() {
        return Err(key_required());
    }
    let found = app.readable(&wanted.interview, wanted.day).await?;
    let listed = found.into_iter().map(|it| Listed {
        session: id_of(it.session.id),
        interview: it.session.interview,
        account: it.owner,
        begun: day(it.session.created),
        used: day(it.session.touched),
        steps: it.session.last_step,
    });
    Ok(Json(Readable { sessions: listed.collect() }).into_response())
}

/// Reads the answers of a session with the organisation's key. Everybody whom they concern can see
/// that, and why. Scope `answers:read`, for administrators.
#[utoipa::path(post, path = "/api/v1/admin/sessions/{id}/read", security(("key" = [])),
    params(("id" = String, Path)), request_body = Read,
    responses((status = 200, body = Answers), (status = 403, body = wire::Problem), (status = 404, body = wire::Problem), (status = 409, body = wire::Problem, description = "with the code `key_required`: the organisation's key does not open this session"), (status = 422, body = wire::Problem)))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Extension(program): Extension<Arc<Program>>,
    body: Result<Json<Read>, JsonRejection>,
) -> Answer {
    let Json(sent) = body?;
    let session = session_of(&id).ok_or_else(error::no_session)?;
    let reason = Reason::from_word(&sent.reason).ok_or_else(error::no_reason)?;
    let key = OrganisationKey::parse(&sent.organisation_key);
    let key = key.ok_or_else(error::wrong_organisation_key)?;
    match app.read(session, &key, reason, program.account.id).await {
        Ok(answers) => Ok(Json(answers).into_response()),
        Err(error) if error.is_key_required() => Err(key_required()),
        Err(error) => Err(Failed::from(error)),
    }
}
