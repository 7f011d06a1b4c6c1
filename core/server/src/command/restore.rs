//! `affiant restore`: a data folder from backups, without what was deleted since they were made.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use affiant_backend::{
    AccountId, BuriedRow, Deletions as _, GrantStore as _, Heads as _, Keyring as _, SecretKind,
    SessionId, Subject,
};
use affiant_objects_file::Folder;
use affiant_storage_sqlite::{Databases, Options, buried_in};
use anyhow::{Context as _, bail};

use crate::command::backup::{KEYRING, MAIN};
use crate::command::manifest::Manifest;
use crate::command::{object_copies, runtime, say};
use crate::config::Config;
use crate::objects::Place;
use crate::storage::only_a_folder;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Folder of the backups, with the folders `main` and `keyring`.
    from: PathBuf,
    /// The configuration file; it may be missing.
    #[arg(long, env = "AFFIANT_CONFIG", value_name = "FILE", default_value = "affiant.toml")]
    config: PathBuf,
    /// Folder of the databases (`data`, `data`). There must be none in it.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Which backup of the main database, by its name; the newest unless said.
    #[arg(long, value_name = "NAME")]
    main: Option<String>,
    /// Which backup of the keyring, by its name; the newest unless said.
    #[arg(long, value_name = "NAME")]
    keyring: Option<String>,
    /// Another keyring that knows of deletions, such as that of the old data folder.
    #[arg(long, value_name = "FILE")]
    deletions_of: Vec<PathBuf>,
}

/// How many sessions are read at once.
const PAGE: u32 = 500;

/// Restores, and deletes again what was deleted.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let config = Config::read(&arguments.config)?;
    only_a_folder(
        &config,
        "restore",
        "use pg_restore; the server deletes again at its start what its keyring knows to be deleted",
    )?;
    let place = Place::configured(&config)?;
    let data = arguments.data.clone().unwrap_or(config.data);
    for (_, file) in [MAIN, KEYRING] {
        if data.join(file).exists() {
            bail!(
                "{} is there already. Move the old data folder away, or name another with --data",
                data.join(file).display()
            );
        }
    }
    let main = chosen(&arguments.from, MAIN, arguments.main.as_deref())?;
    let keyring = chosen(&arguments.from, KEYRING, arguments.keyring.as_deref())?;
    restore_objects(&main, &place)?;
    fs_err::create_dir_all(&data).context("the data folder could not be made")?;
    runtime()?.block_on(restore(arguments, &data, &main, &keyring))?;
    say("Put the master key into its place and start the server.");
    Ok(ExitCode::SUCCESS)
}

/// The folder of a backup that is whole.
fn chosen(from: &Path, part: (&str, &str), name: Option<&str>) -> anyhow::Result<PathBuf> {
    let folder = from.join(part.0);
    let name = match name {
        Some(name) => name.to_owned(),
        None => names(&folder)?
            .pop()
            .with_context(|| format!("there is no backup in {}", folder.display()))?,
    };
    let chosen = folder.join(name);
    let manifest = Manifest::read(&chosen, part.1)?;
    say(&format!("{} of {}", part.1, manifest.made));
    Ok(chosen)
}

/// The backups of a folder, oldest first.
fn names(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    let entries = fs_err::read_dir(folder).context("the backups could not be read")?;
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !name.contains('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Copies the content of files back that is not there. An object never changes, so what is there is the
/// same.
fn restore_objects(main: &Path, place: &Place) -> anyhow::Result<()> {
    let Some(copies) = object_copies::of(main) else { return Ok(()) };
    let Place::Folder(to) = place else {
        bail!(
            "the backup has files: set `objects` to the folder they are to lie in, file:///PATH; from \
             there, `affiant migrate-storage --to-objects` moves them on"
        )
    };
    let to = Folder::open(to)?;
    let copies = Folder::open(&copies)?;
    for file in copies.files()? {
        let place = to.path().join(file.strip_prefix(copies.path())?);
        if !place.exists() {
            fs_err::create_dir_all(place.parent().unwrap_or(to.path()))?;
            copy(&file, &place)?;
        }
    }
    Ok(())
}

async fn restore(
    arguments: &Arguments,
    data: &Path,
    main: &Path,
    keyring: &Path,
) -> anyhow::Result<()> {
    copy(&main.join(MAIN.1), &data.join(MAIN.1))?;
    copy(&keyring.join(KEYRING.1), &data.join(KEYRING.1))?;
    // Every backup of the keyring may know of deletions that the chosen one does not.
    let folder = arguments.from.join(KEYRING.0);
    let siblings = names(&folder)?.into_iter().map(|it| folder.join(it).join(KEYRING.1));
    let mut buried = Vec::new();
    for file in siblings.chain(arguments.deletions_of.iter().cloned()) {
        buried.extend(buried_in(&file).await?);
    }
    let options = Options { folder: data.to_owned(), max_pages: None };
    let databases = Databases::open(&options).await?;
    let again = delete_again(&databases, buried).await?;
    let older = go_on_from_here(&databases).await?;
    databases.close().await?;
    say(&format!("{again} sessions and accounts that were deleted since are deleted again"));
    say(&format!("{older} interviews go on from older answers than the keyring knows of"));
    Ok(())
}

/// Copies a file with its rights: only its owner can read it.
fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs_err::copy(from, to)?;
    Ok(fs_err::File::open(to)?.sync_all()?)
}

/// Lets sessions go on from where the main database has them, whatever later state the keyring knows
/// of. Returns how many are older.
async fn go_on_from_here(databases: &Databases) -> anyhow::Result<u64> {
    let (mut older, mut after) = (0, None);
    loop {
        let page = databases.secrets.noted(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(older) };
        after = Some(last.session);
        for noted in &page {
            let found = databases.main.session(noted.session).await?;
            let Some(row) = found.filter(|it| it.revision < noted.revision || it.head.is_empty())
            else {
                continue;
            };
            databases.secrets.accept(row.id, row.revision).await?;
            older += 1;
        }
    }
}

/// Deletes again what is known to be deleted: keys first, then rows. Returns how many came back.
async fn delete_again(databases: &Databases, buried: Vec<BuriedRow>) -> anyhow::Result<u64> {
    let mut by_day: BTreeMap<i64, Vec<(SecretKind, [u8; 16])>> = BTreeMap::new();
    for row in &buried {
        by_day.entry(row.day).or_default().push((row.kind, row.id));
    }
    for (day, gone) in by_day {
        databases.secrets.bury(gone, day).await?;
    }
    let mut again = 0;
    for row in databases.secrets.buried().await? {
        let subject = match row.kind {
            SecretKind::Session => Subject::Session(SessionId(row.id)),
            SecretKind::Account => Subject::Account(AccountId(row.id)),
            SecretKind::SignIn | SecretKind::Audit | SecretKind::Job | SecretKind::Escrow => {
                continue;
            }
        };
        again += u64::from(databases.main.erase(subject, None, None).await?.sum() > 0);
    }
    Ok(again)
}
