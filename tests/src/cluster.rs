//! A `PostgreSQL` cluster for tests: the one that `cargo xtask test` started for the whole run, or one
//! of its own for this process.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// A cluster that stops when this process ends, however it ends: its input is closed then.
struct Own {
    address: String,
    _script: Child,
}

/// The address of a cluster's database `postgres`, for its superuser. It ends with parameters, so that
/// `&` adds another.
pub fn address() -> String {
    static OWN: OnceLock<Own> = OnceLock::new();
    match std::env::var("AFFIANT_POSTGRES") {
        Ok(address) => address,
        Err(_) => OWN.get_or_init(start).address.clone(),
    }
}

fn start() -> Own {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let script = root.map(|it| it.join("tests/postgres.sh")).find(|it| it.is_file());
    let script = script.expect("tests/postgres.sh lies in the workspace");
    let mut script = Command::new(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("tests/postgres.sh starts");
    let mut address = String::new();
    let printed = script.stdout.take().expect("it is piped");
    BufReader::new(printed).read_line(&mut address).expect("it prints text");
    let address = address.trim_end().to_owned();
    assert!(!address.is_empty(), "no PostgreSQL started: run tests/postgres.sh to see why");
    Own { address, _script: script }
}
