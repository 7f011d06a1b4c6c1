//! Stands in for Segment, for the tests in a browser: `vendor AUTHORITY` writes the certificate of its
//! authority into a file, prints the port that it listens on, and from then on each request that it
//! hears, as a line of JSON. It ends when its input does.

use std::io::Write as _;
use std::time::Duration;

use affiant_tests::vendor::{SEGMENT_HOSTS, Vendor, segment};
use anyhow::Context as _;
use serde_json::json;
use tokio::time::interval;

/// How often it is looked for what was heard.
const LOOK: Duration = Duration::from_millis(20);

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let file = std::env::args().nth(1).context("no file is named for the certificate")?;
    let vendor = Vendor::listening(&SEGMENT_HOSTS, segment).await?;
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
        std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).map(drop)
    });
    tokio::select! {
        done = told => done,
        done = ended => Ok(done??),
    }
}
