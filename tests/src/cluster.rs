//! `PostgreSQL` clusters for tests: the one that `cargo xtask test` started for the whole run, or one of
//! their own.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// A cluster in a temporary folder. It stops when this is dropped, and when this process ends, however
/// it ends: its input is closed then.
#[derive(Debug)]
pub struct Cluster {
    address: String,
    script: Child,
}

impl Cluster {
    /// Starts one. Panics where there is no PostgreSQL: nothing can be tested then.
    pub fn start() -> Self {
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
        Self { address, script }
    }

    /// The address of its database `postgres`, for its superuser. It ends with parameters, so that `&`
    /// adds another.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // It stops when nothing more can be said to it.
        drop(self.script.stdin.take());
        drop(self.script.wait());
    }
}

/// The address of a cluster's database `postgres`, as [`Cluster::address`] has it: of the one for the
/// whole run, if there is one.
pub fn address() -> String {
    static OWN: OnceLock<Cluster> = OnceLock::new();
    match std::env::var("AFFIANT_POSTGRES") {
        Ok(address) => address,
        Err(_) => OWN.get_or_init(Cluster::start).address().to_owned(),
    }
}
