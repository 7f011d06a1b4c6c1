//! The first administrator, made by a link that the server printed.
//!
//! Whoever can read what the server prints runs it, so the link proves more than a letter would: an
//! account that is made with it needs none.

use affiant_audit::Event;
use affiant_backend::{
    AccountRow, AccountStatus, Change, Level, LinkPurpose, Lookup, StorageError,
};
use affiant_guard::{ADMIN, Attempt};

use crate::accounts::{Accounts, Sender, day};
use crate::error::AccountError;
use crate::person::{Opened, Person};
use crate::register::{Made, Registration};
use crate::sign_in::SignedIn;

/// Days for which a printed link works, if nobody uses it before. The next start prints another.
const DAYS: i64 = 30;

/// What came of registering with the link.
pub enum First {
    /// The account is made, an administrator, and signed in.
    Done(Box<SignedIn>),
    /// The address has an account: its person signs in, and opens the link again.
    HasAccount,
    /// The link is none, or was used.
    NoLink,
}

impl Accounts {
    /// A new link that makes the first administrator; earlier ones end. `None` while there is an
    /// administrator.
    pub async fn first_link(&self, now: i64) -> Result<Option<String>, AccountError> {
        if self.has_administrator().await? {
            return Ok(None);
        }
        let expires = now + DAYS * affiant_keyring::DAY;
        let (row, link) = self.new_link(LinkPurpose::Admin, None, "/admin/first", &[], expires)?;
        self.it.store.commit(vec![Change::PutLink(row)]).await?;
        Ok(Some(link))
    }

    async fn has_administrator(&self) -> Result<bool, AccountError> {
        Ok(self.it.store.count_with_role(ADMIN).await? > 0)
    }

    async fn first_row(&self, link: &str, now: i64) -> Result<Option<Lookup>, AccountError> {
        if self.has_administrator().await? {
            return Ok(None);
        }
        let found = self.find_link(LinkPurpose::Admin, link, now).await?;
        Ok(found.map(|(_, row)| row.hash))
    }

    /// Whether a link still makes the first administrator.
    pub async fn is_first_link(&self, link: &str, now: i64) -> Result<bool, AccountError> {
        Ok(self.first_row(link, now).await?.is_some())
    }

    /// Makes whoever is signed in the first administrator; `false` if the link does not work.
    pub async fn become_first(
        &self,
        link: &str,
        person: &Person,
        sender: &Sender<'_>,
    ) -> Result<bool, AccountError> {
        let now = sender.now;
        let admitted = self.it.guard.admit(Attempt::Link { from: sender.address }, now).await?;
        let Some(hash) = self.first_row(link, now).await? else {
            self.it.guard.wrong(admitted, now).await?;
            return Ok(false);
        };
        self.it.guard.right(admitted, now).await?;
        let account = &person.account;
        let mut roles = account.roles.clone();
        roles.push(ADMIN.to_owned());
        let changes = vec![
            Change::Expect(account.id, account.auth_epoch),
            Change::UseLink(hash),
            Change::Roles(account.id, roles, now),
            self.noted(Event::FirstAdministrator, &[account.id], now).await?,
        ];
        match self.it.store.commit(changes).await {
            Ok(()) => Ok(true),
            Err(StorageError::Conflict) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes an account that is the first administrator, and signs it in.
    pub async fn register_first(
        &self,
        link: &str,
        wanted: Registration<'_>,
        sender: &Sender<'_>,
    ) -> Result<First, AccountError> {
        let now = sender.now;
        let admitted = self.it.guard.admit(Attempt::Link { from: sender.address }, now).await?;
        let Some(hash) = self.first_row(link, now).await? else {
            self.it.guard.wrong(admitted, now).await?;
            return Ok(First::NoLink);
        };
        self.it.guard.right(admitted, now).await?;
        let index = self.index(wanted.address);
        let standing = self.by_index(&index).await?;
        if standing.as_ref().is_some_and(|it| it.status != AccountStatus::Unconfirmed) {
            return Ok(First::HasAccount);
        }
        let made = self.make(&wanted, standing.as_ref(), &index, now).await?;
        let Made { scope, auth_epoch, user_key, mut changes } = made;
        let new = changes.iter().find_map(|it| match it {
            Change::NewAccount(row) => Some(row.clone()),
            _ => None,
        });
        let account = new.or(standing).ok_or(AccountError::Damaged)?;
        let account = AccountRow { seen: day(now), ..account };
        changes.extend([
            Change::UseLink(hash),
            Change::Status(account.id, AccountStatus::Active),
            Change::Seen(account.id, day(now)),
            Change::EndLinks(account.id, LinkPurpose::Confirm),
            Change::Roles(account.id, vec!["user".to_owned(), ADMIN.to_owned()], now),
            self.noted(Event::Registered, &[account.id], now).await?,
            self.noted(Event::FirstAdministrator, &[account.id], now).await?,
        ]);
        let opened =
            Opened { account: account.id, key_epoch: scope.epoch, auth_epoch, user_key: &user_key };
        match self.finish_sign_in(&account, &opened, changes, Level::Password, sender).await {
            Ok(done) => Ok(First::Done(Box::new(done))),
            Err(AccountError::Storage(StorageError::Conflict)) => Ok(First::NoLink),
            Err(error) => Err(error),
        }
    }
}
