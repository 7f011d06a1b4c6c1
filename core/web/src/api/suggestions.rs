//! Suggestions of plugins for what is typed.

use std::collections::BTreeMap;
use std::sync::Arc;

use affiant_engine::Step;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::handler::{Answer, By, open};
use crate::api::wire;
use crate::app::App;
use crate::error;
use crate::suggesting::{Found, look_up};

/// What is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SuggestionsWanted {
    /// The field, which has a `lookup`.
    field: String,
    typed: String,
    /// Which screen; the newest unless said.
    step: Option<u32>,
}

/// What is suggested.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Suggestions {
    suggestions: Vec<Suggestion>,
}

/// Something that is suggested.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Suggestion {
    /// Plain text.
    label: String,
    /// What it fills in, by field name: to be sent with the other answers.
    #[schema(value_type = Object)]
    answers: BTreeMap<String, Value>,
}

/// What a plugin suggests for what was typed in a field. Nothing is changed, and answers need not be
/// among what is suggested. `429` for more than 60 within a minute, `503` while it does not work.
#[utoipa::path(post, path = "/api/v1/sessions/{id}/suggestions", security(("token" = []), ("key" = [])),
    params(("id" = String, Path)), request_body = SuggestionsWanted,
    responses((status = 200, body = Suggestions), (status = 429, body = wire::Problem), (status = 503, body = wire::Problem)))]
pub(crate) async fn suggest(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    by: By,
    headers: HeaderMap,
    body: Result<Json<SuggestionsWanted>, JsonRejection>,
) -> Answer {
    let Json(sent) = body?;
    let (session, state) = open(&app, &id, &by, &headers, sent.step).await?;
    let outcome = session.loaded.advance(state, &session.moment(&app));
    let Step::Screen(screen) = &outcome.step else { return Err(error::not_found().into()) };
    let found = match look_up(&app, &session, screen, (&sent.field, &sent.typed)).await? {
        Found::These(all) => all,
        Found::Short(_) => Vec::new(),
        Found::Often => return Err(error::looked_up_too_often().into()),
        Found::Failed => return Err(error::nothing_looked_up().into()),
    };
    let suggestion = |it: crate::suggesting::Suggested| Suggestion {
        label: it.label,
        answers: it.parts.iter().map(|(name, it)| (name.clone(), wire::value(it))).collect(),
    };
    Ok(Json(Suggestions { suggestions: found.into_iter().map(suggestion).collect() })
        .into_response())
}
