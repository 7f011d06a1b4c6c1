//! `affiant retention`: what is due, and deleting it now.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use affiant_retention::{Eraser, Moment, Schedule};
use affiant_web::Catalogue;

use crate::command::{opened_with_master, runtime, say};
use crate::config::Config;
use crate::system::{SystemRandomness, now};
use crate::{objects, plugins, retention, switches, watch};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The configuration file; it may be missing.
    #[arg(long, env = "AFFIANT_CONFIG", value_name = "FILE", default_value = "affiant.toml")]
    config: PathBuf,
    /// Folder of the databases (`data`, `data`).
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Folder of the interviews (`interviews`, `examples/interviews`).
    #[arg(long, value_name = "DIR")]
    interviews: Option<PathBuf>,
    /// Only tell what would be deleted.
    #[arg(long)]
    dry_run: bool,
}

/// Tells or deletes what was kept as long as promised. A running server does the same by itself.
pub(crate) fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let mut config = Config::read(&arguments.config)?;
    config.data = arguments.data.unwrap_or(config.data);
    config.interviews = arguments.interviews.unwrap_or(config.interviews);
    runtime()?.block_on(work(&config, arguments.dry_run))?;
    Ok(ExitCode::SUCCESS)
}

async fn work(config: &Config, dry: bool) -> anyhow::Result<()> {
    let (storage, keys, master) = opened_with_master(config).await?;
    let catalogue = Catalogue::default();
    let store = Arc::clone(&storage.main);
    let plugins = plugins::installed(config, store.clone(), &keys, &master).await?;
    watch::load_all(&config.interviews, &catalogue, &BTreeSet::new(), &plugins)?;
    let history = switches::open(config, store.clone()).await?.history();
    let periods = retention::periods(config, &catalogue, &history, now());
    let eraser = Eraser::new(store, Arc::new(keys), Arc::new(SystemRandomness));
    let eraser = eraser.with_objects(objects::open(config, &storage).await?);
    let schedule = Schedule::new(Arc::new(eraser));
    let report = if dry {
        schedule.dry_run(now(), &periods).await?
    } else {
        schedule.tick(Moment { now: now(), since: None }, &periods).await?
    };
    let title = match (dry, report.jumped, report.put_off) {
        (true, ..) => "This would be deleted now:",
        (false, true, _) => "The clock jumped: nothing was deleted.",
        (false, false, Some(_)) => {
            "So many sessions are due at once that they wait for twelve hours. Deleted beside them:"
        }
        (false, false, None) => "This was deleted:",
    };
    let lines = report.to_string();
    let lines = if lines.is_empty() { "       nothing\n".to_owned() } else { lines };
    say(&format!("{title}\n{}", lines.trim_end()));
    storage.close().await?;
    Ok(())
}
