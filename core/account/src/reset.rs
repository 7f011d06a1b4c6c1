//! A forgotten password: with a recovery key nothing is lost, without one the answers are.

use affiant_audit::Event;
use affiant_backend::{
    AccountId, AccountRow, AccountStatus, Change, Letter, Level, LinkPurpose, LinkRow, Lookup,
    MethodKind, StorageError,
};
use affiant_guard::{Admitted, Attempt};
use affiant_vault::{AccountScope, RecoveryKey, Secret, UserKey, random};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::accounts::{Accounts, Sender, forget_typed};
use crate::code::GivenCode;
use crate::email::Address;
use crate::error::AccountError;
use crate::password::NewPassword;
use crate::person::Opened;
use crate::profile::{Profile, seal_profile};
use crate::recovery::open_with_recovery;
use crate::sign_in::SignedIn;

/// Minutes for which a link works.
const MINUTES: i64 = 20;

/// A link that leads to a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetLink {
    /// It works, here.
    Works {
        /// Whether the account has a recovery key.
        has_recovery: bool,
        /// Whether a code of its second factor is needed too.
        has_factor: bool,
        /// Whether the server keeps a key to the account, so that nothing is lost.
        in_custody: bool,
    },
    /// It works, but only in the browser that asked for it.
    OtherBrowser,
    /// It is none, is over or was used.
    NoLink,
}

/// What a browser shows to choose a new password.
#[derive(Clone, Copy, Debug)]
pub struct Reset<'a> {
    /// The link, as it stands in the address.
    pub link: &'a str,
    /// The cookie of the browser that asked for it.
    pub nonce: &'a str,
    /// A code of the second factor; nothing looks at it where there is none.
    pub code: &'a str,
}

/// What came of choosing a new password.
pub enum ResetDone {
    /// It holds, and its person is signed in. With a recovery key, nothing was lost, and this is the
    /// new one: the old opens nothing any more.
    Done(Box<SignedIn>, Option<String>),
    /// The recovery key is not the account's.
    WrongKey,
    /// The account has a second factor, and the code is none of it.
    WrongCode,
    /// The link is none, is over, was used or belongs to another browser.
    NoLink,
}

/// What opens an account after a reset.
struct Fresh<'a> {
    scope: AccountScope,
    user_key: &'a UserKey,
    secret: &'a Secret,
    level: Level,
    event: Event,
}

impl Accounts {
    /// A new value for the cookie of the browser that asks for a link.
    pub fn new_nonce(&self) -> Result<String, AccountError> {
        Ok(URL_SAFE_NO_PAD.encode(random::<32>(&*self.it.randomness)?))
    }

    fn nonce_hash(&self, nonce: &str) -> Lookup {
        Lookup(self.it.keys.master().tag("reset nonce", &[nonce.as_bytes()]))
    }

    /// Counts somebody who asks for a link to a new password, whether or not the address has an
    /// account. Fails if there were too many.
    pub async fn admit_reset(
        &self,
        address: &Address,
        sender: &Sender<'_>,
    ) -> Result<Admitted, AccountError> {
        let index = self.index(address);
        let attempt = Attempt::Reset { from: sender.address, account: &index };
        Ok(self.it.guard.admit(attempt, sender.now).await?)
    }

    /// Sends whoever was admitted a link that leads to a new password, for the browser with this nonce
    /// only. If the address has no account, the letter says so. An account costs more time than none,
    /// so whoever asked may not see how long this took.
    pub async fn send_reset(
        &self,
        admitted: Admitted,
        address: &Address,
        nonce: &str,
        language: &str,
        now: i64,
    ) -> Result<(), AccountError> {
        let account = self
            .by_index(&self.index(address))
            .await?
            .filter(|it| it.status != AccountStatus::Disabled);
        let mut changes = if let Some(account) = &account {
            self.reset_link(account, Some(nonce), now).await?
        } else {
            let to = address.as_sent().to_owned();
            let link = format!("{}/account/register", self.it.settings.origin);
            let values = vec![("link", link)];
            let letter =
                Letter { to, template: "no-account", language: language.to_owned(), values };
            vec![self.letter(None, &letter, now)?]
        };
        let whom = account.map(|it| it.id);
        changes.push(self.noted(Event::ResetAsked, whom.as_slice(), now).await?);
        self.it.store.commit(changes).await?;
        self.it.guard.right(admitted, now).await?;
        Ok(())
    }

    /// Starts a reset for somebody who asked an administrator: the person gets the letter, and
    /// chooses the password. It works in any browser. `false` if there is no such account in use.
    pub async fn start_reset(
        &self,
        account: AccountId,
        by: AccountId,
        now: i64,
    ) -> Result<bool, AccountError> {
        let found = self.it.store.account(account).await?;
        let usable = |it: &AccountRow| {
            !matches!(it.status, AccountStatus::Deleting | AccountStatus::Disabled)
        };
        let Some(account) = found.filter(usable) else { return Ok(false) };
        let mut changes = self.reset_link(&account, None, now).await?;
        changes.push(self.noted(Event::ResetAsked, &[account.id, by], now).await?);
        self.it.store.commit(changes).await?;
        Ok(true)
    }

    async fn reset_link(
        &self,
        account: &AccountRow,
        nonce: Option<&str>,
        now: i64,
    ) -> Result<Vec<Change>, AccountError> {
        let expires = now + MINUTES * 60;
        let (mut row, link) =
            self.new_link(LinkPurpose::Reset, account.id, "/account/reset", &[], expires)?;
        row.nonce = nonce.map(|it| self.nonce_hash(it));
        let mut values = vec![("link", link), ("minutes", MINUTES.to_string())];
        if nonce.is_none() {
            values.push(("browser", "any".to_owned()));
        }
        let letter = self.notice(account, "reset", values, now).await?;
        Ok(vec![Change::PutLink(row), letter])
    }

    /// Where a link leads that was followed in a browser with this cookie.
    pub async fn reset_of_link(
        &self,
        link: &str,
        nonce: &str,
        now: i64,
    ) -> Result<ResetLink, AccountError> {
        let Some((_, row)) = self.find_link(LinkPurpose::Reset, link, now).await? else {
            return Ok(ResetLink::NoLink);
        };
        if !self.is_for(&row, nonce) {
            return Ok(ResetLink::OtherBrowser);
        }
        let Some(id) = row.account else { return Ok(ResetLink::NoLink) };
        let Some(account) = self.it.store.account(id).await? else { return Ok(ResetLink::NoLink) };
        let methods = self.it.store.methods(id).await?;
        let has_recovery = methods
            .iter()
            .any(|it| it.kind == MethodKind::Recovery && it.key_epoch == account.key_epoch);
        let has_factor = self.it.store.factor(id).await?.is_some();
        let in_custody = self.is_in_custody(&account).await?;
        Ok(ResetLink::Works { has_recovery, has_factor, in_custody })
    }

    fn is_for(&self, row: &LinkRow, nonce: &str) -> bool {
        row.nonce.is_none_or(|it| {
            let tag = self.it.keys.master();
            tag.is_tag("reset nonce", &[nonce.as_bytes()], &it.0)
        })
    }

    /// The account of a link that works in this browser.
    async fn reset_account(
        &self,
        link: &str,
        nonce: &str,
        now: i64,
    ) -> Result<Option<(LinkRow, AccountRow)>, AccountError> {
        let found = self.find_link(LinkPurpose::Reset, link, now).await?;
        let Some((_, row)) = found.filter(|(_, it)| self.is_for(it, nonce)) else {
            return Ok(None);
        };
        let Some(id) = row.account else { return Ok(None) };
        let account = self.it.store.account(id).await?;
        let usable = account
            .filter(|it| !matches!(it.status, AccountStatus::Deleting | AccountStatus::Disabled));
        Ok(usable.map(|it| (row, it)))
    }

    /// A new password with the recovery key: the user key stays, so nothing is lost. The recovery
    /// key is replaced.
    pub async fn reset_with_recovery(
        &self,
        reset: &Reset<'_>,
        key: &str,
        new: NewPassword,
        sender: &Sender<'_>,
    ) -> Result<ResetDone, AccountError> {
        let now = sender.now;
        let Some((row, account)) = self.reset_account(reset.link, reset.nonce, now).await? else {
            return Ok(ResetDone::NoLink);
        };
        let index = account.email.0;
        let attempt = Attempt::Recovery { from: sender.address, account: &index };
        let admitted = self.it.guard.admit(attempt, now).await?;
        let scope = self.scope(account.id, account.key_epoch);
        let secret = self.secret(&scope).await?;
        let methods = self.it.store.methods(account.id).await?;
        let opened = match RecoveryKey::parse(key) {
            Some(key) => open_with_recovery(&methods, &scope, &key, &secret)?,
            None => None,
        };
        let Some(user_key) = opened else {
            self.it.guard.wrong(admitted, now).await?;
            self.failed(Some(account.id));
            return Ok(ResetDone::WrongKey);
        };
        self.it.guard.right(admitted, now).await?;
        let Some(given) = self.code_of_reset(&account, &row, reset.code, now).await? else {
            return Ok(ResetDone::WrongCode);
        };
        let newer = RecoveryKey::random(&*self.it.randomness)?;
        let level = level(&given);
        let mut before = self.spend(&row, &account).await?;
        before.extend(given.used);
        before.extend(forget_typed(account.id, scope.epoch));
        before.push(Change::DeleteMethods(account.id, MethodKind::Recovery, scope.epoch));
        before.push(Change::PutMethod(
            self.recovery_method(&scope, &newer, &secret, &user_key, now)?,
        ));
        let event = Event::PasswordReset;
        let fresh = Fresh { scope, user_key: &user_key, secret: &secret, level, event };
        let done = self.reset_to(&account, &fresh, new, before, sender).await;
        let done = self.end_reset(account.id, &row, given.admitted, done, now).await?;
        Ok(done.map_or(ResetDone::WrongCode, |done| {
            ResetDone::Done(Box::new(done), Some(newer.reveal(str::to_owned)))
        }))
    }

    /// A new password without any key: a new user key. What the old one opened stays locked for some
    /// days, in which the old password or recovery key may still bring it back.
    pub async fn reset_without_key(
        &self,
        reset: &Reset<'_>,
        new: NewPassword,
        sender: &Sender<'_>,
    ) -> Result<ResetDone, AccountError> {
        let (now, randomness) = (sender.now, &*self.it.randomness);
        let Some((row, account)) = self.reset_account(reset.link, reset.nonce, now).await? else {
            return Ok(ResetDone::NoLink);
        };
        let Some(given) = self.code_of_reset(&account, &row, reset.code, now).await? else {
            return Ok(ResetDone::WrongCode);
        };
        if let Some(user_key) = self.key_in_custody(&account).await? {
            return self.reset_in_custody(&account, &row, given, &user_key, new, sender).await;
        }
        let contact = self.contact(&account).await?;
        let scope = self.scope(account.id, account.key_epoch + 1);
        let secret = self.secret_of_next(&scope, now).await?;
        let user_key = UserKey::random(randomness)?;
        let (public_key, secret_key) = user_key.new_pair(&scope, randomness)?;
        let sealed = self.it.keys.master().seal_contact(&scope, &secret, &contact, randomness)?;
        let profile = seal_profile(&user_key, &scope, &Profile::default(), randomness)?;
        let until = now + i64::from(self.it.settings.locked_days) * affiant_keyring::DAY;
        let level = level(&given);
        let mut before = self.spend(&row, &account).await?;
        before.extend(given.used);
        before.extend(self.factor_under(&account, &scope, &secret).await?);
        before.extend([
            Change::LockKeys(account.id, until),
            Change::Keys {
                account: account.id,
                key_epoch: scope.epoch,
                public_key: *public_key.bytes(),
                secret_key,
            },
            Change::Email(account.id, account.email, sealed),
            Change::Profile(account.id, Some(profile)),
        ]);
        let event = Event::PasswordResetWithoutKey;
        let fresh = Fresh { scope, user_key: &user_key, secret: &secret, level, event };
        let done = self.reset_to(&account, &fresh, new, before, sender).await;
        let done = self.end_reset(account.id, &row, given.admitted, done, now).await?;
        Ok(done.map_or(ResetDone::WrongCode, |done| ResetDone::Done(Box::new(done), None)))
    }

    /// A new password for an account whose user key the server keeps too: nothing is lost, and the
    /// recovery key stays as it is.
    async fn reset_in_custody(
        &self,
        account: &AccountRow,
        link: &LinkRow,
        given: GivenCode,
        user_key: &UserKey,
        new: NewPassword,
        sender: &Sender<'_>,
    ) -> Result<ResetDone, AccountError> {
        let scope = self.scope(account.id, account.key_epoch);
        let secret = self.secret(&scope).await?;
        let level = level(&given);
        let mut before = self.spend(link, account).await?;
        before.extend(given.used);
        before.extend(forget_typed(account.id, scope.epoch));
        let event = Event::PasswordResetInCustody;
        let fresh = Fresh { scope, user_key, secret: &secret, level, event };
        let done = self.reset_to(account, &fresh, new, before, sender).await;
        let done = self.end_reset(account.id, link, given.admitted, done, sender.now).await?;
        Ok(done.map_or(ResetDone::WrongCode, |done| ResetDone::Done(Box::new(done), None)))
    }

    /// What every reset changes: the link is used, and all that was trusted ends. Whoever can read
    /// the mail has confirmed the address; the account elsewhere with which somebody registered it
    /// before may be a stranger's.
    async fn spend(
        &self,
        link: &LinkRow,
        account: &AccountRow,
    ) -> Result<Vec<Change>, AccountError> {
        let id = account.id;
        let mut changes = vec![
            Change::Expect(id, account.auth_epoch),
            Change::UseLink(link.hash),
            Change::EndLinks(id, LinkPurpose::Confirm),
            Change::EndLinks(id, LinkPurpose::ChangeEmail),
            Change::EndTrust(id),
            Change::EndSignIns(id, None),
            Change::DeleteApiKeys(id),
        ];
        if account.status == AccountStatus::Unconfirmed {
            changes.push(Change::Status(id, AccountStatus::Active));
            let strangers = self.it.store.identities(id).await?.into_iter();
            changes.extend(strangers.map(|it| Change::DeleteIdentity(id, it.lookup)));
        }
        Ok(changes)
    }

    /// What the second factor adds to a reset; `None` if its code is wrong.
    async fn code_of_reset(
        &self,
        account: &AccountRow,
        link: &LinkRow,
        code: &str,
        now: i64,
    ) -> Result<Option<GivenCode>, AccountError> {
        let given = self.look_at_code(account, &link.hash.0, code, now).await?;
        if given.is_none() {
            self.try_link(link).await?;
        }
        Ok(given)
    }

    /// How a reset ended; `None` if its code was wrong after all.
    async fn end_reset(
        &self,
        account: AccountId,
        link: &LinkRow,
        admitted: Option<Admitted>,
        done: Result<SignedIn, AccountError>,
        now: i64,
    ) -> Result<Option<SignedIn>, AccountError> {
        let done = self.settle_code(account, admitted, done, now).await?;
        if done.is_none() {
            self.try_link(link).await?;
        }
        Ok(done)
    }

    /// Takes one of the few tries that a link has.
    async fn try_link(&self, link: &LinkRow) -> Result<(), AccountError> {
        match self.it.store.commit(vec![Change::TryLink(link.hash)]).await {
            Ok(()) | Err(StorageError::Conflict) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The second factor outlives a new user key: its seed is sealed under the account's new secret.
    pub(crate) async fn factor_under(
        &self,
        account: &AccountRow,
        scope: &AccountScope,
        secret: &Secret,
    ) -> Result<Option<Change>, AccountError> {
        let Some(row) = self.it.store.factor(account.id).await? else { return Ok(None) };
        let seed = self.factor_seed(&self.scope(account.id, account.key_epoch), &row).await?;
        let (master, randomness) = (self.it.keys.master(), &*self.it.randomness);
        let sealed = master.seal_factor(scope, secret, &seed, randomness)?;
        Ok(Some(Change::SealFactor(account.id, sealed)))
    }

    async fn reset_to(
        &self,
        account: &AccountRow,
        fresh: &Fresh<'_>,
        new: NewPassword,
        before: Vec<Change>,
        sender: &Sender<'_>,
    ) -> Result<SignedIn, AccountError> {
        let Fresh { scope, user_key, secret, level, event } = *fresh;
        let (key_epoch, now) = (scope.epoch, sender.now);
        let kind = match account.status {
            // No account elsewhere is left that could let in.
            AccountStatus::Unconfirmed => MethodKind::Password,
            _ => self.typed_kind(account).await?,
        };
        let method = self.typed_method(kind, &scope, &new.0, secret, user_key, now).await?;
        let mut changes = before;
        changes.push(Change::PutMethod(method));
        let is_locked = key_epoch != account.key_epoch;
        let days = is_locked.then(|| ("days", self.it.settings.locked_days.to_string()));
        let days = days.into_iter().collect();
        changes.push(self.notice(account, "password-reset", days, now).await?);
        changes.push(self.noted(event, &[account.id], now).await?);
        let auth_epoch = account.auth_epoch + 1;
        let opened = Opened { account: account.id, key_epoch, auth_epoch, user_key };
        self.finish_sign_in(account, &opened, changes, level, sender).await
    }
}

/// How somebody is signed in after a reset: with a second factor, if a code of it is used up.
fn level(given: &GivenCode) -> Level {
    if given.used.is_some() { Level::TwoFactors } else { Level::Password }
}
