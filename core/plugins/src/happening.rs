//! What happens in interviews, for plugins that learn how they are used.

use affiant_manifest::EventName;

/// Something that happened during a visit. It holds no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// What.
    pub event: EventName,
    /// The interview.
    pub interview: String,
    /// What the author calls the screen.
    pub screen: Option<String>,
    /// Further words of the author's, by name.
    pub details: Vec<(String, String)>,
    /// When, in milliseconds of the Unix epoch.
    pub time: u64,
    /// Stands for the visit, for this plugin and on this day; leads back to nobody.
    pub visit: String,
    /// Stands for the account, where the manifest asks for it.
    pub account: Option<String>,
}

/// Hears what happened, for plugins.
pub trait Listener: Send + Sync {
    /// Something happened to somebody who agreed to what the plugin does. Must not wait.
    fn happened(&self, plugin: &str, happening: Happening);
}

/// Nobody listens.
#[derive(Clone, Copy, Debug)]
pub struct Deaf;

impl Listener for Deaf {
    fn happened(&self, _: &str, _: Happening) {}
}
