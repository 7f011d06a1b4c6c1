//! Texts and grammar.

use affiant_guest::{Stop, Value};

use crate::registry::{Call, Function, needed, number, optional};
use crate::{text_of, words};

/// The functions of this file.
pub(crate) fn functions() -> Vec<Function> {
    vec![
        Function {
            name: "str",
            parameters: const { &[needed("value")] },
            variadic: false,
            summary: "How a value prints.",
            call: |it| it.text(0, "value").map(Value::Text),
        },
        Function {
            name: "word",
            parameters: const { &[needed("text")] },
            variadic: false,
            summary: "A word in the session's language.",
            call: |it| it.text(0, "text").map(Value::Text),
        },
        Function {
            name: "capitalize",
            parameters: const { &[needed("text")] },
            variadic: false,
            summary: "A text with its first letter large.",
            call: |it| Ok(Value::Text(capitalized(&it.text(0, "text")?))),
        },
        Function {
            name: "title_case",
            parameters: const { &[needed("text")] },
            variadic: false,
            summary: "A text with every word's first letter large.",
            call: title_case,
        },
        Function {
            name: "upper",
            parameters: const { &[needed("text")] },
            variadic: false,
            summary: "A text in capitals.",
            call: |it| Ok(Value::Text(it.text(0, "text")?.to_uppercase())),
        },
        Function {
            name: "lower",
            parameters: const { &[needed("text")] },
            variadic: false,
            summary: "A text in small letters.",
            call: |it| Ok(Value::Text(it.text(0, "text")?.to_lowercase())),
        },
        Function {
            name: "fix_punctuation",
            parameters: const { &[needed("text"), optional("mark")] },
            variadic: false,
            summary: "A text that ends with a mark.",
            call: fix_punctuation,
        },
        Function {
            name: "single_paragraph",
            parameters: const { &[needed("text")] },
            variadic: false,
            summary: "A text on one line.",
            call: |it| {
                Ok(Value::Text(
                    it.text(0, "text")?.split_whitespace().collect::<Vec<_>>().join(" "),
                ))
            },
        },
        Function {
            name: "noun_plural",
            parameters: const { &[needed("noun"), optional("count")] },
            variadic: false,
            summary: "A noun's plural, unless there is one.",
            call: noun_plural,
        },
        Function {
            name: "noun_singular",
            parameters: const { &[needed("noun")] },
            variadic: false,
            summary: "A noun's singular.",
            call: |it| Ok(Value::Text(words::singular(&it.text(0, "noun")?))),
        },
        Function {
            name: "quantity_noun",
            parameters: const { &[needed("count"), needed("noun")] },
            variadic: false,
            summary: "A number with its noun: two children.",
            call: quantity_noun,
        },
        Function {
            name: "indefinite_article",
            parameters: const { &[needed("noun")] },
            variadic: false,
            summary: "A noun with a or an.",
            call: |it| Ok(Value::Text(words::with_article(&it.text(0, "noun")?))),
        },
        Function {
            name: "possessify",
            parameters: const { &[needed("owner"), needed("thing")] },
            variadic: false,
            summary: "Somebody’s something.",
            call: |it| {
                Ok(Value::Text(format!(
                    "{} {}",
                    words::possessive(&it.text(0, "owner")?),
                    it.text(1, "thing")?
                )))
            },
        },
        Function {
            name: "verb_present",
            parameters: const { &[needed("verb")] },
            variadic: false,
            summary: "A verb with he, she or it.",
            call: |it| Ok(Value::Text(words::third_person(&it.text(0, "verb")?))),
        },
        Function {
            name: "verb_past",
            parameters: const { &[needed("verb")] },
            variadic: false,
            summary: "A verb in the past.",
            call: |it| Ok(Value::Text(words::past(&it.text(0, "verb")?))),
        },
        Function {
            name: "yesno",
            parameters: const { &[needed("value")] },
            variadic: false,
            summary: "Yes or No.",
            call: |it| {
                Ok(Value::text(if it.required(0, "value")?.is_true() { "Yes" } else { "No" }))
            },
        },
        Function {
            name: "bold",
            parameters: const { &[needed("text")] },
            variadic: false,
            summary: "A text in bold.",
            call: |it| wrapped(it, "**"),
        },
        Function {
            name: "italic",
            parameters: const { &[needed("text")] },
            variadic: false,
            summary: "A text in italics.",
            call: |it| wrapped(it, "*"),
        },
        Function {
            name: "redact",
            parameters: const { &[needed("text")] },
            variadic: false,
            summary: "A black bar as long as the text.",
            call: |it| Ok(Value::Text("█".repeat(it.text(0, "text")?.chars().count().min(200)))),
        },
        Function {
            name: "phone_number_is_valid",
            parameters: const { &[needed("number")] },
            variadic: false,
            summary: "Whether a text can be a telephone number.",
            call: |it| Ok(Value::Bool(is_phone(&it.text(0, "number")?))),
        },
        Function {
            name: "split",
            parameters: const { &[needed("text"), needed("separator")] },
            variadic: false,
            summary: "The parts of a text.",
            call: split,
        },
        Function {
            name: "collapse_template",
            parameters: const { &[needed("template")] },
            variadic: false,
            summary: "A template’s subject and content.",
            call: collapse_template,
        },
    ]
}

/// A text with its first letter large.
pub(crate) fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn title_case(call: &Call<'_>) -> Result<Value, Stop> {
    let text = call.text(0, "text")?;
    let words: Vec<String> = text.split(' ').map(capitalized).collect();
    Ok(Value::Text(words.join(" ")))
}

fn fix_punctuation(call: &Call<'_>) -> Result<Value, Stop> {
    let text = call.text(0, "text")?;
    let text = text.trim_end();
    let mark = call.optional_text(1, "mark")?.unwrap_or_else(|| ".".to_owned());
    let ends = text.is_empty() || text.ends_with(['.', '!', '?', '…']);
    Ok(Value::Text(if ends { text.to_owned() } else { format!("{text}{mark}") }))
}

fn noun_plural(call: &Call<'_>) -> Result<Value, Stop> {
    let noun = call.text(0, "noun")?;
    let one = call
        .argument(1, "count")
        .and_then(number)
        .is_some_and(|it| it == rust_decimal::Decimal::ONE);
    Ok(Value::Text(if one { noun } else { words::plural(&noun) }))
}

fn quantity_noun(call: &Call<'_>) -> Result<Value, Stop> {
    let count = call.number(0, "count")?;
    let noun = call.text(1, "noun")?;
    let number = i64::try_from(count.trunc()).unwrap_or(i64::MAX);
    let noun = if number == 1 { noun } else { words::plural(&noun) };
    Ok(Value::Text(format!("{} {noun}", words::number(number))))
}

/// Markdown round a text whose own characters stay text.
fn wrapped(call: &Call<'_>, mark: &str) -> Result<Value, Stop> {
    let value = call.required(0, "text")?;
    let inner = match value {
        Value::Markup(markup) => markup.clone(),
        other => escaped(&text_of(call.answers, other)?),
    };
    Ok(Value::Markup(format!("{mark}{inner}{mark}")))
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

/// Seven to fifteen digits (the most that ITU-T E.164 allows), with usual marks between them.
fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let usual = |it: char| it.is_ascii_digit() || " +-().x/".contains(it);
    (7..=15).contains(&digits) && text.chars().all(usual)
}

fn split(call: &Call<'_>) -> Result<Value, Stop> {
    let (text, separator) = (call.text(0, "text")?, call.text(1, "separator")?);
    if separator.is_empty() {
        return Err(Stop::bad_call("`separator` must not be empty"));
    }
    Ok(Value::List(text.split(&separator).take(10_000).map(Value::text).collect()))
}

fn collapse_template(call: &Call<'_>) -> Result<Value, Stop> {
    let Value::Alias(path) = call.required(0, "template")? else {
        return Err(Stop::bad_call("`template` must be a template"));
    };
    let subject = call.answers.read(&path.attribute("subject"))?;
    let content = call.answers.read(&path.attribute("content"))?;
    let (subject, content) = (text_of(call.answers, &subject)?, text_of(call.answers, &content)?);
    Ok(Value::Markup(format!("**{}**\n\n{content}", subject.trim())))
}
