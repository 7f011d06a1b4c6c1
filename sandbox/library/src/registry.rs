//! What an author can call, by name.

use std::collections::HashMap;
use std::sync::LazyLock;

use affiant_guest::{Path, Shared, Stop, Value};
use indexmap::IndexMap;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::classes::class;
use crate::{
    addresses, asking, dates, dictionaries, everything, files, items, lists, markup, numbers,
    numerals, objects, people, phones, places, session, tasks, texts, verbs,
};

/// What a call was given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments {
    /// In order.
    pub positional: Vec<Value>,
    /// By name.
    pub named: IndexMap<String, Value>,
}

/// One call.
#[derive(Debug)]
pub struct Call<'a> {
    /// What is known.
    pub answers: &'a Shared,
    /// What the call was given.
    pub arguments: Arguments,
}

/// One parameter of a function; usable by place and by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Whether a call must give it.
    pub required: bool,
}

/// A function.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// What it takes, in order.
    pub parameters: &'static [Parameter],
    /// Whether it takes any number of further arguments; parameters that are not required then
    /// go by name only.
    pub variadic: bool,
    /// What it gives, one sentence.
    pub summary: &'static str,
    /// Runs it.
    pub call: fn(&Call<'_>) -> Result<Value, Stop>,
}

/// A method of a class.
#[derive(Debug)]
pub struct Method {
    /// The class it belongs to; its descendants have it too.
    pub class: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it takes, in order.
    pub parameters: &'static [Parameter],
    /// Whether it takes any number of further arguments.
    pub variadic: bool,
    /// What it gives, one sentence.
    pub summary: &'static str,
    /// Runs it on the object at the path.
    pub call: fn(&Call<'_>, &Path) -> Result<Value, Stop>,
}

/// Runs a function.
pub(crate) type Run = fn(&Call<'_>) -> Result<Value, Stop>;

/// Runs a method.
pub(crate) type RunOn = fn(&Call<'_>, &Path) -> Result<Value, Stop>;

impl Function {
    /// A function that takes its parameters only.
    pub(crate) const fn new(
        name: &'static str,
        parameters: &'static [Parameter],
        summary: &'static str,
        call: Run,
    ) -> Self {
        Self { name, parameters, variadic: false, summary, call }
    }

    /// The same with any number of further arguments.
    pub(crate) const fn variadic(mut self) -> Self {
        self.variadic = true;
        self
    }
}

impl Method {
    /// A method that takes its parameters only.
    pub(crate) const fn new(
        class: &'static str,
        name: &'static str,
        parameters: &'static [Parameter],
        summary: &'static str,
        call: RunOn,
    ) -> Self {
        Self { class, name, parameters, variadic: false, summary, call }
    }

    /// The same with any number of further arguments.
    pub(crate) const fn variadic(mut self) -> Self {
        self.variadic = true;
        self
    }
}

/// A parameter that must be given.
pub(crate) const fn needed(name: &'static str) -> Parameter {
    Parameter { name, required: true }
}

/// A parameter that may be left out.
pub(crate) const fn optional(name: &'static str) -> Parameter {
    Parameter { name, required: false }
}

static FUNCTIONS: LazyLock<Vec<Function>> = LazyLock::new(|| {
    [
        asking::functions(),
        dates::functions(),
        lists::functions(),
        markup::functions(),
        numbers::functions(),
        numerals::functions(),
        phones::functions(),
        places::functions(),
        session::functions(),
        everything::functions(),
        files::functions(),
        tasks::functions(),
        texts::functions(),
        verbs::functions(),
    ]
    .into_iter()
    .flatten()
    .collect()
});

static METHODS: LazyLock<Vec<Method>> = LazyLock::new(|| {
    [
        addresses::methods(),
        dictionaries::methods(),
        items::methods(),
        objects::methods(),
        people::methods(),
        session::methods(),
        files::methods(),
        tasks::methods(),
    ]
    .into_iter()
    .flatten()
    .collect()
});

static FUNCTION_BY_NAME: LazyLock<HashMap<&'static str, &'static Function>> =
    LazyLock::new(|| functions().iter().map(|it| (it.name, it)).collect());

static METHOD_BY_NAME: LazyLock<HashMap<(&'static str, &'static str), &'static Method>> =
    LazyLock::new(|| methods().iter().map(|it| ((it.class, it.name), it)).collect());

/// Every function.
pub fn functions() -> &'static [Function] {
    &FUNCTIONS
}

/// Every method.
pub fn methods() -> &'static [Method] {
    &METHODS
}

/// The function of this name.
pub fn function(name: &str) -> Option<&'static Function> {
    FUNCTION_BY_NAME.get(name).copied()
}

/// The method of this name that a class has, its own or an ancestor's.
pub fn method(class_name: &str, name: &str) -> Option<&'static Method> {
    let mut current = class(class_name).or_else(|| class("Thing"));
    while let Some(class) = current {
        if let Some(method) = METHOD_BY_NAME.get(&(class.name, name)) {
            return Some(method);
        }
        current = class.parent.and_then(crate::class);
    }
    None
}

impl Call<'_> {
    /// The argument at a place, or by its name.
    pub(crate) fn argument(&self, at: usize, name: &str) -> Option<&Value> {
        self.arguments.named.get(name).or_else(|| self.arguments.positional.get(at))
    }

    /// The argument, or a fault that names it.
    pub(crate) fn required(&self, at: usize, name: &str) -> Result<&Value, Stop> {
        self.argument(at, name)
            .ok_or_else(|| Stop::bad_call(format!("the argument `{name}` is missing")))
    }

    /// The argument as it prints.
    pub(crate) fn text(&self, at: usize, name: &str) -> Result<String, Stop> {
        crate::text_of(self.answers, self.required(at, name)?)
    }

    /// The argument as it prints, if it was given.
    pub(crate) fn optional_text(&self, at: usize, name: &str) -> Result<Option<String>, Stop> {
        self.argument(at, name).map(|it| crate::text_of(self.answers, it)).transpose()
    }

    /// The argument as a whole number.
    pub(crate) fn integer(&self, at: usize, name: &str) -> Result<i64, Stop> {
        number(self.required(at, name)?)
            .and_then(|it| it.trunc().to_i64())
            .ok_or_else(|| Stop::bad_call(format!("`{name}` must be a whole number")))
    }

    /// The argument as an exact number.
    pub(crate) fn number(&self, at: usize, name: &str) -> Result<Decimal, Stop> {
        number(self.required(at, name)?)
            .ok_or_else(|| Stop::bad_call(format!("`{name}` must be a number")))
    }

    /// The argument as a count that is not negative and at most `most`.
    pub(crate) fn count(&self, at: usize, name: &str, most: i64) -> Result<i64, Stop> {
        let count = self.integer(at, name)?;
        if (0..=most).contains(&count) {
            return Ok(count);
        }
        Err(Stop::bad_call(format!("`{name}` must be between 0 and {most}")))
    }

    /// Whether the argument is true; `otherwise` when it was not given.
    pub(crate) fn flag(&self, at: usize, name: &str, otherwise: bool) -> bool {
        self.argument(at, name).map_or(otherwise, Value::is_true)
    }

    /// Whether the argument was left out or says nothing.
    pub(crate) fn is_blank(&self, at: usize, name: &str) -> bool {
        match self.argument(at, name) {
            None | Some(Value::Null | Value::Empty) => true,
            Some(Value::Text(text)) => text.trim().is_empty(),
            Some(_) => false,
        }
    }
}

/// A value as an exact number.
pub(crate) fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(it) => Some(Decimal::from(*it)),
        Value::Decimal(it) => Some(*it),
        Value::Float(it) => Decimal::try_from(*it).ok(),
        Value::Text(it) => it.trim().parse().ok(),
        _ => None,
    }
}
