//! Countries and states.

mod data;

use affiant_guest::{Stop, Value};

use crate::registry::{Call, Function, needed, optional};
use data::{COUNTRIES, STATES};

/// The country of an address that names none.
const HOME: &str = "US";

/// The functions of this file.
pub(crate) fn functions() -> Vec<Function> {
    vec![
        Function::new(
            "states_list",
            const { &[optional("country_code"), optional("abbreviate")] },
            "The states or provinces of a country, the USA unless said: code to name.",
            states_list,
        ),
        Function::new("countries_list", &[], "All countries: code to name.", |_| {
            Ok(dictionary(pairs(COUNTRIES)))
        }),
        Function::new(
            "country_name",
            const { &[needed("code")] },
            "A country by its code of two letters.",
            |it| {
                let code = it.text(0, "code")?;
                Ok(Value::text(country(&code).map_or(code.clone(), str::to_owned)))
            },
        ),
        Function::new(
            "state_name",
            const { &[needed("code"), optional("country_code")] },
            "A state or province by its code.",
            |it| {
                let code = it.text(0, "code")?;
                let country = it.optional_text(1, "country_code")?;
                let name = state(country.as_deref(), &code);
                Ok(Value::text(name.map_or(code.clone(), str::to_owned)))
            },
        ),
    ]
}

/// Codes and names of one line of data.
fn pairs(line: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    line.split('|').filter_map(|it| it.split_once(' '))
}

fn dictionary(pairs: impl Iterator<Item = (&'static str, &'static str)>) -> Value {
    Value::Dict(pairs.map(|(code, name)| (code.to_owned(), Value::text(name))).collect())
}

/// The states of a country that has a list.
fn states_of(country: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let line = STATES.iter().find(|(code, _)| *code == country).map_or("", |(_, line)| line);
    pairs(line)
}

fn states_list(call: &Call<'_>) -> Result<Value, Stop> {
    let country = call.optional_text(0, "country_code")?;
    let states = states_of(country.as_deref().unwrap_or(HOME));
    Ok(if call.flag(1, "abbreviate", false) {
        dictionary(states.map(|(code, _)| (code, code)))
    } else {
        dictionary(states)
    })
}

/// A country's name by its code.
pub(crate) fn country(code: &str) -> Option<&'static str> {
    pairs(COUNTRIES).find(|(it, _)| *it == code).map(|(_, name)| name)
}

/// A state's name by its code, in a country or in the default one.
pub(crate) fn state(country: Option<&str>, code: &str) -> Option<&'static str> {
    states_of(country.unwrap_or(HOME)).find(|(it, _)| *it == code).map(|(_, name)| name)
}
