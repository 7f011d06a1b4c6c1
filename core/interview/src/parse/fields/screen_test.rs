//! Reading tests of what is entered on a screen: comparisons of fields and literals, joined by
//! and, or, not. Rhai's way of writing them is read, and JavaScript's.

use affiant_guest::is_identifier;
use rust_decimal::Decimal;

use crate::{Comparison, Pattern, Test};

/// The deepest nesting of parentheses and negations.
const MAX_DEPTH: usize = 32;

/// Where a text stops being a test, in bytes, and what could stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoTest {
    pub(super) at: usize,
    pub(super) expected: &'static str,
}

/// Reads a whole test.
pub(super) fn parse(text: &str) -> Result<Test<Pattern>, NoTest> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let test = reader.any()?;
    reader.skip();
    if reader.rest().trim_end_matches([';', ' ', '\n']).is_empty() {
        Ok(test)
    } else {
        Err(reader.stop("the end, `&&`, `||` or a comparison"))
    }
}

/// The names in a text, whether or not it is a test.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    let is_part = |it: char| it.is_alphanumeric() || it == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let behind = text[at + name.len()..].chars().next();
        !before.is_some_and(|it| is_part(it) || it == '.') && !behind.is_some_and(is_part)
    })
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn stop(&self, expected: &'static str) -> NoTest {
        NoTest { at: self.at, expected }
    }

    fn skip(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Takes a sign or word off the front; words end where letters do.
    fn takes(&mut self, wanted: &str) -> bool {
        self.skip();
        let Some(behind) = self.rest().strip_prefix(wanted) else { return false };
        let is_part = |it: char| it.is_alphanumeric() || it == '_';
        if is_identifier(wanted) && behind.starts_with(is_part) {
            return false;
        }
        self.at += wanted.len();
        true
    }

    fn any(&mut self) -> Result<Test<Pattern>, NoTest> {
        let mut all = vec![self.all()?];
        while self.takes("||") {
            all.push(self.all()?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Test::Any(all) })
    }

    fn all(&mut self) -> Result<Test<Pattern>, NoTest> {
        let mut all = vec![self.not()?];
        while self.takes("&&") {
            all.push(self.not()?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Test::All(all) })
    }

    fn not(&mut self) -> Result<Test<Pattern>, NoTest> {
        self.skip();
        let negates = !self.rest().starts_with("!=") && self.takes("!");
        if !negates {
            return self.comparison();
        }
        self.deeper(|it| Ok(Test::Not(Box::new(it.not()?))))
    }

    fn deeper(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<Test<Pattern>, NoTest>,
    ) -> Result<Test<Pattern>, NoTest> {
        if self.depth >= MAX_DEPTH {
            return Err(self.stop("less nesting"));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn comparison(&mut self) -> Result<Test<Pattern>, NoTest> {
        const SIGNS: [(&str, Comparison); 8] = [
            ("===", Comparison::Equal),
            ("!==", Comparison::Unequal),
            ("==", Comparison::Equal),
            ("!=", Comparison::Unequal),
            ("<=", Comparison::AtMost),
            (">=", Comparison::AtLeast),
            ("<", Comparison::Less),
            (">", Comparison::More),
        ];
        let one = self.operand()?;
        if self.takes("in") {
            return self.membership(&one);
        }
        match SIGNS.into_iter().find(|(sign, _)| self.takes(sign)) {
            Some((_, how)) => Ok(Test::Compare(how, Box::new(one), Box::new(self.operand()?))),
            None => Ok(one),
        }
    }

    /// `in ["a", "b"]`: equal to one of them.
    fn membership(&mut self, one: &Test<Pattern>) -> Result<Test<Pattern>, NoTest> {
        if !self.takes("[") {
            return Err(self.stop("a list such as `[\"a\", \"b\"]`"));
        }
        let mut all = Vec::new();
        while !self.takes("]") {
            let other = Box::new(self.operand()?);
            all.push(Test::Compare(Comparison::Equal, Box::new(one.clone()), other));
            if !self.takes(",") && !self.rest().trim_start().starts_with(']') {
                return Err(self.stop("`,` or `]`"));
            }
        }
        Ok(Test::Any(all))
    }

    fn operand(&mut self) -> Result<Test<Pattern>, NoTest> {
        if self.takes("(") {
            let inner = self.deeper(Self::any)?;
            return if self.takes(")") { Ok(inner) } else { Err(self.stop("`)`")) };
        }
        let words = [
            ("true", Test::Flag(true)),
            ("false", Test::Flag(false)),
            ("True", Test::Flag(true)),
            ("False", Test::Flag(false)),
            ("null", Test::Nothing),
            ("None", Test::Nothing),
        ];
        for (word, test) in words {
            if self.takes(word) {
                return Ok(test);
            }
        }
        self.skip();
        match self.rest().chars().next() {
            Some('"' | '\'' | '`') => self.quoted().map(Test::Text),
            Some('0'..='9' | '-') => self.number(),
            Some(it) if it.is_alphabetic() || it == '_' => self.named(),
            _ => Err(self.stop("a field, a text, a number, `true` or `false`")),
        }
    }

    fn quoted(&mut self) -> Result<String, NoTest> {
        let mut letters = self.rest().char_indices();
        let quote = letters.next().map_or('"', |it| it.1);
        let mut text = String::new();
        let mut escaped = false;
        for (at, letter) in letters {
            match letter {
                it if escaped => {
                    text.push(it);
                    escaped = false;
                }
                '\\' => escaped = true,
                it if it == quote => {
                    self.at += at + 1;
                    return Ok(text);
                }
                it => text.push(it),
            }
        }
        Err(self.stop("a text that ends"))
    }

    fn number(&mut self) -> Result<Test<Pattern>, NoTest> {
        let rest = self.rest();
        let is_part = |it: char| it.is_ascii_digit() || it == '.' || it == '_';
        let length = 1 + rest[1..].find(|it| !is_part(it)).unwrap_or(rest.len() - 1);
        let number: Option<Decimal> = rest[..length].replace('_', "").parse().ok();
        let number = number.ok_or_else(|| self.stop("a number"))?;
        self.at += length;
        Ok(Test::Number(number))
    }

    /// `val("name")`, or the name itself with its attributes and keys.
    fn named(&mut self) -> Result<Test<Pattern>, NoTest> {
        let start = self.at;
        let mut name = if self.takes("val") {
            if !self.takes("(") {
                return Err(self.stop("`(` and a field’s name in quotes"));
            }
            self.skip();
            let name = match self.rest().chars().next() {
                Some('"' | '\'') => self.quoted()?,
                _ => return Err(self.stop("a field’s name in quotes")),
            };
            if !self.takes(")") {
                return Err(self.stop("`)`"));
            }
            name
        } else {
            self.identifier().to_owned()
        };
        loop {
            if self.rest().starts_with('.') {
                self.at += 1;
                let attribute = self.identifier();
                if attribute.is_empty() {
                    return Err(self.stop("the name of an attribute"));
                }
                name = format!("{name}.{attribute}");
            } else if self.rest().starts_with('[') {
                let length = self.rest().find(']').ok_or_else(|| self.stop("`]`"))? + 1;
                name.push_str(&self.rest()[..length].replace('\'', "\""));
                self.at += length;
            } else {
                break;
            }
        }
        if self.rest().trim_start().starts_with('(') {
            return Err(NoTest { at: start, expected: "a field or a literal instead of a call" });
        }
        Pattern::parse(&name)
            .map(Test::Named)
            .map_err(|_| NoTest { at: start, expected: "the name of a field" })
    }

    fn identifier(&mut self) -> &'t str {
        let rest = self.rest();
        let is_part = |it: char| it.is_alphanumeric() || it == '_';
        let length = rest.find(|it| !is_part(it)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }
}
