//! Changes of who may read a session.

use affiant_backend::columns::signed;
use affiant_backend::{
    Change, GrantRow, HeadRow, InvitationRow, Lookup, SessionId, StepRow, WrapRow,
};
use sqlx::SqliteConnection;

use super::found;
use crate::write::{Undone, create, insert_step};

pub(super) async fn apply(db: &mut SqliteConnection, change: &Change) -> Result<(), Undone> {
    match change {
        Change::NewSession(session, first, grant) => {
            create(db, session, first).await?;
            put_grant(db, grant).await
        }
        Change::TakeOver(grant) => take_over(db, grant).await,
        Change::PutGrant(row) => put_grant(db, row).await,
        Change::DeleteGrants(session, account) => {
            let (session, account) = (&session.0[..], &account.0[..]);
            sqlx::query!("delete from grants where session = ? and account = ?", session, account)
                .execute(db)
                .await?;
            Ok(())
        }
        Change::Rekey { session, revision, head, steps, files } => {
            raise(db, *session, *revision, head).await?;
            rekey(db, *session, steps, files).await
        }
        Change::PutInvitation(row) => put_invitation(db, row).await,
        Change::UseInvitation(hash) => {
            let hash = &hash.0[..];
            let used = sqlx::query!("delete from invitations where hash = ?", hash);
            found(&used.execute(db).await?)
        }
        Change::DeleteInvitation(session, hash) => {
            let (session, hash) = (&session.0[..], &hash.0[..]);
            sqlx::query!("delete from invitations where session = ? and hash = ?", session, hash)
                .execute(db)
                .await?;
            Ok(())
        }
        Change::PutWrap(row) => put_wrap(db, row).await,
        Change::ForgetWraps(kind, but) => {
            let kind = kind.word();
            sqlx::query!(
                "delete from wraps
                 where kind = ?1 and (length(?2) = 0 or substr(sealed, 1, length(?2)) <> ?2)",
                kind,
                but
            )
            .execute(db)
            .await?;
            Ok(())
        }
        _ => unreachable!("the caller chose by kind"),
    }
}

async fn take_over(db: &mut SqliteConnection, grant: &GrantRow) -> Result<(), Undone> {
    let (session, account) = (&grant.session.0[..], &grant.account.0[..]);
    let lookup = &Lookup::of_owned(grant.session).0[..];
    let taken = sqlx::query!(
        "update sessions set wrapped = x'', lookup = ?, warned = 0
         where id = ? and length(wrapped) > 0",
        lookup,
        session
    )
    .execute(&mut *db)
    .await?;
    if taken.rows_affected() == 0 {
        let mine = sqlx::query_scalar!(
            "select count(*) from grants where session = ? and account = ? and role = 'owner'",
            session,
            account
        )
        .fetch_one(db)
        .await?;
        return if mine > 0 { Ok(()) } else { Err(Undone::Conflict) };
    }
    sqlx::query!("delete from resume_codes where session = ?", session).execute(&mut *db).await?;
    put_grant(db, grant).await
}

async fn put_grant(db: &mut SqliteConnection, row: &GrantRow) -> Result<(), Undone> {
    let (session, account, role) = (&row.session.0[..], &row.account.0[..], row.role.word());
    let granter = row.granter.as_ref().map(|it| &it.0[..]);
    sqlx::query!(
        "insert into grants
           (session, section, account, role, key_epoch, epoch, sealed, granter, whom, created,
            expires)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (session, section, account, epoch) do update set
           role = excluded.role, key_epoch = excluded.key_epoch, sealed = excluded.sealed,
           granter = excluded.granter, whom = excluded.whom, created = excluded.created, expires = excluded.expires",
        session,
        row.section,
        account,
        role,
        row.key_epoch,
        row.epoch,
        row.sealed,
        granter,
        row.whom,
        row.created,
        row.expires
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Brings a session to its next epoch, if it is at a revision.
async fn raise(
    db: &mut SqliteConnection,
    session: SessionId,
    revision: u64,
    head: &HeadRow,
) -> Result<(), Undone> {
    let (id, revision, raised) = (&session.0[..], signed(revision), signed(head.revision));
    let raised = sqlx::query!(
        "update sessions set epoch = epoch + 1, revision = ?, head = ?
         where id = ? and revision = ?",
        raised,
        head.sealed,
        id,
        revision
    );
    found(&raised.execute(db).await?)
}

async fn rekey(
    db: &mut SqliteConnection,
    session: SessionId,
    steps: &[StepRow],
    files: &[([u8; 16], Vec<u8>)],
) -> Result<(), Undone> {
    let id = &session.0[..];
    let old = sqlx::query!(
        "select (select count(*) from steps where session = ?1) as steps,
           (select count(*) from files where session = ?1) as files",
        id
    )
    .fetch_one(&mut *db)
    .await?;
    let all = |found: i64, given: usize| usize::try_from(found) == Ok(given);
    if !all(old.steps, steps.len()) || !all(old.files, files.len()) {
        return Err(Undone::Conflict);
    }
    sqlx::query!("delete from steps where session = ?", id).execute(&mut *db).await?;
    for step in steps {
        insert_step(db, session, step).await?;
    }
    for (file, wrapped) in files {
        let file = &file[..];
        let sealed = sqlx::query!(
            "update files set wrapped = ? where session = ? and id = ?",
            wrapped,
            id,
            file
        );
        found(&sealed.execute(&mut *db).await?)?;
    }
    sqlx::query!("delete from invitations where session = ?", id).execute(&mut *db).await?;
    sqlx::query!("delete from wraps where session = ?", id).execute(&mut *db).await?;
    sqlx::query!(
        "delete from grants where session = ?1
           and epoch < (select epoch from sessions where id = ?1)",
        id
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn put_invitation(db: &mut SqliteConnection, row: &InvitationRow) -> Result<(), Undone> {
    let (hash, session, role) = (&row.hash.0[..], &row.session.0[..], row.role.word());
    let granter = &row.granter.0[..];
    let account = row.addressed.as_ref().map(|it| &it.account.0[..]);
    let key_epoch = row.addressed.as_ref().map_or(0, |it| it.key_epoch);
    let granted = row.addressed.as_ref().map_or(&[][..], |it| &it.sealed);
    sqlx::query!(
        "insert into invitations
           (hash, session, section, role, epoch, sealed, whom, granter, account, key_epoch, granted,
            grant_expires, created, expires)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        hash,
        session,
        row.section,
        role,
        row.epoch,
        row.sealed,
        row.whom,
        granter,
        account,
        key_epoch,
        granted,
        row.grant_expires,
        row.created,
        row.expires
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn put_wrap(db: &mut SqliteConnection, row: &WrapRow) -> Result<(), Undone> {
    let (session, kind) = (&row.session.0[..], row.kind.word());
    sqlx::query!(
        "insert into wraps (session, kind, epoch, sealed) values (?, ?, ?, ?)
         on conflict (session, kind, epoch) do update set sealed = excluded.sealed",
        session,
        kind,
        row.epoch,
        row.sealed
    )
    .execute(db)
    .await?;
    Ok(())
}
