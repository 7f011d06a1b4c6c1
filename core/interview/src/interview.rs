//! The whole of an interview.

use std::collections::BTreeMap;
use std::sync::Arc;

use affiant_diagnostic::{Sources, Span};

use crate::{Block, BlockKind, Code, ScreenParts, SourceText, Text, TextId};

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
    /// Plugins whose functions every script and text may call, or that decide a block.
    pub plugins: Vec<UsedPlugin>,
    /// Files that plugins fill to make documents, by name.
    pub templates: BTreeMap<String, Arc<[u8]>>,
    /// Lists of block ids from `order` blocks: earlier ids are preferred to later ones.
    pub orders: Vec<Vec<String>>,
    /// Messages to users by rule (`required`, `min`, …), for fields without their own.
    pub default_messages: Vec<(String, TextId)>,
    /// Words of the interview's own, by language (`*` for all): by key of the catalogue in place of
    /// ours, and by text for `word(…)`.
    pub words: BTreeMap<String, BTreeMap<String, String>>,
}

impl Interview {
    /// The language of what does not say its own.
    pub fn language(&self) -> &str {
        self.metadata.language.as_deref().unwrap_or("en")
    }

    /// What the interview itself says for a key or a text in a language.
    pub fn word(&self, language: &str, key: &str) -> Option<&str> {
        let main = language.split('-').next().unwrap_or(language);
        let mut all = [language, main, "*"].into_iter();
        all.find_map(|it| self.words.get(it)?.get(key)).map(String::as_str)
    }

    /// The private sections, in order. Sections inside of them are parts of them.
    pub fn private_sections(&self) -> Vec<&Section> {
        let mut found = Vec::new();
        let mut waiting: Vec<&Section> = self.sections.iter().rev().collect();
        while let Some(section) = waiting.pop() {
            if section.private {
                found.push(section);
            } else {
                waiting.extend(section.children.iter().rev());
            }
        }
        found
    }

    /// The private section that a section is, or is inside of.
    pub fn private_section(&self, key: &str) -> Option<&Section> {
        self.private_sections().into_iter().find(|it| it.has(key))
    }

    /// The languages a user can choose from, the interview's own first: those that `metadata`
    /// names, else those that questions are written in.
    pub fn languages(&self) -> Vec<String> {
        let mut found = vec![self.language().to_owned()];
        let named = self.metadata.languages.iter().map(String::as_str);
        let written = self.blocks.iter().filter(|it| matches!(it.kind, BlockKind::Question(_)));
        let written = written.filter_map(|it| it.language.as_deref());
        let written = written.filter(|it| *it != "*" && self.metadata.languages.is_empty());
        for language in named.chain(written) {
            if !found.iter().any(|it| it == language) {
                found.push(language.to_owned());
            }
        }
        found
    }
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
    /// The languages a user can choose from, if the interview says which.
    pub languages: Vec<String>,
    /// The sign of money; that of the language unless said.
    pub currency_symbol: Option<String>,
    /// Not shown in the list of interviews.
    pub unlisted: bool,
    /// About how many minutes it takes.
    pub minutes: Option<u32>,
    /// Days without use after which a session is deleted, if the interview says so.
    pub keep_days: Option<u32>,
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
    /// Whether it has a key of its own, so that it can be shared apart and kept back apart
    /// (`private`). That holds for the sections inside of it too.
    pub private: bool,
    /// Sections inside of it.
    pub children: Vec<Section>,
}

impl Section {
    /// Whether the key is its own, or that of a section inside of it.
    fn has(&self, key: &str) -> bool {
        let mut waiting = vec![self];
        while let Some(section) = waiting.pop() {
            if section.key == key {
                return true;
            }
            waiting.extend(&section.children);
        }
        false
    }
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

/// A plugin that an interview uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedPlugin {
    /// Its id, as in `org.example.shouting`.
    pub id: String,
    /// Where the interview names it.
    pub span: Span,
}

/// The names that authors may write for `datatype` and `input type`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datatypes {
    /// Names of `datatype`.
    pub datatypes: Vec<&'static str>,
    /// Names of `input type`.
    pub input_types: Vec<&'static str>,
}
