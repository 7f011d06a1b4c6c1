//! Migrations: their names, and that they only add.

use super::{printed, tree};
use crate::tidy::migrations::check;

#[test]
fn badly_named_migration_is_found() {
    let good = tree([("plugins/a/migrations/20261124101500_first.sql", "")]);
    assert!(check(&good).is_empty());
    for name in [
        "first.sql",
        "20261124_first.sql",
        "20261324101500_first.sql",
        "20261124106000_first.sql",
        "20261124101500_First.sql",
        "20261124101500_.sql",
        "20261124101500_first.txt",
    ] {
        let path = format!("plugins/a/migrations/{name}");
        let findings = check(&tree([(&path, "")]));
        assert_eq!(findings.len(), 1, "{name}");
        assert_eq!(findings[0].place, path);
    }
}

#[test]
fn two_migrations_of_one_time_are_found() {
    let tree = tree([
        ("plugins/a/migrations/20261124101500_first.sql", ""),
        ("plugins/a/migrations/20261124101500_second.sql", ""),
    ]);
    let expected =
        "plugins/a/migrations/20261124101500_second.sql: has the time of another migration";
    assert_eq!(printed(&check(&tree)), [expected]);
}

#[test]
fn migration_that_one_database_lacks_is_found() {
    let tree = tree([
        ("plugins/a/migrations/20261124101500_first.sql", ""),
        ("plugins/a/migrations/20261125101500_second.sql", ""),
        ("plugins/b/migrations/20261124101500_first.sql", ""),
    ]);
    let expected =
        "plugins/b/migrations: lacks `20261125101500_second.sql`, which another database has";
    assert_eq!(printed(&check(&tree)), [expected]);
}

#[test]
fn two_databases_of_a_storage_have_migrations_of_their_own() {
    let main = ("plugins/a/migrations/main/20261124101500_first.sql", "");
    let keyring = ("plugins/a/migrations/keyring/20261124101500_secrets.sql", "");
    let other = ("plugins/b/migrations/main/20261124101500_first.sql", "");
    assert!(check(&tree([main, keyring, other])).is_empty());
    let differs = ("plugins/b/migrations/keyring/20261125101500_other.sql", "");
    assert_eq!(check(&tree([main, keyring, other, differs])).len(), 2);
}

#[test]
fn migration_that_takes_something_from_servers_beside_is_found() {
    let path = "plugins/storage-postgres/migrations/main/20270101000000_less.sql";
    for line in
        ["drop table letters;", "ALTER TABLE a DROP COLUMN b;", "alter table a rename b to c;"]
    {
        let findings = check(&tree([(path, line)]));
        assert_eq!(findings.len(), 1, "{line}");
        assert_eq!(check(&tree([(path, &format!("-- contract: unused.\n{line}"))])).len(), 0);
    }
    for line in ["create table letters (id bigint);", "-- drop table letters;"] {
        assert!(check(&tree([(path, line)])).is_empty(), "{line}");
    }
    let before = "plugins/storage-postgres/migrations/main/20261124000000_first.sql";
    assert!(check(&tree([(before, "drop table letters;")])).is_empty());
}
