//! Searching bytes for all canaries at once.

use std::fmt;

use aho_corasick::AhoCorasick;
use anyhow::Context as _;

use crate::leakscan::canary::{MARK, Planter};
use crate::leakscan::{encode, view};

/// A canary that was found where none may be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hit {
    /// The file, stream or range of memory.
    pub(crate) place: String,
    /// How it was packed, if it was.
    pub(crate) view: &'static str,
    /// How it was written.
    pub(crate) encoding: &'static str,
    /// Where it had been sent.
    pub(crate) path: &'static str,
    /// Bytes before it in the place, or in what was unpacked.
    pub(crate) offset: usize,
    /// It, with what stands before and behind it.
    pub(crate) context: String,
}

/// Bytes that are shown on either side of what was found.
const AROUND: usize = 40;

impl fmt::Display for Hit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, view, encoding, path, offset, context } = self;
        write!(f, "{place}, byte {offset}: sent as {path}, written {encoding}")?;
        if !view.is_empty() {
            write!(f, ", packed as {view}")?;
        }
        write!(f, ": {context}")
    }
}

/// Everything that is searched for.
pub(crate) struct Needles<'a> {
    planter: &'a Planter,
    automaton: AhoCorasick,
    meanings: Vec<(Option<&'static str>, &'static str)>,
}

impl<'a> Needles<'a> {
    /// The mark of all canaries and every secret, in all encodings.
    pub(crate) fn new(planter: &'a Planter) -> anyhow::Result<Self> {
        let mut patterns = Vec::new();
        let mut meanings = Vec::new();
        let mut add = |path, bytes: &[u8]| {
            for (encoding, pattern) in encode::all(bytes) {
                patterns.push(pattern);
                meanings.push((path, encoding));
            }
        };
        add(None, MARK.as_bytes());
        add(None, MARK.to_ascii_uppercase().as_bytes());
        for secret in planter.secrets() {
            add(Some(secret.path), &secret.bytes);
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(&patterns)
            .context("the canaries are too many for one search")?;
        Ok(Self { planter, automaton, meanings })
    }

    /// Searches bytes and everything that is packed in them.
    pub(crate) fn search(&self, place: &str, bytes: &[u8]) -> Vec<Hit> {
        let mut hits = self.found(place, "", bytes);
        view::unpacked(bytes, |view, content| hits.extend(self.found(place, view, content)));
        hits
    }

    fn found(&self, place: &str, view: &'static str, bytes: &[u8]) -> Vec<Hit> {
        self.automaton
            .find_iter(bytes)
            .map(|found| {
                let (path, encoding) = self.meanings[found.pattern().as_usize()];
                let path = path.or_else(|| self.path_behind(&bytes[found.end()..]));
                Hit {
                    place: place.to_owned(),
                    view,
                    encoding,
                    path: path.unwrap_or("something"),
                    offset: found.start(),
                    context: bytes[found.start().saturating_sub(AROUND)..]
                        .iter()
                        .take(2 * AROUND)
                        .flat_map(|it| it.escape_ascii())
                        .map(char::from)
                        .collect(),
                }
            })
            .collect()
    }

    /// Where a canary went whose mark ends here, if it is written plainly or in wide letters.
    fn path_behind(&self, bytes: &[u8]) -> Option<&'static str> {
        let digits: String = bytes
            .iter()
            .take(128)
            .filter(|it| **it != 0)
            .map_while(|it| it.is_ascii_hexdigit().then(|| char::from(it.to_ascii_lowercase())))
            .collect();
        self.planter.path_of(&digits)
    }
}
