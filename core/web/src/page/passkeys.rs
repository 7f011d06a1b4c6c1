//! The pages of a person's passkeys.

use affiant_account::PasskeyQuestion;
use minijinja::{Value, context};

use crate::page::account::FormPage;
use crate::page::frame::Frame;
use crate::theme::Theme;

/// A passkey in the list.
#[derive(Clone, Debug)]
pub(crate) struct Passkey {
    pub(crate) id: String,
    /// Empty if it has none that can be read.
    pub(crate) name: String,
    /// Whether it opens the answers.
    pub(crate) unlocks: bool,
    /// The day on which it was made, as it is shown.
    pub(crate) made: String,
    pub(crate) used: Option<String>,
}

/// The list, with the form that begins to make one.
pub(crate) fn passkeys_context(
    theme: &Theme,
    frame: &Frame,
    page: &FormPage,
    all: &[Passkey],
) -> Value {
    let listed = |it: &Passkey| {
        context! {
            id => it.id.as_str(),
            name => it.name.as_str(),
            unlocks => it.unlocks,
            made => it.made.as_str(),
            used => it.used.as_deref(),
        }
    };
    context! {
        passkeys => all.iter().map(listed).collect::<Vec<_>>(),
        ..page.context(theme, frame)
    }
}

/// The page that asks the browser to make one. `name`: what it is to be called.
pub(crate) fn make_context(
    theme: &Theme,
    frame: &Frame,
    asked: &PasskeyQuestion,
    name: &str,
) -> Value {
    context! {
        challenge => asked.challenge.as_str(),
        options => asked.options.as_str(),
        prf => asked.prf.as_str(),
        passkey => name,
        ..frame.context(theme)
    }
}
