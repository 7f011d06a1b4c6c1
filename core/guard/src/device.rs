//! Devices that have signed in to an account before.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

use crate::guard::Blind;

/// How long a device is known, in seconds: 180 days.
const KNOWN: i64 = 180 * 86_400;

/// Accounts that one device can be known to. A family may share a tablet.
const MOST: usize = 4;

/// Length of a mark, in bytes: when it ends, a random part, and what only the server can make.
const LENGTH: usize = 8 + 16 + 32;

/// A device that an account knows. It opens nothing: it only has tries of its own, so that nobody
/// else can use up those of the account's owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device(pub(crate) [u8; 32]);

fn code(blind: &dyn Blind, account: &[u8; 32], head: &[u8]) -> [u8; 32] {
    blind.blind(&[b"device", account, head])
}

fn decode(mark: &str) -> Option<[u8; LENGTH]> {
    URL_SAFE_NO_PAD.decode(mark).ok()?.try_into().ok()
}

impl Device {
    /// The value of the cookie after signing in to `account`, in place of the value `cookie`.
    /// `nonce` is random. The marks of other accounts are kept.
    pub fn mark(
        blind: &dyn Blind,
        account: &[u8; 32],
        cookie: &str,
        nonce: [u8; 16],
        now: i64,
    ) -> String {
        let mut mark = Vec::with_capacity(LENGTH);
        mark.extend((now + KNOWN).to_be_bytes());
        mark.extend(nonce);
        let code = code(blind, account, &mark);
        mark.extend(code);
        let others = cookie.split('.').filter(|it| {
            decode(it).is_some_and(|it| ends(&it) > now && !is_of(blind, account, &it))
        });
        let mine = URL_SAFE_NO_PAD.encode(mark);
        std::iter::once(mine.as_str()).chain(others).take(MOST).collect::<Vec<_>>().join(".")
    }

    /// The device of a cookie, if it has signed in to `account` before.
    pub fn recognise(
        blind: &dyn Blind,
        account: &[u8; 32],
        cookie: &str,
        now: i64,
    ) -> Option<Self> {
        let marks = cookie.split('.').take(MOST).filter_map(decode);
        let mark = marks
            .filter(|it| (now..=now + KNOWN).contains(&ends(it)))
            .find(|it| is_of(blind, account, it))?;
        Some(Self(blind.blind(&[b"device's tries", &mark])))
    }

    /// Seconds for which the cookie is kept.
    pub const fn seconds() -> i64 {
        KNOWN
    }
}

/// When a mark ends, in seconds of the Unix epoch.
fn ends(mark: &[u8; LENGTH]) -> i64 {
    mark.first_chunk().map_or(0, |it| i64::from_be_bytes(*it))
}

fn is_of(blind: &dyn Blind, account: &[u8; 32], mark: &[u8; LENGTH]) -> bool {
    let (head, sent) = mark.split_at(LENGTH - 32);
    code(blind, account, head).ct_eq(sent).into()
}
