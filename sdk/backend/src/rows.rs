//! What is stored: opaque ids, times, sizes and sealed bytes.

use crate::job::JobRow;
use crate::objects::ObjectId;

/// Names a session; random, and of no use to anybody without the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(pub [u8; 16]);

/// A hash by which a visitor's session, or a resume code, is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lookup(pub [u8; 32]);

impl Lookup {
    /// What stands in place of a lookup in the row of a session that belongs to an account: its id,
    /// twice. Nobody can know a token whose hash that is.
    pub fn of_owned(session: SessionId) -> Self {
        let mut twice = [0; 32];
        twice[..16].copy_from_slice(&session.0);
        twice[16..].copy_from_slice(&session.0);
        Self(twice)
    }
}

/// A session as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id.
    pub id: SessionId,
    /// By which its visitor finds it.
    pub lookup: Lookup,
    /// Name of the interview.
    pub interview: String,
    /// The session's seed, sealed under a key that only the visitor has; empty when the session
    /// belongs to an account, whose grant holds it.
    pub wrapped: Vec<u8>,
    /// Counts the changes.
    pub revision: u64,
    /// Number of the newest step.
    pub last_step: u32,
    /// When it was made, in seconds of the Unix epoch, cut to the day.
    pub created: i64,
    /// When it was last changed, in seconds of the Unix epoch.
    pub touched: i64,
    /// Counts the seeds of the session: its steps and files are sealed under the newest.
    pub epoch: u32,
    /// How far its log goes, sealed; empty where a version wrote it that knew of none.
    pub head: Vec<u8>,
}

impl SessionRow {
    /// Whether it belongs to an account.
    pub fn is_owned(&self) -> bool {
        self.wrapped.is_empty()
    }
}

/// One step as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepRow {
    /// Its number; 0 is the start.
    pub number: u32,
    /// What it changed, sealed; nothing where the whole state is stored with it.
    pub delta: Vec<u8>,
    /// The whole state after it, sealed; now and then.
    pub snapshot: Option<Vec<u8>>,
}

/// What the row of a session says of its log from a change on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadRow {
    /// The revision that the change makes. Greater than every one that the session had.
    pub revision: u64,
    /// The head, sealed.
    pub sealed: Vec<u8>,
}

/// A step that is added to a session, with what changes together with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextStep {
    /// Which session.
    pub session: SessionId,
    /// The revision that it must have.
    pub expected: u64,
    /// The step behind which it comes, in place of all that are there.
    pub after: u32,
    /// The step; its number is `after + 1`.
    pub step: StepRow,
    /// What the session's row says from then on.
    pub head: HeadRow,
    /// Files and jobs that come and go with it.
    pub files: FilesOfStep,
    /// Now, in seconds of the Unix epoch.
    pub touched: i64,
}

/// What is needed to make the state after a step again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The newest snapshot, with the number of its step.
    pub snapshot: Option<(u32, Vec<u8>)>,
    /// The deltas of the steps behind it, in order.
    pub deltas: Vec<(u32, Vec<u8>)>,
}

/// A file as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRow {
    /// The session it belongs to.
    pub session: SessionId,
    /// Its id, random.
    pub id: [u8; 16],
    /// Its own key, sealed under the session's.
    pub wrapped: Vec<u8>,
    /// Its name, sealed under its key.
    pub name: Vec<u8>,
    /// Its content, sealed.
    pub content: Content,
}

/// The sealed content of a file, or where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// With its row, in chunks, in order.
    Chunks(Vec<Vec<u8>>),
    /// In an object of so many bytes.
    Object(ObjectId, u64),
}

/// Files of a session that come and go with a step of it, and what the step begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilesOfStep {
    /// A file that is there from the step on.
    pub put: Option<FileRow>,
    /// Ids of those that are gone then; no error if there is none of an id.
    pub deleted: Vec<[u8; 16]>,
    /// Jobs that wait from the step on; those whose id is there already are passed over.
    pub jobs: Vec<JobRow>,
}

impl FilesOfStep {
    /// Whether nothing comes and nothing goes.
    pub fn is_empty(&self) -> bool {
        self.put.is_none() && self.deleted.is_empty() && self.jobs.is_empty()
    }
}
