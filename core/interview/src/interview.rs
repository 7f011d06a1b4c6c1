//! The whole of an interview.

use affiant_diagnostic::{Sources, Span};

use crate::{Block, Code, ScreenParts, SourceText, Text, TextId};

/// An interview as its author wrote it, with all included files.
#[derive(Clone, Debug, Default)]
pub struct Interview {
    /// How it is called in addresses and commands: the file's name without its ending.
    pub name: String,
    /// The files it came from.
    pub sources: Sources,
    /// What it says of itself.
    pub metadata: Metadata,
    /// Switches for the whole interview.
    pub features: Features,
    /// Its blocks, in order, included files where they were met.
    pub blocks: Vec<Block>,
    /// Every script and expression; `CodeId` is the index.
    pub codes: Vec<Code>,
    /// Every text; `TextId` is the index.
    pub texts: Vec<Text>,
    /// The navigation, if there is one.
    pub sections: Vec<Section>,
    /// Words explained wherever they stand in braces.
    pub terms: Vec<Term>,
    /// Texts for all screens that do not have their own.
    pub default_parts: ScreenParts,
    /// Rhai files whose functions every script may call.
    pub modules: Vec<Module>,
    /// Lists of block ids from `order` blocks: earlier ids are preferred to later ones.
    pub orders: Vec<Vec<String>>,
}

/// What an interview says of itself.
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    /// Title for people.
    pub title: String,
    /// Title where there is little room.
    pub short_title: Option<String>,
    /// What it is for, Markdown, for the start page.
    pub description: Option<String>,
    /// Authors' names.
    pub authors: Vec<String>,
    /// Default language, a BCP 47 tag; `en` unless said.
    pub language: Option<String>,
    /// Not shown in the list of interviews.
    pub unlisted: bool,
    /// About how many minutes it takes.
    pub minutes: Option<u32>,
    /// What to have at hand, Markdown, for the start page (`before you start`).
    pub before_you_start: Option<String>,
    /// Where the title came from.
    pub span: Option<Span>,
}

/// Switches for the whole interview (`features`).
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one switch that authors write")]
pub struct Features {
    /// Show the sections as a list beside or above the screen.
    pub navigation: bool,
    /// Show how far the user is.
    pub progress_bar: bool,
    /// Show Back beside Continue too.
    pub question_back_button: bool,
    /// Put labels above fields; ours always are, so this changes nothing.
    pub labels_above_fields: bool,
    /// Let users open "Why am I being asked this?".
    pub explain: bool,
}

/// One section of the navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The name that blocks use in `section`.
    pub key: String,
    /// What people read.
    pub label: String,
    /// Sections inside of it.
    pub children: Vec<Section>,
}

/// A word and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The word as it stands in braces.
    pub word: String,
    /// What it means.
    pub meaning: TextId,
    /// Marked wherever it stands, without braces (`auto terms`).
    pub automatic: bool,
}

/// A file of Rhai functions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// The name under `modules`.
    pub name: String,
    /// Its source.
    pub source: SourceText,
}

/// The names that authors may write for `datatype` and `input type`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datatypes {
    /// Names of `datatype`.
    pub datatypes: Vec<&'static str>,
    /// Names of `input type`.
    pub input_types: Vec<&'static str>,
}
