//! What somebody tries, and what they are told when it is too much.

use std::net::IpAddr;

use crate::device::Device;

/// Something that could be guessed, or done too often.
///
/// An account is named by the blind index of the e-mail address that was typed, so that an address
/// without an account is counted alike.
#[derive(Clone, Copy, Debug)]
pub enum Attempt<'a> {
    /// A password for an account. Every path that compares a password is this: signing in, a fresh
    /// sign-in before something grave, opening a locked vault.
    Password {
        /// Where from.
        from: IpAddr,
        /// Whose.
        account: &'a [u8; 32],
        /// The device, if it has signed in to the account before.
        device: Option<Device>,
    },
    /// Making an account.
    Register {
        /// Where from.
        from: IpAddr,
    },
    /// Asking for a link by mail to set a new password.
    Reset {
        /// Where from.
        from: IpAddr,
        /// Whose.
        account: &'a [u8; 32],
    },
    /// A recovery key, for an account whose link was opened.
    Recovery {
        /// Where from.
        from: IpAddr,
        /// Whose.
        account: &'a [u8; 32],
    },
    /// A return code of an interview.
    Resume {
        /// Where from.
        from: IpAddr,
    },
    /// A link or a code that was sent or printed.
    Link {
        /// Where from.
        from: IpAddr,
    },
    /// An invitation to read, which sends a mail to an address that somebody typed.
    Invite {
        /// Who invites.
        account: &'a [u8; 32],
    },
    /// A short code that was sent.
    Code {
        /// Which one: any bytes that name it.
        sent: &'a [u8],
    },
    /// A key of the API.
    ApiKey {
        /// Where from.
        from: IpAddr,
    },
    /// A passkey's answer at signing in. Nobody guesses one, but each wrong one costs a check.
    Passkey {
        /// Where from.
        from: IpAddr,
    },
    /// A second factor.
    SecondFactor {
        /// Whose.
        account: &'a [u8; 32],
        /// Which sign-in waits for it: any bytes that name it.
        pending: &'a [u8],
    },
}

/// Whose tries are too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Whose {
    /// Those from one address, which is banned for a time.
    Address = 1,
    /// Those from the network around it.
    Network = 2,
    /// Those on one account, from devices that it does not know.
    Account = 3,
    /// Those from one device on its own account.
    Device = 4,
    /// Those on one code or one step of a sign-in. It has to be asked for anew.
    Step = 5,
}

/// Too many tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many tries; there is one again in {seconds} s")]
pub struct Refused {
    /// Whose they are.
    pub whose: Whose,
    /// Seconds until the next try, at least 1.
    pub seconds: u32,
}

impl Refused {
    /// As a verdict of a rule.
    pub(crate) fn verdict(self) -> u64 {
        (self.whose as u64) << 32 | u64::from(self.seconds)
    }

    /// From a verdict; `None` is a try that was let through.
    pub(crate) fn of(verdict: u64) -> Option<Self> {
        let whose = match verdict >> 32 {
            0 => return None,
            1 => Whose::Address,
            2 => Whose::Network,
            3 => Whose::Account,
            4 => Whose::Device,
            _ => Whose::Step,
        };
        Some(Self { whose, seconds: u32::try_from(verdict & 0xffff_ffff).unwrap_or(u32::MAX) })
    }
}
