//! Postal addresses.

use affiant_guest::{Path, Stop, Value};

use crate::registry::{Call, Method, Parameter, RunOn};
use crate::say::Printer;
use crate::{locale, places, words};

const fn of(
    name: &'static str,
    parameters: &'static [Parameter],
    summary: &'static str,
    call: RunOn,
) -> Method {
    Method::new("Address", name, parameters, summary, call)
}

/// The methods of this file.
pub(crate) fn methods() -> Vec<Method> {
    vec![
        of("block", &[], "The address, line by line.", |it, path| {
            Ok(Value::Text(lines(&mut Printer::new(it.answers), path)?.join("\n")))
        }),
        of("on_one_line", &[], "The address on one line.", |it, path| {
            on_one_line(&mut Printer::new(it.answers), path).map(Value::Text)
        }),
        of("line_one", &[], "Street, number, unit, floor and room.", |it, path| {
            line_one(&mut Printer::new(it.answers), path).map(Value::Text)
        }),
        of("line_two", &[], "City, state and code.", |it, path| {
            line_two(&mut Printer::new(it.answers), path).map(Value::Text)
        }),
        of("formatted_unit", &[], "Unit, floor and room, as far as they are known.", |it, path| {
            Ok(Value::Text(inside(&mut Printer::new(it.answers), path)?.join(", ")))
        }),
        of("state_name", &[], "The state in words.", state_name),
        of("country_name", &[], "The country in words.", |it, path| {
            let code = Printer::new(it.answers).part(path, "country")?;
            Ok(Value::Text(places::country(&code).map_or(code.clone(), str::to_owned)))
        }),
    ]
}

/// Unit, floor and room, as far as they are known.
fn inside(printer: &mut Printer<'_>, path: &Path) -> Result<Vec<String>, Stop> {
    let locale = locale::of(printer.answers);
    let parts = [
        printer.known(path, "unit")?.map(|it| words::unit(locale, &it)),
        printer.known(path, "floor")?.map(|it| words::floor(locale, &it)),
        printer.known(path, "room")?.map(|it| words::room(locale, &it)),
    ];
    Ok(parts.into_iter().flatten().collect())
}

/// Asks for `address`, unless the object says that only its city matters.
fn line_one(printer: &mut Printer<'_>, path: &Path) -> Result<String, Stop> {
    let mut parts = Vec::new();
    if !is_city_only(printer, path) {
        parts.push(printer.part(path, "address")?);
    }
    parts.extend(inside(printer, path)?);
    parts.retain(|it| !it.is_empty());
    Ok(parts.join(", "))
}

/// Asks for `city`.
fn line_two(printer: &mut Printer<'_>, path: &Path) -> Result<String, Stop> {
    let city = printer.part(path, "city")?;
    let state = printer.known(path, "state")?;
    let code = match printer.known(path, "zip")? {
        Some(code) => Some(code),
        None => printer.known(path, "postal_code")?,
    };
    let behind: Vec<String> = [state, code].into_iter().flatten().collect();
    let parts = [city, behind.join(" ")];
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|it| !it.is_empty()).collect();
    Ok(parts.join(", "))
}

fn is_city_only(printer: &Printer<'_>, path: &Path) -> bool {
    let is_city = printer.answers.class_of(path).is_some_and(|it| crate::is_a(&it, "City"));
    is_city || printer.answers.peek(&path.attribute("city_only")).is_some_and(|it| it.is_true())
}

/// The lines of an address; the country only where it is known.
pub(crate) fn lines(printer: &mut Printer<'_>, path: &Path) -> Result<Vec<String>, Stop> {
    let mut lines = vec![line_one(printer, path)?, line_two(printer, path)?];
    if let Some(country) = printer.known(path, "country")? {
        lines.push(places::country(&country).map_or(country.clone(), str::to_owned));
    }
    lines.retain(|it| !it.is_empty());
    Ok(lines)
}

/// An address with commas between its lines.
pub(crate) fn on_one_line(printer: &mut Printer<'_>, path: &Path) -> Result<String, Stop> {
    Ok(lines(printer, path)?.join(", "))
}

fn state_name(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    let mut printer = Printer::new(call.answers);
    let code = printer.part(path, "state")?;
    let country = printer.known(path, "country")?;
    let name = places::state(country.as_deref(), &code);
    Ok(Value::Text(name.map_or(code.clone(), str::to_owned)))
}
