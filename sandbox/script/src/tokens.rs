//! Looks at each token before the parser does.

use std::sync::{Mutex, PoisonError};

use rhai::{LexError, Token};

use crate::rewrite::Marker;

/// Items that one pair of brackets may hold. The parser compares each parameter and each key with
/// all before it, so thousands of them take seconds.
const MAX_ITEMS: usize = 1_000;

/// Variables that one script may declare, for the same reason.
const MAX_DECLARATIONS: usize = 1_000;

/// Functions and closures that one script may have.
pub(crate) const MAX_FUNCTIONS: usize = 256;

/// Words that Rhai keeps for itself without using them. Authors may: `case` is a good name.
const FREED: [&str; 23] = [
    "async",
    "await",
    "case",
    "default",
    "go",
    "goto",
    "match",
    "module",
    "new",
    "package",
    "protected",
    "public",
    "shared",
    "spawn",
    "static",
    "super",
    "sync",
    "thread",
    "use",
    "var",
    "void",
    "with",
    "yield",
];

/// Watches over one pass of the parser.
#[derive(Debug)]
pub(crate) struct Watch {
    /// Whether markers are let through.
    pub(crate) with_markers: bool,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    /// Commas in each open bracket.
    commas: Vec<usize>,
    declarations: usize,
    bars: usize,
}

impl Watch {
    pub(crate) fn new(with_markers: bool) -> Self {
        Self { with_markers, counts: Mutex::default() }
    }

    /// The token that the parser gets instead of `token`.
    pub(crate) fn pass(&self, token: Token) -> Token {
        match &token {
            Token::Identifier(name) => match name.as_str() {
                "True" => return Token::True,
                "False" => return Token::False,
                "None" => return Token::Unit,
                _ => return token,
            },
            Token::Reserved(word) if FREED.contains(&word.as_str()) => {
                return Token::Identifier(word.clone());
            }
            Token::Reserved(word) if ["null", "nil"].contains(&word.as_str()) => {
                return Token::Unit;
            }
            Token::Reserved(symbol)
                if self.with_markers
                    && [Marker::Read.symbol(), Marker::Write.symbol()]
                        .contains(&symbol.as_str()) =>
            {
                return Token::Identifier(symbol.clone());
            }
            _ => {}
        }
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        match counts.refusal(&token) {
            None => token,
            Some(message) => {
                Token::LexError(Box::new(LexError::ImproperSymbol(String::new(), message)))
            }
        }
    }
}

impl Counts {
    fn refusal(&mut self, token: &Token) -> Option<String> {
        match token {
            Token::LeftParen
            | Token::LeftBracket
            | Token::QuestionBracket
            | Token::LeftBrace
            | Token::MapStart => {
                self.commas.push(0);
            }
            Token::RightParen | Token::RightBracket | Token::RightBrace => {
                self.commas.pop();
            }
            Token::Comma => {
                let commas = self.commas.last_mut()?;
                *commas += 1;
                if *commas >= MAX_ITEMS {
                    return Some(format!("more than {MAX_ITEMS} items in one pair of brackets"));
                }
            }
            Token::Let | Token::Const => {
                self.declarations += 1;
                if self.declarations > MAX_DECLARATIONS {
                    return Some(format!("more than {MAX_DECLARATIONS} variables in one script"));
                }
            }
            Token::Pipe => {
                // A closure with parameters has two bars.
                self.bars += 1;
                if self.bars > 2 * MAX_FUNCTIONS {
                    return Some(format!("more than {MAX_FUNCTIONS} closures in one script"));
                }
            }
            _ => {}
        }
        None
    }
}
