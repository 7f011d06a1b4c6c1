//! Accounts whose person has nothing to type: a provider lets in, and the server opens them.

use affiant_backend::{AccountStore as _, MethodKind, SecretKind, SecretName};

use super::factors::{shown, with_factor};
use super::passkeys::{answer, ask as ask_passkey, make};
use super::providers::{LAMP, back, begun, newcomer};
use super::support::{NOW, OTHER, PASSWORD, World, address, at, new, typed};
use crate::{
    Alone, Along, Asked, Back, Came, Changed, Confirmation, FactorOff, FactorTry, Left, LinkAsked,
    PasskeyBegun, PasskeySignIn, Person, Proof, Reset, ResetDone, ResetLink, Signing, Unlinked,
    Unlocking, Way, With,
};

const ADA: &str = "ada@example.com";

/// Minutes that are too many for something grave.
const LONG: i64 = 40 * 60;

/// Goes to Lamp with something, and comes back as somebody.
async fn with(it: &World, along: Along<'_>, subject: &str, now: i64) -> Back {
    let asked = it.it.ask_provider(&LAMP, along, now).await.unwrap();
    let Asked::Asked { address: state, cookie } = asked else { panic!("not asked") };
    let came = Came { cookie: &cookie, state: &state, code: Some(subject), issuer: None };
    it.it.back_from_provider(&LAMP, &came, None, &at(now)).await.unwrap()
}

/// Comes in again, as somebody at Lamp.
async fn again(it: &World, person: &Person, subject: &str, now: i64) -> Back {
    let asked = it.it.ask_again(&LAMP, person, "export", now).await.unwrap();
    let Asked::Asked { address: state, cookie } = asked else { panic!("not asked") };
    let came = Came { cookie: &cookie, state: &state, code: Some(subject), issuer: None };
    it.it.back_from_provider(&LAMP, &came, Some(person), &at(now)).await.unwrap()
}

/// Ada, who is 7 at Lamp, wanted to type nothing, and answered in session 3.
async fn ada(it: &World) -> Person {
    let way = Way::ProviderAlone(newcomer(it, "7", NOW).await);
    let link = begun(it, way, ADA, false, NOW).await;
    let Back::SignedIn(done) = with(it, Along::Confirmation(&link), "7", NOW + 1).await else {
        panic!("not confirmed")
    };
    it.it.take_over(&done.person, &it.visitor(3, "forty-two").await, NOW).await.unwrap();
    done.person
}

async fn enter(it: &World, now: i64) -> Person {
    match back(it, "7", None, now).await {
        Back::SignedIn(done) => done.person,
        _ => panic!("something more is asked for"),
    }
}

#[tokio::test]
async fn who_lets_the_server_open_their_answers_comes_in_with_the_provider_and_nothing_more() {
    let it = World::new().await;
    let registered = ada(&it).await;
    assert!(it.it.types_nothing(&registered.account).await.unwrap());
    assert!(it.it.is_in_custody(&registered.account).await.unwrap());
    let methods = it.store.methods(registered.id()).await.unwrap();
    assert!(methods.iter().all(|it| it.kind == MethodKind::Custody), "nothing else opens it");
    let ada = enter(&it, NOW + 10).await;
    assert_eq!(it.read(&ada, 3, NOW + 10).await.as_deref(), Some("forty-two"));
    for word in ["", PASSWORD] {
        assert!(matches!(it.sign_in(ADA, word, NOW + 20).await.unwrap(), Signing::Wrong));
        it.rest().await;
    }
}

#[tokio::test]
async fn another_browser_confirms_with_the_provider_that_was_registered_with() {
    let it = World::new().await;
    let way = Way::ProviderAlone(newcomer(&it, "7", NOW).await);
    let link = begun(&it, way, ADA, false, NOW).await;
    let seen = it.it.confirmation(&link, None, NOW).await.unwrap();
    assert_eq!(seen, Confirmation::AtProvider);
    let other = with(&it, Along::Confirmation(&link), "8", NOW + 1).await;
    assert!(matches!(other, Back::Other), "somebody else made it in her name");
    let no = with(&it, Along::Confirmation("no-link"), "7", NOW + 2).await;
    assert!(matches!(no, Back::Over));
    let done = with(&it, Along::Confirmation(&link), "7", NOW + 3).await;
    assert!(matches!(done, Back::SignedIn(_)));
    let twice = with(&it, Along::Confirmation(&link), "7", NOW + 4).await;
    assert!(matches!(twice, Back::Over), "a link works once");
}

#[tokio::test]
async fn one_identity_makes_one_account_whoever_registers_last() {
    let it = World::new().await;
    let (first, second) = (newcomer(&it, "7", NOW).await, newcomer(&it, "7", NOW).await);
    let one = begun(&it, Way::ProviderAlone(first), ADA, false, NOW).await;
    let two = begun(&it, Way::ProviderAlone(second), "a@example.com", false, NOW + 9).await;
    let gone = it.it.confirmation(&one, None, NOW + 10).await.unwrap();
    assert_eq!(gone, Confirmation::NoLink, "nobody could come in to it");
    let one = with(&it, Along::Confirmation(&one), "7", NOW + 11).await;
    assert!(matches!(one, Back::Over));
    // Registered while the other was not confirmed, sent after it was.
    let third = newcomer(&it, "7", NOW + 12).await;
    let done = with(&it, Along::Confirmation(&two), "7", NOW + 13).await;
    let Back::SignedIn(done) = done else { panic!("not confirmed") };
    it.letters().await;
    let wanted = crate::Registration {
        address: &address("c@example.com"),
        way: Way::ProviderAlone(third),
        profile: crate::Profile::default(),
        language: "en",
        in_custody: true,
    };
    let (_, made) = it.it.register(wanted, &at(NOW + 14)).await.unwrap();
    it.it.finish_registering(made).await.unwrap();
    assert!(it.letters().await.is_empty(), "no account was made");
    assert_eq!(enter(&it, NOW + 20).await.id(), done.person.id());
}

#[tokio::test]
async fn what_is_grave_needs_that_they_came_in_a_short_time_ago() {
    let it = World::new().await;
    let before = ada(&it).await;
    let late = NOW + LONG;
    assert_eq!(it.it.proof(&before, NOW + 60).await.unwrap(), Proof::Recent);
    assert_eq!(it.it.proof(&before, late).await.unwrap(), Proof::Again);
    for (word, now, is_there) in [("", NOW + 60, true), ("", late, false), (PASSWORD, late, false)]
    {
        assert_eq!(it.it.proves(&before, typed(word), &at(now)).await.unwrap(), is_there);
    }
    assert!(matches!(
        it.it.begin_passkey(&before, typed(""), &at(late)).await.unwrap(),
        PasskeyBegun::WrongPassword
    ));
    assert!(
        !it.it.change_email(&before, typed(""), &address("a@b.example"), &at(late)).await.unwrap()
    );

    let grace = it.person("grace@example.com", PASSWORD, NOW).await.person;
    assert_eq!(it.it.proof(&grace, late).await.unwrap(), Proof::Typed);
    assert!(matches!(again(&it, &grace, "7", late).await, Back::Other), "it is not hers");
    assert!(matches!(again(&it, &before, "8", late + 1).await, Back::Other), "it is nobody's");
    let Back::Again(done, to) = again(&it, &before, "7", late + 2).await else {
        panic!("not in again")
    };
    assert_eq!(to, "export");
    assert!(it.it.proves(&done.person, typed(""), &at(late + 60)).await.unwrap());
    assert!(it.it.sign_ins(&done.person, late + 60).await.unwrap().len() == 1, "the old one ended");
    assert!(matches!(again(&it, &done.person, "a lie", late + 70).await, Back::Refused));
}

#[tokio::test]
async fn a_passphrase_that_is_set_later_ends_what_the_server_holds() {
    let it = World::new().await;
    let ada = ada(&it).await;
    let alone = async |with, now| it.it.leave_custody(&ada, with, &at(now)).await.unwrap();
    for with in [Alone::Typed(typed("")), Alone::Typed(typed(PASSWORD))] {
        let done = alone(with, NOW + 20).await;
        assert!(matches!(done, Left::WrongPassword), "a passphrase is chosen, and judged");
    }
    let stale = alone(Alone::First(new(PASSWORD)), NOW + LONG).await;
    assert!(matches!(stale, Left::WrongPassword));
    let done = alone(Alone::First(new(PASSWORD)), NOW + 30).await;
    let Left::Done(done) = done else { panic!("not left") };
    assert_eq!(it.read(&done.person, 3, NOW + 30).await.as_deref(), Some("forty-two"));
    assert!(!it.it.is_in_custody(&done.person.account).await.unwrap());
    let old = SecretName { kind: SecretKind::Account, id: ada.id().0, epoch: 0 };
    assert!(it.keys.find(old).await.unwrap().is_none(), "no copy of the server's key opens");
    let Back::Unlock(cookie) = back(&it, "7", None, NOW + 40).await else { panic!("still open") };
    assert!(it.it.unlock_offer(&cookie, NOW + 40).await.unwrap().unwrap().passphrase);
    let opened = With::Typed(typed(PASSWORD));
    let opened = it.it.unlock_behind_provider(&cookie, opened, &at(NOW + 41)).await.unwrap();
    let Unlocking::SignedIn(done) = opened else { panic!("not unlocked") };
    assert_eq!(it.read(&done.person, 3, NOW + 41).await.as_deref(), Some("forty-two"));
    let twice = it.it.leave_custody(&done.person, Alone::First(new(OTHER)), &at(NOW + 50)).await;
    assert!(matches!(twice.unwrap(), Left::NotHeld));
}

#[tokio::test]
async fn the_only_account_elsewhere_stays_until_there_is_something_to_type() {
    let it = World::new().await;
    let ada = ada(&it).await;
    let unlink = async |person: &Person, word: &'static str, now| {
        let lookup = it.it.identities(person).await.unwrap()[0].lookup;
        it.it.unlink(person, lookup, typed(word), &at(now)).await.unwrap()
    };
    assert_eq!(unlink(&ada, "", NOW + 10).await, Unlinked::NothingElse);
    let asked = it.it.ask_to_link(&LAMP, &ada, typed(""), &at(NOW + 20)).await.unwrap();
    let LinkAsked::Right(Asked::Asked { address: state, cookie }) = asked else {
        panic!("not asked")
    };
    let came = Came { cookie: &cookie, state: &state, code: Some("8"), issuer: None };
    let linked = it.it.back_from_provider(&LAMP, &came, Some(&ada), &at(NOW + 21)).await.unwrap();
    assert!(matches!(linked, Back::Linked));
    assert_eq!(unlink(&ada, "", NOW + 30).await, Unlinked::Done);
    assert_eq!(unlink(&ada, "", NOW + 40).await, Unlinked::NothingElse);

    // Whoever lost it sets a passphrase by mail: nothing is lost, and it is a way out.
    let (link, nonce) = super::resets::ask(&it, NOW + 100).await;
    let seen = it.it.reset_of_link(&link, &nonce, NOW + 100).await.unwrap();
    assert_eq!(seen, ResetLink::Works { has_recovery: false, has_factor: false, in_custody: true });
    let reset = Reset { link: &link, nonce: &nonce, code: "" };
    let done = it.it.reset_without_key(&reset, new(OTHER), &at(NOW + 101)).await.unwrap();
    let ResetDone::Done(done, None) = done else { panic!("not reset") };
    assert_eq!(it.read(&done.person, 3, NOW + 101).await.as_deref(), Some("forty-two"));
    assert_eq!(unlink(&done.person, OTHER, NOW + 110).await, Unlinked::PasswordNow);
    assert!(matches!(it.sign_in(ADA, OTHER, NOW + 120).await.unwrap(), Signing::Done(_)));
}

#[tokio::test]
async fn a_second_factor_is_asked_for_behind_the_provider() {
    let it = World::new().await;
    let with = with_factor(&it, ada(&it).await).await;
    it.rest().await;
    let Back::Factor(token) = back(&it, "7", None, NOW + 200).await else { panic!("not asked") };
    let code = shown(&with.seed, NOW + 230);
    let tried = it.it.second_factor(&token, &code, &at(NOW + 230)).await.unwrap();
    let FactorTry::SignedIn(done) = tried else { panic!("the code is wrong") };
    assert_eq!(it.read(&done.person, 3, NOW + 230).await.as_deref(), Some("forty-two"));
    it.rest().await;
    let code = shown(&with.seed, NOW + 290);
    let off = it.it.turn_factor_off(&done.person, &code, typed(""), &at(NOW + 290)).await.unwrap();
    assert!(matches!(off, FactorOff::Off), "nothing that is typed is too short");
}

#[tokio::test]
async fn a_passkey_without_a_key_of_its_own_comes_in_too() {
    let it = World::new().await;
    let ada = ada(&it).await;
    make(&it, &ada, "", NOW + 30).await;
    let asked = ask_passkey(&it, NOW + 40).await;
    let done = answer(&it, &asked, &ada, "", (1, NOW + 40)).await;
    let PasskeySignIn::SignedIn(done) = done else { panic!("something more is asked for") };
    assert_eq!(it.read(&done.person, 3, NOW + 40).await.as_deref(), Some("forty-two"));
}

#[tokio::test]
async fn a_password_that_is_set_where_there_was_none_is_a_passphrase() {
    let it = World::new().await;
    let ada = ada(&it).await;
    let done = it.it.change_password(&ada, typed(""), new(PASSWORD), &at(NOW + 10)).await.unwrap();
    assert!(matches!(done, Changed::Done(_)));
    assert!(matches!(it.sign_in(ADA, PASSWORD, NOW + 20).await.unwrap(), Signing::Wrong));
    assert_eq!(enter(&it, NOW + 30).await.id(), ada.id());
}

#[tokio::test]
async fn whoever_registered_in_anothers_name_is_not_let_in_once_that_one_reads_the_mail() {
    let it = World::new().await;
    // Mallory is 7 at Lamp, and has no letter of Ada's.
    let way = Way::ProviderAlone(newcomer(&it, "7", NOW).await);
    begun(&it, way, ADA, false, NOW).await;
    let (link, nonce) = super::resets::ask(&it, NOW + 100).await;
    let reset = Reset { link: &link, nonce: &nonce, code: "" };
    let done = it.it.reset_without_key(&reset, new(PASSWORD), &at(NOW + 101)).await.unwrap();
    let ResetDone::Done(done, None) = done else { panic!("not reset") };
    assert!(it.it.identities(&done.person).await.unwrap().is_empty());
    assert!(matches!(back(&it, "7", None, NOW + 110).await, Back::New(_)));
    assert!(matches!(it.sign_in(ADA, PASSWORD, NOW + 120).await.unwrap(), Signing::Done(_)));
}
