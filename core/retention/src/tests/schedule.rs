//! Retention over days that pass in no time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use affiant_backend::{
    AccountId, AccountStatus, AccountStore as _, AuditLog as _, Change, Commit as _, FilesOfStep,
    GrantStore as _, HeadRow, LinkPurpose, LinkRow, NextStep, Outbox as _, OutboxRow, SecretKind,
    SecretName, SessionId, SessionStore as _, StepRow, StorageError,
};
use affiant_keyring::{DAY, sign_in_epoch};
use async_trait::async_trait;

use super::{Fixture, NOW, empty, hash, id, periods, step};
use crate::{Moment, Periods, Report, Schedule, Warner};

const HOUR: i64 = 3_600;

/// Writes down who was warned of what.
#[derive(Default)]
struct Warnings(Mutex<Vec<(AccountId, String, u32)>>);

#[async_trait]
impl Warner for Warnings {
    async fn warning(
        &self,
        owner: AccountId,
        interview: &str,
        days: u32,
        now: i64,
    ) -> Result<Option<OutboxRow>, StorageError> {
        let mut all = self.0.lock().unwrap();
        all.push((owner, interview.to_owned(), days));
        let mut id = [0; 16];
        id[..8].copy_from_slice(&u64::try_from(all.len()).unwrap().to_be_bytes());
        let expires = now + DAY;
        let mail = OutboxRow {
            id,
            account: Some(owner),
            sealed: vec![1],
            attempts: 0,
            next: now,
            expires,
        };
        Ok(Some(mail))
    }
}

fn schedule(it: &Fixture) -> (Schedule, Arc<Warnings>) {
    let warnings = Arc::new(Warnings::default());
    (Schedule::new(Arc::clone(&it.eraser)).with_warner(warnings.clone()), warnings)
}

async fn tick(schedule: &Schedule, now: i64, periods: &Periods) -> Report {
    schedule.tick(Moment { now, since: None }, periods).await.unwrap()
}

async fn is_there(it: &Fixture, number: u32) -> bool {
    it.databases.main.session(SessionId(id(number))).await.unwrap().is_some()
}

#[tokio::test]
async fn each_kind_of_session_goes_on_its_day_and_not_before() {
    let it = empty().await;
    let (schedule, _) = schedule(&it);
    it.account(1, AccountStatus::Active, NOW).await;
    it.owned(11, 1, "letter", NOW).await;
    it.owned(12, 1, "will", NOW).await;
    it.visitor(31, "letter", NOW).await;
    it.visitor(32, "will", NOW).await;
    let periods = periods(&[("will", 30)]);
    let ends = BTreeMap::from([(11, 90), (12, 30), (31, 7), (32, 30)]);
    // A run at noon of each day, on the second, and one second later.
    for day in 0..=91 {
        for second in [0, 1] {
            tick(&schedule, NOW + day * DAY + second, &periods).await;
            for (number, last) in &ends {
                let expected = day < *last || (day == *last && second == 0);
                assert_eq!(is_there(&it, *number).await, expected, "{number} on day {day}");
                assert_eq!(it.has_secret(SecretKind::Session, id(*number)).await, expected);
            }
        }
    }
}

#[tokio::test]
async fn owners_are_warned_twice_and_again_after_use() {
    let it = empty().await;
    let (schedule, warnings) = schedule(&it);
    it.account(1, AccountStatus::Active, NOW).await;
    it.owned(11, 1, "letter", NOW).await;
    let periods = Periods::default();
    for day in 0..90 {
        tick(&schedule, NOW + day * DAY + HOUR, &periods).await;
    }
    let told = |days| (AccountId(id(1)), "letter".to_owned(), days);
    assert_eq!(*warnings.0.lock().unwrap(), [told(14), told(3)]);
    assert!(it.databases.main.waiting_mail().await.unwrap() <= 1);
    let touched = NOW + 89 * DAY + 2 * HOUR;
    let next = NextStep {
        session: SessionId(id(11)),
        expected: 0,
        after: 0,
        step: StepRow { number: 1, ..step() },
        head: HeadRow { revision: 1, sealed: Vec::new() },
        files: FilesOfStep::default(),
        touched,
    };
    it.databases.main.append(next).await.unwrap();
    for day in 90..180 {
        tick(&schedule, NOW + day * DAY + HOUR, &periods).await;
    }
    assert_eq!(*warnings.0.lock().unwrap(), [told(14), told(3), told(14), told(3)]);
    assert!(!is_there(&it, 11).await || NOW + 179 * DAY + HOUR <= touched + 90 * DAY);
}

#[tokio::test]
async fn a_server_that_was_off_warns_once_and_not_of_the_past() {
    let it = empty().await;
    let (schedule, warnings) = schedule(&it);
    it.account(1, AccountStatus::Active, NOW).await;
    it.owned(11, 1, "letter", NOW).await;
    tick(&schedule, NOW + 88 * DAY, &Periods::default()).await;
    tick(&schedule, NOW + 88 * DAY + HOUR, &Periods::default()).await;
    assert_eq!(warnings.0.lock().unwrap().iter().map(|it| it.2).collect::<Vec<_>>(), [2]);
}

#[tokio::test]
async fn a_clock_that_jumps_deletes_nothing_and_says_so() {
    let it = empty().await;
    let (schedule, _) = schedule(&it);
    it.visitor(31, "letter", NOW).await;
    tick(&schedule, NOW, &Periods::default()).await;
    let jumped = Moment { now: NOW + 3_650 * DAY, since: Some(900) };
    let report = schedule.tick(jumped, &Periods::default()).await.unwrap();
    assert!(report.jumped && report.session_count() == 0);
    assert!(is_there(&it, 31).await);
    // Somebody sets it right.
    let back = Moment { now: NOW + 1800, since: Some(900) };
    assert!(schedule.tick(back, &Periods::default()).await.unwrap().jumped);
    let on = Moment { now: NOW + 2700, since: Some(900) };
    assert!(!schedule.tick(on, &Periods::default()).await.unwrap().jumped);
    assert!(is_there(&it, 31).await);
}

#[tokio::test]
async fn many_at_once_wait_half_a_day_with_an_alarm() {
    let it = empty().await;
    let (schedule, _) = schedule(&it);
    for number in 100..125 {
        it.visitor(number, "letter", NOW).await;
    }
    let due = NOW + 7 * DAY + 1;
    tick(&schedule, due - HOUR, &Periods::default()).await;
    let report = tick(&schedule, due, &Periods::default()).await;
    assert_eq!((report.put_off, report.session_count()), (Some(due + 12 * HOUR), 0));
    assert!(is_there(&it, 100).await);
    let report = tick(&schedule, due + 12 * HOUR, &Periods::default()).await;
    assert_eq!((report.put_off, report.session_count()), (None, 25));
    assert!(!is_there(&it, 100).await);
}

#[tokio::test]
async fn accounts_locked_keys_links_and_epochs_go_when_their_time_is_over() {
    let it = empty().await;
    let (schedule, _) = schedule(&it);
    let store = &it.databases.main;
    it.account(1, AccountStatus::Active, NOW).await;
    it.account(2, AccountStatus::Unconfirmed, NOW).await;
    let next = SecretName { kind: SecretKind::Account, id: id(1), epoch: 1 };
    it.keys.put(next, &affiant_vault::Secret::take(&mut [4; 32]), NOW).await.unwrap();
    it.keys.of_epoch(SecretKind::SignIn, sign_in_epoch(NOW), NOW).await.unwrap();
    let link = LinkRow {
        hash: hash(9),
        purpose: LinkPurpose::Invite,
        account: None,
        payload: Vec::new(),
        nonce: None,
        tries: 1,
        expires: NOW + HOUR,
    };
    let keys = Change::Keys {
        account: AccountId(id(1)),
        key_epoch: 1,
        public_key: [2; 32],
        secret_key: vec![2],
    };
    let lock = Change::LockKeys(AccountId(id(1)), NOW + 30 * DAY);
    store.commit(vec![lock, keys, Change::PutLink(link)]).await.unwrap();
    let mut seen = Report::default();
    for day in 0..=31 {
        let report = tick(&schedule, NOW + day * DAY + 2 * HOUR, &Periods::default()).await;
        seen.accounts += report.accounts;
        seen.locked += report.locked;
        seen.secrets += report.secrets;
        seen.expired.extend(report.expired.into_iter().filter(|it| it.1 > 0));
    }
    assert_eq!((seen.accounts, seen.locked, seen.secrets), (1, 1, 1));
    assert_eq!(seen.expired, [("links", 1)]);
    assert_eq!(store.account(AccountId(id(2))).await.unwrap(), None);
    assert_eq!(store.locked(AccountId(id(1))).await.unwrap(), []);
    let left = it.keys.ring().epochs(SecretKind::Account, id(1)).await.unwrap();
    assert_eq!(left.iter().map(|it| it.name.epoch).collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn a_dry_run_counts_and_changes_nothing() {
    let it = empty().await;
    let (schedule, _) = schedule(&it);
    it.account(2, AccountStatus::Unconfirmed, NOW).await;
    it.visitor(31, "letter", NOW).await;
    it.visitor(32, "letter", NOW + 5 * DAY).await;
    it.account(1, AccountStatus::Active, NOW).await;
    it.owned(11, 1, "letter", NOW - 70 * DAY).await;
    let later = NOW + 8 * DAY;
    let report = schedule.dry_run(later, &Periods::default()).await.unwrap();
    assert_eq!((report.session_count(), report.accounts, report.warned), (1, 1, 1));
    assert!(report.to_string().contains("sessions of visitors, interview letter"), "{report}");
    assert!(is_there(&it, 31).await);
    assert!(report.to_string().contains("1  warnings to owners of sessions"), "{report}");
    let done = tick(&schedule, later, &Periods::default()).await;
    assert_eq!((done.session_count(), done.accounts, done.warned), (1, 1, 1));
    assert_eq!(schedule.dry_run(later, &Periods::default()).await.unwrap().warned, 0);
    assert!(!is_there(&it, 31).await && is_there(&it, 32).await);
}

/// 400 days, a run on each, a crash each month; sessions begin every other day. None goes early, none
/// more than a day late. The days include the change of clocks and a leap day, which a clock that
/// counts seconds does not know.
#[tokio::test]
async fn in_four_hundred_days_nothing_goes_early_or_late() {
    let mut it = empty().await;
    let begin = "2027-10-15T09:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second();
    it.account(1, AccountStatus::Active, begin).await;
    let periods = periods(&[("short", 2)]);
    let mut ends = BTreeMap::new();
    let (mut early, mut late, mut gone, mut number) = (0, 0, 0, 100);
    for run in 0..400_i64 {
        let now = begin + run * DAY;
        if run % 2 == 0 {
            for (interview, owned, days) in
                [("letter", true, 90), ("letter", false, 7), ("short", false, 2)]
            {
                number += 1;
                if owned {
                    it.owned(number, 1, interview, now).await;
                } else {
                    it.visitor(number, interview, now).await;
                }
                ends.insert(number, now + days * DAY);
            }
        }
        if run % 30 == 29 {
            it = it.crashed().await;
        }
        let schedule = Schedule::new(Arc::clone(&it.eraser));
        tick(&schedule, now, &periods).await;
        let mut left = BTreeMap::new();
        for (number, end) in ends {
            if is_there(&it, number).await {
                late += u32::from(now > end + DAY);
                left.insert(number, end);
            } else {
                early += u32::from(now < end);
                gone += 1;
            }
        }
        ends = left;
    }
    assert_eq!((early, late), (0, 0));
    assert!(gone > 500, "{gone}");
}

#[tokio::test]
async fn the_audit_log_counts_what_visitors_left_and_loses_what_is_too_old() {
    let it = empty().await;
    let (schedule, _) = schedule(&it);
    let log = &it.databases.main;
    it.visitor(31, "letter", NOW).await;
    it.visitor(32, "will", NOW).await;
    tick(&schedule, NOW + 8 * DAY, &Periods::default()).await;
    let rows = log.audit_after(0, 10).await.unwrap();
    assert_eq!(rows.iter().map(|it| it.kind.as_str()).collect::<Vec<_>>(), ["visitors-expired"]);
    assert_eq!(affiant_audit::Told::of(&rows[0]).count, Some(2));
    let ends = NOW + 8 * DAY + 400 * DAY;
    let dry = schedule.dry_run(ends + 1, &Periods::default()).await.unwrap();
    assert_eq!((tick(&schedule, ends, &Periods::default()).await.audit, dry.audit), (0, 1));
    let longer = Periods { audit_before: Some(NOW), ..Periods::default() };
    assert_eq!(tick(&schedule, ends + 1, &longer).await.audit, 0, "a longer time holds");
    assert_eq!(tick(&schedule, ends + 1, &Periods::default()).await.audit, 1);
    assert_eq!(log.audit_after(0, 10).await.unwrap(), []);
    assert_eq!(log.audit_end().await.unwrap().seq, 1);
}

/// While administrators hold deletions nothing of anybody goes, however old it is; then all of it does,
/// and its owner was warned of that day.
#[tokio::test]
async fn nothing_goes_by_its_age_while_deletions_are_held() {
    let it = empty().await;
    let (schedule, warnings) = schedule(&it);
    it.account(1, AccountStatus::Active, NOW).await;
    it.account(2, AccountStatus::Unconfirmed, NOW).await;
    it.owned(11, 1, "letter", NOW).await;
    it.visitor(31, "letter", NOW).await;
    let lock = Change::LockKeys(AccountId(id(1)), NOW + 30 * DAY);
    let keys = Change::Keys {
        account: AccountId(id(1)),
        key_epoch: 1,
        public_key: [2; 32],
        secret_key: vec![2],
    };
    it.databases.main.commit(vec![lock, keys]).await.unwrap();
    let held = NOW + 120 * DAY;
    let periods = Periods { held_until: Some(held), ..Periods::default() };
    for day in 0..120 {
        let report = tick(&schedule, NOW + day * DAY, &periods).await;
        let gone = (report.session_count(), report.accounts, report.locked, report.audit);
        assert_eq!((gone, report.put_off), ((0, 0, 0, 0), None), "day {day}");
        let dry = schedule.dry_run(NOW + day * DAY, &periods).await.unwrap();
        assert_eq!((dry.session_count(), dry.accounts, dry.locked), (0, 0, 0), "day {day}");
        // Used up, the warnings say on which day it is over.
        if day == 105 {
            assert_eq!(*warnings.0.lock().unwrap(), []);
        }
    }
    assert!(is_there(&it, 11).await && is_there(&it, 31).await);
    assert_eq!(warnings.0.lock().unwrap().iter().map(|it| it.2).collect::<Vec<_>>(), [14, 3]);
    let report = tick(&schedule, held, &periods).await;
    assert_eq!((report.session_count(), report.accounts, report.locked), (2, 1, 1));
    assert!(!is_there(&it, 11).await && !is_there(&it, 31).await);
}
