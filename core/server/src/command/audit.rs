//! `affiant audit verify`: whether the audit log is what was written.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use affiant_audit::{Ledger, Unverified, Whole};
use affiant_backend::AuditEnd;
use anyhow::Context as _;
use serde_json::json;

use crate::command::{opened, runtime, say};
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Read the whole log, and say whether an entry is missing, moved or changed.
    Verify(Verify),
}

#[derive(Debug, clap::Args)]
struct Verify {
    /// The configuration file; it may be missing.
    #[arg(long, env = "AFFIANT_CONFIG", value_name = "FILE", default_value = "affiant.toml")]
    config: PathBuf,
    /// Folder of the databases (`data`, `data`).
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The master key (`master_key`, `master.key` in `data`).
    #[arg(long, value_name = "FILE")]
    master_key: Option<PathBuf>,
    /// An entry that the log must hold, as the server's own log told it: NUMBER:HASH.
    #[arg(long, value_name = "NUMBER:HASH", value_parser = entry)]
    holds: Option<AuditEnd>,
    /// Write the result as JSON.
    #[arg(long)]
    json: bool,
}

/// Reads the log beside a running server or without one. Ends with 1 if it is not whole.
pub(crate) fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let What::Verify(arguments) = arguments.what;
    let mut config = Config::read(&arguments.config)?;
    config.data = arguments.data.clone().unwrap_or(config.data);
    config.master_key = arguments.master_key.clone().or(config.master_key);
    let found = runtime()?.block_on(verify(&config, arguments.holds))?;
    say(&if arguments.json { as_json(&found).to_string() } else { as_text(&found) });
    Ok(if found.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

type Found = Result<Whole, affiant_audit::Broken>;

async fn verify(config: &Config, holds: Option<AuditEnd>) -> anyhow::Result<Found> {
    let (storage, keys) = opened(config).await?;
    let found = Ledger::new(Arc::new(keys)).verify(&*storage.main, holds).await;
    storage.close().await?;
    match found {
        Ok(whole) => Ok(Ok(whole)),
        Err(Unverified::Broken(broken)) => Ok(Err(broken)),
        Err(Unverified::Storage(error)) => Err(error).context("the audit log cannot be read"),
    }
}

fn as_text(found: &Found) -> String {
    match found {
        Ok(Whole { entries, end, cut }) => {
            let before = match cut {
                0 => String::new(),
                cut => format!(" Entries up to {cut} were kept as long as promised and are gone."),
            };
            format!(
                "{entries} entries, whole. The last one is {}:{}.{before}",
                end.seq,
                hex::encode(end.hash)
            )
        }
        Err(broken) => format!("The audit log is not what was written: {broken}."),
    }
}

fn as_json(found: &Found) -> serde_json::Value {
    match found {
        Ok(Whole { entries, end, cut }) => json!({
            "whole": true,
            "entries": entries,
            "cut": cut,
            "last": end.seq,
            "hash": hex::encode(end.hash),
        }),
        Err(broken) => {
            json!({ "whole": false, "entry": broken.entry(), "problem": broken.to_string() })
        }
    }
}

/// An entry as [`as_text`] writes it.
fn entry(typed: &str) -> Result<AuditEnd, String> {
    let wrong = || "write it as the server's log does: NUMBER:HASH, with 64 digits".to_owned();
    let (seq, digits) = typed.split_once(':').ok_or_else(wrong)?;
    let seq = seq.parse().ok().filter(|it| *it > 0).ok_or_else(wrong)?;
    let mut hash = [0; 32];
    hex::decode_to_slice(digits, &mut hash).map_err(|_| wrong())?;
    Ok(AuditEnd { seq, hash })
}
