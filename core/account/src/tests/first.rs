//! The first administrator, and invitations.

use affiant_backend::{AccountId, AccountStore as _, Change, Commit as _};

use super::support::{DAY, NOW, OTHER, PASSWORD, World, address, at, new};
use crate::{First, Profile, Registration, Signing, Way};

const ADA: &str = "ada@example.com";

fn wanted<'a>(of: &'a crate::Address, password: &str) -> Registration<'a> {
    Registration {
        address: of,
        way: Way::Password(new(password)),
        profile: Profile::default(),
        language: "en",
        in_custody: false,
    }
}

/// What the link ends in that the server prints.
async fn printed(it: &World, now: i64) -> String {
    let link = it.it.first_link(now).await.unwrap().unwrap();
    link.rsplit('/').next().unwrap_or("").to_owned()
}

#[tokio::test]
async fn the_printed_link_makes_an_account_that_is_the_administrator_and_works_once() {
    let it = World::new().await;
    let old = printed(&it, NOW).await;
    let link = printed(&it, NOW).await;
    let ada = address(ADA);
    assert!(!it.it.is_first_link(&old, NOW).await.unwrap(), "a newer one was printed");
    assert!(it.it.is_first_link(&link, NOW).await.unwrap());
    let done = it.it.register_first(&link, wanted(&ada, PASSWORD), &at(NOW)).await.unwrap();
    let First::Done(done) = done else { panic!("not made") };
    assert_eq!(done.person.account.roles, ["admin", "user"]);
    assert_eq!(it.store.role_since(done.person.id(), "admin").await.unwrap(), Some(NOW));
    assert!(it.letters().await.is_empty(), "whoever reads what the server prints needs no letter");

    assert!(!it.it.is_first_link(&link, NOW).await.unwrap());
    let bob = address("bob@example.com");
    let again = it.it.register_first(&link, wanted(&bob, OTHER), &at(NOW + 1)).await.unwrap();
    assert!(matches!(again, First::NoLink));
    assert_eq!(it.it.first_link(NOW).await.unwrap(), None, "there is an administrator");
    it.enter(ADA, PASSWORD, NOW + 2).await;
}

#[tokio::test]
async fn a_link_that_was_printed_before_makes_nobody_else_an_administrator() {
    let it = World::new().await;
    let ada = it.person(ADA, PASSWORD, NOW).await;
    let link = printed(&it, NOW).await;
    let roles = vec!["user".to_owned(), "admin".to_owned()];
    it.store.commit(vec![Change::Roles(ada.person.id(), roles, NOW)]).await.unwrap();
    assert!(!it.it.is_first_link(&link, NOW).await.unwrap());
    assert!(!it.it.become_first(&link, &ada.person, &at(NOW)).await.unwrap());
}

#[tokio::test]
async fn whoever_has_an_account_signs_in_and_takes_the_link_with_it() {
    let it = World::new().await;
    let done = it.person(ADA, PASSWORD, NOW).await;
    let link = printed(&it, NOW).await;
    let ada = address(ADA);
    let other = it.it.register_first(&link, wanted(&ada, OTHER), &at(NOW + 1)).await.unwrap();
    assert!(matches!(other, First::HasAccount), "nobody takes an account over with the link");
    assert!(!it.it.become_first("AAAA", &done.person, &at(NOW + 2)).await.unwrap());
    assert!(it.it.become_first(&link, &done.person, &at(NOW + 3)).await.unwrap());
    let person = it.enter(ADA, PASSWORD, NOW + 4).await;
    assert!(person.account.roles.contains(&"admin".to_owned()));
}

#[tokio::test]
async fn an_account_that_waits_for_its_letter_is_made_anew_by_the_printed_link() {
    let it = World::new().await;
    it.register(ADA, OTHER, NOW).await;
    let (_, confirm) = it.letter().await;
    let link = printed(&it, NOW).await;
    let ada = address(ADA);
    let done = it.it.register_first(&link, wanted(&ada, PASSWORD), &at(NOW + 1)).await.unwrap();
    assert!(matches!(done, First::Done(_)));
    let found = it.it.confirmation(&confirm, None, NOW + 2).await.unwrap();
    assert_eq!(found, crate::Confirmation::NoLink);
    it.enter(ADA, PASSWORD, NOW + 3).await;
    let old = it.sign_in(ADA, OTHER, NOW + 4).await.unwrap();
    assert!(matches!(old, Signing::Wrong));
}

#[tokio::test]
async fn an_invitation_lets_one_person_register_and_only_once() {
    let it = World::new().await;
    let (ada, bob) = (address(ADA), address("bob@example.com"));
    let link = it.it.invite_to_register(AccountId([9; 16]), Some(&ada), "en", NOW).await.unwrap();
    let (template, sent) = it.letter().await;
    assert_eq!(template, "invited");
    assert!(link.ends_with(&sent) && link.contains("/account/invited/"));
    assert!(it.it.is_invitation(&sent, NOW + 14 * DAY - 1).await.unwrap());
    assert!(!it.it.is_invitation(&sent, NOW + 14 * DAY).await.unwrap());
    assert!(!it.it.is_first_link(&sent, NOW).await.unwrap(), "it is for nothing else");
    let made = it.it.register_invited(&sent, wanted(&ada, PASSWORD), &at(NOW)).await.unwrap();
    let (_, made) = made.unwrap();
    let late = it.it.register_invited(&sent, wanted(&bob, OTHER), &at(NOW)).await.unwrap();
    assert!(it.it.finish_registering(made).await.unwrap());
    assert!(!it.it.finish_registering(late.unwrap().1).await.unwrap(), "it was used meanwhile");
    assert_eq!(it.letter().await.0, "confirm", "its address is confirmed as ever");
    let again = it.it.register_invited(&sent, wanted(&bob, OTHER), &at(NOW + 1)).await.unwrap();
    assert!(again.is_none() && it.letters().await.is_empty());
    let bare = it.it.invite_to_register(AccountId([9; 16]), None, "en", NOW).await.unwrap();
    assert!(bare.contains("/account/invited/") && it.letters().await.is_empty());
}
