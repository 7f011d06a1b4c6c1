//! Nouns, verbs and articles.

use affiant_guest::Value;

use crate::locale;
use crate::numbers;
use crate::registry::{Call, Function, needed, number, optional};
use crate::words;

/// The functions of this file.
pub(crate) fn functions() -> Vec<Function> {
    vec![
        Function::new(
            "noun_plural",
            const { &[needed("noun"), optional("count")] },
            "A noun’s plural, unless there is one.",
            |it| {
                let noun = it.text(0, "noun")?;
                let is_one = count_of(it).is_some_and(|it| it == 1);
                Ok(Value::Text(if is_one {
                    noun
                } else {
                    words::plural_in(locale::of(it.answers), &noun)
                }))
            },
        ),
        Function::new(
            "noun_singular",
            const { &[needed("noun"), optional("count")] },
            "A noun’s singular, unless there are several.",
            |it| {
                let noun = it.text(0, "noun")?;
                let is_one = count_of(it).is_none_or(|it| it == 1);
                Ok(Value::Text(if is_one {
                    words::singular_in(locale::of(it.answers), &noun)
                } else {
                    noun
                }))
            },
        ),
        Function::new(
            "quantity_noun",
            const { &[needed("count"), needed("noun"), optional("as_integer")] },
            "A number with its noun: two children.",
            |it| {
                let count = it.integer(0, "count")?;
                let noun = it.text(1, "noun")?;
                let locale = locale::of(it.answers);
                Ok(Value::Text(format!(
                    "{} {}",
                    numbers::nice(locale, &count.into(), false),
                    words::counted(locale, count, &noun)
                )))
            },
        ),
        Function::new(
            "indefinite_article",
            const { &[needed("noun")] },
            "A noun with a or an.",
            |it| Ok(Value::Text(words::with_article(&it.text(0, "noun")?))),
        ),
        Function::new(
            "possessify",
            const { &[needed("owner"), needed("thing")] },
            "Somebody’s something.",
            |it| {
                let (owner, thing) = (it.text(0, "owner")?, it.text(1, "thing")?);
                Ok(Value::Text(words::possession(locale::of(it.answers), &owner, &thing)))
            },
        ),
        Function::new(
            "verb_present",
            const { &[needed("verb")] },
            "A verb with he, she or it.",
            |it| Ok(Value::Text(words::third_person(&it.text(0, "verb")?))),
        ),
        Function::new("verb_past", const { &[needed("verb")] }, "A verb in the past.", |it| {
            Ok(Value::Text(words::past(&it.text(0, "verb")?)))
        }),
        Function::new(
            "does_a_b",
            const { &[needed("who"), needed("verb")] },
            "The beginning of a question: does the tenant pay.",
            |it| question(it, words::Auxiliary::Do),
        ),
        Function::new(
            "did_a_b",
            const { &[needed("who"), needed("verb")] },
            "The beginning of a question about the past: did the tenant pay.",
            |it| question(it, words::Auxiliary::Did),
        ),
    ]
}

/// The count that decides between singular and plural: a number, or how many items there are.
fn count_of(call: &Call<'_>) -> Option<i64> {
    match call.argument(1, "count")? {
        Value::List(items) => i64::try_from(items.len()).ok(),
        value => number(value).and_then(|it| i64::try_from(it).ok()),
    }
}

fn question(call: &Call<'_>, verb: words::Auxiliary) -> Result<Value, affiant_guest::Stop> {
    let text = format!(
        "{} {} {}",
        words::auxiliary(verb, false),
        call.text(0, "who")?,
        call.text(1, "verb")?
    );
    Ok(Value::Text(text))
}
