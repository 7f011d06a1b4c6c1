//! Keys of the API: what they open, from where, until when, and that they end.

use affiant_backend::{
    AccountStatus, ApiKeyStore as _, Change, Commit as _, GrantRole, GrantStore as _, SessionId,
};
use affiant_guard::{Permission, Scope};

use super::support::{DAY, NOW, OTHER, PASSWORD, World, at, new, typed};
use crate::{KeyMade, MOST_KEYS, NewKey, Person, Program};

async fn made(it: &World, person: &Person, scopes: &[Scope], networks: &str, days: i64) -> KeyMade {
    let wanted = NewKey { name: "Office", scopes: scopes.to_vec(), networks, days };
    it.rest().await;
    it.it.make_api_key(person, typed(PASSWORD), wanted, &at(NOW + 60)).await.unwrap()
}

async fn key(it: &World, person: &Person, scopes: &[Scope], networks: &str, days: i64) -> String {
    match made(it, person, scopes, networks, days).await {
        KeyMade::Done(key) => key.reveal(str::to_owned),
        _ => panic!("no key was made"),
    }
}

async fn shows(it: &World, key: &str, from: &str, now: i64) -> Option<Program> {
    it.it.program(key, from.parse().unwrap(), now).await.unwrap()
}

const HERE: &str = "203.0.113.7";

#[tokio::test]
async fn a_key_opens_what_its_person_can_and_one_without_a_data_scope_opens_nothing() {
    let it = World::new().await;
    let ada = it.person("ada@example.com", PASSWORD, NOW).await.person;
    it.it.take_over(&ada, &it.visitor(3, "forty-two").await, NOW).await.unwrap();
    let reading = key(&it, &ada, &[Scope::ReadSessions], "", 30).await;
    assert!(reading.starts_with("aff_"));
    let program = shows(&it, &reading, HERE, NOW).await.unwrap();
    assert_eq!(program.scopes, [Scope::ReadSessions]);
    let unlocked = program.unlocked.unwrap();
    let row = it.store.session(SessionId([3; 16])).await.unwrap().unwrap();
    let (_, role) = it.it.session_keys(&unlocked, &row, NOW).await.unwrap().unwrap();
    assert_eq!(role, GrantRole::Owner);

    let metadata = [Scope::ListSessions, Scope::DeleteSessions, Scope::May(Permission::SeePeople)];
    let listing = key(&it, &ada, &metadata, "", 30).await;
    let program = shows(&it, &listing, HERE, NOW).await.unwrap();
    assert!(program.unlocked.is_none());
    assert_eq!(program.scopes, metadata);
    let rows = it.store.api_keys(ada.id()).await.unwrap();
    assert_eq!(rows.iter().filter(|it| it.wrap.is_some()).count(), 1);
    for row in &rows {
        let secret = reading.rsplit('_').next().unwrap();
        let stored = format!("{row:?}");
        assert!(!stored.contains(secret) && !stored.contains("Office"), "sealed or hashed");
    }
    let listed = it.it.api_keys(&ada, NOW).await.unwrap();
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().all(|it| it.name.as_deref() == Some("Office") && it.used.is_some()));
}

#[tokio::test]
async fn a_key_works_from_its_networks_until_its_end_and_while_its_person_may_sign_in() {
    let it = World::new().await;
    let ada = it.person("ada@example.com", PASSWORD, NOW).await.person;
    let text = key(&it, &ada, &[Scope::ReadProfile], " 203.0.113.0/24\n2001:db8::1 ", 30).await;
    assert!(shows(&it, &text, HERE, NOW).await.is_some());
    assert!(shows(&it, &text, "2001:db8::1", NOW).await.is_some());
    for (from, now) in [
        ("198.51.100.1", NOW),
        ("2001:db8::2", NOW),
        (HERE, NOW + 60 + 30 * DAY),
        (HERE, NOW + 400 * DAY),
    ] {
        assert!(shows(&it, &text, from, now).await.is_none(), "{from} {now}");
    }
    let mut other = text.clone();
    let last = if other.pop() == Some('0') { '1' } else { '0' };
    other.push(last);
    for wrong in ["", "aff_", &other, &text[..text.len() - 1], &text.to_uppercase()] {
        assert!(shows(&it, wrong, HERE, NOW).await.is_none(), "{wrong}");
    }
    let status = |it: AccountStatus| vec![Change::Status(ada.id(), it)];
    it.store.commit(status(AccountStatus::Disabled)).await.unwrap();
    assert!(shows(&it, &text, HERE, NOW).await.is_none());
    it.store.commit(status(AccountStatus::Active)).await.unwrap();
    assert!(shows(&it, &text, HERE, NOW).await.is_some());
}

#[tokio::test]
async fn no_key_is_made_without_the_password_a_scope_and_real_networks_nor_for_more_than_a_year() {
    let it = World::new().await;
    let ada = it.person("ada@example.com", PASSWORD, NOW).await.person;
    let wanted =
        || NewKey { name: "", scopes: vec![Scope::ReadProfile], networks: "", days: 5_000 };
    let wrong = it.it.make_api_key(&ada, typed(OTHER), wanted(), &at(NOW + 60)).await.unwrap();
    assert!(matches!(wrong, KeyMade::WrongPassword));
    assert!(matches!(made(&it, &ada, &[], "", 30).await, KeyMade::NoScope));
    let scope = [Scope::ReadProfile];
    for networks in ["10.0.0.0/99", "everywhere", &"10.0.0.1\n".repeat(21)] {
        assert!(matches!(made(&it, &ada, &scope, networks, 30).await, KeyMade::NoNetwork));
    }
    let year = key(&it, &ada, &scope, "", 5_000).await;
    assert!(shows(&it, &year, HERE, NOW + 365 * DAY).await.is_some());
    assert!(shows(&it, &year, HERE, NOW + 60 + 365 * DAY).await.is_none());
    for _ in 1..MOST_KEYS {
        key(&it, &ada, &scope, "", 30).await;
    }
    assert!(matches!(made(&it, &ada, &scope, "", 30).await, KeyMade::TooMany));
}

#[tokio::test]
async fn a_key_ends_when_it_is_revoked_and_all_end_with_the_password() {
    let it = World::new().await;
    let ada = it.person("ada@example.com", PASSWORD, NOW).await.person;
    let eve = it.person("eve@example.com", PASSWORD, NOW + 1).await.person;
    let (one, two) = (
        key(&it, &ada, &[Scope::ReadProfile], "", 30).await,
        key(&it, &ada, &[Scope::ReadProfile], "", 30).await,
    );
    let id = it.it.api_keys(&ada, NOW).await.unwrap();
    let id_of = |text: &str| {
        let hex = text.split('_').nth(1).unwrap();
        let found = id
            .iter()
            .find(|it| it.id.iter().map(|it| format!("{it:02x}")).collect::<String>() == hex);
        found.unwrap().id
    };
    it.it.revoke_api_key(&eve, id_of(&one), NOW).await.unwrap();
    assert!(shows(&it, &one, HERE, NOW).await.is_some(), "another's");
    it.it.revoke_api_key(&ada, id_of(&one), NOW).await.unwrap();
    assert!(shows(&it, &one, HERE, NOW).await.is_none());
    assert!(shows(&it, &two, HERE, NOW).await.is_some());
    it.rest().await;
    let now = NOW + 120;
    it.it.change_password(&ada, typed(PASSWORD), new(OTHER), &at(now)).await.unwrap();
    assert!(shows(&it, &two, HERE, now).await.is_none());
}

#[tokio::test]
async fn guesses_at_keys_are_counted_and_right_ones_are_not() {
    let it = World::new().await;
    let ada = it.person("ada@example.com", PASSWORD, NOW).await.person;
    let text = key(&it, &ada, &[Scope::ReadProfile], "", 30).await;
    for _ in 0..50 {
        assert!(shows(&it, &text, HERE, NOW).await.is_some());
    }
    let wrong = format!("aff_{}_{}", "0".repeat(32), "0".repeat(64));
    for _ in 0..20 {
        assert!(shows(&it, &wrong, HERE, NOW).await.is_none());
    }
    assert!(it.it.program(&text, HERE.parse().unwrap(), NOW).await.is_err());
    assert!(shows(&it, &text, "203.0.113.8", NOW).await.is_some());
}
