//! Every table of a storage that is an SQL database, what it holds, and how its rows go.

/// How the rows of a table go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eraser {
    /// They are erased by name: sessions, accounts.
    Subject,
    /// With the row of another table that they belong to.
    With(&'static str),
    /// When they expire.
    Expiry,
    /// When they are cut or forgotten by age.
    Age,
    /// When what they are for is done.
    Done,
    /// They stay: they are about nobody who could want them gone.
    Stays,
}

/// A table with its class of retention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// How long its rows are kept, in a word: what a privacy page tells about.
    pub class: &'static str,
    /// How they go.
    pub eraser: Eraser,
}

const fn table(name: &'static str, class: &'static str, eraser: Eraser) -> Table {
    Table { name, class, eraser }
}

/// The tables of the main database. A test of each storage fails when one is not here.
pub const MAIN: &[Table] = &[
    table("sessions", "interview", Eraser::Subject),
    table("steps", "interview", Eraser::With("sessions")),
    table("files", "interview", Eraser::With("sessions")),
    table("file_chunks", "interview", Eraser::With("files")),
    table("resume_codes", "interview", Eraser::With("sessions")),
    table("wraps", "interview", Eraser::With("sessions")),
    table("grants", "interview", Eraser::With("sessions")),
    table("invitations", "link", Eraser::With("sessions")),
    table("accounts", "account", Eraser::Subject),
    table("account_roles", "account", Eraser::With("accounts")),
    table("methods", "account", Eraser::With("accounts")),
    table("passkeys", "account", Eraser::With("accounts")),
    table("identities", "account", Eraser::With("accounts")),
    table("factors", "account", Eraser::With("accounts")),
    table("factor_codes", "account", Eraser::With("factors")),
    table("locked_keys", "locked", Eraser::With("accounts")),
    table("sign_ins", "sign-in", Eraser::With("accounts")),
    table("pending_sign_ins", "sign-in", Eraser::With("accounts")),
    table("api_keys", "account", Eraser::With("accounts")),
    table("links", "link", Eraser::Expiry),
    table("outbox", "mail", Eraser::Expiry),
    table("jobs", "interview", Eraser::With("sessions")),
    table("counters", "counter", Eraser::Expiry),
    table("networks", "counter", Eraser::Expiry),
    table("audit", "audit", Eraser::Age),
    table("audit_subjects", "audit", Eraser::With("audit")),
    table("audit_start", "audit", Eraser::Stays),
    table("deletions", "deletion", Eraser::Done),
    table("lost_objects", "deletion", Eraser::Done),
    table("tombstones", "tombstone", Eraser::Stays),
    table("switches", "setting", Eraser::Stays),
    table("roles", "setting", Eraser::Stays),
    table("watch", "setting", Eraser::Stays),
    table("claims", "setting", Eraser::Stays),
    table("packages", "setting", Eraser::Stays),
    table("plugin_secrets", "setting", Eraser::Stays),
    table("plugin_values", "setting", Eraser::Stays),
    table("observed", "counter", Eraser::Age),
];

/// The tables of the keyring.
pub const KEYRING: &[Table] = &[
    table("wrapped", "key", Eraser::Subject),
    table("secrets", "key", Eraser::Done),
    table("heads", "key", Eraser::Subject),
    table("buried", "tombstone", Eraser::Age),
    table("deployment", "setting", Eraser::Stays),
    table("master", "setting", Eraser::Stays),
];
