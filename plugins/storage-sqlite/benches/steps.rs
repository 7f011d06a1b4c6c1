//! How many steps a second reach the disk: `cargo bench --package affiant-storage-sqlite`.
#![expect(clippy::print_stdout, reason = "a benchmark says what it found")]

use std::time::{Duration, Instant};

use affiant_backend::{
    FilesOfStep, HeadRow, Lookup, NextStep, SessionId, SessionRow, SessionStore as _, StepRow,
};
use affiant_storage_sqlite::{Databases, Main, Options};

const CLIENTS: u32 = 64;
const STEPS: u32 = 400;
const SESSIONS_BEFORE: u32 = 2_000;

fn row(number: u32) -> SessionRow {
    // Spread over the tables as random ids would be.
    let spread = u128::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
    let mut lookup = [0; 32];
    lookup[..16].copy_from_slice(&spread.rotate_left(7).to_be_bytes());
    SessionRow {
        id: SessionId(spread.to_be_bytes()),
        lookup: Lookup(lookup),
        interview: "letter".to_owned(),
        wrapped: vec![0; 360],
        revision: 0,
        last_step: 0,
        created: 0,
        touched: 0,
        epoch: 0,
        head: vec![0; 360],
    }
}

fn step(number: u32) -> StepRow {
    let snapshot = number.is_multiple_of(16).then(|| vec![0; 4_200]);
    StepRow { number, delta: vec![0; 616], snapshot }
}

/// One visitor: reads the session and appends a step, again and again.
async fn visit(sessions: Main, number: u32) -> Vec<Duration> {
    let row = row(number);
    sessions.create(row.clone(), step(0)).await.expect("the session is new");
    let mut times = Vec::new();
    for after in 0..STEPS {
        let start = Instant::now();
        let found = sessions.load(&row.lookup, None).await.expect("the store answers");
        let (found, _) = found.expect("the session is there");
        let next = NextStep {
            session: row.id,
            expected: found.revision,
            after,
            step: step(after + 1),
            head: HeadRow { revision: found.revision + 1, sealed: vec![0; 360] },
            files: FilesOfStep::default(),
            touched: i64::from(after),
        };
        sessions.append(next).await.expect("nobody else writes to this session");
        times.push(start.elapsed());
    }
    times
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder can be made");
    let options = Options { folder: folder.path().to_owned(), max_pages: None };
    let sessions = Databases::open(&options).await.expect("a new database opens").main;
    for number in 0..SESSIONS_BEFORE {
        sessions.create(row(1_000_000 + number), step(0)).await.expect("the session is new");
    }
    let start = Instant::now();
    let visits: Vec<_> =
        (0..CLIENTS).map(|number| tokio::spawn(visit(sessions.clone(), number))).collect();
    let mut times = Vec::new();
    for visit in visits {
        times.extend(visit.await.expect("no visit panics"));
    }
    let seconds = start.elapsed().as_secs_f64();
    let steps = f64::from(CLIENTS * STEPS);
    times.sort_unstable();
    println!("steps a second at {CLIENTS} clients: {:.0}", steps / seconds);
    println!("read and append, p50: {:?}", times[times.len() / 2]);
    println!("read and append, p99: {:?}", times[times.len() * 99 / 100]);
}
