//! Pages and the JSON API.
//!
//! Start at [`router()`], which lists every route, and [`App`], what they share. A session is opened
//! and sealed in `session`; pages are drawn in `page` by the theme.
//!
//! # Invariants
//!
//! - Nothing changes by GET.
//! - No address, log line or error holds an answer, a key or a file name.
//! - Keys live for one request.

mod access;
mod administrators;
mod api;
mod app;
mod built_in;
mod caller;
mod catalogue;
mod client;
mod consent;
mod cookie;
mod csrf;
mod day;
mod deleting;
mod delivering;
mod delivery;
mod error;
mod export;
mod filing;
mod following;
mod form;
mod handler;
mod headers;
mod heard;
mod in_browser;
mod jobs;
mod leak;
mod learning;
mod mail;
mod metrics;
mod noting;
mod page;
mod picture;
mod plugboard;
mod policy;
mod program;
mod reading;
mod router;
mod running;
mod session;
mod suggesting;
mod switchboard;
mod theme;
mod told;
mod upload;
mod warning;

pub use app::{App, Clock, Direct, Parts, Post, Settings};
pub use built_in::{BuiltIn, DIRECT_LINKS, Hoster, RunBy, Unsaid};
pub use catalogue::{Catalogue, Entry};
pub use jobs::JobLimits;
pub use mail::{Kept, MailFolder};
pub use metrics::metrics;
pub use plugboard::{
    COMMAND_LINE, LARGEST_PACKAGE, LetPlugins, NotInstalled, Plugboard, PluginUndecided,
};
pub use router::router;
pub use switchboard::{Switchboard, Undecided};
pub use theme::{Theme, ThemeError};
pub use warning::Warnings;
