//! Codes of a second factor: those of a device, and those on paper.

use affiant_backend::{AccountId, AccountRow, Change, FactorRow, Lookup, StorageError};
use affiant_guard::{Admitted, Attempt};
use affiant_vault::{AccountScope, random};
use totp_rs::{Builder, Secret as Seed, Totp};
use zeroize::Zeroizing;

use crate::accounts::Accounts;
use crate::error::AccountError;

/// Codes on paper that come with a second factor.
const CODES: usize = 10;

/// Characters of a code on paper, of five bits each: far more than the tries that are counted.
const CODE: usize = 10;

/// Crockford's base 32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code that may be right: the store tells when what it is asked for is committed.
pub(crate) struct GivenCode {
    /// Uses the code up, in the same commit; nothing where the account has no second factor.
    pub(crate) used: Option<Change>,
    /// For [`Accounts::settle_code`], whatever came of the commit.
    pub(crate) admitted: Option<Admitted>,
}

impl Accounts {
    /// Looks at a code that is asked for by something, such as a sign-in or a link; `None` if it is
    /// wrong. `step` names what asks, which gets few tries.
    pub(crate) async fn look_at_code(
        &self,
        account: &AccountRow,
        step: &[u8],
        code: &str,
        now: i64,
    ) -> Result<Option<GivenCode>, AccountError> {
        if self.it.store.factor(account.id).await?.is_none() {
            return Ok(Some(GivenCode { used: None, admitted: None }));
        }
        let index = account.email.0;
        let attempt = Attempt::SecondFactor { account: &index, pending: step };
        let admitted = self.it.guard.admit(attempt, now).await?;
        let Some(used) = self.code_change(account, code, now).await? else {
            self.it.guard.wrong(admitted, now).await?;
            self.failed(Some(account.id));
            return Ok(None);
        };
        Ok(Some(GivenCode { used: Some(used), admitted: Some(admitted) }))
    }

    /// Counts a try by what came of the commit that used its code up; `None` if that was a conflict:
    /// then there is no such code on paper or it was used before, and it is as wrong as any other.
    pub(crate) async fn settle_code<T>(
        &self,
        account: AccountId,
        admitted: Option<Admitted>,
        done: Result<T, AccountError>,
        now: i64,
    ) -> Result<Option<T>, AccountError> {
        let Some(admitted) = admitted else { return done.map(Some) };
        match done {
            Ok(done) => {
                self.it.guard.right(admitted, now).await?;
                Ok(Some(done))
            }
            Err(AccountError::Storage(StorageError::Conflict)) => {
                self.it.guard.wrong(admitted, now).await?;
                self.failed(Some(account));
                Ok(None)
            }
            Err(error) => {
                self.it.guard.undone(admitted, now).await?;
                Err(error)
            }
        }
    }

    /// The change that uses a code up; `None` if it cannot be right.
    async fn code_change(
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

    pub(crate) async fn factor_seed(
        &self,
        scope: &AccountScope,
        row: &FactorRow,
    ) -> Result<Zeroizing<Vec<u8>>, AccountError> {
        let secret = self.secret(scope).await?;
        let master = self.it.keys.master();
        Ok(master.open_factor(scope, &secret, &row.seed, |it| Zeroizing::new(it.to_vec()))?)
    }

    pub(crate) fn paper_codes(&self) -> Result<Vec<String>, AccountError> {
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
    pub(crate) fn paper_lookup(&self, account: &AccountRow, code: &str) -> Lookup {
        Lookup(self.it.keys.master().tag("code on paper", &[&account.id.0, code.as_bytes()]))
    }
}

/// Six digits, half a minute, SHA-1 (RFC 6238): what every app on every phone understands.
pub(crate) fn totp(seed: &[u8], address: &str, site: &str) -> Result<Totp, AccountError> {
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
pub(crate) fn step_of(seed: &[u8], code: &str, now: i64) -> Result<Option<i64>, AccountError> {
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

pub(crate) fn in_groups(text: &str, between: char) -> String {
    groups(text, 4, between)
}

pub(crate) fn in_groups_of_five(text: &str) -> String {
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
