//! Accounts whose key the server keeps too, and leaving that.

use affiant_audit::Event;
use affiant_backend::{
    AccountStore as _, GrantRole, Level, MethodKind, SecretKind, SecretName, SessionId,
};

use super::factors::{shown, with_factor};
use super::passkeys::{PRF, answer, ask as ask_passkey, make};
use super::resets::{ask, with_recovery};
use super::support::{NOW, OTHER, PASSWORD, World, address, at, new, typed};
use crate::{
    Accepted, Alone, Extent, FactorTry, Invitation, Left, PasskeySignIn, Person, RecoveryChoice,
    Reset, ResetDone, ResetLink, Revoked, SignedIn, Signing,
};

const ADA: &str = "ada@example.com";
const ANSWER: &str = "forty-two";

/// Ada, whose session 3 holds the answer, and whose key the server keeps too.
async fn ada(it: &World) -> Person {
    let ada = it.person_in(ADA, PASSWORD, NOW, true).await.person;
    it.it.take_over(&ada, &it.visitor(3, ANSWER).await, NOW).await.unwrap();
    ada
}

async fn leave(it: &World, person: &Person, now: i64) -> SignedIn {
    match it.it.leave_custody(person, Alone::Typed(typed(PASSWORD)), &at(now)).await.unwrap() {
        Left::Done(done) => *done,
        Left::WrongPassword => panic!("the password is wrong"),
        Left::NotHeld => panic!("the server has no key"),
    }
}

/// Resets the password without a recovery key.
async fn reset(it: &World, now: i64) -> (ResetLink, Person) {
    let (link, nonce) = ask(it, now).await;
    let seen = it.it.reset_of_link(&link, &nonce, now).await.unwrap();
    let reset = Reset { link: &link, nonce: &nonce, code: "" };
    let done = it.it.reset_without_key(&reset, new(OTHER), &at(now + 1)).await.unwrap();
    let ResetDone::Done(done, None) = done else { panic!("not reset") };
    (seen, done.person)
}

async fn invites(it: &World, owner: &Person, (to, name): (&str, &str), session: u8) {
    let (address, role) = (&address(to), GrantRole::View);
    let wanted = Invitation { address, name, role, extent: &Extent::Whole, until: None };
    it.it.invite(owner, SessionId([session; 16]), wanted, NOW).await.unwrap();
}

async fn shares(it: &World, owner: &Person, reader: &Person, session: u8) {
    let to = it.it.address(reader).await.unwrap();
    invites(it, owner, (&to, "A friend"), session).await;
    let offers = it.it.offers(reader, NOW).await.unwrap();
    let accepted = it.it.accept(reader, offers[0].hash, NOW).await.unwrap();
    assert_eq!(accepted, Accepted::Done(SessionId([session; 16])));
}

#[tokio::test]
async fn a_forgotten_password_loses_nothing_where_the_server_keeps_a_key_too() {
    let it = World::new().await;
    let ada = ada(&it).await;
    assert!(it.it.is_in_custody(&ada.account).await.unwrap());
    let (seen, ada) = reset(&it, NOW + 9).await;
    assert_eq!(seen, ResetLink::Works { has_recovery: false, has_factor: false, in_custody: true });
    assert_eq!(it.read(&ada, 3, NOW + 10).await.as_deref(), Some(ANSWER));
    assert!(it.it.locked(&ada, NOW + 10).await.unwrap().is_empty());
    let said = it.it.activity(ada.id(), i64::MAX, 1, NOW + 10).await.unwrap();
    assert_eq!(said[0].event, Some(Event::PasswordResetInCustody));
    assert!(it.it.is_in_custody(&ada.account).await.unwrap(), "it stays what the person was told");
    assert!(matches!(it.sign_in(ADA, PASSWORD, NOW + 20).await.unwrap(), Signing::Wrong));
}

#[tokio::test]
async fn the_server_opens_the_key_of_who_was_told_and_of_nobody_else() {
    let it = World::new().await;
    let before = it.person("before@example.com", PASSWORD, NOW).await.person;
    let ada = ada(&it).await;
    let after = it.person("after@example.com", PASSWORD, NOW + 1).await.person;
    let held = it.it.key_in_custody(&ada.account).await.unwrap().unwrap();
    assert!(held.is(&ada.user_key));
    for person in [&before, &after] {
        assert!(!it.it.is_in_custody(&person.account).await.unwrap());
        assert!(it.it.key_in_custody(&person.account).await.unwrap().is_none());
        assert!(matches!(
            it.it.leave_custody(person, Alone::Typed(typed(PASSWORD)), &at(NOW + 9)).await.unwrap(),
            Left::NotHeld
        ));
    }
}

#[tokio::test]
async fn of_two_registrations_the_last_one_decides_what_was_told() {
    let it = World::new().await;
    for (now, first, last) in [(NOW, true, false), (NOW + 50, false, true)] {
        let email = format!("p{now}@example.com");
        it.register_in(&email, OTHER, now, first).await;
        let person = it.person_in(&email, PASSWORD, now + 10, last).await.person;
        assert_eq!(it.it.is_in_custody(&person.account).await.unwrap(), last);
        let methods = it.store.methods(person.id()).await.unwrap();
        let held = methods.iter().filter(|it| it.kind == MethodKind::Custody).count();
        assert_eq!(held, usize::from(last));
    }
}

#[tokio::test]
async fn who_holds_the_key_alone_again_keeps_everything_and_the_server_nothing() {
    let it = World::new().await;
    let ada = ada(&it).await;
    let grace = it.person("grace@example.com", PASSWORD, NOW + 1).await.person;
    it.it.take_over(&grace, &it.visitor(4, "hers").await, NOW).await.unwrap();
    shares(&it, &ada, &grace, 3).await;
    shares(&it, &grace, &ada, 4).await;
    // An invitation that nobody accepted yet.
    invites(&it, &ada, ("eve@example.com", "Eve"), 3).await;
    // One that was made to her, and that she did not accept yet.
    it.it.take_over(&grace, &it.visitor(5, "hers too").await, NOW).await.unwrap();
    invites(&it, &grace, (ADA, ""), 5).await;
    make(&it, &ada, PRF, NOW + 30).await;
    let kept = it.store.methods(ada.id()).await.unwrap();

    let wrong =
        it.it.leave_custody(&ada, Alone::Typed(typed(OTHER)), &at(NOW + 100)).await.unwrap();
    assert!(matches!(wrong, Left::WrongPassword));
    let ada = leave(&it, &ada, NOW + 200).await.person;
    assert_eq!(it.read(&ada, 3, NOW + 200).await.as_deref(), Some(ANSWER));
    assert_eq!(it.read(&ada, 4, NOW + 200).await.as_deref(), Some("hers"));
    assert_eq!(it.read(&grace, 3, NOW + 200).await.as_deref(), Some(ANSWER));
    assert_eq!(it.it.profile(&ada).unwrap().name, "Ada");
    assert_eq!(it.it.address(&ada).await.unwrap(), ADA);
    assert_eq!(it.it.passkeys(&ada).await.unwrap()[0].name, "My phone");
    let circle = it.it.circle(&ada, SessionId([3; 16]), NOW + 200).await.unwrap().unwrap();
    let whom = circle.readers.iter().find_map(|it| it.whom.clone());
    assert_eq!(whom.as_deref(), Some("A friend (grace@example.com)"));
    assert_eq!(circle.waiting[0].whom.as_deref(), Some("Eve (eve@example.com)"));

    let offers = it.it.offers(&ada, NOW + 200).await.unwrap();
    it.it.accept(&ada, offers[0].hash, NOW + 200).await.unwrap();
    assert_eq!(it.read(&ada, 5, NOW + 200).await.as_deref(), Some("hers too"));

    assert!(!it.it.is_in_custody(&ada.account).await.unwrap());
    let old = SecretName { kind: SecretKind::Account, id: ada.id().0, epoch: 0 };
    assert!(it.keys.find(old).await.unwrap().is_none(), "no copy of the old wrap opens");
    let now = it.store.methods(ada.id()).await.unwrap();
    assert!(now.iter().all(|it| it.key_epoch == 1 && it.kind == MethodKind::Password));
    assert!(kept.iter().any(|it| it.kind == MethodKind::Custody));
    let asked = ask_passkey(&it, NOW + 210).await;
    let done = answer(&it, &asked, &ada, PRF, (1, NOW + 210)).await;
    let PasskeySignIn::SignedIn(done) = done else { panic!("not signed in") };
    assert_eq!(it.read(&done.person, 3, NOW + 210).await.as_deref(), Some(ANSWER));
    let ada = it.enter(ADA, PASSWORD, NOW + 300).await;
    let revoked = it.it.revoke(&ada, SessionId([3; 16]), grace.id(), NOW + 300).await.unwrap();
    assert_eq!(revoked, Revoked::Done);
    assert_eq!(it.read(&ada, 3, NOW + 300).await.as_deref(), Some(ANSWER));
}

#[tokio::test]
async fn after_leaving_a_forgotten_password_loses_the_answers_as_for_everybody() {
    let it = World::new().await;
    let ada = ada(&it).await;
    let key = with_recovery(&it, &ada).await;
    let ada = leave(&it, &ada, NOW + 100).await.person;
    assert_eq!(it.it.profile(&ada).unwrap().recovery, RecoveryChoice::Open);
    it.rest().await;
    let (link, nonce) = ask(&it, NOW + 200).await;
    let seen = it.it.reset_of_link(&link, &nonce, NOW + 200).await.unwrap();
    assert_eq!(
        seen,
        ResetLink::Works { has_recovery: false, has_factor: false, in_custody: false }
    );
    let with = Reset { link: &link, nonce: &nonce, code: "" };
    let wrong = it.it.reset_with_recovery(&with, &key, new(OTHER), &at(NOW + 201)).await.unwrap();
    assert!(matches!(wrong, ResetDone::WrongKey), "the recovery key of before");
    it.rest().await;
    let (_, ada) = reset(&it, NOW + 300).await;
    assert_eq!(it.read(&ada, 3, NOW + 301).await, None);
    assert_eq!(it.it.locked(&ada, NOW + 301).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_second_factor_stays_when_the_key_is_held_alone() {
    let it = World::new().await;
    let ada = ada(&it).await;
    let ada = with_factor(&it, ada).await;
    it.rest().await;
    let done = leave(&it, &ada.person, NOW + 100).await;
    assert_eq!(done.person.sign_in.level, Level::TwoFactors);
    it.rest().await;
    let owes = it.sign_in(ADA, PASSWORD, NOW + 200).await.unwrap();
    let Signing::Factor(token) = owes else { panic!("no code is asked for") };
    let code = shown(&ada.seed, NOW + 230);
    let done = it.it.second_factor(&token, &code, &at(NOW + 230)).await.unwrap();
    let FactorTry::SignedIn(done) = done else { panic!("the code is wrong") };
    assert_eq!(it.read(&done.person, 3, NOW + 230).await.as_deref(), Some(ANSWER));
}
