//! What loading and running an interview asks of plugins.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use affiant_engine::{Complaint, Custom, Decision, Host, Moment};
use affiant_guest::{Answers, FaultKind, Foreign, Object, Path, Shared, Stop, Value};
use affiant_interview::{CodeId, TextId};
use jiff::civil::{Date, DateTime};

use crate::loaded::Sandbox;
use crate::whole;

/// A function of a plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginFunction {
    /// Its name.
    pub name: String,
    /// The names of its parameters, in order.
    pub parameters: Vec<String>,
    /// What it does, in a sentence.
    pub summary: String,
}

/// Something that a plugin suggests to whoever types.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// What is shown: plain.
    pub label: String,
    /// What it stands for: an answer, or an object whose parts are answers.
    pub value: Value,
}

/// A file that a plugin fills to make a document.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub content: Arc<[u8]>,
}

/// A document that a plugin is to make.
#[derive(Clone, Debug)]
pub struct Job {
    /// Of what.
    pub template: Template,
    /// As what: a media type.
    pub media_type: &'static str,
    /// Its language, a BCP 47 tag.
    pub language: String,
    /// The answers that the template names: no others are given. They are whole.
    pub values: Vec<(Path, Value)>,
}

/// Something that a plugin is to deliver.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The same for every try, so that nothing is delivered twice.
    pub id: String,
    /// Where to.
    pub to: String,
    /// What is told beside the files, by name. The values are whole.
    pub details: Vec<(String, Value)>,
    /// The files.
    pub files: Vec<Enclosure>,
}

/// A file that is delivered.
#[derive(Clone, Debug)]
pub struct Enclosure {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub content: Arc<[u8]>,
}

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// It arrived; the other side's number for it.
    Arrived(String),
    /// Not now; try again in so many seconds.
    Later(u32),
    /// Never; why, for people.
    Refused(String),
}

/// The plugins that there are.
pub trait Plugins: Send + Sync + Debug {
    /// The functions of a plugin, switched on or not; `None` if it is not installed.
    fn functions(&self, plugin: &str) -> Option<Vec<PluginFunction>>;

    /// Whether a plugin is there, switched on or not, and decides interviews.
    fn decides(&self, _plugin: &str) -> bool {
        false
    }

    /// The datatypes of a plugin, switched on or not; none if it is not installed or of another kind.
    fn datatypes(&self, _plugin: &str) -> Vec<Custom> {
        Vec::new()
    }

    /// The lists of a plugin that suggest while somebody types, whether it is switched on or not; none
    /// if it is not installed or of another kind.
    fn sources(&self, _plugin: &str) -> Vec<String> {
        Vec::new()
    }

    /// The media types of templates that a plugin makes documents of, switched on or not; `None` if it
    /// is not installed or of another kind.
    fn templates(&self, _plugin: &str) -> Option<Vec<String>> {
        None
    }

    /// Whether a plugin is there, switched on or not, and delivers things.
    fn delivers(&self, _plugin: &str) -> bool {
        false
    }

    /// Begins one step of one person in an interview. Nothing of it outlasts the step.
    fn begin(&self, interview: &str, moment: &Moment) -> Box<dyn Calls>;
}

/// Calls of plugins during one step of one person. Of what an implementation does not have, no plugin is
/// installed.
pub trait Calls: Send {
    /// Calls a function of a plugin with values that are whole: none is an alias.
    ///
    /// Fails with a fault that names the plugin when it is not switched on here, is denied something
    /// or fails, and with [`Stop::Missing`] when it needs an answer first.
    fn call(&mut self, plugin: &str, _function: &str, _arguments: &[Value]) -> Result<Value, Stop> {
        Err(not_installed(plugin))
    }

    /// Asks a plugin that decides interviews for what comes after these answers.
    ///
    /// Fails as [`Calls::call`] does; when it is not switched on here, or paused, with a fault of the
    /// kind [`FaultKind::Off`].
    fn next(
        &mut self,
        plugin: &str,
        _answers: &[(Path, Value)],
        _language: &str,
    ) -> Result<Decision, Stop> {
        Err(not_installed(plugin))
    }

    /// Asks it what it has against the answers to one of its screens. Fails as [`Calls::next`] does.
    fn complaints(
        &mut self,
        plugin: &str,
        _screen: &str,
        _answers: &[(Path, Value)],
        _language: &str,
    ) -> Result<Vec<Complaint>, Stop> {
        Err(not_installed(plugin))
    }

    /// Has a plugin read what was typed, by one of its datatypes: the answer, or what is wrong with it.
    /// Fails as [`Calls::next`] does.
    fn parse(
        &mut self,
        datatype: &Custom,
        _entered: &str,
        _language: &str,
    ) -> Result<Result<Value, String>, Stop> {
        Err(not_installed(&datatype.plugin))
    }

    /// Has it write an answer as it can be typed again. The value is whole. Fails as [`Calls::next`]
    /// does.
    fn show(&mut self, datatype: &Custom, _value: &Value, _language: &str) -> Result<String, Stop> {
        Err(not_installed(&datatype.plugin))
    }

    /// Asks a plugin for at most `most` suggestions of one of its lists, for what was typed. Fails as
    /// [`Calls::next`] does.
    fn suggest(
        &mut self,
        plugin: &str,
        _source: &str,
        _typed: &str,
        _language: &str,
        _most: u32,
    ) -> Result<Vec<Suggestion>, Stop> {
        Err(not_installed(plugin))
    }

    /// Asks a plugin which answers a template names. Fails as [`Calls::next`] does.
    fn variables(&mut self, plugin: &str, _template: &Template) -> Result<Vec<Path>, Stop> {
        Err(not_installed(plugin))
    }

    /// Has a plugin make a document, and looks whether it is of the format. Fails as [`Calls::next`]
    /// does.
    fn assemble(&mut self, plugin: &str, _job: &Job) -> Result<Vec<u8>, Stop> {
        Err(not_installed(plugin))
    }

    /// Has a plugin deliver something. Fails as [`Calls::next`] does: then nobody knows whether it
    /// arrived, and it can be delivered again under the same id.
    fn deliver(&mut self, plugin: &str, _delivery: &Delivery) -> Result<Delivered, Stop> {
        Err(not_installed(plugin))
    }
}

/// Where no plugin is installed.
#[derive(Clone, Copy, Debug)]
pub struct NoPlugins;

impl Plugins for NoPlugins {
    fn functions(&self, _: &str) -> Option<Vec<PluginFunction>> {
        None
    }

    fn begin(&self, _: &str, _: &Moment) -> Box<dyn Calls> {
        Box::new(Self)
    }
}

impl Calls for NoPlugins {}

fn not_installed(plugin: &str) -> Stop {
    Stop::fault(FaultKind::Unknown, format!("the plugin `{plugin}` is not installed"))
}

/// What an interview uses of plugins.
#[derive(Debug)]
pub(crate) struct Used {
    pub(crate) plugins: Arc<dyn Plugins>,
    /// Functions by name, each with the plugin that has it.
    pub(crate) functions: Arc<BTreeMap<String, (String, PluginFunction)>>,
    pub(crate) names: Arc<Foreign>,
    /// Datatypes by name.
    pub(crate) datatypes: Arc<BTreeMap<String, Custom>>,
    /// Lists that suggest, each with the plugin that has it.
    pub(crate) sources: BTreeMap<String, String>,
    /// What plugins fill to make documents, by name.
    pub(crate) templates: BTreeMap<String, Arc<[u8]>>,
    /// Whether a plugin decides a block.
    pub(crate) is_decided: bool,
}

impl Default for Used {
    fn default() -> Self {
        Self {
            plugins: Arc::new(NoPlugins),
            functions: Arc::default(),
            names: Arc::default(),
            datatypes: Arc::default(),
            sources: BTreeMap::new(),
            templates: BTreeMap::new(),
            is_decided: false,
        }
    }
}

/// Most answers that a template names.
const MOST_NAMED: usize = 2_000;

impl Used {
    /// A template by its name.
    pub(crate) fn template(&self, name: &str) -> Result<Template, Stop> {
        let content = self.templates.get(name).cloned().ok_or_else(|| {
            Stop::fault(FaultKind::Unknown, format!("there is no template `{name}`"))
        })?;
        Ok(Template { name: name.to_owned(), content })
    }
}

/// The engine's host during one step: the sandboxes, and the plugins that were begun for it.
pub(crate) struct Stepping<'a> {
    sandbox: &'a Sandbox,
    used: &'a Used,
    datatypes: Arc<BTreeMap<String, Custom>>,
    calls: Option<Arc<Calling>>,
}

/// The plugins of one step.
struct Calling {
    functions: Arc<BTreeMap<String, (String, PluginFunction)>>,
    calls: Mutex<Box<dyn Calls>>,
}

impl std::fmt::Debug for Calling {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Calling").finish_non_exhaustive()
    }
}

impl Calling {
    fn calls(&self) -> MutexGuard<'_, Box<dyn Calls>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> Stepping<'a> {
    /// Begins a step. Interviews without plugins pay nothing for it.
    pub(crate) fn begin(
        sandbox: &'a Sandbox,
        used: &'a Used,
        interview: &str,
        moment: &Moment,
    ) -> Self {
        let has_more = !(used.datatypes.is_empty() && used.templates.is_empty());
        let calls = (used.is_decided || has_more || !used.functions.is_empty()).then(|| {
            let calls = Mutex::new(used.plugins.begin(interview, moment));
            Arc::new(Calling { functions: Arc::clone(&used.functions), calls })
        });
        Self { sandbox, used, datatypes: Arc::clone(&used.datatypes), calls }
    }

    /// A datatype, and what its plugin is called by.
    fn datatype(&self, name: &str) -> Result<(&Custom, &Calling), Stop> {
        let found = self.datatypes.get(name).zip(self.calls.as_deref());
        found.ok_or_else(|| {
            Stop::fault(FaultKind::Unknown, format!("there is no datatype `{name}`"))
        })
    }

    fn with<T>(&self, answers: &Shared, run: impl FnOnce(&Shared) -> T) -> T {
        match &self.calls {
            None => run(answers),
            Some(calls) => {
                let seen = Seen { answers: Arc::clone(answers), calls: Arc::clone(calls) };
                run(&(Arc::new(seen) as Shared))
            }
        }
    }
}

impl Host for Stepping<'_> {
    fn evaluate(&self, code: CodeId, answers: &Shared) -> Result<Value, Stop> {
        self.with(answers, |it| self.sandbox.evaluate(code, it))
    }

    fn run(&self, code: CodeId, answers: &Shared) -> Result<(), Stop> {
        self.with(answers, |it| self.sandbox.run(code, it))
    }

    fn render(&self, text: TextId, answers: &Shared) -> Result<String, Stop> {
        self.with(answers, |it| self.sandbox.render(text, it))
    }

    fn next(
        &self,
        plugin: &str,
        answers: &[(Path, Value)],
        language: &str,
    ) -> Result<Decision, Stop> {
        match &self.calls {
            None => NoPlugins.next(plugin, answers, language),
            Some(calling) => calling.calls().next(plugin, answers, language),
        }
    }

    fn complaints(
        &self,
        plugin: &str,
        screen: &str,
        answers: &[(Path, Value)],
        language: &str,
    ) -> Result<Vec<Complaint>, Stop> {
        match &self.calls {
            None => NoPlugins.complaints(plugin, screen, answers, language),
            Some(calling) => calling.calls().complaints(plugin, screen, answers, language),
        }
    }

    fn named(
        &self,
        plugin: &str,
        template: &str,
        answers: &Shared,
    ) -> Result<Vec<(Path, Value)>, Stop> {
        let template = self.used.template(template)?;
        let calling = self.calls.as_ref().ok_or_else(|| not_installed(plugin))?;
        let paths = calling.calls().variables(plugin, &template)?;
        if paths.len() > MOST_NAMED {
            let message = format!("a template must not name more than {MOST_NAMED} answers");
            return Err(Stop::fault(FaultKind::Other, message));
        }
        let value = |path: Path| {
            let value = whole::whole(answers, answers.read(&path)?)?;
            Ok((path, value))
        };
        paths.into_iter().map(value).collect()
    }

    fn whole(&self, value: Value, answers: &Shared) -> Result<Value, Stop> {
        whole::whole(answers, value)
    }

    fn custom(&self, datatype: &str) -> Option<Custom> {
        self.datatypes.get(datatype).cloned()
    }

    fn parse(
        &self,
        datatype: &str,
        entered: &str,
        language: &str,
    ) -> Result<Result<Value, String>, Stop> {
        let (datatype, calling) = self.datatype(datatype)?;
        calling.calls().parse(datatype, entered, language)
    }

    fn show(&self, datatype: &str, value: &Value, language: &str) -> Result<String, Stop> {
        let (datatype, calling) = self.datatype(datatype)?;
        calling.calls().show(datatype, value, language)
    }
}

/// The answers, with the functions of plugins beside them.
#[derive(Debug)]
struct Seen {
    answers: Shared,
    calls: Arc<Calling>,
}

impl Seen {
    fn call_plugin(&self, function: &str, arguments: Vec<Value>) -> Option<Result<Value, Stop>> {
        let (plugin, known) = self.calls.functions.get(function)?;
        if arguments.len() > known.parameters.len() {
            return Some(Err(too_many(known)));
        }
        let whole = arguments.into_iter().map(|it| whole::whole(&self.answers, it));
        let arguments = match whole.collect::<Result<Vec<_>, _>>() {
            Ok(arguments) => arguments,
            Err(stop) => return Some(Err(stop)),
        };
        Some(self.calls.calls().call(plugin, function, &arguments))
    }
}

fn too_many(function: &PluginFunction) -> Stop {
    let PluginFunction { name, parameters, .. } = function;
    let takes = match parameters.as_slice() {
        [] => "no arguments".to_owned(),
        [one] => format!("one argument, `{one}`"),
        several => format!("at most {} arguments: `{}`", several.len(), several.join("`, `")),
    };
    Stop::bad_call(format!("`{name}` takes {takes}"))
}

impl Answers for Seen {
    fn read(&self, path: &Path) -> Result<Value, Stop> {
        self.answers.read(path)
    }

    fn peek(&self, path: &Path) -> Option<Value> {
        self.answers.peek(path)
    }

    fn class_of(&self, path: &Path) -> Option<String> {
        self.answers.class_of(path)
    }

    fn items(&self, path: &Path) -> Result<Vec<Path>, Stop> {
        self.answers.items(path)
    }

    fn items_so_far(&self, path: &Path) -> Vec<Path> {
        self.answers.items_so_far(path)
    }

    fn entries(&self, path: &Path) -> Result<Vec<(String, Path)>, Stop> {
        self.answers.entries(path)
    }

    fn names(&self) -> Vec<String> {
        self.answers.names()
    }

    fn attributes(&self, path: &Path) -> Vec<String> {
        self.answers.attributes(path)
    }

    fn write(&self, path: &Path, value: Value) -> Result<(), Stop> {
        self.answers.write(path, value)
    }

    fn append(&self, path: &Path, value: Value) -> Result<Path, Stop> {
        self.answers.append(path, value)
    }

    fn remove(&self, path: &Path) -> Result<(), Stop> {
        self.answers.remove(path)
    }

    fn today(&self) -> Date {
        self.answers.today()
    }

    fn now(&self) -> DateTime {
        self.answers.now()
    }

    fn language(&self) -> String {
        self.answers.language()
    }

    fn enter(&self, section: &str) -> Result<(), Stop> {
        self.answers.enter(section)
    }

    fn begin(&self, object: Object) -> Result<Path, Stop> {
        self.answers.begin(object)
    }

    fn session(&self, word: &str) -> Option<Value> {
        self.answers.session(word)
    }

    fn call(&self, function: &str, arguments: Vec<Value>) -> Option<Result<Value, Stop>> {
        self.call_plugin(function, arguments)
    }
}
