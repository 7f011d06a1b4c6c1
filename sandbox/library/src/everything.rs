//! All answers at once.

use affiant_guest::{Path, Stop, Value};
use indexmap::IndexMap;

use crate::classes::is_a;
use crate::registry::{Call, Function};

/// The deepest nesting of objects and collections; what lies deeper is named by its path.
const MAX_DEPTH: usize = 16;

/// The most values.
const MAX_VALUES: usize = 50_000;

/// The functions of this file.
pub(crate) fn functions() -> Vec<Function> {
    vec![Function::new(
        "all_variables",
        &[],
        "Everything that is known now, objects as dictionaries.",
        |it| Everything { call: it, values: 0 }.all(),
    )]
}

/// A walk over everything that is known, bounded over the whole.
struct Everything<'a> {
    call: &'a Call<'a>,
    values: usize,
}

impl Everything<'_> {
    fn all(&mut self) -> Result<Value, Stop> {
        let mut all = IndexMap::new();
        for name in self.call.answers.names() {
            let Ok(path) = Path::parse(&name) else { continue };
            if let Some(value) = self.known(&path, 0)? {
                all.insert(name, value);
            }
        }
        Ok(Value::Dict(all))
    }

    fn known(&mut self, path: &Path, depth: usize) -> Result<Option<Value>, Stop> {
        let Some(value) = self.call.answers.peek(path) else { return Ok(None) };
        self.plain(value, depth).map(Some)
    }

    fn plain(&mut self, value: Value, depth: usize) -> Result<Value, Stop> {
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(Stop::bad_call("there are too many answers to give them all at once"));
        }
        Ok(match value {
            Value::Alias(path) if depth < MAX_DEPTH => self.object(&path, depth + 1)?,
            Value::Alias(path) => Value::Text(path.to_string()),
            Value::List(items) => {
                let items = items.into_iter().map(|it| self.plain(it, depth + 1));
                Value::List(items.collect::<Result<_, _>>()?)
            }
            Value::Dict(entries) => {
                let entries =
                    entries.into_iter().map(|(key, it)| Ok((key, self.plain(it, depth + 1)?)));
                Value::Dict(entries.collect::<Result<_, Stop>>()?)
            }
            other => other,
        })
    }

    fn object(&mut self, path: &Path, depth: usize) -> Result<Value, Stop> {
        let answers = self.call.answers;
        let class = answers.class_of(path).unwrap_or_default();
        if is_a(&class, "List") || is_a(&class, "Set") {
            let mut items = Vec::new();
            for item in answers.items_so_far(path) {
                items.extend(self.known(&item, depth)?);
            }
            return Ok(Value::List(items));
        }
        let parts: Vec<(String, Path)> = if is_a(&class, "Dict") {
            // One that is not gathered yet has no entries that anybody could count on.
            answers.entries(path).unwrap_or_default()
        } else {
            let names = answers.attributes(path);
            names.into_iter().map(|it| (it.clone(), path.attribute(&it))).collect()
        };
        let mut all = IndexMap::new();
        for (name, part) in parts {
            if let Some(value) = self.known(&part, depth)? {
                all.insert(name, value);
            }
        }
        Ok(Value::Dict(all))
    }
}
