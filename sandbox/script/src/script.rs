//! A script that is ready to run.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, OnceLock};

use affiant_guest::{Budget, Path, Shared, Stop, Value};
use rhai::{AST, Engine};

use crate::analysis::Analysis;
use crate::rewrite::Shift;
use crate::run;
use crate::walk::Size;

/// What a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One expression with a value: a condition, a default, a choice.
    Expression,
    /// Statements, run for what they define.
    Block,
}

/// A parsed script. Holds no answers; one is shared by all sessions.
pub struct Script(pub(crate) Arc<Parts>);

/// What a [`Script`] is made of.
pub(crate) struct Parts {
    pub(crate) ast: AST,
    pub(crate) analysis: Analysis,
    /// Answers that are read by their plain names, sorted.
    pub(crate) names: Vec<Name>,
    /// Functions the script defines, closures included.
    pub(crate) functions: BTreeSet<String>,
    /// Getters and setters for the attributes it uses.
    pub(crate) accessors: Option<rhai::Shared<rhai::Module>>,
    pub(crate) shift: Shift,
    /// Texts that `throw` statements name as they stand, which may be shown.
    pub(crate) thrown: BTreeSet<String>,
    /// Line and column of the first loop, the likely place of what takes too long.
    pub(crate) first_loop: Option<(usize, usize)>,
    pub(crate) size: Size,
    /// The answer that is read before anything else happens.
    pub(crate) first: Option<Path>,
    /// What evaluates it under this budget, made when it first runs.
    pub(crate) engine: OnceLock<(Budget, Engine)>,
}

/// An answer that the script reads by its name.
pub(crate) struct Name {
    pub(crate) word: Box<str>,
    pub(crate) path: Path,
    /// Whether some closure captures a local of the same name.
    pub(crate) may_be_local: bool,
}

impl Script {
    pub(crate) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// What the script reads, assigns and calls.
    pub fn analysis(&self) -> &Analysis {
        &self.0.analysis
    }

    /// Evaluates the script and gives the value of its last expression.
    ///
    /// Fails with [`Stop::Missing`] at the first answer that is needed and not known, with a fault
    /// that has a position when the script fails or passes `budget`, and with whatever else a
    /// library function stops with. Answers written before that stay written; the caller undoes
    /// them.
    pub fn evaluate(&self, answers: &Shared, budget: &Budget) -> Result<Value, Stop> {
        run::execute(&self.0, answers, budget, true)
    }

    /// Runs the script for what it defines. Fails like [`Script::evaluate`].
    pub fn run(&self, answers: &Shared, budget: &Budget) -> Result<(), Stop> {
        run::execute(&self.0, answers, budget, false).map(drop)
    }
}

impl Parts {
    /// The answer that `name` means, if the script reads one of that name.
    pub(crate) fn name(&self, name: &str) -> Option<&Name> {
        let at = self.names.binary_search_by(|it| (*it.word).cmp(name)).ok()?;
        self.names.get(at)
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script").field("analysis", &self.0.analysis).finish_non_exhaustive()
    }
}
