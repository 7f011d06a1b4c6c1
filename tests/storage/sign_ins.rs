//! Sign-ins, links and API keys.

use affiant_backend::{
    ApiKeyStore as _, Change, LinkPurpose, Lookup, PendingRow, SignInRow, SignInStore as _,
};

use super::accounts::two;
use super::conflict;
use super::rows::{A, B, api_key, link, pending, sign_in};

#[tokio::test]
async fn a_sign_in_is_found_by_its_hash_and_touched() {
    let it = two().await;
    it.commit(vec![Change::PutSignIn(sign_in(1, A))]).await.unwrap();
    let store = it.sessions();
    assert_eq!(store.sign_in(&Lookup([1; 32])).await.unwrap(), Some(sign_in(1, A)));
    assert_eq!(store.sign_in(&Lookup([2; 32])).await.unwrap(), None);
    it.commit(vec![Change::TouchSignIn(Lookup([1; 32]), 700)]).await.unwrap();
    let touched = SignInRow { idle_until: 700, ..sign_in(1, A) };
    assert_eq!(store.sign_in(&Lookup([1; 32])).await.unwrap(), Some(touched));
}

#[tokio::test]
async fn sign_ins_end_one_by_one_or_all_but_this() {
    let it = two().await;
    let all = [(1, A), (2, A), (3, A), (4, A), (5, B)];
    it.commit(all.map(|(id, of)| Change::PutSignIn(sign_in(id, of))).to_vec()).await.unwrap();
    it.commit(vec![Change::PutPending(pending(7, A))]).await.unwrap();
    let left = async |of| {
        let found = it.sessions().sign_ins(of).await.unwrap();
        found.iter().map(|it| it.id[0]).collect::<Vec<_>>()
    };
    it.commit(vec![Change::EndSignIn(Lookup([1; 32]))]).await.unwrap();
    assert_eq!(left(A).await, [4, 3, 2]);
    it.commit(vec![Change::EndListedSignIn(B, [2; 16])]).await.unwrap();
    assert_eq!(left(A).await, [4, 3, 2]);
    it.commit(vec![Change::EndListedSignIn(A, [2; 16])]).await.unwrap();
    assert_eq!(left(A).await, [4, 3]);
    it.commit(vec![Change::EndSignIns(A, Some(Lookup([3; 32])))]).await.unwrap();
    assert_eq!(left(A).await, [3]);
    assert_eq!(it.sessions().pending(&Lookup([7; 32])).await.unwrap(), None);
    it.commit(vec![Change::EndSignIns(A, None)]).await.unwrap();
    assert!(left(A).await.is_empty());
    assert_eq!(left(B).await, [5]);
}

#[tokio::test]
async fn a_pending_sign_in_has_so_many_tries() {
    let it = two().await;
    let sid = Lookup([1; 32]);
    it.commit(vec![Change::PutPending(pending(1, A))]).await.unwrap();
    it.commit(vec![Change::TryPending(sid)]).await.unwrap();
    let tried = PendingRow { tries: 1, ..pending(1, A) };
    assert_eq!(it.sessions().pending(&sid).await.unwrap(), Some(tried));
    it.commit(vec![Change::TryPending(sid)]).await.unwrap();
    conflict(it.commit(vec![Change::TryPending(sid)]).await);
    it.commit(vec![Change::UsePending(sid)]).await.unwrap();
    conflict(it.commit(vec![Change::UsePending(sid)]).await);
    assert_eq!(it.sessions().pending(&sid).await.unwrap(), None);
}

#[tokio::test]
async fn a_link_works_once_and_a_newer_one_ends_it() {
    let it = two().await;
    let store = it.sessions();
    let reset = |id| Change::PutLink(link(id, Some(A), LinkPurpose::Reset));
    it.commit(vec![reset(1), Change::PutLink(link(2, Some(A), LinkPurpose::Confirm))])
        .await
        .unwrap();
    it.commit(vec![reset(3)]).await.unwrap();
    assert_eq!(store.link(&Lookup([1; 32])).await.unwrap(), None);
    let kept = link(3, Some(A), LinkPurpose::Reset);
    assert_eq!(store.link(&Lookup([3; 32])).await.unwrap(), Some(kept));
    it.commit(vec![Change::TryLink(Lookup([3; 32]))]).await.unwrap();
    conflict(it.commit(vec![Change::TryLink(Lookup([3; 32]))]).await);
    it.commit(vec![Change::UseLink(Lookup([3; 32]))]).await.unwrap();
    conflict(it.commit(vec![Change::UseLink(Lookup([3; 32]))]).await);
    it.commit(vec![Change::EndLinks(A, LinkPurpose::Confirm)]).await.unwrap();
    assert_eq!(store.link(&Lookup([2; 32])).await.unwrap(), None);
}

#[tokio::test]
async fn links_without_an_account_do_not_end_each_other() {
    let it = two().await;
    let invite = |id| link(id, None, LinkPurpose::Invite);
    it.commit(vec![Change::PutLink(invite(1)), Change::PutLink(invite(2))]).await.unwrap();
    assert_eq!(it.sessions().link(&Lookup([1; 32])).await.unwrap(), Some(invite(1)));
    assert_eq!(it.sessions().link(&Lookup([2; 32])).await.unwrap(), Some(invite(2)));
}

#[tokio::test]
async fn of_links_that_make_an_administrator_the_newest_works() {
    let it = two().await;
    let admin = |id| Change::PutLink(link(id, None, LinkPurpose::Admin));
    it.commit(vec![admin(1), Change::PutLink(link(2, None, LinkPurpose::Invite))]).await.unwrap();
    it.commit(vec![admin(3)]).await.unwrap();
    let found = async |id| it.sessions().link(&Lookup([id; 32])).await.unwrap().is_some();
    assert_eq!((found(1).await, found(2).await, found(3).await), (false, true, true));
}

#[tokio::test]
async fn api_keys_come_back_are_listed_and_go() {
    let it = two().await;
    let store = it.sessions();
    let mut other = api_key(2, A);
    (other.networks, other.scopes) = (vec!["192.0.2.0/24".to_owned()], Vec::new());
    it.commit(vec![Change::PutApiKey(api_key(1, A)), Change::PutApiKey(other.clone())])
        .await
        .unwrap();
    conflict(it.commit(vec![Change::PutApiKey(api_key(1, B))]).await);
    assert_eq!(store.api_key([1; 16]).await.unwrap(), Some(api_key(1, A)));
    it.commit(vec![Change::ApiKeyUsed([2; 16], 86_400)]).await.unwrap();
    other.used = Some(86_400);
    assert_eq!(store.api_keys(A).await.unwrap(), [api_key(1, A), other]);
    it.commit(vec![Change::DeleteApiKey(B, [1; 16])]).await.unwrap();
    assert_eq!(store.api_keys(A).await.unwrap().len(), 2);
    it.commit(vec![Change::DeleteApiKey(A, [1; 16])]).await.unwrap();
    assert_eq!(store.api_key([1; 16]).await.unwrap(), None);
    it.commit(vec![Change::DeleteApiKeys(A)]).await.unwrap();
    assert_eq!(store.api_keys(A).await.unwrap(), []);
}
