//! What browsers did not load, because a page's policy does not allow it: told to administrators at
//! the plugin that tried.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use affiant_backend::{Change, ObservedRow, PluginChange};
use affiant_switch::DAY;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use serde_json::Value as Json;

use crate::app::App;
use crate::running::{Running, everywhere, in_interview};

/// Longest report, in bytes.
const LONGEST: usize = 16 << 10;

/// Most that is kept of one plugin on one day: each host once or more, so that nobody fills the
/// store with made-up ones.
const MOST: u32 = 100;

/// What was kept today, by plugin.
#[derive(Default)]
pub(crate) struct Reported(Mutex<(i64, BTreeMap<String, u32>)>);

impl Reported {
    /// Counts a report; `false` when there were enough today.
    fn admit(&self, plugin: &str, day: i64) -> bool {
        let mut today = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if today.0 != day {
            *today = (day, BTreeMap::new());
        }
        let count = today.1.entry(plugin.to_owned()).or_default();
        *count += 1;
        *count <= MOST
    }
}

/// One thing that was not loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Report {
    page: Page,
    /// The host, or a word such as `inline`.
    blocked: String,
    /// The host of the script that tried, if that is known.
    source: String,
}

/// The page that a report is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Page {
    /// One of an interview.
    Interview(String),
    /// The frame of a plugin.
    Frame(String),
}

/// Takes a report. Whatever it is, the browser is told nothing.
pub(crate) async fn take(State(app): State<Arc<App>>, body: Bytes) -> StatusCode {
    let reports = if body.len() <= LONGEST { read(&body) } else { Vec::new() };
    for report in reports {
        note(&app, &report).await;
    }
    StatusCode::NO_CONTENT
}

async fn note(app: &App, report: &Report) {
    let running = match &report.page {
        Page::Interview(interview) => in_interview(app, interview),
        Page::Frame(plugin) => {
            let all = everywhere(app);
            all.iter().filter(|it| it.package.plugin() == plugin).cloned().collect()
        }
    };
    let Some(plugin) = whose(&running, report) else { return };
    let (plugin, day) = (plugin.package.plugin().to_owned(), app.clock.seconds().div_euclid(DAY));
    if !app.reported.admit(&plugin, day) {
        return;
    }
    let what = format!("page:{}", report.blocked);
    let row = ObservedRow { plugin, day, what, count: 1, sent: 0, received: 0 };
    if let Err(error) = app.store.commit(vec![Change::Plugin(PluginChange::Observed(row))]).await {
        tracing::warn!(%error, "a report of a browser could not be kept");
    }
}

/// The plugin that tried: the one whose script it was, else the one that names the host, else the
/// only one that is in the page at all.
fn whose<'a>(running: &'a [Arc<Running>], report: &Report) -> Option<&'a Running> {
    let in_page: Vec<&Running> =
        running.iter().map(|it| &**it).filter(|it| names(it, None)).collect();
    let by = |host: &str| in_page.iter().copied().find(|it| names(it, Some(host)));
    let only = || in_page.first().copied().filter(|_| in_page.len() == 1);
    by(&report.source).or_else(|| by(&report.blocked)).or_else(only)
}

/// Whether a plugin has anything that browsers load, from this host if one is given.
fn names(plugin: &Running, host: Option<&str>) -> bool {
    let Some(declaration) = plugin.declaration() else { return false };
    let mut loaded = declaration.network.iter().filter(|it| it.used.value.loads_into_page());
    loaded.any(|it| host.is_none_or(|host| declaration.allows_host(it, host)))
}

/// Reads what browsers send, of either form.
fn read(body: &[u8]) -> Vec<Report> {
    let Ok(json) = serde_json::from_slice::<Json>(body) else { return Vec::new() };
    let old = json.get("csp-report").map(|it| (it, ["document-uri", "blocked-uri", "source-file"]));
    let new = json
        .as_array()
        .into_iter()
        .flatten()
        .take(10)
        .filter_map(|it| Some((it.get("body")?, ["documentURL", "blockedURL", "sourceFile"])));
    old.into_iter().chain(new).filter_map(|(it, keys)| report(it, keys)).collect()
}

fn report(json: &Json, [document, blocked, source]: [&str; 3]) -> Option<Report> {
    let text = |key: &str| json.get(key).and_then(Json::as_str).unwrap_or_default();
    let document: Uri = text(document).parse().ok()?;
    let mut path = document.path().split('/').skip(1);
    let page = match (path.next()?, path.next()?.to_owned()) {
        ("i", interview) => Page::Interview(interview),
        ("plugins", plugin) => Page::Frame(plugin),
        _ => return None,
    };
    Some(Report { page, blocked: host(text(blocked)), source: host(text(source)) })
}

/// An address's host, or what stands for none. Nothing else of the address is taken: anybody can
/// send a report, and a path can hold anything.
fn host(address: &str) -> String {
    const WORDS: [&str; 5] = ["inline", "eval", "data", "blob", "wasm-eval"];
    if let Some(word) = WORDS.into_iter().find(|it| *it == address) {
        return word.to_owned();
    }
    let address = address.parse::<Uri>().ok();
    let loads = |it: &Uri| matches!(it.scheme_str(), Some("https" | "http" | "wss" | "ws"));
    let host = address.filter(loads).and_then(|it| it.host().map(str::to_ascii_lowercase));
    let host = host.unwrap_or_default();
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.');
    if host.is_empty() || host.len() > 253 || !host.bytes().all(is_plain) {
        return "other".to_owned();
    }
    host
}

#[cfg(test)]
mod tests {
    use affiant_plugins::Scope;

    use super::*;
    use crate::page::samples::plugins::{COUNTING, counting, package};

    fn running(mode: &str) -> Arc<Running> {
        let package = package(COUNTING, "1.2.0", 1).unwrap();
        let choice = counting(mode, Scope::Site);
        Arc::new(Running { package, choice, since: 0, asking: None })
    }

    fn old(blocked: &str, source: &str) -> String {
        format!(
            r#"{{"csp-report":{{"document-uri":"https://site.example/i/letter/3","blocked-uri":"{blocked}","source-file":"{source}","script-sample":"Ada"}}}}"#
        )
    }

    #[test]
    fn report_of_either_form_is_read_and_nothing_but_hosts_is_taken_from_it() {
        let new = r#"[{"type":"csp-violation","body":{"documentURL":"https://site.example/i/letter/3?x=Ada","blockedURL":"https://Evil.example/Ada","sourceFile":"https://scripts.counting.example/a.js"}}]"#;
        let expected = Report {
            page: Page::Interview("letter".to_owned()),
            blocked: "evil.example".to_owned(),
            source: "scripts.counting.example".to_owned(),
        };
        assert_eq!(read(new.as_bytes()), std::slice::from_ref(&expected));
        let old = old("https://evil.example/Ada", "https://scripts.counting.example/a.js");
        assert_eq!(read(old.as_bytes()), std::slice::from_ref(&expected));
        let framed = new.replace("/i/letter/3", "/plugins/org.example.counting/00/frame");
        let page = Page::Frame("org.example.counting".to_owned());
        assert_eq!(read(framed.as_bytes()), [Report { page, ..expected }]);
        for nothing in ["", "{}", "[]", "[{}]", "[1]", "null", "{\"csp-report\":1}"] {
            assert!(read(nothing.as_bytes()).is_empty(), "{nothing}");
        }
        let words = ["inline", "data", "ada lovelace", "javascript:alert(1)", "https://[::1]/"];
        let hosts = words.map(host);
        assert_eq!(hosts, ["inline", "data", "other", "other", "other"]);
    }

    #[test]
    fn report_belongs_to_the_plugin_whose_script_or_host_it_is_and_to_none_outside_of_pages() {
        let of = |blocked: &str, source: &str| read(old(blocked, source).as_bytes()).remove(0);
        let page = [running("page")];
        let script = of("https://evil.example/", "https://scripts.counting.example/a.js");
        assert!(whose(&page, &script).is_some());
        assert!(whose(&page, &of("https://eu.collect.counting.example/", "")).is_some());
        // Nobody else is in the page.
        assert!(whose(&page, &of("https://evil.example/", "")).is_some());
        assert!(whose(&[running("server")], &script).is_none());
        assert!(whose(&[], &script).is_none());
    }

    #[test]
    fn reports_of_a_plugin_on_one_day_are_bounded() {
        let reported = Reported::default();
        let admitted = |day| (0..200).filter(|_| reported.admit("a", day)).count();
        assert_eq!([admitted(1), admitted(1), admitted(2)], [100, 0, 100]);
        assert!(reported.admit("b", 2));
    }
}
