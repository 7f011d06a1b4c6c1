//! What is wrong with a source, in an author's words.

use std::fmt;

use rhai::{LexError, ParseError, ParseErrorType, Position};

use crate::limits::MAX_SOURCE;
use crate::script::Kind;

/// Why a source is not a script. Line and column count from one, in the source given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptProblem {
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// Line.
    pub line: usize,
    /// Column, in characters.
    pub column: usize,
    /// What to do about it.
    pub hint: Option<String>,
}

impl fmt::Display for ScriptProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for ScriptProblem {}

/// A source over the limit.
pub(crate) fn too_long() -> ScriptProblem {
    ScriptProblem {
        message: format!("the script is longer than {} KiB", MAX_SOURCE >> 10),
        line: 1,
        column: 1,
        hint: Some("split it into several code blocks".to_owned()),
    }
}

/// A source that the parser takes but that cannot be made ready to run.
pub(crate) fn unreadable(line: usize, column: usize) -> ScriptProblem {
    ScriptProblem {
        message: "this script cannot be read".to_owned(),
        line,
        column,
        hint: Some("put its statements on lines of their own".to_owned()),
    }
}

/// Line and column of a position of Rhai's.
pub(crate) fn place(position: Position) -> (usize, usize) {
    (position.line().unwrap_or(1), position.position().unwrap_or(1).max(1))
}

/// What the parser refuses.
pub(crate) fn of_parser(error: &ParseError, source: &str, kind: Kind) -> ScriptProblem {
    let (mut line, mut column) = place(error.position());
    if error.position().is_none() {
        line = source.lines().count().max(1);
        column = source.lines().last().map_or(1, |it| it.chars().count() + 1);
    }
    let text = source.lines().nth(line - 1).unwrap_or_default();
    let habit = habit(text, column, error.err_type());
    ScriptProblem {
        message: message(error.err_type(), kind),
        line,
        column,
        hint: habit.or_else(|| hint(error.err_type(), kind)),
    }
}

/// The parser's complaint in plain words.
fn message(error: &ParseErrorType, kind: Kind) -> String {
    match error {
        ParseErrorType::UnexpectedEOF => "the script ends too early".to_owned(),
        ParseErrorType::MissingToken(token, _) if token == ";" => {
            "expected `;` after the statement before this".to_owned()
        }
        ParseErrorType::MissingToken(token, purpose) => format!("expected `{token}` {purpose}"),
        ParseErrorType::BadInput(LexError::UnexpectedInput(text))
            if kind == Kind::Expression && text == "=" =>
        {
            "an expression cannot assign".to_owned()
        }
        ParseErrorType::BadInput(LexError::UnexpectedInput(text)) => {
            format!("`{text}` does not fit here")
        }
        ParseErrorType::BadInput(LexError::UnterminatedString) => {
            "this text has no closing quote".to_owned()
        }
        ParseErrorType::BadInput(LexError::MalformedChar(_)) => "text in single quotes".to_owned(),
        ParseErrorType::BadInput(LexError::ImproperSymbol(symbol, _)) if !symbol.is_empty() => {
            format!("`{symbol}` is not an operator")
        }
        ParseErrorType::UnknownOperator(symbol) => format!("`{symbol}` is not an operator"),
        ParseErrorType::Reserved(word) => format!("`{word}` is reserved"),
        ParseErrorType::ExprTooDeep => "this is nested too deep".to_owned(),
        ParseErrorType::TooManyFunctions => "too many functions in one script".to_owned(),
        ParseErrorType::AssignmentToInvalidLHS(_) | ParseErrorType::AssignmentToConstant(_) => {
            "this cannot be assigned to".to_owned()
        }
        ParseErrorType::MismatchedType(wanted, given) => {
            let given = if given == "()" { "null" } else { given };
            format!("expected {wanted}, not {given}")
        }
        ParseErrorType::LoopBreak => "`break` and `continue` belong in a loop".to_owned(),
        other => lowered(&other.to_string()),
    }
}

fn hint(error: &ParseErrorType, kind: Kind) -> Option<String> {
    let hint = match error {
        ParseErrorType::MissingToken(token, _) if token == ";" && kind == Kind::Block => {
            "end each statement with `;`"
        }
        ParseErrorType::BadInput(LexError::UnexpectedInput(text))
            if kind == Kind::Expression && text == "=" =>
        {
            "write `==` to compare"
        }
        ParseErrorType::BadInput(LexError::MalformedChar(_)) => "text goes in double quotes",
        ParseErrorType::BadInput(LexError::ImproperSymbol(symbol, _)) => match symbol.as_str() {
            "===" => "write `==`",
            "!==" => "write `!=`",
            ":=" => "write `=`",
            "->" => "a closure is written `|x| x + 1`",
            _ => return None,
        },
        ParseErrorType::UnknownOperator(symbol) => match symbol.as_str() {
            "++" => "write `+= 1`",
            "--" => "write `-= 1`",
            _ => return None,
        },
        ParseErrorType::ExprTooDeep => "put a part of it into a variable of its own",
        _ => return None,
    };
    Some(hint.to_owned())
}

/// A hint for someone who writes another language, by the words of the line.
fn habit(text: &str, column: usize, error: &ParseErrorType) -> Option<String> {
    if matches!(error, ParseErrorType::BadInput(LexError::UnterminatedString)) {
        return None;
    }
    let at: String = text.chars().skip(column.saturating_sub(1)).take(1).collect();
    if at == ":" {
        return Some("a block stands in braces: `if rents { … }`".to_owned());
    }
    let unquoted = text.split('"').step_by(2).collect::<Vec<_>>().join(" ");
    let mut words = unquoted.split(|it: char| !it.is_alphanumeric() && it != '_');
    words.find_map(operator_hint)
}

/// What Rhai has for a word of another language.
pub(crate) fn operator_hint(word: &str) -> Option<String> {
    let hint = match word {
        "and" => "write `&&` for `and`",
        "or" => "write `||` for `or`",
        "not" => "write `!` for `not`",
        "elif" => "write `else if` for `elif`",
        "is" => "write `==` for `is`",
        "def" => "write `fn name(x) { … }` for `def`",
        "lambda" => "write `|x| …` for `lambda x: …`",
        "pass" => "write `{}` for a block that does nothing",
        _ => return None,
    };
    Some(hint.to_owned())
}

/// With a small first letter, as messages begin.
fn lowered(text: &str) -> String {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return String::new() };
    first.to_lowercase().chain(characters).collect()
}
