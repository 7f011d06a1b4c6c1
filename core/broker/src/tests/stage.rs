//! A broker whose names lead where a test says, and a plugin whose manifest a test writes.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use affiant_manifest::{Installation, Manifest, Method, Value};
use async_trait::async_trait;
use zeroize::Zeroizing;

use crate::{
    Access, Broker, Call, Entry, Header, Limits, Log, Problem, Record, Request, Resolve, Response,
    Secrets, Trust,
};

/// The manifest of a plugin that sends reports to the host that its administrator sets.
pub(super) const MANIFEST: &str = r#"manifest = 1

[plugin]
id = "org.example.reports"
name = "Reports"
version = "1.0.0"
privacy_revision = 1
kind = "other"
license = "MIT"
abi = "affiant:functions@1.0"
component = "reports.wasm"
summary = "Sends reports."

[settings.site]
type = "url"
scheme = "http"
required = true
label = "Where reports go"
[settings.write_key]
type = "string"
secret = true
label = "Key"

[[capability]]
id = "http.fetch"
reason = "core-function"
text = "Sends reports."

[[recipient]]
id = "office"
name = "The office"
role = "dpv:DataProcessor"
country = "DE"
privacy_policy = "https://example.org/privacy"

[[data]]
id = "reports"
source = "answers"
fields = ["tag:pd:Name"]
categories = ["pd:Name"]
purposes = ["dpv:RequestedServiceProvision"]
processing = ["dpv:Transmit"]
necessity = "dpv:Optional"
recipients = ["office"]
retention = { kind = "call" }
text = "The office learns the name."

[[network]]
side = "server"
use = "fetch"
scheme = "http"
host_from = "setting:site"
path_prefix = "/reports"
methods = ["GET", "POST"]
private_address = "two-key"
recipient = "office"
carries = ["reports"]

[[network]]
side = "server"
use = "fetch"
scheme = "https"
host = "api.example.org"
path_prefix = "/v1/"
methods = ["POST"]
recipient = "office"
carries = ["reports"]

[[network]]
side = "server"
use = "fetch"
scheme = "https"
host = "*.parts.example.org"
recipient = "office"
carries = []
text = "Each office has a name of its own."
"#;

/// The entries of [`MANIFEST`] when the administrator set this address.
pub(super) fn entries(site: &str) -> Vec<Entry> {
    let parsed = Manifest::parse(MANIFEST);
    let manifest = parsed.manifest.expect("the manifest has the form of one");
    let mut installation = Installation::default();
    installation.values.insert("site".to_owned(), Value::Text(site.to_owned()));
    let declaration = manifest.declaration(installation).expect("its settings fit");
    Entry::of(&declaration, MANIFEST)
}

/// What a name leads to, one list for each time that it is asked for; then nothing.
pub(super) struct Names(Mutex<VecDeque<Vec<IpAddr>>>);

#[async_trait]
impl Resolve for Names {
    async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        let answer = self.0.lock().unwrap().pop_front();
        answer.ok_or_else(|| io::Error::other("asked once more than there are answers"))
    }
}

/// Keeps what is noted.
#[derive(Default)]
pub(super) struct Kept(Mutex<Vec<Record>>);

impl Log for Kept {
    fn note(&self, record: Record) {
        self.0.lock().unwrap().push(record);
    }
}

/// A server with one plugin.
pub(super) struct Stage {
    pub(super) broker: Arc<Broker>,
    pub(super) access: Arc<Access>,
    kept: Arc<Kept>,
}

/// How a stage is set.
pub(super) struct Setting<'a> {
    /// What the administrator set as the site.
    pub(super) site: &'a str,
    /// What names lead to, each time.
    pub(super) names: &'a [&'a [&'a str]],
    /// The secret `write_key`.
    pub(super) secret: Option<&'a str>,
    pub(super) limits: Limits,
    /// The server's flag.
    pub(super) allows_private: bool,
    pub(super) trust: Option<Trust>,
    /// In place of the manifest's.
    pub(super) entries: Option<Vec<Entry>>,
}

impl Default for Setting<'_> {
    fn default() -> Self {
        Self {
            site: "http://office.example.org",
            names: &[],
            secret: None,
            limits: Limits::default(),
            allows_private: true,
            trust: None,
            entries: None,
        }
    }
}

impl Stage {
    pub(super) fn set(setting: Setting<'_>) -> Self {
        let addresses = |it: &&[&str]| it.iter().map(|it| it.parse().unwrap()).collect();
        let names = Names(Mutex::new(setting.names.iter().map(addresses).collect()));
        let kept = Arc::new(Kept::default());
        let trust = setting.trust.unwrap_or_else(|| Trust::new(vec![]).unwrap());
        let broker = Broker::new(Arc::new(names), trust, kept.clone(), setting.allows_private);
        let secrets: BTreeMap<_, _> = setting
            .secret
            .map(|it| ("write_key".to_owned(), Zeroizing::new(it.to_owned())))
            .into_iter()
            .collect();
        let entries = setting.entries.unwrap_or_else(|| entries(setting.site));
        let access = Access::new(
            "org.example.reports".to_owned(),
            entries,
            Secrets::new(secrets),
            setting.limits,
        );
        Self { broker: Arc::new(broker), access: Arc::new(access), kept }
    }

    pub(super) async fn fetch(&self, request: Request) -> Result<Response, Problem> {
        self.broker.fetch(&self.access, &call(), request).await
    }

    /// The only record.
    pub(super) fn record(&self) -> Record {
        let kept = self.kept.0.lock().unwrap();
        assert_eq!(kept.len(), 1, "each request is noted once");
        kept[0].clone()
    }
}

pub(super) fn call() -> Call {
    Call { name: "report", has_seen_data: false }
}

pub(super) fn get(url: &str) -> Request {
    Request { method: Method::Get, url: url.to_owned(), headers: vec![], body: vec![] }
}

pub(super) fn header(name: &str, value: &str) -> Header {
    Header { name: name.to_owned(), value: value.to_owned() }
}

/// The code of a refusal.
pub(super) fn code(result: Result<Response, Problem>) -> &'static str {
    match result {
        Ok(response) => panic!("it was answered with {}", response.status),
        Err(Problem::Refused(refused)) => refused.why.code(),
        Err(problem) => panic!("it was not refused: {problem}"),
    }
}
