//! Many connections that answer at once.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::ensure;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

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
        open.spawn(one_connection(address, interview, end, None));
    }
    all_of(open).await
}

/// The same with a pause between the answers of each, for so long.
pub(crate) async fn answer_at_ease(
    address: SocketAddr,
    interview: &'static str,
    connections: usize,
    pause: Duration,
    measured: Duration,
) -> anyhow::Result<Vec<Duration>> {
    let end = Instant::now() + measured;
    let mut open = JoinSet::new();
    // They begin one after another, so that they do not all answer at once.
    let mut due = interval(pause / u32::try_from(connections)?);
    for _ in 0..connections {
        due.tick().await;
        open.spawn(one_connection(address, interview, end, Some(pause)));
    }
    all_of(open).await
}

async fn all_of(mut open: JoinSet<anyhow::Result<Vec<Duration>>>) -> anyhow::Result<Vec<Duration>> {
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
    pause: Option<Duration>,
) -> anyhow::Result<Vec<Duration>> {
    let answers = twelve_answers();
    let mut connection = Connection::open(address).await?;
    let mut due = pause.map(|it| {
        let mut due = interval(it);
        // Whoever waited for an answer does not type faster for it.
        due.set_missed_tick_behavior(MissedTickBehavior::Delay);
        due
    });
    let mut latencies = Vec::new();
    while Instant::now() < end {
        let mut session = Session::start(&mut connection, interview).await?;
        for answer in &answers {
            if let Some(due) = &mut due {
                due.tick().await;
            }
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
