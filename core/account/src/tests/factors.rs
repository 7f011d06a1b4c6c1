//! The second factor.

use affiant_backend::Level;
use affiant_vault::SignInToken;
use totp_rs::{Builder, Secret};

use super::resets::{ask, with_recovery};
use super::support::{DAY, NOW, OTHER, PASSWORD, World, at, new, templates, typed};
use crate::{
    AccountError, Changed, FactorCodes, FactorOff, FactorOn, FactorTry, NewPassword, Person, Reset,
    ResetDone, ResetLink, Signing,
};

const ADA: &str = "ada@example.com";

/// What the person's device shows at a moment.
pub(super) fn shown(seed: &str, now: i64) -> String {
    let seed: String = seed.chars().filter(|it| *it != ' ').collect();
    let seed = Secret::try_from_base32(seed).unwrap();
    let totp = Builder::new().with_secret(seed).with_account_name("x").build().unwrap();
    totp.generate(now.try_into().unwrap()).to_string()
}

pub(super) struct Ada {
    pub(super) person: Person,
    pub(super) seed: String,
    codes: Vec<String>,
}

/// A person who turned a second factor on at `NOW`.
pub(super) async fn ada(it: &World) -> Ada {
    let person = it.person(ADA, PASSWORD, NOW).await.person;
    with_factor(it, person).await
}

/// The person turns a second factor on at `NOW`.
pub(super) async fn with_factor(it: &World, person: Person) -> Ada {
    it.rest().await;
    let offer = it.it.offer_factor(&person, ADA, "Site").unwrap();
    let code = shown(&offer.seed, NOW);
    let sender = at(NOW);
    let on = it.it.turn_factor_on(&person, &offer.sealed, &code, typed(PASSWORD), &sender);
    let FactorOn::On(codes, signed_in) = on.await.unwrap() else { panic!("it is not on") };
    assert_eq!(signed_in.person.sign_in.level, Level::TwoFactors);
    Ada { person: signed_in.person, seed: offer.seed.to_string(), codes }
}

/// The password was right: what is owed.
async fn owed(it: &World, now: i64) -> SignInToken {
    it.rest().await;
    match it.sign_in(ADA, PASSWORD, now).await.unwrap() {
        Signing::Factor(token) => token,
        _ => panic!("no second factor is owed"),
    }
}

fn copy(token: &SignInToken) -> SignInToken {
    token.reveal(|it| SignInToken::take(&mut { *it }))
}

#[tokio::test]
async fn offer_shows_a_seed_as_text_address_and_picture() {
    let it = World::new().await;
    let person = it.person(ADA, PASSWORD, NOW).await.person;
    let offer = it.it.offer_factor(&person, ADA, "Help: and more").unwrap();
    assert_eq!(offer.seed.split(' ').map(str::len).collect::<Vec<_>>(), [4; 8]);
    assert!(offer.address.starts_with("otpauth://totp/"), "{}", *offer.address);
    assert!(offer.picture.contains("<svg"));
    assert_eq!(it.it.factor_of(&person).await.unwrap(), None);
    let again = it.it.offered_factor(&person, &offer.sealed, ADA, "Help: and more").unwrap();
    assert_eq!(again.map(|it| it.seed.to_string()), Some(offer.seed.to_string()));
    let stranger = it.person("bob@example.com", OTHER, NOW + 1).await.person;
    assert!(it.it.offered_factor(&stranger, &offer.sealed, ADA, "x").unwrap().is_none());
}

#[tokio::test]
async fn password_and_code_are_needed_to_turn_it_on() {
    let it = World::new().await;
    let person = it.person(ADA, PASSWORD, NOW).await.person;
    let stranger = it.person("bob@example.com", OTHER, NOW + 1).await.person;
    let offer = it.it.offer_factor(&person, ADA, "Site").unwrap();
    let code = shown(&offer.seed, NOW);
    let sender = at(NOW + 2);
    let turn = async |person, offer, code, password| {
        it.rest().await;
        it.it.turn_factor_on(person, offer, code, typed(password), &sender).await
    };
    let wrong = turn(&person, &offer.sealed, &code, OTHER).await.unwrap();
    assert!(matches!(wrong, FactorOn::WrongPassword));
    let wrong = turn(&person, &offer.sealed, "000000", PASSWORD).await.unwrap();
    assert!(matches!(wrong, FactorOn::WrongCode));
    let wrong = turn(&stranger, &offer.sealed, &code, OTHER).await.unwrap();
    assert!(matches!(wrong, FactorOn::NoOffer));
    assert_eq!(it.it.factor_of(&person).await.unwrap(), None);
}

#[tokio::test]
async fn password_alone_lets_nobody_in_any_more() {
    let it = World::new().await;
    let before = it.person(ADA, PASSWORD, NOW - 60).await.token;
    let person = it.it.person(copy(&before), NOW).await.unwrap().unwrap();
    let offer = it.it.offer_factor(&person, ADA, "Site").unwrap();
    let code = shown(&offer.seed, NOW);
    let sender = at(NOW);
    let on = it.it.turn_factor_on(&person, &offer.sealed, &code, typed(PASSWORD), &sender);
    assert!(matches!(on.await.unwrap(), FactorOn::On(..)));
    assert!(it.it.person(copy(&before), NOW).await.unwrap().is_none(), "an old sign-in lasts");
    assert!(templates(&it.letters().await).contains(&"factor-on"));

    let token = owed(&it, NOW + 60).await;
    assert!(it.it.person(copy(&token), NOW + 60).await.unwrap().is_none());
    let code = shown(&offer.seed, NOW + 60);
    let done = it.it.second_factor(&token, &code, &at(NOW + 60)).await.unwrap();
    let FactorTry::SignedIn(done) = done else { panic!("the code is right") };
    assert!(it.it.person(copy(&done.token), NOW + 60).await.unwrap().is_some());
    assert!(it.it.person(copy(&token), NOW + 60).await.unwrap().is_none());
}

#[tokio::test]
async fn code_works_once_and_half_a_minute_around_its_time() {
    let it = World::new().await;
    let ada = ada(&it).await;
    // The code that turned it on is used up.
    let token = owed(&it, NOW + 5).await;
    let used = it.it.second_factor(&token, &shown(&ada.seed, NOW), &at(NOW + 5)).await.unwrap();
    assert!(matches!(used, FactorTry::Wrong(2)));
    // A clock that is half a minute behind or ahead does no harm; a minute and a half does.
    let later = NOW + 600;
    for (off, right) in [(-90, false), (90, false), (-30, true), (30, true)] {
        let token = owed(&it, later).await;
        let code = shown(&ada.seed, later + off);
        let tried = it.it.second_factor(&token, &code, &at(later)).await.unwrap();
        assert_eq!(matches!(tried, FactorTry::SignedIn(_)), right, "{off}");
    }
}

#[tokio::test]
async fn three_wrong_codes_end_the_sign_in() {
    let it = World::new().await;
    let ada = ada(&it).await;
    let now = NOW + 600;
    let token = owed(&it, now).await;
    for left in [2, 1] {
        let tried = it.it.second_factor(&token, "000000", &at(now)).await.unwrap();
        assert!(matches!(tried, FactorTry::Wrong(it) if it == left));
    }
    let tried = it.it.second_factor(&token, "000000", &at(now)).await.unwrap();
    assert!(matches!(tried, FactorTry::Over));
    let code = shown(&ada.seed, now);
    let tried = it.it.second_factor(&token, &code, &at(now)).await;
    assert!(matches!(tried, Ok(FactorTry::Over) | Err(AccountError::TooMany(_))));
}

#[tokio::test]
async fn what_is_owed_is_owed_for_five_minutes() {
    let it = World::new().await;
    let ada = ada(&it).await;
    let token = owed(&it, NOW + 600).await;
    let late = NOW + 600 + 300;
    let code = shown(&ada.seed, late);
    let tried = it.it.second_factor(&token, &code, &at(late)).await.unwrap();
    assert!(matches!(tried, FactorTry::Over));
}

#[tokio::test]
async fn code_on_paper_stands_in_once() {
    let it = World::new().await;
    let ada = ada(&it).await;
    assert_eq!(ada.codes.len(), 10);
    assert_eq!(it.it.factor_of(&ada.person).await.unwrap(), Some(10));
    let typed_badly = ada.codes[3].to_lowercase().replace('-', " ").replace('0', "o");
    for (code, works) in [(&typed_badly, true), (&ada.codes[3], false), (&ada.codes[4], true)] {
        let token = owed(&it, NOW + DAY).await;
        let tried = it.it.second_factor(&token, code, &at(NOW + DAY)).await.unwrap();
        assert_eq!(matches!(tried, FactorTry::SignedIn(_)), works, "{code}");
    }
    let person = it.it.factor_of(&ada.person).await.unwrap();
    assert_eq!(person, Some(8));
}

#[tokio::test]
async fn turning_it_off_needs_password_and_code() {
    let it = World::new().await;
    let ada = ada(&it).await;
    let now = NOW + 600;
    let code = shown(&ada.seed, now);
    let sender = at(now);
    let off = async |code, password| {
        it.rest().await;
        it.it.turn_factor_off(&ada.person, code, typed(password), &sender).await
    };
    assert_eq!(off(&code, OTHER).await.unwrap(), FactorOff::WrongPassword);
    assert_eq!(off("000000", PASSWORD).await.unwrap(), FactorOff::WrongCode);
    assert_eq!(off(&code, PASSWORD).await.unwrap(), FactorOff::Off);
    assert!(templates(&it.letters().await).contains(&"factor-off"));
    it.enter(ADA, PASSWORD, now + 60).await;
}

/// A password that is long enough beside a second factor, and not alone.
const SHORT: &str = "wetQuay17oar";

#[tokio::test]
async fn it_stays_on_while_the_password_is_too_short_to_let_in_alone() {
    let it = World::new().await;
    let ada = ada(&it).await;
    it.rest().await;
    let now = NOW + 600;
    let short = NewPassword::parse(SHORT, true, &[]).unwrap();
    let changed = it.it.change_password(&ada.person, typed(PASSWORD), short, &at(now)).await;
    let Changed::Done(done) = changed.unwrap() else { panic!("not changed") };
    it.rest().await;
    let code = shown(&ada.seed, now);
    let off = it.it.turn_factor_off(&done.person, &code, typed(SHORT), &at(now)).await;
    assert_eq!(off.unwrap(), FactorOff::ShortPassword);
    assert_eq!(it.it.factor_of(&done.person).await.unwrap(), Some(10));
}

#[tokio::test]
async fn a_reset_with_a_recovery_key_needs_a_code() {
    let it = World::new().await;
    let ada = ada(&it).await;
    let key = with_recovery(&it, &ada.person).await;
    let now = NOW + 600;
    let (link, nonce) = ask(&it, now).await;
    let seen = it.it.reset_of_link(&link, &nonce, now).await.unwrap();
    assert_eq!(seen, ResetLink::Works { has_recovery: true, has_factor: true, in_custody: false });
    let reset = async |code| {
        let reset = Reset { link: &link, nonce: &nonce, code };
        it.it.reset_with_recovery(&reset, &key, new(OTHER), &at(now)).await.unwrap()
    };
    let code = shown(&ada.seed, now);
    assert!(matches!(reset("").await, ResetDone::WrongCode));
    assert!(matches!(reset("000000").await, ResetDone::WrongCode));
    let ResetDone::Done(done, Some(_)) = reset(&code).await else { panic!("the code is right") };
    assert_eq!(done.person.sign_in.level, Level::TwoFactors);
    it.rest().await;
    assert!(matches!(it.sign_in(ADA, OTHER, now + 9).await.unwrap(), Signing::Factor(_)));
}

#[tokio::test]
async fn a_reset_without_a_key_needs_a_code_and_keeps_the_second_factor() {
    let it = World::new().await;
    let ada = ada(&it).await;
    let now = NOW + 600;
    let (link, nonce) = ask(&it, now).await;
    let reset = async |code| {
        let reset = Reset { link: &link, nonce: &nonce, code };
        it.it.reset_without_key(&reset, new(OTHER), &at(now)).await.unwrap()
    };
    assert!(matches!(reset("000000").await, ResetDone::WrongCode));
    let ResetDone::Done(done, None) = reset(&ada.codes[0]).await else {
        panic!("a code on paper is right")
    };
    assert_eq!(done.person.sign_in.level, Level::TwoFactors);
    assert_eq!(it.it.factor_of(&done.person).await.unwrap(), Some(9));
    it.rest().await;
    let later = now + 60;
    let Signing::Factor(token) = it.sign_in(ADA, OTHER, later).await.unwrap() else {
        panic!("the reset took the second factor away")
    };
    let code = shown(&ada.seed, later);
    let done = it.it.second_factor(&token, &code, &at(later)).await.unwrap();
    assert!(matches!(done, FactorTry::SignedIn(_)));
}

#[tokio::test]
async fn a_code_that_was_used_resets_nothing() {
    let it = World::new().await;
    let ada = ada(&it).await;
    let (link, nonce) = ask(&it, NOW + 5).await;
    let code = shown(&ada.seed, NOW);
    let reset = Reset { link: &link, nonce: &nonce, code: &code };
    let done = it.it.reset_without_key(&reset, new(OTHER), &at(NOW + 6)).await.unwrap();
    assert!(matches!(done, ResetDone::WrongCode));
    it.rest().await;
    assert!(matches!(it.sign_in(ADA, PASSWORD, NOW + 9).await.unwrap(), Signing::Factor(_)));
}

#[tokio::test]
async fn wrong_codes_at_a_reset_are_counted() {
    let it = World::new().await;
    ada(&it).await;
    let now = NOW + 600;
    let (link, nonce) = ask(&it, now).await;
    let reset = Reset { link: &link, nonce: &nonce, code: "000000" };
    for _ in 0..3 {
        let done = it.it.reset_without_key(&reset, new(OTHER), &at(now)).await.unwrap();
        assert!(matches!(done, ResetDone::WrongCode));
    }
    let done = it.it.reset_without_key(&reset, new(OTHER), &at(now)).await;
    assert!(matches!(done, Err(AccountError::TooMany(_))));
}

#[tokio::test]
async fn guesses_of_codes_on_paper_use_up_a_reset_too() {
    let it = World::new().await;
    ada(&it).await;
    let now = NOW + 600;
    let (link, nonce) = ask(&it, now).await;
    let reset = Reset { link: &link, nonce: &nonce, code: "AAAAA-AAAAA" };
    for later in [0, 0, 0, 661, 661] {
        let done = it.it.reset_without_key(&reset, new(OTHER), &at(now + later)).await.unwrap();
        assert!(matches!(done, ResetDone::WrongCode), "{later}");
    }
    let done = it.it.reset_without_key(&reset, new(OTHER), &at(now + 662)).await.unwrap();
    assert!(matches!(done, ResetDone::NoLink), "the link has five tries");
}

#[tokio::test]
async fn browser_that_is_not_known_is_told_by_mail_behind_the_second_factor_too() {
    let it = World::new().await;
    let ada = ada(&it).await;
    let token = owed(&it, NOW + 600).await;
    it.letters().await;
    let code = shown(&ada.seed, NOW + 600);
    let done = it.it.second_factor(&token, &code, &at(NOW + 600)).await.unwrap();
    assert!(matches!(done, FactorTry::SignedIn(_)));
    assert!(templates(&it.letters().await).contains(&"signed-in"));
}

#[tokio::test]
async fn new_codes_on_paper_take_the_place_of_the_old_ones() {
    let it = World::new().await;
    let ada = ada(&it).await;
    let now = NOW + 600;
    let renew = async |code, password| {
        it.rest().await;
        it.it.renew_codes(&ada.person, code, typed(password), &at(now)).await.unwrap()
    };
    let code = shown(&ada.seed, now);
    assert!(matches!(renew(&code, OTHER).await, FactorCodes::WrongPassword));
    assert!(matches!(renew("000000", PASSWORD).await, FactorCodes::WrongCode));
    let FactorCodes::New(codes) = renew(&code, PASSWORD).await else { panic!("both are right") };
    assert!(matches!(renew(&code, PASSWORD).await, FactorCodes::WrongCode), "a code worked twice");
    assert_eq!(it.it.factor_of(&ada.person).await.unwrap(), Some(10));
    for (code, works) in [(&ada.codes[0], false), (&codes[0], true)] {
        let token = owed(&it, NOW + DAY).await;
        let tried = it.it.second_factor(&token, code, &at(NOW + DAY)).await.unwrap();
        assert_eq!(matches!(tried, FactorTry::SignedIn(_)), works, "{code}");
    }
}
