//! What can be granted to a plugin.

use std::fmt;

/// Something that an administrator granted to a plugin: the interfaces that are linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grant {
    /// Answers: `answers.read`.
    Answers,
    /// Answers that it proposes: `answers.propose`.
    Proposals,
    /// The template that is to be filled: `template.read`.
    Templates,
    /// Documents and files: `documents.read`.
    Documents,
    /// What an account says of its person: `account.read`.
    Account,
    /// Values of its own: `kv.private`.
    Store,
    /// Requests to the hosts of its manifest: `http.fetch`.
    Http,
    /// Mail: `mail.send`.
    Mail,
    /// The clock: `clock`.
    Clock,
    /// Random bytes: `random`.
    Random,
    /// The log: `log`.
    Log,
}

impl Grant {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Answers,
        Self::Proposals,
        Self::Templates,
        Self::Documents,
        Self::Account,
        Self::Store,
        Self::Http,
        Self::Mail,
        Self::Clock,
        Self::Random,
        Self::Log,
    ];

    /// The capability, as manifests write it.
    pub fn capability(self) -> &'static str {
        match self {
            Self::Answers => "answers.read",
            Self::Proposals => "answers.propose",
            Self::Templates => "template.read",
            Self::Documents => "documents.read",
            Self::Account => "account.read",
            Self::Store => "kv.private",
            Self::Http => "http.fetch",
            Self::Mail => "mail.send",
            Self::Clock => "clock",
            Self::Random => "random",
            Self::Log => "log",
        }
    }

    /// The interface that it links.
    pub(crate) fn interface(self) -> &'static str {
        match self {
            Self::Answers => "affiant:host/answers@1.0.0",
            Self::Proposals => "affiant:host/proposals@1.0.0",
            Self::Templates => "affiant:host/templates@1.0.0",
            Self::Documents => "affiant:host/documents@1.0.0",
            Self::Account => "affiant:host/account@1.0.0",
            Self::Store => "affiant:host/store@1.0.0",
            Self::Http => "affiant:host/http@1.0.0",
            Self::Mail => "affiant:host/mail@1.0.0",
            Self::Clock => "affiant:host/clock@1.0.0",
            Self::Random => "affiant:host/random@1.0.0",
            Self::Log => "affiant:host/log@1.0.0",
        }
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.capability())
    }
}
