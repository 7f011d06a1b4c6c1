//! The stack of goals, and one evaluation on behalf of the goal on top.

use std::collections::BTreeSet;
use std::hash::BuildHasher as _;
use std::rc::Rc;
use std::sync::Arc;

use affiant_diagnostic::{Diagnostic, Span};
use affiant_guest::{Command, Fault, FaultKind, Path, Refusal, Shared, Stop, Value};
use affiant_interview::{BlockIndex, CodeId, SourceText, TextId};

use crate::advance::Shown;
use crate::candidate::Candidate;
use crate::change::Change;
use crate::host::Host;
use crate::program::Program;
use crate::world::{Bindings, Trace, World};

/// Something the engine is trying to settle.
#[derive(Clone, Debug)]
pub(crate) struct Goal {
    pub(crate) kind: GoalKind,
    /// What was read while choosing how to settle it.
    pub(crate) reads: BTreeSet<Path>,
    /// What undoes the writes of a block that stopped for a need. They are there for whatever
    /// settles that need, such as a screen that shows them, and go before the block runs again.
    pub(crate) provisional: Vec<Change>,
    /// Of the path that is needed, so that a long stack is searched fast. Zero when there is none.
    pub(crate) hash: u64,
}

/// What is to be settled.
#[derive(Clone, Debug)]
pub(crate) enum GoalKind {
    /// An `initial` block is to be run.
    Initial(BlockIndex),
    /// A mandatory block is to be run or shown.
    Mandatory(BlockIndex),
    /// A question of an interview without mandatory blocks is to be answered.
    InOrder(BlockIndex),
    /// The first target of the action on top is to be settled.
    Pending,
    /// Code is to be run because an answer changed.
    Changed(BlockIndex, Bindings),
    /// A variable is to be defined.
    Need(Rc<Need>),
}

/// A variable to be defined, and who may do it.
#[derive(Clone, Debug)]
pub(crate) struct Need {
    pub(crate) path: Path,
    pub(crate) mode: Mode,
    pub(crate) candidates: Vec<Candidate>,
    /// The candidate being tried.
    pub(crate) at: usize,
}

/// When a need is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// As soon as the variable is known.
    Want,
    /// Only by a screen, even if the variable is known.
    Ask,
    /// By a screen, or by code that ran to its end.
    Event,
}

impl Goal {
    pub(crate) fn new(kind: GoalKind) -> Self {
        Self { kind, reads: BTreeSet::new(), provisional: Vec::new(), hash: 0 }
    }

    /// A goal for a variable.
    pub(crate) fn need(need: Need) -> Self {
        let hash = hash(&need.path);
        Self { hash, ..Self::new(GoalKind::Need(Rc::new(need))) }
    }

    /// The block being tried for it.
    pub(crate) fn block(&self) -> Option<BlockIndex> {
        match &self.kind {
            GoalKind::Initial(block)
            | GoalKind::Mandatory(block)
            | GoalKind::InOrder(block)
            | GoalKind::Changed(block, _) => Some(*block),
            GoalKind::Pending => None,
            GoalKind::Need(need) => match need.candidates.get(need.at) {
                Some(Candidate::Block { block, .. }) => Some(*block),
                _ => None,
            },
        }
    }
}

/// The same number for equal paths, and for others nearly never.
pub(crate) fn hash(path: &Path) -> u64 {
    std::hash::BuildHasherDefault::<std::hash::DefaultHasher>::default().hash_one(path)
}

/// Why work on a goal did not end.
#[derive(Debug)]
pub(crate) enum Halt {
    /// Something else must be known first.
    Missing(Path),
    /// The interview is faulty.
    Fault(Box<Diagnostic>),
    /// The author's code refuses what was entered.
    Refused(Refusal),
    /// The author's code asks for something else.
    Command(Box<Command>),
}

/// The work of one step.
pub(crate) struct Run<'a> {
    pub(crate) program: &'a Program,
    pub(crate) host: &'a dyn Host,
    pub(crate) world: Arc<World>,
    pub(crate) shared: Shared,
    pub(crate) stack: Vec<Goal>,
    pub(crate) evaluations: u32,
    pub(crate) initial_at: usize,
    pub(crate) base_at: usize,
    pub(crate) reconsidered: BTreeSet<Path>,
    /// Something was left for those who see what is kept from whoever answers.
    pub(crate) is_set_aside: bool,
    /// It ends as soon as no more than so many actions are under way.
    pub(crate) ends_with_action: Option<usize>,
    /// How a plugin ended what it decides.
    pub(crate) ended: Option<Box<Shown>>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(program: &'a Program, host: &'a dyn Host, world: &Arc<World>) -> Self {
        Self {
            program,
            host,
            world: Arc::clone(world),
            shared: Arc::clone(world) as Shared,
            stack: Vec::new(),
            evaluations: 0,
            initial_at: 0,
            base_at: 0,
            reconsidered: BTreeSet::new(),
            is_set_aside: false,
            ends_with_action: None,
            ended: None,
        }
    }

    /// Takes back what the block of the goal on top wrote before it stopped.
    pub(crate) fn withdraw(&mut self) {
        let provisional = self.stack.last_mut().map(|it| std::mem::take(&mut it.provisional));
        for change in provisional.into_iter().flatten() {
            self.world.apply(change);
        }
    }

    /// Takes back what every block on the stack wrote before it stopped: none of it is kept.
    pub(crate) fn withdraw_all(&mut self) {
        for goal in self.stack.iter_mut().rev() {
            for change in std::mem::take(&mut goal.provisional) {
                self.world.apply(change);
            }
        }
    }

    /// Starts evaluating on behalf of a block.
    pub(crate) fn bind(&self, bindings: &Bindings) {
        self.world.bind(bindings);
    }

    /// What was read since [`Run::bind`] goes to the goal on top.
    pub(crate) fn note_reads(&mut self) -> Trace {
        let trace = self.world.take_trace();
        if let Some(goal) = self.stack.last_mut() {
            goal.reads.extend(trace.reads.iter().cloned());
        }
        trace
    }

    pub(crate) fn evaluate(&mut self, code: CodeId) -> Result<Value, Halt> {
        self.evaluations += 1;
        self.host.evaluate(code, &self.shared).map_err(|it| self.code_halt(code, it))
    }

    pub(crate) fn is_true(&mut self, code: CodeId) -> Result<bool, Halt> {
        let value = self.evaluate(code)?;
        Ok(value.is_true())
    }

    pub(crate) fn run_code(&mut self, code: CodeId) -> Result<(), Halt> {
        self.evaluations += 1;
        self.host.run(code, &self.shared).map_err(|it| self.code_halt(code, it))
    }

    pub(crate) fn render(&mut self, text: TextId) -> Result<String, Halt> {
        self.evaluations += 1;
        self.host.render(text, &self.shared).map_err(|stop| {
            let source = &self.program.interview.texts[text.0 as usize].source;
            halt(stop, source)
        })
    }

    pub(crate) fn render_optional(&mut self, text: Option<TextId>) -> Result<Option<String>, Halt> {
        text.map(|it| self.render(it)).transpose()
    }

    /// How a value prints.
    pub(crate) fn text_of(&mut self, value: &Value) -> Result<String, Halt> {
        affiant_library::text_of(&self.shared, value).map_err(|stop| match stop {
            Stop::Missing(path) => Halt::Missing(path),
            Stop::Fault(fault) => Halt::Fault(Box::new(self.fault_here(&fault))),
            Stop::Refused(it) => Halt::Refused(it),
            Stop::Command(it) => Halt::Command(it),
        })
    }

    fn code_halt(&self, code: CodeId, stop: Stop) -> Halt {
        halt(stop, &self.program.interview.codes[code.0 as usize].source)
    }

    /// A stop that has no script or text of its own, laid to the block on top.
    pub(crate) fn halt_here(&self, stop: Stop) -> Halt {
        match stop {
            Stop::Missing(path) => Halt::Missing(path),
            Stop::Fault(fault) => Halt::Fault(Box::new(self.fault_here(&fault))),
            Stop::Refused(it) => Halt::Refused(it),
            Stop::Command(it) => Halt::Command(it),
        }
    }

    fn fault_here(&self, fault: &Fault) -> Diagnostic {
        with_hint(
            Diagnostic::error(code_of(fault.kind), self.span_here(), fault.message.clone()),
            fault,
        )
    }

    /// The place of the block that the goal on top tries, or of the nearest one below it.
    pub(crate) fn span_here(&self) -> Span {
        let block = self.stack.iter().rev().find_map(Goal::block);
        let first = self.program.interview.blocks.first().map(|it| it.span);
        block.map(|it| self.program.block(it).span).or(first).unwrap_or(Span::new(
            affiant_diagnostic::SourceId(0),
            0,
            0,
        ))
    }
}

fn halt(stop: Stop, source: &SourceText) -> Halt {
    match stop {
        Stop::Missing(path) => Halt::Missing(path),
        Stop::Refused(it) => Halt::Refused(it),
        Stop::Command(it) => Halt::Command(it),
        Stop::Fault(fault) => {
            let span = fault.position.map_or(source.span, |it| source.place(it.line, it.column, 1));
            let diagnostic = Diagnostic::error(code_of(fault.kind), span, fault.message.clone());
            Halt::Fault(Box::new(with_hint(diagnostic, &fault)))
        }
    }
}

fn with_hint(diagnostic: Diagnostic, fault: &Fault) -> Diagnostic {
    match &fault.hint {
        Some(hint) => diagnostic.hint(hint.clone()),
        None => diagnostic,
    }
}

/// The name of a fault that nobody has to mend: something is off for now.
pub const SWITCHED_OFF: &str = "switched-off";

/// The name of a fault that is over by itself: something had too much to do.
pub const BUSY: &str = "busy";

/// The name of a fault that the person can end, by agreeing to what a plugin does.
pub const NOT_AGREED: &str = "not-agreed";

/// The stable name of a kind of fault.
fn code_of(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::OverBudget => "over-budget",
        FaultKind::BadCall => "bad-call",
        FaultKind::Unknown => "unknown-name",
        FaultKind::Arithmetic => "arithmetic",
        FaultKind::Thrown => "thrown",
        FaultKind::Off => SWITCHED_OFF,
        FaultKind::Busy => BUSY,
        FaultKind::NotAgreed => NOT_AGREED,
        FaultKind::Other => "script-fault",
    }
}
