//! Several servers on the same databases, at the same time.

use std::sync::Arc;
use std::time::Duration;

use affiant_backend::{
    AuditEnd, AuditLog as _, AuditRow, Chained, Change, Commit as _, Counter, CounterKey,
    Deletions as _, GrantStore as _, Keyring as _, Limits as _, Listener, Lookup, NetworkRow,
    News as _, PackageRow, PluginChange, PluginValueRow, Rule, SecretKind, SecretName, SecretRow,
    SessionId, SessionStore as _, StorageError, Subject, Sweep as _, SwitchRow, Topic,
};
use futures::future::join_all;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::Fixture;
use super::cases::accounts::two;
use super::cases::rows::{A, grant, new_session};
use super::cases::{ONE, Part, begun, empty, next, row, step};
use crate::Databases;

/// Longer than anything takes.
const LONG: Duration = Duration::from_mins(1);

/// The databases as so many servers have them.
async fn servers(it: &Fixture, count: usize) -> Vec<Databases> {
    let mut all = Vec::with_capacity(count);
    for _ in 0..count {
        all.push(it.beside().await);
    }
    all
}

#[derive(Debug)]
struct Entry;

impl Chained for Entry {
    fn follow(&self, last: &AuditEnd) -> AuditRow {
        let seq = last.seq + 1;
        AuditRow {
            seq,
            at: seq,
            kind: "sign-in".to_owned(),
            subjects: Vec::new(),
            fields: Vec::new(),
            previous: last.hash,
            hash: [u8::try_from(seq).unwrap(); 32],
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_is_one_chain_whichever_server_adds_to_it() {
    let it = two().await;
    let mut writes = JoinSet::new();
    for server in servers(&it, 3).await {
        for number in 0..20_u8 {
            let store = server.main.clone();
            // Each third stands alone, the others tell of something.
            let with = (number % 3 > 0).then(|| Change::Language(A, format!("x-{number}")));
            let changes = with.into_iter().chain([Change::Audit(Arc::new(Entry))]).collect();
            writes.spawn(async move { store.commit(changes).await });
        }
    }
    assert!(writes.join_all().await.into_iter().all(|it| it.is_ok()));
    let mut last = AuditEnd::default();
    for row in it.sessions().audit_after(0, 100).await.unwrap() {
        assert_eq!((row.seq, row.previous), (last.seq + 1, last.hash));
        last = AuditEnd { seq: row.seq, hash: row.hash };
    }
    assert_eq!(last.seq, 60);
}

/// Lets ten tries through.
struct Ten;

impl Rule for Ten {
    fn decide(&self, counters: &mut [Counter]) -> u64 {
        let passes = counters.iter().all(|it| it.count < 10);
        for counter in counters {
            counter.count += u32::from(passes);
        }
        u64::from(passes)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_holds_for_all_servers_together() {
    let it = empty().await;
    let mut tries = JoinSet::new();
    for server in servers(&it, 3).await {
        for turn in 0..20_u8 {
            let store = server.main.clone();
            // Whoever names them in another order waits for nobody for ever.
            let keys = vec![1, 2].into_iter().map(|it| CounterKey { kind: it, whose: [it; 32] });
            let keys = if turn % 2 == 0 { keys.collect() } else { keys.rev().collect::<Vec<_>>() };
            tries.spawn(async move { store.decide(keys, Arc::new(Ten)).await.unwrap() });
        }
    }
    assert_eq!(tries.join_all().await.into_iter().sum::<u64>(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_servers_on_one_revision_one_wins_whatever_step_it_replaces() {
    let it = begun().await;
    let servers = servers(&it, 3).await;
    for _ in 0..10 {
        let (found, _) = servers[0].main.load(&Lookup([1; 32]), None).await.unwrap().unwrap();
        let mut tries = JoinSet::new();
        for (number, server) in (0..9_u8).zip(servers.iter().cycle()) {
            let store = server.main.clone();
            // Some put a step behind the last one, some in place of others.
            let after = if number % 2 == 0 { found.last_step } else { found.last_step / 2 };
            let added = step(after + 1, &[number], false);
            tries.spawn(
                async move { store.append(next(ONE, found.revision, after, added, 1)).await },
            );
        }
        let (won, lost): (Vec<_>, Vec<_>) =
            tries.join_all().await.into_iter().partition(Result::is_ok);
        assert_eq!(won.len(), 1);
        assert!(lost.iter().all(|it| matches!(it, Err(StorageError::Conflict))), "{lost:?}");
        let (after, history) = it.sessions().load(&Lookup([1; 32]), None).await.unwrap().unwrap();
        assert_eq!(after.revision, found.revision + 1);
        assert_eq!(history.deltas.len(), usize::try_from(after.last_step).unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_erased_leaves_nothing_of_what_others_begin_for_it_meanwhile() {
    for _ in 0..5 {
        let it = two().await;
        let [one, other] = [it.beside().await, it.beside().await];
        let mut begins = JoinSet::new();
        for number in 10..30 {
            let store = one.main.clone();
            begins.spawn(async move { store.commit(vec![new_session(number, A)]).await });
        }
        let erased = other.main.erase(Subject::Account(A), None, None).await.unwrap();
        let begun = begins.join_all().await.iter().filter(|it| it.is_ok()).count();
        assert_eq!(erased.sessions, u64::try_from(begun).unwrap());
        assert_eq!(it.sessions().count_sessions(true).await.unwrap(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_take_over_one_session_one_has_it() {
    let it = two().await;
    let servers = servers(&it, 2).await;
    for number in 1..20 {
        it.sessions().create(row(number), step(0, b"zero", true)).await.unwrap();
        let take = |server: &Databases, of| {
            let (store, id) = (server.main.clone(), affiant_backend::AccountId([of; 16]));
            let grant = grant(number, id, affiant_backend::GrantRole::Owner);
            tokio::spawn(async move { store.commit(vec![Change::TakeOver(grant)]).await })
        };
        let (a, b) = (take(&servers[0], 1), take(&servers[1], 2));
        let won = [a.await.unwrap(), b.await.unwrap()].iter().filter(|it| it.is_ok()).count();
        assert_eq!(won, 1);
        let grants = it.sessions().grants_on(SessionId([number; 16])).await.unwrap();
        assert_eq!(grants.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_never_there_after_it_was_buried() {
    let it = empty().await;
    let servers = servers(&it, 2).await;
    for number in 1..40 {
        let name = SecretName { kind: SecretKind::Session, id: [number; 16], epoch: 0 };
        let (put, bury) = (servers[0].secrets.clone(), servers[1].secrets.clone());
        let secret = SecretRow { name, wrapped: vec![number; 40], created: 0 };
        let put = tokio::spawn(async move { put.put(vec![secret]).await });
        let gone = vec![(SecretKind::Session, name.id)];
        let bury = tokio::spawn(async move { bury.bury(gone, 86_400).await });
        bury.await.unwrap().unwrap();
        let _ = put.await.unwrap();
        assert_eq!(it.secrets().find(name).await.unwrap(), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_together_bring_the_databases_up_to_date_once() {
    let options = super::schemas().await;
    let starts = join_all((0..4).map(|_| Databases::open(&options))).await;
    let names = starts.into_iter().map(|it| it.unwrap().secrets.deployment());
    let mut names = names.collect::<Vec<_>>();
    names.dedup();
    assert_eq!(names.len(), 1);
}

/// Waits until something is told.
async fn told(listener: &mut dyn Listener) -> Topic {
    timeout(LONG, listener.next()).await.expect("it is told").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_server_changes_is_told_to_those_that_listen() {
    let it = empty().await;
    let (one, other) = (it.beside().await, it.beside().await);
    let mut listener = other.main.listen().await.unwrap().unwrap();
    let network = NetworkRow {
        network: "10.0.0.0/8".to_owned(),
        allowed: false,
        reason: "because".to_owned(),
        by: 1,
        since: 10,
        until: None,
    };
    one.main.put_network(network).await.unwrap();
    assert_eq!(told(&mut *listener).await, Topic::Networks);
    one.main.delete_network("10.0.0.0/8").await.unwrap();
    assert_eq!(told(&mut *listener).await, Topic::Networks);
    let decision = SwitchRow {
        id: 0,
        name: "custody".to_owned(),
        value: "on".to_owned(),
        reason: "because".to_owned(),
        by: 1,
        second: None,
        asked: 10,
        effective: 20,
        cancelled: None,
    };
    one.main.commit(vec![Change::DecideSwitch(decision)]).await.unwrap();
    assert_eq!(told(&mut *listener).await, Topic::Decisions);
    let value = PluginValueRow {
        plugin: "org.example.shouting".to_owned(),
        store: "s".to_owned(),
        key: "k".to_owned(),
        sealed: vec![1],
    };
    let value = Change::Plugin(PluginChange::PutValue(value));
    one.main.commit(vec![value]).await.unwrap();
    assert_eq!(told(&mut *listener).await, Topic::Values);
    let package = PackageRow {
        digest: [1; 32],
        plugin: "org.example.shouting".to_owned(),
        version: "1".to_owned(),
        installed: 10,
        by: 1,
    };
    let package = Change::Plugin(PluginChange::PutPackage(package, vec![1].into()));
    one.main.commit(vec![package]).await.unwrap();
    assert_eq!(told(&mut *listener).await, Topic::Plugins);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_listens_on_a_connection_that_is_lost_is_told_so_and_listens_again() {
    let it = empty().await;
    let server = it.beside().await;
    let mut listener = server.main.listen().await.unwrap().unwrap();
    let mut other = it.connection(Part::Main).await;
    let end = "select count(pg_terminate_backend(pid)) from pg_stat_activity
        where query like 'LISTEN%' and application_name = current_setting('application_name')";
    let ended: i64 = sqlx::query_scalar(end).fetch_one(&mut other).await.unwrap();
    assert_eq!(ended, 1);
    let lost = timeout(LONG, listener.next()).await.expect("it is noticed");
    assert!(matches!(lost, Err(StorageError::Unavailable(_))), "{lost:?}");
    let mut listener = server.main.listen().await.unwrap().unwrap();
    it.sessions().delete_network("10.0.0.0/8").await.unwrap();
    assert_eq!(told(&mut *listener).await, Topic::Networks);
}
