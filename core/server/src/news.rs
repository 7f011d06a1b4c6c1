//! What other servers decide reaches this one: at once where the database tells it, and by looking each
//! second in any case.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use affiant_backend::{Listener, Topic};
use affiant_web::App;
use tokio::sync::Notify;
use tokio::time::interval;

/// How often it is looked, whatever was heard.
pub(crate) const LOOK: Duration = Duration::from_secs(1);

/// Wakes those who follow.
#[derive(Default)]
pub(crate) struct Bell {
    /// Who follows switches and networks.
    decided: Notify,
    /// Who follows plugins.
    plugins: Notify,
    /// What plugins keep was changed.
    values: AtomicBool,
}

impl Bell {
    fn ring(&self, topic: Topic) {
        match topic {
            Topic::Networks => self.decided.notify_one(),
            Topic::Decisions => {
                self.decided.notify_one();
                self.plugins.notify_one();
            }
            Topic::Plugins => self.plugins.notify_one(),
            Topic::Values => {
                self.values.store(true, Ordering::SeqCst);
                self.plugins.notify_one();
            }
        }
    }

    /// Waits until plugins are to be looked for before it is time anyway.
    pub(crate) async fn of_plugins(&self) {
        self.plugins.notified().await;
    }

    /// Whether what plugins keep was changed since this was last asked.
    pub(crate) fn of_values(&self) -> bool {
        self.values.swap(false, Ordering::SeqCst)
    }
}

/// Follows switches and networks, for ever.
pub(crate) async fn keep_on(app: Arc<App>, bell: Arc<Bell>) {
    let mut due = interval(LOOK);
    loop {
        tokio::select! {
            _ = due.tick() => {}
            () = bell.decided.notified() => {}
        }
        if let Err(error) = app.follow().await {
            tracing::error!(%error, "what other servers decided could not be looked for; trying again");
        }
    }
}

/// Listens for what others change, for ever, or not at all where nothing is told.
pub(crate) async fn listen(app: Arc<App>, bell: Arc<Bell>) {
    let mut again = interval(LOOK);
    let mut is_told = true;
    loop {
        again.tick().await;
        match app.store.listen().await {
            Ok(None) => return,
            Ok(Some(listener)) => {
                is_told = true;
                hear(listener, &bell).await;
            }
            // Once for each time that it is gone: a server without its database tells enough.
            Err(error) if is_told => {
                is_told = false;
                tracing::warn!(%error, "the database does not tell what other servers change: it is looked for each second");
            }
            Err(_) => {}
        }
    }
}

/// Passes on what is heard, until the connection is lost.
async fn hear(mut listener: Box<dyn Listener>, bell: &Bell) {
    // What was changed before is found by looking.
    for topic in [Topic::Decisions, Topic::Plugins, Topic::Values, Topic::Networks] {
        bell.ring(topic);
    }
    while let Ok(topic) = listener.next().await {
        bell.ring(topic);
    }
}
