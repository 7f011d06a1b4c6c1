//! What happens in interviews, for plugins that learn of it.

use affiant_manifest::EventName;

/// Something that happened in an interview. It holds nothing that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// What.
    pub event: EventName,
    /// In which interview.
    pub interview: String,
    /// The screen, by the name that its author gave it.
    pub screen: Option<String>,
    /// When, in seconds of the Unix epoch.
    pub at: i64,
}

/// Who learns of it: a plugin whose person agreed, or that asks for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learner {
    /// The plugin.
    pub plugin: String,
    /// The number that stands for the visit. Another plugin is given another one, and nobody but
    /// this server can lead it back.
    pub pseudonym: String,
    /// What the author calls the screen for this plugin, in place of its own name.
    pub screen: Option<String>,
    /// What else the author says of the screen for this plugin, by name.
    pub details: Vec<(String, String)>,
    /// The number that stands for the account, likewise another one for each plugin.
    pub account: Option<String>,
}
