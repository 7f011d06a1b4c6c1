//! What a provider's word does for who has nothing to type: it confirms their address, and shows before
//! something grave that they are there.

use affiant_audit::Event;
use affiant_backend::{Change, Identity, IdentityProvider, IdentityRow};

use super::{Aim, Asked, Back, Return};
use crate::accounts::{Accounts, Sender, day};
use crate::error::AccountError;
use crate::person::{Opened, Person};

impl Accounts {
    /// Asks a provider who a person is that is signed in already, and to let them show it anew. `to`
    /// comes back with [`Back::Again`].
    pub async fn ask_again(
        &self,
        provider: &dyn IdentityProvider,
        person: &Person,
        to: &str,
        now: i64,
    ) -> Result<Asked, AccountError> {
        let aim = Aim::Again(Return {
            account: person.id().0,
            auth_epoch: person.account.auth_epoch,
            asked: now,
            to: to.to_owned(),
        });
        self.ask_for(provider, aim, Some(person.id()), now).await
    }

    /// The sign-in that the request came with ends, and one of now takes its place. A second factor
    /// that was shown stays shown.
    pub(super) async fn in_again(
        &self,
        person: &Person,
        identity: &Identity,
        to: String,
        sender: &Sender<'_>,
    ) -> Result<Back, AccountError> {
        let (account, now) = (&person.account, sender.now);
        let row = self.it.store.identity(&self.identity_lookup(identity)).await?;
        let Some(row) = row.filter(|it| it.account == account.id) else { return Ok(Back::Other) };
        let before = vec![
            Change::Expect(account.id, account.auth_epoch),
            Change::PutIdentity(IdentityRow { used: Some(day(now)), ..row }),
            Change::EndSignIn(person.sign_in.sid),
            self.noted(Event::SignedInWithProvider, &[account.id], now).await?,
        ];
        let opened = Opened::of(account, &person.user_key);
        let level = person.sign_in.level;
        let done = self.finish_sign_in(account, &opened, before, level, sender).await?;
        Ok(Back::Again(Box::new(done), to))
    }

    /// Confirms the address of an account that the server opens, in a browser that did not register
    /// it: the account elsewhere with which it was made shows that nobody does so in another's name.
    pub(super) async fn confirm_at_provider(
        &self,
        link: &str,
        identity: &Identity,
        sender: &Sender<'_>,
    ) -> Result<Back, AccountError> {
        let now = sender.now;
        let Some((link, account)) = self.to_confirm(link, now).await? else {
            return Ok(Back::Over);
        };
        let row = self.it.store.identity(&self.identity_lookup(identity)).await?;
        let Some(row) = row.filter(|it| it.account == account.id) else { return Ok(Back::Other) };
        let Some(user_key) = self.key_in_custody(&account).await? else { return Ok(Back::Over) };
        let used = Change::PutIdentity(IdentityRow { used: Some(day(now)), ..row });
        let done = self.confirmed(&account, link, &user_key, vec![used], sender).await?;
        Ok(Back::SignedIn(Box::new(done)))
    }
}
