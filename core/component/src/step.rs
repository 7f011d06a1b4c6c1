//! Calls of plugins during one step of one person.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use affiant_engine::{Complaint, Custom, Decision, Moment, Notebook};
use affiant_guest::{Fault, FaultKind, FileReference, Path, Stop, Value};
use affiant_plugins::{Agreed, Gate, Known, Mark, Package, Saw, Sighting};
use affiant_runtime::{Calls, Delivered, Delivery, Enclosure, Job, Suggestion, Template};
use affiant_wasm::analytics::Event;
use affiant_wasm::delivery::{Outcome, Parcel};
use affiant_wasm::lookup::Question;
use affiant_wasm::{Evaluation, FaultKind as Failure, Stopped, assembly};
use jiff::civil::Date;

use crate::components::{Inside, Ready};
use crate::decision::{decision, given};
use crate::host::{Behind, Filled, Shared};
use crate::lane::{Busy, Lane};
use crate::pause::Cause;

/// One step of one person: what was decided when it began, and the instances that serve it.
pub(crate) struct Step {
    inside: Arc<Inside>,
    known: Arc<Known>,
    interview: Arc<str>,
    /// The plugins that the person lets do what needs consent.
    lets: Arc<BTreeSet<String>>,
    /// What plugins keep about the session, where its keys are at hand.
    notebook: Option<Notebook>,
    now: i64,
    today: Date,
    running: BTreeMap<String, Serving>,
}

/// A plugin that serves a step.
struct Serving {
    ready: Arc<Ready>,
    evaluation: Evaluation,
    shared: Shared,
}

impl Serving {
    /// Asks something of it: right here if it is quick, else when it is its turn in the slow lane.
    fn ask<T: Send>(
        &mut self,
        (lane, plugin): (&Lane, &str),
        ask: impl FnOnce(&mut Evaluation) -> Result<T, Stopped> + Send,
    ) -> Result<Result<T, Stopped>, Busy> {
        let (pace, evaluation) = (&self.ready.pace, &mut self.evaluation);
        if pace.is_quick() {
            let answered = ask(evaluation);
            pace.note(evaluation.took());
            return Ok(answered);
        }
        self.shared.set_in_lane(true);
        let ran = lane.run(plugin, || ask(evaluation));
        self.shared.set_in_lane(false);
        let (answered, took) = ran?;
        pace.note(took);
        Ok(answered)
    }
}

impl Step {
    /// A step of nobody who was asked for anything, and whose keys are not at hand.
    pub(crate) fn new(inside: Arc<Inside>, interview: &str, today: Date) -> Self {
        let now = inside.parts.world.seconds();
        let known = inside.parts.registry.known();
        let (interview, lets, running) = (interview.into(), Arc::default(), BTreeMap::new());
        Self { inside, known, interview, lets, notebook: None, now, today, running }
    }

    /// A step of somebody who answers.
    pub(crate) fn of(inside: Arc<Inside>, interview: &str, moment: &Moment) -> Self {
        let step = Self::new(inside, interview, moment.today());
        Self { lets: Arc::clone(&moment.lets), notebook: moment.notebook.clone(), ..step }
    }

    /// Begins an evaluation of a plugin that is on here, or says why not.
    fn begin(&self, plugin: &str, agreed: Agreed) -> Result<Serving, Stop> {
        let off = || refused(plugin, "is not switched on for this interview");
        let Some((package, choice)) = self.known.running(plugin, self.now) else {
            return Err(off());
        };
        if !Gate::of(package, choice).is_some_and(|it| it.is_on_in(&self.interview)) {
            return Err(off());
        }
        let decided = self.known.decisions.since(plugin, self.now);
        match self.inside.pauses.paused((plugin, package.version()), self.now, decided) {
            None => {}
            Some(Cause::Failing) => {
                let why = "failed again and again, and is not called for some minutes";
                return Err(refused(plugin, why));
            }
            Some(Cause::Undeclared) => {
                let why = "tried to reach a host that its manifest does not name, and is not \
                           called for some minutes";
                return Err(refused(plugin, why));
            }
        }
        let ready = self.inside.ready(&package.digest);
        let ready = ready.ok_or_else(|| refused(plugin, "is not ready yet"))?;
        let shared = Shared::default();
        let host = Behind {
            inside: Arc::clone(&self.inside),
            package: Arc::clone(package),
            interview: Arc::clone(&self.interview),
            agreed,
            shared: shared.clone(),
            notebook: self.notebook.clone(),
            now: self.now,
            today: self.today,
        };
        let evaluation = ready.evaluation(Box::new(host));
        Ok(Serving { ready, evaluation, shared })
    }

    /// What the person agreed to of what a plugin asks for.
    fn agreed(&self, plugin: &str) -> Agreed {
        if self.lets.contains(plugin) { Agreed::everything() } else { Agreed::default() }
    }

    /// Hands an event to a plugin, which has seen then what its manifest says of events.
    pub(crate) fn learn(&self, plugin: &str, event: &Event, mark: &Mark) {
        // It was switched off meanwhile, or is paused.
        let Ok(mut serving) = self.begin(plugin, Agreed::everything()) else { return };
        serving.shared.raise(mark);
        self.inside.parts.world.seen(Sighting::once(plugin, Saw::Called));
        let running = self.known.running(plugin, self.now);
        let package = running.as_ref().map(|(it, _)| &***it);
        let learned = serving.evaluation.handle(std::slice::from_ref(event));
        self.noted(package, plugin, learned);
    }

    /// Has a plugin erase what others hold of a visit.
    pub(crate) fn erase(&self, plugin: &str, pseudonym: &str, account: Option<&str>) {
        let Ok(mut serving) = self.begin(plugin, Agreed::everything()) else { return };
        self.inside.parts.world.seen(Sighting::once(plugin, Saw::Called));
        let running = self.known.running(plugin, self.now);
        let package = running.as_ref().map(|(it, _)| &***it);
        let erased = serving.evaluation.erase(pseudonym, account);
        self.noted(package, plugin, erased.map(|_| ()));
    }

    /// Notes how something ended that no person waits for.
    fn noted(&self, package: Option<&Package>, plugin: &str, ended: Result<(), Stopped>) {
        match ended {
            Ok(()) => {}
            Err(Stopped::Fault(fault)) => drop(self.failed(package, plugin, &fault.kind)),
            // Nobody is asked for an answer because of it.
            Err(Stopped::Missing(_)) => {
                drop(self.failed(package, plugin, &Failure::Failed(String::new())));
            }
        }
    }

    fn failed(&self, package: Option<&Package>, plugin: &str, kind: &Failure) -> Stop {
        let what = Saw::Failed(word(kind));
        self.inside.parts.world.seen(Sighting::once(plugin, what));
        let version = package.map_or("", |it| it.version());
        tracing::warn!(plugin, version, "a plugin {kind}");
        if is_its_fault(kind) && self.inside.pauses.failed((plugin, version), self.now) {
            tracing::error!(plugin, version, "a plugin failed again and again: it is paused");
            self.inside.parts.world.seen(Sighting::once(plugin, Saw::Paused));
        }
        let message = match kind {
            Failure::RefusedArgument(own) | Failure::Failed(own) => {
                format!("the plugin `{plugin}` {kind}: {own}")
            }
            Failure::Denied(denied) => {
                format!("the plugin `{plugin}` was denied `{}`", denied.capability)
            }
            _ => format!("the plugin `{plugin}` {kind}"),
        };
        Stop::Fault(Box::new(Fault {
            kind: if matches!(kind, Failure::RefusedArgument(_)) {
                FaultKind::BadCall
            } else {
                FaultKind::Other
            },
            message,
            position: None,
            hint: None,
        }))
    }
}

impl Step {
    /// Asks something of a plugin, in the instance that serves it in this step. `carries`: it is
    /// given something of the person's.
    fn asks<T: Send>(
        &mut self,
        plugin: &str,
        carries: bool,
        ask: impl FnOnce(&mut Evaluation) -> Result<T, Stopped> + Send,
    ) -> Result<T, Stop> {
        let mut serving = match self.running.remove(plugin) {
            Some(running) => running,
            // What a plugin does only with consent, it does not do before there is one.
            None => self.begin(plugin, self.agreed(plugin)).inspect_err(|_| {
                let interview = &*self.interview;
                tracing::warn!(plugin, interview, "an interview needs a plugin that is off for it");
            })?,
        };
        // Where the values come from is not followed through interviews: they may be anything.
        if carries {
            serving.shared.raise(&Mark::unclassified());
        }
        self.inside.parts.world.seen(Sighting::once(plugin, Saw::Called));
        let answered = serving.ask((&self.inside.lane, plugin), ask);
        let lacks_consent = serving.shared.lacks_consent();
        // What was stopped is not called again in this step either.
        if !serving.shared.is_stopped() {
            self.running.insert(plugin.to_owned(), serving);
        }
        match answered {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(Stopped::Missing(path))) => Err(Stop::Missing(path)),
            Ok(Err(Stopped::Fault(fault))) if fault.kind == Failure::NoRoom => Err(crowded(plugin)),
            Ok(Err(Stopped::Fault(fault))) => {
                let running = self.known.running(plugin, self.now);
                let package = running.as_ref().map(|(it, _)| &***it);
                let stop = self.failed(package, plugin, &fault.kind);
                // Whatever the plugin says of it, that is why it says so.
                let says_so = matches!(fault.kind, Failure::Denied(_) | Failure::Failed(_));
                Err(if lacks_consent && says_so { not_agreed(plugin) } else { stop })
            }
            Err(Busy) => Err(crowded(plugin)),
        }
    }
}

impl Step {
    /// Asks something of a plugin that fills a template, which sees of it and of answers what is given.
    fn fills<T: Send>(
        &mut self,
        plugin: &str,
        template: &Template,
        values: Vec<(Path, Value)>,
        ask: impl FnOnce(&mut Evaluation) -> Result<T, Stopped> + Send,
    ) -> Result<T, Stop> {
        let shared = self.shared_with(plugin)?;
        shared.fill(Some(Filled { template: template.clone(), values }));
        let asked = self.asks(plugin, false, ask);
        shared.fill(None);
        asked
    }

    /// What is shared with the instance of a plugin in this step, which begins if it did not yet.
    fn shared_with(&mut self, plugin: &str) -> Result<Shared, Stop> {
        if let Some(serving) = self.running.get(plugin) {
            return Ok(serving.shared.clone());
        }
        let serving = self.begin(plugin, self.agreed(plugin))?;
        let shared = serving.shared.clone();
        self.running.insert(plugin.to_owned(), serving);
        Ok(shared)
    }
}

/// Largest document that is taken of a plugin, in bytes.
pub(crate) const LARGEST_DOCUMENT: usize = 16 << 20;

/// What is wrong with a document that was to be of a media type.
pub(crate) fn unfit(media_type: &str, content: &[u8]) -> Option<&'static str> {
    if content.len() > LARGEST_DOCUMENT {
        Some("the document is larger than 16 MiB")
    } else if is_of(media_type, content) {
        None
    } else {
        Some("the document is not of the format that it is said to be")
    }
}

/// Whether bytes can be of a media type: by how they begin, or by being text.
fn is_of(media_type: &str, bytes: &[u8]) -> bool {
    match media_type {
        "application/pdf" => bytes.starts_with(b"%PDF-"),
        "application/rtf" => bytes.starts_with(b"{\\rtf"),
        it if it.starts_with("application/vnd.") => bytes.starts_with(b"PK"),
        _ => std::str::from_utf8(bytes).is_ok(),
    }
}

impl Calls for Step {
    fn call(&mut self, plugin: &str, function: &str, arguments: &[Value]) -> Result<Value, Stop> {
        self.asks(plugin, !arguments.is_empty(), |it| it.call(function, arguments))
    }

    fn next(
        &mut self,
        plugin: &str,
        answers: &[(Path, Value)],
        language: &str,
    ) -> Result<Decision, Stop> {
        let given = given(answers);
        let step = self.asks(plugin, !given.is_empty(), |it| it.next_step(&given, language))?;
        Ok(decision(step))
    }

    fn complaints(
        &mut self,
        plugin: &str,
        screen: &str,
        answers: &[(Path, Value)],
        language: &str,
    ) -> Result<Vec<Complaint>, Stop> {
        let given = given(answers);
        let found = self.asks(plugin, true, |it| it.validate(screen, &given, language))?;
        let found = found.into_iter();
        Ok(found.map(|it| Complaint { variable: it.variable, message: it.message }).collect())
    }

    fn parse(
        &mut self,
        datatype: &Custom,
        entered: &str,
        language: &str,
    ) -> Result<Result<Value, String>, Stop> {
        let Custom { plugin, name, .. } = datatype;
        self.asks(plugin, true, |it| it.parse(name, entered, language))
    }

    fn show(&mut self, datatype: &Custom, value: &Value, language: &str) -> Result<String, Stop> {
        let Custom { plugin, name, .. } = datatype;
        self.asks(plugin, true, |it| it.show(name, value, language))
    }

    fn suggest(
        &mut self,
        plugin: &str,
        source: &str,
        typed: &str,
        language: &str,
        most: u32,
    ) -> Result<Vec<Suggestion>, Stop> {
        let (source, typed, language) = (source.to_owned(), typed.to_owned(), language.to_owned());
        let question = Question { source, typed, language, most };
        let found = self.asks(plugin, true, |it| it.suggest(&question))?.into_iter();
        Ok(found.map(|it| Suggestion { label: it.label, value: it.value }).collect())
    }

    fn variables(&mut self, plugin: &str, template: &Template) -> Result<Vec<Path>, Stop> {
        self.fills(plugin, template, Vec::new(), |it| it.variables(&template.name))
    }

    fn assemble(&mut self, plugin: &str, job: &Job) -> Result<Vec<u8>, Stop> {
        let wanted = assembly::Job {
            template: job.template.name.clone(),
            media_type: job.media_type.to_owned(),
            language: job.language.clone(),
        };
        let make = |it: &mut Evaluation| it.assemble(&wanted);
        let made = self.fills(plugin, &job.template, job.values.clone(), make)?;
        let Some(wrong) = unfit(job.media_type, &made.content) else { return Ok(made.content) };
        let running = self.known.running(plugin, self.now);
        let package = running.as_ref().map(|(it, _)| &***it);
        Err(self.failed(package, plugin, &Failure::BadValue(wrong)))
    }

    fn deliver(&mut self, plugin: &str, delivery: &Delivery) -> Result<Delivered, Stop> {
        let file = |(at, it): (usize, &Enclosure)| FileReference {
            id: at.to_string(),
            name: it.name.clone(),
            media_type: it.media_type.clone(),
            length: u64::try_from(it.content.len()).unwrap_or(u64::MAX),
        };
        let parcel = Parcel {
            id: delivery.id.clone(),
            to: delivery.to.clone(),
            details: delivery.details.clone(),
            files: delivery.files.iter().enumerate().map(file).collect(),
        };
        let shared = self.shared_with(plugin)?;
        shared.enclose(delivery.files.iter().map(|it| Arc::clone(&it.content)).collect());
        let outcome = self.asks(plugin, true, |it| it.deliver(&parcel));
        shared.enclose(Vec::new());
        Ok(match outcome? {
            Outcome::Delivered(number) => Delivered::Arrived(number),
            Outcome::Later(seconds) => Delivered::Later(seconds),
            Outcome::Refused(why) => Delivered::Refused(why),
        })
    }
}

/// The plugin cannot do it before the person agrees, whom the pages ask.
fn not_agreed(plugin: &str) -> Stop {
    Stop::Fault(Box::new(Fault {
        kind: FaultKind::NotAgreed,
        message: format!("the plugin `{plugin}` does this only for people who agree"),
        position: None,
        hint: Some("catch it with `try` to go on without, or leave the page to ask".to_owned()),
    }))
}

/// Gives a step up because too many plugins work at once.
fn crowded(plugin: &str) -> Stop {
    tracing::warn!(plugin, "a step found no turn for a plugin in time, and was given up");
    busy(plugin)
}

/// Too many plugins work at once. Nothing of the step is kept, so it can be taken again.
fn busy(plugin: &str) -> Stop {
    Stop::Fault(Box::new(Fault {
        kind: FaultKind::Busy,
        message: format!("the plugin `{plugin}` had no turn in time"),
        position: None,
        hint: Some("plugins that work for long wait for each other; try again".to_owned()),
    }))
}

fn refused(plugin: &str, why: &str) -> Stop {
    Stop::Fault(Box::new(Fault {
        kind: FaultKind::Off,
        message: format!("the plugin `{plugin}` {why}"),
        position: None,
        hint: Some("an administrator sees what it does on the page Plugins".to_owned()),
    }))
}

/// Whether the plugin is to blame, and not whoever called it.
fn is_its_fault(kind: &Failure) -> bool {
    !matches!(
        kind,
        Failure::RefusedArgument(_)
            | Failure::BadArgument(_)
            | Failure::Denied(_)
            | Failure::NoRoom
            | Failure::FailedBefore
    )
}

/// A failure as it is counted: a word of ours, whatever the plugin said.
fn word(kind: &Failure) -> &'static str {
    match kind {
        Failure::OutOfFuel => "out-of-fuel",
        Failure::OutOfTime => "out-of-time",
        Failure::OutOfMemory => "out-of-memory",
        Failure::OutOfStack => "out-of-stack",
        Failure::OverHostLimit => "over-host-limit",
        Failure::Trapped => "broke-off",
        Failure::BadValue(_) => "bad-value",
        Failure::BadArgument(_) => "bad-argument",
        Failure::RefusedArgument(_) => "refused-argument",
        Failure::Denied(_) => "denied",
        Failure::Failed(_) => "failed",
        Failure::NoRoom => "no-room",
        Failure::FailedBefore => "failed-before",
        _ => "other",
    }
}
