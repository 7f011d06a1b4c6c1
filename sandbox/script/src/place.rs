//! Where an assignment to an answer goes, and where a closure reads one.

use std::sync::Arc;

use affiant_guest::Path;
use rhai::{Dynamic, EvalAltResult};

use crate::handle::element;
use crate::state::State;

type Outcome<T> = Result<T, Box<EvalAltResult>>;

/// A place among the answers that an assignment is walking to: nothing is read on the way.
///
/// `kids[i].age = 5` is parsed with a marker in front, so that Rhai evaluates it as
/// `root.kids[i].age = 5`; each step gives the next place, the last one writes.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// `None` is the root, which contains every variable.
    path: Option<Arc<Path>>,
    state: Arc<State>,
}

impl Place {
    pub(crate) fn root(state: &Arc<State>) -> Self {
        Self { path: None, state: Arc::clone(state) }
    }

    fn child(&self, name: &str) -> Path {
        match &self.path {
            None => Path::root_of(name),
            Some(path) => path.attribute(name),
        }
    }

    fn at_path(&self, path: Path) -> Dynamic {
        Dynamic::from(Self { path: Some(Arc::new(path)), state: Arc::clone(&self.state) })
    }

    pub(crate) fn attribute(&self, name: &str) -> Dynamic {
        self.at_path(self.child(name))
    }

    pub(crate) fn set_attribute(&self, name: &str, value: Dynamic) -> Outcome<()> {
        self.set(&self.child(name), value)
    }

    pub(crate) fn at(&self, index: &Dynamic) -> Outcome<Dynamic> {
        Ok(self.at_path(self.element(index)?))
    }

    pub(crate) fn set_at(&self, index: &Dynamic, value: Dynamic) -> Outcome<()> {
        self.set(&self.element(index)?, value)
    }

    fn element(&self, index: &Dynamic) -> Outcome<Path> {
        match &self.path {
            Some(path) => element(path, index, &self.state),
            // The parser never makes an index of the root.
            None => Err(self.state.raise(affiant_guest::Stop::bad_call("nothing to index"))),
        }
    }

    /// Writes, unless Rhai hands a place back to the one it came from.
    fn set(&self, path: &Path, value: Dynamic) -> Outcome<()> {
        if value.is::<Self>() { Ok(()) } else { self.state.write(path, value) }
    }

    /// What is there now; asks.
    pub(crate) fn read(&self) -> Outcome<Dynamic> {
        match &self.path {
            Some(path) => self.state.read(path),
            None => Ok(Dynamic::UNIT),
        }
    }
}

/// The answers as a closure reads them: each name when it is used, not when the closure is made.
#[derive(Clone, Debug)]
pub(crate) struct Reader(pub(crate) Arc<State>);

impl Reader {
    pub(crate) fn attribute(&self, name: &str) -> Outcome<Dynamic> {
        self.0.read(&Path::root_of(name))
    }
}
