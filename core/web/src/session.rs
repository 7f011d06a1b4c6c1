//! A visitor's session: opened with the token for one request, stored sealed step by step.

pub(crate) mod notebook;
pub(crate) mod older;
mod opening;
pub(crate) mod parts;
pub(crate) mod taken_back;

use std::collections::BTreeSet;
use std::sync::Arc;

use affiant_account::{Person, Unlocked};
use affiant_backend::{
    FilesOfStep, GrantRole, HeadRow, JobRow, Lookup, NextStep, SecretKind, SecretName, SessionId,
    SessionRow, StepRow, StorageError, Subject,
};
use affiant_engine::{Change, Moment, Notebook, Notes, Outcome, State};
use affiant_keyring::Noted;
use affiant_runtime::Loaded;
use affiant_vault::{Head, KeySet, ResumeCode, Scope, Secret, Seed, StepName, Token, random};

use crate::app::App;
use crate::csrf::Codes;
use crate::deleting::Deletion;
use crate::delivering::{self, Sent};
use crate::error::{WebError, internal, no_session, not_the_owner, only_reading};
use crate::handler::language::Wanted;
use crate::jobs;
use crate::running::let_in;
use crate::session::taken_back::{Began, Turn};
use crate::told::{Told, told};

pub(crate) use opening::{Wanting, open, open_for_job, open_owned};

/// Every so many steps the whole state is stored, so that opening never reads more deltas.
const SNAPSHOT_EVERY: u32 = 16;

/// A state of so many bytes or fewer is stored whole with every step: one record is read faster
/// than many, and hardly takes more room than a delta with its padding.
const SMALL: usize = 1024;

/// Changes of so many bytes or fewer are stored with those of the steps before them.
const LONG: usize = 2048;

/// A session with its keys, for one request.
pub(crate) struct Session {
    pub(crate) row: SessionRow,
    pub(crate) holder: Holder,
    pub(crate) loaded: Arc<Loaded>,
    keys: KeySet,
    /// What its scripts and texts are told.
    told: Told,
    /// The plugins that whoever sent the request lets do what needs consent.
    lets: Arc<BTreeSet<String>>,
    /// What plugins keep about it, where they may.
    notebook: Option<Notebook>,
    /// When the request began that opened it: of what was taken back since, nothing is kept.
    began: Began,
    /// What choosing another language changed, to be stored with the next step.
    spoken: Vec<Change>,
    /// What the step begins that is stored next.
    pub(crate) begun: Vec<JobRow>,
    /// Until when an event of it runs by itself, if one does; in seconds of the Unix epoch.
    pub(crate) scheduled: Option<i64>,
    /// What it shows begins something once its page goes on.
    pub(crate) owes: bool,
    /// What is known of what it has delivered.
    pub(crate) sent: Vec<Sent>,
    /// The private sections that its holder has keys of, if they do not have all.
    held: Option<Arc<BTreeSet<String>>>,
    /// How it is stored.
    stored: Stored,
    /// How far it is known to have come.
    noted: Noted,
    /// What its holder may do with it.
    pub(crate) role: GrantRole,
    /// How many people besides its owner can see it.
    pub(crate) readers: usize,
}

/// How the newest state of a session is stored.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    /// How far its log goes.
    head: Head,
    /// Its snapshot was small.
    is_small: bool,
    /// How many deltas lie behind the snapshot.
    deltas: usize,
    /// The step that it is of.
    at: u32,
    /// All changes since the snapshot, where whoever opened it sees them all.
    since: Option<Vec<Change>>,
    /// Part by part: snapshot and deltas.
    is_parted: bool,
}

impl Stored {
    /// Of a session of which nothing is stored yet.
    fn nothing() -> Self {
        let (head, since) = (Head::first(), Some(Vec::new()));
        Self { head, is_small: true, deltas: 0, at: 0, since, is_parted: true }
    }

    /// What a step stores that goes on from here with these changes: all since the snapshot, so that
    /// opening it opens one record and not many, unless that is long.
    fn delta(&self, changes: &[Change], step: u32) -> Result<Vec<u8>, postcard::Error> {
        if let Some(since) = &self.since
            && step == self.at + 1
        {
            let all = postcard::to_stdvec(&[&[Change::Since], &since[..], changes].concat())?;
            if all.len() <= LONG {
                return Ok(all);
            }
        }
        postcard::to_stdvec(changes)
    }
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
pub(crate) fn scope(app: &App, row: &SessionRow) -> Scope {
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
    lets: Arc<BTreeSet<String>>,
    /// What plugins keep about a session that begins.
    notebook: Option<Notebook>,
    began: Began,
}

async fn running(
    app: &App,
    interview: &str,
    person: Option<&Unlocked>,
) -> Result<Running, WebError> {
    let began = app.taken_back.now();
    let loaded = loaded(app, interview)?;
    let told = told(app, interview, &loaded, person).await?;
    let lets = let_in(app, interview, &loaded);
    let new = || Notebook::new(Notes::new(), app.clock.seconds());
    let notebook = notebook::has_one(app, &loaded).then(new);
    Ok(Running { loaded, told, lets, notebook, began })
}

/// The first screen of an interview.
fn begin(app: &App, running: &Running) -> Result<Outcome, WebError> {
    let loaded = &running.loaded;
    let (lets, notebook) = (Arc::clone(&running.lets), running.notebook.clone());
    let moment = Moment { lets, notebook, ..app.moment(&running.told) };
    let outcome = loaded.advance(loaded.begin(), &moment);
    if let affiant_engine::Step::Fault(found) = &outcome.step {
        return Err(crate::error::of_fault(found));
    }
    Ok(outcome)
}

/// Starts a session: the keyring first, so that a row without its secret never exists.
pub(crate) async fn create(app: &App, interview: &str) -> Result<(Session, Outcome), WebError> {
    let running = running(app, interview, None).await?;
    let mut outcome = begin(app, &running)?;
    let token = Token::random(&*app.randomness)?;
    let id = SessionId(random(&*app.randomness)?);
    let secret = Secret::random(&*app.randomness)?;
    let seed = Secret::random(&*app.randomness)?;
    let scope = Scope { deployment: app.keyring.deployment(), session: id.0, epoch: 0 };
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
        head: Vec::new(),
    };
    app.keyring.put(secret_name(&row), &secret, now).await?;
    let keys = KeySet::whole(scope, Seed::anonymous(seed), secret);
    let mut session = Session::new(row, Holder::Visitor(token), running, keys);
    session.begin(app, &mut outcome).await?;
    let first = session.first_step(app, &outcome.state)?;
    app.store.create(session.row.clone(), first).await?;
    app.keyring.saw(id, session.row.revision);
    session.put_begun(app).await?;
    session.store_notebook(app).await?;
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
    let mut outcome = begin(app, &running)?;
    let id = SessionId(random(&*app.randomness)?);
    let secret = Secret::random(&*app.randomness)?;
    let now = app.clock.seconds();
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
        head: Vec::new(),
    };
    app.keyring.put(secret_name(&row), &secret, now).await?;
    let (keys, grant) = app.accounts.new_seed(person, id, secret, now)?;
    let mut session = Session::new(row, holder, running, keys);
    session.begin(app, &mut outcome).await?;
    let first = session.first_step(app, &outcome.state)?;
    let row = session.row.clone();
    match organisation {
        None => app.accounts.create_session(row, first, grant).await?,
        Some(key) => {
            let wrap = app.accounts.readable(person, &grant, key, now).await?;
            app.accounts.create_readable_session(row, first, grant, wrap).await?;
        }
    }
    app.keyring.saw(id, session.row.revision);
    session.put_begun(app).await?;
    session.store_notebook(app).await?;
    Ok((session, outcome))
}

impl Session {
    /// A session that is its holder's own, and has no large state yet.
    fn new(row: SessionRow, holder: Holder, running: Running, keys: KeySet) -> Self {
        let Running { loaded, told, lets, notebook, began } = running;
        let held = keys.sections().map(|it| Arc::new(it.map(str::to_owned).collect()));
        let stored = Stored::nothing();
        let (spoken, begun) = (Vec::new(), Vec::new());
        let (role, readers) = (GrantRole::Owner, 0);
        Self {
            row,
            holder,
            loaded,
            keys,
            told,
            lets,
            notebook,
            began,
            spoken,
            begun,
            scheduled: None,
            owes: false,
            sent: Vec::new(),
            held,
            stored,
            noted: Noted::default(),
            role,
            readers,
        }
    }

    /// Now, as its scripts and texts are told of it. What plugins keep is not among it where sections
    /// are kept apart: it would come from any of them.
    pub(crate) fn moment(&self, app: &App) -> Moment {
        let is_parted = !self.loaded.program().apart().is_empty();
        let notebook = self.notebook.clone().filter(|_| !is_parted);
        Moment { notebook, ..self.moment_of_delivery(app) }
    }

    /// Now, as a plugin is told of it that delivers something.
    pub(crate) fn moment_of_delivery(&self, app: &App) -> Moment {
        let (held, lets) = (self.held.clone(), Arc::clone(&self.lets));
        Moment { held, lets, notebook: self.notebook.clone(), ..app.moment(&self.told) }
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

    /// Goes on with what is known of what it has delivered, and of what it began.
    pub(crate) async fn settle(&mut self, app: &App, state: State) -> Result<State, WebError> {
        let state = self.hear(app, state).await?;
        if !delivering::delivers(&self.loaded) {
            return Ok(state);
        }
        let (fates, sent) = delivering::fates(app, self, &state).await?;
        self.sent = sent;
        let (state, changes) = self.loaded.settle(state, &fates, &self.moment(app));
        self.spoken.extend(changes);
        Ok(state)
    }

    async fn hear(&mut self, app: &App, state: State) -> Result<State, WebError> {
        if !self.loaded.begins_tasks() {
            return Ok(state);
        }
        let news = jobs::news(app, self, &state).await?;
        if news.is_empty() {
            return Ok(state);
        }
        let (state, changes) = self.loaded.hear(state, &news, &self.moment(app));
        self.spoken.extend(changes);
        Ok(state)
    }

    /// Lets a plugin do what needs consent, and no other: in the name of a person who let it, and is away.
    pub(crate) fn let_do(&mut self, plugin: &str) {
        self.lets = Arc::new(BTreeSet::from([plugin.to_owned()]));
    }

    /// Whether somebody took back what they had agreed to of a plugin since the session was opened.
    pub(crate) fn was_taken_back(&self, turn: &Turn<'_>, plugin: &str) -> bool {
        turn.is_taken_back(plugin, self.began)
    }

    /// What plugins keep about it, where they may.
    pub(crate) fn notebook(&self) -> Option<&Notebook> {
        self.notebook.as_ref()
    }

    /// The state after another step of this session.
    pub(crate) async fn state_after(&self, app: &App, step: u32) -> Result<State, WebError> {
        let found = app.store.load(&self.row.lookup, Some(step)).await?;
        let (row, history) = found.ok_or_else(no_session)?;
        Ok(self.state_of(&row, &history)?.0)
    }

    /// The step that the session begins with; its row gets its head.
    fn first_step(&mut self, app: &App, state: &State) -> Result<StepRow, WebError> {
        let head = Head::first();
        let first = self.step(app, head.step(0)?, &[], state, true)?;
        self.row.head = self.keys.seal_head(&self.row.interview, &head, &*app.randomness)?;
        self.stored.head = head;
        Ok(first)
    }

    fn step(
        &self,
        app: &App,
        name: StepName,
        changes: &[Change],
        state: &State,
        must_be_whole: bool,
    ) -> Result<StepRow, WebError> {
        if !self.loaded.program().apart().is_empty() {
            return self.step_in_parts(app, name, changes, state, must_be_whole);
        }
        let mut snapshot = None;
        if must_be_whole || self.stored.is_small {
            let whole = postcard::to_stdvec(state).map_err(internal)?;
            if must_be_whole || whole.len() <= SMALL {
                snapshot = Some(self.keys.seal(name, "snapshot", &whole, &*app.randomness)?);
            }
        }
        let mut delta = Vec::new();
        if snapshot.is_none() {
            delta = self.stored.delta(changes, name.number).map_err(internal)?;
            delta = self.keys.seal(name, "delta", &delta, &*app.randomness)?;
        }
        Ok(StepRow { number: name.number, delta, snapshot })
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
        if !state.is_sound() {
            return Err(StorageOr::Other(internal("a stored state could not be read")));
        }
        let changes = self.with_others(after, changes).map_err(StorageOr::Other)?;
        self.schedule(app, &changes, state).await.map_err(StorageOr::Other)?;
        let (head, next) = self.next(app, after, &changes, state).map_err(StorageOr::Other)?;
        let sealed = next.head.sealed.clone();
        self.store(app, next).await?;
        (self.row.revision, self.row.last_step) = (head.revision, head.last_step);
        (self.row.head, self.stored.head) = (sealed, head);
        app.keyring.saw(self.row.id, self.row.revision);
        if !self.begun.is_empty() {
            self.begun.clear();
            app.begun_jobs();
        }
        Ok(())
    }

    /// The step behind `after`, sealed, and the head that the session has with it.
    fn next(
        &self,
        app: &App,
        after: u32,
        changes: &[Change],
        state: &State,
    ) -> Result<(Head, NextStep), WebError> {
        let head = self.stored.head.next(after, self.noted.next(&self.row));
        let name = head.step(head.last_step)?;
        let step = self.step(app, name, changes, state, self.must_be_whole(name.number))?;
        let sealed = self.keys.seal_head(&self.row.interview, &head, &*app.randomness)?;
        let next = NextStep {
            session: self.row.id,
            expected: self.row.revision,
            after,
            step,
            head: HeadRow { revision: head.revision, sealed },
            files: FilesOfStep { jobs: self.begun.clone(), ..FilesOfStep::default() },
            touched: app.clock.seconds(),
        };
        Ok((head, next))
    }

    /// Stores what the first screen of a session began.
    async fn put_begun(&mut self, app: &App) -> Result<(), WebError> {
        let jobs = std::mem::take(&mut self.begun);
        if !jobs.is_empty() {
            app.store.put_jobs(jobs).await?;
            app.begun_jobs();
        }
        Ok(())
    }

    /// Stores a step, with what plugins keep if it changed that.
    async fn store(&self, app: &App, next: NextStep) -> Result<(), StorageOr> {
        let Some(notebook) = &self.notebook else { return Ok(app.store.append(next).await?) };
        // Nobody takes a yes back until it is stored; what was taken back before is not.
        let turn = app.taken_back.turn(self.row.id).await;
        turn.forget_in(notebook, self.began);
        let files = self.changed_notes(app).await.map_err(StorageOr::Other)?;
        let files = FilesOfStep { jobs: next.files.jobs, ..files };
        app.store.append(NextStep { files, ..next }).await?;
        notebook.stored();
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

    pub(crate) fn keys(&self) -> &KeySet {
        &self.keys
    }
}

/// Why a step was not stored.
pub(crate) enum StorageOr {
    /// Somebody else stored one first.
    Conflict,
    Other(WebError),
}

impl From<StorageError> for StorageOr {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Conflict => Self::Conflict,
            other => Self::Other(other.into()),
        }
    }
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
