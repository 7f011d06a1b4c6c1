//! Somebody who is signed in, for the time of one request.

use std::ops::Deref;

use affiant_backend::{
    AccountId, AccountRow, AccountStatus, Change, Level, Lookup, SecretKind, SecretName, SignInRow,
    StorageError,
};
use affiant_keyring::sign_in_epoch;
use affiant_vault::{
    AccountScope, KeyPair, PublicKey, Secret, SignIn, SignInToken, UserKey, random,
};

use crate::accounts::{Accounts, Sender, day};
use crate::error::AccountError;

/// A sign-in's end is only moved when it moves by this many seconds: one write in a minute is
/// enough.
const TOUCH: i64 = 60;

/// An account, with the key that opens everything of it.
pub struct Unlocked {
    /// The account.
    pub account: AccountRow,
    pub(crate) user_key: UserKey,
}

/// Somebody who is signed in: their account with its key, and how they came in.
pub struct Person {
    pub(crate) unlocked: Unlocked,
    /// The sign-in that the request came with.
    pub sign_in: SignInRow,
    pub(crate) token: SignInToken,
}

impl Deref for Person {
    type Target = Unlocked;

    fn deref(&self) -> &Unlocked {
        &self.unlocked
    }
}

impl Person {
    /// The account's id.
    pub fn id(&self) -> AccountId {
        self.account.id
    }

    /// The code of one form: only who has the cookie can make it.
    pub fn form_code(&self, nonce: &[u8]) -> [u8; 32] {
        self.token.form_code(nonce)
    }

    /// Whether a form's code is the one made for this sign-in and `nonce`.
    pub fn is_form_code(&self, nonce: &[u8], code: &[u8]) -> bool {
        self.token.is_form_code(nonce, code)
    }
}

/// A user key that was opened, and for which sign-in.
pub(crate) struct Opened<'a> {
    pub(crate) account: AccountId,
    pub(crate) key_epoch: u32,
    pub(crate) auth_epoch: u32,
    pub(crate) user_key: &'a UserKey,
}

impl<'a> Opened<'a> {
    /// For the sign-ins that an account has now.
    pub(crate) fn of(account: &AccountRow, user_key: &'a UserKey) -> Self {
        Self {
            account: account.id,
            key_epoch: account.key_epoch,
            auth_epoch: account.auth_epoch,
            user_key,
        }
    }
}

impl Accounts {
    /// The secret of all sign-ins of a day; `None` when the day is too long ago.
    pub(crate) async fn epoch_secret(&self, epoch: u32) -> Result<Option<Secret>, AccountError> {
        let name = SecretName { kind: SecretKind::SignIn, id: [0; 16], epoch };
        Ok(self.it.keys.find(name).await?)
    }

    /// A new sign-in with a token of its own.
    pub(crate) async fn new_sign_in(
        &self,
        opened: &Opened<'_>,
        level: Level,
        sender: &Sender<'_>,
    ) -> Result<(SignInToken, SignInRow), AccountError> {
        let (now, randomness) = (sender.now, &*self.it.randomness);
        let epoch = sign_in_epoch(now);
        let secret = self.it.keys.of_epoch(SecretKind::SignIn, epoch, now).await?;
        let token = SignInToken::random(randomness)?;
        let account = self.scope(opened.account, opened.key_epoch);
        let auth_epoch = opened.auth_epoch;
        let sign_in = SignIn { account, auth_epoch, epoch, level: level.word() };
        let row = SignInRow {
            sid: Lookup(token.lookup()),
            id: random(randomness)?,
            account: opened.account,
            wrap: token.seal(&sign_in, &secret, opened.user_key, randomness)?,
            epoch,
            auth_epoch,
            level,
            agent: sender.agent.to_owned(),
            created: day(now),
            proved: now,
            idle_until: now + self.it.settings.idle,
            absolute_until: now + self.it.settings.absolute,
        };
        Ok((token, row))
    }

    /// Who the cookie's token is of. `None` when nobody is signed in with it any more; an unknown or
    /// invented token is as good as none.
    pub async fn person(
        &self,
        token: SignInToken,
        now: i64,
    ) -> Result<Option<Person>, AccountError> {
        let Some(sign_in) = self.it.store.sign_in(&Lookup(token.lookup())).await? else {
            return Ok(None);
        };
        if now >= sign_in.idle_until.min(sign_in.absolute_until) {
            return Ok(None);
        }
        let Some(account) = self.it.store.account(sign_in.account).await? else { return Ok(None) };
        if !may_sign_in(account.status) || account.auth_epoch != sign_in.auth_epoch {
            return Ok(None);
        }
        let Some(secret) = self.epoch_secret(sign_in.epoch).await? else { return Ok(None) };
        let scope = self.scope(account.id, account.key_epoch);
        let (auth_epoch, epoch) = (sign_in.auth_epoch, sign_in.epoch);
        let bound = SignIn { account: scope, auth_epoch, epoch, level: sign_in.level.word() };
        let user_key = token.open(&bound, &secret, &sign_in.wrap)?;
        self.touch(&sign_in, now).await?;
        let unlocked = Unlocked { account, user_key };
        Ok(Some(Person { unlocked, sign_in, token }))
    }

    /// Moves the end of a sign-in that is used.
    async fn touch(&self, sign_in: &SignInRow, now: i64) -> Result<(), AccountError> {
        let until = (now + self.it.settings.idle).min(sign_in.absolute_until);
        if until - sign_in.idle_until < TOUCH {
            return Ok(());
        }
        let touch = vec![Change::TouchSignIn(sign_in.sid, until)];
        match self.it.store.commit(touch).await {
            // It ended meanwhile, or the disk is full: what the request wants will tell.
            Ok(()) | Err(StorageError::Conflict | StorageError::Full(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The scope that everything of a person is bound to.
    pub(crate) fn scope_of(&self, person: &Unlocked) -> AccountScope {
        self.scope(person.account.id, person.account.key_epoch)
    }

    /// The person's key pair, to which others sealed.
    pub(crate) fn pair_of(&self, person: &Unlocked) -> Result<KeyPair, AccountError> {
        let public = PublicKey::of_bytes(person.account.public_key)?;
        Ok(person.user_key.open_pair(
            &self.scope_of(person),
            &public,
            &person.account.secret_key,
        )?)
    }
}

/// Whether somebody may be signed in to an account in this state.
pub(crate) fn may_sign_in(status: AccountStatus) -> bool {
    matches!(status, AccountStatus::Active | AccountStatus::Locked)
}
