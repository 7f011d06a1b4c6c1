//! A visitor's session: opened with the token for one request, stored sealed step by step.

use std::sync::Arc;

use affiant_account::{Person, Unlocked};
use affiant_backend::{
    GrantRole, History, Lookup, SecretKind, SecretName, SessionId, SessionRow, StepRow,
    StorageError, Subject,
};
use affiant_engine::{Change, Moment, Outcome, State};
use affiant_runtime::Loaded;
use affiant_vault::{ResumeCode, Scope, Secret, SessionKeys, Token, random};

use crate::app::App;
use crate::csrf::Codes;
use crate::deleting::Deletion;
use crate::error::{WebError, internal, no_session, not_the_owner, only_reading};
use crate::handler::language::Wanted;
use crate::told::{Told, told};

/// Every so many steps the whole state is stored, so that opening never reads more deltas.
const SNAPSHOT_EVERY: u32 = 16;

/// A state of so many bytes or fewer is stored whole with every step: one record is read faster
/// than many, and hardly takes more room than a delta with its padding.
const SMALL: usize = 1024;

/// A session with its keys, for one request.
pub(crate) struct Session {
    pub(crate) row: SessionRow,
    pub(crate) holder: Holder,
    pub(crate) loaded: Arc<Loaded>,
    keys: SessionKeys,
    /// What its scripts and texts are told.
    told: Told,
    /// What choosing another language changed, to be stored with the next step.
    spoken: Vec<Change>,
    /// The newest stored state was small.
    is_small: bool,
    /// What its holder may do with it.
    pub(crate) role: GrantRole,
    /// How many people besides its owner can see it.
    pub(crate) readers: usize,
}

/// Who opened a session.
pub(crate) enum Holder {
    /// Whoever has its token.
    Visitor(Token),
    /// A person to whom it belongs, or who was let in.
    Person(Arc<Person>),
    /// A program in a person's name, which sends no forms.
    Program,
}

impl Codes for Holder {
    fn form_code(&self, nonce: &[u8]) -> [u8; 32] {
        match self {
            Self::Visitor(token) => token.form_code(nonce),
            Self::Person(person) => person.form_code(nonce),
            Self::Program => [0; 32],
        }
    }

    fn is_form_code(&self, nonce: &[u8], code: &[u8]) -> bool {
        match self {
            Self::Visitor(token) => token.is_form_code(nonce, code),
            Self::Person(person) => person.is_form_code(nonce, code),
            Self::Program => false,
        }
    }
}

/// What the records of a session are bound to.
fn scope(app: &App, row: &SessionRow) -> Scope {
    Scope { deployment: app.keyring.deployment(), session: row.id.0, epoch: row.epoch }
}

/// Names the secret that a session's newest keys are made with.
fn secret_name(row: &SessionRow) -> SecretName {
    SecretName { kind: SecretKind::Session, id: row.id.0, epoch: row.epoch }
}

/// The running version of an interview.
pub(crate) fn loaded(app: &App, interview: &str) -> Result<Arc<Loaded>, WebError> {
    let entry = app.catalogue.get(interview).ok_or_else(crate::error::not_found)?;
    entry.loaded.ok_or_else(crate::error::faulty_interview)
}

/// An interview as somebody runs it: its running version, and what it is told.
struct Running {
    loaded: Arc<Loaded>,
    told: Told,
}

async fn running(
    app: &App,
    interview: &str,
    person: Option<&Unlocked>,
) -> Result<Running, WebError> {
    let loaded = loaded(app, interview)?;
    let told = told(app, interview, &loaded, person).await?;
    Ok(Running { loaded, told })
}

/// The first screen of an interview.
fn begin(app: &App, running: &Running) -> Result<Outcome, WebError> {
    let loaded = &running.loaded;
    let outcome = loaded.advance(loaded.begin(), &app.moment(&running.told));
    if matches!(outcome.step, affiant_engine::Step::Fault(_)) {
        return Err(crate::error::faulty_interview());
    }
    Ok(outcome)
}

/// Starts a session: the keyring first, so that a row without its secret never exists.
pub(crate) async fn create(app: &App, interview: &str) -> Result<(Session, Outcome), WebError> {
    let running = running(app, interview, None).await?;
    let outcome = begin(app, &running)?;
    let token = Token::random(&*app.randomness)?;
    let id = SessionId(random(&*app.randomness)?);
    let secret = Secret::random(&*app.randomness)?;
    let seed = Secret::random(&*app.randomness)?;
    let scope = Scope { deployment: app.keyring.deployment(), session: id.0, epoch: 0 };
    let keys = SessionKeys::derive(scope, &seed, &secret);
    let now = app.clock.seconds();
    let row = SessionRow {
        id,
        lookup: Lookup(token.lookup()),
        interview: interview.to_owned(),
        wrapped: token.wrap(&scope, &seed, &*app.randomness)?,
        revision: 0,
        last_step: 0,
        created: now - now.rem_euclid(86_400),
        touched: now,
        epoch: scope.epoch,
    };
    let session = Session::new(row, Holder::Visitor(token), running, keys);
    let first = session.step(app, 0, &[], &outcome.state, true)?;
    app.keyring.put(secret_name(&session.row), &secret, now).await?;
    app.store.create(session.row.clone(), first).await?;
    Ok((session, outcome))
}

/// Starts a session that belongs to a person. `organisation`: the public half of the key that opens
/// it too, if the person was told so.
pub(crate) async fn create_owned(
    app: &App,
    interview: &str,
    person: &Unlocked,
    holder: Holder,
    organisation: Option<[u8; 32]>,
) -> Result<(Session, Outcome), WebError> {
    let running = running(app, interview, Some(person)).await?;
    let outcome = begin(app, &running)?;
    let id = SessionId(random(&*app.randomness)?);
    let secret = Secret::random(&*app.randomness)?;
    let now = app.clock.seconds();
    let (keys, grant) = app.accounts.new_seed(person, id, &secret, now)?;
    let row = SessionRow {
        id,
        lookup: Lookup::of_owned(id),
        interview: interview.to_owned(),
        wrapped: Vec::new(),
        revision: 0,
        last_step: 0,
        created: now - now.rem_euclid(86_400),
        touched: now,
        epoch: 0,
    };
    let session = Session::new(row, holder, running, keys);
    let first = session.step(app, 0, &[], &outcome.state, true)?;
    app.keyring.put(secret_name(&session.row), &secret, now).await?;
    let row = session.row.clone();
    match organisation {
        None => app.accounts.create_session(row, first, grant).await?,
        Some(key) => {
            let wrap = app.accounts.readable(person, &grant, key, now).await?;
            app.accounts.create_readable_session(row, first, grant, wrap).await?;
        }
    }
    Ok((session, outcome))
}

/// Opens a session that a person may read, as it was after `step`, or as it is now. `None` when
/// there is none for them, or it is not meant.
pub(crate) async fn open_owned(
    app: &App,
    person: &Unlocked,
    holder: Holder,
    id: SessionId,
    step: Option<u32>,
    is_meant: impl FnOnce(&SessionRow) -> bool,
) -> Result<Option<(Session, State)>, WebError> {
    let Some((row, history)) = app.store.load_session(id, step).await? else { return Ok(None) };
    if !is_meant(&row) {
        return Ok(None);
    }
    let now = app.clock.seconds();
    let opened = app.accounts.session_keys(person, &row, now).await?;
    let Some((keys, role)) = opened else { return Ok(None) };
    if role != GrantRole::Owner {
        app.note_reader(id, person.account.id).await?;
    }
    let readers = app.accounts.readers(&row, now).await?;
    let running = running(app, &row.interview, Some(person)).await?;
    let (state, length) = state_of(&keys, &history)?;
    let is_small = length <= SMALL;
    let session = Session::new(row, holder, running, keys);
    Ok(Some((Session { is_small, role, readers, ..session }, state)))
}

/// Opens the session of a token as it was after `step`, or as it is now. `None` when there is none,
/// or one that is not meant.
pub(crate) async fn open(
    app: &App,
    token: Token,
    step: Option<u32>,
    is_meant: impl FnOnce(&SessionRow) -> bool,
) -> Result<Option<(Session, State)>, WebError> {
    let lookup = Lookup(token.lookup());
    let Some((row, history)) = app.store.load(&lookup, step).await? else { return Ok(None) };
    if !is_meant(&row) {
        return Ok(None);
    }
    // A session whose secret is gone is deleted, whatever rows are left of it.
    let Some(secret) = app.keyring.find(secret_name(&row)).await? else { return Ok(None) };
    let running = running(app, &row.interview, None).await?;
    let scope = scope(app, &row);
    let seed = token.unwrap(&scope, &row.wrapped)?;
    let keys = SessionKeys::derive(scope, &seed, &secret);
    let (state, length) = state_of(&keys, &history)?;
    let is_small = length <= SMALL;
    let session = Session::new(row, Holder::Visitor(token), running, keys);
    Ok(Some((Session { is_small, ..session }, state)))
}

/// The state after the last step of a history, and how many bytes its snapshot has.
pub(crate) fn state_of(keys: &SessionKeys, history: &History) -> Result<(State, usize), WebError> {
    let (number, sealed) =
        history.snapshot.as_ref().ok_or_else(|| internal("a session has no snapshot"))?;
    let read = |it: &[u8]| postcard::from_bytes(it).map(|state: State| (state, it.len()));
    let (mut state, length) = keys.open(*number, "snapshot", sealed, read)?.map_err(internal)?;
    for (number, sealed) in &history.deltas {
        let read = |it: &[u8]| postcard::from_bytes(it);
        let changes: Vec<Change> = keys.open(*number, "delta", sealed, read)?.map_err(internal)?;
        state.apply(&changes);
    }
    Ok((state, length))
}

impl Session {
    /// A session that is its holder's own, and has no large state yet.
    fn new(row: SessionRow, holder: Holder, running: Running, keys: SessionKeys) -> Self {
        let Running { loaded, told } = running;
        let (spoken, is_small, role) = (Vec::new(), true, GrantRole::Owner);
        Self { row, holder, loaded, keys, told, spoken, is_small, role, readers: 0 }
    }

    /// Now, as its scripts and texts are told of it.
    pub(crate) fn moment(&self, app: &App) -> Moment {
        app.moment(&self.told)
    }

    /// Goes on in the language that the visitor wants. What the browser's settings say counts only
    /// until a language is chosen.
    pub(crate) fn speak(&mut self, app: &App, state: State, wanted: Option<&Wanted>) -> State {
        let Some(wanted) = wanted.filter(|it| it.chosen || state.language().is_none()) else {
            return state;
        };
        let (state, spoken) = self.loaded.speak(state, &wanted.language, &self.moment(app));
        self.spoken = spoken;
        state
    }

    /// The state after another step of this session.
    pub(crate) async fn state_after(&self, app: &App, step: u32) -> Result<State, WebError> {
        let found = app.store.load(&self.row.lookup, Some(step)).await?;
        let (_, history) = found.ok_or_else(no_session)?;
        Ok(state_of(&self.keys, &history)?.0)
    }

    fn step(
        &self,
        app: &App,
        number: u32,
        changes: &[Change],
        state: &State,
        must_be_whole: bool,
    ) -> Result<StepRow, WebError> {
        let delta = postcard::to_stdvec(changes).map_err(internal)?;
        let mut snapshot = None;
        if must_be_whole || self.is_small {
            let whole = postcard::to_stdvec(state).map_err(internal)?;
            if must_be_whole || whole.len() <= SMALL {
                snapshot = Some(self.keys.seal(number, "snapshot", &whole, &*app.randomness)?);
            }
        }
        Ok(StepRow {
            number,
            delta: self.keys.seal(number, "delta", &delta, &*app.randomness)?,
            snapshot,
        })
    }

    /// Stores the step behind `after`. Steps that were behind it are replaced.
    pub(crate) async fn append(
        &mut self,
        app: &App,
        after: u32,
        changes: &[Change],
        state: &State,
    ) -> Result<(), StorageOr> {
        self.demand_answering().map_err(StorageOr::Other)?;
        let number = after + 1;
        if !state.is_sound() {
            return Err(StorageOr::Other(internal("a stored state could not be read")));
        }
        let changes = [self.spoken.as_slice(), changes].concat();
        let step = self
            .step(app, number, &changes, state, number.is_multiple_of(SNAPSHOT_EVERY))
            .map_err(StorageOr::Other)?;
        let now = app.clock.seconds();
        let revision =
            app.store.append(self.row.id, self.row.revision, after, step, now).await.map_err(
                |it| match it {
                    StorageError::Conflict => StorageOr::Conflict,
                    other => StorageOr::Other(other.into()),
                },
            )?;
        self.row.revision = revision;
        self.row.last_step = number;
        Ok(())
    }

    /// A further way into the session, for the visitor to write down. Shown once. A person needs
    /// none: the account opens it everywhere.
    pub(crate) async fn resume_code(&self, app: &App) -> Result<Option<String>, WebError> {
        let Holder::Visitor(token) = &self.holder else { return Ok(None) };
        let code = ResumeCode::random(&*app.randomness)?;
        let scope = scope(app, &self.row);
        let seed = token.unwrap(&scope, &self.row.wrapped)?;
        let wrapped = code.wrap(&scope, &seed, &*app.randomness)?;
        app.store.put_resume(&Lookup(code.lookup()), self.row.id, wrapped).await?;
        Ok(Some(code.reveal(str::to_owned)))
    }

    /// Ends the session for good: its secret first, then its rows.
    pub(crate) async fn delete(&self, app: &App) -> Result<Deletion, WebError> {
        self.demand_owning()?;
        Ok(app.delete(Subject::Session(self.row.id)).await?)
    }

    /// Fails unless its holder may answer.
    pub(crate) fn demand_answering(&self) -> Result<(), WebError> {
        match self.role {
            GrantRole::Owner | GrantRole::Answer => Ok(()),
            GrantRole::View => Err(only_reading()),
        }
    }

    /// Fails unless it is its holder's own.
    pub(crate) fn demand_owning(&self) -> Result<(), WebError> {
        match self.role {
            GrantRole::Owner => Ok(()),
            GrantRole::Answer | GrantRole::View => Err(not_the_owner()),
        }
    }

    pub(crate) fn keys(&self) -> &SessionKeys {
        &self.keys
    }
}

/// Why a step was not stored.
pub(crate) enum StorageOr {
    /// Somebody else stored one first.
    Conflict,
    Other(WebError),
}

/// Moves the session of a resume code to this browser. `None` when there is no such code.
pub(crate) async fn resume(
    app: &App,
    interview: &str,
    typed: &str,
) -> Result<Option<Token>, WebError> {
    let Some(code) = ResumeCode::parse(typed) else { return Ok(None) };
    let Some((row, wrapped)) = app.store.find_resume(&Lookup(code.lookup())).await? else {
        return Ok(None);
    };
    if row.interview != interview || app.keyring.find(secret_name(&row)).await?.is_none() {
        return Ok(None);
    }
    let scope = scope(app, &row);
    let seed = code.unwrap(&scope, &wrapped)?;
    let token = Token::random(&*app.randomness)?;
    let wrapped = token.wrap(&scope, &seed, &*app.randomness)?;
    app.store.move_to(row.id, Lookup(token.lookup()), wrapped).await?;
    Ok(Some(token))
}
