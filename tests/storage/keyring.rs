//! Secrets of all kinds.

use affiant_backend::tables::{KEYRING, Table};
use affiant_backend::{
    BuriedRow, Keyring as _, SecretKind, SecretName, SecretRow, SessionId, StorageError,
};
use tokio::task::JoinSet;

use super::{Fixture, Part, empty};

fn secret(kind: SecretKind, id: u8, epoch: u32) -> SecretRow {
    let name = SecretName { kind, id: [id; 16], epoch };
    SecretRow { name, wrapped: vec![id; 70], created: 86_400 }
}

/// The table of the secrets.
const WRAPPED: &Table = &KEYRING[0];

const KINDS: &[SecretKind] = SecretKind::ALL;

#[tokio::test]
async fn secrets_of_all_kinds_and_epochs_are_told_apart() {
    let it = empty().await;
    let ring = it.secrets();
    for (number, kind) in (1..).zip(KINDS) {
        let mut two = vec![secret(*kind, 7, 0), secret(*kind, 7, 1)];
        (two[0].wrapped, two[1].wrapped) = (vec![number, 0], vec![number, 1]);
        ring.put(two).await.unwrap();
    }
    for (number, kind) in (1..).zip(KINDS) {
        let of = |epoch| SecretName { kind: *kind, id: [7; 16], epoch };
        assert_eq!(ring.find(of(0)).await.unwrap(), Some(vec![number, 0]));
        assert_eq!(ring.find(of(1)).await.unwrap(), Some(vec![number, 1]));
        assert_eq!(ring.find(of(2)).await.unwrap(), None);
        let epochs = ring.epochs(*kind, [7; 16]).await.unwrap();
        assert_eq!(epochs.iter().map(|it| it.name.epoch).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(epochs[0].created, 86_400);
        ring.delete(vec![of(0)]).await.unwrap();
        assert_eq!(ring.epochs(*kind, [7; 16]).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn many_who_ask_at_once_each_get_their_own_secret() {
    let it = empty().await;
    for id in 1..=20 {
        it.secrets().put(vec![secret(SecretKind::Account, id, 0)]).await.unwrap();
    }
    let mut questions = JoinSet::new();
    for id in 0..=40 {
        let ring = it.secrets().clone();
        let name = secret(SecretKind::Account, id, 0).name;
        questions.spawn(async move { (id, ring.find(name).await.unwrap()) });
    }
    for (id, found) in questions.join_all().await {
        assert_eq!(found, (1..=20).contains(&id).then(|| vec![id; 70]), "{id}");
    }
}

#[tokio::test]
async fn a_secret_that_is_there_is_not_replaced_and_none_of_the_list_is_stored() {
    let it = empty().await;
    let ring = it.secrets();
    ring.put(vec![secret(SecretKind::Account, 1, 0)]).await.unwrap();
    let list = vec![secret(SecretKind::Account, 2, 0), secret(SecretKind::Account, 1, 0)];
    assert!(matches!(ring.put(list).await, Err(StorageError::Conflict)));
    assert_eq!(ring.epochs(SecretKind::Account, [2; 16]).await.unwrap(), []);
}

#[tokio::test]
async fn what_was_buried_never_comes_back() {
    let it = empty().await;
    let ring = it.secrets();
    let list = vec![
        secret(SecretKind::Account, 0xA1, 0),
        secret(SecretKind::Account, 0xA1, 1),
        secret(SecretKind::Session, 0xA2, 0),
        secret(SecretKind::Session, 0xA3, 0),
    ];
    ring.put(list).await.unwrap();
    let gone = vec![(SecretKind::Account, [0xA1; 16]), (SecretKind::Session, [0xA2; 16])];
    ring.bury(gone.clone(), 86_400).await.unwrap();
    let left = async |secret: [u8; 70]| it.mentions(Part::Keyring, WRAPPED, &secret).await;
    assert_eq!((left([0xA1; 70]).await, left([0xA2; 70]).await), (0, 0));
    assert_eq!(left([0xA3; 70]).await, 1);
    let again = ring.put(vec![secret(SecretKind::Account, 0xA1, 2)]).await;
    assert!(matches!(again, Err(StorageError::Conflict)));
    ring.bury(gone, 2 * 86_400).await.unwrap();
    let (account, session) = (
        BuriedRow { kind: SecretKind::Account, id: [0xA1; 16], day: 86_400 },
        BuriedRow { kind: SecretKind::Session, id: [0xA2; 16], day: 86_400 },
    );
    assert_eq!(ring.buried().await.unwrap(), [account, session]);
    assert_eq!(ring.forget_buried(86_400).await.unwrap(), 0);
    assert_eq!(ring.forget_buried(86_401).await.unwrap(), 2);
    assert_eq!(ring.buried().await.unwrap(), []);
}

#[tokio::test]
async fn secrets_are_listed_page_by_page() {
    let it = empty().await;
    let ring = it.secrets();
    let all = [(1, 0), (1, 1), (2, 0)].map(|(id, epoch)| secret(SecretKind::Session, id, epoch));
    ring.put(all.to_vec()).await.unwrap();
    ring.put(vec![secret(SecretKind::Job, 3, 0)]).await.unwrap();
    let page = async |after| ring.secrets(SecretKind::Session, after, 2).await.unwrap();
    let first = page(None).await;
    assert_eq!(first, all[..2]);
    assert_eq!(page(Some(first[1].name)).await, all[2..]);
    assert_eq!(page(Some(all[2].name)).await, []);
}

#[tokio::test]
async fn another_master_key_rewraps_all_at_once() {
    let it = empty().await;
    let ring = it.secrets();
    assert_eq!(ring.mark().await.unwrap(), None);
    let mut one = secret(SecretKind::Session, 0xA1, 0);
    ring.put(vec![one.clone()]).await.unwrap();
    one.wrapped = vec![5; 70];
    ring.rewrap(vec![1, 2], vec![one.clone()]).await.unwrap();
    assert_eq!(ring.mark().await.unwrap(), Some(vec![1, 2]));
    assert_eq!(ring.find(one.name).await.unwrap(), Some(vec![5; 70]));
    assert_eq!(it.mentions(Part::Keyring, WRAPPED, &[0xA1; 70]).await, 0);
    ring.rewrap(vec![3], vec![]).await.unwrap();
    assert_eq!(ring.mark().await.unwrap(), Some(vec![3]));
}

#[tokio::test]
async fn plain_secrets_of_an_earlier_version_are_replaced() {
    let it = empty().await;
    let (id, plain) = (Fixture::literal(&[1; 16]), Fixture::literal(&[0xC7; 32]));
    let sql = format!("insert into secrets (session, secret) values ({id}, {plain})");
    it.alter(Part::Keyring, &sql).await;
    let ring = it.secrets();
    assert_eq!(ring.plain(10).await.unwrap(), [(SessionId([1; 16]), [0xC7; 32])]);
    let wrapped = secret(SecretKind::Session, 1, 0);
    ring.replace_plain(vec![wrapped.clone()]).await.unwrap();
    assert_eq!(ring.plain(10).await.unwrap(), []);
    assert_eq!(ring.find(wrapped.name).await.unwrap(), Some(wrapped.wrapped));
}

#[tokio::test]
async fn the_keyring_says_when_it_does_not_answer() {
    let it = empty().await;
    let ring = it.secrets().clone();
    ring.check_keyring().await.unwrap();
    let again = it.reopened().await.unwrap();
    assert!(matches!(ring.check_keyring().await, Err(StorageError::Unavailable(_))));
    again.secrets().check_keyring().await.unwrap();
}
