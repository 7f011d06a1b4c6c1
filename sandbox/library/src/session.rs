//! Functions that look at the session rather than at answers.

use affiant_guest::{Command, Stop, Value};
use indexmap::IndexMap;

use crate::registry::{Call, Function, Method, needed, optional};
use crate::text_of;

/// The functions of this file.
pub(crate) fn functions() -> Vec<Function> {
    [of_actions(), of_users(), of_language(), of_site()].into_iter().flatten().collect()
}

fn of_actions() -> Vec<Function> {
    vec![
        Function::new(
            "url_action",
            const { &[needed("action")] },
            "A link that runs an action; further arguments go by name.",
            |it| url_action(it).map(Value::Text),
        )
        .variadic(),
        Function::new(
            "action_menu_item",
            const { &[needed("label"), needed("url")] },
            "An entry for the menu: a label and a link.",
            |it| {
                let entry = ["label", "url"].into_iter().enumerate();
                entry
                    .map(|(at, name)| Ok((name.to_owned(), Value::Text(it.text(at, name)?))))
                    .collect::<Result<_, Stop>>()
                    .map(Value::Dict)
            },
        ),
        Function::new(
            "action_argument",
            const { &[needed("name"), optional("otherwise")] },
            "An argument of the action under way.",
            |it| word_of(it, "action_argument."),
        ),
        Function::new(
            "val",
            const { &[needed("name")] },
            "What is entered in a field of this screen.",
            |it| word_of(it, "val."),
        ),
    ]
}

fn of_users() -> Vec<Function> {
    vec![
        Function::new(
            "user_logged_in",
            &[],
            "Whether the user has an account and is signed in.",
            |it| Ok(word(it, "user_logged_in").unwrap_or(Value::Bool(false))),
        ),
        Function::new(
            "user_info",
            &[],
            "What the account of the user says; empty texts for an anonymous user.",
            |it| Ok(user_info(it)),
        ),
        Function::new(
            "user_has_privilege",
            const { &[needed("privilege")] },
            "Whether the user has one of these privileges.",
            |it| Ok(Value::Bool(has_privilege(it))),
        )
        .variadic(),
    ]
}

fn of_language() -> Vec<Function> {
    vec![
        Function::new("get_language", &[], "The session’s language.", |it| {
            Ok(Value::Text(it.answers.language()))
        }),
        Function::new(
            "set_language",
            const { &[needed("language")] },
            "Goes on in another language, such as es.",
            set_language,
        ),
    ]
}

fn of_site() -> Vec<Function> {
    vec![
        Function::new(
            "get_config",
            const { &[needed("key"), optional("otherwise")] },
            "What the server’s operator set for interviews under this key.",
            |it| {
                let found = word(it, &format!("config.{}", it.text(0, "key")?));
                let otherwise = || it.argument(1, "otherwise").cloned().unwrap_or(Value::Null);
                Ok(found.unwrap_or_else(otherwise))
            },
        ),
        Function::new(
            "interview_url",
            &[],
            "The address of this interview, or of another one by its name as `i`.",
            interview_url,
        )
        .variadic(),
        Function::new(
            "url_of",
            const { &[needed("place")] },
            "The address of a page of the site, such as `root` or `signin`.",
            url_of,
        ),
    ]
}

/// The methods of `nav`.
pub(crate) fn methods() -> Vec<Method> {
    vec![
        Method::new(
            "Navigation",
            "set_section",
            const { &[needed("section")] },
            "Goes on in a section.",
            |it, _| set_section(it),
        ),
        Method::new("Navigation", "get_section", &[], "The section under way.", |it, _| {
            Ok(word(it, "section").unwrap_or(Value::Null))
        }),
    ]
}

fn set_section(call: &Call<'_>) -> Result<Value, Stop> {
    call.answers.enter(&call.text(0, "section")?)?;
    Ok(Value::Null)
}

/// An address that other people can open: it shows nobody's answers.
fn interview_url(call: &Call<'_>) -> Result<Value, Stop> {
    let mut all = call.arguments.named.keys();
    if !call.arguments.positional.is_empty() || all.any(|it| it != "i") {
        let told = "answers never stand in an address: `interview_url` takes the name of another interview as `i`, and nothing else";
        return Err(Stop::bad_call(told));
    }
    let own = || word(call, "interview_url").unwrap_or(Value::text(""));
    let Some(name) = call.arguments.named.get("i") else { return Ok(own()) };
    let name = percent_encoded(&text_of(call.answers, name)?, b"-_.~");
    let site = word(call, "site_url").unwrap_or(Value::text(""));
    Ok(Value::Text(format!("{}/i/{name}", text_of(call.answers, &site)?)))
}

/// Pages by the names that docassemble has for them.
const PAGES: [(&[&str], &str); 7] = [
    (&["root", "exit", "leave", "exit_logout", "dispatch"], "/"),
    (&["signin", "login"], "/account/sign-in"),
    (&["register"], "/account/register"),
    (&["interviews", "user_profile"], "/account"),
    (&["profile"], "/account/profile"),
    (&["change_password"], "/account/password"),
    (&["privacy"], "/privacy"),
];

fn url_of(call: &Call<'_>) -> Result<Value, Stop> {
    let place = call.text(0, "place")?;
    let found = PAGES.iter().find(|(names, _)| names.contains(&place.as_str()));
    let (_, path) = found.ok_or_else(|| {
        Stop::bad_call(format!(
            "there is no page `{place}`; the pages are root, signin, register, interviews, profile, change_password and privacy, and files of an interview have no address"
        ))
    })?;
    Ok(Value::text(*path))
}

/// Stops with a command unless the language is spoken already, so that what was shown in another
/// one is made anew.
fn set_language(call: &Call<'_>) -> Result<Value, Stop> {
    let language = call.text(0, "language")?;
    let is_tag = |it: char| it.is_ascii_alphanumeric() || it == '-';
    if language.is_empty() || language.len() > 35 || !language.chars().all(is_tag) {
        return Err(Stop::bad_call("`language` must be a language tag, such as `es`"));
    }
    if call.answers.language() == language {
        return Ok(Value::Null);
    }
    let command = Command::Named { name: "language".to_owned(), url: Some(language) };
    Err(Stop::Command(Box::new(command)))
}

fn word(call: &Call<'_>, word: &str) -> Option<Value> {
    call.answers.session(word)
}

fn word_of(call: &Call<'_>, kind: &str) -> Result<Value, Stop> {
    let name = call.text(0, "name")?;
    let otherwise = || call.argument(1, "otherwise").cloned().unwrap_or(Value::Null);
    Ok(word(call, &format!("{kind}{name}")).unwrap_or_else(otherwise))
}

fn user_info(call: &Call<'_>) -> Value {
    const PARTS: [&str; 4] = ["email", "first_name", "last_name", "timezone"];
    let part = |name: &str| {
        let value = word(call, &format!("user_info.{name}")).unwrap_or(Value::text(""));
        (name.to_owned(), value)
    };
    Value::Dict(PARTS.into_iter().map(part).collect())
}

fn has_privilege(call: &Call<'_>) -> bool {
    let Some(Value::List(held)) = word(call, "user_privileges") else {
        return false;
    };
    let mut wanted = Vec::new();
    for value in &call.arguments.positional {
        match value {
            Value::List(all) => wanted.extend(all),
            one => wanted.push(one),
        }
    }
    wanted.into_iter().any(|it| held.contains(it))
}

/// `action:NAME?ARGUMENTS`: the pages make a button of it. The arguments are JSON,
/// percent-encoded, so that the link stays one word. Scripts give them as a dictionary.
fn url_action(call: &Call<'_>) -> Result<String, Stop> {
    let name = call.text(0, "action")?;
    let mut given: IndexMap<&String, &Value> = call.arguments.named.iter().collect();
    given.shift_remove(&"action".to_owned());
    for value in call.arguments.positional.iter().skip(1) {
        let Value::Dict(more) = value else {
            return Err(Stop::bad_call("the arguments of an action go by name"));
        };
        given.extend(more);
    }
    let name = percent_encoded(&name, b".[]_-~");
    if given.is_empty() {
        return Ok(format!("action:{name}"));
    }
    let mut arguments = serde_json::Map::new();
    for (key, value) in given {
        arguments.insert(key.clone(), to_json(call, value, 0)?);
    }
    let json = serde_json::Value::Object(arguments).to_string();
    Ok(format!("action:{name}?{}", percent_encoded(&json, b"-._~")))
}

/// The deepest nesting of an action's arguments.
const MAX_DEPTH: usize = 8;

fn to_json(call: &Call<'_>, value: &Value, depth: usize) -> Result<serde_json::Value, Stop> {
    if depth > MAX_DEPTH {
        return Err(Stop::bad_call("an action’s argument is nested too deeply"));
    }
    Ok(match value {
        Value::Int(it) => (*it).into(),
        Value::Bool(it) => (*it).into(),
        Value::Null | Value::Empty => serde_json::Value::Null,
        Value::List(items) => {
            let items = items.iter().map(|it| to_json(call, it, depth + 1));
            serde_json::Value::Array(items.collect::<Result<_, _>>()?)
        }
        Value::Dict(entries) => {
            let entries =
                entries.iter().map(|(key, it)| Ok((key.clone(), to_json(call, it, depth + 1)?)));
            serde_json::Value::Object(entries.collect::<Result<_, Stop>>()?)
        }
        // Objects go by their variable, dates as machines write them.
        Value::Alias(path) => path.to_string().into(),
        Value::Date(it) => it.to_string().into(),
        Value::DateTime(it) => it.to_string().into(),
        Value::Time(it) => it.to_string().into(),
        other => text_of(call.answers, other)?.into(),
    })
}

/// Everything but letters, digits and `plain` as `%XX` (RFC 3986 §2.1).
pub(crate) fn percent_encoded(text: &str, plain: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || plain.contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(DIGITS[usize::from(byte >> 4)]));
            out.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
    out
}
