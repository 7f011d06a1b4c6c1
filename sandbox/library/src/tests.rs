//! The registry as authors see it.

mod asking;
mod collections;
mod dates;
mod locales;
mod people;
mod printing;
mod registry;
mod tasks;
mod texts;

use affiant_guest::testing::TestAnswers;
use affiant_guest::{Path, Stop, Value};
use indexmap::IndexMap;

use crate::{Arguments, Call};

fn path(text: &str) -> Path {
    Path::parse(text).unwrap()
}

fn arguments(positional: &[Value], named: &[(&str, Value)]) -> Arguments {
    let named: IndexMap<String, Value> =
        named.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Arguments { positional: positional.to_vec(), named }
}

/// Calls a function with arguments by place.
fn call(answers: &TestAnswers, name: &str, positional: &[Value]) -> Result<Value, Stop> {
    call_with(answers, name, positional, &[])
}

fn call_with(
    answers: &TestAnswers,
    name: &str,
    positional: &[Value],
    named: &[(&str, Value)],
) -> Result<Value, Stop> {
    let function = crate::function(name).unwrap_or_else(|| panic!("no function {name}"));
    let call = Call { answers: &answers.shared(), arguments: arguments(positional, named) };
    (function.call)(&call)
}

/// Calls a method with arguments by place.
fn on(answers: &TestAnswers, object: &str, name: &str, given: &[Value]) -> Result<Value, Stop> {
    on_with(answers, object, name, given, &[])
}

fn on_with(
    answers: &TestAnswers,
    object: &str,
    name: &str,
    positional: &[Value],
    named: &[(&str, Value)],
) -> Result<Value, Stop> {
    let answers = answers.shared();
    let class = answers.class_of(&path(object)).unwrap_or_else(|| panic!("no object {object}"));
    let method = crate::method(&class, name).unwrap_or_else(|| panic!("no method {class}.{name}"));
    let call = Call { answers: &answers, arguments: arguments(positional, named) };
    (method.call)(&call, &path(object))
}

fn text(of: &str) -> Value {
    Value::text(of)
}

fn decimal(of: &str) -> Value {
    Value::Decimal(of.parse().unwrap())
}

fn list(of: &[Value]) -> Value {
    Value::List(of.to_vec())
}

fn alias(of: &str) -> Value {
    Value::Alias(path(of))
}

fn new(class: &str) -> Value {
    Value::Object(Box::new(crate::new_object(class).unwrap()))
}

fn missing(of: &str) -> Stop {
    Stop::Missing(path(of))
}

/// What a fault says.
fn told(result: Result<Value, Stop>) -> String {
    match result {
        Err(Stop::Fault(fault)) => fault.message,
        other => panic!("{other:?}"),
    }
}

/// Somebody about whom everything is known.
fn ada() -> TestAnswers {
    TestAnswers::new()
        .with("client", new("Individual"))
        .with("client.name.first", "Ada")
        .with("client.name.last", "Lovelace")
        .with("client.gender", "female")
        .with("client.birthdate", Value::Date(jiff::civil::date(1990, 3, 28)))
        .with("client.address.address", "12 St James’s Square")
        .with("client.address.unit", "5")
        .with("client.address.city", "London")
        .with("client.address.zip", "SW1Y 4JH")
        .with("client.address.country", "GB")
}
