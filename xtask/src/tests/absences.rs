//! What the pure crates never contain.

use super::{printed, tree};
use crate::tidy::absences::check;

#[test]
fn reading_a_file_in_the_engine_is_found() {
    let tree = tree([
        ("core/engine/src/lib.rs", "//! No std::fs here.\nuse std::fs;\n"),
        ("core/engine/src/tests.rs", "//! Tests.\nuse std::fs;\n"),
        ("core/server/src/main.rs", "//! Server.\nuse std::fs;\n"),
    ]);
    let expected =
        ["core/engine/src/lib.rs:2: `std::fs` in a crate that asks nothing of its machine"];
    assert_eq!(printed(&check(&tree)), expected);
}

#[test]
fn random_bytes_come_from_the_system_alone() {
    let tree = tree([
        ("core/web/src/a.rs", "//! A.\nfn a() { fastrand::fill(&mut b); }\n"),
        ("core/server/src/system.rs", "//! System.\nfn a() { getrandom::fill(b); }\n"),
        ("core/web/src/tests/a.rs", "//! Tests.\nfn a() { fastrand::fill(&mut b); }\n"),
        ("tests/src/a.rs", "//! Tests of the whole.\nfn a() { fastrand::fill(&mut b); }\n"),
    ]);
    let expected = ["core/web/src/a.rs:2: `rand::`: random bytes come through `Randomness`"];
    assert_eq!(printed(&check(&tree)), expected);
}

#[test]
fn a_transaction_that_a_request_could_leave_open_is_found() {
    let tree = tree([
        ("plugins/storage-postgres/src/write.rs", "//! W.\nlet it = connection.begin().await?;\n"),
        ("plugins/storage-postgres/src/jobs.rs", "//! J.\nlet it = self.pool.begin().await?;\n"),
    ]);
    let expected =
        ["plugins/storage-postgres/src/jobs.rs:2: `.begin()`: transactions are those of \
                     `transact`, which come to their end"];
    assert_eq!(printed(&check(&tree)), expected);
}
