//! The standard library's functions, methods and classes as a script calls them.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use affiant_guest::{FaultKind, Shared, Stop, Value};
use affiant_library::{self as library, Arguments, Call, ContentKind, Function, Method, Parameter};
use indexmap::IndexMap;
use rhai::{Dynamic, EvalAltResult, Module, NativeCallContext};

use crate::builtins::{Outcome, any, set, take};
use crate::collections;
use crate::handle::Handle;
use crate::state::{self, State};
use crate::values;

/// Calls with up to this many arguments find their function directly; Rhai's search takes twice as
/// long for each further one, so longer calls go through [`missing`].
const DIRECT: usize = 4;

/// What a name of the library is.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    function: Option<&'static Function>,
    class: Option<&'static str>,
    is_method: bool,
}

static KNOWN: LazyLock<BTreeMap<&'static str, Known>> = LazyLock::new(|| {
    let mut known: BTreeMap<&'static str, Known> = BTreeMap::new();
    for function in library::functions() {
        known.entry(function.name).or_default().function = Some(function);
    }
    for class in library::classes() {
        for name in std::iter::once(&class.name).chain(class.aliases) {
            known.entry(name).or_default().class = Some(class.name);
        }
    }
    for method in library::methods() {
        known.entry(method.name).or_default().is_method = true;
    }
    known
});

/// All names of the library.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    KNOWN.keys().copied()
}

pub(crate) fn is_known(name: &str) -> bool {
    KNOWN.contains_key(name)
}

/// Whether objects of `class` have keys.
pub(crate) fn is_dictionary(class: &str) -> bool {
    library::class(class).is_some_and(|it| it.content == ContentKind::Entries)
}

/// The text that the interview shows for a value.
pub(crate) fn text_of(answers: &Shared, value: &Value) -> Result<String, Stop> {
    library::text_of(answers, value)
}

pub(crate) fn add(module: &mut Module) {
    let handle = TypeId::of::<Handle>();
    for (name, known) in KNOWN.iter() {
        for count in 0..=DIRECT {
            let mut types = [any(); DIRECT + 1];
            if known.function.is_some() || known.class.is_some() {
                set(module, name, &types[..count], |context, arguments| {
                    call(&state::of(context)?, context.fn_name(), arguments)
                });
            }
            types[0] = handle;
            if known.is_method {
                set(module, name, &types[..=count], |context, arguments| {
                    let state = state::of(context)?;
                    method(&state, context.fn_name(), arguments)
                        .unwrap_or_else(|| other(context, &state, arguments))
                });
            }
        }
    }
}

/// A method name of the library, on an object whose class does not have it.
fn other(
    context: &NativeCallContext<'_>,
    state: &Arc<State>,
    arguments: &mut [&mut Dynamic],
) -> Outcome {
    let name = context.fn_name();
    if KNOWN.get(name).is_some_and(|it| it.function.is_some()) {
        return call(state, name, arguments);
    }
    collections::on_handle(context, arguments)
}

/// Rhai found nothing: perhaps a call with many arguments, or of a function of a plugin.
pub(crate) fn missing(
    name: &str,
    arguments: &mut [&mut Dynamic],
    state: &Arc<State>,
) -> Result<Option<Dynamic>, Box<EvalAltResult>> {
    let Some(known) = KNOWN.get(name) else { return foreign(name, arguments, state) };
    if arguments.len() <= DIRECT {
        return Ok(None);
    }
    let is_on_handle = arguments.first().is_some_and(|it| it.is::<Handle>());
    if known.is_method
        && is_on_handle
        && let Some(outcome) = method(state, name, arguments)
    {
        return outcome.map(Some);
    }
    if known.function.is_some() {
        return call(state, name, arguments).map(Some);
    }
    Ok(None)
}

/// Calls a function of a plugin, if there is one of this name.
fn foreign(
    name: &str,
    arguments: &[&mut Dynamic],
    state: &Arc<State>,
) -> Result<Option<Dynamic>, Box<EvalAltResult>> {
    let given = arguments.iter().map(|it| values::to_value((**it).clone()));
    let given = given.collect::<Result<Vec<_>, _>>().map_err(|it| state.raise(it))?;
    match state.elsewhere(|| state.answers.call(name, given)) {
        Some(result) => finish(state, result).map(Some),
        None => Ok(None),
    }
}

/// Calls a function or makes an object.
fn call(state: &Arc<State>, name: &str, arguments: &mut [&mut Dynamic]) -> Outcome {
    let result = match KNOWN.get(name) {
        Some(Known { function: Some(function), .. }) => {
            bind(arguments, name, function.parameters, function.variadic)
                .and_then(|arguments| (function.call)(&Call { answers: &state.answers, arguments }))
        }
        Some(Known { class: Some(class), .. }) if arguments.is_empty() => {
            let object = library::new_object(class).ok_or_else(|| unknown(name));
            object.map(|it| Value::Object(Box::new(it)))
        }
        Some(Known { class: Some(class), .. }) => {
            Err(Stop::bad_call(format!("`{class}()` makes an object and takes no arguments")))
        }
        _ => Err(unknown(name)),
    };
    finish(state, result)
}

/// Calls a method of the class that the object has; `None` if the class has no such method.
fn method(state: &Arc<State>, name: &str, arguments: &mut [&mut Dynamic]) -> Option<Outcome> {
    let (first, rest) = arguments.split_first_mut()?;
    let handle = first.read_lock::<Handle>().map(|it| it.clone())?;
    let class = state.answers.class_of(&handle.path)?;
    let method: &Method = library::method(&class, name)?;
    let result = bind(rest, name, method.parameters, method.variadic).and_then(|arguments| {
        (method.call)(&Call { answers: &state.answers, arguments }, &handle.path)
    });
    Some(finish(state, result))
}

fn finish(state: &Arc<State>, result: Result<Value, Stop>) -> Outcome {
    match result {
        Ok(value) => Ok(values::to_dynamic(value, state)),
        Err(stop) => Err(state.raise(stop)),
    }
}

fn unknown(name: &str) -> Stop {
    Stop::fault(FaultKind::Unknown, format!("there is no function `{name}`"))
}

/// Sorts arguments into positional and named ones: `currency(rent, #{decimals: false})`.
fn bind(
    arguments: &mut [&mut Dynamic],
    name: &str,
    parameters: &[Parameter],
    variadic: bool,
) -> Result<Arguments, Stop> {
    let mut positional = Vec::with_capacity(arguments.len());
    for (at, argument) in arguments.iter_mut().enumerate() {
        // The first one may be the caller's own variable.
        let value = if at == 0 { argument.clone() } else { take(argument) };
        positional.push(values::to_value(value)?);
    }
    let is_parameter = |key: &String| parameters.iter().any(|it| it.name == key);
    let mut named = IndexMap::new();
    if let Some(Value::Dict(entries)) = positional.last()
        && !entries.is_empty()
        && entries.keys().all(is_parameter)
        && let Some(Value::Dict(entries)) = positional.pop()
    {
        named.extend(entries);
    }
    if positional.len() > parameters.len() && !variadic {
        let most = parameters.len();
        return Err(Stop::bad_call(format!("`{name}` takes at most {most} arguments")));
    }
    for parameter in parameters.iter().skip(positional.len()) {
        if parameter.required && !named.contains_key(parameter.name) {
            return Err(Stop::bad_call(format!("`{name}` needs `{}`", parameter.name)));
        }
    }
    Ok(Arguments { positional, named })
}
