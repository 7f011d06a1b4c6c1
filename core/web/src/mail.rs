//! Letters in words, by the theme's templates.

mod folder;
#[cfg(test)]
mod tests;

use affiant_backend::{Letter, Mail};
use minijinja::value::merge_maps;
use minijinja::{Error, Value, context};

pub use folder::{Kept, MailFolder};

use crate::theme::Theme;

/// Every template that letters use.
const TEMPLATES: [&str; 22] = [
    "confirm",
    "taken",
    "no-account",
    "invited",
    "reset",
    "password-changed",
    "password-reset",
    "confirm-email",
    "email-changed",
    "email-taken",
    "signed-in",
    "shared",
    "api-key",
    "factor-on",
    "factor-off",
    "passkey-added",
    "passkey-removed",
    "provider-linked",
    "provider-unlinked",
    "expiring",
    "answers-read",
    "custody-left",
];

/// Longest subject, in characters.
const MAX_SUBJECT: usize = 200;

/// Writes a letter: the first line of what the template gives is the subject, the rest the text.
pub(crate) fn write(
    theme: &Theme,
    origin: &str,
    id: [u8; 16],
    letter: &Letter,
) -> Result<Mail, Error> {
    let values = letter.values.iter().map(|(name, value)| (*name, Value::from(value.as_str())));
    let around = context! { lang => letter.language.as_str(), site => origin };
    let context = merge_maps([Value::from_pairs(values), around]);
    let written = theme.try_draw(&format!("mail/{}.txt", letter.template), context)?;
    let (subject, text) = written.split_once('\n').unwrap_or((written.as_str(), ""));
    Ok(Mail {
        id,
        to: vec![letter.to.clone()],
        subject: subject.trim().chars().take(MAX_SUBJECT).collect(),
        text: format!("{}\n", squeeze(text.trim())),
        ..Mail::default()
    })
}

/// Every letter, with all that may fill it and with as little as there may be.
pub(crate) fn samples() -> Vec<Letter> {
    let link = ("link", "https://interviews.example/x?a=1&b=<2>");
    let from = ("from", "grace@example.com");
    let full = [from, link, ("browser", "Firefox on Linux"), ("minutes", "20"), ("days", "30")];
    let letter = |template: &'static str, values: &[(&'static str, &str)]| Letter {
        to: "ada@example.com".to_owned(),
        template,
        language: "en".to_owned(),
        values: values.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
    };
    TEMPLATES.iter().flat_map(|it| [letter(it, &full), letter(it, &[from, link])]).collect()
}

/// Leaves one empty line where a template left several.
fn squeeze(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines() {
        empty = if line.trim().is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            squeezed.push_str(line.trim_end());
            squeezed.push('\n');
        }
    }
    squeezed.trim_end().to_owned()
}
