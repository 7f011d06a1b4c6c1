//! Signing in and out, and the list of who is signed in.

use std::sync::Arc;

use affiant_audit::Event;
use affiant_backend::{
    AccountRow, AccountStatus, Change, Level, Lookup, MethodId, MethodKind, MethodRow, PendingRow,
    SecretKind, SignInRow, StorageError,
};
use affiant_guard::Device;
use affiant_keyring::sign_in_epoch;
use affiant_vault::{Password, SignIn, SignInToken, Stretching, UserKey, random};

use crate::accounts::{Accounts, Sender, day};
use crate::email::Address;
use crate::error::AccountError;
use crate::person::{Opened, Person, may_sign_in};

/// Seconds within which a second factor has to be shown.
const FACTOR: i64 = 5 * 60;

/// Tries of a second factor.
const FACTOR_TRIES: u32 = 3;

/// Seconds after coming in for which who has nothing to type may do what is grave.
const RECENT: i64 = 20 * 60;

/// What shows that a person is there, before something grave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Proof {
    /// Their password or passphrase.
    #[default]
    Typed,
    /// They have nothing to type, and came in a short time ago.
    Recent,
    /// They have nothing to type, and must come in again first.
    Again,
}

/// What `then` of a pending sign-in says that owes a second factor.
pub(crate) const AFTER_FACTOR: &str = "sign in";

/// Somebody has signed in.
pub struct SignedIn {
    /// For the cookie of the sign-in.
    pub token: SignInToken,
    /// For the cookie of devices that are known.
    pub device: String,
    /// Who it is now.
    pub person: Person,
}

/// What came of an address and a password.
pub enum Signing {
    /// They were right.
    Done(Box<SignedIn>),
    /// They were right, and a second factor is owed. The token is for the cookie; it lets nobody in
    /// by itself.
    Factor(SignInToken),
    /// The password was right, but the address was never confirmed: the letter was sent again.
    Unconfirmed,
    /// The password was right, but an administrator turned the account off.
    Disabled,
    /// The address has no account, or the password is another.
    Wrong,
}

impl Accounts {
    /// Signs in with a password. An address without an account costs the same, and is answered in
    /// the same way, as a wrong password. `earlier` is the browser's sign-in until now, which ends.
    pub async fn sign_in(
        &self,
        address: &Address,
        password: Password,
        earlier: Option<&SignInToken>,
        sender: &Sender<'_>,
    ) -> Result<Signing, AccountError> {
        let (now, index) = (sender.now, self.index(address));
        let admitted = self.it.guard.admit(self.attempt(&index, sender), now).await?;
        let account = self.by_index(&index).await?;
        let password = Arc::new(password);
        let unlocked = match self.unlock(account.as_ref(), &index, None, &password).await {
            Ok(it) => it,
            Err(error) => {
                self.it.guard.undone(admitted, now).await?;
                return Err(error);
            }
        };
        let known = account.as_ref().map(|it| it.id);
        // A passphrase opens what a provider let in, and is nobody's password.
        let unlocked = unlocked.filter(|(_, it)| it.kind == MethodKind::Password);
        let (Some(account), Some((user_key, method))) = (account, unlocked) else {
            self.it.guard.wrong(admitted, now).await?;
            self.failed(known);
            return Ok(Signing::Wrong);
        };
        self.it.guard.right(admitted, now).await?;
        match account.status {
            AccountStatus::Active | AccountStatus::Locked => {}
            AccountStatus::Unconfirmed => {
                self.confirm_again(&account, now).await?;
                return Ok(Signing::Unconfirmed);
            }
            AccountStatus::Disabled | AccountStatus::Deleting => return Ok(Signing::Disabled),
        }
        if self.it.store.factor(account.id).await?.is_some() {
            let token = self.pend(&account, &user_key, Vec::new(), now).await?;
            return Ok(Signing::Factor(token));
        }
        let mut before = self.after_password(&account, &method, &user_key, &password, now).await?;
        before.extend(earlier.map(|it| Change::EndSignIn(Lookup(it.lookup()))));
        before.extend(self.notice_of_device(&account, sender).await?);
        let opened = Opened::of(&account, &user_key);
        let done = self.finish_sign_in(&account, &opened, before, Level::Password, sender).await?;
        Ok(Signing::Done(Box::new(done)))
    }

    /// A letter to the person, if the account does not know the browser.
    pub(crate) async fn notice_of_device(
        &self,
        account: &AccountRow,
        sender: &Sender<'_>,
    ) -> Result<Option<Change>, AccountError> {
        let (blind, index) = (self.it.guard.blind(), &account.email.0);
        if Device::recognise(blind, index, sender.device, sender.now).is_some() {
            return Ok(None);
        }
        let browser = vec![("browser", sender.agent.to_owned())];
        self.notice(account, "signed-in", browser, sender.now).await.map(Some)
    }

    /// Stores a new sign-in together with what led to it, and makes its person.
    pub(crate) async fn finish_sign_in(
        &self,
        account: &AccountRow,
        opened: &Opened<'_>,
        before: Vec<Change>,
        level: Level,
        sender: &Sender<'_>,
    ) -> Result<SignedIn, AccountError> {
        let now = sender.now;
        let (token, row) = self.new_sign_in(opened, level, sender).await?;
        let mut changes = before;
        // Where the sign-in is a part of something else, that is noted, and enough.
        if !changes.iter().any(|it| matches!(it, Change::Audit(_))) {
            let event = match level {
                Level::Password => Event::SignedIn,
                Level::TwoFactors => Event::SignedInWithFactor,
                Level::Passkey => Event::SignedInWithPasskey,
            };
            changes.push(self.noted(event, &[account.id], now).await?);
        }
        changes.push(Change::PutSignIn(row));
        if account.seen != day(now) {
            changes.push(Change::Seen(account.id, day(now)));
        }
        self.it.store.commit(changes).await?;
        let nonce = random(&*self.it.randomness)?;
        let blind = self.it.guard.blind();
        let device = Device::mark(blind, &account.email.0, sender.device, nonce, now);
        let copy = token.reveal(|it| SignInToken::take(&mut { *it }));
        let person = self.person(copy, now).await?.ok_or(StorageError::Conflict)?;
        Ok(SignedIn { token, device, person })
    }

    /// What a right password changes: when it was used, and how it is stretched, if that is out of
    /// date.
    async fn after_password(
        &self,
        account: &AccountRow,
        method: &MethodRow,
        user_key: &UserKey,
        password: &Arc<Password>,
        now: i64,
    ) -> Result<Vec<Change>, AccountError> {
        let mut changes = vec![Change::Expect(account.id, account.auth_epoch)];
        if Stretching::of_row(&method.params, &method.salt)?.is_older_than(&self.cost().await?) {
            let scope = self.scope(account.id, account.key_epoch);
            let secret = self.secret(&scope).await?;
            let kind = method.kind;
            let newer = self.typed_method(kind, &scope, password, &secret, user_key, now).await?;
            changes.push(Change::DeleteMethod(account.id, method.id));
            changes.push(Change::PutMethod(MethodRow { created: method.created, ..newer }));
        } else if method.used != Some(day(now)) {
            changes.push(Change::MethodUsed(MethodId(method.id.0), day(now)));
        }
        Ok(changes)
    }

    /// A sign-in that owes its second factor: the user key is sealed to a token that is found as
    /// nothing else. `before`: what is done with it.
    pub(crate) async fn pend(
        &self,
        account: &AccountRow,
        user_key: &UserKey,
        before: Vec<Change>,
        now: i64,
    ) -> Result<SignInToken, AccountError> {
        let randomness = &*self.it.randomness;
        let token = SignInToken::random(randomness)?;
        let epoch = sign_in_epoch(now);
        let secret = self.it.keys.of_epoch(SecretKind::SignIn, epoch, now).await?;
        let scope = self.scope(account.id, account.key_epoch);
        let auth_epoch = account.auth_epoch;
        let bound = SignIn { account: scope, auth_epoch, epoch, level: Level::Password.word() };
        let row = PendingRow {
            sid: Lookup(token.pending_lookup()),
            account: account.id,
            wrap: token.seal_pending(&bound, &secret, user_key, randomness)?,
            epoch,
            auth_epoch,
            then: AFTER_FACTOR.to_owned(),
            tries: FACTOR_TRIES,
            expires: now + FACTOR,
        };
        let mut changes = vec![Change::Expect(account.id, auth_epoch), Change::PutPending(row)];
        changes.extend(before);
        self.it.store.commit(changes).await?;
        Ok(token)
    }

    /// Ends the sign-in of a cookie.
    pub async fn sign_out(&self, token: &SignInToken, now: i64) -> Result<(), AccountError> {
        let sid = Lookup(token.lookup());
        let Some(row) = self.it.store.sign_in(&sid).await? else { return Ok(()) };
        let entry = self.noted(Event::SignedOut, &[row.account], now).await?;
        Ok(self.it.store.commit(vec![Change::EndSignIn(sid), entry]).await?)
    }

    /// Ends all sign-ins of a person, everywhere; this one too.
    pub async fn sign_out_everywhere(&self, person: &Person, now: i64) -> Result<(), AccountError> {
        let id = person.account.id;
        let entry = self.noted(Event::AllSignInsEnded, &[id], now).await?;
        let changes = vec![Change::EndTrust(id), Change::EndSignIns(id, None), entry];
        Ok(self.it.store.commit(changes).await?)
    }

    /// The sign-ins of a person that still last, newest first.
    pub async fn sign_ins(
        &self,
        person: &Person,
        now: i64,
    ) -> Result<Vec<SignInRow>, AccountError> {
        let mut all = self.it.store.sign_ins(person.account.id).await?;
        all.retain(|it| {
            it.idle_until.min(it.absolute_until) > now && it.auth_epoch == person.account.auth_epoch
        });
        Ok(all)
    }

    /// Ends one of a person's sign-ins, by the id that the list gives.
    pub async fn end_sign_in(
        &self,
        person: &Person,
        id: [u8; 16],
        now: i64,
    ) -> Result<(), AccountError> {
        let all = self.it.store.sign_ins(person.id()).await?;
        if !all.iter().any(|it| it.id == id) {
            return Ok(());
        }
        let entry = self.noted(Event::SignInEnded, &[person.id()], now).await?;
        let changes = vec![Change::EndListedSignIn(person.id(), id), entry];
        Ok(self.it.store.commit(changes).await?)
    }

    /// What shows at a moment that a person is there.
    pub async fn proof(&self, person: &Person, at: i64) -> Result<Proof, AccountError> {
        if !self.types_nothing(&person.account).await? {
            return Ok(Proof::Typed);
        }
        let is_recent = at - person.sign_in.proved < RECENT;
        Ok(if is_recent { Proof::Recent } else { Proof::Again })
    }

    /// Whether it is the person's password: asked before something grave, counted as every try. Who
    /// has nothing to type must have come in a short time ago, whatever is given as the password.
    pub async fn proves(
        &self,
        person: &Person,
        password: Password,
        sender: &Sender<'_>,
    ) -> Result<bool, AccountError> {
        self.proves_with(person, &Arc::new(password), sender).await
    }

    /// As [`Accounts::proves`], for whoever needs the password once more.
    pub(crate) async fn proves_with(
        &self,
        person: &Person,
        password: &Arc<Password>,
        sender: &Sender<'_>,
    ) -> Result<bool, AccountError> {
        let (now, account) = (sender.now, &person.account);
        if !may_sign_in(account.status) {
            return Ok(false);
        }
        match self.proof(person, now).await? {
            Proof::Typed => {}
            Proof::Recent => return Ok(true),
            Proof::Again => return Ok(false),
        }
        let index = account.email.0;
        let admitted = self.it.guard.admit(self.attempt(&index, sender), now).await?;
        let unlocked = self.unlock(Some(account), &index, None, password).await;
        match unlocked {
            Ok(Some((user_key, _))) if user_key.is(&person.user_key) => {
                self.it.guard.right(admitted, now).await?;
                Ok(true)
            }
            Ok(_) => {
                self.it.guard.wrong(admitted, now).await?;
                self.failed(Some(account.id));
                Ok(false)
            }
            Err(error) => {
                self.it.guard.undone(admitted, now).await?;
                Err(error)
            }
        }
    }
}
