//! What plugins deliver: what it is, and what became of it.
//!
//! The engine delivers nothing. A step that asks for a delivery leaves a parcel in the state; whoever
//! runs the engine sends it once the step is stored, keeps what became of it apart from the steps, so
//! that going back sends nothing twice, and tells the state again and again.

use affiant_diagnostic::Diagnostic;
use affiant_guest::{Answers, FileReference, Object, Path, Value};
use affiant_interview::{BlockKind, Delivery};
use indexmap::IndexMap;

use crate::change::Change;
use crate::document::{as_object, from_object};
use crate::goal::{Halt, Run};
use crate::host::{Host, Moment};
use crate::program::Program;
use crate::screen::ScreenDocument;
use crate::state::State;
use crate::world::{Bindings, World};

/// Most files of one parcel.
const MAX_FILES: usize = 50;

/// The class of what a variable of a delivery holds.
const CLASS: &str = "Delivery";

/// Something that is to be delivered, or was.
#[derive(Clone, Debug, PartialEq)]
pub struct Parcel {
    /// The variable that tells what became of it.
    pub path: Path,
    /// The plugin that delivers it.
    pub plugin: String,
    /// Where to.
    pub to: String,
    /// What is told beside the files, by name.
    pub details: Vec<(String, Value)>,
    /// What is enclosed.
    pub files: Vec<Enclosed>,
}

/// One thing that is enclosed.
#[derive(Clone, Debug, PartialEq)]
pub enum Enclosed {
    /// A document, which is made when it is sent.
    Document(Box<ScreenDocument>),
    /// A file that was sent in.
    File(FileReference),
}

/// What became of a parcel, as the variable of its delivery tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    /// `waiting`, `later`, `delivered` or `refused`.
    pub status: &'static str,
    /// The other side's number for it, once it is delivered.
    pub number: String,
    /// Why it was refused, for people.
    pub reason: String,
}

impl Program {
    /// The parcels of a state, whatever became of them.
    pub fn parcels(&self, state: &State) -> Vec<Parcel> {
        let deliveries = self.interview.blocks.iter().filter_map(|it| match &it.kind {
            BlockKind::Delivery(delivery) => Some(&**delivery),
            _ => None,
        });
        deliveries.filter_map(|it| parcel(state, it)).collect()
    }

    /// Tells a state what became of its parcels. Returns the changes, to be stored before those of the
    /// next step; what was made of the news before is made anew.
    pub fn settle(
        &self,
        host: &dyn Host,
        state: State,
        fates: &[(Path, Fate)],
        moment: &Moment,
    ) -> (State, Vec<Change>) {
        let world = World::new(state, moment.clone(), self);
        let mut run = Run::new(self, host, &world);
        for (path, fate) in fates {
            let Fate { status, number, reason } = fate;
            let told =
                [("status", *status), ("number", number.as_str()), ("reason", reason.as_str())];
            for (name, text) in told {
                run.tell(&path.attribute(name), Value::text(text));
            }
            run.tell(&path.attribute("is_delivered"), Value::Bool(*status == "delivered"));
        }
        drop(run);
        World::finish(world)
    }
}

impl Run<'_> {
    pub(crate) fn tell(&mut self, path: &Path, value: Value) {
        if self.world.look(path, |it| it != Some(&value)) {
            self.world.apply(Change::Put { path: path.clone(), value });
            self.touch(path, None);
        }
    }

    /// Puts a parcel into the variable of its delivery.
    pub(crate) fn make_parcel(
        &mut self,
        delivery: &Delivery,
        bindings: &Bindings,
    ) -> Result<(), Halt> {
        self.bind(bindings);
        let to = self.render(delivery.to)?.trim().to_owned();
        let mut files = Vec::new();
        if let Some(code) = delivery.files {
            let value = self.evaluate(code)?;
            self.enclose(delivery, &value, &mut files)?;
        }
        let mut details = IndexMap::new();
        for (name, code) in &delivery.details {
            let value = self.evaluate(*code)?;
            let whole = self.host.whole(value, &self.shared).map_err(|it| self.halt_here(it))?;
            details.insert(name.clone(), whole);
        }
        let mut object = Object::new(CLASS);
        let mut set = |name: &str, value: Value| object.attributes.insert(name.to_owned(), value);
        set("to", Value::Text(to));
        set("files", Value::List(files));
        set("details", Value::Dict(details));
        set("status", Value::text("waiting"));
        set("is_delivered", Value::Bool(false));
        set("number", Value::text(""));
        set("reason", Value::text(""));
        self.put(&delivery.target, bindings, Value::Object(Box::new(object)))
    }

    /// Documents and files of a value, as they are at this moment.
    fn enclose(
        &mut self,
        delivery: &Delivery,
        value: &Value,
        found: &mut Vec<Value>,
    ) -> Result<(), Halt> {
        match value {
            Value::File(_) => found.push(value.clone()),
            Value::List(all) => {
                for value in all {
                    self.enclose(delivery, value, found)?;
                }
            }
            Value::Alias(path) => {
                if let Some(document) = self.world.look(path, from_object) {
                    found.push(as_object(&document));
                    return Ok(());
                }
                let items = Answers::items(&*self.world, path).map_err(|it| self.halt_here(it))?;
                for item in items {
                    let value = Answers::read(&*self.world, &item);
                    let value = value.map_err(|it| self.halt_here(it))?;
                    self.enclose(delivery, &value, found)?;
                }
            }
            Value::Object(_) => found.extend(from_object(Some(value)).map(|it| as_object(&it))),
            Value::Null | Value::Empty => {}
            _ => {
                let what = "`files` holds what is neither a document nor a file";
                return Err(not_enclosed(delivery, what));
            }
        }
        if found.len() > MAX_FILES {
            let what = format!("a delivery must not have more than {MAX_FILES} files");
            return Err(not_enclosed(delivery, &what));
        }
        Ok(())
    }
}

fn not_enclosed(delivery: &Delivery, what: &str) -> Halt {
    let diagnostic = Diagnostic::error("bad-delivery", delivery.span, what);
    Halt::Fault(Box::new(diagnostic.hint("name the variables of documents, or of uploads")))
}

fn parcel(state: &State, delivery: &Delivery) -> Option<Parcel> {
    let path = Path::parse(&delivery.target.to_string()).ok()?;
    let Some(Value::Object(object)) = state.look(&path.to_string()) else { return None };
    let part = |name: &str| object.attributes.get(name);
    let (Some(Value::Text(to)), Some(Value::List(files)), Some(Value::Dict(details))) =
        (part("to"), part("files"), part("details"))
    else {
        return None;
    };
    if object.class != CLASS {
        return None;
    }
    let file = |it: &Value| match it {
        Value::File(file) => Some(Enclosed::File(file.clone())),
        other => Some(Enclosed::Document(Box::new(from_object(Some(other))?))),
    };
    Some(Parcel {
        path,
        plugin: delivery.plugin.clone(),
        to: to.clone(),
        details: details.iter().map(|(name, it)| (name.clone(), it.clone())).collect(),
        files: files.iter().filter_map(file).collect(),
    })
}
