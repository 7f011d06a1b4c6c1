//! An object of the answers, as a script holds it.

use std::sync::Arc;

use affiant_guest::{FaultKind, Path, Stop, Value};
use rhai::{Dynamic, EvalAltResult};

use crate::state::State;
use crate::values;

type Outcome<T> = Result<T, Box<EvalAltResult>>;

/// Names an object and reads it attribute by attribute, so that the first part that is not known
/// is the one that is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Handle {
    pub(crate) path: Arc<Path>,
    pub(crate) state: Arc<State>,
}

/// What a handle contains, by its class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Items in order.
    List,
    /// Keys with entries.
    Dictionary,
}

impl Handle {
    pub(crate) fn new(path: Path, state: &Arc<State>) -> Self {
        Self { path: Arc::new(path), state: Arc::clone(state) }
    }

    /// `handle.name`
    pub(crate) fn attribute(&self, name: &str) -> Outcome<Dynamic> {
        self.state.read(&self.path.attribute(name))
    }

    /// `handle.name = value`
    pub(crate) fn set_attribute(&self, name: &str, value: Dynamic) -> Outcome<()> {
        self.set(&self.path.attribute(name), value)
    }

    /// `handle[index]` or `handle[key]`
    pub(crate) fn at(&self, index: &Dynamic) -> Outcome<Dynamic> {
        self.state.read(&element(&self.path, index, &self.state)?)
    }

    /// `handle[index] = value`
    pub(crate) fn set_at(&self, index: &Dynamic, value: Dynamic) -> Outcome<()> {
        self.set(&element(&self.path, index, &self.state)?, value)
    }

    /// Writes, unless Rhai only hands back the object it got from there after a change inside it.
    fn set(&self, path: &Path, value: Dynamic) -> Outcome<()> {
        if let Some(other) = value.read_lock::<Self>()
            && (*other.path == *path || self.is_same(path, &other.path))
        {
            return Ok(());
        }
        self.state.write(path, value)
    }

    fn is_same(&self, path: &Path, other: &Path) -> bool {
        self.state.answers.peek(path) == Some(Value::Alias(other.clone()))
    }

    /// Whether it is a dictionary or, like everything else that can be walked through, a list.
    pub(crate) fn shape(&self) -> Shape {
        match self.state.answers.class_of(&self.path) {
            Some(class) if crate::calls::is_dictionary(&class) => Shape::Dictionary,
            _ => Shape::List,
        }
    }

    /// The paths of the items; asks to gather.
    pub(crate) fn items(&self) -> Outcome<Vec<Path>> {
        self.state.answers.items(&self.path).map_err(|stop| self.state.raise(stop))
    }

    /// The keys and paths of the entries; asks to gather.
    pub(crate) fn entries(&self) -> Outcome<Vec<(String, Path)>> {
        self.state.answers.entries(&self.path).map_err(|stop| self.state.raise(stop))
    }

    /// The items, or the values of a dictionary, as a list of Rhai's.
    pub(crate) fn values(&self) -> Outcome<rhai::Array> {
        let paths = match self.shape() {
            Shape::List => self.items()?,
            Shape::Dictionary => self.entries()?.into_iter().map(|(_, path)| path).collect(),
        };
        paths.iter().map(|path| self.state.read(path)).collect()
    }

    /// The keys of a dictionary, or the items of a list: what a loop goes through.
    pub(crate) fn walk(self) -> Box<dyn Iterator<Item = Outcome<Dynamic>>> {
        if self.shape() == Shape::Dictionary {
            return match self.entries() {
                Ok(entries) => Box::new(entries.into_iter().map(|(key, _)| Ok(key.into()))),
                Err(error) => Box::new(std::iter::once(Err(error))),
            };
        }
        match self.items() {
            Ok(paths) => Box::new(paths.into_iter().map(move |path| self.state.read(&path))),
            Err(error) => Box::new(std::iter::once(Err(error))),
        }
    }

    /// Appends to a list and returns the new item.
    pub(crate) fn push(&self, value: Dynamic) -> Outcome<Dynamic> {
        let added = values::to_value(value).and_then(|value| {
            self.state.charge(&value)?;
            self.state.answers.append(&self.path, value)
        });
        match added {
            Ok(path) => self.state.read(&path),
            Err(stop) => Err(self.state.raise(stop)),
        }
    }
}

/// The path of an element; a negative index counts from the end.
pub(crate) fn element(path: &Path, index: &Dynamic, state: &State) -> Outcome<Path> {
    if let Ok(index) = index.as_int() {
        if let Ok(index) = usize::try_from(index) {
            return Ok(path.index(index));
        }
        let items = state.answers.items(path).map_err(|stop| state.raise(stop))?;
        let from_end = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
        return items.len().checked_sub(from_end).map(|at| path.index(at)).ok_or_else(|| {
            state.raise(Stop::bad_call("this index is before the start of the list"))
        });
    }
    if let Ok(key) = index.as_immutable_string_ref() {
        return Ok(path.key(&key));
    }
    if let Ok(key) = index.as_char() {
        return Ok(path.key(key.encode_utf8(&mut [0; 4])));
    }
    Err(state.raise(Stop::fault(
        FaultKind::BadCall,
        "an index is a whole number, a key is text in double quotes",
    )))
}
