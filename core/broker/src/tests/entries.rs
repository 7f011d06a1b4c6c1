//! From a manifest to what it allows.

use affiant_manifest::{Manifest, Method, Scheme};

use super::stage::{MANIFEST, entries};
use crate::Limits;

#[test]
fn every_fetch_of_the_manifest_becomes_an_entry_with_its_line() {
    let entries = entries("http://office.example.org:8080/x");
    let told: Vec<_> = entries
        .iter()
        .map(|it| {
            let line = it.line.as_ref().map(|it| it.text.as_str());
            (it.scheme, it.host.as_str(), it.port, it.path_prefix.as_str(), it.may_be_private, line)
        })
        .collect();
    let line = Some("[[network]]");
    assert_eq!(
        told,
        [
            (Scheme::Http, "office.example.org", 8080, "/reports", true, line),
            (Scheme::Https, "api.example.org", 443, "/v1/", false, line),
            (Scheme::Https, "*.parts.example.org", 443, "/", false, line),
        ]
    );
    assert_eq!(entries[0].methods, [Method::Get, Method::Post]);
}

#[test]
fn connections_of_browsers_and_hosts_that_are_not_set_are_no_entries() {
    let text = MANIFEST.replace("required = true\n", "").replace(
        "use = \"fetch\"\nscheme = \"https\"\nhost = \"api.example.org\"",
        "use = \"connect\"\nscheme = \"https\"\nhost = \"api.example.org\"",
    );
    let parsed = Manifest::parse(&text);
    let manifest = parsed.manifest.unwrap();
    let declaration = manifest.declaration(affiant_manifest::Installation::default()).unwrap();
    let entries = crate::Entry::of(&declaration, &text);
    let hosts: Vec<&str> = entries.iter().map(|it| it.host.as_str()).collect();
    assert_eq!(hosts, ["*.parts.example.org"]);
}

#[test]
fn manifest_can_ask_for_less_than_the_host_gives_and_not_for_more() {
    let of = |lines: &str| {
        let text = format!("{MANIFEST}\n[limits]\n{lines}");
        Limits::of(&Manifest::parse(&text).manifest.unwrap().limits.unwrap())
    };
    let own = Limits::default();
    let less = of("wall_ms = 500\nresponse_kib = 2\ncalls_per_minute = 3\n");
    assert_eq!((less.time.as_millis(), less.response, less.per_minute), (500, 2048, 3));
    let more = of("wall_ms = 900000000\nresponse_kib = 900000000\ncalls_per_minute = 900000000\n");
    assert_eq!(
        (more.time.as_secs(), more.response, more.per_minute),
        (30, 10 << 20, own.per_minute)
    );
}
