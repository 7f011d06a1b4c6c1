//! What an administrator is told when the databases do not open.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use super::{cluster, schemas};
use crate::{Databases, OpenError, Options, open_to_others};

/// The error in words, with its causes.
async fn told(options: &Options) -> (OpenError, String) {
    let error = Databases::open(options).await.unwrap_err();
    let mut words = error.to_string();
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(&error);
    while let Some(it) = cause {
        words.push_str(&format!(": {it}"));
        cause = it.source();
    }
    words.push_str(&format!(" {error:?}"));
    (error, words)
}

#[tokio::test]
async fn a_wrong_password_is_told_and_not_repeated() {
    let mut options = schemas().await;
    options.main = options.main.replacen("only-for-tests", "hunter2-hunter2", 1);
    let (error, words) = told(&options).await;
    assert!(matches!(error, OpenError::Refused(..)), "{words}");
    assert!(words.contains("postgres at ") && !words.contains("hunter2"), "{words}");
    assert!(!format!("{options:?}").contains("hunter2"));
}

#[tokio::test]
async fn a_database_that_is_not_there_is_named() {
    let mut options = schemas().await;
    options.keyring = options.keyring.replacen("/postgres?", "/nowhere?", 1);
    let (error, words) = told(&options).await;
    assert!(matches!(error, OpenError::Missing(..)) && words.contains("nowhere"), "{words}");
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_told_with_its_cause() {
    let mut options = schemas().await;
    // Nothing listens on the port that nobody may use.
    options.main = "postgres://affiant:hunter2@127.0.0.1:1/affiant".to_owned();
    let (error, words) = told(&options).await;
    assert!(matches!(error, OpenError::Gone(..)), "{words}");
    assert!(words.contains("affiant at 127.0.0.1, port 1, as affiant"), "{words}");
    assert!(!words.contains("hunter2"), "{words}");
}

#[tokio::test]
async fn an_address_that_is_none_is_not_repeated() {
    for address in
        ["postgres://a:hunter2@host:port/x", "hunter2", "mysql://a:hunter2@b/c?x=hunter2"]
    {
        let mut options = schemas().await;
        options.keyring = address.to_owned();
        let (error, words) = told(&options).await;
        assert!(matches!(error, OpenError::Address(..)), "{words}");
        assert!(words.contains("the keyring") && !words.contains("hunter2"), "{words}");
    }
}

#[tokio::test]
async fn sessions_and_keyring_are_two_databases() {
    let mut options = schemas().await;
    options.keyring = options.main.clone();
    let (error, words) = told(&options).await;
    assert!(matches!(error, OpenError::Same(_)) && words.contains("of its own"), "{words}");
}

#[tokio::test]
async fn an_account_that_may_make_no_tables_is_told() {
    let options = schemas().await;
    let mut connection = PgConnection::connect(&cluster::address()).await.unwrap();
    let number: String = sqlx::query_scalar("select pg_current_xact_id()::text")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    let role = format!("r{number}");
    let sql = format!("create role {role} login password 'only-for-tests'");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    let main = options.main.replacen("//postgres:", &format!("//{role}:"), 1);
    let (error, words) = told(&Options { main, ..options }).await;
    assert!(matches!(error, OpenError::Migrate(..)), "{words}");
}

#[test]
fn what_others_could_read_on_the_way_is_found() {
    let open = |main: &str| {
        let keyring = "postgres://a@localhost/keyring".to_owned();
        open_to_others(&Options { main: main.to_owned(), keyring }).unwrap().len()
    };
    assert_eq!(open("postgres://a@db.example.org/main"), 0, "it has to prove who it is");
    assert_eq!(open("postgres://a@db.example.org/main?sslmode=verify-full"), 0);
    assert_eq!(open("postgres://a@db.example.org/main?sslmode=require"), 1);
    assert_eq!(open("postgres://a@db.example.org/main?sslmode=disable"), 1);
    assert_eq!(open("postgres://a@127.0.0.1/main?sslmode=disable"), 0);
    assert_eq!(open("postgres://a@localhost/main?host=/run/postgresql"), 0);
}
