//! Keys of the API: what programs show in place of a person.

use std::net::IpAddr;

use affiant_audit::Event;
use affiant_backend::{AccountRow, ApiKeyRow, Change, Lookup};
use affiant_guard::{Attempt, Networks, Scope};
use affiant_vault::{ApiKey, Password};

use crate::accounts::{Accounts, Sender, day};
use crate::error::AccountError;
use crate::person::{Person, Unlocked, may_sign_in};

/// Most keys of one account.
pub const MOST_KEYS: usize = 20;

/// Most days that a key works.
const LONGEST: i64 = 365;

/// Most characters of a key's name, and most networks that it is bound to.
const LONGEST_NAME: usize = 100;
const MOST_NETWORKS: usize = 20;

/// What a key's name is sealed as.
const NAME: &str = "API key's name";

/// A key that a person wants.
pub struct NewKey<'a> {
    /// What the person calls it.
    pub name: &'a str,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// From where, as typed: networks in CIDR notation or addresses, one a line. From everywhere if
    /// empty.
    pub networks: &'a str,
    /// For how many days it works: 1 to 365.
    pub days: i64,
}

/// What came of making a key.
pub enum KeyMade {
    /// It works from now on, and is shown this once.
    Done(ApiKey),
    /// The password is not right.
    WrongPassword,
    /// It may do nothing.
    NoScope,
    /// One of the lines is no network, or there are too many of them.
    NoNetwork,
    /// There are so many keys, and no more.
    TooMany,
}

/// A key in the list of a person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedKey {
    /// Names it.
    pub id: [u8; 16],
    /// What the person calls it; `None` if that was locked with an old password.
    pub name: Option<String>,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// From where; from everywhere if empty.
    pub networks: Vec<String>,
    /// When it was made, in seconds of the Unix epoch, cut to the day.
    pub created: i64,
    /// When it ends, likewise.
    pub expires: i64,
    /// When it was last used, likewise.
    pub used: Option<i64>,
}

/// A program that showed a key, for the time of one request.
pub struct Program {
    /// In whose name.
    pub account: AccountRow,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// What the key opens, if a scope needs that.
    pub unlocked: Option<Unlocked>,
}

impl Accounts {
    /// Makes a key, when the password is right. It holds the person's user key if a scope needs
    /// that, sealed under what only the key itself and the keyring give together.
    pub async fn make_api_key(
        &self,
        person: &Person,
        password: Password,
        wanted: NewKey<'_>,
        sender: &Sender<'_>,
    ) -> Result<KeyMade, AccountError> {
        let Some(networks) = networks(wanted.networks) else { return Ok(KeyMade::NoNetwork) };
        if wanted.scopes.is_empty() {
            return Ok(KeyMade::NoScope);
        }
        if !self.proves(person, password, sender).await? {
            return Ok(KeyMade::WrongPassword);
        }
        let (id, now) = (person.account.id, sender.now);
        let all = self.it.store.api_keys(id).await?;
        if all.iter().filter(|it| it.expires > now).count() >= MOST_KEYS {
            return Ok(KeyMade::TooMany);
        }
        let randomness = &*self.it.randomness;
        let (key, scope) = (ApiKey::random(randomness)?, self.scope_of(person));
        let wrap = if wanted.scopes.iter().any(|it| it.opens_answers()) {
            let secret = self.secret(&scope).await?;
            Some(key.seal(&scope, &secret, &person.user_key, randomness)?)
        } else {
            None
        };
        let name: String = wanted.name.trim().chars().take(LONGEST_NAME).collect();
        let row = ApiKeyRow {
            id: key.id(),
            account: id,
            hash: Lookup(key.hash()),
            name: person.user_key.seal(&scope, NAME, &key.id(), name.as_bytes(), randomness)?,
            scopes: wanted.scopes.iter().map(|it| it.name().to_owned()).collect(),
            networks,
            key_epoch: scope.epoch,
            wrap,
            created: day(now),
            expires: now + wanted.days.clamp(1, LONGEST) * 86_400,
            used: None,
        };
        let changes = vec![
            Change::Expect(id, person.account.auth_epoch),
            Change::PutApiKey(row),
            self.notice(&person.account, "api-key", Vec::new(), now).await?,
            self.noted(Event::ApiKeyMade, &[id], now).await?,
        ];
        self.it.store.commit(changes).await?;
        Ok(KeyMade::Done(key))
    }

    /// The person's keys that are not over, newest first.
    pub async fn api_keys(
        &self,
        person: &Person,
        now: i64,
    ) -> Result<Vec<ListedKey>, AccountError> {
        let scope = self.scope_of(person);
        let all = self.it.store.api_keys(person.account.id).await?;
        let text = |it: &[u8]| String::from_utf8_lossy(it).into_owned();
        let listed = |it: ApiKeyRow| ListedKey {
            id: it.id,
            name: person.user_key.open(&scope, NAME, &it.id, &it.name, text).ok(),
            scopes: it.scopes.iter().filter_map(|it| Scope::parse(it)).collect(),
            networks: it.networks,
            created: it.created,
            expires: day(it.expires),
            used: it.used,
        };
        Ok(all.into_iter().filter(|it| it.expires > now).map(listed).collect())
    }

    /// Ends a key of the person's; no error if there is none.
    pub async fn revoke_api_key(
        &self,
        person: &Person,
        id: [u8; 16],
        now: i64,
    ) -> Result<(), AccountError> {
        let all = self.it.store.api_keys(person.id()).await?;
        if !all.iter().any(|it| it.id == id) {
            return Ok(());
        }
        let entry = self.noted(Event::ApiKeyRevoked, &[person.id()], now).await?;
        Ok(self.it.store.commit(vec![Change::DeleteApiKey(person.id(), id), entry]).await?)
    }

    /// The program that shows a key. `None` if it is none, was revoked, is over, is shown from a
    /// network that it is not for, or its person may not sign in. Wrong ones are counted.
    pub async fn program(
        &self,
        shown: &str,
        from: IpAddr,
        now: i64,
    ) -> Result<Option<Program>, AccountError> {
        let admitted = self.it.guard.admit(Attempt::ApiKey { from }, now).await?;
        match self.by_api_key(shown, from, now).await {
            Ok(Some(it)) => {
                self.it.guard.right(admitted, now).await?;
                Ok(Some(it))
            }
            Ok(None) => {
                self.it.guard.wrong(admitted, now).await?;
                Ok(None)
            }
            Err(error) => {
                self.it.guard.undone(admitted, now).await?;
                Err(error)
            }
        }
    }

    async fn by_api_key(
        &self,
        shown: &str,
        from: IpAddr,
        now: i64,
    ) -> Result<Option<Program>, AccountError> {
        let Some(key) = ApiKey::parse(shown) else { return Ok(None) };
        let Some(row) = self.it.store.api_key(key.id()).await? else { return Ok(None) };
        if !key.is_right(&row.hash.0) || row.expires <= now || !is_within(from, &row.networks) {
            return Ok(None);
        }
        let Some(account) = self.it.store.account(row.account).await? else { return Ok(None) };
        if !may_sign_in(account.status) || account.key_epoch != row.key_epoch {
            return Ok(None);
        }
        if row.used != Some(day(now)) {
            self.it.store.commit(vec![Change::ApiKeyUsed(row.id, day(now))]).await?;
        }
        let unlocked = match &row.wrap {
            Some(wrap) => {
                let scope = self.scope(account.id, account.key_epoch);
                let secret = self.secret(&scope).await?;
                let user_key = key.open(&scope, &secret, wrap)?;
                Some(Unlocked { account: account.clone(), user_key })
            }
            None => None,
        };
        let scopes = row.scopes.iter().filter_map(|it| Scope::parse(it)).collect();
        Ok(Some(Program { account, scopes, unlocked }))
    }
}

/// The networks of a text, one a line; `None` if one of them is none or there are too many.
fn networks(typed: &str) -> Option<Vec<String>> {
    let lines = typed.lines().map(str::trim).filter(|it| !it.is_empty());
    let all: Option<Vec<String>> =
        lines.map(|it| Networks::parse(it).map(|it| it.to_string())).collect();
    all.filter(|it| it.len() <= MOST_NETWORKS)
}

/// Whether an address is in one of the networks, or there is none. One that does not parse lets
/// nobody in.
fn is_within(from: IpAddr, networks: &[String]) -> bool {
    let holds = |it: &String| Networks::parse(it).is_some_and(|it| it.contains(&from));
    networks.is_empty() || networks.iter().any(holds)
}
