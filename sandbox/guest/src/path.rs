//! The name of one variable of an interview.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One part of a path behind its root.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Segment {
    /// `.name`
    Attribute(Box<str>),
    /// `[2]`, counted from zero.
    Index(usize),
    /// `["a key"]`
    Key(Box<str>),
}

/// Names one variable of an interview, such as `client.children[2].name.first`.
///
/// Invariant: the root and every attribute are identifiers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path {
    root: Box<str>,
    segments: Vec<Segment>,
}

/// A text that is not a variable path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidPath {
    /// The text as it was given.
    pub text: String,
}

impl fmt::Display for InvalidPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a variable path", self.text)
    }
}

impl std::error::Error for InvalidPath {}

/// Whether `text` is a letter or underscore followed by letters, digits and underscores (ASCII).
pub fn is_identifier(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|it| it.is_ascii_alphabetic() || it == b'_')
        && bytes.all(|it| it.is_ascii_alphanumeric() || it == b'_')
}

impl Path {
    /// The longest path that is parsed, in bytes.
    pub const MAX_LENGTH: usize = 1024;

    /// Parses a path as an author writes it: `a.b`, `a[0].b`, `a["key"]`, `a['key']`.
    ///
    /// Fails on anything else: calls, operators, negative or named indexes, spaces around dots.
    pub fn parse(text: &str) -> Result<Self, InvalidPath> {
        let invalid = || InvalidPath { text: text.chars().take(200).collect() };
        if text.len() > Self::MAX_LENGTH {
            return Err(invalid());
        }
        let root_end = text.find(['.', '[']).unwrap_or(text.len());
        let (root, mut rest) = text.split_at(root_end);
        if !is_identifier(root) {
            return Err(invalid());
        }
        let mut segments = Vec::new();
        while !rest.is_empty() {
            let (segment, behind) = parse_segment(rest).ok_or_else(invalid)?;
            segments.push(segment);
            rest = behind;
        }
        Ok(Self { root: root.into(), segments })
    }

    /// A path of one name.
    ///
    /// Panics in debug builds when `name` is not an identifier.
    pub fn root_of(name: &str) -> Self {
        debug_assert!(is_identifier(name), "a root is an identifier");
        Self { root: name.into(), segments: Vec::new() }
    }

    /// The first name.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// What stands behind the first name.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// This path with one more part.
    #[must_use]
    pub fn join(&self, segment: Segment) -> Self {
        let mut segments = Vec::with_capacity(self.segments.len() + 1);
        segments.extend_from_slice(&self.segments);
        segments.push(segment);
        Self { root: self.root.clone(), segments }
    }

    /// `self.name`
    #[must_use]
    pub fn attribute(&self, name: &str) -> Self {
        self.join(Segment::Attribute(name.into()))
    }

    /// `self[index]`
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.join(Segment::Index(index))
    }

    /// `self["key"]`
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.join(Segment::Key(key.into()))
    }

    /// This path with all of `tail` behind it.
    #[must_use]
    pub fn extend(&self, tail: &[Segment]) -> Self {
        let mut path = self.clone();
        path.segments.extend_from_slice(tail);
        path
    }

    /// The path without its last part; `None` for a root.
    pub fn parent(&self) -> Option<Self> {
        let (_, init) = self.segments.split_last()?;
        Some(Self { root: self.root.clone(), segments: init.to_vec() })
    }

    /// The last part; `None` for a root.
    pub fn last(&self) -> Option<&Segment> {
        self.segments.last()
    }

    /// The first `count` parts behind the root.
    #[must_use]
    pub fn truncated(&self, count: usize) -> Self {
        Self {
            root: self.root.clone(),
            segments: self.segments[..count.min(self.segments.len())].to_vec(),
        }
    }

    /// Whether `self` is `other` or something inside of it.
    pub fn starts_with(&self, other: &Self) -> bool {
        self.root == other.root && self.segments.starts_with(&other.segments)
    }
}

/// Takes one segment off the front of `rest`.
fn parse_segment(rest: &str) -> Option<(Segment, &str)> {
    if let Some(rest) = rest.strip_prefix('.') {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        return is_identifier(name).then(|| (Segment::Attribute(name.into()), behind));
    }
    let rest = rest.strip_prefix('[')?;
    for quote in ['"', '\''] {
        if let Some(rest) = rest.strip_prefix(quote) {
            return parse_key(rest, quote);
        }
    }
    let (digits, behind) = rest.split_once(']')?;
    if digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    Some((Segment::Index(digits.parse().ok()?), behind))
}

/// Takes a quoted key with `\` escapes, its quote and the bracket off the front.
fn parse_key(rest: &str, quote: char) -> Option<(Segment, &str)> {
    let mut key = String::new();
    let mut characters = rest.char_indices();
    while let Some((at, character)) = characters.next() {
        if character == quote {
            let behind = rest[at + quote.len_utf8()..].strip_prefix(']')?;
            return Some((Segment::Key(key.into()), behind));
        }
        key.push(if character == '\\' { characters.next()?.1 } else { character });
    }
    None
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.root)?;
        for segment in &self.segments {
            match segment {
                Segment::Attribute(name) => write!(f, ".{name}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) => {
                    write!(f, "[\"{}\"]", key.replace('\\', "\\\\").replace('"', "\\\""))?;
                }
            }
        }
        Ok(())
    }
}

impl FromStr for Path {
    type Err = InvalidPath;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl Serialize for Path {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}
