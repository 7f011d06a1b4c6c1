//! Changes of the ways to unlock, and of second factors.

use affiant_backend::{Change, FactorRow, IdentityRow, Lookup, MethodRow, PasskeyRow};
use sqlx::SqliteConnection;

use super::found;
use crate::write::Undone;

pub(super) async fn apply(db: &mut SqliteConnection, change: &Change) -> Result<(), Undone> {
    match change {
        Change::PutMethod(row) => put_method(db, row).await,
        Change::DeleteMethod(account, method) => {
            let (account, id) = (&account.0[..], &method.0[..]);
            sqlx::query!("delete from methods where account = ? and id = ?", account, id)
                .execute(db)
                .await?;
            Ok(())
        }
        Change::DeleteMethods(account, kind, epoch) => {
            let (account, kind) = (&account.0[..], kind.word());
            sqlx::query!(
                "delete from methods where account = ? and kind = ? and key_epoch = ?",
                account,
                kind,
                epoch
            )
            .execute(db)
            .await?;
            Ok(())
        }
        Change::MethodUsed(method, day) => {
            let id = &method.0[..];
            sqlx::query!("update methods set used = ? where id = ?", day, id).execute(db).await?;
            Ok(())
        }
        Change::PutPasskey(row) => put_passkey(db, row).await,
        Change::DeletePasskey(account, credential) => {
            let account = &account.0[..];
            sqlx::query!(
                "delete from passkeys where account = ? and credential = ?",
                account,
                credential
            )
            .execute(db)
            .await?;
            Ok(())
        }
        Change::PutIdentity(row) => put_identity(db, row).await,
        Change::DeleteIdentity(account, lookup) => {
            let (account, lookup) = (&account.0[..], &lookup.0[..]);
            sqlx::query!(
                "delete from identities where account = ? and lookup = ?",
                account,
                lookup
            )
            .execute(db)
            .await?;
            Ok(())
        }
        _ => apply_factor(db, change).await,
    }
}

/// Those that are about second factors.
async fn apply_factor(db: &mut SqliteConnection, change: &Change) -> Result<(), Undone> {
    match change {
        Change::PutFactor(row, codes) => put_factor(db, row, codes).await,
        Change::UseFactor(account, step) => {
            let account = &account.0[..];
            let used = sqlx::query!(
                "update factors set last_step = ?1 where account = ?2 and last_step < ?1",
                step,
                account
            );
            found(&used.execute(db).await?)
        }
        Change::SealFactor(account, seed) => {
            let account = &account.0[..];
            let sealed =
                sqlx::query!("update factors set seed = ? where account = ?", seed, account);
            found(&sealed.execute(db).await?)
        }
        Change::UseFactorCode(account, code) => {
            let (account, code) = (&account.0[..], &code.0[..]);
            let used = sqlx::query!(
                "delete from factor_codes where account = ? and code = ?",
                account,
                code
            );
            found(&used.execute(db).await?)
        }
        Change::DeleteFactor(account) => {
            let account = &account.0[..];
            sqlx::query!("delete from factors where account = ?", account).execute(db).await?;
            Ok(())
        }
        _ => unreachable!("the caller chose by kind"),
    }
}

async fn put_method(db: &mut SqliteConnection, row: &MethodRow) -> Result<(), Undone> {
    let (id, account, kind) = (&row.id.0[..], &row.account.0[..], row.kind.word());
    let verifier = row.verifier.as_ref().map(|it| &it.0[..]);
    let put = sqlx::query!(
        "insert into methods
           (id, account, kind, key_epoch, params, salt, verifier, wrap, created, used)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (id) do update set
           kind = excluded.kind, key_epoch = excluded.key_epoch, params = excluded.params,
           salt = excluded.salt, verifier = excluded.verifier, wrap = excluded.wrap,
           created = excluded.created, used = excluded.used
         where account = excluded.account",
        id,
        account,
        kind,
        row.key_epoch,
        row.params,
        row.salt,
        verifier,
        row.wrap,
        row.created,
        row.used
    );
    found(&put.execute(db).await?)
}

async fn put_passkey(db: &mut SqliteConnection, row: &PasskeyRow) -> Result<(), Undone> {
    let account = &row.account.0[..];
    let put = sqlx::query!(
        "insert into passkeys
           (credential, account, record, key_epoch, wrap, label, created, used)
         values (?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (credential) do update set
           record = excluded.record, key_epoch = excluded.key_epoch, wrap = excluded.wrap,
           label = excluded.label, created = excluded.created, used = excluded.used
         where account = excluded.account",
        row.credential,
        account,
        row.record,
        row.key_epoch,
        row.wrap,
        row.label,
        row.created,
        row.used
    );
    found(&put.execute(db).await?)
}

async fn put_identity(db: &mut SqliteConnection, row: &IdentityRow) -> Result<(), Undone> {
    let (lookup, account) = (&row.lookup.0[..], &row.account.0[..]);
    let put = sqlx::query!(
        "insert into identities (lookup, account, sealed, created, used)
         values (?, ?, ?, ?, ?)
         on conflict (lookup) do update set
           sealed = excluded.sealed, created = excluded.created, used = excluded.used
         where account = excluded.account",
        lookup,
        account,
        row.sealed,
        row.created,
        row.used
    );
    found(&put.execute(db).await?)
}

async fn put_factor(
    db: &mut SqliteConnection,
    row: &FactorRow,
    codes: &[Lookup],
) -> Result<(), Undone> {
    let account = &row.account.0[..];
    sqlx::query!("delete from factors where account = ?", account).execute(&mut *db).await?;
    sqlx::query!(
        "insert into factors (account, seed, last_step, created) values (?, ?, ?, ?)",
        account,
        row.seed,
        row.last_step,
        row.created
    )
    .execute(&mut *db)
    .await?;
    for code in codes {
        let code = &code.0[..];
        sqlx::query!("insert into factor_codes (account, code) values (?, ?)", account, code)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}
