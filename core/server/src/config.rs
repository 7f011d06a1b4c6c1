//! Configuration: defaults, then `affiant.toml`, then `AFFIANT_…` in the environment, then the
//! command line.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use affiant_account::Hashing;
use affiant_guard::{Networks, TrustedProxies};
use affiant_guest::Value;
use affiant_storage_postgres::Options;
use affiant_vault::Cost;
use affiant_web::JobLimits;
use anyhow::{Context as _, anyhow, bail};
use figment::Figment;
use figment::providers::{Env, Format as _, Serialized, Toml};
use serde::{Deserialize, Serialize};

use crate::system;

/// Everything an operator can set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the file")]
pub(crate) struct Config {
    /// Address and port to listen on.
    pub(crate) listen: SocketAddr,
    /// Address and port on which the server tells those who watch it how much is asked of it, by
    /// `/metrics`; nobody unless set.
    pub(crate) metrics_listen: Option<SocketAddr>,
    /// Folder of the databases; with `database`, of the master key and what can be made anew.
    pub(crate) data: PathBuf,
    /// A PostgreSQL database in place of those in the folder:
    /// `postgres://USER:PASSWORD@HOST/DATABASE`.
    pub(crate) database: Option<String>,
    /// Another PostgreSQL database for the keyring, wherever `database` is one.
    pub(crate) keyring_database: Option<String>,
    /// Who runs them.
    pub(crate) database_host: Option<Host>,
    /// Where the content of files lies, if not in the database: a folder, `file:///PATH`, or a bucket
    /// of an S3 server, `s3://BUCKET/PREFIX`.
    pub(crate) objects: Option<String>,
    /// The address of the S3 server, if it is not that of the region at AWS.
    pub(crate) objects_endpoint: Option<String>,
    /// The region of the bucket, as its provider calls it.
    pub(crate) objects_region: Option<String>,
    /// The public half of the key to the bucket.
    pub(crate) objects_access_key: Option<String>,
    /// The secret half; better in the environment, `AFFIANT_OBJECTS_SECRET_KEY`, or in a file.
    pub(crate) objects_secret_key: Option<String>,
    /// A file that holds the secret half and that nobody else may read.
    pub(crate) objects_secret_key_file: Option<PathBuf>,
    /// Let browsers fetch files from the bucket, where they lie readable for about two minutes.
    pub(crate) direct_links: bool,
    /// Who runs the bucket.
    pub(crate) objects_host: Option<Host>,
    /// The master key, if it is not `master.key` in the folder of the databases.
    pub(crate) master_key: Option<PathBuf>,
    /// Folder of the interviews.
    pub(crate) interviews: PathBuf,
    /// Folder whose files replace those of the theme that is built in.
    pub(crate) theme: Option<PathBuf>,
    /// The address people use, if it is not the one listened on: `https://forms.example.org`.
    pub(crate) public_url: Option<String>,
    /// Networks of the proxies in front of the server, such as `10.0.0.0/8`: only what these say
    /// about the addresses of visitors is believed.
    pub(crate) trusted_proxies: Vec<String>,
    /// The mail server: `smtps://USER:PASSWORD@HOST`. Without one, nobody can confirm an address.
    pub(crate) smtp: Option<String>,
    /// The sender of mail: `Legal Aid <forms@example.org>`.
    pub(crate) mail_from: Option<String>,
    /// The providers that people can sign in with, each a `[[providers]]` of its own.
    pub(crate) providers: Vec<Provider>,
    /// Their secrets by id, for the environment: `AFFIANT_PROVIDER_SECRETS='{google="…"}'`.
    pub(crate) provider_secrets: BTreeMap<String, String>,
    /// Most pages of 4096 bytes that the main database may have; no limit unless set.
    pub(crate) max_pages: Option<u32>,
    /// Days without use after which a session of a visitor without an account is deleted, unless an
    /// administrator decides otherwise.
    pub(crate) keep_days: u32,
    /// Days without use after which a session of somebody with an account is deleted, likewise.
    pub(crate) keep_account_days: u32,
    /// Days without use after which an account is deleted; never unless set.
    pub(crate) keep_accounts: Option<u32>,
    /// Bytes that the files of one session may take.
    pub(crate) max_upload_bytes: u64,
    /// Jobs that are done at once: actions in the background, and mails that interviews send.
    pub(crate) job_workers: u8,
    /// Actions that a session may begin in the background within a day.
    pub(crate) session_actions_per_day: u32,
    /// Mails that interviews may send within a day, of a session.
    pub(crate) session_mails_per_day: u32,
    /// Mails that interviews may send within a day, of all sessions together.
    pub(crate) interview_mails_per_day: u32,
    /// Passes over 64 MiB that hashing a password takes. Unless set, the machine is measured when the
    /// first password is set, and what came out stays.
    pub(crate) password_passes: Option<u32>,
    /// Let plugins whose manifest asks for it, and that are switched on, reach addresses of the
    /// server's own network.
    pub(crate) plugins_reach_own_network: bool,
    /// Let plugins be switched on with settings that put a script of theirs, or of others, into pages,
    /// where it can read what people type.
    pub(crate) plugins_in_pages: bool,
    /// What interviews get by `get_config`: any keys, with texts, numbers, lists and tables. Nothing
    /// secret belongs here: every interview can show it.
    pub(crate) for_interviews: BTreeMap<String, serde_json::Value>,
    /// Let cookies travel over plain HTTP on addresses other than this machine's. For trials only.
    pub(crate) insecure_cookies: bool,
    /// Reload changed interviews, show their mistakes and the chain of needs in the browser.
    pub(crate) dev: bool,
    /// What goes into the log: `error`, `warn`, `info`, `debug`, or a tracing filter.
    pub(crate) log: String,
    /// Write the log as JSON, one object a line.
    pub(crate) log_json: bool,
}

/// A provider that people can sign in with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provider {
    /// Names it in addresses: small letters, digits and dashes.
    pub(crate) id: String,
    /// `google`, `microsoft`, `github`, `keycloak` or `oidc`.
    pub(crate) preset: String,
    /// What people know it by, if not by the preset's name.
    pub(crate) name: Option<String>,
    /// Who vouches for people, where the preset does not say.
    pub(crate) issuer: Option<String>,
    /// What the provider knows this server by.
    pub(crate) client_id: String,
    /// What proves it; better in a file, or in the environment.
    pub(crate) client_secret: Option<String>,
    /// A file that holds the secret and that nobody else may read.
    pub(crate) client_secret_file: Option<PathBuf>,
    /// Who runs it, in which country and under which contract: the page about privacy tells.
    pub(crate) run_by: Option<String>,
}

/// Who runs a storage: what only whoever runs the server knows, and the page about privacy tells.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Host {
    /// `us`, or `provider`, which is what it is unless set.
    pub(crate) hosted_by: Option<String>,
    /// Who it is.
    pub(crate) name: Option<String>,
    /// In which country, as two letters of ISO 3166: `DE`.
    pub(crate) country: Option<String>,
    /// Under which contract.
    pub(crate) contract: Option<String>,
    /// What allows data to go there: a term such as `eu-gdpr:A46-2-c`, or `none` where the same law
    /// holds.
    pub(crate) transfer_basis: Option<String>,
    /// The address of what they say about privacy.
    pub(crate) privacy_policy: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            metrics_listen: None,
            data: PathBuf::from("data"),
            database: None,
            keyring_database: None,
            database_host: None,
            objects: None,
            objects_endpoint: None,
            objects_region: None,
            objects_access_key: None,
            objects_secret_key: None,
            objects_secret_key_file: None,
            direct_links: false,
            objects_host: None,
            master_key: None,
            interviews: PathBuf::from("examples/interviews"),
            theme: None,
            public_url: None,
            trusted_proxies: Vec::new(),
            smtp: None,
            mail_from: None,
            providers: Vec::new(),
            provider_secrets: BTreeMap::new(),
            max_pages: None,
            keep_days: 7,
            keep_account_days: 90,
            keep_accounts: None,
            max_upload_bytes: 200 << 20,
            job_workers: 2,
            session_actions_per_day: JobLimits::default().actions_of_session,
            session_mails_per_day: JobLimits::default().mails_of_session,
            interview_mails_per_day: JobLimits::default().mails,
            password_passes: None,
            plugins_reach_own_network: false,
            plugins_in_pages: false,
            for_interviews: BTreeMap::new(),
            insecure_cookies: false,
            dev: false,
            log: "info".to_owned(),
            log_json: false,
        }
    }
}

/// Variables that are not the server's: `AFFIANT_CACHE` and `AFFIANT_SDK` are for whoever writes
/// plugins, `AFFIANT_BIN` and `AFFIANT_POSTGRES` for tests, and `AFFIANT_CONFIG` names the file.
const OTHERS: [&str; 5] = ["bin", "cache", "config", "postgres", "sdk"];

/// What only builds for development know: a release refuses to start with it.
const OURS: &[&str] = if cfg!(debug_assertions) { &["stand_in"] } else { &[] };

impl Config {
    /// The proxies in front of the server.
    pub(crate) fn proxies(&self) -> anyhow::Result<TrustedProxies> {
        let network = |it: &String| {
            Networks::parse(it).with_context(|| {
                format!("trusted_proxies: `{it}` is no network; write it as 10.0.0.0/8 or 10.0.0.1")
            })
        };
        let networks: Vec<_> =
            self.trusted_proxies.iter().map(network).collect::<anyhow::Result<_>>()?;
        Ok(TrustedProxies::new(networks))
    }

    /// How much interviews may begin in the background.
    pub(crate) fn jobs(&self) -> JobLimits {
        JobLimits {
            actions_of_session: self.session_actions_per_day,
            mails_of_session: self.session_mails_per_day,
            mails: self.interview_mails_per_day,
        }
    }

    /// What hashing a password costs.
    pub(crate) fn hashing(&self) -> anyhow::Result<Hashing> {
        let Some(passes) = self.password_passes else {
            return Ok(Hashing::Measured(system::calibrate));
        };
        let cost = Cost::STANDARD.with_passes(passes).map_err(|_| {
            anyhow!("password_passes: {passes} is out of range; write a number from 1 to 32")
        })?;
        Ok(Hashing::Set(cost))
    }

    /// The PostgreSQL databases, if there are any.
    pub(crate) fn postgres(&self) -> anyhow::Result<Option<Options>> {
        match (&self.database, &self.keyring_database) {
            (None, None) => Ok(None),
            (Some(main), Some(keyring)) => {
                Ok(Some(Options { main: main.clone(), keyring: keyring.clone() }))
            }
            (Some(_), None) => bail!(
                "database is set and keyring_database is not: the keyring needs a database of its \
                 own, so that a copy of the sessions opens nothing"
            ),
            (None, Some(_)) => bail!(
                "keyring_database is set and database is not: set both, or neither for databases in \
                 the folder {}",
                self.data.display()
            ),
        }
    }

    /// What interviews are told, as `config.KEY`.
    pub(crate) fn told(&self) -> BTreeMap<String, Value> {
        let all = self.for_interviews.iter();
        all.map(|(key, it)| (format!("config.{key}"), value(it))).collect()
    }

    /// Reads the configuration file (which may be missing) and the environment.
    pub(crate) fn read(file: &Path) -> anyhow::Result<Self> {
        Figment::from(Serialized::defaults(Self::default()))
            .merge(Toml::file(file))
            .merge(Env::prefixed("AFFIANT_").ignore(&OTHERS).ignore(OURS))
            .extract()
            .map_err(anyhow::Error::from)
            .with_context(|| {
                format!("the configuration in {} or the environment does not fit", file.display())
            })
    }
}
/// What scripts get for a value of the configuration.
fn value(from: &serde_json::Value) -> Value {
    match from {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(it) => Value::Bool(*it),
        serde_json::Value::Number(it) => match (it.as_i64(), it.as_f64()) {
            (Some(whole), _) => Value::Int(whole),
            (None, Some(broken)) => Value::Float(broken),
            (None, None) => Value::Text(it.to_string()),
        },
        serde_json::Value::String(it) => Value::text(it),
        serde_json::Value::Array(all) => Value::List(all.iter().map(value).collect()),
        serde_json::Value::Object(all) => {
            Value::Dict(all.iter().map(|(key, it)| (key.clone(), value(it))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use saphyr_parser::{Event, Parser};

    use super::*;

    #[test]
    fn the_guide_for_operators_has_every_setting() {
        let guide = include_str!("../../../docs/operators.md");
        let settings = serde_json::to_value(Config::default()).unwrap();
        for name in settings.as_object().unwrap().keys() {
            let has_it = guide
                .lines()
                .any(|line| line.starts_with("| `") && line.contains(&format!("`{name}`")));
            assert!(has_it, "docs/operators.md: the table of all settings lacks `{name}`");
        }
    }

    /// Every scalar of a YAML file, keys and values alike.
    fn scalars(text: &str) -> Vec<String> {
        let events = Parser::new_from_str(text).map(|it| it.unwrap().0);
        let scalar = |event| match event {
            Event::Scalar(text, ..) => Some(text.into_owned()),
            _ => None,
        };
        events.filter_map(scalar).collect()
    }

    #[test]
    fn the_examples_of_deployment_name_settings_that_there_are_and_fit() {
        let settings = serde_json::to_value(Config::default()).unwrap();
        let is_setting = |name: &str| {
            let name = name.to_lowercase();
            OTHERS.contains(&name.as_str()) || settings.get(&name).is_some()
        };
        for (name, text) in [
            ("compose.yaml", include_str!("../../../examples/deploy/compose.yaml")),
            ("kubernetes.yaml", include_str!("../../../examples/deploy/kubernetes.yaml")),
        ] {
            let scalars = scalars(text);
            assert!(scalars.len() > 50, "{name}: {}", scalars.len());
            // Comments say what is set before the first start.
            let mut named = 0;
            for (at, _) in text.match_indices("AFFIANT_") {
                let rest = &text[at + "AFFIANT_".len()..];
                let end = rest.find(|it: char| !it.is_ascii_uppercase() && it != '_');
                let setting = &rest[..end.unwrap_or(rest.len())];
                assert!(is_setting(setting), "{name}: there is no setting {setting}");
                named += 1;
            }
            assert!(named > 3, "{name} sets nothing");
            for file in scalars.iter().filter(|it| it.starts_with("listen = ")) {
                let defaults = Figment::from(Serialized::defaults(Config::default()));
                let config: Config = defaults.merge(Toml::string(file)).extract().unwrap();
                assert!(config.proxies().is_ok() && config.metrics_listen.is_some());
            }
        }
    }
}
