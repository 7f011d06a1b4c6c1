//! People, their names, and sentences about them.

use affiant_guest::{Path, Stop, Value};

use crate::registry::{Call, Method, needed, optional};
use crate::say::Printer;
use crate::words::{self, Auxiliary, Gender};
use crate::{addresses, dates, is_a, locale, text_of, texts};

/// The methods of this file.
pub(crate) fn methods() -> Vec<Method> {
    [names(), individuals(), pronouns(), things()].into_iter().flatten().collect()
}

fn names() -> Vec<Method> {
    let parameters = const { &[optional("middle"), optional("use_suffix")] };
    vec![
        Method::new("Name", "full", &[], "The name.", |it, path| {
            Printer::new(it.answers).part(path, "text").map(Value::Text)
        }),
        Method::new("Name", "defined_name", &[], "Whether the name is known; never asks.", known),
        Method::new(
            "IndividualName",
            "full",
            parameters,
            "First name, middle name or initial, last name and suffix.",
            full,
        ),
        Method::new("IndividualName", "firstlast", &[], "First and last name.", |it, path| {
            let mut printer = Printer::new(it.answers);
            let (first, last) = (printer.part(path, "first")?, printer.part(path, "last")?);
            Ok(Value::Text(spaced([Some(first), Some(last)])))
        }),
        Method::new(
            "IndividualName",
            "lastfirst",
            &[],
            "Last name, comma, first name, initial and suffix.",
            last_first,
        ),
        Method::new(
            "IndividualName",
            "middle_initial",
            const { &[optional("with_period")] },
            "The first letter of the middle name, if that is known.",
            |it, path| {
                let middle = Printer::new(it.answers).known(path, "middle")?;
                let with_period = it.flag(0, "with_period", true);
                Ok(Value::Text(middle.map(|it| initial(&it, with_period)).unwrap_or_default()))
            },
        ),
        Method::new(
            "IndividualName",
            "defined_name",
            &[],
            "Whether the name is known; never asks.",
            known,
        ),
    ]
}

fn individuals() -> Vec<Method> {
    let parameters = const { &[optional("middle"), optional("use_suffix")] };
    vec![
        Method::new("Individual", "full", parameters, "The full name.", |it, path| {
            full(it, &path.attribute("name"))
        }),
        Method::new("Individual", "familiar", &[], "The first name.", |it, path| {
            Printer::new(it.answers).part(&path.attribute("name"), "first").map(Value::Text)
        }),
        Method::new(
            "Individual",
            "salutation",
            const { &[optional("with_name"), optional("with_name_and_punctuation")] },
            "Mr., Ms. or Mx., by gender; with the last name if asked for.",
            salutation,
        ),
        Method::new(
            "Individual",
            "age_in_years",
            const { &[optional("as_of")] },
            "Whole years since `birthdate`.",
            age,
        ),
        Method::new(
            "Person",
            "identified",
            &[],
            "Whether the name is known; never asks.",
            |it, path| known(it, &path.attribute("name")),
        ),
        Method::new(
            "Person",
            "address_block",
            &[],
            "Name and address, line by line.",
            |it, path| {
                let mut printer = Printer::new(it.answers);
                let mut lines = vec![printer.print(&Value::Alias(path.clone()))?];
                lines.extend(addresses::lines(&mut printer, &path.attribute("address"))?);
                Ok(Value::Text(lines.join("\n")))
            },
        ),
    ]
}

fn pronouns() -> Vec<Method> {
    vec![
        Method::new("Thing", "pronoun", &[], "Him, her, them or it.", |it, path| {
            Ok(Value::text(gender(it, path)?.object()))
        }),
        Method::new("Thing", "pronoun_objective", &[], "Him, her, them or it.", |it, path| {
            Ok(Value::text(gender(it, path)?.object()))
        }),
        Method::new("Thing", "pronoun_subjective", &[], "He, she, they or it.", |it, path| {
            Ok(Value::text(gender(it, path)?.subject()))
        }),
        Method::new(
            "Thing",
            "pronoun_possessive",
            const { &[needed("thing"), optional("capitalize")] },
            "His, her, their or its thing.",
            |it, path| {
                let thing = it.text(0, "thing")?;
                Ok(capitalized(it, 1, format!("{} {thing}", gender(it, path)?.possessive())))
            },
        ),
    ]
}

fn things() -> Vec<Method> {
    vec![
        Method::new(
            "Thing",
            "possessive",
            const { &[needed("thing"), optional("capitalize")] },
            "The name’s thing: Ada’s house.",
            |it, path| {
                let thing = it.text(0, "thing")?;
                Ok(capitalized(
                    it,
                    1,
                    words::possession(locale::of(it.answers), &named(it, path)?, &thing),
                ))
            },
        ),
        Method::new(
            "Thing",
            "does_verb",
            const { &[needed("verb"), optional("capitalize")] },
            "A verb in the third person.",
            |it, _| Ok(capitalized(it, 1, words::third_person(&it.text(0, "verb")?))),
        ),
        Method::new(
            "Thing",
            "did_verb",
            const { &[needed("verb"), optional("capitalize")] },
            "A verb in the past.",
            |it, _| Ok(capitalized(it, 1, words::past(&it.text(0, "verb")?))),
        ),
        Method::new(
            "Thing",
            "is_are_you",
            const { &[optional("capitalize")] },
            "Is with the name.",
            |it, path| {
                let verb = words::auxiliary(Auxiliary::Be, false);
                Ok(capitalized(it, 0, format!("{verb} {}", named(it, path)?)))
            },
        ),
        question("do_question", "Does with name and verb.", |it, path| {
            ask(it, path, Auxiliary::Do)
        }),
        question("did_question", "Did with name and verb.", |it, path| {
            ask(it, path, Auxiliary::Did)
        }),
        question("have_question", "Has with name and what follows.", |it, path| {
            ask(it, path, Auxiliary::Have)
        }),
        question("were_question", "Was with name and what follows.", |it, path| {
            ask(it, path, Auxiliary::Was)
        }),
    ]
}

fn question(name: &'static str, summary: &'static str, call: crate::registry::RunOn) -> Method {
    Method::new("Thing", name, const { &[needed("verb"), optional("capitalize")] }, summary, call)
}

fn ask(call: &Call<'_>, path: &Path, verb: Auxiliary) -> Result<Value, Stop> {
    let rest = call.text(0, "verb")?;
    let text = format!("{} {} {rest}", words::auxiliary(verb, false), named(call, path)?);
    Ok(capitalized(call, 1, text))
}

/// A text whose first letter is large if the call says `capitalize`.
fn capitalized(call: &Call<'_>, at: usize, text: String) -> Value {
    let text = if call.flag(at, "capitalize", false) { texts::capitalized(&text) } else { text };
    Value::Text(text)
}

/// The object's name as it prints.
fn named(call: &Call<'_>, path: &Path) -> Result<String, Stop> {
    text_of(call.answers, &Value::Alias(path.clone()))
}

/// Parts that say something, with spaces between them.
fn spaced(parts: impl IntoIterator<Item = Option<String>>) -> String {
    let parts: Vec<String> = parts.into_iter().flatten().filter(|it| !it.is_empty()).collect();
    parts.join(" ")
}

fn initial(name: &str, with_period: bool) -> String {
    let letter = name.trim().chars().next();
    let period = if with_period { "." } else { "" };
    letter.map_or_else(String::new, |it| format!("{}{period}", it.to_uppercase()))
}

/// How much of a middle name is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Middle {
    None,
    Initial,
    Full,
}

/// How a person's name prints: the middle name as an initial. Asks for first and last name;
/// middle name and suffix stand only where they are known.
pub(crate) fn full_name(printer: &mut Printer<'_>, name: &Path) -> Result<String, Stop> {
    full_with(printer, name, Middle::Initial, true)
}

fn full_with(
    printer: &mut Printer<'_>,
    name: &Path,
    middle: Middle,
    with_suffix: bool,
) -> Result<String, Stop> {
    let first = printer.part(name, "first")?;
    let last = printer.part(name, "last")?;
    let between = match middle {
        Middle::None => None,
        Middle::Initial => printer.known(name, "middle")?.map(|it| initial(&it, true)),
        Middle::Full => printer.known(name, "middle")?,
    };
    let suffix = if with_suffix { printer.known(name, "suffix")? } else { None };
    Ok(spaced([Some(first), between, Some(last), suffix]))
}

fn full(call: &Call<'_>, name: &Path) -> Result<Value, Stop> {
    let middle = match call.argument(0, "middle") {
        None => Middle::Initial,
        Some(Value::Null | Value::Bool(false)) => Middle::None,
        Some(Value::Text(it)) if it == "initial" => Middle::Initial,
        Some(_) => Middle::Full,
    };
    let with_suffix = call.flag(1, "use_suffix", true);
    full_with(&mut Printer::new(call.answers), name, middle, with_suffix).map(Value::Text)
}

fn last_first(call: &Call<'_>, name: &Path) -> Result<Value, Stop> {
    let mut printer = Printer::new(call.answers);
    let last = printer.part(name, "last")?;
    let first = printer.part(name, "first")?;
    let middle = printer.known(name, "middle")?.map(|it| initial(&it, true));
    let suffix = printer.known(name, "suffix")?;
    let last = spaced([Some(last), suffix]);
    Ok(Value::Text(format!("{last}, {}", spaced([Some(first), middle]))))
}

fn known(call: &Call<'_>, name: &Path) -> Result<Value, Stop> {
    let class = call.answers.class_of(name).unwrap_or_default();
    let part = if is_a(&class, "IndividualName") { "first" } else { "text" };
    let known = Printer::new(call.answers).known(name, part)?;
    Ok(Value::Bool(known.is_some()))
}

/// How sentences speak of somebody: an individual's `gender` is asked for, anything else is `it`.
pub(crate) fn gender(call: &Call<'_>, path: &Path) -> Result<Gender, Stop> {
    let class = call.answers.class_of(path).unwrap_or_default();
    if !is_a(&class, "Individual") {
        return Ok(Gender::Thing);
    }
    Ok(Gender::of(&Printer::new(call.answers).part(path, "gender")?))
}

fn salutation(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    let word = gender(call, path)?.salutation();
    let punctuated = call.flag(1, "with_name_and_punctuation", false);
    if !punctuated && !call.flag(0, "with_name", false) {
        return Ok(Value::text(word));
    }
    let last = Printer::new(call.answers).part(&path.attribute("name"), "last")?;
    let colon = if punctuated { ":" } else { "" };
    Ok(Value::Text(format!("{word} {last}{colon}")))
}

fn age(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    let birthdate = call.answers.read(&path.attribute("birthdate"))?;
    let born =
        dates::as_date(&birthdate).ok_or_else(|| Stop::bad_call("`birthdate` is not a date"))?;
    Ok(Value::Int(dates::years(born, dates::date_or_today(call, 0, "as_of")?)))
}
