//! Building a screen from a question block. The order of evaluation is fixed (rule 6), because
//! the first missing name decides what is asked first: `need`, section, question, subquestion,
//! parts and terms, help, fields, review, documents, `need` after.

use affiant_diagnostic::Diagnostic;
use affiant_guest::{Path, Refusal, Value};
use affiant_interview::{
    BlockIndex, BlockKind, Control, Interview, Question, ScreenParts, Section, Term, When,
};

use crate::advance::{Progress, Shown};
use crate::change::Change;
use crate::define::bind;
use crate::goal::{GoalKind, Halt, Run};
use crate::problem::{FieldError, Problem};
use crate::screen::{self, ActionLink, Screen, ScreenHelp, ScreenSection, ScreenTerm, Waiting};
use crate::world::Bindings;

impl Run<'_> {
    /// Shows a question block. When its field for `wanted` is hidden by a condition that the
    /// server decides, the next candidate is tried instead.
    pub(crate) fn show(
        &mut self,
        block: BlockIndex,
        bindings: &Bindings,
        wanted: Option<&Path>,
    ) -> Result<Progress, Halt> {
        let program = self.program;
        let BlockKind::Question(question) = &program.block(block).kind else {
            return Ok(self.next_candidate());
        };
        if self.is_block_kept(block) {
            self.world.want_kept();
            return Ok(Progress::Again);
        }
        self.place_targets(block, bindings)?;
        self.prepare(block, bindings, false)?;
        self.bind(bindings);
        let mut screen = self.heading(question)?;
        self.more_text(question, &mut screen)?;
        let Some(fields) = self.fields(question, bindings, wanted)? else {
            self.note_reads();
            return Ok(self.next_candidate());
        };
        screen.fields = fields;
        self.bind(bindings);
        if let Control::Review(review) = &question.control {
            screen.review = self.review_rows(review, bindings)?;
        }
        screen.documents = self.documents(question, bindings)?;
        self.demand_documents_apart(question, bindings)?;
        screen.text_language = self.language_of_text(block, &screen.language);
        self.note_reads();
        self.prepare(block, bindings, true)?;
        let (settles_pending, completes) = self.what_answering_settles();
        program.index.key(block).clone_into(&mut screen.id);
        screen.why = self.reasons();
        screen.can_continue = can_continue(question, &screen, settles_pending)
            && !self.holds_now(question.hide_continue, bindings)?;
        screen.can_go_back = self.holds_now(question.back_button, bindings)?;
        screen.waiting = waiting(question);
        screen.is_end = !screen.can_continue && !has_buttons(&screen) && screen.waiting.is_none();
        Ok(Progress::Show(Box::new(Shown {
            screen,
            block: Some(block),
            bindings: bindings.clone(),
            settles_pending,
            completes,
            confirms: None,
            decided: None,
        })))
    }

    /// Objects that the question's variables belong to must be there before it is asked.
    fn place_targets(&mut self, block: BlockIndex, bindings: &Bindings) -> Result<(), Halt> {
        let program = self.program;
        for target in program.index.targets(block) {
            if let Some(path) = bind(target, bindings) {
                self.world.place(&path).map_err(|it| self.halt_here(it))?;
            }
        }
        Ok(())
    }

    fn heading(&mut self, question: &Question) -> Result<Screen, Halt> {
        if let Some(section) = &question.section {
            self.world.apply(Change::Section(Some(section.clone())));
        }
        if let Some(progress) = question.progress {
            let so_far = self.world.inner().store.state.progress.unwrap_or(0);
            self.world.apply(Change::Progress(Some(progress.max(so_far))));
        }
        let title = self.render(question.title)?;
        let text = self.render_optional(question.subquestion)?;
        let mut screen = Screen::blank(title, self.language());
        screen.text = text;
        Ok(screen)
    }

    fn more_text(&mut self, question: &Question, screen: &mut Screen) -> Result<(), Halt> {
        let interview = &self.program.interview;
        screen.parts = self.parts(&question.parts, &interview.default_parts)?;
        screen.terms = self.terms(&question.terms)?;
        let everywhere = self.terms(&interview.terms)?;
        screen.terms.extend(everywhere);
        screen.actions = self.actions(question)?;
        screen.continue_label = self.render_optional(question.continue_label)?;
        screen.back_label = self.render_optional(question.back_label)?;
        if let Control::Review(review) = &question.control
            && screen.continue_label.is_none()
        {
            screen.continue_label = self.render_optional(review.resume_label)?;
        }
        if let Some(help) = &question.help {
            let label = self.render_optional(help.label)?;
            let content = self.render(help.content)?;
            screen.help = Some(ScreenHelp { label, content });
        }
        screen.sections = self.sections(interview);
        screen.progress = self.world.inner().store.state.progress;
        Ok(())
    }

    pub(crate) fn parts(
        &mut self,
        own: &ScreenParts,
        default: &ScreenParts,
    ) -> Result<screen::ScreenParts, Halt> {
        Ok(screen::ScreenParts {
            pre: self.render_optional(own.pre.or(default.pre))?,
            submit: self.render_optional(own.submit.or(default.submit))?,
            under: self.render_optional(own.under.or(default.under))?,
            post: self.render_optional(own.post.or(default.post))?,
            right: self.render_optional(own.right.or(default.right))?,
            footer: self.render_optional(own.footer.or(default.footer))?,
            title: self.render_optional(own.title.or(default.title))?,
        })
    }

    pub(crate) fn terms(&mut self, terms: &[Term]) -> Result<Vec<ScreenTerm>, Halt> {
        let mut found = Vec::new();
        for term in terms {
            let meaning = self.render(term.meaning)?;
            found.push(ScreenTerm { word: term.word.clone(), meaning, automatic: term.automatic });
        }
        Ok(found)
    }

    fn actions(&mut self, question: &Question) -> Result<Vec<ActionLink>, Halt> {
        let mut found = Vec::new();
        for button in &question.action_buttons {
            if let Some(code) = button.show_if
                && !self.is_true(code)?
            {
                continue;
            }
            let label = self.render(button.label)?;
            let action = self.render(button.action)?;
            let mut arguments = affiant_library::Arguments::default();
            for (name, code) in &button.arguments {
                let value = self.evaluate(*code)?;
                arguments.named.insert(name.clone(), value);
            }
            let link = self.action_link(&action, arguments)?;
            found.push(ActionLink { label, link });
        }
        Ok(found)
    }

    /// The link of an action, as `url_action` makes it; an address stays as it is.
    pub(crate) fn action_link(
        &mut self,
        action: &str,
        mut arguments: affiant_library::Arguments,
    ) -> Result<String, Halt> {
        let Some(function) = affiant_library::function("url_action") else {
            return Ok(action.to_owned());
        };
        if action.contains(':') || action.starts_with('/') {
            return Ok(action.to_owned());
        }
        arguments.positional.insert(0, Value::text(action));
        let call = affiant_library::Call { answers: &self.shared, arguments };
        let link = (function.call)(&call).map_err(|it| self.halt_here(it))?;
        self.text_of(&link)
    }

    pub(crate) fn sections(&self, interview: &Interview) -> Vec<ScreenSection> {
        let language = self.language();
        let inner = self.world.inner();
        let state = &inner.store.state;
        let mut found = Vec::new();
        let mut waiting: Vec<(&Section, usize)> =
            interview.sections.iter().rev().map(|it| (it, 0)).collect();
        while let Some((section, level)) = waiting.pop() {
            found.push(ScreenSection {
                key: section.key.clone(),
                label: interview
                    .word(&language, &section.label)
                    .unwrap_or(&section.label)
                    .to_owned(),
                level,
                current: state.section.as_deref() == Some(&section.key),
                visited: state.visited.contains(&section.key),
            });
            waiting.extend(section.children.iter().rev().map(|it| (it, level + 1)));
        }
        found
    }

    /// Which action and which block the answer to a screen shown now would settle.
    pub(crate) fn what_answering_settles(&self) -> (bool, Option<BlockIndex>) {
        let pending = matches!(self.stack.first().map(|it| &it.kind), Some(GoalKind::Pending));
        let completes = match self.stack.as_slice() {
            [only] => match only.kind {
                GoalKind::Mandatory(block) | GoalKind::InOrder(block) => Some(block),
                _ => None,
            },
            _ => None,
        };
        (pending && self.stack.len() == 2, completes)
    }

    fn holds_now(&mut self, when: When, bindings: &Bindings) -> Result<bool, Halt> {
        match when {
            When::Never => Ok(false),
            When::Always => Ok(true),
            When::If(code) => {
                self.bind(bindings);
                let holds = self.is_true(code)?;
                self.note_reads();
                Ok(holds)
            }
        }
    }

    pub(crate) fn language(&self) -> String {
        self.world.spoken()
    }

    /// The language of a block's texts: its own, or the interview's where it does not say. A block
    /// for all languages speaks the session's.
    fn language_of_text(&self, block: BlockIndex, spoken: &str) -> String {
        match self.program.block(block).language.as_deref() {
            Some("*") => spoken.to_owned(),
            Some(own) if spoken.split('-').next() == Some(own) => spoken.to_owned(),
            Some(own) => own.to_owned(),
            None => self.program.interview.language().to_owned(),
        }
    }

    /// What is shown when every goal is settled.
    pub(crate) fn last_screen(&self) -> Shown {
        let mut screen = Screen::blank(self.say("end_title", &[]), self.language());
        "end".clone_into(&mut screen.id);
        screen.text = Some(self.say("end_text", &[]));
        screen.is_end = true;
        screen.can_go_back = true;
        screen.sections = self.sections(&self.program.interview);
        Shown::without_block(screen)
    }

    /// What is shown to somebody who lacks a private section when nothing is left that they could
    /// see or answer.
    pub(crate) fn kept_screen(&self) -> Shown {
        let mut screen = Screen::blank(self.say("kept_title", &[]), self.language());
        "kept".clone_into(&mut screen.id);
        screen.text = Some(self.say("kept_text", &[]));
        screen.is_end = true;
        screen.can_go_back = true;
        screen.sections = self.sections(&self.program.interview);
        Shown::without_block(screen)
    }

    pub(crate) fn message_screen(&self, title: String, text: String) -> Shown {
        let mut screen = Screen::blank(title, self.language());
        "message".clone_into(&mut screen.id);
        screen.text = Some(text);
        screen.is_end = true;
        screen.can_go_back = true;
        screen.why = self.reasons();
        Shown::without_block(screen)
    }

    /// Nobody can define a variable.
    pub(crate) fn nobody(&self, path: &Path) -> Diagnostic {
        let wanted = format!("nothing defines `{path}`");
        let diagnostic = Diagnostic::error("undefined-variable", self.span_here(), wanted);
        let root = path.root();
        if path.segments().is_empty() && self.program.index.mentions_root(root) {
            return diagnostic.hint(format!("a part of `{root}` is asked for, but nothing makes it: add `objects: - {root}: Individual`, or the class that fits"));
        }
        diagnostic
            .hint(format!("add a question with a field `{path}`, or a code block that sets it"))
    }

    /// A variable needs itself.
    pub(crate) fn circle(&self, path: &Path) -> Diagnostic {
        let from = self
            .stack
            .iter()
            .position(|it| matches!(&it.kind, GoalKind::Need(need) if need.path == *path))
            .unwrap_or(0);
        let mut names: Vec<String> = self.stack[from..]
            .iter()
            .filter_map(|it| match &it.kind {
                GoalKind::Need(need) => Some(format!("`{}`", need.path)),
                _ => None,
            })
            .collect();
        names.push(format!("`{path}`"));
        Diagnostic::error(
            "circle",
            self.span_here(),
            format!("these need each other: {}", names.join(" needs ")),
        )
        .hint("give one of them a question, or another block that does not need the rest")
    }

    pub(crate) fn endless(&self) -> Diagnostic {
        Diagnostic::error(
            "endless",
            self.span_here(),
            "the interview does not come to a screen or an end",
        )
        .hint("a block undoes what another one needs, so that both run for ever")
    }
}

/// `validation_error(…)` outside of a check still is a message for the user.
pub(crate) fn refused(refusal: Refusal) -> FieldError {
    FieldError {
        field: refusal.field.unwrap_or_default(),
        part: None,
        message: refusal.message,
        problem: Problem::Author,
    }
}

impl Shown {
    pub(crate) fn without_block(screen: Screen) -> Self {
        Self {
            screen,
            block: None,
            bindings: Bindings::default(),
            settles_pending: false,
            completes: None,
            confirms: None,
            decided: None,
        }
    }
}

impl Screen {
    /// A screen with a heading and nothing else.
    pub(crate) fn blank(title: String, language: String) -> Self {
        Self {
            id: String::new(),
            title,
            text: None,
            help: None,
            fields: Vec::new(),
            can_continue: false,
            continue_label: None,
            can_go_back: true,
            back_label: None,
            review: Vec::new(),
            actions: Vec::new(),
            sections: Vec::new(),
            progress: None,
            documents: Vec::new(),
            terms: Vec::new(),
            parts: screen::ScreenParts::default(),
            why: Vec::new(),
            is_end: false,
            is_from_plugin: false,
            waiting: None,
            text_language: language.clone(),
            language,
        }
    }
}

/// Whether the screen is answered by Continue.
fn can_continue(question: &Question, screen: &Screen, in_action: bool) -> bool {
    match &question.control {
        Control::None => in_action,
        Control::Review(review) => in_action || review.continue_field.is_some(),
        _ => !has_buttons(screen),
    }
}

/// Seconds between two looks of a screen that says only which event runs then.
const CHECK_IN: u32 = 5;

fn waiting(question: &Question) -> Option<Waiting> {
    let event = question.check_in.as_ref().map(|(event, _)| event.clone());
    let every = question.reload.or(event.is_some().then_some(CHECK_IN))?;
    Some(Waiting { every, event })
}

fn has_buttons(screen: &Screen) -> bool {
    screen.fields.iter().any(|it| it.widget == screen::Widget::Buttons)
}
