//! Values across the border: a tree here, a list of nodes there.

use affiant_guest::{Content, Object, Value};
use indexmap::IndexMap;
use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;

use crate::bindings::host::types as wit;
use crate::fault::FaultKind;

/// Deepest nesting of a value.
const MAX_DEPTH: usize = 64;

/// A value as its nodes.
///
/// Fails for what has more nodes than allowed, is nested too deep, or has no form there: formatted
/// text and other names of objects belong to the product.
pub(crate) fn to_guest(value: &Value, most: usize) -> Result<wit::Value, FaultKind> {
    let mut nodes = Vec::new();
    push(value, &mut nodes, most, 0)?;
    Ok(wit::Value { nodes })
}

fn push(
    value: &Value,
    nodes: &mut Vec<wit::Node>,
    most: usize,
    depth: usize,
) -> Result<u32, FaultKind> {
    if depth > MAX_DEPTH {
        return Err(FaultKind::BadArgument("a value that is nested so deep"));
    }
    let all = |values: &mut dyn Iterator<Item = &Value>, nodes: &mut Vec<wit::Node>| {
        values.map(|it| push(it, nodes, most, depth + 1)).collect::<Result<Vec<u32>, _>>()
    };
    let node = match value {
        Value::Null | Value::Empty => wit::Node::Nothing,
        Value::Bool(it) => wit::Node::Truth(*it),
        Value::Int(it) => wit::Node::Whole(*it),
        Value::Decimal(it) => wit::Node::Decimal(it.to_string()),
        Value::Float(it) => wit::Node::Real(*it),
        Value::Text(it) => wit::Node::Text(it.clone()),
        Value::Markup(_) => return Err(FaultKind::BadArgument("formatted text")),
        Value::Date(it) => wit::Node::Day(day(*it)),
        Value::Time(it) => wit::Node::Time(time(*it)),
        Value::DateTime(it) => {
            wit::Node::Moment(wit::Moment { day: day(it.date()), time: time(it.time()) })
        }
        Value::List(items) => wit::Node::Many(all(&mut items.iter(), nodes)?),
        Value::Dict(entries) => {
            let values = all(&mut entries.values(), nodes)?;
            wit::Node::Entries(named(entries.keys(), values))
        }
        Value::Object(object) => {
            let values = all(&mut object.attributes.values(), nodes)?;
            let attributes = named(object.attributes.keys(), values);
            let (items, entries) = match &object.content {
                Content::None => (Vec::new(), Vec::new()),
                Content::Items(items) => (all(&mut items.iter(), nodes)?, Vec::new()),
                Content::Entries(entries) => {
                    let values = all(&mut entries.values(), nodes)?;
                    (Vec::new(), named(entries.keys(), values))
                }
            };
            let class = object.class.clone();
            wit::Node::Object(wit::Object { class, attributes, items, entries })
        }
        Value::Alias(_) => return Err(FaultKind::BadArgument("another name of an object")),
        Value::File(it) => wit::Node::File(wit::File {
            id: it.id.clone(),
            name: it.name.clone(),
            media_type: it.media_type.clone(),
            length: it.length,
        }),
    };
    if nodes.len() >= most {
        return Err(FaultKind::BadArgument("a value with so many parts"));
    }
    nodes.push(node);
    Ok(u32::try_from(nodes.len() - 1).expect("fewer nodes than the limit, which fits"))
}

fn named<'a>(names: impl Iterator<Item = &'a String>, values: Vec<u32>) -> Vec<wit::Entry> {
    names.zip(values).map(|(name, value)| wit::Entry { name: name.clone(), value }).collect()
}

pub(crate) fn day(date: Date) -> wit::Date {
    let part = |it: i8| u8::try_from(it).expect("months and days are above zero");
    wit::Date { year: date.year(), month: part(date.month()), day: part(date.day()) }
}

fn time(time: Time) -> wit::TimeOfDay {
    let part = |it: i8| u8::try_from(it).expect("parts of a time are not below zero");
    wit::TimeOfDay {
        hour: part(time.hour()),
        minute: part(time.minute()),
        second: part(time.second()),
    }
}

/// The value that some nodes are.
///
/// A node stands behind those that it contains, so nothing contains itself; and each is contained
/// once, so that a few nodes never are a million values.
pub(crate) fn from_guest(value: wit::Value, most: usize) -> Result<Value, FaultKind> {
    if value.nodes.len() > most {
        return Err(FaultKind::BadValue("it has too many parts"));
    }
    let mut built: Vec<Option<(Value, usize)>> = Vec::with_capacity(value.nodes.len());
    for node in value.nodes {
        let mut parts = Parts { built: &mut built, depth: 0 };
        let value = from_node(node, &mut parts)?;
        let depth = parts.depth;
        built.push(Some((value, depth)));
    }
    let last = built.pop().flatten().ok_or(FaultKind::BadValue("it has no parts"))?;
    if built.iter().any(Option::is_some) {
        return Err(FaultKind::BadValue("a part belongs to nothing"));
    }
    Ok(last.0)
}

/// The values that a node can contain.
struct Parts<'a> {
    built: &'a mut Vec<Option<(Value, usize)>>,
    /// How deep the deepest is that was taken, itself included.
    depth: usize,
}

impl Parts<'_> {
    fn take(&mut self, index: u32) -> Result<Value, FaultKind> {
        let place = usize::try_from(index).ok().and_then(|it| self.built.get_mut(it));
        let taken = place.and_then(Option::take);
        let (value, depth) =
            taken.ok_or(FaultKind::BadValue("a part is not there, or is in two places"))?;
        self.depth = self.depth.max(depth + 1);
        if self.depth > MAX_DEPTH {
            return Err(FaultKind::BadValue("it is nested too deep"));
        }
        Ok(value)
    }

    fn many(&mut self, indexes: Vec<u32>) -> Result<Vec<Value>, FaultKind> {
        indexes.into_iter().map(|it| self.take(it)).collect()
    }

    fn entries(&mut self, entries: Vec<wit::Entry>) -> Result<IndexMap<String, Value>, FaultKind> {
        let mut map = IndexMap::new();
        for entry in entries {
            if map.insert(entry.name, self.take(entry.value)?).is_some() {
                return Err(FaultKind::BadValue("a name is there twice"));
            }
        }
        Ok(map)
    }
}

fn from_node(node: wit::Node, parts: &mut Parts<'_>) -> Result<Value, FaultKind> {
    Ok(match node {
        wit::Node::Nothing => Value::Null,
        wit::Node::Truth(it) => Value::Bool(it),
        wit::Node::Whole(it) => Value::Int(it),
        wit::Node::Decimal(it) => {
            let number = Decimal::from_str_exact(&it);
            Value::Decimal(number.map_err(|_| FaultKind::BadValue("a decimal is none"))?)
        }
        wit::Node::Real(it) if it.is_finite() => Value::Float(it),
        wit::Node::Real(_) => return Err(FaultKind::BadValue("a number is not finite")),
        wit::Node::Text(it) => Value::Text(it),
        wit::Node::Day(it) => Value::Date(to_day(it)?),
        wit::Node::Time(it) => Value::Time(to_time(it)?),
        wit::Node::Moment(it) => {
            Value::DateTime(DateTime::from_parts(to_day(it.day)?, to_time(it.time)?))
        }
        wit::Node::Many(items) => Value::List(parts.many(items)?),
        wit::Node::Entries(entries) => Value::Dict(parts.entries(entries)?),
        wit::Node::Object(it) => Value::Object(Box::new(to_object(it, parts)?)),
        // Whoever made one up could name a file that they never saw.
        wit::Node::File(_) => return Err(FaultKind::BadValue("a file is none of its own")),
    })
}

fn to_day(it: wit::Date) -> Result<Date, FaultKind> {
    let part = |it: u8| i8::try_from(it).ok();
    let date = part(it.month).zip(part(it.day));
    let date = date.and_then(|(month, day)| Date::new(it.year, month, day).ok());
    date.ok_or(FaultKind::BadValue("a day is none"))
}

fn to_time(it: wit::TimeOfDay) -> Result<Time, FaultKind> {
    let part = |it: u8| i8::try_from(it).ok();
    let time = part(it.hour).zip(part(it.minute)).zip(part(it.second));
    let time = time.and_then(|((hour, minute), second)| Time::new(hour, minute, second, 0).ok());
    time.ok_or(FaultKind::BadValue("a time is none"))
}

fn to_object(it: wit::Object, parts: &mut Parts<'_>) -> Result<Object, FaultKind> {
    let attributes = parts.entries(it.attributes)?.into_iter().collect();
    let content = match (it.items.is_empty(), it.entries.is_empty()) {
        (true, true) => Content::None,
        (false, true) => Content::Items(parts.many(it.items)?),
        (true, false) => Content::Entries(parts.entries(it.entries)?),
        (false, false) => return Err(FaultKind::BadValue("an object is a list and a dictionary")),
    };
    Ok(Object { class: it.class, attributes, content })
}
