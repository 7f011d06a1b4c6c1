//! A server on a PostgreSQL of this machine.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::bench::figure::{Figure, milliseconds, percentile};
use crate::bench::load::answer_until;
use crate::pair::Pair;
use crate::program::{Server, Setup};

const CONNECTIONS: usize = 64;
const WARM_UP: Duration = Duration::from_secs(2);
const MEASURED: Duration = Duration::from_secs(10);

/// Answers the interview of twelve screens over and over, in databases of its own. Says so and measures
/// nothing where there is no PostgreSQL.
pub(crate) async fn measure(setup: &Setup) -> anyhow::Result<Vec<Figure>> {
    // Where Debian puts it, or wherever it runs already.
    let is_there = Path::new("/usr/lib/postgresql").is_dir();
    if !is_there && std::env::var_os("AFFIANT_POSTGRES").is_none() {
        super::say("skipped: there is no PostgreSQL on this machine (Debian's package postgresql)");
        return Ok(Vec::new());
    }
    let folder = setup.folder.join("postgres");
    fs_err::create_dir_all(&folder)?;
    fs_err::write(folder.join("affiant.toml"), Pair::new()?.config())?;
    let server = Server::start(&Setup { data: folder.join("data"), folder, ..setup.clone() })?;
    answer_until(server.address, "twelve", CONNECTIONS, Instant::now() + WARM_UP).await?;
    let start = Instant::now();
    let mut latencies =
        answer_until(server.address, "twelve", CONNECTIONS, start + MEASURED).await?;
    let took = start.elapsed();
    latencies.sort_unstable();
    anyhow::ensure!(!latencies.is_empty(), "nothing was answered");
    #[expect(clippy::cast_precision_loss, reason = "fewer steps than fit")]
    let steps = latencies.len() as f64;
    Ok(vec![
        Figure::at_least(
            "answered steps a second on PostgreSQL, 64 connections",
            steps / took.as_secs_f64(),
            800.0,
            "/s",
        ),
        Figure::plain("… latency, p99", milliseconds(percentile(&latencies, 0.99)), "ms"),
    ])
}
