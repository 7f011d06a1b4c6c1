//! Stores in the data folder of a server that does not run that everybody who is signed in came in an
//! hour before they did: `hour DATA`. For the tests in a browser, which cannot wait.

use std::path::Path;

use anyhow::Context as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let data = std::env::args().nth(1).context("no data folder is named")?;
    affiant_tests::account::came_in_an_hour_before(Path::new(&data)).await
}
