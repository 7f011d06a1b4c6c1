//! What the fuzzer and the property tests both try: takes any text, and panics if something that
//! always holds does not.

use affiant_manifest::{
    Activity, Declaration, Direction, Facet, Label, Language, Manifest, Site, diff,
    needs_new_revision, record_of_processing, to_json_ld,
};

/// Most combinations that are looked at in one try.
const FEW: usize = 4;

/// Any text as a manifest.
pub(crate) fn manifest(text: &str) {
    let parsed = Manifest::parse(text);
    for finding in &parsed.findings {
        let told = finding.render("plugin.toml", text);
        assert!(told.chars().all(|it| it == '\n' || !it.is_control()), "{told:?}");
        assert!(!finding.hint.is_empty() && !finding.message.is_empty());
    }
    assert!(parsed.manifest.is_some() || !parsed.findings.is_empty());
    if let Some(manifest) = parsed.usable() {
        usable(manifest);
    }
}

fn usable(manifest: &Manifest) {
    let worst = Label::worst(manifest).levels();
    assert!(needs_new_revision(manifest, manifest).is_none());
    for combination in manifest.combinations().into_iter().take(FEW) {
        let declaration = Declaration::of(manifest, combination);
        let levels = Label::of(&declaration).levels();
        for (level, worst) in levels.into_iter().zip(worst) {
            assert!(level <= worst && worst <= 3);
        }
        let facts = declaration.facts();
        assert!(diff(&facts, &facts).is_empty());
        let begun = diff(&affiant_manifest::Facts::default(), &facts);
        assert!(begun.iter().all(|it| it.direction() == Direction::Widens));
        for language in Language::ALL {
            assert!(begun.iter().all(|it| !it.say(language).is_empty()));
            assert!(Facet::ALL.iter().all(|it| !it.name(language).is_empty()));
        }
        let activity = [Activity { declaration, legal_basis: Vec::new() }];
        let rows = activity[0].declaration.data.len();
        let record = record_of_processing(&Site::default(), &activity, Language::En);
        assert!(record.lines().count() > rows);
        assert!(to_json_ld(&Site::default(), &activity).is_object());
    }
}
