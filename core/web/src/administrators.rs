//! An installation keeps somebody who may do everything.

use std::sync::Arc;
use std::time::Duration;

use affiant_backend::{AccountId, AccountStatus, StorageError, Store, Subject};
use affiant_guard::ADMIN;
use affiant_vault::random;
use tokio::sync::MutexGuard;
use tokio::time::{interval, timeout};

use crate::app::App;

/// What one of several servers does at a time.
const WORK: &str = "administrators";

/// Seconds after which another server may, or this one again, if it died over it. Less than somebody
/// waits, and far more than it takes.
const CLAIMED: u32 = 8;

/// How long somebody waits for others, and how often it is asked whether it is their turn.
const PATIENCE: Duration = Duration::from_secs(10);
const ASK: Duration = Duration::from_millis(20);

/// The right to change who is an administrator, until it is dropped.
pub(crate) struct Alone<'a> {
    store: Arc<dyn Store>,
    claim: [u8; 16],
    _here: MutexGuard<'a, ()>,
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        let (store, claim) = (Arc::clone(&self.store), self.claim);
        // What cannot be given back ends by itself.
        tokio::spawn(async move { store.give_back(claim).await });
    }
}

impl App {
    /// To be held from looking who is an administrator until that has changed: of two who go at the
    /// same time, each would count the other, whichever servers they ask. Fails when others take too
    /// long.
    pub(crate) async fn one_by_one(&self) -> Result<Alone<'_>, StorageError> {
        let here = self.administrators.lock().await;
        let claim = random(&*self.randomness).map_err(|it| StorageError::Unavailable(it.into()))?;
        // From here on it is given back, whatever comes of it.
        let alone = Alone { store: Arc::clone(&self.store), claim, _here: here };
        let turn = async {
            let mut ask = interval(ASK);
            loop {
                ask.tick().await;
                if self.store.claim(WORK, claim, CLAIMED).await? {
                    return Ok(alone);
                }
            }
        };
        timeout(PATIENCE, turn).await.unwrap_or(Err(StorageError::Conflict))
    }

    /// Whether nobody else could run the site: no other administrator whose account is in use and stays
    /// so when a hold on deletions ends.
    pub(crate) async fn is_last_administrator(&self, id: AccountId) -> Result<bool, StorageError> {
        let is_one = |it: &affiant_backend::AccountRow| {
            let is_used = matches!(it.status, AccountStatus::Active | AccountStatus::Locked);
            is_used && it.roles.iter().any(|it| it == ADMIN)
        };
        let mut others = self.store.count_with_role(ADMIN).await?;
        let mut leaving = vec![id];
        leaving.extend(self.all_held().await?.into_iter().filter_map(|it| match it.subject {
            Subject::Account(other) => Some(other).filter(|it| *it != id),
            Subject::Session(_) => None,
        }));
        let mut is_administrator = false;
        for account in leaving {
            if self.store.account(account).await?.as_ref().is_some_and(is_one) {
                others = others.saturating_sub(1);
                is_administrator |= account == id;
            }
        }
        Ok(is_administrator && others == 0)
    }
}
