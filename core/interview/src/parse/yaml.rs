//! One block's YAML as a tree with places.

mod anchors;
mod problem;
mod scalar;

use std::collections::HashMap;

use affiant_diagnostic::{Diagnostic, SourceId, Span};
use saphyr_parser::{Event, Parser, ScalarStyle, StrInput};

use crate::diagnostics;

pub(crate) use anchors::anchors;
pub(crate) use scalar::{Literal, literal};

/// How deep lists and mappings may stand in one another.
const MAX_DEPTH: usize = 64;

/// A piece of YAML.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// All of it.
    pub(crate) span: Span,
    pub(crate) shape: Shape,
}

/// What a piece of YAML is.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A text, number, boolean or nothing.
#[derive(Clone, Debug)]
pub(crate) struct Scalar {
    /// With indentation, quotes and escapes taken off.
    pub(crate) text: String,
    pub(crate) style: ScalarStyle,
}

/// One key of a mapping with its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Always a scalar.
    pub(crate) key: Node,
    pub(crate) value: Node,
}

impl Entry {
    /// The key.
    pub(crate) fn name(&self) -> &str {
        self.key.scalar().map_or("", |it| it.text.as_str())
    }
}

impl Node {
    pub(crate) fn scalar(&self) -> Option<&Scalar> {
        match &self.shape {
            Shape::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    pub(crate) fn list(&self) -> Option<&[Node]> {
        match &self.shape {
            Shape::List(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn map(&self) -> Option<&[Entry]> {
        match &self.shape {
            Shape::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The items of a list, or the node itself as the only one; nothing for nothing.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.shape {
            Shape::List(items) => items,
            _ if self.is_null() => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// What it means in YAML's core schema; `None` for lists and mappings.
    pub(crate) fn literal(&self) -> Option<Literal<'_>> {
        self.scalar().map(literal)
    }

    pub(crate) fn is_null(&self) -> bool {
        self.literal() == Some(Literal::Null)
    }

    /// The value of a key of a mapping.
    pub(crate) fn get(&self, name: &str) -> Option<&Node> {
        self.map()?.iter().find(|it| it.name() == name).map(|it| &it.value)
    }
}

/// Reads one block: the bytes `start..end` of `file`.
///
/// Gives nothing for a block without content, and for one that is not YAML, about which there is
/// then a diagnostic.
pub(crate) fn read(
    source: SourceId,
    file: &str,
    range: std::ops::Range<usize>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node> {
    let text = file.get(range.clone()).unwrap_or("");
    let mut reader = Reader {
        source,
        file,
        offset: range.start,
        places: Places::of(text),
        open: Vec::new(),
        root: None,
        refused: Vec::new(),
    };
    let mut parser = Parser::new_from_str(text);
    let fatal = reader.run(&mut parser);
    diagnostics.append(&mut reader.refused);
    match fatal {
        Some(problem) => {
            diagnostics.push(problem);
            None
        }
        None => reader.root,
    }
}

/// Byte offsets of a text's characters.
enum Places {
    /// Every character is one byte.
    Ascii(usize),
    /// The byte of each character, and of the end.
    Wide(Vec<usize>),
}

impl Places {
    fn of(text: &str) -> Self {
        if text.is_ascii() {
            return Self::Ascii(text.len());
        }
        let starts = text.char_indices().map(|(at, _)| at);
        Self::Wide(starts.chain(std::iter::once(text.len())).collect())
    }

    fn byte(&self, character: usize) -> usize {
        match self {
            Self::Ascii(length) => character.min(*length),
            Self::Wide(starts) => {
                starts.get(character).or(starts.last()).copied().unwrap_or_default()
            }
        }
    }
}

struct Reader<'t> {
    source: SourceId,
    file: &'t str,
    /// Where the block starts in the file.
    offset: usize,
    places: Places,
    /// Lists and mappings that have not ended.
    open: Vec<Open>,
    root: Option<Node>,
    /// Mistakes that do not keep the rest of the block from being read.
    refused: Vec<Diagnostic>,
}

/// A list or mapping that has not ended.
struct Open {
    start: usize,
    kind: OpenKind,
}

enum OpenKind {
    List(Vec<Node>),
    Map {
        entries: Vec<Entry>,
        key: Option<Node>,
        /// Where each key stands.
        met: HashMap<String, Span>,
    },
}

impl Reader<'_> {
    /// Reads all events. Gives what is wrong if the block cannot be used.
    fn run(&mut self, parser: &mut Parser<'_, StrInput<'_>>) -> Option<Diagnostic> {
        while let Some(event) = parser.next_event() {
            let (event, span) = match event {
                Ok(event) => event,
                Err(error) => return Some(self.problem(&error)),
            };
            let start = self.place(span.start.index());
            let end = self.place(span.end.index()).max(start);
            if let Err(problem) = self.take(event, start, end) {
                return Some(*problem);
            }
        }
        None
    }

    fn place(&self, character: usize) -> usize {
        self.offset + self.places.byte(character)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end)
    }

    fn take(&mut self, event: Event<'_>, start: usize, end: usize) -> Result<(), Box<Diagnostic>> {
        match event {
            Event::Scalar(text, style, _, tag) => {
                if tag.is_some() {
                    self.refused.push(diagnostics::yaml_tag(self.span(start, end)));
                }
                let span = self.span(start, self.without_space(start, end));
                let scalar = Scalar { text: text.into_owned(), style };
                self.put(Node { span, shape: Shape::Scalar(scalar) })
            }
            Event::SequenceStart(..) => self.open(start, OpenKind::List(Vec::new())),
            Event::MappingStart(..) => self
                .open(start, OpenKind::Map { entries: Vec::new(), key: None, met: HashMap::new() }),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(open) => self.put(self.closed(open, end)),
                None => Ok(()),
            },
            Event::Alias(_) => Err(Box::new(diagnostics::yaml_alias(self.span(start, end)))),
            _ => Ok(()),
        }
    }

    fn open(&mut self, start: usize, kind: OpenKind) -> Result<(), Box<Diagnostic>> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Box::new(diagnostics::too_deep(self.span(start, start + 1), MAX_DEPTH)));
        }
        self.open.push(Open { start, kind });
        Ok(())
    }

    /// The end of a scalar without the line ends and spaces behind it.
    fn without_space(&self, start: usize, end: usize) -> usize {
        let text = self.file.get(start..end).unwrap_or("");
        start + text.trim_end().len()
    }

    fn closed(&self, open: Open, end: usize) -> Node {
        let is_flow = matches!(self.file.as_bytes().get(open.start), Some(b'{' | b'['));
        let (shape, last) = match open.kind {
            OpenKind::List(items) => {
                let last = items.last().map(|it| it.span.end);
                (Shape::List(items), last)
            }
            OpenKind::Map { entries, .. } => {
                let last = entries.last().map(|it| it.value.span.end.max(it.key.span.end));
                (Shape::Map(entries), last)
            }
        };
        let end = if is_flow { end } else { last.map_or(open.start, |it| it as usize) };
        Node { span: self.span(open.start, end.max(open.start)), shape }
    }

    /// Puts a finished node where it belongs.
    fn put(&mut self, node: Node) -> Result<(), Box<Diagnostic>> {
        match self.open.last_mut().map(|it| &mut it.kind) {
            None => match &self.root {
                None => self.root = Some(node),
                Some(_) => return Err(Box::new(diagnostics::second_document(node.span))),
            },
            Some(OpenKind::List(items)) => items.push(node),
            Some(OpenKind::Map { entries, key, met }) => match key.take() {
                None => {
                    if let Some(problem) = bad_key(self.file, &node) {
                        return Err(Box::new(problem));
                    }
                    *key = Some(node);
                }
                Some(key) => {
                    let entry = Entry { key, value: node };
                    let name = entry.name();
                    if let Some(before) = met.get(name) {
                        let here = entry.key.span;
                        self.refused.push(diagnostics::duplicate_key(here, name, *before));
                    } else {
                        met.insert(name.to_owned(), entry.key.span);
                        entries.push(entry);
                    }
                }
            },
        }
        Ok(())
    }
}

/// What is wrong with a node as a key, if anything.
fn bad_key(file: &str, node: &Node) -> Option<Diagnostic> {
    if node.scalar().is_some() {
        return None;
    }
    let start = node.span.start as usize;
    // `{{ name }}` without quotes is a mapping in a mapping for YAML.
    let before = start.checked_sub(1).and_then(|it| file.as_bytes().get(it));
    if before == Some(&b'{') && node.map().is_some() {
        let span = Span::new(node.span.source, start - 1, node.span.end as usize);
        return Some(diagnostics::unquoted_template(span));
    }
    Some(diagnostics::key_is_no_text(node.span))
}
