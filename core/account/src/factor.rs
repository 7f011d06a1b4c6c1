//! The second factor: codes that change every half minute, and codes on paper that stand in for
//! them.

use affiant_audit::Event;
use affiant_backend::{AccountRow, Change, FactorRow, Level, Lookup, PendingRow, StorageError};
use affiant_guard::Admitted;
use affiant_vault::{Password, SignIn, SignInToken, UserKey, random};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use qrcode::QrCode;
use qrcode::render::svg;
use zeroize::Zeroizing;

use crate::accounts::{Accounts, Sender, day};
use crate::code::{GivenCode, in_groups, in_groups_of_five, step_of, totp};
use crate::error::AccountError;
use crate::password::LEAST_ALONE;
use crate::person::{Opened, Person};
use crate::sign_in::{AFTER_FACTOR, SignedIn};

/// Bytes of a seed, as RFC 4226 §4 recommends.
const SEED: usize = 20;

/// What an offered seed is sealed as.
const OFFER: &str = "offered factor";

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
    /// The password is right, but too short to let in alone.
    ShortPassword,
}

/// What came of asking for new codes on paper.
pub enum FactorCodes {
    /// These stand in for the second factor, once each; they are shown now and never again.
    New(Vec<String>),
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
        let sealed = person.user_key.seal(
            &self.scope_of(person),
            OFFER,
            &[],
            &seed[..],
            &*self.it.randomness,
        )?;
        offer(&seed[..], address, site, URL_SAFE_NO_PAD.encode(sealed))
    }

    /// An offer that was made before, to show it again; `None` if it is none of this person's.
    pub fn offered_factor(
        &self,
        person: &Person,
        sealed: &str,
        address: &str,
        site: &str,
    ) -> Result<Option<FactorOffer>, AccountError> {
        let Some(seed) = self.open_offer(person, sealed) else { return Ok(None) };
        offer(&seed, address, site, sealed.to_owned()).map(Some)
    }

    fn open_offer(&self, person: &Person, sealed: &str) -> Option<Zeroizing<Vec<u8>>> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let scope = self.scope_of(person);
        let opened =
            person.user_key.open(&scope, OFFER, &[], &sealed, |it| Zeroizing::new(it.to_vec()));
        opened.ok()
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
        let Some(seed) = self.open_offer(person, offer) else { return Ok(FactorOn::NoOffer) };
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
            self.noted(Event::FactorOn, &[account.id], sender.now).await?,
        ];
        let opened = Opened::of(account, &person.user_key);
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
        let is_short =
            password.characters() < LEAST_ALONE && !self.types_nothing(&person.account).await?;
        if !self.proves(person, password, sender).await? {
            return Ok(FactorOff::WrongPassword);
        }
        if is_short {
            return Ok(FactorOff::ShortPassword);
        }
        let account = &person.account;
        let Some((used, admitted)) = self.used_code(person, code, sender.now).await? else {
            return Ok(FactorOff::WrongCode);
        };
        let changes = vec![
            Change::Expect(account.id, account.auth_epoch),
            used,
            Change::DeleteFactor(account.id),
            self.notice(account, "factor-off", Vec::new(), sender.now).await?,
            self.noted(Event::FactorOff, &[account.id], sender.now).await?,
        ];
        let done = self.it.store.commit(changes).await.map_err(AccountError::from);
        let done = self.settle_code(account.id, Some(admitted), done, sender.now).await?;
        Ok(done.map_or(FactorOff::WrongCode, |()| FactorOff::Off))
    }

    /// New codes on paper in place of those there were: the password and a code are needed.
    pub async fn renew_codes(
        &self,
        person: &Person,
        code: &str,
        password: Password,
        sender: &Sender<'_>,
    ) -> Result<FactorCodes, AccountError> {
        if !self.proves(person, password, sender).await? {
            return Ok(FactorCodes::WrongPassword);
        }
        let account = &person.account;
        let Some(row) = self.it.store.factor(account.id).await? else {
            return Ok(FactorCodes::WrongCode);
        };
        let Some((used, admitted)) = self.used_code(person, code, sender.now).await? else {
            return Ok(FactorCodes::WrongCode);
        };
        let last_step = match &used {
            Change::UseFactor(_, step) => *step,
            _ => row.last_step,
        };
        let codes = self.paper_codes()?;
        let hashes = codes.iter().map(|it| self.paper_lookup(account, it)).collect();
        let changes = vec![
            Change::Expect(account.id, account.auth_epoch),
            used,
            Change::PutFactor(FactorRow { last_step, ..row }, hashes),
            self.noted(Event::FactorCodesRenewed, &[account.id], sender.now).await?,
        ];
        let done = self.it.store.commit(changes).await.map_err(AccountError::from);
        let done = self.settle_code(account.id, Some(admitted), done, sender.now).await?;
        let shown = || codes.iter().map(|it| in_groups_of_five(it)).collect();
        Ok(done.map_or(FactorCodes::WrongCode, |()| FactorCodes::New(shown())))
    }

    /// What a person's code uses up, and the try that it is; `None` if it is wrong, or there is no
    /// second factor.
    async fn used_code(
        &self,
        person: &Person,
        code: &str,
        now: i64,
    ) -> Result<Option<(Change, Admitted)>, AccountError> {
        let (account, step) = (&person.account, &person.sign_in.sid.0);
        let given = self.look_at_code(account, step, code, now).await?;
        Ok(given.and_then(|it| it.used.zip(it.admitted)))
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
        let Some(user_key) = self.open_owed(token, &row, &account).await? else {
            return Ok(FactorTry::Over);
        };
        let given = self.look_at_code(&account, &row.sid.0, code, now).await?;
        if let Some(GivenCode { used: Some(used), admitted }) = given {
            let mut before = vec![
                Change::Expect(account.id, account.auth_epoch),
                Change::UsePending(row.sid),
                used,
            ];
            before.extend(self.notice_of_device(&account, sender).await?);
            let opened = Opened::of(&account, &user_key);
            let done =
                self.finish_sign_in(&account, &opened, before, Level::TwoFactors, sender).await;
            if let Some(signed_in) = self.settle_code(account.id, admitted, done, now).await? {
                return Ok(FactorTry::SignedIn(Box::new(signed_in)));
            }
        }
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
}

/// A seed in all the ways in which a person may take it.
fn offer(
    seed: &[u8],
    address: &str,
    site: &str,
    sealed: String,
) -> Result<FactorOffer, AccountError> {
    let totp = totp(seed, address, site)?;
    let url = Zeroizing::new(totp.to_url().map_err(|_| AccountError::Damaged)?);
    let picture = QrCode::new(url.as_bytes()).map_err(|_| AccountError::Damaged)?;
    let picture = picture.render::<svg::Color<'_>>().min_dimensions(220, 220).build();
    // It is drawn inside of a page: what stands before the element belongs to a file of its own.
    let picture = picture.find("<svg").map_or("", |at| &picture[at..]).to_owned();
    Ok(FactorOffer {
        seed: Zeroizing::new(in_groups(&totp.secret().to_base32(), ' ')),
        address: url,
        picture: Zeroizing::new(picture),
        sealed,
    })
}
