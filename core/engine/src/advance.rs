//! The loop that settles one goal after the other until there is a screen to show.

use std::rc::Rc;

use affiant_diagnostic::Diagnostic;
use affiant_guest::{Command as GuestCommand, Path, Value};
use affiant_interview::{BlockIndex, BlockKind, When};

use crate::candidate::{self, Candidate};
use crate::change::Change;
use crate::decide::Decided;
use crate::goal::{self, Goal, GoalKind, Halt, Mode, Need, Run};
use crate::host::{Host, Moment};
use crate::problem::FieldError;
use crate::program::Program;
use crate::question;
use crate::screen::{Command, Reason, Screen};
use crate::state::{Passed, Pending, State, Target};
use crate::world::{Bindings, World, language_path};

/// How many evaluations one step may take before the interview counts as endless.
const MAX_EVALUATIONS: u32 = 50_000;

/// How many goals may lie on each other.
const MAX_DEPTH: usize = 2_000;

/// What a step came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// A screen to show.
    Screen(Box<Screen>),
    /// Something the pages are to do.
    Command(Command),
    /// An action answered with a value.
    Response(Value),
    /// The interview is faulty; the session is as it was before the step.
    Fault(Vec<Diagnostic>),
}

/// A step's result.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The state after it.
    pub state: State,
    /// What it came to.
    pub step: Step,
    /// What it changed.
    pub changes: Vec<Change>,
}

/// How the loop ended.
pub(crate) enum Ending {
    /// There is a screen to show.
    Shown(Box<Shown>),
    Command(Command),
    Response(Value),
    Fault(Box<Diagnostic>),
    /// It needs something that is kept from whoever answers.
    Kept,
    /// Code that checks what was entered refuses it.
    Refused(FieldError),
}

/// A screen with what the engine needs to take its answer.
pub(crate) struct Shown {
    pub(crate) screen: Screen,
    /// `None` for screens that no block shows.
    pub(crate) block: Option<BlockIndex>,
    pub(crate) bindings: Bindings,
    /// Answering it settles the first target of the action on top.
    pub(crate) settles_pending: bool,
    /// Answering it completes this block.
    pub(crate) completes: Option<BlockIndex>,
    /// It asks whether this item is to be removed.
    pub(crate) confirms: Option<Path>,
    /// A plugin decided that it is shown.
    pub(crate) decided: Option<Decided>,
}

/// What work on the goal on top came to.
pub(crate) enum Progress {
    /// It is settled.
    Done,
    /// There is more to do on it.
    Again,
    /// It needs the user.
    Show(Box<Shown>),
}

impl Program {
    /// What to show for a state. Settles what can be settled without the user.
    pub fn advance(&self, host: &dyn Host, state: State, moment: &Moment) -> Outcome {
        let world = World::new(state, moment.clone(), self);
        let ending = Run::new(self, host, &world).run();
        finish(world, ending)
    }
}

/// Makes the result of a step; a faulty one leaves the state as it was.
pub(crate) fn finish(world: std::sync::Arc<World>, ending: Ending) -> Outcome {
    let step = match ending {
        Ending::Shown(shown) => Step::Screen(Box::new(shown.screen)),
        Ending::Command(command) => Step::Command(command),
        Ending::Response(value) => Step::Response(value),
        Ending::Fault(diagnostic) => {
            world.roll_back(0);
            Step::Fault(vec![*diagnostic])
        }
        Ending::Refused(error) => {
            world.roll_back(0);
            let span = affiant_diagnostic::Span::new(affiant_diagnostic::SourceId(0), 0, 0);
            Step::Fault(vec![Diagnostic::error("refused-outside", span, error.message)])
        }
        Ending::Kept => unreachable!("a run ends with a screen that says so"),
    };
    let (state, changes) = World::finish(world);
    Outcome { state, step, changes }
}

impl Run<'_> {
    /// Settles goals until the user is needed.
    pub(crate) fn run(&mut self) -> Ending {
        self.world.inner().gathering.clear();
        self.forget_always_reconsidered();
        loop {
            let mark = self.world.mark();
            match self.settle_stack() {
                Some(Ending::Kept) => self.set_aside(mark),
                Some(ending) => {
                    self.withdraw_all();
                    return ending;
                }
                None => {}
            }
            if self.has_ended_action() {
                return Ending::Response(Value::Null);
            }
            if !self.push_base() {
                return Ending::Shown(self.last());
            }
        }
    }

    /// The screen when every goal is settled.
    fn last(&mut self) -> Box<Shown> {
        if self.is_set_aside {
            return Box::new(self.kept_screen());
        }
        self.ended.take().unwrap_or_else(|| Box::new(self.last_screen()))
    }

    /// Leaves what needs something that is kept from whoever answers for those who see it: none of
    /// it was done. An action that needs it ends.
    fn set_aside(&mut self, mark: usize) {
        self.world.roll_back(mark);
        self.world.inner().gathering.clear();
        if matches!(self.stack.first().map(|it| &it.kind), Some(GoalKind::Pending)) {
            self.drop_action();
        }
        self.stack.clear();
        self.is_set_aside = true;
    }

    /// The loop itself: works on the goal on top, pushes what it misses, pops what is settled.
    /// `None` when nothing is left on the stack.
    pub(crate) fn settle_stack(&mut self) -> Option<Ending> {
        while !self.stack.is_empty() {
            if self.evaluations > MAX_EVALUATIONS {
                return Some(Ending::Fault(Box::new(self.endless())));
            }
            self.evaluations += 1;
            self.withdraw();
            let worked = self.work();
            if self.is_kept(&worked) {
                return Some(Ending::Kept);
            }
            match worked {
                Ok(Progress::Done) => {
                    let settled = self.stack.pop();
                    self.after(settled);
                }
                Ok(Progress::Again) => {}
                Ok(Progress::Show(shown)) => return Some(Ending::Shown(shown)),
                Err(Halt::Missing(path)) => {
                    self.note_reads();
                    if let Err(diagnostic) = self.push_need(path, Mode::Want) {
                        return Some(Ending::Fault(diagnostic));
                    }
                }
                Err(Halt::Fault(diagnostic)) => return Some(Ending::Fault(diagnostic)),
                Err(Halt::Refused(refusal)) => {
                    return Some(Ending::Refused(question::refused(refusal)));
                }
                Err(Halt::Command(command)) => {
                    if let Some(ending) = self.obey(*command) {
                        return Some(ending);
                    }
                }
            }
        }
        None
    }

    /// Whether the action that all is about has come to its end.
    fn has_ended_action(&self) -> bool {
        let under_way = || self.world.inner().store.state.pending.len();
        self.ends_with_action.is_some_and(|it| under_way() <= it)
    }

    /// Whether the goal on top needs something that is kept from whoever answers.
    fn is_kept(&self, worked: &Result<Progress, Halt>) -> bool {
        let missing = match worked {
            Err(Halt::Missing(path)) => self.world.is_kept(path),
            _ => false,
        };
        self.world.take_kept_wanted() || missing
    }

    /// Pushes the next thing that must be settled without being needed by name.
    fn push_base(&mut self) -> bool {
        let program = self.program;
        if let Some(block) = program.index.initial.get(self.initial_at) {
            self.initial_at += 1;
            self.stack.push(Goal::new(GoalKind::Initial(*block)));
            return true;
        }
        if !self.world.inner().store.state.pending.is_empty() {
            self.stack.push(Goal::new(GoalKind::Pending));
            return true;
        }
        let next = if program.index.mandatory.is_empty() {
            self.next_open(&program.index.in_order).map(GoalKind::InOrder)
        } else {
            self.next_open(&program.index.mandatory).map(GoalKind::Mandatory)
        };
        let is_there = next.is_some();
        self.stack.extend(next.map(Goal::new));
        is_there
    }

    /// The next of the blocks that is not done.
    fn next_open(&mut self, blocks: &[BlockIndex]) -> Option<BlockIndex> {
        let index = &self.program.index;
        let mut inner = self.world.inner();
        let state = &mut inner.store.state;
        if state.passed.order != index.order {
            state.passed = Passed { order: index.order, count: 0 };
        }
        self.base_at = self.base_at.max(state.passed.count as usize);
        while let Some(block) = blocks.get(self.base_at) {
            let here = self.base_at;
            self.base_at += 1;
            if !state.completed.contains_key(index.key(*block)) {
                return Some(*block);
            }
            if here == state.passed.count as usize {
                state.passed.count += 1;
            }
        }
        None
    }

    fn work(&mut self) -> Result<Progress, Halt> {
        let Some(goal) = self.stack.last() else { return Ok(Progress::Done) };
        match goal.kind.clone() {
            GoalKind::Initial(block) => self.work_initial(block),
            GoalKind::Mandatory(block) => self.work_mandatory(block),
            GoalKind::InOrder(block) => self.work_in_order(block),
            GoalKind::Pending => self.work_pending(),
            GoalKind::Changed(block, bindings) => {
                self.define(block, &bindings).map(|_| Progress::Done)
            }
            GoalKind::Need(need) => self.work_need(&need),
        }
    }

    fn work_initial(&mut self, block: BlockIndex) -> Result<Progress, Halt> {
        let bindings = Bindings::default();
        if self.holds(self.program.block(block).initial)?
            && self.conditions_hold(block, &bindings)?
        {
            self.define(block, &bindings)?;
        }
        Ok(Progress::Done)
    }

    fn work_mandatory(&mut self, block: BlockIndex) -> Result<Progress, Halt> {
        let bindings = Bindings::default();
        if !self.holds(self.program.block(block).mandatory)?
            || !self.conditions_hold(block, &bindings)?
        {
            return Ok(Progress::Done);
        }
        match self.program.block(block).kind {
            BlockKind::Question(_) => return self.show(block, &bindings, None),
            BlockKind::Logic { .. } => return self.decide(block, None),
            _ => {}
        }
        let reads = self.define(block, &bindings)?;
        let block = self.program.index.key(block).to_owned();
        self.world.apply(Change::Completed { block, reads: Some(reads) });
        Ok(Progress::Done)
    }

    fn work_in_order(&mut self, block: BlockIndex) -> Result<Progress, Halt> {
        let bindings = Bindings::default();
        let targets = self.program.index.targets(block);
        let known = |it: &affiant_interview::Pattern| {
            it.bind(None, &|_| None).is_some_and(|path| self.world.is_known(&path))
        };
        if !targets.is_empty() && targets.iter().all(known) {
            return Ok(Progress::Done);
        }
        if !self.conditions_hold(block, &bindings)? {
            return Ok(Progress::Done);
        }
        self.show(block, &bindings, None)
    }

    fn work_pending(&mut self) -> Result<Progress, Halt> {
        let Some(target) = self.first_target() else { return Ok(Progress::Done) };
        let (path, mode) = match target {
            Target::Event(name) => match Path::parse(&name) {
                Ok(path) => (path, Mode::Event),
                Err(_) => return Err(Halt::Fault(Box::new(self.no_action(&name)))),
            },
            Target::Ask(path) => (path, Mode::Ask),
            Target::Want(path) => (path, Mode::Want),
            Target::Forget(path) => {
                self.forget(&path);
                self.drop_target();
                return Ok(Progress::Done);
            }
            Target::Add(list) => {
                self.add_item(&list);
                self.replace_target(Target::Want(list.attribute("gathered")));
                return Ok(Progress::Done);
            }
            Target::Confirm(item) => return Ok(self.confirm_screen(item)),
            Target::Remove(item) => {
                self.remove_item(&item);
                self.drop_target();
                return Ok(Progress::Done);
            }
            Target::Recompute(path) => {
                self.forget(&path);
                self.replace_target(Target::Want(path));
                return Ok(Progress::Done);
            }
        };
        self.push_need(path, mode).map_err(Halt::Fault)?;
        Ok(Progress::Again)
    }

    fn work_need(&mut self, need: &Need) -> Result<Progress, Halt> {
        if self.world.is_kept(&need.path) {
            return Err(Halt::Missing(need.path.clone()));
        }
        if need.mode == Mode::Want && self.world.is_known(&need.path) {
            return Ok(Progress::Done);
        }
        let Some(candidate) = need.candidates.get(need.at) else {
            if need.mode == Mode::Ask && self.world.is_known(&need.path) {
                return Ok(Progress::Done);
            }
            return Err(Halt::Fault(Box::new(self.nobody(&need.path))));
        };
        let settled = match candidate {
            Candidate::Block { block, bindings } => self.try_block(*block, bindings, need)?,
            Candidate::Gather(list) => self.gather(list)?,
            Candidate::Item(item) => self.make_item(item).map(|()| Progress::Done)?,
            Candidate::Part { path, class } => {
                self.make_part(path, class).map(|()| Progress::Done)?
            }
        };
        Ok(settled)
    }

    /// The candidate does not settle the need: on to the next one.
    pub(crate) fn next_candidate(&mut self) -> Progress {
        if let Some(Goal { kind: GoalKind::Need(need), .. }) = self.stack.last_mut() {
            Rc::make_mut(need).at += 1;
        }
        Progress::Again
    }

    /// After a goal is settled: an action's target is taken off, and what the goal depended on
    /// is what the goal below depends on through its variable.
    fn after(&mut self, settled: Option<Goal>) {
        let Some(goal) = settled else { return };
        if matches!(goal.kind, GoalKind::Need(_))
            && matches!(self.stack.last().map(|it| &it.kind), Some(GoalKind::Pending))
        {
            self.drop_target();
            self.stack.pop();
        }
    }

    /// Puts a missing variable on the stack with those who may define it. A candidate that is
    /// being tried for the same variable further down is left out; when none remains, the
    /// variable needs itself.
    pub(crate) fn push_need(&mut self, path: Path, mode: Mode) -> Result<(), Box<Diagnostic>> {
        if self.stack.len() >= MAX_DEPTH {
            return Err(Box::new(self.endless()));
        }
        let language = self.world.spoken();
        let program = self.program;
        let mut candidates = candidate::candidates(
            &program.index,
            &program.interview,
            &self.world,
            &language,
            &path,
        );
        self.add_deciders(&mut candidates, mode);
        let all = candidates.len();
        let hash = goal::hash(&path);
        for goal in self.stack.iter().filter(|it| it.hash == hash) {
            if let GoalKind::Need(below) = &goal.kind
                && below.path == path
                && let Some(tried) = below.candidates.get(below.at)
            {
                candidates.retain(|it| it != tried);
            }
        }
        if candidates.is_empty() && all > 0 {
            return Err(Box::new(self.circle(&path)));
        }
        let by_language = candidates.iter().any(|it| match it {
            Candidate::Block { block, .. } => program.block(*block).language.is_some(),
            _ => false,
        });
        let mut goal = Goal::need(Need { path, mode, candidates, at: 0 });
        goal.reads.extend(by_language.then(language_path));
        self.stack.push(goal);
        Ok(())
    }

    fn holds(&mut self, when: When) -> Result<bool, Halt> {
        match when {
            When::Never => Ok(false),
            When::Always => Ok(true),
            When::If(code) => {
                self.bind(&Bindings::default());
                let holds = self.is_true(code)?;
                self.note_reads();
                Ok(holds)
            }
        }
    }

    /// Whether the block's `if` conditions hold; they may ask.
    pub(crate) fn conditions_hold(
        &mut self,
        block: BlockIndex,
        bindings: &Bindings,
    ) -> Result<bool, Halt> {
        let program = self.program;
        for code in &program.block(block).conditions {
            self.bind(bindings);
            let holds = self.is_true(*code)?;
            self.note_reads();
            if !holds {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Does what a script asked for. `None` when the loop goes on.
    fn obey(&mut self, command: GuestCommand) -> Option<Ending> {
        match command {
            GuestCommand::ForceAsk(names) => {
                let targets =
                    names.iter().filter_map(|it| Path::parse(it).ok()).map(Target::Ask).collect();
                self.withdraw_all();
                self.replace_action(targets);
                self.stack.clear();
                None
            }
            GuestCommand::Message { title, text } => {
                Some(Ending::Shown(Box::new(self.message_screen(title, text))))
            }
            GuestCommand::Respond(value) => {
                self.drop_target();
                Some(Ending::Response(value))
            }
            GuestCommand::Named { name, url } => self.obey_name(&name, url),
        }
    }

    pub(crate) fn obey_name(&mut self, name: &str, url: Option<String>) -> Option<Ending> {
        if name == "language" {
            self.withdraw_all();
            self.stack.clear();
            self.speak(url.as_deref().unwrap_or_default());
            (self.initial_at, self.base_at) = (0, 0);
            return None;
        }
        Some(Ending::Command(match name {
            "restart" | "new_session" => Command::Restart,
            "exit" | "exit_logout" => Command::Exit { url },
            "leave" => Command::Leave { url },
            _ => {
                // `continue` and `refresh` end an action and look again.
                self.withdraw_all();
                self.drop_action();
                self.stack.clear();
                return None;
            }
        }))
    }

    /// Why the screen on top is shown: from the first goal to the last.
    pub(crate) fn reasons(&self) -> Vec<Reason> {
        let interview = &self.program.interview;
        self.stack
            .iter()
            .map(|goal| {
                let wanted = match &goal.kind {
                    GoalKind::Initial(_) => "an initial block".to_owned(),
                    GoalKind::Mandatory(_) => "a mandatory block".to_owned(),
                    GoalKind::InOrder(_) => "the next question".to_owned(),
                    GoalKind::Pending => "an action".to_owned(),
                    GoalKind::Changed(..) => "a changed answer".to_owned(),
                    GoalKind::Need(need) => need.path.to_string(),
                };
                let block = goal.block();
                let place = block.map(|it| interview.sources.locate(self.program.block(it).span));
                Reason {
                    wanted,
                    block: block.map_or_else(
                        || "the engine".to_owned(),
                        |it| self.program.index.key(it).to_owned(),
                    ),
                    file: place.as_ref().map(|it| it.file.clone()).unwrap_or_default(),
                    line: place.map_or(0, |it| it.line),
                }
            })
            .collect()
    }

    fn forget_always_reconsidered(&mut self) {
        for block in self.program.index.always_reconsidered.clone() {
            for target in self.program.index.targets(block) {
                if let Some(path) = target.bind(None, &|_| None) {
                    self.forget_computed(&path);
                }
            }
        }
    }

    /// The pending actions, to be changed.
    pub(crate) fn change_pending(&mut self, change: impl FnOnce(&mut Vec<Pending>)) {
        let mut pending = self.world.inner().store.state.pending.clone();
        change(&mut pending);
        self.world.apply(Change::Pending(pending));
    }
}
