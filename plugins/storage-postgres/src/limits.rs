//! Counters of tries, and networks.

use std::sync::Arc;

use affiant_backend::columns::{bytes, small};
use affiant_backend::{Counter, CounterKey, Limits, NetworkRow, Rule, StorageError};
use async_trait::async_trait;
use sqlx::PgConnection;

use crate::error::storage;
use crate::sessions::Main;
use crate::write::{Undone, Work, lock_of};

/// Counters that are decided on wait for each other one by one, also those that are not stored yet.
fn lock(key: &CounterKey) -> i64 {
    lock_of(&key.whose, key.kind)
}

struct Decide {
    keys: Vec<CounterKey>,
    rule: Arc<dyn Rule>,
}

#[async_trait]
impl Work for Decide {
    type Done = u64;

    fn locks(&self) -> Vec<i64> {
        self.keys.iter().map(lock).collect()
    }

    async fn run(&self, db: &mut PgConnection) -> Result<u64, Undone> {
        let before = counters(db, &self.keys).await?;
        let mut counters = before.clone();
        let verdict = self.rule.decide(&mut counters);
        for ((key, counter), before) in self.keys.iter().zip(&counters).zip(&before) {
            if counter != before {
                put(db, key, counter).await?;
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

/// What is stored of counters, in the order of their keys.
async fn counters(db: &mut PgConnection, keys: &[CounterKey]) -> Result<Vec<Counter>, sqlx::Error> {
    let kinds: Vec<i64> = keys.iter().map(|it| it.kind.into()).collect();
    let whose: Vec<Vec<u8>> = keys.iter().map(|it| it.whose.to_vec()).collect();
    let rows = sqlx::query!(
        r#"select c.count as "count?", c.marks as "marks?", c.since as "since?", c.until as "until?",
             c.expires as "expires?"
           from unnest($1::bigint[], $2::bytea[]) with ordinality as k (kind, whose, place)
           left join counters c on c.kind = k.kind and c.whose = k.whose
           order by k.place"#,
        &kinds,
        &whose
    )
    .fetch_all(db)
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let count = row.count.unwrap_or(0).try_into();
        found.push(Counter {
            count: count.map_err(|it| sqlx::Error::Decode(Box::new(it)))?,
            marks: marks(row.marks.unwrap_or(0)),
            since: row.since.unwrap_or(0),
            until: row.until.unwrap_or(0),
            expires: row.expires.unwrap_or(0),
        });
    }
    Ok(found)
}

async fn put(
    db: &mut PgConnection,
    key: &CounterKey,
    counter: &Counter,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into counters (kind, whose, count, marks, since, until, expires)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (kind, whose) do update set
           count = excluded.count, marks = excluded.marks, since = excluded.since,
           until = excluded.until, expires = excluded.expires",
        i64::from(key.kind),
        &key.whose[..],
        i64::from(counter.count),
        stored(counter.marks),
        counter.since,
        counter.until,
        counter.expires
    )
    .execute(db)
    .await
    .map(|_| ())
}

struct Reset(CounterKey);

#[async_trait]
impl Work for Reset {
    type Done = ();

    fn locks(&self) -> Vec<i64> {
        vec![lock(&self.0)]
    }

    async fn run(&self, db: &mut PgConnection) -> Result<(), Undone> {
        sqlx::query!(
            "delete from counters where kind = $1 and whose = $2",
            i64::from(self.0.kind),
            &self.0.whose[..]
        )
        .execute(db)
        .await?;
        Ok(())
    }
}

#[async_trait]
impl Limits for Main {
    async fn decide(
        &self,
        keys: Vec<CounterKey>,
        rule: Arc<dyn Rule>,
    ) -> Result<u64, StorageError> {
        self.write(Decide { keys, rule }).await
    }

    async fn running(
        &self,
        kind: u8,
        now: i64,
        limit: u32,
    ) -> Result<Vec<(CounterKey, Counter)>, StorageError> {
        let rows = sqlx::query!(
            "select whose, count, marks, since, until, expires from counters
             where kind = $1 and until > $2 order by until desc, whose limit $3",
            i64::from(kind),
            now,
            i64::from(limit)
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?;
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
        self.write(Reset(key)).await
    }

    async fn forget(&self, now: i64) -> Result<u64, StorageError> {
        let networks = sqlx::query!("delete from networks where until < $1", now)
            .execute(&self.pool)
            .await
            .map_err(storage)?;
        let counters = sqlx::query!("delete from counters where expires < $1", now)
            .execute(&self.pool)
            .await
            .map_err(storage)?;
        Ok(networks.rows_affected() + counters.rows_affected())
    }

    async fn put_network(&self, row: NetworkRow) -> Result<(), StorageError> {
        sqlx::query!(
            "insert into networks (network, allowed, reason, by, since, until)
             values ($1, $2, $3, $4, $5, $6)
             on conflict (network) do update set
               allowed = excluded.allowed, reason = excluded.reason, by = excluded.by,
               since = excluded.since, until = excluded.until",
            row.network,
            row.allowed,
            row.reason,
            row.by,
            row.since,
            row.until
        )
        .execute(&self.pool)
        .await
        .map(|_| ())
        .map_err(storage)
    }

    async fn networks(&self) -> Result<Vec<NetworkRow>, StorageError> {
        sqlx::query_as!(
            NetworkRow,
            "select network, allowed, reason, by, since, until from networks order by network"
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)
    }

    async fn delete_network(&self, network: &str) -> Result<(), StorageError> {
        sqlx::query!("delete from networks where network = $1", network)
            .execute(&self.pool)
            .await
            .map(|_| ())
            .map_err(storage)
    }
}
