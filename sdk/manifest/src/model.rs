//! What a manifest says: one type for each table of `plugin.toml`, schema 1.

mod flow;
mod plugin;
mod protection;
mod text;

pub use flow::*;
pub use plugin::*;
pub use protection::*;
pub use text::*;

use crate::read::{Located, Named, record};

record! {
    /// What a plugin says that it does. `Manifest::parse` reads one.
    pub struct Manifest {
        /// The version of this format: 1.
        schema ("manifest"): Located<u32>,
        /// What the plugin is.
        plugin: Plugin,
        /// What an administrator can set, by key.
        settings: Named<Setting>,
        /// Data categories of the author's own, each with the broader one that it belongs to.
        terms ("term"): Vec<Term>,
        /// What it may do.
        capabilities ("capability"): Vec<Capability>,
        /// Who gets data.
        recipients ("recipient"): Vec<Recipient>,
        /// Which data it handles, and what for.
        data: Vec<DataItem>,
        /// Whom it connects to.
        network: Vec<Network>,
        /// What it leaves in browsers.
        browser_storage: Vec<BrowserStorage>,
        /// What the host keeps for it.
        server_storage: Vec<ServerStorage>,
        /// What it does to encryption.
        encryption: Vec<Encryption>,
        /// What it does to who holds a key.
        key_custody: Vec<KeyCustody>,
        /// Why nothing leaves this server.
        no_egress: Option<NoEgress>,
        /// What happens to backups.
        backups: Option<Backups>,
        /// How people's rights are served. Left out, none is.
        rights: Option<Rights>,
        /// What people must agree to first.
        consent: Vec<Consent>,
        /// How much a machine decides.
        automation: Option<Automation>,
        /// How much it may use.
        limits: Option<Limits>,
        /// What happens when it fails.
        failure: Option<Failure>,
        /// Where it can be switched on.
        scope: Option<Scope>,
        /// How it lives with what is not yet approved.
        upgrade: Option<Upgrade>,
    }
}
