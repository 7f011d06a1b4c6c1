//! What a setting means to people: five facts, and which sentences say it.
//!
//! The sentences themselves are the theme's, under the keys that are made here.

use jiff::civil::Date;

use crate::history::InForce;
use crate::setting::{Custody, Registration, Setting, Switch};

/// Five facts, each from 0, which is best, to 3. There is no sum: one score would hide what differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What leaves the server: nothing, sealed only, to who works for us, to others.
    pub leaves: u8,
    /// What who runs the server sees: nothing personal, counts, account details, answers.
    pub sees: u8,
    /// Who can open answers: the person (0), also who runs the server (2), an outside company (3).
    pub opens: u8,
    /// What is left in the browser: nothing, what is strictly needed, extra, somebody else's.
    pub browser: u8,
    /// Whether people are followed: no, by a changing number here, by account, elsewhere too.
    pub follows: u8,
}

impl Facts {
    /// Name and level of each, in the order of the pages.
    pub fn all(self) -> [(&'static str, u8); 5] {
        [
            ("leaves", self.leaves),
            ("sees", self.sees),
            ("opens", self.opens),
            ("browser", self.browser),
            ("follows", self.follows),
        ]
    }
}

impl InForce {
    /// The five facts of what is in force, for people who come from now on.
    pub fn facts(&self) -> Facts {
        let opens = self.custody() == Custody::Server || self.reading().is_some();
        Facts {
            leaves: 0,
            // The server writes to e-mail addresses, so it can open those.
            sees: if opens { 3 } else { 2 },
            opens: if opens { 2 } else { 0 },
            browser: 1,
            // Entries of the audit log name people by a number that changes each month.
            follows: 1,
        }
    }

    /// The same with one switch set to something else.
    #[must_use]
    pub fn with(&self, setting: &Setting) -> Self {
        let settings = self.settings().iter();
        let of = |it: &Setting| if it.switch() == setting.switch() { setting } else { it }.clone();
        Self::of(settings.map(of))
    }
}

/// A sentence of the theme, with what is put into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// Its key among the theme's words.
    pub key: String,
    /// A number in it.
    pub n: Option<u32>,
    /// A day in it.
    pub day: Option<Date>,
    /// Names in it.
    pub names: Option<String>,
}

/// What is said of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// What the switch is about.
    pub title: Phrase,
    /// What it is set to, in a few words.
    pub value: Phrase,
    /// Who can see or do what.
    pub who: Phrase,
    /// For whom it holds.
    pub whom: Phrase,
}

impl Switch {
    /// What the switch is about.
    pub fn title(self) -> Phrase {
        Phrase { key: self.key(), n: None, day: None, names: None }
    }

    fn key(self) -> String {
        format!("switch_{}", self.name().replace('-', "_"))
    }
}

impl Setting {
    /// What is said of it.
    pub fn label(&self) -> Label {
        let switch = self.switch();
        let mut phrase = switch.title();
        let kind = match self {
            Self::Keys(Custody::Own) => "own",
            Self::Keys(Custody::Server) => "server",
            Self::Reading(None) => "nobody",
            Self::Reading(Some(_)) => "organisation",
            Self::Deleting(None) => "free",
            Self::Deleting(Some(hold)) => {
                phrase.day = Some(hold.ends);
                "held"
            }
            Self::Keep(_, days) => {
                phrase.n = Some(*days);
                "days"
            }
            Self::Registration(Registration::Open) => "open",
            Self::Registration(Registration::Invitation) => "invitation",
            Self::SecondFactor(roles) if roles.is_empty() => "none",
            Self::SecondFactor(roles) => {
                let names: Vec<&str> = roles.iter().map(String::as_str).collect();
                phrase.names = Some(names.join(", "));
                "roles"
            }
        };
        let phrase =
            |part: &str| Phrase { key: format!("{}_{kind}{part}", switch.key()), ..phrase.clone() };
        Label {
            title: switch.title(),
            value: phrase(""),
            who: phrase("_who"),
            whom: phrase("_whom"),
        }
    }
}
