//! Many connections that answer at once.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::ensure;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::bench::figure::{Figure, milliseconds, percentile};
use crate::bench::interviews::twelve_answers;
use crate::bench::process::Meter;
use crate::bench::sealing;
use crate::client::{Connection, Session};
use crate::program::Server;

const CONNECTIONS: usize = 64;
const WARM_UP: Duration = Duration::from_secs(2);
const MEASURED: Duration = Duration::from_secs(10);

/// Answers the interview of twelve screens over and over.
pub(crate) async fn measure(server: &Server) -> anyhow::Result<Vec<Figure>> {
    answer_until(server.address, "twelve", CONNECTIONS, Instant::now() + WARM_UP).await?;
    let meter = Meter::start(server.id())?;
    let start = Instant::now();
    let end = start + MEASURED;
    let mut latencies = answer_until(server.address, "twelve", CONNECTIONS, end).await?;
    let took = start.elapsed();
    let used = meter.read()?;
    latencies.sort_unstable();
    ensure!(!latencies.is_empty(), "nothing was answered");

    #[expect(clippy::cast_precision_loss, reason = "fewer steps than fit")]
    let steps = latencies.len() as f64;
    let each = milliseconds(used) / steps;
    let sealing = sealing::of_a_step()?;
    let millis = |share: f64| milliseconds(percentile(&latencies, share));
    Ok(vec![
        Figure::at_least(
            "answered steps a second, 64 connections, 12 screens",
            steps / took.as_secs_f64(),
            2_000.0,
            "/s",
        ),
        Figure::plain("latency of an answered step, p50", millis(0.5), "ms"),
        Figure::at_most("latency of an answered step, p99", millis(0.99), 50.0, "ms"),
        Figure::at_most("server's processor time per answered step", each, 0.3, "ms"),
        Figure::at_most(
            "… of that, deriving keys, opening and sealing",
            100.0 * sealing / each,
            5.0,
            "%",
        ),
    ])
}

/// Lets so many connections answer an interview of twelve screens until the moment; returns how long
/// each answer took.
pub(crate) async fn answer_until(
    address: SocketAddr,
    interview: &'static str,
    connections: usize,
    end: Instant,
) -> anyhow::Result<Vec<Duration>> {
    let mut open = JoinSet::new();
    for _ in 0..connections {
        open.spawn(one_connection(address, interview, end, twelve_answers()));
    }
    let mut latencies = Vec::new();
    while let Some(result) = open.join_next().await {
        latencies.extend(result??);
    }
    Ok(latencies)
}

async fn one_connection(
    address: SocketAddr,
    interview: &str,
    end: Instant,
    answers: Vec<Value>,
) -> anyhow::Result<Vec<Duration>> {
    let mut connection = Connection::open(address).await?;
    let mut latencies = Vec::new();
    while Instant::now() < end {
        let mut session = Session::start(&mut connection, interview).await?;
        for answer in &answers {
            let start = Instant::now();
            session.answer(&mut connection, answer).await?;
            latencies.push(start.elapsed());
            if Instant::now() >= end {
                break;
            }
        }
    }
    Ok(latencies)
}
