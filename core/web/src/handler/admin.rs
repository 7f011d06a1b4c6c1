//! The administration: people, roles, bans and mail, never an answer.

pub(crate) mod bans;
pub(crate) mod first;
pub(crate) mod mail;
pub(crate) mod overview;
pub(crate) mod people;
pub(crate) mod roles;
pub(crate) mod switches;

use axum::extract::Request;

use crate::app::App;
use crate::caller::Caller;
use crate::error::WebError;
use crate::form::Form;

/// Reads a form that a page of this caller's sent.
async fn own_form(caller: &Caller, request: Request) -> Result<Form, WebError> {
    let form = Form::read(request).await?;
    caller.check(&form)?;
    Ok(form)
}

/// Does changes of an account or role.
async fn commit(app: &App, changes: Vec<affiant_backend::Change>) -> Result<(), WebError> {
    Ok(app.store.commit(changes).await?)
}
