//! Two `PostgreSQL` databases of a test's own, and what to ask them behind the server's back.

use std::process::Command;

use anyhow::ensure;

use crate::cluster;

/// The databases of a server: the sessions, and their keyring.
#[derive(Clone, Debug)]
pub struct Pair {
    /// Address of the main database.
    pub main: String,
    /// Address of the keyring.
    pub keyring: String,
}

impl Pair {
    /// Two empty databases.
    pub fn new() -> anyhow::Result<Self> {
        Self::of(&cluster::address())
    }

    /// The same in the cluster whose database `postgres` has this address.
    pub fn of(address: &str) -> anyhow::Result<Self> {
        // No two transactions of a cluster have the same number.
        let number = sql(address, "select pg_current_xact_id()")?;
        let part = |part: &str| -> anyhow::Result<String> {
            let name = format!("it_{number}_{part}");
            sql(address, &format!("create database {name}"))?;
            Ok(address.replacen("/postgres?", &format!("/{name}?"), 1))
        };
        Ok(Self { main: part("main")?, keyring: part("keyring")? })
    }

    /// Lines of a configuration that names them.
    pub fn config(&self) -> String {
        format!("database = \"{}\"\nkeyring_database = \"{}\"\n", self.main, self.keyring)
    }
}

/// A call of `psql` on a database.
pub fn psql(address: &str) -> Command {
    let mut command = Command::new("psql");
    command.args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only"]);
    command.args(["--set", "ON_ERROR_STOP=1", address]);
    command
}

/// What a database answers.
pub fn sql(address: &str, statement: &str) -> anyhow::Result<String> {
    let output = psql(address).args(["--command", statement]).output()?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{statement}: {complaint}");
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Everything that a database holds, as `pg_dump` writes it.
pub fn dumped(address: &str) -> anyhow::Result<Vec<u8>> {
    let output = Command::new("pg_dump").args(["--inserts", "--dbname", address]).output()?;
    ensure!(output.status.success(), "no dump: {}", String::from_utf8_lossy(&output.stderr));
    Ok(output.stdout)
}
