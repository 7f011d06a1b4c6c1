//! Letters that wait in the store, sealed.

use affiant_backend::{AccountId, Letter, OutboxRow};
use affiant_vault::{LinkSecret, Master, NoRandomness, Randomness, Refused, random};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Seconds after which a letter that could not be sent is given up: links in it are over by then.
const PATIENCE: i64 = 24 * 3_600;

/// What a sealed letter is for, beside links.
const PURPOSE: &str = "letter";

/// A letter as it is stored. The names of templates and gaps are those of the program, so that no
/// stored row can name another file.
#[derive(Deserialize, Serialize)]
struct Stored {
    to: String,
    template: String,
    language: String,
    values: Vec<(String, String)>,
}

/// The templates that letters may use, and the names of their gaps.
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
    "factor-on",
    "factor-off",
    "passkey-added",
    "passkey-removed",
    "provider-linked",
    "provider-unlinked",
    "expiring",
    "shared",
    "api-key",
    "answers-read",
    "custody-left",
];

const GAPS: [&str; 6] = ["from", "link", "browser", "address", "minutes", "days"];

fn key(master: &Master) -> LinkSecret {
    LinkSecret::take(&mut master.tag("key of letters", &[]))
}

/// Seals a letter so that only this server can read it while it waits.
pub fn seal_letter(
    master: &Master,
    deployment: [u8; 16],
    letter: &Letter,
    randomness: &dyn Randomness,
) -> Result<Vec<u8>, NoRandomness> {
    let values =
        letter.values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let stored = Stored {
        to: letter.to.clone(),
        template: letter.template.to_owned(),
        language: letter.language.clone(),
        values,
    };
    let json = Zeroizing::new(serde_json::to_vec(&stored).expect("texts are always JSON"));
    key(master).seal(deployment, PURPOSE, &json, randomness)
}

/// Opens a letter to send it.
pub fn open_letter(
    master: &Master,
    deployment: [u8; 16],
    sealed: &[u8],
) -> Result<Letter, Refused> {
    let stored: Stored = key(master).open(deployment, PURPOSE, sealed, |it| {
        serde_json::from_slice(it).map_err(|_| Refused)
    })??;
    let known = |all: &[&'static str], name: &str| {
        all.iter().copied().find(|it| *it == name).ok_or(Refused)
    };
    let mut values = Vec::with_capacity(stored.values.len());
    for (name, value) in stored.values {
        values.push((known(&GAPS, &name)?, value));
    }
    let template = known(&TEMPLATES, &stored.template)?;
    Ok(Letter { to: stored.to, template, language: stored.language, values })
}

/// A letter that waits from now on.
pub(crate) fn waiting(
    master: &Master,
    deployment: [u8; 16],
    account: Option<AccountId>,
    letter: &Letter,
    now: i64,
    randomness: &dyn Randomness,
) -> Result<OutboxRow, NoRandomness> {
    Ok(OutboxRow {
        id: random(randomness)?,
        account,
        sealed: seal_letter(master, deployment, letter, randomness)?,
        attempts: 0,
        next: now,
        expires: now + PATIENCE,
    })
}
