//! Accounts and roles.

use affiant_backend::{
    AccountRow, AccountStatus, AccountStore as _, Change, Commit as _, LockedRow, Lookup,
    MethodKind, RoleRow, SessionId, SignInStore as _,
};
use tokio::task::JoinSet;

use super::rows::{A, B, account, link, method, new_session, passkey, sign_in};
use super::{Fixture, conflict, empty};

/// Accounts 1 and 2.
pub(crate) async fn two() -> Fixture {
    let it = empty().await;
    it.commit(vec![Change::NewAccount(account(1)), Change::NewAccount(account(2))]).await.unwrap();
    it
}

#[tokio::test]
async fn an_account_comes_back_as_it_was_stored() {
    let it = empty().await;
    let row = AccountRow {
        profile: Some(vec![9]),
        roles: vec!["admin".to_owned(), "user".to_owned()],
        ..account(1)
    };
    it.commit(vec![Change::NewAccount(row.clone())]).await.unwrap();
    let store = it.sessions();
    assert_eq!(store.account(A).await.unwrap().as_ref(), Some(&row));
    assert_eq!(store.account_by_email(&Lookup([1; 32])).await.unwrap().as_ref(), Some(&row));
    assert_eq!(store.account_by_number(1).await.unwrap(), Some(row));
    assert_eq!(store.account(B).await.unwrap(), None);
    assert_eq!(store.account_by_email(&Lookup([2; 32])).await.unwrap(), None);
    assert_eq!(store.account_by_number(2).await.unwrap(), None);
}

#[tokio::test]
async fn an_address_or_id_has_one_account() {
    let it = two().await;
    let same_id = AccountRow { email: Lookup([3; 32]), ..account(1) };
    conflict(it.commit(vec![Change::NewAccount(same_id)]).await);
    let same_address = AccountRow { email: Lookup([1; 32]), ..account(3) };
    conflict(it.commit(vec![Change::NewAccount(same_address)]).await);
    conflict(it.commit(vec![Change::Email(A, Lookup([2; 32]), vec![])]).await);
    it.commit(vec![Change::Email(A, Lookup([7; 32]), vec![70])]).await.unwrap();
    let found = it.sessions().account_by_email(&Lookup([7; 32])).await.unwrap().unwrap();
    assert_eq!((found.id, found.contact), (A, vec![70]));
}

#[tokio::test]
async fn a_number_is_never_given_twice() {
    let it = two().await;
    let store = it.sessions();
    let erase = affiant_backend::Subject::Account(B);
    affiant_backend::Deletions::erase(store, erase, None, None).await.unwrap();
    it.commit(vec![Change::NewAccount(account(2))]).await.unwrap();
    assert_eq!(store.account(B).await.unwrap().unwrap().number, 3);
}

#[tokio::test]
async fn a_list_of_changes_is_done_wholly_or_not_at_all() {
    let it = two().await;
    let list = vec![
        Change::Language(A, "de".to_owned()),
        Change::PutMethod(method(1, A, MethodKind::Password)),
        Change::Expect(A, 7),
    ];
    conflict(it.commit(list).await);
    // Here the database itself refuses, not our condition.
    let list = vec![
        Change::Language(A, "de".to_owned()),
        Change::PutSignIn(sign_in(1, A)),
        Change::PutSignIn(sign_in(1, A)),
    ];
    conflict(it.commit(list).await);
    let store = it.sessions();
    assert_eq!(store.account(A).await.unwrap(), Some(account(1)));
    assert_eq!(store.methods(A).await.unwrap(), []);
    assert_eq!(store.sign_ins(A).await.unwrap(), []);
}

#[tokio::test]
async fn a_list_that_meets_a_conflict_does_not_take_others_with_it() {
    let it = two().await;
    let mut writes = JoinSet::new();
    // On one thread all of them wait before the writer runs, so they share a commit.
    for number in 1..=9_u8 {
        let store = it.sessions().clone();
        let mut list = vec![Change::PutSignIn(sign_in(number, A))];
        if number == 5 {
            list.push(Change::UseLink(Lookup([5; 32])));
        }
        writes.spawn(async move { (number, store.commit(list).await) });
    }
    for (number, result) in writes.join_all().await {
        assert_eq!(result.is_ok(), number != 5, "{number}");
    }
    let found = it.sessions().sign_ins(A).await.unwrap();
    let ids = found.iter().map(|it| it.id[0]).collect::<Vec<_>>();
    assert_eq!(ids, [9, 8, 7, 6, 4, 3, 2, 1]);
}

#[tokio::test]
async fn of_two_who_spend_the_same_link_one_wins() {
    let it = two().await;
    let purpose = affiant_backend::LinkPurpose::Reset;
    it.commit(vec![Change::PutLink(link(1, Some(A), purpose))]).await.unwrap();
    let mut writes = JoinSet::new();
    for _ in 0..8 {
        let store = it.sessions().clone();
        writes.spawn(async move {
            store.commit(vec![Change::UseLink(Lookup([1; 32])), Change::EndTrust(A)]).await
        });
    }
    let won = writes.join_all().await.iter().filter(|it| it.is_ok()).count();
    assert_eq!(won, 1);
    assert_eq!(it.sessions().account(A).await.unwrap().unwrap().auth_epoch, 1);
}

#[tokio::test]
async fn what_is_changed_of_an_account_changes_and_nothing_else() {
    let it = two().await;
    let changes = vec![
        Change::Profile(A, Some(vec![5])),
        Change::Language(A, "de".to_owned()),
        Change::Roles(A, vec!["advocate".to_owned()], 7),
        Change::Status(A, AccountStatus::Disabled),
        Change::Seen(A, 86_400),
        Change::EndTrust(A),
        Change::Keys { account: A, key_epoch: 1, public_key: [8; 32], secret_key: vec![8] },
    ];
    it.commit(changes).await.unwrap();
    let expected = AccountRow {
        profile: Some(vec![5]),
        language: "de".to_owned(),
        roles: vec!["advocate".to_owned()],
        status: AccountStatus::Disabled,
        seen: 86_400,
        auth_epoch: 1,
        key_epoch: 1,
        public_key: [8; 32],
        secret_key: vec![8],
        ..account(1)
    };
    assert_eq!(it.sessions().account(A).await.unwrap(), Some(expected));
    assert_eq!(it.sessions().account(B).await.unwrap(), Some(account(2)));
}

#[tokio::test]
async fn changing_an_account_that_is_not_there_is_a_conflict() {
    let it = empty().await;
    for change in [
        Change::Expect(A, 0),
        Change::Email(A, Lookup([1; 32]), vec![]),
        Change::Status(A, AccountStatus::Active),
        Change::Profile(A, None),
        Change::Language(A, "de".to_owned()),
        Change::EndTrust(A),
        Change::Keys { account: A, key_epoch: 1, public_key: [8; 32], secret_key: vec![8] },
        Change::LockKeys(A, 5),
        Change::Roles(A, vec!["admin".to_owned()], 7),
        Change::PutMethod(method(1, A, MethodKind::Password)),
        Change::PutPasskey(passkey(1, A)),
        Change::PutSignIn(sign_in(1, A)),
        new_session(1, A),
    ] {
        conflict(it.commit(vec![change]).await);
    }
    let none = affiant_backend::GrantStore::session(it.sessions(), SessionId([1; 16])).await;
    assert_eq!(none.unwrap(), None);
}

#[tokio::test]
async fn accounts_are_listed_page_by_page() {
    let it = empty().await;
    let all = (1..=5).map(|it| Change::NewAccount(account(it))).collect();
    it.commit(all).await.unwrap();
    let page = async |after, limit| {
        let found = it.sessions().accounts(after, limit).await.unwrap();
        found.iter().map(|it| it.number).collect::<Vec<_>>()
    };
    assert_eq!(page(0, 2).await, [1, 2]);
    assert_eq!(page(2, 2).await, [3, 4]);
    assert_eq!(page(4, 2).await, [5]);
    assert!(page(5, 2).await.is_empty());
}

#[tokio::test]
async fn roles_are_kept_by_name_and_leave_accounts_when_they_go() {
    let it = two().await;
    let role = |permissions: &[&str]| RoleRow {
        name: "helper".to_owned(),
        permissions: permissions.iter().map(|it| (*it).to_owned()).collect(),
    };
    it.commit(vec![Change::PutRole(role(&["people:see", "bans:see"]))]).await.unwrap();
    it.commit(vec![Change::PutRole(role(&["people:see"]))]).await.unwrap();
    assert_eq!(it.sessions().roles().await.unwrap(), [role(&["people:see"])]);
    it.commit(vec![Change::Roles(A, vec!["helper".to_owned()], 7)]).await.unwrap();
    it.commit(vec![Change::Roles(B, vec!["helper".to_owned()], 7)]).await.unwrap();
    it.commit(vec![Change::Status(A, AccountStatus::Locked)]).await.unwrap();
    it.commit(vec![Change::Status(B, AccountStatus::Disabled)]).await.unwrap();
    assert_eq!(it.sessions().count_with_role("helper").await.unwrap(), 1);
    it.commit(vec![Change::DeleteRole("helper".to_owned())]).await.unwrap();
    assert_eq!(it.sessions().roles().await.unwrap(), []);
    assert_eq!(it.sessions().account(A).await.unwrap().unwrap().roles, [""; 0]);
}

#[tokio::test]
async fn a_role_is_had_since_it_was_given_whatever_comes_beside_it() {
    let it = two().await;
    let names = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let since = async |role| it.sessions().role_since(A, role).await.unwrap();
    it.commit(vec![Change::Roles(A, names(&["user", "admin"]), 50)]).await.unwrap();
    it.commit(vec![Change::Roles(A, names(&["admin", "trainer"]), 90)]).await.unwrap();
    assert_eq!((since("admin").await, since("trainer").await), (Some(50), Some(90)));
    assert_eq!(since("user").await, None);
    it.commit(vec![Change::Roles(A, names(&[]), 95)]).await.unwrap();
    it.commit(vec![Change::Roles(A, names(&["admin"]), 99)]).await.unwrap();
    assert_eq!(since("admin").await, Some(99), "who was it once is not it since then");
}

#[tokio::test]
async fn keys_that_a_reset_put_aside_are_forgotten_with_what_they_open() {
    let it = two().await;
    let store = it.sessions();
    it.commit(vec![
        Change::PutMethod(method(1, A, MethodKind::Password)),
        Change::PutPasskey(passkey(1, A)),
        new_session(1, A),
    ])
    .await
    .unwrap();
    let mut other = method(2, A, MethodKind::Password);
    other.key_epoch = 1;
    it.commit(vec![
        Change::LockKeys(A, 500),
        Change::Keys { account: A, key_epoch: 1, public_key: [8; 32], secret_key: vec![8] },
        Change::PutMethod(other.clone()),
    ])
    .await
    .unwrap();
    let locked = LockedRow {
        account: A,
        key_epoch: 0,
        public_key: [1; 32],
        secret_key: vec![1, 2],
        until: 500,
    };
    assert_eq!(store.locked(A).await.unwrap(), [locked]);
    assert_eq!(store.methods(A).await.unwrap().len(), 2);
    // The keys in use are not locked, and are left alone.
    it.commit(vec![Change::ForgetLocked(A, 1)]).await.unwrap();
    assert_eq!(store.methods(A).await.unwrap().len(), 2);
    it.commit(vec![Change::ForgetLocked(A, 0)]).await.unwrap();
    assert_eq!(store.locked(A).await.unwrap(), []);
    assert_eq!(store.methods(A).await.unwrap(), [other]);
    assert_eq!(store.passkeys(A).await.unwrap(), []);
    let grants = affiant_backend::GrantStore::grants_of(store, A).await.unwrap();
    assert_eq!(grants, []);
}
