//! Looks for leaks: canaries go into the real server by every way, and none may lie anywhere after.
//!
//! The server is the program that `AFFIANT_BIN` names. That the search finds what is there is
//! proven by `control`, with the program that `AFFIANT_LEAKY_BIN` names: it leaks on purpose.

mod allowed;
mod canary;
mod control;
mod elsewhere;
mod encode;
mod place;
mod search;
mod seed;
mod server;
#[cfg(test)]
mod tests;
mod view;

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use crate::leakscan::canary::Planter;
use crate::leakscan::search::{Hit, Needles};
use crate::leakscan::server::Scanned;

/// What a scan sends and which of its parts run.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// How many canaries are sent, at least.
    pub canaries: usize,
    /// Whether the leaks that are made on purpose are looked for too.
    pub control: bool,
}

impl Extent {
    /// What runs with every change.
    pub const SHORT: Self = Self { canaries: 5_000, control: true };
    /// What runs before a release.
    pub const LONG: Self = Self { canaries: 100_000, control: true };
}

/// To the server on `PostgreSQL` and a bucket goes one canary of so many that go to the one on
/// `SQLite`: what it does with them is the same, and only where it puts them is not.
const PART_ELSEWHERE: usize = 3;

/// What a scan found.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Canaries that were sent.
    pub seeded: usize,
    /// Times that canaries were found where they may not be, memory apart.
    pub lying: usize,
    /// Times that canaries were found in the memory of the idle server.
    pub in_memory: usize,
    /// Leaks that were made on purpose.
    pub leaks: usize,
    /// How many of those were found.
    pub caught: usize,
}

/// Scans, prints what was found, and succeeds only if nothing was that may not be.
pub fn run(extent: Extent) -> anyhow::Result<ExitCode> {
    let outcome = scan(extent)?;
    let clean = outcome.lying + outcome.in_memory == 0 && outcome.caught == outcome.leaks;
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Scans, and prints what was found.
pub fn scan(extent: Extent) -> anyhow::Result<Outcome> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let here = Scanned::start(&crate::program::program()?, None).await?;
        let (mut seeded, mut hits) = clean(here, extent.canaries).await?;
        hits.extend(held().await?);
        let elsewhere = Scanned::start_elsewhere(&crate::program::program()?, None).await?;
        let (more, found) = clean(elsewhere, extent.canaries / PART_ELSEWHERE).await?;
        seeded += more;
        hits.extend(found);
        let in_memory = hits.iter().filter(|it| it.place.starts_with("memory")).count();
        let (leaks, caught) = if extent.control { control::run().await? } else { (0, 0) };
        Ok(Outcome { seeded, lying: hits.len() - in_memory, in_memory, leaks, caught })
    })
}

/// Scans a server as it is. Returns how many canaries were sent, and those that were found.
async fn clean(mut server: Scanned, canaries: usize) -> anyhow::Result<(usize, Vec<Hit>)> {
    let start = Instant::now();
    let mut planter = Planter::new(fastrand::u64(..));
    seed::canaries(&server.place().await?, &mut planter, canaries).await?;
    let (count, seconds) = (planter.count(), start.elapsed().as_secs());
    say(&format!("{count} canaries sent in {seconds} s to a server {}:", server.stored()));
    for (path, count) in planter.by_path() {
        say(&format!("  {count:>6}  {path}"));
    }

    let refused = searched(&mut server, &planter).await?;
    Ok((planter.count(), refused))
}

/// Scans the server while deletions are held, and a folder that was restored from its backup.
async fn held() -> anyhow::Result<Vec<Hit>> {
    let mut planter = Planter::new(fastrand::u64(..));
    let mut server = Scanned::start(&crate::program::program()?, None).await?;
    server.hold().await?;
    seed::held(&server.place().await?, &mut planter).await?;
    say(&format!("{} canaries sent while deletions are held", planter.count()));
    server.restore()?;
    searched(&mut server, &planter).await
}

/// Searches a server for all that was planted. Returns what was found and may not be.
async fn searched(server: &mut Scanned, planter: &Planter) -> anyhow::Result<Vec<Hit>> {
    let start = Instant::now();
    let needles = Needles::new(planter)?;
    let findings = server.search(&needles, true).await?;
    say(&format!(
        "{} places, {} MiB searched in {} s, the memory of the server among them",
        findings.places,
        findings.bytes >> 20,
        start.elapsed().as_secs(),
    ));
    let (allowed, refused): (Vec<Hit>, Vec<Hit>) =
        findings.hits.into_iter().partition(allowed::is_allowed);
    if !allowed.is_empty() {
        say(&format!("{} canaries found where the list allows them", allowed.len()));
    }
    tell(&refused);
    Ok(refused)
}

/// The first of each kind of hit.
fn tell(hits: &[Hit]) {
    let mut sorted: Vec<&Hit> = hits.iter().collect();
    sorted.sort();
    sorted.dedup_by_key(|it| (it.place.clone(), it.path, it.encoding));
    for hit in sorted.iter().take(60) {
        say(&format!("FOUND in {hit}"));
    }
    say(&format!("canaries found: {}", hits.len()));
}

/// Writes a line. A closed pipe is no reason to fail.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
