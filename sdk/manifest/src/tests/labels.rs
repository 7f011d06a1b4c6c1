//! The five facts of the worked examples.

use super::{
    ANALYTICS, DOCX, POSTGRES, S3, SEGMENT, SOCIAL_LOGIN, SQLITE, changed, manifest, with,
};
use crate::{Declaration, Facet, Label, Language, Manifest};

#[test]
fn the_worked_examples_have_their_labels() {
    for (text, setting, levels) in [
        (DOCX, None, [0, 3, 0, 0, 0]),
        (SQLITE, None, [0, 1, 0, 0, 0]),
        (POSTGRES, Some(("hosted_by", "us")), [0, 1, 0, 0, 0]),
        (POSTGRES, Some(("hosted_by", "provider")), [1, 1, 0, 0, 0]),
        (S3, Some(("direct_links", "false")), [1, 1, 0, 0, 0]),
        (S3, Some(("direct_links", "true")), [2, 3, 3, 0, 0]),
        (SOCIAL_LOGIN, Some(("key_mode", "passphrase")), [3, 2, 0, 1, 0]),
        (SOCIAL_LOGIN, Some(("key_mode", "server")), [3, 2, 2, 1, 0]),
        (SEGMENT, Some(("identify", "false")), [2, 1, 0, 0, 1]),
        (SEGMENT, Some(("identify", "true")), [2, 2, 0, 0, 2]),
        (ANALYTICS, Some(("mode", "server")), [3, 1, 0, 0, 1]),
        (ANALYTICS, Some(("mode", "frame")), [3, 1, 0, 3, 3]),
        (ANALYTICS, Some(("mode", "page")), [3, 3, 0, 3, 3]),
    ] {
        let manifest = manifest(text);
        let settings: Vec<_> = setting.into_iter().collect();
        let label = Label::of(&with(&manifest, &settings));
        assert_eq!(label.levels(), levels, "{} {setting:?}", manifest.plugin.name);
    }
}

#[test]
fn the_storages_that_are_built_in_have_their_labels() {
    let sqlite = include_str!("../../../../plugins/storage-sqlite/plugin.toml");
    let postgres = include_str!("../../../../plugins/storage-postgres/plugin.toml");
    let folder = include_str!("../../../../plugins/objects-file/plugin.toml");
    let bucket = include_str!("../../../../plugins/objects-s3/plugin.toml");
    for (text, setting, levels) in [
        (sqlite, None, [0, 1, 0, 0, 0]),
        (postgres, Some(("hosted_by", "us")), [0, 1, 0, 0, 0]),
        (postgres, Some(("hosted_by", "provider")), [1, 1, 0, 0, 0]),
        (folder, None, [0, 1, 0, 0, 0]),
        (bucket, Some(("hosted_by", "us")), [0, 1, 0, 0, 0]),
        (bucket, Some(("hosted_by", "provider")), [1, 1, 0, 0, 0]),
        (bucket, Some(("direct_links", "true")), [2, 3, 3, 0, 0]),
    ] {
        let parsed = Manifest::parse(text);
        assert!(parsed.findings.is_empty(), "{:?}", parsed.findings);
        let manifest = parsed.usable().unwrap();
        let settings: Vec<_> = setting.into_iter().collect();
        let label = Label::of(&with(manifest, &settings));
        assert_eq!(label.levels(), levels, "{} {setting:?}", manifest.plugin.name);
    }
}

#[test]
fn a_label_names_the_lines_that_make_it() {
    let manifest = manifest(SOCIAL_LOGIN);
    let label = Label::of(&with(&manifest, &[("key_mode", "server")]));
    let places = &label.get(Facet::Keys).places;
    let lines: Vec<usize> = places.iter().map(|it| it.locate(SOCIAL_LOGIN).line).collect();
    let told: Vec<&str> =
        lines.iter().map(|it| SOCIAL_LOGIN.lines().nth(it - 1).unwrap()).collect();
    assert_eq!(told, ["[[capability]]", "[[key_custody]]"]);
    let next = SOCIAL_LOGIN.lines().nth(lines[0]).unwrap();
    assert_eq!(next, "id = \"keys.provide-account-key\"");
}

#[test]
fn who_must_agree_follows_from_the_label() {
    let text = manifest(SEGMENT);
    assert!(!Label::of(&with(&text, &[])).needs_second_administrator());
    // It sees answers, and nothing of them leaves.
    let text = manifest(DOCX);
    assert!(!Label::of(&with(&text, &[])).needs_second_administrator());
    let text = manifest(S3);
    assert!(Label::of(&with(&text, &[("direct_links", "true")])).needs_second_administrator());
    let text = manifest(SOCIAL_LOGIN);
    assert!(Label::of(&with(&text, &[("key_mode", "server")])).needs_second_administrator());
}

#[test]
fn the_worst_case_is_worse_than_every_combination() {
    for (_, text) in super::EXAMPLES {
        let manifest = manifest(text);
        let worst = Label::worst(&manifest).levels();
        let all = manifest.combinations().into_iter();
        let levels: Vec<[u8; 5]> =
            all.map(|it| Label::of(&Declaration::of(&manifest, it)).levels()).collect();
        for (number, worst) in worst.into_iter().enumerate() {
            let most = levels.iter().map(|it| it[number]).max();
            assert_eq!(most, Some(worst));
        }
    }
}

#[test]
fn what_is_not_said_is_the_worst() {
    // Sealed, by a number, kept by the host: left out, it is none of these.
    let text = changed(SQLITE, "form = \"ciphertext\"\n", "");
    let label = Label::of(&with(&manifest(&text), &[])).levels();
    assert_eq!(label[Facet::Sees as usize], 3);
    let text = changed(SEGMENT, "linkage = \"pseudonymous\"\n", "");
    let label = Label::of(&with(&manifest(&text), &[])).levels();
    assert_eq!(label[Facet::Follows as usize], 2);
    let text = changed(SOCIAL_LOGIN, "party = \"first\"\n", "");
    let label = Label::of(&with(&manifest(&text), &[])).levels();
    assert_eq!(label[Facet::Browser as usize], 3);
}

#[test]
fn a_capability_counts_even_when_no_data_item_admits_it() {
    let text = changed(
        SEGMENT,
        "[[recipient]]",
        "[[capability]]\nid = \"answers.read\"\nreason = \"core-function\"\n\
         text = \"Reads answers.\"\n\n[[recipient]]",
    );
    // The manifest has a mistake; what it says is shown beside it, at its worst.
    let manifest = crate::Manifest::parse(&text).manifest.unwrap();
    let label = Label::of(&with(&manifest, &[])).levels();
    assert_eq!(label[Facet::Sees as usize], 3);
}

#[test]
fn a_label_reads_as_words() {
    let manifest = manifest(ANALYTICS);
    let label = Label::of(&with(&manifest, &[("mode", "page")]));
    let told: Vec<String> = Facet::ALL
        .into_iter()
        .map(|it| format!("{}: {}", it.name(Language::En), label.say(it, Language::En)))
        .collect();
    assert_eq!(
        told,
        [
            "Leaves this server: to someone who decides for themselves",
            "Can see: answers, documents or the page",
            "Who can open answers: no change",
            "Left in the browser: someone else's script or cookie",
            "Follows people: profiled or joined up elsewhere",
        ]
    );
}
