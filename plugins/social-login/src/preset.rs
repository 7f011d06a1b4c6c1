//! What is known of providers: data, in `presets.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::OptionsError;

const PRESETS: &str = include_str!("../presets.toml");

/// What is known of a provider, or of a kind of them.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Preset {
    /// What people know it by.
    pub(crate) name: String,
    #[serde(flatten)]
    pub(crate) speaks: Speaks,
    /// Who vouches for people; from the configuration if there is none.
    pub(crate) issuer: Option<String>,
    /// How an issuer is written.
    #[serde(default)]
    pub(crate) example: String,
    /// What is asked for beside who the person is.
    pub(crate) scopes: Vec<String>,
}

/// What a provider speaks.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "speaks", rename_all = "lowercase")]
pub(crate) enum Speaks {
    /// OpenID Connect: the rest is found by discovery.
    Oidc,
    /// OAuth 2, with an address that tells who the person is.
    OAuth2(Endpoints),
}

/// The addresses of a provider that cannot be discovered.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Endpoints {
    /// Where the person is asked.
    pub(crate) authorize: String,
    /// Where a code is redeemed.
    pub(crate) token: String,
    /// Where it is told who the person is, as JSON.
    pub(crate) user: String,
    /// The member of that with a name that never changes.
    pub(crate) subject: String,
    /// The member with what the person is called.
    pub(crate) called: String,
}

/// The preset of a name.
pub(crate) fn preset(name: &str) -> Result<Preset, OptionsError> {
    let mut all: BTreeMap<String, Preset> = toml::from_str(PRESETS)?;
    all.remove(name).ok_or_else(|| {
        let known: Vec<&str> = all.keys().map(String::as_str).collect();
        OptionsError::Preset(name.to_owned(), known.join(", "))
    })
}
