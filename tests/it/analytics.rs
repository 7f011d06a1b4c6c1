//! The plugins that ship tell their vendors what the vendors' protocols ask for: compiled as they are
//! installed, in the real sandbox, by their manifests and the real broker, to a server that speaks the
//! protocol and writes down what it hears.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;

use affiant_broker::{Access, Blocking, Broker, Call, Entry, Problem, Resolve, Secrets, Trust};
use affiant_guest::Value;
use affiant_manifest::{Installation, Manifest, Method, Value as Setting};
use affiant_wasm::analytics::{Erased, Event, Occasion};
use affiant_wasm::{
    Denial, Denied, Engine, Evaluation, FaultKind, Grant, Header, Host, Identity, Kind, Limits,
    NetworkProblem, Plugin, Request, Response, Stopped,
};
use anyhow::{Context as _, ensure};
use async_trait::async_trait;
use tokio::runtime::Runtime;
use zeroize::Zeroizing;

use affiant_tests::vendor::{self, Heard, Vendor, google, segment};

use crate::plugins::{root, run};

/// Every name leads to this machine.
struct Here;

#[async_trait]
impl Resolve for Here {
    async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)])
    }
}

/// A log that nobody reads.
struct Unread;

impl affiant_broker::Log for Unread {
    fn note(&self, _: affiant_broker::Record) {}
}

/// A host whose requests go through the broker, to a port of this machine.
struct Through {
    blocking: Blocking,
    access: Arc<Access>,
    settings: BTreeMap<String, Setting>,
    port: u16,
}

impl Host for Through {
    fn setting(&mut self, name: &str) -> Option<Value> {
        Some(match self.settings.get(name)? {
            Setting::Text(it) => Value::text(it),
            Setting::Int(it) => Value::Int((*it).into()),
            Setting::Bool(it) => Value::Bool(*it),
        })
    }

    fn fetch(&mut self, request: Request) -> Result<Response, NetworkProblem> {
        assert_eq!(request.method, affiant_wasm::Method::Post);
        let rest = request.url.strip_prefix("https://").expect("only what is sealed is sent");
        let (host, path) = rest.split_once('/').expect("an address has a path");
        let headers = request.headers.into_iter();
        let request = affiant_broker::Request {
            method: Method::Post,
            url: format!("https://{host}:{}/{path}", self.port),
            headers: headers
                .map(|it| affiant_broker::Header { name: it.name, value: it.value })
                .collect(),
            body: request.body,
        };
        let call = Call { name: "events", has_seen_data: true };
        match self.blocking.fetch(&self.access, call, request) {
            Ok(it) => {
                let headers = it.headers.into_iter();
                let headers = headers.map(|it| Header { name: it.name, value: it.value });
                Ok(Response { status: it.status, headers: headers.collect(), body: it.body })
            }
            Err(Problem::Refused(_)) => {
                Err(NetworkProblem::Denied(Denied::new(Grant::Http, Denial::NotDeclared)))
            }
            Err(Problem::Unreachable(_)) => Err(NetworkProblem::Unreachable),
            Err(Problem::TooSlow) => Err(NetworkProblem::TooSlow),
            Err(Problem::TooLarge) => Err(NetworkProblem::TooLarge),
        }
    }
}

/// A plugin as it was built, and its vendor.
struct Stage {
    runtime: Runtime,
    vendor: Vendor,
    plugin: Plugin,
    manifest: Manifest,
    text: String,
}

impl Stage {
    /// Builds, checks and tests the plugin of a folder by the commands, and makes it ready.
    fn of(folder: &str, answers: fn(&Heard) -> u16, hosts: &[&str]) -> anyhow::Result<Self> {
        let folder = root().join("plugins").join(folder);
        run(&folder, &["plugin", "build"])?;
        let checked = run(&folder, &["plugin", "check"])?;
        ensure!(checked.contains("0 errors, 0 warnings"), "{checked}");
        let tested = run(&folder, &["plugin", "test"])?;
        ensure!(tested.contains(" 0 failed"), "{tested}");

        let text = fs_err::read_to_string(folder.join("plugin.toml"))?;
        let manifest = Manifest::parse(&text).usable().context("it was checked")?.clone();
        let plugin = ready(&folder, &manifest)?;
        let runtime = Runtime::new()?;
        let vendor = runtime.block_on(Vendor::listening(hosts, answers))?;
        Ok(Self { runtime, vendor, plugin, manifest, text })
    }

    /// An evaluation with these settings and secrets.
    fn with(
        &self,
        settings: &[(&str, Setting)],
        secrets: &[(&str, &str)],
    ) -> anyhow::Result<Evaluation> {
        let settings: BTreeMap<String, Setting> =
            settings.iter().map(|(name, it)| ((*name).to_owned(), it.clone())).collect();
        let mut installation = Installation::default();
        installation.values.clone_from(&settings);
        let declaration = self.manifest.open_declaration(installation);
        let declaration = declaration.ok().context("the settings are not those of the manifest")?;
        let mut entries = Entry::of(&declaration, &self.text);
        for entry in &mut entries {
            (entry.port, entry.may_be_private) = (self.vendor.port, true);
        }
        let secrets = secrets
            .iter()
            .map(|(name, it)| ((*name).to_owned(), Zeroizing::new((*it).to_owned())))
            .collect();
        let access = Access::new(
            self.manifest.plugin.id.to_string(),
            entries,
            Secrets::new(secrets),
            affiant_broker::Limits::default(),
        );
        let trust = Trust::new(vec![self.vendor.authority.clone()])?;
        let broker = Broker::new(Arc::new(Here), trust, Arc::new(Unread), true);
        let host = Through {
            blocking: Blocking::new(Arc::new(broker), self.runtime.handle().clone()),
            access: Arc::new(access),
            settings,
            port: self.vendor.port,
        };
        // The broker's own deadlines are what ends a request here, not that of a busy machine.
        let limits = Limits { deadline: std::time::Duration::from_mins(1), ..Limits::default() };
        Ok(self.plugin.evaluation(Box::new(host), limits))
    }

    /// What the vendor heard since it was asked last: all of it well formed.
    fn heard(&self) -> anyhow::Result<Vec<Heard>> {
        let heard = self.vendor.heard();
        for it in &heard {
            ensure!(it.status < 300, "the vendor refused {it:?}");
        }
        Ok(heard)
    }
}

fn ready(folder: &Path, manifest: &Manifest) -> anyhow::Result<Plugin> {
    let component = manifest.plugin.component.as_ref().context("it has a component")?;
    let file = folder.join("target/affiant").join(component.value.to_string());
    let grants = Grant::ALL.into_iter().filter(|grant| {
        manifest.capabilities.iter().any(|it| it.id.value.as_str() == grant.capability())
    });
    let who = Identity {
        plugin: manifest.plugin.id.to_string(),
        version: manifest.plugin.version.to_string(),
    };
    let plugin = Plugin::load(&Engine::new()?, who, &fs_err::read(file)?, &grants.collect())?;
    ensure!(plugin.kind() == Kind::Analytics, "{}", plugin.kind());
    Ok(plugin)
}

fn event(occasion: Occasion, time: u64, visit: &str) -> Event {
    Event {
        occasion,
        interview: "landlord-letter".to_owned(),
        screen: (occasion == Occasion::ScreenShown).then(|| "Rent".to_owned()),
        details: vec![("part of".to_owned(), "money".to_owned())],
        time: 1_764_225_000_000 + time,
        pseudonym: visit.to_owned(),
        account: Some("account-42".to_owned()),
    }
}

/// A visit from its beginning to its end.
fn visit(name: &str) -> Vec<Event> {
    let all = [Occasion::InterviewStarted, Occasion::ScreenShown, Occasion::InterviewFinished];
    all.into_iter().zip(0..).map(|(it, time)| event(it, time, name)).collect()
}

fn text(it: &str) -> Setting {
    Setting::Text(it.to_owned())
}

/// The names of the events that Google heard of in one request.
fn counted(heard: &Heard) -> Vec<String> {
    let events = heard.body["events"].as_array().cloned().unwrap_or_default();
    events.iter().map(|it| it["name"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn google_is_told_by_its_measurement_protocol_and_of_no_account() -> anyhow::Result<()> {
    let hosts = ["region1.google-analytics.com", "www.google-analytics.com"];
    let stage = Stage::of("google-analytics", google, &hosts)?;
    let id = || ("measurement_id", text("G-ABC123"));
    let secrets = [("api_secret", vendor::GOOGLE_SECRET)];
    for (mode, host) in [("server-eu", hosts[0]), ("server", hosts[1])] {
        let mut plugin = stage.with(&[id(), ("mode", text(mode))], &secrets)?;
        let events = [visit("visit-a"), visit("visit-b")].concat();
        ensure!(plugin.handle(&events) == Ok(()), "{mode}");
        let heard = stage.heard()?;
        let visits: Vec<&str> =
            heard.iter().filter_map(|it| it.body["client_id"].as_str()).collect();
        ensure!(visits == ["visit-a", "visit-b"], "{visits:?}");
        for it in &heard {
            ensure!(it.host == format!("{host}:{}", stage.vendor.port), "{}", it.host);
            let names = counted(it);
            ensure!(names == ["interview_started", "page_view", "interview_finished"], "{names:?}");
            let shown = &it.body["events"][1]["params"];
            ensure!(shown["page_title"] == "Rent" && shown["part_of"] == "money", "{shown}");
            ensure!(!format!("{it:?}").contains("account-42"), "nothing of the account");
        }
    }

    let mut many = stage.with(&[id(), ("mode", text("server-eu"))], &secrets)?;
    let events: Vec<Event> =
        (0..30).map(|it| event(Occasion::ScreenShown, it, "visit-a")).collect();
    ensure!(many.handle(&events) == Ok(()), "many");
    ensure!(stage.heard()?.iter().map(|it| counted(it).len()).eq([25, 5]), "25 at most");

    // What counts in the browser is not counted here as well.
    for mode in ["frame", "page"] {
        let mut plugin = stage.with(&[id(), ("mode", text(mode))], &secrets)?;
        ensure!(plugin.handle(&visit("visit-a")) == Ok(()), "{mode}");
    }
    ensure!(stage.vendor.heard().is_empty(), "nothing is sent in the browser's modes");

    let wrong = [("api_secret", "another")];
    let mut plugin = stage.with(&[id(), ("mode", text("server-eu"))], &wrong)?;
    told(plugin.handle(&visit("a")), "Google answered with the status 403")?;
    stage.vendor.heard();
    let erased = plugin.erase("visit-a", None);
    ensure!(matches!(&erased, Ok(Erased::NotSupported(why)) if why.contains("deletion")), "no");
    Ok(())
}

/// That a plugin says that it failed, with these words and no secret.
fn told(ended: Result<(), Stopped>, words: &str) -> anyhow::Result<()> {
    let Err(Stopped::Fault(fault)) = ended else { anyhow::bail!("{ended:?}") };
    ensure!(fault.kind == FaultKind::Failed(words.to_owned()), "{:?}", fault.kind);
    Ok(())
}

const KEY: (&str, &str) = ("write_key", vendor::SEGMENT_KEY);

fn segment_settings(region: &str, is_told: bool) -> [(&'static str, Setting); 3] {
    let (identify, deletions) = (Setting::Bool(is_told), Setting::Bool(is_told));
    [("region", text(region)), ("identify", identify), ("deletions", deletions)]
}

#[test]
fn segment_is_told_by_its_tracking_api_and_of_accounts_where_that_is_on() -> anyhow::Result<()> {
    let hosts = vendor::SEGMENT_HOSTS;
    let stage = Stage::of("segment", segment, &hosts)?;
    for (region, host) in [("us", hosts[0]), ("eu", hosts[1])] {
        let mut plugin = stage.with(&segment_settings(region, false), &[KEY])?;
        ensure!(plugin.handle(&visit("visit-a")) == Ok(()), "{region}");
        ensure!(plugin.handle(&[event(Occasion::ScreenShown, 9, "visit-a")]) == Ok(()), "one");
        let heard = stage.heard()?;
        let paths: Vec<&str> = heard.iter().map(|it| it.path.as_str()).collect();
        ensure!(paths == ["/v1/batch", "/v1/track"], "{paths:?}");
        ensure!(heard[0].host == format!("{host}:{}", stage.vendor.port), "{}", heard[0].host);
        ensure!(heard[1].body["event"] == "Rent", "{}", heard[1].body);
        ensure!(heard[1].body["properties"]["part of"] == "money", "{}", heard[1].body);
        ensure!(!format!("{heard:?}").contains("account-42"), "nothing of the account");
    }

    let mut plugin = stage.with(&segment_settings("eu", true), &[KEY])?;
    ensure!(plugin.handle(&visit("visit-a")) == Ok(()), "identified");
    let heard = stage.heard()?;
    let kinds: Vec<&str> = heard[0].body["batch"]
        .as_array()
        .context("a batch")?
        .iter()
        .filter_map(|it| it["type"].as_str())
        .collect();
    ensure!(kinds == ["identify", "track", "track", "track"], "{kinds:?}");
    ensure!(heard[0].body["batch"][0]["userId"] == "account-42", "{}", heard[0].body);

    let mut plugin = stage.with(&segment_settings("eu", true), &[("write_key", "another")])?;
    let words = "Segment does not know the key; look at the settings";
    told(plugin.handle(&visit("visit-a")), words)?;
    stage.vendor.heard();
    deletions(&stage)
}

fn deletions(stage: &Stage) -> anyhow::Result<()> {
    let secrets = [KEY, ("deletion_token", vendor::SEGMENT_TOKEN)];
    let mut plugin = stage.with(&segment_settings("us", true), &secrets)?;
    ensure!(plugin.erase("visit-a", Some("account-42")) == Ok(Erased::Forwarded(30)), "forwarded");
    let heard = stage.heard()?;
    ensure!(heard[0].path == "/regulations", "{:?}", heard[0]);
    ensure!(heard[0].body["subjectIds"][0] == "account-42", "{}", heard[0].body);
    let nobody = plugin.erase("visit-a", None);
    ensure!(matches!(nobody, Ok(Erased::NotSupported(_))), "{nobody:?}");

    // Where it is not set up, nothing is asked of Segment.
    let mut plugin = stage.with(&segment_settings("us", false), &secrets)?;
    let erased = plugin.erase("visit-a", Some("account-42"));
    ensure!(matches!(erased, Ok(Erased::NotSupported(_))), "{erased:?}");
    ensure!(stage.vendor.heard().is_empty(), "nothing is asked");
    Ok(())
}
