//! The second factor: codes that change every half minute, and codes on paper that stand in for
//! them.

use affiant_backend::{AccountRow, Change, FactorRow, Level, Lookup, PendingRow, StorageError};
use affiant_guard::Attempt;
use affiant_vault::{AccountScope, Password, SignIn, SignInToken, UserKey, random};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use qrcode::QrCode;
use qrcode::render::svg;
use totp_rs::{Builder, Secret as Seed, Totp};
use zeroize::Zeroizing;

use crate::accounts::{Accounts, Sender, day};
use crate::error::AccountError;
use crate::person::{Opened, Person};
use crate::sign_in::{AFTER_FACTOR, SignedIn};

/// Bytes of a seed, as RFC 4226 §4 recommends.
const SEED: usize = 20;

/// Codes on paper that come with a second factor.
const CODES: usize = 10;

/// Characters of a code on paper, of five bits each: far more than the tries that are counted.
const CODE: usize = 10;

/// Crockford's base 32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A second factor that is offered: it counts once a code of it was typed.
pub struct FactorOffer {
    /// The seed for people who type it, in groups of four.
    pub seed: Zeroizing<String>,
    /// The seed for devices: an `otpauth` address.
    pub address: Zeroizing<String>,
    /// The address as a QR code: a picture in SVG.
    pub picture: Zeroizing<String>,
    /// The offer, sealed for its person: the form that turns it on carries it.
    pub sealed: String,
}

/// What came of turning a second factor on.
pub enum FactorOn {
    /// It is on. These codes stand in for it, once each; they are shown now and never again.
    On(Vec<String>, Box<SignedIn>),
    /// The code does not belong to the seed.
    WrongCode,
    /// The password is wrong.
    WrongPassword,
    /// The offer is none of this person's.
    NoOffer,
}

/// What came of turning it off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorOff {
    /// It is off.
    Off,
    /// The code is wrong.
    WrongCode,
    /// The password is wrong.
    WrongPassword,
}

/// What came of a code at signing in.
pub enum FactorTry {
    /// It was right.
    SignedIn(Box<SignedIn>),
    /// It was wrong; so many tries are left.
    Wrong(u32),
    /// The sign-in took too long, or had too many tries: it begins anew with the password.
    Over,
}

impl Accounts {
    /// Offers a second factor. Nothing is stored.
    pub fn offer_factor(
        &self,
        person: &Person,
        address: &str,
        site: &str,
    ) -> Result<FactorOffer, AccountError> {
        let seed = Zeroizing::new(random::<SEED>(&*self.it.randomness)?);
        let totp = totp(&seed[..], address, site)?;
        let url = Zeroizing::new(totp.to_url().map_err(|_| AccountError::Damaged)?);
        let picture = QrCode::new(url.as_bytes()).map_err(|_| AccountError::Damaged)?;
        let picture = picture.render::<svg::Color<'_>>().min_dimensions(220, 220).build();
        let sealed = person.user_key.seal(
            &self.scope_of(person),
            "offered factor",
            &[],
            &seed[..],
            &*self.it.randomness,
        )?;
        Ok(FactorOffer {
            seed: Zeroizing::new(in_groups(&totp.secret().to_base32(), ' ')),
            address: url,
            picture: Zeroizing::new(picture),
            sealed: URL_SAFE_NO_PAD.encode(sealed),
        })
    }

    /// Turns an offered factor on: the password and a first code are needed. All other sign-ins end,
    /// since they had no second factor.
    pub async fn turn_factor_on(
        &self,
        person: &Person,
        offer: &str,
        code: &str,
        password: Password,
        sender: &Sender<'_>,
    ) -> Result<FactorOn, AccountError> {
        let scope = self.scope_of(person);
        let Ok(offer) = URL_SAFE_NO_PAD.decode(offer) else { return Ok(FactorOn::NoOffer) };
        let opened = person
            .user_key
            .open(&scope, "offered factor", &[], &offer, |it| Zeroizing::new(it.to_vec()));
        let Ok(seed) = opened else { return Ok(FactorOn::NoOffer) };
        if !self.proves(person, password, sender).await? {
            return Ok(FactorOn::WrongPassword);
        }
        let Some(step) = step_of(&seed, code, sender.now)? else { return Ok(FactorOn::WrongCode) };
        let codes = self.paper_codes()?;
        let hashes = codes.iter().map(|it| self.paper_lookup(&person.account, it)).collect();
        let account = &person.account;
        let before = vec![
            Change::Expect(account.id, account.auth_epoch),
            Change::PutFactor(
                FactorRow {
                    account: account.id,
                    seed: self.it.keys.master().seal_factor(
                        &scope,
                        &self.secret(&scope).await?,
                        &seed,
                        &*self.it.randomness,
                    )?,
                    last_step: step,
                    created: day(sender.now),
                },
                hashes,
            ),
            Change::EndSignIns(account.id, None),
            self.notice(account, "factor-on", Vec::new(), sender.now).await?,
        ];
        let opened = opened_of(account, &person.user_key);
        let signed_in =
            self.finish_sign_in(account, &opened, before, Level::TwoFactors, sender).await?;
        Ok(FactorOn::On(
            codes.iter().map(|it| in_groups_of_five(it)).collect(),
            Box::new(signed_in),
        ))
    }

    /// Turns the second factor off: the password and a code are needed.
    pub async fn turn_factor_off(
        &self,
        person: &Person,
        code: &str,
        password: Password,
        sender: &Sender<'_>,
    ) -> Result<FactorOff, AccountError> {
        if !self.proves(person, password, sender).await? {
            return Ok(FactorOff::WrongPassword);
        }
        let index = person.account.email.0;
        let attempt = Attempt::SecondFactor { account: &index, pending: &person.sign_in.sid.0 };
        let admitted = self.it.guard.admit(attempt, sender.now).await?;
        let used = self.code_change(&person.account, code, sender.now).await?;
        let Some(used) = used else {
            self.it.guard.wrong(admitted, sender.now).await?;
            return Ok(FactorOff::WrongCode);
        };
        let account = &person.account;
        let changes = vec![
            Change::Expect(account.id, account.auth_epoch),
            used,
            Change::DeleteFactor(account.id),
            self.notice(account, "factor-off", Vec::new(), sender.now).await?,
        ];
        match self.it.store.commit(changes).await {
            Ok(()) => {
                self.it.guard.right(admitted, sender.now).await?;
                Ok(FactorOff::Off)
            }
            Err(StorageError::Conflict) => {
                self.it.guard.wrong(admitted, sender.now).await?;
                Ok(FactorOff::WrongCode)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether an account has a second factor, and how many codes on paper are left.
    pub async fn factor_of(&self, person: &Person) -> Result<Option<u32>, AccountError> {
        let id = person.account.id;
        match self.it.store.factor(id).await? {
            Some(_) => Ok(Some(self.it.store.factor_codes(id).await?)),
            None => Ok(None),
        }
    }

    /// Ends a sign-in that owes a second factor, with a code of the device or one on paper.
    pub async fn second_factor(
        &self,
        token: &SignInToken,
        code: &str,
        sender: &Sender<'_>,
    ) -> Result<FactorTry, AccountError> {
        let now = sender.now;
        let Some((row, account)) = self.owed(token, now).await? else {
            return Ok(FactorTry::Over);
        };
        let index = account.email.0;
        let attempt = Attempt::SecondFactor { account: &index, pending: &row.sid.0 };
        let admitted = self.it.guard.admit(attempt, now).await?;
        let Some(user_key) = self.open_owed(token, &row, &account).await? else {
            self.it.guard.undone(admitted, now).await?;
            return Ok(FactorTry::Over);
        };
        if let Some(used) = self.code_change(&account, code, now).await? {
            let before = vec![
                Change::Expect(account.id, account.auth_epoch),
                Change::UsePending(row.sid),
                used,
            ];
            let opened = opened_of(&account, &user_key);
            let done =
                self.finish_sign_in(&account, &opened, before, Level::TwoFactors, sender).await;
            match done {
                Ok(signed_in) => {
                    self.it.guard.right(admitted, now).await?;
                    return Ok(FactorTry::SignedIn(Box::new(signed_in)));
                }
                // The code was used before: as wrong as any other.
                Err(AccountError::Storage(StorageError::Conflict)) => {}
                Err(error) => return Err(error),
            }
        }
        self.it.guard.wrong(admitted, now).await?;
        match self.it.store.commit(vec![Change::TryPending(row.sid)]).await {
            Ok(()) if row.tries > 1 => Ok(FactorTry::Wrong(row.tries - 1)),
            Ok(()) | Err(StorageError::Conflict) => Ok(FactorTry::Over),
            Err(error) => Err(error.into()),
        }
    }

    /// The sign-in of a cookie that owes a second factor, if it still may be ended.
    async fn owed(
        &self,
        token: &SignInToken,
        now: i64,
    ) -> Result<Option<(PendingRow, AccountRow)>, AccountError> {
        let found = self.it.store.pending(&Lookup(token.pending_lookup())).await?;
        let Some(row) =
            found.filter(|it| it.then == AFTER_FACTOR && it.expires > now && it.tries > 0)
        else {
            return Ok(None);
        };
        let account = self.it.store.account(row.account).await?;
        let account = account
            .filter(|it| crate::person::may_sign_in(it.status) && it.auth_epoch == row.auth_epoch);
        Ok(account.map(|it| (row, it)))
    }

    async fn open_owed(
        &self,
        token: &SignInToken,
        row: &PendingRow,
        account: &AccountRow,
    ) -> Result<Option<UserKey>, AccountError> {
        let Some(secret) = self.epoch_secret(row.epoch).await? else { return Ok(None) };
        let bound = SignIn {
            account: self.scope(account.id, account.key_epoch),
            auth_epoch: row.auth_epoch,
            epoch: row.epoch,
            level: Level::Password.word(),
        };
        Ok(Some(token.open_pending(&bound, &secret, &row.wrap)?))
    }

    /// The change that uses a code up; `None` if it cannot be right. Whether it was used before, the
    /// store tells by a conflict.
    pub(crate) async fn code_change(
        &self,
        account: &AccountRow,
        code: &str,
        now: i64,
    ) -> Result<Option<Change>, AccountError> {
        let Some(row) = self.it.store.factor(account.id).await? else { return Ok(None) };
        let scope = self.scope(account.id, account.key_epoch);
        let seed = self.factor_seed(&scope, &row).await?;
        if let Some(step) = step_of(&seed, code, now)? {
            return Ok(Some(Change::UseFactor(account.id, step)));
        }
        let paper = read_paper(code);
        Ok(paper.map(|it| Change::UseFactorCode(account.id, self.paper_lookup(account, &it))))
    }

    async fn factor_seed(
        &self,
        scope: &AccountScope,
        row: &FactorRow,
    ) -> Result<Zeroizing<Vec<u8>>, AccountError> {
        let secret = self.secret(scope).await?;
        let master = self.it.keys.master();
        Ok(master.open_factor(scope, &secret, &row.seed, |it| Zeroizing::new(it.to_vec()))?)
    }

    fn paper_codes(&self) -> Result<Vec<String>, AccountError> {
        let mut codes = Vec::with_capacity(CODES);
        for _ in 0..CODES {
            let bytes = random::<CODE>(&*self.it.randomness)?;
            let letters = bytes.iter().map(|it| char::from(ALPHABET[usize::from(it & 31)]));
            codes.push(letters.collect());
        }
        Ok(codes)
    }

    /// By which a code on paper is found: only this server can compute it, so that a stolen store
    /// cannot be searched for codes.
    fn paper_lookup(&self, account: &AccountRow, code: &str) -> Lookup {
        Lookup(self.it.keys.master().tag("code on paper", &[&account.id.0, code.as_bytes()]))
    }
}

fn opened_of<'a>(account: &AccountRow, user_key: &'a UserKey) -> Opened<'a> {
    Opened {
        account: account.id,
        key_epoch: account.key_epoch,
        auth_epoch: account.auth_epoch,
        user_key,
    }
}

/// Six digits, half a minute, SHA-1 (RFC 6238): what every app on every phone understands.
fn totp(seed: &[u8], address: &str, site: &str) -> Result<Totp, AccountError> {
    // The label of an `otpauth` address is cut at a colon.
    let plain = |text: &str| text.replace(':', " ");
    Builder::new()
        .with_secret(Seed::new(seed.into()))
        .with_skew(1)
        .with_account_name(plain(address))
        .with_issuer(Some(plain(site)))
        .build()
        .map_err(|_| AccountError::Damaged)
}

/// The time step that a code belongs to: this one, the one before or the one behind.
fn step_of(seed: &[u8], code: &str, now: i64) -> Result<Option<i64>, AccountError> {
    let code: String = code.chars().filter(|it| !it.is_whitespace()).collect();
    let now = u64::try_from(now).unwrap_or_default();
    let step = totp(seed, "account", "site")?.check(&code, now);
    Ok(step.and_then(|it| i64::try_from(it).ok()))
}

/// A code on paper as a person types it: any case, spaces and dashes, `O` for 0, `I` and `L` for 1.
fn read_paper(text: &str) -> Option<String> {
    let mut code = String::with_capacity(CODE);
    for letter in text.chars().filter(|it| !it.is_whitespace() && *it != '-') {
        let letter = match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        if code.len() == CODE || !ALPHABET.iter().any(|it| char::from(*it) == letter) {
            return None;
        }
        code.push(letter);
    }
    (code.len() == CODE).then_some(code)
}

fn in_groups(text: &str, between: char) -> String {
    groups(text, 4, between)
}

fn in_groups_of_five(text: &str) -> String {
    groups(text, 5, '-')
}

fn groups(text: &str, length: usize, between: char) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for (at, letter) in text.chars().enumerate() {
        if at > 0 && at % length == 0 {
            out.push(between);
        }
        out.push(letter);
    }
    out
}
