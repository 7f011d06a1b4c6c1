//! The page of the accounts elsewhere that sign in to a person's.

use minijinja::{Value, context};

use crate::page::account::FormPage;
use crate::page::frame::Frame;
use crate::theme::Theme;

/// An account elsewhere in the list.
#[derive(Clone, Debug)]
pub(crate) struct Linked {
    pub(crate) id: String,
    /// What people know the provider by; empty if nobody can tell any more.
    pub(crate) provider: String,
    /// What the person is called there; may be empty.
    pub(crate) name: String,
    /// The day on which it was linked, as it is shown.
    pub(crate) created: String,
    pub(crate) used: Option<String>,
}

/// The list, with the form that begins to link one.
pub(crate) fn providers_context(
    theme: &Theme,
    frame: &Frame,
    page: &FormPage,
    all: &[Linked],
) -> Value {
    let linked = |it: &Linked| {
        context! {
            id => it.id.as_str(),
            provider => it.provider.as_str(),
            name => it.name.as_str(),
            created => it.created.as_str(),
            used => it.used.as_deref(),
        }
    };
    context! {
        linked => all.iter().map(linked).collect::<Vec<_>>(),
        ..page.context(theme, frame)
    }
}
