//! A database that goes away, is full, or asks for a transaction once more.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use affiant_backend::{Lookup, SessionStore as _, StorageError};
use sqlx::{AssertSqlSafe, PgConnection};

use super::Fixture;
use super::cases::accounts::two;
use super::cases::rows::{A, new_session};
use super::cases::{ONE, Part, begun, file, next, step};
use crate::error::may_pass;
use crate::write::IN_TURN;

/// Ends every connection that the store has, as a restart of the database does.
async fn cut(it: &Fixture) {
    let mut connection = it.connection(Part::Main).await;
    sqlx::query(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity
         where application_name = current_setting('application_name') and pid <> pg_backend_pid()",
    )
    .execute(&mut connection)
    .await
    .unwrap();
}

/// Lets every file that is stored fail with a code, so many times.
async fn fail_files(connection: &mut PgConnection, code: &str, times: u32) {
    let sql = format!(
        "create sequence failures;
         create function fail() returns trigger language plpgsql as $$ begin
             if nextval('failures') <= {times} then
                 raise exception 'as the test wants' using errcode = '{code}';
             end if;
             return new;
         end $$;
         create trigger fail before insert on files for each row execute function fail()"
    );
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.unwrap();
}

#[tokio::test]
async fn who_comes_after_a_restart_of_the_database_notices_nothing() {
    let it = begun().await;
    let sessions = it.sessions();
    for number in 0..5_u32 {
        cut(&it).await;
        sessions.check().await.unwrap();
        let added = step(number + 1, b"step", false);
        assert!(sessions.load(&Lookup([1; 32]), None).await.unwrap().is_some());
        sessions.append(next(ONE, number.into(), number, added, 1)).await.unwrap();
    }
    let (_, history) = sessions.load(&Lookup([1; 32]), None).await.unwrap().unwrap();
    assert_eq!(history.deltas.len(), 5);
}

/// Gives a future up after so many of its steps, if it has not ended by then.
async fn given_up<F: Future>(future: F, steps: u32) {
    let (mut future, mut done) = (pin!(future), 0);
    poll_fn(|context| {
        done += 1;
        let ended = future.as_mut().poll(context).is_ready();
        if ended || done == steps { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

#[tokio::test]
async fn what_is_stored_is_there_whenever_somebody_gave_up_another_write() {
    let it = begun().await;
    let (sessions, mut other) = (it.sessions(), it.connection(Part::Main).await);
    let mut stored = 0_u32;
    for turn in 0..24_u8 {
        given_up(sessions.put_file(file(1, turn)), 1 + u32::from(turn) % 6).await;
        // So many that each connection of the pool has its turn.
        for _ in 0..4 {
            let added = step(stored + 1, b"step", false);
            sessions.append(next(ONE, stored.into(), stored, added, 1)).await.unwrap();
            stored += 1;
            // Whoever asks from elsewhere sees what was committed, and nothing else.
            let last: i64 = sqlx::query_scalar("select last_step from sessions")
                .fetch_one(&mut other)
                .await
                .unwrap();
            assert_eq!(last, i64::from(stored));
        }
    }
}

#[tokio::test]
async fn a_transaction_that_meets_a_deadlock_is_done_again() {
    let it = begun().await;
    fail_files(&mut it.connection(Part::Main).await, "40P01", 3).await;
    it.sessions().put_file(file(1, 5)).await.unwrap();
    assert_eq!(it.sessions().find_file(ONE, [5; 16]).await.unwrap(), Some(file(1, 5)));
}

#[tokio::test]
async fn a_transaction_that_never_comes_through_is_given_up_and_changes_nothing() {
    let it = begun().await;
    fail_files(&mut it.connection(Part::Main).await, "40001", 99).await;
    let put = it.sessions().put_file(file(1, 5)).await;
    assert!(matches!(put, Err(StorageError::Unavailable(_))), "{put:?}");
    assert_eq!(it.sessions().find_file(ONE, [5; 16]).await.unwrap(), None);
}

#[tokio::test]
async fn a_full_disk_is_said_to_be_full_and_is_not_tried_again() {
    let it = begun().await;
    fail_files(&mut it.connection(Part::Main).await, "53100", 1).await;
    let put = it.sessions().put_file(file(1, 5)).await;
    assert!(matches!(put, Err(StorageError::Full(_))), "{put:?}");
    it.sessions().put_file(file(1, 5)).await.unwrap();
}

#[tokio::test]
async fn who_waits_for_a_server_that_hangs_is_told_and_others_go_on() {
    let it = two().await;
    let mut hangs = it.connection(Part::Main).await;
    let sql = format!("begin; select pg_advisory_xact_lock({IN_TURN})");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut hangs).await.unwrap();
    let waits = it.commit(vec![affiant_backend::Change::EndTrust(A)]).await;
    assert!(matches!(waits, Err(StorageError::Unavailable(_))), "{waits:?}");
    // What looks at nothing else needs no turn.
    it.commit(vec![new_session(1, A)]).await.unwrap();
    it.sessions().append(next(ONE, 0, 0, step(1, b"one", false), 1)).await.unwrap();
}

#[test]
fn only_what_was_certainly_not_done_is_tried_again() {
    let lost = sqlx::Error::Io(std::io::ErrorKind::UnexpectedEof.into());
    assert!(may_pass(&lost));
    assert!(!may_pass(&sqlx::Error::PoolTimedOut) && !may_pass(&sqlx::Error::RowNotFound));
}
