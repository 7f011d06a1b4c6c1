//! What the compiler believes of the queries is what the database says.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor as _, SqlSafeStr as _};

use super::cases::{Part, empty};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// What `.sqlx` says, by query.
fn believed() -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for entry in fs_err::read_dir(folder(".sqlx")).unwrap() {
        let text = fs_err::read_to_string(entry.unwrap().path()).unwrap();
        let mut value: Value = serde_json::from_str(&text).unwrap();
        let query = value["query"].as_str().unwrap().to_owned();
        all.push((query, value["describe"].take()));
    }
    all
}

fn sources(folder: &Path, into: &mut String) {
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else {
            into.push_str(&fs_err::read_to_string(path).unwrap());
        }
    }
}

#[tokio::test]
async fn every_query_is_what_the_compiler_believes_it_to_be() {
    let it = empty().await;
    let (mut main, mut keyring) =
        (it.connection(Part::Main).await, it.connection(Part::Keyring).await);
    let all = believed();
    assert!(all.len() > 150, "{}", all.len());
    for (query, believed) in all {
        let sql = || AssertSqlSafe(query.clone()).into_sql_str();
        // A query is of one of the two.
        let described = match main.describe(sql()).await {
            Ok(it) => it,
            Err(_) => keyring.describe(sql()).await.unwrap_or_else(|it| panic!("{query}: {it}")),
        };
        let described = serde_json::to_value(&described).unwrap();
        assert_eq!(told(&described), told(&believed), "`cargo xtask queries` asks anew: {query}");
    }
}

/// Types of columns and parameters, and whether a column may be null where the query does not say it:
/// that follows from how much is in the tables otherwise.
fn told(described: &Value) -> (Vec<String>, String) {
    let may_be_null = described["nullable"].as_array().unwrap();
    let columns = described["columns"].as_array().unwrap().iter().zip(may_be_null);
    let told = columns.map(|(column, null)| {
        let (name, kind) = (column["name"].as_str().unwrap(), &column["type_info"]);
        let says = name.contains(['!', '?']);
        if says { format!("{name} {kind}") } else { format!("{name} {kind} {null}") }
    });
    (told.collect(), described["parameters"].to_string())
}

#[test]
fn no_query_is_believed_that_nobody_asks() {
    let mut text = String::new();
    sources(&folder("src"), &mut text);
    let stale: BTreeSet<_> =
        believed().into_iter().map(|it| it.0).filter(|it| !text.contains(it.as_str())).collect();
    assert_eq!(stale, BTreeSet::new(), "`cargo xtask queries` makes `.sqlx` anew");
}
