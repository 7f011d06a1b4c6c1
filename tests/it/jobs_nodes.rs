//! What interviews begin beside their steps, with servers that share a PostgreSQL.

use affiant_tests::client::{Connection, Session};
use affiant_tests::pair::{Pair, sql};
use affiant_tests::program::Server;
use anyhow::ensure;
use serde_json::json;

use crate::jobs::{killed, mails, set_up, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_loses_no_job_and_ends_none_twice_on_postgresql() -> anyhow::Result<()> {
    let pair = Pair::new()?;
    let folder = tempfile::tempdir()?;
    let setup = set_up(folder.path(), &pair.config(), &["--dev"])?;
    // Another server could be at it: so what a dead one claimed is its own until the time is over.
    let pass = "update jobs set next = 0 where state = 'running'";
    killed(&setup, || sql(&pair.main, pass).map(drop)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn all_servers_together_send_so_many_mails_a_day() -> anyhow::Result<()> {
    let pair = Pair::new()?;
    let folder = tempfile::tempdir()?;
    let config = format!("{}interview_mails_per_day = 1\n", pair.config());
    let setup = set_up(folder.path(), &config, &["--dev"])?;
    let servers = [Server::start(&setup)?, Server::start(&setup)?];
    for (server, expected) in
        servers.iter().zip(["The first is sent", "The first is failed (limit)"])
    {
        let mut connection = Connection::open(server.address).await?;
        let mut session = Session::start(&mut connection, "mails").await?;
        session.answer(&mut connection, &json!({ "address": "ada@example.com" })).await?;
        until(&mut connection, &mut session, expected).await?;
    }
    ensure!(mails(&setup.data)?.len() == 1);
    Ok(())
}
