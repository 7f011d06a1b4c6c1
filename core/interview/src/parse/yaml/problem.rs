//! What the YAML library says, in an author's words.

use affiant_diagnostic::Diagnostic;
use saphyr_parser::ScanError;

use crate::diagnostics;
use crate::parse::yaml::Reader;

impl Reader<'_> {
    /// Says what keeps the block from being read.
    pub(super) fn problem(&self, error: &ScanError) -> Diagnostic {
        let at = self.place(error.marker().index()).min(self.file.len());
        if let Some(tab) = self.tab_before(at) {
            return diagnostics::tab_in_indentation(self.span(tab, tab + 1));
        }
        let info = error.info();
        let here = self.span(at, at + 1);
        match info {
            _ if info.starts_with("mapping values are not allowed") => {
                diagnostics::colon_in_text(here)
            }
            _ if info.starts_with("unexpected character") => self.odd_character(at),
            _ if info.starts_with("simple key expect") => {
                let line = self.line_before(at);
                diagnostics::line_without_colon(self.span(line.0, line.1))
            }
            _ if info.contains("did not find expected key") || info.contains("expected '-'") => {
                diagnostics::odd_indentation(self.line_at(at))
            }
            _ if info.contains("unexpected end of stream") || info.contains("in quoted scalar") => {
                diagnostics::open_quote(here)
            }
            _ if info.contains("trailing content after") => diagnostics::text_after_quote(here),
            _ if info.contains("unknown anchor") => diagnostics::yaml_alias(here),
            _ if info.contains("recursion limit") => diagnostics::too_deep(here, super::MAX_DEPTH),
            _ if info.contains("flow") || info.contains("illegal placement of ':'") => {
                let open =
                    self.open.iter().rev().map(|it| it.start).find(|it| self.is_bracket(*it));
                diagnostics::open_bracket(open.map_or(here, |it| self.span(it, it + 1)))
            }
            _ => diagnostics::invalid_yaml(here, info),
        }
    }

    /// The last tab that stands in the indentation of a line of this block up to the line of `at`.
    fn tab_before(&self, at: usize) -> Option<usize> {
        let text = self.file.get(self.offset..)?;
        let mut start = self.offset;
        let mut found = None;
        for line in text.split_inclusive('\n') {
            if start > at {
                break;
            }
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            if let Some(tab) = line[..indent].find('\t') {
                found = Some(start + tab);
            }
            start += line.len();
        }
        found
    }

    fn is_bracket(&self, at: usize) -> bool {
        matches!(self.file.as_bytes().get(at), Some(b'[' | b'{'))
    }

    /// A character that no plain text may begin with.
    fn odd_character(&self, at: usize) -> Diagnostic {
        let bytes = self.file.as_bytes();
        let is_tag = bytes.get(at) == Some(&b'%')
            && at.checked_sub(1).and_then(|it| bytes.get(it)) == Some(&b'{');
        if is_tag {
            return diagnostics::unquoted_template(self.span(at - 1, at + 1));
        }
        let character = self.file.get(at..).and_then(|it| it.chars().next()).unwrap_or(' ');
        diagnostics::odd_first_character(self.span(at, at + character.len_utf8()), character)
    }

    /// The line of `at` without its indentation.
    fn line_at(&self, at: usize) -> affiant_diagnostic::Span {
        let start = self.file.get(..at).and_then(|it| it.rfind('\n')).map_or(0, |it| it + 1);
        let line = self.file.get(start..).unwrap_or("").lines().next().unwrap_or("");
        let indent = line.len() - line.trim_start().len();
        self.span(start + indent, start + line.trim_end().len())
    }

    /// The last line with something in it that begins before `at`.
    fn line_before(&self, at: usize) -> (usize, usize) {
        let text = self.file.get(self.offset..at).unwrap_or("").trim_end();
        let end = self.offset + text.len();
        let start = text.rfind('\n').map_or(self.offset, |it| self.offset + it + 1);
        let line = self.file.get(start..end).unwrap_or("");
        (start + (line.len() - line.trim_start().len()), end)
    }
}
