//! Pages: what the theme's templates are given.
//!
//! Every function here takes plain data where it can, so that a page looks the same in a test, in
//! a theme's check and on the server.

mod choice;
pub(crate) mod condition;
mod conflict;
mod fault;
mod field;
mod frame;
pub(crate) mod samples;
mod screen;
mod site;
#[cfg(test)]
mod tests;
mod text;
mod value;

use affiant_engine::FieldError;

pub(crate) use conflict::conflict;
pub(crate) use fault::{broken, fault, shows_mistakes};
pub(crate) use screen::screen;
pub(crate) use site::{accessibility, delete, deleted, error, list, privacy, resume, saved, start};

use crate::form::{Form, PART};

/// What was posted and refused, if anything was.
#[derive(Default)]
pub(crate) struct Typed<'a> {
    pub(crate) form: Option<&'a Form>,
    pub(crate) errors: &'a [FieldError],
}

impl Typed<'_> {
    /// What was typed in one part of a field; `None` when nothing was posted.
    fn part(&self, field: &str, part: &str) -> Option<&str> {
        self.form.map(|it| it.own(&format!("{field}{PART}{part}")))
    }
}
