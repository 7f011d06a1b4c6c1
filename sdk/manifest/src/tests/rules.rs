//! The rules X1 to X12: each has a manifest that breaks it, and nothing else.

use super::{ANALYTICS, DOCX, POSTGRES, S3, SOCIAL_LOGIN, changed, codes, manifest};
use crate::{MAX_COMBINATIONS, MAX_ITEMS, Manifest};

/// A manifest, a piece of it, what stands there instead, and the rule that is broken then.
type Case = (&'static str, &'static str, &'static str, &'static str);

const HOST: &str = "[[network]]\nside = \"server\"\nuse = \"fetch\"\nscheme = \"https\"\n\
                    host = \"api.example.org\"\nrecipient = \"acme\"\ncarries = []\n[no_egress]";
const ACME: &str = "[[recipient]]\nid = \"acme\"\nname = \"Acme\"\nrole = \"dpv:DataProcessor\"\n\
                    country = \"DE\"\n[no_egress]";
const NO_EGRESS: &str = "[no_egress]\nreason = \"in-memory-only\"\n\
                         text = \"Works in memory, keeps nothing and has no network.\"\n";

const CASES: &[Case] = &[
    (DOCX, "[no_egress]", ACME, "x1-egress-and-none"),
    (DOCX, NO_EGRESS, "", "x2-egress-unsaid"),
    (POSTGRES, "id = \"net.tcp\"", "id = \"clock\"", "x3-fetch-and-host"),
    (SOCIAL_LOGIN, "use = \"fetch\"", "use = \"tcp\"", "x3-fetch-and-host"),
    (ANALYTICS, "use = \"script\"", "use = \"style\"", "x4-script-and-host"),
    (ANALYTICS, "id = \"page.inject-script\"", "id = \"page.frame\"", "x4-script-and-host"),
    (ANALYTICS, "placement_from = \"setting:mode\"\n", "", "x4-placement"),
    (ANALYTICS, "gate = \"statistics\"", "gate = \"functional\"", "x5-storage-without-gate"),
    (
        ANALYTICS,
        "[[consent]]",
        "[[consent]]\nwhen = { setting = \"mode\", is = \"page\" }",
        "x5-storage-without-gate",
    ),
    (ANALYTICS, "carries = [\"usage\"]", "carries = []", "x6-uncarried"),
    (ANALYTICS, "exposure = \"possible\"", "exposure = \"certain\"", "x6-uncarried"),
    (ANALYTICS, "carries = [\"device\"]", "carries = []", "x6-visitor"),
    (
        ANALYTICS,
        "id = \"google\"",
        "id = \"google\"\nwhen = { setting = \"mode\", is = \"page\" }",
        "x6-nobody",
    ),
    (ANALYTICS, "setting = \"mode\"", "setting = \"measurement_id\"", "x8-not-finite"),
    (
        S3,
        "text = \"Files lie in the bucket unsealed, since browsers open them there.\"\n",
        "",
        "x9-weakening-unexplained",
    ),
    (
        S3,
        "metadata_visible = [\"file names\", \"sizes\", \"times\", \"visitor addresses\"]\n",
        "",
        "x9-weakening-unexplained",
    ),
    (SOCIAL_LOGIN, "effect = \"weakens\"", "effect = \"unchanged\"", "x9-weakening-denied"),
    (
        POSTGRES,
        "can_decrypt = [\"inherit\"]",
        "can_decrypt = [\"server-operator\"]",
        "x9-weakening-denied",
    ),
    (POSTGRES, "after = \"inherit\"", "after = \"provider\"", "x9-weakening-denied"),
    (POSTGRES, "effect = \"unchanged\"", "effect = \"weakens\"\ntext = \"Others can read.\"", ""),
    (
        S3,
        "\"recipient:object-provider\", \"anyone",
        "\"recipient:nobody\", \"anyone",
        "unknown-recipient",
    ),
    (DOCX, "[\"inherit\"]\nform", "[\"pd:MedicalHealth\"]\nform", "x10-special-without-basis"),
    (DOCX, "[\"inherit\"]\nform", "[\"pd:Criminal\"]\nform", "x10-special-without-basis"),
    (
        ANALYTICS,
        "text = \"Google spreads its counting over hosts below this name.\"\n",
        "",
        "x12-wildcard-unexplained",
    ),
    (
        ANALYTICS,
        "text = \"Google learns that somebody, known by a number, saw which screens and when.\"\n",
        "",
        "x12-readable-unexplained",
    ),
    (ANALYTICS, "host = \"www.google-analytics.com\"\n", "", "one-host"),
    (ANALYTICS, "side = \"server\"", "side = \"browser\"", "wrong-side"),
    (POSTGRES, "use = \"tcp\"", "use = \"tcp\"\nscheme = \"https\"", "no-scheme"),
    (ANALYTICS, "scheme = \"https\"\n", "", "missing-key"),
    (ANALYTICS, "recipients = [\"google\"]\n", "", "x6-unsaid-recipient"),
    (ANALYTICS, "source = \"event\"", "source = \"generated\"", "unsaid-data"),
    (DOCX, "id = \"document.write\"", "id = \"account.read\"", "unsaid-data"),
    (DOCX, "[scope]", "[upgrade]\nruns_without = [\"clock\"]\n[scope]", "unknown-capability"),
    (DOCX, "[scope]", "[upgrade]\nruns_without = [\"answers.read\"]\n[scope]", ""),
];

#[test]
fn each_rule_finds_what_breaks_it() {
    for (text, from, to, code) in CASES {
        let text = changed(text, from, to);
        let found = codes(&text);
        match *code {
            "" => assert!(found.is_empty(), "{to}: {found:?}"),
            code => assert!(found.contains(&code), "{code} by {to:?}: {found:?}"),
        }
    }
}

#[test]
fn a_connection_and_no_egress_exclude_each_other() {
    let text = changed(DOCX, "[no_egress]", HOST);
    let text = changed(&text, "[[network]]", &ACME.replace("[no_egress]", "[[network]]"));
    let found = codes(&text);
    assert!(found.contains(&"x1-egress-and-none"), "{found:?}");
    assert!(found.contains(&"x3-fetch-and-host"), "{found:?}");
}

#[test]
fn special_data_needs_a_basis_and_an_explicit_yes() {
    let text = changed(DOCX, "[\"inherit\"]\nform", "[\"pd:MedicalHealth\"]\nform");
    let text = changed(
        &text,
        "legal_basis = [\"inherit\"]",
        "legal_basis = [\"inherit\", \"eu-gdpr:A9-2-a\"]",
    );
    assert_eq!(codes(&text), ["x10-special-without-consent"]);
    let consent = "[[consent]]\ngate = \"functional\"\nif_denied = \"hide-feature\"\n";
    let mild = changed(&text, "[limits]", &format!("{consent}[limits]"));
    assert_eq!(codes(&mild), ["x10-special-without-consent"]);
    let explicit = changed(&text, "[limits]", &format!("{consent}explicit = true\n[limits]"));
    manifest(&explicit);
}

#[test]
fn a_rule_holds_in_every_combination_and_not_only_by_default() {
    // By default nothing is left in the browser; in the other modes it is, and nobody is asked.
    let when = "[[consent]]\nwhen = { setting = \"mode\", is = \"server\" }";
    let text = changed(ANALYTICS, "[[consent]]", when);
    let findings = Manifest::parse(&text).findings;
    let broken: Vec<_> = findings.iter().map(|it| (it.code, it.message.as_str())).collect();
    assert_eq!(
        broken,
        [
            (
                "x5-storage-without-gate",
                "`_ga` is not needed, and is left without asking, when `mode` is `frame`"
            ),
            (
                "x5-storage-without-gate",
                "`_ga_*` is not needed, and is left without asking, when `mode` is `frame`"
            ),
        ]
    );
}

/// A manifest with this many switches that decide.
fn with_switches(count: usize) -> String {
    let mut text = DOCX.to_owned();
    for number in 0..count {
        text.push_str(&format!(
            "[settings.s{number}]\ntype = \"bool\"\n[[consent]]\n\
             when = {{ setting = \"s{number}\", is = true }}\n\
             gate = \"statistics\"\nif_denied = \"degrade\"\n"
        ));
    }
    text
}

#[test]
fn more_combinations_than_can_be_checked_are_refused() {
    let switches = MAX_COMBINATIONS.ilog2() as usize;
    let fine = manifest(&with_switches(switches));
    assert_eq!(fine.combinations().len(), MAX_COMBINATIONS);
    assert_eq!(codes(&with_switches(switches + 1)), ["x8-too-many-combinations"]);
    // Far too many are neither counted wrongly nor made.
    let far = Manifest::parse(&with_switches(70));
    assert_eq!(far.findings.len(), 1);
    assert_eq!(far.manifest.unwrap().combinations().len(), MAX_COMBINATIONS);
}

#[test]
fn lists_have_an_end() {
    manifest(&with_fields(MAX_ITEMS));
    assert_eq!(codes(&with_fields(MAX_ITEMS + 1)), ["too-many"]);
    assert!(codes(&with_switches(MAX_ITEMS + 1)).contains(&"too-many"));
}

/// A manifest that reads so many fields.
fn with_fields(count: usize) -> String {
    let fields: Vec<String> = (0..count).map(|it| format!("\"client.f{it}\"")).collect();
    changed(DOCX, "\"template.referenced\"", &fields.join(", "))
}

#[test]
fn what_decides_is_always_decided() {
    let text = changed(ANALYTICS, "default = \"server\"\n", "");
    assert_eq!(codes(&text), ["undecided-setting"]);
    let text = changed(ANALYTICS, "default = \"server\"\n", "required = true\n");
    manifest(&text);
    let text = changed(ANALYTICS, "default = \"server\"\n", "default = \"sever\"\n");
    assert_eq!(codes(&text), ["bad-default"]);
    let text =
        changed(ANALYTICS, "default = \"server\"\n", "default = \"server\"\nsecret = true\n");
    assert_eq!(codes(&text), ["secret-decides", "default-secret"]);
}
