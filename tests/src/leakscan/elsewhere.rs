//! A PostgreSQL and a bucket of a scanned server's own, searched file by file.

use std::path::Path;

use affiant_backend::Commit as _;
use affiant_storage_postgres::{Databases, Options};
use aho_corasick::AhoCorasick;
use anyhow::{Context as _, ensure};
use tempfile::TempDir;

use crate::administrators;
use crate::cluster::Cluster;
use crate::leakscan::place::{self, Findings};
use crate::leakscan::search::Needles;
use crate::leakscan::server::INTERVIEW;
use crate::pair::{Pair, dumped, sql};
use crate::s3::{ACCESS_KEY, BUCKET, SECRET_KEY, Server};

/// What the names of the objects begin with.
const PREFIX: &str = "scanned";

/// Where a server keeps everything that is not on a disk of its own.
pub(crate) struct Elsewhere {
    cluster: Cluster,
    pair: Pair,
    bucket: TempDir,
    server: Server,
}

impl Elsewhere {
    /// An empty cluster and an empty bucket.
    pub(crate) fn new() -> anyhow::Result<Self> {
        let cluster = Cluster::start();
        let pair = Pair::of(cluster.address())?;
        let bucket = tempfile::tempdir()?;
        let server = Server::start(bucket.path())?;
        Ok(Self { cluster, pair, bucket, server })
    }

    /// Lines of a configuration that name both.
    pub(crate) fn config(&self) -> String {
        format!(
            "{}objects = \"s3://{BUCKET}/{PREFIX}\"\nobjects_endpoint = \"{}\"\n\
             objects_access_key = \"{ACCESS_KEY}\"\nobjects_secret_key = \"{SECRET_KEY}\"\n",
            self.pair.config(),
            self.server.endpoint(),
        )
    }

    /// Makes the databases, with what whoever installs the server decided.
    pub(crate) async fn install(&self, organisation: [u8; 32]) -> anyhow::Result<()> {
        let Pair { main, keyring } = self.pair.clone();
        let databases = Databases::open(&Options { main, keyring }).await?;
        databases.main.commit(administrators::installed(organisation)).await?;
        Ok(databases.close().await?)
    }

    /// Dumps both databases into a folder, as administrators do in place of a backup.
    pub(crate) fn back_up(&self, backups: &Path) -> anyhow::Result<()> {
        fs_err::create_dir_all(backups)?;
        fs_err::write(backups.join("main.sql"), dumped(&self.pair.main)?)?;
        fs_err::write(backups.join("keyring.sql"), dumped(&self.pair.keyring)?)?;
        Ok(())
    }

    /// Searches the files of the cluster, its log of changes among them, and the bucket. Fails if what
    /// must be there is not found.
    pub(crate) fn search(&self, needles: &Needles<'_>) -> anyhow::Result<Findings> {
        sql(self.cluster.address(), "checkpoint")?;
        let (_, socket) = self.cluster.address().split_once("host=").context("it has no socket")?;
        let data = Path::new(socket).join("data");
        let control = AhoCorasick::new([INTERVIEW])?;
        for part in ["base", "pg_wal"] {
            let seen = holds(&data.join(part), &|it| control.is_match(it))?;
            ensure!(seen, "{part} of PostgreSQL does not even hold the interview's name");
        }
        let objects = self.bucket.path().join(BUCKET).join(PREFIX);
        let seen = objects.is_dir() && holds(&objects, &|it| it.len() > 1_000)?;
        seen.then_some(()).context("the bucket does not even hold one file")?;
        let mut findings = place::folder(needles, "postgres/", &data)?;
        findings.add(place::folder(needles, "bucket/", self.bucket.path())?);
        Ok(findings)
    }
}

/// Whether some file below a folder is so.
fn holds(folder: &Path, is_so: &dyn Fn(&[u8]) -> bool) -> anyhow::Result<bool> {
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        let is_it = if path.is_dir() { holds(&path, is_so)? } else { is_so(&fs_err::read(path)?) };
        if is_it {
            return Ok(true);
        }
    }
    Ok(false)
}
