//! `affiant migrate-storage`: moves what a data folder holds into PostgreSQL, or the content of files
//! into object storage and back, sealed as it is.

use std::path::PathBuf;
use std::process::ExitCode;

use affiant_backend::moving::{Columns, Fill, Part, Rows};
use affiant_backend::tables::{Eraser, KEYRING, MAIN, Table};
use affiant_storage_postgres::{Options, Target};
use affiant_storage_sqlite::Source;
use anyhow::{Context as _, bail};
use sha2::{Digest as _, Sha256};

use crate::command::{migrate_objects, runtime, say};
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The PostgreSQL database for sessions, accounts and files, which must be empty:
    /// `postgres://USER:PASSWORD@HOST/DATABASE`. Others on this machine see what stands here: `database`
    /// in the configuration file does the same.
    #[arg(long, value_name = "URL")]
    to: Option<String>,
    /// Another one for the keyring, likewise (`keyring_database`).
    #[arg(long, value_name = "URL")]
    keyring: Option<String>,
    /// In place of the databases, moves the content of files to here: `file:///PATH`,
    /// `s3://BUCKET/PREFIX`, or `database` to bring it back. Where it is now says `objects` in the
    /// configuration.
    #[arg(long, value_name = "URL", conflicts_with_all = ["to", "keyring"])]
    to_objects: Option<String>,
    /// The configuration file; it may be missing.
    #[arg(long, env = "AFFIANT_CONFIG", value_name = "FILE", default_value = "affiant.toml")]
    config: PathBuf,
    /// Folder of the databases that are moved (`data`, `data`). They stay as they are.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Tables whose rows are large, with how many of them are moved at once; of others it is many.
const LARGE: [(&str, u32); 3] = [("packages", 4), ("file_chunks", 64), ("steps", 256)];
const MANY: u32 = 1000;

/// Moves all rows, compares both sides, and says what to do next.
pub(crate) fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let mut config = Config::read(&arguments.config)?;
    config.data = arguments.data.unwrap_or(config.data);
    if let Some(to) = arguments.to_objects {
        runtime()?.block_on(migrate_objects::migrate(&config, &to))?;
        return Ok(ExitCode::SUCCESS);
    }
    config.database = arguments.to.or(config.database);
    config.keyring_database = arguments.keyring.or(config.keyring_database);
    let Some(options) = config.postgres()? else {
        bail!("say where to move the databases: --to URL --keyring URL")
    };
    runtime()?.block_on(migrate(&config, &options))?;
    Ok(ExitCode::SUCCESS)
}

async fn migrate(config: &Config, options: &Options) -> anyhow::Result<()> {
    for file in ["affiant.db", "keyring.db"] {
        if !config.data.join(file).is_file() {
            bail!("there is no database {}", config.data.join(file).display());
        }
    }
    // From here on no server can start on the folder.
    let source = Source::open(&config.data).await?;
    let target = Target::open(options, source.deployment()).await?;
    // Secrets come before what they are for, as when they are made.
    for (part, tables) in [(Part::Keyring, KEYRING), (Part::Main, MAIN)] {
        for table in in_order(tables) {
            copy(&source, &target, part, table.name)
                .await
                .with_context(|| format!("the table {} could not be moved", table.name))?;
        }
    }
    for table in MAIN {
        if let Some(last) = source.last_number(table.name).await? {
            target.number_from(table.name, last).await?;
        }
    }
    let rows = verify(&source, &target).await?;
    target.done().await?;
    target.close().await?;
    source.close().await?;
    say(&format!("{rows} rows are in PostgreSQL, each as it was."));
    say(
        "Set `database` and `keyring_database` to these addresses and start the server. It needs the \
         same master key.",
    );
    say(&format!(
        "The databases in {} are as they were. Once you do not need them any more, delete them, and \
         their backups: what people delete from now on is still in them.",
        config.data.display()
    ));
    Ok(())
}

/// Rows that others belong to come first: sessions and accounts, then the rest in the order of the
/// list.
fn in_order(tables: &'static [Table]) -> impl Iterator<Item = &'static Table> {
    let is_first = |it: &&Table| it.eraser == Eraser::Subject;
    tables.iter().filter(is_first).chain(tables.iter().filter(move |it| !is_first(it)))
}

fn page_of(table: &str) -> u32 {
    LARGE.iter().find(|(name, _)| *name == table).map_or(MANY, |(_, rows)| *rows)
}

/// The columns that both sides have, if those are the same.
async fn columns(
    source: &Source,
    target: &Target,
    part: Part,
    table: &str,
) -> anyhow::Result<Columns> {
    let (ours, theirs) = (source.columns(part, table).await?, target.columns(part, table).await?);
    if ours != theirs {
        bail!("the table {table} has other columns there: this is a bug, please report it");
    }
    Ok(ours)
}

/// Copies a table from where an earlier run stopped: a page is there as a whole or not at all, and
/// the pages come in the order of the key.
async fn copy(source: &Source, target: &Target, part: Part, table: &str) -> anyhow::Result<()> {
    let columns = columns(source, target, part, table).await?;
    let mut after = target.last_key(part, table, &columns).await?;
    let mut moved = 0;
    loop {
        let rows = source.page(part, table, &columns, after.as_deref(), page_of(table)).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last[..columns.key].to_vec());
        moved += rows.len();
        target.fill(part, table, &columns, rows).await?;
    }
    if moved > 0 {
        say(&format!("{table}: {moved} moved"));
    }
    Ok(())
}

/// Reads everything on both sides and compares. Returns how many rows there are.
async fn verify(source: &Source, target: &Target) -> anyhow::Result<u64> {
    let mut rows = 0;
    for (part, tables) in [(Part::Keyring, KEYRING), (Part::Main, MAIN)] {
        for table in tables {
            let columns = columns(source, target, part, table.name).await?;
            let ours = digest(source, part, table.name, &columns).await?;
            let theirs = digest(target, part, table.name, &columns).await?;
            if ours != theirs {
                bail!(
                    "the table {} is not the same there: {} rows here, {} there. Nothing is lost \
                     here. Make both databases anew, empty, and run this again",
                    table.name,
                    ours.0,
                    theirs.0
                );
            }
            rows += ours.0;
        }
    }
    Ok(rows)
}

/// How many rows a table has, and a digest of all of them in the order of the key.
async fn digest(
    from: &dyn Rows,
    part: Part,
    table: &str,
    columns: &Columns,
) -> anyhow::Result<(u64, [u8; 32])> {
    let mut digest = Sha256::new();
    let (mut count, mut after) = (0, None);
    loop {
        let rows = from.page(part, table, columns, after.as_deref(), page_of(table)).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last[..columns.key].to_vec());
        for row in &rows {
            let mut bytes = Vec::new();
            for cell in row {
                cell.write(&mut bytes);
            }
            digest.update(&bytes);
            count += 1;
        }
    }
    Ok((count, digest.finalize().into()))
}
