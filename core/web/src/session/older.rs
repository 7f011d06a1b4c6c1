//! Sessions that were put back to an older state: by somebody who can write the main database, or by
//! an operator who restored a backup of it.
//!
//! Nothing of such a session is shown or used until somebody who may decides to go on from there.

use std::sync::Arc;

use affiant_audit::Event;
use affiant_backend::{History, SessionRow, StorageError, Subject};
use affiant_keyring::Noted;

use super::Session;
use crate::app::App;
use crate::error::{WebError, no_session, put_back};

/// Whether a session is opened that was put back to an older state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Older {
    /// It is refused, as [`put_back`] says.
    Refused,
    /// It is opened, for whoever decides what becomes of it.
    Opened,
}

/// What was read of a session, or what is read of it now if it seems to be older than it was.
pub(super) async fn newest(
    app: &App,
    noted: &Noted,
    found: (SessionRow, Arc<History>),
    step: Option<u32>,
) -> Result<(SessionRow, Arc<History>), WebError> {
    if !noted.is_ahead_of(&found.0) {
        return Ok(found);
    }
    // Another server may have stored a step, and noted it, since the row was read.
    let before = found.0;
    let found = app.store.load_session(before.id, step).await?.ok_or_else(no_session)?;
    let is_same = |it: &SessionRow| (it.epoch, it.lookup) == (before.epoch, before.lookup);
    if is_same(&found.0) { Ok(found) } else { Err(StorageError::Conflict.into()) }
}

/// Fails if a session was put back to the state of a row, and tells administrators of it once.
pub(super) async fn demand_newest(
    app: &App,
    noted: &Noted,
    row: &SessionRow,
    older: Older,
) -> Result<(), WebError> {
    if !noted.is_put_back(row) {
        return Ok(());
    }
    if noted.is_news(row) {
        alarm(app, row).await?;
    }
    match older {
        Older::Opened => Ok(()),
        Older::Refused => Err(put_back()),
    }
}

async fn alarm(app: &App, row: &SessionRow) -> Result<(), WebError> {
    if !app.keyring.tell(row.id, row.revision).await? {
        return Ok(());
    }
    tracing::error!(
        "an interview is at an older state than this server noted: a backup of the main database was \
         restored without its keyring, or somebody who can write that database put rows back. Its \
         person is asked whether to go on from there"
    );
    let owner = app.owner(Subject::Session(row.id)).await?;
    let whom: Vec<_> = owner.into_iter().collect();
    Ok(app.note(Event::PutBack, &whom).await?)
}

/// Fails if a session that nobody opened as its person was put back to an older state.
pub(crate) async fn demand_noted(app: &App, row: &SessionRow) -> Result<(), WebError> {
    let found = app.keyring.find_session(row.id, row.epoch).await?;
    let Some((_, noted)) = found else { return Err(no_session()) };
    demand_newest(app, &noted, row, Older::Refused).await
}

impl Session {
    /// Whether it was put back to an older state, and nobody decided to go on from there.
    pub(crate) fn is_put_back(&self) -> bool {
        self.noted.is_put_back(&self.row)
    }

    /// Goes on from the older state that it was put back to. Whoever owns it decides that.
    pub(crate) async fn go_on_from_here(&self, app: &App) -> Result<(), WebError> {
        self.demand_owning()?;
        if !self.is_put_back() {
            return Ok(());
        }
        let owner = app.owner(Subject::Session(self.row.id)).await?;
        let whom: Vec<_> = owner.into_iter().collect();
        app.note(Event::PutBackAccepted, &whom).await?;
        Ok(app.keyring.accept(self.row.id, self.row.revision).await?)
    }
}
