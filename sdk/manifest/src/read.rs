//! From TOML to types that cannot be wrong in their form, with every mistake, not the first.

pub(crate) mod macros;

use std::collections::BTreeSet;

use schemars::{Schema, SchemaGenerator, json_schema};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(crate) use macros::{record, words};

use crate::finding::{Finding, Place, nearest, short};

/// Most items of a list or table: every one is looked at in every combination of settings.
pub const MAX_ITEMS: usize = 100;

/// The mistakes found so far.
pub(crate) type Findings = Vec<Finding>;

/// What can stand behind a key.
pub(crate) trait Field: Sized {
    /// Reads it, or returns `None` after having said why not.
    fn read(value: &Spanned<DeValue<'_>>, findings: &mut Findings) -> Option<Self>;

    /// What it is when its key is not there; `None` when the key must be.
    fn absent() -> Option<Self> {
        None
    }

    /// The same for editors.
    fn schema(generator: &mut SchemaGenerator) -> Schema;
}

/// A value and where it stands. Two are equal when their values are.
#[derive(Clone, Debug)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

impl<T: PartialEq> PartialEq for Located<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Field> Field for Located<T> {
    fn read(value: &Spanned<DeValue<'_>>, findings: &mut Findings) -> Option<Self> {
        let place = value.span().into();
        T::read(value, findings).map(|value| Self { value, place })
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        T::schema(generator)
    }
}

impl<T: Field> Field for Option<T> {
    fn read(value: &Spanned<DeValue<'_>>, findings: &mut Findings) -> Option<Self> {
        T::read(value, findings).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        T::schema(generator)
    }
}

impl<T: Field> Field for Vec<T> {
    fn read(value: &Spanned<DeValue<'_>>, findings: &mut Findings) -> Option<Self> {
        let Some(items) = value.get_ref().as_array() else {
            findings.push(wrong_type(value, "a list"));
            return None;
        };
        if items.len() > MAX_ITEMS {
            findings.push(too_many(value, items.len()));
            return None;
        }
        // Every item is read, so that each one's mistakes are told.
        let read: Vec<Option<T>> = items.iter().map(|it| T::read(it, findings)).collect();
        read.into_iter().collect()
    }

    fn absent() -> Option<Self> {
        Some(Vec::new())
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let items = T::schema(generator);
        json_schema!({ "type": "array", "items": items, "maxItems": MAX_ITEMS })
    }
}

/// Tables by a name that the author chooses, in the order of their names.
#[derive(Clone, Debug, PartialEq)]
pub struct Named<T>(pub Vec<(Located<String>, T)>);

impl<T: Field> Field for Named<T> {
    fn read(value: &Spanned<DeValue<'_>>, findings: &mut Findings) -> Option<Self> {
        let table = as_table(value, findings)?;
        if table.len() > MAX_ITEMS {
            findings.push(too_many(value, table.len()));
            return None;
        }
        let mut all = Vec::new();
        for (key, value) in table {
            let name = Located { value: key.get_ref().to_string(), place: key.span().into() };
            all.push(T::read(value, findings).map(|it| (name, it)));
        }
        all.into_iter().collect::<Option<_>>().map(Self)
    }

    fn absent() -> Option<Self> {
        Some(Self(Vec::new()))
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let value = T::schema(generator);
        json_schema!({ "type": "object", "additionalProperties": value, "maxProperties": MAX_ITEMS })
    }
}

impl Field for bool {
    fn read(value: &Spanned<DeValue<'_>>, findings: &mut Findings) -> Option<Self> {
        let read = value.get_ref().as_bool();
        if read.is_none() {
            findings.push(wrong_type(value, "`true` or `false`"));
        }
        read
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "boolean" })
    }
}

impl Field for u32 {
    fn read(value: &Spanned<DeValue<'_>>, findings: &mut Findings) -> Option<Self> {
        let number = value.get_ref().as_integer();
        let read = number.and_then(|it| Self::from_str_radix(it.as_str(), it.radix()).ok());
        if read.is_none() {
            findings.push(wrong_type(value, "a whole number from 0 to 4294967295"));
        }
        read
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 0, "maximum": u32::MAX })
    }
}

impl Field for String {
    fn read(value: &Spanned<DeValue<'_>>, findings: &mut Findings) -> Option<Self> {
        text(value, findings).map(str::to_owned)
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

/// The text of a value, or `None` after having said that it is none.
pub(crate) fn text<'a>(
    value: &'a Spanned<DeValue<'_>>,
    findings: &mut Findings,
) -> Option<&'a str> {
    let read = value.get_ref().as_str();
    if read.is_none() {
        findings.push(wrong_type(value, "a text in quotes"));
    }
    read
}

/// Something else stands where `wanted` should.
fn wrong_type(value: &Spanned<DeValue<'_>>, wanted: &str) -> Finding {
    let found = value.get_ref().type_str();
    let message = format!("this must be {wanted}, and is of the type `{found}`");
    Finding::error("wrong-type", value.span().into(), message, format!("write {wanted}"))
}

fn too_many(value: &Spanned<DeValue<'_>>, count: usize) -> Finding {
    let message = format!("there are {count} of these, and at most {MAX_ITEMS} can be");
    let hint = "say it with fewer: nobody reads so many";
    Finding::error("too-many", value.span().into(), message, hint)
}

/// A word stands where only some can.
pub(crate) fn unknown_word(place: Place, word: &str, known: &[&str]) -> Finding {
    let hint = nearest(word, known, "the schema for editors lists every word that can stand here");
    Finding::error("unknown-word", place, format!("`{}` cannot stand here", short(word)), hint)
}

fn as_table<'a, 'i>(
    value: &'a Spanned<DeValue<'i>>,
    findings: &mut Findings,
) -> Option<&'a DeTable<'i>> {
    let table = value.get_ref().as_table();
    if table.is_none() {
        findings.push(wrong_type(value, "a table"));
    }
    table
}

/// A table that is being read: knows which keys were asked for.
pub(crate) struct Table<'a, 'i> {
    entries: &'a DeTable<'i>,
    place: Place,
    known: Vec<&'static str>,
}

impl<'a, 'i> Table<'a, 'i> {
    pub(crate) fn open(value: &'a Spanned<DeValue<'i>>, findings: &mut Findings) -> Option<Self> {
        let entries = as_table(value, findings)?;
        Some(Self::of(entries, value.span().into()))
    }

    pub(crate) fn of(entries: &'a DeTable<'i>, place: Place) -> Self {
        Self { entries, place, known: Vec::new() }
    }

    /// Reads what stands behind `key`. Without the key it is `otherwise`, then what the type says.
    pub(crate) fn field<T: Field>(
        &mut self,
        key: &'static str,
        otherwise: Option<T>,
        findings: &mut Findings,
    ) -> Option<T> {
        self.known.push(key);
        if let Some(value) = self.entries.get(key) {
            return T::read(value, findings);
        }
        let absent = otherwise.or_else(T::absent);
        if absent.is_none() {
            let message = format!("`{key}` is missing here");
            let hint = format!("add a line `{key} = …`");
            findings.push(Finding::error("missing-key", self.place, message, hint));
        }
        absent
    }

    /// Tells of the keys that nobody asked for.
    pub(crate) fn close(self, findings: &mut Findings) {
        let known: BTreeSet<&str> = self.known.iter().copied().collect();
        for key in self.entries.keys().filter(|it| !known.contains(&**it.get_ref())) {
            let hint = nearest(key.get_ref(), &self.known, "leave it out");
            let message = format!("unknown key `{}`", short(key.get_ref()));
            findings.push(Finding::error("unknown-key", key.span().into(), message, hint));
        }
    }
}

/// Adds a field to the schema of a record.
pub(crate) fn describe(schema: &mut Schema, key: &str, field: Schema, doc: &str, must: bool) {
    let mut field = field;
    field.insert("description".to_owned(), doc.trim().into());
    let object = schema.ensure_object();
    let properties = object.entry("properties").or_insert_with(|| serde_json::json!({}));
    if let Some(properties) = properties.as_object_mut() {
        properties.insert(key.to_owned(), field.to_value());
    }
    let required = object.entry("required").or_insert_with(|| serde_json::json!([]));
    if let (true, Some(required)) = (must, required.as_array_mut()) {
        required.push(key.into());
    }
}
