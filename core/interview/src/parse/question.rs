//! Question blocks: their keys.

mod collect;
mod control;
mod keys;

use affiant_diagnostic::Span;

use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::choices;
use crate::parse::yaml::Entry;
use crate::{
    ActionButton, Attachment, ChoiceSource, ChoiceStyle, CodeId, Default, FieldEntry, Help,
    ListCollect, Pattern, Question, ReviewItem, ScreenParts, Term, TextId, TextKind, When, YesNo,
};

pub(crate) use collect::COLLECT;
pub(crate) use keys::{HELP, QUESTION};

/// What a question block says.
pub(crate) struct Draft {
    title: Option<TextId>,
    subquestion: Option<TextId>,
    /// All that were found, with the keys that they came from; one is right.
    controls: Vec<(&'static str, Span, DraftControl)>,
    field: Option<(Pattern, Span)>,
    /// Whether there is a `field`, so that choices set a variable.
    has_field: bool,
    continue_field: Option<(Pattern, Span)>,
    help: Option<Help>,
    section: Option<String>,
    progress: Option<u8>,
    continue_label: Option<TextId>,
    resume_label: Option<TextId>,
    back_label: Option<TextId>,
    back_button: When,
    prevents_going_back: bool,
    hide_continue: When,
    validation_code: Option<CodeId>,
    terms: Vec<Term>,
    action_buttons: Vec<ActionButton>,
    attachments: Vec<Attachment>,
    attachment_code: Option<CodeId>,
    allow_downloading: When,
    parts: ScreenParts,
    collect: Option<ListCollect>,
    default: Option<Default>,
    required: When,
    shows_undefined: bool,
    reload: Option<u32>,
    check_in: Option<(String, Span)>,
}

/// One way in which a question is answered.
enum DraftControl {
    Fields(Vec<FieldEntry>),
    YesNo(Option<Pattern>, YesNo),
    Choice(ChoiceStyle, ChoiceSource),
    Signature(Option<Pattern>),
    Review(Vec<ReviewItem>),
}

impl Draft {
    pub(crate) fn new(entries: &[Entry]) -> Self {
        Self {
            title: None,
            subquestion: None,
            controls: Vec::new(),
            field: None,
            has_field: entries.iter().any(|it| it.name() == "field"),
            continue_field: None,
            help: None,
            section: None,
            progress: None,
            continue_label: None,
            resume_label: None,
            back_label: None,
            back_button: When::Always,
            prevents_going_back: false,
            hide_continue: When::Never,
            validation_code: None,
            terms: Vec::new(),
            action_buttons: Vec::new(),
            attachments: Vec::new(),
            attachment_code: None,
            allow_downloading: When::Never,
            parts: ScreenParts::default(),
            collect: None,
            default: None,
            required: When::Always,
            shows_undefined: false,
            reload: None,
            check_in: None,
        }
    }

    fn control(&mut self, name: &'static str, entry: &Entry, control: DraftControl) {
        self.controls.push((name, entry.key.span, control));
    }

    fn yes_no(
        &mut self,
        name: &'static str,
        builder: &mut Builder<'_>,
        entry: &Entry,
        kind: YesNo,
    ) {
        let target = builder.variable(entry);
        self.control(name, entry, DraftControl::YesNo(target, kind));
    }

    fn choice(
        &mut self,
        name: &'static str,
        builder: &mut Builder<'_>,
        entry: &Entry,
        style: ChoiceStyle,
    ) {
        let setting =
            if self.has_field { choices::Setting::Value } else { choices::Setting::Nothing };
        if let Some(source) = choices::take(builder, &entry.value, name, setting) {
            if !self.has_field && matches!(source, ChoiceSource::Code(_)) {
                builder.report(diagnostics::computed_choices_without_field(entry.key.span, name));
            }
            self.control(name, entry, DraftControl::Choice(style, source));
        }
    }

    /// The question.
    pub(crate) fn finish(
        mut self,
        builder: &mut Builder<'_>,
        entries: &[Entry],
        span: Span,
    ) -> Question {
        let first = entries.first().map_or(span, |it| it.key.span);
        if !QUESTION.has_or_typo(entries, "question") {
            builder.report(diagnostics::missing_key(first, QUESTION.name, "question"));
        }
        let title = self.title.take();
        let title = title.unwrap_or_else(|| builder.made_text("", TextKind::Markdown, first));
        let control = self.take_control(builder);
        Question {
            title,
            subquestion: self.subquestion,
            control,
            help: self.help,
            section: self.section,
            progress: self.progress,
            continue_label: self.continue_label,
            back_label: self.back_label,
            back_button: self.back_button,
            prevents_going_back: self.prevents_going_back,
            hide_continue: self.hide_continue,
            validation_code: self.validation_code,
            terms: self.terms,
            action_buttons: self.action_buttons,
            attachments: self.attachments,
            attachment_code: self.attachment_code,
            allow_downloading: self.allow_downloading,
            parts: self.parts,
            collect: self.collect,
            reload: self.reload,
            check_in: self.check_in,
        }
    }
}

/// Whether a block without `question` must have been meant as one.
pub(crate) fn looks_like_one(entries: &[Entry]) -> bool {
    const SIGNS: &[&str] = &[
        "subquestion",
        "fields",
        "yesno",
        "noyes",
        "yesnomaybe",
        "noyesmaybe",
        "buttons",
        "choices",
        "dropdown",
        "combobox",
        "continue button field",
        "signature",
        "review",
        "field",
    ];
    entries.iter().any(|it| SIGNS.contains(&it.name()))
}
