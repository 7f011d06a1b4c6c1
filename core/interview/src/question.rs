//! Question blocks: what a screen shows and sets.

use affiant_diagnostic::Span;

use crate::{Attachment, ChoiceSource, CodeId, Default, FieldEntry, Pattern, Term, TextId, When};

/// A block that shows a screen.
#[derive(Clone, Debug)]
pub struct Question {
    /// Heading.
    pub title: TextId,
    /// Text below the heading.
    pub subquestion: Option<TextId>,
    /// How it is answered.
    pub control: Control,
    /// Help for this screen.
    pub help: Option<Help>,
    /// Key of the section the screen belongs to.
    pub section: Option<String>,
    /// Per cent done, 0 to 100.
    pub progress: Option<u8>,
    /// Label of Continue.
    pub continue_label: Option<TextId>,
    /// Label of Back.
    pub back_label: Option<TextId>,
    /// Whether Back is offered; `Never` hides it.
    pub back_button: When,
    /// From this screen on there is no way back.
    pub prevents_going_back: bool,
    /// Whether Continue is hidden.
    pub hide_continue: When,
    /// Runs on what was entered; may refuse it.
    pub validation_code: Option<CodeId>,
    /// Words explained on this screen.
    pub terms: Vec<Term>,
    /// Further buttons.
    pub action_buttons: Vec<ActionButton>,
    /// Documents offered.
    pub attachments: Vec<Attachment>,
    /// An expression that gives further documents.
    pub attachment_code: Option<CodeId>,
    /// Offer all documents as one ZIP.
    pub allow_downloading: When,
    /// Texts round the question.
    pub parts: ScreenParts,
    /// Whether the fields stand on one screen for several items of a list.
    pub collect: Option<ListCollect>,
    /// Seconds after which the page looks whether there is another screen by now.
    pub reload: Option<u32>,
    /// The event that runs each time that the page looks, with its place.
    pub check_in: Option<(String, Span)>,
}

/// Asking for several items of a list on one screen (`list collect`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListCollect {
    /// Whether it does; otherwise each item has a screen of its own.
    pub enable: When,
    /// What a row is called.
    pub label: Option<TextId>,
    /// Whether items can be added.
    pub allow_append: bool,
    /// Whether items can be removed, by emptying their row.
    pub allow_delete: bool,
    /// Label of the box that says that there is more to add.
    pub add_label: Option<TextId>,
}

/// Texts round a question; a screen's own win over the interview's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScreenParts {
    /// Above the heading.
    pub pre: Option<TextId>,
    /// Above the buttons.
    pub submit: Option<TextId>,
    /// Below the buttons.
    pub under: Option<TextId>,
    /// At the end of the page.
    pub post: Option<TextId>,
    /// Beside the question.
    pub right: Option<TextId>,
    /// In the page's foot.
    pub footer: Option<TextId>,
    /// In place of the interview's title.
    pub title: Option<TextId>,
}

/// Help text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Help {
    /// What opens it.
    pub label: Option<TextId>,
    /// Markdown.
    pub content: TextId,
}

/// How a screen is answered.
#[derive(Clone, Debug)]
pub enum Control {
    /// Not at all: the end, or an event.
    None,
    /// By Continue, which sets the variable to true.
    Continue(Pattern),
    /// By filling fields.
    Fields {
        /// The fields, in order.
        entries: Vec<FieldEntry>,
        /// Set to true as well (`continue button field`).
        continue_field: Option<Pattern>,
    },
    /// By yes or no.
    YesNo {
        /// The variable.
        target: Pattern,
        /// Which buttons, in which order.
        kind: YesNo,
    },
    /// By one of several choices.
    Choice {
        /// The variable; `None` when each choice leads to a block or a command.
        target: Option<Pattern>,
        /// How they are shown.
        style: ChoiceStyle,
        /// The choices.
        choices: ChoiceSource,
        /// Which one to begin with.
        default: Option<Default>,
    },
    /// By a signature.
    Signature {
        /// The variable, which becomes a file.
        target: Pattern,
        /// Whether Continue needs one.
        required: When,
    },
    /// By going on; shows answers with ways to change them.
    Review(Review),
}

/// The buttons of a yes/no question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YesNo {
    /// Yes is true.
    YesNo,
    /// Yes is false.
    NoYes,
    /// Yes is true, "I don't know" is null.
    YesNoMaybe,
    /// Yes is false, "I don't know" is null.
    NoYesMaybe,
}

/// How choices of a question are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceStyle {
    /// Each a button.
    Buttons,
    /// Radio buttons.
    Radio,
    /// A drop-down list.
    Dropdown,
    /// A text box that completes.
    Combobox,
}

/// A button that runs an action.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionButton {
    /// The action.
    pub action: TextId,
    /// Its arguments.
    pub arguments: Vec<(String, CodeId)>,
    /// What it says.
    pub label: TextId,
    /// Shown only while true.
    pub show_if: Option<CodeId>,
}

/// A screen that lists answers.
#[derive(Clone, Debug)]
pub struct Review {
    /// The rows, in order.
    pub items: Vec<ReviewItem>,
    /// Leave out rows whose variables are not known.
    pub skip_undefined: bool,
    /// Set to true by going on.
    pub continue_field: Option<Pattern>,
    /// Label of the way on.
    pub resume_label: Option<TextId>,
}

/// One row of a review.
#[derive(Clone, Debug)]
pub struct ReviewItem {
    /// Where it stands.
    pub span: Span,
    /// What the row is about; `None` for a note.
    pub label: Option<TextId>,
    /// What the way to change it offers: variables asked for anew, in order.
    pub targets: Vec<ReviewTarget>,
    /// The answer in words (`button`); a note's text when there are no targets.
    pub text: Option<TextId>,
    /// Help.
    pub help: Option<TextId>,
    /// Shown only while true.
    pub show_if: Option<CodeId>,
}

/// One thing that changing a row of a review does.
#[derive(Clone, Debug, PartialEq)]
pub enum ReviewTarget {
    /// Ask for it anew.
    Ask(Pattern),
    /// Compute these anew afterwards.
    Recompute(Vec<Pattern>),
    /// Forget these first.
    Undefine(Vec<Pattern>),
    /// Ask for these only if they are not known by then.
    FollowUp(Vec<Pattern>),
}
