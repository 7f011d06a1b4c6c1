//! How values print.

use affiant_guest::{Content, FileReference, Path, Shared, Stop, Value};
use rust_decimal::Decimal;

use crate::classes::is_a;
use crate::{dates, people, words};

/// How a value prints: objects through their class, dates in words, numbers in digits, yes and no
/// in words, nothing as nothing. Asks for the parts of an object that printing needs, and gathers
/// lists.
pub fn text_of(answers: &Shared, value: &Value) -> Result<String, Stop> {
    Ok(match value {
        Value::Null | Value::Empty => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Int(it) => it.to_string(),
        Value::Decimal(it) => decimal(*it),
        Value::Float(it) => it.to_string(),
        Value::Text(it) | Value::Markup(it) => it.clone(),
        Value::Date(it) => dates::in_words(*it),
        Value::Time(it) => dates::clock(*it),
        Value::DateTime(it) => {
            format!("{}, {}", dates::in_words(it.date()), dates::clock(it.time()))
        }
        Value::List(items) => {
            let items: Result<Vec<_>, _> = items.iter().map(|it| text_of(answers, it)).collect();
            words::join(&items?, "and")
        }
        Value::Dict(entries) => words::join(&entries.keys().cloned().collect::<Vec<_>>(), "and"),
        Value::File(FileReference { name, .. }) => name.clone(),
        Value::Alias(path) => object(answers, path)?,
        Value::Object(object) => match &object.content {
            Content::Items(items) => {
                let items: Result<Vec<_>, _> =
                    items.iter().map(|it| text_of(answers, it)).collect();
                words::join(&items?, "and")
            }
            Content::Entries(entries) => {
                let ticked =
                    entries.iter().filter(|(_, it)| it.is_true()).map(|(key, _)| key.clone());
                words::join(&ticked.collect::<Vec<_>>(), "and")
            }
            Content::None => object.class.clone(),
        },
    })
}

/// A decimal without zeros at its end that say nothing.
pub(crate) fn decimal(of: Decimal) -> String {
    of.normalize().to_string()
}

fn object(answers: &Shared, path: &Path) -> Result<String, Stop> {
    let class = answers.class_of(path).unwrap_or_default();
    let is = |ancestor: &str| is_a(&class, ancestor);
    if is("Template") || is("Table") || is("Document") {
        let part = if is("Document") { "name" } else { "content" };
        return text_of(answers, &answers.read(&path.attribute(part))?);
    }
    if is("Individual") {
        return people::full_name(answers, &path.attribute("name"));
    }
    if is("IndividualName") {
        return people::full_name(answers, path);
    }
    if is("Address") {
        return people::on_one_line(answers, path);
    }
    if is("Name") {
        return text_of(answers, &answers.read(&path.attribute("text"))?);
    }
    if is("Thing") {
        return text_of(answers, &answers.read(&path.attribute("name").attribute("text"))?);
    }
    if is("List") || is("Set") {
        return Ok(words::join(&items(answers, path)?, "and"));
    }
    if is("Dict") {
        let entries = answers.entries(path)?;
        let mut shown = Vec::new();
        for (key, entry) in entries {
            match answers.read(&entry)? {
                Value::Bool(false) => {}
                _ => shown.push(key),
            }
        }
        return Ok(words::join(&shown, "and"));
    }
    Ok(path.to_string())
}

/// The items of a list as they print.
pub(crate) fn items(answers: &Shared, path: &Path) -> Result<Vec<String>, Stop> {
    answers.items(path)?.iter().map(|it| text_of(answers, &answers.read(it)?)).collect()
}
