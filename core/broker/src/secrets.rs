//! Secrets of a plugin, which the host puts where placeholders stand.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::problem::Refusal;
use crate::redact::Redactor;

/// Shortest secret that is put in, in characters: a shorter one would be found in answers by chance.
pub(crate) const SHORTEST: usize = 6;

/// Longest name of a secret.
const LONGEST_NAME: usize = 64;

/// How a placeholder begins and ends, and whether it is written as in an address or form.
const FORMS: [(&[u8], &[u8], bool); 3] = [
    (b"{{secret:", b"}}", false),
    (b"%7b%7bsecret:", b"%7d%7d", true),
    (b"%7b%7bsecret%3a", b"%7d%7d", true),
];

/// The secret settings of one plugin, by their names.
pub struct Secrets {
    values: BTreeMap<String, Zeroizing<String>>,
    redactor: Redactor,
}

/// Names alone.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}

impl Default for Secrets {
    fn default() -> Self {
        Self::new(BTreeMap::new())
    }
}

impl Secrets {
    /// Takes them, and makes ready to find them in answers.
    pub fn new(values: BTreeMap<String, Zeroizing<String>>) -> Self {
        let long = values.values().filter(|it| it.chars().count() >= SHORTEST);
        let redactor = Redactor::new(long.map(|it| it.as_str()));
        Self { values, redactor }
    }

    /// The same bytes without any of the secrets, however they are written.
    pub(crate) fn redact(&self, bytes: Vec<u8>) -> Vec<u8> {
        self.redactor.redact(bytes)
    }

    /// Puts secrets where placeholders stand. A placeholder that is written as in an address gets its
    /// secret written so, too.
    pub(crate) fn fill<'a>(&self, text: &'a [u8]) -> Result<Cow<'a, [u8]>, Refusal> {
        self.fill_each(text, false)
    }

    /// The same for a query, in which every secret is written as addresses are.
    pub(crate) fn fill_query<'a>(&self, text: &'a [u8]) -> Result<Cow<'a, [u8]>, Refusal> {
        self.fill_each(text, true)
    }

    fn fill_each<'a>(&self, text: &'a [u8], is_query: bool) -> Result<Cow<'a, [u8]>, Refusal> {
        let mut filled = Vec::new();
        let mut rest = text;
        while let Some(found) = find(rest)? {
            let value = self.values.get(found.name).ok_or(Refusal::UnknownSecret)?;
            if value.chars().count() < SHORTEST {
                return Err(Refusal::ShortSecret);
            }
            filled.extend_from_slice(&rest[..found.start]);
            if found.is_encoded || is_query {
                let encoded = utf8_percent_encode(value, NON_ALPHANUMERIC);
                filled.extend(encoded.flat_map(str::bytes));
            } else {
                filled.extend_from_slice(value.as_bytes());
            }
            rest = &rest[found.end..];
        }
        if rest.len() == text.len() {
            return Ok(Cow::Borrowed(text));
        }
        filled.extend_from_slice(rest);
        Ok(Cow::Owned(filled))
    }
}

/// Whether a placeholder begins anywhere in it.
pub(crate) fn has_placeholder(text: &[u8]) -> bool {
    (0..text.len()).any(|it| opening(&text[it..]).is_some())
}

/// A placeholder.
struct Found<'a> {
    start: usize,
    end: usize,
    name: &'a str,
    is_encoded: bool,
}

/// The first placeholder. One that begins and does not end names no secret.
fn find(text: &[u8]) -> Result<Option<Found<'_>>, Refusal> {
    let opened = (0..text.len()).find_map(|it| Some((it, opening(&text[it..])?)));
    let Some((start, (opening, closing, is_encoded))) = opened else { return Ok(None) };
    let behind = &text[start + opening.len()..];
    let is_name = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-');
    let length = behind.iter().take_while(|it| is_name(it)).count();
    let name = &behind[..length];
    let is_closed = starts_with(&behind[length..], closing);
    let name = std::str::from_utf8(name).ok().filter(|_| is_closed && length <= LONGEST_NAME);
    let end = start + opening.len() + length + closing.len();
    Ok(Some(Found { start, end, name: name.ok_or(Refusal::UnknownSecret)?, is_encoded }))
}

fn opening(text: &[u8]) -> Option<(&'static [u8], &'static [u8], bool)> {
    // Most bytes are neither.
    if !matches!(text.first(), Some(b'{' | b'%')) {
        return None;
    }
    FORMS.into_iter().find(|(opening, ..)| starts_with(text, opening))
}

fn starts_with(text: &[u8], beginning: &[u8]) -> bool {
    text.get(..beginning.len()).is_some_and(|it| it.eq_ignore_ascii_case(beginning))
}
