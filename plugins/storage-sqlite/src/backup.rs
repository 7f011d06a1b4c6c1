//! Copies of the databases, made while a server uses them.

use std::path::Path;

use affiant_backend::BuriedRow;
use sqlx::ConnectOptions as _;
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnectOptions;

use crate::open::{OpenError, WAIT, failed, make_private, settings};
use crate::readers::Readers;
use crate::secrets;

/// Copies a database into a new file that only its owner can read, and waits for the disk. The copy
/// is of one moment, and holds nothing that was deleted.
pub async fn copy(from: &Path, to: &Path) -> Result<(), OpenError> {
    let wrong = |error: sqlx::Error| failed(from, error);
    let mut connection = settings(from).create_if_missing(false).connect().await.map_err(wrong)?;
    make_private(to).map_err(|it| failed(to, it))?;
    let target = to.to_string_lossy().into_owned();
    sqlx::query("vacuum into ?").bind(target).execute(&mut connection).await.map_err(wrong)?;
    connection.close().await.map_err(wrong)?;
    let file = fs_err::File::open(to).map_err(|it| failed(to, it))?;
    file.sync_all().map_err(|it| failed(to, it))
}

/// What a keyring that nobody uses says was deleted. The file is left as it is.
pub async fn buried_in(keyring: &Path) -> Result<Vec<BuriedRow>, OpenError> {
    let mut log = keyring.as_os_str().to_owned();
    log.push("-wal");
    // A backup has no log, and nothing may be written beside it.
    let is_whole = !Path::new(&log).exists();
    let options = SqliteConnectOptions::new().filename(keyring).read_only(true).immutable(is_whole);
    let readers = Readers::open(options, WAIT).await.map_err(|it| failed(keyring, it))?;
    let buried = match has_table(&readers).await {
        Ok(true) => secrets::buried(&readers).await.map_err(|it| failed(keyring, it)),
        Ok(false) => Ok(Vec::new()),
        Err(error) => Err(failed(keyring, error)),
    };
    readers.close().await;
    buried
}

/// Keyrings of the first version wrote no deletions down.
async fn has_table(readers: &Readers) -> Result<bool, sqlx::Error> {
    let found: i64 = sqlx::query_scalar("select count(*) from sqlite_schema where name = 'buried'")
        .fetch_one(readers)
        .await?;
    Ok(found > 0)
}
