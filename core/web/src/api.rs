//! The JSON API under `/api/v1`.

mod account;
mod activity;
mod files;
mod handler;
mod reading;
mod suggestions;
mod wire;

use axum::response::{IntoResponse as _, Response};

use affiant_guard::Permission::{ReadAnswers, SeePeople};
use affiant_guard::Scope::{
    DeleteAccount, DeleteSessions, Export, ListSessions, May, ReadProfile, ReadSessions,
    WriteSessions,
};

use crate::access::Access::{Anybody, HolderOr, Program};
use crate::error::WebError;
use crate::router::{Route, delete, get, post};

/// What the addresses of the API begin with.
pub(crate) const ROOT: &str = "/api/v1";

pub(crate) use handler::id_of;
pub(crate) use wire::value;

/// The routes of the API.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/interviews", Anybody, handler::interviews),
        post("/api/v1/sessions", Anybody, handler::create),
        get("/api/v1/sessions/{id}", HolderOr(ReadSessions), handler::show),
        delete("/api/v1/sessions/{id}", HolderOr(DeleteSessions), handler::delete),
        post("/api/v1/sessions/{id}/answers", HolderOr(WriteSessions), handler::answer),
        post("/api/v1/sessions/{id}/back", HolderOr(ReadSessions), handler::back),
        post("/api/v1/sessions/{id}/action", HolderOr(WriteSessions), handler::action),
        post("/api/v1/sessions/{id}/older", HolderOr(WriteSessions), handler::go_on_older),
        post("/api/v1/sessions/{id}/suggestions", HolderOr(WriteSessions), suggestions::suggest),
        get("/api/v1/sessions/{id}/documents/{name}", HolderOr(ReadSessions), handler::document),
        get("/api/v1/sessions/{id}/files", HolderOr(ReadSessions), files::list),
        get("/api/v1/sessions/{id}/files/{file}", HolderOr(ReadSessions), files::file),
        get("/api/v1/account", Program(ReadProfile), account::show),
        delete("/api/v1/account", Program(DeleteAccount), account::remove),
        get("/api/v1/account/sessions", Program(ListSessions), account::sessions),
        post("/api/v1/account/sessions", Program(WriteSessions), account::begin),
        get("/api/v1/account/activity", Program(ReadProfile), activity::activity),
        get("/api/v1/account/export", Program(Export), account::export),
        get("/api/v1/admin/people", Program(May(SeePeople)), account::people),
        get("/api/v1/admin/people/{number}", Program(May(SeePeople)), account::person),
        get("/api/v1/admin/people/{number}/answers", Program(May(SeePeople)), account::answers),
        get("/api/v1/admin/sessions", Program(May(ReadAnswers)), reading::sessions),
        post("/api/v1/admin/sessions/{id}/read", Program(May(ReadAnswers)), reading::read),
        get("/api/v1/openapi.json", Anybody, handler::openapi),
    ]
}

/// What the API says of itself.
#[cfg(test)]
pub(crate) async fn description() -> utoipa::openapi::OpenApi {
    handler::openapi().await.0
}

/// A request that was refused before its handler ran.
pub(crate) fn refused(error: WebError) -> Response {
    handler::Failed::from(error).into_response()
}
