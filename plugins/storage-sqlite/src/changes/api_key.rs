//! Changes of API keys.

use affiant_backend::columns::lines;
use affiant_backend::{ApiKeyRow, Change};
use sqlx::SqliteConnection;

use crate::write::Undone;

pub(super) async fn apply(db: &mut SqliteConnection, change: &Change) -> Result<(), Undone> {
    match change {
        Change::PutApiKey(row) => return put(db, row).await,
        Change::DeleteApiKey(account, id) => {
            let (account, id) = (&account.0[..], &id[..]);
            sqlx::query!("delete from api_keys where account = ? and id = ?", account, id)
                .execute(db)
                .await?;
        }
        Change::DeleteApiKeys(account) => {
            let account = &account.0[..];
            sqlx::query!("delete from api_keys where account = ?", account).execute(db).await?;
        }
        Change::ApiKeyUsed(id, day) => {
            let id = &id[..];
            sqlx::query!("update api_keys set used = ? where id = ?", day, id).execute(db).await?;
        }
        _ => unreachable!("the caller chose by kind"),
    }
    Ok(())
}

async fn put(db: &mut SqliteConnection, row: &ApiKeyRow) -> Result<(), Undone> {
    let (id, account, hash) = (&row.id[..], &row.account.0[..], &row.hash.0[..]);
    let (scopes, networks) = (lines(&row.scopes), lines(&row.networks));
    sqlx::query!(
        "insert into api_keys
           (id, account, hash, name, scopes, networks, key_epoch, wrap, created, expires, used)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        account,
        hash,
        row.name,
        scopes,
        networks,
        row.key_epoch,
        row.wrap,
        row.created,
        row.expires,
        row.used
    )
    .execute(db)
    .await?;
    Ok(())
}
