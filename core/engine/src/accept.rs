//! Taking what the user entered: only what the screen asked for, only while it is shown, only if
//! it fits; then what the answer changes.

use std::collections::{BTreeMap, BTreeSet};

use affiant_diagnostic::Diagnostic;
use affiant_guest::{Answers, Path, Refusal, Value};
use affiant_interview::{
    BlockKind, ChoiceSource, ChoiceValue, Control, Field, FieldEntry, Question,
};

use crate::advance::{Ending, Outcome, Shown, finish};
use crate::change::Change;
use crate::condition;
use crate::define::{bind, bound};
use crate::document::unescaped;
use crate::field::CHOICE;
use crate::goal::{Goal, GoalKind, Halt, Mode, Run};
use crate::host::{Host, Moment};
use crate::input::Input;
use crate::parse::{self, Parsed};
use crate::problem::{FieldError, Problem};
use crate::program::Program;
use crate::screen::{Screen, ScreenConditionTest, ScreenField, Widget};
use crate::stale::matches;
use crate::state::State;
use crate::world::World;

/// How often a check may be run again because it needed something first.
const MAX_CHECKS: usize = 100;

/// What the user entered on a screen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Submission {
    /// By the name of the field. A field left out is a field left empty.
    pub answers: BTreeMap<String, Input>,
}

/// Why a submission was not taken. The session is as it was.
#[derive(Clone, Debug, PartialEq)]
pub enum Rejected {
    /// Some fields do not fit.
    Fields {
        /// The same screen.
        screen: Box<Screen>,
        /// What to mend, in the order of the fields.
        errors: Vec<FieldError>,
    },
    /// Names that the screen did not ask for.
    Unknown {
        /// The names.
        names: Vec<String>,
    },
    /// There is no screen to answer: the interview is faulty, or a command came up.
    NotAScreen(Box<Outcome>),
}

impl Program {
    /// Takes what was entered on the screen that `advance` shows for this state, and goes on to
    /// the next step.
    pub fn answer(
        &self,
        host: &dyn Host,
        state: State,
        submission: &Submission,
        moment: &Moment,
    ) -> Result<Outcome, Rejected> {
        self.answer_with(host, state, moment, |_| Ok(submission.clone()))
    }

    /// As [`Program::answer`], where what was entered can only be read with the screen at hand:
    /// so the screen is found once. `read` may refuse, too.
    pub fn answer_with(
        &self,
        host: &dyn Host,
        state: State,
        moment: &Moment,
        read: impl FnOnce(&Screen) -> Result<Submission, Rejected>,
    ) -> Result<Outcome, Rejected> {
        let world = World::new(state, moment.clone(), self);
        let mut run = Run::new(self, host, &world);
        let shown = match run.run() {
            Ending::Shown(shown) => shown,
            other => {
                drop(run);
                return Err(Rejected::NotAScreen(Box::new(finish(world, other))));
            }
        };
        let submission = read(&shown.screen)?;
        refuse_unknown(&shown.screen, &submission)?;
        let taken = run.take(&shown, &submission);
        if world.take_kept_wanted() {
            // A check looked for what is kept from whoever answers: it cannot say that all is well.
            let kept = run.kept_screen();
            world.roll_back(0);
            drop(run);
            let ending = Ending::Shown(Box::new(kept));
            return Err(Rejected::NotAScreen(Box::new(finish(world, ending))));
        }
        drop(run);
        match taken {
            Ok(None) => {}
            Ok(Some(command)) => return Ok(finish(world, command)),
            Err(Refused::Fields(errors)) => {
                return Err(Rejected::Fields { screen: Box::new(shown.screen), errors });
            }
            Err(Refused::Fault(diagnostic)) => {
                return Err(Rejected::NotAScreen(Box::new(finish(
                    world,
                    Ending::Fault(diagnostic),
                ))));
            }
        }
        let ending = Run::new(self, host, &world).run();
        Ok(finish(world, ending))
    }
}

/// Why taking an answer stopped.
pub(crate) enum Refused {
    Fields(Vec<FieldError>),
    Fault(Box<Diagnostic>),
}

impl Run<'_> {
    /// Checks and stores the answers. Gives the command of a choice that is one.
    fn take(&mut self, shown: &Shown, submission: &Submission) -> Result<Option<Ending>, Refused> {
        let program = self.program;
        let question = shown.block.and_then(|it| match &program.block(it).kind {
            BlockKind::Question(question) => Some(&**question),
            _ => None,
        });
        self.demand_own_places(shown)?;
        let visible = self.visible(&shown.screen, submission);
        let mut rows = self.read_rows(question, &shown.bindings, &shown.screen, submission)?;
        let mut values: Vec<(&ScreenField, Option<Value>)> = Vec::new();
        let mut errors = Vec::new();
        for field in &shown.screen.fields {
            if field.name.is_empty() || field.widget == Widget::Hidden && field.value.is_none() {
                continue;
            }
            let row = field.row.as_ref().map(|it| it.number);
            if row.is_some_and(|row| rows.as_ref().is_some_and(|it| it.skipped.contains(&row))) {
                continue;
            }
            if !visible.contains(&field.name) {
                values.push((field, None));
                continue;
            }
            match parse::value(field, submission.answers.get(&field.name), self.locale()) {
                Ok(Parsed::Value(value)) => match self.accepted(question, shown, field, value)? {
                    Ok(value) => values.push((field, Some(value))),
                    Err(error) => errors.push(error),
                },
                Ok(Parsed::Unanswered) => values.push((field, Some(parse::nothing(field)))),
                Err((problem, part)) => errors.push(self.error(field, problem, part)),
            }
        }
        if errors.is_empty() {
            errors = self.complaints(shown, &values)?;
        }
        if !errors.is_empty() {
            return Err(Refused::Fields(errors));
        }
        if let Some(item) = &shown.confirms {
            let answer = values.first().and_then(|(_, value)| value.as_ref());
            self.confirmed(item, answer);
            return Ok(None);
        }
        if let Some(command) = self.choose(shown, question, &values) {
            return Ok(Some(command));
        }
        let mut changed = Vec::new();
        if let Some(mut rows) = rows.take() {
            values = values.into_iter().filter_map(|(it, value)| rows.take(it, value)).collect();
            changed = self.store_rows(rows)?;
        }
        changed.extend(self.store(shown, question, values)?);
        self.mark_asked(shown);
        self.settle_what_was_asked(shown, question);
        self.check(shown, question)?;
        self.run_changes(&changed)?;
        Ok(None)
    }

    /// The names of the fields that are shown, by what was entered.
    fn visible(&self, screen: &Screen, submission: &Submission) -> BTreeSet<String> {
        let locale = self.locale();
        let entered: Vec<(String, Value)> = screen
            .fields
            .iter()
            .filter(|it| !it.name.is_empty())
            .map(|it| {
                let value = parse::value(it, submission.answers.get(&it.name), locale);
                let value = match value {
                    Ok(Parsed::Value(value)) => value,
                    _ => parse::nothing(it),
                };
                (it.name.clone(), value)
            })
            .collect();
        let mut visible: BTreeSet<String> = entered.iter().map(|(name, _)| name.clone()).collect();
        // A hidden field hides what depends on it, so this is done until nothing more goes.
        for _ in 0..=screen.fields.len() {
            let before = visible.len();
            for field in &screen.fields {
                if !Self::is_shown(field, &entered, &visible) {
                    visible.remove(&field.name);
                }
            }
            if visible.len() == before {
                break;
            }
        }
        hide_others(screen, &entered, &mut visible);
        visible
    }

    fn is_shown(
        field: &ScreenField,
        entered: &[(String, Value)],
        visible: &BTreeSet<String>,
    ) -> bool {
        for condition in &field.conditions {
            let holds = match &condition.test {
                ScreenConditionTest::Field { name, is } => {
                    visible.contains(name)
                        && entered
                            .iter()
                            .find(|(it, _)| it == name)
                            .is_some_and(|(_, value)| parse::is_chosen(value, is))
                }
                ScreenConditionTest::Test(test) => condition::holds(test, &|name| {
                    let shown = entered.iter().find(|(it, _)| it == name && visible.contains(it));
                    shown.map(|(_, value)| value)
                }),
            };
            if holds == condition.negated {
                return false;
            }
        }
        true
    }

    /// A value as it is stored, if the plugin of its datatype and the author take it.
    fn accepted(
        &mut self,
        question: Option<&Question>,
        shown: &Shown,
        field: &ScreenField,
        value: Value,
    ) -> Result<Result<Value, FieldError>, Refused> {
        let value = match self.read_custom(field, value)? {
            Ok(value) => value,
            Err(error) => return Ok(Err(error)),
        };
        let error = self.author_refuses(question, shown, field, &value)?;
        Ok(error.map_or(Ok(value), Err))
    }

    /// The author's `validate` of a field: an expression in which the value is called `value`,
    /// and by the field's own name.
    fn author_refuses(
        &mut self,
        question: Option<&Question>,
        shown: &Shown,
        field: &ScreenField,
        value: &Value,
    ) -> Result<Option<FieldError>, Refused> {
        let code = question
            .and_then(|it| self.field_of(it, shown, &field.name))
            .and_then(|it| it.validate);
        let Some(code) = code else { return Ok(None) };
        self.bind(&shown.bindings);
        let mut locals = vec![("value".to_owned(), value.clone())];
        if affiant_guest::is_identifier(&field.name) {
            locals.push((field.name.clone(), value.clone()));
        }
        self.world.bind_locals(locals);
        let result = self.is_true(code);
        self.world.bind_locals(Vec::new());
        match result {
            Ok(true) => Ok(None),
            Ok(false) => Ok(Some(self.error(field, Problem::Author, None))),
            Err(Halt::Refused(refusal)) => Ok(Some(FieldError {
                field: refusal.field.unwrap_or_else(|| field.name.clone()),
                part: None,
                message: refusal.message,
                problem: Problem::Author,
            })),
            Err(other) => Err(Refused::Fault(self.unready("`validate`", other))),
        }
    }

    fn field_of<'q>(&self, question: &'q Question, shown: &Shown, name: &str) -> Option<&'q Field> {
        let Control::Fields { entries, .. } = &question.control else { return None };
        entries.iter().find_map(|it| match it {
            FieldEntry::Field(field) => {
                let path = bind(field.target.as_ref()?, &shown.bindings)?;
                let own = self.world.place(&path).ok()?;
                (own.to_string() == name).then_some(&**field)
            }
            FieldEntry::Code(_) => None,
        })
    }

    /// Keeps which choice was made when the question has no variable, or gives its command.
    fn choose(
        &mut self,
        shown: &Shown,
        question: Option<&Question>,
        values: &[(&ScreenField, Option<Value>)],
    ) -> Option<Ending> {
        let (_, Some(Value::Int(at))) = values.iter().find(|(field, _)| field.name == CHOICE)?
        else {
            return None;
        };
        let at = usize::try_from(*at).ok()?;
        let Control::Choice { choices: ChoiceSource::Items(items), .. } = &question?.control else {
            return None;
        };
        match &items.get(at)?.value {
            ChoiceValue::Block(inner) => {
                let blocks = items.iter().filter_map(|it| match it.value {
                    ChoiceValue::Block(block) => Some(block),
                    _ => None,
                });
                let number = blocks.into_iter().position(|it| it == *inner)?;
                let block = self.program.index.key(shown.block?).to_owned();
                self.world.apply(Change::Chosen { block, choice: u32::try_from(number).ok() });
                None
            }
            ChoiceValue::Command { name, url } => self.obey_name(name, url.clone()),
            ChoiceValue::Value(_) | ChoiceValue::Code(_) => None,
        }
    }

    /// Writes the answers and makes stale what they change. Fields that were not shown are
    /// forgotten; their answers are kept as defaults.
    fn store(
        &mut self,
        shown: &Shown,
        question: Option<&Question>,
        values: Vec<(&ScreenField, Option<Value>)>,
    ) -> Result<Vec<Path>, Refused> {
        let mut changed = Vec::new();
        if let Some(block) = shown.block {
            // Not when the screen is shown: it would be another one when it is answered.
            let undefined: Vec<Path> =
                bound(&self.program.block(block).undefine, &shown.bindings).collect();
            for path in undefined {
                self.forget(&path);
                self.touch(&path, None);
            }
        }
        for (field, value) in values {
            let Ok(path) = Path::parse(&field.name) else { continue };
            if field.name == CHOICE {
                continue;
            }
            match value {
                Some(value) => changed.extend(self.write(&path, value)?),
                None if self.world.is_known(&path) => {
                    self.forget(&path);
                    self.touch(&path, None);
                }
                None => {}
            }
        }
        let flag = match question.map(|it| &it.control) {
            Some(Control::Continue(target)) => Some(target),
            Some(Control::Fields { continue_field, .. }) => continue_field.as_ref(),
            Some(Control::Review(review)) => review.continue_field.as_ref(),
            _ => None,
        };
        if let Some(path) = flag.and_then(|it| bind(it, &shown.bindings)) {
            self.write(&path, Value::Bool(true))?;
        }
        Ok(changed)
    }

    /// Runs the code that waits for answers to change (`on change`).
    fn run_changes(&mut self, changed: &[Path]) -> Result<(), Refused> {
        let program = self.program;
        for block in &program.index.watching {
            let patterns = &program.block(*block).on_change;
            let bindings =
                changed.iter().find_map(|path| patterns.iter().find_map(|it| matches(it, path)));
            let Some(bindings) = bindings else { continue };
            self.stack.clear();
            self.stack.push(Goal::new(GoalKind::Changed(*block, bindings)));
            let ended = self.settle_stack();
            self.withdraw_all();
            match ended {
                None => {}
                Some(Ending::Fault(diagnostic)) => return Err(Refused::Fault(diagnostic)),
                Some(Ending::Kept) => return Err(self.refused_for_kept()),
                Some(_) => {
                    let missing = changed.first().cloned().unwrap_or_else(|| Path::root_of("x"));
                    let halt = Halt::Missing(missing);
                    return Err(Refused::Fault(self.unready("`on change`", halt)));
                }
            }
        }
        Ok(())
    }

    /// Stores one answer; gives its own path if it was another one before.
    pub(crate) fn write(&mut self, path: &Path, value: Value) -> Result<Option<Path>, Refused> {
        self.bind(&crate::world::Bindings::default());
        let was_known = self.world.is_known(path);
        self.world.write(path, value).map_err(|it| {
            let halt = self.halt_here(it);
            Refused::Fault(self.unready("storing an answer", halt))
        })?;
        let trace = self.world.take_trace();
        let own = self.world.place(path).unwrap_or_else(|_| path.clone());
        self.world.apply(Change::Computed { path: own.clone(), from: None });
        self.world.apply(Change::Remembered { path: own.clone(), value: None });
        if !was_known || !trace.changed.is_empty() {
            self.touch(&own, None);
        }
        for list in &trace.reshaped {
            self.touch_shape(list, None);
        }
        Ok((was_known && !trace.changed.is_empty()).then_some(own))
    }

    /// The goals that this answer settles, and the traces it leaves in the navigation.
    fn settle_what_was_asked(&mut self, shown: &Shown, question: Option<&Question>) {
        let leads_on = question.is_some_and(is_branch);
        if shown.settles_pending && !leads_on {
            self.drop_target();
        }
        if let Some(block) = shown.completes
            && question.is_some()
            && !leads_on
        {
            let block = self.program.index.key(block).to_owned();
            self.world.apply(Change::Completed { block, reads: Some(Vec::new()) });
        }
        if question.is_some_and(|it| it.prevents_going_back) {
            self.world.apply(Change::SealedBehind(true));
        }
        // As the screen showed it: code that set the section and was interrupted is taken back.
        let mut visited = self.world.inner().store.state.visited.clone();
        if let Some(section) = shown.screen.sections.iter().find(|it| it.current)
            && !visited.contains(&section.key)
        {
            visited.push(section.key.clone());
            self.world.apply(Change::Visited(visited));
        }
    }

    /// Runs the screen's `validation code`. What it needs and code can find is found first.
    fn check(&mut self, shown: &Shown, question: Option<&Question>) -> Result<(), Refused> {
        let Some(code) = question.and_then(|it| it.validation_code) else { return Ok(()) };
        for _ in 0..MAX_CHECKS {
            self.bind(&shown.bindings);
            let mark = self.world.mark();
            match self.run_code(code) {
                Ok(()) => return Ok(()),
                Err(Halt::Refused(refusal)) => {
                    return Err(Refused::Fields(vec![refused(refusal, shown)]));
                }
                Err(Halt::Missing(path)) => {
                    self.world.roll_back(mark);
                    self.find_for_check(path)?;
                }
                Err(other) => return Err(Refused::Fault(self.unready("`validation code`", other))),
            }
        }
        Err(Refused::Fault(Box::new(self.endless())))
    }

    fn find_for_check(&mut self, path: Path) -> Result<(), Refused> {
        self.stack.clear();
        self.push_need(path.clone(), Mode::Want).map_err(Refused::Fault)?;
        let ended = self.settle_stack();
        self.withdraw_all();
        match ended {
            None => Ok(()),
            Some(Ending::Fault(diagnostic)) => Err(Refused::Fault(diagnostic)),
            Some(Ending::Kept) => Err(self.refused_for_kept()),
            Some(_) => Err(Refused::Fault(self.unready("`validation code`", Halt::Missing(path)))),
        }
    }

    /// What runs with the answer needs something that is kept from whoever answers: told with the
    /// answer as a whole.
    fn refused_for_kept(&self) -> Refused {
        self.world.want_kept();
        Refused::Fields(Vec::new())
    }

    /// Fails if an answer to a question of a private section would go elsewhere.
    fn demand_own_places(&self, shown: &Shown) -> Result<(), Refused> {
        let Some(block) = shown.block.filter(|_| !self.program.apart.is_empty()) else {
            return Ok(());
        };
        let mut places = shown.screen.fields.iter().filter_map(|it| Path::parse(&it.name).ok());
        match places.find_map(|it| self.not_own_place(block, &it)) {
            None => Ok(()),
            Some(diagnostic) => Err(Refused::Fault(Box::new(diagnostic))),
        }
    }

    /// A check cannot ask the user something else.
    #[expect(
        clippy::unnecessary_box_returns,
        reason = "what it gives is kept in a box, and may come in one"
    )]
    pub(crate) fn unready(&self, what: &str, halt: Halt) -> Box<Diagnostic> {
        match halt {
            Halt::Fault(diagnostic) => diagnostic,
            Halt::Missing(path) => Box::new(
                Diagnostic::error(
                    "check-asks",
                    self.span_here(),
                    format!("{what} needs `{path}`, which is not known yet"),
                )
                .hint(format!("ask for `{path}` before this screen: name it under `need`")),
            ),
            Halt::Refused(refusal) => {
                Box::new(Diagnostic::error("refused-outside", self.span_here(), refusal.message))
            }
            Halt::Command(_) => Box::new(Diagnostic::error(
                "check-commands",
                self.span_here(),
                format!("{what} cannot show another screen"),
            )),
        }
    }
}

/// Names that the screen did not ask for are refused before anything else.
fn refuse_unknown(screen: &Screen, submission: &Submission) -> Result<(), Rejected> {
    let asked: BTreeSet<&str> = screen.fields.iter().map(|it| it.name.as_str()).collect();
    let names: Vec<String> =
        submission.answers.keys().filter(|it| !asked.contains(it.as_str())).cloned().collect();
    if names.is_empty() { Ok(()) } else { Err(Rejected::Unknown { names }) }
}

/// `validation_error(message, field)`, laid to the field it names if the screen has it.
fn refused(refusal: Refusal, shown: &Shown) -> FieldError {
    let names = |it: &&ScreenField| refusal.field.as_deref() == Some(it.name.as_str());
    let field = shown.screen.fields.iter().find(names).map(|it| it.name.clone());
    FieldError {
        field: field.unwrap_or_default(),
        part: None,
        message: refusal.message,
        problem: Problem::Author,
    }
}

/// Fields made unnecessary by a ticked one are not shown.
fn hide_others(screen: &Screen, entered: &[(String, Value)], visible: &mut BTreeSet<String>) {
    for field in &screen.fields {
        let Some(others) = &field.disable_others else { continue };
        let answered = entered.iter().any(|(name, value)| *name == field.name && value.is_true());
        if !answered || !visible.contains(&field.name) {
            continue;
        }
        if others.is_empty() {
            visible.retain(|it| *it == field.name);
        } else {
            visible.retain(|it| !others.contains(it));
        }
    }
}

/// Whether a question leads to blocks inside its choices: it is settled by what they do.
fn is_branch(question: &Question) -> bool {
    matches!(&question.control, Control::Choice { target: None, .. })
}

impl Run<'_> {
    /// The refusal of one field, in the author's words if there are any.
    fn error(
        &self,
        field: &ScreenField,
        problem: Problem,
        part: Option<&'static str>,
    ) -> FieldError {
        let say = |key: &str, given: &[(&str, &str)]| self.say(key, given);
        // Where the heading is the label it is a question, which does not fit into a sentence.
        let label = field.label.clone().unwrap_or_else(|| self.say("your_answer", &[]));
        let own = field.messages.iter().find(|(rule, _)| rule == problem.rule());
        let message = match own {
            Some((_, message)) => unescaped(message),
            None => problem.message(&unescaped(&label), &say),
        };
        FieldError { field: field.name.clone(), part, message, problem }
    }
}
