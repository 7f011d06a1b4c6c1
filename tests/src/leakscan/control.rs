//! The proof that the search finds what there is: a server that leaks on purpose is caught each time.

use std::path::PathBuf;

use anyhow::Context as _;
use tokio::task::JoinSet;

use crate::leakscan::canary::Planter;
use crate::leakscan::search::Needles;
use crate::leakscan::server::Scanned;
use crate::leakscan::{say, seed};

/// Every leak by the name that the server knows it by, and the beginning of the name of a place
/// where it must be found.
const LEAKS: &[(&str, &str)] = &[
    ("address in the log", "log"),
    ("headers in the log", "log"),
    ("body in the log", "log"),
    ("body in the log, for programmers", "log"),
    ("body in the log, in capitals", "log"),
    ("answers' pages in the log", "log"),
    ("body on the terminal", "log"),
    ("database, a column", "data/affiant.db"),
    ("database, a blob", "data/affiant.db"),
    ("keyring", "data/keyring.db"),
    ("memory", "memory"),
    ("memory, in wide letters", "memory"),
    ("memory, packed", "memory"),
    ("temporary file", "temporary/upload.tmp"),
    ("data folder", "data/debug.txt"),
    ("working folder", "debug.txt"),
    ("a file without a name", "open file"),
    ("a file's name", "name of temporary/for-"),
    ("a file in hexadecimal", "debug.txt"),
    ("a file in base64", "debug.txt"),
    ("a file in base64, one byte later", "debug.txt"),
    ("a file in base64, two bytes later", "debug.txt"),
    ("a file in wide letters", "debug.txt"),
    ("a file with percents", "debug.txt"),
    ("a file as mail is written", "debug.txt"),
    ("a file with escapes of JSON", "debug.txt"),
    ("a file with references of HTML", "debug.txt"),
    ("a packed file", "debug.txt"),
];

/// The same for a server on PostgreSQL, whose files lie in a bucket.
const ELSEWHERE: &[(&str, &str)] = &[
    ("database, a column", "postgres/base/"),
    ("database, a blob", "postgres/pg_wal/"),
    ("keyring", "backups/keyring.sql"),
    ("a file in the bucket", "bucket/"),
];

/// Canaries that each leaking server is sent.
const CANARIES: usize = 1;

/// Servers that leak at the same time.
const AT_ONCE: usize = 2;

/// Starts the leaking program once for each leak. Returns how many there are and how many were found.
pub(crate) async fn run() -> anyhow::Result<(usize, usize)> {
    let program = std::env::var_os("AFFIANT_LEAKY_BIN").map(PathBuf::from);
    let program = program.context("AFFIANT_LEAKY_BIN names no server that leaks on purpose")?;
    let mut turns = JoinSet::new();
    for first in 0..AT_ONCE {
        let program = program.clone();
        turns.spawn(async move {
            let mut caught = 0;
            for (leak, place) in LEAKS.iter().skip(first).step_by(AT_ONCE) {
                let server = Scanned::start(&program, Some(leak)).await?;
                caught += usize::from(is_caught(server, leak, place).await?);
            }
            for (leak, place) in ELSEWHERE.iter().skip(first).step_by(AT_ONCE) {
                let server = Scanned::start_elsewhere(&program, Some(leak)).await?;
                caught += usize::from(is_caught(server, leak, place).await?);
            }
            anyhow::Ok(caught)
        });
    }
    let mut caught = 0;
    while let Some(turn) = turns.join_next().await {
        caught += turn??;
    }
    let leaks = LEAKS.len() + ELSEWHERE.len();
    say(&format!("deliberate leaks: {caught} of {leaks} caught"));
    Ok((leaks, caught))
}

/// Whether a leak is found where it must be.
async fn is_caught(mut server: Scanned, leak: &str, place: &str) -> anyhow::Result<bool> {
    let mut planter = Planter::new(fastrand::u64(..));
    seed::canaries(&server.place().await?, &mut planter, CANARIES).await?;
    let findings = server.search(&Needles::new(&planter)?, place == "memory").await?;
    let hits = findings.hits.iter().filter(|it| it.place.starts_with(place)).count();
    let verdict = if hits > 0 { "caught" } else { "NOT CAUGHT" };
    say(&format!("  {verdict:>10}, {hits:>5} times: {leak} ({place})"));
    Ok(hits > 0)
}
