//! Registering, confirming, signing in and out.

use affiant_backend::{AccountStore as _, Level, SignInStore as _};
use affiant_vault::SignInToken;

use super::support::{DAY, NOW, OTHER, PASSWORD, World, address, at, new, templates, typed};
use crate::{Accounts, Changed, Confirmation, Confirmed, EmailChanged, Profile, Signing};

const ADA: &str = "ada@example.com";

fn copy(token: &SignInToken) -> SignInToken {
    token.reveal(|it| SignInToken::take(&mut { *it }))
}

async fn is_in(it: &Accounts, token: &SignInToken, now: i64) -> bool {
    it.person(copy(token), now).await.unwrap().is_some()
}

#[tokio::test]
async fn the_browser_that_registered_is_let_in_by_the_link() {
    let it = World::new().await;
    let token = it.register(ADA, PASSWORD, NOW).await;
    let token = token.reveal(|it| SignInToken::take(&mut { *it }));
    let (template, link) = it.letter().await;
    assert_eq!(template, "confirm");
    assert!(!is_in(&it.it, &token, NOW).await);
    let seen = it.it.confirmation(&link, Some(&token), NOW).await.unwrap();
    assert_eq!(seen, Confirmation::Here);
    let done = it.it.confirm(&link, Some(&token), None, &at(NOW)).await.unwrap();
    let Confirmed::SignedIn(done) = done else { panic!("not confirmed") };
    assert!(is_in(&it.it, &done.token, NOW).await);
    assert_eq!(it.it.profile(&done.person).unwrap().name, "Ada");
    let again = it.it.confirm(&link, Some(&token), None, &at(NOW)).await.unwrap();
    assert!(matches!(again, Confirmed::NoLink));
}

#[tokio::test]
async fn another_browser_needs_the_password_to_confirm() {
    let it = World::new().await;
    it.register(ADA, PASSWORD, NOW).await;
    let (_, link) = it.letter().await;
    assert_eq!(it.it.confirmation(&link, None, NOW).await.unwrap(), Confirmation::Elsewhere);
    let bare = it.it.confirm(&link, None, None, &at(NOW)).await.unwrap();
    assert!(matches!(bare, Confirmed::PasswordNeeded));
    let wrong = it.it.confirm(&link, None, Some(typed(OTHER)), &at(NOW)).await.unwrap();
    assert!(matches!(wrong, Confirmed::WrongPassword));
    let late = it.it.confirmation(&link, None, NOW + DAY).await.unwrap();
    assert_eq!(late, Confirmation::NoLink);
    let right = it.it.confirm(&link, None, Some(typed(PASSWORD)), &at(NOW + 60)).await.unwrap();
    assert!(matches!(right, Confirmed::SignedIn(_)));
}

#[tokio::test]
async fn a_taken_address_is_told_by_mail_only_and_the_account_stays() {
    let it = World::new().await;
    it.person(ADA, PASSWORD, NOW).await;
    let token = it.register("ADA@example.com", OTHER, NOW + 1).await;
    assert_eq!(it.letter().await.0, "taken");
    let token = token.reveal(|it| SignInToken::take(&mut { *it }));
    assert!(!is_in(&it.it, &token, NOW + 1).await);
    assert!(matches!(it.sign_in(ADA, OTHER, NOW + 2).await.unwrap(), Signing::Wrong));
    it.enter(ADA, PASSWORD, NOW + 10).await;
    assert_eq!(it.store.accounts(0, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_newest_registration_of_an_address_that_waits_counts() {
    let it = World::new().await;
    it.register(ADA, OTHER, NOW).await;
    let (_, strangers) = it.letter().await;
    it.register(ADA, PASSWORD, NOW + 1).await;
    let (template, mine) = it.letter().await;
    assert_eq!(template, "confirm");
    let old = it.it.confirm(&strangers, None, Some(typed(OTHER)), &at(NOW + 2)).await.unwrap();
    assert!(matches!(old, Confirmed::NoLink));
    let done = it.it.confirm(&mine, None, Some(typed(PASSWORD)), &at(NOW + 3)).await.unwrap();
    assert!(matches!(done, Confirmed::SignedIn(_)));
}

#[tokio::test]
async fn an_address_without_account_is_answered_as_a_wrong_password() {
    let it = World::new().await;
    it.person(ADA, PASSWORD, NOW).await;
    it.letters().await;
    let wrong = it.sign_in(ADA, OTHER, NOW + 1).await.unwrap();
    let nobody = it.sign_in("nobody@example.com", OTHER, NOW + 2).await.unwrap();
    assert!(matches!((wrong, nobody), (Signing::Wrong, Signing::Wrong)));
    assert!(it.letters().await.is_empty());
}

#[tokio::test]
async fn an_unconfirmed_account_lets_nobody_in_and_is_sent_its_link_again() {
    let it = World::new().await;
    it.register(ADA, PASSWORD, NOW).await;
    it.letters().await;
    assert!(matches!(it.sign_in(ADA, PASSWORD, NOW).await.unwrap(), Signing::Unconfirmed));
    let (template, link) = it.letter().await;
    assert_eq!(template, "confirm");
    let done = it.it.confirm(&link, None, Some(typed(PASSWORD)), &at(NOW + 9)).await.unwrap();
    assert!(matches!(done, Confirmed::SignedIn(_)));
}

#[tokio::test]
async fn a_sign_in_ends_without_use_and_in_any_case() {
    let it = World::new().await;
    let done = it.person(ADA, PASSWORD, NOW).await;
    let idle = it.it.settings().idle;
    assert!(is_in(&it.it, &done.token, NOW + idle - 1).await);
    assert!(is_in(&it.it, &done.token, NOW + 2 * idle - 2).await);
    assert!(!is_in(&it.it, &done.token, NOW + 3 * idle).await);
    let start = NOW + 60;
    let mut now = start;
    let done = it.enter_with_token(ADA, PASSWORD, now).await;
    while now < start + it.it.settings().absolute - idle {
        now += idle - 1;
        assert!(is_in(&it.it, &done, now).await);
    }
    assert!(!is_in(&it.it, &done, start + it.it.settings().absolute).await);
}

#[tokio::test]
async fn a_cookie_opens_nothing_once_the_secret_of_its_day_is_gone() {
    let it = World::new().await;
    let done = it.person(ADA, PASSWORD, NOW).await;
    assert!(is_in(&it.it, &done.token, NOW + 1).await);
    assert_eq!(it.keys.retire(NOW + 2 * DAY).await.unwrap(), 1);
    assert!(!is_in(&it.it, &done.token, NOW + 2).await);
}

#[tokio::test]
async fn tokens_that_were_planted_are_never_taken_over() {
    let it = World::new().await;
    it.person(ADA, PASSWORD, NOW).await;
    for seed in 0..50_u8 {
        let planted = SignInToken::take(&mut [seed; 32]);
        assert!(!is_in(&it.it, &planted, NOW).await);
        if seed % 10 == 0 {
            let now = NOW + 60 + i64::from(seed) * 10;
            let signing =
                it.it.sign_in(&address(ADA), typed(PASSWORD), Some(&planted), &at(now)).await;
            let Signing::Done(done) = signing.unwrap() else { panic!("not signed in") };
            assert!(done.token.lookup() != planted.lookup());
        }
        assert!(!is_in(&it.it, &planted, NOW).await);
    }
}

#[tokio::test]
async fn sign_ins_are_listed_and_ended_one_by_one_or_all() {
    let it = World::new().await;
    let first = it.person(ADA, PASSWORD, NOW).await;
    let second = it.enter_with_token(ADA, PASSWORD, NOW + 5).await;
    let all = it.it.sign_ins(&first.person, NOW + 6).await.unwrap();
    assert_eq!(all.len(), 2);
    assert!(all.iter().all(|it| it.agent == "Firefox on Linux" && it.level == Level::Password));
    let other = all.iter().find(|it| it.sid.0 == second.lookup()).unwrap();
    it.it.end_sign_in(&first.person, other.id, NOW).await.unwrap();
    assert!(!is_in(&it.it, &second, NOW + 7).await);
    assert!(is_in(&it.it, &first.token, NOW + 7).await);
    it.it.sign_out_everywhere(&first.person, NOW).await.unwrap();
    assert!(!is_in(&it.it, &first.token, NOW + 8).await);
    let third = it.enter_with_token(ADA, PASSWORD, NOW + 9).await;
    it.it.sign_out(&third, NOW).await.unwrap();
    assert!(!is_in(&it.it, &third, NOW + 9).await);
}

#[tokio::test]
async fn a_new_password_ends_every_sign_in_and_loses_nothing() {
    let it = World::new().await;
    let first = it.person(ADA, PASSWORD, NOW).await;
    let elsewhere = it.enter_with_token(ADA, PASSWORD, NOW + 5).await;
    let visitor = it.visitor(3, "forty-two").await;
    it.it.take_over(&first.person, &visitor, NOW).await.unwrap();
    it.letters().await;
    let sender = at(NOW + 10);
    let wrong = it.it.change_password(&first.person, typed(OTHER), new(OTHER), &sender).await;
    assert!(matches!(wrong.unwrap(), Changed::WrongPassword));
    let later = at(NOW + 20);
    let done = it.it.change_password(&first.person, typed(PASSWORD), new(OTHER), &later).await;
    let Changed::Done(done) = done.unwrap() else { panic!("not changed") };
    assert_eq!(it.letter().await.0, "password-changed");
    assert!(!is_in(&it.it, &first.token, NOW + 21).await);
    assert!(!is_in(&it.it, &elsewhere, NOW + 21).await);
    assert!(is_in(&it.it, &done.token, NOW + 21).await);
    assert!(matches!(it.sign_in(ADA, PASSWORD, NOW + 30).await.unwrap(), Signing::Wrong));
    let person = it.enter(ADA, OTHER, NOW + 40).await;
    assert_eq!(it.read(&person, 3, NOW + 40).await.as_deref(), Some("forty-two"));
}

#[tokio::test]
async fn a_new_address_counts_once_it_is_confirmed_and_the_old_one_is_told() {
    let it = World::new().await;
    let first = it.person(ADA, PASSWORD, NOW).await;
    it.letters().await;
    let wanted = address("lovelace@example.org");
    let asked = it.it.change_email(&first.person, typed(PASSWORD), &wanted, &at(NOW + 9)).await;
    assert!(asked.unwrap());
    let letters = it.letters().await;
    assert_eq!(templates(&letters), ["confirm-email"]);
    assert_eq!(letters[0].to, "lovelace@example.org");
    let link = letters[0].values[0].1.rsplit('/').next().unwrap().to_owned();
    it.enter(ADA, PASSWORD, NOW + 19).await;
    it.letters().await;
    assert_eq!(it.it.confirm_email(&link, NOW + 20).await.unwrap(), EmailChanged::Done);
    assert_eq!(it.it.confirm_email(&link, NOW + 20).await.unwrap(), EmailChanged::NoLink);
    let letters = it.letters().await;
    assert_eq!((templates(&letters), letters[0].to.as_str()), (vec!["email-changed"], ADA));
    assert!(matches!(it.sign_in(ADA, PASSWORD, NOW + 29).await.unwrap(), Signing::Wrong));
    let person = it.enter("lovelace@example.org", PASSWORD, NOW + 39).await;
    assert_eq!(it.it.address(&person).await.unwrap(), "lovelace@example.org");
}

#[tokio::test]
async fn the_profile_is_changed_and_stored_sealed() {
    let it = World::new().await;
    let first = it.person(ADA, PASSWORD, NOW).await;
    it.it.change_profile(&first.person, "Countess of Lovelace", "de").await.unwrap();
    let person = it.enter(ADA, PASSWORD, NOW + 9).await;
    assert_eq!(person.account.language, "de");
    let profile = it.it.profile(&person).unwrap();
    assert!(profile == Profile { name: "Countess of Lovelace".to_owned(), ..Profile::default() });
    let sealed = person.account.profile.clone().unwrap();
    assert!(!sealed.windows(8).any(|it| it == b"Lovelace"));
    assert_eq!(it.store.sign_ins(person.sign_in.account).await.unwrap().len(), 2);
}

impl World {
    async fn enter_with_token(&self, email: &str, password: &str, now: i64) -> SignInToken {
        match self.sign_in(email, password, now).await.unwrap() {
            Signing::Done(it) => it.token,
            _ => panic!("the password is wrong"),
        }
    }
}
