//! The administrator's switches, with what the configuration says of the same.

use std::sync::Arc;

use affiant_backend::Store;
use affiant_switch::{Class, MAX_KEEP_DAYS, Setting, Switch};
use affiant_web::{Clock as _, Switchboard};
use anyhow::Context as _;

use crate::config::Config;
use crate::system::LocalClock;

/// What administrators decided, and before they did, what the configuration says.
pub(crate) async fn open(config: &Config, store: Arc<dyn Store>) -> anyhow::Result<Switchboard> {
    let installed = [
        keep("keep_days", Class::Visitors, config.keep_days)?,
        keep("keep_account_days", Class::Sessions, config.keep_account_days)?,
    ];
    Switchboard::open(store, &installed, LocalClock.seconds())
        .await
        .context("the switches could not be read")
}

fn keep(name: &str, class: Class, days: u32) -> anyhow::Result<Setting> {
    Setting::read(Switch::Keep(class), &days.to_string())
        .with_context(|| format!("{name} is {days}: it has to be from 1 to {MAX_KEEP_DAYS}"))
}
