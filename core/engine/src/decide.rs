//! What a plugin decides: given the answers, it says what is asked next, or that this is over.
//!
//! In every step it is asked from the start: first without any answer, then with those to the screen
//! that it named first, and so on, until it names one that is not answered. So it sees the answers to
//! its own screens alone, and of those only what still counts; an answer that was given on a way which
//! is not taken any more stays where it is, and is there again if the way is.

use std::collections::BTreeSet;

use affiant_diagnostic::Diagnostic;
use affiant_guest::{Path, Stop, Value};
use affiant_interview::{BlockIndex, BlockKind, ScreenParts};

use crate::advance::{Progress, Shown};
use crate::asked::{Field, for_plugin, one_line};
use crate::candidate::Candidate;
use crate::goal::{Halt, Mode, Need, Run};
use crate::screen::{ReviewAction, ReviewRow, Screen};
use crate::world::Bindings;

/// Most screens that a plugin asks in one block.
const MAX_SCREENS: usize = 500;

/// Most answers that are given to it.
const MAX_ANSWERS: usize = 2_000;

/// The longest that a plugin may call a screen, in bytes.
const MAX_ID: usize = 200;

/// The longest that all texts of a screen may be together, in bytes.
const MAX_TEXT: usize = 1 << 20;

/// What a plugin says comes next. Texts are Markdown of somebody whom nobody trusts.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// This is asked.
    Ask(Asked),
    /// It is over.
    End {
        /// What the last screen is called.
        title: String,
        /// What it says.
        text: String,
    },
}

/// A screen as a plugin describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The same whenever the same is asked.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// What stands below.
    pub text: String,
    /// What is asked for.
    pub fields: Vec<AskedField>,
}

/// An input as a plugin describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct AskedField {
    /// The variable that it sets.
    pub variable: Path,
    /// What stands in front of it.
    pub label: String,
    /// What helps to fill it in.
    pub hint: Option<String>,
    /// What it takes.
    pub datatype: AskedDatatype,
    /// Whether it must be answered.
    pub required: bool,
    /// What can be chosen, with what people read.
    pub choices: Vec<(Value, String)>,
    /// What is in it at first.
    pub default: Option<Value>,
}

/// What an input of a plugin takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the datatype of the same name, or says what it takes")]
pub enum AskedDatatype {
    Text,
    Area,
    Integer,
    Number,
    Currency,
    Date,
    Time,
    DateTime,
    Email,
    /// Yes or no, as radio buttons: a box that is left alone would say no by itself.
    YesNo,
    /// One of the choices.
    Choice,
    /// Some of the choices.
    Choices,
    File,
}

/// What a plugin has against an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Whose answer.
    pub variable: Path,
    /// What is wrong, for the person.
    pub message: String,
}

/// What taking the answers of a plugin's screen needs.
#[derive(Clone, Debug)]
pub(crate) struct Decided {
    pub(crate) plugin: String,
    /// What the plugin calls the screen.
    pub(crate) screen: String,
    /// What is remembered as done when it is answered.
    pub(crate) mark: String,
    /// What the plugin calls the variables of its fields, by the fields' own names.
    pub(crate) variables: Vec<(String, Path)>,
    /// What the rows of a review are about.
    pub(crate) rows: Vec<Path>,
}

/// What a plugin asked, and what was answered, until now.
#[derive(Default)]
struct SoFar {
    met: BTreeSet<String>,
    given: Vec<(Path, Value)>,
    rows: Vec<(Path, ReviewRow)>,
}

impl Run<'_> {
    /// Asks the plugin of a block what is next. `wanted`: it is tried for a variable.
    pub(crate) fn decide(
        &mut self,
        block: BlockIndex,
        wanted: Option<&Need>,
    ) -> Result<Progress, Halt> {
        let program = self.program;
        let BlockKind::Logic { plugin } = &program.block(block).kind else {
            return Ok(self.next_candidate());
        };
        self.prepare(block, &Bindings::default(), false)?;
        self.bind(&Bindings::default());
        let mut so_far = SoFar::default();
        loop {
            self.evaluations += 1;
            let decision = self.host.next(plugin, &so_far.given, &self.language());
            let asked = match decision.map_err(|it| self.plugin_stopped(plugin, it))? {
                Decision::Ask(asked) => asked,
                Decision::End { .. } if wanted.is_some() => return Ok(self.next_candidate()),
                Decision::End { title, text } => {
                    let screen = self.asked_screen(block, plugin, &title, text)?;
                    self.ended = Some(Box::new(with_review(screen, block, plugin, so_far)));
                    return Ok(Progress::Done);
                }
            };
            self.demand_another(plugin, &asked, &mut so_far)?;
            let fields = self.asked_fields(plugin, &asked)?;
            let mark = format!("{}\u{1f}{}", program.index.key(block), asked.id);
            let is_done = self.world.inner().store.state.completed.contains_key(&mark)
                && fields.iter().all(|it| self.world.is_known(&it.own));
            let asks_for = |need: &&Need| fields.iter().any(|it| it.variable == need.path);
            let again = wanted.filter(|it| it.mode != Mode::Want);
            if again.is_some_and(|it| asks_for(&it)) || !is_done {
                // What is asked for again is not on the way any more.
                if again.is_some_and(|it| !asks_for(&it)) {
                    return Ok(self.next_candidate());
                }
                return self.show_asked(block, plugin, asked, fields, mark);
            }
            for field in &fields {
                let value = field.screen.value.clone().unwrap_or(Value::Null);
                so_far.given.push((field.variable.clone(), for_plugin(&field.screen, value)));
                let row = self.asked_row(&asked.title, &field.screen)?;
                so_far.rows.push((field.variable.clone(), row));
            }
        }
    }

    /// Fails if a plugin asks what it has asked, without a name, too much, or without an end.
    fn demand_another(&self, plugin: &str, asked: &Asked, so_far: &mut SoFar) -> Result<(), Halt> {
        if asked.id.is_empty() || asked.id.len() > MAX_ID {
            return Err(self.badly_decided(plugin, "gives a screen no name that is fit for one"));
        }
        if !so_far.met.insert(asked.id.clone()) {
            let what = "asks the same screen again although it is answered";
            return Err(self.badly_decided(plugin, what));
        }
        if so_far.met.len() > MAX_SCREENS || so_far.given.len() > MAX_ANSWERS {
            let what = format!("asks more than {MAX_SCREENS} screens or {MAX_ANSWERS} answers");
            return Err(self.badly_decided(plugin, &what));
        }
        if length(asked) > MAX_TEXT {
            return Err(self.badly_decided(plugin, "shows a screen with more than 1 MiB of text"));
        }
        Ok(())
    }

    /// A screen of a plugin, without its fields.
    fn asked_screen(
        &mut self,
        block: BlockIndex,
        plugin: &str,
        title: &str,
        text: String,
    ) -> Result<Screen, Halt> {
        let interview = &self.program.interview;
        if title.len() + text.len() > MAX_TEXT {
            return Err(self.badly_decided(plugin, "shows a screen with more than 1 MiB of text"));
        }
        let title = one_line(title);
        if title.is_empty() {
            return Err(self.badly_decided(plugin, "shows a screen without a heading"));
        }
        let mut screen = Screen::blank(title, self.language());
        // Never what the plugin calls it: it could tell an answer to who counts screens.
        self.program.index.key(block).clone_into(&mut screen.id);
        screen.text = Some(text).filter(|it| !it.trim().is_empty());
        screen.parts = self.parts(&ScreenParts::default(), &interview.default_parts)?;
        screen.terms = self.terms(&interview.terms)?;
        screen.sections = self.sections(interview);
        screen.progress = self.world.inner().store.state.progress;
        screen.why = self.reasons();
        screen.is_from_plugin = true;
        Ok(screen)
    }

    fn show_asked(
        &mut self,
        block: BlockIndex,
        plugin: &str,
        asked: Asked,
        fields: Vec<Field>,
        mark: String,
    ) -> Result<Progress, Halt> {
        let mut screen = self.asked_screen(block, plugin, &asked.title, asked.text)?;
        self.note_reads();
        screen.can_continue = true;
        let variables =
            fields.iter().map(|it| (it.screen.name.clone(), it.variable.clone())).collect();
        screen.fields = fields.into_iter().map(|it| it.screen).collect();
        let (settles_pending, _) = self.what_answering_settles();
        let decided =
            Decided { plugin: plugin.to_owned(), screen: asked.id, mark, variables, rows: vec![] };
        Ok(Progress::Show(Box::new(Shown {
            block: Some(block),
            settles_pending,
            decided: Some(decided),
            ..Shown::without_block(screen)
        })))
    }

    /// Adds the blocks that plugins decide for what is asked for again and no other block asks.
    pub(crate) fn add_deciders(&self, candidates: &mut Vec<Candidate>, mode: Mode) {
        if mode == Mode::Ask && !candidates.iter().any(|it| matches!(it, Candidate::Block { .. })) {
            let blocks = self.program.index.logic.iter();
            candidates.extend(
                blocks.map(|it| Candidate::Block { block: *it, bindings: Bindings::default() }),
            );
        }
    }

    /// A plugin stopped without a decision.
    pub(crate) fn plugin_stopped(&self, plugin: &str, stop: Stop) -> Halt {
        match stop {
            Stop::Missing(path) => {
                let what = format!("wants `{path}`, and it alone asks here");
                self.badly_decided(plugin, &what)
            }
            other => self.halt_here(other),
        }
    }

    /// A plugin decided something that cannot be done.
    pub(crate) fn badly_decided(&self, plugin: &str, what: &str) -> Halt {
        let message = format!("the plugin `{plugin}` {what}");
        let diagnostic = Diagnostic::error("bad-decision", self.span_here(), message);
        Halt::Fault(Box::new(diagnostic.hint(
            "whoever wrote the plugin can mend it; `affiant test --plugin FILE` plays the interview",
        )))
    }
}

/// How long the texts of a screen are together.
fn length(asked: &Asked) -> usize {
    let fields = asked.fields.iter().map(|it| {
        let choices = it.choices.iter().map(|(_, label)| label.len());
        it.label.len() + it.hint.as_deref().map_or(0, str::len) + choices.sum::<usize>()
    });
    asked.title.len() + asked.text.len() + fields.sum::<usize>()
}

/// The last screen of a plugin: with what was answered, each with a way to change it.
fn with_review(mut screen: Screen, block: BlockIndex, plugin: &str, so_far: SoFar) -> Shown {
    let mut rows = Vec::new();
    for (at, (variable, row)) in so_far.rows.into_iter().enumerate() {
        rows.push(variable);
        screen.review.push(ReviewRow { change: Some(ReviewAction { row: at }), ..row });
    }
    screen.is_end = true;
    let decided = Decided {
        plugin: plugin.to_owned(),
        screen: String::new(),
        mark: String::new(),
        variables: Vec::new(),
        rows,
    };
    Shown { block: Some(block), decided: Some(decided), ..Shown::without_block(screen) }
}
