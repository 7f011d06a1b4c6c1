//! Components that do not fit their manifest.

use super::{ANALYTICS, DOCX, manifest};
use crate::{CapabilityId, check_binary, interfaces};

fn imports(all: &[&str]) -> Vec<String> {
    all.iter().map(|it| (*it).to_owned()).collect()
}

#[test]
fn an_import_needs_its_capability() {
    let docx = manifest(DOCX);
    let fine = imports(&[
        "affiant:host/types@1.0.0",
        "affiant:host/settings@1.0.0",
        "affiant:host/answers@1.0.0",
        "affiant:host/templates@1.0.0",
    ]);
    assert!(check_binary(&docx, &fine, b"").findings.is_empty());

    let more = [&fine[..], &imports(&["affiant:host/http@1.0.0"])].concat();
    let findings = check_binary(&docx, &more, b"").findings;
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].code, "x7-import-without-capability");
    assert!(findings[0].hint.contains("`id = \"http.fetch\"`"), "{}", findings[0].hint);

    for foreign in ["wasi:cli/environment@0.2.0", "env", "affiant:host/httpx@1.0.0"] {
        let more = [&fine[..], &imports(&[foreign])].concat();
        assert_eq!(check_binary(&docx, &more, b"").findings.len(), 1, "{foreign}");
    }
}

#[test]
fn each_capability_is_needed_for_its_interface() {
    let docx = manifest(DOCX);
    for capability in CapabilityId::ALL {
        let is_asked_for = docx.capabilities.iter().any(|it| it.id.value == *capability);
        for interface in interfaces(*capability) {
            let findings = check_binary(&docx, &imports(&[interface]), b"").findings;
            let refused = findings.iter().any(|it| it.code == "x7-import-without-capability");
            assert_eq!(refused, !is_asked_for, "{capability} {interface}");
        }
    }
}

#[test]
fn a_capability_that_nothing_uses_is_one_too_many() {
    let docx = manifest(DOCX);
    let findings = check_binary(&docx, &imports(&["affiant:host/answers@1.0.0"]), b"").findings;
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].code, "x7-capability-without-import");
    assert!(!findings[0].is_error());
}

#[test]
fn hosts_in_the_bytes_that_are_not_listed_are_told() {
    let analytics = manifest(ANALYTICS);
    let bytes = b"\0https://www.google-analytics.com/mp/collect\0\xffhttps://evil.example.org/x\0\
                  http://region1.google-analytics.com ftp://files.example.org wss://Live.Example.NET:1";
    let report = check_binary(&analytics, &imports(&["affiant:host/http@1.0.0"]), bytes);
    let hosts: Vec<&str> = report.unlisted_hosts.iter().map(String::as_str).collect();
    assert_eq!(hosts, ["evil.example.org", "live.example.net"]);
    assert_eq!(report.findings.len(), 1);
    assert_eq!(report.findings[0].code, "x11-unlisted-host");
}

#[test]
fn many_hosts_are_cut() {
    let bytes: String = (0..500).map(|it| format!("https://h{it}.example.org ")).collect();
    let report = check_binary(&manifest(DOCX), &[], bytes.as_bytes());
    assert_eq!(report.unlisted_hosts.len(), 50);
}
