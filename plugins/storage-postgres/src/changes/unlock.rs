//! Changes of the ways to unlock, and of second factors.

use affiant_backend::{Change, FactorRow, IdentityRow, Lookup, MethodRow, PasskeyRow};
use sqlx::PgConnection;

use super::found;
use crate::write::Undone;

pub(super) async fn apply(db: &mut PgConnection, change: &Change) -> Result<(), Undone> {
    match change {
        Change::PutMethod(row) => put_method(db, row).await,
        Change::DeleteMethod(account, method) => {
            let (account, id) = (&account.0[..], &method.0[..]);
            sqlx::query!("delete from methods where account = $1 and id = $2", account, id)
                .execute(db)
                .await?;
            Ok(())
        }
        Change::DeleteMethods(account, kind, epoch) => {
            let (account, kind) = (&account.0[..], kind.word());
            sqlx::query!(
                "delete from methods where account = $1 and kind = $2 and key_epoch = $3",
                account,
                kind,
                i64::from(*epoch)
            )
            .execute(db)
            .await?;
            Ok(())
        }
        Change::MethodUsed(method, day) => {
            let id = &method.0[..];
            sqlx::query!("update methods set used = $1 where id = $2", day, id).execute(db).await?;
            Ok(())
        }
        Change::PutPasskey(row) => put_passkey(db, row).await,
        Change::DeletePasskey(account, credential) => {
            let account = &account.0[..];
            sqlx::query!(
                "delete from passkeys where account = $1 and credential = $2",
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
                "delete from identities where account = $1 and lookup = $2",
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
async fn apply_factor(db: &mut PgConnection, change: &Change) -> Result<(), Undone> {
    match change {
        Change::PutFactor(row, codes) => put_factor(db, row, codes).await,
        Change::UseFactor(account, step) => {
            let account = &account.0[..];
            let used = sqlx::query!(
                "update factors set last_step = $1 where account = $2 and last_step < $1",
                step,
                account
            );
            found(&used.execute(db).await?)
        }
        Change::SealFactor(account, seed) => {
            let account = &account.0[..];
            let sealed =
                sqlx::query!("update factors set seed = $1 where account = $2", seed, account);
            found(&sealed.execute(db).await?)
        }
        Change::UseFactorCode(account, code) => {
            let (account, code) = (&account.0[..], &code.0[..]);
            let used = sqlx::query!(
                "delete from factor_codes where account = $1 and code = $2",
                account,
                code
            );
            found(&used.execute(db).await?)
        }
        Change::DeleteFactor(account) => {
            let account = &account.0[..];
            sqlx::query!("delete from factors where account = $1", account).execute(db).await?;
            Ok(())
        }
        _ => unreachable!("the caller chose by kind"),
    }
}

async fn put_method(db: &mut PgConnection, row: &MethodRow) -> Result<(), Undone> {
    let (id, account, kind) = (&row.id.0[..], &row.account.0[..], row.kind.word());
    let verifier = row.verifier.as_ref().map(|it| &it.0[..]);
    let put = sqlx::query!(
        "insert into methods
           (id, account, kind, key_epoch, params, salt, verifier, wrap, created, used)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (id) do update set
           kind = excluded.kind, key_epoch = excluded.key_epoch, params = excluded.params,
           salt = excluded.salt, verifier = excluded.verifier, wrap = excluded.wrap,
           created = excluded.created, used = excluded.used
         where methods.account = excluded.account",
        id,
        account,
        kind,
        i64::from(row.key_epoch),
        row.params,
        row.salt,
        verifier,
        row.wrap,
        row.created,
        row.used
    );
    found(&put.execute(db).await?)
}

async fn put_passkey(db: &mut PgConnection, row: &PasskeyRow) -> Result<(), Undone> {
    let account = &row.account.0[..];
    let put = sqlx::query!(
        "insert into passkeys
           (credential, account, record, key_epoch, wrap, label, created, used)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (credential) do update set
           record = excluded.record, key_epoch = excluded.key_epoch, wrap = excluded.wrap,
           label = excluded.label, created = excluded.created, used = excluded.used
         where passkeys.account = excluded.account",
        row.credential,
        account,
        row.record,
        i64::from(row.key_epoch),
        row.wrap,
        row.label,
        row.created,
        row.used
    );
    found(&put.execute(db).await?)
}

async fn put_identity(db: &mut PgConnection, row: &IdentityRow) -> Result<(), Undone> {
    let (lookup, account) = (&row.lookup.0[..], &row.account.0[..]);
    let put = sqlx::query!(
        "insert into identities (lookup, account, sealed, created, used)
         values ($1, $2, $3, $4, $5)
         on conflict (lookup) do update set
           sealed = excluded.sealed, created = excluded.created, used = excluded.used
         where identities.account = excluded.account",
        lookup,
        account,
        row.sealed,
        row.created,
        row.used
    );
    found(&put.execute(db).await?)
}

async fn put_factor(
    db: &mut PgConnection,
    row: &FactorRow,
    codes: &[Lookup],
) -> Result<(), Undone> {
    let account = &row.account.0[..];
    sqlx::query!("delete from factors where account = $1", account).execute(&mut *db).await?;
    sqlx::query!(
        "insert into factors (account, seed, last_step, created) values ($1, $2, $3, $4)",
        account,
        row.seed,
        i64::from(row.last_step),
        row.created
    )
    .execute(&mut *db)
    .await?;
    for code in codes {
        let code = &code.0[..];
        sqlx::query!("insert into factor_codes (account, code) values ($1, $2)", account, code)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}
