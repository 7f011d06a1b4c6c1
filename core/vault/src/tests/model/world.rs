//! The stores as they are, what people hold, and what the model says of both.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::{
    AccountScope, ApiKey, Cost, Grant, JobKey, KeyPair, Master, Method, Mode, NoRandomness,
    OrganisationKey, Passkey, Password, Prf, PublicKey, Randomness, RecoveryKey, Scope, Secret,
    SecretName, Seed, SeedName, SignIn, SignInToken, Stretching, Token, UserKey,
};

/// Never gives the same bytes twice.
#[derive(Default)]
pub(super) struct Unique(Cell<u64>);

impl Randomness for Unique {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        for block in buffer.chunks_mut(32) {
            let count = self.0.replace(self.0.get() + 1);
            block.copy_from_slice(&Sha256::digest(count.to_be_bytes())[..block.len()]);
        }
        Ok(())
    }
}

/// An account and an epoch of its user key.
pub(super) type Holder = (usize, u32);

/// A session and an epoch of its seed.
pub(super) type Part = (usize, u32);

/// What somebody holds, and which user key it opens, by the model.
pub(super) struct Held {
    pub(super) account: usize,
    pub(super) it: Thing,
    pub(super) opens: Option<Holder>,
}

pub(super) enum Thing {
    Password(String),
    Recovery(RecoveryKey),
    Prf(u8),
    Cookie(SignInToken),
    Api(ApiKey),
}

/// A row that seals a user key. Rows that are not live were deleted: copies of them are in backups.
pub(super) struct Row {
    pub(super) holder: Holder,
    pub(super) way: Way,
    pub(super) sealed: Vec<u8>,
    pub(super) live: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Password {
        id: [u8; 16],
        stretching: Stretching,
        verifier: [u8; 32],
    },
    Recovery {
        id: [u8; 16],
    },
    Passkey {
        credential: u8,
    },
    SignIn {
        auth_epoch: u32,
        epoch: u32,
    },
    Api,
    /// The server, by the master key.
    Custody {
        id: [u8; 16],
    },
}

/// Who a seed is sealed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum To {
    Owner(Holder),
    Reader(Holder),
    Visitor(usize),
    Job {
        id: [u8; 16],
        epoch: u32,
    },
    Custody,
    /// An organisation, by the number of its key.
    Organisation(usize),
}

/// A row that seals a seed.
pub(super) struct SeedRow {
    pub(super) part: Part,
    pub(super) to: To,
    pub(super) sealed: Vec<u8>,
    pub(super) live: bool,
}

pub(super) struct Account {
    pub(super) id: [u8; 16],
    pub(super) epoch: u32,
    pub(super) auth_epoch: u32,
    /// Public key and sealed private key, by the epoch of the user key.
    pub(super) pairs: BTreeMap<u32, (PublicKey, Vec<u8>)>,
    pub(super) deleted: bool,
}

pub(super) struct Session {
    pub(super) id: [u8; 16],
    pub(super) epoch: u32,
    pub(super) mode: Mode,
    pub(super) owner: Option<usize>,
    pub(super) deleted: bool,
}

pub(super) struct Record {
    pub(super) part: Part,
    pub(super) sealed: Vec<u8>,
}

#[derive(Default)]
pub(super) struct World {
    pub(super) randomness: Unique,
    pub(super) keyring: BTreeMap<(&'static str, [u8; 16], u32), Vec<u8>>,
    pub(super) accounts: Vec<Account>,
    pub(super) sessions: Vec<Session>,
    pub(super) rows: Vec<Row>,
    pub(super) seeds: Vec<SeedRow>,
    pub(super) records: Vec<Record>,
    pub(super) held: Vec<Held>,
    pub(super) visitors: Vec<Token>,
    pub(super) day: u32,
    pub(super) hour: u32,
    /// By the model: who reads which part.
    pub(super) readers: BTreeSet<(Part, Holder)>,
    /// By the model: which visitor, by its token, reads which part.
    pub(super) visits: BTreeSet<(Part, usize)>,
    /// By the model: what the server can open by itself.
    pub(super) open_to_server: BTreeSet<Part>,
    /// By the model: the accounts to which the server keeps a key.
    pub(super) in_custody: BTreeSet<Holder>,
    /// Every key with which administrators ever could read, and which one they can read with now.
    pub(super) organisations: Vec<OrganisationKey>,
    pub(super) organisation: Option<usize>,
    /// By the model: what they can read.
    pub(super) readable: BTreeSet<Part>,
    made: u32,
}

pub(super) const DEPLOYMENT: [u8; 16] = [2; 16];

pub(super) fn master() -> Master {
    Master::take(&mut [1; 32])
}

pub(super) fn password(text: &str) -> Password {
    Password::parse(text).unwrap()
}

pub(super) fn prf(byte: u8) -> Prf {
    Prf::take(&mut Zeroizing::new(vec![byte; 32])).unwrap()
}

impl World {
    pub(super) fn new() -> Self {
        let mut world = Self::default();
        world.put("sign-in", [0; 16], 0);
        world.put("job", [0; 16], 0);
        world
    }

    /// A number that was not used before.
    pub(super) fn fresh(&mut self) -> u32 {
        self.made += 1;
        self.made
    }

    pub(super) fn id(&self) -> [u8; 16] {
        crate::random(&self.randomness).unwrap()
    }

    /// Makes a secret of the keyring.
    pub(super) fn put(&mut self, kind: &'static str, id: [u8; 16], epoch: u32) -> Secret {
        let secret = Secret::random(&self.randomness).unwrap();
        let name = SecretName { deployment: DEPLOYMENT, kind, id, epoch };
        let sealed = master().seal_secret(&name, &secret, &self.randomness).unwrap();
        self.keyring.insert((kind, id, epoch), sealed);
        secret
    }

    pub(super) fn secret(&self, kind: &'static str, id: [u8; 16], epoch: u32) -> Option<Secret> {
        let name = SecretName { deployment: DEPLOYMENT, kind, id, epoch };
        let sealed = self.keyring.get(&(kind, id, epoch))?;
        Some(master().open_secret(&name, sealed).unwrap())
    }

    pub(super) fn scope(&self, (account, epoch): Holder) -> AccountScope {
        AccountScope { deployment: DEPLOYMENT, account: self.accounts[account].id, epoch }
    }

    pub(super) fn session_scope(&self, (session, epoch): Part) -> Scope {
        Scope { deployment: DEPLOYMENT, session: self.sessions[session].id, epoch }
    }

    pub(super) fn account_secret(&self, (account, epoch): Holder) -> Option<Secret> {
        self.secret("account", self.accounts[account].id, epoch)
    }

    /// Adds a way to unlock, and what somebody holds to use it.
    pub(super) fn add_way(&mut self, holder: Holder, it: Thing, user_key: &UserKey) {
        let (scope, randomness) = (self.scope(holder), &self.randomness);
        let secret = self.account_secret(holder).unwrap();
        let id: [u8; 16] = self.id();
        let method = Method { account: scope, id };
        let (way, sealed) = match &it {
            Thing::Password(text) => {
                let stretching = Stretching::new(Cost::CHEAP, randomness).unwrap();
                let stretched =
                    master().stretch(&password(text), &scope.account, &stretching).unwrap();
                let verifier = stretched.verifier();
                let sealed = stretched.seal(&method, &secret, user_key, randomness).unwrap();
                (Way::Password { id, stretching, verifier }, sealed)
            }
            Thing::Recovery(key) => {
                (Way::Recovery { id }, key.seal(&method, &secret, user_key, randomness).unwrap())
            }
            Thing::Prf(byte) => {
                let passkey = passkey(&scope, std::slice::from_ref(byte));
                let sealed =
                    passkey.seal(holder.1, &prf(*byte), &secret, user_key, randomness).unwrap();
                (Way::Passkey { credential: *byte }, sealed)
            }
            Thing::Cookie(token) => {
                let auth_epoch = self.accounts[holder.0].auth_epoch;
                let day = self.secret("sign-in", [0; 16], self.day).unwrap();
                let sign_in = sign_in(scope, auth_epoch, self.day);
                let sealed = token.seal(&sign_in, &day, user_key, randomness).unwrap();
                (Way::SignIn { auth_epoch, epoch: self.day }, sealed)
            }
            Thing::Api(key) => (Way::Api, key.seal(&scope, &secret, user_key, randomness).unwrap()),
        };
        self.rows.push(Row { holder, way, sealed, live: true });
        self.held.push(Held { account: holder.0, it, opens: Some(holder) });
    }

    /// Tries what somebody holds on a row, which may hold what was sealed for another. `secret` gives
    /// the account's secret of the keyring, `day` that of a day.
    pub(super) fn open_row(
        &self,
        it: &Thing,
        row: &Row,
        sealed: &[u8],
        secret: &dyn Fn(Holder) -> Option<Secret>,
        day: &dyn Fn(u32) -> Option<Secret>,
    ) -> Option<UserKey> {
        let scope = self.scope(row.holder);
        match (it, &row.way) {
            (Thing::Password(text), Way::Password { id, stretching, verifier }) => {
                let password = password(text);
                let stretched = master().stretch(&password, &scope.account, stretching).unwrap();
                let method = Method { account: scope, id: *id };
                let opened = stretched.open(&method, &secret(row.holder)?, sealed).ok();
                assert!(opened.is_none() || stretched.is_right(verifier));
                opened
            }
            (Thing::Recovery(key), Way::Recovery { id }) => {
                key.open(&Method { account: scope, id: *id }, &secret(row.holder)?, sealed).ok()
            }
            (Thing::Prf(byte), Way::Passkey { credential }) => {
                let passkey = passkey(&scope, std::slice::from_ref(credential));
                passkey.open(row.holder.1, &prf(*byte), &secret(row.holder)?, sealed).ok()
            }
            (Thing::Cookie(token), Way::SignIn { auth_epoch, epoch }) => {
                token.open(&sign_in(scope, *auth_epoch, *epoch), &day(*epoch)?, sealed).ok()
            }
            (Thing::Api(key), Way::Api) => key.open(&scope, &secret(row.holder)?, sealed).ok(),
            _ => None,
        }
    }

    /// The user key of an account, by whatever somebody holds that must open it.
    pub(super) fn unlock(&self, holder: Holder) -> Option<UserKey> {
        let held = self.held.iter().find(|it| it.opens == Some(holder))?;
        let rows = self.rows.iter().filter(|it| it.live && it.holder == holder);
        let (secret, day) = self.lookups();
        let opened =
            rows.filter_map(|row| self.open_row(&held.it, row, &row.sealed, &secret, &day));
        Some(opened.last().expect("what the model says is held opens the user key"))
    }

    /// Looks up the secrets of accounts and of days.
    pub(super) fn lookups(
        &self,
    ) -> (impl Fn(Holder) -> Option<Secret> + '_, impl Fn(u32) -> Option<Secret> + '_) {
        (|it| self.account_secret(it), |epoch| self.secret("sign-in", [0; 16], epoch))
    }

    pub(super) fn pair(&self, holder: Holder, user_key: &UserKey) -> KeyPair {
        let (public, sealed) = &self.accounts[holder.0].pairs[&holder.1];
        user_key.open_pair(&self.scope(holder), public, sealed).unwrap()
    }

    /// Seals a seed for somebody.
    pub(super) fn give(&mut self, part: Part, to: To, seed: &Seed, user_key: Option<&UserKey>) {
        let name = SeedName { session: self.session_scope(part), section: "" };
        let randomness = &self.randomness;
        let sealed = match to {
            To::Owner(holder) => {
                let key = user_key.unwrap();
                key.seal_seed(&self.scope(holder), &name, seed, randomness).unwrap()
            }
            To::Reader(holder) => {
                let (public, _) = &self.accounts[holder.0].pairs[&holder.1];
                public.seal_grant(&grant(name, self.scope(holder)), seed, randomness).unwrap()
            }
            To::Visitor(token) => {
                let scope = self.session_scope(part);
                self.visitors[token].wrap(&scope, seed.secret(), randomness).unwrap()
            }
            To::Job { id, epoch } => {
                let hour = self.secret("job", [0; 16], epoch).unwrap();
                let job = JobKey::derive(&hour, epoch, id);
                job.seal_seed(&name, &[0; 32], seed, randomness).unwrap()
            }
            To::Custody => master().seal_custody_seed(&name, seed, randomness).unwrap().unwrap(),
            To::Organisation(key) => {
                let public = self.organisations[key].public();
                let secret = self.secret("escrow", public.id(), 0).unwrap();
                public.seal_for_organisation(&name, &secret, seed, randomness).unwrap()
            }
        };
        self.seeds.push(SeedRow { part, to, sealed, live: true });
        match to {
            To::Owner(holder) | To::Reader(holder) => {
                self.readers.insert((part, holder));
            }
            To::Visitor(token) => {
                self.visits.insert((part, token));
            }
            To::Job { .. } | To::Custody => {
                self.open_to_server.insert(part);
            }
            To::Organisation(_) => {
                self.readable.insert(part);
            }
        }
    }

    /// Opens a row of a seed by a user key.
    pub(super) fn open_seed(
        &self,
        holder: Holder,
        user_key: &UserKey,
        row: &SeedRow,
        sealed: &[u8],
    ) -> Option<Seed> {
        let name = SeedName { session: self.session_scope(row.part), section: "" };
        match row.to {
            To::Owner(of) => user_key.open_seed(&self.scope(of), &name, sealed).ok(),
            To::Reader(of) => {
                let (public, private) = &self.accounts[holder.0].pairs[&holder.1];
                let pair = user_key.open_pair(&self.scope(holder), public, private).ok()?;
                pair.open_grant(&grant(name, self.scope(of)), sealed).ok()
            }
            _ => None,
        }
    }

    /// The seed of a part for who must be able to open it.
    pub(super) fn seed(&self, part: Part, holder: Holder, user_key: &UserKey) -> Seed {
        let rows = self.seeds.iter().filter(|it| it.live && it.part == part);
        let mut opened = rows.filter_map(|it| self.open_seed(holder, user_key, it, &it.sealed));
        opened.next().expect("what the model says is readable has a seed")
    }

    /// Seals another record of a part.
    pub(super) fn save(&mut self, part: Part, seed: &Seed) {
        let secret = self.secret("session", self.sessions[part.0].id, part.1).unwrap();
        let keys = seed.keys(self.session_scope(part), &secret);
        let sealed = keys.seal(0, "delta", b"an answer", &self.randomness).unwrap();
        self.records.push(Record { part, sealed });
    }

    /// Ends what is held, where `ends` says so.
    pub(super) fn end_held(&mut self, ends: impl Fn(&Held) -> bool) {
        for held in &mut self.held {
            if ends(held) {
                held.opens = None;
            }
        }
    }

    pub(super) fn end_rows(&mut self, ends: impl Fn(&Row) -> bool) {
        for row in &mut self.rows {
            if ends(row) {
                row.live = false;
            }
        }
    }
}

pub(super) fn passkey<'a>(scope: &AccountScope, credential: &'a [u8]) -> Passkey<'a> {
    Passkey { deployment: scope.deployment, account: scope.account, credential }
}

pub(super) fn sign_in(account: AccountScope, auth_epoch: u32, epoch: u32) -> SignIn<'static> {
    SignIn { account, auth_epoch, epoch, level: "password" }
}

pub(super) fn grant(seed: SeedName<'_>, to: AccountScope) -> Grant<'_> {
    Grant { seed, to, role: "answer", expires: None }
}
