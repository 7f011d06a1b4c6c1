//! The Content-Security-Policy of each answer: our own files, and what plugins may load that are on,
//! in scope, and agreed to.

use std::collections::BTreeSet;

use affiant_manifest::{CapabilityId, Declaration, Network, Placement, Use};

/// Where browsers tell of what they did not load.
pub(crate) const REPORTS: &str = "/csp-report";

/// What a plugin's connection adds to: the directive, and what it holds without plugins.
fn directive(used: Use) -> Option<&'static str> {
    match used {
        Use::Script => Some("script-src"),
        Use::Connect => Some("connect-src"),
        Use::Img => Some("img-src"),
        Use::Frame => Some("frame-src"),
        Use::Font => Some("font-src"),
        Use::Style => Some("style-src"),
        Use::Form => Some("form-action"),
        // A policy does not hold people back from following a link; the server opens the others.
        Use::Navigate | Use::Fetch | Use::Tcp => None,
    }
}

/// Only our own files, no frames, no scripts or styles in the page itself.
const OWN: [(&str, &str); 11] = [
    ("default-src", "'none'"),
    ("style-src", "'self'"),
    ("script-src", "'self'"),
    ("img-src", "'self' data:"),
    ("font-src", "'self'"),
    ("connect-src", "'self'"),
    ("form-action", "'self'"),
    ("frame-src", "'none'"),
    ("frame-ancestors", "'none'"),
    ("base-uri", "'none'"),
    ("object-src", "'none'"),
];

/// The policy of a page on which these may act. Reports are asked for where one may. `in_pages`:
/// scripts of plugins may be in pages, and not only in frames.
pub(crate) fn policy<'a>(
    acting: impl IntoIterator<Item = Declaration<'a>>,
    in_pages: bool,
) -> String {
    let mut added: Vec<(&'static str, String)> = Vec::new();
    let mut has_any = false;
    for declaration in acting {
        has_any = true;
        let placement = declaration.placement();
        if placement == Some(Placement::Frame) {
            added.push(("frame-src", "'self'".to_owned()));
        }
        let is_script_in = placement == Some(Placement::Page) && in_pages;
        let may = |it: &&&Network| it.used.value == Use::Frame || is_script_in;
        let sources = declaration.network.iter().filter(may);
        added.extend(sources.filter_map(|it| source(&declaration, it)));
    }
    let parts = OWN.iter().map(|(name, own)| {
        let more: BTreeSet<&str> =
            added.iter().filter(|it| it.0 == *name).map(|it| it.1.as_str()).collect();
        // `'none'` beside something else would mean nothing.
        let own = if *own == "'none'" && !more.is_empty() { None } else { Some(*own) };
        let all: Vec<&str> = own.into_iter().chain(more).collect();
        format!("{name} {}", all.join(" "))
    });
    let mut policy = parts.collect::<Vec<_>>().join("; ");
    if has_any {
        policy.push_str("; report-uri ");
        policy.push_str(REPORTS);
    }
    policy
}

/// The policy of the frame that a plugin's script stays in: without our origin, so without its
/// cookies, its storage and a way into the page around it, and with the hosts of its manifest.
pub(crate) fn frame(declaration: &Declaration<'_>) -> String {
    let sources: Vec<_> =
        declaration.network.iter().filter_map(|it| source(declaration, it)).collect();
    let mut policy = "default-src 'none'; sandbox allow-scripts; frame-ancestors 'self'; \
                      base-uri 'none'; form-action 'none'"
        .to_owned();
    for name in ["script-src", "connect-src", "img-src", "font-src", "style-src"] {
        let hosts = sources.iter().filter(|it| it.0 == name).map(|it| it.1.as_str());
        let own = (name == "script-src").then_some("'self'");
        let all: BTreeSet<&str> = own.into_iter().chain(hosts).collect();
        if !all.is_empty() {
            let all: Vec<&str> = all.into_iter().collect();
            policy.push_str(&format!("; {name} {}", all.join(" ")));
        }
    }
    policy.push_str("; report-uri ");
    policy.push_str(REPORTS);
    policy
}

/// What a connection adds.
fn source(declaration: &Declaration<'_>, network: &Network) -> Option<(&'static str, String)> {
    let directive = directive(network.used.value)?;
    let needed = if network.used.value == Use::Frame {
        CapabilityId::PageFrame
    } else {
        CapabilityId::PageInjectScript
    };
    declaration
        .capability(needed)
        .or_else(|| declaration.capability(CapabilityId::PageInjectScript))?;
    let host = declaration.host_name(network)?;
    // What a setting holds must not end the directive and begin another.
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.' | b'*');
    let scheme = network.scheme.as_ref()?.value;
    host.bytes().all(is_plain).then(|| (directive, format!("{scheme}://{host}")))
}

#[cfg(test)]
mod tests {
    use affiant_manifest::{Installation, Manifest, Value};

    use super::*;
    use crate::page::samples::plugins::COUNTING;

    fn of(mode: &str) -> String {
        let manifest = Manifest::parse(COUNTING).manifest.unwrap();
        let mut installation = Installation::default();
        let set = [("mode", mode), ("property", "C-1")];
        for (name, value) in set {
            installation.values.insert(name.to_owned(), Value::Text(value.to_owned()));
        }
        policy([manifest.open_declaration(installation).unwrap()], true)
    }

    #[test]
    fn without_plugins_only_our_own_files_are_loaded_and_nothing_is_reported() {
        assert_eq!(
            policy([], true),
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
             font-src 'self'; connect-src 'self'; form-action 'self'; frame-src 'none'; \
             frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
        );
    }

    #[test]
    fn plugin_adds_what_its_manifest_declares_for_the_settings_chosen() {
        assert_eq!(of("server"), format!("{}; report-uri /csp-report", policy([], true)));
        let page = of("page");
        assert!(page.contains("; script-src 'self' https://scripts.counting.example; "), "{page}");
        assert!(
            page.contains("; connect-src 'self' https://*.collect.counting.example; "),
            "{page}"
        );
        assert!(page.contains("; frame-src 'none'; "), "{page}");
    }

    #[test]
    fn script_that_stays_in_a_frame_or_may_not_be_in_pages_adds_no_host_to_them() {
        let framed = COUNTING.replace("\"server\", \"page\"", "\"server\", \"page\", \"frame\"");
        let framed = framed.replace("is = \"page\"", "is = [\"page\", \"frame\"]");
        let manifest = Manifest::parse(&framed).manifest.unwrap();
        let declaration = |mode: &str| {
            let mut installation = Installation::default();
            for (name, value) in [("mode", mode), ("property", "C-1")] {
                installation.values.insert(name.to_owned(), Value::Text(value.to_owned()));
            }
            manifest.open_declaration(installation).unwrap()
        };
        let around = policy([declaration("frame")], true);
        assert!(around.contains("; frame-src 'self'; "), "{around}");
        assert!(!around.contains("counting.example"), "{around}");
        let inside = frame(&declaration("frame"));
        let expected = "; script-src 'self' https://scripts.counting.example; ";
        assert!(inside.contains(expected), "{inside}");
        assert!(inside.contains("; sandbox allow-scripts; "), "{inside}");
        let refused = policy([declaration("page")], false);
        assert!(!refused.contains("counting.example"), "{refused}");
    }

    #[test]
    fn setting_can_not_write_into_the_policy() {
        let text =
            COUNTING.replace("host = \"scripts.counting.example\"", "host_from = \"setting:site\"");
        let text =
            text.replace("[settings.mode]", "[settings.site]\ntype = \"url\"\n[settings.mode]");
        let manifest = Manifest::parse(&text).manifest.unwrap();
        let of = |site: &str| {
            let mut installation = Installation::default();
            for (name, value) in [("mode", "page"), ("property", "C-1"), ("site", site)] {
                installation.values.insert(name.to_owned(), Value::Text(value.to_owned()));
            }
            policy([manifest.open_declaration(installation).unwrap()], true)
        };
        assert!(of("https://a.example").contains("script-src 'self' https://a.example; "));
        for site in ["https://a.example;script-src", "https://a.example,b", "https://[::1]/"] {
            assert!(of(site).contains("; script-src 'self'; "), "{site}");
        }
    }
}
