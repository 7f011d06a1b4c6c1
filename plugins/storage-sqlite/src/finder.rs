//! Looks for secrets, for all who ask meanwhile in one call of a connection's thread.
//!
//! Every request asks for one, and a call hands over to that thread and back, which costs more than
//! the look.

use std::sync::Arc;

use affiant_backend::{SecretName, StorageError};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments as _, AssertSqlSafe, Error, Row as _};
use tokio::sync::{mpsc, oneshot};

use crate::error::storage;
use crate::readers::Readers;
use crate::together::pieces;

/// Questions that may wait before further callers are held up.
const QUEUE: usize = 1024;

/// Most questions that are answered together.
const ONCE: usize = 32;

type Answer = Result<Option<Vec<u8>>, StorageError>;

struct Question {
    name: SecretName,
    answer: oneshot::Sender<Answer>,
}

/// Sends questions to the task that asks the database.
#[derive(Clone, Debug)]
pub(crate) struct Finder {
    questions: mpsc::Sender<Question>,
}

impl Finder {
    /// Starts the task, which ends when the last sender is gone.
    pub(crate) fn start(readers: Readers) -> Self {
        let (questions, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(work(readers, waiting));
        Self { questions }
    }

    /// The secret of this name, if it is there.
    pub(crate) async fn find(&self, name: SecretName) -> Answer {
        let gone = || StorageError::Unavailable("the keyring is closed".into());
        let (answer, answered) = oneshot::channel();
        self.questions.send(Question { name, answer }).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

async fn work(readers: Readers, mut waiting: mpsc::Receiver<Question>) {
    let mut questions = Vec::with_capacity(ONCE);
    while waiting.recv_many(&mut questions, ONCE).await > 0 {
        let mut found = Vec::with_capacity(questions.len());
        for piece in pieces(&questions) {
            found.extend(look(&readers, piece).await);
        }
        for (question, found) in questions.drain(..).zip(found) {
            // A caller that went away does not need its answer.
            let _ = question.answer.send(found);
        }
    }
}

/// Looks for so many at once; they fail together.
async fn look(readers: &Readers, questions: &[Question]) -> Vec<Answer> {
    match rows(readers, questions).await {
        Ok(found) => found.into_iter().map(Ok).collect(),
        Err(error) => {
            let error = Arc::new(error);
            questions.iter().map(|_| Err(storage(Arc::clone(&error)))).collect()
        }
    }
}

async fn rows(readers: &Readers, questions: &[Question]) -> Result<Vec<Option<Vec<u8>>>, Error> {
    let mut arguments = SqliteArguments::default();
    for Question { name, .. } in questions {
        arguments.add(name.kind.word()).map_err(Error::Encode)?;
        arguments.add(&name.id[..]).map_err(Error::Encode)?;
        arguments.add(name.epoch).map_err(Error::Encode)?;
    }
    let mut found = vec![None; questions.len()];
    let query = sqlx::query_with(AssertSqlSafe(sql(questions.len())), arguments);
    for row in query.fetch_all(readers).await? {
        let (index, secret) = column(&row)?;
        if let Some(place) = found.get_mut(index) {
            *place = Some(secret);
        }
    }
    Ok(found)
}

fn column(row: &SqliteRow) -> Result<(usize, Vec<u8>), Error> {
    let index: u32 = row.try_get(0)?;
    Ok((index as usize, row.try_get(1)?))
}

/// A query for so many secrets: of each its place among the questions, and what it is.
fn sql(count: usize) -> String {
    let one = |index| {
        format!("select {index}, secret from wrapped where kind = ? and id = ? and epoch = ?")
    };
    (0..count).map(one).collect::<Vec<_>>().join(" union all ")
}
