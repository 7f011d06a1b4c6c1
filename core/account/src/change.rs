//! Changing the password and the e-mail address.

use affiant_audit::Event;
use affiant_backend::{Change, Letter, LinkPurpose, Lookup, StorageError};
use affiant_vault::Password;

use crate::accounts::{Accounts, Sender, forget_typed};
use crate::email::Address;
use crate::error::AccountError;
use crate::password::NewPassword;
use crate::person::{Opened, Person};
use crate::sign_in::SignedIn;

/// Seconds for which the link that confirms a new address works.
const CONFIRM: i64 = 24 * 3_600;

/// What came of changing a password.
pub enum Changed {
    /// It is the new one from now on. All sign-ins ended; this browser has a new one.
    Done(Box<SignedIn>),
    /// The old one was not right.
    WrongPassword,
}

/// What came of a link that confirms a new address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailChanged {
    /// It is the new one from now on.
    Done,
    /// The link is none, is over or was used; or the address has an account by now.
    NoLink,
}

impl Accounts {
    /// Changes the password: the user key gets another wrap, whatever it opens stays as it is. All
    /// sign-ins end, keys of the API too.
    pub async fn change_password(
        &self,
        person: &Person,
        old: Password,
        new: NewPassword,
        sender: &Sender<'_>,
    ) -> Result<Changed, AccountError> {
        if !self.proves(person, old, sender).await? {
            return Ok(Changed::WrongPassword);
        }
        let (account, now) = (&person.account, sender.now);
        let scope = self.scope_of(person);
        let secret = self.secret(&scope).await?;
        let kind = self.typed_kind(account).await?;
        let method =
            self.typed_method(kind, &scope, &new.0, &secret, &person.user_key, now).await?;
        let mut before = vec![Change::Expect(account.id, account.auth_epoch)];
        before.extend(forget_typed(account.id, scope.epoch));
        before.extend([
            Change::PutMethod(method),
            Change::EndTrust(account.id),
            Change::EndSignIns(account.id, None),
            Change::DeleteApiKeys(account.id),
            Change::EndLinks(account.id, LinkPurpose::Reset),
            self.notice(account, "password-changed", Vec::new(), now).await?,
            self.noted(Event::PasswordChanged, &[account.id], now).await?,
        ]);
        let opened = Opened {
            account: account.id,
            key_epoch: scope.epoch,
            auth_epoch: account.auth_epoch + 1,
            user_key: &person.user_key,
        };
        let level = person.sign_in.level;
        let done = self.finish_sign_in(account, &opened, before, level, sender).await?;
        Ok(Changed::Done(Box::new(done)))
    }

    /// Asks for another address: a link goes there, and nothing changes before it is followed. If the
    /// address has an account, only the letter says so. `false` if the password is not right.
    pub async fn change_email(
        &self,
        person: &Person,
        password: Password,
        address: &Address,
        sender: &Sender<'_>,
    ) -> Result<bool, AccountError> {
        if !self.proves(person, password, sender).await? {
            return Ok(false);
        }
        let (account, now) = (&person.account, sender.now);
        let is_taken = self.by_index(&self.index(address)).await?.is_some();
        let (link, target) = self.new_link(
            LinkPurpose::ChangeEmail,
            account.id,
            "/account/email",
            address.as_sent().as_bytes(),
            now + CONFIRM,
        )?;
        let (template, values) = if is_taken {
            ("email-taken", Vec::new())
        } else {
            ("confirm-email", vec![("link", target)])
        };
        let to = address.as_sent().to_owned();
        let letter = Letter { to, template, language: account.language.clone(), values };
        let changes = vec![
            Change::Expect(account.id, account.auth_epoch),
            Change::PutLink(link),
            self.letter(Some(account.id), &letter, now)?,
        ];
        self.it.store.commit(changes).await?;
        Ok(true)
    }

    /// Whether a link confirms a new address.
    pub async fn is_email_link(&self, link: &str, now: i64) -> Result<bool, AccountError> {
        Ok(self.find_link(LinkPurpose::ChangeEmail, link, now).await?.is_some())
    }

    /// The address that a link was sent to is the account's from now on; the old one is told.
    pub async fn confirm_email(&self, link: &str, now: i64) -> Result<EmailChanged, AccountError> {
        let found = self.find_link(LinkPurpose::ChangeEmail, link, now).await?;
        let Some((secret, row)) = found else { return Ok(EmailChanged::NoLink) };
        let Some(id) = row.account else { return Ok(EmailChanged::NoLink) };
        let Some(account) = self.it.store.account(id).await? else {
            return Ok(EmailChanged::NoLink);
        };
        let (deployment, purpose) = (self.it.keys.deployment(), LinkPurpose::ChangeEmail.word());
        let typed = secret.open(deployment, purpose, &row.payload, |it| {
            String::from_utf8(it.to_vec()).map_err(|_| AccountError::Damaged)
        })??;
        let address = Address::parse(&typed).map_err(|_| AccountError::Damaged)?;
        let scope = self.scope(account.id, account.key_epoch);
        let key = self.secret(&scope).await?;
        let (master, randomness) = (self.it.keys.master(), &*self.it.randomness);
        let contact = master.seal_contact(&scope, &key, address.as_sent(), randomness)?;
        let changes = vec![
            Change::Expect(account.id, account.auth_epoch),
            Change::UseLink(row.hash),
            self.notice(&account, "email-changed", Vec::new(), now).await?,
            Change::Email(account.id, Lookup(self.index(&address)), contact),
            Change::EndLinks(account.id, LinkPurpose::Reset),
            self.noted(Event::EmailChanged, &[account.id], now).await?,
        ];
        match self.it.store.commit(changes).await {
            Ok(()) => Ok(EmailChanged::Done),
            Err(StorageError::Conflict) => Ok(EmailChanged::NoLink),
            Err(error) => Err(error.into()),
        }
    }
}
