//! Files that are moved while the databases are PostgreSQL's, which any number of servers may use.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use affiant_tests::client::Connection;
use affiant_tests::house::{House, PAPERS, stop};
use affiant_tests::pair::{Pair, sql};
use affiant_tests::program::command;
use affiant_tests::s3::{ACCESS_KEY, BUCKET, Fault, SECRET_KEY, Server};
use anyhow::{Context as _, ensure};
use tokio::time::interval;

use crate::visitor::Visitor;

const LOOK: Duration = Duration::from_millis(5);

/// A call that moves the files into the bucket, for a server of this folder.
fn moving(folder: &Path) -> anyhow::Result<Command> {
    let mut call = command()?;
    let to = format!("s3://{BUCKET}/forms");
    call.args(["migrate-storage", "--data", "data", "--to-objects", &to]).current_dir(folder);
    Ok(call)
}

fn told(output: &Output) -> String {
    let (out, error) = (String::from_utf8_lossy(&output.stdout), &output.stderr);
    format!("{out}{}", String::from_utf8_lossy(error))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_moved_while_no_server_runs_and_none_starts_meanwhile() -> anyhow::Result<()> {
    let (pair, bucket) = (Pair::new()?, tempfile::tempdir()?);
    let provider = Server::start(bucket.path())?;
    let config = format!(
        "{}objects_endpoint = \"{}\"\nobjects_access_key = \"{ACCESS_KEY}\"\n\
         objects_secret_key = \"{SECRET_KEY}\"\n",
        pair.config(),
        provider.endpoint()
    );
    let mut visitor = Visitor::configured("papers", PAPERS, &config).await?;
    for word in ["first", "second"] {
        let content = format!("the {word} paper").into_bytes();
        let sent = visitor.upload(0, &[("paper", Some("paper.txt"), &content)]).await?;
        ensure!(sent.status == 303, "{}: {}", sent.status, sent.text());
    }
    let folder = visitor.folder.path().to_owned();

    let refused = moving(&folder)?.output()?;
    assert!(!refused.status.success());
    let why = told(&refused);
    assert!(why.contains("stop all of them first") && !why.contains("only-for-tests"), "{why}");
    visitor.stop()?;

    // Two objects: one is stored, and over the next one the bucket falls silent.
    provider.fail(Some(Fault::Hangs(2)));
    let mut call = moving(&folder)?;
    let mut hangs = call.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let mut look = interval(LOOK);
    while provider.met() == 0 {
        look.tick().await;
        ensure!(hangs.try_wait()?.is_none(), "it ended by itself");
    }
    let early = visitor.start_again(&config).await.err().context("a server started")?;
    let why = format!("{early:#}");
    assert!(why.contains("are being moved") && !why.contains("only-for-tests"), "{why}");
    hangs.kill()?;
    hangs.wait()?;
    provider.fail(None);

    // The database notices that nobody is there any more.
    let gone = "select count(*) = 0 from pg_locks where locktype = 'advisory'";
    while sql(&pair.main, gone)? != "t" {
        look.tick().await;
    }
    let done = moving(&folder)?.output()?;
    assert!(done.status.success(), "{}", told(&done));
    let moved = format!("objects = \"s3://{BUCKET}/forms\"\n{config}");
    visitor.start_again(&moved).await?;
    let page = visitor.page(0).await?;
    let link = page.split('"').find(|it| it.contains("/file/")).context("no link")?.to_owned();
    assert_eq!(visitor.get(&link).await?.body, b"the second paper".as_slice());
    Ok(())
}

#[tokio::test]
async fn a_server_whose_connections_were_cut_is_still_noticed() -> anyhow::Result<()> {
    let pair = Pair::new()?;
    let house = House::new(&pair.config())?;
    let server = house.serve("data")?;
    let name = pair.main.split(['/', '?']).nth(3).context("the address names a database")?;
    let cut = format!(
        "select pg_terminate_backend(pid) from pg_stat_activity
         where datname = '{name}' and pid <> pg_backend_pid()"
    );
    let mut look = interval(LOOK);
    let before = sql(&pair.main, "select clock_timestamp()")?;
    sql(&pair.main, &cut)?;
    let held = format!(
        "select count(*) > 0 from pg_locks join pg_stat_activity using (pid)
         where locktype = 'advisory' and mode = 'ShareLock' and backend_start > '{before}'"
    );
    while sql(&pair.main, &held)? != "t" {
        look.tick().await;
    }
    let folder = format!("file://{}", house.path().join("files").display());
    let mut call = command()?;
    call.args(["migrate-storage", "--data", "data", "--to-objects", &folder]);
    let refused = call.current_dir(house.path()).output()?;
    assert!(told(&refused).contains("stop all of them first"), "{}", told(&refused));
    let mut connection = Connection::open(server.address).await?;
    assert_eq!(connection.get("/health/live", &[]).await?.status, 200);
    stop(server)
}
