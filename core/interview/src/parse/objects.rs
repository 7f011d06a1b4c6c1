//! Objects blocks: `name: Class` and `name: Class.using(…)`.

use affiant_diagnostic::Span;
use affiant_guest::is_identifier;

use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::keys::{Place, takes};
use crate::parse::yaml::{Entry, Node};
use crate::{Anchor, Argument, ClassUse, CodeKind, ObjectDeclaration, Pattern, SourceText};

/// How deep `using` may stand in `using`.
const MAX_DEPTH: usize = 16;

/// The longest declaration that is read, in bytes.
const MAX_LENGTH: usize = 16 * 1024;

/// What an objects block says.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) objects: Vec<ObjectDeclaration>,
}

/// Keys of an objects block.
pub(crate) static OBJECTS: Place<Draft> = Place {
    name: "an objects block",
    keys: &[takes(
        "objects",
        "A list of `variable: Class` or `variable: Class.using(attribute=value)`.",
        objects,
    )],
};

fn objects(builder: &mut Builder<'_>, draft: &mut Draft, entry: &Entry) {
    for item in entry.value.items() {
        let Some(declarations) = item.map() else {
            let expected = "a list of `variable: Class`";
            builder.report(diagnostics::wrong_type(item.span, entry.name(), expected));
            continue;
        };
        for declaration in declarations {
            draft.objects.extend(object(builder, declaration));
        }
    }
}

fn object(builder: &mut Builder<'_>, entry: &Entry) -> Option<ObjectDeclaration> {
    let span = Span::new(
        entry.key.span.source,
        entry.key.span.start as usize,
        entry.value.span.end as usize,
    );
    let name = entry.name();
    let Ok(target) = Pattern::parse(name) else {
        builder.report(diagnostics::invalid_variable(entry.key.span, "objects", name));
        return None;
    };
    let class = class(builder, &entry.value)?;
    Some(ObjectDeclaration { target, class, span })
}

/// The class that a node names.
fn class(builder: &mut Builder<'_>, node: &Node) -> Option<ClassUse> {
    let scalar = builder.scalar(node, "objects", "the name of a class, such as `Individual`")?;
    if scalar.text.len() > MAX_LENGTH {
        builder.report(diagnostics::invalid_class(node.span, "…"));
        return None;
    }
    let source = builder.source_text(node, scalar);
    let mut reading = Reading { builder, source: &source };
    reading.class(0..source.text.len(), 0)
}

/// Reads `Class.using(…)`; ranges are bytes of the source's text.
struct Reading<'r, 'f> {
    builder: &'r mut Builder<'f>,
    source: &'r SourceText,
}

impl Reading<'_, '_> {
    fn class(&mut self, range: std::ops::Range<usize>, depth: usize) -> Option<ClassUse> {
        let source = self.source;
        let range = trimmed(&source.text, range);
        let text = &source.text[range.clone()];
        let name_end =
            text.find(|it: char| !it.is_ascii_alphanumeric() && it != '_').unwrap_or(text.len());
        let (name, rest) = text.split_at(name_end);
        if !is_identifier(name) || depth > MAX_DEPTH {
            return self.refuse(range);
        }
        let call = rest.trim_start();
        if call.is_empty() {
            return Some(ClassUse { name: name.to_owned(), using: Vec::new() });
        }
        let inner = call
            .strip_prefix(".using")
            .and_then(|it| it.trim_start().strip_prefix('('))
            .and_then(|it| it.strip_suffix(')'));
        let Some(inner) = inner else { return self.refuse(range) };
        let start = range.end - 1 - inner.len();
        let mut using = Vec::new();
        for part in split(&source.text, start..start + inner.len()) {
            using.extend(self.argument(part, depth));
        }
        Some(ClassUse { name: name.to_owned(), using })
    }

    /// `name=value`.
    fn argument(
        &mut self,
        range: std::ops::Range<usize>,
        depth: usize,
    ) -> Option<(String, Argument)> {
        let source = self.source;
        let range = trimmed(&source.text, range);
        let text = &source.text[range.clone()];
        let parts = text.split_once('=').map(|(name, value)| (name.trim(), value));
        let Some((name, value)) = parts.filter(|(name, _)| is_identifier(name)) else {
            self.refuse(range);
            return None;
        };
        let value = trimmed(&source.text, range.end - value.len()..range.end);
        let value_text = &source.text[value.clone()];
        if value_text.is_empty() {
            self.refuse(range);
            return None;
        }
        let name = name.to_owned();
        if name == "object_type" || is_using(value_text) {
            return Some((name, Argument::Class(self.class(value, depth + 1)?)));
        }
        let part = self.part(&value);
        Some((name, Argument::Code(self.builder.add_code(CodeKind::Expression, part))))
    }

    fn refuse(&mut self, range: std::ops::Range<usize>) -> Option<ClassUse> {
        let part = self.part(&range);
        self.builder.report(diagnostics::invalid_class(part.span, &part.text));
        None
    }

    /// A piece of the source as a source of its own.
    fn part(&self, range: &std::ops::Range<usize>) -> SourceText {
        let source = self.source;
        let cut = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        let start = source.byte(range.start);
        let last = source.text[range.clone()].char_indices().next_back();
        let end = last.map_or(start, |(at, it)| source.byte(range.start + at) + it.len_utf8());
        let first = Anchor { text: 0, file: cut(start) };
        let inner = source.anchors.iter().filter(|it| range.contains(&(it.text as usize)));
        let moved = inner.map(|it| Anchor { text: it.text - cut(range.start), file: it.file });
        SourceText {
            text: source.text[range.clone()].to_owned(),
            span: Span::new(source.span.source, start, end),
            anchors: std::iter::once(first).chain(moved).collect(),
        }
    }
}

/// Whether a value is another class with attributes.
fn is_using(text: &str) -> bool {
    let (name, rest) = text.split_once('.').unwrap_or((text, ""));
    is_identifier(name)
        && rest.starts_with("using(")
        && name.starts_with(|it: char| it.is_ascii_uppercase())
}

fn trimmed(text: &str, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let inner = &text[range.clone()];
    let start = range.start + (inner.len() - inner.trim_start().len());
    start..(start + inner.trim().len())
}

/// The parts between commas that stand in no bracket and no quotes.
fn split(text: &str, range: std::ops::Range<usize>) -> Vec<std::ops::Range<usize>> {
    let mut parts = Vec::new();
    let mut start = range.start;
    let mut depth = 0_usize;
    let mut quote = None;
    let mut escaped = false;
    for (at, character) in text[range.clone()].char_indices() {
        match (quote, character) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(character),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                parts.push(start..range.start + at);
                start = range.start + at + 1;
            }
            (None, _) => {}
        }
    }
    if !text[start..range.end].trim().is_empty() {
        parts.push(start..range.end);
    }
    parts
}
