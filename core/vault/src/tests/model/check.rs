//! Tries everything on everything.

use std::collections::BTreeSet;

use crate::{JobKey, Mode, Secret, Seed, SeedName};

use super::world::{Holder, Part, Row, SeedRow, To, Way, World, master};

impl World {
    /// Compares what opens with what the model says; how many records somebody opened.
    pub(super) fn check(&self, chance: u32) -> u64 {
        let opened = self.check_held();
        self.check_visitors();
        self.check_server();
        self.check_custody();
        self.check_organisations();
        self.check_thieves();
        self.check_tampering(chance);
        opened
    }

    /// What people hold opens exactly their user keys, those exactly their seeds, those exactly their
    /// sessions' records: I8, I9, and I7 for what was deleted. A cookie whose row or day is gone opens
    /// nothing: I4.
    fn check_held(&self) -> u64 {
        let (secret, day) = self.lookups();
        let mut count = 0;
        for held in &self.held {
            let mut unlocked = BTreeSet::new();
            for row in self.rows.iter().filter(|it| it.live) {
                let Some(key) = self.open_row(&held.it, row, &row.sealed, &secret, &day) else {
                    continue;
                };
                unlocked.insert(row.holder);
                let mut parts = BTreeSet::new();
                for of_seed in self.seeds.iter().filter(|it| it.live) {
                    let seed = self.open_seed(row.holder, &key, of_seed, &of_seed.sealed);
                    if let Some(seed) = seed {
                        parts.insert(of_seed.part);
                        count += self.check_records(of_seed.part, &seed);
                    }
                }
                assert_eq!(parts, self.parts_of(row.holder), "{:?}", row.holder);
            }
            assert_eq!(unlocked, held.opens.into_iter().collect(), "{}", held.account);
        }
        count
    }

    fn parts_of(&self, holder: Holder) -> BTreeSet<Part> {
        self.readers.iter().filter(|(_, who)| *who == holder).map(|(part, _)| *part).collect()
    }

    /// A seed opens the records of its part, while the part's secret is in the keyring, and no others.
    pub(super) fn check_records(&self, part: Part, seed: &Seed) -> u64 {
        let mut count = 0;
        for record in &self.records {
            let session = &self.sessions[record.part.0];
            let secret = self.secret("session", session.id, record.part.1);
            assert_eq!(secret.is_none(), session.deleted);
            let Some(secret) = secret else { continue };
            let keys = seed.keys(self.session_scope(record.part), &secret);
            let opens = keys.open(0, "delta", &record.sealed, |_| ()).is_ok();
            assert_eq!(opens, record.part == part, "{part:?} {:?}", record.part);
            count += u64::from(opens);
        }
        count
    }

    /// A visitor's token opens what the model says and, after a takeover, nothing.
    fn check_visitors(&self) {
        for (at, token) in self.visitors.iter().enumerate() {
            for row in self.seeds.iter().filter(|it| it.live) {
                let opens = token.unwrap(&self.session_scope(row.part), &row.sealed).is_ok();
                assert_eq!(opens, row.to == To::Visitor(at), "{:?}", row.to);
            }
        }
    }

    /// I3: the server alone opens what is in custody and what a job of the hour may, no more.
    fn check_server(&self) {
        let mut opened = BTreeSet::new();
        for row in self.seeds.iter().filter(|it| it.live) {
            let name = SeedName { session: self.session_scope(row.part), section: "" };
            let custody = master().open_custody_seed(&name, &row.sealed).ok();
            let job = (0..=self.hour)
                .filter_map(|epoch| Some((epoch, self.secret("job", [0; 16], epoch)?)))
                .find_map(|(epoch, secret)| {
                    let To::Job { id, .. } = row.to else { return None };
                    let job = JobKey::derive(&secret, epoch, id);
                    job.open_seed(&name, &[0; 32], &row.sealed).ok()
                });
            for seed in custody.into_iter().chain(job) {
                opened.insert(row.part);
                self.check_records(row.part, &seed);
            }
        }
        let expected: BTreeSet<Part> = self.open_to_server.clone();
        assert_eq!(opened, expected);
    }

    /// Who has the store, all its backups, the master key and everything that people hold, but not the
    /// keyring, opens no account: I2. Neither does who has the keyring as it is after deletions: I7.
    fn check_thieves(&self) {
        let guessed = |_: Holder| Some(Secret::take(&mut [0; 32]));
        let of_day = |_: u32| Some(Secret::take(&mut [0; 32]));
        let (secret, day) = self.lookups();
        for held in &self.held {
            for row in &self.rows {
                let without = self.open_row(&held.it, row, &row.sealed, &guessed, &of_day);
                assert!(without.is_none(), "{:?}", row.way);
                let now = self.open_row(&held.it, row, &row.sealed, &secret, &day);
                // A copy of a row that was deleted opens with the secret that was its own, as long as
                // the account's secret is there; never with anybody else's, never afterwards.
                let theirs = row.holder.0 == held.account && !self.accounts[held.account].deleted;
                assert!(now.is_none() || theirs || matches!(row.way, Way::SignIn { .. }));
            }
        }
        for record in &self.records {
            let scope = self.session_scope(record.part);
            for mode in Mode::ALL {
                let seed = Seed::of(*mode, Secret::take(&mut [0; 32]));
                let keys = seed.keys(scope, &Secret::take(&mut [0; 32]));
                assert!(keys.open(0, "delta", &record.sealed, |_| ()).is_err());
            }
        }
    }

    /// I5 and I12: rows that somebody changed or exchanged open nothing.
    fn check_tampering(&self, chance: u32) {
        let (secret, day) = self.lookups();
        let flip = |sealed: &[u8]| {
            let mut altered = sealed.to_vec();
            let bit = chance as usize % (altered.len() * 8);
            altered[bit / 8] ^= 1 << (bit % 8);
            altered
        };
        let opens = |row: &Row, sealed: &[u8]| {
            let mut held = self.held.iter();
            held.any(|it| self.open_row(&it.it, row, sealed, &secret, &day).is_some())
        };
        for (row, other) in pairs(&self.rows, chance) {
            assert!(!opens(row, &flip(&row.sealed)), "altered: {:?}", row.way);
            // Cookies and API keys name their row by what they are: rows of one account differ in
            // nothing else.
            let same = (row.holder, &row.way) == (other.holder, &other.way);
            assert!(same || !opens(row, &other.sealed), "exchanged: {:?}", row.way);
        }
        let keys: Vec<_> = self
            .held
            .iter()
            .filter_map(|it| it.opens)
            .collect::<BTreeSet<Holder>>()
            .into_iter()
            .filter_map(|it| Some((it, self.unlock(it)?)))
            .collect();
        let opens = |row: &SeedRow, sealed: &[u8]| {
            let mut keys = keys.iter();
            keys.any(|(holder, key)| self.open_seed(*holder, key, row, sealed).is_some())
        };
        for (row, other) in pairs(&self.seeds, chance) {
            assert!(!opens(row, &flip(&row.sealed)), "altered: {:?}", row.to);
            // The same seed for the same holder of the same part is one row twice.
            let same = (row.part, row.to) == (other.part, other.to);
            assert!(same || !opens(row, &other.sealed), "exchanged: {:?}", row.to);
        }
    }
}

/// Each with another one.
fn pairs<T>(all: &[T], chance: u32) -> impl Iterator<Item = (&T, &T)> {
    let shift = 1 + chance as usize % all.len().max(2).saturating_sub(1);
    all.iter().enumerate().map(move |(at, it)| (it, &all[(at + shift) % all.len()]))
}
