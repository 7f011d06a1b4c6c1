//! The log: what goes into it, and how a bug shows there.

use std::panic::PanicHookInfo;

use tracing::{Level, Metadata};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, filter, fmt};

use crate::config::Config;

/// Starts the log on the standard error stream.
pub(crate) fn start(config: &Config) {
    let wanted = EnvFilter::try_new(&config.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = if config.log_json { lines.json().boxed() } else { lines.boxed() };
    let lines = lines.with_filter(filter::filter_fn(is_fit));
    // A second log cannot be there: this is the program's only start.
    let _ = tracing_subscriber::registry().with(wanted).with(lines).try_init();
}

/// Whether something may be logged at all. Libraries tell what they work on when they are asked for
/// much, and they work on answers: only their warnings are heard, whatever the configuration says.
fn is_fit(event: &Metadata<'_>) -> bool {
    *event.level() <= Level::WARN || event.target().split("::").next().is_some_and(is_ours)
}

fn is_ours(name: &str) -> bool {
    name == "affiant" || name.starts_with("affiant_")
}

/// Makes a bug tell the log where it is, and nothing else: its message may hold anything.
pub(crate) fn tell_only_where_bugs_are() {
    std::panic::set_hook(Box::new(|bug: &PanicHookInfo<'_>| {
        let place = bug.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a bug: please report this line");
    }));
}
