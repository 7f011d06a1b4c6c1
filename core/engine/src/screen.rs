//! What the user sees at once, as data for pages and programs.

use affiant_guest::{Path, Value};
use affiant_interview::{Datatype, Format, Test};

use crate::condition::Entered;
use crate::custom::Custom;

/// One screen. Texts are Markdown whose answers are already escaped, unless said otherwise.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each says something else of the screen")]
pub struct Screen {
    /// The author's `id` of the block, or `block-N` by its place.
    pub id: String,
    /// Heading: one line of Markdown.
    pub title: String,
    /// Text below the heading.
    pub text: Option<String>,
    /// Help for this screen.
    pub help: Option<ScreenHelp>,
    /// Inputs and notes, in order. A yes/no or multiple-choice question is one field without a
    /// label: the heading is its label.
    pub fields: Vec<ScreenField>,
    /// Whether there is a Continue button; a [`Widget::Buttons`] field brings its own buttons.
    pub can_continue: bool,
    /// Label of Continue if the author gave one.
    pub continue_label: Option<String>,
    /// Whether the author allows Back.
    pub can_go_back: bool,
    /// Label of Back if the author gave one.
    pub back_label: Option<String>,
    /// The rows of a review screen; empty for other screens.
    pub review: Vec<ReviewRow>,
    /// Further buttons that run actions.
    pub actions: Vec<ActionLink>,
    /// The navigation; empty if there is none.
    pub sections: Vec<ScreenSection>,
    /// Per cent done, if the interview says so.
    pub progress: Option<u8>,
    /// Documents offered, in order.
    pub documents: Vec<ScreenDocument>,
    /// Words that stand in braces in the texts, with what they mean.
    pub terms: Vec<ScreenTerm>,
    /// Texts round the question.
    pub parts: ScreenParts,
    /// Why it is asked: from the goal down to the variable that this screen settles.
    pub why: Vec<Reason>,
    /// Set by a command screen such as `message(…)`: there is nothing behind it.
    pub is_end: bool,
    /// The session's language, a BCP 47 tag.
    pub language: String,
    /// Language of the author's texts on it: another one where they are not translated.
    pub text_language: String,
    /// A plugin wrote its texts: they lead nowhere, so that none carries an answer away.
    pub is_from_plugin: bool,
    /// It waits for something that ends by itself, such as a task.
    pub waiting: Option<Waiting>,
}

/// How a screen waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Seconds after which the page looks again whether there is another screen by now.
    pub every: u32,
    /// The event that runs each time.
    pub event: Option<String>,
}

/// Help text.
#[derive(Clone, Debug, PartialEq)]
pub struct ScreenHelp {
    /// What opens it, if the author said.
    pub label: Option<String>,
    /// Markdown.
    pub content: String,
}

/// How a field is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the control of the same name")]
pub enum Widget {
    Text,
    Area,
    /// A text box for whole numbers.
    Integer,
    /// A text box for numbers with decimals.
    Number,
    Currency,
    /// Three text boxes: day, month, year.
    Date,
    Time,
    /// Date and time.
    DateTime,
    Email,
    Password,
    /// Radio buttons; yes/no fields are radio buttons with the values `true`, `false`, `null`.
    Radio,
    Dropdown,
    Combobox,
    Datalist,
    /// Check boxes, any number.
    Checkboxes,
    Multiselect,
    /// One check box with the field's label.
    Checkbox,
    /// Each choice a submit button.
    Buttons,
    Range,
    File,
    Files,
    Signature,
    Hidden,
    /// No input: `note` or `html` holds what is shown.
    Note,
    Html,
}

/// One input, or a note between inputs.
#[derive(Clone, Debug, PartialEq)]
pub struct ScreenField {
    /// The variable's path as text; what answers are keyed by. Empty for notes.
    pub name: String,
    /// Label, inline Markdown; `None` where the screen's heading is the label, or for `no label`.
    pub label: Option<String>,
    /// What it holds.
    pub datatype: Datatype,
    /// How it is shown.
    pub widget: Widget,
    /// Whether it must be answered while it is shown.
    pub required: bool,
    /// What can be chosen.
    pub choices: Vec<ScreenChoice>,
    /// What it begins with: the present answer, an earlier one, or the author's default.
    pub value: Option<Value>,
    /// One short sentence, plain text or inline Markdown.
    pub hint: Option<String>,
    /// Longer help, Markdown.
    pub help: Option<String>,
    /// Below the input, Markdown.
    pub under_text: Option<String>,
    /// Smallest value (number, date) or number of items.
    pub min: Option<Value>,
    /// Largest value (number, date) or number of items.
    pub max: Option<Value>,
    /// Distance between values.
    pub step: Option<Value>,
    /// Fewest characters.
    pub min_length: Option<u32>,
    /// Most characters.
    pub max_length: Option<u32>,
    /// Height in lines.
    pub rows: Option<u32>,
    /// When it is shown; all must hold.
    pub conditions: Vec<ScreenCondition>,
    /// Names of fields that ticking this one makes unnecessary; `Some(empty)` means all others.
    pub disable_others: Option<Vec<String>>,
    /// Label of the check box that means none, if there is one.
    pub none_of_the_above: Option<String>,
    /// Label of the check box that means all, if there is one.
    pub all_of_the_above: Option<String>,
    /// The currency's sign.
    pub currency_symbol: Option<String>,
    /// Media types a file may have; empty means those the server allows.
    pub accept: Vec<String>,
    /// HTML autocomplete token, where one fits.
    pub autocomplete: Option<String>,
    /// Width in columns of twelve.
    pub grid: Option<u8>,
    /// Category of personal data.
    pub data: Option<String>,
    /// Text of a note (Markdown) or of an `html` entry (HTML, to be cleaned).
    pub note: Option<String>,
    /// The author's messages by rule (`required`, `min`, …).
    pub messages: Vec<(String, String)>,
    /// Its datatype, if a plugin has that; `datatype` is text then.
    pub custom: Option<Box<CustomField>>,
    /// What is suggested while somebody types.
    pub lookup: Option<ScreenLookup>,
    /// The row it stands in, where a screen asks for several items of a list.
    pub row: Option<ScreenRow>,
}

/// A field whose datatype a plugin has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomField {
    /// Its datatype.
    pub datatype: Custom,
    /// What it holds as it can be typed again, plain; `None` when it holds nothing.
    pub shown: Option<String>,
}

/// A list of a plugin that suggests while somebody types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScreenLookup {
    /// Its name.
    pub source: String,
    /// From how many characters on it is asked.
    pub from: u32,
}

/// A row of fields: one item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScreenRow {
    /// Its place, from zero.
    pub number: usize,
    /// What it is called, inline Markdown.
    pub label: String,
    /// Whether it may be left blank as a whole.
    pub may_be_blank: bool,
}

/// One choice.
#[derive(Clone, Debug, PartialEq)]
pub struct ScreenChoice {
    /// What the form posts and programs send.
    pub value: String,
    /// What the variable becomes.
    pub holds: Value,
    /// What people read, inline Markdown.
    pub label: String,
    /// Help, Markdown.
    pub help: Option<String>,
    /// Heading it stands under.
    pub group: Option<String>,
    /// Whether it is chosen to begin with.
    pub selected: bool,
}

/// When a field is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct ScreenCondition {
    /// Holds when the test does not.
    pub negated: bool,
    /// Greys out instead of hiding.
    pub disables: bool,
    /// What is tested, on what is entered on the screen.
    pub test: ScreenConditionTest,
}

/// What a condition looks at.
#[derive(Clone, Debug, PartialEq)]
pub enum ScreenConditionTest {
    /// Another field of this screen equals the value (as the form posts it), or is yes.
    Field {
        /// The other field's name.
        name: String,
        /// The form value it must have.
        is: String,
    },
    /// A test of what is entered in several fields.
    Test(Test<Entered>),
}

/// A row of a review screen.
#[derive(Clone, Debug, PartialEq)]
pub struct ReviewRow {
    /// What it is about; `None` for a note.
    pub label: Option<String>,
    /// The answer in words, Markdown.
    pub text: Option<String>,
    /// Help.
    pub help: Option<String>,
    /// The way to change it.
    pub change: Option<ReviewAction>,
}

/// What changing a review row runs.
#[derive(Clone, Debug, PartialEq)]
pub struct ReviewAction {
    /// Number of the row among all of the review's rows; what `action` is given.
    pub row: usize,
}

/// A button that runs an action.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionLink {
    /// What it says, inline Markdown.
    pub label: String,
    /// The link, as `url_action` makes it (`action:NAME?ARGUMENTS`), or an address.
    pub link: String,
}

/// An entry of the navigation.
#[derive(Clone, Debug, PartialEq)]
pub struct ScreenSection {
    /// Its key.
    pub key: String,
    /// What people read.
    pub label: String,
    /// 0 for a section, 1 for one inside of it, and so on.
    pub level: usize,
    /// Whether the screen is in it.
    pub current: bool,
    /// Whether a screen of it was answered.
    pub visited: bool,
}

/// A document offered for download.
#[derive(Clone, Debug, PartialEq)]
pub struct ScreenDocument {
    /// Title, plain text.
    pub name: String,
    /// File name without ending, plain text, cleaned.
    pub filename: String,
    /// What it is, Markdown.
    pub description: Option<String>,
    /// Its content, Markdown.
    pub content: String,
    /// Formats to offer, at least one.
    pub formats: Vec<Format>,
    /// BCP 47 tag of its text.
    pub language: String,
    /// What makes it, if that is a plugin; it has no content of ours then.
    pub assembly: Option<Assembled>,
}

/// What a plugin makes a document of.
#[derive(Clone, Debug, PartialEq)]
pub struct Assembled {
    /// The plugin.
    pub plugin: String,
    /// What it fills: a name among the interview's templates.
    pub template: String,
    /// The answers that the template names: all that the plugin sees.
    pub values: Vec<(Path, Value)>,
}

/// A word and what it means.
#[derive(Clone, Debug, PartialEq)]
pub struct ScreenTerm {
    /// The word.
    pub word: String,
    /// What it means, Markdown.
    pub meaning: String,
    /// Marked wherever it stands, without braces.
    pub automatic: bool,
}

/// Texts round the question, Markdown.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "named as in the interview's screen parts")]
pub struct ScreenParts {
    pub pre: Option<String>,
    pub submit: Option<String>,
    pub under: Option<String>,
    pub post: Option<String>,
    pub right: Option<String>,
    pub footer: Option<String>,
    pub title: Option<String>,
}

/// One link of the chain of needs that led to a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What was wanted: a variable's path, or what the goal is in words.
    pub wanted: String,
    /// The block that was tried for it, by its `id` or kind.
    pub block: String,
    /// The file the block stands in.
    pub file: String,
    /// The block's first line.
    pub line: usize,
}

/// What a finished step may ask of the pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Start again with nothing answered.
    Restart,
    /// Leave; delete the session's answers.
    Exit {
        /// Where to, if the author said.
        url: Option<String>,
    },
    /// Leave; keep the answers.
    Leave {
        /// Where to, if the author said.
        url: Option<String>,
    },
}
