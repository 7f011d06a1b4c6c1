//! Warning an owner before a session is deleted because nobody uses it.

use affiant_backend::{AccountId, Letter, OutboxRow};

use crate::accounts::Accounts;
use crate::error::AccountError;
use crate::letter;
use crate::person::may_sign_in;

impl Accounts {
    /// A letter to the owner of a session that is deleted in so many days. It does not say which one:
    /// the name of an interview may tell what nobody else is to know. `None` if the account cannot be
    /// signed in to.
    pub async fn warning(
        &self,
        owner: AccountId,
        days: u32,
        now: i64,
    ) -> Result<Option<OutboxRow>, AccountError> {
        let found = self.it.store.account(owner).await?;
        let Some(account) = found.filter(|it| may_sign_in(it.status)) else { return Ok(None) };
        let letter = Letter {
            to: self.contact(&account).await?,
            template: "expiring",
            language: account.language.clone(),
            values: vec![("days", days.to_string())],
        };
        let (master, deployment) = (self.it.keys.master(), self.it.keys.deployment());
        let randomness = &*self.it.randomness;
        Ok(Some(letter::waiting(master, deployment, Some(owner), &letter, now, randomness)?))
    }
}
