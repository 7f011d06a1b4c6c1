//! Puts markers into a source, and columns back to where they were.
//!
//! `total = rent * 12` becomes `@.total = rent * 12` for Rhai, where `@` is the root of all
//! answers; `|c| c.age < limit` becomes `|c| c.age < ~.limit`. Authors cannot write either
//! symbol: Rhai reserves them, and only the second pass lets them through.

use std::collections::BTreeMap;

/// What a marker stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    /// The root of a place to write to.
    Write,
    /// The root of what a closure reads.
    Read,
}

impl Marker {
    /// The symbol, which is also the name of the variable that Rhai asks for.
    pub(crate) const fn symbol(self) -> &'static str {
        match self {
            Self::Write => "@",
            Self::Read => "~",
        }
    }
}

/// A marker to put in front of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// From one.
    pub(crate) line: usize,
    /// From one, in characters.
    pub(crate) column: usize,
    pub(crate) marker: Marker,
    /// The variable that stands there.
    pub(crate) name: String,
}

/// Characters that a marker adds: the symbol and a dot.
const WIDTH: usize = 2;

/// Where markers were put: for each line the columns of the original, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shift(BTreeMap<usize, Vec<usize>>);

impl Shift {
    /// The column in the original of a column in the marked source.
    pub(crate) fn original(&self, line: usize, column: usize) -> usize {
        let Some(columns) = self.0.get(&line) else { return column };
        let mut original = column;
        for (count, marked) in columns.iter().enumerate() {
            // The marker itself counts as its variable.
            let start = marked + count * WIDTH;
            if column < start {
                break;
            }
            original = (column - count * WIDTH).saturating_sub(WIDTH).max(*marked);
        }
        original
    }
}

/// A mark that does not stand in front of its variable.
#[derive(Debug)]
pub(crate) struct Misplaced {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// The source with all `marks` in it.
pub(crate) fn apply(source: &str, marks: &[Mark]) -> Result<(String, Shift), Misplaced> {
    let mut at: BTreeMap<(usize, usize), &Mark> = BTreeMap::new();
    for mark in marks {
        at.insert((mark.line, mark.column), mark);
    }
    let mut marked = String::with_capacity(source.len() + at.len() * WIDTH);
    let mut shift = Shift::default();
    let (mut line, mut column) = (1, 1);
    for (offset, character) in source.char_indices() {
        if let Some(mark) = at.remove(&(line, column)) {
            if !source[offset..].starts_with(&mark.name) {
                return Err(Misplaced { line, column });
            }
            marked.push_str(mark.marker.symbol());
            marked.push('.');
            shift.0.entry(line).or_default().push(column);
        }
        marked.push(character);
        if character == '\n' {
            (line, column) = (line + 1, 1);
        } else {
            column += 1;
        }
    }
    match at.pop_first() {
        None => Ok((marked, shift)),
        Some(((line, column), _)) => Err(Misplaced { line, column }),
    }
}
