//! What goes on beside the interview: background actions and mails.

use affiant_guest::{Command, FaultKind, Object, Path, Stop, Value};
use indexmap::IndexMap;

use crate::registry::{Call, Function, Method, needed, optional};
use crate::{is_a, text_of};

/// Most addresses that one mail goes to.
const MAX_ADDRESSES: usize = 10;

/// Most files of one mail.
const MAX_FILES: usize = 20;

/// Most values of a list of addresses or files, and how deep lists may lie in each other.
const MAX_VALUES: usize = 100;
const MAX_DEPTH: usize = 4;

/// The functions of this file.
pub(crate) fn functions() -> Vec<Function> {
    vec![
        Function::new(
            "background_action",
            const { &[needed("action")] },
            "Begins an action of the interview in the background; its arguments go by name.",
            background_action,
        )
        .variadic(),
        Function::new(
            "background_response",
            const { &[optional("value")] },
            "Ends a background action with a value.",
            |it| Err(respond(it.argument(0, "value").cloned().unwrap_or(Value::Null))),
        ),
        Function::new(
            "background_response_action",
            const { &[needed("action")] },
            "Ends a background action with another action, whose changes are kept.",
            |it| {
                let mut next = Object::new("Action");
                next.attributes.insert("action".to_owned(), Value::Text(it.text(0, "action")?));
                next.attributes.insert("arguments".to_owned(), Value::Dict(given(it)?));
                Err(respond(Value::Object(Box::new(next))))
            },
        )
        .variadic(),
        Function::new(
            "send_email",
            const {
                &[
                    needed("to"),
                    optional("subject"),
                    optional("body"),
                    optional("template"),
                    optional("attachments"),
                    optional("cc"),
                    optional("bcc"),
                    optional("reply_to"),
                ]
            },
            "Sends an e-mail once the step is stored; gives what tells whether it was sent.",
            send_email,
        ),
    ]
}

/// The methods of this file.
pub(crate) fn methods() -> Vec<Method> {
    vec![
        Method::new("Task", "ready", &[], "Whether it has ended, well or not.", |it, path| {
            Ok(Value::Bool(matches!(&*status(it, path)?, "ready" | "failed")))
        }),
        Method::new("Task", "failed", &[], "Whether it has ended and failed.", |it, path| {
            Ok(Value::Bool(status(it, path)? == "failed"))
        }),
        Method::new("Task", "get", &[], "What it gave; nothing while it goes on.", result),
        Method::new("Task", "result", &[], "What it gave; nothing while it goes on.", result),
        Method::new("Mail", "ready", &[], "Whether it was sent, or cannot be.", |it, path| {
            Ok(Value::Bool(matches!(&*status(it, path)?, "sent" | "failed")))
        }),
        Method::new("Mail", "sent", &[], "Whether a mail server took it.", |it, path| {
            Ok(Value::Bool(status(it, path)? == "sent"))
        }),
    ]
}

fn respond(value: Value) -> Stop {
    Stop::Command(Box::new(Command::Respond(value)))
}

fn status(call: &Call<'_>, path: &Path) -> Result<String, Stop> {
    text_of(call.answers, &call.answers.read(&path.attribute("status"))?)
}

fn result(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    call.answers.read(&path.attribute("result"))
}

/// The arguments of an action: all that go by name. Scripts give them as a dictionary.
fn given(call: &Call<'_>) -> Result<IndexMap<String, Value>, Stop> {
    let mut all = call.arguments.named.clone();
    all.shift_remove("action");
    for value in call.arguments.positional.iter().skip(1) {
        match value {
            Value::Dict(more) => all.extend(more.clone()),
            Value::Null => {}
            _ => return Err(Stop::bad_call("the arguments of an action go by name")),
        }
    }
    Ok(all)
}

fn background_action(call: &Call<'_>) -> Result<Value, Stop> {
    let mut task = Object::new("Task");
    let mut set = |name: &str, value: Value| task.attributes.insert(name.to_owned(), value);
    set("action", Value::Text(call.text(0, "action")?));
    set("arguments", Value::Dict(given(call)?));
    set("status", Value::text("waiting"));
    set("result", Value::Null);
    set("reason", Value::text(""));
    call.answers.begin(task).map(Value::Alias)
}

fn send_email(call: &Call<'_>) -> Result<Value, Stop> {
    let is_named = matches!(call.arguments.positional.first(), Some(Value::Dict(_)));
    if is_named || call.arguments.positional.len() > 1 {
        return Err(Stop::bad_call(
            "`send_email` takes `to`, and by name `subject`, `body` or `template`, `attachments`, `cc`, `bcc` and `reply_to`",
        ));
    }
    let (subject, text) = letter(call)?;
    let mut mail = Object::new("Mail");
    let mut set = |name: &str, value: Value| mail.attributes.insert(name.to_owned(), value);
    let mut count = 0;
    for (at, name) in [(0, "to"), (5, "cc"), (6, "bcc"), (7, "reply_to")] {
        let mut found = Vec::new();
        if let Some(value) = call.argument(at, name) {
            addresses(call, value, name, &mut found)?;
        }
        count += found.len();
        set(name, Value::List(found.into_iter().map(Value::Text).collect()));
        if name == "to" && count == 0 {
            return Err(Stop::bad_call("`to` names nobody: give an e-mail address or a person"));
        }
    }
    if count > MAX_ADDRESSES {
        let told = format!("a mail must not go to more than {MAX_ADDRESSES} addresses");
        return Err(Stop::fault(FaultKind::OverBudget, told));
    }
    let files = call.argument(4, "attachments").map(|it| enclosed(call, it)).transpose()?;
    set("subject", Value::Text(subject));
    set("text", text);
    set("files", Value::List(files.unwrap_or_default()));
    set("status", Value::text("waiting"));
    set("reason", Value::text(""));
    call.answers.begin(mail).map(Value::Alias)
}

/// Subject and text: those given, or those of the template.
fn letter(call: &Call<'_>) -> Result<(String, Value), Stop> {
    let subject = call.optional_text(1, "subject")?;
    let body = match call.argument(2, "body") {
        Some(Value::Markup(body)) => Some(Value::Markup(body.clone())),
        Some(body) => Some(Value::Text(text_of(call.answers, body)?)),
        None => None,
    };
    let (mut from, mut content) = (None, None);
    match call.argument(3, "template") {
        None => {}
        Some(Value::Alias(path)) if class_is(call, path, "Template") => {
            from = Some(text_of(call.answers, &call.answers.read(&path.attribute("subject"))?)?);
            content = Some(call.answers.read(&path.attribute("content"))?);
        }
        Some(_) => {
            return Err(Stop::bad_call("`template` must be the variable of a `template` block"));
        }
    }
    let subject = subject.or(from).unwrap_or_default();
    let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = body.or(content).ok_or_else(|| {
        Stop::bad_call("a mail needs a text: give `body`, or `template` with a template's variable")
    })?;
    if subject.is_empty() {
        return Err(Stop::bad_call(
            "a mail needs a subject: give `subject`, or a template that has one",
        ));
    }
    Ok((subject, text))
}

fn class_is(call: &Call<'_>, path: &Path, class: &str) -> bool {
    call.answers.class_of(path).is_some_and(|it| is_a(&it, class))
}

/// The addresses that a value names: texts, people by their `email`, lists of both.
fn addresses(
    call: &Call<'_>,
    value: &Value,
    name: &str,
    found: &mut Vec<String>,
) -> Result<(), Stop> {
    let mut all = Vec::new();
    flatten(call, value, 0, &mut all)?;
    for value in all {
        let address = match &value {
            Value::Alias(path) if class_is(call, path, "Person") => {
                call.answers.read(&path.attribute("email"))?
            }
            _ => value,
        };
        match address {
            Value::Null | Value::Empty => {}
            Value::Text(text) => {
                let all = text.split([',', ';']).map(str::trim).filter(|it| !it.is_empty());
                found.extend(all.map(str::to_owned));
            }
            other => {
                let kind = other.kind();
                return Err(Stop::bad_call(format!(
                    "`{name}` must be an e-mail address, a person or a list of them, not {kind}"
                )));
            }
        }
    }
    Ok(())
}

/// Documents and files of a value, as they are at this moment.
fn enclosed(call: &Call<'_>, value: &Value) -> Result<Vec<Value>, Stop> {
    let mut all = Vec::new();
    flatten(call, value, 0, &mut all)?;
    let mut files = Vec::new();
    for value in all {
        match &value {
            Value::Null | Value::Empty => {}
            Value::File(_) => files.push(value),
            Value::Object(object) if object.class == "Document" => files.push(value),
            Value::Alias(path) if class_is(call, path, "Document") => {
                let mut document = Object::new("Document");
                for name in call.answers.attributes(path) {
                    let value = call.answers.read(&path.attribute(&name))?;
                    document.attributes.insert(name, value);
                }
                files.push(Value::Object(Box::new(document)));
            }
            other => {
                let kind = other.kind();
                return Err(Stop::bad_call(format!(
                    "`attachments` takes documents and uploaded files, not {kind}"
                )));
            }
        }
    }
    if files.len() > MAX_FILES {
        let told = format!("a mail must not have more than {MAX_FILES} files");
        return Err(Stop::fault(FaultKind::OverBudget, told));
    }
    Ok(files)
}

/// The values in lists, and in lists of lists. Aliases make a graph of the answers, so depth and
/// number are bounded.
fn flatten(
    call: &Call<'_>,
    value: &Value,
    depth: usize,
    found: &mut Vec<Value>,
) -> Result<(), Stop> {
    if depth > MAX_DEPTH || found.len() >= MAX_VALUES {
        return Err(Stop::fault(FaultKind::OverBudget, "this list is too long or too deep"));
    }
    match value {
        Value::List(all) => {
            for value in all {
                flatten(call, value, depth + 1, found)?;
            }
        }
        Value::Alias(path) if class_is(call, path, "List") || class_is(call, path, "Set") => {
            for item in call.answers.items(path)? {
                let value = call.answers.read(&item)?;
                flatten(call, &value, depth + 1, found)?;
            }
        }
        other => found.push(other.clone()),
    }
    Ok(())
}
