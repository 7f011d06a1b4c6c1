//! Values across the border and as types of Rust; the calls of the host need a host.

mod conversions;
mod failures;

use std::collections::BTreeMap;

use jiff::civil::{date, time};

use crate::value::{from_wire, to_wire};
use crate::wire::host::affiant::host::types as wit;
use crate::{Decimal, File, Object, Value};

/// One value of each kind, and some inside of others.
fn values() -> Vec<Value> {
    let file = File {
        id: "7".to_owned(),
        name: "a.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        length: 12,
    };
    let person = Object {
        class: "Individual".to_owned(),
        attributes: BTreeMap::from([("age".to_owned(), Value::Int(41))]),
        items: vec![Value::Bool(true)],
        entries: vec![("z".to_owned(), Value::Nothing), ("a".to_owned(), Value::Int(1))],
    };
    vec![
        Value::Nothing,
        Value::Bool(true),
        Value::Int(i64::MIN),
        Value::Decimal(Decimal::new(-1_250, 2)),
        Value::Float(0.1),
        Value::Text("Zoë \u{1f600} \0".to_owned()),
        Value::Date(date(-44, 3, 15)),
        Value::Time(time(23, 59, 58, 0)),
        Value::Moment(date(2026, 11, 27).at(6, 30, 0, 0)),
        Value::List(vec![Value::List(vec![Value::Int(1), Value::Nothing]), Value::from("")]),
        Value::Map(vec![("z".to_owned(), Value::Int(1)), ("a".to_owned(), Value::from("b"))]),
        Value::Object(Box::new(person)),
        Value::File(file),
    ]
}

#[test]
fn every_value_comes_back_as_it_was() {
    for value in values() {
        assert_eq!(from_wire(to_wire(value.clone())), value);
    }
    let all = Value::List(values());
    assert_eq!(from_wire(to_wire(all.clone())), all);
}

#[test]
fn a_node_stands_behind_those_that_it_contains_and_the_value_is_the_last() {
    let nodes = to_wire(Value::List(vec![Value::Int(1), Value::List(vec![Value::Int(2)])])).nodes;
    assert_eq!(nodes.len(), 4);
    let wit::Node::Many(outer) = &nodes[3] else { panic!("the last one is the list") };
    assert_eq!(outer, &[0, 2]);
}

#[test]
fn what_no_host_sends_is_nothing_and_never_a_panic() {
    let day = wit::Date { year: 2026, month: 200, day: 0 };
    let hour = wit::TimeOfDay { hour: 24, minute: 0, second: 255 };
    for nodes in [
        vec![],
        vec![wit::Node::Day(day)],
        vec![wit::Node::Time(hour)],
        vec![wit::Node::Moment(wit::Moment { day, time: hour })],
        vec![wit::Node::Decimal("much".to_owned())],
    ] {
        assert_eq!(from_wire(wit::Value { nodes }), Value::Nothing);
    }
    let nodes = vec![wit::Node::Many(vec![0, 7, u32::MAX])];
    let three = Value::List(vec![Value::Nothing; 3]);
    assert_eq!(from_wire(wit::Value { nodes }), three);
}

#[test]
fn parts_are_found_by_name() {
    let map = Value::Map(vec![("a".to_owned(), Value::Int(1))]);
    assert_eq!(map.get("a"), Some(&Value::Int(1)));
    assert_eq!(map.get("b"), None);
    let object = &values()[11];
    assert_eq!(object.get("age"), Some(&Value::Int(41)));
    assert_eq!(object.get("a"), Some(&Value::Int(1)));
    assert_eq!(Value::Int(1).get("a"), None);
}
