//! What a program may do with a key of the API.

use crate::permission::Permission;

/// One thing that a key of the API lets a program do, in its person's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// See the account itself: its address, name and language.
    ReadProfile,
    /// See which sessions there are, without their answers.
    ListSessions,
    /// Read answers and documents.
    ReadSessions,
    /// Begin sessions and answer.
    WriteSessions,
    /// Delete sessions.
    DeleteSessions,
    /// Take a copy of everything.
    Export,
    /// Delete the account itself.
    DeleteAccount,
    /// What the person may do as an administrator, for as long as they may.
    May(Permission),
}

impl Scope {
    /// All of them, in the order in which pages list them.
    pub const ALL: [Self; 9] = [
        Self::ReadProfile,
        Self::ListSessions,
        Self::ReadSessions,
        Self::WriteSessions,
        Self::DeleteSessions,
        Self::Export,
        Self::DeleteAccount,
        Self::May(Permission::SeePeople),
        Self::May(Permission::ReadAnswers),
    ];

    /// Its name in stored keys and on pages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReadProfile => "profile:read",
            Self::ListSessions => "sessions:list",
            Self::ReadSessions => "sessions:read",
            Self::WriteSessions => "sessions:write",
            Self::DeleteSessions => "sessions:delete",
            Self::Export => "export",
            Self::DeleteAccount => "account:delete",
            Self::May(permission) => permission.name(),
        }
    }

    /// The scope of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Whether the key must open what its person locked.
    pub const fn opens_answers(self) -> bool {
        matches!(self, Self::ReadProfile | Self::ReadSessions | Self::WriteSessions | Self::Export)
    }
}
