//! Opening a session: what is stored of it, when that is of one moment and as it was stored last.

use affiant_account::{OpenedSession, Unlocked};
use affiant_backend::{GrantRole, History, Lookup, SessionId, SessionRow};
use affiant_engine::State;
use affiant_keyring::Noted;
use affiant_vault::{KeySet, Seed, Token};

use super::older::{self, Older};
use super::{Holder, Session, running, scope};
use crate::app::App;
use crate::error::WebError;

/// Opens a session for a job that has its keys.
pub(crate) async fn open_for_job(
    app: &App,
    row: SessionRow,
    keys: KeySet,
    history: &History,
) -> Result<(Session, State), WebError> {
    older::demand_noted(app, &row).await?;
    let running = running(app, &row.interview, None).await?;
    let session = Session::new(row, Holder::Program, running, keys).with_notebook(app).await?;
    let (state, stored) = session.state_of(&session.row, history)?;
    Ok((Session { stored, ..session }, state))
}

/// What is asked of a session that is opened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanting {
    /// The step after which it is looked at; its last one if this is `None`.
    pub(crate) step: Option<u32>,
    pub(crate) older: Older,
}

impl Wanting {
    /// As it was after a step, or as it is now.
    pub(crate) fn step(step: Option<u32>) -> Self {
        Self { step, older: Older::Refused }
    }

    /// As it is now, even if that is older than what it was.
    pub(crate) fn even_older() -> Self {
        Self { step: None, older: Older::Opened }
    }
}

/// Opens a session that a person may read. `None` when there is none for them, or it is not meant.
pub(crate) async fn open_owned(
    app: &App,
    person: &Unlocked,
    holder: Holder,
    id: SessionId,
    wanting: Wanting,
    is_meant: impl FnOnce(&SessionRow) -> bool,
) -> Result<Option<(Session, State)>, WebError> {
    let Some(found) = app.store.load_session(id, wanting.step).await? else { return Ok(None) };
    if !is_meant(&found.0) {
        return Ok(None);
    }
    let now = app.clock.seconds();
    let opened = app.accounts.opened_session(person, &found.0, now).await?;
    let Some(OpenedSession { keys, role, noted }) = opened else { return Ok(None) };
    let (row, history) = older::newest(app, &noted, found, wanting.step).await?;
    if role != GrantRole::Owner {
        app.note_reader(id, person.account.id).await?;
    }
    let readers = app.accounts.readers(&row, now).await?;
    let running = running(app, &row.interview, Some(person)).await?;
    let session = Session::new(row, holder, running, keys);
    let (session, state) = session.opened(app, noted, &history, wanting.older).await?;
    Ok(Some((Session { role, readers, ..session }, state)))
}

/// Opens the session of a token. `None` when there is none, or one that is not meant.
pub(crate) async fn open(
    app: &App,
    token: Token,
    wanting: Wanting,
    is_meant: impl FnOnce(&SessionRow) -> bool,
) -> Result<Option<(Session, State)>, WebError> {
    let lookup = Lookup(token.lookup());
    let Some(found) = app.store.load(&lookup, wanting.step).await? else { return Ok(None) };
    if !is_meant(&found.0) {
        return Ok(None);
    }
    // A session whose secret is gone is deleted, whatever rows are left of it.
    let secret = app.keyring.find_session(found.0.id, found.0.epoch).await?;
    let Some((secret, noted)) = secret else { return Ok(None) };
    let (row, history) = older::newest(app, &noted, found, wanting.step).await?;
    let running = running(app, &row.interview, None).await?;
    let scope = scope(app, &row);
    let seed = token.unwrap(&scope, &row.wrapped)?;
    let keys = KeySet::whole(scope, Seed::anonymous(seed), secret);
    let session = Session::new(row, Holder::Visitor(token), running, keys);
    Ok(Some(session.opened(app, noted, &history, wanting.older).await?))
}

impl Session {
    /// It, with the state after the last step of a history, when both are as they were stored last.
    async fn opened(
        self,
        app: &App,
        noted: Noted,
        history: &History,
        older: Older,
    ) -> Result<(Self, State), WebError> {
        let session = self.with_notebook(app).await?;
        let (state, stored) = session.state_of(&session.row, history)?;
        older::demand_newest(app, &noted, &session.row, older).await?;
        let session = Self { stored, noted, ..session };
        session.saw(app);
        Ok((session, state))
    }

    /// Has it noted how far it has come, if it has a head that says so, and that is news.
    fn saw(&self, app: &App) {
        if !self.row.head.is_empty() && self.noted.is_behind(&self.row) {
            app.keyring.saw(self.row.id, self.row.revision);
        }
    }
}
