//! What a person does with an account.
//!
//! Start at [`Accounts`]. Each use case is one of its methods, and ends in one transaction:
//! registering, signing in, changing a password, both resets, taking over what was answered without
//! an account. [`Person`] is somebody who is signed in, with the key that opens everything of
//! theirs, for the time of one request.
//!
//! # Invariants
//!
//! - No HTTP, SQL, clock or randomness of its own.
//! - Whether an address has an account shows in no answer, neither in its text nor in what it costs.
//! - Every path to a [`Person`] opens the user key: nobody is signed in without it.
//! - A try is counted before a password is looked at.
//! - On creation the keyring comes first.

#![forbid(unsafe_code)]

mod accounts;
mod activity;
mod agent;
mod api_keys;
mod change;
mod code;
mod confirm;
mod custody;
mod email;
mod error;
mod escrow;
mod extent;
mod factor;
mod first;
mod head;
mod identities;
mod interviews;
mod invite;
mod letter;
mod link;
mod locked;
mod passkeys;
mod password;
mod person;
mod profile;
mod providers;
mod recovery;
mod register;
mod rekey;
mod reset;
mod sharing;
mod sign_in;
mod warning;

pub use accounts::{Accounts, Hashing, Parts, Sender, Settings};
pub use activity::{Activity, Doer};
pub use agent::kind_of_browser;
pub use api_keys::{KeyMade, ListedKey, MOST_KEYS, NewKey, Program};
pub use change::{Changed, EmailChanged};
pub use confirm::{Confirmation, Confirmed};
pub use custody::{Alone, Left};
pub use email::{Address, BadAddress};
pub use error::AccountError;
pub use escrow::{Readable, Reading, Reason};
pub use extent::Extent;
pub use factor::{FactorCodes, FactorOff, FactorOffer, FactorOn, FactorTry};
pub use first::First;
pub use head::head_of;
pub use identities::{ListedIdentity, Newcomer, Unlinked};
pub use interviews::{Interview, OpenedSession, TakenOver};
pub use letter::{open_letter, seal_letter};
pub use locked::Merged;
pub use passkeys::{
    ListedPasskey, MOST_PASSKEYS, PasskeyAdded, PasskeyAnswer, PasskeyBegun, PasskeyMade,
    PasskeyQuestion, PasskeySignIn,
};
pub use password::{LEAST_ALONE, LEAST_WITH_FACTOR, NewPassword, Weak};
pub use person::{Person, Unlocked};
pub use profile::{Profile, RecoveryChoice};
pub use providers::{Along, Asked, Back, Came, LinkAsked, UnlockOffer, Unlocking, With};
pub use recovery::Kept;
pub use register::{Registering, Registration, Way};
pub use rekey::{HandedOver, Revoked};
pub use reset::{Reset, ResetDone, ResetLink};
pub use sharing::{Accepted, Circle, Invitation, Invited, MOST_READERS, Offer, Reader, Waiting};
pub use sign_in::{Proof, SignedIn, Signing};

#[cfg(test)]
mod tests;
