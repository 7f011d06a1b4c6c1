//! Parts of a session: sections that some people may read and others may not.
//!
//! The seed of each part is derived from the session's. So whoever has the session's seed has them
//! all, and whoever was given those of some parts has nothing else. A record that is kept apart holds
//! an envelope for each of its parts: `2`, then for each envelope its length (4 bytes) and itself. The
//! first is the common part's, and names the others in front of what it holds.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use zeroize::Zeroizing;

use crate::envelope::{self, Opened};
use crate::file::{FileKey, SealedFile};
use crate::grant::Grant;
use crate::head::StepName;
use crate::hpke::PublicKey;
use crate::job::JobKey;
use crate::keys::{Plaintext, Secret, SessionKeys};
use crate::place::{Place, Scope, epoch_of};
use crate::seed::{Seed, SeedName};
use crate::user_key::AccountScope;
use crate::{NoRandomness, Randomness, Refused};

/// Names the part that everybody has who has any. No section is called so.
pub const COMMON: &str = "*";

/// Names what only the session's own seed opens.
const WHOLE: &str = "";

/// Begins a record of several parts; an envelope begins with its version, which is another number.
const PARTED: u8 = 2;

/// The keys of a session for one request: of all of it, or of some parts.
pub struct KeySet {
    whole: Option<Whole>,
    parts: BTreeMap<String, SessionKeys>,
}

/// What gives the keys of every part.
struct Whole {
    scope: Scope,
    seed: Seed,
    secret: Secret,
    keys: SessionKeys,
    /// Those of the common part, once they were needed: each request opens and seals a head.
    common: OnceLock<Box<SessionKeys>>,
}

impl Whole {
    fn of_part(&self, part: &str) -> SessionKeys {
        let seed = self.seed.part(&self.scope.session, part);
        seed.keys(self.scope, &self.secret).of_part(part)
    }
}

/// Whether a record, or the wrap of a file, is one of several parts.
pub fn is_parted(sealed: &[u8]) -> bool {
    sealed.first() == Some(&PARTED)
}

impl KeySet {
    /// The keys of a whole session, from its seed and its secret of the keyring.
    pub fn whole(scope: Scope, seed: Seed, secret: Secret) -> Self {
        let keys = seed.keys(scope, &secret);
        let whole = Whole { scope, seed, secret, keys, common: OnceLock::new() };
        Self { whole: Some(whole), parts: BTreeMap::new() }
    }

    /// The keys of parts, from the seed of each. [`COMMON`] must be among them.
    pub fn parts(scope: Scope, seeds: &[(String, Seed)], secret: &Secret) -> Self {
        let keys =
            |(name, seed): &(String, Seed)| (name.clone(), seed.keys(scope, secret).of_part(name));
        Self { whole: None, parts: seeds.iter().map(keys).collect() }
    }

    /// Whether it opens everything.
    pub fn is_whole(&self) -> bool {
        self.whole.is_some()
    }

    /// The sections that it opens beside the common part; `None` if it opens everything.
    pub fn sections(&self) -> Option<impl Iterator<Item = &str>> {
        let names = self.parts.keys().map(String::as_str).filter(|it| *it != COMMON);
        self.whole.is_none().then_some(names)
    }

    /// Whether it has the key of a part; the empty name stands for what only the session's own seed
    /// opens.
    pub fn has(&self, part: &str) -> bool {
        self.whole.is_some() || self.parts.contains_key(part)
    }

    /// Shows the keys of a part. `None` if they are not among these.
    pub(crate) fn with<T>(&self, part: &str, see: impl FnOnce(&SessionKeys) -> T) -> Option<T> {
        match &self.whole {
            None => self.parts.get(part).map(see),
            Some(it) if part == WHOLE => Some(see(&it.keys)),
            Some(it) if part == COMMON => {
                Some(see(it.common.get_or_init(|| Box::new(it.of_part(part)))))
            }
            Some(it) => Some(see(&it.of_part(part))),
        }
    }

    pub(crate) fn with_own<T>(&self, part: &str, see: impl FnOnce(&SessionKeys) -> T) -> T {
        self.with(part, see).expect("what is sealed for a part is sealed by who has its key")
    }

    /// Seals the session's own seed for a job, or that of a part for one that gets along with it.
    /// `action` is a hash of what the job does; see [`JobKey::seal_seed`]. `None` if these are not the
    /// keys of the whole session.
    pub fn seal_for_job(
        &self,
        key: &JobKey,
        part: Option<&str>,
        action: &[u8; 32],
        randomness: &dyn Randomness,
    ) -> Option<Result<Vec<u8>, NoRandomness>> {
        let Whole { scope, seed, .. } = self.whole.as_ref()?;
        let name = SeedName { session: *scope, section: part.unwrap_or(WHOLE) };
        Some(match part {
            None => key.seal_seed(&name, action, seed, randomness),
            Some(it) => key.seal_seed(&name, action, &seed.part(&scope.session, it), randomness),
        })
    }

    /// The keys that a seed gives which was sealed for a job: of the whole session, or of a part.
    pub fn of_job(scope: Scope, part: Option<&str>, seed: Seed, secret: Secret) -> Self {
        match part {
            None => Self::whole(scope, seed, secret),
            Some(part) => Self::parts(scope, &[(part.to_owned(), seed)], &secret),
        }
    }

    /// Seals the session's own seed to whoever does what it schedules. `role` is a word for what that
    /// is, `expires` its end in seconds of the Unix epoch. `None` if these are not the keys of the whole
    /// session.
    pub fn delegate(
        &self,
        key: &PublicKey,
        to: AccountScope,
        (role, expires): (&str, i64),
        randomness: &dyn Randomness,
    ) -> Option<Result<Vec<u8>, NoRandomness>> {
        let whole = self.whole.as_ref()?;
        let seed = SeedName { session: whole.scope, section: WHOLE };
        let grant = Grant { seed, to, role, expires: Some(expires) };
        Some(key.seal_grant(&grant, &whole.seed, randomness))
    }

    /// Seals a step's record as one, for a session of which nothing is kept apart. `content` says
    /// which of its records.
    pub fn seal(
        &self,
        step: impl Into<StepName>,
        content: &str,
        plaintext: &[u8],
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        self.with_own(WHOLE, |keys| keys.seal(step, content, plaintext, randomness))
    }

    /// Seals a step's record part by part. The empty name stands for what only the session's own
    /// seed is to open. Whoever seals must [have](Self::has) every part.
    pub fn seal_parts(
        &self,
        step: impl Into<StepName>,
        content: &str,
        common: &[u8],
        others: &[(&str, &[u8])],
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let step = step.into();
        let names: Vec<&str> = others.iter().map(|(name, _)| *name).collect();
        let first = with_names(&names, common);
        let mut sealed = vec![PARTED];
        for (name, plaintext) in std::iter::once((COMMON, &first[..])).chain(others.iter().copied())
        {
            let envelope =
                self.with_own(name, |keys| keys.seal(step, content, plaintext, randomness))?;
            push(&mut sealed, &envelope);
        }
        Ok(sealed)
    }

    /// Opens a step's record, in its place only, and shows each part of it that these keys open,
    /// with its name: of one that was sealed as a whole the one part with the empty name.
    pub fn open(
        &self,
        step: impl Into<StepName>,
        content: &str,
        sealed: &[u8],
        mut see: impl FnMut(&str, &[u8]),
    ) -> Result<(), Refused> {
        self.open_to_keep(step, content, sealed, |name, it| see(name, it.as_ref()))
    }

    /// The same for whoever keeps what was opened for as long as a request takes.
    pub fn open_to_keep(
        &self,
        step: impl Into<StepName>,
        content: &str,
        sealed: &[u8],
        mut see: impl FnMut(&str, Opened),
    ) -> Result<(), Refused> {
        let step = step.into();
        let open = |keys: &SessionKeys, it: &[u8]| keys.opened(step, content, it);
        if !is_parted(sealed) {
            see(WHOLE, self.with(WHOLE, |keys| open(keys, sealed)).ok_or(Refused)??);
            return Ok(());
        }
        let mut envelopes = envelopes(sealed)?.into_iter();
        let first = envelopes.next().ok_or(Refused)?;
        let common = self.with(COMMON, |keys| open(keys, first)).ok_or(Refused)??;
        let (names, rest) = split_names(common.as_ref()).ok_or(Refused)?;
        if names.len() != envelopes.len() {
            return Err(Refused);
        }
        let before = common.as_ref().len() - rest.len();
        see(COMMON, common.behind(before));
        for (name, envelope) in names.iter().zip(envelopes) {
            if let Some(opened) = self.with(name, |keys| open(keys, envelope)) {
                see(name, opened?);
            }
        }
        Ok(())
    }

    fn open_common<T>(
        &self,
        first: &[u8],
        open: impl FnOnce(&SessionKeys, &[u8]) -> Result<Option<T>, Refused>,
    ) -> Result<T, Refused> {
        self.with(COMMON, |keys| open(keys, first)).ok_or(Refused)??.ok_or(Refused)
    }

    /// Seals a step's record of these keys under others, part by part as it is. Both are those of a
    /// whole session.
    pub fn seal_again(
        &self,
        next: &Self,
        step: impl Into<StepName>,
        content: &str,
        sealed: &[u8],
        randomness: &dyn Randomness,
    ) -> Result<Result<Vec<u8>, NoRandomness>, Refused> {
        let step = step.into();
        let mut parts: Vec<(String, Plaintext)> = Vec::new();
        self.open(step, content, sealed, |name, it| {
            parts.push((name.to_owned(), Zeroizing::new(it.to_vec())));
        })?;
        let ((first, plaintext), others) = parts.split_first().ok_or(Refused)?;
        if first == WHOLE {
            return Ok(next.seal(step, content, plaintext, randomness));
        }
        let others: Vec<(&str, &[u8])> =
            others.iter().map(|(name, it)| (name.as_str(), &it[..])).collect();
        Ok(next.seal_parts(step, content, plaintext, &others, randomness))
    }
}

/// Files. The wrap of one that belongs to a part is a record of two envelopes: the name of the part,
/// for everybody, and the file's key, for whoever has the part.
impl KeySet {
    /// Seals a whole file under a new key. `part` is the part that it belongs to, if the session is
    /// kept apart.
    pub fn seal_file(
        &self,
        part: Option<&str>,
        file: [u8; 16],
        name: &str,
        content: &[u8],
        randomness: &dyn Randomness,
    ) -> Result<SealedFile, NoRandomness> {
        let own = part.unwrap_or(WHOLE);
        let sealed = self.with_own(own, |it| it.seal_file(file, name, content, randomness))?;
        let wrapped = self.of_part(part, file, sealed.wrapped, randomness)?;
        Ok(SealedFile { wrapped, ..sealed })
    }

    /// Opens a whole file, or nothing of it.
    pub fn open_file(&self, file: [u8; 16], sealed: &SealedFile) -> Result<Plaintext, Refused> {
        let (_, key) = self.file_key(file, &sealed.wrapped)?;
        key.open_all(&sealed.chunks)
    }

    /// Opens the key of a file. Gives the part that it belongs to, too.
    pub fn file_key(
        &self,
        file: [u8; 16],
        wrapped: &[u8],
    ) -> Result<(Option<String>, FileKey), Refused> {
        if !is_parted(wrapped) {
            let key = self.with(WHOLE, |keys| keys.file_key(file, wrapped)).ok_or(Refused)??;
            return Ok((None, key));
        }
        let envelopes = envelopes(wrapped)?;
        let [first, second] = envelopes[..] else { return Err(Refused) };
        let part = self.open_common(first, |keys, it| {
            let place = Place { mode: keys.mode_of(it)?, ..part_place(keys, &file) };
            envelope::open(keys.files().bytes(), &place, it, |it| {
                std::str::from_utf8(it).ok().map(str::to_owned)
            })
        })?;
        let key = self.with(&part, |keys| keys.file_key(file, second)).ok_or(Refused)??;
        Ok((Some(part), key))
    }

    /// Seals the key of a file under these keys, when they take the place of those of an earlier
    /// epoch.
    pub fn seal_file_key(
        &self,
        part: Option<&str>,
        key: &FileKey,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let own = part.unwrap_or(WHOLE);
        let wrapped = self.with_own(own, |it| it.seal_file_key(key, randomness))?;
        self.of_part(part, key.file(), wrapped, randomness)
    }

    /// Whether a file's key was sealed under keys of an earlier epoch than these, which open it no
    /// more: it came while the session got new ones.
    pub fn is_of_earlier_epoch(&self, wrapped: &[u8]) -> bool {
        let first = if is_parted(wrapped) {
            envelopes(wrapped).ok().and_then(|it| it.first().copied())
        } else {
            Some(wrapped)
        };
        let own = self.whole.as_ref().map(|it| it.scope.epoch);
        let own = own.or_else(|| self.parts.values().next().map(|it| it.scope().epoch));
        first.and_then(epoch_of).is_some_and(|it| own.is_some_and(|own| it < own))
    }

    /// A file's wrap with the name of its part in front, if it has one.
    fn of_part(
        &self,
        part: Option<&str>,
        file: [u8; 16],
        wrapped: Vec<u8>,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let Some(part) = part else { return Ok(wrapped) };
        let name = self.with_own(COMMON, |keys| {
            let place = part_place(keys, &file);
            envelope::seal(keys.files().bytes(), &place, part.as_bytes(), randomness)
        })?;
        let mut sealed = vec![PARTED];
        push(&mut sealed, &name);
        push(&mut sealed, &wrapped);
        Ok(sealed)
    }
}

fn part_place<'a>(keys: &'a SessionKeys, file: &'a [u8; 16]) -> Place<'a> {
    Place {
        mode: keys.mode(),
        scope: keys.scope(),
        bare: false,
        key: &keys.scope().session,
        table: "wrap/file",
        row: file,
        step: 0,
        content: "part",
    }
}

fn push(sealed: &mut Vec<u8>, envelope: &[u8]) {
    let length = u32::try_from(envelope.len()).expect("a record is far below 4 GiB");
    sealed.extend(length.to_be_bytes());
    sealed.extend(envelope);
}

/// The envelopes of a record of several parts.
fn envelopes(sealed: &[u8]) -> Result<Vec<&[u8]>, Refused> {
    let mut rest = sealed.split_first().filter(|(it, _)| **it == PARTED).ok_or(Refused)?.1;
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (length, behind) = rest.split_first_chunk::<4>().ok_or(Refused)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Refused)?;
        let (envelope, behind) = behind.split_at_checked(length).ok_or(Refused)?;
        found.push(envelope);
        rest = behind;
    }
    Ok(found)
}

/// What the common part holds: how many other parts there are (2 bytes), the name of each behind its
/// length (2 bytes), and its own content.
fn with_names(names: &[&str], content: &[u8]) -> Plaintext {
    let count = |it: usize| u16::try_from(it).expect("names of sections are few and short");
    let length = names.iter().map(|it| it.len() + 2).sum::<usize>() + 2 + content.len();
    let mut all = Zeroizing::new(Vec::with_capacity(length));
    all.extend(count(names.len()).to_be_bytes());
    for name in names {
        all.extend(count(name.len()).to_be_bytes());
        all.extend(name.as_bytes());
    }
    all.extend(content);
    all
}

fn split_names(all: &[u8]) -> Option<(Vec<String>, &[u8])> {
    let (count, mut rest) = all.split_first_chunk::<2>()?;
    let mut names = Vec::new();
    for _ in 0..u16::from_be_bytes(*count) {
        let (length, behind) = rest.split_first_chunk::<2>()?;
        let (name, behind) = behind.split_at_checked(u16::from_be_bytes(*length).into())?;
        names.push(std::str::from_utf8(name).ok()?.to_owned());
        rest = behind;
    }
    Some((names, rest))
}
