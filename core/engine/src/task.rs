//! What goes on beside the interview: actions in the background, and mails.
//!
//! The engine runs and sends nothing of it. A code block that begins something leaves it in the state;
//! whoever runs the engine gives it an id, does it once the step is stored, keeps what became of it
//! apart from the steps, so that going back does nothing twice, and tells the state again and again.

use std::collections::BTreeMap;

use affiant_diagnostic::Diagnostic;
use affiant_guest::{FaultKind, Object, Path, Stop, Value};

use crate::advance::{Outcome, Step, finish};
use crate::change::Change;
use crate::deliver::Enclosed;
use crate::document::from_object;
use crate::goal::Run;
use crate::host::{Host, Moment};
use crate::program::Program;
use crate::state::State;
use crate::world::World;

/// Most that a session may have begun.
pub const MOST_TASKS: usize = 100;

/// What the names begin with under which tasks stand: no author's variable begins so.
const PLACE: &str = "_task";

/// The class of actions in the background.
const TASK: &str = "Task";

/// The class of mails.
const MAIL: &str = "Mail";

/// Something that was begun.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Where it stands, and where it is told what became of it.
    pub path: Path,
    /// The id that its host gave it; empty while it has none.
    pub id: String,
    /// What is to be done.
    pub work: Work,
}

/// What is to be done of a task.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    /// An action of the interview is to be run, with its arguments by name.
    Action(String, BTreeMap<String, Value>),
    /// A mail is to be sent.
    Mail(Box<Email>),
}

/// A mail as an interview wrote it.
#[derive(Clone, Debug, PartialEq)]
pub struct Email {
    /// Addresses, as they were typed.
    pub to: Vec<String>,
    /// Addresses of those who get a copy.
    pub cc: Vec<String>,
    /// Addresses of those who get a copy that the others do not hear of.
    pub bcc: Vec<String>,
    /// Where answers go.
    pub reply_to: Vec<String>,
    /// One line.
    pub subject: String,
    /// Plain text, or Markdown if it is [`Value::Markup`].
    pub text: Value,
    /// What is enclosed.
    pub files: Vec<Enclosed>,
}

/// What became of a task.
#[derive(Clone, Debug, PartialEq)]
pub struct News {
    /// `waiting`, `later`, `ready`, `sent` or `failed`.
    pub status: &'static str,
    /// Why it failed, in a word.
    pub reason: String,
    /// What the action ended with, once it has.
    pub result: Option<Value>,
}

/// Whether a name is one under which a task stands.
pub(crate) fn is_place(name: &str) -> bool {
    name.strip_prefix(PLACE).is_some_and(|it| it.bytes().all(|it| it.is_ascii_digit()))
}

fn places() -> impl Iterator<Item = Path> {
    (0..MOST_TASKS).map(|it| Path::root_of(&format!("{PLACE}{it}")))
}

/// Where an object may stand that begins now.
pub(crate) fn place(world: &World, object: &Object) -> Result<Path, Stop> {
    if !world.inner().may_begin {
        let what = if object.class == MAIL { "send_email" } else { "background_action" };
        return Err(Stop::bad_call(format!(
            "`{what}` is called where nothing can begin: call it in a code block"
        )));
    }
    if world.moment().in_background && object.class == TASK {
        return Err(Stop::bad_call(
            "an action in the background begins no other one: end it with `background_response_action`",
        ));
    }
    places().find(|it| !world.is_known(it)).ok_or_else(|| {
        let told = format!("an interview begins at most {MOST_TASKS} tasks and mails");
        Stop::fault(FaultKind::OverBudget, told)
    })
}

impl Program {
    /// What was begun in a state, whatever became of it.
    pub fn tasks(&self, state: &State) -> Vec<Task> {
        places().filter_map(|it| task(state, it)).collect()
    }

    /// Gives tasks of a state their ids. Returns the changes, to be stored with the step that began
    /// them.
    pub fn name_tasks(&self, mut state: State, ids: &[(Path, String)]) -> (State, Vec<Change>) {
        let named = ids
            .iter()
            .map(|(path, id)| Change::Put { path: path.attribute("id"), value: Value::text(id) });
        let changes: Vec<Change> = named.collect();
        state.apply(&changes);
        (state, changes)
    }

    /// Tells a state what became of its tasks. Returns the changes, to be stored before those of the
    /// next step; what was made of the news before is made anew. An action that another one ended with
    /// runs now, so that its changes are kept; if it fails, so does its task.
    pub fn hear(
        &self,
        host: &dyn Host,
        mut state: State,
        news: &[(Path, News)],
        moment: &Moment,
    ) -> (State, Vec<Change>) {
        let mut changes = Vec::new();
        for (path, news) in news {
            let before = state.look(&path.attribute("status").to_string());
            if before == Some(&Value::text(news.status)) {
                continue;
            }
            let next = news.result.as_ref().and_then(next_action);
            let (told, made) = self.tell_task(host, state, path, news, moment);
            state = told;
            changes.extend(made);
            let Some((name, arguments)) = next else { continue };
            let outcome = self.act(host, state.clone(), &name, arguments, moment);
            let (told, made) = match outcome {
                Outcome { step: Step::Fault(_), .. } => {
                    let news = News { status: "failed", reason: "fault".to_owned(), result: None };
                    self.tell_task(host, state, path, &news, moment)
                }
                Outcome { state, changes, .. } => (state, changes),
            };
            state = told;
            changes.extend(made);
        }
        (state, changes)
    }

    fn tell_task(
        &self,
        host: &dyn Host,
        state: State,
        path: &Path,
        news: &News,
        moment: &Moment,
    ) -> (State, Vec<Change>) {
        let world = World::new(state, moment.clone(), self);
        let mut run = Run::new(self, host, &world);
        run.tell(&path.attribute("status"), Value::text(news.status));
        run.tell(&path.attribute("reason"), Value::text(&news.reason));
        let result = news.result.as_ref().filter(|it| next_action(it).is_none());
        if let Some(result) = result {
            run.tell(&path.attribute("result"), result.clone());
        }
        drop(run);
        World::finish(world)
    }

    /// Runs an action in the background: what it ended with, and the mails that it began. The action
    /// must end by itself, since nobody is there who could answer.
    pub fn run_apart(
        &self,
        host: &dyn Host,
        state: State,
        (name, arguments): (&str, BTreeMap<String, Value>),
        moment: &Moment,
    ) -> Result<(Value, Vec<Email>), NoEnd> {
        let moment = Moment { in_background: true, ..moment.clone() };
        let world = World::new(state, moment, self);
        let mut run = Run::new(self, host, &world);
        run.ends_with_action = Some(world.inner().store.state.pending.len());
        let pending = self.pending_of(name, arguments);
        run.change_pending(|all| all.insert(0, pending));
        let ending = run.run();
        drop(run);
        let begun = std::mem::take(&mut world.inner().begun);
        match finish(world, ending).step {
            Step::Response(value) => Ok((value, begun.iter().filter_map(email).collect())),
            Step::Fault(found) => Err(NoEnd::Fault(found)),
            Step::Screen(_) | Step::Command(_) => Err(NoEnd::Asks),
        }
    }
}

/// Why an action in the background came to no end.
#[derive(Clone, Debug, PartialEq)]
pub enum NoEnd {
    /// It needs an answer that nobody gave yet, or wants to show something.
    Asks,
    /// The interview is faulty.
    Fault(Vec<Diagnostic>),
}

/// The action that another one ended with, by `background_response_action`.
fn next_action(result: &Value) -> Option<(String, BTreeMap<String, Value>)> {
    let Value::Object(object) = result else { return None };
    match (
        object.class.as_str(),
        object.attributes.get("action"),
        object.attributes.get("arguments"),
    ) {
        ("Action", Some(Value::Text(name)), Some(Value::Dict(arguments))) => {
            Some((name.clone(), named(arguments)))
        }
        _ => None,
    }
}

fn named(arguments: &indexmap::IndexMap<String, Value>) -> BTreeMap<String, Value> {
    arguments.iter().map(|(name, it)| (name.clone(), it.clone())).collect()
}

fn task(state: &State, path: Path) -> Option<Task> {
    let Some(Value::Object(object)) = state.look(&path.to_string()) else { return None };
    let part = |name: &str| object.attributes.get(name);
    let id = match part("id") {
        Some(Value::Text(id)) => id.clone(),
        _ => String::new(),
    };
    let work = match object.class.as_str() {
        TASK => match (part("action"), part("arguments")) {
            (Some(Value::Text(name)), Some(Value::Dict(arguments))) => {
                Work::Action(name.clone(), named(arguments))
            }
            _ => return None,
        },
        MAIL => Work::Mail(Box::new(email(object)?)),
        _ => return None,
    };
    Some(Task { path, id, work })
}

fn email(object: &Object) -> Option<Email> {
    let all = |name: &str| match object.attributes.get(name) {
        Some(Value::List(all)) => all.as_slice(),
        _ => &[],
    };
    let addresses = |name: &str| {
        let texts = all(name).iter().filter_map(|it| match it {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        });
        texts.collect()
    };
    let file = |it: &Value| match it {
        Value::File(file) => Some(Enclosed::File(file.clone())),
        other => Some(Enclosed::Document(Box::new(from_object(Some(other))?))),
    };
    let Some(Value::Text(subject)) = object.attributes.get("subject") else { return None };
    Some(Email {
        to: addresses("to"),
        cc: addresses("cc"),
        bcc: addresses("bcc"),
        reply_to: addresses("reply_to"),
        subject: subject.clone(),
        text: object.attributes.get("text")?.clone(),
        files: all("files").iter().filter_map(file).collect(),
    })
}
