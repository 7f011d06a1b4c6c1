//! An S3 server with one bucket, for the tests in a browser: `bucket FOLDER` keeps it in the folder and
//! prints, as a line of JSON, where it listens and with which key. It ends when its input does.

use std::io::Write as _;
use std::path::PathBuf;

use affiant_tests::s3::{ACCESS_KEY, BUCKET, SECRET_KEY, Server};
use anyhow::Context as _;
use serde_json::json;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = std::env::args().nth(1).map(PathBuf::from).context("no folder is named")?;
    let server = Server::start(&folder)?;
    let told = json!({
        "endpoint": server.endpoint(),
        "bucket": BUCKET,
        "accessKey": ACCESS_KEY,
        "secretKey": SECRET_KEY,
    });
    writeln!(std::io::stdout(), "{told}")?;
    let ended = tokio::task::spawn_blocking(|| {
        std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).map(drop)
    });
    ended.await??;
    server.stop().await;
    Ok(())
}
