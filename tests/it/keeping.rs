//! The master key, backups, and deletion that a backup does not undo: with the real program.

use std::path::{Path, PathBuf};
use std::process::Output;

use affiant_tests::client::{Connection, Session};
use affiant_tests::program::{Server, Setup, command};
use anyhow::{Context as _, ensure};
use hyper::Method;
use serde_json::json;
use tempfile::TempDir;

const INTERVIEW: &str = "metadata:
  title: One question
---
mandatory: true
question: Thank you for {{ drink }}
---
question: What do you drink?
fields:
  - Drink: drink
";

fn setup(folder: &Path, data: &str) -> Setup {
    Setup {
        data: folder.join(data),
        interviews: folder.join("interviews"),
        flags: Vec::new(),
        folder: folder.to_owned(),
    }
}

fn folder() -> anyhow::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let interviews = folder.path().join("interviews");
    fs_err::create_dir(&interviews)?;
    fs_err::write(interviews.join("one.yml"), INTERVIEW)?;
    Ok(folder)
}

fn stop(mut server: Server) -> anyhow::Result<()> {
    server.terminate()?;
    server.wait()?;
    Ok(())
}

fn run(folder: &Path, arguments: &[&str]) -> anyhow::Result<Output> {
    Ok(command()?.args(arguments).current_dir(folder).output()?)
}

/// Runs a command that must succeed, and returns what it printed.
fn done(folder: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output = run(folder, arguments)?;
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success(), "{arguments:?}: {complaint}");
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Starts a server that must refuse, and returns why it did.
fn refused(setup: &Setup) -> anyhow::Result<String> {
    match Server::start(setup) {
        Ok(_) => anyhow::bail!("the server started"),
        Err(error) => Ok(format!("{error:#}")),
    }
}

/// A session in which the one question was answered.
async fn answered(server: &Server) -> anyhow::Result<Session> {
    let mut connection = Connection::open(server.address).await?;
    let mut session = Session::start(&mut connection, "one").await?;
    session.answer(&mut connection, &json!({ "drink": "tea" })).await?;
    Ok(session)
}

/// The status with which the server answers whoever asks for a session.
async fn status(server: &Server, session: &Session) -> anyhow::Result<u16> {
    let mut connection = Connection::open(server.address).await?;
    let path = format!("/api/v1/sessions/{}", session.id);
    let reply = connection.call(Method::GET, &path, Some(&session.token), None).await?;
    Ok(reply.status.as_u16())
}

async fn delete(server: &Server, session: &Session) -> anyhow::Result<()> {
    let mut connection = Connection::open(server.address).await?;
    let path = format!("/api/v1/sessions/{}", session.id);
    let reply = connection.call(Method::DELETE, &path, Some(&session.token), None).await?;
    ensure!(reply.status.is_success(), "{}: {}", reply.status, reply.text());
    Ok(())
}

#[cfg(unix)]
fn set_mode(file: &Path, mode: u32) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs_err::set_permissions(file, PermissionsExt::from_mode(mode))?)
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_installation_gets_a_master_key_that_only_its_owner_can_read() -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder()?;
    let setup = setup(folder.path(), "data");
    stop(Server::start(&setup)?)?;
    let file = setup.data.join("master.key");
    let made = fs_err::metadata(&file)?;
    assert_eq!((made.len(), made.permissions().mode() & 0o777), (32, 0o400));
    let key = fs_err::read(&file)?;
    stop(Server::start(&setup)?)?;
    assert_eq!(fs_err::read(&file)?, key, "a second start leaves it as it is");
    Ok(())
}

#[cfg(unix)]
#[tokio::test]
async fn a_server_does_not_start_without_its_own_master_key() -> anyhow::Result<()> {
    let folder = folder()?;
    let setup = setup(folder.path(), "data");
    let server = Server::start(&setup)?;
    let session = answered(&server).await?;
    stop(server)?;
    let (file, kept) = (setup.data.join("master.key"), setup.data.join("kept.key"));
    fs_err::rename(&file, &kept)?;
    let told = refused(&setup)?;
    assert!(told.contains("is missing") && told.contains("master.key"), "{told}");
    assert!(!file.exists(), "none is made in its place");

    fs_err::write(&file, [7; 32])?;
    set_mode(&file, 0o400)?;
    let told = refused(&setup)?;
    assert!(told.contains("another installation"), "{told}");

    for mode in [0o404, 0o440, 0o644, 0o777] {
        set_mode(&file, 0o600)?;
        fs_err::write(&file, fs_err::read(&kept)?)?;
        set_mode(&file, mode)?;
        let told = refused(&setup)?;
        assert!(told.contains("others can read") && told.contains("chmod 400"), "{told}");
    }

    for length in [0, 31, 33, 64] {
        set_mode(&file, 0o600)?;
        fs_err::write(&file, vec![7; length])?;
        let told = refused(&setup)?;
        assert!(told.contains(&format!("has {length} bytes")), "{told}");
    }

    fs_err::remove_file(&file)?;
    fs_err::rename(&kept, &file)?;
    let server = Server::start(&setup)?;
    assert_eq!(status(&server, &session).await?, 200, "with its own key everything opens");
    Ok(())
}

#[tokio::test]
async fn the_master_key_may_lie_elsewhere() -> anyhow::Result<()> {
    let folder = folder()?;
    let key = folder.path().join("elsewhere.key");
    let mut setup = setup(folder.path(), "data");
    setup.flags = vec!["--master-key".to_owned(), key.display().to_string()];
    let server = Server::start(&setup)?;
    let session = answered(&server).await?;
    stop(server)?;
    assert!(key.is_file() && !setup.data.join("master.key").exists());
    let server = Server::start(&setup)?;
    assert_eq!(status(&server, &session).await?, 200);
    Ok(())
}

/// The names of the backups in a folder, oldest first.
fn backups(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Three sessions, of which the third was deleted after a backup; the server is stopped.
struct Backed {
    folder: TempDir,
    sessions: Vec<Session>,
}

impl Backed {
    async fn up() -> anyhow::Result<Self> {
        let folder = folder()?;
        let server = Server::start(&setup(folder.path(), "data"))?;
        let mut sessions = Vec::new();
        for _ in 0..3 {
            sessions.push(answered(&server).await?);
        }
        done(folder.path(), &["backup", "backups", "--data", "data"])?;
        delete(&server, &sessions[2]).await?;
        stop(server)?;
        Ok(Self { folder, sessions })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Restores into the folder `again` and starts a server on it, with the same master key.
    fn restored(&self, flags: &[&str]) -> anyhow::Result<(String, Server)> {
        let mut arguments = vec!["restore", "backups", "--data", "again"];
        arguments.extend(flags);
        let told = done(self.folder.path(), &arguments)?;
        fs_err::copy(self.path("data/master.key"), self.path("again/master.key"))?;
        Ok((told, Server::start(&setup(self.folder.path(), "again"))?))
    }
}

#[tokio::test]
async fn a_restore_gives_back_what_was_there_and_not_what_was_deleted() -> anyhow::Result<()> {
    let it = Backed::up().await?;
    let (told, server) = it.restored(&["--deletions-of", "data/keyring.db"])?;
    assert!(told.contains("1 sessions and accounts"), "{told}");
    assert_eq!(status(&server, &it.sessions[0]).await?, 200);
    assert_eq!(status(&server, &it.sessions[1]).await?, 200);
    assert_ne!(status(&server, &it.sessions[2]).await?, 200, "what was deleted stays deleted");
    Ok(())
}

#[tokio::test]
async fn a_later_backup_of_the_keyring_ends_what_an_older_main_database_holds() -> anyhow::Result<()>
{
    let it = Backed::up().await?;
    let main = backups(&it.path("backups/main"))?;
    let second = it.path("later");
    done(it.folder.path(), &["backup", "later", "--data", "data"])?;
    for name in backups(&second.join("keyring"))? {
        let to = it.path("backups/keyring").join(format!("{name}-later"));
        fs_err::rename(second.join("keyring").join(&name), to)?;
    }
    let (_, server) = it.restored(&["--main", &main[0]])?;
    assert_eq!(status(&server, &it.sessions[0]).await?, 200);
    assert_ne!(status(&server, &it.sessions[2]).await?, 200);
    Ok(())
}

#[tokio::test]
async fn what_is_restored_goes_on_although_the_keyring_knows_of_later_answers() -> anyhow::Result<()>
{
    let folder = folder()?;
    let server = Server::start(&setup(folder.path(), "data"))?;
    let mut connection = Connection::open(server.address).await?;
    let mut session = Session::start(&mut connection, "one").await?;
    stop(server)?;
    done(folder.path(), &["backup", "backups", "--data", "data"])?;
    let main = backups(&folder.path().join("backups/main"))?.pop().context("no backup")?;
    let server = Server::start(&setup(folder.path(), "data"))?;
    let mut connection = Connection::open(server.address).await?;
    session.answer(&mut connection, &json!({ "drink": "tea" })).await?;
    stop(server)?;
    done(folder.path(), &["backup", "later", "--data", "data"])?;
    let later = backups(&folder.path().join("later/keyring"))?.pop().context("no backup")?;
    let (from, to) = (folder.path().join("later/keyring"), folder.path().join("backups/keyring"));
    fs_err::rename(from.join(&later), to.join(format!("{later}-later")))?;

    let arguments = ["restore", "backups", "--data", "again", "--main", &main];
    let told = done(folder.path(), &arguments)?;
    assert!(told.contains("1 interviews go on from older answers"), "{told}");
    fs_err::copy(folder.path().join("data/master.key"), folder.path().join("again/master.key"))?;
    let server = Server::start(&setup(folder.path(), "again"))?;
    assert_eq!(status(&server, &session).await?, 200);
    let mut connection = Connection::open(server.address).await?;
    session.reload(&mut connection).await?;
    session.answer(&mut connection, &json!({ "drink": "coffee" })).await?;
    stop(server)?;
    let server = Server::start(&setup(folder.path(), "again"))?;
    assert_eq!(status(&server, &session).await?, 200);
    Ok(())
}

#[tokio::test]
async fn a_main_database_without_its_keyring_opens_nothing() -> anyhow::Result<()> {
    let it = Backed::up().await?;
    let (server, data) = (it.restored(&[])?.1, it.path("again"));
    stop(server)?;
    for file in ["keyring.db", "keyring.db-wal", "keyring.db-shm", "master.key"] {
        let file = data.join(file);
        if file.exists() {
            fs_err::remove_file(file)?;
        }
    }
    // It gets a new keyring, as after the loss of the old one.
    let server = Server::start(&setup(it.folder.path(), "again"))?;
    for session in &it.sessions {
        assert_ne!(status(&server, session).await?, 200);
    }
    Ok(())
}

#[tokio::test]
async fn a_damaged_backup_and_a_folder_in_use_are_refused() -> anyhow::Result<()> {
    let it = Backed::up().await?;
    let folder = it.folder.path();
    let complaint = |arguments: &[&str]| -> anyhow::Result<String> {
        let output = run(folder, arguments)?;
        ensure!(!output.status.success(), "{arguments:?} was done");
        Ok(String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let told = complaint(&["restore", "backups", "--data", "data"])?;
    assert!(told.contains("is there already"), "{told}");
    let told = complaint(&["backup", "backups", "--data", "nowhere"])?;
    assert!(told.contains("there is no database"), "{told}");
    let name = backups(&it.path("backups/main"))?.pop().context("no backup")?;
    let file = it.path("backups/main").join(name).join("affiant.db");
    let mut bytes = fs_err::read(&file)?;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs_err::write(&file, bytes)?;
    let told = complaint(&["restore", "backups", "--data", "again"])?;
    assert!(told.contains("is damaged"), "{told}");
    assert!(!it.path("again").exists());
    Ok(())
}

#[tokio::test]
async fn backups_that_are_too_old_are_deleted_and_nothing_else_is() -> anyhow::Result<()> {
    let it = Backed::up().await?;
    for part in ["main", "keyring"] {
        for name in ["20200101T000000Z", "20200102T000000Z.part", "notes"] {
            fs_err::create_dir(it.path("backups").join(part).join(name))?;
        }
    }
    done(it.folder.path(), &["backup", "backups", "--data", "data"])?;
    for part in ["main", "keyring"] {
        let left = backups(&it.path("backups").join(part))?;
        assert!(left.contains(&"notes".to_owned()), "{left:?}");
        assert!(!left.iter().any(|it| it.starts_with("2020")), "{left:?}");
        assert_eq!(left.len(), 3, "{left:?}");
    }
    Ok(())
}

#[tokio::test]
async fn retention_tells_what_is_due_and_does_it_only_when_asked() -> anyhow::Result<()> {
    let it = Backed::up().await?;
    let folder = it.folder.path();
    // Of sessions that were touched a moment ago, none is due.
    let told =
        done(folder, &["retention", "--dry-run", "--data", "data", "--interviews", "interviews"])?;
    assert!(told.contains("would be deleted") && !told.contains("sessions of"), "{told}");
    let told = done(folder, &["retention", "--data", "data", "--interviews", "interviews"])?;
    assert!(told.contains("This was deleted:"), "{told}");
    let server = Server::start(&setup(folder, "data"))?;
    assert_eq!(status(&server, &it.sessions[0]).await?, 200);
    Ok(())
}
