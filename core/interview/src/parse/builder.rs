//! What has been read so far, and reading of the values that keys have.

use std::collections::HashMap;

use affiant_diagnostic::{Diagnostic, SourceId, Span};
use indexmap::IndexMap;

use crate::parse::Files;
use crate::{
    Block, BlockIndex, Code, CodeId, CodeKind, Interview, SourceText, Text, TextId, TextKind,
};

/// Looking for further mistakes stops after this many; fewer are shown.
const MAX_MISTAKES: usize = 1_000;

/// The interview as far as it has been read.
pub(crate) struct Builder<'f> {
    pub(crate) files: &'f dyn Files,
    pub(crate) interview: Interview,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Where each id stands.
    pub(crate) ids: HashMap<String, Span>,
    /// Ids that `order` and `supersedes` name.
    pub(crate) named_ids: Vec<(String, Span)>,
    /// Sections that questions name.
    pub(crate) named_sections: Vec<(String, Span)>,
    /// Datatypes that are none of ours, where they are named.
    pub(crate) custom_datatypes: Vec<(String, Span)>,
    /// Private sections, where they are written.
    pub(crate) private_sections: Vec<(String, Span)>,
    /// The files that have been met, and whether they are being read now.
    pub(crate) files_met: IndexMap<String, bool>,
    /// The file that is being read, as a name that [`Files`] knows.
    pub(crate) file: String,
    /// `default language` of the file that is being read.
    pub(crate) language: Option<String>,
    /// How long all files together are, in bytes.
    pub(crate) length: usize,
    /// How many blocks have been met.
    pub(crate) blocks_met: usize,
}

impl<'f> Builder<'f> {
    pub(crate) fn new(files: &'f dyn Files) -> Self {
        Self {
            files,
            interview: Interview::default(),
            diagnostics: Vec::new(),
            ids: HashMap::new(),
            named_ids: Vec::new(),
            named_sections: Vec::new(),
            custom_datatypes: Vec::new(),
            private_sections: Vec::new(),
            files_met: IndexMap::new(),
            file: String::new(),
            language: None,
            length: 0,
            blocks_met: 0,
        }
    }

    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        if !self.is_full() || diagnostic.is_error() {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Whether more has been found wrong than anybody will read.
    pub(crate) fn is_full(&self) -> bool {
        self.diagnostics.len() >= MAX_MISTAKES
    }

    /// Whether `source` is the interview's own file, not an included one.
    pub(crate) fn is_main(source: SourceId) -> bool {
        source == SourceId(0)
    }

    pub(crate) fn add_code(&mut self, kind: CodeKind, source: SourceText) -> CodeId {
        self.interview.codes.push(Code { kind, source });
        CodeId(index(self.interview.codes.len() - 1))
    }

    pub(crate) fn add_text(&mut self, kind: TextKind, source: SourceText) -> TextId {
        self.interview.texts.push(Text { kind, source });
        TextId(index(self.interview.texts.len() - 1))
    }

    pub(crate) fn add_block(&mut self, block: Block) -> BlockIndex {
        self.interview.blocks.push(block);
        BlockIndex(index(self.interview.blocks.len() - 1))
    }
}

/// Counts are bounded by the sizes of files, far below 2³².
fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
