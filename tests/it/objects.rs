//! Files in object storage: sealed there, gone with their session, and moved there and back.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use affiant_tests::house::PAPERS;
use affiant_tests::program::command;
use affiant_tests::s3::{ACCESS_KEY, BUCKET, Fault, SECRET_KEY, Server};
use anyhow::{Context as _, ensure};
use tempfile::TempDir;
use tokio::time::interval;

use crate::visitor::{Visitor, hidden};

const LOOK_EVERY: Duration = Duration::from_millis(5);

/// An S3 server with a folder of its own.
struct Provider {
    folder: TempDir,
    server: Server,
}

impl Provider {
    fn new() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let server = Server::start(folder.path())?;
        Ok(Self { folder, server })
    }

    /// Lines of a configuration that say how to reach it.
    fn access(&self) -> String {
        format!(
            "objects_endpoint = \"{}\"\nobjects_access_key = \"{ACCESS_KEY}\"\n\
             objects_secret_key = \"{SECRET_KEY}\"\n",
            self.server.endpoint()
        )
    }

    /// The same, with files in it.
    fn config(&self) -> String {
        format!("objects = \"{ADDRESS}\"\n{}", self.access())
    }

    /// The objects that it has.
    fn objects(&self) -> anyhow::Result<Vec<PathBuf>> {
        objects(&self.folder.path().join(BUCKET).join("forms"))
    }
}

const ADDRESS: &str = "s3://affiant-files/forms";

/// The files below a folder whose names are those of objects.
fn objects(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(path) = open.pop() {
        if path.is_dir() {
            for entry in fs_err::read_dir(&path)? {
                open.push(entry?.path());
            }
        } else if path.file_name().is_some_and(|it| it.len() == 32) {
            found.push(path);
        }
    }
    Ok(found)
}

/// What the paper of a number says.
fn paper(number: usize) -> Vec<u8> {
    format!("paper {number}: {}", "heliotrope ".repeat(9_000)).into_bytes()
}

/// Sends the paper of a number, and returns the link to it.
async fn send(visitor: &mut Visitor, number: usize) -> anyhow::Result<String> {
    let sent = visitor.upload(0, &[("paper", Some("paper.txt"), &paper(number))]).await?;
    ensure!(sent.status == 303, "{}: {}", sent.status, sent.text());
    let page = visitor.page(0).await?;
    let link = page.split("href=\"").find(|it| it.contains("/file/")).context("no link")?;
    Ok(link.split('"').next().unwrap_or_default().to_owned())
}

/// All files that were sent are there.
async fn have(visitor: &mut Visitor, links: &[String]) -> anyhow::Result<()> {
    for (number, link) in links.iter().enumerate() {
        has(visitor, link, number).await?;
    }
    Ok(())
}

async fn has(visitor: &mut Visitor, link: &str, number: usize) -> anyhow::Result<()> {
    let reply = visitor.get(link).await?;
    ensure!(reply.status == 200, "{}: {}", reply.status, reply.text());
    ensure!(reply.body == paper(number), "paper {number} is another");
    Ok(())
}

async fn delete(visitor: &mut Visitor) -> anyhow::Result<()> {
    let page = visitor.get("/i/papers/delete").await?.text();
    let headers = [crate::visitor::SAME, ("cookie", visitor.cookie.as_str())];
    let gone = visitor.connection.post("/i/papers/delete", &headers, hidden(&page)).await?;
    ensure!(gone.status.is_success() || gone.status == 303, "{}: {}", gone.status, gone.text());
    Ok(())
}

/// A call of the program for the visitor's data; the server must not run.
fn call(visitor: &Visitor, arguments: &[&str]) -> anyhow::Result<Command> {
    let mut command = command()?;
    command.args(arguments).args(["--data", "data"]).current_dir(visitor.folder.path());
    Ok(command)
}

fn done(mut command: Command) -> anyhow::Result<String> {
    let output = command.output()?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{complaint}");
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn refused(mut command: Command) -> anyhow::Result<String> {
    let output = command.output()?;
    ensure!(!output.status.success(), "it was done");
    Ok(String::from_utf8_lossy(&output.stderr).into_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_lie_sealed_in_the_bucket_and_go_with_their_session() -> anyhow::Result<()> {
    let provider = Provider::new()?;
    let mut visitor = Visitor::configured("papers", PAPERS, &provider.config()).await?;
    let first = send(&mut visitor, 1).await?;
    let second = send(&mut visitor, 2).await?;
    let all = provider.objects()?;
    assert_eq!(all.len(), 2);
    for object in &all {
        let content = fs_err::read(object)?;
        assert!(content.len() > paper(1).len(), "all of it is there");
        assert!(!content.windows(10).any(|it| it == b"heliotrope"), "it can be read");
    }
    has(&mut visitor, &first, 1).await?;
    visitor.restart(&provider.config()).await?;
    has(&mut visitor, &second, 2).await?;
    delete(&mut visitor).await?;
    assert_eq!(provider.objects()?, [] as [PathBuf; 0]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_bucket_fails_people_are_told_and_nothing_is_lost() -> anyhow::Result<()> {
    let provider = Provider::new()?;
    let mut visitor = Visitor::configured("papers", PAPERS, &provider.config()).await?;
    let link = send(&mut visitor, 1).await?;
    let part = paper(2);
    let parts = [("paper", Some("paper.txt"), &part[..])];
    for (fault, status) in
        [(Fault::Breaks(u32::MAX), 503), (Fault::ReadOnly, 503), (Fault::Full, 507)]
    {
        provider.server.fail(Some(fault));
        let told = visitor.upload(0, &parts).await?;
        assert_eq!(told.status, status, "{fault:?}");
        let page = told.text();
        assert!(page.contains("not saved") || page.contains("could not be saved"), "{page}");
        assert!(!page.contains(SECRET_KEY) && !page.contains(BUCKET), "{page}");
    }
    for fault in [Fault::Breaks(u32::MAX), Fault::Truncates(u32::MAX)] {
        provider.server.fail(Some(fault));
        let told = visitor.get(&link).await?;
        assert_eq!(told.status, 503, "{fault:?}");
        let page = told.text();
        assert!(page.contains("This file cannot be opened right now"), "{page}");
        assert!(page.contains("are kept"), "{page}");
    }
    provider.server.fail(Some(Fault::Breaks(u32::MAX)));
    let ready = visitor.connection.get("/health/ready", &[]).await?;
    assert_eq!(ready.status, 503);
    assert!(ready.text().contains("files"), "{}", ready.text());

    provider.server.fail(None);
    assert_eq!(visitor.connection.get("/health/ready", &[]).await?.status, 200);
    has(&mut visitor, &link, 1).await?;
    let link = send(&mut visitor, 2).await?;
    has(&mut visitor, &link, 2).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_can_be_deleted_while_the_bucket_fails_and_its_objects_follow()
-> anyhow::Result<()> {
    let provider = Provider::new()?;
    let mut visitor = Visitor::configured("papers", PAPERS, &provider.config()).await?;
    let link = send(&mut visitor, 1).await?;
    provider.server.fail(Some(Fault::ReadOnly));
    delete(&mut visitor).await?;
    assert_ne!(visitor.get(&link).await?.status, 200);
    assert_eq!(provider.objects()?.len(), 1);
    visitor.server.kill()?;
    provider.server.fail(None);
    let told = done(call(&visitor, &["retention", "--interviews", "interviews"])?)?;
    assert!(told.contains("1  objects of deleted files"), "{told}");
    assert_eq!(provider.objects()?, [] as [PathBuf; 0]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_into_a_bucket_that_is_killed_goes_on_and_leads_back() -> anyhow::Result<()> {
    let provider = Provider::new()?;
    let mut visitor = Visitor::begin("papers", PAPERS).await?;
    let mut links = Vec::new();
    for number in 0..6 {
        links.push(send(&mut visitor, number).await?);
    }
    let move_to = ["migrate-storage", "--to-objects", ADDRESS];
    fs_err::write(visitor.folder.path().join("affiant.toml"), provider.access())?;
    let running = refused(call(&visitor, &move_to)?)?;
    assert!(running.contains("stop the server first"), "{running}");
    visitor.stop()?;

    // The first request says whose the objects are; three files follow, and the fourth hangs.
    provider.server.fail(Some(Fault::Hangs(4)));
    let mut killed =
        call(&visitor, &move_to)?.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let mut look = interval(LOOK_EVERY);
    while provider.server.met() == 0 {
        look.tick().await;
        ensure!(killed.try_wait()?.is_none(), "it ended by itself");
    }
    killed.kill()?;
    killed.wait()?;
    provider.server.fail(None);
    assert_eq!(provider.objects()?.len(), 3);
    let missing = visitor.start_again("").await.err().context("a server started on half of it")?;
    assert!(format!("{missing:#}").contains("objects"), "{missing:#}");
    // On half of it a server that knows where files are serves all of them.
    visitor.start_again(&provider.config()).await?;
    have(&mut visitor, &links).await?;
    visitor.stop()?;

    let told = done(call(&visitor, &move_to)?)?;
    assert!(told.contains("3 files moved; 6 are in the bucket"), "{told}");
    assert_eq!(provider.objects()?.len(), 6);
    visitor.start_again(&provider.config()).await?;
    have(&mut visitor, &links).await?;
    visitor.stop()?;

    // From the bucket into a folder, and from there into the database.
    let folder = format!("file://{}", visitor.folder.path().join("files").display());
    let told = done(call(&visitor, &["migrate-storage", "--to-objects", &folder])?)?;
    assert!(told.contains("6 files moved; 6 are in the folder"), "{told}");
    assert_eq!(provider.objects()?, [] as [PathBuf; 0]);
    assert_eq!(objects(&visitor.folder.path().join("files"))?.len(), 6);
    let config = format!("objects = \"{folder}\"\n");
    fs_err::write(visitor.folder.path().join("affiant.toml"), config)?;
    let told = done(call(&visitor, &["migrate-storage", "--to-objects", "database"])?)?;
    assert!(told.contains("6 files moved; 6 are in the database"), "{told}");
    assert_eq!(objects(&visitor.folder.path().join("files"))?, [] as [PathBuf; 0]);
    visitor.start_again("").await?;
    have(&mut visitor, &links).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_files_of_another_installation_are_left_alone() -> anyhow::Result<()> {
    let provider = Provider::new()?;
    let mut theirs = Visitor::configured("papers", PAPERS, &provider.config()).await?;
    send(&mut theirs, 1).await?;
    let ours = Visitor::configured("papers", PAPERS, &provider.config()).await;
    let told = format!("{:#}", ours.err().context("it started")?);
    assert!(told.contains("another installation"), "{told}");
    assert!(!told.contains(SECRET_KEY), "{told}");
    assert_eq!(provider.objects()?.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_runs_the_bucket_is_asked_and_told() -> anyhow::Result<()> {
    let provider = Provider::new()?;
    let mut visitor = Visitor::configured("papers", PAPERS, &provider.config()).await?;
    let asks = "set [objects_host] in the configuration";
    assert!(visitor.server.lines().join("\n").contains(asks), "{:?}", visitor.server.lines());
    let page = visitor.get("/privacy").await?.text();
    assert!(page.contains("Ask the people who run this site which one"), "{page}");
    let said = "[objects_host]\nname = \"Quay Cloud Ltd\"\ncountry = \"DE\"\n\
                contract = \"Order of May 2026\"\ntransfer_basis = \"none\"\n\
                privacy_policy = \"https://quay.example/privacy\"\n";
    visitor.restart(&format!("{}{said}", provider.config())).await?;
    let page = visitor.get("/privacy").await?.text();
    for words in ["Quay Cloud Ltd", "Order of May 2026", "the same law holds there"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("Ask the people who run this site"), "{page}");
    assert!(!visitor.server.lines().join("\n").contains(asks));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_does_not_start_without_its_bucket_and_says_so() -> anyhow::Result<()> {
    let provider = Provider::new()?;
    let config = provider.config();
    provider.server.stop().await;
    let failed = Visitor::configured("papers", PAPERS, &config).await;
    let told = format!("{:#}", failed.err().context("it started")?);
    assert!(
        told.contains("the bucket affiant-files (under forms) for files cannot be used"),
        "{told}"
    );
    assert!(!told.contains(SECRET_KEY), "{told}");
    Ok(())
}

#[tokio::test]
async fn an_address_that_cannot_be_used_is_said_to_be_so() -> anyhow::Result<()> {
    let key = "a-secret-that-stands-in-the-wrong-place";
    for (config, expected) in [
        ("objects = \"files\"\n".to_owned(), "file:///var/lib/affiant/files"),
        ("objects = \"https://example.org/files\"\n".to_owned(), "s3://BUCKET/PREFIX"),
        ("objects = \"s3://bucket\"\n".to_owned(), "objects_region"),
        (
            "objects = \"s3://bucket\"\nobjects_region = \"eu-central-1\"\n".to_owned(),
            "objects_access_key",
        ),
        (format!("objects = \"s3://me:{key}@bucket\"\n"), "AFFIANT_OBJECTS_SECRET_KEY"),
        (
            "objects = \"s3://bucket\"\nobjects_region = \"x\"\nobjects_access_key = \"y\"\n"
                .to_owned(),
            "objects_secret_key_file",
        ),
    ] {
        let failed = Visitor::configured("papers", PAPERS, &config).await;
        let told = format!("{:#}", failed.err().context("it started")?);
        assert!(told.contains(expected), "{told}");
        assert!(!told.contains(key), "{told}");
    }
    Ok(())
}

#[tokio::test]
async fn a_backup_has_the_files_of_a_folder_and_a_restore_brings_them_back() -> anyhow::Result<()> {
    let mut visitor = Visitor::begin("papers", PAPERS).await?;
    let files = visitor.folder.path().join("files");
    let config = format!("objects = \"file://{}\"\n", files.display());
    visitor.restart(&config).await?;
    let first = send(&mut visitor, 1).await?;
    done(call(&visitor, &["backup", "backups"])?)?;
    let second = send(&mut visitor, 2).await?;
    done(call(&visitor, &["backup", "backups"])?)?;
    visitor.stop()?;
    let main = visitor.folder.path().join("backups/main");
    let mut counts = Vec::new();
    for entry in fs_err::read_dir(&main)? {
        counts.push(objects(&entry?.path())?.len());
    }
    counts.sort_unstable();
    assert_eq!(counts, [1, 2]);

    // The disk is lost; only backups and the master key are there.
    let data = visitor.folder.path().join("data");
    let key = fs_err::read(data.join("master.key"))?;
    fs_err::remove_dir_all(&data)?;
    fs_err::remove_dir_all(&files)?;
    fs_err::write(visitor.folder.path().join("affiant.toml"), "")?;
    let told = refused(call(&visitor, &["restore", "backups"])?)?;
    assert!(told.contains("set `objects`"), "{told}");
    fs_err::write(visitor.folder.path().join("affiant.toml"), &config)?;
    done(call(&visitor, &["restore", "backups"])?)?;
    let file = data.join("master.key");
    fs_err::write(&file, key)?;
    fs_err::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o400))?;
    visitor.start_again(&config).await?;
    has(&mut visitor, &first, 1).await?;
    has(&mut visitor, &second, 2).await
}
