//! Somebody whom a provider knows: signed in, asked to unlock, or new.

use affiant_audit::Event;
use affiant_backend::{
    AccountRow, AccountStatus, Change, Identity, IdentityProvider, IdentityRow, Level, Lookup,
};
use affiant_vault::UserKey;

use super::{Back, PROVED, PROVED_FOR, Proved, Unlocking};
use crate::accounts::{Accounts, Sender, day};
use crate::error::AccountError;
use crate::identities::called;
use crate::person::{Opened, may_sign_in};

impl Accounts {
    /// Somebody whom a provider knows: signed in, asked to unlock, or new.
    pub(super) async fn known(
        &self,
        provider: &dyn IdentityProvider,
        identity: &Identity,
        invitation: Option<String>,
        sender: &Sender<'_>,
    ) -> Result<Back, AccountError> {
        let lookup = self.identity_lookup(identity);
        let row = self.it.store.identity(&lookup).await?;
        let account = match &row {
            Some(row) => self.it.store.account(row.account).await?,
            None => None,
        };
        let account = account.filter(|it| it.status != AccountStatus::Unconfirmed);
        if account.as_ref().is_some_and(|it| !may_sign_in(it.status)) {
            return Ok(Back::Disabled);
        }
        if let (Some(account), Some(row)) = (&account, &row)
            && let Some(user_key) = self.key_in_custody(account).await?
        {
            let done = self.enter_with(account, row, &user_key, None, sender).await?;
            return Ok(match done {
                Unlocking::SignedIn(it) => Back::SignedIn(it),
                Unlocking::Factor(it) => Back::Factor(it),
                Unlocking::Wrong | Unlocking::Over => Back::Over,
            });
        }
        let proved = Proved {
            provider: provider.id().to_owned(),
            lookup: lookup.0,
            name: called(identity),
            email: identity.email.clone(),
            invitation,
            account: account.as_ref().map(|it| (it.id.0, it.auth_epoch)),
        };
        let state = serde_json::to_vec(&proved).map_err(|_| AccountError::Damaged)?;
        let of = account.as_ref().map(|it| it.id);
        let (cookie, row) = self.challenge(PROVED, of, &state, sender.now + PROVED_FOR)?;
        self.it.store.commit(vec![Change::PutLink(row)]).await?;
        Ok(if account.is_some() { Back::Unlock(cookie) } else { Back::New(cookie) })
    }

    /// Signs in to an account that is open now, or makes the sign-in owe its second factor. `proof` is
    /// used up.
    pub(super) async fn enter_with(
        &self,
        account: &AccountRow,
        identity: &IdentityRow,
        user_key: &UserKey,
        proof: Option<Lookup>,
        sender: &Sender<'_>,
    ) -> Result<Unlocking, AccountError> {
        let now = sender.now;
        let used = IdentityRow { used: Some(day(now)), ..identity.clone() };
        let mut before = vec![Change::Expect(account.id, account.auth_epoch)];
        before.extend(proof.map(Change::UseLink));
        before.push(Change::PutIdentity(used));
        if self.it.store.factor(account.id).await?.is_some() {
            return Ok(Unlocking::Factor(self.pend(account, user_key, before, now).await?));
        }
        before.push(self.noted(Event::SignedInWithProvider, &[account.id], now).await?);
        before.extend(self.notice_of_device(account, sender).await?);
        let opened = Opened::of(account, user_key);
        let done = self.finish_sign_in(account, &opened, before, Level::Password, sender).await?;
        Ok(Unlocking::SignedIn(Box::new(done)))
    }
}
