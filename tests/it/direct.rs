//! Direct links: browsers fetch files from the bucket, where they lie readable for a while. Only where
//! whoever runs the server set it, and everybody is told.

use std::path::PathBuf;
use std::time::Duration;

use affiant_tests::client::{Connection, Reply};
use affiant_tests::s3::{ACCESS_KEY, BUCKET, Fault, SECRET_KEY, Server};
use anyhow::{Context as _, ensure};
use tempfile::TempDir;
use tokio::time::interval;

use crate::visitor::Visitor;

const INTERVIEW: &str = "metadata:
  title: Papers
---
mandatory: true
question: You sent {{ paper }}
attachment:
  name: Receipt
  content: |
    Your paper came from larkspur.
---
question: Your paper?
fields:
  - Paper: paper
    datatype: file
";

const PAPER: &[u8] = b"this paper speaks of heliotrope";

const LOOK: Duration = Duration::from_millis(5);

/// A bucket, and somebody who sent a paper to a server that keeps it there.
struct Sent {
    folder: TempDir,
    provider: Server,
    visitor: Visitor,
    file: String,
}

impl Sent {
    async fn new(more: &str) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let provider = Server::start(folder.path())?;
        let config = config(&provider, more);
        let mut visitor = Visitor::configured("papers", INTERVIEW, &config).await?;
        let sent = visitor.upload(0, &[("paper", Some("paper.txt"), PAPER)]).await?;
        ensure!(sent.status == 303, "{}: {}", sent.status, sent.text());
        let page = visitor.page(0).await?;
        let file = page.split('"').find(|it| it.contains("/file/")).context("no link")?.to_owned();
        Ok(Self { folder, provider, visitor, file })
    }

    /// The files that are lent.
    fn lent(&self) -> anyhow::Result<Vec<PathBuf>> {
        let folder = self.folder.path().join(BUCKET).join("forms/lent");
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        fs_err::read_dir(folder)?.map(|it| Ok(it?.path())).collect()
    }

    /// What a browser gets that follows where it is led, without any cookie.
    async fn followed(&self, led: &Reply) -> anyhow::Result<Reply> {
        ensure!(led.status == 303, "{}: {}", led.status, led.text());
        let address = led.header("location").context("it leads nowhere")?;
        let endpoint = self.provider.endpoint();
        let path = address.strip_prefix(&endpoint).context("it leads elsewhere")?;
        let host = endpoint.strip_prefix("http://").context("it is an address")?;
        let mut connection = Connection::open(host.parse()?).await?;
        connection.get(path, &[]).await
    }
}

fn config(provider: &Server, more: &str) -> String {
    format!(
        "objects = \"s3://{BUCKET}/forms\"\nobjects_endpoint = \"{}\"\n\
         objects_access_key = \"{ACCESS_KEY}\"\nobjects_secret_key = \"{SECRET_KEY}\"\n{more}",
        provider.endpoint()
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_setting_nothing_is_ever_lent() -> anyhow::Result<()> {
    let mut it = Sent::new("").await?;
    let file = it.file.clone();
    let got = it.visitor.get(&file).await?;
    assert_eq!((got.status.as_u16(), &got.body[..]), (200, PAPER));
    assert_eq!(it.lent()?, [] as [PathBuf; 0]);
    let page = it.visitor.page(1).await?;
    assert!(!page.contains("come straight from"), "{page}");
    let told = it.visitor.get("/privacy").await?.text();
    assert!(!told.contains("readable for about two minutes"), "{told}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_and_documents_are_fetched_from_the_bucket_and_everybody_is_told()
-> anyhow::Result<()> {
    let mut it = Sent::new("direct_links = true\n").await?;
    let page = it.visitor.page(1).await?;
    assert!(page.contains("come straight from 127.0.0.1"), "{page}");
    let document = "/i/papers/1/document/0.pdf";
    let file = it.file.clone();
    let led = it.visitor.get(&file).await?;
    let got = it.followed(&led).await?;
    assert_eq!((got.status.as_u16(), &got.body[..]), (200, PAPER));
    let saved = got.header("content-disposition").context("it is shown")?;
    assert!(saved.starts_with("attachment; filename*=UTF-8''paper%2Etxt"), "{saved}");
    let led = it.visitor.get(document).await?;
    assert!(it.followed(&led).await?.body.starts_with(b"%PDF"));
    // What is kept there is sealed as ever.
    let lent = it.lent()?;
    assert_eq!(lent.len(), 2);

    let told = it.visitor.get("/privacy").await?.text();
    for words in [
        "Files that somebody downloads they can read for about two minutes.",
        "lie there readable for about two minutes",
        "Files that are downloaded: an outside company.",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let facts = it.visitor.connection.get("/privacy.json", &[]).await?.json()?;
    let bucket = &facts["storages"][1];
    assert_eq!((&bucket["direct_links"], &bucket["facts"]["keys"]), (&true.into(), &3.into()));
    let log = it.visitor.server.lines().join("\n");
    assert!(log.contains("direct_links is on") && !log.contains("X-Amz-Signature"), "{log}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_lent_is_deleted_also_after_a_crash_and_when_the_setting_is_gone()
-> anyhow::Result<()> {
    let mut it = Sent::new("direct_links = true\n").await?;
    let file = it.file.clone();
    for more in ["direct_links = true\n", ""] {
        it.visitor.get(&file).await?;
        it.visitor.server.kill()?;
        // As if it had been lent a while ago.
        for path in it.lent()? {
            let name = path.file_name().and_then(|it| it.to_str()).context("it has a name")?;
            let (since, rest) = name.split_once('-').context("it has a time")?;
            let since: i64 = since.parse()?;
            fs_err::rename(&path, path.with_file_name(format!("{}-{rest}", since - 300)))?;
        }
        it.visitor.start_again(&config(&it.provider, more)).await?;
        let mut look = interval(LOOK);
        while !it.lent()?.is_empty() {
            look.tick().await;
        }
    }
    // The sealed one is where it was.
    assert_eq!(it.visitor.get(&file).await?.body, PAPER);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_bucket_takes_nothing_the_server_sends_the_file_itself() -> anyhow::Result<()> {
    let mut it = Sent::new("direct_links = true\n").await?;
    it.provider.fail(Some(Fault::ReadOnly));
    let file = it.file.clone();
    let got = it.visitor.get(&file).await?;
    assert_eq!((got.status.as_u16(), &got.body[..]), (200, PAPER));
    assert!(it.visitor.server.lines().join("\n").contains("a file could not be lent"));
    Ok(())
}

#[tokio::test]
async fn direct_links_without_a_bucket_are_refused() -> anyhow::Result<()> {
    let failed = Visitor::configured("papers", INTERVIEW, "direct_links = true\n").await;
    let told = format!("{:#}", failed.err().context("it started")?);
    assert!(told.contains("names no bucket"), "{told}");
    Ok(())
}
