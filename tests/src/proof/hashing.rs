//! AT-17: a thousand people sign in at once, and whoever answers an interview hardly notices.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;
use tokio::task::JoinSet;

use crate::account::{SAME, form};
use crate::bench::figure::{milliseconds, percentile};
use crate::bench::process::resident_memory;
use crate::client::{Connection, Session};
use crate::house::{House, stop};
use crate::proof::Figure;

/// Connections that answer interviews meanwhile.
const ANSWERING: usize = 4;

/// What hashing one password takes, and what else may be needed for so many connections, in MiB.
const HASH: f64 = 64.0;
const CONNECTIONS: f64 = 48.0;

/// How a sign-in ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The password was looked at.
    Checked,
    /// There was no room, and it was said when to come back.
    Later,
    /// Anything else.
    Other,
}

pub(crate) async fn figures(long: bool) -> Result<Vec<Figure>> {
    let count = if long { 1_000 } else { 300 };
    let house = House::of_strangers()?;
    let server = house.serve("data")?;
    let (address, id) = (server.address, server.id());
    let over = Arc::new(AtomicBool::new(false));
    let quiet = answer_for(address, Arc::new(AtomicBool::new(true))).await?;
    ensure!(!quiet.is_empty(), "nothing was answered");

    let before = resident_memory(id)?;
    let answering = tokio::spawn(answer_for(address, Arc::clone(&over)));
    let watching = tokio::spawn(watch(id, Arc::clone(&over)));
    let start = Instant::now();
    let mut signing_in = JoinSet::new();
    for number in 0..count {
        signing_in.spawn(sign_in(address, number));
    }
    let ends = signing_in.join_all().await.into_iter().collect::<Result<Vec<_>>>()?;
    let took = start.elapsed();
    over.store(true, Ordering::Relaxed);
    let (mut latencies, most) = (answering.await??, watching.await??);
    stop(server)?;

    latencies.sort_unstable();
    let of = |end: End| ends.iter().filter(|it| **it == end).count();
    let permits = std::thread::available_parallelism()?.get().saturating_sub(1).max(1);
    #[expect(clippy::cast_precision_loss, reason = "a machine has few cores")]
    let allowed = permits as f64 * HASH + CONNECTIONS;
    let second = usize::try_from(took.as_secs().max(1))?;
    Ok(vec![
        Figure::exactly("AT-17 sign-ins at the same time", count, ends.len()),
        Figure::exactly(
            "AT-17 checked, or told when to come back",
            count,
            of(End::Checked) + of(End::Later),
        ),
        Figure::at_least("AT-17 passwords checked, each second", 4, of(End::Checked) / second),
        Figure::no_more("AT-17 memory beyond that before", allowed, most - before, "MiB"),
        Figure::at_least("AT-17 steps answered meanwhile", 20, latencies.len()),
        Figure::no_more(
            "AT-17 their latency, p99",
            300.0,
            milliseconds(percentile(&latencies, 0.99)),
            "ms",
        ),
    ])
}

/// Signs in to an account that is not there, from an address of its own.
async fn sign_in(server: SocketAddr, number: usize) -> Result<End> {
    let mut connection = Connection::open(server).await?;
    let from = format!("100.{}.{}.7", 64 + number / 250, number % 250);
    let email = format!("nobody{number}@example.org");
    let body = form(&[("email", &email), ("password", "a long walk by river")]);
    let headers = [SAME, ("x-forwarded-for", from.as_str())];
    let reply = connection.post("/account/sign-in", &headers, body).await?;
    Ok(match (reply.status.as_u16(), reply.header("retry-after")) {
        (422, _) => End::Checked,
        (503, Some(_)) => End::Later,
        _ => End::Other,
    })
}

/// Answers interviews until it is over, each connection at least once. Returns how long steps took.
async fn answer_for(server: SocketAddr, over: Arc<AtomicBool>) -> Result<Vec<Duration>> {
    let mut answering = JoinSet::new();
    for _ in 0..ANSWERING {
        let over = Arc::clone(&over);
        answering.spawn(async move {
            let mut connection = Connection::open(server).await?;
            let mut latencies = Vec::new();
            loop {
                let mut session = Session::start(&mut connection, "one").await?;
                let start = Instant::now();
                session.answer(&mut connection, &json!({ "word": "spring" })).await?;
                latencies.push(start.elapsed());
                if over.load(Ordering::Relaxed) {
                    return anyhow::Ok(latencies);
                }
            }
        });
    }
    let mut latencies = Vec::new();
    while let Some(answered) = answering.join_next().await {
        latencies.extend(answered??);
    }
    Ok(latencies)
}

/// The most memory that the process has until it is over, in MiB.
pub(crate) async fn watch(id: u32, over: Arc<AtomicBool>) -> Result<f64> {
    let mut most = 0.0_f64;
    let mut turns = tokio::time::interval(Duration::from_millis(20));
    while !over.load(Ordering::Relaxed) {
        turns.tick().await;
        most = most.max(resident_memory(id)?);
    }
    Ok(most)
}
