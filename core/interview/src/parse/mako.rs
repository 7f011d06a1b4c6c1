//! Finding template tags of another language, which authors who come from there write out of habit.

use affiant_diagnostic::Span;

use crate::SourceText;

/// How many tags of one text are reported.
const MOST: usize = 20;

/// A tag of Mako in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mako {
    /// Where it stands.
    pub(crate) span: Span,
    /// The tag.
    pub(crate) tag: String,
    /// What to write instead, if there is something.
    pub(crate) instead: Option<String>,
}

/// Finds the first tag of each line.
pub(crate) fn find(source: &SourceText) -> Vec<Mako> {
    if !source.text.contains("${") && !source.text.contains('%') {
        return Vec::new();
    }
    let lines = (1..).zip(source.text.split('\n'));
    lines.filter_map(|(number, line)| in_line(source, number, line)).take(MOST).collect()
}

fn in_line(source: &SourceText, number: usize, line: &str) -> Option<Mako> {
    let (start, tag, instead) =
        expression(line).or_else(|| control(line)).or_else(|| other(line))?;
    let column = line[..start].chars().count() + 1;
    let span = source.place(number, column, tag.len());
    Some(Mako { span, tag: tag.to_owned(), instead })
}

/// `${ … }`; a dollar sign before a tag of ours is none.
fn expression(line: &str) -> Option<(usize, &str, Option<String>)> {
    let start =
        line.match_indices("${").map(|(at, _)| at).find(|at| !line[at + 2..].starts_with('{'))?;
    let rest = &line[start + 2..];
    let length = rest.find('}').map_or(rest.len(), |it| it + 1);
    let tag = &line[start..start + 2 + length];
    let inner = rest[..length].trim_end_matches('}').trim();
    Some((start, tag, Some(format!("{{{{ {inner} }}}}"))))
}

/// `% if …:` and its like, alone on a line.
fn control(line: &str) -> Option<(usize, &str, Option<String>)> {
    let tag = line.trim();
    let rest = tag.strip_prefix('%')?.trim().trim_end_matches(':');
    let word = rest.split(|it: char| !it.is_alphanumeric()).next()?;
    let ours = match word {
        "if" | "elif" | "for" | "else" | "endif" | "endfor" => Some(format!("{{% {rest} %}}")),
        "while" | "endwhile" => None,
        _ => return None,
    };
    Some((line.find('%')?, tag, ours))
}

/// `<% … %>` and `<%def …>`.
fn other(line: &str) -> Option<(usize, &str, Option<String>)> {
    let start = line.find("<%")?;
    let rest = &line[start..];
    let length = rest.find("%>").map_or(rest.len(), |it| it + 2);
    Some((start, &rest[..length], None))
}
