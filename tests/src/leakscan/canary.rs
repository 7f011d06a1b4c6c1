//! Canaries: texts that stand nowhere else, one for each thing that a person sends.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::leakscan::allowed;

/// What every canary begins with. A leak of any canary shows this mark in some encoding.
pub(crate) const MARK: &str = "cnryvqzx";

/// Digits of a canary behind its mark: 128 bit.
const DIGITS: usize = 32;

/// By how many digits a canary is known that was cut short, if all canaries that begin with them went
/// the same way.
const KNOWN_BY: usize = 2;

/// With what the digits begin of those that may lie in memory, so that a few of them tell; no others
/// begin with such a digit.
const MAY_LIE: &str = "ff";

/// How many bytes of a secret are searched for: more than chance can make, and so few that the
/// automaton stays small.
const PART: usize = 12;

/// A shorter text may stand anywhere by chance.
const SHORTEST: usize = 8;

/// What is searched for beside the mark.
#[derive(Clone, Debug)]
pub(crate) struct Secret {
    /// What it is, for the report.
    pub(crate) path: &'static str,
    /// The beginning of it.
    pub(crate) bytes: Vec<u8>,
}

/// Makes canaries and remembers which went where.
#[derive(Debug)]
pub(crate) struct Planter {
    random: fastrand::Rng,
    seeded: HashMap<String, &'static str>,
    secrets: Vec<Secret>,
}

impl Planter {
    /// The same seed gives the same canaries.
    pub(crate) fn new(seed: u64) -> Self {
        Self { random: fastrand::Rng::with_seed(seed), seeded: HashMap::new(), secrets: Vec::new() }
    }

    /// A new canary that goes into `path`.
    pub(crate) fn text(&mut self, path: &'static str) -> String {
        let mut digits = String::with_capacity(DIGITS);
        for _ in 0..DIGITS / 16 {
            // Writing to a string does not fail.
            let _ = write!(digits, "{:016x}", self.random.u64(..));
        }
        if allowed::may_lie_in_memory(path) {
            digits.replace_range(..MAY_LIE.len(), MAY_LIE);
        } else {
            digits.replace_range(..1, &format!("{:x}", self.random.u8(..0xf)));
        }
        let text = format!("{MARK}{digits}");
        self.seeded.insert(digits, path);
        text
    }

    /// A new number of eighteen digits that goes into `path`.
    pub(crate) fn number(&mut self, path: &'static str) -> String {
        let number = self.random.u64(100_000_000_000_000_000..1_000_000_000_000_000_000);
        let text = number.to_string();
        self.seeded.insert(text.clone(), path);
        self.keep(path, text.as_bytes());
        self.keep(path, &number.to_le_bytes());
        self.keep(path, &number.to_be_bytes());
        text
    }

    /// Something secret that the server told: it is searched for as it was told.
    pub(crate) fn secret(&mut self, path: &'static str, told: &[u8]) {
        assert!(told.len() >= SHORTEST, "{path} is too short to be searched for");
        self.keep(path, told);
    }

    fn keep(&mut self, path: &'static str, bytes: &[u8]) {
        let bytes = bytes.get(..PART).unwrap_or(bytes).to_vec();
        self.secrets.push(Secret { path, bytes });
    }

    /// How many canaries were planted.
    pub(crate) fn count(&self) -> usize {
        self.seeded.len()
    }

    /// The secrets to search for beside the mark.
    pub(crate) fn secrets(&self) -> &[Secret] {
        &self.secrets
    }

    /// Where the canary went that begins behind a mark with these digits. Memory that was used again
    /// may have cut it short: then it is where all went that begin as it does.
    pub(crate) fn path_of(&self, digits: &str) -> Option<&'static str> {
        let whole = digits.get(..DIGITS).and_then(|it| self.seeded.get(it));
        whole.copied().or_else(|| {
            let mut lengths = (KNOWN_BY..=digits.len().min(DIGITS - 1)).rev();
            lengths.find_map(|length| self.path_of_part(digits.get(..length)?))
        })
    }

    fn path_of_part(&self, digits: &str) -> Option<&'static str> {
        let mut seeded = self.seeded.iter().filter(|(it, _)| it.starts_with(digits));
        let (_, path) = seeded.next()?;
        seeded.all(|(_, it)| it == path).then_some(*path)
    }

    /// How many went into each path, by name.
    pub(crate) fn by_path(&self) -> Vec<(&'static str, usize)> {
        let mut paths: Vec<&str> = self.seeded.values().copied().collect();
        paths.sort_unstable();
        paths.chunk_by(|one, other| one == other).map(|it| (it[0], it.len())).collect()
    }
}
