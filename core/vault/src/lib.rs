//! Keys and envelopes: what seals an answer, and who can open it again.
//!
//! Start at [`SessionKeys`], whose [`SessionKeys::seal`] and [`SessionKeys::open`] are what a step of an
//! interview needs. How one gets there:
//!
//! ```text
//! password ─ Argon2id, pepper ─┐
//! recovery key ────────────────┤
//! passkey (PRF) ───────────────┤ + account's secret
//! API key ─────────────────────┤   of the keyring
//! custody, by the master key ──┘        │
//! cookie + day's secret ────────────────┴─opens─▶ user key ─opens─▶ private key ◀─ grants by others
//!                                                    │                   │
//! visitor's token, resume code ──────────────────────┴──────opens───────▶ seed
//! invitation, job + hour's secret, custody ──────────────────opens──────▶ │
//! organisation's key + its secret of the keyring ─────────────opens──────▶ │
//!                                          session's secret of the keyring + ┴─derive─▶ SessionKeys
//!                                                                             records, files, inbox
//! ```
//!
//! | What | Type | Opened by |
//! |---|---|---|
//! | the server's own key | [`Master`] | a file apart from all stores |
//! | secrets of the keyring | [`Secret`], named by [`SecretName`] | [`Master::open_secret`] |
//! | user key | [`UserKey`] | [`Stretched`], [`RecoveryKey`], [`Passkey`], [`ApiKey`], [`SignInToken`], [`Master::open_custody`] |
//! | key pair of an account | [`KeyPair`], [`PublicKey`] | [`UserKey::open_pair`] |
//! | seed of a session | [`Seed`], named by [`SeedName`] | [`UserKey::open_seed`], [`KeyPair::open_grant`], [`InvitationSecret`], [`JobKey`], [`OrganisationKey`], [`Token`], [`ResumeCode`], [`Master::open_custody_seed`] |
//! | a mail of a session that waits | [`MailKey`] | the master key with the session's secret |
//! | answers, files, what arrived | [`SessionKeys`], [`FileKey`] | [`Seed::keys`] with the session's secret |
//! | parts of a session, which others may not read | [`KeySet`] | [`Seed::part`] of each |
//! | how far a session's log goes | [`Head`] | [`KeySet`] of any part |
//! | e-mail address | | [`Master::open_contact`] with the account's secret |
//! | profile, names of passkeys | | [`UserKey::open`] |
//!
//! Two stores, so that neither is worth anything alone: the main store holds all that is sealed, the
//! keyring 32 bytes for each session and account. Deleting those 32 bytes ends every copy of what they
//! were for, backups included: a seed without the session's secret opens no record, and no way to unlock
//! opens without the account's.
//!
//! # Invariants
//!
//! - No I/O and no randomness of its own: random bytes come in through [`Randomness`].
//! - Keys are zeroed when they go; no secret has `Debug`, `Clone`, `Display` or `Serialize`.
//! - Whatever is wrong with an envelope, there is one error, [`Refused`], without detail.
//! - A record opens only in the place it was sealed for. The place holds whatever must not be changed by
//!   who can write rows: account, session, epoch, role, end, level, mode, cost.
//! - A key that seals keys seals nothing else; a key that seals a record is used once.
//! - A [`Mode`] is raised and never lowered; a [`Cost`] below the floor is not accepted.
//! - Secrets are compared in constant time.
//!
//! # What it does not do
//!
//! A [`Head`] shows that the rows of a session are of one moment, not that this is the last one: for
//! that, somebody has to keep its revision where whoever writes the rows cannot write. HPKE does not say who sealed, so a grant's seed may be anybody's; it
//! opens nothing without the session's secret. A pair's public key is bound to its private one when its
//! owner opens it, but who gives a grant takes the public key from the store.

#![forbid(unsafe_code)]

// The fuzzer's entries name this crate as every other one does; the tests try the same entries.
#[cfg(test)]
extern crate self as affiant_vault;

mod api_key;
mod base32;
mod cbor;
mod code;
mod cost;
mod envelope;
mod escrow;
mod file;
mod grant;
mod head;
mod hpke;
mod inbox;
mod job;
mod keys;
mod link;
mod master;
mod padding;
mod part;
mod passkey;
mod password;
mod place;
mod recovery;
mod seed;
mod setting;
mod sign_in;
mod token;
mod user_key;

pub use api_key::ApiKey;
pub use code::ResumeCode;
pub use cost::{Cost, Stretching};
pub use envelope::Opened;
pub use escrow::OrganisationKey;
pub use file::{CHUNK, FileKey, SealedFile};
pub use grant::{Grant, InvitationSecret};
pub use head::{Head, StepName};
pub use hpke::{KeyPair, PublicKey};
pub use job::{JobKey, MailKey};
pub use keys::{Secret, SessionKeys};
pub use link::LinkSecret;
pub use master::{Master, SecretName, pseudonym};
pub use part::{COMMON, KeySet, is_parted};
pub use passkey::{Passkey, Prf};
pub use password::{LONGEST_PASSWORD, NoMemory, Password, Stretched};
pub use place::{Mode, Scope};
pub use recovery::RecoveryKey;
pub use seed::{Seed, SeedName};
pub use setting::SettingName;
pub use sign_in::{SignIn, SignInToken};
pub use token::Token;
pub use user_key::{AccountScope, Method, UserKey};

/// An envelope that does not open: altered, truncated, moved, or sealed under another key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("sealed.invalid")]
pub struct Refused;

/// Where random bytes come from. Failing must end the request.
pub trait Randomness {
    /// Fills the buffer with bytes nobody can guess.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness>;
}

/// The system gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system gave no random bytes")]
pub struct NoRandomness;

/// Random bytes of a fixed length, for ids and the like; secrets are made by [`Secret::random`].
pub fn random<const N: usize>(source: &dyn Randomness) -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    source.fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
