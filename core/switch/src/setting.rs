//! The switches, and what each can be set to.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::civil::Date;

use crate::days;
use crate::{DAY, MAX_KEEP_DAYS};

/// A switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Switch {
    /// Who holds the key of new sessions and accounts.
    Keys,
    /// Whether administrators may read answers.
    Reading,
    /// Whether people may delete what is theirs.
    Deleting,
    /// How long something is kept.
    Keep(Class),
    /// Who may register.
    Registration,
    /// Which roles need a second factor.
    SecondFactor,
}

/// What is kept for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// Sessions of visitors without an account, counted from their last use.
    Visitors,
    /// Sessions of accounts, counted from their last use.
    Sessions,
    /// Answers behind a forgotten password, counted from the reset.
    Locked,
    /// Entries of the audit log.
    Audit,
}

impl Class {
    /// All of them, in the order of the pages.
    pub const ALL: [Self; 4] = [Self::Visitors, Self::Sessions, Self::Locked, Self::Audit];

    /// Days that it is kept while nobody decided otherwise.
    pub fn days(self) -> u32 {
        match self {
            Self::Visitors => 7,
            Self::Sessions => 90,
            Self::Locked => 30,
            Self::Audit => 400,
        }
    }
}

impl Switch {
    /// All of them, in the order of the pages.
    pub const ALL: [Self; 9] = [
        Self::Keys,
        Self::Reading,
        Self::Deleting,
        Self::Keep(Class::Visitors),
        Self::Keep(Class::Sessions),
        Self::Keep(Class::Locked),
        Self::Keep(Class::Audit),
        Self::Registration,
        Self::SecondFactor,
    ];

    /// Its name in rows and addresses; never changed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keys => "keys",
            Self::Reading => "reading",
            Self::Deleting => "deleting",
            Self::Keep(Class::Visitors) => "keep-visitors",
            Self::Keep(Class::Sessions) => "keep-sessions",
            Self::Keep(Class::Locked) => "keep-locked",
            Self::Keep(Class::Audit) => "keep-audit",
            Self::Registration => "registration",
            Self::SecondFactor => "second-factor",
        }
    }

    /// The switch of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// What it is set to while nobody decided anything: the most private.
    pub fn first(self) -> Setting {
        match self {
            Self::Keys => Setting::Keys(Custody::Own),
            Self::Reading => Setting::Reading(None),
            Self::Deleting => Setting::Deleting(None),
            Self::Keep(class) => Setting::Keep(class, class.days()),
            Self::Registration => Setting::Registration(Registration::Open),
            Self::SecondFactor => Setting::SecondFactor(BTreeSet::new()),
        }
    }
}

/// Who holds the key to answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Custody {
    /// The user alone.
    Own,
    /// The server too.
    Server,
}

/// Until when nobody may delete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The first day on which people may delete again; it begins at midnight UTC.
    pub ends: Date,
}

impl Hold {
    /// Whether it is over.
    pub fn is_over(self, now: i64) -> bool {
        now >= self.moment()
    }

    /// The moment at which it ends.
    pub fn moment(self) -> i64 {
        days::start(self.ends)
    }
}

/// The public half of the organisation's key; what is sealed to it opens without the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrganisationKey(pub [u8; 32]);

/// Who may register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Everybody.
    Open,
    /// Who was invited.
    Invitation,
}

/// A switch set to something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Who holds the key of sessions and accounts that are made from then on.
    Keys(Custody),
    /// To whose key answers are sealed too, in sessions that are made from then on.
    Reading(Option<OrganisationKey>),
    /// Whether deletions wait, and until when.
    Deleting(Option<Hold>),
    /// Days that something is kept: 1 to [`MAX_KEEP_DAYS`].
    Keep(Class, u32),
    /// Who may register.
    Registration(Registration),
    /// Names of the roles that need a second factor.
    SecondFactor(BTreeSet<String>),
}

impl Setting {
    /// Whose setting it is.
    pub fn switch(&self) -> Switch {
        match self {
            Self::Keys(_) => Switch::Keys,
            Self::Reading(_) => Switch::Reading,
            Self::Deleting(_) => Switch::Deleting,
            Self::Keep(class, _) => Switch::Keep(*class),
            Self::Registration(_) => Switch::Registration,
            Self::SecondFactor(_) => Switch::SecondFactor,
        }
    }

    /// As it is stored.
    pub fn text(&self) -> String {
        match self {
            Self::Keys(Custody::Own) => "own".to_owned(),
            Self::Keys(Custody::Server) => "server".to_owned(),
            Self::Reading(None) => "nobody".to_owned(),
            Self::Reading(Some(key)) => format!("organisation {}", URL_SAFE_NO_PAD.encode(key.0)),
            Self::Deleting(None) => "any-time".to_owned(),
            Self::Deleting(Some(hold)) => format!("held until {}", hold.ends),
            Self::Keep(_, days) => days.to_string(),
            Self::Registration(Registration::Open) => "open".to_owned(),
            Self::Registration(Registration::Invitation) => "invitation".to_owned(),
            Self::SecondFactor(roles) => {
                roles.iter().map(String::as_str).collect::<Vec<_>>().join(",")
            }
        }
    }

    /// What a stored text means; `None` if it means nothing.
    pub fn read(switch: Switch, text: &str) -> Option<Self> {
        Some(match (switch, text) {
            (Switch::Keys, "own") => Self::Keys(Custody::Own),
            (Switch::Keys, "server") => Self::Keys(Custody::Server),
            (Switch::Reading, "nobody") => Self::Reading(None),
            (Switch::Reading, _) => {
                let key = URL_SAFE_NO_PAD.decode(text.strip_prefix("organisation ")?).ok()?;
                Self::Reading(Some(OrganisationKey(key.try_into().ok()?)))
            }
            (Switch::Deleting, "any-time") => Self::Deleting(None),
            (Switch::Deleting, _) => {
                let ends = text.strip_prefix("held until ")?.parse().ok()?;
                Self::Deleting(Some(Hold { ends }))
            }
            (Switch::Keep(class), _) => {
                let days = text.parse().ok().filter(|it| (1..=MAX_KEEP_DAYS).contains(it))?;
                Self::Keep(class, days)
            }
            (Switch::Registration, "open") => Self::Registration(Registration::Open),
            (Switch::Registration, "invitation") => Self::Registration(Registration::Invitation),
            (Switch::SecondFactor, _) => {
                let names = text.split(',').filter(|it| !it.is_empty());
                Self::SecondFactor(names.map(str::to_owned).collect())
            }
            _ => return None,
        })
    }

    /// What it amounts to at a moment: a hold that is over holds nothing.
    pub(crate) fn at(self, now: i64) -> Self {
        match self {
            Self::Deleting(Some(hold)) if hold.is_over(now) => Self::Deleting(None),
            it => it,
        }
    }
}

/// Seconds of some days.
pub(crate) fn seconds(days: u32) -> i64 {
    i64::from(days) * DAY
}
