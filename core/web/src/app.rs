//! What all requests share.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use affiant_account::{AccountError, Accounts, Hashing};
use affiant_backend::{IdentityProvider, Links, Mailer, Objects, Store};
use affiant_engine::Moment;
use affiant_guard::{Admission, Guard, TrustedProxies};
use affiant_guest::Value;
use affiant_keyring::{Keys, SharedRandomness};
use affiant_passkey::Site;
use affiant_retention::Eraser;
use affiant_switch::{Class, InForce};
use affiant_vault::Master;
use jiff::civil::DateTime;
use tokio::sync::{Mutex, Semaphore};

use crate::built_in::BuiltIn;
use crate::catalogue::Catalogue;
use crate::delivering::OnTheWay;
use crate::following::Seen;
use crate::handler::reports::Reported;
use crate::jobs::{Desk, JobLimits};
use crate::learning::ToldParts;
use crate::mail::MailFolder;
use crate::metrics::Metrics;
use crate::noting::Readers;
use crate::plugboard::Plugboard;
use crate::running::Last;
use crate::session::taken_back::TakenBack;
use crate::suggesting::Asked;
use crate::switchboard::Switchboard;
use crate::theme::Theme;
use crate::told::Told;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Day and time in the server's time zone.
    fn local(&self) -> DateTime;
    /// Seconds of the Unix epoch.
    fn seconds(&self) -> i64;
}

/// What an operator set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Scheme and host that people use, without a slash at the end.
    pub origin: String,
    /// Cookies without `Secure` and the `__Host-` prefix: for trials over plain HTTP.
    pub insecure_cookies: bool,
    /// Bytes that the files of one session may take, sealed.
    pub max_upload_bytes: u64,
    /// The proxies whose word about the addresses of visitors is believed.
    pub trusted_proxies: TrustedProxies,
    /// How much interviews may begin in the background.
    pub jobs: JobLimits,
    /// What hashing a password costs.
    pub hashing: Hashing,
    /// Show authors' diagnostics and chains of needs in the browser.
    pub dev: bool,
    /// What the operator set for interviews, as `config.KEY`.
    pub for_interviews: BTreeMap<String, Value>,
}

/// What the server is made of.
pub struct Parts {
    /// The interviews.
    pub catalogue: Catalogue,
    /// Where sessions and accounts are kept.
    pub store: Arc<dyn Store>,
    /// Where the content of new files is kept; with their rows if this is `None`.
    pub objects: Option<Arc<dyn Objects>>,
    /// From where browsers fetch files, where the operator set that.
    pub direct: Option<Direct>,
    /// Where their secrets are kept.
    pub keyring: Arc<Keys>,
    /// Deletes sessions and accounts for good.
    pub eraser: Arc<Eraser>,
    /// The server's own key.
    pub master: Arc<Master>,
    /// Counts tries.
    pub guard: Arc<Guard>,
    /// Lets only so many passwords be hashed at once.
    pub admission: Arc<Admission>,
    /// Carries mail away, if there is a way.
    pub post: Post,
    /// What administrators decided.
    pub switches: Switchboard,
    /// What is installed of plugins and decided about them.
    pub plugins: Plugboard,
    /// The storages in use, and signing in elsewhere.
    pub built_in: Arc<[BuiltIn]>,
    /// Who else says who a person is.
    pub providers: Vec<Arc<dyn IdentityProvider>>,
    /// Tells the time.
    pub clock: Box<dyn Clock>,
    /// Gives random bytes.
    pub randomness: SharedRandomness,
    /// Draws the pages.
    pub theme: Theme,
    /// What the operator set.
    pub settings: Settings,
}

/// From where browsers fetch files that people download, in place of from the server.
#[derive(Clone)]
pub struct Direct {
    /// What lends files.
    pub links: Arc<dyn Links>,
    /// The name of its host, for people.
    pub host: String,
}

/// Where mail goes.
#[derive(Clone)]
pub enum Post {
    /// Nowhere: no mail server was set.
    Nowhere,
    /// To a mail server.
    Server(Arc<dyn Mailer>),
    /// Into a folder, where authors read it.
    Folder(Arc<MailFolder>),
}

impl Post {
    /// What carries mail away.
    pub fn mailer(&self) -> Option<&dyn Mailer> {
        match self {
            Self::Nowhere => None,
            Self::Server(it) => Some(&**it),
            Self::Folder(it) => Some(&**it),
        }
    }
}

/// What all requests share.
pub struct App {
    it: Parts,
    /// What people do with accounts.
    pub(crate) accounts: Accounts,
    /// How many documents are made at once.
    pub(crate) documents: Semaphore,
    /// The plugins that were on when somebody last asked.
    pub(crate) running: Last,
    /// What people took back, for the requests that are on their way.
    pub(crate) taken_back: TakenBack,
    /// What browsers reported of plugins today.
    pub(crate) reported: Reported,
    /// What parts of plugins in browsers were told.
    pub(crate) told_parts: ToldParts,
    /// The parcels that plugins are delivering.
    pub(crate) on_the_way: OnTheWay,
    /// What requests and those who do jobs tell each other.
    pub(crate) desk: Desk,
    /// How often sessions had something looked up.
    pub(crate) asked: Asked,
    /// Who read what of others today, as far as the audit log knows.
    pub(crate) readers: Readers,
    /// Whoever changes who is an administrator waits here.
    pub(crate) administrators: Mutex<()>,
    /// What others had decided when it was last looked.
    pub(crate) seen: Seen,
    /// What was counted for those who watch the server.
    pub(crate) metrics: Metrics,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.it
    }
}

impl App {
    /// Joins the parts.
    pub fn new(parts: Parts) -> Self {
        let accounts = Accounts::new(affiant_account::Parts {
            store: Arc::clone(&parts.store),
            keys: Arc::clone(&parts.keyring),
            guard: Arc::clone(&parts.guard),
            admission: Arc::clone(&parts.admission),
            randomness: Arc::clone(&parts.randomness),
            site: Site::new(&parts.settings.origin, "Affiant").ok().map(Arc::new),
            settings: affiant_account::Settings {
                hashing: parts.settings.hashing,
                ..affiant_account::Settings::new(&parts.settings.origin)
            },
        });
        Self {
            it: parts,
            accounts,
            documents: Semaphore::new(2),
            running: Last::default(),
            taken_back: TakenBack::default(),
            reported: Reported::default(),
            told_parts: ToldParts::default(),
            on_the_way: OnTheWay::default(),
            desk: Desk::default(),
            asked: Asked::default(),
            readers: Readers::default(),
            administrators: Mutex::default(),
            seen: Seen::default(),
            metrics: Metrics::default(),
        }
    }

    /// A new link that makes the first administrator, for whoever runs the server; `None` while there
    /// is one.
    pub async fn first_link(&self) -> Result<Option<String>, AccountError> {
        self.accounts.first_link(self.clock.seconds()).await
    }

    /// What each provider is called, and who runs it.
    pub(crate) fn provided(&self) -> Vec<(String, Option<String>)> {
        let told = self.providers.iter();
        told.map(|it| (it.name().to_owned(), it.run_by().map(str::to_owned))).collect()
    }

    /// The provider with an id.
    pub(crate) fn provider(&self, id: &str) -> Option<&dyn IdentityProvider> {
        self.providers.iter().find(|it| it.id() == id).map(|it| &**it)
    }

    /// Now, in a session of which this is told.
    pub(crate) fn moment(&self, told: &Told) -> Moment {
        Moment { told: Arc::clone(told), ..Moment::at(self.clock.local()) }
    }

    /// What is in force of what administrators decided.
    pub(crate) fn in_force(&self) -> InForce {
        self.switches.in_force(self.clock.seconds())
    }

    /// Days without use after which a session of an account is deleted.
    pub(crate) fn keep_account_days(&self) -> u32 {
        self.in_force().keep_days(Class::Sessions)
    }

    /// Days without use after which a visitor's session is deleted.
    pub(crate) fn keep_days(&self) -> u32 {
        self.in_force().keep_days(Class::Visitors)
    }
}
