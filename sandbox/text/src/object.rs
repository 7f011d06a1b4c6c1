//! Answers as minijinja objects.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use affiant_guest::{Path, Value as Answer};
use affiant_library::{Call, Function};
use minijinja::value::{DynObject, Enumerator, Object, ObjectRepr};
use minijinja::{Error, State, Value};

use crate::convert::{arguments, to_template};
use crate::render::Context;

/// What a text sees: every name is an answer or a function.
#[derive(Debug)]
pub(crate) struct Root(pub(crate) Context);

impl Object for Root {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let name = key.as_str()?;
        if name == crate::render::CONTEXT {
            return Some(Value::from_object(self.0.clone()));
        }
        if name.starts_with(crate::looking::LOOK) || !affiant_guest::is_identifier(name) {
            return None;
        }
        match name {
            "True" => return Some(Value::from(true)),
            "False" => return Some(Value::from(false)),
            "None" => return Some(Value::from(())),
            _ => {}
        }
        let path = Path::root_of(name);
        if let Some(function) = affiant_library::function(name) {
            if let Some(value) = self.0.answers.peek(&path) {
                return Some(to_template(&self.0, value));
            }
            let called = Called::Library(function);
            return Some(Value::from_object(Callable { context: self.0.clone(), called, path }));
        }
        if self.0.foreign.contains(name) {
            let called = Called::Plugin(name.to_owned());
            return Some(Value::from_object(Callable { context: self.0.clone(), called, path }));
        }
        Some(self.0.read(&path))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }
}

/// A function; used without a call it is the variable of the same name.
#[derive(Debug)]
struct Callable {
    context: Context,
    called: Called,
    path: Path,
}

/// Whose function it is.
#[derive(Debug)]
enum Called {
    Library(&'static Function),
    /// By its name.
    Plugin(String),
}

impl Object for Callable {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call(self: &Arc<Self>, _: &mut State<'_, '_>, values: &[Value]) -> Result<Value, Error> {
        match &self.called {
            Called::Library(function) => self.context.call(function, values),
            Called::Plugin(name) => self.context.call_plugin(name, values),
        }
    }

    fn get_value(self: &Arc<Self>, _: &Value) -> Option<Value> {
        Some(self.context.read(&self.path))
    }

    fn is_true(self: &Arc<Self>) -> bool {
        let _ = self.context.read(&self.path);
        false
    }

    fn render(self: &Arc<Self>, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        let _ = self.context.read(&self.path);
        Ok(())
    }
}

/// An object of the interview, by its path.
#[derive(Debug)]
pub(crate) struct Handle {
    context: Context,
    path: Path,
    content: affiant_library::ContentKind,
    class: String,
}

impl Handle {
    pub(crate) fn new(context: &Context, path: Path) -> Self {
        let class = context.answers.class_of(&path).unwrap_or_default();
        let content = affiant_library::class(&class)
            .map_or(affiant_library::ContentKind::None, |it| it.content);
        Self { context: context.clone(), path, content, class }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn items(&self) -> Vec<Value> {
        match self.context.answers.items(&self.path) {
            Ok(paths) => paths.iter().map(|it| self.context.read(it)).collect(),
            Err(stop) => {
                self.context.stop(stop);
                Vec::new()
            }
        }
    }

    fn entries(&self) -> Vec<(String, Path)> {
        self.context.answers.entries(&self.path).unwrap_or_else(|stop| {
            self.context.stop(stop);
            Vec::new()
        })
    }
}

impl Object for Handle {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        match self.content {
            affiant_library::ContentKind::None => ObjectRepr::Plain,
            affiant_library::ContentKind::Items => ObjectRepr::Iterable,
            affiant_library::ContentKind::Entries => ObjectRepr::Map,
        }
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        if let Some(index) = key.as_usize() {
            return Some(self.context.read(&self.path.index(index)));
        }
        let name = key.as_str()?;
        let attribute = affiant_guest::is_identifier(name).then(|| self.path.attribute(name));
        if self.content == affiant_library::ContentKind::Entries {
            let entry = self.path.key(name);
            if self.context.answers.peek(&entry).is_none()
                && let Some(attribute) =
                    attribute.filter(|it| self.context.answers.peek(it).is_some())
            {
                return Some(self.context.read(&attribute));
            }
            return Some(self.context.read(&entry));
        }
        Some(match attribute {
            Some(attribute) => self.context.read(&attribute),
            None => self.context.read(&self.path.key(name)),
        })
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        match self.content {
            affiant_library::ContentKind::None => Enumerator::NonEnumerable,
            affiant_library::ContentKind::Items => Enumerator::Values(self.items()),
            affiant_library::ContentKind::Entries => Enumerator::Values(
                self.entries().into_iter().map(|(key, _)| Value::from(key)).collect(),
            ),
        }
    }

    fn is_true(self: &Arc<Self>) -> bool {
        match self.content {
            affiant_library::ContentKind::None => true,
            affiant_library::ContentKind::Items => !self.items().is_empty(),
            affiant_library::ContentKind::Entries => !self.entries().is_empty(),
        }
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        name: &str,
        values: &[Value],
    ) -> Result<Value, Error> {
        let Some(method) = affiant_library::method(&self.class, name) else {
            return Err(self.context.unknown_method(&self.class, name));
        };
        let call = Call { answers: &self.context.answers, arguments: arguments(values) };
        self.context.result((method.call)(&call, &self.path))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.context.text_of(&Answer::Alias(self.path.clone())))
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        other.downcast_ref::<Self>().map(|it| self.path.cmp(&it.path))
    }
}

/// A value that minijinja has no kind for: a date, a time, a file, a long decimal.
#[derive(Debug)]
pub(crate) struct Exact {
    context: Context,
    value: Answer,
}

impl Exact {
    pub(crate) fn new(context: &Context, value: Answer) -> Self {
        Self { context: context.clone(), value }
    }

    pub(crate) fn value(&self) -> &Answer {
        &self.value
    }
}

impl Object for Exact {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let date = match &self.value {
            Answer::Date(date) => *date,
            Answer::DateTime(it) => it.date(),
            Answer::File(file) => {
                return match key.as_str()? {
                    "filename" | "name" => Some(Value::from(file.name.clone())),
                    "mimetype" => Some(Value::from(file.media_type.clone())),
                    _ => None,
                };
            }
            _ => return None,
        };
        Some(match key.as_str()? {
            "year" => Value::from(date.year()),
            "month" => Value::from(date.month()),
            "day" => Value::from(date.day()),
            _ => return None,
        })
    }

    /// Files have the functions about files as methods too.
    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        name: &str,
        values: &[Value],
    ) -> Result<Value, Error> {
        let is_file = matches!(self.value, Answer::File(_));
        let function = affiant_library::function(name).filter(|_| is_file && name == "url_for");
        let Some(function) = function else {
            let kind = match self.value {
                Answer::File(_) => "file",
                Answer::Decimal(_) => "number",
                _ => "date",
            };
            return Err(self.context.unknown_method(kind, name));
        };
        let all: Vec<Value> = std::iter::once(Value::from_dyn_object(self.clone()))
            .chain(values.iter().cloned())
            .collect();
        self.context.call(function, &all)
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.context.text_of(&self.value))
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        match (&self.value, &other.downcast_ref::<Self>()?.value) {
            (Answer::Date(a), Answer::Date(b)) => Some(a.cmp(b)),
            (Answer::DateTime(a), Answer::DateTime(b)) => Some(a.cmp(b)),
            (Answer::Date(a), Answer::DateTime(b)) => Some(a.cmp(&b.date())),
            (Answer::DateTime(a), Answer::Date(b)) => Some(a.date().cmp(b)),
            (Answer::Time(a), Answer::Time(b)) => Some(a.cmp(b)),
            (Answer::Decimal(a), Answer::Decimal(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}
