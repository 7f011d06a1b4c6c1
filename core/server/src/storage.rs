//! The databases that the configuration names.

use std::sync::Arc;

use affiant_backend::{Keyring, Store};
use affiant_storage_postgres as postgres;
use affiant_storage_sqlite as sqlite;
use anyhow::{Context as _, bail};

use crate::config::Config;

/// The databases of a server, whichever they are.
pub(crate) struct Storage {
    /// Sessions, accounts and files.
    pub(crate) main: Arc<dyn Store>,
    /// Their secrets.
    pub(crate) secrets: Arc<dyn Keyring>,
    databases: Databases,
}

enum Databases {
    Sqlite(sqlite::Databases),
    Postgres(postgres::Databases),
}

impl Storage {
    /// Opens the databases and brings them up to date. Those of a folder are made if there are none.
    pub(crate) async fn open(config: &Config) -> anyhow::Result<Self> {
        let databases = if let Some(options) = config.postgres()? {
            warn(&options)?;
            Databases::Postgres(postgres::Databases::open(&options).await?)
        } else {
            fs_err::create_dir_all(&config.data).context("the data folder could not be made")?;
            Databases::Sqlite(sqlite::Databases::open(&folder(config)).await?)
        };
        let (main, secrets): (Arc<dyn Store>, Arc<dyn Keyring>) = match &databases {
            Databases::Sqlite(it) => (Arc::new(it.main.clone()), Arc::new(it.secrets.clone())),
            Databases::Postgres(it) => (Arc::new(it.main.clone()), Arc::new(it.secrets.clone())),
        };
        Ok(Self { main, secrets, databases })
    }

    /// The same for a command, which makes no databases: there must be some.
    pub(crate) async fn open_existing(config: &Config) -> anyhow::Result<Self> {
        if config.postgres()?.is_none() && !config.data.join("affiant.db").is_file() {
            bail!("there are no databases in {}", config.data.display());
        }
        Self::open(config).await
    }

    /// Says that a server uses the databases, for as long as what this gives is kept. Fails while a
    /// command moves files; a folder knows that by itself.
    pub(crate) async fn attend(&self) -> anyhow::Result<Option<postgres::Presence>> {
        Ok(match &self.databases {
            Databases::Sqlite(_) => None,
            Databases::Postgres(it) => Some(it.attend().await?),
        })
    }

    /// Sees to it that no server uses the databases, nor starts on them, for as long as what this gives
    /// is kept. Fails while one does; a folder was asked before it was opened.
    pub(crate) async fn alone(&self) -> anyhow::Result<Option<postgres::Presence>> {
        Ok(match &self.databases {
            Databases::Sqlite(_) => None,
            Databases::Postgres(it) => Some(it.alone().await?),
        })
    }

    /// Waits for the writes that were asked for, and closes.
    pub(crate) async fn close(self) -> anyhow::Result<()> {
        match self.databases {
            Databases::Sqlite(it) => it.close().await?,
            Databases::Postgres(it) => it.close().await?,
        }
        Ok(())
    }
}

/// The databases of a folder.
pub(crate) fn folder(config: &Config) -> sqlite::Options {
    sqlite::Options { folder: config.data.clone(), max_pages: config.max_pages }
}

/// Refuses a command that copies the files of a folder where the databases are in no folder.
pub(crate) fn only_a_folder(config: &Config, command: &str, instead: &str) -> anyhow::Result<()> {
    if config.postgres()?.is_some() {
        bail!("`affiant {command}` is for databases in a folder; with PostgreSQL, {instead}");
    }
    Ok(())
}

fn warn(options: &postgres::Options) -> anyhow::Result<()> {
    for place in postgres::open_to_others(options)? {
        tracing::warn!(
            %place,
            "whoever is between this machine and the database can read or change what travels: take \
             sslmode out of its address, and a certificate is asked for"
        );
    }
    Ok(())
}
