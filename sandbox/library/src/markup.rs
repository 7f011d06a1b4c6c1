//! Functions that give formatted text. What they are given stays text: its own characters mean
//! nothing to Markdown.

use affiant_guest::{Path, Stop, Value};

use crate::registry::{Call, Function, needed, optional};
use crate::{locale, text_of};

/// The functions of this file.
pub(crate) fn functions() -> Vec<Function> {
    vec![
        Function::new("bold", const { &[needed("text")] }, "A text in bold.", |it| {
            wrapped(it, "**")
        }),
        Function::new("italic", const { &[needed("text")] }, "A text in italics.", |it| {
            wrapped(it, "*")
        }),
        Function::new(
            "action_button_html",
            const { &[needed("url"), optional("label")] },
            "A button for a link.",
            |it| {
                let label = it.optional_text(1, "label")?;
                let label = label.unwrap_or_else(|| locale::say(it.answers, "edit", &[]));
                link(it, &label)
            },
        ),
        Function::new(
            "collapse_template",
            const { &[needed("template")] },
            "A template’s subject and content.",
            collapse_template,
        ),
    ]
}

/// A text in which no character means something to Markdown.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if character.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

/// A value in Markdown: markup as it is, anything else escaped.
fn in_markdown(call: &Call<'_>, value: &Value) -> Result<String, Stop> {
    match value {
        Value::Markup(markup) => Ok(markup.clone()),
        other => Ok(escaped(&text_of(call.answers, other)?)),
    }
}

fn wrapped(call: &Call<'_>, mark: &str) -> Result<Value, Stop> {
    let inner = in_markdown(call, call.required(0, "text")?)?;
    // Marks next to a space, or round nothing, mean nothing to Markdown.
    let trimmed = inner.trim();
    if trimmed.is_empty() {
        return Ok(Value::Markup(String::new()));
    }
    Ok(Value::Markup(format!("{mark}{trimmed}{mark}")))
}

/// A link whose address cannot end early.
fn link(call: &Call<'_>, label: &str) -> Result<Value, Stop> {
    let url: String = call
        .text(0, "url")?
        .chars()
        .filter(|it| !it.is_control() && !matches!(it, '<' | '>' | '\\'))
        .collect();
    Ok(Value::Markup(format!("[{}](<{url}>)", escaped(label))))
}

/// A button that does something with a list or an item, as the engine reads it.
pub(crate) fn list_action(action: &str, of: &Path, label: &str) -> String {
    let arguments = serde_json::json!({ "of": of.to_string() }).to_string();
    let arguments = crate::session::percent_encoded(&arguments, b"-._~");
    format!("[{}](<action:{action}?{arguments}>)", escaped(label))
}

fn collapse_template(call: &Call<'_>) -> Result<Value, Stop> {
    let Value::Alias(path) = call.required(0, "template")? else {
        return Err(Stop::bad_call("`template` must be a template"));
    };
    let subject = in_markdown(call, &call.answers.read(&path.attribute("subject"))?)?;
    let content = in_markdown(call, &call.answers.read(&path.attribute("content"))?)?;
    let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(Value::Markup(if subject.is_empty() {
        content
    } else {
        format!("**{subject}**\n\n{content}")
    }))
}
