//! The blocks of an interview.

use std::collections::BTreeMap;

use affiant_diagnostic::Span;
use affiant_guest::Value;

use crate::{CodeId, Pattern, Question, TextId};

/// Names a block: an index into `Interview::blocks`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlockIndex(pub u32);

/// One block, with the modifiers that every kind may have.
#[derive(Clone, Debug)]
pub struct Block {
    /// Where it stands.
    pub span: Span,
    /// The author's name for it.
    pub id: Option<String>,
    /// What it does.
    pub kind: BlockKind,
    /// Whether it must be run or asked without being needed by name.
    pub mandatory: When,
    /// Whether it runs first on every evaluation.
    pub initial: When,
    /// All must hold for the block to be a candidate (`if`).
    pub conditions: Vec<CodeId>,
    /// The class whose objects `x` stands for (`generic object`).
    pub generic: Option<String>,
    /// Further names it can define.
    pub sets: Vec<Pattern>,
    /// If present, exactly the names it can define.
    pub only_sets: Option<Vec<Pattern>>,
    /// Whether names assigned in its code count as definable by it.
    pub scan_for_variables: bool,
    /// Actions it answers.
    pub events: Vec<Pattern>,
    /// What must be known before or after it.
    pub need: Vec<Need>,
    /// A change of any of these makes stale what the block defined.
    pub depends_on: Vec<Pattern>,
    /// What to compute anew.
    pub reconsider: Reconsider,
    /// Forgotten when the block's screen is answered.
    pub undefine: Vec<Pattern>,
    /// Variables whose change runs the block's code.
    pub on_change: Vec<Pattern>,
    /// BCP 47 tag; `None` is any language, in the words of the interview's own; `*` is any
    /// language, in words that fit each.
    pub language: Option<String>,
    /// Ids of blocks that this one outranks.
    pub supersedes: Vec<String>,
    /// What plugins call its screen, by what the plugin's name ends with.
    pub named: BTreeMap<&'static str, Named>,
}

/// What a plugin calls a screen: fixed words, so that none is an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: Option<String>,
    /// Further words, by name.
    pub details: Vec<(String, String)>,
}

/// Whether and when something holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum When {
    /// Not said, or `false`.
    #[default]
    Never,
    /// `true`.
    Always,
    /// While the expression is true.
    If(CodeId),
}

/// An expression of `need`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// What must be known.
    pub code: CodeId,
    /// Asked for after the block's own needs instead of before.
    pub after: bool,
}

/// What `reconsider` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reconsider {
    /// Nothing.
    #[default]
    No,
    /// `true`: what the block defines is forgotten at the start of every evaluation.
    Always,
    /// These are computed anew when the block is used.
    These(Vec<Pattern>),
}

/// What a block does.
#[derive(Clone, Debug)]
pub enum BlockKind {
    /// Shows a screen.
    Question(Box<Question>),
    /// Runs a script.
    Code(CodeId),
    /// Makes objects.
    Objects(Vec<ObjectDeclaration>),
    /// Makes a text that other texts include.
    Template(Template),
    /// Makes a table.
    Table(Box<Table>),
    /// Makes documents that variables name.
    Attachments(Vec<Attachment>),
    /// Defines a literal value.
    Data {
        /// The variable.
        target: Pattern,
        /// Its value.
        value: Value,
    },
    /// Has a plugin deliver something.
    Delivery(Box<Delivery>),
    /// Lets a plugin decide what is asked until it says that this is over.
    Logic {
        /// Its id, as in `org.example.parking`.
        plugin: String,
    },
}

/// `name: Class` or `name: Class.using(…)`.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectDeclaration {
    /// The variable.
    pub target: Pattern,
    /// What is made.
    pub class: ClassUse,
    /// Where it stands.
    pub span: Span,
}

/// A class with attributes to begin with.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassUse {
    /// The class as the author named it.
    pub name: String,
    /// Attributes set when the object is made.
    pub using: Vec<(String, Argument)>,
}

/// A value given to `using`.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// Another class, as for `object_type`.
    Class(ClassUse),
    /// An expression.
    Code(CodeId),
}

/// A text that a variable names.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// The variable.
    pub target: Pattern,
    /// One line.
    pub subject: Option<TextId>,
    /// Markdown.
    pub content: TextId,
}

/// A table that a variable names.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one switch that authors write")]
pub struct Table {
    /// The variable.
    pub target: Pattern,
    /// A list; the cells see `row_item` and `row_index`.
    pub rows: CodeId,
    /// The columns.
    pub columns: Vec<TableColumn>,
    /// Rows for which it is false are left out.
    pub filter: Option<CodeId>,
    /// Rows are sorted by its value.
    pub sort_key: Option<CodeId>,
    /// From the largest down.
    pub sort_reverse: bool,
    /// Attributes that an Edit button of a row asks for anew; `None` shows no such button.
    pub edit: Option<Vec<String>>,
    /// Show a button that removes the row.
    pub delete_buttons: bool,
    /// Ask before removing.
    pub confirm: bool,
    /// Shown instead when there are no rows; `None` shows the empty table.
    pub empty: Option<TextId>,
    /// Hide the whole table when there are no rows.
    pub hide_empty: bool,
    /// Gather the list first.
    pub require_gathered: bool,
}

/// One column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableColumn {
    /// Its heading.
    pub header: TextId,
    /// What stands in a row's cell.
    pub cell: CodeId,
}

/// One document.
#[derive(Clone, Debug, PartialEq)]
pub struct Attachment {
    /// Where it stands.
    pub span: Span,
    /// Title for people.
    pub name: Option<TextId>,
    /// File name without its ending, plain.
    pub filename: Option<TextId>,
    /// What it is, Markdown.
    pub description: Option<TextId>,
    /// Markdown content.
    pub content: Option<TextId>,
    /// Formats to offer; empty means all.
    pub formats: Vec<Format>,
    /// The variable that names it.
    pub target: Option<Pattern>,
    /// BCP 47 tag of its text.
    pub language: Option<String>,
    /// What is not known is left blank instead of being asked for.
    pub skip_undefined: bool,
    /// What makes it, if that is a plugin and not we.
    pub assembly: Option<Assembly>,
}

/// How a plugin makes a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assembly {
    /// The plugin's id, as in `org.example.letters`.
    pub plugin: String,
    /// What it fills: a name among [`Interview::templates`](crate::Interview::templates).
    pub template: String,
    /// Where the interview names the plugin.
    pub span: Span,
}

/// What a plugin delivers, once the step that asks for it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// The variable that tells what became of it: no part of a list, and of no generic object.
    pub target: Pattern,
    /// The plugin's id, as in `org.example.filing`.
    pub plugin: String,
    /// Where to: plain text that the plugin understands.
    pub to: TextId,
    /// Documents and files that are delivered: an expression.
    pub files: Option<CodeId>,
    /// What is told beside them, by name: expressions.
    pub details: Vec<(String, CodeId)>,
    /// Where the interview names the plugin.
    pub span: Span,
}

/// A format a document can be had in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// Portable Document Format.
    Pdf,
    /// Word.
    Docx,
    /// A web page.
    Html,
    /// Its Markdown source.
    Markdown,
    /// Plain text; like all that follow, made by plugins alone.
    Text,
    /// Rich text.
    Rtf,
    /// `OpenDocument` text.
    Odt,
    /// A spreadsheet.
    Xlsx,
    /// A table as text.
    Csv,
    /// XML.
    Xml,
    /// JSON.
    Json,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Pdf,
        Self::Docx,
        Self::Html,
        Self::Markdown,
        Self::Text,
        Self::Rtf,
        Self::Odt,
        Self::Xlsx,
        Self::Csv,
        Self::Xml,
        Self::Json,
    ];

    /// The one that files with this ending have.
    pub fn of_ending(ending: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.ending() == ending)
    }

    /// Whether we make it ourselves.
    pub fn is_ours(self) -> bool {
        matches!(self, Self::Pdf | Self::Docx | Self::Html | Self::Markdown)
    }

    /// Its media type, without parameters.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Html => "text/html",
            Self::Markdown => "text/markdown",
            Self::Text => "text/plain",
            Self::Rtf => "application/rtf",
            Self::Odt => "application/vnd.oasis.opendocument.text",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv",
            Self::Xml => "application/xml",
            Self::Json => "application/json",
        }
    }

    /// What its files end in, which names it too.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Html => "html",
            Self::Markdown => "md",
            Self::Text => "txt",
            Self::Rtf => "rtf",
            Self::Odt => "odt",
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Xml => "xml",
            Self::Json => "json",
        }
    }
}
