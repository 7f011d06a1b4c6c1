//! Accounts elsewhere that sign in to one here: the list of them, linking one, unlinking one.

use std::sync::Arc;

use affiant_audit::Event;
use affiant_backend::{
    AccountRow, AccountStatus, Change, Identity, IdentityRow, Lookup, MethodKind, MethodRow,
    StorageError,
};
use affiant_vault::{AccountScope, Password, UserKey};
use serde::{Deserialize, Serialize};

use crate::accounts::{Accounts, Sender, day};
use crate::error::AccountError;
use crate::person::{Person, Unlocked};
use crate::register::Registration;

/// What is told about an identity is sealed as this.
pub(crate) const IDENTITY: &str = "identity";

/// Most accounts elsewhere that sign in to one here.
const MOST: usize = 20;

/// Characters of what a person is called elsewhere.
const LONGEST_NAME: usize = 200;

/// Somebody whom a provider knows, and we do not yet.
#[derive(Clone)]
pub struct Newcomer {
    /// The provider's id.
    pub provider: String,
    /// An address that the provider tells, which the person may take or not.
    pub email: Option<String>,
    /// The invitation with which the person came.
    pub invitation: Option<String>,
    pub(crate) lookup: Lookup,
    pub(crate) name: String,
    /// The question whose answer this is: it is used up by registering.
    pub(crate) proof: Lookup,
}

/// An account elsewhere as its person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedIdentity {
    /// Names it.
    pub lookup: Lookup,
    /// The provider's id; empty if that cannot be read any more.
    pub provider: String,
    /// What the person is called there; may be empty.
    pub name: String,
    /// When it was linked, in seconds of the Unix epoch, cut to the day.
    pub created: i64,
    /// When it last signed in, likewise.
    pub used: Option<i64>,
}

/// What came of unlinking an account elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlinked {
    /// It signs in no more.
    Done,
    /// The same; and what was a passphrase signs in from now on, with the e-mail address, since
    /// nothing else would.
    PasswordNow,
    /// Nothing was unlinked: it is the only one, and its person has nothing to type. A passphrase
    /// first, then it can go.
    NothingElse,
    /// The password is not right.
    WrongPassword,
}

/// What is sealed about an identity.
#[derive(Deserialize, Serialize)]
struct About {
    provider: String,
    name: String,
}

impl Accounts {
    /// By which an identity is found.
    pub(crate) fn identity_lookup(&self, identity: &Identity) -> Lookup {
        let parts = [identity.issuer.as_bytes(), identity.subject.as_bytes()];
        Lookup(self.it.keys.master().tag("identity", &parts))
    }

    fn identity_row(
        &self,
        scope: &AccountScope,
        user_key: &UserKey,
        lookup: Lookup,
        about: &About,
        now: i64,
    ) -> Result<IdentityRow, AccountError> {
        let json = serde_json::to_vec(about).map_err(|_| AccountError::Damaged)?;
        let randomness = &*self.it.randomness;
        Ok(IdentityRow {
            lookup,
            account: affiant_backend::AccountId(scope.account),
            sealed: user_key.seal(scope, IDENTITY, &lookup.0, &json, randomness)?,
            created: day(now),
            used: None,
        })
    }

    /// What registering with a provider stores: the identity, which an account that was never
    /// confirmed must let go of; and such an account, made anew, loses those that it had.
    pub(crate) async fn first_identity(
        &self,
        wanted: &Registration<'_>,
        waiting: Option<&AccountRow>,
        scope: &AccountScope,
        user_key: &UserKey,
        now: i64,
    ) -> Result<Vec<Change>, AccountError> {
        let mut changes = Vec::new();
        if let Some(waiting) = waiting {
            let had = self.it.store.identities(waiting.id).await?;
            changes.extend(had.into_iter().map(|it| Change::DeleteIdentity(waiting.id, it.lookup)));
        }
        let Some(newcomer) = wanted.way.newcomer() else { return Ok(changes) };
        if let Some(row) = self.it.store.identity(&newcomer.lookup).await? {
            let holder = self.it.store.account(row.account).await?;
            if holder.is_some_and(|it| it.status == AccountStatus::Unconfirmed) {
                changes.push(Change::DeleteIdentity(row.account, row.lookup));
            }
        }
        let about = About { provider: newcomer.provider.clone(), name: newcomer.name.clone() };
        let row = self.identity_row(scope, user_key, newcomer.lookup, &about, now)?;
        changes.push(Change::PutIdentity(row));
        Ok(changes)
    }

    /// The accounts elsewhere that sign in to a person's.
    pub async fn identities(&self, person: &Unlocked) -> Result<Vec<ListedIdentity>, AccountError> {
        let scope = self.scope_of(person);
        let rows = self.it.store.identities(person.account.id).await?;
        let listed = rows.into_iter().map(|row| {
            let read = |it: &[u8]| serde_json::from_slice::<About>(it).ok();
            let opened = person.user_key.open(&scope, IDENTITY, &row.lookup.0, &row.sealed, read);
            // One from before a reset: what it is called is closed, as all that is older.
            let about = opened.ok().flatten();
            let (provider, name) = about.map_or_else(Default::default, |it| (it.provider, it.name));
            ListedIdentity {
                lookup: row.lookup,
                provider,
                name,
                created: row.created,
                used: row.used,
            }
        });
        Ok(listed.collect())
    }

    /// Lets an identity sign in to a person's account; `false` if it signs in to another's, or the
    /// account has as many as it can have.
    pub(crate) async fn link_identity(
        &self,
        person: &Person,
        provider: &str,
        identity: &Identity,
        now: i64,
    ) -> Result<bool, AccountError> {
        let (account, lookup) = (&person.account, self.identity_lookup(identity));
        let had = self.it.store.identities(account.id).await?;
        let is_new = had.iter().all(|it| it.lookup != lookup);
        if is_new && had.len() >= MOST {
            return Ok(false);
        }
        let about = About { provider: provider.to_owned(), name: called(identity) };
        let row =
            self.identity_row(&self.scope_of(person), &person.user_key, lookup, &about, now)?;
        let changes = vec![
            Change::Expect(account.id, account.auth_epoch),
            Change::PutIdentity(row),
            self.notice(account, "provider-linked", Vec::new(), now).await?,
            self.noted(Event::ProviderLinked, &[account.id], now).await?,
        ];
        match self.it.store.commit(changes).await {
            Ok(()) => Ok(true),
            Err(StorageError::Conflict) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Ends an account elsewhere signing in. The password is needed, and if it was a passphrase and
    /// nothing else would sign in, it is a password from then on. One that is gone already is
    /// unlinked as well.
    pub async fn unlink(
        &self,
        person: &Person,
        lookup: Lookup,
        password: Password,
        sender: &Sender<'_>,
    ) -> Result<Unlinked, AccountError> {
        let (account, now) = (&person.account, sender.now);
        if !self.proves_with(person, &Arc::new(password), sender).await? {
            return Ok(Unlinked::WrongPassword);
        }
        let had = self.it.store.identities(account.id).await?;
        if had.iter().all(|it| it.lookup != lookup) {
            return Ok(Unlinked::Done);
        }
        let mut changes = vec![
            Change::Expect(account.id, account.auth_epoch),
            Change::DeleteIdentity(account.id, lookup),
        ];
        if had.len() == 1 && self.types_nothing(account).await? {
            return Ok(Unlinked::NothingElse);
        }
        let passphrases = self.passphrases(account).await?;
        let is_alone = had.len() == 1 && !passphrases.is_empty();
        if is_alone {
            let password = |it| MethodRow { kind: MethodKind::Password, ..it };
            changes.extend(passphrases.into_iter().map(password).map(Change::PutMethod));
        }
        changes.push(self.notice(account, "provider-unlinked", Vec::new(), now).await?);
        changes.push(self.noted(Event::ProviderUnlinked, &[account.id], now).await?);
        self.it.store.commit(changes).await?;
        Ok(if is_alone { Unlinked::PasswordNow } else { Unlinked::Done })
    }

    /// Whether what a person types does not sign in by itself.
    pub async fn has_passphrase(&self, person: &Person) -> Result<bool, AccountError> {
        Ok(!self.passphrases(&person.account).await?.is_empty())
    }

    async fn passphrases(&self, account: &AccountRow) -> Result<Vec<MethodRow>, AccountError> {
        let mut methods = self.it.store.methods(account.id).await?;
        methods.retain(|it| it.kind == MethodKind::Passphrase && it.key_epoch == account.key_epoch);
        Ok(methods)
    }
}

/// What somebody is called elsewhere, as it is kept.
pub(crate) fn called(identity: &Identity) -> String {
    let name = identity.name.as_deref().unwrap_or_default().trim();
    name.chars().filter(|it| !it.is_control()).take(LONGEST_NAME).collect()
}
