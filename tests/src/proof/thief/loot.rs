//! What lies in the files of a server, as a thief reads it who knows the program.

use std::path::Path;

use affiant_backend::{
    AccountStore as _, GrantStore as _, Lookup, MethodKind, SecretKind, SecretName,
    SessionStore as _,
};
use affiant_vault::{
    AccountScope, Master, Method, Mode, Password, Scope, Secret, Seed, SeedName, SessionKeys,
    StepName, Stretching, UserKey,
};
use anyhow::{Context as _, Result};

use crate::proof::stored::{Given, Stored};

/// The files of a server.
pub(crate) struct Loot {
    /// The main database, its log included.
    pub(crate) database: Vec<u8>,
    /// All other files and the backups, but for the keyring and the master key.
    pub(crate) files: Vec<u8>,
    /// Everybody who has an account.
    pub(crate) victims: Vec<Victim>,
    master: [u8; 32],
}

/// One account with one session: what is stored of it, and what the keyring holds.
pub(crate) struct Victim {
    account: AccountScope,
    session: Scope,
    method: Method,
    stretching: Stretching,
    verifier: Lookup,
    wrap: Vec<u8>,
    grant: Vec<u8>,
    record: (u32, Vec<u8>),
    of_account: Secret,
    of_session: Secret,
}

/// What came of guessing.
#[derive(Default)]
pub(crate) struct Guessed {
    pub(crate) tried: u32,
    /// Guesses that were seen to be right.
    pub(crate) right: usize,
    /// Guesses that opened what was answered.
    pub(crate) opened: usize,
}

impl Loot {
    /// Reads what a stopped server left in the folders `data` and `backups` of a house.
    pub(crate) async fn take(house: &Path) -> Result<Self> {
        let data = house.join("data");
        let mut database = Vec::new();
        for name in ["affiant.db", "affiant.db-wal"] {
            database.extend(fs_err::read(data.join(name)).unwrap_or_default());
        }
        let mut files = Vec::new();
        for folder in [&data, &house.join("backups/main"), &data.join("mail")] {
            for entry in fs_err::read_dir(folder)? {
                let path = entry?.path();
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let is_key = name.starts_with("keyring") || name == "master.key";
                if path.is_file() && !is_key && !name.starts_with("affiant.db") {
                    files.extend(fs_err::read(&path)?);
                }
            }
        }
        let stored = Stored::open(&data).await?;
        let victims = victims(&stored).await?;
        Ok(Self { database, files, victims, master: stored.master })
    }

    /// The server's own key.
    pub(crate) fn master(&self) -> Master {
        Master::take(&mut { self.master })
    }
}

async fn victims(stored: &Stored) -> Result<Vec<Victim>> {
    let (store, keys) = (&stored.main, &stored.keys);
    let mut victims = Vec::new();
    for account in store.accounts(0, 1_000).await? {
        let scope = stored.account(&account);
        let methods = store.methods(account.id).await?;
        let method = methods.into_iter().find(|it| it.kind == MethodKind::Password);
        let method = method.context("an account has a password")?;
        let granted = store.grants_of(account.id).await?.pop();
        let (grant, row) = granted.context("an account has a session")?;
        let history = store.load(&row.lookup, None).await?.context("a session has steps")?.1;
        let secret = |kind, id| keys.find(SecretName { kind, id, epoch: 0 });
        victims.push(Victim {
            account: scope,
            session: stored.session(row.id.0, row.epoch),
            method: Method { account: scope, id: method.id.0 },
            stretching: Stretching::of_row(&method.params, &method.salt)?,
            verifier: method.verifier.context("a password has a verifier")?,
            wrap: method.wrap,
            grant: grant.sealed,
            record: history.snapshot.clone().context("a session has a snapshot")?,
            of_account: secret(SecretKind::Account, account.id.0).await?.context("a secret")?,
            of_session: secret(SecretKind::Session, row.id.0).await?.context("a secret")?,
        });
    }
    Ok(victims)
}

impl Victim {
    /// Whether any 32 bytes of these, wherever they begin, open the seed or what was answered.
    pub(crate) fn opens_by_any_of(&self, bytes: &[u8]) -> bool {
        bytes.windows(32).any(|key| {
            let secret = || Secret::take(&mut <[u8; 32]>::try_from(key).unwrap_or_default());
            let by_key = UserKey::random(&Given(key))
                .is_ok_and(|it| self.seed(&it).is_some_and(|seed| self.reads(&seed, &secret())));
            let keys = SessionKeys::derive_in(Mode::Account, self.session, &secret(), &secret());
            by_key || self.opens(&keys)
        })
    }

    /// Tries passwords with the server's own key, and with the keyring's secrets or without.
    pub(crate) fn guess(
        &self,
        master: &Master,
        with_keyring: bool,
        list: &[&str],
    ) -> Result<Guessed> {
        let mut guessed = Guessed::default();
        let nothing = Secret::take(&mut [0; 32]);
        let (of_account, of_session) =
            if with_keyring { (&self.of_account, &self.of_session) } else { (&nothing, &nothing) };
        for password in list.iter().filter_map(|it| Password::parse(it)) {
            let stretched = master.stretch(&password, &self.account.account, &self.stretching)?;
            guessed.tried += 1;
            guessed.right += usize::from(stretched.is_right(&self.verifier.0));
            let key = stretched.open(&self.method, of_account, &self.wrap);
            let seed = key.ok().and_then(|it| self.seed(&it));
            guessed.opened += usize::from(seed.is_some_and(|it| self.reads(&it, of_session)));
        }
        Ok(guessed)
    }

    fn seed(&self, key: &UserKey) -> Option<Seed> {
        let name = SeedName { session: self.session, section: "" };
        key.open_seed(&self.account, &name, &self.grant).ok()
    }

    fn reads(&self, seed: &Seed, of_session: &Secret) -> bool {
        self.opens(&seed.keys(self.session, of_session))
    }

    fn opens(&self, keys: &SessionKeys) -> bool {
        let (number, sealed) = &self.record;
        // Nobody went back, so each step was one change.
        let step = StepName { number: *number, revision: Some((*number).into()) };
        keys.open(step, "snapshot", sealed, |_| ()).is_ok()
    }
}
