//! Counters of tries, and networks.

use std::sync::Arc;

use affiant_backend::columns::{bytes, corrupt, small};
use affiant_backend::{Counter, CounterKey, Limits, NetworkRow, Rule, StorageError};
use async_trait::async_trait;
use sqlx::SqliteConnection;

use crate::error::reading;
use crate::recent::Recent;
use crate::sessions::Main;
use crate::write::{Undone, Work};

struct Decide {
    keys: Vec<CounterKey>,
    rule: Arc<dyn Rule>,
}

#[async_trait]
impl Work for Decide {
    /// It is about no session.
    fn tell(&self, _: &Recent, _: bool) {}

    async fn run(&self, connection: &mut SqliteConnection) -> Result<u64, Undone> {
        let mut before = Vec::with_capacity(self.keys.len());
        for key in &self.keys {
            before.push(counter(connection, key).await?);
        }
        let mut counters = before.clone();
        let verdict = self.rule.decide(&mut counters);
        for ((key, counter), before) in self.keys.iter().zip(&counters).zip(&before) {
            if counter != before {
                put(connection, key, counter).await?;
            }
        }
        Ok(verdict)
    }
}

/// Bits as the database stores them.
fn stored(marks: u64) -> i64 {
    i64::from_ne_bytes(marks.to_ne_bytes())
}

fn marks(stored: i64) -> u64 {
    u64::from_ne_bytes(stored.to_ne_bytes())
}

async fn counter(db: &mut SqliteConnection, key: &CounterKey) -> Result<Counter, sqlx::Error> {
    let whose = &key.whose[..];
    let row = sqlx::query!(
        "select count, marks, since, until, expires from counters where kind = ? and whose = ?",
        key.kind,
        whose
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(Counter::default()) };
    let count = row.count.try_into().map_err(|it| sqlx::Error::Decode(Box::new(it)))?;
    Ok(Counter {
        count,
        marks: marks(row.marks),
        since: row.since,
        until: row.until,
        expires: row.expires,
    })
}

async fn put(
    db: &mut SqliteConnection,
    key: &CounterKey,
    counter: &Counter,
) -> Result<(), sqlx::Error> {
    let (whose, marks) = (&key.whose[..], stored(counter.marks));
    sqlx::query!(
        "insert into counters (kind, whose, count, marks, since, until, expires)
         values (?, ?, ?, ?, ?, ?, ?)
         on conflict (kind, whose) do update set
           count = excluded.count, marks = excluded.marks, since = excluded.since,
           until = excluded.until, expires = excluded.expires",
        key.kind,
        whose,
        counter.count,
        marks,
        counter.since,
        counter.until,
        counter.expires
    )
    .execute(db)
    .await
    .map(|_| ())
}

enum Change {
    Reset(CounterKey),
    Forget(i64),
    PutNetwork(NetworkRow),
    DeleteNetwork(String),
}

#[async_trait]
impl Work for Change {
    /// It is about no session.
    fn tell(&self, _: &Recent, _: bool) {}

    async fn run(&self, db: &mut SqliteConnection) -> Result<u64, Undone> {
        let done = match self {
            Self::Reset(key) => {
                let whose = &key.whose[..];
                let kind = key.kind;
                sqlx::query!("delete from counters where kind = ? and whose = ?", kind, whose)
                    .execute(db)
                    .await?
            }
            Self::Forget(now) => {
                let ended = sqlx::query!("delete from networks where until < ?", now);
                let networks = ended.execute(&mut *db).await?.rows_affected();
                let gone = sqlx::query!("delete from counters where expires < ?", now);
                return Ok(networks + gone.execute(db).await?.rows_affected());
            }
            Self::PutNetwork(row) => {
                sqlx::query!(
                    "insert or replace into networks (network, allowed, reason, by, since, until)
                     values (?, ?, ?, ?, ?, ?)",
                    row.network,
                    row.allowed,
                    row.reason,
                    row.by,
                    row.since,
                    row.until
                )
                .execute(db)
                .await?
            }
            Self::DeleteNetwork(network) => {
                sqlx::query!("delete from networks where network = ?", network).execute(db).await?
            }
        };
        Ok(done.rows_affected())
    }
}

#[async_trait]
impl Limits for Main {
    async fn decide(
        &self,
        keys: Vec<CounterKey>,
        rule: Arc<dyn Rule>,
    ) -> Result<u64, StorageError> {
        self.writer.write(Decide { keys, rule }).await
    }

    async fn running(
        &self,
        kind: u8,
        now: i64,
        limit: u32,
    ) -> Result<Vec<(CounterKey, Counter)>, StorageError> {
        let rows = sqlx::query!(
            "select whose, count, marks, since, until, expires from counters
             where kind = ? and until > ? order by until desc, whose limit ?",
            kind,
            now,
            limit
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?;
        let mut running = Vec::with_capacity(rows.len());
        for row in rows {
            let key = CounterKey { kind, whose: bytes(row.whose, "counters")? };
            let counter = Counter {
                count: small(row.count, "counters")?,
                marks: marks(row.marks),
                since: row.since,
                until: row.until,
                expires: row.expires,
            };
            running.push((key, counter));
        }
        Ok(running)
    }

    async fn reset(&self, key: CounterKey) -> Result<(), StorageError> {
        self.write(Change::Reset(key)).await
    }

    async fn forget(&self, now: i64) -> Result<u64, StorageError> {
        self.writer.write(Change::Forget(now)).await
    }

    async fn put_network(&self, row: NetworkRow) -> Result<(), StorageError> {
        self.write(Change::PutNetwork(row)).await
    }

    async fn networks(&self) -> Result<Vec<NetworkRow>, StorageError> {
        let rows = sqlx::query!(
            "select network, allowed, reason, by, since, until from networks order by network"
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?;
        let mut networks = Vec::with_capacity(rows.len());
        for row in rows {
            let allowed = match row.allowed {
                0 => false,
                1 => true,
                _ => return Err(corrupt("networks")),
            };
            let (network, reason) = (row.network, row.reason);
            let (by, since, until) = (row.by, row.since, row.until);
            networks.push(NetworkRow { network, allowed, reason, by, since, until });
        }
        Ok(networks)
    }

    async fn delete_network(&self, network: &str) -> Result<(), StorageError> {
        self.write(Change::DeleteNetwork(network.to_owned())).await
    }
}
