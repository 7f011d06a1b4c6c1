//! Whether a step costs more in a large interview or in an old session.

use std::net::SocketAddr;
use std::ops::Range;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::bench::figure::{Figure, milliseconds};
use crate::bench::interviews::{ASKED, plain_answer};
use crate::bench::process::Meter;
use crate::client::{Connection, Session};
use crate::program::Server;

/// How much more a step may cost.
const GROWTH: f64 = 1.2;
/// Connections at once.
const CONNECTIONS: usize = 16;
/// Sessions of each connection, where interviews are compared.
const ROUNDS: usize = 30;
/// The steps of a session that are compared with each other.
const EARLY: Range<usize> = 10..50;
const LATE: Range<usize> = 990..1_030;

/// Measures the processor time of a step on the server, in four situations.
pub(crate) async fn measure(server: &Server) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    let few = interview(server, "few").await?;
    let many = interview(server, "many").await?;
    figures.push(Figure::plain("a step in an interview of 10 blocks, server", few, "ms"));
    figures.push(Figure::at_most(
        "… in one of 5,000 blocks, compared to that, server",
        many / few,
        GROWTH,
        "×",
    ));
    for (interview, what) in [("repeated", "that asks again"), ("long", "of 1,030 questions")] {
        let (early, late) = session(server, interview).await?;
        figures.push(Figure::plain(
            &format!("a step about step 10 of a session {what}, server"),
            early,
            "ms",
        ));
        figures.push(Figure::at_most(
            "… about step 1,000, compared to that, server",
            late / early,
            GROWTH,
            "×",
        ));
    }
    Ok(figures)
}

/// Milliseconds of the server's processor time for a step of an interview of [`ASKED`] questions.
async fn interview(server: &Server, name: &'static str) -> anyhow::Result<f64> {
    walk(server.address, name, 2).await?;
    let meter = Meter::start(server.id())?;
    walk(server.address, name, ROUNDS).await?;
    Ok(each(meter.read()?, CONNECTIONS * ROUNDS * ASKED))
}

/// Answers an interview to its end, so many times on every connection.
async fn walk(address: SocketAddr, name: &'static str, rounds: usize) -> anyhow::Result<()> {
    let mut connections = JoinSet::new();
    for _ in 0..CONNECTIONS {
        connections.spawn(async move {
            let mut connection = Connection::open(address).await?;
            for _ in 0..rounds {
                let mut session = Session::start(&mut connection, name).await?;
                for at in 1..=ASKED {
                    session.answer(&mut connection, &plain_answer(at)).await?;
                }
            }
            anyhow::Ok(())
        });
    }
    finished(connections).await.map(drop)
}

/// Milliseconds of the server's processor time for a step early and late in a session.
async fn session(server: &Server, name: &'static str) -> anyhow::Result<(f64, f64)> {
    let mut sessions = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let address = server.address;
        sessions.spawn(async move {
            let mut connection = Connection::open(address).await?;
            let session = Session::start(&mut connection, name).await?;
            anyhow::Ok(Walker { connection, session, name })
        });
    }
    let mut walkers = finished(sessions).await?;
    let mut costs = Vec::new();
    for steps in [1..EARLY.start, EARLY, EARLY.end..LATE.start, LATE] {
        let meter = Meter::start(server.id())?;
        let count = steps.len() * CONNECTIONS;
        let mut under_way = JoinSet::new();
        for walker in walkers.drain(..) {
            under_way.spawn(walker.steps(steps.clone()));
        }
        walkers = finished(under_way).await?;
        costs.push(each(meter.read()?, count));
    }
    Ok((costs[1], costs[3]))
}

/// One session under way.
struct Walker {
    connection: Connection,
    session: Session,
    name: &'static str,
}

impl Walker {
    async fn steps(mut self, steps: Range<usize>) -> anyhow::Result<Self> {
        for at in steps {
            if self.name == "long" {
                self.session.answer(&mut self.connection, &plain_answer(at)).await?;
            } else {
                self.again(at).await?;
            }
        }
        Ok(self)
    }

    /// One step of the interview that asks again: its questions first, then an action that forgets
    /// an answer and the answer anew, in turn.
    async fn again(&mut self, at: usize) -> anyhow::Result<()> {
        let asked: Value = json!({ format!("answer{}", at.min(2)): format!("Answer {at}") });
        if at <= 2 || at.is_multiple_of(2) {
            self.session.answer(&mut self.connection, &asked).await
        } else {
            self.session.act(&mut self.connection, "again").await
        }
    }
}

async fn finished<T: 'static>(mut tasks: JoinSet<anyhow::Result<T>>) -> anyhow::Result<Vec<T>> {
    let mut results = Vec::new();
    while let Some(result) = tasks.join_next().await {
        results.push(result??);
    }
    Ok(results)
}

fn each(used: Duration, steps: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "fewer steps than fit")]
    let steps = steps as f64;
    milliseconds(used) / steps
}
