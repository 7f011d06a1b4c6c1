//! Passkeys, with an authenticator in software.

use affiant_backend::{Change, Level, PasskeyRow};
use affiant_passkey::testing::{Authenticator, Lie};
use affiant_vault::SignInToken;

use super::factors::ada;
use super::support::{NOW, OTHER, PASSWORD, World, at, templates, typed};
use crate::{
    AccountError, PasskeyAnswer, PasskeyBegun, PasskeyMade, PasskeyQuestion, PasskeySignIn, Person,
};

const ADA: &str = "ada@example.com";
/// 32 bytes in base64url, as an authenticator's PRF extension gives them.
pub(super) const PRF: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA";
const OTHER_PRF: &str = "_wIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA";

fn authenticator() -> Authenticator {
    Authenticator::new("https://site.example", "site.example")
}

async fn begin(it: &World, person: &Person, now: i64) -> PasskeyQuestion {
    match it.it.begin_passkey(person, typed(PASSWORD), &at(now)).await.unwrap() {
        PasskeyBegun::Asked(asked) => asked,
        _ => panic!("nothing is asked"),
    }
}

pub(super) async fn make(it: &World, person: &Person, prf: &str, now: i64) -> PasskeyMade {
    // Passwords for one account are kept apart in time.
    let now = now + 2;
    let asked = begin(it, person, now).await;
    let answer = authenticator().make(&asked.options, Lie::None);
    let given = PasskeyAnswer { challenge: &asked.challenge, answer: &answer, prf };
    it.it.add_passkey(person, &given, "My phone", &at(now)).await.unwrap().made
}

pub(super) async fn ask(it: &World, now: i64) -> PasskeyQuestion {
    it.it.ask_for_passkey(now).await.unwrap().unwrap()
}

pub(super) async fn answer(
    it: &World,
    asked: &PasskeyQuestion,
    person: &Person,
    prf: &str,
    (counter, now): (u32, i64),
) -> PasskeySignIn {
    let answer = authenticator().sign(&asked.options, &person.account.id.0, counter, Lie::None);
    let given = PasskeyAnswer { challenge: &asked.challenge, answer: &answer, prf };
    it.it.sign_in_by_passkey(&given, &at(now)).await.unwrap()
}

fn copy(token: &SignInToken) -> SignInToken {
    token.reveal(|it| SignInToken::take(&mut { *it }))
}

#[tokio::test]
async fn passkey_with_prf_signs_in_and_opens_the_answers() {
    let it = World::new().await;
    let person = it.person(ADA, PASSWORD, NOW).await.person;
    let token = it.visitor(5, "my landlord is Mr Mould").await;
    it.it.take_over(&person, &token, NOW).await.unwrap();
    assert_eq!(make(&it, &person, PRF, NOW).await, PasskeyMade::Unlocks);
    assert!(templates(&it.letters().await).contains(&"passkey-added"));
    let listed = it.it.passkeys(&person).await.unwrap();
    assert_eq!((listed[0].name.as_str(), listed[0].unlocks), ("My phone", true));

    let asked = ask(&it, NOW + 10).await;
    let done = answer(&it, &asked, &person, PRF, (1, NOW + 10)).await;
    let PasskeySignIn::SignedIn(done) = done else { panic!("not signed in") };
    assert_eq!(done.person.sign_in.level, Level::Passkey);
    let read = it.read(&done.person, 5, NOW + 10).await;
    assert_eq!(read.as_deref(), Some("my landlord is Mr Mould"));
}

#[tokio::test]
async fn passkey_without_prf_needs_the_password_to_open() {
    let it = World::new().await;
    let person = it.person(ADA, PASSWORD, NOW).await.person;
    assert_eq!(make(&it, &person, "", NOW).await, PasskeyMade::SignsIn);
    let asked = ask(&it, NOW + 10).await;
    let done = answer(&it, &asked, &person, "", (1, NOW + 10)).await;
    let PasskeySignIn::PasswordNeeded(challenge) = done else { panic!("no password is asked") };
    let wrong = it.it.unlock_behind_passkey(&challenge, typed(OTHER), &at(NOW + 20)).await.unwrap();
    assert!(matches!(wrong, PasskeySignIn::WrongPassword));
    let right = it.it.unlock_behind_passkey(&challenge, typed(PASSWORD), &at(NOW + 30)).await;
    let PasskeySignIn::SignedIn(done) = right.unwrap() else { panic!("not signed in") };
    assert!(it.it.person(copy(&done.token), NOW + 30).await.unwrap().is_some());
    let again = it.it.unlock_behind_passkey(&challenge, typed(PASSWORD), &at(NOW + 40)).await;
    assert!(matches!(again.unwrap(), PasskeySignIn::Refused));
}

#[tokio::test]
async fn what_another_authenticator_gives_opens_nothing() {
    let it = World::new().await;
    let person = it.person(ADA, PASSWORD, NOW).await.person;
    make(&it, &person, PRF, NOW).await;
    for prf in [OTHER_PRF, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AQID", "!"] {
        let asked = ask(&it, NOW + 10).await;
        let done = answer(&it, &asked, &person, prf, (0, NOW + 10)).await;
        assert!(matches!(done, PasskeySignIn::PasswordNeeded(_)), "{prf}");
    }
}

#[tokio::test]
async fn question_is_answered_once_and_within_five_minutes() {
    let it = World::new().await;
    let person = it.person(ADA, PASSWORD, NOW).await.person;
    make(&it, &person, PRF, NOW).await;
    let asked = ask(&it, NOW + 10).await;
    let first = answer(&it, &asked, &person, PRF, (1, NOW + 10)).await;
    assert!(matches!(first, PasskeySignIn::SignedIn(_)));
    let again = answer(&it, &asked, &person, PRF, (2, NOW + 11)).await;
    assert!(matches!(again, PasskeySignIn::Refused));
    let asked = ask(&it, NOW + 20).await;
    let late = answer(&it, &asked, &person, PRF, (3, NOW + 20 + 300)).await;
    assert!(matches!(late, PasskeySignIn::Refused));
}

#[tokio::test]
async fn passkey_of_another_account_or_none_is_refused() {
    let it = World::new().await;
    let person = it.person(ADA, PASSWORD, NOW).await.person;
    let stranger = it.person("bob@example.com", OTHER, NOW + 1).await.person;
    let asked = ask(&it, NOW + 10).await;
    let none = answer(&it, &asked, &person, PRF, (1, NOW + 10)).await;
    assert!(matches!(none, PasskeySignIn::Refused), "there is no passkey yet");
    make(&it, &person, PRF, NOW + 10).await;
    let asked = ask(&it, NOW + 20).await;
    let other = answer(&it, &asked, &stranger, PRF, (1, NOW + 20)).await;
    assert!(matches!(other, PasskeySignIn::Refused), "the passkey is Ada's");
}

#[tokio::test]
async fn removed_passkey_lets_nobody_in() {
    let it = World::new().await;
    let person = it.person(ADA, PASSWORD, NOW).await.person;
    let stranger = it.person("bob@example.com", OTHER, NOW + 1).await.person;
    make(&it, &person, PRF, NOW + 2).await;
    let id = it.it.passkeys(&person).await.unwrap()[0].id.clone();
    assert!(!it.it.remove_passkey(&stranger, &id, NOW + 3).await.unwrap());
    assert!(it.it.remove_passkey(&person, &id, NOW + 4).await.unwrap());
    assert!(it.it.passkeys(&person).await.unwrap().is_empty());
    let asked = ask(&it, NOW + 10).await;
    let done = answer(&it, &asked, &person, PRF, (1, NOW + 10)).await;
    assert!(matches!(done, PasskeySignIn::Refused));
}

#[tokio::test]
async fn making_one_wants_the_password() {
    let it = World::new().await;
    let person = it.person(ADA, PASSWORD, NOW).await.person;
    let begun = it.it.begin_passkey(&person, typed(OTHER), &at(NOW + 10)).await.unwrap();
    assert!(matches!(begun, PasskeyBegun::WrongPassword));
}

#[tokio::test]
async fn an_account_has_twenty_and_no_more() {
    let it = World::new().await;
    let person = it.person(ADA, PASSWORD, NOW).await.person;
    make(&it, &person, PRF, NOW + 20).await;
    let [row] = &it.it.store().passkeys(person.id()).await.unwrap()[..] else { panic!("not one") };
    let others = (2..=20).map(|it| PasskeyRow { credential: vec![it; 20], ..row.clone() });
    let changes = others.map(Change::PutPasskey).collect();
    it.it.store().commit(changes).await.unwrap();
    let begun = it.it.begin_passkey(&person, typed(PASSWORD), &at(NOW + 30)).await.unwrap();
    assert!(matches!(begun, PasskeyBegun::TooMany));
    assert_eq!(it.it.passkeys(&person).await.unwrap().len(), 20);
}

#[tokio::test]
async fn wrong_answers_are_too_many_at_some_point() {
    let it = World::new().await;
    let given = PasskeyAnswer { challenge: "", answer: "{}", prf: "" };
    for _ in 0..20 {
        let done = it.it.sign_in_by_passkey(&given, &at(NOW)).await.unwrap();
        assert!(matches!(done, PasskeySignIn::Refused));
    }
    let done = it.it.sign_in_by_passkey(&given, &at(NOW)).await;
    assert!(matches!(done, Err(AccountError::TooMany(_))));
}

#[tokio::test]
async fn passkey_stands_for_both_factors() {
    let it = World::new().await;
    let person = ada(&it).await.person;
    it.rest().await;
    for (prf, made) in [(PRF, PasskeyMade::Unlocks), ("", PasskeyMade::SignsIn)] {
        assert_eq!(make(&it, &person, prf, NOW + 10).await, made);
        let asked = ask(&it, NOW + 20).await;
        let mut done = answer(&it, &asked, &person, prf, (0, NOW + 20)).await;
        if let PasskeySignIn::PasswordNeeded(challenge) = &done {
            let password = typed(PASSWORD);
            done = it.it.unlock_behind_passkey(challenge, password, &at(NOW + 30)).await.unwrap();
        }
        let PasskeySignIn::SignedIn(done) = done else { panic!("a code is owed: {prf}") };
        assert_eq!(done.person.sign_in.level, Level::Passkey);
        let id = it.it.passkeys(&person).await.unwrap()[0].id.clone();
        assert!(it.it.remove_passkey(&person, &id, NOW + 40).await.unwrap());
        it.rest().await;
    }
}
