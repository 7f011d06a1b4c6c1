//! The answers as guests see them during one step: bindings, aliases, gathering, the record of
//! what was read, and a journal that can be rolled back.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use affiant_guest::{Answers, Content, Object, Path, Segment, Stop, Value};
use affiant_interview::Interview;
use jiff::civil::{Date, DateTime};

use crate::change::{Change, Store};
use crate::host::Moment;
use crate::kept::Kept;
use crate::program::Program;
use crate::state::State;
use crate::task;
use crate::tree::{self, Found, NoPlace};

/// What `x`, the index variables and a table's `row_item` mean to the block being evaluated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Bindings {
    /// What `x` stands for.
    pub(crate) generic: Option<Path>,
    /// What `i` to `n` stand for.
    pub(crate) index: BTreeMap<char, Segment>,
}

impl Bindings {
    /// The segment an index variable stands for.
    pub(crate) fn segment(&self, name: char) -> Option<Segment> {
        self.index.get(&name).cloned()
    }
}

/// What one evaluation did besides giving its result.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    /// Own paths of everything read or looked at.
    pub(crate) reads: BTreeSet<Path>,
    /// Own paths of everything written, in order.
    pub(crate) writes: Vec<Path>,
    /// Those of them that held another value before.
    pub(crate) changed: Vec<Path>,
    /// Lists and dictionaries that got or lost an item.
    pub(crate) reshaped: Vec<Path>,
}

/// The world of one step.
#[derive(Debug)]
pub(crate) struct World {
    inner: Mutex<Inner>,
    moment: Moment,
    interview: Arc<Interview>,
}

/// What stands for the session's language in the record of what was read: no author can write it.
pub(crate) const LANGUAGE: &str = "_language";

/// What an author who comes from docassemble calls the sections by. It is no answer.
pub(crate) const NAVIGATION: &str = "nav";

fn is_navigation(path: &Path) -> bool {
    path.root() == NAVIGATION && path.segments().is_empty()
}

/// The language as something that values are computed from.
pub(crate) fn language_path() -> Path {
    Path::root_of(LANGUAGE)
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) bindings: Bindings,
    pub(crate) locals: Vec<(String, Value)>,
    pub(crate) gathering: Vec<Path>,
    pub(crate) words: BTreeMap<String, Value>,
    /// What is not known reads as nothing instead of being asked for.
    pub(crate) lenient: bool,
    trace: Trace,
    /// Whether a code block runs, which may begin something.
    pub(crate) may_begin: bool,
    /// What an action in the background began, whether or not its block ran to its end.
    pub(crate) begun: Vec<Object>,
    /// What is kept from whoever answers; `None` when they see everything.
    pub(crate) kept: Option<Kept>,
}

impl World {
    pub(crate) fn new(state: State, moment: Moment, program: &Program) -> Arc<Self> {
        let interview = Arc::clone(&program.interview);
        let kept = Kept::of(&moment, program);
        let inner = Inner {
            store: Store::new(state),
            bindings: Bindings::default(),
            locals: Vec::new(),
            gathering: Vec::new(),
            words: BTreeMap::new(),
            lenient: false,
            may_begin: false,
            begun: Vec::new(),
            trace: Trace::default(),
            kept,
        };
        Arc::new(Self { inner: Mutex::new(inner), moment, interview })
    }

    /// The world's inside. Nothing panics while holding it, so a poisoned lock is as good.
    pub(crate) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the step. Guests hold no share of the world by then.
    pub(crate) fn finish(world: Arc<Self>) -> (State, Vec<Change>) {
        match Arc::try_unwrap(world) {
            Ok(world) => {
                world.inner.into_inner().unwrap_or_else(PoisonError::into_inner).store.finish()
            }
            Err(shared) => std::mem::take(&mut shared.inner().store).finish(),
        }
    }

    /// Starts an evaluation with nothing read or written yet.
    pub(crate) fn bind(&self, bindings: &Bindings) {
        let mut inner = self.inner();
        inner.bindings.clone_from(bindings);
        inner.locals.clear();
        inner.trace = Trace::default();
    }

    /// Gives names of its own to one evaluation.
    pub(crate) fn bind_locals(&self, locals: Vec<(String, Value)>) {
        self.inner().locals = locals;
    }

    /// When the step happens.
    pub(crate) fn moment(&self) -> &Moment {
        &self.moment
    }

    /// What was read since [`World::bind`].
    pub(crate) fn reads(&self) -> BTreeSet<Path> {
        self.inner().trace.reads.clone()
    }

    /// What was read and written since [`World::bind`].
    pub(crate) fn take_trace(&self) -> Trace {
        std::mem::take(&mut self.inner().trace)
    }

    pub(crate) fn apply(&self, change: Change) {
        self.inner().store.apply(change);
    }

    pub(crate) fn mark(&self) -> usize {
        self.inner().store.mark()
    }

    pub(crate) fn roll_back(&self, mark: usize) {
        self.inner().store.roll_back(mark);
    }

    /// The value at a path of its own, without recording; objects as they are.
    pub(crate) fn look<T>(&self, path: &Path, see: impl FnOnce(Option<&Value>) -> T) -> T {
        let inner = self.inner();
        let answers = &inner.store.state.answers;
        match tree::get(answers, path) {
            None | Some(Value::Alias(_)) => {}
            found => return see(found),
        }
        match tree::find(answers, path) {
            Found::Value(_, value) => see(Some(value)),
            Found::Empty => see(Some(&Value::Empty)),
            Found::Missing(_) | Found::Unfit(_) => see(None),
        }
    }

    /// Whether the path is known. Not recorded.
    pub(crate) fn is_known(&self, path: &Path) -> bool {
        self.look(path, |it| it.is_some())
    }

    /// Where a value for `path` goes, its aliases resolved.
    pub(crate) fn place(&self, path: &Path) -> Result<Path, Stop> {
        let inner = self.inner();
        tree::place(&inner.store.state.answers, path).map_err(no_place)
    }
}

impl Inner {
    /// The path a guest means: `x`, index variables and locals replaced.
    fn meant<'p>(&self, path: &'p Path) -> Meant<'p> {
        let meant = self.resolved(path);
        if let (Some(kept), Meant::Path(path)) = (&self.kept, &meant) {
            kept.note(path.root());
        }
        meant
    }

    fn resolved<'p>(&self, path: &'p Path) -> Meant<'p> {
        if let Some((_, value)) = self.locals.iter().rev().find(|(name, _)| name == path.root()) {
            return match value {
                Value::Alias(target) => Meant::Path(Cow::Owned(target.extend(path.segments()))),
                _ if path.segments().is_empty() => Meant::Value(value.clone()),
                _ => Meant::Path(Cow::Borrowed(path)),
            };
        }
        if let (1, Some(name)) = (path.root().len(), path.root().chars().next()) {
            if let (Some(segment), true) =
                (self.bindings.index.get(&name), path.segments().is_empty())
            {
                return Meant::Value(value_of_segment(segment));
            }
            if let ('x', Some(generic)) = (name, &self.bindings.generic) {
                return Meant::Path(Cow::Owned(generic.extend(path.segments())));
            }
        }
        Meant::Path(Cow::Borrowed(path))
    }

    fn record(&mut self, path: &Path) {
        if let Some(kept) = &self.kept {
            kept.note(path.root());
        }
        if !self.trace.reads.contains(path) {
            self.trace.reads.insert(path.clone());
        }
    }
}

enum Meant<'p> {
    Path(Cow<'p, Path>),
    Value(Value),
}

/// An index or key as a value.
fn value_of_segment(segment: &Segment) -> Value {
    match segment {
        Segment::Index(at) => Value::Int(i64::try_from(*at).unwrap_or(i64::MAX)),
        Segment::Key(key) | Segment::Attribute(key) => Value::text(&**key),
    }
}

fn no_place(no: NoPlace) -> Stop {
    match no {
        NoPlace::Missing(path) => Stop::Missing(path),
        NoPlace::Unfit(path) => Stop::bad_call(format!("`{path}` cannot hold a value")),
    }
}

/// What a guest gets for a value: objects by their path.
fn handed_out(own: &Path, value: &Value) -> Value {
    match value {
        Value::Object(_) => Value::Alias(own.clone()),
        other => other.clone(),
    }
}

impl Answers for World {
    fn read(&self, path: &Path) -> Result<Value, Stop> {
        let mut inner = self.inner();
        let path = match inner.meant(path) {
            Meant::Value(value) => return Ok(value),
            Meant::Path(path) => path,
        };
        let (own, result) = match tree::find(&inner.store.state.answers, &path) {
            Found::Value(own, value) => {
                let handed_out = handed_out(&own, value);
                (own, Ok(handed_out))
            }
            Found::Empty => (path.into_owned(), Ok(Value::Empty)),
            Found::Missing(part) if is_navigation(&part) => return Ok(Value::Alias(part)),
            Found::Missing(part) if inner.lenient => (part, Ok(Value::Empty)),
            Found::Missing(part) => (part.clone(), Err(Stop::Missing(part))),
            Found::Unfit(part) => {
                let message = format!("there is no `{part}`: what it belongs to has no such part");
                (part, Err(Stop::bad_call(message)))
            }
        };
        inner.record(&own);
        result
    }

    fn peek(&self, path: &Path) -> Option<Value> {
        let mut inner = self.inner();
        let path = match inner.meant(path) {
            Meant::Value(value) => return Some(value),
            Meant::Path(path) => path,
        };
        let (own, result) = match tree::find(&inner.store.state.answers, &path) {
            Found::Value(own, value) => {
                let handed_out = handed_out(&own, value);
                (own, Some(handed_out))
            }
            Found::Empty => (path.into_owned(), Some(Value::Empty)),
            Found::Missing(part) => (part, None),
            Found::Unfit(_) => (path.into_owned(), None),
        };
        inner.record(&own);
        result
    }

    fn class_of(&self, path: &Path) -> Option<String> {
        let inner = self.inner();
        let Meant::Path(path) = inner.meant(path) else { return None };
        match tree::find(&inner.store.state.answers, &path) {
            Found::Value(_, Value::Object(object)) => Some(object.class.clone()),
            Found::Missing(part) if is_navigation(&part) => Some("Navigation".to_owned()),
            _ => None,
        }
    }

    fn items(&self, path: &Path) -> Result<Vec<Path>, Stop> {
        let own = self.collection(path)?;
        Ok(self.items_so_far(&own))
    }

    fn items_so_far(&self, path: &Path) -> Vec<Path> {
        let mut inner = self.inner();
        let Meant::Path(path) = inner.meant(path) else { return Vec::new() };
        let (own, count) = match tree::find(&inner.store.state.answers, &path) {
            Found::Value(own, Value::Object(object)) => match &object.content {
                Content::Items(items) => {
                    let count = if inner.gathering.contains(&own) {
                        complete_items(object, items)
                    } else {
                        items.len()
                    };
                    (own, count)
                }
                _ => return Vec::new(),
            },
            Found::Value(own, Value::List(items)) => {
                let count = items.len();
                (own, count)
            }
            _ => return Vec::new(),
        };
        inner.record(&own);
        (0..count).map(|at| own.index(at)).collect()
    }

    fn entries(&self, path: &Path) -> Result<Vec<(String, Path)>, Stop> {
        let own = self.collection(path)?;
        let mut inner = self.inner();
        let found: Vec<(String, Path)> = match tree::get(&inner.store.state.answers, &own) {
            Some(Value::Object(object)) => match &object.content {
                Content::Entries(entries) => {
                    entries.keys().map(|key| (key.clone(), own.key(key))).collect()
                }
                _ => Vec::new(),
            },
            Some(Value::Dict(entries)) => {
                entries.keys().map(|key| (key.clone(), own.key(key))).collect()
            }
            _ => Vec::new(),
        };
        inner.record(&own);
        Ok(found)
    }

    fn names(&self) -> Vec<String> {
        if let Some(kept) = &self.inner().kept {
            // Without the names of what is kept the list is not what it would be.
            kept.want();
        }
        let inner = self.inner();
        let names = inner.store.state.answers.keys();
        names.filter(|it| !task::is_place(it)).cloned().collect()
    }

    fn attributes(&self, path: &Path) -> Vec<String> {
        let inner = self.inner();
        let Meant::Path(path) = inner.meant(path) else { return Vec::new() };
        match tree::find(&inner.store.state.answers, &path) {
            Found::Value(_, Value::Object(object)) => object.attributes.keys().cloned().collect(),
            _ => Vec::new(),
        }
    }

    fn write(&self, path: &Path, value: Value) -> Result<(), Stop> {
        let mut inner = self.inner();
        let Meant::Path(path) = inner.meant(path) else {
            return Err(Stop::bad_call(format!("`{path}` cannot be set here")));
        };
        let own = tree::place(&inner.store.state.answers, &path).map_err(no_place)?;
        if matches!(&value, Value::Alias(target) if *target == own) {
            return Ok(());
        }
        inner.put(&own, value)?;
        inner.trace.writes.push(own);
        Ok(())
    }

    fn append(&self, path: &Path, value: Value) -> Result<Path, Stop> {
        let mut inner = self.inner();
        let Meant::Path(path) = inner.meant(path) else {
            return Err(Stop::bad_call("nothing can be appended here"));
        };
        let (own, count) = match tree::find(&inner.store.state.answers, &path) {
            Found::Value(own, Value::Object(object)) => match &object.content {
                Content::Items(items) => (own, items.len()),
                _ => return Err(Stop::bad_call(format!("`{path}` is not a list"))),
            },
            Found::Value(own, Value::List(items)) => (own, items.len()),
            Found::Missing(part) => return Err(Stop::Missing(part)),
            _ => return Err(Stop::bad_call(format!("`{path}` is not a list"))),
        };
        let item = own.index(count);
        inner.put(&item, value)?;
        inner.trace.writes.push(item.clone());
        Ok(item)
    }

    fn remove(&self, path: &Path) -> Result<(), Stop> {
        let mut inner = self.inner();
        let Meant::Path(path) = inner.meant(path) else { return Ok(()) };
        if let Ok(own) = tree::place(&inner.store.state.answers, &path) {
            inner.remember(&own);
            inner.take(&own);
            inner.trace.changed.push(own.clone());
            inner.trace.writes.push(own);
        }
        Ok(())
    }

    fn today(&self) -> Date {
        self.moment.today()
    }

    fn now(&self) -> DateTime {
        self.moment.now
    }

    fn language(&self) -> String {
        self.inner().record(&language_path());
        self.spoken()
    }

    fn enter(&self, section: &str) -> Result<(), Stop> {
        if !self.has_section(section) {
            return Err(Stop::bad_call(format!("there is no section `{section}`")));
        }
        if self.interview.private_section(section).is_some() {
            // What is asked there must be known before anything is asked.
            return Err(Stop::bad_call(format!(
                "`{section}` is private: write `section: {section}` at its questions instead"
            )));
        }
        self.apply(Change::Section(Some(section.to_owned())));
        Ok(())
    }

    fn begin(&self, object: Object) -> Result<Path, Stop> {
        let path = task::place(self, &object)?;
        if self.moment.in_background {
            let mut inner = self.inner();
            // A block that stopped for a need runs again from its start.
            if !inner.begun.contains(&object) {
                inner.begun.push(object.clone());
            }
        }
        self.write(&path, Value::Object(Box::new(object)))?;
        Ok(path)
    }

    fn session(&self, word: &str) -> Option<Value> {
        if let Some(key) = word.strip_prefix("word:") {
            return self.own_word(key);
        }
        if word == "currency_symbol" {
            return self.interview.metadata.currency_symbol.as_deref().map(Value::text);
        }
        if word == "section" {
            return self.inner().store.state.section.as_deref().map(Value::text);
        }
        let own = self.inner().words.get(word).cloned();
        own.or_else(|| self.moment.told.get(word).cloned())
    }
}

impl World {
    /// The session's language. Not recorded.
    pub(crate) fn spoken(&self) -> String {
        let own = self.inner().store.state.language.clone();
        own.unwrap_or_else(|| self.interview.language().to_owned())
    }

    /// Whether the interview has a section of this key, at any depth.
    fn has_section(&self, key: &str) -> bool {
        let mut waiting: Vec<_> = self.interview.sections.iter().collect();
        while let Some(section) = waiting.pop() {
            if section.key == key {
                return true;
            }
            waiting.extend(&section.children);
        }
        false
    }

    /// What the interview itself says for a key or a text in the session's language.
    fn own_word(&self, key: &str) -> Option<Value> {
        if self.interview.words.is_empty() {
            return None;
        }
        self.interview.word(&self.spoken(), key).map(Value::text)
    }

    /// The own path of a list, set or dictionary whose gathering is done or under way.
    fn collection(&self, path: &Path) -> Result<Path, Stop> {
        let mut inner = self.inner();
        let Meant::Path(path) = inner.meant(path) else {
            return Err(Stop::bad_call("this is not a list"));
        };
        let (own, gathered) = match tree::find(&inner.store.state.answers, &path) {
            Found::Value(own, Value::Object(object)) => {
                if matches!(object.content, Content::None) {
                    return Err(Stop::bad_call(format!("`{path}` is not a list or dictionary")));
                }
                let gathered = is_gathered(object) || inner.gathering.contains(&own);
                (own, gathered)
            }
            Found::Value(own, Value::List(_) | Value::Dict(_)) => (own, true),
            Found::Empty => return Ok(path.into_owned()),
            Found::Missing(part) => {
                inner.record(&part);
                return Err(Stop::Missing(part));
            }
            _ => return Err(Stop::bad_call(format!("`{path}` is not a list or dictionary"))),
        };
        let flag = own.attribute("gathered");
        inner.record(&flag);
        if gathered || inner.lenient { Ok(own) } else { Err(Stop::Missing(flag)) }
    }
}

impl Inner {
    /// Puts a value at its own place and forgets where an earlier one came from.
    fn put(&mut self, own: &Path, value: Value) -> Result<(), Stop> {
        let answers = &self.store.state.answers;
        match tree::get(answers, own) {
            Some(present) if *present == value => return Ok(()),
            Some(_) => self.trace.changed.push(own.clone()),
            None => {
                if let (Some(Segment::Index(_) | Segment::Key(_)), Some(list)) =
                    (own.last(), own.parent())
                {
                    self.trace.reshaped.push(list);
                }
            }
        }
        let before = self.store.mark();
        self.store.apply(Change::Put { path: own.clone(), value });
        if self.store.mark() == before {
            return Err(Stop::bad_call(format!("`{own}` cannot hold a value")));
        }
        Ok(())
    }

    /// Keeps the user's answers at and below a place as defaults.
    pub(crate) fn remember(&mut self, own: &Path) {
        for (path, value) in crate::stale::answers_below(&self.store.state, own) {
            self.store.apply(Change::Remembered { path, value: Some(value) });
        }
    }

    /// Takes a value away; aliases of a list's later items follow them.
    pub(crate) fn take(&mut self, own: &Path) {
        let is_item = matches!(own.last(), Some(Segment::Index(_)));
        if let (Some(Segment::Index(_) | Segment::Key(_)), Some(list)) = (own.last(), own.parent())
        {
            self.trace.reshaped.push(list);
        }
        self.store.apply(Change::Take { path: own.clone() });
        if is_item {
            for (path, value) in tree::shifted_aliases(&self.store.state.answers, own) {
                self.store.apply(Change::Put { path, value });
            }
        }
    }
}

/// Whether a collection needs no gathering.
pub(crate) fn is_gathered(object: &Object) -> bool {
    let is = |name: &str, wanted: bool| object.attributes.get(name) == Some(&Value::Bool(wanted));
    is("gathered", true) || is("auto_gather", false)
}

/// How many items are complete while a list is being gathered: all before the last, and the last
/// one when the engine has said so.
fn complete_items(object: &Object, items: &[Value]) -> usize {
    match object.attributes.get("_complete") {
        Some(Value::Int(count)) => usize::try_from(*count).unwrap_or(0).min(items.len()),
        _ => 0,
    }
}
