//! Conditions of fields on what is entered on their own screen: decided here, and by the browser's
//! script in the same way.

use affiant_guest::{Answers, Content, Segment, Value};
use affiant_interview::{Comparison, Pattern, Test};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::choice::form_value;
use crate::define::bind;
use crate::goal::{Halt, Run};
use crate::world::Bindings;

/// What a test on a screen names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entered {
    /// A field.
    Field(String),
    /// One of the check boxes of a field, by its value.
    Box(String, String),
}

/// What is compared: less than a value, so that a browser has the same.
#[derive(Clone, Debug, PartialEq)]
enum Scalar {
    Nothing,
    Flag(bool),
    Number(Decimal),
    Text(String),
}

impl Run<'_> {
    /// A test with the fields of the screen in it; variables known before become literals, and are
    /// asked for when they are not known.
    pub(crate) fn screen_test(
        &mut self,
        test: &Test<Pattern>,
        bindings: &Bindings,
        names: &[String],
    ) -> Result<Test<Entered>, Halt> {
        test.resolve(&mut |pattern| {
            let Some(path) = bind(pattern, bindings) else { return Ok(Test::Nothing) };
            let own = self.world.place(&path).unwrap_or_else(|_| path.clone());
            let name = own.to_string();
            if names.contains(&name) {
                return Ok(Test::Named(Entered::Field(name)));
            }
            if let (Some(Segment::Key(key)), Some(group)) = (own.last(), own.parent()) {
                let group = group.to_string();
                if names.contains(&group) {
                    return Ok(Test::Named(Entered::Box(group, key.to_string())));
                }
            }
            let value = Answers::read(&*self.world, &path).map_err(|it| self.halt_here(it))?;
            Ok(match scalar(&value) {
                Scalar::Nothing => Test::Nothing,
                Scalar::Flag(flag) => Test::Flag(flag),
                Scalar::Number(number) => Test::Number(number),
                Scalar::Text(text) => Test::Text(text),
            })
        })
    }
}

/// Whether a test holds for what was entered. `entered` gives what a field holds; `None` while it
/// is not shown.
pub(crate) fn holds<'v>(
    test: &Test<Entered>,
    entered: &impl Fn(&str) -> Option<&'v Value>,
) -> bool {
    match test {
        Test::Compare(how, one, other) => {
            compare(*how, &weighed(one, entered), &weighed(other, entered))
        }
        Test::All(all) => all.iter().all(|it| holds(it, entered)),
        Test::Any(all) => all.iter().any(|it| holds(it, entered)),
        Test::Not(inner) => !holds(inner, entered),
        other => match weighed(other, entered) {
            Scalar::Nothing => false,
            Scalar::Flag(flag) => flag,
            Scalar::Number(number) => !number.is_zero(),
            Scalar::Text(text) => !text.is_empty(),
        },
    }
}

fn weighed<'v>(test: &Test<Entered>, entered: &impl Fn(&str) -> Option<&'v Value>) -> Scalar {
    match test {
        Test::Named(Entered::Field(name)) => entered(name).map_or(Scalar::Nothing, scalar),
        Test::Named(Entered::Box(name, key)) => match entered(name) {
            Some(Value::Object(object)) => match &object.content {
                Content::Entries(entries) => {
                    Scalar::Flag(entries.get(key).is_some_and(Value::is_true))
                }
                Content::Items(items) => {
                    Scalar::Flag(items.iter().any(|it| form_value(it) == *key))
                }
                Content::None => Scalar::Nothing,
            },
            _ => Scalar::Nothing,
        },
        Test::Text(text) => text_or_nothing(text),
        Test::Number(number) => Scalar::Number(*number),
        Test::Flag(flag) => Scalar::Flag(*flag),
        Test::Nothing => Scalar::Nothing,
        inner => Scalar::Flag(holds(inner, entered)),
    }
}

fn text_or_nothing(text: &str) -> Scalar {
    if text.is_empty() { Scalar::Nothing } else { Scalar::Text(text.to_owned()) }
}

fn scalar(value: &Value) -> Scalar {
    match value {
        Value::Null | Value::Empty => Scalar::Nothing,
        Value::Bool(flag) => Scalar::Flag(*flag),
        Value::Int(number) => Scalar::Number(Decimal::from(*number)),
        Value::Decimal(number) => Scalar::Number(*number),
        Value::Float(number) => Decimal::try_from(*number).map_or(Scalar::Nothing, Scalar::Number),
        Value::List(all) => Scalar::Flag(!all.is_empty()),
        Value::Object(object) => match &object.content {
            Content::Entries(entries) => Scalar::Flag(entries.values().any(Value::is_true)),
            Content::Items(items) => Scalar::Flag(!items.is_empty()),
            Content::None => Scalar::Nothing,
        },
        other => text_or_nothing(&form_value(other)),
    }
}

fn compare(how: Comparison, one: &Scalar, other: &Scalar) -> bool {
    match how {
        Comparison::Equal => equal(one, other),
        Comparison::Unequal => !equal(one, other),
        Comparison::Less => order(one, other).is_some_and(std::cmp::Ordering::is_lt),
        Comparison::AtMost => order(one, other).is_some_and(std::cmp::Ordering::is_le),
        Comparison::More => order(one, other).is_some_and(std::cmp::Ordering::is_gt),
        Comparison::AtLeast => order(one, other).is_some_and(std::cmp::Ordering::is_ge),
    }
}

fn equal(one: &Scalar, other: &Scalar) -> bool {
    match (one, other) {
        (Scalar::Nothing, Scalar::Nothing) => true,
        (Scalar::Nothing, _) | (_, Scalar::Nothing) => false,
        (Scalar::Flag(_), _) | (_, Scalar::Flag(_)) => flag(one) == flag(other),
        (Scalar::Number(_), _) | (_, Scalar::Number(_)) => {
            number(one).is_some() && number(one) == number(other)
        }
        (Scalar::Text(one), Scalar::Text(other)) => one == other,
    }
}

/// Numbers by size, also where one is written as text; texts by their letters, so that days in
/// the form of machines come one after the other. Nothing else has an order.
fn order(one: &Scalar, other: &Scalar) -> Option<std::cmp::Ordering> {
    match (one, other) {
        (Scalar::Text(one), Scalar::Text(other))
            if number_in(one).is_none() || number_in(other).is_none() =>
        {
            Some(one.cmp(other))
        }
        _ => Some(number(one)?.cmp(&number(other)?)),
    }
}

fn flag(of: &Scalar) -> Option<bool> {
    match of {
        Scalar::Flag(flag) => Some(*flag),
        Scalar::Text(text) => text.parse().ok(),
        Scalar::Number(_) | Scalar::Nothing => None,
    }
}

fn number(of: &Scalar) -> Option<Decimal> {
    match of {
        Scalar::Number(number) => Some(*number),
        Scalar::Text(text) => number_in(text),
        Scalar::Flag(_) | Scalar::Nothing => None,
    }
}

/// Digits with at most one point, as a browser reads them too.
fn number_in(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let fits = digits.bytes().all(|it| it.is_ascii_digit() || it == b'.');
    if fits && digits.starts_with(|it: char| it.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    }
}

/// A number as the browser's script reads it.
pub fn as_float(number: Decimal) -> f64 {
    number.to_f64().unwrap_or_default()
}
