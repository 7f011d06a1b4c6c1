//! Signing in with a passkey, and opening the user key where its PRF extension allows.

use std::sync::Arc;

use affiant_backend::{AccountRow, Change, Level, PasskeyRow};
use affiant_guard::Attempt;
use affiant_passkey::NotThisPasskey;
use affiant_vault::{Password, UserKey};

use super::{PATIENCE, PasskeyAnswer, PasskeyQuestion, SIGN, UNLOCK, prf_input, take_prf};
use crate::accounts::{Accounts, Sender, day};
use crate::error::AccountError;
use crate::person::{Opened, may_sign_in};
use crate::sign_in::SignedIn;

/// What came of signing in with a passkey.
pub enum PasskeySignIn {
    /// Signed in.
    SignedIn(Box<SignedIn>),
    /// The passkey is right, but cannot open the answers: the password does. The text names the
    /// question that the password answers.
    PasswordNeeded(String),
    /// The passkey is unknown, or its answer does not fit.
    Refused,
    /// The password is wrong. The same question may be answered again.
    WrongPassword,
}

impl Accounts {
    /// Begins to sign in with whatever passkey the person picks. It is the same for everybody.
    pub async fn ask_for_passkey(&self, now: i64) -> Result<Option<PasskeyQuestion>, AccountError> {
        let Some(site) = &self.it.site else { return Ok(None) };
        let asked = site.ask().map_err(|_| AccountError::Damaged)?;
        let (challenge, row) = self.challenge(SIGN, None, &asked.state, now + PATIENCE)?;
        self.it.store.commit(vec![Change::PutLink(row)]).await?;
        Ok(Some(PasskeyQuestion { challenge, options: asked.options, prf: prf_input(site.id()) }))
    }

    /// Signs in with a passkey. Answers that are refused are counted.
    pub async fn sign_in_by_passkey(
        &self,
        given: &PasskeyAnswer<'_>,
        sender: &Sender<'_>,
    ) -> Result<PasskeySignIn, AccountError> {
        let now = sender.now;
        let attempt = Attempt::Passkey { from: sender.address };
        let admitted = self.it.guard.admit(attempt, now).await?;
        match self.by_passkey(given, sender).await {
            Ok(PasskeySignIn::Refused) => {
                self.it.guard.wrong(admitted, now).await?;
                Ok(PasskeySignIn::Refused)
            }
            Ok(done) => {
                self.it.guard.right(admitted, now).await?;
                Ok(done)
            }
            Err(error) => {
                self.it.guard.undone(admitted, now).await?;
                Err(error)
            }
        }
    }

    async fn by_passkey(
        &self,
        given: &PasskeyAnswer<'_>,
        sender: &Sender<'_>,
    ) -> Result<PasskeySignIn, AccountError> {
        let now = sender.now;
        let Some(site) = &self.it.site else { return Ok(PasskeySignIn::Refused) };
        let Some((link, state)) = self.asked(SIGN, given.challenge, now).await? else {
            return Ok(PasskeySignIn::Refused);
        };
        let Some((account, mut row)) = self.whose(given.answer).await? else {
            return self
                .refuse(link.hash, &NotThisPasskey::Unreadable, PasskeySignIn::Refused)
                .await;
        };
        row.record = match site.check(&state, given.answer, &row.record) {
            Ok(record) => record,
            Err(error) => return self.refuse(link.hash, &error, PasskeySignIn::Refused).await,
        };
        row.used = Some(day(now));
        let user_key = match self.unlock_by_passkey(&account, &row, given.prf).await? {
            // Where nothing is typed, the server opens the account.
            None if self.types_nothing(&account).await? => self.key_in_custody(&account).await?,
            it => it,
        };
        let mut before = vec![
            Change::Expect(account.id, account.auth_epoch),
            Change::UseLink(link.hash),
            Change::PutPasskey(row),
        ];
        let Some(user_key) = user_key else {
            let epoch = account.auth_epoch.to_be_bytes();
            let (challenge, row) =
                self.challenge(UNLOCK, Some(account.id), &epoch, now + PATIENCE)?;
            before.push(Change::PutLink(row));
            self.it.store.commit(before).await?;
            return Ok(PasskeySignIn::PasswordNeeded(challenge));
        };
        before.extend(self.notice_of_device(&account, sender).await?);
        let opened = Opened::of(&account, &user_key);
        let signed_in =
            self.finish_sign_in(&account, &opened, before, Level::Passkey, sender).await?;
        Ok(PasskeySignIn::SignedIn(Box::new(signed_in)))
    }

    /// Signs in with the password, behind a passkey that could not open the answers.
    pub async fn unlock_behind_passkey(
        &self,
        challenge: &str,
        password: Password,
        sender: &Sender<'_>,
    ) -> Result<PasskeySignIn, AccountError> {
        let now = sender.now;
        let Some((link, epoch)) = self.asked(UNLOCK, challenge, now).await? else {
            return Ok(PasskeySignIn::Refused);
        };
        let Some(id) = link.account else { return Ok(PasskeySignIn::Refused) };
        let found = self.it.store.account(id).await?;
        let Some(account) = found
            .filter(|it| may_sign_in(it.status) && it.auth_epoch.to_be_bytes()[..] == epoch[..])
        else {
            return Ok(PasskeySignIn::Refused);
        };
        let index = account.email.0;
        let admitted = self.it.guard.admit(self.attempt(&index, sender), now).await?;
        let password = Arc::new(password);
        let unlocked = match self.unlock(Some(&account), &index, None, &password).await {
            Ok(it) => it,
            Err(error) => {
                self.it.guard.undone(admitted, now).await?;
                return Err(error);
            }
        };
        let Some((user_key, _)) = unlocked else {
            self.it.guard.wrong(admitted, now).await?;
            self.failed(Some(account.id));
            self.it.store.commit(vec![Change::TryLink(link.hash)]).await?;
            return Ok(PasskeySignIn::WrongPassword);
        };
        self.it.guard.right(admitted, now).await?;
        let mut before =
            vec![Change::Expect(account.id, account.auth_epoch), Change::UseLink(link.hash)];
        before.extend(self.notice_of_device(&account, sender).await?);
        let opened = Opened::of(&account, &user_key);
        let signed_in =
            self.finish_sign_in(&account, &opened, before, Level::Passkey, sender).await?;
        Ok(PasskeySignIn::SignedIn(Box::new(signed_in)))
    }

    /// The account and passkey that an answer names, if they belong together and may sign in.
    async fn whose(&self, answer: &str) -> Result<Option<(AccountRow, PasskeyRow)>, AccountError> {
        let Some(site) = &self.it.site else { return Ok(None) };
        let Ok(whose) = site.whose(answer) else { return Ok(None) };
        let found = self.it.store.passkey(&whose.credential).await?;
        let Some(row) = found.filter(|it| it.account.0 == whose.account) else { return Ok(None) };
        let account = self.it.store.account(row.account).await?;
        Ok(account.filter(|it| may_sign_in(it.status)).map(|it| (it, row)))
    }

    /// Opens the user key with what the authenticator gave; `None` where it gave nothing, or the
    /// passkey belongs to a user key of before a reset.
    async fn unlock_by_passkey(
        &self,
        account: &AccountRow,
        row: &PasskeyRow,
        prf: &str,
    ) -> Result<Option<UserKey>, AccountError> {
        let (Some(wrap), Some(prf)) = (&row.wrap, take_prf(prf)) else { return Ok(None) };
        if row.key_epoch != account.key_epoch {
            return Ok(None);
        }
        let scope = self.scope(account.id, account.key_epoch);
        let secret = self.secret(&scope).await?;
        // Another authenticator's output, or an invented one, opens nothing: the password is asked.
        Ok(self.passkey(account, &row.credential).open(scope.epoch, &prf, &secret, wrap).ok())
    }
}
