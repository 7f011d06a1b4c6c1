//! What the audit log says about a person.

use affiant_audit::Event;
use affiant_backend::{AccountId, AccountStatus, AuditLog as _, Change, Commit as _};

use super::support::{DAY, NOW, OTHER, PASSWORD, World, address, at, new, typed};
use crate::{Doer, Kept, Person, Signing, open_letter};

async fn events(it: &World, account: AccountId, now: i64) -> Vec<(Event, Doer, Option<u64>)> {
    let all = it.it.activity(account, i64::MAX, 100, now).await.unwrap();
    all.into_iter().rev().map(|it| (it.event.unwrap(), it.doer, it.count)).collect()
}

fn own(event: Event) -> (Event, Doer, Option<u64>) {
    (event, Doer::Themselves, None)
}

/// Writes down and keeps a recovery key.
async fn keep_key(it: &World, person: &Person) {
    let key = it.it.new_recovery_key().unwrap();
    let groups: Vec<&str> = key.split('-').collect();
    let kept = it.it.keep_recovery_key(person, &key, [groups[2], groups[6]], NOW).await.unwrap();
    assert_eq!(kept, Kept::Done);
}

#[tokio::test]
async fn each_thing_that_a_person_does_is_noted_once_where_that_person_finds_it() {
    let it = World::new().await;
    let ada = it.person("ada@example.com", PASSWORD, NOW).await.person;
    let session = it.visitor(3, "forty-two").await;
    it.it.take_over(&ada, &session, NOW).await.unwrap();
    it.it.take_over(&ada, &session, NOW).await.unwrap();
    keep_key(&it, &ada).await;
    let changed = it.it.change_password(&ada, typed(PASSWORD), new(OTHER), &at(NOW + 30)).await;
    assert!(matches!(changed.unwrap(), crate::Changed::Done(_)));
    let ada = it.enter("ada@example.com", OTHER, NOW + 60).await;
    let index = it.it.sign_ins(&ada, NOW + 60).await.unwrap();
    let other = index.iter().find(|it| it.id != ada.sign_in.id).unwrap().id;
    it.it.end_sign_in(&ada, other, NOW + 60).await.unwrap();
    it.it.end_sign_in(&ada, other, NOW + 60).await.unwrap();
    it.it.sign_out(&ada.token, NOW + 60).await.unwrap();
    it.it.sign_out(&ada.token, NOW + 60).await.unwrap();
    let said = events(&it, ada.id(), NOW + 60).await;
    let expected = [
        Event::Registered,
        Event::SessionTaken,
        Event::RecoveryKeyKept,
        Event::PasswordChanged,
        Event::SignedIn,
        Event::SignInEnded,
        Event::SignedOut,
    ];
    assert_eq!(said, expected.map(own));
    // All of it hangs together.
    let log = it.it.ledger().verify(&it.store, None).await.unwrap();
    assert_eq!(log.entries, 7);
}

#[tokio::test]
async fn tries_that_fail_are_one_entry_with_their_number_and_strangers_are_in_none() {
    let it = World::new().await;
    let ada = it.person("ada@example.com", PASSWORD, NOW).await.person;
    for number in 1..=3 {
        let wrong = it.sign_in("ada@example.com", OTHER, NOW + number * 60).await.unwrap();
        assert!(matches!(wrong, Signing::Wrong));
    }
    it.sign_in("nobody@example.com", OTHER, NOW + 500).await.unwrap();
    it.it.note_failures(NOW + DAY).await.unwrap();
    it.it.note_failures(NOW + DAY).await.unwrap();
    let failed = (Event::SignInsFailed, Doer::Themselves, Some(3));
    assert_eq!(events(&it, ada.id(), NOW + DAY).await, [own(Event::Registered), failed]);
    let all = it.store.audit_before(i64::MAX, Some("sign-ins-failed"), 10).await.unwrap();
    assert_eq!(all.iter().map(|it| it.subjects.len()).sum::<usize>(), 1);
    assert_eq!(all.len(), 2);
}

#[tokio::test]
async fn what_an_administrator_does_is_found_by_both_and_says_who_of_them_did_it() {
    let it = World::new().await;
    let ada = it.person("ada@example.com", PASSWORD, NOW).await.person;
    let ben = it.person("ben@example.com", OTHER, NOW + 60).await.person;
    assert!(it.it.start_reset(ben.id(), ada.id(), NOW + 90).await.unwrap());
    it.it.invite_to_register(ada.id(), Some(&address("eve@example.com")), "en", NOW).await.unwrap();
    let reset = |doer| (Event::ResetAsked, doer, None);
    let of_ben = [own(Event::Registered), reset(Doer::Another)];
    assert_eq!(events(&it, ben.id(), NOW + 90).await, of_ben);
    let of_ada = [own(Event::Registered), reset(Doer::ToAnother), own(Event::Invited)];
    assert_eq!(events(&it, ada.id(), NOW + 90).await, of_ada);
}

#[tokio::test]
async fn nothing_is_noted_of_what_was_refused() {
    let it = World::new().await;
    let ada = it.person("ada@example.com", PASSWORD, NOW).await.person;
    let count = it.store.audit_end().await.unwrap().seq;
    let refused = it.it.change_password(&ada, typed(OTHER), new(OTHER), &at(NOW + 60)).await;
    assert!(matches!(refused.unwrap(), crate::Changed::WrongPassword));
    it.it.revoke_api_key(&ada, [7; 16], NOW).await.unwrap();
    it.it.leave(&ada, affiant_backend::SessionId([9; 16]), NOW).await.unwrap();
    assert_eq!(it.store.audit_end().await.unwrap().seq, count);
}

#[tokio::test]
async fn an_owner_is_warned_in_their_language_and_nobody_who_cannot_sign_in() {
    let it = World::new().await;
    let ada = it.person("ada@example.com", PASSWORD, NOW).await.person;
    it.letters().await;
    let row = it.it.warning(ada.id(), 14, NOW).await.unwrap().unwrap();
    assert_eq!(row.account, Some(ada.id()));
    let (master, deployment) = (it.keys.master(), it.keys.deployment());
    let letter = open_letter(master, deployment, &row.sealed).unwrap();
    assert_eq!((letter.to.as_str(), letter.template), ("ada@example.com", "expiring"));
    assert_eq!((letter.language.as_str(), letter.values), ("en", vec![("days", "14".to_owned())]));
    it.store.commit(vec![Change::Status(ada.id(), AccountStatus::Disabled)]).await.unwrap();
    assert!(it.it.warning(ada.id(), 14, NOW).await.unwrap().is_none());
    assert!(it.it.warning(AccountId([9; 16]), 14, NOW).await.unwrap().is_none());
}
