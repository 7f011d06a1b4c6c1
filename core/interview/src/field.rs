//! Fields: the inputs of a screen.

use affiant_diagnostic::Span;
use affiant_guest::Value;

use crate::{BlockIndex, CodeId, Pattern, Test, TextId, When};

/// One entry under `fields`.
#[derive(Clone, Debug)]
pub enum FieldEntry {
    /// An input, a note or a piece of HTML.
    Field(Box<Field>),
    /// An expression that gives a list of fields as dictionaries.
    Code(CodeId),
}

/// One input, or a note between inputs.
#[derive(Clone, Debug)]
pub struct Field {
    /// Where it stands.
    pub span: Span,
    /// The variable; `None` for a note or HTML.
    pub target: Option<Pattern>,
    /// Its label; `None` for `no label`.
    pub label: Option<TextId>,
    /// What is entered.
    pub datatype: Datatype,
    /// A datatype that is none of ours: a plugin has it, and decides what can be entered. `datatype`
    /// is text then.
    pub custom: Option<CustomDatatype>,
    /// How it is entered.
    pub input_type: InputType,
    /// What is suggested while somebody types.
    pub lookup: Option<Lookup>,
    /// Whether it must be answered; `Always` unless said or unless the datatype says otherwise.
    pub required: When,
    /// What can be chosen.
    pub choices: Option<ChoiceSource>,
    /// Values left out of the choices.
    pub exclude: Option<CodeId>,
    /// A check box that means none.
    pub none_of_the_above: OfTheAbove,
    /// A check box that means all.
    pub all_of_the_above: OfTheAbove,
    /// What it begins with.
    pub default: Option<Default>,
    /// A short sentence between label and input.
    pub hint: Option<TextId>,
    /// Longer help.
    pub help: Option<TextId>,
    /// Text below the input.
    pub under_text: Option<TextId>,
    /// Smallest value, number of items or day.
    pub min: Option<Bound>,
    /// Largest value, number of items or day.
    pub max: Option<Bound>,
    /// Distance between values.
    pub step: Option<Bound>,
    /// Fewest characters.
    pub min_length: Option<Bound>,
    /// Most characters.
    pub max_length: Option<Bound>,
    /// Height of a text area in lines.
    pub rows: Option<u32>,
    /// When it is shown or can be used; all must hold.
    pub conditions: Vec<Condition>,
    /// Checks the value: an expression or function in which the value has the field's name.
    pub validate: Option<CodeId>,
    /// Messages by rule (`required`, `min`, …).
    pub validation_messages: Vec<(String, TextId)>,
    /// Ticking it makes these others unnecessary; an empty list means all others.
    pub disable_others: Option<Vec<Pattern>>,
    /// The currency's sign.
    pub currency_symbol: Option<String>,
    /// Media types a file may have.
    pub accept: Option<CodeId>,
    /// Gives a label for an object: an expression in which the object is `x`.
    pub object_labeler: Option<CodeId>,
    /// Offer the browser's address completion.
    pub address_autocomplete: bool,
    /// Width in columns of twelve.
    pub grid: Option<u8>,
    /// Category of personal data (privacy-manifest vocabulary).
    pub data: Option<String>,
    /// Text of a note (Markdown) when there is no variable.
    pub note: Option<TextId>,
    /// HTML of an `html` entry when there is no variable; cleaned before it is shown.
    pub html: Option<TextId>,
}

/// A datatype that a plugin has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomDatatype {
    /// Its name.
    pub name: String,
    /// Where the interview names it.
    pub span: Span,
}

/// A list of a plugin that suggests while somebody types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// The list's name.
    pub source: String,
    /// From how many characters on it is asked.
    pub from: u32,
    /// Where the interview names it.
    pub span: Span,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    missing_docs,
    reason = "the variants are the names authors write, documented in interview-language.md"
)]
pub enum Datatype {
    Text,
    Area,
    Integer,
    Number,
    Currency,
    Date,
    Time,
    DateTime,
    Email,
    Password,
    YesNo,
    YesNoWide,
    YesNoRadio,
    YesNoMaybe,
    NoYes,
    NoYesRadio,
    NoYesMaybe,
    Boolean,
    Checkboxes,
    Multiselect,
    Range,
    Object,
    ObjectRadio,
    ObjectCheckboxes,
    ObjectMultiselect,
    File,
    Files,
    Signature,
    Raw,
    /// A note or HTML: holds nothing.
    None,
}

/// How a field is shown where the datatype leaves a choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum InputType {
    /// As the datatype says.
    #[default]
    Default,
    /// Several lines of text.
    Area,
    /// Radio buttons.
    Radio,
    /// A drop-down list.
    Dropdown,
    /// A text box that completes.
    Combobox,
    /// A text box with suggestions.
    Datalist,
    /// Not shown; keeps its default.
    Hidden,
    /// Masked.
    Password,
}

/// A literal or computed limit.
#[derive(Clone, Debug, PartialEq)]
pub enum Bound {
    /// Written in the interview.
    Value(Value),
    /// An expression.
    Code(CodeId),
}

/// What a field begins with.
#[derive(Clone, Debug, PartialEq)]
pub enum Default {
    /// Written in the interview, not text.
    Value(Value),
    /// A text with tags.
    Text(TextId),
    /// An expression.
    Code(CodeId),
}

/// Where choices come from.
#[derive(Clone, Debug)]
pub enum ChoiceSource {
    /// Written in the interview.
    Items(Vec<Choice>),
    /// An expression: a list of texts, of pairs, of one-entry dictionaries, or of objects.
    Code(CodeId),
}

/// One choice.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What choosing it does.
    pub value: ChoiceValue,
    /// What people read.
    pub label: TextId,
    /// Help.
    pub help: Option<TextId>,
    /// Chosen to begin with.
    pub default: bool,
    /// Heading it stands under.
    pub group: Option<String>,
    /// Offered only while true.
    pub show_if: Option<CodeId>,
}

/// What choosing does.
#[derive(Clone, Debug, PartialEq)]
pub enum ChoiceValue {
    /// Sets the variable.
    Value(Value),
    /// Sets the variable to the expression's value, such as an object.
    Code(CodeId),
    /// Goes on with a block written inside the choice.
    Block(BlockIndex),
    /// Runs a command: `restart`, `exit`, `continue`, `refresh`, `leave`.
    Command {
        /// The command.
        name: String,
        /// Where to, for `exit` and `leave`.
        url: Option<String>,
    },
}

/// The box of check boxes that means none, or the one that means all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OfTheAbove {
    /// As the datatype says: `none` is offered for `checkboxes` that are required, `all` never.
    #[default]
    Default,
    /// Not offered.
    No,
    /// Offered, with a label of its own if there is one.
    Yes(Option<TextId>),
}

/// When a field is shown, or can be used.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Holds when the test does not (`hide if`, `disable if`).
    pub negated: bool,
    /// Greys the field out instead of hiding it (`enable if`, `disable if`).
    pub disables: bool,
    /// What is tested.
    pub test: ConditionTest,
}

/// What a condition of a field tests.
#[derive(Clone, Debug, PartialEq)]
pub enum ConditionTest {
    /// Another field of the screen: equal to the value, or true when there is none.
    Field {
        /// The other field's variable.
        target: Pattern,
        /// What it must be.
        is: Option<Value>,
    },
    /// An expression over what is known before the screen is shown.
    Code(CodeId),
    /// A test of what is entered on the screen: `js show if`, or `code` that names a field of the
    /// same screen.
    Screen(Test<Pattern>),
}
