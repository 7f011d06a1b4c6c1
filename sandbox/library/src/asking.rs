//! Functions that look at what is known by its name, or ask the engine for something.

use affiant_guest::{Command, Path, Refusal, Stop, Value};

use crate::markup;
use crate::registry::{Call, Function, needed, optional};

/// The functions of this file. Names of variables are texts: `defined("client.name")`.
pub(crate) fn functions() -> Vec<Function> {
    [looking(), setting(), stopping()].into_iter().flatten().collect()
}

fn looking() -> Vec<Function> {
    let object_and_name = const { &[needed("object"), needed("name")] };
    vec![
        Function::new(
            "defined",
            const { &[needed("name")] },
            "Whether a variable is known; never asks.",
            |it| Ok(Value::Bool(it.answers.peek(&path(it, 0, "name")?).is_some())),
        ),
        Function::new(
            "value",
            const { &[needed("name")] },
            "The value of the variable of this name; asks.",
            |it| it.answers.read(&path(it, 0, "name")?),
        ),
        Function::new(
            "showifdef",
            const { &[needed("name"), optional("otherwise")] },
            "A variable if it is known, else nothing; never asks.",
            |it| {
                let otherwise = || it.argument(1, "otherwise").cloned();
                let known = it.answers.peek(&path(it, 0, "name")?);
                Ok(known.or_else(otherwise).unwrap_or(Value::text("")))
            },
        ),
        Function::new(
            "has_attribute",
            object_and_name,
            "Whether an attribute is known; never asks.",
            has_attribute,
        ),
        Function::new(
            "hasattr",
            object_and_name,
            "Whether an attribute is known; never asks.",
            has_attribute,
        ),
        Function::new(
            "need",
            const { &[needed("value")] },
            "True, once all its arguments are known.",
            |_| Ok(Value::Bool(true)),
        )
        .variadic(),
    ]
}

fn setting() -> Vec<Function> {
    vec![
        Function::new(
            "define",
            const { &[needed("name"), needed("value")] },
            "Sets the variable of this name.",
            |it| {
                let value = it.required(1, "value")?.clone();
                it.answers.write(&path(it, 0, "name")?, value)?;
                Ok(Value::Null)
            },
        ),
        Function::new(
            "undefine",
            const { &[needed("name")] },
            "Forgets the variables of these names.",
            |it| {
                for path in paths(it)? {
                    if it.answers.peek(&path).is_some() {
                        it.answers.remove(&path)?;
                    }
                }
                Ok(Value::Null)
            },
        )
        .variadic(),
    ]
}

fn stopping() -> Vec<Function> {
    let respond = |it: &Call<'_>| Err(command(Command::Respond(it.required(0, "value")?.clone())));
    vec![
        Function::new(
            "force_ask",
            const { &[needed("name")] },
            "Asks for the variables of these names even if they are known.",
            |it| {
                let names = paths(it)?.iter().map(ToString::to_string).collect();
                Err(command(Command::ForceAsk(names)))
            },
        )
        .variadic(),
        Function::new("re_run_logic", &[], "Starts again from the first block.", |_| {
            Err(command(Command::Named { name: "refresh".to_owned(), url: None }))
        }),
        Function::new(
            "validation_error",
            const { &[needed("message"), optional("field")] },
            "Refuses what was entered.",
            |it| {
                let (message, field) = (it.text(0, "message")?, it.optional_text(1, "field")?);
                Err(Stop::Refused(Refusal { message, field }))
            },
        ),
        Function::new(
            "message",
            const { &[needed("title"), optional("text")] },
            "Shows a last screen.",
            |it| {
                let title = markup::escaped(&it.text(0, "title")?);
                let text = it.optional_text(1, "text")?.unwrap_or_default();
                Err(command(Command::Message { title, text: markup::escaped(&text) }))
            },
        ),
        Function::new(
            "command",
            const { &[needed("name"), optional("url")] },
            "Runs `restart`, `exit`, `leave`, `continue` or `refresh`.",
            |it| {
                let (name, url) = (it.text(0, "name")?, it.optional_text(1, "url")?);
                Err(command(Command::Named { name, url }))
            },
        ),
        Function::new(
            "response",
            const { &[needed("value")] },
            "Answers an action with a value.",
            respond,
        ),
        Function::new(
            "json_response",
            const { &[needed("value")] },
            "Answers an action with a value.",
            respond,
        ),
    ]
}

fn command(command: Command) -> Stop {
    Stop::Command(Box::new(command))
}

/// The path that an argument names as text, or that it is.
fn path(call: &Call<'_>, at: usize, name: &str) -> Result<Path, Stop> {
    match call.required(at, name)? {
        Value::Alias(path) => Ok(path.clone()),
        Value::Text(text) => Path::parse(text).map_err(|_| {
            Stop::bad_call(format!(
                "`{name}` must be the name of a variable, such as `\"client.name\"`"
            ))
        }),
        _ => Err(Stop::bad_call("the name of a variable is a text, such as `\"client.name\"`")),
    }
}

/// The paths that all arguments name.
fn paths(call: &Call<'_>) -> Result<Vec<Path>, Stop> {
    (0..call.arguments.positional.len()).map(|at| path(call, at, "name")).collect()
}

fn has_attribute(call: &Call<'_>) -> Result<Value, Stop> {
    let name = call.text(1, "name")?;
    let object = path(call, 0, "object")?;
    let known = affiant_guest::is_identifier(&name)
        && call.answers.peek(&object.attribute(&name)).is_some();
    Ok(Value::Bool(known))
}
