//! Stands in for a vendor, for the tests in a browser: `vendor AUTHORITY segment` or `vendor AUTHORITY
//! court` writes the certificate of its authority into a file, prints the port that it listens on, and
//! from then on each request that it hears, as a line of JSON. While the last line of its input says
//! `down`, it takes nothing; it repeats each line as a JSON string. It ends when its input does.

use std::io::{BufRead as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use affiant_tests::vendor::{COURT_HOST, Heard, SEGMENT_HOSTS, Said, Vendor, court, segment};
use anyhow::{Context as _, bail};
use serde_json::json;
use tokio::time::interval;

/// How often it is looked for what was heard.
const LOOK: Duration = Duration::from_millis(20);

/// Whether it takes nothing at the moment.
static IS_DOWN: AtomicBool = AtomicBool::new(false);

/// What it answers, unless it is down.
fn answer(heard: &Heard) -> Said {
    if IS_DOWN.load(Ordering::SeqCst) {
        return Said::from(503);
    }
    if heard.host == COURT_HOST { court(heard) } else { segment(heard).into() }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let mut words = std::env::args().skip(1);
    let file = words.next().context("no file is named for the certificate")?;
    let hosts = match words.next().as_deref() {
        Some("segment") => SEGMENT_HOSTS.to_vec(),
        Some("court") => vec![COURT_HOST],
        _ => bail!("name whom to stand in for: `segment` or `court`"),
    };
    let vendor = Vendor::listening(&hosts, answer).await?;
    fs_err::write(file, &vendor.authority)?;
    let mut output = std::io::stdout();
    writeln!(output, "{}", vendor.port)?;
    let told = async {
        let mut due = interval(LOOK);
        loop {
            due.tick().await;
            for it in vendor.heard() {
                let line = json!({
                    "host": it.host, "path": it.path, "body": it.body, "status": it.status,
                });
                writeln!(output, "{line}")?;
                output.flush()?;
            }
        }
    };
    let ended = tokio::task::spawn_blocking(|| {
        for line in std::io::stdin().lock().lines() {
            let line = line?;
            IS_DOWN.store(line == "down", Ordering::SeqCst);
            writeln!(std::io::stdout(), "{}", json!(line))?;
        }
        anyhow::Ok(())
    });
    tokio::select! {
        done = told => done,
        done = ended => done?,
    }
}
