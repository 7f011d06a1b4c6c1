//! What all requests share.

use std::sync::Arc;

use affiant_backend::{SecretKind, Store};
use affiant_engine::Moment;
use affiant_guard::TrustedProxies;
use affiant_keyring::Keys;
use jiff::civil::DateTime;
use tokio::sync::Semaphore;

use crate::catalogue::Catalogue;
use crate::theme::Theme;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Day and time in the server's time zone.
    fn local(&self) -> DateTime;
    /// Seconds of the Unix epoch.
    fn seconds(&self) -> i64;
}

/// Random bytes that may be asked for by any request.
pub trait Randomness: affiant_vault::Randomness + Send + Sync {}

impl<T: affiant_vault::Randomness + Send + Sync> Randomness for T {}

/// What an operator set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Scheme and host that people use, without a slash at the end.
    pub origin: String,
    /// Cookies without `Secure` and the `__Host-` prefix: for trials over plain HTTP.
    pub insecure_cookies: bool,
    /// Days without use after which a session is deleted.
    pub keep_days: u32,
    /// Bytes that the files of one session may take, sealed.
    pub max_upload_bytes: u64,
    /// The proxies whose word about the addresses of visitors is believed.
    pub trusted_proxies: TrustedProxies,
    /// Show authors' diagnostics and chains of needs in the browser.
    pub dev: bool,
}

/// What all requests share.
pub struct App {
    /// The interviews.
    pub catalogue: Catalogue,
    /// Where sessions and accounts are kept.
    pub store: Arc<dyn Store>,
    /// Where their secrets are kept.
    pub keyring: Arc<Keys>,
    /// Tells the time.
    pub clock: Box<dyn Clock>,
    /// Gives random bytes.
    pub randomness: Box<dyn Randomness>,
    /// Draws the pages.
    pub theme: Theme,
    /// What the operator set.
    pub settings: Settings,
    /// How many documents are made at once.
    pub(crate) documents: Semaphore,
}

impl App {
    /// Joins the parts.
    pub fn new(
        catalogue: Catalogue,
        store: Arc<dyn Store>,
        keyring: Arc<Keys>,
        clock: Box<dyn Clock>,
        randomness: Box<dyn Randomness>,
        theme: Theme,
        settings: Settings,
    ) -> Self {
        let documents = Semaphore::new(2);
        Self { catalogue, store, keyring, clock, randomness, theme, settings, documents }
    }

    pub(crate) fn moment(&self) -> Moment {
        Moment { now: self.clock.local() }
    }

    /// Deletes the sessions that nobody used for as long as the settings say. Returns how many.
    pub async fn forget_idle(&self) -> Result<usize, affiant_backend::StorageError> {
        let before = self.clock.seconds() - i64::from(self.settings.keep_days) * 86_400;
        let idle = self.store.idle_since(before, 500).await?;
        for session in &idle {
            let gone = vec![(SecretKind::Session, session.0)];
            self.keyring.bury(gone, self.clock.seconds()).await?;
            self.store.delete(*session).await?;
        }
        Ok(idle.len())
    }
}
