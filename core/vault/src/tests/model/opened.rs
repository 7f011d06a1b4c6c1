//! What an administrator's switches let in: the server, to accounts, and the organisation, to sessions.

use std::collections::BTreeSet;

use crate::{Master, Method, Mode, OrganisationKey, Secret, Seed, SeedName};

use super::world::{Holder, Part, Row, To, Way, World, master};

impl World {
    /// Somebody registers while the server keeps a key too.
    pub(super) fn register_in_custody(&mut self) -> Option<()> {
        self.register()?;
        let holder = (self.accounts.len() - 1, 0);
        let (key, id) = (self.unlock(holder)?, self.id());
        let method = Method { account: self.scope(holder), id };
        let secret = self.account_secret(holder)?;
        let sealed = master().seal_custody(&method, &secret, &key, &self.randomness).unwrap();
        self.rows.push(Row { holder, way: Way::Custody { id }, sealed, live: true });
        self.in_custody.insert(holder);
        Some(())
    }

    /// Administrators can read what is begun from now on; or they could, and cannot any more.
    pub(super) fn switch_reading(&mut self) {
        if let Some(key) = self.organisation.take() {
            let id = self.organisations[key].public().id();
            self.keyring.remove(&("escrow", id, 0));
            self.readable.clear();
            for row in self.seeds.iter_mut().filter(|it| it.to == To::Organisation(key)) {
                row.live = false;
            }
            return;
        }
        let key = OrganisationKey::random(&self.randomness).unwrap();
        self.put("escrow", key.public().id(), 0);
        self.organisations.push(key);
        self.organisation = Some(self.organisations.len() - 1);
    }

    /// A session that the organisation can read, since its person was told.
    pub(super) fn start_readable(&mut self, holder: Holder) -> Option<()> {
        let to = To::Organisation(self.organisation?);
        let key = self.unlock(holder)?;
        let (part, seed) = self.new_session(Mode::Account, Some(holder.0))?;
        self.give(part, To::Owner(holder), &seed, Some(&key));
        self.give(part, to, &seed, None);
        self.save(part, &seed);
        Some(())
    }

    /// New keys of a session are the organisation's as far as the old ones were.
    pub(super) fn readable_again(&mut self, old: Part, next: Part, seed: &Seed) {
        let Some(key) = self.organisation else { return };
        if self.readable.remove(&old) {
            for row in self.seeds.iter_mut().filter(|it| it.part == old) {
                row.live &= row.to != To::Organisation(key);
            }
            self.give(next, To::Organisation(key), seed, None);
        }
    }

    /// The server opens the accounts whose persons were told, as long as they did not leave, and no
    /// others; not those of before from a backup either. Nor does anybody without the master key.
    pub(super) fn check_custody(&self) {
        let opens = |server: &Master, row: &Row| {
            let Way::Custody { id } = row.way else { return false };
            let method = Method { account: self.scope(row.holder), id };
            let secret = self.account_secret(row.holder);
            secret.is_some_and(|it| server.open_custody(&method, &it, &row.sealed).is_ok())
        };
        let opened: BTreeSet<Holder> =
            self.rows.iter().filter(|it| opens(&master(), it)).map(|it| it.holder).collect();
        let told = self.in_custody.iter().copied();
        let told = told.filter(|it| self.account_secret(*it).is_some()).collect();
        assert_eq!(opened, told);
        let stranger = Master::take(&mut [9; 32]);
        assert!(!self.rows.iter().any(|it| opens(&stranger, it)));
    }

    /// An organisation's key opens what was begun for it while it is in force, and then nothing, in no
    /// copy. The server without the key, and the key without the keyring, never open anything.
    pub(super) fn check_organisations(&self) {
        for (at, key) in self.organisations.iter().enumerate() {
            let secret = self.secret("escrow", key.public().id(), 0);
            assert_eq!(secret.is_some(), self.organisation == Some(at));
            let guessed = Secret::take(&mut [0; 32]);
            let mut opened = BTreeSet::new();
            for row in &self.seeds {
                let name = SeedName { session: self.session_scope(row.part), section: "" };
                assert!(key.open_seed(&name, &guessed, &row.sealed).is_err());
                let seed =
                    secret.as_ref().and_then(|it| key.open_seed(&name, it, &row.sealed).ok());
                let Some(seed) = seed else { continue };
                assert_eq!(row.to, To::Organisation(at));
                if row.live {
                    opened.insert(row.part);
                    self.check_records(row.part, &seed);
                }
            }
            let told = if secret.is_some() { self.readable.clone() } else { BTreeSet::new() };
            assert_eq!(opened, told);
        }
    }
}
