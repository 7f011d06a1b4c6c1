//! Stores in the data folder of a server that does not run that a second administrator agreed to all
//! that waits: `agree DATA`. For the tests in a browser, which cannot wait for a day.

use std::path::Path;

use anyhow::Context as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let data = std::env::args().nth(1).context("no data folder is named")?;
    affiant_tests::administrators::agree_to_all(Path::new(&data)).await
}
