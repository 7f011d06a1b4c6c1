//! Lists, sets and dictionaries: functions and methods.

use affiant_guest::{Object, Path, Stop, Value};
use rust_decimal::Decimal;

use crate::registry::{Call, Function, Method, Parameter, needed, number, optional};
use crate::{new_object, say, text_of, words};

/// The functions of this file.
pub(crate) fn functions() -> Vec<Function> {
    vec![
        Function {
            name: "len",
            parameters: const { &[needed("value")] },
            variadic: false,
            summary: "How many items or characters there are.",
            call: len,
        },
        Function {
            name: "comma_and_list",
            parameters: &[],
            variadic: true,
            summary: "Items as one phrase: a, b, and c.",
            call: comma_and_list,
        },
        Function {
            name: "sum",
            parameters: const { &[needed("list")] },
            variadic: false,
            summary: "The sum of numbers.",
            call: sum,
        },
        Function {
            name: "any_true",
            parameters: const { &[needed("list")] },
            variadic: false,
            summary: "Whether any item is true.",
            call: |it| Ok(Value::Bool(values(it)?.iter().any(Value::is_true))),
        },
        Function {
            name: "all_true",
            parameters: const { &[needed("list")] },
            variadic: false,
            summary: "Whether every item is true.",
            call: |it| Ok(Value::Bool(values(it)?.iter().all(Value::is_true))),
        },
        Function {
            name: "states_list",
            parameters: &[],
            variadic: false,
            summary: "The states of the USA: code to name.",
            call: |_| Ok(states()),
        },
    ]
}

const fn of_list(
    name: &'static str,
    parameters: &'static [Parameter],
    summary: &'static str,
    call: fn(&Call<'_>, &Path) -> Result<Value, Stop>,
) -> Method {
    Method { class: "List", name, parameters, variadic: false, summary, call }
}

const fn of_dict(
    name: &'static str,
    parameters: &'static [Parameter],
    summary: &'static str,
    call: fn(&Call<'_>, &Path) -> Result<Value, Stop>,
) -> Method {
    Method { class: "Dict", name, parameters, variadic: false, summary, call }
}

/// The methods of this file.
pub(crate) fn methods() -> Vec<Method> {
    let mut all = vec![
        of_list("append", const { &[needed("item")] }, "Adds an item at the end.", append),
        of_list("appendObject", &[], "Adds a new object of the list’s type.", append_object),
        of_list("gather", &[], "Gathers the list.", |it, path| {
            it.answers.items(path).map(|_| Value::Bool(true))
        }),
        of_list("number", &[], "How many items there are.", |it, path| {
            count(it, path).map(Value::Int)
        }),
        of_list(
            "number_gathered",
            &[],
            "How many items there are so far; never asks.",
            |it, path| Ok(Value::Int(int(it.answers.items_so_far(path).len()))),
        ),
        of_list("number_as_word", &[], "How many items there are, in words.", |it, path| {
            Ok(Value::Text(words::number(count(it, path)?)))
        }),
        of_list("len", &[], "How many items there are.", |it, path| {
            count(it, path).map(Value::Int)
        }),
        of_list("comma_and_list", const { &[optional("and")] }, "The items as one phrase.", joined),
        of_list(
            "complete_elements",
            &[],
            "The items that are complete so far; never asks.",
            |it, path| {
                Ok(Value::List(
                    it.answers.items_so_far(path).into_iter().map(Value::Alias).collect(),
                ))
            },
        ),
        of_list("first", &[], "The first item.", |it, path| at_end(it, path, false)),
        of_list("last", &[], "The last item.", |it, path| at_end(it, path, true)),
        of_list("item", const { &[needed("index")] }, "The item of an index, or empty.", item),
        of_list("remove", const { &[needed("index")] }, "Takes an item out.", remove),
        of_list(
            "pop",
            const { &[optional("index")] },
            "Takes an item out, the last one unless said.",
            remove,
        ),
        of_list("clear", &[], "Takes all items out.", clear),
        of_list(
            "contains",
            const { &[needed("value")] },
            "Whether a value is among the items.",
            contains,
        ),
        of_list("sum", &[], "The sum of the items.", |it, path| total(items(it, path)?)),
        of_list("any_true", &[], "Whether any item is true.", |it, path| {
            Ok(Value::Bool(items(it, path)?.iter().any(Value::is_true)))
        }),
        of_list("all_true", &[], "Whether every item is true.", |it, path| {
            Ok(Value::Bool(items(it, path)?.iter().all(Value::is_true)))
        }),
        of_list(
            "as_noun",
            const { &[needed("noun")] },
            "A noun, plural unless there is one item.",
            |it, path| noun(it, path, false),
        ),
        of_list(
            "quantity_noun",
            const { &[needed("noun")] },
            "The number of items with a noun.",
            |it, path| noun(it, path, true),
        ),
        of_dict("keys", &[], "The keys.", |it, path| {
            Ok(Value::List(
                entries(it, path)?.into_iter().map(|(key, _)| Value::Text(key)).collect(),
            ))
        }),
        of_dict("values", &[], "The values.", |it, path| {
            Ok(Value::List(entries(it, path)?.into_iter().map(|(_, value)| value).collect()))
        }),
        of_dict("items", &[], "The entries, each a list of key and value.", |it, path| {
            Ok(Value::List(
                entries(it, path)?
                    .into_iter()
                    .map(|(key, value)| Value::List(vec![Value::Text(key), value]))
                    .collect(),
            ))
        }),
        of_dict(
            "get",
            const { &[needed("key"), optional("otherwise")] },
            "The value of a key, or something else.",
            get,
        ),
        of_dict("contains", const { &[needed("key")] }, "Whether there is such a key.", has_key),
        of_dict("number", &[], "How many entries there are.", |it, path| {
            Ok(Value::Int(int(entries(it, path)?.len())))
        }),
        of_dict("len", &[], "How many entries there are.", |it, path| {
            Ok(Value::Int(int(entries(it, path)?.len())))
        }),
        of_dict("gather", &[], "Gathers the dictionary.", |it, path| {
            it.answers.entries(path).map(|_| Value::Bool(true))
        }),
        of_dict("true_values", &[], "The keys whose value is true.", |it, path| {
            keys_where(it, path, true)
        }),
        of_dict("false_values", &[], "The keys whose value is false.", |it, path| {
            keys_where(it, path, false)
        }),
        of_dict(
            "comma_and_list",
            const { &[optional("and")] },
            "The keys whose value is not false, as one phrase.",
            |it, path| say::text_of(it.answers, &Value::Alias(path.clone())).map(Value::Text),
        ),
        of_dict(
            "any_true",
            &[],
            "Whether any of the named, or of all, values is true.",
            |it, path| quantified(it, path, |all| all.iter().any(|it| *it)),
        ),
        of_dict(
            "all_true",
            &[],
            "Whether all of the named, or of all, values are true.",
            |it, path| quantified(it, path, |all| all.iter().all(|it| *it)),
        ),
        of_dict("any_false", &[], "Whether any value is false.", |it, path| {
            quantified(it, path, |all| all.iter().any(|it| !*it))
        }),
        of_dict("all_false", &[], "Whether all values are false.", |it, path| {
            quantified(it, path, |all| all.iter().all(|it| !*it))
        }),
    ];
    for it in &mut all {
        it.variadic =
            matches!(it.name, "append" | "any_true" | "all_true" | "any_false" | "all_false");
    }
    // Sets gather, count and print as lists do.
    let shared = [
        "append",
        "gather",
        "number",
        "number_as_word",
        "len",
        "comma_and_list",
        "contains",
        "clear",
    ];
    let of_set: Vec<Method> = all
        .iter()
        .filter(|it| it.class == "List" && shared.contains(&it.name))
        .map(|it| Method {
            class: "Set",
            name: it.name,
            parameters: it.parameters,
            variadic: it.variadic,
            summary: it.summary,
            call: it.call,
        })
        .collect();
    all.extend(of_set);
    all
}

fn int(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn count(call: &Call<'_>, path: &Path) -> Result<i64, Stop> {
    Ok(int(call.answers.items(path)?.len()))
}

fn items(call: &Call<'_>, path: &Path) -> Result<Vec<Value>, Stop> {
    call.answers.items(path)?.iter().map(|it| call.answers.read(it)).collect()
}

fn entries(call: &Call<'_>, path: &Path) -> Result<Vec<(String, Value)>, Stop> {
    call.answers
        .entries(path)?
        .into_iter()
        .map(|(key, it)| Ok((key, call.answers.read(&it)?)))
        .collect()
}

/// The values of the first argument, whatever collection it is.
fn values(call: &Call<'_>) -> Result<Vec<Value>, Stop> {
    match call.required(0, "list")? {
        Value::List(all) => Ok(all.clone()),
        Value::Dict(all) => Ok(all.values().cloned().collect()),
        Value::Alias(path) => match call.answers.class_of(path).as_deref() {
            Some(class) if crate::is_a(class, "Dict") => {
                Ok(entries(call, path)?.into_iter().map(|(_, value)| value).collect())
            }
            _ => items(call, path),
        },
        Value::Null | Value::Empty => Ok(Vec::new()),
        _ => Err(Stop::bad_call("`list` must be a list or a dictionary")),
    }
}

fn len(call: &Call<'_>) -> Result<Value, Stop> {
    let count = match call.required(0, "value")? {
        Value::Text(text) | Value::Markup(text) => text.chars().count(),
        Value::List(all) => all.len(),
        Value::Dict(all) => all.len(),
        Value::Alias(path) => match call.answers.class_of(path).as_deref() {
            Some(class) if crate::is_a(class, "Dict") => call.answers.entries(path)?.len(),
            _ => call.answers.items(path)?.len(),
        },
        Value::Null | Value::Empty => 0,
        _ => return Err(Stop::bad_call("only texts and collections have a length")),
    };
    Ok(Value::Int(int(count)))
}

fn comma_and_list(call: &Call<'_>) -> Result<Value, Stop> {
    let and = call.arguments.named.get("and_string").or_else(|| call.arguments.named.get("and"));
    let and =
        and.map(|it| text_of(call.answers, it)).transpose()?.unwrap_or_else(|| "and".to_owned());
    let all: Vec<String> = match call.arguments.positional.as_slice() {
        [Value::List(all)] => {
            all.iter().map(|it| text_of(call.answers, it)).collect::<Result<_, _>>()?
        }
        [Value::Alias(path)]
            if call
                .answers
                .class_of(path)
                .is_some_and(|it| crate::is_a(&it, "List") || crate::is_a(&it, "Set")) =>
        {
            say::items(call.answers, path)?
        }
        all => all.iter().map(|it| text_of(call.answers, it)).collect::<Result<_, _>>()?,
    };
    Ok(Value::Text(words::join(&all, and.trim())))
}

fn joined(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    let and = call.optional_text(0, "and")?.unwrap_or_else(|| "and".to_owned());
    Ok(Value::Text(words::join(&say::items(call.answers, path)?, and.trim())))
}

fn sum(call: &Call<'_>) -> Result<Value, Stop> {
    total(values(call)?)
}

fn total(values: Vec<Value>) -> Result<Value, Stop> {
    let mut total = Decimal::ZERO;
    let mut whole = true;
    for value in values {
        whole &= matches!(value, Value::Int(_));
        let number = number(&value).ok_or_else(|| Stop::bad_call("only numbers have a sum"))?;
        total = total.checked_add(number).ok_or_else(|| {
            Stop::fault(affiant_guest::FaultKind::Arithmetic, "the sum is too large")
        })?;
    }
    Ok(match i64::try_from(total) {
        Ok(total) if whole => Value::Int(total),
        _ => Value::Decimal(total),
    })
}

fn append(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    for value in &call.arguments.positional {
        call.answers.append(path, value.clone())?;
    }
    Ok(Value::Null)
}

fn append_object(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    let class = match call.answers.peek(&path.attribute("object_type")) {
        Some(Value::Text(class)) => class,
        _ => "Thing".to_owned(),
    };
    let object = new_object(&class).unwrap_or_else(|| Object::new("Thing"));
    call.answers.append(path, Value::Object(Box::new(object))).map(Value::Alias)
}

fn at_end(call: &Call<'_>, path: &Path, last: bool) -> Result<Value, Stop> {
    let all = call.answers.items(path)?;
    let item = if last { all.last() } else { all.first() };
    item.map_or(Ok(Value::Empty), |it| call.answers.read(it))
}

fn item(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    let at = usize::try_from(call.integer(0, "index")?).unwrap_or(usize::MAX);
    call.answers.items(path)?.get(at).map_or(Ok(Value::Empty), |it| call.answers.read(it))
}

fn remove(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    let all = call.answers.items_so_far(path);
    let at = match call.argument(0, "index") {
        Some(_) => usize::try_from(call.integer(0, "index")?).unwrap_or(usize::MAX),
        None => all.len().wrapping_sub(1),
    };
    match all.get(at) {
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

fn contains(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    let wanted = call.required(0, "value")?;
    Ok(Value::Bool(items(call, path)?.contains(wanted)))
}

fn noun(call: &Call<'_>, path: &Path, with_number: bool) -> Result<Value, Stop> {
    let noun = call.text(0, "noun")?;
    let count = count(call, path)?;
    let noun = if count == 1 { noun } else { words::plural(&noun) };
    Ok(Value::Text(if with_number { format!("{} {noun}", words::number(count)) } else { noun }))
}

fn get(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    let key = call.text(0, "key")?;
    match entries(call, path)?.into_iter().find(|(it, _)| *it == key) {
        Some((_, value)) => Ok(value),
        None => Ok(call.argument(1, "otherwise").cloned().unwrap_or(Value::Null)),
    }
}

fn has_key(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    let key = call.text(0, "key")?;
    Ok(Value::Bool(call.answers.entries(path)?.iter().any(|(it, _)| *it == key)))
}

fn keys_where(call: &Call<'_>, path: &Path, wanted: bool) -> Result<Value, Stop> {
    let keys = entries(call, path)?.into_iter().filter(|(_, value)| value.is_true() == wanted);
    Ok(Value::List(keys.map(|(key, _)| Value::Text(key)).collect()))
}

fn quantified(call: &Call<'_>, path: &Path, test: fn(&[bool]) -> bool) -> Result<Value, Stop> {
    let named: Vec<String> = call
        .arguments
        .positional
        .iter()
        .map(|it| text_of(call.answers, it))
        .collect::<Result<_, _>>()?;
    let all: Vec<bool> = entries(call, path)?
        .into_iter()
        .filter(|(key, _)| named.is_empty() || named.contains(key))
        .map(|(_, value)| value.is_true())
        .collect();
    Ok(Value::Bool(test(&all)))
}

/// Codes and names (USPS Publication 28, appendix B).
const STATES: &str = "AL Alabama,AK Alaska,AZ Arizona,AR Arkansas,CA California,CO Colorado,CT Connecticut,DE Delaware,DC District of Columbia,FL Florida,GA Georgia,HI Hawaii,ID Idaho,IL Illinois,IN Indiana,IA Iowa,KS Kansas,KY Kentucky,LA Louisiana,ME Maine,MD Maryland,MA Massachusetts,MI Michigan,MN Minnesota,MS Mississippi,MO Missouri,MT Montana,NE Nebraska,NV Nevada,NH New Hampshire,NJ New Jersey,NM New Mexico,NY New York,NC North Carolina,ND North Dakota,OH Ohio,OK Oklahoma,OR Oregon,PA Pennsylvania,RI Rhode Island,SC South Carolina,SD South Dakota,TN Tennessee,TX Texas,UT Utah,VT Vermont,VA Virginia,WA Washington,WV West Virginia,WI Wisconsin,WY Wyoming";

fn states() -> Value {
    let pairs = STATES.split(',').filter_map(|it| it.split_once(' '));
    Value::Dict(pairs.map(|(code, name)| (code.to_owned(), Value::text(name))).collect())
}
