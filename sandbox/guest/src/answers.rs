//! What a guest sees of an interview's answers.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;

use jiff::civil::{Date, DateTime};

use crate::{Object, Path, Stop, Value};

/// The answers, shared with the closures of one evaluation.
pub type Shared = Arc<dyn Answers>;

/// A guest's view of the answers of one session, for one evaluation.
///
/// Paths that begin with `x` or an index variable (`i j k l m n`) mean what the block being
/// evaluated bound them to; implementations resolve them and follow aliases, so a guest may pass
/// any path on. Every `read` and `peek` is recorded as something the result depends on.
pub trait Answers: Send + Sync + Debug {
    /// The value at `path`; an object or a collection with a class comes as [`Value::Alias`] of
    /// its own path. Fails with [`Stop::Missing`], naming the first part that is not known.
    fn read(&self, path: &Path) -> Result<Value, Stop>;

    /// The value at `path` if it is known, like [`Answers::read`], but never asks.
    fn peek(&self, path: &Path) -> Option<Value>;

    /// The class of the object at `path`, if there is one. Not recorded.
    fn class_of(&self, path: &Path) -> Option<String>;

    /// The paths of the items of the list or set at `path`. Fails with [`Stop::Missing`] for
    /// `path.gathered` while the list has not been gathered, unless gathering it is what the
    /// engine is doing: then it gives the items there are.
    fn items(&self, path: &Path) -> Result<Vec<Path>, Stop>;

    /// The items there are now; never asks.
    fn items_so_far(&self, path: &Path) -> Vec<Path>;

    /// The keys and paths of the entries of the dictionary at `path`; asks like [`Answers::items`].
    fn entries(&self, path: &Path) -> Result<Vec<(String, Path)>, Stop>;

    /// Names of the variables that are known. Not recorded.
    fn names(&self) -> Vec<String>;

    /// Names of the attributes known of the object at `path`.
    fn attributes(&self, path: &Path) -> Vec<String>;

    /// Defines `path`. Fails with a fault when the place cannot hold it (an item far beyond a
    /// list's end, an attribute of a number), with [`Stop::Missing`] when its parent is unknown.
    fn write(&self, path: &Path, value: Value) -> Result<(), Stop>;

    /// Appends to the list or set at `path` and returns the new item's path.
    fn append(&self, path: &Path, value: Value) -> Result<Path, Stop>;

    /// Forgets `path`; an item of a list is taken out and those behind it move up.
    fn remove(&self, path: &Path) -> Result<(), Stop>;

    /// The day of this step, in the session's time zone.
    fn today(&self) -> Date;

    /// The moment of this step, in the session's time zone.
    fn now(&self) -> DateTime;

    /// The language of the session, a BCP 47 tag such as `en`.
    fn language(&self) -> String;

    /// Goes on in the section of this key. Fails with a fault when the interview has none.
    fn enter(&self, section: &str) -> Result<(), Stop>;

    /// Begins something that goes on beside the interview, as the object says it: a task, a mail.
    /// Gives the path of the object, which tells what becomes of it. Fails with a fault where nothing
    /// can begin: outside of code blocks, or when too much has begun.
    fn begin(&self, object: Object) -> Result<Path, Stop> {
        let _ = object;
        Err(Stop::bad_call("nothing can begin here: call it in a code block"))
    }

    /// A word that is kept for functions that look at the session rather than at answers: by the
    /// engine `action`, `action_argument.NAME`, `section`, by its host `interview_url`,
    /// `site_url`, `user_logged_in`, `user_info.PART`, `user_privileges`, `config.KEY`.
    fn session(&self, word: &str) -> Option<Value>;

    /// Calls a function of a plugin; an object comes as [`Value::Alias`] of its own path. `None` if
    /// no plugin of the interview has one of that name.
    fn call(&self, function: &str, arguments: Vec<Value>) -> Option<Result<Value, Stop>> {
        let _ = (function, arguments);
        None
    }
}

/// Names of functions that plugins have, besides those of the library.
pub type Foreign = BTreeSet<String>;
