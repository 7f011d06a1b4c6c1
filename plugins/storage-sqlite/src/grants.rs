//! Reading grants, invitations, and sessions by their id.

use std::ops::Range;
use std::sync::Arc;

use affiant_backend::columns::{
    GrantColumns, InvitationColumns, SessionColumns, bytes, corrupt, small,
};
use affiant_backend::{
    AccountId, GrantRow, GrantStore, History, InvitationRow, Lookup, SessionId, SessionRow,
    StepRow, StorageError, WrapKind, WrapRow,
};
use async_trait::async_trait;

use crate::error::reading;
use crate::sessions::Main;

#[async_trait]
impl GrantStore for Main {
    async fn grant(
        &self,
        session: SessionId,
        account: AccountId,
    ) -> Result<Option<GrantRow>, StorageError> {
        let (session, account) = (&session.0[..], &account.0[..]);
        sqlx::query_as!(
            GrantColumns,
            r#"select session, section, account, role, key_epoch, epoch as "epoch!: i64", sealed,
                 granter, whom, created, expires
               from grants where session = ? and account = ?
               order by epoch desc, section limit 1"#,
            session,
            account
        )
        .fetch_optional(&self.readers)
        .await
        .map_err(reading)?
        .map(GrantRow::try_from)
        .transpose()
    }

    async fn grants_of(
        &self,
        account: AccountId,
    ) -> Result<Vec<(GrantRow, SessionRow)>, StorageError> {
        let account = &account.0[..];
        let rows = sqlx::query!(
            r#"select g.session, g.section, g.account, g.role, g.key_epoch,
               g.epoch as "epoch!: i64", g.sealed, g.granter, g.whom, g.created, g.expires, s.lookup,
               s.interview, s.wrapped, s.revision, s.last_step, s.created as begun, s.touched,
               s.epoch as newest, s.head
             from grants g join sessions s on s.id = g.session
             where g.account = ?
             order by s.touched desc, s.id, g.section, g.epoch desc"#,
            account
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?;
        let mut grants = Vec::with_capacity(rows.len());
        for row in rows {
            let session = SessionColumns {
                id: row.session.clone(),
                lookup: row.lookup,
                interview: row.interview,
                wrapped: row.wrapped,
                revision: row.revision,
                last_step: row.last_step,
                created: row.begun,
                touched: row.touched,
                epoch: row.newest,
                head: row.head,
            };
            let grant = GrantColumns {
                session: row.session,
                section: row.section,
                account: row.account,
                role: row.role,
                key_epoch: row.key_epoch,
                epoch: row.epoch,
                sealed: row.sealed,
                granter: row.granter,
                whom: row.whom,
                created: row.created,
                expires: row.expires,
            };
            grants.push((grant.try_into()?, session.try_into()?));
        }
        Ok(grants)
    }

    async fn grants_on(&self, session: SessionId) -> Result<Vec<GrantRow>, StorageError> {
        let session = &session.0[..];
        sqlx::query_as!(
            GrantColumns,
            "select session, section, account, role, key_epoch, epoch, sealed, granter, whom, created,
               expires
             from grants where session = ?
             order by role <> 'owner', created, account, section, epoch",
            session
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?
        .into_iter()
        .map(GrantRow::try_from)
        .collect()
    }

    async fn invitations_to(&self, session: SessionId) -> Result<Vec<InvitationRow>, StorageError> {
        let session = &session.0[..];
        sqlx::query_as!(
            InvitationColumns,
            "select hash, session, section, role, epoch, sealed, whom, granter, account, key_epoch, granted,
               grant_expires, created, expires
             from invitations where session = ? order by created, hash",
            session
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?
        .into_iter()
        .map(InvitationRow::try_from)
        .collect()
    }

    async fn invitations_for(
        &self,
        account: AccountId,
    ) -> Result<Vec<InvitationRow>, StorageError> {
        let account = &account.0[..];
        sqlx::query_as!(
            InvitationColumns,
            "select hash, session, section, role, epoch, sealed, whom, granter, account, key_epoch, granted,
               grant_expires, created, expires
             from invitations where account = ? order by created, hash",
            account
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?
        .into_iter()
        .map(InvitationRow::try_from)
        .collect()
    }

    async fn invitation(&self, hash: &Lookup) -> Result<Option<InvitationRow>, StorageError> {
        let hash = &hash.0[..];
        sqlx::query_as!(
            InvitationColumns,
            "select hash, session, section, role, epoch, sealed, whom, granter, account, key_epoch, granted,
               grant_expires, created, expires
             from invitations where hash = ?",
            hash
        )
        .fetch_optional(&self.readers)
        .await
        .map_err(reading)?
        .map(InvitationRow::try_from)
        .transpose()
    }

    async fn wraps_of(&self, session: SessionId) -> Result<Vec<WrapRow>, StorageError> {
        let id = &session.0[..];
        let rows = sqlx::query!(
            "select kind, epoch, sealed from wraps where session = ? order by kind, epoch",
            id
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?;
        let mut wraps = Vec::with_capacity(rows.len());
        for row in rows {
            let kind = WrapKind::from_word(&row.kind).ok_or_else(|| corrupt("wraps"))?;
            let epoch = small(row.epoch, "wraps")?;
            wraps.push(WrapRow { session, kind, epoch, sealed: row.sealed });
        }
        Ok(wraps)
    }

    async fn wrapped_sessions(
        &self,
        kind: WrapKind,
        interview: &str,
        begun: Range<i64>,
        limit: u32,
    ) -> Result<Vec<SessionRow>, StorageError> {
        let (kind, from, to) = (kind.word(), begun.start, begun.end);
        sqlx::query_as!(
            SessionColumns,
            "select s.id, s.lookup, s.interview, s.wrapped, s.revision, s.last_step, s.created,
               s.touched, s.epoch, s.head
             from sessions s join wraps w on w.session = s.id and w.epoch = s.epoch
             where w.kind = ? and s.interview = ? and s.created >= ? and s.created < ?
             order by s.created desc, s.touched desc, s.id limit ?",
            kind,
            interview,
            from,
            to,
            limit
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?
        .into_iter()
        .map(SessionRow::try_from)
        .collect()
    }

    async fn session(&self, id: SessionId) -> Result<Option<SessionRow>, StorageError> {
        let id = &id.0[..];
        sqlx::query_as!(
            SessionColumns,
            "select id, lookup, interview, wrapped, revision, last_step, created, touched, epoch,
               head
             from sessions where id = ?",
            id
        )
        .fetch_optional(&self.readers)
        .await
        .map_err(reading)?
        .map(SessionRow::try_from)
        .transpose()
    }

    async fn load_session(
        &self,
        id: SessionId,
        up_to: Option<u32>,
    ) -> Result<Option<(SessionRow, Arc<History>)>, StorageError> {
        self.load_by(None, Some(&id.0), up_to).await
    }

    async fn steps_of(&self, session: SessionId) -> Result<Vec<StepRow>, StorageError> {
        let id = &session.0[..];
        let rows = sqlx::query!(
            "select number, delta, snapshot from steps where session = ? order by number",
            id
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?;
        let mut steps = Vec::with_capacity(rows.len());
        for row in rows {
            let number = small(row.number, "steps")?;
            steps.push(StepRow { number, delta: row.delta, snapshot: row.snapshot });
        }
        Ok(steps)
    }

    async fn files_of(&self, session: SessionId) -> Result<Vec<[u8; 16]>, StorageError> {
        let id = &session.0[..];
        let ids = sqlx::query_scalar!("select id from files where session = ? order by id", id)
            .fetch_all(&self.readers)
            .await
            .map_err(reading)?;
        ids.into_iter().map(|it| bytes(it, "files")).collect()
    }
}
