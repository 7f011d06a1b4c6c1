//! How much of a session somebody is given: all of it, or what its interview does not keep apart with
//! some of its private sections.

use affiant_vault::{COMMON, KeySet, Refused, Scope, Secret, Seed, SeedName};

/// Between the names of parts in a row.
const BETWEEN: char = '\n';

/// How much of a session is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Everything.
    Whole,
    /// The common part, and these private sections.
    Sections(Vec<String>),
}

/// The seeds of what was given.
pub(crate) enum Seeds {
    /// That of the session.
    Whole(Seed),
    /// Those of parts, each with its name, the common one first.
    Parts(Vec<(String, Seed)>),
}

impl Extent {
    /// What a row says: empty for everything, else the names of the parts, the common one first.
    pub(crate) fn word(&self) -> String {
        match self {
            Self::Whole => String::new(),
            Self::Sections(_) => self.names().join(&BETWEEN.to_string()),
        }
    }

    /// What the word of a row means; refused if it means nothing.
    pub(crate) fn of(word: &str) -> Result<Self, Refused> {
        if word.is_empty() {
            return Ok(Self::Whole);
        }
        let mut names = word.split(BETWEEN);
        let begins = names.next() == Some(COMMON);
        let names: Vec<String> = names.map(str::to_owned).collect();
        let is_plain = names.iter().all(|it| !it.is_empty() && it != COMMON);
        if begins && is_plain { Ok(Self::Sections(names)) } else { Err(Refused) }
    }

    /// The private sections; `None` for everything.
    pub fn sections(&self) -> Option<&[String]> {
        match self {
            Self::Whole => None,
            Self::Sections(names) => Some(names),
        }
    }

    fn names(&self) -> Vec<&str> {
        match self {
            Self::Whole => vec![""],
            Self::Sections(all) => {
                std::iter::once(COMMON).chain(all.iter().map(String::as_str)).collect()
            }
        }
    }

    /// The seeds of it, each sealed in the same way, one behind the other.
    pub(crate) fn seal<E>(
        &self,
        session: Scope,
        seed: &Seed,
        mut seal: impl FnMut(&SeedName<'_>, &Seed) -> Result<Vec<u8>, E>,
    ) -> Result<Vec<u8>, E> {
        if *self == Self::Whole {
            return seal(&SeedName { session, section: "" }, seed);
        }
        let mut sealed = Vec::new();
        for section in self.names() {
            let part = seed.part(&session.session, section);
            sealed.extend(seal(&SeedName { session, section }, &part)?);
        }
        Ok(sealed)
    }

    /// Opens what [`Extent::seal`] made.
    pub(crate) fn open<E: From<Refused>>(
        &self,
        session: Scope,
        sealed: &[u8],
        mut open: impl FnMut(&SeedName<'_>, &[u8]) -> Result<Seed, E>,
    ) -> Result<Seeds, E> {
        let names = self.names();
        let length = sealed.len() / names.len();
        if length == 0 || sealed.len() != length * names.len() {
            return Err(Refused.into());
        }
        let pieces = names.iter().zip(sealed.chunks_exact(length));
        let mut parts = Vec::with_capacity(names.len());
        for (section, piece) in pieces {
            let seed = open(&SeedName { session, section }, piece)?;
            parts.push(((*section).to_owned(), seed));
        }
        match (self, parts.pop()) {
            (Self::Whole, Some((_, seed))) => Ok(Seeds::Whole(seed)),
            (_, last) => {
                parts.extend(last);
                Ok(Seeds::Parts(parts))
            }
        }
    }
}

impl Seeds {
    /// Seals each in the same way, one behind the other, as [`Extent::seal`] does.
    pub(crate) fn seal<E>(
        &self,
        session: Scope,
        mut seal: impl FnMut(&SeedName<'_>, &Seed) -> Result<Vec<u8>, E>,
    ) -> Result<Vec<u8>, E> {
        match self {
            Self::Whole(seed) => seal(&SeedName { session, section: "" }, seed),
            Self::Parts(parts) => {
                let mut sealed = Vec::new();
                for (section, seed) in parts {
                    sealed.extend(seal(&SeedName { session, section }, seed)?);
                }
                Ok(sealed)
            }
        }
    }

    /// The keys that they give together with the session's secret of the keyring.
    pub(crate) fn keys(self, scope: Scope, secret: Secret) -> KeySet {
        match self {
            Self::Whole(seed) => KeySet::whole(scope, seed, secret),
            Self::Parts(parts) => KeySet::parts(scope, &parts, &secret),
        }
    }
}
