//! What changes between two declarations, and what that asks for.

use super::{ANALYTICS, EXAMPLES, POSTGRES, SEGMENT, SOCIAL_LOGIN, changed, manifest, with};
use crate::{Change, Direction, Language, diff, needs_new_revision};

fn told(text: &str, from: &[(&str, &str)], to: &[(&str, &str)]) -> String {
    let manifest = manifest(text);
    let changes = diff(&with(&manifest, from).facts(), &with(&manifest, to).facts());
    let told = changes.iter().map(|it| {
        let sign = if it.direction() == Direction::Widens { '+' } else { '-' };
        format!("{sign} {}", it.say(Language::En))
    });
    told.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_script_in_the_page_does_much_more_than_a_server_that_counts() {
    insta::assert_snapshot!(told(ANALYTICS, &[("mode", "server")], &[("mode", "page")]));
}

#[test]
fn a_database_at_a_provider_adds_a_recipient() {
    insta::assert_snapshot!(told(POSTGRES, &[("hosted_by", "us")], &[("hosted_by", "provider")]));
}

#[test]
fn a_key_at_the_server_moves_from_the_person() {
    insta::assert_snapshot!(told(
        SOCIAL_LOGIN,
        &[("key_mode", "passphrase")],
        &[("key_mode", "server")]
    ));
}

#[test]
fn a_change_back_is_the_same_the_other_way() {
    let manifest = manifest(ANALYTICS);
    let (server, page) =
        (with(&manifest, &[("mode", "server")]), with(&manifest, &[("mode", "page")]));
    let count =
        |changes: &[Change], wanted| changes.iter().filter(|it| it.direction() == wanted).count();
    let there = diff(&server.facts(), &page.facts());
    let back = diff(&page.facts(), &server.facts());
    assert_eq!(count(&there, Direction::Widens), count(&back, Direction::Narrows));
    assert_eq!(count(&there, Direction::Narrows), count(&back, Direction::Widens));
    assert!(count(&there, Direction::Widens) > 20);
}

#[test]
fn words_order_and_version_are_no_change() {
    let before = manifest(ANALYTICS);
    let text = changed(ANALYTICS, "version = \"0.3.0\"", "version = \"0.4.0\"");
    let text = changed(&text, "Sends counts to Google.", "Google gets the counts.");
    let text = changed(
        &text,
        "[\"dpv:Collect\", \"dpv:Transmit\", \"dpv:TrackingByThirdParty\"]",
        "[\"dpv:TrackingByThirdParty\", \"dpv:Transmit\", \"dpv:Collect\"]",
    );
    let text = text.replace("\"usage\"", "\"visits\"");
    let after = manifest(&text);
    let (before, after) = (with(&before, &[]).facts(), with(&after, &[]).facts());
    assert_eq!(diff(&before, &after), []);
    assert_eq!(before.digest(), after.digest());
}

#[test]
fn each_of_these_is_a_widening() {
    for (from, to) in [
        ("gate = \"statistics\"", "gate = \"preferences\""),
        ("explicit = true", "explicit = false"),
        ("honours = [\"gpc\", \"dnt\"]", "honours = [\"dnt\"]"),
        ("if_denied = \"do-not-load\"", "if_denied = \"degrade\""),
        ("erase = \"hook\"", "erase = \"manual\""),
        ("erase_deadline = \"P30D\"", "erase_deadline = \"P60D\""),
        ("max = \"P14M\", note", "max = \"P26M\", note"),
        ("linkage = \"pseudonymous\"", "linkage = \"identified\""),
        ("country = \"US\"", "country = \"CN\""),
        ("path_prefix = \"/mp/collect\"\n", ""),
        ("methods = [\"POST\"]\n", ""),
        ("\"event.time\"", "\"event.time\", \"event.answers\""),
        ("\"dpv:ServiceUsageAnalytics\"]", "\"dpv:ServiceUsageAnalytics\", \"dpv:Marketing\"]"),
        ("default = \"off\"", "default = \"site\""),
        ("erase = \"api\"", "erase = \"not-guaranteed\""),
    ] {
        let (before, after) = (manifest(ANALYTICS), manifest(&changed(ANALYTICS, from, to)));
        let changes = diff(&with(&before, &[]).facts(), &with(&after, &[]).facts());
        let widens = changes.iter().any(|it| it.direction() == Direction::Widens);
        assert!(widens, "{to}: {changes:?}");
        assert!(needs_new_revision(&before, &after).is_some(), "{to}");
        assert_ne!(with(&before, &[]).facts().digest(), with(&after, &[]).facts().digest());
    }
}

#[test]
fn a_widening_needs_a_higher_revision_in_any_combination() {
    let before = manifest(ANALYTICS);
    assert!(needs_new_revision(&before, &before).is_none());
    // Only in the page, which is not the default.
    let text = changed(ANALYTICS, "\"dpv:Access\"", "\"dpv:Access\", \"dpv:Store\"");
    let (combination, changes) = needs_new_revision(&before, &manifest(&text)).unwrap();
    assert_eq!(combination.to_string(), "`mode` is `page`");
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].say(Language::En), "New: Data is stored.");
    let raised = changed(&text, "privacy_revision = 2", "privacy_revision = 3");
    assert!(needs_new_revision(&before, &manifest(&raised)).is_none());
    assert!(needs_new_revision(&manifest(&text), &before).is_none(), "a narrowing needs none");
}

#[test]
fn a_new_setting_that_begins_as_things_were_widens_nothing() {
    let without = changed(
        SEGMENT,
        "[settings.identify]\ntype = \"bool\"\ndefault = false\n\
         label = \"Send the number of the account too, which joins visits up\"\n",
        "",
    );
    // The old version has neither the switch nor what it switches on.
    let from = without.find("[[data]]\nid = \"account-number\"").unwrap();
    let to = without.find("[[network]]").unwrap();
    let without = format!("{}{}", &without[..from], &without[to..]);
    let without = without.replace(", \"account-number\"", "");
    let from = without.rfind("[[consent]]").unwrap();
    let to = without.find("[limits]").unwrap();
    let before = manifest(&format!("{}{}", &without[..from], &without[to..]));
    assert!(needs_new_revision(&before, &manifest(SEGMENT)).is_none());
    let text = changed(SEGMENT, "default = false", "default = true");
    assert!(needs_new_revision(&before, &manifest(&text)).is_some());
}

#[test]
fn every_example_differs_from_every_other() {
    let manifests = EXAMPLES.map(|(_, text)| manifest(text));
    let mut digests: Vec<_> = manifests.iter().map(|it| with(it, &[]).facts().digest()).collect();
    digests.sort_unstable();
    digests.dedup();
    assert_eq!(digests.len(), EXAMPLES.len());
}

#[test]
fn the_digest_of_a_declaration_stays_what_it_was() {
    // Records of consent hold it: one that changes without a change asks everybody again.
    let manifest = manifest(SEGMENT);
    let digest = with(&manifest, &[]).facts().digest();
    let text: String = digest.iter().map(|it| format!("{it:02x}")).collect();
    insta::assert_snapshot!(text);
}
