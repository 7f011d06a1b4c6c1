//! Variable names as blocks declare them, with index variables and `x`.

use std::fmt;

use affiant_guest::{Path, Segment, is_identifier};

/// One part of a pattern behind its root.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PatternSegment {
    /// `.name`
    Attribute(Box<str>),
    /// `[2]`
    Index(usize),
    /// `["key"]`
    Key(Box<str>),
    /// `[i]`: one of `i j k l m n`.
    Variable(char),
}

/// A variable name as an author declares it: `client.name.first`, `children[i].age`, `x.address`.
///
/// Its text form is canonical (keys in double quotes), so equal patterns have equal texts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    root: Box<str>,
    segments: Vec<PatternSegment>,
}

/// A text that does not name a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidPattern;

/// The index variables.
pub const INDEX_VARIABLES: [char; 6] = ['i', 'j', 'k', 'l', 'm', 'n'];

impl Pattern {
    /// Parses a name; fails on calls, operators and anything else that is not a place.
    pub fn parse(text: &str) -> Result<Self, InvalidPattern> {
        let text = text.trim();
        // An index variable stands where a path has a number, so paths do the parsing and
        // `[i]` travels through as a key that no author can write.
        let mut marked = text.to_owned();
        for variable in INDEX_VARIABLES {
            marked = marked.replace(&format!("[{variable}]"), &format!("[\"\u{1}{variable}\"]"));
        }
        let path = Path::parse(&marked).map_err(|_| InvalidPattern)?;
        let segments = path.segments().iter().map(PatternSegment::from_marked).collect();
        Ok(Self { root: path.root().into(), segments })
    }

    /// The pattern that matches exactly `path`.
    pub fn exact(path: &Path) -> Self {
        let segments = path.segments().iter().map(PatternSegment::from_marked).collect();
        Self { root: path.root().into(), segments }
    }

    /// A pattern from its parts. Fails when the root is not an identifier.
    pub fn new(root: &str, segments: Vec<PatternSegment>) -> Result<Self, InvalidPattern> {
        if !is_identifier(root) {
            return Err(InvalidPattern);
        }
        Ok(Self { root: root.into(), segments })
    }

    /// The first name.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// What stands behind the first name.
    pub fn segments(&self) -> &[PatternSegment] {
        &self.segments
    }

    /// Whether it starts at the generic object `x`.
    pub fn is_generic(&self) -> bool {
        &*self.root == "x"
    }

    /// The index variables in it, from left to right.
    pub fn variables(&self) -> impl Iterator<Item = char> {
        self.segments.iter().filter_map(|it| match it {
            PatternSegment::Variable(name) => Some(*name),
            _ => None,
        })
    }

    /// The path this means when `x` is `generic` and an index variable is what `index` says;
    /// `None` when one of them is not bound.
    pub fn bind(
        &self,
        generic: Option<&Path>,
        index: &dyn Fn(char) -> Option<Segment>,
    ) -> Option<Path> {
        let mut path = if self.is_generic() {
            generic.cloned().unwrap_or_else(|| Path::root_of("x"))
        } else {
            Path::root_of(&self.root)
        };
        for segment in &self.segments {
            path = path.join(match segment {
                PatternSegment::Attribute(name) => Segment::Attribute(name.clone()),
                PatternSegment::Index(at) => Segment::Index(*at),
                PatternSegment::Key(key) => Segment::Key(key.clone()),
                PatternSegment::Variable(name) => index(*name)?,
            });
        }
        Some(path)
    }
}

impl PatternSegment {
    fn from_marked(segment: &Segment) -> Self {
        match segment {
            Segment::Attribute(name) => Self::Attribute(name.clone()),
            Segment::Index(at) => Self::Index(*at),
            Segment::Key(key) => match key.strip_prefix('\u{1}').and_then(|it| it.chars().next()) {
                Some(variable) => Self::Variable(variable),
                None => Self::Key(key.clone()),
            },
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.root)?;
        for segment in &self.segments {
            match segment {
                PatternSegment::Attribute(name) => write!(f, ".{name}")?,
                PatternSegment::Index(at) => write!(f, "[{at}]")?,
                PatternSegment::Key(key) => {
                    write!(f, "[\"{}\"]", key.replace('\\', "\\\\").replace('"', "\\\""))?;
                }
                PatternSegment::Variable(name) => write!(f, "[{name}]")?,
            }
        }
        Ok(())
    }
}
