//! Texts.

use affiant_guest::{Budget, FaultKind, Stop, Value};

use crate::registry::{Call, Function, needed, optional};
use crate::{locale, words};

/// The functions of this file.
pub(crate) fn functions() -> Vec<Function> {
    vec![
        Function::new("str", const { &[needed("value")] }, "How a value prints.", |it| {
            it.text(0, "value").map(Value::Text)
        }),
        Function::new(
            "word",
            const { &[needed("text")] },
            "A word in the session’s language.",
            |it| {
                let text = it.text(0, "text")?;
                let own = it.answers.session(&format!("word:{text}"));
                it.answers.language();
                Ok(own.unwrap_or(Value::Text(text)))
            },
        ),
        Function::new(
            "capitalize",
            const { &[needed("text")] },
            "A text with its first letter large.",
            |it| Ok(Value::Text(capitalized(&it.text(0, "text")?))),
        ),
        Function::new(
            "title_case",
            const { &[needed("text")] },
            "A text with every word’s first letter large.",
            |it| {
                let text = it.text(0, "text")?;
                Ok(Value::Text(text.split(' ').map(capitalized).collect::<Vec<_>>().join(" ")))
            },
        ),
        Function::new("upper", const { &[needed("text")] }, "A text in capitals.", |it| {
            Ok(Value::Text(it.text(0, "text")?.to_uppercase()))
        }),
        Function::new("lower", const { &[needed("text")] }, "A text in small letters.", |it| {
            Ok(Value::Text(it.text(0, "text")?.to_lowercase()))
        }),
        Function::new(
            "fix_punctuation",
            const { &[needed("text"), optional("mark"), optional("other_marks")] },
            "A text that ends with a mark.",
            fix_punctuation,
        ),
        Function::new(
            "single_paragraph",
            const { &[needed("text")] },
            "A text on one line.",
            |it| Ok(Value::Text(one_line(&it.text(0, "text")?))),
        ),
        Function::new(
            "single_to_double_newlines",
            const { &[needed("text")] },
            "A text whose lines are paragraphs.",
            |it| {
                let text = it.text(0, "text")?;
                let lines = text.lines().map(str::trim_end).filter(|it| !it.is_empty());
                Ok(Value::Text(lines.collect::<Vec<_>>().join("\n\n")))
            },
        ),
        Function::new(
            "space_to_underscore",
            const { &[needed("text")] },
            "A text with underscores for spaces, for the name of a file.",
            |it| Ok(Value::Text(it.text(0, "text")?.trim().replace(char::is_whitespace, "_"))),
        ),
        Function::new(
            "nodoublequote",
            const { &[needed("text")] },
            "A text with single quotes for double ones.",
            |it| Ok(Value::Text(it.text(0, "text")?.replace('"', "'"))),
        ),
        Function::new("yesno", const { &[needed("value")] }, "Yes or No.", |it| {
            let word = locale::of(it.answers).yes_or_no(it.required(0, "value")?.is_true());
            Ok(Value::Text(capitalized(&word)))
        }),
        Function::new("noyes", const { &[needed("value")] }, "No if it is true, else Yes.", |it| {
            let word = locale::of(it.answers).yes_or_no(!it.required(0, "value")?.is_true());
            Ok(Value::Text(capitalized(&word)))
        }),
        Function::new("name_suffix", &[], "Suffixes of names to choose from.", |_| {
            Ok(Value::List(words::NAME_SUFFIXES.into_iter().map(Value::text).collect()))
        }),
        Function::new(
            "redact",
            const { &[needed("text")] },
            "A black bar about as long as the text.",
            |it| Ok(Value::Text("█".repeat(it.text(0, "text")?.chars().count().min(200)))),
        ),
        Function::new(
            "split",
            const { &[needed("text"), needed("separator")] },
            "The parts of a text.",
            split,
        ),
        Function::new(
            "replace",
            const { &[needed("text"), needed("old"), needed("new")] },
            "A text with another text put for every place of one.",
            |it| {
                let text = it.text(0, "text")?;
                replaced(&text, &it.text(1, "old")?, &it.text(2, "new")?).map(Value::Text)
            },
        ),
    ]
}

/// A text with its first letter large.
pub(crate) fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn fix_punctuation(call: &Call<'_>) -> Result<Value, Stop> {
    let text = call.text(0, "text")?;
    let text = text.trim_end();
    let mark = call.optional_text(1, "mark")?.unwrap_or_else(|| ".".to_owned());
    let others: Vec<String> = match call.argument(2, "other_marks") {
        Some(_) => {
            let marks = crate::lists::values(call, 2, "other_marks")?;
            marks.iter().map(|it| crate::text_of(call.answers, it)).collect::<Result<_, _>>()?
        }
        None => [".", "!", "?", "…"].map(str::to_owned).into(),
    };
    let ends = text.is_empty()
        || text.ends_with(&mark)
        || others.iter().any(|it| !it.is_empty() && text.ends_with(it.as_str()));
    Ok(Value::Text(if ends { text.to_owned() } else { format!("{text}{mark}") }))
}

fn split(call: &Call<'_>) -> Result<Value, Stop> {
    let (text, separator) = (call.text(0, "text")?, call.text(1, "separator")?);
    if separator.is_empty() {
        return Err(Stop::bad_call("`separator` must not be empty"));
    }
    if text.matches(&separator).count() >= Budget::AUTHOR.items {
        return Err(Stop::fault(FaultKind::OverBudget, "the text has too many parts"));
    }
    Ok(Value::List(text.split(&separator).map(Value::text).collect()))
}

/// A text with every place of `old` replaced. Fails when it would be longer than texts may be.
fn replaced(text: &str, old: &str, new: &str) -> Result<String, Stop> {
    if old.is_empty() {
        return Err(Stop::bad_call("`old` must not be empty"));
    }
    let places = text.matches(old).count();
    let length = text.len().saturating_add(places.saturating_mul(new.len()));
    if length > Budget::AUTHOR.text_bytes {
        return Err(Stop::fault(FaultKind::OverBudget, "the text becomes too long"));
    }
    Ok(text.replace(old, new))
}
