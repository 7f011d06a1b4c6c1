//! Making an account.

use affiant_backend::{
    AccountId, AccountRow, AccountStatus, Change, Letter, Level, LinkPurpose, Lookup, MethodKind,
    PendingRow, SecretKind, StorageError,
};
use affiant_guard::{Admitted, Attempt};
use affiant_keyring::sign_in_epoch;
use affiant_vault::{AccountScope, Secret, SignIn, SignInToken, UserKey, random};

use crate::accounts::{Accounts, Sender, day, forget_typed, secret_name};
use crate::email::Address;
use crate::error::AccountError;
use crate::identities::Newcomer;
use crate::password::NewPassword;
use crate::profile::{Profile, seal_profile};

/// Seconds for which the link that confirms an address works.
pub(crate) const CONFIRM: i64 = 24 * 3_600;

/// What `then` of a pending sign-in says that waits for its address to be confirmed.
pub(crate) const AFTER_CONFIRMING: &str = "confirm";

/// What somebody types to make an account.
pub struct Registration<'a> {
    /// The address.
    pub address: &'a Address,
    /// How the person will come in.
    pub way: Way,
    /// What the person tells about itself.
    pub profile: Profile,
    /// The person's language, a BCP 47 tag.
    pub language: &'a str,
    /// Whether the server keeps a key to the account too, as an administrator's switch says and the
    /// person was told. Where nothing is typed it does in any case.
    pub in_custody: bool,
}

/// How somebody who registers will come in.
pub enum Way {
    /// With the address and a password.
    Password(NewPassword),
    /// A provider lets in, and a passphrase opens the account.
    Provider(Newcomer, NewPassword),
    /// A provider lets in, and the server opens the account: its person wanted to type nothing.
    ProviderAlone(Newcomer),
}

impl Way {
    /// What is typed, and as what it counts.
    fn typed(&self) -> Option<(MethodKind, &NewPassword)> {
        match self {
            Self::Password(it) => Some((MethodKind::Password, it)),
            Self::Provider(_, it) => Some((MethodKind::Passphrase, it)),
            Self::ProviderAlone(_) => None,
        }
    }

    /// Who the person is at a provider.
    pub(crate) fn newcomer(&self) -> Option<&Newcomer> {
        match self {
            Self::Password(_) => None,
            Self::Provider(it, _) | Self::ProviderAlone(it) => Some(it),
        }
    }
}

impl Registration<'_> {
    fn is_in_custody(&self) -> bool {
        self.in_custody || self.way.typed().is_none()
    }
}

/// A registration that is counted and made, and not stored yet.
pub struct Registering {
    admitted: Admitted,
    changes: Vec<Change>,
    now: i64,
}

/// The rows of an account that is being made.
pub(crate) struct Made {
    pub(crate) scope: affiant_vault::AccountScope,
    pub(crate) auth_epoch: u32,
    pub(crate) user_key: UserKey,
    pub(crate) changes: Vec<Change>,
}

impl Accounts {
    /// Makes what is needed for an account that waits for its address to be confirmed, and the letter
    /// to the address. If the address has an account already, only the letter says so: the answer is
    /// the same, and so is what it costs up to here. The token signs in this browser once the address
    /// is confirmed.
    pub async fn register(
        &self,
        wanted: Registration<'_>,
        sender: &Sender<'_>,
    ) -> Result<(SignInToken, Registering), AccountError> {
        self.register_with(wanted, None, sender).await
    }

    /// Registers, using up an invitation if there is one.
    pub(crate) async fn register_with(
        &self,
        wanted: Registration<'_>,
        invitation: Option<Lookup>,
        sender: &Sender<'_>,
    ) -> Result<(SignInToken, Registering), AccountError> {
        let now = sender.now;
        let attempt = Attempt::Register { from: sender.address };
        let admitted = self.it.guard.admit(attempt, now).await?;
        match self.registration(wanted, invitation, now).await {
            Ok((token, changes)) => Ok((token, Registering { admitted, changes, now })),
            Err(error) => {
                self.it.guard.undone(admitted, now).await?;
                Err(error)
            }
        }
    }

    /// Stores what was made. An account costs more time than a letter alone, so whoever registers may
    /// not see how long this took. `false` if somebody else used up the same invitation, or made the
    /// account, at the same moment.
    pub async fn finish_registering(&self, it: Registering) -> Result<bool, AccountError> {
        let Registering { admitted, changes, now } = it;
        let is_first = match self.it.store.commit(changes).await {
            Ok(()) => true,
            Err(StorageError::Conflict) => false,
            Err(error) => {
                self.it.guard.undone(admitted, now).await?;
                return Err(error.into());
            }
        };
        self.it.guard.right(admitted, now).await?;
        Ok(is_first)
    }

    async fn registration(
        &self,
        wanted: Registration<'_>,
        invitation: Option<Lookup>,
        now: i64,
    ) -> Result<(SignInToken, Vec<Change>), AccountError> {
        let index = self.index(wanted.address);
        let standing = self.by_index(&index).await?;
        let is_free = standing.as_ref().is_none_or(|it| it.status == AccountStatus::Unconfirmed);
        let token = SignInToken::random(&*self.it.randomness)?;
        let made = self.make(&wanted, standing.as_ref().filter(|_| is_free), &index, now).await?;
        // Made in any case, since time must not tell.
        let waiting = self.waiting_for_confirmation(made, &wanted, &token, now).await?;
        let mut changes = match &standing {
            Some(row) if !is_free => {
                let letter = Letter {
                    to: wanted.address.as_sent().to_owned(),
                    template: "taken",
                    language: row.language.clone(),
                    values: vec![("link", format!("{}/account/reset", self.it.settings.origin))],
                };
                vec![self.letter(Some(row.id), &letter, now)?]
            }
            _ => waiting,
        };
        changes.extend(invitation.map(Change::UseLink));
        changes.extend(wanted.way.newcomer().map(|it| Change::UseLink(it.proof)));
        Ok((token, changes))
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
        let id = AccountId(scope.account);
        let typed = self.first_typed(&wanted.way, &scope, &secret, &user_key, now).await?;
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
        changes.extend(typed);
        changes.extend(self.first_identity(wanted, waiting, &scope, &user_key, now).await?);
        if wanted.is_in_custody() {
            changes.push(Change::PutMethod(self.custody_method(&scope, &secret, &user_key, now)?));
        }
        Ok(Made { scope, auth_epoch: waiting.map_or(0, |it| it.auth_epoch + 1), user_key, changes })
    }

    /// What unlocks with what was typed, if something was, in place of what there was.
    async fn first_typed(
        &self,
        way: &Way,
        scope: &AccountScope,
        secret: &Secret,
        user_key: &UserKey,
        now: i64,
    ) -> Result<Vec<Change>, AccountError> {
        let mut changes = forget_typed(AccountId(scope.account), scope.epoch).to_vec();
        if let Some((kind, typed)) = way.typed() {
            let method = self.typed_method(kind, scope, &typed.0, secret, user_key, now).await?;
            changes.push(Change::PutMethod(method));
        }
        Ok(changes)
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
}
