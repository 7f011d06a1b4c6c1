//! The texts of an interview, and places in them.

/// Which of an interview's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// A range of bytes in one file; `start <= end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// Behind the last byte.
    pub end: u32,
}

impl Span {
    /// A range of bytes of `source`; lengths past 4 GiB are cut.
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        let cut = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        Self { source, start: cut(start), end: cut(end.max(start)) }
    }

    /// The part of this span from `offset` on, `length` bytes long, kept inside of it.
    #[must_use]
    pub fn within(self, offset: usize, length: usize) -> Self {
        let cut = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        let start = self.start.saturating_add(cut(offset)).min(self.end);
        Self { source: self.source, start, end: start.saturating_add(cut(length)).min(self.end) }
    }
}

/// A place for people: both count from one, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The file's name as the author knows it.
    pub file: String,
    /// Line in the whole file.
    pub line: usize,
    /// Column.
    pub column: usize,
    /// The line itself, without its end.
    pub text: String,
    /// How many characters to underline, at least one.
    pub width: usize,
}

#[derive(Clone, Debug)]
struct Source {
    name: String,
    text: String,
    line_starts: Vec<usize>,
}

/// The texts of an interview's files.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    all: Vec<Source>,
}

impl Sources {
    /// Adds a file; `name` is how the author knows it.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        let text = text.into();
        let line_starts =
            std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let id = SourceId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.all.push(Source { name: name.into(), text, line_starts });
        id
    }

    /// The name of a file; empty when there is none.
    pub fn name(&self, id: SourceId) -> &str {
        self.get(id).map_or("", |it| &it.name)
    }

    /// The text of a file; empty when there is none.
    pub fn text(&self, id: SourceId) -> &str {
        self.get(id).map_or("", |it| &it.text)
    }

    /// All files, in the order in which they were added.
    pub fn ids(&self) -> impl Iterator<Item = SourceId> + use<> {
        (0..u32::try_from(self.all.len()).unwrap_or(u32::MAX)).map(SourceId)
    }

    /// The text a span covers; empty when it points nowhere.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.source).get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Where a span starts.
    pub fn locate(&self, span: Span) -> Location {
        let Some(source) = self.get(span.source) else {
            return Location {
                file: String::new(),
                line: 1,
                column: 1,
                text: String::new(),
                width: 1,
            };
        };
        let start = (span.start as usize).min(source.text.len());
        let line = source.line_starts.partition_point(|it| *it <= start) - 1;
        let line_start = source.line_starts[line];
        let line_end =
            source.text[line_start..].find('\n').map_or(source.text.len(), |it| line_start + it);
        let text = source.text[line_start..line_end].trim_end_matches('\r');
        let before = source.text.get(line_start..start).unwrap_or(text);
        let covered = source.text.get(start..(span.end as usize).min(line_end)).unwrap_or("");
        Location {
            file: source.name.clone(),
            line: line + 1,
            column: before.chars().count() + 1,
            text: text.to_owned(),
            width: covered.chars().count().max(1),
        }
    }

    fn get(&self, id: SourceId) -> Option<&Source> {
        self.all.get(id.0 as usize)
    }
}
