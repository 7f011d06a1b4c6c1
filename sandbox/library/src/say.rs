//! How values print.

use affiant_guest::{Budget, Content, FaultKind, FileReference, Path, Shared, Stop, Value};
use rust_decimal::Decimal;

use crate::classes::is_a;
use crate::{addresses, locale, people};

/// How a value prints: objects through their class, dates in words, numbers in digits without
/// zeros that say nothing, `yes` and `no`, and nothing as nothing. Asks for the parts of an object
/// that printing needs, and gathers lists.
///
/// A list is a phrase, `a, b, and c`; a dictionary is the phrase of its keys that are not false.
/// Fails with a fault when the result is longer than an author's text may be, or when a collection
/// contains itself.
pub fn text_of(answers: &Shared, value: &Value) -> Result<String, Stop> {
    let text = Printer::new(answers).print(value)?;
    if text.len() > Budget::AUTHOR.text_bytes { Err(too_much()) } else { Ok(text) }
}

/// Prints one value with all it is made of. Aliases make a graph of the answers, so depth, number
/// of values and length are bounded over the whole.
pub(crate) struct Printer<'a> {
    pub(crate) answers: &'a Shared,
    depth: usize,
    values: usize,
    bytes: usize,
}

/// The deepest nesting of collections and objects that prints.
const MAX_DEPTH: usize = 32;

/// The most values that one text is made of.
const MAX_VALUES: usize = 50_000;

impl<'a> Printer<'a> {
    pub(crate) fn new(answers: &'a Shared) -> Self {
        Self { answers, depth: 0, values: 0, bytes: 0 }
    }

    pub(crate) fn print(&mut self, value: &Value) -> Result<String, Stop> {
        self.values += 1;
        if self.depth >= MAX_DEPTH || self.values > MAX_VALUES {
            return Err(too_much());
        }
        self.depth += 1;
        let text = self.printed(value)?;
        self.depth -= 1;
        self.bytes += text.len();
        // Texts inside of texts are counted once for each level.
        if self.bytes > Budget::AUTHOR.text_bytes.saturating_mul(MAX_DEPTH) {
            return Err(too_much());
        }
        Ok(text)
    }

    fn printed(&mut self, value: &Value) -> Result<String, Stop> {
        Ok(match value {
            Value::Null | Value::Empty => String::new(),
            Value::Bool(it) => locale::of(self.answers).yes_or_no(*it),
            Value::Int(it) => it.to_string(),
            Value::Decimal(it) => locale::of(self.answers).plain_number(*it),
            Value::Float(it) => match Decimal::try_from(*it) {
                Ok(it) => locale::of(self.answers).plain_number(it),
                Err(_) => it.to_string(),
            },
            Value::Text(it) | Value::Markup(it) => it.clone(),
            Value::Date(it) => locale::of(self.answers).date(*it),
            Value::Time(it) => locale::clock(*it),
            Value::DateTime(it) => {
                let date = locale::of(self.answers).date(it.date());
                format!("{date}, {}", locale::clock(it.time()))
            }
            Value::List(items) => self.phrase(items)?,
            Value::Dict(entries) => ticked(self.answers, entries.iter()),
            Value::File(FileReference { name, .. }) => name.clone(),
            Value::Alias(path) => self.object(path)?,
            Value::Object(object) => match &object.content {
                Content::Items(items) => self.phrase(items)?,
                Content::Entries(entries) => ticked(self.answers, entries.iter()),
                Content::None => object.class.clone(),
            },
        })
    }

    /// The value at a part of an object; asks.
    pub(crate) fn part(&mut self, path: &Path, name: &str) -> Result<String, Stop> {
        let value = self.answers.read(&path.attribute(name))?;
        self.print(&value)
    }

    /// The same if it is known and says something; never asks.
    pub(crate) fn known(&mut self, path: &Path, name: &str) -> Result<Option<String>, Stop> {
        match self.answers.peek(&path.attribute(name)) {
            Some(value) => Ok(Some(self.print(&value)?).filter(|it| !it.is_empty())),
            None => Ok(None),
        }
    }

    /// The items of a list as they print.
    pub(crate) fn items(&mut self, path: &Path) -> Result<Vec<String>, Stop> {
        let items = self.answers.items(path)?;
        items
            .iter()
            .map(|it| {
                let value = self.answers.read(it)?;
                self.print(&value)
            })
            .collect()
    }

    fn phrase(&mut self, items: &[Value]) -> Result<String, Stop> {
        let items: Vec<String> = items.iter().map(|it| self.print(it)).collect::<Result<_, _>>()?;
        Ok(locale::of(self.answers).phrase(&items))
    }

    fn object(&mut self, path: &Path) -> Result<String, Stop> {
        let class = self.answers.class_of(path).unwrap_or_default();
        let is = |ancestor: &str| is_a(&class, ancestor);
        if is("Table")
            && self.answers.session("document").is_some()
            && let Some(plain) = self.known(path, "plain")?
        {
            return Ok(plain);
        }
        if is("Template") || is("Table") {
            return self.part(path, "content");
        }
        if is("Document") {
            return self.part(path, "name");
        }
        if is("Individual") {
            return people::full_name(self, &path.attribute("name"));
        }
        if is("IndividualName") {
            return people::full_name(self, path);
        }
        if is("Address") {
            return addresses::on_one_line(self, path);
        }
        if is("Name") {
            return self.part(path, "text");
        }
        if is("Thing") {
            return self.part(&path.attribute("name"), "text");
        }
        if is("List") || is("Set") {
            let items = self.items(path)?;
            return Ok(locale::of(self.answers).phrase(&items));
        }
        if is("Dict") {
            let mut entries = Vec::new();
            for (key, entry) in self.answers.entries(path)? {
                entries.push((key, self.answers.read(&entry)?));
            }
            return Ok(ticked(self.answers, entries.iter().map(|(key, value)| (key, value))));
        }
        Ok(path.to_string())
    }
}

/// The keys of a dictionary whose value is not false, as one phrase: so ticked boxes print.
fn ticked<'v>(answers: &Shared, entries: impl Iterator<Item = (&'v String, &'v Value)>) -> String {
    let keys: Vec<String> = entries
        .filter(|(_, value)| **value != Value::Bool(false))
        .map(|(key, _)| key.clone())
        .collect();
    locale::of(answers).phrase(&keys)
}

fn too_much() -> Stop {
    Stop::fault(
        FaultKind::OverBudget,
        "this is too long to print, or a list or object contains itself",
    )
}
