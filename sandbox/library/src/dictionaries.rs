//! Methods of dictionaries, and so of ticked boxes.

use affiant_guest::{Path, Stop, Value};

use crate::lists::{PHRASE, of_dictionary, phrase_of};
use crate::objects::as_int;
use crate::registry::{Call, Method, Parameter, RunOn, needed, optional};
use crate::{locale, text_of, words};

/// Whether the values that are not named must be the opposite, by name.
const EXCLUSIVE: &[Parameter] = &[optional("exclusive")];

/// The methods of this file.
pub(crate) fn methods() -> Vec<Method> {
    let all: [&[Method]; 3] = [&reading(), &boxes(), &changing()];
    all.into_iter().flatten().map(|it| Method { ..*it }).collect()
}

const fn of(
    name: &'static str,
    parameters: &'static [Parameter],
    summary: &'static str,
    call: RunOn,
) -> Method {
    Method::new("Dict", name, parameters, summary, call)
}

fn reading() -> [Method; 12] {
    [
        of("keys", &[], "The keys.", |it, path| {
            let entries = it.answers.entries(path)?;
            Ok(Value::List(entries.into_iter().map(|(key, _)| Value::Text(key)).collect()))
        }),
        of("values", &[], "The values.", |it, path| {
            Ok(Value::List(of_dictionary(it, path)?.into_iter().map(|(_, value)| value).collect()))
        }),
        of("items", &[], "The entries, each a list of key and value.", |it, path| {
            let pair = |(key, value)| Value::List(vec![Value::Text(key), value]);
            Ok(Value::List(of_dictionary(it, path)?.into_iter().map(pair).collect()))
        }),
        of(
            "get",
            const { &[needed("key"), optional("otherwise")] },
            "The value of a key, or something else.",
            get,
        ),
        of("contains", const { &[needed("key")] }, "Whether there is such a key.", |it, path| {
            let key = it.text(0, "key")?;
            Ok(Value::Bool(it.answers.entries(path)?.iter().any(|(it, _)| *it == key)))
        }),
        of("number", &[], "How many entries there are.", |it, path| {
            count(it, path).map(Value::Int)
        }),
        of("len", &[], "How many entries there are.", |it, path| count(it, path).map(Value::Int)),
        of("number_as_word", &[], "How many entries there are, in words.", |it, path| {
            Ok(Value::Text(words::number(locale::of(it.answers), count(it, path)?)))
        }),
        of("gather", &[], "Gathers the dictionary.", |it, path| {
            it.answers.entries(path).map(|_| Value::Bool(true))
        }),
        of(
            "as_noun",
            const { &[needed("noun")] },
            "A noun, plural unless there is one entry.",
            |it, path| {
                let noun = it.text(0, "noun")?;
                Ok(Value::Text(words::counted(locale::of(it.answers), count(it, path)?, &noun)))
            },
        ),
        of(
            "quantity_noun",
            const { &[needed("noun")] },
            "The number of entries with a noun.",
            |it, path| {
                let noun = it.text(0, "noun")?;
                Ok(Value::Text(words::quantity(locale::of(it.answers), count(it, path)?, &noun)))
            },
        ),
        of(
            "comma_and_list",
            PHRASE,
            "The keys whose value is not false, as one phrase.",
            |it, path| {
                let entries = of_dictionary(it, path)?;
                let shown = entries.into_iter().filter(|(_, it)| *it != Value::Bool(false));
                phrase_of(it, &shown.map(|(key, _)| key).collect::<Vec<_>>())
            },
        ),
    ]
}

fn boxes() -> [Method; 6] {
    [
        of("true_values", &[], "The keys whose value is true.", |it, path| {
            keys_where(it, path, true)
        }),
        of("false_values", &[], "The keys whose value is false.", |it, path| {
            keys_where(it, path, false)
        }),
        of(
            "any_true",
            EXCLUSIVE,
            "Whether any value, or any of the named, is true.",
            |it, path| quantified(it, path, |named, _| named.iter().any(|it| *it)),
        )
        .variadic(),
        of(
            "all_true",
            EXCLUSIVE,
            "Whether all values, or all of the named, are true; with `exclusive` only those.",
            |it, path| {
                quantified(it, path, |named, others| {
                    named.iter().all(|it| *it) && others.iter().all(|it| !*it)
                })
            },
        )
        .variadic(),
        of(
            "any_false",
            EXCLUSIVE,
            "Whether any value, or any of the named, is false.",
            |it, path| quantified(it, path, |named, _| named.iter().any(|it| !*it)),
        )
        .variadic(),
        of(
            "all_false",
            EXCLUSIVE,
            "Whether all values, or all of the named, are false; with `exclusive` only those.",
            |it, path| {
                quantified(it, path, |named, others| {
                    named.iter().all(|it| !*it) && others.iter().all(|it| *it)
                })
            },
        )
        .variadic(),
    ]
}

fn changing() -> [Method; 4] {
    [
        of(
            "setdefault",
            const { &[needed("key"), optional("value")] },
            "The value of a key, set to another if there is none.",
            |it, path| {
                let entry = path.key(&it.text(0, "key")?);
                if it.answers.peek(&entry).is_none() {
                    let value = it.argument(1, "value").cloned().unwrap_or(Value::Null);
                    it.answers.write(&entry, value)?;
                }
                it.answers.read(&entry)
            },
        ),
        of("update", const { &[needed("other")] }, "Sets another’s entries.", |it, path| {
            let entries: Vec<(String, Value)> = match it.required(0, "other")? {
                Value::Dict(entries) => entries.clone().into_iter().collect(),
                Value::Alias(other) => of_dictionary(it, other)?,
                _ => return Err(Stop::bad_call("`other` must be a dictionary")),
            };
            for (key, value) in entries {
                it.answers.write(&path.key(&key), value)?;
            }
            Ok(Value::Null)
        }),
        of(
            "pop",
            const { &[needed("key"), optional("otherwise")] },
            "Takes an entry out and gives its value.",
            |it, path| {
                let entry = path.key(&it.text(0, "key")?);
                let Some(value) = it.answers.peek(&entry) else {
                    return Ok(it.argument(1, "otherwise").cloned().unwrap_or(Value::Null));
                };
                it.answers.remove(&entry)?;
                Ok(value)
            },
        ),
        of("clear", &[], "Takes all entries out.", |it, path| {
            for (_, entry) in it.answers.entries(path)? {
                it.answers.remove(&entry)?;
            }
            Ok(Value::Null)
        }),
    ]
}

fn count(call: &Call<'_>, path: &Path) -> Result<i64, Stop> {
    Ok(as_int(call.answers.entries(path)?.len()))
}

fn get(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    let key = call.text(0, "key")?;
    match call.answers.entries(path)?.into_iter().find(|(it, _)| *it == key) {
        Some((_, entry)) => call.answers.read(&entry),
        None => Ok(call.argument(1, "otherwise").cloned().unwrap_or(Value::Null)),
    }
}

fn keys_where(call: &Call<'_>, path: &Path, wanted: bool) -> Result<Value, Stop> {
    let entries = of_dictionary(call, path)?.into_iter();
    let keys = entries.filter(|(_, value)| value.is_true() == wanted);
    Ok(Value::List(keys.map(|(key, _)| Value::Text(key)).collect()))
}

/// Tests the values of the named keys, and of the other keys if the call says `exclusive`.
fn quantified(
    call: &Call<'_>,
    path: &Path,
    test: fn(&[bool], &[bool]) -> bool,
) -> Result<Value, Stop> {
    let named: Vec<String> = call
        .arguments
        .positional
        .iter()
        .map(|it| text_of(call.answers, it))
        .collect::<Result<_, _>>()?;
    let exclusive = call.arguments.named.get("exclusive").is_some_and(Value::is_true);
    let (mut inside, mut outside) = (Vec::new(), Vec::new());
    for (key, value) in of_dictionary(call, path)? {
        if named.is_empty() || named.contains(&key) {
            inside.push(value.is_true());
        } else if exclusive {
            outside.push(value.is_true());
        }
    }
    Ok(Value::Bool(test(&inside, &outside)))
}
