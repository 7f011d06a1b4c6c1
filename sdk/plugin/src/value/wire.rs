//! Values across the border: a tree here, a list of nodes there.

use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;

use super::{File, Object, Value};
use crate::wire::host::affiant::host::types as wit;

/// A value as its nodes: each behind those that it contains, the value itself last.
pub(crate) fn to_wire(value: Value) -> wit::Value {
    let mut nodes = Vec::new();
    push(value, &mut nodes);
    wit::Value { nodes }
}

fn push(value: Value, nodes: &mut Vec<wit::Node>) -> u32 {
    let node = match value {
        Value::Nothing => wit::Node::Nothing,
        Value::Bool(it) => wit::Node::Truth(it),
        Value::Int(it) => wit::Node::Whole(it),
        Value::Decimal(it) => wit::Node::Decimal(it.to_string()),
        Value::Float(it) => wit::Node::Real(it),
        Value::Text(it) => wit::Node::Text(it),
        Value::Date(it) => wit::Node::Day(from_date(it)),
        Value::Time(it) => wit::Node::Time(from_time(it)),
        Value::Moment(it) => {
            wit::Node::Moment(wit::Moment { day: from_date(it.date()), time: from_time(it.time()) })
        }
        Value::List(items) => wit::Node::Many(all(items, nodes)),
        Value::Map(entries) => wit::Node::Entries(named(entries, nodes)),
        Value::Object(it) => {
            let Object { class, attributes, items, entries } = *it;
            let attributes = named(attributes, nodes);
            let items = all(items, nodes);
            let entries = named(entries, nodes);
            wit::Node::Object(wit::Object { class, attributes, items, entries })
        }
        Value::File(it) => wit::Node::File(file_to_wire(it)),
    };
    nodes.push(node);
    u32::try_from(nodes.len() - 1).expect("a component's memory holds fewer nodes")
}

fn all(values: Vec<Value>, nodes: &mut Vec<wit::Node>) -> Vec<u32> {
    values.into_iter().map(|it| push(it, nodes)).collect()
}

fn named(
    values: impl IntoIterator<Item = (String, Value)>,
    nodes: &mut Vec<wit::Node>,
) -> Vec<wit::Entry> {
    let entry = |(name, value)| wit::Entry { name, value: push(value, nodes) };
    values.into_iter().map(entry).collect()
}

/// The value that some nodes are. What is no value, which the host does not send, is nothing.
pub(crate) fn from_wire(value: wit::Value) -> Value {
    let mut built: Vec<Value> = Vec::with_capacity(value.nodes.len());
    for node in value.nodes {
        let value = from_node(node, &mut built);
        built.push(value);
    }
    built.pop().unwrap_or_default()
}

/// Takes what a node contains; each is contained once.
fn take(built: &mut [Value], index: u32) -> Value {
    let place = usize::try_from(index).ok().and_then(|it| built.get_mut(it));
    place.map(std::mem::take).unwrap_or_default()
}

fn from_node(node: wit::Node, built: &mut [Value]) -> Value {
    match node {
        wit::Node::Nothing => Value::Nothing,
        wit::Node::Truth(it) => Value::Bool(it),
        wit::Node::Whole(it) => Value::Int(it),
        wit::Node::Decimal(it) => {
            Decimal::from_str_exact(&it).map_or(Value::Nothing, Value::Decimal)
        }
        wit::Node::Real(it) => Value::Float(it),
        wit::Node::Text(it) => Value::Text(it),
        wit::Node::Day(it) => to_date(it).map_or(Value::Nothing, Value::Date),
        wit::Node::Time(it) => to_time(it).map_or(Value::Nothing, Value::Time),
        wit::Node::Moment(it) => {
            let parts = to_date(it.day).zip(to_time(it.time));
            let moment = parts.map(|(day, time)| DateTime::from_parts(day, time));
            moment.map_or(Value::Nothing, Value::Moment)
        }
        wit::Node::Many(items) => {
            Value::List(items.into_iter().map(|it| take(built, it)).collect())
        }
        wit::Node::Entries(entries) => Value::Map(to_entries(entries, built)),
        wit::Node::Object(it) => Value::Object(Box::new(Object {
            class: it.class,
            attributes: to_entries(it.attributes, built).into_iter().collect(),
            items: it.items.into_iter().map(|it| take(built, it)).collect(),
            entries: to_entries(it.entries, built),
        })),
        wit::Node::File(it) => Value::File(file_from_wire(it)),
    }
}

fn to_entries(entries: Vec<wit::Entry>, built: &mut [Value]) -> Vec<(String, Value)> {
    entries.into_iter().map(|it| (it.name, take(built, it.value))).collect()
}

pub(crate) fn file_from_wire(it: wit::File) -> File {
    File { id: it.id, name: it.name, media_type: it.media_type, length: it.length }
}

fn file_to_wire(it: File) -> wit::File {
    wit::File { id: it.id, name: it.name, media_type: it.media_type, length: it.length }
}

fn from_date(it: Date) -> wit::Date {
    wit::Date { year: it.year(), month: it.month().unsigned_abs(), day: it.day().unsigned_abs() }
}

fn from_time(it: Time) -> wit::TimeOfDay {
    wit::TimeOfDay {
        hour: it.hour().unsigned_abs(),
        minute: it.minute().unsigned_abs(),
        second: it.second().unsigned_abs(),
    }
}

/// A day, if there is one.
pub(crate) fn to_date(it: wit::Date) -> Option<Date> {
    Date::new(it.year, i8::try_from(it.month).ok()?, i8::try_from(it.day).ok()?).ok()
}

fn to_time(it: wit::TimeOfDay) -> Option<Time> {
    let part = |it: u8| i8::try_from(it).ok();
    Time::new(part(it.hour)?, part(it.minute)?, part(it.second)?, 0).ok()
}
