//! Changes of sign-ins and links.

use affiant_backend::{AccountId, Change, LinkRow, Lookup, PendingRow, SignInRow};
use sqlx::PgConnection;

use super::found;
use crate::write::Undone;

pub(super) async fn apply(db: &mut PgConnection, change: &Change) -> Result<(), Undone> {
    match change {
        Change::PutSignIn(row) => put_sign_in(db, row).await,
        Change::TouchSignIn(sid, until) => {
            let sid = &sid.0[..];
            sqlx::query!("update sign_ins set idle_until = $1 where sid = $2", until, sid)
                .execute(db)
                .await?;
            Ok(())
        }
        Change::EndSignIn(sid) => {
            let sid = &sid.0[..];
            sqlx::query!("delete from sign_ins where sid = $1", sid).execute(db).await?;
            Ok(())
        }
        Change::EndListedSignIn(account, id) => {
            let (account, id) = (&account.0[..], &id[..]);
            sqlx::query!("delete from sign_ins where account = $1 and id = $2", account, id)
                .execute(db)
                .await?;
            Ok(())
        }
        Change::EndSignIns(account, but) => end_sign_ins(db, *account, but.as_ref()).await,
        Change::PutPending(row) => put_pending(db, row).await,
        Change::TryPending(sid) => {
            let sid = &sid.0[..];
            let tried = sqlx::query!(
                "update pending_sign_ins set tries = tries - 1 where sid = $1 and tries > 0",
                sid
            );
            found(&tried.execute(db).await?)
        }
        Change::UsePending(sid) => {
            let sid = &sid.0[..];
            let used = sqlx::query!("delete from pending_sign_ins where sid = $1", sid);
            found(&used.execute(db).await?)
        }
        _ => apply_link(db, change).await,
    }
}

/// Those that are about links.
async fn apply_link(db: &mut PgConnection, change: &Change) -> Result<(), Undone> {
    match change {
        Change::PutLink(row) => put_link(db, row).await,
        Change::TryLink(hash) => {
            let hash = &hash.0[..];
            let tried = sqlx::query!(
                "update links set tries = tries - 1 where hash = $1 and tries > 0",
                hash
            );
            found(&tried.execute(db).await?)
        }
        Change::UseLink(hash) => {
            let hash = &hash.0[..];
            let used = sqlx::query!("delete from links where hash = $1", hash);
            found(&used.execute(db).await?)
        }
        Change::EndLinks(account, purpose) => {
            let (account, purpose) = (&account.0[..], purpose.word());
            sqlx::query!("delete from links where account = $1 and purpose = $2", account, purpose)
                .execute(db)
                .await?;
            Ok(())
        }
        _ => unreachable!("the caller chose by kind"),
    }
}

async fn put_sign_in(db: &mut PgConnection, row: &SignInRow) -> Result<(), Undone> {
    let (sid, id, account) = (&row.sid.0[..], &row.id[..], &row.account.0[..]);
    let level = row.level.word();
    sqlx::query!(
        "insert into sign_ins
           (sid, id, account, wrap, epoch, auth_epoch, level, agent, created, proved, idle_until,
            absolute_until)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        sid,
        id,
        account,
        row.wrap,
        i64::from(row.epoch),
        i64::from(row.auth_epoch),
        level,
        row.agent,
        row.created,
        row.proved,
        row.idle_until,
        row.absolute_until
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn end_sign_ins(
    db: &mut PgConnection,
    account: AccountId,
    but: Option<&Lookup>,
) -> Result<(), Undone> {
    let id = &account.0[..];
    // An empty hash is nobody's.
    let but = but.map_or(&[][..], |it| &it.0[..]);
    sqlx::query!("delete from sign_ins where account = $1 and sid <> $2", id, but)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from pending_sign_ins where account = $1 and sid <> $2", id, but)
        .execute(db)
        .await?;
    Ok(())
}

async fn put_pending(db: &mut PgConnection, row: &PendingRow) -> Result<(), Undone> {
    let (sid, account) = (&row.sid.0[..], &row.account.0[..]);
    sqlx::query!(
        "insert into pending_sign_ins
           (sid, account, wrap, epoch, auth_epoch, next, tries, expires)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        sid,
        account,
        row.wrap,
        i64::from(row.epoch),
        i64::from(row.auth_epoch),
        row.then,
        i64::from(row.tries),
        row.expires
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn put_link(db: &mut PgConnection, row: &LinkRow) -> Result<(), Undone> {
    let (hash, purpose) = (&row.hash.0[..], row.purpose.word());
    let account = row.account.as_ref().map(|it| &it.0[..]);
    let nonce = row.nonce.as_ref().map(|it| &it.0[..]);
    // Equal to nothing where there is no account; but of those that make an administrator there is
    // one, whoever it is for.
    sqlx::query!(
        "delete from links where purpose = $1 and (account = $2 or $1 = 'admin')",
        purpose,
        account
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into links (hash, purpose, account, payload, nonce, tries, expires)
         values ($1, $2, $3, $4, $5, $6, $7)",
        hash,
        purpose,
        account,
        row.payload,
        nonce,
        i64::from(row.tries),
        row.expires
    )
    .execute(db)
    .await?;
    Ok(())
}
