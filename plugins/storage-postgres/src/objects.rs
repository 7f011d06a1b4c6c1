//! What the database knows of objects, and where the content of files is.

use affiant_backend::columns::{PlaceColumns, bytes, count, of_content};
use affiant_backend::{Content, ObjectId, ObjectRows, PlaceRow, SessionId, StorageError};
use async_trait::async_trait;
use sqlx::PgConnection;

use crate::error::storage;
use crate::sessions::Main;
use crate::steps::put_chunks;
use crate::write::{Undone, Work};

/// Other content for a file.
struct Move(SessionId, [u8; 16], Content);

#[async_trait]
impl Work for Move {
    type Done = ();

    fn locks(&self) -> Vec<i64> {
        Vec::new()
    }

    async fn run(&self, db: &mut PgConnection) -> Result<(), Undone> {
        let Self(session, file, content) = self;
        let (object, length, chunks) = of_content(content);
        let moved = sqlx::query!(
            "update files set object = $1, object_length = $2 where session = $3 and id = $4",
            object,
            length,
            &session.0[..],
            &file[..]
        )
        .execute(&mut *db)
        .await?;
        if moved.rows_affected() == 0 {
            return Err(Undone::Conflict);
        }
        sqlx::query!(
            "delete from file_chunks where session = $1 and file = $2",
            &session.0[..],
            &file[..]
        )
        .execute(&mut *db)
        .await?;
        Ok(put_chunks(db, *session, file, chunks).await?)
    }
}

#[async_trait]
impl ObjectRows for Main {
    async fn places(
        &self,
        after: Option<(SessionId, [u8; 16])>,
        limit: u32,
    ) -> Result<Vec<PlaceRow>, StorageError> {
        let (session, file) = after.unzip();
        sqlx::query_as!(
            PlaceColumns,
            "select session, id, object, object_length from files
             where $1::bytea is null or (session, id) > ($1, $2)
             order by session, id limit $3",
            session.as_ref().map(|it| &it.0[..]),
            file.as_ref().map(|it| &it[..]),
            i64::from(limit)
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?
        .into_iter()
        .map(PlaceRow::try_from)
        .collect()
    }

    async fn count_objects(&self) -> Result<u64, StorageError> {
        sqlx::query_scalar!(
            r#"select count(*) as "count!: i64" from files where object is not null"#
        )
        .fetch_one(&self.pool)
        .await
        .map(count)
        .map_err(storage)
    }

    async fn kept_objects(
        &self,
        from: ObjectId,
        to: ObjectId,
    ) -> Result<Vec<ObjectId>, StorageError> {
        let ids = sqlx::query_scalar!(
            r#"select object as "object!: Vec<u8>" from files
               where object is not null and object >= $1 and object <= $2 order by object"#,
            &from.0[..],
            &to.0[..]
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?;
        ids.into_iter().map(|it| bytes(it, "files").map(ObjectId)).collect()
    }

    async fn move_content(
        &self,
        session: SessionId,
        file: [u8; 16],
        content: Content,
    ) -> Result<(), StorageError> {
        self.write(Move(session, file, content)).await
    }

    async fn lost_objects(&self, limit: u32) -> Result<Vec<ObjectId>, StorageError> {
        let ids = sqlx::query_scalar!(
            "select id from lost_objects order by id limit $1",
            i64::from(limit)
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?;
        ids.into_iter().map(|it| bytes(it, "lost_objects").map(ObjectId)).collect()
    }

    async fn forget_lost(&self, ids: Vec<ObjectId>) -> Result<(), StorageError> {
        let ids: Vec<_> = ids.iter().map(|it| it.0.to_vec()).collect();
        sqlx::query!("delete from lost_objects where id = any($1::bytea[])", &ids[..])
            .execute(&self.pool)
            .await
            .map(|_| ())
            .map_err(storage)
    }
}
