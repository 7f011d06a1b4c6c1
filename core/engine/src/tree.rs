//! Places in the answers: finding, putting and taking values by path.

use affiant_guest::{Content, Path, Segment, Value};

use crate::paged::Paged;

/// Root name to value.
pub(crate) type Answers = Paged<String, Value>;

/// How often one look-up follows an alias, so that two aliases of each other end.
const MAX_ALIASES: usize = 32;

/// How far behind a list's end an item may be put; the ones between become null.
const MAX_GAP: usize = 10;

/// A place that cannot hold a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoPlace {
    /// This part of the path is not known.
    Missing(Path),
    /// This part holds something without parts, or the item is too far behind the end.
    Unfit(Path),
}

/// What a look-up found.
pub(crate) enum Found<'a> {
    /// The value, with its own path (aliases on the way resolved).
    Value(Path, &'a Value),
    /// An attribute of `Value::Empty`.
    Empty,
    /// The first part that is not known, by its own path.
    Missing(Path),
    /// A part that cannot have what was asked of it.
    Unfit(Path),
}

/// Looks `path` up, following aliases, the last one too.
pub(crate) fn find<'a>(answers: &'a Answers, path: &Path) -> Found<'a> {
    let mut path = path.clone();
    for _ in 0..MAX_ALIASES {
        match walk(answers, &path) {
            Walk::End(value) => match value {
                Value::Alias(target) => path = target.clone(),
                _ => return Found::Value(path, value),
            },
            Walk::Alias { target, rest } => path = target.extend(&rest),
            Walk::Empty => return Found::Empty,
            Walk::Missing(depth) => return Found::Missing(path.truncated(depth)),
            Walk::Unfit(depth) => return Found::Unfit(path.truncated(depth)),
        }
    }
    Found::Unfit(path)
}

/// `path` with the aliases on the way to its last part resolved: where a write goes.
pub(crate) fn place(answers: &Answers, path: &Path) -> Result<Path, NoPlace> {
    let (Some(parent), Some(last)) = (path.parent(), path.last()) else {
        return Ok(path.clone());
    };
    match find(answers, &parent) {
        Found::Value(own, _) => Ok(own.join(last.clone())),
        Found::Missing(part) => Err(NoPlace::Missing(part)),
        Found::Empty => Err(NoPlace::Unfit(parent)),
        Found::Unfit(part) => Err(NoPlace::Unfit(part)),
    }
}

enum Walk<'a> {
    End(&'a Value),
    Alias { target: &'a Path, rest: Vec<Segment> },
    Empty,
    Missing(usize),
    Unfit(usize),
}

fn walk<'a>(answers: &'a Answers, path: &Path) -> Walk<'a> {
    let Some(mut value) = answers.get(path.root()) else {
        return Walk::Missing(0);
    };
    for (depth, segment) in path.segments().iter().enumerate() {
        match value {
            Value::Alias(target) => {
                return Walk::Alias { target, rest: path.segments()[depth..].to_vec() };
            }
            Value::Empty => return Walk::Empty,
            _ => {}
        }
        value = match child(value, segment) {
            Child::Value(it) => it,
            Child::Missing => return Walk::Missing(depth + 1),
            Child::Unfit => return Walk::Unfit(depth + 1),
        };
    }
    Walk::End(value)
}

enum Child<'a> {
    Value(&'a Value),
    Missing,
    Unfit,
}

fn child<'a>(value: &'a Value, segment: &Segment) -> Child<'a> {
    let found = match (value, segment) {
        (Value::Object(object), Segment::Attribute(name)) => object.attributes.get(&**name),
        (Value::Object(object), Segment::Index(at)) => match &object.content {
            Content::Items(items) => items.get(*at),
            Content::Entries(entries) => entries.get(&at.to_string()),
            Content::None => return Child::Unfit,
        },
        (Value::Object(object), Segment::Key(key)) => match &object.content {
            Content::Entries(entries) => entries.get(&**key),
            Content::Items(_) | Content::None => return Child::Unfit,
        },
        (Value::List(items), Segment::Index(at)) => {
            return items.get(*at).map_or(Child::Unfit, Child::Value);
        }
        (Value::Dict(entries), Segment::Key(key) | Segment::Attribute(key)) => {
            return entries.get(&**key).map_or(Child::Unfit, Child::Value);
        }
        _ => return Child::Unfit,
    };
    found.map_or(Child::Missing, Child::Value)
}

/// The value at exactly this place, aliases on the way not followed.
pub(crate) fn get<'a>(answers: &'a Answers, path: &Path) -> Option<&'a Value> {
    match walk(answers, path) {
        Walk::End(value) => Some(value),
        _ => None,
    }
}

fn get_mut<'a>(answers: &'a mut Answers, path: &Path) -> Option<&'a mut Value> {
    let mut value = answers.get_mut(path.root())?;
    for segment in path.segments() {
        value = match (value, segment) {
            (Value::Object(object), Segment::Attribute(name)) => {
                object.attributes.get_mut(&**name)?
            }
            (Value::Object(object), segment) => match (&mut object.content, segment) {
                (Content::Items(items), Segment::Index(at)) => items.get_mut(*at)?,
                (Content::Entries(entries), Segment::Key(key)) => entries.get_mut(&**key)?,
                (Content::Entries(entries), Segment::Index(at)) => {
                    entries.get_mut(&at.to_string())?
                }
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

/// Puts a value at exactly this place; returns what was there.
pub(crate) fn put(
    answers: &mut Answers,
    path: &Path,
    value: Value,
) -> Result<Option<Value>, NoPlace> {
    let (Some(parent), Some(last)) = (path.parent(), path.last()) else {
        return Ok(answers.insert(path.root().to_owned(), value));
    };
    let Some(holder) = get_mut(answers, &parent) else {
        return Err(NoPlace::Missing(parent));
    };
    let unfit = || NoPlace::Unfit(path.clone());
    match (holder, last) {
        (Value::Object(object), Segment::Attribute(name)) => {
            Ok(object.attributes.insert(name.to_string(), value))
        }
        (Value::Object(object), segment) => match (&mut object.content, segment) {
            (Content::Items(items), Segment::Index(at)) => {
                put_item(items, *at, value).ok_or_else(unfit)
            }
            (Content::Entries(entries), Segment::Key(key)) => {
                Ok(entries.insert(key.to_string(), value))
            }
            (Content::Entries(entries), Segment::Index(at)) => {
                Ok(entries.insert(at.to_string(), value))
            }
            _ => Err(unfit()),
        },
        (Value::List(items), Segment::Index(at)) => put_item(items, *at, value).ok_or_else(unfit),
        (Value::Dict(entries), Segment::Key(key) | Segment::Attribute(key)) => {
            Ok(entries.insert(key.to_string(), value))
        }
        _ => Err(unfit()),
    }
}

/// `None` when the place is too far behind the end.
#[expect(clippy::option_option, reason = "no place, a new place, or what was there")]
fn put_item(items: &mut Vec<Value>, at: usize, value: Value) -> Option<Option<Value>> {
    if let Some(item) = items.get_mut(at) {
        return Some(Some(std::mem::replace(item, value)));
    }
    if at > items.len() + MAX_GAP {
        return None;
    }
    items.resize(at, Value::Null);
    items.push(value);
    Some(None)
}

/// Puts an item before the one that has the place now. Whether there was such a list.
pub(crate) fn insert(answers: &mut Answers, path: &Path, value: Value) -> bool {
    let (Some(parent), Some(Segment::Index(at))) = (path.parent(), path.last()) else {
        return false;
    };
    let items = match get_mut(answers, &parent) {
        Some(Value::Object(object)) => match &mut object.content {
            Content::Items(items) => items,
            _ => return false,
        },
        Some(Value::List(items)) => items,
        _ => return false,
    };
    if *at > items.len() {
        return false;
    }
    items.insert(*at, value);
    true
}

/// Takes away what is at exactly this place; items behind it move up.
pub(crate) fn take(answers: &mut Answers, path: &Path) -> Option<Value> {
    let (Some(parent), Some(last)) = (path.parent(), path.last()) else {
        return answers.remove(path.root());
    };
    match (get_mut(answers, &parent)?, last) {
        (Value::Object(object), Segment::Attribute(name)) => object.attributes.remove(&**name),
        (Value::Object(object), segment) => match (&mut object.content, segment) {
            (Content::Items(items), Segment::Index(at)) => {
                (*at < items.len()).then(|| items.remove(*at))
            }
            (Content::Entries(entries), Segment::Key(key)) => entries.shift_remove(&**key),
            (Content::Entries(entries), Segment::Index(at)) => {
                entries.shift_remove(&at.to_string())
            }
            _ => None,
        },
        (Value::List(items), Segment::Index(at)) => (*at < items.len()).then(|| items.remove(*at)),
        (Value::Dict(entries), Segment::Key(key) | Segment::Attribute(key)) => {
            entries.shift_remove(&**key)
        }
        _ => None,
    }
}

/// Whether the place is a list's last item; `None` when it is no item.
pub(crate) fn is_last_item(answers: &Answers, path: &Path) -> Option<bool> {
    let Some(Segment::Index(at)) = path.last() else { return None };
    match get(answers, &path.parent()?)? {
        Value::List(items) => Some(at + 1 == items.len()),
        Value::Object(object) => match &object.content {
            Content::Items(items) => Some(at + 1 == items.len()),
            _ => None,
        },
        _ => None,
    }
}

/// Every value without parts below `value`, with its path.
pub(crate) fn leaves(path: &Path, value: &Value, each: &mut dyn FnMut(Path, &Value)) {
    let mut waiting = vec![(path.clone(), value)];
    while let Some((path, value)) = waiting.pop() {
        let Value::Object(object) = value else {
            each(path, value);
            continue;
        };
        for (name, value) in &object.attributes {
            waiting.push((path.attribute(name), value));
        }
        match &object.content {
            Content::None => {}
            Content::Items(items) => {
                waiting.extend(items.iter().enumerate().map(|(at, it)| (path.index(at), it)));
            }
            Content::Entries(entries) => {
                waiting.extend(entries.iter().map(|(key, it)| (path.key(key), it)));
            }
        }
    }
}

/// The aliases to put anew after the item at `taken` went away: those of later items move up,
/// those of the item itself become empty.
pub(crate) fn shifted_aliases(answers: &Answers, taken: &Path) -> Vec<(Path, Value)> {
    let (Some(list), Some(Segment::Index(gone))) = (taken.parent(), taken.last()) else {
        return Vec::new();
    };
    let depth = list.segments().len();
    let mut shifted = Vec::new();
    for (root, value) in answers.iter() {
        leaves(&Path::root_of(root), value, &mut |place, value| {
            let Value::Alias(target) = value else { return };
            if !target.starts_with(&list) {
                return;
            }
            let Some(Segment::Index(at)) = target.segments().get(depth) else { return };
            if at > gone {
                let rest = &target.segments()[depth + 1..];
                shifted.push((place, Value::Alias(list.index(at - 1).extend(rest))));
            } else if at == gone {
                shifted.push((place, Value::Empty));
            }
        });
    }
    shifted
}
