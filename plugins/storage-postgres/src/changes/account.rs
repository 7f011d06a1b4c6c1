//! Changes of accounts themselves, and of roles.

use affiant_backend::columns::lines;
use affiant_backend::{AccountId, AccountRow, Change};
use sqlx::PgConnection;

use super::found;
use crate::write::Undone;

pub(super) async fn apply(db: &mut PgConnection, change: &Change) -> Result<(), Undone> {
    match change {
        Change::Expect(account, epoch) => expect(db, *account, *epoch).await,
        Change::NewAccount(row) => new_account(db, row).await,
        Change::Email(account, email, contact) => {
            let (id, email) = (&account.0[..], &email.0[..]);
            let changed = sqlx::query!(
                "update accounts set email = $1, contact = $2 where id = $3",
                email,
                contact,
                id
            );
            found(&changed.execute(db).await?)
        }
        Change::Status(account, status) => {
            let (id, status) = (&account.0[..], status.word());
            let changed = sqlx::query!(
                "update accounts set status = $1 where id = $2 and status <> 'deleting'",
                status,
                id
            );
            found(&changed.execute(db).await?)
        }
        Change::Roles(account, roles, now) => {
            let id = &account.0[..];
            let had = sqlx::query!("select role, since from account_roles where account = $1", id);
            let had = had.fetch_all(&mut *db).await?;
            sqlx::query!("delete from account_roles where account = $1", id)
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
            let changed = sqlx::query!(
                "update accounts set profile = $1 where id = $2",
                profile.as_deref(),
                id
            );
            found(&changed.execute(db).await?)
        }
        Change::Language(account, language) => {
            let id = &account.0[..];
            let changed =
                sqlx::query!("update accounts set language = $1 where id = $2", language, id);
            found(&changed.execute(db).await?)
        }
        _ => apply_keys(db, change).await,
    }
}

/// Those that are about keys, trust and roles.
async fn apply_keys(db: &mut PgConnection, change: &Change) -> Result<(), Undone> {
    match change {
        Change::Seen(account, day) => {
            let id = &account.0[..];
            sqlx::query!("update accounts set seen = $1 where id = $2", day, id)
                .execute(db)
                .await?;
            Ok(())
        }
        Change::EndTrust(account) => {
            let id = &account.0[..];
            let changed =
                sqlx::query!("update accounts set auth_epoch = auth_epoch + 1 where id = $1", id);
            found(&changed.execute(db).await?)
        }
        Change::Keys { account, key_epoch, public_key, secret_key } => {
            let (id, public_key) = (&account.0[..], &public_key[..]);
            let changed = sqlx::query!(
                "update accounts set key_epoch = $1, public_key = $2, secret_key = $3 where id = $4",
                i64::from(*key_epoch),
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
                 select id, key_epoch, public_key, secret_key, $1 from accounts where id = $2",
                until,
                id
            );
            found(&changed.execute(db).await?)
        }
        Change::ForgetLocked(account, epoch) => forget_locked(db, *account, *epoch).await,
        Change::PutRole(row) => {
            let permissions = lines(&row.permissions);
            sqlx::query!(
                "insert into roles (name, permissions) values ($1, $2)
                 on conflict (name) do update set permissions = excluded.permissions",
                row.name,
                permissions
            )
            .execute(db)
            .await?;
            Ok(())
        }
        Change::DeleteRole(name) => {
            sqlx::query!("delete from roles where name = $1", name).execute(&mut *db).await?;
            sqlx::query!("delete from account_roles where role = $1", name).execute(db).await?;
            Ok(())
        }
        _ => unreachable!("the caller chose by kind"),
    }
}

/// Holds the account as it is until the list is done.
async fn expect(db: &mut PgConnection, account: AccountId, epoch: u32) -> Result<(), Undone> {
    let id = &account.0[..];
    let there = sqlx::query_scalar!(
        "select number from accounts where id = $1 and auth_epoch = $2 for no key update",
        id,
        i64::from(epoch)
    )
    .fetch_optional(db)
    .await?;
    there.map(|_| ()).ok_or(Undone::Conflict)
}

async fn new_account(db: &mut PgConnection, row: &AccountRow) -> Result<(), Undone> {
    let (id, email, public_key) = (&row.id.0[..], &row.email.0[..], &row.public_key[..]);
    let status = row.status.word();
    sqlx::query!(
        "insert into accounts
           (id, email, contact, profile, language, status, auth_epoch, key_epoch, public_key,
            secret_key, created, seen)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        id,
        email,
        row.contact,
        row.profile,
        row.language,
        status,
        i64::from(row.auth_epoch),
        i64::from(row.key_epoch),
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
    db: &mut PgConnection,
    account: AccountId,
    role: &str,
    since: i64,
) -> Result<(), Undone> {
    let id = &account.0[..];
    sqlx::query!(
        "insert into account_roles (account, role, since) values ($1, $2, $3)",
        id,
        role,
        since
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn forget_locked(
    db: &mut PgConnection,
    account: AccountId,
    epoch: u32,
) -> Result<(), Undone> {
    let id = &account.0[..];
    let removed = sqlx::query!(
        "delete from locked_keys where account = $1 and key_epoch = $2",
        id,
        i64::from(epoch)
    )
    .execute(&mut *db)
    .await?;
    if removed.rows_affected() == 0 {
        // Without a locked row these may be the keys in use.
        return Ok(());
    }
    sqlx::query!("delete from methods where account = $1 and key_epoch = $2", id, i64::from(epoch))
        .execute(&mut *db)
        .await?;
    sqlx::query!(
        "delete from passkeys where account = $1 and key_epoch = $2",
        id,
        i64::from(epoch)
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "delete from api_keys where account = $1 and key_epoch = $2",
        id,
        i64::from(epoch)
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("delete from grants where account = $1 and key_epoch = $2", id, i64::from(epoch))
        .execute(db)
        .await?;
    Ok(())
}
