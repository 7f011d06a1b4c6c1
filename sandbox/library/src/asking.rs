//! Functions that look at what is known, or ask the engine for something.

use affiant_guest::{Command, Path, Refusal, Stop, Value};

use crate::registry::{Call, Function, needed, optional};
use crate::text_of;

/// The functions of this file.
pub(crate) fn functions() -> Vec<Function> {
    vec![
        Function {
            name: "defined",
            parameters: const { &[needed("name")] },
            variadic: false,
            summary: "Whether a variable is known; never asks.",
            call: |it| Ok(Value::Bool(it.answers.peek(&path(it, 0)?).is_some())),
        },
        Function {
            name: "value",
            parameters: const { &[needed("name")] },
            variadic: false,
            summary: "The value of the variable of this name; asks.",
            call: |it| it.answers.read(&path(it, 0)?),
        },
        Function {
            name: "showifdef",
            parameters: const { &[needed("name"), optional("otherwise")] },
            variadic: false,
            summary: "A variable if it is known, else nothing.",
            call: showifdef,
        },
        Function {
            name: "has_attribute",
            parameters: const { &[needed("object"), needed("name")] },
            variadic: false,
            summary: "Whether an attribute is known; never asks.",
            call: has_attribute,
        },
        Function {
            name: "hasattr",
            parameters: const { &[needed("object"), needed("name")] },
            variadic: false,
            summary: "Whether an attribute is known; never asks.",
            call: has_attribute,
        },
        Function {
            name: "need",
            parameters: &[],
            variadic: true,
            summary: "Asks for its arguments, in order.",
            call: |_| Ok(Value::Bool(true)),
        },
        Function {
            name: "define",
            parameters: const { &[needed("name"), needed("value")] },
            variadic: false,
            summary: "Sets the variable of this name.",
            call: define,
        },
        Function {
            name: "undefine",
            parameters: &[],
            variadic: true,
            summary: "Forgets the variables of these names.",
            call: undefine,
        },
        Function {
            name: "force_ask",
            parameters: &[],
            variadic: true,
            summary: "Asks for the variables of these names even if they are known.",
            call: force_ask,
        },
        Function {
            name: "validation_error",
            parameters: const { &[needed("message"), optional("field")] },
            variadic: false,
            summary: "Refuses what was entered.",
            call: validation_error,
        },
        Function {
            name: "message",
            parameters: const { &[needed("title"), optional("text")] },
            variadic: false,
            summary: "Shows a last screen.",
            call: message,
        },
        Function {
            name: "command",
            parameters: const { &[needed("name"), optional("url")] },
            variadic: false,
            summary: "Runs `restart`, `exit`, `leave`, `continue` or `refresh`.",
            call: command,
        },
        Function {
            name: "response",
            parameters: const { &[needed("value")] },
            variadic: false,
            summary: "Answers an action with a value.",
            call: |it| {
                Err(Stop::Command(Box::new(Command::Respond(it.required(0, "value")?.clone()))))
            },
        },
        Function {
            name: "url_action",
            parameters: const { &[needed("action")] },
            variadic: true,
            summary: "A link that runs an action.",
            call: |it| url_action(it).map(Value::Text),
        },
        Function {
            name: "action_button_html",
            parameters: const { &[needed("url"), optional("label")] },
            variadic: false,
            summary: "A button for a link.",
            call: action_button,
        },
        Function {
            name: "action_argument",
            parameters: const { &[needed("name")] },
            variadic: false,
            summary: "An argument of the action under way.",
            call: |it| session(it, "action_argument."),
        },
        Function {
            name: "val",
            parameters: const { &[needed("name")] },
            variadic: false,
            summary: "What is entered in a field of this screen.",
            call: |it| session(it, "val."),
        },
        Function {
            name: "user_logged_in",
            parameters: &[],
            variadic: false,
            summary: "Whether the user has an account and is signed in.",
            call: |it| Ok(it.answers.session("user_logged_in").unwrap_or(Value::Bool(false))),
        },
        Function {
            name: "get_language",
            parameters: &[],
            variadic: false,
            summary: "The session’s language.",
            call: |it| Ok(Value::Text(it.answers.language())),
        },
    ]
}

/// The path that an argument names as text, or that it is.
fn path(call: &Call<'_>, at: usize) -> Result<Path, Stop> {
    match call.required(at, "name")? {
        Value::Alias(path) => Ok(path.clone()),
        Value::Text(name) => Path::parse(name).map_err(|error| Stop::bad_call(error.to_string())),
        _ => Err(Stop::bad_call("the name of a variable is a text, such as `\"client.name\"`")),
    }
}

fn showifdef(call: &Call<'_>) -> Result<Value, Stop> {
    let found = call.answers.peek(&path(call, 0)?);
    Ok(found.unwrap_or_else(|| call.argument(1, "otherwise").cloned().unwrap_or(Value::text(""))))
}

fn has_attribute(call: &Call<'_>) -> Result<Value, Stop> {
    let name = call.text(1, "name")?;
    let object = path(call, 0)?;
    if !affiant_guest::is_identifier(&name) {
        return Ok(Value::Bool(false));
    }
    Ok(Value::Bool(call.answers.peek(&object.attribute(&name)).is_some()))
}

fn define(call: &Call<'_>) -> Result<Value, Stop> {
    call.answers.write(&path(call, 0)?, call.required(1, "value")?.clone())?;
    Ok(Value::Null)
}

fn undefine(call: &Call<'_>) -> Result<Value, Stop> {
    for at in 0..call.arguments.positional.len() {
        let path = path(call, at)?;
        if call.answers.peek(&path).is_some() {
            call.answers.remove(&path)?;
        }
    }
    Ok(Value::Null)
}

fn force_ask(call: &Call<'_>) -> Result<Value, Stop> {
    let names =
        (0..call.arguments.positional.len()).map(|at| path(call, at).map(|it| it.to_string()));
    Err(Stop::Command(Box::new(Command::ForceAsk(names.collect::<Result<_, _>>()?))))
}

fn validation_error(call: &Call<'_>) -> Result<Value, Stop> {
    let message = call.text(0, "message")?;
    let field = call.optional_text(1, "field")?;
    Err(Stop::Refused(Refusal { message, field }))
}

fn message(call: &Call<'_>) -> Result<Value, Stop> {
    let title = crate::texts::escaped(&call.text(0, "title")?);
    let text = crate::texts::escaped(&call.optional_text(1, "text")?.unwrap_or_default());
    Err(Stop::Command(Box::new(Command::Message { title, text })))
}

fn command(call: &Call<'_>) -> Result<Value, Stop> {
    let name = call.text(0, "name")?;
    let url = call.optional_text(1, "url")?;
    Err(Stop::Command(Box::new(Command::Named { name, url })))
}

fn session(call: &Call<'_>, kind: &str) -> Result<Value, Stop> {
    let name = call.text(0, "name")?;
    Ok(call.answers.session(&format!("{kind}{name}")).unwrap_or(Value::Null))
}

/// `action:NAME?ARGUMENTS`: the pages make a button of it. The arguments are JSON,
/// percent-encoded, so that the link stays one word.
fn url_action(call: &Call<'_>) -> Result<String, Stop> {
    let name = call.text(0, "action")?;
    let mut arguments = serde_json::Map::new();
    for (key, value) in &call.arguments.named {
        let value = match value {
            Value::Int(it) => serde_json::Value::from(*it),
            Value::Bool(it) => serde_json::Value::from(*it),
            Value::Null | Value::Empty => serde_json::Value::Null,
            other => serde_json::Value::from(text_of(call.answers, other)?),
        };
        arguments.insert(key.clone(), value);
    }
    if arguments.is_empty() {
        return Ok(format!("action:{name}"));
    }
    Ok(format!(
        "action:{name}?{}",
        percent_encoded(&serde_json::Value::Object(arguments).to_string())
    ))
}

/// Everything but letters, digits and `-._~` as `%XX` (RFC 3986 §2.1).
fn percent_encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn action_button(call: &Call<'_>) -> Result<Value, Stop> {
    let url = call.text(0, "url")?;
    let label = call.optional_text(1, "label")?.unwrap_or_else(|| "Edit".to_owned());
    Ok(Value::Markup(format!(
        "[{}](<{}>)",
        crate::texts::escaped(&label),
        url.replace(['<', '>', '\n'], "")
    )))
}
