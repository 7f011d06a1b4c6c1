//! How long things are kept.

use std::collections::BTreeMap;

/// Days in which nobody used it, after which it is deleted; or days since it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Periods {
    /// Sessions of accounts, without use.
    pub session: u32,
    /// Sessions of visitors without an account, without use.
    pub visitor: u32,
    /// Sessions of single interviews, whoever they belong to, in place of the two above.
    pub interviews: BTreeMap<String, u32>,
    /// Accounts whose address was never confirmed, since they were made.
    pub unconfirmed: u32,
    /// Accounts without use; `None` keeps them.
    pub account: Option<u32>,
    /// Entries of the audit log, since they were made.
    pub audit: u32,
}

impl Default for Periods {
    fn default() -> Self {
        Self {
            session: 90,
            visitor: 7,
            interviews: BTreeMap::new(),
            unconfirmed: 7,
            account: None,
            audit: 400,
        }
    }
}

impl Periods {
    /// Days without use after which a session of an interview is deleted.
    pub fn of(&self, interview: &str, owned: bool) -> u32 {
        let general = if owned { self.session } else { self.visitor };
        self.interviews.get(interview).copied().unwrap_or(general)
    }
}

/// Days before the end of a session at which its owner is warned, the first warning first.
pub(crate) const WARNINGS: [u32; 2] = [14, 3];

/// Days for which it is remembered that something was deleted: no backup lives so long.
pub(crate) const BURIED: u32 = 35;
