//! What `> show …` prints of a screen or of the answers.

use affiant_document::markdown;
use affiant_engine::{Screen, ScreenField, State};
use affiant_guest::{Content, Value};

/// The lines of one `> show WHAT`.
pub(crate) fn show(what: &str, screen: Option<&Screen>, state: &State) -> Vec<String> {
    let (word, rest) = what.split_once(' ').unwrap_or((what, ""));
    let Some(screen) = screen else { return vec!["no screen".to_owned()] };
    match word {
        "text" => lines(screen.text.as_deref()),
        "html" => markdown::to_html(screen.text.as_deref().unwrap_or(""))
            .lines()
            .map(str::to_owned)
            .collect(),
        "fields" => screen.fields.iter().map(field).collect(),
        "review" => screen
            .review
            .iter()
            .map(|it| {
                let label = it.label.as_deref().map(markdown::to_plain).unwrap_or_default();
                let text = it.text.as_deref().map(markdown::to_plain).unwrap_or_default();
                format!("{label}: {text}")
            })
            .collect(),
        "documents" => screen
            .documents
            .iter()
            .flat_map(|it| {
                let only = match it.formats.as_slice() {
                    [one] => format!(" as {}", one.ending()),
                    _ => String::new(),
                };
                let head = format!("{} ({}){only}", it.name, it.filename);
                std::iter::once(head).chain(
                    markdown::to_plain(&it.content)
                        .lines()
                        .map(|line| format!("  {line}"))
                        .collect::<Vec<_>>(),
                )
            })
            .collect(),
        "why" => screen
            .why
            .iter()
            .map(|it| format!("{} by {} at {}:{}", it.wanted, it.block, it.file, it.line))
            .collect(),
        "sections" => screen
            .sections
            .iter()
            .map(|it| {
                let mark = if it.current {
                    ">"
                } else if it.visited {
                    "x"
                } else {
                    " "
                };
                format!("{}[{mark}] {}", "  ".repeat(it.level), it.label)
            })
            .collect(),
        "progress" => {
            vec![screen.progress.map_or_else(|| "none".to_owned(), |it| format!("{it} %"))]
        }
        "terms" => screen
            .terms
            .iter()
            .map(|it| format!("{}: {}", it.word, markdown::to_plain(&it.meaning)))
            .collect(),
        "help" => lines(screen.help.as_ref().map(|it| it.content.as_str())),
        "under" => lines(screen.parts.under.as_deref()),
        "buttons" => buttons(screen),
        "actions" => screen
            .actions
            .iter()
            .map(|it| format!("{} -> {}", markdown::to_plain(&it.label), it.link))
            .collect(),
        "id" => vec![screen.id.clone()],
        "language" => vec![format!("{}, texts in {}", screen.language, screen.text_language)],
        "answer" => vec![answer(rest, state)],
        "answers" => {
            state.answers().iter().map(|(name, it)| format!("{name} = {}", value(it))).collect()
        }
        _ => vec![format!("nothing is called `{word}`")],
    }
}

fn lines(markdown: Option<&str>) -> Vec<String> {
    markdown.map(markdown::to_plain).unwrap_or_default().lines().map(str::to_owned).collect()
}

fn buttons(screen: &Screen) -> Vec<String> {
    let mut found = Vec::new();
    if screen.can_continue {
        let label = screen.continue_label.as_deref().map(markdown::to_plain);
        found.push(label.unwrap_or_else(|| "Continue".to_owned()));
    }
    if screen.can_go_back {
        found.push(
            screen.back_label.as_deref().map_or_else(|| "Back".to_owned(), markdown::to_plain),
        );
    }
    found
}

/// One field in one line: label, widget, what it begins with, what can be chosen.
fn field(field: &ScreenField) -> String {
    let label = field.label.as_deref().map(markdown::to_plain);
    let label = label.or_else(|| field.note.as_deref().map(markdown::to_plain)).unwrap_or_default();
    let mut text =
        format!("{label} ({:?}{})", field.widget, if field.required { "" } else { ", optional" });
    if let Some(begins) = &field.value {
        text.push_str(&format!(" = {}", value(begins)));
    }
    let choices: Vec<String> = field
        .choices
        .iter()
        .map(|it| {
            format!("{}{}", if it.selected { "*" } else { "" }, markdown::to_plain(&it.label))
        })
        .collect();
    if !choices.is_empty() {
        text.push_str(&format!(" [{}]", choices.join(", ")));
    }
    if let Some(hint) = &field.hint {
        text.push_str(&format!(" hint: {}", markdown::to_plain(hint)));
    }
    text
}

/// The answer at a path, or `unknown`.
fn answer(path: &str, state: &State) -> String {
    state.look(path).map_or_else(|| "unknown".to_owned(), value)
}

/// A value on one line, as one would write it in a script.
pub(crate) fn value(of: &Value) -> String {
    let list = |all: &[Value]| all.iter().map(value).collect::<Vec<_>>().join(", ");
    let entries = |all: &mut dyn Iterator<Item = (&String, &Value)>| {
        all.map(|(key, it)| format!("{key}: {}", value(it))).collect::<Vec<_>>().join(", ")
    };
    match of {
        Value::Null => "null".to_owned(),
        Value::Empty => "empty".to_owned(),
        Value::Bool(it) => it.to_string(),
        Value::Int(it) => it.to_string(),
        Value::Decimal(it) => it.to_string(),
        Value::Float(it) => it.to_string(),
        Value::Text(it) => format!("\"{it}\""),
        Value::Markup(it) => format!("markup \"{}\"", markdown::to_plain(it)),
        Value::Date(it) => it.to_string(),
        Value::Time(it) => it.strftime("%H:%M").to_string(),
        Value::DateTime(it) => it.strftime("%Y-%m-%d %H:%M").to_string(),
        Value::Alias(it) => format!("-> {it}"),
        Value::File(it) => format!("file {}", it.name),
        Value::List(all) => format!("[{}]", list(all)),
        Value::Dict(all) => format!("{{{}}}", entries(&mut all.iter())),
        Value::Object(object) => {
            let inside = match &object.content {
                Content::None => entries(&mut object.attributes.iter()),
                Content::Items(items) => list(items),
                Content::Entries(all) => entries(&mut all.iter()),
            };
            format!("{}({inside})", object.class)
        }
    }
}
