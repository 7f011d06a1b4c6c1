//! Who runs the storages that the configuration names, and what those do to people's privacy.

use std::collections::BTreeMap;
use std::sync::Arc;

use affiant_manifest::{Country, Manifest, RecipientFacts, Sentence, TransferBasis, Url, Value};
use affiant_web::{BuiltIn, DIRECT_LINKS, Hoster, RunBy};
use anyhow::{Context as _, anyhow, bail};

use crate::config::{Config, Host};
use crate::objects::Place;

/// The storages and providers that the configuration names. Warns where nobody said who runs one that
/// others may run.
pub(crate) fn built_in(config: &Config) -> anyhow::Result<Arc<[BuiltIn]>> {
    let database = match config.postgres()? {
        Some(_) => affiant_storage_postgres::MANIFEST,
        None => affiant_storage_sqlite::MANIFEST,
    };
    let objects = match Place::configured(config)? {
        Place::Database => None,
        Place::Folder(_) => Some(affiant_objects_file::MANIFEST),
        Place::Bucket(_) => Some(affiant_objects_s3::MANIFEST),
    };
    let mut all = vec![storage(
        config,
        database,
        config.database_host.as_ref(),
        ("database", "a PostgreSQL"),
    )?];
    let objects_host = (config.objects_host.as_ref(), ("objects", "a bucket"));
    match objects {
        Some(it) => all.push(storage(config, it, objects_host.0, objects_host.1)?),
        None if objects_host.0.is_some() => return Err(of_nobody(objects_host.1)),
        None => {}
    }
    if !config.providers.is_empty() {
        all.push(one(config, affiant_social_login::MANIFEST)?);
    }
    for it in &all {
        warn(it);
    }
    Ok(all.into())
}

/// One of them, of which nobody said who runs it.
fn one(config: &Config, text: &str) -> anyhow::Result<BuiltIn> {
    let manifest = Manifest::parse(text).manifest.context("a manifest of ours is no good")?;
    let settings = [(DIRECT_LINKS.to_owned(), Value::Bool(config.direct_links))];
    Ok(BuiltIn { manifest, run_by: RunBy::Unsaid, settings: BTreeMap::from(settings) })
}

/// A storage, with what the table of the configuration says of who runs it.
fn storage(
    config: &Config,
    text: &str,
    host: Option<&Host>,
    named: (&str, &str),
) -> anyhow::Result<BuiltIn> {
    let mut storage = one(config, text)?;
    if let Some(host) = host {
        if storage.manifest.recipients.is_empty() {
            return Err(of_nobody(named));
        }
        storage.run_by = run_by(host, &format!("{}_host", named.0))?;
    }
    Ok(storage)
}

/// What is said of somebody who has nothing is a mistake: people would be told of them.
fn of_nobody((setting, elsewhere): (&str, &str)) -> anyhow::Error {
    anyhow!(
        "{setting}_host is set, and nobody else can run what `{setting}` names: take it out, or name \
         {elsewhere} there"
    )
}

fn run_by(host: &Host, setting: &str) -> anyhow::Result<RunBy> {
    let Host { hosted_by, name, country, contract, transfer_basis, privacy_policy } = host;
    let said = [name, country, contract, transfer_basis, privacy_policy];
    match hosted_by.as_deref() {
        Some("us") if said.iter().all(|it| it.is_none()) => return Ok(RunBy::Us),
        Some("us") => bail!(
            "{setting}: `hosted_by` is `us`, and something is said of somebody else: take out the one \
             or the other"
        ),
        Some("provider") | None => {}
        Some(_) => bail!("{setting}: `hosted_by` is `us` or `provider`"),
    }
    let bases = transfer_basis.as_deref().filter(|it| *it != "none");
    let facts = RecipientFacts {
        name: read(setting, "name", name.as_deref(), Sentence::parse)?,
        country: read(setting, "country", country.as_deref(), Country::parse)?,
        privacy_policy: read(setting, "privacy_policy", privacy_policy.as_deref(), Url::parse)?,
        transfer_basis: bases.map(|it| basis(setting, it)).transpose()?.into_iter().collect(),
        onward: Vec::new(),
    };
    let contract = read(setting, "contract", contract.as_deref(), Sentence::parse)?;
    let needs_no_basis = transfer_basis.as_deref() == Some("none");
    Ok(RunBy::Other(Box::new(Hoster { facts, contract, needs_no_basis })))
}

fn read<T>(
    setting: &str,
    name: &str,
    text: Option<&str>,
    parse: impl Fn(&str) -> Result<T, &'static str>,
) -> anyhow::Result<Option<T>> {
    let parsed = text.map(|it| {
        parse(it).map_err(|hint| anyhow!("{setting}: `{it}` is no good as `{name}`: {hint}"))
    });
    parsed.transpose()
}

fn basis(setting: &str, word: &str) -> anyhow::Result<TransferBasis> {
    TransferBasis::named(word).with_context(|| {
        format!(
            "{setting}: `{word}` is no `transfer_basis`; write `none` where the same law holds, or one \
             of {}",
            TransferBasis::WORDS.join(", ")
        )
    })
}

fn warn(it: &BuiltIn) {
    let unsaid = it.unsaid();
    if !unsaid.is_empty() {
        tracing::warn!(
            storage = it.manifest.plugin.name.as_str(),
            unsaid = unsaid.join(", "),
            "nobody said who runs it, in which country and under which contract: set [{}] in the \
             configuration, so that the page about privacy can tell people",
            it.setting()
        );
    }
}
