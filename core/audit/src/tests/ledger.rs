//! The log in a real store: what a person finds, what is cut, what is noticed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use affiant_backend::{AccountId, AuditLog as _, AuditStart, Change, Commit as _};
use affiant_keyring::{DAY, Keys};
use affiant_storage_sqlite::{Databases, Main, Options};
use affiant_vault::{Master, NoRandomness, Randomness};
use tempfile::TempDir;

use crate::{Broken, Detail, Event, Ledger, Unverified};

/// 15 November 2026.
const NOW: i64 = 1_794_700_800;

const ADA: AccountId = AccountId([1; 16]);
const BEN: AccountId = AccountId([2; 16]);

/// Bytes that differ from call to call.
#[derive(Default)]
struct Counting(AtomicU64);

impl Randomness for Counting {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        let mut bytes = self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes().into_iter().cycle();
        buffer.fill_with(|| bytes.next().unwrap_or_default());
        Ok(())
    }
}

struct World {
    _folder: TempDir,
    keys: Arc<Keys>,
    log: Main,
    ledger: Ledger,
}

async fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { folder: folder.path().to_owned(), max_pages: None };
    let databases = Databases::open(&options).await.unwrap();
    let ring = Arc::new(databases.secrets.clone());
    let master = Master::take(&mut [5; 32]);
    let keys = Keys::open(ring, master, Arc::new(Counting::default()), NOW).await.unwrap();
    let keys = Arc::new(keys);
    let ledger = Ledger::new(Arc::clone(&keys));
    World { _folder: folder, keys, log: databases.main.clone(), ledger }
}

impl World {
    async fn note(&self, event: Event, whom: &[AccountId], now: i64) {
        let entry: Change = self.ledger.change(event, Detail::None, whom, now).await.unwrap();
        self.log.commit(vec![entry]).await.unwrap();
    }

    /// Six entries, one each 40 days.
    async fn six(&self) {
        for number in 0..6 {
            self.note(Event::SignedIn, &[ADA], NOW + number * 40 * DAY).await;
        }
    }

    async fn found(&self, whom: AccountId, now: i64) -> Vec<i64> {
        let names = self.ledger.pseudonyms(whom, now).await.unwrap();
        let rows = self.log.audit_about(&names, i64::MAX, 100).await.unwrap();
        rows.iter().map(|it| it.seq).collect()
    }

    async fn broken(&self) -> Option<Broken> {
        match self.ledger.verify(&self.log, None).await {
            Ok(_) => None,
            Err(Unverified::Broken(broken)) => Some(broken),
            Err(Unverified::Storage(error)) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn a_person_finds_what_is_about_them_until_the_keys_of_its_month_are_gone() {
    let it = world().await;
    it.note(Event::SignedIn, &[ADA], NOW).await;
    it.note(Event::RolesChanged, &[BEN, ADA], NOW + 20 * DAY).await;
    it.note(Event::SignedIn, &[BEN], NOW + 50 * DAY).await;
    let names = it.ledger.pseudonyms(ADA, NOW + 50 * DAY).await.unwrap();
    assert_eq!(names.len(), 3, "one for each month");
    assert!(names[0] != names[1] && names[1] != names[2]);
    assert_eq!(it.found(ADA, NOW + 50 * DAY).await, [2, 1]);
    assert_eq!(it.found(BEN, NOW + 50 * DAY).await, [3, 2]);
    // Fourteen months later, the first month's key goes.
    let later = NOW + 14 * 30 * DAY;
    it.keys.retire(later).await.unwrap();
    assert_eq!(it.found(ADA, later).await, [2]);
    assert_eq!(it.log.audit_after(0, 10).await.unwrap().len(), 3, "the entries stay");
    assert_eq!(it.broken().await, None);
}

#[tokio::test]
async fn what_was_kept_as_long_as_promised_is_cut_and_the_rest_is_whole() {
    let it = world().await;
    it.six().await;
    let before = NOW + 100 * DAY;
    assert_eq!(it.ledger.trim(&it.log, before, true).await.unwrap(), 3);
    assert_eq!(it.ledger.trim(&it.log, before, false).await.unwrap(), 3);
    assert_eq!(it.ledger.trim(&it.log, before, false).await.unwrap(), 0);
    let whole = it.ledger.verify(&it.log, None).await.unwrap();
    assert_eq!((whole.entries, whole.cut, whole.end.seq), (3, 3, 6));
    it.note(Event::SignedOut, &[ADA], NOW + 300 * DAY).await;
    assert_eq!(it.ledger.verify(&it.log, None).await.unwrap().entries, 4);
}

#[tokio::test]
async fn a_beginning_that_somebody_else_cut_is_not_believed() {
    let it = world().await;
    it.six().await;
    let row = it.log.audit_after(3, 1).await.unwrap().remove(0);
    let cut = crate::tests::end(&row);
    it.log.cut_audit(AuditStart { cut, sealed: vec![0; 32] }).await.unwrap();
    assert_eq!(it.broken().await, Some(Broken::Start(4)));
}

#[tokio::test]
async fn a_log_that_ends_early_does_not_hold_what_is_remembered_of_it() {
    let it = world().await;
    it.six().await;
    let known = it.log.audit_end().await.unwrap();
    assert!(it.ledger.verify(&it.log, Some(known)).await.is_ok());
    it.note(Event::SignedOut, &[ADA], NOW + 300 * DAY).await;
    assert!(it.ledger.verify(&it.log, Some(known)).await.is_ok(), "it may have gone on");
    let other = world().await;
    other.note(Event::SignedIn, &[ADA], NOW).await;
    let short = other.ledger.verify(&other.log, Some(known)).await;
    assert!(matches!(short, Err(Unverified::Broken(Broken::End { expected: 6, found: 1 }))));
    for number in 0..6 {
        other.note(Event::SignedOut, &[ADA], NOW + number).await;
    }
    let forged = other.ledger.verify(&other.log, Some(known)).await;
    assert!(matches!(forged, Err(Unverified::Broken(Broken::End { expected: 6, .. }))));
}
