//! Confirming the address of an account that was made.

use std::sync::Arc;

use affiant_audit::Event;
use affiant_backend::{AccountRow, AccountStatus, Change, Level, LinkPurpose, Lookup, MethodKind};
use affiant_vault::{Password, SignIn, SignInToken, UserKey};

use crate::accounts::{Accounts, Sender};
use crate::error::AccountError;
use crate::person::Opened;
use crate::register::{AFTER_CONFIRMING, CONFIRM};
use crate::sign_in::SignedIn;

/// Where a link that confirms an address was followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// In the browser that registered.
    Here,
    /// In another one, which has to give the password.
    Elsewhere,
    /// In another one, of somebody who has nothing to type: it has to go to the provider.
    AtProvider,
    /// It is no link, is over or was used.
    NoLink,
}

/// What came of confirming an address.
pub enum Confirmed {
    /// The address is confirmed, and its person signed in.
    SignedIn(Box<SignedIn>),
    /// The browser is another than the one that registered: the password is needed, so that nobody
    /// confirms what a stranger began in their name.
    PasswordNeeded,
    /// The password is wrong.
    WrongPassword,
    /// The link is none, is over or was used.
    NoLink,
}

impl Accounts {
    /// Sends the link again that confirms an address.
    pub(crate) async fn confirm_again(
        &self,
        account: &AccountRow,
        now: i64,
    ) -> Result<(), AccountError> {
        let (row, link) = self.new_link(
            LinkPurpose::Confirm,
            account.id,
            "/account/confirm",
            &[],
            now + CONFIRM,
        )?;
        let letter = self.notice(account, "confirm", vec![("link", link)], now).await?;
        Ok(self.it.store.commit(vec![Change::PutLink(row), letter]).await?)
    }

    /// Whether a link confirms an address, and whether this browser is the one that registered.
    pub async fn confirmation(
        &self,
        link: &str,
        token: Option<&SignInToken>,
        now: i64,
    ) -> Result<Confirmation, AccountError> {
        let Some((_, account)) = self.to_confirm(link, now).await? else {
            return Ok(Confirmation::NoLink);
        };
        if self.registered_here(&account, token, now).await?.is_some() {
            return Ok(Confirmation::Here);
        }
        let has_nothing = self.types_nothing(&account).await?;
        Ok(if has_nothing { Confirmation::AtProvider } else { Confirmation::Elsewhere })
    }

    /// Confirms an address. In the browser that registered, the link is enough; in another one, the
    /// password is needed too.
    pub async fn confirm(
        &self,
        link: &str,
        token: Option<&SignInToken>,
        password: Option<Password>,
        sender: &Sender<'_>,
    ) -> Result<Confirmed, AccountError> {
        let now = sender.now;
        let Some((link, account)) = self.to_confirm(link, now).await? else {
            return Ok(Confirmed::NoLink);
        };
        let user_key = match (self.registered_here(&account, token, now).await?, password) {
            (Some(user_key), _) => user_key,
            (None, None) => return Ok(Confirmed::PasswordNeeded),
            (None, Some(password)) => {
                let index = account.email.0;
                let admitted = self.it.guard.admit(self.attempt(&index, sender), now).await?;
                let password = Arc::new(password);
                let Some((user_key, _)) =
                    self.unlock(Some(&account), &index, None, &password).await?
                else {
                    self.it.guard.wrong(admitted, now).await?;
                    self.failed(Some(account.id));
                    self.it.store.commit(vec![Change::TryLink(link)]).await?;
                    return Ok(Confirmed::WrongPassword);
                };
                self.it.guard.right(admitted, now).await?;
                user_key
            }
        };
        let signed_in = self.confirmed(&account, link, &user_key, Vec::new(), sender).await?;
        Ok(Confirmed::SignedIn(Box::new(signed_in)))
    }

    /// The account that waits for a link to be followed, and by what the link is found.
    pub(crate) async fn to_confirm(
        &self,
        link: &str,
        now: i64,
    ) -> Result<Option<(Lookup, AccountRow)>, AccountError> {
        let found = self.find_link(LinkPurpose::Confirm, link, now).await?;
        let Some((link, id)) = found.and_then(|(_, row)| Some((row.hash, row.account?))) else {
            return Ok(None);
        };
        let account = self.it.store.account(id).await?;
        let Some(account) = account.filter(|it| it.status == AccountStatus::Unconfirmed) else {
            return Ok(None);
        };
        // Who registered once more with the same account elsewhere took it along: nothing would let
        // in to this one.
        let is_shut = self.typed_kind(&account).await? != MethodKind::Password
            && self.it.store.identities(account.id).await?.is_empty();
        Ok((!is_shut).then_some((link, account)))
    }

    /// Signs in to an account whose address is confirmed now. `more`: what is done with it.
    pub(crate) async fn confirmed(
        &self,
        account: &AccountRow,
        link: Lookup,
        user_key: &UserKey,
        more: Vec<Change>,
        sender: &Sender<'_>,
    ) -> Result<SignedIn, AccountError> {
        let mut before = vec![
            Change::Expect(account.id, account.auth_epoch),
            Change::UseLink(link),
            Change::Status(account.id, AccountStatus::Active),
            self.noted(Event::Registered, &[account.id], sender.now).await?,
        ];
        before.extend(more);
        let opened = Opened::of(account, user_key);
        self.finish_sign_in(account, &opened, before, Level::Password, sender).await
    }

    /// The user key of an account that waits, if this browser registered it.
    async fn registered_here(
        &self,
        account: &AccountRow,
        token: Option<&SignInToken>,
        now: i64,
    ) -> Result<Option<UserKey>, AccountError> {
        let Some(token) = token else { return Ok(None) };
        let found = self.it.store.pending(&Lookup(token.pending_lookup())).await?;
        let Some(row) = found.filter(|it| {
            it.account == account.id
                && it.then == AFTER_CONFIRMING
                && it.auth_epoch == account.auth_epoch
                && it.expires > now
        }) else {
            return Ok(None);
        };
        let Some(secret) = self.epoch_secret(row.epoch).await? else { return Ok(None) };
        let bound = SignIn {
            account: self.scope(account.id, account.key_epoch),
            auth_epoch: row.auth_epoch,
            epoch: row.epoch,
            level: Level::Password.word(),
        };
        Ok(Some(token.open_pending(&bound, &secret, &row.wrap)?))
    }
}
