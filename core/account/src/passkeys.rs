//! Passkeys: making one, the list of them, removing one.

mod sign_in;

use affiant_audit::Event;
use affiant_backend::{
    AccountId, AccountRow, Change, Level, LinkPurpose, LinkRow, Lookup, PasskeyRow,
};
use affiant_passkey::{NewPasskey, NotThisPasskey};
use affiant_vault::{LinkSecret, Passkey, Password, Prf};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::accounts::{Accounts, Sender, day};
use crate::error::AccountError;
use crate::person::{Opened, Person};
use crate::sign_in::SignedIn;
pub use sign_in::PasskeySignIn;

/// Seconds within which a browser must answer.
const PATIENCE: i64 = 300;

/// What the name of a passkey is sealed as.
pub(crate) const LABEL: &str = "passkey name";

/// Most passkeys of one account.
pub const MOST_PASSKEYS: usize = 20;

/// Characters of a passkey's name.
const LONGEST_NAME: usize = 100;

/// What a challenge's payload begins with, by what it is for; those of providers come after these.
const MAKE: u8 = 1;
const SIGN: u8 = 2;
const UNLOCK: u8 = 3;

/// What a browser is asked to do with a passkey.
pub struct PasskeyQuestion {
    /// Names the question in the answer: works once, for some minutes.
    pub challenge: String,
    /// Options for `navigator.credentials`, as JSON.
    pub options: String,
    /// What the PRF extension is to be given, in base64url.
    pub prf: String,
}

/// What a browser answered.
pub struct PasskeyAnswer<'a> {
    /// Which question.
    pub challenge: &'a str,
    /// The browser's answer, as JSON without what extensions gave.
    pub answer: &'a str,
    /// What the PRF extension gave, in base64url; empty if nothing.
    pub prf: &'a str,
}

/// What came of beginning to make a passkey.
pub enum PasskeyBegun {
    /// The browser is asked this.
    Asked(PasskeyQuestion),
    /// The password is not right.
    WrongPassword,
    /// The account has as many as it can have.
    TooMany,
    /// The site's address allows none.
    NotHere,
}

/// What came of making a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyMade {
    /// It signs in and opens the answers.
    Unlocks,
    /// It signs in; to open the answers the password is needed too.
    SignsIn,
    /// The question is over, or the answer does not fit it.
    Refused,
    /// The account has as many as it can have.
    TooMany,
}

/// A passkey was made, or not.
pub struct PasskeyAdded {
    /// Which.
    pub made: PasskeyMade,
    /// The sign-in in place of the one until now, if that was by a password alone: whoever makes a
    /// passkey has just shown the password, and the device that knows its user.
    pub signed_in: Option<Box<SignedIn>>,
}

impl From<PasskeyMade> for PasskeyAdded {
    fn from(made: PasskeyMade) -> Self {
        Self { made, signed_in: None }
    }
}

/// A passkey as its person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPasskey {
    /// Its id, in base64url.
    pub id: String,
    /// What the person calls it.
    pub name: String,
    /// Whether it opens the answers.
    pub unlocks: bool,
    /// When it was made, in seconds of the Unix epoch, cut to the day.
    pub created: i64,
    /// When it was last used, likewise.
    pub used: Option<i64>,
}

impl Accounts {
    /// Whether the site's address allows passkeys at all.
    pub fn has_passkeys(&self) -> bool {
        self.it.site.is_some()
    }

    /// Begins to make a passkey, when the password is right.
    pub async fn begin_passkey(
        &self,
        person: &Person,
        password: Password,
        sender: &Sender<'_>,
    ) -> Result<PasskeyBegun, AccountError> {
        let Some(site) = &self.it.site else { return Ok(PasskeyBegun::NotHere) };
        if !self.proves(person, password, sender).await? {
            return Ok(PasskeyBegun::WrongPassword);
        }
        let known = self.it.store.passkeys(person.id()).await?;
        if known.len() >= MOST_PASSKEYS {
            return Ok(PasskeyBegun::TooMany);
        }
        let known: Vec<_> = known.into_iter().map(|it| it.credential).collect();
        let address = self.address(person).await?;
        let asked =
            site.begin(person.id().0, &address, &known).map_err(|_| AccountError::Damaged)?;
        let (challenge, row) =
            self.challenge(MAKE, Some(person.id()), &asked.state, sender.now + PATIENCE)?;
        self.it.store.commit(vec![Change::PutLink(row)]).await?;
        let prf = prf_input(site.id());
        Ok(PasskeyBegun::Asked(PasskeyQuestion { challenge, options: asked.options, prf }))
    }

    /// Ends making a passkey. It counts as a second factor from then on, so a sign-in by a password
    /// alone becomes one by it.
    pub async fn add_passkey(
        &self,
        person: &Person,
        given: &PasskeyAnswer<'_>,
        name: &str,
        sender: &Sender<'_>,
    ) -> Result<PasskeyAdded, AccountError> {
        let now = sender.now;
        let Some(site) = &self.it.site else { return Ok(PasskeyMade::Refused.into()) };
        let Some((link, state)) = self.asked(MAKE, given.challenge, now).await? else {
            return Ok(PasskeyMade::Refused.into());
        };
        if link.account != Some(person.id()) {
            return Ok(PasskeyMade::Refused.into());
        }
        let made = match site.finish(&state, given.answer) {
            Ok(made) => made,
            Err(error) => return self.refuse(link.hash, &error, PasskeyMade::Refused.into()).await,
        };
        if self.it.store.passkeys(person.id()).await?.len() >= MOST_PASSKEYS {
            return Ok(PasskeyMade::TooMany.into());
        }
        let account = &person.account;
        let row = self.passkey_row(person, made, given.prf, name, now).await?;
        let made = if row.wrap.is_some() { PasskeyMade::Unlocks } else { PasskeyMade::SignsIn };
        let mut changes = vec![
            Change::Expect(account.id, account.auth_epoch),
            Change::UseLink(link.hash),
            Change::PutPasskey(row),
            self.notice(account, "passkey-added", Vec::new(), now).await?,
            self.noted(Event::PasskeyAdded, &[account.id], now).await?,
        ];
        if person.sign_in.level != Level::Password {
            self.it.store.commit(changes).await?;
            return Ok(made.into());
        }
        changes.push(Change::EndSignIn(person.sign_in.sid));
        let opened = Opened::of(account, &person.user_key);
        let done = self.finish_sign_in(account, &opened, changes, Level::Passkey, sender).await?;
        Ok(PasskeyAdded { made, signed_in: Some(Box::new(done)) })
    }

    /// What is stored of a passkey that a device made.
    async fn passkey_row(
        &self,
        person: &Person,
        made: NewPasskey,
        prf: &str,
        name: &str,
        now: i64,
    ) -> Result<PasskeyRow, AccountError> {
        let (account, scope) = (&person.account, self.scope_of(person));
        let wrap = match take_prf(prf) {
            Some(prf) => Some(self.passkey(account, &made.credential).seal(
                scope.epoch,
                &prf,
                &self.secret(&scope).await?,
                &person.user_key,
                &*self.it.randomness,
            )?),
            None => None,
        };
        let name: String = name.trim().chars().take(LONGEST_NAME).collect();
        Ok(PasskeyRow {
            label: person.user_key.seal(
                &scope,
                LABEL,
                &made.credential,
                name.as_bytes(),
                &*self.it.randomness,
            )?,
            credential: made.credential,
            account: account.id,
            record: made.record,
            key_epoch: scope.epoch,
            wrap,
            created: day(now),
            used: None,
        })
    }

    /// The person's passkeys, the newest first.
    pub async fn passkeys(&self, person: &Person) -> Result<Vec<ListedPasskey>, AccountError> {
        let scope = self.scope_of(person);
        let mut rows = self.it.store.passkeys(person.id()).await?;
        rows.sort_by_key(|it| std::cmp::Reverse(it.created));
        let listed = rows.into_iter().map(|row| {
            let name = person.user_key.open(&scope, LABEL, &row.credential, &row.label, |it| {
                String::from_utf8_lossy(it).into_owned()
            });
            ListedPasskey {
                id: URL_SAFE_NO_PAD.encode(&row.credential),
                // One from before a reset: its name is closed, as all that is older.
                name: name.unwrap_or_default(),
                unlocks: row.wrap.is_some() && row.key_epoch == scope.epoch,
                created: row.created,
                used: row.used,
            }
        });
        Ok(listed.collect())
    }

    /// Removes a passkey, and with it what it opened. `false` if the person has none of this id.
    pub async fn remove_passkey(
        &self,
        person: &Person,
        id: &str,
        now: i64,
    ) -> Result<bool, AccountError> {
        let Ok(credential) = URL_SAFE_NO_PAD.decode(id) else { return Ok(false) };
        let found = self.it.store.passkey(&credential).await?;
        if found.is_none_or(|it| it.account != person.id()) {
            return Ok(false);
        }
        let account = &person.account;
        let changes = vec![
            Change::Expect(account.id, account.auth_epoch),
            Change::DeletePasskey(account.id, credential),
            self.notice(account, "passkey-removed", Vec::new(), now).await?,
            self.noted(Event::PasskeyRemoved, &[account.id], now).await?,
        ];
        self.it.store.commit(changes).await?;
        Ok(true)
    }

    pub(crate) fn passkey<'a>(&self, account: &AccountRow, credential: &'a [u8]) -> Passkey<'a> {
        Passkey { deployment: self.it.keys.deployment(), account: account.id.0, credential }
    }

    /// A question that a browser keeps the key of, which works once until then.
    pub(crate) fn challenge(
        &self,
        kind: u8,
        account: Option<AccountId>,
        state: &[u8],
        expires: i64,
    ) -> Result<(String, LinkRow), AccountError> {
        let randomness = &*self.it.randomness;
        let secret = LinkSecret::random(randomness)?;
        let word = LinkPurpose::Challenge.word();
        let payload = [&[kind], state].concat();
        let row = LinkRow {
            hash: Lookup(secret.lookup(word)),
            purpose: LinkPurpose::Challenge,
            account,
            payload: secret.seal(self.it.keys.deployment(), word, &payload, randomness)?,
            nonce: None,
            tries: 5,
            expires,
        };
        Ok((secret.reveal(|it| URL_SAFE_NO_PAD.encode(it)), row))
    }

    /// The question that an answer is to, with its state.
    pub(crate) async fn asked(
        &self,
        kind: u8,
        challenge: &str,
        now: i64,
    ) -> Result<Option<(LinkRow, Vec<u8>)>, AccountError> {
        let purpose = LinkPurpose::Challenge;
        let Some((secret, row)) = self.find_link(purpose, challenge, now).await? else {
            return Ok(None);
        };
        let deployment = self.it.keys.deployment();
        let payload = secret.open(deployment, purpose.word(), &row.payload, <[u8]>::to_vec)?;
        let state = payload.strip_prefix(&[kind]).map(<[u8]>::to_vec);
        Ok(state.map(|it| (row, it)))
    }

    /// A question that was answered wrongly is over: a new one is a click away.
    async fn refuse<T>(
        &self,
        link: Lookup,
        error: &NotThisPasskey,
        refused: T,
    ) -> Result<T, AccountError> {
        tracing::info!(cause = %error, "a passkey was refused");
        self.it.store.commit(vec![Change::UseLink(link)]).await?;
        Ok(refused)
    }
}

/// The same for every account: who signs in is not known before the passkey answers. What comes of
/// it depends on the passkey, so two accounts share nothing.
fn prf_input(site: &str) -> String {
    URL_SAFE_NO_PAD.encode(Prf::input(site, &[0; 16]))
}

fn take_prf(text: &str) -> Option<Prf> {
    let mut bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
    Prf::take(&mut bytes).ok()
}
