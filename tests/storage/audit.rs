//! The audit log.

use std::sync::Arc;

use affiant_backend::{
    AuditEnd, AuditLog as _, AuditRow, AuditStart, Chained, Change, Deletions as _, Pseudonym,
    StorageError, Subject,
};
use tokio::task::JoinSet;

use super::rows::{A, account};
use super::{Fixture, conflict, empty};

/// An entry about one or two; its hash is made of its number.
#[derive(Debug)]
struct Entry(Vec<Pseudonym>);

impl Chained for Entry {
    fn follow(&self, last: &AuditEnd) -> AuditRow {
        let seq = last.seq + 1;
        AuditRow {
            seq,
            at: 100 + seq,
            kind: "sign-in".to_owned(),
            subjects: self.0.clone(),
            fields: vec![1],
            previous: last.hash,
            hash: [u8::try_from(seq).unwrap(); 32],
        }
    }
}

const X: Pseudonym = Pseudonym([1; 8]);
const Y: Pseudonym = Pseudonym([2; 8]);

/// Six entries, every third about Y, the others about X, the last about both.
async fn six() -> Fixture {
    let it = empty().await;
    for subjects in [vec![X], vec![X], vec![Y], vec![X], vec![X], vec![X, Y]] {
        it.sessions().audit(Arc::new(Entry(subjects))).await.unwrap();
    }
    it
}

fn numbers(rows: &[AuditRow]) -> Vec<i64> {
    rows.iter().map(|it| it.seq).collect()
}

#[tokio::test]
async fn entries_follow_each_other_without_a_gap_whoever_adds_them() {
    let it = empty().await;
    let mut writes = JoinSet::new();
    for _ in 0..50 {
        let store = it.sessions().clone();
        writes.spawn(async move { store.audit(Arc::new(Entry(vec![X]))).await.unwrap() });
    }
    let mut given = writes.join_all().await;
    given.sort_unstable();
    assert_eq!(given, (1..=50).collect::<Vec<_>>());
    let rows = it.sessions().audit_after(0, 100).await.unwrap();
    assert_eq!(rows.len(), 50);
    let mut last = AuditEnd::default();
    for row in rows {
        assert_eq!((row.seq, row.previous), (last.seq + 1, last.hash));
        last = AuditEnd { seq: row.seq, hash: row.hash };
    }
    assert_eq!(it.sessions().audit_end().await.unwrap(), last);
}

#[tokio::test]
async fn each_person_finds_the_entries_about_itself() {
    let it = six().await;
    let about = async |who: &[Pseudonym], before, limit| {
        numbers(&it.sessions().audit_about(who, before, limit).await.unwrap())
    };
    assert_eq!(about(&[X], i64::MAX, 10).await, [6, 5, 4, 2, 1]);
    assert_eq!(about(&[Y], i64::MAX, 10).await, [6, 3]);
    assert_eq!(about(&[X, Y], 6, 3).await, [5, 4, 3]);
    assert!(about(&[Pseudonym([3; 8])], i64::MAX, 10).await.is_empty());
    let first = it.sessions().audit_after(2, 1).await.unwrap();
    assert_eq!((numbers(&first), first[0].subjects.as_slice()), (vec![3], [Y].as_slice()));
}

#[tokio::test]
async fn all_entries_are_listed_newest_first_and_by_kind() {
    let it = six().await;
    let list = async |before, kind, limit| {
        numbers(&it.sessions().audit_before(before, kind, limit).await.unwrap())
    };
    assert_eq!(list(i64::MAX, None, 4).await, [6, 5, 4, 3]);
    assert_eq!(list(3, None, 4).await, [2, 1]);
    assert_eq!(list(i64::MAX, Some("sign-in"), 2).await, [6, 5]);
    assert!(list(i64::MAX, Some("sign-out"), 2).await.is_empty());
}

#[tokio::test]
async fn erasing_adds_its_entry_when_there_was_something() {
    let it = empty().await;
    it.commit(vec![Change::NewAccount(account(1))]).await.unwrap();
    let entry = || Some(Arc::new(Entry(vec![X])) as Arc<dyn Chained>);
    for _ in 0..2 {
        it.sessions().erase(Subject::Account(A), None, entry()).await.unwrap();
    }
    assert_eq!(it.sessions().audit_end().await.unwrap().seq, 1);
}

#[tokio::test]
async fn an_entry_is_there_if_and_only_if_what_it_tells_was_done() {
    let it = empty().await;
    let entry = || Change::Audit(Arc::new(Entry(vec![X])));
    it.commit(vec![entry(), Change::NewAccount(account(1)), entry()]).await.unwrap();
    conflict(it.commit(vec![entry(), Change::Expect(A, 9)]).await);
    conflict(it.commit(vec![entry(), Change::NewAccount(account(1))]).await);
    assert_eq!(it.sessions().audit_end().await.unwrap().seq, 2);
}

#[tokio::test]
async fn what_is_cut_is_gone_and_the_log_goes_on_behind_it() {
    let it = six().await;
    let store = it.sessions();
    assert_eq!(store.audit_start().await.unwrap(), None);
    let start = |seq: u8, hash| AuditStart {
        cut: AuditEnd { seq: seq.into(), hash: [hash; 32] },
        sealed: vec![seq],
    };
    assert!(matches!(store.cut_audit(start(4, 9)).await, Err(StorageError::Conflict)));
    store.cut_audit(start(4, 4)).await.unwrap();
    assert_eq!(numbers(&store.audit_after(0, 10).await.unwrap()), [5, 6]);
    assert_eq!(numbers(&store.audit_about(&[X], i64::MAX, 10).await.unwrap()), [6, 5]);
    // Even when all of it is cut.
    store.cut_audit(start(6, 6)).await.unwrap();
    assert_eq!(store.audit_start().await.unwrap(), Some(start(6, 6)));
    assert_eq!(store.audit_end().await.unwrap(), start(6, 6).cut);
    assert_eq!(store.audit(Arc::new(Entry(vec![X]))).await.unwrap(), 7);
    assert_eq!(store.audit_after(0, 10).await.unwrap()[0].previous, [6; 32]);
}
