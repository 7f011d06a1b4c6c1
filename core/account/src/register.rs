//! Making an account, and confirming its e-mail address.

use std::sync::Arc;

use affiant_audit::Event;
use affiant_backend::{
    AccountId, AccountRow, AccountStatus, Change, Letter, Level, LinkPurpose, Lookup, MethodKind,
    PendingRow, SecretKind, StorageError,
};
use affiant_guard::Attempt;
use affiant_keyring::sign_in_epoch;
use affiant_vault::{AccountScope, Password, Secret, SignIn, SignInToken, UserKey, random};

use crate::accounts::{Accounts, Sender, day, secret_name, typed_anew};
use crate::email::Address;
use crate::error::AccountError;
use crate::identities::Newcomer;
use crate::password::NewPassword;
use crate::person::Opened;
use crate::profile::{Profile, seal_profile};
use crate::sign_in::SignedIn;

/// Seconds for which the link that confirms an address works.
const CONFIRM: i64 = 24 * 3_600;

/// What `then` of a pending sign-in says that waits for its address to be confirmed.
const AFTER_CONFIRMING: &str = "confirm";

/// What somebody types to make an account.
pub struct Registration<'a> {
    /// The address.
    pub address: &'a Address,
    /// The password.
    pub password: NewPassword,
    /// What the person tells about itself.
    pub profile: Profile,
    /// The person's language, a BCP 47 tag.
    pub language: &'a str,
    /// Whether the server keeps a key to the account too, as an administrator's switch says and the
    /// person was told.
    pub in_custody: bool,
    /// Who the person is at a provider, if that is to sign in: then the password opens the account
    /// and does not sign in by itself.
    pub identity: Option<Newcomer>,
}

impl Registration<'_> {
    /// What the password is: behind a provider it is a passphrase.
    fn kind(&self) -> MethodKind {
        if self.identity.is_none() { MethodKind::Password } else { MethodKind::Passphrase }
    }
}

/// Where a link that confirms an address was followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// In the browser that registered.
    Here,
    /// In another one, which has to give the password.
    Elsewhere,
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

/// The rows of an account that is being made.
pub(crate) struct Made {
    pub(crate) scope: affiant_vault::AccountScope,
    pub(crate) auth_epoch: u32,
    pub(crate) user_key: UserKey,
    pub(crate) changes: Vec<Change>,
}

impl Accounts {
    /// Makes an account that waits for its address to be confirmed, and writes to the address. If the
    /// address has an account already, only the letter says so: the answer is the same, and so is
    /// what it costs. The token signs in this browser once the address is confirmed.
    pub async fn register(
        &self,
        wanted: Registration<'_>,
        sender: &Sender<'_>,
    ) -> Result<SignInToken, AccountError> {
        let done = self.register_with(wanted, None, sender).await;
        // Somebody else made the account at the same moment: its letter is on the way.
        done.map(|(token, _)| token)
    }

    /// Registers, using up an invitation if there is one. Also says whether this request was first.
    pub(crate) async fn register_with(
        &self,
        wanted: Registration<'_>,
        invitation: Option<Lookup>,
        sender: &Sender<'_>,
    ) -> Result<(SignInToken, bool), AccountError> {
        let now = sender.now;
        let attempt = Attempt::Register { from: sender.address };
        let admitted = self.it.guard.admit(attempt, now).await?;
        let done = self.register_counted(wanted, invitation, now).await;
        match &done {
            Ok(_) => self.it.guard.right(admitted, now).await?,
            Err(_) => self.it.guard.undone(admitted, now).await?,
        }
        done
    }

    async fn register_counted(
        &self,
        wanted: Registration<'_>,
        invitation: Option<Lookup>,
        now: i64,
    ) -> Result<(SignInToken, bool), AccountError> {
        let index = self.index(wanted.address);
        let standing = self.by_index(&index).await?;
        let is_free = standing.as_ref().is_none_or(|it| it.status == AccountStatus::Unconfirmed);
        let token = SignInToken::random(&*self.it.randomness)?;
        let made = self.make(&wanted, standing.as_ref().filter(|_| is_free), &index, now).await?;
        let mut changes = match (&standing, is_free) {
            (Some(row), false) => {
                let letter = Letter {
                    to: wanted.address.as_sent().to_owned(),
                    template: "taken",
                    language: row.language.clone(),
                    values: vec![("link", format!("{}/account/reset", self.it.settings.origin))],
                };
                vec![self.letter(Some(row.id), &letter, now)?]
            }
            _ => self.waiting_for_confirmation(made, &wanted, &token, now).await?,
        };
        changes.extend(invitation.map(Change::UseLink));
        changes.extend(wanted.identity.as_ref().map(|it| Change::UseLink(it.proof)));
        match self.it.store.commit(changes).await {
            Ok(()) => Ok((token, true)),
            Err(StorageError::Conflict) => Ok((token, false)),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes keys and rows. Where the account is there and waits, the newest registration counts:
    /// whoever can read its mail decides.
    pub(crate) async fn make(
        &self,
        wanted: &Registration<'_>,
        waiting: Option<&AccountRow>,
        index: &[u8; 32],
        now: i64,
    ) -> Result<Made, AccountError> {
        let (randomness, master) = (&*self.it.randomness, self.it.keys.master());
        let scope = match waiting {
            Some(row) => self.scope(row.id, row.key_epoch),
            None => self.scope(AccountId(random(randomness)?), 0),
        };
        let secret = self.secret_to_be(&scope, waiting.is_some(), now).await?;
        let user_key = UserKey::random(randomness)?;
        let (public_key, secret_key) = user_key.new_pair(&scope, randomness)?;
        let (id, kind, typed) = (AccountId(scope.account), wanted.kind(), &wanted.password.0);
        let method = self.typed_method(kind, &scope, typed, &secret, &user_key, now).await?;
        let profile = seal_profile(&user_key, &scope, &wanted.profile, randomness)?;
        let mut changes = match waiting {
            None => {
                let contact = wanted.address.as_sent();
                vec![Change::NewAccount(AccountRow {
                    id,
                    number: 0,
                    email: Lookup(*index),
                    contact: master.seal_contact(&scope, &secret, contact, randomness)?,
                    profile: Some(profile),
                    language: wanted.language.to_owned(),
                    status: AccountStatus::Unconfirmed,
                    roles: vec!["user".to_owned()],
                    auth_epoch: 0,
                    key_epoch: 0,
                    public_key: *public_key.bytes(),
                    secret_key,
                    created: day(now),
                    seen: day(now),
                })]
            }
            Some(row) => vec![
                Change::Expect(id, row.auth_epoch),
                Change::EndTrust(id),
                Change::EndSignIns(id, None),
                Change::DeleteMethods(id, MethodKind::Custody, scope.epoch),
                Change::Keys {
                    account: id,
                    key_epoch: scope.epoch,
                    public_key: *public_key.bytes(),
                    secret_key,
                },
                Change::Profile(id, Some(profile)),
                Change::Language(id, wanted.language.to_owned()),
            ],
        };
        changes.extend(typed_anew(method));
        changes.extend(self.first_identity(wanted, waiting, &scope, &user_key, now).await?);
        if wanted.in_custody {
            changes.push(Change::PutMethod(self.custody_method(&scope, &secret, &user_key, now)?));
        }
        Ok(Made { scope, auth_epoch: waiting.map_or(0, |it| it.auth_epoch + 1), user_key, changes })
    }

    /// The secret of an account that is being made. One that waits has one; then as much is written
    /// for nothing, since time must not tell.
    async fn secret_to_be(
        &self,
        scope: &AccountScope,
        waits: bool,
        now: i64,
    ) -> Result<Secret, AccountError> {
        let randomness = &*self.it.randomness;
        let secret = Secret::random(randomness)?;
        if !waits {
            self.it.keys.put(secret_name(scope), &secret, now).await?;
            return Ok(secret);
        }
        // A secret without rows is of no use to anybody, and is swept.
        let orphan = self.scope(AccountId(random(randomness)?), 0);
        self.it.keys.put(secret_name(&orphan), &secret, now).await?;
        self.secret(scope).await
    }

    /// Adds the sign-in that waits in this browser, the link and the letter.
    async fn waiting_for_confirmation(
        &self,
        made: Made,
        wanted: &Registration<'_>,
        token: &SignInToken,
        now: i64,
    ) -> Result<Vec<Change>, AccountError> {
        let Made { scope, auth_epoch, user_key, mut changes } = made;
        let id = AccountId(scope.account);
        let epoch = sign_in_epoch(now);
        let secret = self.it.keys.of_epoch(SecretKind::SignIn, epoch, now).await?;
        let bound = SignIn { account: scope, auth_epoch, epoch, level: Level::Password.word() };
        changes.push(Change::PutPending(PendingRow {
            sid: Lookup(token.pending_lookup()),
            account: id,
            wrap: token.seal_pending(&bound, &secret, &user_key, &*self.it.randomness)?,
            epoch,
            auth_epoch,
            then: AFTER_CONFIRMING.to_owned(),
            tries: 1,
            expires: now + CONFIRM,
        }));
        let (link, address) =
            self.new_link(LinkPurpose::Confirm, id, "/account/confirm", &[], now + CONFIRM)?;
        let letter = Letter {
            to: wanted.address.as_sent().to_owned(),
            template: "confirm",
            language: wanted.language.to_owned(),
            values: vec![("link", address)],
        };
        changes.push(Change::PutLink(link));
        changes.push(self.letter(Some(id), &letter, now)?);
        Ok(changes)
    }

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
        let found = self.find_link(LinkPurpose::Confirm, link, now).await?;
        let Some(id) = found.and_then(|(_, row)| row.account) else {
            return Ok(Confirmation::NoLink);
        };
        let Some(account) = self.it.store.account(id).await? else {
            return Ok(Confirmation::NoLink);
        };
        let opened = self.registered_here(&account, token, now).await?;
        Ok(if opened.is_some() { Confirmation::Here } else { Confirmation::Elsewhere })
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
        let found = self.find_link(LinkPurpose::Confirm, link, now).await?;
        let Some((link, id)) = found.and_then(|(_, row)| Some((row.hash, row.account?))) else {
            return Ok(Confirmed::NoLink);
        };
        let account = self.it.store.account(id).await?;
        let Some(account) = account.filter(|it| it.status == AccountStatus::Unconfirmed) else {
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
        let before = vec![
            Change::Expect(account.id, account.auth_epoch),
            Change::UseLink(link),
            Change::Status(account.id, AccountStatus::Active),
            self.noted(Event::Registered, &[account.id], now).await?,
        ];
        let opened = Opened::of(&account, &user_key);
        let signed_in =
            self.finish_sign_in(&account, &opened, before, Level::Password, sender).await?;
        Ok(Confirmed::SignedIn(Box::new(signed_in)))
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
