//! Pages: what the theme's templates are given.
//!
//! Every function here takes plain data where it can, so that a page looks the same in a test, in
//! a theme's check and on the server.

pub(crate) mod account;
pub(crate) mod activity;
pub(crate) mod admin;
mod choice;
pub(crate) mod condition;
mod conflict;
pub(crate) mod consent;
mod fault;
mod field;
pub(crate) mod frame;
pub(crate) mod jobs;
pub(crate) mod keys;
mod older;
pub(crate) mod passkeys;
pub(crate) mod people;
pub(crate) mod plugins;
pub(crate) mod privacy;
pub(crate) mod providers;
pub(crate) mod reading;
pub(crate) mod samples;
mod screen;
pub(crate) mod security;
pub(crate) mod site;
pub(crate) mod switches;
#[cfg(test)]
mod tests;
mod text;
mod unagreed;
mod unsaved;
pub(crate) mod value;

use affiant_engine::FieldError;
use axum::http::StatusCode;

pub(crate) use conflict::conflict;
pub(crate) use fault::{broken, fault, shows_mistakes};
pub(crate) use frame::Frame;
pub(crate) use older::older;
pub(crate) use privacy::phrase;
pub(crate) use screen::screen;
pub(crate) use site::{
    Beginning, accessibility, delete, deleted, error, list, resume, saved, start,
};
pub(crate) use unagreed::unagreed;
pub(crate) use unsaved::unsaved;

use crate::error::WebError;
use crate::form::{Form, PART};
use crate::suggesting::Found;

/// What was posted and not taken, if anything was.
#[derive(Default)]
pub(crate) struct Typed<'a> {
    pub(crate) form: Option<&'a Form>,
    pub(crate) errors: &'a [FieldError],
    /// Why it could not be stored, if that is so.
    pub(crate) unsaved: Option<Unsaved>,
    /// What was found for the field of this name, if something was looked up.
    pub(crate) found: Option<(&'a str, &'a Found)>,
}

/// Why what was typed could not be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unsaved {
    /// There is no room for it.
    Full,
    /// The store does not answer.
    Unavailable,
    /// A plugin has too much to do.
    Busy,
}

impl Unsaved {
    /// What a failed request says, if it was nobody's mistake and can be sent again.
    pub(crate) fn of(error: &WebError) -> Option<Self> {
        match error.status {
            _ if error.is_busy_plugin() => Some(Self::Busy),
            StatusCode::INSUFFICIENT_STORAGE => Some(Self::Full),
            StatusCode::SERVICE_UNAVAILABLE => Some(Self::Unavailable),
            _ => None,
        }
    }

    /// Its name in templates.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Unavailable => "unavailable",
            Self::Busy => "busy",
        }
    }
}

impl Typed<'_> {
    /// What was typed in one part of a field; `None` when nothing was posted.
    fn part(&self, field: &str, part: &str) -> Option<&str> {
        self.form.map(|it| it.own(&format!("{field}{PART}{part}")))
    }
}
