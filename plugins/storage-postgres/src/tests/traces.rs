//! What a deletion leaves in the files of the keyring: nothing, once its table is written anew.

use affiant_backend::{Keyring as _, SessionId};
use sqlx::PgConnection;

use super::cases::{ONE, Part, empty, name};
use crate::open::addresses;
use crate::tidy::write_anew;

/// Every byte of the file that the secrets are in.
async fn bytes(connection: &mut PgConnection) -> Vec<u8> {
    sqlx::raw_sql("checkpoint").execute(&mut *connection).await.unwrap();
    sqlx::query_scalar("select pg_read_binary_file(pg_relation_filepath('wrapped'))")
        .fetch_one(connection)
        .await
        .unwrap()
}

fn holds(all: &[u8], canary: &[u8]) -> bool {
    all.windows(canary.len()).any(|it| it == canary)
}

#[tokio::test]
async fn a_deleted_secret_is_in_no_file_of_the_keyring_after_it_was_tidied() {
    let it = empty().await;
    it.put_secret(ONE, &[0xA1; 70]).await;
    it.put_secret(SessionId([2; 16]), &[0xA2; 70]).await;
    it.secrets().delete(vec![name(ONE)]).await.unwrap();
    let mut connection = it.connection(Part::Keyring).await;
    // The database marks rows as gone and leaves their bytes where they are.
    assert!(holds(&bytes(&mut connection).await, &[0xA1; 70]));
    write_anew(&addresses(&it.options).unwrap().1).await.unwrap();
    let left = bytes(&mut connection).await;
    assert!(!holds(&left, &[0xA1; 70]));
    assert!(holds(&left, &[0xA2; 70]));
}

#[tokio::test]
async fn who_closes_the_keyring_leaves_nothing_to_tidy() {
    let it = empty().await;
    it.put_secret(ONE, &[0xA1; 70]).await;
    it.secrets().delete(vec![name(ONE)]).await.unwrap();
    let again = it.reopened().await.unwrap();
    let mut connection = again.connection(Part::Keyring).await;
    assert!(!holds(&bytes(&mut connection).await, &[0xA1; 70]));
}

#[tokio::test]
async fn no_secret_is_in_the_main_database() {
    let it = empty().await;
    it.put_secret(ONE, &[0xA7; 32]).await;
    for table in affiant_backend::tables::MAIN {
        assert_eq!(it.mentions(Part::Main, table, &[0xA7; 32]).await, 0, "{table:?}");
    }
}
