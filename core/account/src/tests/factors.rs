//! The second factor.

use affiant_backend::Level;
use affiant_vault::SignInToken;
use totp_rs::{Builder, Secret};

use super::support::{DAY, NOW, OTHER, PASSWORD, World, at, templates, typed};
use crate::{AccountError, FactorOff, FactorOn, FactorTry, Person, Signing};

const ADA: &str = "ada@example.com";

/// What the person's device shows at a moment.
fn shown(seed: &str, now: i64) -> String {
    let seed: String = seed.chars().filter(|it| *it != ' ').collect();
    let seed = Secret::try_from_base32(seed).unwrap();
    let totp = Builder::new().with_secret(seed).with_account_name("x").build().unwrap();
    totp.generate(now.try_into().unwrap()).to_string()
}

struct Ada {
    person: Person,
    seed: String,
    codes: Vec<String>,
}

/// A person who turned a second factor on at `NOW`.
async fn ada(it: &World) -> Ada {
    let person = it.person(ADA, PASSWORD, NOW).await.person;
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
