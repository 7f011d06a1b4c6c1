//! Answers in memory, without anything behind them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use affiant_guest::{Answers, Path, Segment, Shared, Stop, Value};
use jiff::civil::{Date, DateTime, date};

/// Known values and objects by path.
#[derive(Clone, Debug, Default)]
pub(super) struct Fake(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    values: BTreeMap<Path, Value>,
    classes: BTreeMap<Path, String>,
    lengths: BTreeMap<Path, usize>,
    keys: BTreeMap<Path, Vec<String>>,
    reads: Vec<String>,
}

impl Fake {
    pub(super) fn new() -> Self {
        Self::default()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap()
    }

    pub(super) fn with(self, path: &str, value: impl Into<Answer>) -> Self {
        self.known().values.insert(super::path(path), value.into().0);
        self
    }

    pub(super) fn object(self, path: &str, class: &str) -> Self {
        self.known().classes.insert(super::path(path), class.to_owned());
        self
    }

    pub(super) fn list(self, path: &str, length: usize) -> Self {
        let list = self.object(path, "List");
        for index in 0..length {
            let item = super::path(path).index(index);
            list.known().classes.insert(item, "Individual".to_owned());
        }
        list.known().lengths.insert(super::path(path), length);
        list
    }

    pub(super) fn dictionary(self, path: &str, entries: &[(&str, i64)]) -> Self {
        let dictionary = self.object(path, "Dict");
        let root = super::path(path);
        for (key, value) in entries {
            dictionary.known().values.insert(root.key(key), Value::Int(*value));
        }
        let keys = entries.iter().map(|(key, _)| (*key).to_owned()).collect();
        dictionary.known().keys.insert(root, keys);
        dictionary
    }

    pub(super) fn shared(&self) -> Shared {
        Arc::new(self.clone())
    }

    pub(super) fn get(&self, path: &str) -> Option<Value> {
        self.known().values.get(&super::path(path)).cloned()
    }

    /// Paths read so far, in order.
    pub(super) fn reads(&self) -> Vec<String> {
        self.known().reads.clone()
    }
}

/// Lets tests write plain numbers and texts.
pub(super) struct Answer(Value);

impl From<Value> for Answer {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

impl From<i64> for Answer {
    fn from(value: i64) -> Self {
        Self(Value::Int(value))
    }
}

impl From<bool> for Answer {
    fn from(value: bool) -> Self {
        Self(Value::Bool(value))
    }
}

impl From<&str> for Answer {
    fn from(value: &str) -> Self {
        Self(Value::text(value))
    }
}

impl Known {
    fn find(&self, path: &Path) -> Option<Value> {
        if let Some(value) = self.values.get(path) {
            return Some(value.clone());
        }
        if self.classes.contains_key(path) {
            return Some(Value::Alias(path.clone()));
        }
        match (self.find(&path.parent()?)?, path.last()?) {
            (Value::Alias(other), last) if Some(&other) != path.parent().as_ref() => {
                self.find(&other.join(last.clone()))
            }
            (Value::List(items), Segment::Index(index)) => items.get(*index).cloned(),
            (Value::Dict(entries), Segment::Key(key)) => entries.get(&**key).cloned(),
            _ => None,
        }
    }

    fn missing(&self, path: &Path) -> Stop {
        let parts = 0..=path.segments().len();
        let unknown = parts.map(|it| path.truncated(it)).find(|it| self.find(it).is_none());
        Stop::Missing(unknown.unwrap_or_else(|| path.clone()))
    }
}

impl Answers for Fake {
    fn read(&self, path: &Path) -> Result<Value, Stop> {
        let mut known = self.known();
        known.reads.push(path.to_string());
        known.find(path).ok_or_else(|| known.missing(path))
    }

    fn peek(&self, path: &Path) -> Option<Value> {
        self.known().find(path)
    }

    fn class_of(&self, path: &Path) -> Option<String> {
        self.known().classes.get(path).cloned()
    }

    fn items(&self, path: &Path) -> Result<Vec<Path>, Stop> {
        let known = self.known();
        let length = known.lengths.get(path);
        let length = length.ok_or_else(|| Stop::Missing(path.attribute("gathered")))?;
        Ok((0..*length).map(|it| path.index(it)).collect())
    }

    fn items_so_far(&self, path: &Path) -> Vec<Path> {
        self.items(path).unwrap_or_default()
    }

    fn entries(&self, path: &Path) -> Result<Vec<(String, Path)>, Stop> {
        let known = self.known();
        let keys = known.keys.get(path).ok_or_else(|| Stop::Missing(path.attribute("gathered")))?;
        Ok(keys.iter().map(|key| (key.clone(), path.key(key))).collect())
    }

    fn names(&self) -> Vec<String> {
        self.known().values.keys().map(|it| it.root().to_owned()).collect()
    }

    fn attributes(&self, _: &Path) -> Vec<String> {
        Vec::new()
    }

    fn write(&self, path: &Path, value: Value) -> Result<(), Stop> {
        let mut known = self.known();
        if let Some(parent) = path.parent() {
            let Some(holder) = known.find(&parent) else { return Err(known.missing(&parent)) };
            if let (Value::List(mut items), Some(Segment::Index(at))) = (holder, path.last()) {
                items[*at] = value;
                known.values.insert(parent, Value::List(items));
                return Ok(());
            }
        }
        known.values.insert(path.clone(), value);
        Ok(())
    }

    fn append(&self, path: &Path, value: Value) -> Result<Path, Stop> {
        let mut known = self.known();
        let length = known.lengths.entry(path.clone()).or_default();
        let item = path.index(*length);
        *length += 1;
        known.values.insert(item.clone(), value);
        Ok(item)
    }

    fn remove(&self, path: &Path) -> Result<(), Stop> {
        self.known().values.remove(path);
        Ok(())
    }

    fn today(&self) -> Date {
        date(2026, 11, 23)
    }

    fn now(&self) -> DateTime {
        date(2026, 11, 23).at(12, 0, 0, 0)
    }

    fn language(&self) -> String {
        "en".to_owned()
    }

    fn enter(&self, section: &str) -> Result<(), Stop> {
        Err(Stop::bad_call(format!("there is no section `{section}`")))
    }

    fn session(&self, _: &str) -> Option<Value> {
        None
    }
}
