//! An installation keeps somebody who may do everything.

use affiant_backend::{AccountId, AccountStatus, StorageError, Subject};
use affiant_guard::ADMIN;
use tokio::sync::MutexGuard;

use crate::app::App;

impl App {
    /// To be held from looking who is an administrator until that has changed: of two who go at the
    /// same time, each would count the other. There is one process for each store.
    pub(crate) async fn one_by_one(&self) -> MutexGuard<'_, ()> {
        self.administrators.lock().await
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
