//! The server as it is started by hand, with the examples: how soon, how large, how long.

use std::time::Duration;

use crate::bench::figure::{Figure, median};
use crate::bench::page;
use crate::bench::process::resident_memory;
use crate::client::{Connection, Session};
use crate::program::{Server, Setup};
use serde_json::json;

const STARTS: usize = 5;
const SESSIONS: usize = 1_000;

/// Starts the server some times, then opens a thousand sessions of the letter.
pub(crate) async fn measure(setup: &Setup) -> anyhow::Result<Vec<Figure>> {
    let first = Server::start(setup)?.ready_after;
    let mut starts: Vec<Duration> = Vec::new();
    for _ in 1..STARTS {
        starts.push(Server::start(setup)?.ready_after);
    }
    let mut figures = vec![
        Figure::at_most(
            "first start to ready, with an empty data folder",
            first.as_secs_f64(),
            0.3,
            "s",
        ),
        Figure::at_most("start to ready", median(starts).as_secs_f64(), 0.3, "s"),
    ];

    let server = Server::start(setup)?;
    let mut connection = Connection::open(server.address).await?;
    figures.push(Figure::at_most(
        "resident memory, idle",
        resident_memory(server.id())?,
        60.0,
        "MiB",
    ));
    figures.extend(page::measure(&mut connection).await?);
    for _ in 0..SESSIONS {
        let mut session = Session::start(&mut connection, "landlord-letter").await?;
        session.answer(&mut connection, &json!({ "rents_home": true })).await?;
        let name = json!({ "tenant.name.first": "Ada", "tenant.name.last": "Lovelace" });
        session.answer(&mut connection, &name).await?;
    }
    figures.push(Figure::at_most(
        "resident memory, 1,000 open sessions",
        resident_memory(server.id())?,
        150.0,
        "MiB",
    ));
    Ok(figures)
}
