//! Changes of accounts themselves, and of roles.

use affiant_backend::columns::lines;
use affiant_backend::{AccountId, AccountRow, Change};
use sqlx::SqliteConnection;

use super::found;
use crate::write::Undone;

pub(super) async fn apply(db: &mut SqliteConnection, change: &Change) -> Result<(), Undone> {
    match change {
        Change::Expect(account, epoch) => expect(db, *account, *epoch).await,
        Change::NewAccount(row) => new_account(db, row).await,
        Change::Email(account, email, contact) => {
            let (id, email) = (&account.0[..], &email.0[..]);
            let changed = sqlx::query!(
                "update accounts set email = ?, contact = ? where id = ?",
                email,
                contact,
                id
            );
            found(&changed.execute(db).await?)
        }
        Change::Status(account, status) => {
            let (id, status) = (&account.0[..], status.word());
            let changed = sqlx::query!(
                "update accounts set status = ? where id = ? and status <> 'deleting'",
                status,
                id
            );
            found(&changed.execute(db).await?)
        }
        Change::Roles(account, roles, now) => {
            let id = &account.0[..];
            let had = sqlx::query!("select role, since from account_roles where account = ?", id);
            let had = had.fetch_all(&mut *db).await?;
            sqlx::query!("delete from account_roles where account = ?", id)
                .execute(&mut *db)
                .await?;
            for role in roles {
                let kept = had.iter().find(|it| it.role == *role).map(|it| it.since);
                add_role(db, *account, role, kept.unwrap_or(*now)).await?;
            }
            Ok(())
        }
        Change::Profile(account, profile) => {
            let id = &account.0[..];
            let changed = sqlx::query!("update accounts set profile = ? where id = ?", profile, id);
            found(&changed.execute(db).await?)
        }
        Change::Language(account, language) => {
            let id = &account.0[..];
            let changed =
                sqlx::query!("update accounts set language = ? where id = ?", language, id);
            found(&changed.execute(db).await?)
        }
        _ => apply_keys(db, change).await,
    }
}

/// Those that are about keys, trust and roles.
async fn apply_keys(db: &mut SqliteConnection, change: &Change) -> Result<(), Undone> {
    match change {
        Change::Seen(account, day) => {
            let id = &account.0[..];
            sqlx::query!("update accounts set seen = ? where id = ?", day, id).execute(db).await?;
            Ok(())
        }
        Change::EndTrust(account) => {
            let id = &account.0[..];
            let changed =
                sqlx::query!("update accounts set auth_epoch = auth_epoch + 1 where id = ?", id);
            found(&changed.execute(db).await?)
        }
        Change::Keys { account, key_epoch, public_key, secret_key } => {
            let (id, public_key) = (&account.0[..], &public_key[..]);
            let changed = sqlx::query!(
                "update accounts set key_epoch = ?, public_key = ?, secret_key = ? where id = ?",
                key_epoch,
                public_key,
                secret_key,
                id
            );
            found(&changed.execute(db).await?)
        }
        Change::LockKeys(account, until) => {
            let id = &account.0[..];
            let changed = sqlx::query!(
                "insert into locked_keys (account, key_epoch, public_key, secret_key, until)
                 select id, key_epoch, public_key, secret_key, ? from accounts where id = ?",
                until,
                id
            );
            found(&changed.execute(db).await?)
        }
        Change::ForgetLocked(account, epoch) => forget_locked(db, *account, *epoch).await,
        Change::PutRole(row) => {
            let permissions = lines(&row.permissions);
            sqlx::query!(
                "insert into roles (name, permissions) values (?, ?)
                 on conflict (name) do update set permissions = excluded.permissions",
                row.name,
                permissions
            )
            .execute(db)
            .await?;
            Ok(())
        }
        Change::DeleteRole(name) => {
            sqlx::query!("delete from roles where name = ?", name).execute(&mut *db).await?;
            sqlx::query!("delete from account_roles where role = ?", name).execute(db).await?;
            Ok(())
        }
        _ => unreachable!("the caller chose by kind"),
    }
}

async fn expect(db: &mut SqliteConnection, account: AccountId, epoch: u32) -> Result<(), Undone> {
    let id = &account.0[..];
    let there = sqlx::query_scalar!(
        "select number from accounts where id = ? and auth_epoch = ?",
        id,
        epoch
    )
    .fetch_optional(db)
    .await?;
    there.map(|_| ()).ok_or(Undone::Conflict)
}

async fn new_account(db: &mut SqliteConnection, row: &AccountRow) -> Result<(), Undone> {
    let (id, email, public_key) = (&row.id.0[..], &row.email.0[..], &row.public_key[..]);
    let status = row.status.word();
    sqlx::query!(
        "insert into accounts
           (id, email, contact, profile, language, status, auth_epoch, key_epoch, public_key,
            secret_key, created, seen)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        email,
        row.contact,
        row.profile,
        row.language,
        status,
        row.auth_epoch,
        row.key_epoch,
        public_key,
        row.secret_key,
        row.created,
        row.seen
    )
    .execute(&mut *db)
    .await?;
    for role in &row.roles {
        add_role(db, row.id, role, row.created).await?;
    }
    Ok(())
}

async fn add_role(
    db: &mut SqliteConnection,
    account: AccountId,
    role: &str,
    since: i64,
) -> Result<(), Undone> {
    let id = &account.0[..];
    sqlx::query!(
        "insert into account_roles (account, role, since) values (?, ?, ?)",
        id,
        role,
        since
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn forget_locked(
    db: &mut SqliteConnection,
    account: AccountId,
    epoch: u32,
) -> Result<(), Undone> {
    let id = &account.0[..];
    let removed =
        sqlx::query!("delete from locked_keys where account = ? and key_epoch = ?", id, epoch)
            .execute(&mut *db)
            .await?;
    if removed.rows_affected() == 0 {
        // Without a locked row these may be the keys in use.
        return Ok(());
    }
    sqlx::query!("delete from methods where account = ? and key_epoch = ?", id, epoch)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from passkeys where account = ? and key_epoch = ?", id, epoch)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from api_keys where account = ? and key_epoch = ?", id, epoch)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from grants where account = ? and key_epoch = ?", id, epoch)
        .execute(db)
        .await?;
    Ok(())
}
