//! Calls of every export of a component, as interviews would call them and as they never would.

use affiant_guest::{FileReference, Object, Path, Value};
use affiant_manifest::Origin;
use affiant_wasm::analytics::{Event, Occasion};
use affiant_wasm::assembly::Job;
use affiant_wasm::delivery::Parcel;
use affiant_wasm::logic::{Answer, Datatype, Screen, Step};
use affiant_wasm::lookup::Question;
use affiant_wasm::{Evaluation, FaultKind, Kind, Limits, Plugin, Stopped};
use jiff::civil::{date, time};

use crate::recorder::Recorder;

/// Most screens of an interview that are walked through.
const MOST_SCREENS: usize = 50;

/// One call that was made, and how it ended.
#[derive(Clone, Debug)]
pub(crate) struct Called {
    /// What was called, for people.
    pub(crate) what: String,
    /// What it returned, as text that can be searched.
    pub(crate) returned: String,
    /// What went wrong, if it is more than the component saying that it cannot.
    pub(crate) fault: Option<String>,
}

/// Calls everything that there is, each in an evaluation of its own.
pub(crate) fn all(plugin: &Plugin, host: &Recorder, limits: Limits) -> Vec<Called> {
    let mut calls = Calls { plugin, host, limits, made: Vec::new() };
    match plugin.kind() {
        Kind::Functions => calls.functions(),
        Kind::Logic => calls.logic(),
        Kind::Field => calls.field(),
        Kind::Analytics => calls.analytics(),
        Kind::Lookup => calls.lookup(),
        Kind::Delivery => calls.delivery(),
        Kind::Assembly => calls.assembly(),
    }
    calls.made
}

struct Calls<'a> {
    plugin: &'a Plugin,
    host: &'a Recorder,
    limits: Limits,
    made: Vec<Called>,
}

impl Calls<'_> {
    /// Makes a call, and returns what it returned.
    fn call<T: std::fmt::Debug, E: Into<Stopped>>(
        &mut self,
        what: impl Into<String>,
        call: impl FnOnce(&mut Evaluation) -> Result<T, E>,
    ) -> Option<T> {
        let mut evaluation = self.plugin.evaluation(Box::new(self.host.clone()), self.limits);
        let ended = call(&mut evaluation).map_err(Into::into);
        let (returned, fault) = match &ended {
            Ok(it) => (format!("{it:?}"), None),
            Err(it) => (format!("{it:?}"), fault(it)),
        };
        self.made.push(Called { what: what.into(), returned, fault });
        ended.ok()
    }

    fn word(&self, origin: Origin) -> String {
        self.host.plan.canary(origin).word
    }

    fn functions(&mut self) {
        let described = self.call("describe", Evaluation::describe).unwrap_or_default();
        let word = self.word(Origin::Answers);
        for function in described {
            let count = function.parameters.len();
            for value in values(&word) {
                let what = format!("{} with {}", function.name, value.kind());
                let arguments = vec![value; count];
                self.call(what, |it| it.call(&function.name, &arguments));
            }
            for count in [0, count + 1, 40] {
                let arguments = vec![Value::text(&word); count];
                let what = format!("{} with {count} arguments", function.name);
                self.call(what, |it| it.call(&function.name, &arguments));
            }
        }
        self.call("a function that there is none of", |it| it.call("no such function", &[]));
    }

    /// Walks through the interview, answering whatever is asked.
    fn logic(&mut self) {
        let word = self.word(Origin::Answers);
        let mut given: Vec<Answer> = Vec::new();
        for _ in 0..MOST_SCREENS {
            let what = format!("next after {} answers", given.len());
            let Some(Step::Ask(screen)) = self.call(what, |it| it.next_step(&given, "en")) else {
                break;
            };
            let answers = answered(&screen, &word);
            if answers.is_empty() {
                break;
            }
            let what = format!("validate of {}", screen.id);
            self.call(what, |it| it.validate(&screen.id, &answers, "en"));
            given.extend(answers);
        }
        for value in values(&word) {
            let what = format!("next with {} everywhere", value.kind());
            let strange: Vec<Answer> =
                given.iter().map(|it| Answer { value: value.clone(), ..it.clone() }).collect();
            self.call(what, |it| it.next_step(&strange, "xx"));
        }
    }

    fn field(&mut self) {
        let word = self.word(Origin::Answers);
        let types = self.call("describe", Evaluation::datatypes).unwrap_or_default();
        for datatype in types {
            let name = datatype.name;
            let entered = [datatype.example.unwrap_or_default(), word.clone(), String::new()];
            for entered in entered.into_iter().chain(texts(&word)) {
                let what = format!("parse of {name}");
                let parsed = self.call(what, |it| it.parse(&name, &entered, "en"));
                if let Some(Ok(value)) = parsed {
                    self.call(format!("show of {name}"), |it| it.show(&name, &value, "de"));
                }
            }
            for value in values(&word) {
                let what = format!("show of {name} with {}", value.kind());
                self.call(what, |it| it.show(&name, &value, "en"));
            }
        }
    }

    fn analytics(&mut self) {
        let account = self.host.plan.rules.spoken_of.contains(&Origin::Account);
        let account = account.then(|| self.word(Origin::Account));
        let pseudonym = self.word(Origin::Event);
        let event = |occasion, screen: Option<&str>, time| Event {
            occasion,
            interview: "letter".to_owned(),
            screen: screen.map(str::to_owned),
            details: vec![("topic".to_owned(), "rent".to_owned())],
            time,
            pseudonym: pseudonym.clone(),
            account: account.clone(),
        };
        let events = [
            event(Occasion::InterviewStarted, None, 1_800_000_000_000),
            event(Occasion::ScreenShown, Some("your landlord"), 1_800_000_001_000),
            event(Occasion::ScreenShown, None, 0),
            event(Occasion::InterviewFinished, Some("Zoë \u{1f600} \0"), u64::MAX),
        ];
        for one in &events {
            self.call(format!("handle of {:?}", one.occasion), |it| {
                it.handle(std::slice::from_ref(one))
            });
        }
        self.call("handle of many events", |it| it.handle(&events));
        self.call("handle of nothing", |it| it.handle(&[]));
        self.call("erase of a visit", |it| it.erase(&pseudonym, None));
        self.call("erase of an account", |it| it.erase(&pseudonym, Some("7")));
    }

    fn lookup(&mut self) {
        let word = self.word(Origin::Answers);
        let mut sources = self.call("sources", Evaluation::sources).unwrap_or_default();
        sources.push("no such list".to_owned());
        for source in sources {
            for typed in [word.clone(), "a".to_owned()].into_iter().chain(texts(&word)) {
                for most in [0, 1, 10] {
                    let (source, language) = (source.clone(), "en".to_owned());
                    let question = Question { source, typed: typed.clone(), language, most };
                    self.call(format!("suggest from {}", question.source), |it| {
                        it.suggest(&question)
                    });
                }
            }
        }
    }

    fn delivery(&mut self) {
        let word = self.word(Origin::Answers);
        let file = |id: &str| FileReference {
            id: id.to_owned(),
            name: format!("{id}.pdf"),
            media_type: "application/pdf".to_owned(),
            length: 16,
        };
        let details: Vec<(String, Value)> = values(&word)
            .into_iter()
            .enumerate()
            .map(|(place, it)| (format!("detail {place}"), it))
            .collect();
        for (what, details, files) in [
            ("a parcel", details, vec![file("one"), file("two")]),
            ("a parcel without files", Vec::new(), Vec::new()),
        ] {
            let parcel =
                Parcel { id: "parcel-1".to_owned(), to: "court".to_owned(), details, files };
            self.call(format!("deliver of {what}"), |it| it.deliver(&parcel));
        }
    }

    fn assembly(&mut self) {
        let templates = self.call("templates", Evaluation::templates).unwrap_or_default();
        self.call("variables", |it| it.variables("letter"));
        let kinds = templates.into_iter().chain(["application/pdf".to_owned()]);
        for media_type in kinds {
            let (template, language) = ("letter".to_owned(), "en".to_owned());
            let job = Job { template, media_type, language };
            self.call(format!("assemble as {}", job.media_type), |it| it.assemble(&job));
        }
    }
}

/// What went wrong, if it is more than the component saying that it cannot.
fn fault(stopped: &Stopped) -> Option<String> {
    match stopped {
        Stopped::Missing(_) => None,
        Stopped::Fault(it) => match &it.kind {
            FaultKind::RefusedArgument(_) | FaultKind::Denied(_) | FaultKind::Failed(_) => None,
            other => Some(other.to_string()),
        },
    }
}

/// One value of each kind, with the word in those that can hold one.
fn values(word: &str) -> Vec<Value> {
    let mut person = Object::new("Individual");
    person.attributes.insert("name".to_owned(), Value::text(word));
    let mut values: Vec<Value> = texts(word).into_iter().map(Value::Text).collect();
    values.extend([
        Value::text(word),
        Value::Null,
        Value::Bool(true),
        Value::Int(0),
        Value::Int(i64::MIN),
        Value::Float(f64::MAX),
        Value::Date(date(2024, 2, 29)),
        Value::Time(time(23, 59, 59, 0)),
        Value::DateTime(date(1970, 1, 1).at(0, 0, 0, 0)),
        Value::List(vec![Value::text(word), Value::Int(1)]),
        Value::Dict([(word.to_owned(), Value::text(word))].into_iter().collect()),
        Value::Object(Box::new(person)),
    ]);
    values
}

/// Texts that nobody types.
fn texts(word: &str) -> Vec<String> {
    vec![String::new(), format!("Zoë \u{1f600} \0 {word}"), word.repeat(4_000)]
}

/// An answer to each field of a screen.
fn answered(screen: &Screen, word: &str) -> Vec<Answer> {
    let answers = screen.fields.iter().map(|field| {
        let chosen = field.choices.first().map_or(Value::Null, |it| it.value.clone());
        let value = match field.datatype {
            Datatype::Text | Datatype::Area => Value::text(word),
            Datatype::Email => Value::text(format!("{word}@example.org")),
            Datatype::Whole | Datatype::Number | Datatype::Currency => Value::Int(7),
            Datatype::Date => Value::Date(date(2024, 2, 29)),
            Datatype::Time => Value::Time(time(12, 0, 0, 0)),
            Datatype::Moment => Value::DateTime(date(2024, 2, 29).at(12, 0, 0, 0)),
            Datatype::YesNo => Value::Bool(true),
            Datatype::Choice => chosen,
            Datatype::Choices => Value::List(vec![chosen]),
            Datatype::File => Value::Null,
        };
        Answer { variable: Path::clone(&field.variable), value }
    });
    answers.collect()
}
