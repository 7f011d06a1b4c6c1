//! Passwords that are accepted: long enough, and not the first that somebody would guess.

use std::sync::Arc;

use affiant_vault::{LONGEST_PASSWORD, Password};
use zeroize::Zeroizing;
use zxcvbn::{Score, zxcvbn};

/// Least characters of a password that alone lets in.
pub const LEAST_ALONE: usize = 15;

/// Least characters of a password beside a second factor.
pub const LEAST_WITH_FACTOR: usize = 8;

/// A password that somebody wants to use from now on, and that is good enough.
pub struct NewPassword(pub(crate) Arc<Password>);

/// Why a new password is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    /// It has fewer characters than these.
    #[error("a password needs at least {0} characters")]
    Short(usize),
    /// It has more bytes than any password may.
    #[error("a password has at most {LONGEST_PASSWORD} bytes")]
    Long,
    /// It is common, a pattern, or made of what everybody knows about its person.
    #[error("the password is easy to guess")]
    Guessable,
}

impl NewPassword {
    /// Judges a password. `known` are words that somebody who guesses would try first: the person's
    /// name and address, the name of the site. There is no rule about kinds of characters.
    pub fn parse(text: &str, has_factor: bool, known: &[&str]) -> Result<Self, Weak> {
        let password = Password::parse(text).ok_or(Weak::Long)?;
        let least = if has_factor { LEAST_WITH_FACTOR } else { LEAST_ALONE };
        if password.characters() < least {
            return Err(Weak::Short(least));
        }
        if password.reveal(|it| is_guessable(it, known)) {
            return Err(Weak::Guessable);
        }
        Ok(Self(Arc::new(password)))
    }
}

/// Whether it takes fewer than some hundred million guesses. Repetitions, rows of keys, dates, the
/// most common passwords and words, and `known` words count as few.
fn is_guessable(password: &str, known: &[&str]) -> bool {
    // The estimate looks at the first hundred characters: a repetition behind them adds nothing.
    let words: Vec<Zeroizing<String>> = known
        .iter()
        .flat_map(|it| it.split(|it: char| !it.is_alphanumeric()).chain([*it]))
        .filter(|it| it.chars().count() > 2)
        .map(|it| Zeroizing::new(it.to_lowercase()))
        .collect();
    let words: Vec<&str> = words.iter().map(|it| it.as_str()).collect();
    hardly_more_than(&words, password) || zxcvbn(password, &words).score() < Score::Three
}

/// Fewest letters that a password must have beside `words`, if it holds any of them.
const OWN_LETTERS: usize = 6;

/// Whether a password is made of these words, and of digits and signs between them.
fn hardly_more_than(words: &[&str], password: &str) -> bool {
    let whole = Zeroizing::new(password.to_lowercase());
    let mut rest = whole.clone();
    for word in words {
        rest = Zeroizing::new(rest.replace(word, " "));
    }
    *rest != *whole && rest.chars().filter(|it| it.is_alphabetic()).count() < OWN_LETTERS
}
