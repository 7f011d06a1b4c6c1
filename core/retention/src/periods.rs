//! How long things are kept.

use std::collections::BTreeMap;

use affiant_keyring::DAY;

/// Days in which nobody used it, after which it is deleted; or days since it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Periods {
    /// Sessions of accounts, without use.
    pub session: u32,
    /// Sessions of visitors without an account, without use.
    pub visitor: u32,
    /// Since when the former must be without use to go, in seconds of the Unix epoch; `None` for so
    /// many days. It differs while a change of the days does not reach what was used before.
    pub session_before: Option<i64>,
    /// The same for sessions of visitors.
    pub visitor_before: Option<i64>,
    /// Sessions of single interviews, whoever they belong to, in place of the two above.
    pub interviews: BTreeMap<String, u32>,
    /// Accounts whose address was never confirmed, since they were made.
    pub unconfirmed: u32,
    /// Accounts without use; `None` keeps them.
    pub account: Option<u32>,
    /// Entries of the audit log, since they were made.
    pub audit: u32,
    /// Before when they must have been made to go, as `session_before`.
    pub audit_before: Option<i64>,
    /// Until when administrators hold all deletions, in seconds of the Unix epoch: nothing of anybody
    /// goes by its age before then, and warnings say so.
    pub held_until: Option<i64>,
}

impl Default for Periods {
    fn default() -> Self {
        Self {
            session: 90,
            visitor: 7,
            session_before: None,
            visitor_before: None,
            interviews: BTreeMap::new(),
            unconfirmed: 7,
            account: None,
            audit: 400,
            audit_before: None,
            held_until: None,
        }
    }
}

impl Periods {
    /// Days without use after which a session of an interview is deleted.
    pub fn of(&self, interview: &str, owned: bool) -> u32 {
        let general = if owned { self.session } else { self.visitor };
        self.interviews.get(interview).copied().unwrap_or(general)
    }

    /// Whether administrators hold deletions at a moment.
    pub(crate) fn is_held(&self, now: i64) -> bool {
        self.held_until.is_some_and(|it| it > now)
    }

    /// Since when a session of an interview must be without use to be deleted now.
    pub(crate) fn before(&self, interview: &str, owned: bool, now: i64) -> i64 {
        let general = if owned { self.session_before } else { self.visitor_before };
        let general = general.filter(|_| !self.interviews.contains_key(interview));
        general.unwrap_or_else(|| now - i64::from(self.of(interview, owned)) * DAY)
    }
}

/// Days before the end of a session at which its owner is warned, the first warning first.
pub(crate) const WARNINGS: [u32; 2] = [14, 3];

/// Days for which it is remembered that something was deleted: no backup lives so long.
pub(crate) const BURIED: u32 = 35;
