//! Rendering: a text, the answers, a budget.

use std::fmt;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use affiant_guest::{
    Budget, Fault, FaultKind, Foreign, Path, Position, Shared, Stop, Value as Answer,
};
use affiant_library::{Call, Function};
use minijinja::value::{Object, Rest};
use minijinja::{Environment, Error, ErrorKind, State, Value};
use rust_decimal::Decimal;

use crate::compile::{Body, Compiled};
use crate::convert::{arguments, to_answer, to_template};
use crate::escape;
use crate::looking::LOOK;
use crate::object::{Handle, Root};

/// The name under which filters find the context.
pub(crate) const CONTEXT: &str = "_affiant_context";

/// What one rendering shares: the answers, and why it has to stop.
///
/// minijinja can only fail where it expects to, and forgets what it failed with in some places; so
/// the first stop is kept here and wins over whatever the rendering came to.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) answers: Shared,
    /// Functions of plugins that the text may call.
    pub(crate) foreign: Arc<Foreign>,
    stop: Arc<Mutex<Option<Stop>>>,
}

impl Object for Context {}

impl Context {
    /// The value at a path; a stop is kept and given as a value that fails where it is used.
    pub(crate) fn read(&self, path: &Path) -> Value {
        match self.answers.read(path) {
            Ok(value) => to_template(self, value),
            Err(stop) => Value::from(self.stop(stop)),
        }
    }

    /// Keeps why the rendering has to stop.
    pub(crate) fn stop(&self, stop: Stop) -> Error {
        let mut kept = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get_or_insert(stop);
        Error::new(ErrorKind::UndefinedError, "stopped")
    }

    pub(crate) fn result(&self, result: Result<Answer, Stop>) -> Result<Value, Error> {
        result.map(|it| to_template(self, it)).map_err(|it| self.stop(it))
    }

    pub(crate) fn call(&self, function: &Function, values: &[Value]) -> Result<Value, Error> {
        let call = Call { answers: &self.answers, arguments: arguments(values) };
        self.result((function.call)(&call))
    }

    /// Calls a function of a plugin, which takes its arguments by place.
    pub(crate) fn call_plugin(&self, name: &str, values: &[Value]) -> Result<Value, Error> {
        let given = arguments(values);
        if !given.named.is_empty() {
            let message = format!("`{name}` is a plugin's: it takes its arguments by place only");
            return self.result(Err(Stop::bad_call(message)));
        }
        let called = self.answers.call(name, given.positional);
        let unknown = || Err(Stop::fault(FaultKind::Unknown, format!("there is no `{name}`")));
        self.result(called.unwrap_or_else(unknown))
    }

    pub(crate) fn text_of(&self, value: &Answer) -> String {
        affiant_library::text_of(&self.answers, value).unwrap_or_else(|stop| {
            self.stop(stop);
            String::new()
        })
    }

    pub(crate) fn unknown_method(&self, class: &str, name: &str) -> Error {
        self.stop(Stop::fault(FaultKind::Unknown, format!("`{class}` has no method `{name}`")))
    }
}

/// Gives an environment its functions, filters and formatter.
pub(crate) fn equip(environment: &mut Environment<'static>) {
    environment.set_formatter(|out, state, value| {
        let text = printed(state, value)?;
        out.write_str(&text).map_err(Error::from)
    });
    environment.add_function(LOOK, look);
    environment.add_function(format!("{LOOK}_index"), index);
    for function in affiant_library::functions() {
        if !BUILT_IN.contains(&function.name) {
            environment.add_filter(
                function.name,
                move |state: &State<'_, '_>, values: Rest<Value>| {
                    context(state)?.call(function, &values)
                },
            );
        }
    }
}

/// Gives an environment the functions of plugins as filters.
pub(crate) fn equip_with(environment: &mut Environment<'static>, foreign: &Foreign) {
    for name in foreign {
        let called = name.clone();
        environment.add_filter(name.clone(), move |state: &State<'_, '_>, values: Rest<Value>| {
            context(state)?.call_plugin(&called, &values)
        });
    }
}

/// Filters that minijinja has itself.
const BUILT_IN: &[&str] =
    &["abs", "capitalize", "float", "int", "lower", "max", "min", "round", "split", "sum", "upper"];

fn context(state: &State<'_, '_>) -> Result<Context, Error> {
    let found = state.lookup(CONTEXT).and_then(|it| it.downcast_object_ref::<Context>().cloned());
    found.ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "no answers"))
}

/// `_look("a.b")` and `_look(object, ".b")`: the value if it is known, undefined if it is not.
#[expect(clippy::needless_pass_by_value, reason = "minijinja hands arguments over")]
fn look(state: &State<'_, '_>, values: Rest<Value>) -> Result<Value, Error> {
    let context = context(state)?;
    let path = match values.as_slice() {
        [text] => Path::parse(text.as_str().unwrap_or("")).ok(),
        [object, rest] => object.downcast_object_ref::<Handle>().and_then(|it| {
            Path::parse(&format!("{}{}", it.path(), rest.as_str().unwrap_or(""))).ok()
        }),
        _ => None,
    };
    let known = path.and_then(|it| context.answers.peek(&it));
    Ok(known.map_or(Value::UNDEFINED, |it| to_template(&context, it)))
}

/// An index as it stands in a path: a number, or a quoted key.
fn index(value: &Value) -> String {
    match to_answer(value) {
        Answer::Int(it) => it.to_string(),
        other => match other {
            Answer::Text(key) => format!("\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\"")),
            _ => "\"\"".to_owned(),
        },
    }
}

/// A value as it stands in the output.
fn printed(state: &State<'_, '_>, value: &Value) -> Result<String, Error> {
    if value.is_undefined() {
        return Err(Error::new(ErrorKind::UndefinedError, "this has no value"));
    }
    let context = context(state)?;
    let markdown = state.name().rsplit_once('.').is_some_and(|(_, kind)| kind == "md");
    let answer = to_answer(value);
    let markup = match &answer {
        Answer::Markup(text) => Some(text.clone()),
        Answer::Alias(path) => content(&context, path),
        _ => None,
    };
    if let Some(markup) = markup {
        return Ok(markup);
    }
    let text = match &answer {
        Answer::Null if value.is_none() => String::new(),
        // Whatever minijinja made of it, such as a function used as a variable.
        Answer::Null => value.to_string(),
        Answer::Float(it) => {
            Decimal::try_from(*it).map_or_else(|_| it.to_string(), |it| it.normalize().to_string())
        }
        other => context.text_of(other),
    };
    Ok(if markdown { escape::markdown(&text) } else { text })
}

/// The formatted content of a template, table or document.
fn content(context: &Context, path: &Path) -> Option<String> {
    let class = context.answers.class_of(path)?;
    if !matches!(class.as_str(), "Template" | "Table") {
        return None;
    }
    // A document has no use for the buttons of a table.
    let in_document = context.answers.session("document").is_some();
    if in_document
        && let Some(Answer::Markup(plain)) = context.answers.peek(&path.attribute("plain"))
    {
        return Some(plain);
    }
    match context.answers.read(&path.attribute("content")) {
        Ok(Answer::Markup(markup)) => Some(markup),
        _ => None,
    }
}

impl Compiled {
    /// Renders the text. Stops with what is missing, or with a fault that names line and column.
    pub fn render(&self, answers: &Shared, budget: &Budget) -> Result<String, Stop> {
        let (environment, name) = match &self.body {
            Body::Static(text) => return Ok(text.to_string()),
            Body::Template { environment, name } => (environment, name),
        };
        let context = Context {
            answers: Arc::clone(answers),
            foreign: Arc::clone(&self.foreign),
            stop: Arc::default(),
        };
        let mut out = Bounded { bytes: Vec::new(), limit: budget.text_bytes, is_full: false };
        let result = catch_unwind(AssertUnwindSafe(|| {
            let template = environment.get_template(name)?;
            let root = Value::from_object(Root(context.clone()));
            template.render_captured_to(root, &mut out).map(|_| ())
        }));
        if let Some(stop) = context.stop.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let line = match &result {
                Ok(Err(error)) => error.line(),
                _ => None,
            };
            return Err(placed(stop, line));
        }
        if out.is_full {
            return Err(over_budget(
                format!("the text is longer than {} KiB", budget.text_bytes >> 10),
                None,
            ));
        }
        match result {
            Ok(Ok(())) => Ok(String::from_utf8_lossy(&out.bytes).into_owned()),
            Ok(Err(error)) => Err(fault(&error)),
            Err(_) => Err(Stop::fault(FaultKind::Other, "the text could not be rendered")),
        }
    }
}

/// A fault with the line of the text, if it has no place yet.
fn placed(stop: Stop, line: Option<usize>) -> Stop {
    match (stop, line) {
        (Stop::Fault(mut fault), Some(line)) if fault.position.is_none() => {
            fault.position = Some(Position { line, column: 1 });
            Stop::Fault(fault)
        }
        (stop, _) => stop,
    }
}

fn over_budget(message: String, position: Option<Position>) -> Stop {
    let hint = Some("compute less in the text: put loops into code blocks".to_owned());
    Stop::Fault(Box::new(Fault { kind: FaultKind::OverBudget, message, position, hint }))
}

/// What minijinja refuses while rendering, in an author's words and without answers.
fn fault(error: &Error) -> Stop {
    let position = error.line().map(|line| Position { line, column: 1 });
    let (kind, message) = match error.kind() {
        ErrorKind::OutOfFuel => {
            return over_budget("the text takes too many steps".to_owned(), position);
        }
        ErrorKind::UndefinedError => (FaultKind::BadCall, "this has no value".to_owned()),
        ErrorKind::UnknownFilter => (FaultKind::Unknown, detail(error, "there is no such filter")),
        ErrorKind::UnknownTest => (FaultKind::Unknown, detail(error, "there is no such test")),
        ErrorKind::UnknownFunction => {
            (FaultKind::Unknown, detail(error, "there is no such function"))
        }
        ErrorKind::UnknownMethod => (FaultKind::Unknown, detail(error, "there is no such method")),
        ErrorKind::InvalidOperation => (
            FaultKind::BadCall,
            "this cannot be computed with these kinds of values, or is nested too deeply"
                .to_owned(),
        ),
        other => (FaultKind::Other, other.to_string()),
    };
    Stop::Fault(Box::new(Fault { kind, message, position, hint: None }))
}

/// minijinja names the filter, test or function in its detail: an author's word, never an answer.
fn detail(error: &Error, otherwise: &str) -> String {
    error.detail().unwrap_or(otherwise).to_owned()
}

/// Output up to a limit.
struct Bounded {
    bytes: Vec<u8>,
    limit: usize,
    is_full: bool,
}

impl fmt::Debug for Bounded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bounded").field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.limit {
            self.is_full = true;
            return Err(io::Error::other("full"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
