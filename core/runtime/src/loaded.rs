//! An interview with its compiled scripts and texts.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use affiant_diagnostic::{Diagnostic, SourceId, Span};
use affiant_engine::{
    Assembled, Change, Email, Fate, Host, Moment, News, NoEnd, Outcome, Program, Rejected,
    SWITCHED_OFF, Screen, ScreenDocument, State, Submission,
};
use affiant_guest::{Budget, Fault, FaultKind, Path, Shared, Stop, Value};
use affiant_interview::{Assembly, CodeId, Format, Interview, TextId};
use affiant_text::Compiled;
use sha2::{Digest as _, Sha256};

use crate::load::attachments;
use crate::placed::Placed;
use crate::plugins::{Delivered, Delivery, Job, Stepping, Suggestion, Used};

/// An interview that was read without errors and can run. Shared by all its sessions.
#[derive(Debug)]
pub struct Loaded {
    pub(crate) program: Program,
    pub(crate) sandbox: Sandbox,
    pub(crate) asks_for_user: bool,
    pub(crate) begins_tasks: bool,
    pub(crate) digest: OnceLock<[u8; 32]>,
    pub(crate) used: Used,
}

/// The compiled scripts and texts of an interview, by their ids. A place is empty only where
/// loading reported an error.
#[derive(Debug, Default)]
pub(crate) struct Sandbox {
    pub(crate) scripts: Vec<Option<Arc<Placed>>>,
    pub(crate) texts: Vec<Option<Arc<Compiled>>>,
}

impl Loaded {
    /// What the author wrote.
    pub fn interview(&self) -> &Interview {
        self.program.interview()
    }

    /// The interview made ready to run, for tools that look at its structure.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Whether some script, text or module asks who the user is, so that the account need be
    /// opened for it.
    pub fn asks_for_user(&self) -> bool {
        self.asks_for_user
    }

    /// Whether some script or module begins what goes on beside the interview: actions in the
    /// background, mails.
    pub fn begins_tasks(&self) -> bool {
        self.begins_tasks
    }

    /// A digest of all that the author wrote: another version of the interview has another one.
    pub fn digest(&self) -> &[u8; 32] {
        self.digest.get_or_init(|| {
            let sources = &self.interview().sources;
            let mut hash = Sha256::new();
            for id in sources.ids() {
                let text = sources.text(id);
                hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
                hash.update(text.as_bytes());
            }
            hash.finalize().into()
        })
    }

    /// What a step runs with.
    fn host(&self, moment: &Moment) -> Stepping<'_> {
        Stepping::begin(&self.sandbox, &self.used, &self.interview().name, moment)
    }

    /// A session in which nothing is known.
    pub fn begin(&self) -> State {
        State::new()
    }

    /// What to show for a state.
    pub fn advance(&self, state: State, moment: &Moment) -> Outcome {
        self.program.advance(&self.host(moment), state, moment)
    }

    /// Takes what was entered and goes on.
    pub fn answer(
        &self,
        state: State,
        submission: &Submission,
        moment: &Moment,
    ) -> Result<Outcome, Rejected> {
        self.program.answer(&self.host(moment), state, submission, moment)
    }

    /// Goes on in another of the interview's languages; returns the changes, to be stored before
    /// those of the next step.
    pub fn speak(&self, state: State, language: &str, moment: &Moment) -> (State, Vec<Change>) {
        self.program.speak(&self.host(moment), state, language, moment)
    }

    /// As [`Loaded::answer`], with `read` to tell what was entered on the screen.
    pub fn answer_with(
        &self,
        state: State,
        moment: &Moment,
        read: impl FnOnce(&Screen) -> Result<Submission, Rejected>,
    ) -> Result<Outcome, Rejected> {
        self.program.answer_with(&self.host(moment), state, moment, read)
    }

    /// What the list that a field names suggests for what was typed, at most `most`. The language is
    /// that of the screen.
    ///
    /// Fails as calls of plugins do: whoever types goes on without.
    pub fn suggest(
        &self,
        (source, typed): (&str, &str),
        language: &str,
        most: u32,
        moment: &Moment,
    ) -> Result<Vec<Suggestion>, Stop> {
        let Some(plugin) = self.used.sources.get(source) else {
            return Err(Stop::fault(FaultKind::Unknown, format!("there is no list `{source}`")));
        };
        let mut calls = self.used.plugins.begin(&self.interview().name, moment);
        calls.suggest(plugin, source, typed, language, most)
    }

    /// Has a plugin make a document that a screen offers, in a format. What stops it is told at the
    /// place where the interview names the plugin.
    pub fn assemble(
        &self,
        document: &ScreenDocument,
        assembled: &Assembled,
        format: Format,
        moment: &Moment,
    ) -> Result<Vec<u8>, Box<Diagnostic>> {
        let Assembled { plugin, template, values } = assembled;
        let made = self.used.template(template).and_then(|template| {
            let (language, values) = (document.language.clone(), values.clone());
            let job = Job { template, media_type: format.media_type(), language, values };
            let mut calls = self.used.plugins.begin(&self.interview().name, moment);
            calls.assemble(plugin, &job)
        });
        made.map_err(|stop| Box::new(self.not_assembled(assembled, &stop)))
    }

    /// Has a plugin deliver something; only for what stands in a state of the interview.
    pub fn deliver(
        &self,
        plugin: &str,
        delivery: &Delivery,
        moment: &Moment,
    ) -> Result<Delivered, Stop> {
        let mut calls = self.used.plugins.begin(&self.interview().name, moment);
        calls.deliver(plugin, delivery)
    }

    /// Tells a state what became of its parcels; see [`Program::settle`].
    pub fn settle(
        &self,
        state: State,
        fates: &[(Path, Fate)],
        moment: &Moment,
    ) -> (State, Vec<Change>) {
        self.program.settle(&self.host(moment), state, fates, moment)
    }

    /// Tells a state what became of its tasks; see [`Program::hear`].
    pub fn hear(
        &self,
        state: State,
        news: &[(Path, News)],
        moment: &Moment,
    ) -> (State, Vec<Change>) {
        self.program.hear(&self.host(moment), state, news, moment)
    }

    /// Runs an action in the background; see [`Program::run_apart`].
    pub fn run_apart(
        &self,
        state: State,
        action: (&str, BTreeMap<String, Value>),
        moment: &Moment,
    ) -> Result<(Value, Vec<Email>), NoEnd> {
        self.program.run_apart(&self.host(moment), state, action, moment)
    }

    fn not_assembled(&self, assembled: &Assembled, stop: &Stop) -> Diagnostic {
        let all = self.interview().blocks.iter().flat_map(attachments);
        let named = all.filter_map(|it| it.assembly.as_ref());
        let is_it =
            |it: &&Assembly| (&it.plugin, &it.template) == (&assembled.plugin, &assembled.template);
        let none = Span::new(SourceId(0), 0, 0);
        let span = named.into_iter().find(is_it).map_or(none, |it| it.span);
        let Assembled { plugin, template, .. } = assembled;
        match stop {
            Stop::Fault(fault) if fault.kind == FaultKind::Off => {
                Diagnostic::error(SWITCHED_OFF, span, fault.message.clone())
            }
            Stop::Fault(fault) => {
                let message = format!("`{template}` could not be filled: {}", fault.message);
                Diagnostic::error("not-assembled", span, message)
            }
            Stop::Missing(path) => {
                let message =
                    format!("the plugin `{plugin}` wants `{path}`, which it did not name");
                Diagnostic::error("not-assembled", span, message)
                    .hint("whoever wrote the plugin can mend it")
            }
            Stop::Refused(_) | Stop::Command(_) => {
                let message = format!("the plugin `{plugin}` could not fill `{template}`");
                Diagnostic::error("not-assembled", span, message)
            }
        }
    }

    /// Runs an action that a link names.
    pub fn act(
        &self,
        state: State,
        name: &str,
        arguments: BTreeMap<String, Value>,
        moment: &Moment,
    ) -> Outcome {
        self.program.act(&self.host(moment), state, name, arguments, moment)
    }

    /// Starts changing a row of the review screen that is shown for this state.
    pub fn change_row(&self, state: State, row: usize, moment: &Moment) -> Outcome {
        self.program.change_row(&self.host(moment), state, row, moment)
    }
}

impl Host for Sandbox {
    fn evaluate(&self, code: CodeId, answers: &Shared) -> Result<Value, Stop> {
        self.script(code)?.evaluate(answers, &Budget::AUTHOR)
    }

    fn run(&self, code: CodeId, answers: &Shared) -> Result<(), Stop> {
        self.script(code)?.run(answers, &Budget::AUTHOR)
    }

    fn render(&self, text: TextId, answers: &Shared) -> Result<String, Stop> {
        let compiled = self.texts.get(text.0 as usize).and_then(Option::as_ref);
        compiled.ok_or_else(not_compiled)?.render(answers, &Budget::AUTHOR)
    }
}

impl Sandbox {
    fn script(&self, code: CodeId) -> Result<&Placed, Stop> {
        self.scripts.get(code.0 as usize).and_then(Option::as_deref).ok_or_else(not_compiled)
    }
}

/// A script or text that did not compile; an interview with one does not run.
fn not_compiled() -> Stop {
    Stop::Fault(Box::new(Fault {
        kind: FaultKind::Other,
        message: "this did not compile".to_owned(),
        position: None,
        hint: None,
    }))
}
