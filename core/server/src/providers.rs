//! The providers that the configuration names: where people can sign in with an account that they have
//! elsewhere.

use std::collections::BTreeSet;
use std::sync::Arc;

use affiant_backend::IdentityProvider;
use affiant_social_login as social_login;
use anyhow::{Context as _, bail};

use crate::config::{Config, Provider};
use crate::objects::secret_in;

/// All of them, in the order of the configuration. Nothing is asked of them yet.
pub(crate) fn open(config: &Config) -> anyhow::Result<Vec<Arc<dyn IdentityProvider>>> {
    let mut ids = BTreeSet::new();
    let mut all: Vec<Arc<dyn IdentityProvider>> = Vec::new();
    for it in &config.providers {
        if it.id.is_empty() || !it.id.bytes().all(is_plain) {
            bail!(
                "providers: `{}` cannot be an id; write it in small letters, digits and dashes, as it \
                 stands in addresses",
                it.id
            );
        }
        if !ids.insert(&it.id) {
            bail!("providers: two have the id `{0}`: call one of them otherwise", it.id);
        }
        let options = options(config, it)?;
        let provider = social_login::Provider::new(options);
        all.push(Arc::new(provider.with_context(|| format!("the provider `{}`", it.id))?));
    }
    if let Some(unknown) = config.provider_secrets.keys().find(|it| !ids.contains(it)) {
        bail!("provider_secrets: there is no provider `{unknown}`: name one as its id says");
    }
    Ok(all)
}

fn is_plain(it: u8) -> bool {
    it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-'
}

fn options(config: &Config, it: &Provider) -> anyhow::Result<social_login::Options> {
    Ok(social_login::Options {
        id: it.id.clone(),
        preset: it.preset.clone(),
        name: it.name.clone(),
        run_by: it.run_by.clone(),
        issuer: it.issuer.clone(),
        client_id: it.client_id.clone(),
        client_secret: secret(config, it)?,
        plain_here: config.dev,
    })
}

/// A client that can keep no secret has none: what proves it then is who asked.
fn secret(config: &Config, it: &Provider) -> anyhow::Result<Option<String>> {
    let in_environment = config.provider_secrets.get(&it.id);
    match (&it.client_secret, &it.client_secret_file, in_environment) {
        (Some(secret), None, None) | (None, None, Some(secret)) => Ok(Some(secret.clone())),
        (None, Some(file), None) => Ok(Some(secret_in(file)?)),
        (None, None, None) => Ok(None),
        _ => bail!(
            "the provider `{}` has its secret in two places: set client_secret, client_secret_file or \
             provider_secrets, not two of them",
            it.id
        ),
    }
}
