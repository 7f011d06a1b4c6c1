//! Answers in memory, for tests of what reads and writes them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indexmap::IndexMap;
use jiff::civil::{Date, DateTime, date};

use crate::{Answers, Content, Object, Path, Segment, Shared, Stop, Value};

/// How many aliases in a row are followed.
const MAX_ALIASES: usize = 16;

/// A tree of answers that behaves as the engine's does: aliases are followed, objects are handed
/// out by their path, lists without `gathered` ask for it. Clones share the tree.
#[derive(Clone, Debug)]
pub struct TestAnswers(Arc<Mutex<Tree>>);

#[derive(Debug)]
struct Tree {
    roots: BTreeMap<String, Value>,
    words: BTreeMap<String, Value>,
    now: DateTime,
    reads: Vec<String>,
    looks: Vec<String>,
}

/// What a path leads to.
enum Found<'t> {
    Value(Path, &'t Value),
    Empty,
    Missing(Path),
    Unfit(Path),
}

impl Default for TestAnswers {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Tree {
            roots: BTreeMap::new(),
            words: BTreeMap::new(),
            now: date(2026, 3, 27).at(14, 30, 0, 0),
            reads: Vec::new(),
            looks: Vec::new(),
        })))
    }
}

impl TestAnswers {
    /// Nothing is known; it is 27 March 2026, 14:30.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes `path` known. Panics when the path is none or its parent is not known.
    #[must_use]
    pub fn with(self, path: &str, value: impl Into<Value>) -> Self {
        let path = Path::parse(path).expect("a test names a path");
        self.write(&path, value.into()).expect("a test sets parents before their parts");
        self
    }

    /// Puts an object of `class` at `path`, without parts.
    #[must_use]
    pub fn with_object(self, path: &str, class: &str) -> Self {
        self.with(path, Value::Object(Box::new(Object::new(class))))
    }

    /// Puts a gathered list of `class` with these items at `path`.
    #[must_use]
    pub fn with_items(self, path: &str, class: &str, items: Vec<Value>) -> Self {
        let mut object = Object::new(class);
        object.content = Content::Items(items);
        object.attributes.insert("gathered".to_owned(), Value::Bool(true));
        self.with(path, Value::Object(Box::new(object)))
    }

    /// Puts a gathered dictionary of `class` with these entries at `path`.
    #[must_use]
    pub fn with_entries(self, path: &str, class: &str, entries: &[(&str, Value)]) -> Self {
        let mut object = Object::new(class);
        let entries: IndexMap<String, Value> =
            entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        object.content = Content::Entries(entries);
        object.attributes.insert("gathered".to_owned(), Value::Bool(true));
        self.with(path, Value::Object(Box::new(object)))
    }

    /// Sets a word of the session.
    #[must_use]
    pub fn with_word(self, word: &str, value: impl Into<Value>) -> Self {
        self.tree().words.insert(word.to_owned(), value.into());
        self
    }

    /// The answers as guests take them.
    pub fn shared(&self) -> Shared {
        Arc::new(self.clone())
    }

    /// The value at `path`, objects as they are.
    pub fn get(&self, path: &str) -> Option<Value> {
        match self.tree().find(&Path::parse(path).ok()?, 0) {
            Found::Value(_, value) => Some(value.clone()),
            _ => None,
        }
    }

    /// Paths read so far, in order.
    pub fn reads(&self) -> Vec<String> {
        self.tree().reads.clone()
    }

    /// Paths looked at without asking so far, in order.
    pub fn looks(&self) -> Vec<String> {
        self.tree().looks.clone()
    }

    fn tree(&self) -> MutexGuard<'_, Tree> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The own path of a collection that is gathered.
    fn gathered(&self, path: &Path) -> Result<Path, Stop> {
        match self.tree().find(path, 0) {
            Found::Value(own, Value::Object(object)) => {
                let is = |name: &str, wanted: bool| {
                    object.attributes.get(name) == Some(&Value::Bool(wanted))
                };
                if matches!(object.content, Content::None) {
                    return Err(not_a_collection(path));
                }
                let gathered = is("gathered", true) || is("auto_gather", false);
                if gathered { Ok(own) } else { Err(Stop::Missing(own.attribute("gathered"))) }
            }
            Found::Value(own, Value::List(_) | Value::Dict(_)) => Ok(own),
            Found::Empty => Ok(path.clone()),
            Found::Missing(part) => Err(Stop::Missing(part)),
            _ => Err(not_a_collection(path)),
        }
    }
}

fn not_a_collection(path: &Path) -> Stop {
    Stop::bad_call(format!("`{path}` is not a list or dictionary"))
}

/// The part of a value that a segment names.
fn child<'v>(value: &'v Value, segment: &Segment) -> Option<&'v Value> {
    match (value, segment) {
        (Value::Object(object), Segment::Attribute(name)) => object.attributes.get(&**name),
        (Value::Object(object), segment) => match (&object.content, segment) {
            (Content::Items(items), Segment::Index(at)) => items.get(*at),
            (Content::Entries(entries), Segment::Key(key)) => entries.get(&**key),
            _ => None,
        },
        (Value::List(items), Segment::Index(at)) => items.get(*at),
        (Value::Dict(entries), Segment::Key(key) | Segment::Attribute(key)) => entries.get(&**key),
        _ => None,
    }
}

impl Tree {
    fn find(&self, path: &Path, aliases: usize) -> Found<'_> {
        let mut own = Path::root_of(path.root());
        let Some(mut value) = self.roots.get(path.root()) else { return Found::Missing(own) };
        for (at, segment) in path.segments().iter().enumerate() {
            match value {
                Value::Alias(target) if aliases < MAX_ALIASES => {
                    return self.find(&target.extend(&path.segments()[at..]), aliases + 1);
                }
                Value::Empty => return Found::Empty,
                Value::Object(_) | Value::List(_) | Value::Dict(_) => {}
                _ => return Found::Unfit(own.join(segment.clone())),
            }
            own = own.join(segment.clone());
            match child(value, segment) {
                Some(part) => value = part,
                None => return Found::Missing(own),
            }
        }
        match value {
            Value::Alias(target) if aliases < MAX_ALIASES => self.find(target, aliases + 1),
            _ => Found::Value(own, value),
        }
    }

    /// What a guest gets: objects by their path.
    fn handed_out(&self, path: &Path) -> Result<Value, Stop> {
        match self.find(path, 0) {
            Found::Value(own, Value::Object(_)) => Ok(Value::Alias(own)),
            Found::Value(_, value) => Ok(value.clone()),
            Found::Empty => Ok(Value::Empty),
            Found::Missing(part) => Err(Stop::Missing(part)),
            Found::Unfit(part) => Err(Stop::bad_call(format!("there is no `{part}`"))),
        }
    }

    /// The value at an own path.
    fn at(&mut self, own: &Path) -> Option<&mut Value> {
        let mut value = self.roots.get_mut(own.root())?;
        for segment in own.segments() {
            value = match (value, segment) {
                (Value::Object(object), Segment::Attribute(name)) => {
                    object.attributes.get_mut(&**name)?
                }
                (Value::Object(object), segment) => match (&mut object.content, segment) {
                    (Content::Items(items), Segment::Index(at)) => items.get_mut(*at)?,
                    (Content::Entries(entries), Segment::Key(key)) => entries.get_mut(&**key)?,
                    _ => return None,
                },
                (Value::List(items), Segment::Index(at)) => items.get_mut(*at)?,
                (Value::Dict(entries), Segment::Key(key) | Segment::Attribute(key)) => {
                    entries.get_mut(&**key)?
                }
                _ => return None,
            };
        }
        Some(value)
    }

    /// The place whose part `path` is, and the last segment.
    fn parent(&mut self, path: &Path) -> Result<(&mut Value, Segment), Stop> {
        let cannot = || Stop::bad_call(format!("`{path}` cannot hold a value"));
        let (Some(parent), Some(last)) = (path.parent(), path.last()) else {
            return Err(cannot());
        };
        let own = match self.find(&parent, 0) {
            Found::Value(own, _) => own,
            Found::Missing(part) => return Err(Stop::Missing(part)),
            _ => return Err(cannot()),
        };
        let value = self.at(&own).ok_or_else(cannot)?;
        Ok((value, last.clone()))
    }
}

impl Answers for TestAnswers {
    fn read(&self, path: &Path) -> Result<Value, Stop> {
        let mut tree = self.tree();
        tree.reads.push(path.to_string());
        tree.handed_out(path)
    }

    fn peek(&self, path: &Path) -> Option<Value> {
        let mut tree = self.tree();
        tree.looks.push(path.to_string());
        tree.handed_out(path).ok()
    }

    fn class_of(&self, path: &Path) -> Option<String> {
        match self.tree().find(path, 0) {
            Found::Value(_, Value::Object(object)) => Some(object.class.clone()),
            _ => None,
        }
    }

    fn items(&self, path: &Path) -> Result<Vec<Path>, Stop> {
        let own = self.gathered(path)?;
        Ok(self.items_so_far(&own))
    }

    fn items_so_far(&self, path: &Path) -> Vec<Path> {
        match self.tree().find(path, 0) {
            Found::Value(own, Value::List(items)) => {
                (0..items.len()).map(|at| own.index(at)).collect()
            }
            Found::Value(own, Value::Object(object)) => match &object.content {
                Content::Items(items) => (0..items.len()).map(|at| own.index(at)).collect(),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    fn entries(&self, path: &Path) -> Result<Vec<(String, Path)>, Stop> {
        let own = self.gathered(path)?;
        let tree = self.tree();
        let entries = match tree.find(&own, 0) {
            Found::Value(_, Value::Dict(entries)) => Some(entries),
            Found::Value(_, Value::Object(object)) => match &object.content {
                Content::Entries(entries) => Some(entries),
                _ => None,
            },
            _ => None,
        };
        let keys = entries.into_iter().flat_map(IndexMap::keys);
        Ok(keys.map(|key| (key.clone(), own.key(key))).collect())
    }

    fn names(&self) -> Vec<String> {
        self.tree().roots.keys().cloned().collect()
    }

    fn attributes(&self, path: &Path) -> Vec<String> {
        match self.tree().find(path, 0) {
            Found::Value(_, Value::Object(object)) => object.attributes.keys().cloned().collect(),
            _ => Vec::new(),
        }
    }

    fn write(&self, path: &Path, value: Value) -> Result<(), Stop> {
        let mut tree = self.tree();
        if path.segments().is_empty() {
            tree.roots.insert(path.root().to_owned(), value);
            return Ok(());
        }
        let (parent, last) = tree.parent(path)?;
        let items = match (parent, &last) {
            (Value::Object(object), Segment::Attribute(name)) => {
                object.attributes.insert((**name).to_owned(), value);
                return Ok(());
            }
            (Value::Object(object), segment) => match (&mut object.content, segment) {
                (Content::Entries(entries), Segment::Key(key)) => {
                    entries.insert((**key).to_owned(), value);
                    return Ok(());
                }
                (Content::Items(items), Segment::Index(at)) => Some((items, *at)),
                _ => None,
            },
            (Value::Dict(entries), Segment::Key(key)) => {
                entries.insert((**key).to_owned(), value);
                return Ok(());
            }
            (Value::List(items), Segment::Index(at)) => Some((items, *at)),
            _ => None,
        };
        match items {
            Some((items, at)) if at < items.len() => items[at] = value,
            Some((items, at)) if at == items.len() => items.push(value),
            _ => return Err(Stop::bad_call(format!("`{path}` cannot hold a value"))),
        }
        Ok(())
    }

    fn append(&self, path: &Path, value: Value) -> Result<Path, Stop> {
        let own = match self.tree().find(path, 0) {
            Found::Value(own, _) => own,
            Found::Missing(part) => return Err(Stop::Missing(part)),
            _ => return Err(not_a_collection(path)),
        };
        let item = own.index(self.items_so_far(&own).len());
        self.write(&item, value)?;
        Ok(item)
    }

    fn remove(&self, path: &Path) -> Result<(), Stop> {
        let mut tree = self.tree();
        if path.segments().is_empty() {
            tree.roots.remove(path.root());
            return Ok(());
        }
        let Ok((parent, last)) = tree.parent(path) else { return Ok(()) };
        match (parent, &last) {
            (Value::Object(object), Segment::Attribute(name)) => {
                object.attributes.remove(&**name);
            }
            (Value::Object(object), segment) => match (&mut object.content, segment) {
                (Content::Items(items), Segment::Index(at)) if *at < items.len() => {
                    items.remove(*at);
                }
                (Content::Entries(entries), Segment::Key(key)) => {
                    entries.shift_remove(&**key);
                }
                _ => {}
            },
            (Value::List(items), Segment::Index(at)) if *at < items.len() => {
                items.remove(*at);
            }
            (Value::Dict(entries), Segment::Key(key)) => {
                entries.shift_remove(&**key);
            }
            _ => {}
        }
        Ok(())
    }

    fn today(&self) -> Date {
        self.tree().now.date()
    }

    fn now(&self) -> DateTime {
        self.tree().now
    }

    fn language(&self) -> String {
        match self.tree().words.get("language") {
            Some(Value::Text(language)) => language.clone(),
            _ => "en".to_owned(),
        }
    }

    fn enter(&self, section: &str) -> Result<(), Stop> {
        Err(Stop::bad_call(format!("there is no section `{section}`")))
    }

    fn begin(&self, object: Object) -> Result<Path, Stop> {
        let path = Path::root_of("_task0");
        self.write(&path, Value::Object(Box::new(object)))?;
        Ok(path)
    }

    fn session(&self, word: &str) -> Option<Value> {
        self.tree().words.get(word).cloned()
    }
}
