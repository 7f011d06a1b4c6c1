//! `affiant backup`: copies of the databases while the server runs.
//!
//! The main database and the keyring go into folders of their own, since they are kept for different
//! times: what was deleted is dead everywhere when the last backup of the keyring that knew it is
//! gone.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use jiff::{SignedDuration, Timestamp};

use crate::command::manifest::Manifest;
use crate::command::{object_copies, runtime, say};
use crate::config::Config;
use crate::objects::Place;
use crate::storage::only_a_folder;
use crate::system::now;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Folder of the backups: it gets the folders `main` and `keyring`.
    into: PathBuf,
    /// The configuration file; it may be missing.
    #[arg(long, env = "AFFIANT_CONFIG", value_name = "FILE", default_value = "affiant.toml")]
    config: PathBuf,
    /// Folder of the databases (`data`, `data`).
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Days after which a backup of the main database is deleted.
    #[arg(long, value_name = "DAYS", default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=28))]
    keep_main: u32,
    /// Days after which a backup of the keyring is deleted: so long can what was deleted be brought
    /// back.
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=14))]
    keep_keyring: u32,
}

/// The parts of a backup: folder and file.
pub(crate) const MAIN: (&str, &str) = ("main", "affiant.db");
pub(crate) const KEYRING: (&str, &str) = ("keyring", "keyring.db");

/// How the names of backups tell their time, in UTC.
const STAMP: &str = "%Y%m%dT%H%M%SZ";

/// Makes a backup, then deletes those that are too old.
pub(crate) fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let config = Config::read(&arguments.config)?;
    only_a_folder(
        &config,
        "backup",
        "use pg_dump on both databases, the keyring last, and keep the keyring's dumps half as long",
    )?;
    let place = Place::configured(&config)?;
    let data = arguments.data.unwrap_or(config.data);
    let mut made = Timestamp::from_second(now()).context("the clock is out of range")?;
    // Names tell the second: another backup of the same one takes the next.
    let is_taken = |made: Timestamp| {
        let stamp = made.strftime(STAMP).to_string();
        [MAIN, KEYRING].iter().any(|(part, _)| arguments.into.join(part).join(&stamp).exists())
    };
    while is_taken(made) {
        made += SignedDuration::from_secs(1);
    }
    let stamp = made.strftime(STAMP).to_string();
    // A session that begins in between has its key in the keyring that is copied last.
    for (part, file) in [MAIN, KEYRING] {
        let folder = arguments.into.join(part);
        let place = (part == MAIN.0).then_some(&place);
        make(&data.join(file), &folder, &stamp, file, place)?;
        say(&format!("{}", folder.join(&stamp).display()));
    }
    if let Place::Bucket(_) = place {
        say(&format!(
            "The content of files is in {} and in no backup: have its provider keep versions.",
            place.name()
        ));
    }
    for ((part, _), days) in [(MAIN, arguments.keep_main), (KEYRING, arguments.keep_keyring)] {
        let oldest = made - SignedDuration::from_hours(i64::from(days) * 24);
        prune(&arguments.into.join(part), &oldest.strftime(STAMP).to_string())?;
    }
    say("The master key is in neither: keep a copy of it somewhere else.");
    Ok(ExitCode::SUCCESS)
}

fn make(
    from: &Path,
    folder: &Path,
    stamp: &str,
    file: &str,
    place: Option<&Place>,
) -> anyhow::Result<()> {
    if !from.is_file() {
        bail!("there is no database {}", from.display());
    }
    let (part, whole) = (folder.join(format!("{stamp}.part")), folder.join(stamp));
    fs_err::create_dir_all(&part).context("the folder of the backup could not be made")?;
    let made = copy(from, &part, stamp, file).and_then(|()| {
        // An object is stored before its row, so those of all rows that were copied are there.
        if let Some(Place::Folder(objects)) = place {
            object_copies::copy(objects, &part, newest(folder)?.as_deref())?;
        }
        fs_err::rename(&part, &whole)?;
        fs_err::File::open(folder)?.sync_all()?;
        Ok(())
    });
    if made.is_err() {
        // What is not whole is no backup.
        let _ = fs_err::remove_dir_all(&part);
    }
    made.with_context(|| format!("{} could not be backed up", from.display()))
}

fn copy(from: &Path, part: &Path, stamp: &str, file: &str) -> anyhow::Result<()> {
    runtime()?.block_on(affiant_storage_sqlite::copy(from, &part.join(file)))?;
    Manifest::of(part, stamp, file)?.write(part)
}

/// The newest backup of a folder, if it has one.
fn newest(folder: &Path) -> anyhow::Result<Option<PathBuf>> {
    let mut newest = None;
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|it| it.to_string_lossy().into_owned());
        if name.is_some_and(|it| jiff::civil::DateTime::strptime(STAMP, it).is_ok()) {
            newest = newest.max(Some(path));
        }
    }
    Ok(newest)
}

/// Deletes the backups of a folder that are older than `oldest`, and what a crash left.
fn prune(folder: &Path, oldest: &str) -> anyhow::Result<()> {
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|it| it.to_string_lossy().into_owned());
        let stamp = name.as_deref().map(|it| it.strip_suffix(".part").unwrap_or(it));
        // Nothing but our own is touched. The names sort by time.
        let ours = stamp.is_some_and(|it| jiff::civil::DateTime::strptime(STAMP, it).is_ok());
        if ours && stamp.is_some_and(|it| it < oldest) {
            fs_err::remove_dir_all(&path)?;
            say(&format!("{} was too old and is deleted", path.display()));
        }
    }
    Ok(())
}
