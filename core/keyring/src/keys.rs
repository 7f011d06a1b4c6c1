//! The keyring's secrets under the master key.

use std::sync::Arc;

use affiant_backend::{Keyring, SecretKind, SecretName, SecretRow, SessionId, StorageError};
use affiant_vault::{self as vault, Master, NoRandomness, Randomness, Secret};

use crate::epoch::{audit_epoch, day, job_epoch, sign_in_epoch};
use crate::heads::Seen;

/// Randomness that many requests share.
pub type SharedRandomness = Arc<dyn Randomness + Send + Sync>;

/// How many secrets are read at once.
const PAGE: u32 = 500;

/// Names the secret of whoever does what interviews schedule: it is of no hour, and stays.
const WORKER: [u8; 16] = *b"scheduled worker";

/// Months after which nobody can tell any more who a pseudonym of the audit log was.
pub const AUDIT_MONTHS: u32 = 13;

/// Why the keyring cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The master key is another keyring's.
    #[error("the master key does not belong to this keyring")]
    OtherMaster,
    /// The store failed.
    #[error("the keyring cannot be read or written")]
    Storage(#[from] StorageError),
    /// The system gave no random bytes.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// The keyring, with the master key that its secrets are wrapped under.
pub struct Keys {
    ring: Arc<dyn Keyring>,
    master: Master,
    randomness: SharedRandomness,
    /// How far sessions have come that this process has to do with.
    pub(crate) seen: Seen,
}

fn no_randomness(error: NoRandomness) -> StorageError {
    StorageError::Unavailable(Box::new(error))
}

impl Keys {
    /// Opens a keyring under its master key, or puts a new one under it. Secrets that an earlier
    /// version stored without a wrap are wrapped now. `now` is in seconds of the Unix epoch.
    pub async fn open(
        ring: Arc<dyn Keyring>,
        master: Master,
        randomness: SharedRandomness,
        now: i64,
    ) -> Result<Self, OpenError> {
        let keys = Self { ring, master, randomness, seen: Seen::default() };
        match keys.ring.mark().await? {
            Some(mark) if keys.master.is_marked(&keys.deployment(), &mark) => {}
            Some(_) => return Err(OpenError::OtherMaster),
            None => keys.ring.rewrap(keys.mark(), Vec::new()).await?,
        }
        keys.wrap_plain(now).await?;
        Ok(keys)
    }

    async fn wrap_plain(&self, now: i64) -> Result<(), OpenError> {
        loop {
            let plain = self.ring.plain(PAGE).await?;
            if plain.is_empty() {
                return Ok(());
            }
            let mut wrapped = Vec::with_capacity(plain.len());
            for (session, mut secret) in plain {
                let name = Self::of_session(session, 0);
                wrapped.push(self.row(name, &Secret::take(&mut secret), now)?);
            }
            self.ring.replace_plain(wrapped).await?;
        }
    }

    fn mark(&self) -> Vec<u8> {
        self.master.mark(&self.deployment()).to_vec()
    }

    fn sealed_name(&self, name: &SecretName) -> vault::SecretName<'static> {
        let SecretName { kind, id, epoch } = *name;
        vault::SecretName { deployment: self.deployment(), kind: kind.word(), id, epoch }
    }

    fn wrap(&self, name: &SecretName, secret: &Secret) -> Result<Vec<u8>, NoRandomness> {
        self.master.seal_secret(&self.sealed_name(name), secret, &*self.randomness)
    }

    /// Names the secret of an epoch of a session.
    pub(crate) fn of_session(session: SessionId, epoch: u32) -> SecretName {
        SecretName { kind: SecretKind::Session, id: session.0, epoch }
    }

    pub(crate) fn unwrap(&self, name: &SecretName, wrapped: &[u8]) -> Result<Secret, StorageError> {
        let opened = self.master.open_secret(&self.sealed_name(name), wrapped);
        opened.map_err(|_| StorageError::Corrupt { table: "wrapped" })
    }

    fn row(&self, name: SecretName, secret: &Secret, now: i64) -> Result<SecretRow, NoRandomness> {
        Ok(SecretRow { name, wrapped: self.wrap(&name, secret)?, created: day(now) })
    }

    /// Names this installation. Sealed records are bound to it.
    pub fn deployment(&self) -> [u8; 16] {
        self.ring.deployment()
    }

    /// The master key, for what else comes from it.
    pub fn master(&self) -> &Master {
        &self.master
    }

    /// The store of the wrapped secrets.
    pub fn ring(&self) -> &Arc<dyn Keyring> {
        &self.ring
    }

    /// Stores a new secret; `now` is in seconds of the Unix epoch. [`StorageError::Conflict`] if its
    /// name is taken, or was buried.
    pub async fn put(
        &self,
        name: SecretName,
        secret: &Secret,
        now: i64,
    ) -> Result<(), StorageError> {
        let row = self.row(name, secret, now).map_err(no_randomness)?;
        self.ring.put(vec![row]).await
    }

    /// Returns `None` when it was deleted or never there. One that does not unwrap is
    /// [`StorageError::Corrupt`].
    pub async fn find(&self, name: SecretName) -> Result<Option<Secret>, StorageError> {
        let wrapped = self.ring.find(name).await?;
        wrapped.map(|it| self.unwrap(&name, &it)).transpose()
    }

    /// The secret of an epoch that all share, made if it is not there. Only for the kinds
    /// [`SecretKind::SignIn`], [`SecretKind::Audit`] and [`SecretKind::Job`].
    pub async fn of_epoch(
        &self,
        kind: SecretKind,
        epoch: u32,
        now: i64,
    ) -> Result<Secret, StorageError> {
        self.shared(SecretName { kind, id: [0; 16], epoch }, now).await
    }

    async fn shared(&self, name: SecretName, now: i64) -> Result<Secret, StorageError> {
        if let Some(secret) = self.find(name).await? {
            return Ok(secret);
        }
        let secret = Secret::random(&*self.randomness).map_err(no_randomness)?;
        match self.put(name, &secret, now).await {
            Ok(()) => Ok(secret),
            // Another request made it meanwhile.
            Err(StorageError::Conflict) => self.find(name).await?.ok_or(StorageError::Conflict),
            Err(error) => Err(error),
        }
    }

    /// The secret of whoever does what interviews schedule, made if it is not there.
    pub async fn worker(&self, now: i64) -> Result<Secret, StorageError> {
        self.shared(SecretName { kind: SecretKind::Job, id: WORKER, epoch: 0 }, now).await
    }

    /// Deletes the secrets of single epochs for good.
    pub async fn delete(&self, names: Vec<SecretName>) -> Result<(), StorageError> {
        self.ring.delete(names).await
    }

    /// Deletes all secrets of what is gone, for good: nothing that was sealed under them opens any
    /// more, in no copy. `now` is in seconds of the Unix epoch.
    pub async fn bury(
        &self,
        gone: Vec<(SecretKind, [u8; 16])>,
        now: i64,
    ) -> Result<(), StorageError> {
        self.ring.bury(gone, day(now)).await
    }

    /// Deletes the shared secrets whose epoch is over: those of sign-ins a day after theirs, of jobs
    /// an hour, of pseudonyms 13 months. Returns how many. `now` is in seconds of the Unix epoch.
    pub async fn retire(&self, now: i64) -> Result<u64, StorageError> {
        let over = [
            (SecretKind::SignIn, sign_in_epoch(now).saturating_sub(1)),
            (SecretKind::Job, job_epoch(now).saturating_sub(1)),
            (SecretKind::Audit, audit_epoch(now).saturating_sub(AUDIT_MONTHS)),
        ];
        let mut names = Vec::new();
        for (kind, kept_from) in over {
            let all = self.ring.epochs(kind, [0; 16]).await?;
            names.extend(all.into_iter().map(|it| it.name).filter(|it| it.epoch < kept_from));
        }
        let count = names.len();
        if count > 0 {
            self.delete(names).await?;
        }
        Ok(u64::try_from(count).unwrap_or(u64::MAX))
    }

    /// Wraps all secrets under another master key, in one transaction, and uses it from then on.
    pub async fn change_master(&mut self, master: Master) -> Result<u64, OpenError> {
        let (ring, randomness) = (Arc::clone(&self.ring), Arc::clone(&self.randomness));
        let other = Self { ring, master, randomness, seen: std::mem::take(&mut self.seen) };
        let mut rows = Vec::new();
        for kind in SecretKind::ALL {
            let mut after = None;
            loop {
                let page = self.ring.secrets(*kind, after, PAGE).await?;
                let Some(last) = page.last() else { break };
                after = Some(last.name);
                for row in page {
                    let secret = self.unwrap(&row.name, &row.wrapped)?;
                    let wrapped = other.wrap(&row.name, &secret)?;
                    rows.push(SecretRow { wrapped, ..row });
                }
            }
        }
        let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        other.ring.rewrap(other.mark(), rows).await?;
        *self = other;
        Ok(count)
    }
}
