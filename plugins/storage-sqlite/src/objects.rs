//! What the database knows of objects, and where the content of files is.

use affiant_backend::columns::{PlaceColumns, bytes, count, of_content};
use affiant_backend::{Content, ObjectId, ObjectRows, PlaceRow, SessionId, StorageError};
use async_trait::async_trait;
use sqlx::SqliteConnection;

use crate::error::reading;
use crate::recent::Recent;
use crate::sessions::Main;
use crate::write::{Leaves, Undone, Work, put_chunks};

enum Change {
    Move(SessionId, [u8; 16], Content),
    Forget(Vec<ObjectId>),
}

#[async_trait]
impl Work for Change {
    fn leaves(&self) -> Leaves {
        Leaves::Soon
    }

    /// Of files nothing is kept in memory.
    fn tell(&self, _: &Recent, _: bool) {}

    async fn run(&self, db: &mut SqliteConnection) -> Result<u64, Undone> {
        match self {
            Self::Move(session, file, content) => move_content(db, *session, file, content).await?,
            Self::Forget(ids) => {
                for id in ids {
                    let id = &id.0[..];
                    sqlx::query!("delete from lost_objects where id = ?", id)
                        .execute(&mut *db)
                        .await?;
                }
            }
        }
        Ok(0)
    }
}

async fn move_content(
    db: &mut SqliteConnection,
    session: SessionId,
    file: &[u8; 16],
    content: &Content,
) -> Result<(), Undone> {
    let (key, id) = (&session.0[..], &file[..]);
    let (object, length, chunks) = of_content(content);
    let moved = sqlx::query!(
        "update files set object = ?, object_length = ? where session = ? and id = ?",
        object,
        length,
        key,
        id
    )
    .execute(&mut *db)
    .await?;
    if moved.rows_affected() == 0 {
        return Err(Undone::Conflict);
    }
    sqlx::query!("delete from file_chunks where session = ? and file = ?", key, id)
        .execute(&mut *db)
        .await?;
    Ok(put_chunks(db, session, file, chunks).await?)
}

#[async_trait]
impl ObjectRows for Main {
    async fn places(
        &self,
        after: Option<(SessionId, [u8; 16])>,
        limit: u32,
    ) -> Result<Vec<PlaceRow>, StorageError> {
        let (session, file) = after.unzip();
        let (session, file) = (session.map(|it| it.0.to_vec()), file.map(|it| it.to_vec()));
        sqlx::query_as!(
            PlaceColumns,
            "select session, id, object, object_length from files
             where ?1 is null or (session, id) > (?1, ?2)
             order by session, id limit ?3",
            session,
            file,
            limit
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?
        .into_iter()
        .map(PlaceRow::try_from)
        .collect()
    }

    async fn count_objects(&self) -> Result<u64, StorageError> {
        sqlx::query_scalar!("select count(*) from files where object is not null")
            .fetch_one(&self.readers)
            .await
            .map(count)
            .map_err(reading)
    }

    async fn kept_objects(
        &self,
        from: ObjectId,
        to: ObjectId,
    ) -> Result<Vec<ObjectId>, StorageError> {
        let (from, to) = (&from.0[..], &to.0[..]);
        let ids = sqlx::query_scalar!(
            r#"select object as "object!: Vec<u8>" from files
               where object is not null and object >= ? and object <= ? order by object"#,
            from,
            to
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?;
        ids.into_iter().map(|it| bytes(it, "files").map(ObjectId)).collect()
    }

    async fn move_content(
        &self,
        session: SessionId,
        file: [u8; 16],
        content: Content,
    ) -> Result<(), StorageError> {
        self.write(Change::Move(session, file, content)).await
    }

    async fn lost_objects(&self, limit: u32) -> Result<Vec<ObjectId>, StorageError> {
        let ids = sqlx::query_scalar!("select id from lost_objects order by id limit ?", limit)
            .fetch_all(&self.readers)
            .await
            .map_err(reading)?;
        ids.into_iter().map(|it| bytes(it, "lost_objects").map(ObjectId)).collect()
    }

    async fn forget_lost(&self, ids: Vec<ObjectId>) -> Result<(), StorageError> {
        self.write(Change::Forget(ids)).await
    }
}
