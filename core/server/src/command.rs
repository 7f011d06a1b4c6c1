//! The commands, one file each, and how they print.

pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod check;
pub(crate) mod compile;
pub(crate) mod graph;
mod manifest;
mod migrate_objects;
pub(crate) mod migrate_storage;
pub(crate) mod new;
mod object_copies;
pub(crate) mod plugin;
pub(crate) mod restore;
pub(crate) mod retention;
pub(crate) mod serve;
pub(crate) mod test;
mod with_plugins;

use std::io::Write as _;
use std::sync::Arc;

use affiant_keyring::Keys;
use affiant_vault::Master;
use anyhow::Context as _;
use tokio::runtime::{Builder, Runtime};

use crate::config::Config;
use crate::master;
use crate::storage::Storage;

/// Prints a line for people or pipes. A reader that went away is no error.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Prints why a command failed, with its causes.
pub(crate) fn complain(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr(), "error: {error:#}");
}

/// What a command runs on that reads the databases and serves nobody.
pub(crate) fn runtime() -> anyhow::Result<Runtime> {
    Builder::new_current_thread().enable_all().build().context("the threads could not be started")
}

/// The databases that the configuration names, and the keyring opened with its master key. Beside a
/// running server too.
pub(crate) async fn opened(config: &Config) -> anyhow::Result<(Storage, Keys)> {
    let (storage, keys, _) = opened_with_master(config).await?;
    Ok((storage, keys))
}

/// The same with the master key itself.
pub(crate) async fn opened_with_master(
    config: &Config,
) -> anyhow::Result<(Storage, Keys, Arc<Master>)> {
    let storage = Storage::open_existing(config).await?;
    let file = config.master_key.clone().unwrap_or_else(|| master::default_file(&config.data));
    let (keys, master) = master::open(Arc::clone(&storage.secrets), &file).await?;
    Ok((storage, keys, master))
}
