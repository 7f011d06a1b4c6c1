//! Accounts whose user key the server keeps too: made while an administrator's switch says so, and
//! left by their person with a new user key.

use std::sync::Arc;

use affiant_audit::Event;
use affiant_backend::{
    AccountId, AccountRow, Addressed, Change, GrantRow, IdentityRow, InvitationRow, LinkPurpose,
    MethodId, MethodKind, MethodRow, PasskeyRow, SecretName, StorageError,
};
use affiant_vault::{
    AccountScope, Grant, KeyPair, Method, Password, PublicKey, Secret, UserKey, random,
};

use crate::accounts::{Accounts, Sender, day, secret_name};
use crate::error::AccountError;
use crate::extent::Extent;
use crate::identities::IDENTITY;
use crate::passkeys::LABEL;
use crate::password::NewPassword;
use crate::person::{Opened, Person};
use crate::profile::{Profile, RecoveryChoice, seal_profile};
use crate::sharing::WHOM;
use crate::sign_in::SignedIn;

/// How often is looked for what others stored while the key was exchanged.
const TRIES: u32 = 5;

/// What is typed to open an account that the server has no key to any more.
pub enum Alone {
    /// The password that there is.
    Typed(Password),
    /// The first passphrase of somebody who had nothing to type.
    First(NewPassword),
}

/// What came of keeping the key alone from now on.
pub enum Left {
    /// The server has no key to the account any more. All sign-ins ended; this browser has a new one.
    Done(Box<SignedIn>),
    /// The password is wrong; or there is none, and its person did not come in a short time ago, or
    /// chose no passphrase.
    WrongPassword,
    /// The server had no key to the account.
    NotHeld,
}

/// The user key that the server has too.
struct Old<'a> {
    scope: AccountScope,
    user_key: &'a UserKey,
    pair: KeyPair,
}

/// The user key that takes its place.
struct New<'a> {
    scope: AccountScope,
    user_key: &'a UserKey,
    public: PublicKey,
}

impl Accounts {
    /// A way to unlock for the server itself.
    pub(crate) fn custody_method(
        &self,
        scope: &AccountScope,
        secret: &Secret,
        user_key: &UserKey,
        now: i64,
    ) -> Result<MethodRow, AccountError> {
        let randomness = &*self.it.randomness;
        let id = random(randomness)?;
        let method = Method { account: *scope, id };
        Ok(MethodRow {
            id: MethodId(id),
            account: AccountId(scope.account),
            kind: MethodKind::Custody,
            key_epoch: scope.epoch,
            params: Vec::new(),
            salt: Vec::new(),
            verifier: None,
            wrap: self.it.keys.master().seal_custody(&method, secret, user_key, randomness)?,
            created: day(now),
            used: None,
        })
    }

    /// Whether the server keeps a key to an account.
    pub async fn is_in_custody(&self, account: &AccountRow) -> Result<bool, AccountError> {
        Ok(self.custody_row(account).await?.is_some())
    }

    async fn custody_row(&self, account: &AccountRow) -> Result<Option<MethodRow>, AccountError> {
        let mut methods = self.it.store.methods(account.id).await?.into_iter();
        Ok(methods.find(|it| it.kind == MethodKind::Custody && it.key_epoch == account.key_epoch))
    }

    /// The user key of an account, if the server keeps it.
    pub(crate) async fn key_in_custody(
        &self,
        account: &AccountRow,
    ) -> Result<Option<UserKey>, AccountError> {
        let Some(row) = self.custody_row(account).await? else { return Ok(None) };
        let scope = self.scope(account.id, account.key_epoch);
        let secret = self.secret(&scope).await?;
        let method = Method { account: scope, id: row.id.0 };
        Ok(Some(self.it.keys.master().open_custody(&method, &secret, &row.wrap)?))
    }

    /// Gives the person a new user key that the server does not have. Everything is sealed under it,
    /// the server's wrap goes, and so does the account's old secret of the keyring: no copy of what
    /// the server had opens anything after that, but for backups of the keyring until they are gone.
    /// The recovery key ends, since the server cannot seal under it; keys of programs end too.
    pub async fn leave_custody(
        &self,
        person: &Person,
        with: Alone,
        sender: &Sender<'_>,
    ) -> Result<Left, AccountError> {
        let (account, now) = (&person.account, sender.now);
        if !self.is_in_custody(account).await? {
            return Ok(Left::NotHeld);
        }
        let has_nothing = self.types_nothing(account).await?;
        let password = match with {
            Alone::Typed(it) if !has_nothing => Arc::new(it),
            Alone::First(it) if has_nothing => it.0,
            Alone::Typed(_) | Alone::First(_) => return Ok(Left::WrongPassword),
        };
        if !self.proves_with(person, &password, sender).await? {
            return Ok(Left::WrongPassword);
        }
        let randomness = &*self.it.randomness;
        let scope = self.scope(account.id, account.key_epoch + 1);
        let secret = self.secret_of_next(&scope, now).await?;
        let user_key = UserKey::random(randomness)?;
        let (public, secret_key) = user_key.new_pair(&scope, randomness)?;
        let new = New { scope, user_key: &user_key, public };
        let (of, pair) = (self.scope_of(person), self.pair_of(person)?);
        let old = Old { scope: of, user_key: &person.user_key, pair };
        let mut changes = ended(account);
        changes.push(Change::Keys {
            account: account.id,
            key_epoch: scope.epoch,
            public_key: *public.bytes(),
            secret_key,
        });
        changes.extend(self.sealed_for_the_server(account, &scope, &secret).await?);
        let profile = Profile { recovery: RecoveryChoice::Open, ..self.profile(person)? };
        let sealed = seal_profile(&user_key, &scope, &profile, randomness)?;
        changes.push(Change::Profile(account.id, Some(sealed)));
        let kind = self.typed_kind(account).await?;
        let method = self.typed_method(kind, &scope, &password, &secret, &user_key, now).await?;
        changes.push(Change::PutMethod(method));
        changes.extend(self.identities_again(account.id, &old, &new).await?);
        changes.extend(self.passkeys_again(account, &old, &new, &secret).await?);
        changes.extend(self.grants_again(account.id, &old, &new).await?);
        changes.extend(self.offers_again(account.id, &old, &new).await?);
        changes.push(self.notice(account, "custody-left", Vec::new(), now).await?);
        changes.push(self.noted(Event::CustodyLeft, &[account.id], now).await?);
        let opened = Opened {
            account: account.id,
            key_epoch: scope.epoch,
            auth_epoch: account.auth_epoch + 1,
            user_key: &user_key,
        };
        let level = person.sign_in.level;
        let done = self.finish_sign_in(account, &opened, changes, level, sender).await?;
        self.forget_old(account.id, &old, &new).await?;
        Ok(Left::Done(Box::new(done)))
    }

    /// The secret of a new user key; one that an earlier try left behind is as good.
    pub(crate) async fn secret_of_next(
        &self,
        scope: &AccountScope,
        now: i64,
    ) -> Result<Secret, AccountError> {
        let name = secret_name(scope);
        if let Some(secret) = self.it.keys.find(name).await? {
            return Ok(secret);
        }
        let secret = Secret::random(&*self.it.randomness)?;
        self.it.keys.put(name, &secret, now).await?;
        Ok(secret)
    }

    /// What the server itself opens with the account's secret: address and second factor.
    async fn sealed_for_the_server(
        &self,
        account: &AccountRow,
        scope: &AccountScope,
        secret: &Secret,
    ) -> Result<Vec<Change>, AccountError> {
        let (contact, randomness) = (self.contact(account).await?, &*self.it.randomness);
        let contact = self.it.keys.master().seal_contact(scope, secret, &contact, randomness)?;
        let mut changes = vec![Change::Email(account.id, account.email, contact)];
        changes.extend(self.factor_under(account, scope, secret).await?);
        Ok(changes)
    }

    async fn passkeys_again(
        &self,
        account: &AccountRow,
        old: &Old<'_>,
        new: &New<'_>,
        secret: &Secret,
    ) -> Result<Vec<Change>, AccountError> {
        let (randomness, epoch) = (&*self.it.randomness, new.scope.epoch);
        let all = self.it.store.passkeys(account.id).await?;
        let mut changes = Vec::new();
        for row in all.into_iter().filter(|it| it.key_epoch == old.scope.epoch) {
            let passkey = self.passkey(account, &row.credential);
            let replaced = row.wrap.as_deref().map(|wrap| {
                passkey.replace(old.user_key, wrap, epoch, secret, new.user_key, randomness)
            });
            let wrap = match replaced {
                Some(wrap) => Some(wrap??),
                None => None,
            };
            let label = self.personal_again(old, new, LABEL, &row.credential, &row.label)?;
            changes.push(Change::PutPasskey(PasskeyRow { key_epoch: epoch, wrap, label, ..row }));
        }
        Ok(changes)
    }

    async fn identities_again(
        &self,
        id: AccountId,
        old: &Old<'_>,
        new: &New<'_>,
    ) -> Result<Vec<Change>, AccountError> {
        let mut changes = Vec::new();
        for row in self.it.store.identities(id).await? {
            // One from before a reset is closed, and stays so.
            let again = self.personal_again(old, new, IDENTITY, &row.lookup.0, &row.sealed);
            if let Ok(sealed) = again {
                changes.push(Change::PutIdentity(IdentityRow { sealed, ..row }));
            }
        }
        Ok(changes)
    }

    /// Something personal, sealed under the new key.
    fn personal_again(
        &self,
        old: &Old<'_>,
        new: &New<'_>,
        content: &str,
        row: &[u8],
        sealed: &[u8],
    ) -> Result<Vec<u8>, AccountError> {
        let seal =
            |it: &[u8]| new.user_key.seal(&new.scope, content, row, it, &*self.it.randomness);
        Ok(old.user_key.open(&old.scope, content, row, sealed, seal)??)
    }

    /// The seeds of all that the person can read, and what they call those with whom they share.
    async fn grants_again(
        &self,
        id: AccountId,
        old: &Old<'_>,
        new: &New<'_>,
    ) -> Result<Vec<Change>, AccountError> {
        let mut changes = Vec::new();
        let all = self.it.store.grants_of(id).await?;
        for (grant, session) in all.into_iter().filter(|it| it.0.key_epoch == old.scope.epoch) {
            if grant.epoch == session.epoch {
                for given in self.it.store.grants_on(session.id).await? {
                    if given.account != id && given.granter == Some(id) && !given.whom.is_empty() {
                        let whom =
                            self.personal_again(old, new, WHOM, &session.id.0, &given.whom)?;
                        changes.push(Change::PutGrant(GrantRow { whom, ..given }));
                    }
                }
                for open in self.it.store.invitations_to(session.id).await? {
                    if open.granter == id {
                        let whom =
                            self.personal_again(old, new, WHOM, &session.id.0, &open.whom)?;
                        changes.push(Change::DeleteInvitation(session.id, open.hash));
                        let again = InvitationRow { whom, ..open };
                        changes.push(Change::PutInvitation(again));
                    }
                }
            }
            changes.push(Change::PutGrant(self.grant_again(grant, old, new)?));
        }
        Ok(changes)
    }

    /// What others offered to share and the person did not accept yet.
    async fn offers_again(
        &self,
        id: AccountId,
        old: &Old<'_>,
        new: &New<'_>,
    ) -> Result<Vec<Change>, AccountError> {
        let (randomness, mut changes) = (&*self.it.randomness, Vec::new());
        for row in self.it.store.invitations_for(id).await? {
            let Some(addressed) = row.addressed.clone() else { continue };
            let of = self.session_scope(row.session.0, row.epoch);
            let (role, expires) = (row.role.word(), row.grant_expires);
            let opened = Extent::of(&row.section)?.open(of, &addressed.sealed, |name, it| {
                old.pair.open_grant(&Grant { seed: *name, to: old.scope, role, expires }, it)
            });
            // One that does not open was made for an earlier key, or is damaged: it is worth nothing.
            let Ok(opened) = opened else { continue };
            let sealed = opened.seal(of, |name, seed| {
                let terms = Grant { seed: *name, to: new.scope, role, expires };
                new.public.seal_grant(&terms, seed, randomness)
            })?;
            let addressed = Some(Addressed { account: id, key_epoch: new.scope.epoch, sealed });
            changes.push(Change::DeleteInvitation(row.session, row.hash));
            changes.push(Change::PutInvitation(InvitationRow { addressed, ..row.clone() }));
        }
        Ok(changes)
    }

    fn grant_again(
        &self,
        grant: GrantRow,
        old: &Old<'_>,
        new: &New<'_>,
    ) -> Result<GrantRow, AccountError> {
        let randomness = &*self.it.randomness;
        let of = self.session_scope(grant.session.0, grant.epoch);
        let (extent, role, expires) =
            (Extent::of(&grant.section)?, grant.role.word(), grant.expires);
        let sealed = if grant.granter.is_none() {
            let seeds = extent
                .open(of, &grant.sealed, |name, it| old.user_key.open_seed(&old.scope, name, it))?;
            seeds
                .seal(of, |name, seed| new.user_key.seal_seed(&new.scope, name, seed, randomness))?
        } else {
            let seeds = extent.open(of, &grant.sealed, |name, it| {
                old.pair.open_grant(&Grant { seed: *name, to: old.scope, role, expires }, it)
            })?;
            seeds.seal(of, |name, seed| {
                let terms = Grant { seed: *name, to: new.scope, role, expires };
                new.public.seal_grant(&terms, seed, randomness)
            })?
        };
        Ok(GrantRow { key_epoch: new.scope.epoch, sealed, ..grant })
    }

    /// Lets go of the old key: what others, or an earlier request of the person's, sealed to it
    /// meanwhile is sealed under the new one first.
    async fn forget_old(
        &self,
        id: AccountId,
        old: &Old<'_>,
        new: &New<'_>,
    ) -> Result<(), AccountError> {
        for _ in 0..TRIES {
            let late = self.grants_again(id, old, new).await?;
            if late.is_empty() {
                break;
            }
            self.it.store.commit(late).await?;
        }
        let name: SecretName = secret_name(&old.scope);
        match self.it.keys.delete(vec![name]).await {
            // The comparison of rows and keys deletes it later.
            Ok(()) | Err(StorageError::Unavailable(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// What ends with the old user key.
fn ended(account: &AccountRow) -> Vec<Change> {
    let (id, epoch) = (account.id, account.key_epoch);
    let kinds =
        [MethodKind::Password, MethodKind::Passphrase, MethodKind::Recovery, MethodKind::Custody];
    let mut changes = vec![
        Change::Expect(id, account.auth_epoch),
        Change::EndTrust(id),
        Change::EndSignIns(id, None),
        Change::DeleteApiKeys(id),
        Change::EndLinks(id, LinkPurpose::Reset),
    ];
    changes.extend(kinds.map(|it| Change::DeleteMethods(id, it, epoch)));
    changes
}
