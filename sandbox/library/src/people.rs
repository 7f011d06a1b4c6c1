//! People, names and addresses.

use affiant_guest::{Path, Shared, Stop, Value};

use crate::registry::{Call, Method, Parameter, needed, optional};
use crate::{dates, text_of, texts, words};

const fn of(
    class: &'static str,
    name: &'static str,
    parameters: &'static [Parameter],
    summary: &'static str,
    call: fn(&Call<'_>, &Path) -> Result<Value, Stop>,
) -> Method {
    Method { class, name, parameters, variadic: false, summary, call }
}

/// The methods of this file.
pub(crate) fn methods() -> Vec<Method> {
    vec![
        of("IndividualName", "full", &[], "First, middle, last name and suffix.", |it, path| {
            full_name(it.answers, path).map(Value::Text)
        }),
        of("IndividualName", "firstlast", &[], "First and last name.", |it, path| {
            Ok(Value::Text(format!("{} {}", part(it, path, "first")?, part(it, path, "last")?)))
        }),
        of("IndividualName", "lastfirst", &[], "Last name, comma, first name.", |it, path| {
            Ok(Value::Text(format!("{}, {}", part(it, path, "last")?, part(it, path, "first")?)))
        }),
        of("Name", "full", &[], "The name.", |it, path| part(it, path, "text").map(Value::Text)),
        of("Individual", "full", &[], "The full name.", |it, path| {
            full_name(it.answers, &path.attribute("name")).map(Value::Text)
        }),
        of("Individual", "familiar", &[], "The first name.", |it, path| {
            part(it, &path.attribute("name"), "first").map(Value::Text)
        }),
        of("Individual", "salutation", &[], "Mr. or Ms., by gender.", salutation),
        of("Individual", "age_in_years", &[], "Whole years since `birthdate`.", age),
        of("Individual", "pronoun", &[], "Him, her or them, by gender.", |it, path| {
            pronoun(it, path, ["him", "her", "them"])
        }),
        of("Individual", "pronoun_subjective", &[], "He, she or they, by gender.", |it, path| {
            pronoun(it, path, ["he", "she", "they"])
        }),
        of("Individual", "pronoun_objective", &[], "Him, her or them, by gender.", |it, path| {
            pronoun(it, path, ["him", "her", "them"])
        }),
        of(
            "Individual",
            "pronoun_possessive",
            const { &[needed("thing")] },
            "His, her or their thing, by gender.",
            possessive_pronoun,
        ),
        of(
            "Thing",
            "possessive",
            const { &[needed("thing")] },
            "The name’s thing: Ada’s house.",
            |it, path| {
                Ok(Value::Text(format!(
                    "{} {}",
                    words::possessive(&this(it, path)?),
                    it.text(0, "thing")?
                )))
            },
        ),
        of(
            "Thing",
            "does_verb",
            const { &[needed("verb")] },
            "A verb in the third person.",
            |it, _| Ok(Value::Text(words::third_person(&it.text(0, "verb")?))),
        ),
        of("Thing", "did_verb", const { &[needed("verb")] }, "A verb in the past.", |it, _| {
            Ok(Value::Text(words::past(&it.text(0, "verb")?)))
        }),
        of(
            "Thing",
            "is_are_you",
            const { &[optional("capitalize")] },
            "Is with the name.",
            |it, path| sentence(it, path, "is"),
        ),
        of(
            "Thing",
            "do_question",
            const { &[needed("verb"), optional("capitalize")] },
            "Does with name and verb.",
            do_question,
        ),
        of("Person", "address_block", &[], "Name and address, line by line.", address_block),
        of("Address", "block", &[], "The address, line by line.", |it, path| {
            Ok(Value::Text(lines(it.answers, path)?.join("\n")))
        }),
        of("Address", "on_one_line", &[], "The address on one line.", |it, path| {
            on_one_line(it.answers, path).map(Value::Text)
        }),
        of("Address", "line_one", &[], "Street, number and unit.", |it, path| {
            line_one(it.answers, path).map(Value::Text)
        }),
        of("Address", "line_two", &[], "City, state and code.", |it, path| {
            line_two(it.answers, path).map(Value::Text)
        }),
        of(
            "Object",
            "attribute_defined",
            const { &[needed("name")] },
            "Whether an attribute is known; never asks.",
            attribute_defined,
        ),
        of(
            "Object",
            "attr",
            const { &[needed("name")] },
            "An attribute if it is known, else nothing.",
            attr,
        ),
    ]
}

fn part(call: &Call<'_>, path: &Path, name: &str) -> Result<String, Stop> {
    text_of(call.answers, &call.answers.read(&path.attribute(name))?)
}

/// A part if it is known and says something; never asks.
fn known(answers: &Shared, path: &Path, name: &str) -> Result<Option<String>, Stop> {
    match answers.peek(&path.attribute(name)) {
        Some(value) => Ok(Some(text_of(answers, &value)?).filter(|it| !it.is_empty())),
        None => Ok(None),
    }
}

fn this(call: &Call<'_>, path: &Path) -> Result<String, Stop> {
    text_of(call.answers, &Value::Alias(path.clone()))
}

/// First name, middle and suffix if they are known, last name. Asks for first and last.
pub(crate) fn full_name(answers: &Shared, name: &Path) -> Result<String, Stop> {
    let first = text_of(answers, &answers.read(&name.attribute("first"))?)?;
    let last = text_of(answers, &answers.read(&name.attribute("last"))?)?;
    let parts =
        [Some(first), known(answers, name, "middle")?, Some(last), known(answers, name, "suffix")?];
    let parts: Vec<String> = parts.into_iter().flatten().filter(|it| !it.is_empty()).collect();
    Ok(parts.join(" "))
}

fn line_one(answers: &Shared, path: &Path) -> Result<String, Stop> {
    let street = text_of(answers, &answers.read(&path.attribute("address"))?)?;
    Ok(match known(answers, path, "unit")? {
        Some(unit) => format!("{street}, {unit}"),
        None => street,
    })
}

fn line_two(answers: &Shared, path: &Path) -> Result<String, Stop> {
    let city = text_of(answers, &answers.read(&path.attribute("city"))?)?;
    let behind = [known(answers, path, "state")?, known(answers, path, "zip")?];
    let behind: Vec<String> = behind.into_iter().flatten().collect();
    Ok(if behind.is_empty() { city } else { format!("{city}, {}", behind.join(" ")) })
}

fn lines(answers: &Shared, path: &Path) -> Result<Vec<String>, Stop> {
    let mut lines = vec![line_one(answers, path)?, line_two(answers, path)?];
    lines.extend(known(answers, path, "country")?);
    Ok(lines)
}

/// An address with commas between its lines.
pub(crate) fn on_one_line(answers: &Shared, path: &Path) -> Result<String, Stop> {
    Ok(lines(answers, path)?.join(", "))
}

fn address_block(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    let mut all = vec![this(call, path)?];
    all.extend(lines(call.answers, &path.attribute("address"))?);
    Ok(Value::Text(all.join("\n")))
}

fn age(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    let birthdate = call.answers.read(&path.attribute("birthdate"))?;
    let born =
        dates::as_date(&birthdate).ok_or_else(|| Stop::bad_call("`birthdate` is not a date"))?;
    Ok(Value::Int(dates::years(born, call.answers.today())))
}

/// Asks for `gender`; anything but male and female is the neutral form.
fn pronoun(call: &Call<'_>, path: &Path, forms: [&str; 3]) -> Result<Value, Stop> {
    let gender = part(call, path, "gender")?;
    Ok(Value::text(match gender.to_lowercase().as_str() {
        "male" => forms[0],
        "female" => forms[1],
        _ => forms[2],
    }))
}

fn possessive_pronoun(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    let word = text_of(call.answers, &pronoun(call, path, ["his", "her", "their"])?)?;
    Ok(Value::Text(format!("{word} {}", call.text(0, "thing")?)))
}

fn salutation(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    pronoun(call, path, ["Mr.", "Ms.", "Mx."])
}

fn sentence(call: &Call<'_>, path: &Path, verb: &str) -> Result<Value, Stop> {
    let text = format!("{verb} {}", this(call, path)?);
    Ok(Value::Text(if call.flag(0, "capitalize", false) {
        texts::capitalized(&text)
    } else {
        text
    }))
}

fn do_question(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    let text = format!("does {} {}", this(call, path)?, call.text(0, "verb")?);
    Ok(Value::Text(if call.flag(1, "capitalize", false) {
        texts::capitalized(&text)
    } else {
        text
    }))
}

fn attribute_defined(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    let name = call.text(0, "name")?;
    let known =
        affiant_guest::is_identifier(&name) && call.answers.peek(&path.attribute(&name)).is_some();
    Ok(Value::Bool(known))
}

fn attr(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    let name = call.text(0, "name")?;
    if !affiant_guest::is_identifier(&name) {
        return Ok(Value::Null);
    }
    Ok(call.answers.peek(&path.attribute(&name)).unwrap_or(Value::Null))
}
