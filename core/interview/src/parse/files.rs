//! The interview's files: the main one, included ones, modules.

use std::fmt;

use affiant_diagnostic::{SourceId, Span};

use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::yaml::Entry;
use crate::parse::{block, split, yaml};
use crate::{Anchor, Module, SourceText, TextId, TextKind, UsedPlugin};

/// The longest file that is read, in bytes.
const MAX_LENGTH: usize = 2 * 1024 * 1024;

/// The longest that all files of an interview may be together, in bytes.
const MAX_TOTAL_LENGTH: usize = 16 * 1024 * 1024;

/// The most blocks that an interview may have.
const MAX_BLOCKS: usize = 10_000;

/// The most files that an interview may have.
const MAX_FILES: usize = 500;

/// Gives an interview's files.
pub trait Files {
    /// The text of a file. `name` is relative to the folder of all interviews' files, uses `/`,
    /// and never leads out of it: it has no `..` and does not begin with `/`, unless the name of
    /// the main file does.
    fn read(&self, name: &str) -> Result<String, Unreadable>;

    /// The bytes of a file, which need not be text.
    fn read_bytes(&self, name: &str) -> Result<Vec<u8>, Unreadable> {
        self.read(name).map(String::into_bytes)
    }
}

/// Why a file cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// There is none of this name.
    NotFound,
    /// It is longer than an interview's file may be.
    TooLarge,
    /// With it the interview is longer than an interview may be.
    TooLargeTogether,
    /// It is not UTF-8.
    NotText,
    /// The disk or the network failed.
    Failed,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFound => "there is no such file",
            Self::TooLarge => "it is longer than 2 MiB",
            Self::TooLargeTogether => "with it the interview is longer than 16 MiB",
            Self::NotText => "it is not text in UTF-8",
            Self::Failed => "reading it failed",
        })
    }
}

impl std::error::Error for Unreadable {}

impl Builder<'_> {
    /// Reads the interview's own file and everything it includes.
    pub(crate) fn main(&mut self, name: &str) {
        match self.fetch(name) {
            Ok(text) => {
                let source = self.interview.sources.add(name, text);
                name.clone_into(&mut self.file);
                self.files_met.insert(name.to_owned(), true);
                self.blocks(source);
                self.files_met.insert(name.to_owned(), false);
            }
            Err(why) => {
                let source = self.interview.sources.add(name, "");
                self.report(diagnostics::unreadable_main(Span::new(source, 0, 0), name, why));
            }
        }
    }

    fn fetch(&mut self, name: &str) -> Result<String, Unreadable> {
        let text = self.files.read(name)?;
        self.admit(text.len())?;
        Ok(text)
    }

    /// Counts a file of some length among those of the interview, unless it is too long.
    fn admit(&mut self, length: usize) -> Result<(), Unreadable> {
        if length > MAX_LENGTH {
            return Err(Unreadable::TooLarge);
        }
        self.length += length;
        if self.length > MAX_TOTAL_LENGTH { Err(Unreadable::TooLargeTogether) } else { Ok(()) }
    }

    /// Reads the blocks of a file.
    fn blocks(&mut self, source: SourceId) {
        let file = self.interview.sources.text(source).to_owned();
        let language = self.language.take();
        let mut found = false;
        for range in split::blocks(&file) {
            found = true;
            let start = Span::new(source, range.start, range.start + 1);
            if self.is_full() || !self.may_have_another_block(start) {
                break;
            }
            if let Some(node) = yaml::read(source, &file, range, &mut self.diagnostics) {
                block::top(self, &node);
            }
        }
        if !found {
            self.report(diagnostics::empty_file(Span::new(source, 0, 1)));
        }
        self.language = language;
    }

    /// Counts a block that begins at `span`; false if there are too many.
    pub(crate) fn may_have_another_block(&mut self, span: Span) -> bool {
        self.blocks_met += 1;
        if self.blocks_met == MAX_BLOCKS + 1 {
            self.report(diagnostics::too_many_blocks(span, MAX_BLOCKS));
        }
        self.blocks_met <= MAX_BLOCKS
    }

    /// Reads `include`.
    pub(crate) fn include(&mut self, entry: &Entry) {
        for (name, span) in self.words(entry) {
            let Some(path) = self.resolve(&name, span) else { continue };
            match self.files_met.get(&path) {
                Some(true) => {
                    self.report(diagnostics::cyclic_include(span, &name));
                    continue;
                }
                Some(false) => continue,
                None => {}
            }
            if self.files_met.len() >= MAX_FILES {
                self.report(diagnostics::too_many_files(span, MAX_FILES));
                return;
            }
            match self.fetch(&path) {
                Ok(text) => self.included(&path, text),
                Err(why) => self.report(diagnostics::unreadable_file(span, &name, why)),
            }
        }
    }

    fn included(&mut self, path: &str, text: String) {
        let source = self.interview.sources.add(path, text);
        let before = std::mem::replace(&mut self.file, path.to_owned());
        self.files_met.insert(path.to_owned(), true);
        self.blocks(source);
        self.files_met.insert(path.to_owned(), false);
        self.file = before;
    }

    /// Reads `modules`.
    pub(crate) fn modules(&mut self, entry: &Entry) {
        for (name, span) in self.words(entry) {
            if name.rsplit_once('.').is_none_or(|it| it.1 != "rhai") {
                self.report(diagnostics::foreign_module(span, &name));
                continue;
            }
            let Some(path) = self.resolve(&name, span) else { continue };
            if self.interview.modules.iter().any(|it| it.name == path) {
                continue;
            }
            match self.fetch(&path) {
                Ok(text) => {
                    let source = self.whole_file(&path, &text);
                    self.interview.modules.push(Module { name: path, source });
                }
                Err(why) => self.report(diagnostics::unreadable_file(span, &name, why)),
            }
        }
    }

    /// Reads `plugins`.
    pub(crate) fn plugins(&mut self, entry: &Entry) {
        for (id, span) in self.words(entry) {
            if self.interview.plugins.iter().all(|it| it.id != id) {
                self.interview.plugins.push(UsedPlugin { id, span });
            }
        }
    }

    /// A text that stands in a file of its own.
    pub(crate) fn text_of_file(&mut self, entry: &Entry) -> Option<TextId> {
        let name = self.word(entry)?;
        let span = entry.value.span;
        let path = self.resolve(&name, span)?;
        match self.fetch(&path) {
            Ok(text) => {
                let source = self.whole_file(&path, &text);
                for found in crate::parse::mako::find(&source) {
                    self.report(diagnostics::mako(&found));
                }
                Some(self.add_text(TextKind::Markdown, source))
            }
            Err(why) => {
                self.report(diagnostics::unreadable_file(span, &name, why));
                None
            }
        }
    }

    /// Reads a file that a plugin fills, and gives the name by which it is known.
    pub(crate) fn template_file(&mut self, entry: &Entry) -> Option<String> {
        let name = self.word(entry)?;
        let span = entry.value.span;
        let path = self.resolve(&name, span)?;
        if self.interview.templates.contains_key(&path) {
            return Some(path);
        }
        let read = self.files.read_bytes(&path);
        match read.and_then(|it| self.admit(it.len()).map(|()| it)) {
            Ok(bytes) => {
                self.interview.templates.insert(path.clone(), bytes.into());
                Some(path)
            }
            Err(why) => {
                self.report(diagnostics::unreadable_file(span, &name, why));
                None
            }
        }
    }

    fn whole_file(&mut self, path: &str, text: &str) -> SourceText {
        let text = text.replace("\r\n", "\n");
        let id = self.interview.sources.add(path, text.clone());
        let span = Span::new(id, 0, text.len());
        SourceText { text, span, anchors: vec![Anchor { text: 0, file: 0 }] }
    }

    /// The name by which [`Files`] knows a file that an author names: relative to the file it is
    /// named in, and never outside of the folder that names start from.
    fn resolve(&mut self, name: &str, span: Span) -> Option<String> {
        if name.contains(':') {
            self.report(diagnostics::package_file(span, name));
            return None;
        }
        let folder = self.file.rsplit_once('/').map_or("", |it| it.0);
        let mut parts: Vec<&str> = folder.split('/').filter(|it| !it.is_empty()).collect();
        let mut is_inside = !name.starts_with('/') && !name.contains('\\');
        for part in name.split('/') {
            match part {
                "" | "." => {}
                ".." => is_inside &= parts.pop().is_some(),
                other => parts.push(other),
            }
        }
        if !is_inside || parts.is_empty() {
            self.report(diagnostics::file_outside(span, name));
            return None;
        }
        let root = if self.file.starts_with('/') { "/" } else { "" };
        Some(format!("{root}{}", parts.join("/")))
    }
}
