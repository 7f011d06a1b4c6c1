//! What other servers decided, for whoever remembers what was decided before.

use async_trait::async_trait;

use crate::error::StorageError;
use crate::word::words;

words! {
    /// What was changed.
    pub enum Topic {
        /// Decisions of administrators, about plugins too.
        Decisions = "decisions",
        /// What is installed of plugins, and their secret settings.
        Plugins = "plugins",
        /// What plugins keep.
        Values = "values",
        /// Networks that are kept out or let in.
        Networks = "networks",
    }
}

/// Numbers that change with the decisions of administrators and with networks, and hold nothing of
/// them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// How many decisions there are, the number of the newest, and sums of their moments.
    pub decisions: [i64; 4],
    /// How many networks there are, sums of their moments, and how many of them are let in.
    pub networks: [i64; 4],
}

/// Lets servers follow what others changed. Looking at the stamp is enough; listening is faster.
#[async_trait]
pub trait News: Send + Sync {
    /// What there is, in numbers: for looking often.
    async fn stamp(&self) -> Result<Stamp, StorageError>;

    /// Starts to listen for what anybody changes from now on, oneself included. `None` if this store
    /// tells nothing.
    async fn listen(&self) -> Result<Option<Box<dyn Listener>>, StorageError>;
}

/// Hears what is changed.
#[async_trait]
pub trait Listener: Send {
    /// Waits for the next change. After an error nothing more is heard here: what was changed
    /// meanwhile is found by looking.
    async fn next(&mut self) -> Result<Topic, StorageError>;
}
