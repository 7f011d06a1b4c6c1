//! Packages of plugins, their secret settings, and what was seen of them.

use affiant_backend::columns::bytes;
use affiant_backend::{
    ObservedRow, PackageRow, PluginChange, PluginSecretRow, PluginStore, PluginValueRow,
    StorageError,
};
use async_trait::async_trait;
use sqlx::SqliteConnection;

use crate::error::reading;
use crate::sessions::Main;
use crate::write::Undone;

/// Does a change of what belongs to plugins.
pub(crate) async fn apply(db: &mut SqliteConnection, change: &PluginChange) -> Result<(), Undone> {
    match change {
        PluginChange::PutPackage(row, bytes) => {
            let (digest, bytes) = (&row.digest[..], &bytes[..]);
            sqlx::query!(
                "insert into packages (digest, plugin, version, installed, by, bytes)
                 values (?, ?, ?, ?, ?, ?)",
                digest,
                row.plugin,
                row.version,
                row.installed,
                row.by,
                bytes
            )
            .execute(db)
            .await?;
        }
        PluginChange::DeletePackage(digest) => {
            let digest = &digest[..];
            sqlx::query!("delete from packages where digest = ?", digest).execute(db).await?;
        }
        PluginChange::PutPluginSecret(row) => {
            sqlx::query!(
                "insert or replace into plugin_secrets (plugin, name, sealed) values (?, ?, ?)",
                row.plugin,
                row.name,
                row.sealed
            )
            .execute(db)
            .await?;
        }
        PluginChange::DeletePluginSecrets(plugin) => {
            let secrets = sqlx::query!("delete from plugin_secrets where plugin = ?", plugin);
            secrets.execute(&mut *db).await?;
            sqlx::query!("delete from plugin_values where plugin = ?", plugin).execute(db).await?;
        }
        PluginChange::PutValue(_)
        | PluginChange::DeleteValue(..)
        | PluginChange::Observed(_)
        | PluginChange::ForgetObserved(_) => apply_running(db, change).await?,
    }
    Ok(())
}

/// Does a change that running plugins cause; other changes are not for here.
async fn apply_running(db: &mut SqliteConnection, change: &PluginChange) -> Result<(), Undone> {
    match change {
        PluginChange::PutValue(row) => {
            sqlx::query!(
                "insert or replace into plugin_values (plugin, store, key, sealed)
                 values (?, ?, ?, ?)",
                row.plugin,
                row.store,
                row.key,
                row.sealed
            )
            .execute(db)
            .await?;
        }
        PluginChange::DeleteValue(plugin, store, key) => {
            sqlx::query!(
                "delete from plugin_values where plugin = ? and store = ? and key = ?",
                plugin,
                store,
                key
            )
            .execute(db)
            .await?;
        }
        PluginChange::Observed(row) => {
            sqlx::query!(
                "insert into observed (plugin, day, what, count, sent, received)
                 values (?, ?, ?, ?, ?, ?)
                 on conflict do update set count = count + excluded.count,
                   sent = sent + excluded.sent, received = received + excluded.received",
                row.plugin,
                row.day,
                row.what,
                row.count,
                row.sent,
                row.received
            )
            .execute(db)
            .await?;
        }
        PluginChange::ForgetObserved(before) => {
            sqlx::query!("delete from observed where day < ?", before).execute(db).await?;
        }
        PluginChange::PutPackage(..)
        | PluginChange::DeletePackage(_)
        | PluginChange::PutPluginSecret(_)
        | PluginChange::DeletePluginSecrets(_) => {}
    }
    Ok(())
}

#[async_trait]
impl PluginStore for Main {
    async fn plugin_stamp(&self) -> Result<[i64; 6], StorageError> {
        let it = sqlx::query!(
            r#"select
                 (select count(*) from packages) as "packages!: i64",
                 (select coalesce(max(installed), 0) from packages) as "newest!: i64",
                 (select count(*) from plugin_secrets) as "secrets!: i64",
                 count(*) as "decisions!: i64",
                 coalesce(sum(effective), 0) as "effective!: i64",
                 coalesce(sum(cancelled), 0) as "cancelled!: i64"
               from switches where name like 'plugin/%'"#
        )
        .fetch_one(&self.readers)
        .await
        .map_err(reading)?;
        Ok([it.packages, it.newest, it.secrets, it.decisions, it.effective, it.cancelled])
    }

    async fn packages(&self) -> Result<Vec<PackageRow>, StorageError> {
        let rows = sqlx::query!("select digest, plugin, version, installed, by from packages")
            .fetch_all(&self.readers)
            .await
            .map_err(reading)?;
        let rows = rows.into_iter().map(|it| {
            Ok(PackageRow {
                digest: bytes(it.digest, "packages")?,
                plugin: it.plugin,
                version: it.version,
                installed: it.installed,
                by: it.by,
            })
        });
        rows.collect()
    }

    async fn package_bytes(&self, digest: [u8; 32]) -> Result<Option<Vec<u8>>, StorageError> {
        let digest = &digest[..];
        sqlx::query_scalar!("select bytes from packages where digest = ?", digest)
            .fetch_optional(&self.readers)
            .await
            .map_err(reading)
    }

    async fn plugin_secrets(&self) -> Result<Vec<PluginSecretRow>, StorageError> {
        sqlx::query_as!(PluginSecretRow, "select plugin, name, sealed from plugin_secrets")
            .fetch_all(&self.readers)
            .await
            .map_err(reading)
    }

    async fn plugin_values(&self) -> Result<Vec<PluginValueRow>, StorageError> {
        sqlx::query_as!(PluginValueRow, "select plugin, store, key, sealed from plugin_values")
            .fetch_all(&self.readers)
            .await
            .map_err(reading)
    }

    async fn observed(&self, from: i64) -> Result<Vec<ObservedRow>, StorageError> {
        sqlx::query_as!(
            ObservedRow,
            "select plugin, day, what, count, sent, received from observed
             where day >= ? order by plugin, day, what",
            from
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)
    }
}
