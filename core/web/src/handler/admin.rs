//! The administration: people, roles, bans and mail; answers only in `reading`, with a key that the server
//! has not.

pub(crate) mod audit;
pub(crate) mod bans;
pub(crate) mod first;
pub(crate) mod jobs;
pub(crate) mod mail;
pub(crate) mod overview;
pub(crate) mod people;
pub(crate) mod plugins;
pub(crate) mod reading;
pub(crate) mod roles;
pub(crate) mod switches;

use crate::app::App;
use crate::error::WebError;

/// Does changes of an account or role.
async fn commit(app: &App, changes: Vec<affiant_backend::Change>) -> Result<(), WebError> {
    Ok(app.store.commit(changes).await?)
}
