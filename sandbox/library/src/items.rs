//! Methods of lists and sets.

use affiant_guest::{Object, Path, Stop, Value};

use crate::lists::{PHRASE, of_list, phrase_of, total, values};
use crate::objects::as_int;
use crate::registry::{Call, Method, Parameter, RunOn, needed, optional};
use crate::say::Printer;
use crate::words::{self, Auxiliary, Gender};
use crate::{locale, new_object, text_of};

/// The classes with these methods. A set is a list that refuses nothing here: its items are in
/// order too.
const CLASSES: [&str; 2] = ["List", "Set"];

/// The methods of this file.
pub(crate) fn methods() -> Vec<Method> {
    let all: [&[Method]; 5] = [&changing(), &gathering(), &looking(), &comparing(), &saying()];
    let of_class = |class: &'static str| {
        all.iter().flat_map(move |it| it.iter()).map(move |it| Method { class, ..*it })
    };
    CLASSES.into_iter().flat_map(of_class).collect()
}

const fn of(
    name: &'static str,
    parameters: &'static [Parameter],
    summary: &'static str,
    call: RunOn,
) -> Method {
    Method::new(CLASSES[0], name, parameters, summary, call)
}

fn changing() -> [Method; 7] {
    [
        of("append", const { &[needed("item")] }, "Adds items at the end.", append).variadic(),
        of("add", const { &[needed("item")] }, "Adds items at the end.", append).variadic(),
        of("extend", const { &[needed("list")] }, "Adds another list’s items.", |it, path| {
            for value in values(it, 0, "list")? {
                it.answers.append(path, value)?;
            }
            Ok(Value::Null)
        }),
        of("appendObject", const { &[optional("class")] }, "Adds a new object.", append_object),
        of(
            "remove",
            const { &[needed("item")] },
            "Takes an item out: the one at an index, or the one that is given.",
            remove,
        ),
        of(
            "pop",
            const { &[optional("index")] },
            "Takes an item out, the last one unless said.",
            pop,
        ),
        of("clear", &[], "Takes all items out.", clear),
    ]
}

fn gathering() -> [Method; 8] {
    [
        of(
            "add_action",
            const { &[optional("label")] },
            "A button that asks for another item.",
            |it, path| {
                let label = it.optional_text(0, "label")?;
                let label = label.unwrap_or_else(|| locale::say(it.answers, "add_item", &[]));
                Ok(Value::Markup(crate::markup::list_action("_add", path, &label)))
            },
        ),
        of("gather", &[], "Gathers the list.", |it, path| {
            it.answers.items(path).map(|_| Value::Bool(true))
        }),
        of("number", &[], "How many items there are.", |it, path| count(it, path).map(Value::Int)),
        of("len", &[], "How many items there are.", |it, path| count(it, path).map(Value::Int)),
        of("number_as_word", &[], "How many items there are, in words.", |it, path| {
            Ok(Value::Text(words::number(locale::of(it.answers), count(it, path)?)))
        }),
        of("number_gathered", &[], "How many items there are so far; never asks.", |it, path| {
            Ok(Value::Int(as_int(it.answers.items_so_far(path).len())))
        }),
        of("has_been_gathered", &[], "Whether gathering is done; never asks.", |it, path| {
            let gathered = it.answers.peek(&path.attribute("gathered"));
            Ok(Value::Bool(gathered.is_some_and(|it| it.is_true())))
        }),
        of("complete_elements", &[], "The items that are complete; never asks.", |it, path| {
            let items = it.answers.items_so_far(path);
            Ok(Value::List(items.into_iter().map(Value::Alias).collect()))
        }),
    ]
}

fn looking() -> [Method; 8] {
    [
        of("first", &[], "The first item, or empty.", |it, path| {
            at(it, it.answers.items(path)?.first())
        }),
        of("last", &[], "The last item, or empty.", |it, path| {
            at(it, it.answers.items(path)?.last())
        }),
        of("item", const { &[needed("index")] }, "The item at an index, or empty.", |it, path| {
            let index = usize::try_from(it.integer(0, "index")?).unwrap_or(usize::MAX);
            at(it, it.answers.items(path)?.get(index))
        }),
        of(
            "is_first",
            const { &[needed("item")] },
            "Whether this is the first item.",
            |it, path| Ok(Value::Bool(place_of(it, path)? == Some(0))),
        ),
        of("is_last", const { &[needed("item")] }, "Whether this is the last item.", |it, path| {
            let last = it.answers.items(path)?.len().checked_sub(1);
            Ok(Value::Bool(last.is_some() && place_of(it, path)? == last))
        }),
        of("index", const { &[needed("item")] }, "The index of an item, or null.", |it, path| {
            Ok(place_of(it, path)?.map_or(Value::Null, |it| Value::Int(as_int(it))))
        }),
        of(
            "contains",
            const { &[needed("value")] },
            "Whether a value is among the items.",
            |it, path| {
                let wanted = it.required(0, "value")?;
                Ok(Value::Bool(of_list(it, path)?.contains(wanted)))
            },
        ),
        of("count", const { &[needed("value")] }, "How many items are this value.", |it, path| {
            let wanted = it.required(0, "value")?;
            let all = of_list(it, path)?;
            Ok(Value::Int(as_int(all.iter().filter(|it| *it == wanted).count())))
        }),
    ]
}

fn comparing() -> [Method; 9] {
    [
        of("sum", &[], "The sum of the items.", |it, path| total(&of_list(it, path)?)),
        of("any_true", &[], "Whether any item is true.", |it, path| {
            Ok(Value::Bool(of_list(it, path)?.iter().any(Value::is_true)))
        }),
        of("all_true", &[], "Whether every item is true.", |it, path| {
            Ok(Value::Bool(of_list(it, path)?.iter().all(Value::is_true)))
        }),
        of(
            "union",
            const { &[needed("other")] },
            "The items of both collections, each once.",
            |it, path| {
                let mut all = of_list(it, path)?;
                all.extend(values(it, 0, "other")?);
                Ok(once(all))
            },
        ),
        of(
            "intersection",
            const { &[needed("other")] },
            "The items that both collections have, each once.",
            |it, path| {
                with_other(it, path, |mine, other| {
                    once(mine.into_iter().filter(|it| other.contains(it)).collect())
                })
            },
        ),
        of(
            "difference",
            const { &[needed("other")] },
            "The items that the other collection does not have, each once.",
            |it, path| {
                with_other(it, path, |mine, other| {
                    once(mine.into_iter().filter(|it| !other.contains(it)).collect())
                })
            },
        ),
        of(
            "isdisjoint",
            const { &[needed("other")] },
            "Whether no item is in the other collection.",
            |it, path| {
                with_other(it, path, |mine, other| {
                    Value::Bool(!mine.iter().any(|it| other.contains(it)))
                })
            },
        ),
        of(
            "issubset",
            const { &[needed("other")] },
            "Whether every item is in the other collection.",
            |it, path| {
                with_other(it, path, |mine, other| {
                    Value::Bool(mine.iter().all(|it| other.contains(it)))
                })
            },
        ),
        of(
            "issuperset",
            const { &[needed("other")] },
            "Whether every item of the other collection is here.",
            |it, path| {
                with_other(it, path, |mine, other| {
                    Value::Bool(other.iter().all(|it| mine.contains(it)))
                })
            },
        ),
    ]
}

fn saying() -> [Method; 12] {
    [
        of("comma_and_list", PHRASE, "The items as one phrase.", |it, path| {
            phrase_of(it, &Printer::new(it.answers).items(path)?)
        }),
        of(
            "as_noun",
            const { &[needed("noun")] },
            "A noun, plural unless there is one item.",
            |it, path| {
                let noun = it.text(0, "noun")?;
                Ok(Value::Text(words::counted(locale::of(it.answers), count(it, path)?, &noun)))
            },
        ),
        of("as_singular_noun", const { &[needed("noun")] }, "A noun in the singular.", |it, _| {
            Ok(Value::Text(words::singular_in(locale::of(it.answers), &it.text(0, "noun")?)))
        }),
        of(
            "quantity_noun",
            const { &[needed("noun")] },
            "The number of items with a noun.",
            |it, path| {
                let noun = it.text(0, "noun")?;
                Ok(Value::Text(words::quantity(locale::of(it.answers), count(it, path)?, &noun)))
            },
        ),
        of(
            "possessive",
            const { &[needed("thing")] },
            "The items as one phrase_of, and something of theirs.",
            |it, path| {
                let owners = text_of(it.answers, &Value::Alias(path.clone()))?;
                Ok(Value::Text(words::possession(
                    locale::of(it.answers),
                    &owners,
                    &it.text(0, "thing")?,
                )))
            },
        ),
        of(
            "does_verb",
            const { &[needed("verb")] },
            "A verb as it stands behind the items.",
            |it, path| {
                let verb = it.text(0, "verb")?;
                let is_one = count(it, path)? == 1;
                Ok(Value::Text(if is_one { words::third_person(&verb) } else { plain(verb) }))
            },
        ),
        of("did_verb", const { &[needed("verb")] }, "A verb in the past.", |it, path| {
            let verb = it.text(0, "verb")?;
            let were = verb == "be" && count(it, path)? != 1;
            Ok(Value::Text(if were {
                words::auxiliary(Auxiliary::Was, true).to_owned()
            } else {
                words::past(&verb)
            }))
        }),
        of("pronoun", &[], "Them, or the pronoun of the only item.", |it, path| {
            Ok(Value::text(gender(it, path)?.object()))
        }),
        of("pronoun_objective", &[], "Them, or the pronoun of the only item.", |it, path| {
            Ok(Value::text(gender(it, path)?.object()))
        }),
        of("pronoun_subjective", &[], "They, or the pronoun of the only item.", |it, path| {
            Ok(Value::text(gender(it, path)?.subject()))
        }),
        of(
            "pronoun_possessive",
            const { &[needed("thing")] },
            "Their thing, or that of the only item.",
            |it, path| {
                let thing = it.text(0, "thing")?;
                Ok(Value::Text(format!("{} {thing}", gender(it, path)?.possessive())))
            },
        ),
        of("is_are", &[], "Is or are, as it stands behind the items.", |it, path| {
            Ok(Value::text(words::auxiliary(Auxiliary::Be, count(it, path)? != 1)))
        }),
    ]
}

/// A verb behind several subjects.
fn plain(verb: String) -> String {
    if verb == "be" { words::auxiliary(Auxiliary::Be, true).to_owned() } else { verb }
}

fn count(call: &Call<'_>, path: &Path) -> Result<i64, Stop> {
    Ok(as_int(call.answers.items(path)?.len()))
}

/// One item alone is spoken of by its own gender, several are `they`.
fn gender(call: &Call<'_>, path: &Path) -> Result<Gender, Stop> {
    match call.answers.items(path)?.as_slice() {
        [only] => crate::people::gender(call, only),
        _ => Ok(Gender::Neutral),
    }
}

fn append(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    for value in &call.arguments.positional {
        call.answers.append(path, value.clone())?;
    }
    Ok(Value::Null)
}

/// An object of the class given, of the list's `object_type`, or a thing.
fn append_object(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    let class = match call.optional_text(0, "class")? {
        Some(class) => class,
        None => match call.answers.peek(&path.attribute("object_type")) {
            Some(Value::Text(class)) => class,
            _ => "Thing".to_owned(),
        },
    };
    let object = new_object(&class).unwrap_or_else(|| Object::new(class));
    call.answers.append(path, Value::Object(Box::new(object))).map(Value::Alias)
}

fn at(call: &Call<'_>, item: Option<&Path>) -> Result<Value, Stop> {
    item.map_or(Ok(Value::Empty), |it| call.answers.read(it))
}

/// Where the item given stands.
fn place_of(call: &Call<'_>, path: &Path) -> Result<Option<usize>, Stop> {
    let wanted = call.required(0, "item")?;
    Ok(of_list(call, path)?.iter().position(|it| it == wanted))
}

/// A number is an index, anything else the item itself.
fn remove(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    let items = call.answers.items_so_far(path);
    let place = match call.required(0, "item")? {
        Value::Int(at) => usize::try_from(*at).ok(),
        wanted => items.iter().position(|it| call.answers.peek(it).is_some_and(|it| it == *wanted)),
    };
    take(call, place.and_then(|it| items.get(it)))
}

fn pop(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    let items = call.answers.items_so_far(path);
    let place = if call.is_blank(0, "index") {
        items.len().checked_sub(1)
    } else {
        usize::try_from(call.integer(0, "index")?).ok()
    };
    take(call, place.and_then(|it| items.get(it)))
}

/// Takes an item out and says whether there was one.
fn take(call: &Call<'_>, item: Option<&Path>) -> Result<Value, Stop> {
    match item {
        Some(item) => call.answers.remove(item).map(|()| Value::Bool(true)),
        None => Ok(Value::Bool(false)),
    }
}

fn clear(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    for item in call.answers.items_so_far(path).iter().rev() {
        call.answers.remove(item)?;
    }
    Ok(Value::Null)
}

fn with_other(
    call: &Call<'_>,
    path: &Path,
    compare: fn(Vec<Value>, &[Value]) -> Value,
) -> Result<Value, Stop> {
    let other = values(call, 0, "other")?;
    Ok(compare(of_list(call, path)?, &other))
}

/// The values, each once.
fn once(values: Vec<Value>) -> Value {
    let mut found: Vec<Value> = Vec::new();
    for value in values {
        if !found.contains(&value) {
            found.push(value);
        }
    }
    Value::List(found)
}
