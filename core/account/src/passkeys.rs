//! Passkeys: making one, signing in with it, and opening the user key where its PRF extension allows.

use std::sync::Arc;

use affiant_backend::{
    AccountId, AccountRow, Change, Level, LinkPurpose, LinkRow, Lookup, PasskeyRow,
};
use affiant_passkey::NotThisPasskey;
use affiant_vault::{LinkSecret, Passkey, Password, Prf, UserKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::accounts::{Accounts, Sender, day};
use crate::error::AccountError;
use crate::person::{Opened, Person, may_sign_in};
use crate::sign_in::SignedIn;

/// Seconds within which a browser must answer.
const PATIENCE: i64 = 300;

/// Passkeys of one account.
const MOST: usize = 20;

/// Characters of a passkey's name.
const LONGEST_NAME: usize = 100;

/// What a challenge's payload begins with, by what it is for.
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

    /// Begins to make a passkey. `None` where there can be none.
    pub async fn begin_passkey(
        &self,
        person: &Person,
        address: &str,
        now: i64,
    ) -> Result<Option<PasskeyQuestion>, AccountError> {
        let Some(site) = &self.it.site else { return Ok(None) };
        let known = self.it.store.passkeys(person.id()).await?;
        let known: Vec<_> = known.into_iter().map(|it| it.credential).collect();
        let asked =
            site.begin(person.id().0, address, &known).map_err(|_| AccountError::Damaged)?;
        let (challenge, row) = self.challenge(MAKE, Some(person.id()), &asked.state, now)?;
        self.it.store.commit(vec![Change::PutLink(row)]).await?;
        Ok(Some(PasskeyQuestion { challenge, options: asked.options, prf: prf_input(site.id()) }))
    }

    /// Ends making a passkey.
    pub async fn add_passkey(
        &self,
        person: &Person,
        given: &PasskeyAnswer<'_>,
        name: &str,
        now: i64,
    ) -> Result<PasskeyMade, AccountError> {
        let Some(site) = &self.it.site else { return Ok(PasskeyMade::Refused) };
        let Some((link, state)) = self.asked(MAKE, given.challenge, now).await? else {
            return Ok(PasskeyMade::Refused);
        };
        if link.account != Some(person.id()) {
            return Ok(PasskeyMade::Refused);
        }
        let made = match site.finish(&state, given.answer) {
            Ok(made) => made,
            Err(error) => return self.refuse(link.hash, &error, PasskeyMade::Refused).await,
        };
        if self.it.store.passkeys(person.id()).await?.len() >= MOST {
            return Ok(PasskeyMade::TooMany);
        }
        let (account, scope) = (&person.account, self.scope_of(person));
        let wrap = match take_prf(given.prf) {
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
        let done = if wrap.is_some() { PasskeyMade::Unlocks } else { PasskeyMade::SignsIn };
        let row = PasskeyRow {
            label: person.user_key.seal(
                &scope,
                "passkey name",
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
        };
        let changes = vec![
            Change::Expect(account.id, account.auth_epoch),
            Change::UseLink(link.hash),
            Change::PutPasskey(row),
            self.notice(account, "passkey-added", Vec::new(), now).await?,
        ];
        self.it.store.commit(changes).await?;
        Ok(done)
    }

    /// The person's passkeys, the newest first.
    pub async fn passkeys(&self, person: &Person) -> Result<Vec<ListedPasskey>, AccountError> {
        let scope = self.scope_of(person);
        let mut rows = self.it.store.passkeys(person.id()).await?;
        rows.sort_by_key(|it| std::cmp::Reverse(it.created));
        let listed = rows.into_iter().map(|row| {
            let name =
                person.user_key.open(&scope, "passkey name", &row.credential, &row.label, |it| {
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
        ];
        self.it.store.commit(changes).await?;
        Ok(true)
    }

    /// Begins to sign in with whatever passkey the person picks. It is the same for everybody.
    pub async fn ask_for_passkey(&self, now: i64) -> Result<Option<PasskeyQuestion>, AccountError> {
        let Some(site) = &self.it.site else { return Ok(None) };
        let asked = site.ask().map_err(|_| AccountError::Damaged)?;
        let (challenge, row) = self.challenge(SIGN, None, &asked.state, now)?;
        self.it.store.commit(vec![Change::PutLink(row)]).await?;
        Ok(Some(PasskeyQuestion { challenge, options: asked.options, prf: prf_input(site.id()) }))
    }

    /// Signs in with a passkey.
    pub async fn sign_in_by_passkey(
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
        let user_key = self.unlock_by_passkey(&account, &row, given.prf).await?;
        let mut before = vec![
            Change::Expect(account.id, account.auth_epoch),
            Change::UseLink(link.hash),
            Change::PutPasskey(row),
        ];
        let Some(user_key) = user_key else {
            let epoch = account.auth_epoch.to_be_bytes();
            let (challenge, row) = self.challenge(UNLOCK, Some(account.id), &epoch, now)?;
            before.push(Change::PutLink(row));
            self.it.store.commit(before).await?;
            return Ok(PasskeySignIn::PasswordNeeded(challenge));
        };
        before.extend(self.notice_of_device(&account, sender).await?);
        let opened = opened_of(&account, &user_key);
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
        let Some((user_key, _)) = self.unlock(Some(&account), &index, None, &password).await?
        else {
            self.it.guard.wrong(admitted, now).await?;
            self.it.store.commit(vec![Change::TryLink(link.hash)]).await?;
            return Ok(PasskeySignIn::WrongPassword);
        };
        self.it.guard.right(admitted, now).await?;
        let mut before =
            vec![Change::Expect(account.id, account.auth_epoch), Change::UseLink(link.hash)];
        before.extend(self.notice_of_device(&account, sender).await?);
        let opened = opened_of(&account, &user_key);
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

    fn passkey<'a>(&self, account: &AccountRow, credential: &'a [u8]) -> Passkey<'a> {
        Passkey { deployment: self.it.keys.deployment(), account: account.id.0, credential }
    }

    fn challenge(
        &self,
        kind: u8,
        account: Option<AccountId>,
        state: &[u8],
        now: i64,
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
            expires: now + PATIENCE,
        };
        Ok((secret.reveal(|it| URL_SAFE_NO_PAD.encode(it)), row))
    }

    /// The question that an answer is to, with its state.
    async fn asked(
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

fn opened_of<'a>(account: &AccountRow, user_key: &'a UserKey) -> Opened<'a> {
    Opened {
        account: account.id,
        key_epoch: account.key_epoch,
        auth_epoch: account.auth_epoch,
        user_key,
    }
}
