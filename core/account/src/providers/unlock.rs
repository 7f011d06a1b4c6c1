//! Unlocking an account that a provider has let in, and registering whom it knows.

use std::sync::Arc;

use affiant_backend::{AccountId, AccountRow, Change, LinkRow, Lookup, MethodKind, StorageError};
use affiant_guard::Attempt;
use affiant_vault::{Password, RecoveryKey, SignInToken, UserKey};

use super::{PROVED, Proved};
use crate::accounts::{Accounts, Sender};
use crate::error::AccountError;
use crate::identities::Newcomer;
use crate::person::may_sign_in;
use crate::recovery::open_with_recovery;
use crate::sign_in::SignedIn;

/// With what somebody unlocks.
pub enum With<'a> {
    /// The passphrase or password.
    Typed(Password),
    /// The recovery key, as it was typed.
    Recovery(&'a str),
}

/// What came of unlocking.
pub enum Unlocking {
    /// Signed in.
    SignedIn(Box<SignedIn>),
    /// Unlocked, but a second factor is owed.
    Factor(SignInToken),
    /// It opens nothing.
    Wrong,
    /// The provider's word is too old, or was used.
    Over,
}

/// What unlocks an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnlockOffer {
    /// The id of the provider that let its person in.
    pub provider: String,
    /// Whether what is typed is a passphrase, and not the password.
    pub passphrase: bool,
    /// Whether there is a recovery key.
    pub recovery: bool,
    /// Whether there is a passkey that opens it.
    pub passkey: bool,
}

impl Accounts {
    async fn proved(
        &self,
        cookie: &str,
        now: i64,
    ) -> Result<Option<(LinkRow, Proved)>, AccountError> {
        let Some((link, state)) = self.asked(PROVED, cookie, now).await? else { return Ok(None) };
        let proved = serde_json::from_slice(&state).map_err(|_| AccountError::Damaged)?;
        Ok(Some((link, proved)))
    }

    /// The account that a provider let in, if nothing changed since.
    async fn let_in(&self, proved: &Proved) -> Result<Option<AccountRow>, AccountError> {
        let Some((id, auth_epoch)) = proved.account else { return Ok(None) };
        let account = self.it.store.account(AccountId(id)).await?;
        Ok(account.filter(|it| may_sign_in(it.status) && it.auth_epoch == auth_epoch))
    }

    /// What unlocks the account that a provider let in; `None` if its word is over.
    pub async fn unlock_offer(
        &self,
        cookie: &str,
        now: i64,
    ) -> Result<Option<UnlockOffer>, AccountError> {
        let Some((_, proved)) = self.proved(cookie, now).await? else { return Ok(None) };
        let Some(account) = self.let_in(&proved).await? else { return Ok(None) };
        let mut methods = self.it.store.methods(account.id).await?;
        methods.retain(|it| it.key_epoch == account.key_epoch);
        let passkeys = self.it.store.passkeys(account.id).await?;
        let has = |kind| methods.iter().any(|it| it.kind == kind);
        Ok(Some(UnlockOffer {
            provider: proved.provider,
            passphrase: has(MethodKind::Passphrase),
            recovery: has(MethodKind::Recovery),
            passkey: self.has_passkeys()
                && passkeys.iter().any(|it| it.wrap.is_some() && it.key_epoch == account.key_epoch),
        }))
    }

    /// Unlocks the account that a provider let in. Every try counts as one of a password.
    pub async fn unlock_behind_provider(
        &self,
        cookie: &str,
        with: With<'_>,
        sender: &Sender<'_>,
    ) -> Result<Unlocking, AccountError> {
        let now = sender.now;
        let Some((link, proved)) = self.proved(cookie, now).await? else {
            return Ok(Unlocking::Over);
        };
        let Some(account) = self.let_in(&proved).await? else { return Ok(Unlocking::Over) };
        let identity = self.it.store.identity(&Lookup(proved.lookup)).await?;
        let Some(identity) = identity.filter(|it| it.account == account.id) else {
            return Ok(Unlocking::Over);
        };
        let index = account.email.0;
        let attempt = match with {
            With::Typed(_) => self.attempt(&index, sender),
            With::Recovery(_) => Attempt::Recovery { from: sender.address, account: &index },
        };
        let admitted = self.it.guard.admit(attempt, now).await?;
        let opened = match self.open_by(&account, with).await {
            Ok(it) => it,
            Err(error) => {
                self.it.guard.undone(admitted, now).await?;
                return Err(error);
            }
        };
        let Some(user_key) = opened else {
            self.it.guard.wrong(admitted, now).await?;
            self.failed(Some(account.id));
            return match self.it.store.commit(vec![Change::TryLink(link.hash)]).await {
                Ok(()) if link.tries > 1 => Ok(Unlocking::Wrong),
                Ok(()) | Err(StorageError::Conflict) => Ok(Unlocking::Over),
                Err(error) => Err(error.into()),
            };
        };
        self.it.guard.right(admitted, now).await?;
        self.enter_with(&account, &identity, &user_key, Some(link.hash), sender).await
    }

    async fn open_by(
        &self,
        account: &AccountRow,
        with: With<'_>,
    ) -> Result<Option<UserKey>, AccountError> {
        match with {
            With::Typed(password) => {
                let (index, password) = (account.email.0, Arc::new(password));
                let unlocked = self.unlock(Some(account), &index, None, &password).await?;
                Ok(unlocked.map(|(it, _)| it))
            }
            With::Recovery(typed) => {
                let Some(key) = RecoveryKey::parse(typed) else { return Ok(None) };
                let scope = self.scope(account.id, account.key_epoch);
                let secret = self.secret(&scope).await?;
                let methods = self.it.store.methods(account.id).await?;
                open_with_recovery(&methods, &scope, &key, &secret)
            }
        }
    }

    /// Who came from a provider and is not known here; `None` if the provider's word is over.
    pub async fn newcomer(&self, cookie: &str, now: i64) -> Result<Option<Newcomer>, AccountError> {
        let Some((link, proved)) = self.proved(cookie, now).await? else { return Ok(None) };
        if proved.account.is_some() {
            return Ok(None);
        }
        Ok(Some(Newcomer {
            provider: proved.provider,
            email: proved.email,
            invitation: proved.invitation,
            lookup: Lookup(proved.lookup),
            name: proved.name,
            proof: link.hash,
        }))
    }
}
