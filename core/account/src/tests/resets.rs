//! Forgotten passwords, with and without a recovery key.

use super::support::{DAY, NOW, OTHER, PASSWORD, World, address, at, new};
use crate::{
    AccountError, Kept, Merged, Person, RecoveryChoice, Reset, ResetDone, ResetLink, Signing,
};

const ADA: &str = "ada@example.com";

/// Asks for a link, and returns it with what the browser holds.
pub(super) async fn ask(it: &World, now: i64) -> (String, String) {
    it.letters().await;
    let nonce = it.it.new_nonce().unwrap();
    ask_with(it, ADA, &nonce, now).await.unwrap();
    let (template, link) = it.letter().await;
    assert_eq!(template, "reset");
    (link, nonce)
}

async fn ask_with(it: &World, email: &str, nonce: &str, now: i64) -> Result<(), AccountError> {
    let email = address(email);
    let admitted = it.it.admit_reset(&email, &at(now)).await?;
    it.it.send_reset(admitted, &email, nonce, "en", now).await
}

/// An account without a second factor.
fn here<'a>(link: &'a str, nonce: &'a str) -> Reset<'a> {
    Reset { link, nonce, code: "" }
}

pub(super) async fn with_recovery(it: &World, person: &Person) -> String {
    let key = it.it.new_recovery_key().unwrap();
    let groups: Vec<&str> = key.split('-').collect();
    let mistyped = it.it.keep_recovery_key(person, &key, [groups[2], "0000"], NOW).await.unwrap();
    assert_eq!(mistyped, Kept::Mistyped);
    let typed = [groups[2].to_lowercase(), groups[6].to_owned()];
    let kept = it.it.keep_recovery_key(person, &key, [&typed[0], &typed[1]], NOW).await.unwrap();
    assert_eq!(kept, Kept::Done);
    key
}

#[tokio::test]
async fn a_recovery_key_resets_the_password_loses_nothing_and_is_replaced() {
    let it = World::new().await;
    let first = it.person(ADA, PASSWORD, NOW).await;
    it.it.take_over(&first.person, &it.visitor(3, "forty-two").await, NOW).await.unwrap();
    let key = with_recovery(&it, &first.person).await;
    let (link, nonce) = ask(&it, NOW + 9).await;
    let seen = it.it.reset_of_link(&link, &nonce, NOW + 9).await.unwrap();
    assert_eq!(seen, ResetLink::Works { has_recovery: true, has_factor: false, in_custody: false });
    let other = it.it.new_recovery_key().unwrap();
    let wrong =
        it.it.reset_with_recovery(&here(&link, &nonce), &other, new(OTHER), &at(NOW + 10)).await;
    assert!(matches!(wrong.unwrap(), ResetDone::WrongKey));
    let done =
        it.it.reset_with_recovery(&here(&link, &nonce), &key, new(OTHER), &at(NOW + 11)).await;
    let ResetDone::Done(done, Some(newer)) = done.unwrap() else { panic!("not reset") };
    assert_eq!(it.letter().await.0, "password-reset");
    assert_ne!(newer, key);
    assert_eq!(it.read(&done.person, 3, NOW + 11).await.as_deref(), Some("forty-two"));
    assert_eq!(it.it.profile(&done.person).unwrap().recovery, RecoveryChoice::Kept);
    assert!(matches!(it.sign_in(ADA, PASSWORD, NOW + 20).await.unwrap(), Signing::Wrong));
    let later = at(NOW + 21);
    let again =
        it.it.reset_with_recovery(&here(&link, &nonce), &newer, new(PASSWORD), &later).await;
    assert!(matches!(again.unwrap(), ResetDone::NoLink));
    let (link, nonce) = ask(&it, NOW + 2 * DAY).await;
    let late = at(NOW + 2 * DAY + 1);
    let old =
        it.it.reset_with_recovery(&here(&link, &nonce), &key, new(PASSWORD), &late).await.unwrap();
    assert!(matches!(old, ResetDone::WrongKey));
    let late = at(NOW + 2 * DAY + 2);
    let new = it
        .it
        .reset_with_recovery(&here(&link, &nonce), &newer, new(PASSWORD), &late)
        .await
        .unwrap();
    assert!(matches!(new, ResetDone::Done(..)));
}

#[tokio::test]
async fn without_a_key_answers_wait_in_the_locked_vault_for_the_old_password() {
    let it = World::new().await;
    let first = it.person(ADA, PASSWORD, NOW).await;
    it.it.take_over(&first.person, &it.visitor(3, "forty-two").await, NOW).await.unwrap();
    let (link, nonce) = ask(&it, NOW + 9).await;
    let seen = it.it.reset_of_link(&link, &nonce, NOW + 9).await.unwrap();
    assert_eq!(
        seen,
        ResetLink::Works { has_recovery: false, has_factor: false, in_custody: false }
    );
    let done =
        it.it.reset_without_key(&here(&link, &nonce), new(OTHER), &at(NOW + 10)).await.unwrap();
    let ResetDone::Done(done, None) = done else { panic!("not reset") };
    let listed = it.it.interviews(&done.person, NOW + 10).await.unwrap();
    assert!(listed.len() == 1 && listed[0].is_locked);
    assert_eq!(it.read(&done.person, 3, NOW + 10).await, None);
    assert_eq!(it.it.address(&done.person).await.unwrap(), ADA);
    let wrong = it.it.merge(&done.person, "not what it was at all", &at(NOW + 20)).await.unwrap();
    assert_eq!(wrong, Merged::Wrong);
    let right = it.it.merge(&done.person, PASSWORD, &at(NOW + 30)).await.unwrap();
    assert_eq!(right, Merged::Done(1));
    assert_eq!(it.read(&done.person, 3, NOW + 30).await.as_deref(), Some("forty-two"));
    assert!(it.it.locked(&done.person, NOW + 30).await.unwrap().is_empty());
    let person = it.enter(ADA, OTHER, NOW + 40).await;
    assert_eq!(it.read(&person, 3, NOW + 40).await.as_deref(), Some("forty-two"));
}

#[tokio::test]
async fn the_old_recovery_key_opens_the_locked_vault_too() {
    let it = World::new().await;
    let first = it.person(ADA, PASSWORD, NOW).await;
    it.it.take_over(&first.person, &it.visitor(3, "forty-two").await, NOW).await.unwrap();
    let key = with_recovery(&it, &first.person).await;
    let (link, nonce) = ask(&it, NOW + 9).await;
    let done =
        it.it.reset_without_key(&here(&link, &nonce), new(OTHER), &at(NOW + 10)).await.unwrap();
    let ResetDone::Done(done, None) = done else { panic!("not reset") };
    let right = it.it.merge(&done.person, &key, &at(NOW + 30)).await.unwrap();
    assert_eq!(right, Merged::Done(1));
    assert_eq!(it.read(&done.person, 3, NOW + 30).await.as_deref(), Some("forty-two"));
}

#[tokio::test]
async fn a_link_is_for_one_browser_and_twenty_minutes() {
    let it = World::new().await;
    it.person(ADA, PASSWORD, NOW).await;
    let (link, nonce) = ask(&it, NOW + 9).await;
    let foreign = it.it.new_nonce().unwrap();
    let seen = it.it.reset_of_link(&link, &foreign, NOW + 9).await.unwrap();
    assert_eq!(seen, ResetLink::OtherBrowser);
    let done =
        it.it.reset_without_key(&here(&link, &foreign), new(OTHER), &at(NOW + 10)).await.unwrap();
    assert!(matches!(done, ResetDone::NoLink));
    let late = it.it.reset_of_link(&link, &nonce, NOW + 9 + 20 * 60).await.unwrap();
    assert_eq!(late, ResetLink::NoLink);
    for noise in ["", "x", &"A".repeat(43), &"-".repeat(10_000)] {
        let seen = it.it.reset_of_link(noise, &nonce, NOW + 9).await.unwrap();
        assert_eq!(seen, ResetLink::NoLink);
    }
}

#[tokio::test]
async fn an_address_without_account_is_told_by_mail_only_and_counted_alike() {
    let it = World::new().await;
    it.person(ADA, PASSWORD, NOW).await;
    it.letters().await;
    let nonce = it.it.new_nonce().unwrap();
    for (email, template) in [(ADA, "reset"), ("nobody@example.com", "no-account")] {
        ask_with(&it, email, &nonce, NOW + 9).await.unwrap();
        assert_eq!(it.letter().await.0, template);
        let again = ask_with(&it, email, &nonce, NOW + 10).await;
        assert!(matches!(again, Err(AccountError::TooMany(_))));
    }
}

#[tokio::test]
async fn declining_a_recovery_key_is_written_down() {
    let it = World::new().await;
    let first = it.person(ADA, PASSWORD, NOW).await;
    it.it.decline_recovery_key(&first.person, NOW + 5).await.unwrap();
    let person = it.enter(ADA, PASSWORD, NOW + 9).await;
    let recovery = it.it.profile(&person).unwrap().recovery;
    assert_eq!(recovery, RecoveryChoice::Declined(NOW - NOW.rem_euclid(DAY)));
}
