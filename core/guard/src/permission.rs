//! What somebody may do, and the roles that permissions are given by.

use std::fmt;

/// Something that not everybody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Permission {
    /// See which interviews load, and the mistakes of those that do not.
    SeeFaults,
    /// See interviews that the list does not show to everybody.
    SeeUnlisted,
    /// See the overview of the administration.
    SeeOverview,
    /// See who has an account: numbers, states and roles.
    SeePeople,
    /// See the e-mail addresses of accounts.
    SeeAddresses,
    /// Disable and enable accounts, start a reset of a password.
    ManagePeople,
    /// Give and take roles, and make new ones.
    ManageRoles,
    /// See, lift and impose bans.
    ManageBans,
    /// See whether mail works.
    SeeMail,
    /// Read the audit log.
    SeeAudit,
    /// Change what governs people's privacy.
    ManageSwitches,
    /// Install plugins, and decide what they may do.
    ManagePlugins,
    /// Read answers, with the organisation's key, where a switch lets administrators.
    ReadAnswers,
    /// See what is done in the background, and have it tried again.
    ManageJobs,
}

impl Permission {
    /// All of them, in the order in which pages list them.
    pub const ALL: [Self; 14] = [
        Self::SeeFaults,
        Self::SeeUnlisted,
        Self::SeeOverview,
        Self::SeePeople,
        Self::SeeAddresses,
        Self::ManagePeople,
        Self::ManageRoles,
        Self::ManageBans,
        Self::SeeMail,
        Self::SeeAudit,
        Self::ManageSwitches,
        Self::ManagePlugins,
        Self::ReadAnswers,
        Self::ManageJobs,
    ];

    /// Its name in stored roles, scopes of keys and words of pages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SeeFaults => "faults:see",
            Self::SeeUnlisted => "unlisted:see",
            Self::SeeOverview => "overview:see",
            Self::SeePeople => "people:see",
            Self::SeeAddresses => "addresses:see",
            Self::ManagePeople => "people:manage",
            Self::ManageRoles => "roles:manage",
            Self::ManageBans => "bans:manage",
            Self::SeeMail => "mail:see",
            Self::SeeAudit => "audit:see",
            Self::ManageSwitches => "switches:manage",
            Self::ManagePlugins => "plugins:manage",
            Self::ReadAnswers => "answers:read",
            Self::ManageJobs => "jobs:manage",
        }
    }

    /// The permission of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Permissions(u32);

impl Permissions {
    /// None at all.
    pub const NONE: Self = Self(0);

    /// Every one.
    pub const ALL: Self = Self::of(&Permission::ALL);

    /// These.
    pub const fn of(permissions: &[Permission]) -> Self {
        let (mut bits, mut index) = (0, 0);
        while index < permissions.len() {
            bits |= 1 << permissions[index] as u8;
            index += 1;
        }
        Self(bits)
    }

    /// Whether a permission is among them.
    pub const fn allows(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u8) != 0
    }

    /// Both together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of these are among the others.
    pub const fn is_within(self, others: Self) -> bool {
        self.0 & !others.0 == 0
    }

    /// Each of them, in the order of [`Permission::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.into_iter().filter(move |it| self.allows(*it))
    }
}

/// A role that is always there. Nobody can change or remove it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// Its name.
    pub name: &'static str,
    /// What it allows.
    pub permissions: Permissions,
}

/// The roles that are always there. Everybody who has an account is a `user`. Authors are not
/// administrators: a developer sees what is wrong with interviews, and nobody's account.
pub const BUILT_IN: [BuiltIn; 5] = [
    BuiltIn { name: ADMIN, permissions: Permissions::ALL },
    BuiltIn {
        name: "developer",
        permissions: Permissions::of(&[Permission::SeeFaults, Permission::SeeUnlisted]),
    },
    BuiltIn { name: "advocate", permissions: Permissions::of(&[Permission::SeeUnlisted]) },
    BuiltIn { name: "trainer", permissions: Permissions::of(&[Permission::SeeUnlisted]) },
    BuiltIn { name: "user", permissions: Permissions::NONE },
];

/// The role that allows everything.
pub const ADMIN: &str = "admin";

/// A role that an administrator made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomRole {
    /// Its name.
    pub name: String,
    /// What it allows.
    pub permissions: Permissions,
}

/// Longest name of a role, in characters.
const MAX_NAME: usize = 40;

/// Why a role is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleRefused {
    /// The name is empty, too long, or has other characters than small letters, digits and dashes.
    #[error("a role's name has 1 to 40 small letters, digits and dashes")]
    Name,
    /// There is a built-in role of this name.
    #[error("this role is built in")]
    BuiltIn,
    /// It allows what whoever makes it may not do.
    #[error("nobody can give permissions that they do not have")]
    Beyond,
}

impl CustomRole {
    /// A role that somebody with `own` permissions makes.
    pub fn new(
        name: &str,
        permissions: Permissions,
        own: Permissions,
    ) -> Result<Self, RoleRefused> {
        let fits = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
        if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(fits) {
            return Err(RoleRefused::Name);
        }
        if BUILT_IN.iter().any(|it| it.name == name) {
            return Err(RoleRefused::BuiltIn);
        }
        if !permissions.is_within(own) {
            return Err(RoleRefused::Beyond);
        }
        Ok(Self { name: name.to_owned(), permissions })
    }
}

/// What these roles allow together. A name that no role has allows nothing.
pub fn permissions<'a>(
    roles: impl IntoIterator<Item = &'a str>,
    custom: &[CustomRole],
) -> Permissions {
    roles.into_iter().fold(Permissions::NONE, |all, name| {
        let built_in = BUILT_IN.iter().find(|it| it.name == name).map(|it| it.permissions);
        let custom = || custom.iter().find(|it| it.name == name).map(|it| it.permissions);
        all.with(built_in.or_else(custom).unwrap_or_default())
    })
}
