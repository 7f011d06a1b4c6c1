//! What a plugin was seen to do: counted, never told in detail.

use crate::gate::Why;

/// Something that a plugin did.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Saw {
    /// It was called.
    Called,
    /// It reached a host, which is named as its manifest does.
    Reached(String),
    /// It tried to reach a host that its manifest does not name.
    Undeclared(String),
    /// Something was denied to it.
    Denied(&'static str, Why),
    /// It failed: how, in a word of ours.
    Failed(&'static str),
    /// It failed again and again.
    Paused,
}

impl Saw {
    /// As it is stored: a word, and what else is to be known behind a colon.
    pub fn text(&self) -> String {
        match self {
            Self::Called => "called".to_owned(),
            Self::Reached(host) => format!("reached:{host}"),
            Self::Undeclared(host) => format!("undeclared:{host}"),
            Self::Denied(capability, why) => format!("denied:{capability}:{}", why.word()),
            Self::Failed(how) => format!("failed:{how}"),
            Self::Paused => "paused".to_owned(),
        }
    }
}

/// Something that was seen of a plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The plugin.
    pub plugin: String,
    /// What it did.
    pub saw: Saw,
    /// Bytes that went out.
    pub sent: u64,
    /// Bytes that came in.
    pub received: u64,
}

impl Sighting {
    /// Something without bytes.
    pub fn once(plugin: &str, saw: Saw) -> Self {
        Self { plugin: plugin.to_owned(), saw, sent: 0, received: 0 }
    }
}
