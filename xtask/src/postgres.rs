//! A PostgreSQL cluster for as long as something here needs it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use anyhow::{Context as _, bail};

use crate::report::say;
use crate::shell::{call, cargo, command, root};

/// The crate whose queries are checked without a database.
const CRATE: &str = "plugins/storage-postgres";

/// A cluster that runs until this is dropped, or this program ends.
pub(crate) struct Cluster {
    script: Child,
    address: String,
}

impl Cluster {
    /// Starts one in a temporary folder.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let path = root().join("tests/postgres.sh");
        let mut script = command(&path.to_string_lossy(), &[])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("could not start tests/postgres.sh")?;
        let mut address = String::new();
        let printed = script.stdout.take().context("tests/postgres.sh prints nothing")?;
        BufReader::new(printed).read_line(&mut address)?;
        let cluster = Self { script, address: address.trim_end().to_owned() };
        if cluster.address.is_empty() {
            bail!("PostgreSQL did not start; the lines above say why");
        }
        say("started a PostgreSQL for the tests");
        Ok(cluster)
    }

    /// The address of its database `postgres`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // It stops the cluster when nothing more can be said to it.
        drop(self.script.stdin.take());
        let _ = self.script.wait();
    }
}

/// Asks a database anew what the queries of the PostgreSQL plugin are, for the compiler to believe.
pub(crate) fn queries() -> anyhow::Result<()> {
    let cluster = Cluster::start()?;
    for database in ["main", "keyring"] {
        let folder = root().join(CRATE).join("migrations").join(database);
        let mut files = Vec::new();
        for entry in fs_err::read_dir(folder)? {
            files.push(entry?.path());
        }
        files.sort();
        for file in files {
            let file = file.to_string_lossy();
            let stop = "ON_ERROR_STOP=1";
            let arguments = ["--quiet", "--set", stop, "--file", &file, cluster.address()];
            let status = command("psql", &arguments).status().context("could not start psql")?;
            if !status.success() {
                bail!("the migration {file} does not run");
            }
        }
    }
    let believed = root().join(CRATE).join(".sqlx");
    if believed.is_dir() {
        fs_err::remove_dir_all(&believed)?;
    }
    fs_err::create_dir(&believed)?;
    let arguments = ["check", "--package", "affiant-storage-postgres"];
    call(cargo(&arguments).env("AFFIANT_QUERIES", cluster.address()))?;
    let count = fs_err::read_dir(&believed)?.count();
    say(&format!("{count} queries are as the database says"));
    Ok(())
}
