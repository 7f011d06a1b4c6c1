//! The engine's one door to the world.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use affiant_guest::{FaultKind, Path, Shared, Stop, Value};
use affiant_interview::{CodeId, Pattern, TextId};
use jiff::civil::{Date, DateTime};

use crate::custom::Custom;
use crate::decide::{Complaint, Decision};
use crate::notebook::Notebook;

/// What the engine asks of whoever runs it.
///
/// Every call gets the answers through [`Shared`]; what it reads there is recorded, and what it
/// writes counts only if the call ends well.
pub trait Host {
    /// The value of an expression.
    fn evaluate(&self, code: CodeId, answers: &Shared) -> Result<Value, Stop>;

    /// Runs a script to its end.
    fn run(&self, code: CodeId, answers: &Shared) -> Result<(), Stop>;

    /// A text with its tags filled in.
    fn render(&self, text: TextId, answers: &Shared) -> Result<String, Stop>;

    /// What a plugin that decides a block asks next, after the answers to its screens in the order
    /// of these. The same answers give the same decision. The language is a BCP 47 tag.
    ///
    /// Fails with a fault that names the plugin where it is not there.
    fn next(
        &self,
        plugin: &str,
        _answers: &[(Path, Value)],
        _language: &str,
    ) -> Result<Decision, Stop> {
        Err(no_plugin(plugin))
    }

    /// What such a plugin has against the answers to one of its screens, named by its id, before
    /// they are taken.
    fn complaints(
        &self,
        plugin: &str,
        _screen: &str,
        _answers: &[(Path, Value)],
        _language: &str,
    ) -> Result<Vec<Complaint>, Stop> {
        Err(no_plugin(plugin))
    }

    /// The answers that a template names, as the plugin reads it that makes documents of it.
    ///
    /// Fails with [`Stop::Missing`] for one that is not known, and with a fault that names the plugin
    /// where it is not there.
    fn named(
        &self,
        plugin: &str,
        _template: &str,
        _answers: &Shared,
    ) -> Result<Vec<(Path, Value)>, Stop> {
        Err(no_plugin(plugin))
    }

    /// A value without a reference in it: what an object holds in place of where it stands.
    fn whole(&self, value: Value, _answers: &Shared) -> Result<Value, Stop> {
        Ok(value)
    }

    /// A datatype that a plugin of the interview has.
    fn custom(&self, _datatype: &str) -> Option<Custom> {
        None
    }

    /// What was typed, by such a datatype: the answer, or what is wrong with it for the person.
    fn parse(
        &self,
        datatype: &str,
        _entered: &str,
        _language: &str,
    ) -> Result<Result<Value, String>, Stop> {
        Err(no_datatype(datatype))
    }

    /// An answer as it can be typed again, by such a datatype.
    fn show(&self, datatype: &str, _value: &Value, _language: &str) -> Result<String, Stop> {
        Err(no_datatype(datatype))
    }
}

fn no_datatype(datatype: &str) -> Stop {
    Stop::fault(FaultKind::Off, format!("no plugin here has the datatype `{datatype}`"))
}

fn no_plugin(plugin: &str) -> Stop {
    Stop::fault(FaultKind::Off, format!("the plugin `{plugin}` is not here"))
}

/// What a script can define and what it reads, found without running it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Definitions {
    /// The names it assigns, locals left out.
    pub assigns: Vec<Pattern>,
}

/// Finds the [`Definitions`] of each script when a program is made.
pub type Needs<'a> = &'a dyn Fn(CodeId) -> Definitions;

/// When a step happens, and what its host tells of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// Day and time, in the session's time zone.
    pub now: DateTime,
    /// Words about the session and who answers, which functions such as `user_info` and
    /// `get_config` give: by the names that `Answers::session` lists.
    pub told: Arc<BTreeMap<String, Value>>,
    /// The private sections that whoever answers has keys of, if they do not have all.
    pub held: Option<Arc<BTreeSet<String>>>,
    /// The plugins, by their ids, that whoever answers lets do what needs consent.
    pub lets: Arc<BTreeSet<String>>,
    /// What plugins keep about the session; none where they keep nothing about one.
    pub notebook: Option<Notebook>,
    /// Whether an action runs in the background: nobody is there, and of what it does to the answers
    /// nothing is kept.
    pub in_background: bool,
}

impl Moment {
    /// A moment of which nothing else is told.
    pub fn at(now: DateTime) -> Self {
        let (told, lets) = (Arc::default(), Arc::default());
        Self { now, told, held: None, lets, notebook: None, in_background: false }
    }

    /// The day.
    pub fn today(&self) -> Date {
        self.now.date()
    }
}
