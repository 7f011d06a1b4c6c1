//! What is told of manifests whose form is wrong.

use super::{ANALYTICS, DOCX, EXAMPLES, changed, codes, manifest};
use crate::{MAX_MANIFEST, Manifest};

#[test]
fn the_worked_examples_are_fine() {
    for (_, text) in EXAMPLES {
        manifest(text);
    }
}

/// Everything that is wrong, as its author reads it.
fn told(text: &str) -> String {
    let findings = Manifest::parse(text).findings;
    findings.iter().map(|it| it.render("plugin.toml", text)).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_mistake_is_told_with_its_line_and_what_to_do() {
    let text = changed(DOCX, "kind = \"assembly\"", "kind = \"asembly\"");
    let text = changed(&text, "license = \"MIT\"\n", "");
    let text = changed(&text, "source = \"answers\"", "source = 7\nsauce = \"answers\"");
    let text = changed(&text, "\"dpv:Generate\"", "\"dpv:Genrate\"");
    insta::assert_snapshot!(told(&text));
}

#[test]
fn what_is_no_toml_is_told_with_its_line() {
    let text = changed(DOCX, "kind = \"assembly\"", "kind = assembly\"");
    insta::assert_snapshot!(told(&text));
}

#[test]
fn a_broken_rule_is_told_with_the_settings_that_break_it() {
    let fetch = "id = \"http.fetch\"\nreason = \"core-function\"\n\
                 when = { setting = \"mode\", is = \"server\" }";
    let text = changed(ANALYTICS, fetch, &fetch.replace("\"server\" }", "\"frame\" }"));
    insta::assert_snapshot!(told(&text));
}

#[test]
fn texts_have_the_form_that_they_need() {
    for (from, to) in [
        ("id = \"org.example.assembly-docx\"", "id = \"docx\""),
        ("id = \"org.example.assembly-docx\"", "id = \"org..docx\""),
        ("version = \"1.0.0\"", "version = \"1.0\""),
        ("component = \"docx.wasm\"", "component = \"../docx.wasm\""),
        ("component = \"docx.wasm\"", "component = \".wasm\""),
        ("abi = \"affiant:assembly@1.0\"", "abi = \"assembly@1\""),
        ("summary = \"", "summary = \"\" # \""),
        ("summary = \"", "summary = \"\\n"),
        ("fields = [\"template.referenced\"]", "fields = [\"everything\"]"),
        ("fields = [\"template.referenced\"]", "fields = [\"tag:pd:Nothing\"]"),
        ("[\"inherit\"]\nform", "[\"x:Acme/visa\"]\nform"),
    ] {
        let found = codes(&changed(DOCX, from, to));
        assert!(found.contains(&"bad-form") || found.contains(&"unknown-word"), "{to}: {found:?}");
    }
    let long = format!("summary = \"{}", "x".repeat(200));
    assert_eq!(codes(&changed(DOCX, "summary = \"", &long)), ["bad-form"]);
}

#[test]
fn a_host_is_a_name_of_somebody() {
    let with = |host: &str| changed(ANALYTICS, "\"www.google-analytics.com\"", host);
    assert!(codes(&with("\"collect.example.org\"")).is_empty());
    for host in [
        "\"*.com\"",
        "\"*.co.uk\"",
        "\"*.github.io\"",
        "\"*\"",
        "\"localhost\"",
        "\"127.0.0.1\"",
        "\"192.168.0.1.\"",
        "\"WWW.example.org\"",
        "\"www.example.org:8080\"",
        "\"www.example.org/path\"",
        "\"a.*.example.org\"",
        "\"-a.example.org\"",
    ] {
        assert_eq!(codes(&with(host)), ["bad-form"], "{host}");
    }
}

#[test]
fn a_time_has_a_unit_and_an_end() {
    let with = |time: &str| changed(ANALYTICS, "duration = \"P2Y\"", &format!("duration = {time}"));
    assert!(codes(&with("\"PT10M\"")).is_empty());
    for time in ["\"2592000000\"", "\"PT0S\"", "\"-P1D\"", "\"P500Y\"", "\"2 years\"", "\"P\""] {
        assert_eq!(codes(&with(time)), ["bad-duration"], "{time}");
    }
    assert_eq!(codes(&with("\"P82Y\"")), ["bad-duration"]);
    assert_eq!(codes(&with("63072000")), ["wrong-type"]);
}

#[test]
fn names_lead_somewhere() {
    for (from, to, code) in [
        ("recipients = [\"google\"]", "recipients = [\"gogle\"]", "unknown-recipient"),
        ("carries = [\"usage\"]", "carries = [\"usages\"]", "unknown-data"),
        ("setting = \"mode\"", "setting = \"mood\"", "unknown-setting"),
        ("is = \"server\"", "is = \"sever\"", "unknown-value"),
        ("is = \"server\"", "is = []", "never"),
        ("placement_from = \"setting:mode\"", "placement_from = \"admin\"", "bad-form"),
        (
            "placement_from = \"setting:mode\"",
            "placement_from = \"setting:api_secret\"",
            "wrong-type",
        ),
        (
            "placement_from = \"setting:mode\"",
            "placement_from = \"setting:none\"",
            "unknown-setting",
        ),
        ("id = \"device\"", "id = \"usage\"", "duplicate"),
        ("[settings.mode]", "[settings.Mode-1]", "bad-form"),
        ("\"pd:DeviceBased\"", "\"x:acme/device\"", "unknown-term"),
    ] {
        let found = codes(&changed(ANALYTICS, from, to));
        assert!(found.contains(&code), "{to}: {found:?}");
    }
}

#[test]
fn a_component_has_the_contract_of_its_kind() {
    for (from, to, code) in [
        ("abi = \"affiant:assembly@1.0\"\n", "", "component-without-abi"),
        ("component = \"docx.wasm\"\n", "", "abi-without-component"),
        ("kind = \"assembly\"", "kind = \"functions\"", "abi-of-another-kind"),
        ("kind = \"assembly\"", "kind = \"storage\"", "kind-without-world"),
        ("memory_mib = 256", "memory_mib = 257", "over-limit"),
        ("cpu_ms = 5000", "cpu_ms = 0", "over-limit"),
        ("manifest = 1", "manifest = 2", "unknown-format"),
    ] {
        assert_eq!(codes(&changed(DOCX, from, to)), [code], "{to}");
    }
}

#[test]
fn a_script_and_the_capability_that_runs_it_name_each_other() {
    let script = "script = \"google-analytics.js\"\n";
    assert!(codes(&changed(ANALYTICS, script, "")).contains(&"capability-without-script"));
    let component = "component = \"docx.wasm\"\n";
    let with = format!("{component}script = \"docx.js\"\n");
    assert_eq!(codes(&changed(DOCX, component, &with)), ["script-without-capability"]);
    for bad in ["../docx.js", "docx.wasm", ".js"] {
        let with = format!("{component}script = \"{bad}\"\n");
        assert!(codes(&changed(DOCX, component, &with)).contains(&"bad-form"), "{bad}");
    }
}

#[test]
fn a_term_of_ones_own_names_what_it_is_a_part_of() {
    let term = "[[term]]\nid = \"x:acme/visa-status\"\nbroader = \"pd:Residency\"\n\
                text = \"visa status\"\n\n[[data]]";
    let text = changed(DOCX, "[\"inherit\"]\nform", "[\"x:acme/visa-status\"]\nform");
    assert_eq!(codes(&text), ["unknown-term"]);
    let text = changed(&text, "[[data]]", term);
    manifest(&text);
    // It is as sensitive as what it is a part of.
    let text = changed(&text, "\"pd:Residency\"", "\"pd:MedicalHealth\"");
    assert_eq!(codes(&text), ["x10-special-without-basis"]);
}

#[test]
fn a_manifest_that_is_too_long_is_not_read() {
    let text = format!("{DOCX}# {}\n", "x".repeat(MAX_MANIFEST));
    assert_eq!(codes(&text), ["too-long"]);
}

#[test]
fn deep_nesting_ends_as_a_mistake() {
    let deep = "[".repeat(30_000);
    assert!(codes(&format!("a = {deep}")).contains(&"bad-toml"));
    let tables = format!("[{}a]\n", "a.".repeat(20_000));
    assert!(!codes(&tables).is_empty());
}
