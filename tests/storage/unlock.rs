//! Ways to unlock, and second factors.

use affiant_backend::{
    AccountStore as _, Change, FactorRow, IdentityRow, Lookup, MethodId, MethodKind,
};

use super::accounts::two;
use super::conflict;
use super::rows::{A, B, factor, method, passkey};

#[tokio::test]
async fn methods_come_back_and_are_replaced_by_id() {
    let it = two().await;
    let (password, recovery) =
        (method(1, A, MethodKind::Password), method(2, A, MethodKind::Recovery));
    it.commit(vec![Change::PutMethod(password.clone()), Change::PutMethod(recovery.clone())])
        .await
        .unwrap();
    let store = it.sessions();
    assert_eq!(store.methods(A).await.unwrap(), [password.clone(), recovery.clone()]);
    assert_eq!(store.methods(B).await.unwrap(), []);
    let mut changed = password;
    (changed.wrap, changed.verifier) = (vec![99], None);
    it.commit(vec![Change::PutMethod(changed.clone()), Change::MethodUsed(recovery.id, 86_400)])
        .await
        .unwrap();
    let mut used = recovery;
    used.used = Some(86_400);
    assert_eq!(store.methods(A).await.unwrap(), [changed, used.clone()]);
    it.commit(vec![Change::DeleteMethods(A, MethodKind::Password, 0)]).await.unwrap();
    assert_eq!(store.methods(A).await.unwrap(), [used]);
    it.commit(vec![Change::DeleteMethod(A, MethodId([2; 16]))]).await.unwrap();
    assert_eq!(store.methods(A).await.unwrap(), []);
}

#[tokio::test]
async fn nobody_touches_anothers_method_or_passkey() {
    let it = two().await;
    let (theirs, key) = (method(1, A, MethodKind::Password), passkey(1, A));
    it.commit(vec![Change::PutMethod(theirs.clone()), Change::PutPasskey(key.clone())])
        .await
        .unwrap();
    conflict(it.commit(vec![Change::PutMethod(method(1, B, MethodKind::Password))]).await);
    conflict(it.commit(vec![Change::PutPasskey(passkey(1, B))]).await);
    it.commit(vec![
        Change::DeleteMethod(B, theirs.id),
        Change::DeletePasskey(B, key.credential.clone()),
    ])
    .await
    .unwrap();
    assert_eq!(it.sessions().methods(A).await.unwrap(), [theirs]);
    assert_eq!(it.sessions().passkeys(A).await.unwrap(), [key]);
}

#[tokio::test]
async fn passkeys_are_found_by_credential_and_by_account() {
    let it = two().await;
    let mut key = passkey(1, A);
    it.commit(vec![Change::PutPasskey(key.clone())]).await.unwrap();
    (key.record, key.wrap, key.used) = (vec![44], None, Some(86_400));
    it.commit(vec![Change::PutPasskey(key.clone())]).await.unwrap();
    let store = it.sessions();
    assert_eq!(store.passkey(&[1; 20]).await.unwrap(), Some(key.clone()));
    assert_eq!(store.passkey(&[2; 20]).await.unwrap(), None);
    assert_eq!(store.passkeys(A).await.unwrap(), [key]);
    it.commit(vec![Change::DeletePasskey(A, vec![1; 20])]).await.unwrap();
    assert_eq!(store.passkey(&[1; 20]).await.unwrap(), None);
}

#[tokio::test]
async fn a_code_of_a_second_factor_works_once_and_forward_only() {
    let it = two().await;
    it.commit(vec![Change::PutFactor(factor(A), vec![])]).await.unwrap();
    conflict(it.commit(vec![Change::UseFactor(A, 10)]).await);
    it.commit(vec![Change::UseFactor(A, 11)]).await.unwrap();
    conflict(it.commit(vec![Change::UseFactor(A, 11)]).await);
    conflict(it.commit(vec![Change::UseFactor(B, 12)]).await);
    it.commit(vec![Change::SealFactor(A, vec![9, 9])]).await.unwrap();
    conflict(it.commit(vec![Change::SealFactor(B, vec![9, 9])]).await);
    let used = FactorRow { last_step: 11, seed: vec![9, 9], ..factor(A) };
    assert_eq!(it.sessions().factor(A).await.unwrap(), Some(used));
}

#[tokio::test]
async fn codes_that_stand_in_work_once_and_go_with_the_factor() {
    let it = two().await;
    let codes = vec![Lookup([1; 32]), Lookup([2; 32])];
    it.commit(vec![Change::PutFactor(factor(A), codes)]).await.unwrap();
    let store = it.sessions();
    assert_eq!(store.factor_codes(A).await.unwrap(), 2);
    it.commit(vec![Change::UseFactorCode(A, Lookup([1; 32]))]).await.unwrap();
    conflict(it.commit(vec![Change::UseFactorCode(A, Lookup([1; 32]))]).await);
    conflict(it.commit(vec![Change::UseFactorCode(B, Lookup([2; 32]))]).await);
    assert_eq!(store.factor_codes(A).await.unwrap(), 1);
    it.commit(vec![Change::PutFactor(factor(A), vec![Lookup([3; 32])])]).await.unwrap();
    conflict(it.commit(vec![Change::UseFactorCode(A, Lookup([2; 32]))]).await);
    it.commit(vec![Change::DeleteFactor(A)]).await.unwrap();
    assert_eq!(store.factor(A).await.unwrap(), None);
    assert_eq!(store.factor_codes(A).await.unwrap(), 0);
}

#[tokio::test]
async fn an_identity_signs_in_to_one_account_and_goes_when_it_is_removed() {
    let it = two().await;
    let row = |id: u8, account| IdentityRow {
        lookup: Lookup([id; 32]),
        account,
        sealed: vec![id, 8],
        created: 0,
        used: None,
    };
    let put = |it: IdentityRow| vec![Change::PutIdentity(it)];
    it.commit(put(row(1, A))).await.unwrap();
    it.commit(put(row(2, A))).await.unwrap();
    conflict(it.commit(put(row(1, B))).await);
    let used = IdentityRow { used: Some(86_400), sealed: vec![9], ..row(1, A) };
    it.commit(put(used.clone())).await.unwrap();
    it.commit(vec![Change::DeleteIdentity(B, Lookup([2; 32]))]).await.unwrap();
    let store = it.sessions();
    assert_eq!(store.identities(A).await.unwrap(), [used.clone(), row(2, A)]);
    assert_eq!(store.identities(B).await.unwrap(), []);
    assert_eq!(store.identity(&Lookup([1; 32])).await.unwrap(), Some(used));
    assert_eq!(store.identity(&Lookup([3; 32])).await.unwrap(), None);
    it.commit(vec![Change::DeleteIdentity(A, Lookup([1; 32]))]).await.unwrap();
    assert_eq!(store.identities(A).await.unwrap(), [row(2, A)]);
    it.commit(vec![Change::PutMethod(method(5, B, MethodKind::Passphrase))]).await.unwrap();
    assert_eq!(store.methods(B).await.unwrap()[0].kind, MethodKind::Passphrase);
}
