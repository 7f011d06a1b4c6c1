//! A value with all that it holds, for code that cannot look at answers itself.

use affiant_guest::{Content, Object, Path, Shared, Stop, Value};

/// Deepest nesting of objects.
const MAX_DEPTH: usize = 16;

/// Most values that one holds.
const MAX_VALUES: usize = 10_000;

/// The value, with what is known of the objects in it in place of their names. Formatted text
/// becomes plain.
///
/// Fails with [`Stop::Missing`] for a list that is still to be gathered, and with a fault for what is
/// nested too deep, refers to itself, or holds too much.
pub(crate) fn whole(answers: &Shared, value: Value) -> Result<Value, Stop> {
    Whole { answers, values: 0 }.of(value, 0)
}

struct Whole<'a> {
    answers: &'a Shared,
    values: usize,
}

impl Whole<'_> {
    fn of(&mut self, value: Value, depth: usize) -> Result<Value, Stop> {
        self.values += 1;
        if self.values > MAX_VALUES || depth > MAX_DEPTH {
            return Err(Stop::bad_call("this value holds too much to be given to a plugin"));
        }
        Ok(match value {
            Value::Alias(path) => Value::Object(Box::new(self.object(&path, depth)?)),
            Value::Markup(text) => Value::Text(text),
            Value::List(items) => {
                let items = items.into_iter().map(|it| self.of(it, depth + 1));
                Value::List(items.collect::<Result<_, _>>()?)
            }
            Value::Dict(entries) => {
                let entries = entries.into_iter();
                let entries = entries.map(|(key, it)| Ok((key, self.of(it, depth + 1)?)));
                Value::Dict(entries.collect::<Result<_, Stop>>()?)
            }
            Value::Object(object) => Value::Object(Box::new(self.made(*object, depth)?)),
            value @ (Value::Null
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Decimal(_)
            | Value::Float(_)
            | Value::Text(_)
            | Value::Date(_)
            | Value::Time(_)
            | Value::DateTime(_)
            | Value::File(_)
            | Value::Empty) => value,
        })
    }

    /// What is known of the object at a path.
    fn object(&mut self, path: &Path, depth: usize) -> Result<Object, Stop> {
        let mut object = Object::new(self.answers.class_of(path).unwrap_or_default());
        for name in self.answers.attributes(path) {
            if let Some(value) = self.answers.peek(&path.attribute(&name)) {
                object.attributes.insert(name, self.of(value, depth + 1)?);
            }
        }
        let content = affiant_library::class(&object.class).map(|it| it.content);
        object.content = match content {
            Some(affiant_library::ContentKind::Items) => {
                let items = self.answers.items(path)?.into_iter();
                let items = items.map(|it| self.of(self.answers.read(&it)?, depth + 1));
                Content::Items(items.collect::<Result<_, _>>()?)
            }
            Some(affiant_library::ContentKind::Entries) => {
                let entries = self.answers.entries(path)?.into_iter();
                let entries = entries
                    .map(|(key, it)| Ok((key, self.of(self.answers.read(&it)?, depth + 1)?)));
                Content::Entries(entries.collect::<Result<_, Stop>>()?)
            }
            Some(affiant_library::ContentKind::None) | None => Content::None,
        };
        Ok(object)
    }

    /// An object that a script made.
    fn made(&mut self, object: Object, depth: usize) -> Result<Object, Stop> {
        let attributes = object.attributes.into_iter();
        let attributes = attributes.map(|(name, it)| Ok((name, self.of(it, depth + 1)?)));
        let attributes = attributes.collect::<Result<_, Stop>>()?;
        let content = match object.content {
            Content::None => Content::None,
            Content::Items(items) => {
                let items = items.into_iter().map(|it| self.of(it, depth + 1));
                Content::Items(items.collect::<Result<_, _>>()?)
            }
            Content::Entries(entries) => {
                let entries = entries.into_iter();
                let entries = entries.map(|(key, it)| Ok((key, self.of(it, depth + 1)?)));
                Content::Entries(entries.collect::<Result<_, Stop>>()?)
            }
        };
        Ok(Object { class: object.class, attributes, content })
    }
}
