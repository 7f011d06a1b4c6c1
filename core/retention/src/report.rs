//! What a run of retention did, or would do.

use std::fmt;

/// What a run of retention did, or would do. It names interviews and tables, nobody and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The clock jumped: nothing was deleted.
    pub jumped: bool,
    /// So many sessions are due that they wait until then, in seconds of the Unix epoch.
    pub put_off: Option<i64>,
    /// Sessions by interview; those of accounts if the flag is set, else those of visitors.
    pub sessions: Vec<(String, bool, u64)>,
    /// Warnings to owners of sessions.
    pub warned: u64,
    /// Accounts: never confirmed, or without use for long.
    pub accounts: u64,
    /// Keys that resets put aside.
    pub locked: u64,
    /// Rows that expired, by table.
    pub expired: Vec<(&'static str, u64)>,
    /// Shared secrets whose epoch is over.
    pub secrets: u64,
    /// Entries of the audit log.
    pub audit: u64,
    /// Deletions that were under way and are done.
    pub resumed: u64,
    /// Objects of files that were deleted.
    pub objects: u64,
}

impl Report {
    /// All sessions together.
    pub fn session_count(&self) -> u64 {
        self.sessions.iter().map(|it| it.2).sum()
    }

    /// Whether there is anything to tell.
    pub fn is_empty(&self) -> bool {
        *self == Self { expired: self.expired.clone(), ..Self::default() }
            && self.expired.iter().all(|it| it.1 == 0)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |count: u64, what: &str| {
            if count > 0 { writeln!(f, "{count:>8}  {what}") } else { Ok(()) }
        };
        for (interview, owned, count) in &self.sessions {
            let whose = if *owned { "accounts" } else { "visitors" };
            line(*count, &format!("sessions of {whose}, interview {interview}"))?;
        }
        line(self.warned, "warnings to owners of sessions")?;
        line(self.accounts, "accounts that were never confirmed, or not used for long")?;
        line(self.locked, "keys that a reset put aside")?;
        for (table, count) in &self.expired {
            line(*count, &format!("expired rows of {table}"))?;
        }
        line(self.secrets, "shared keys whose time is over")?;
        line(self.audit, "entries of the audit log")?;
        line(self.resumed, "deletions that were under way")?;
        line(self.objects, "objects of deleted files")
    }
}
