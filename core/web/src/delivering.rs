//! Has plugins deliver what interviews made: once the step is stored, and nothing twice.
//!
//! What became of a parcel is kept beside what plugins keep about the session, sealed with it, and not
//! in its steps: going back and answering again makes the same parcel, and its fate is known. A parcel
//! has the same id for as long as the same is sent to the same.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use affiant_backend::SessionId;
use affiant_engine::{Enclosed, Fate, Notebook, OURS, Parcel, ScreenDocument, State};
use affiant_guest::{FaultKind, Path, Stop, Value as Answer};
use affiant_interview::BlockKind;
use affiant_runtime::{Delivered, Delivery, Enclosure, Loaded};
use jiff::SignedDuration;

use crate::app::App;
use crate::error::{WebError, internal, too_large};
use crate::handler::{document, log};
use crate::jobs;
use crate::page::value::one_line;
use crate::session::{Session, notebook};
use crate::upload;

/// Most that all files of a parcel may be together, in bytes.
const LARGEST: usize = 32 << 20;

/// The longest that a plugin may say something of a parcel, in characters.
const LONGEST: usize = 500;

/// The sessions whose parcels are being delivered at the moment.
#[derive(Default)]
pub(crate) struct OnTheWay(Mutex<BTreeSet<SessionId>>);

impl OnTheWay {
    /// Takes what a session sends on its way; `None` while something of it is. It is there when what is
    /// given is dropped.
    fn begin(&self, id: SessionId) -> Option<There<'_>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Made only if it is new: what is dropped takes the session off its way.
        all.insert(id).then(|| There { way: self, id })
    }
}

/// What a session sends, on its way.
struct There<'a> {
    way: &'a OnTheWay,
    id: SessionId,
}

impl Drop for There<'_> {
    fn drop(&mut self) {
        self.way.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

/// What is known of a parcel, for whoever sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    /// The plugin's name.
    pub(crate) by: String,
    /// Where to.
    pub(crate) to: String,
    /// Whether somebody took it or refused it; the rest waits.
    pub(crate) status: &'static str,
    /// When it was last tried; nothing while it was not.
    pub(crate) at: String,
    /// Until when the server tries it again by itself; nothing if it does not.
    pub(crate) until: String,
    /// The other side's number for it.
    pub(crate) number: String,
    /// Why it was refused.
    pub(crate) reason: String,
    /// What is enclosed, by name.
    pub(crate) files: Vec<String>,
}

/// Whether an interview has things delivered.
pub(crate) fn delivers(loaded: &Loaded) -> bool {
    loaded.interview().blocks.iter().any(|it| matches!(it.kind, BlockKind::Delivery(_)))
}

/// Delivers what waits in a state that is stored. What was to be tried later is, when it is time, or
/// when somebody asks for it (`again`). Nothing of it fails: what could not be delivered waits, and the
/// log has why.
pub(crate) async fn deliver(app: &App, session: &Session, state: &State, again: bool) {
    if !delivers(&session.loaded) || session.demand_answering().is_err() {
        return;
    }
    // Two requests that send at once would not know of what the other sent.
    let Some(_there) = app.on_the_way.begin(session.row.id) else { return };
    for parcel in session.loaded.program().parcels(state) {
        if let Err(error) = deliver_one(app, session, &parcel, again).await {
            log(&error);
        }
    }
}

async fn deliver_one(
    app: &App,
    session: &Session,
    parcel: &Parcel,
    again: bool,
) -> Result<(), WebError> {
    let id = id(app, session, parcel)?;
    let now = app.clock.seconds();
    let is_done = |it: &Notebook| {
        kept(it, &parcel.plugin, &id).is_some_and(|it| !it.is_open() || !(again || it.is_due(now)))
    };
    if session.notebook().is_none_or(is_done) {
        return Ok(());
    }
    let stored = stored(app, session).await?;
    if is_done(&stored) {
        return Ok(());
    }
    let made = make(app, session, &id, parcel).await?;
    let moment = session.moment_of_delivery(app);
    // Why it failed is counted and logged where the plugin was called.
    let Ok(outcome) = session.loaded.deliver(&parcel.plugin, &made, &moment) else { return Ok(()) };
    let due = keep(app, session, &id, parcel, outcome);
    session.store_notebook(app).await?;
    match due {
        Some(due) => jobs::retry_later(app, session, (&parcel.plugin, &id), due).await,
        None if kept(&stored, &parcel.plugin, &id).is_none() => Ok(()),
        None => jobs::end_retries(app, session.row.id, &id).await,
    }
}

/// What plugins keep about a session as it is stored now: somebody else may have sent something since
/// the session was opened.
async fn stored(app: &App, session: &Session) -> Result<Notebook, WebError> {
    let notes = notebook::read(app, session.keys(), session.row.id).await?.unwrap_or_default();
    Ok(Notebook::new(notes, app.clock.seconds()))
}

/// What came of a try while nobody was there.
pub(crate) enum Try {
    /// Somebody took it, or refused it.
    Over,
    /// It is to be tried at this time, in seconds of the Unix epoch.
    Due(i64),
    /// Something of the session is on its way.
    Busy,
    /// The plugin failed, and would again; or it is not known what it did.
    Failed,
}

/// Tries again, if it is time, to deliver a parcel that was to be delivered later. `pause`: the seconds
/// before the next try at least.
pub(crate) async fn try_again(
    app: &App,
    session: &Session,
    id: &str,
    parcel: &Parcel,
    pause: u32,
) -> Result<Try, WebError> {
    let Some(_there) = app.on_the_way.begin(session.row.id) else { return Ok(Try::Busy) };
    let now = app.clock.seconds();
    match kept(&stored(app, session).await?, &parcel.plugin, id) {
        Some(it) if !it.is_open() => return Ok(Try::Over),
        Some(it) if !it.is_due(now) => return Ok(Try::Due(it.again)),
        _ => {}
    }
    let made = make(app, session, id, parcel).await?;
    let outcome =
        match session.loaded.deliver(&parcel.plugin, &made, &session.moment_of_delivery(app)) {
            Ok(Delivered::Later(seconds)) => Delivered::Later(seconds.max(pause)),
            Ok(it) => it,
            Err(stop) if is_passing(&stop) => return Ok(Try::Due(now + i64::from(pause))),
            Err(_) => return Ok(Try::Failed),
        };
    let due = keep(app, session, id, parcel, outcome);
    session.store_notebook(app).await?;
    Ok(due.map_or(Try::Over, Try::Due))
}

/// Whether a plugin was not even asked, and may be another time.
fn is_passing(stop: &Stop) -> bool {
    matches!(stop, Stop::Fault(it) if matches!(it.kind, FaultKind::Busy | FaultKind::Off))
}

/// Sees to it that what a plugin has not delivered yet is not tried again by the server.
pub(crate) async fn end_retries(
    app: &App,
    session: &Session,
    state: &State,
    plugin: &str,
) -> Result<(), WebError> {
    for parcel in session.loaded.program().parcels(state) {
        if parcel.plugin == plugin {
            let id = id(app, session, &parcel)?;
            jobs::end_retries(app, session.row.id, &id).await?;
        }
    }
    Ok(())
}

/// The parcel's id: the same for as long as the same is sent to the same in this session.
pub(crate) fn id(app: &App, session: &Session, parcel: &Parcel) -> Result<String, WebError> {
    let files = named(&parcel.files)?;
    let content = (&parcel.plugin, &parcel.to, &parcel.details, &files);
    let content = postcard::to_stdvec(&content).map_err(internal)?;
    let place = parcel.path.to_string();
    let tag = app.master.tag("parcel", &[&session.row.id.0, place.as_bytes(), &content]);
    Ok(hex::encode(&tag[..16]))
}

/// A word for each file: the same for as long as it holds the same.
pub(crate) fn named(all: &[Enclosed]) -> Result<Vec<String>, WebError> {
    let mut files = Vec::new();
    for file in all {
        match file {
            Enclosed::File(file) => files.push(file.id.clone()),
            Enclosed::Document(it) => {
                let values = it.assembly.as_ref().map(|it| (&it.plugin, &it.template, &it.values));
                let format = it.formats.first().map(|it| it.ending());
                let whole = (&it.filename, &it.content, &it.language, format, values);
                files.push(hex::encode(postcard::to_stdvec(&whole).map_err(internal)?));
            }
        }
    }
    Ok(files)
}

/// The parcel with its files made and opened.
async fn make(
    app: &App,
    session: &Session,
    id: &str,
    parcel: &Parcel,
) -> Result<Delivery, WebError> {
    let mut files = Vec::new();
    for file in &parcel.files {
        files.push(match file {
            Enclosed::File(file) => {
                let (_, content) = upload::content(app, session, &file.id).await?;
                let (name, media_type) = (file.name.clone(), file.media_type.clone());
                Enclosure { name, media_type, content: content.into() }
            }
            Enclosed::Document(it) => document_of(app, session, it).await?,
        });
        if is_too_large(&files) {
            return Err(too_large());
        }
    }
    let (to, details) = (parcel.to.clone(), parcel.details.clone());
    Ok(Delivery { id: id.to_owned(), to, details, files })
}

fn is_too_large(files: &[Enclosure]) -> bool {
    files.iter().map(|it| it.content.len()).sum::<usize>() > LARGEST
}

/// A document in the first of its formats.
pub(crate) async fn document_of(
    app: &App,
    session: &Session,
    it: &ScreenDocument,
) -> Result<Enclosure, WebError> {
    let format = it.formats.first().copied().ok_or_else(crate::error::not_found)?;
    let content: Arc<[u8]> = document::bytes(app, session, it, format).await?.into();
    let name = format!("{}.{}", it.filename, format.ending());
    Ok(Enclosure { name, media_type: format.media_type().to_owned(), content })
}

/// What is kept of a parcel's fate.
struct Kept {
    fate: Fate,
    at: String,
    /// When to try again, in seconds of the Unix epoch.
    again: i64,
}

impl Kept {
    fn is_open(&self) -> bool {
        !matches!(self.fate.status, "delivered" | "refused")
    }

    fn is_due(&self, now: i64) -> bool {
        self.again <= now
    }
}

/// Keeps what became of a parcel. When it is to be tried again is returned, in seconds of the Unix
/// epoch; `None` if it is not.
fn keep(
    app: &App,
    session: &Session,
    id: &str,
    parcel: &Parcel,
    outcome: Delivered,
) -> Option<i64> {
    let now = app.clock.seconds();
    let (status, number, reason, again) = match outcome {
        Delivered::Arrived(number) => ("delivered", number, String::new(), now),
        Delivered::Later(seconds) => {
            ("later", String::new(), String::new(), now + i64::from(seconds))
        }
        Delivered::Refused(why) => ("refused", String::new(), why, now),
    };
    let files = parcel.files.iter().map(|it| Answer::text(name(it))).collect();
    let at = local(app, now);
    let kept = [
        ("status".to_owned(), Answer::text(status)),
        ("number".to_owned(), Answer::Text(one_line(&number, LONGEST))),
        ("reason".to_owned(), Answer::Text(one_line(&reason, LONGEST))),
        ("again".to_owned(), Answer::Int(again)),
        ("at".to_owned(), Answer::Text(at)),
        ("to".to_owned(), Answer::text(&parcel.to)),
        ("files".to_owned(), Answer::List(files)),
    ];
    let kept = Answer::Dict(kept.into_iter().collect());
    let bytes = postcard::to_stdvec(&kept).ok();
    let put =
        |it: Vec<u8>| session.notebook().is_some_and(|to| to.put(&parcel.plugin, OURS, id, it));
    if !bytes.is_some_and(put) {
        tracing::error!(plugin = parcel.plugin, "what became of a delivery could not be kept");
    }
    (status == "later").then_some(again)
}

/// A time in seconds of the Unix epoch, as people here read it.
fn local(app: &App, at: i64) -> String {
    let from_now = SignedDuration::from_secs(at - app.clock.seconds());
    app.clock.local().saturating_add(from_now).strftime("%Y-%m-%d %H:%M").to_string()
}

fn name(file: &Enclosed) -> &str {
    match file {
        Enclosed::File(it) => &it.name,
        Enclosed::Document(it) => &it.name,
    }
}

fn kept(notebook: &Notebook, plugin: &str, id: &str) -> Option<Kept> {
    let bytes = notebook.get(plugin, OURS, id)?;
    let Ok(Answer::Dict(all)) = postcard::from_bytes(&bytes) else { return None };
    let text = |name: &str| match all.get(name) {
        Some(Answer::Text(it)) => it.clone(),
        _ => String::new(),
    };
    let status = match text("status").as_str() {
        "delivered" => "delivered",
        "refused" => "refused",
        "later" => "later",
        _ => return None,
    };
    let again = match all.get("again") {
        Some(Answer::Int(it)) => *it,
        _ => 0,
    };
    let fate = Fate { status, number: text("number"), reason: text("reason") };
    Some(Kept { fate, at: text("at"), again })
}

/// What became of parcels, by where their fate is an answer.
type Fates = Vec<(Path, Fate)>;

/// What became of the parcels of a state, and what its person is told of them.
pub(crate) async fn fates(
    app: &App,
    session: &Session,
    state: &State,
) -> Result<(Fates, Vec<Sent>), WebError> {
    let (mut fates, mut told) = (Vec::new(), Vec::new());
    let Some(notebook) = session.notebook() else { return Ok((fates, told)) };
    let (known, mut tried) = (app.plugins.known(), None);
    for parcel in session.loaded.program().parcels(state) {
        let waiting = || Kept {
            fate: Fate { status: "waiting", number: String::new(), reason: String::new() },
            at: String::new(),
            again: 0,
        };
        let id = id(app, session, &parcel)?;
        let kept = kept(notebook, &parcel.plugin, &id);
        let Kept { fate, at, .. } = kept.unwrap_or_else(waiting);
        let mut until = None;
        if fate.status == "later" {
            let jobs = match tried.take() {
                Some(jobs) => jobs,
                None => app.store.jobs_of(session.row.id).await?,
            };
            until = jobs::retried_until(app, session.row.id, &id, &jobs);
            tried = Some(jobs);
        }
        let package = known.package_of(&parcel.plugin, app.clock.seconds());
        let by = package.map_or(parcel.plugin.as_str(), |it| it.manifest.plugin.name.as_str());
        told.push(Sent {
            by: by.to_owned(),
            to: parcel.to.clone(),
            status: fate.status,
            at,
            until: until.map(|it| local(app, it)).unwrap_or_default(),
            number: fate.number.clone(),
            reason: fate.reason.clone(),
            files: parcel.files.iter().map(|it| name(it).to_owned()).collect(),
        });
        fates.push((parcel.path, fate));
    }
    Ok((fates, told))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_requests_send_nothing_of_a_session_at_once() {
        let (way, one) = (OnTheWay::default(), SessionId([1; 16]));
        let there = way.begin(one);
        assert!(there.is_some());
        assert!(way.begin(one).is_none());
        assert!(way.begin(SessionId([2; 16])).is_some());
        drop(there);
        assert!(way.begin(one).is_some());
    }

    #[test]
    fn files_that_are_too_large_together_are_not_sent() {
        let file = |length: usize| Enclosure {
            name: "scan.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            content: vec![0; length].into(),
        };
        assert!(!is_too_large(&[file(LARGEST / 2), file(LARGEST / 2)]));
        assert!(is_too_large(&[file(LARGEST / 2), file(LARGEST / 2), file(1)]));
    }
}
