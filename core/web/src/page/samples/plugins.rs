//! The pages about plugins, with one that counts and one that shouts.

use std::collections::BTreeSet;
use std::sync::Arc;

use affiant_backend::{ObservedRow, PluginSecretRow, SwitchRow};
use affiant_manifest::{
    Country, Installation, Manifest, RecipientFacts, Sentence, TransferBasis, Value as Set,
};
use affiant_plugins::{Choice, Decisions, Known, Package, Scope, Shelf};
use affiant_switch::{PLUGIN, WAIT};
use minijinja::Value;

use crate::built_in::{BuiltIn, DIRECT_LINKS, Hoster, RunBy};
use crate::consent::Visitor;
use crate::form::Form;
use crate::page::admin::Desk;
use crate::page::frame::Frame;
use crate::page::plugins::{self, Board, Draft};
use crate::page::switches::Agreeing;
use crate::page::{consent, privacy};
use crate::running::Running;
use crate::theme::Theme;

const NOW: i64 = 1_800_000_000;

/// A plugin whose label is bad, worse with other settings, and which asks for much.
pub(crate) const COUNTING: &str = include_str!("plugins/counting.toml");

/// Signing in elsewhere, and storages, two of which others may run.
const BUILT_IN: [&str; 4] = [
    include_str!("../../../../../plugins/social-login/plugin.toml"),
    include_str!("../../../../../plugins/storage-sqlite/plugin.toml"),
    include_str!("../../../../../plugins/storage-postgres/plugin.toml"),
    include_str!("../../../../../plugins/objects-s3/plugin.toml"),
];

/// Somebody who runs a bucket, of whom one thing is not said yet.
fn hoster() -> RunBy {
    let facts = RecipientFacts {
        name: Sentence::parse("Quay <Cloud> Ltd").ok(),
        country: Country::parse("IE").ok(),
        transfer_basis: vec![TransferBasis::A453, TransferBasis::A462c],
        ..RecipientFacts::default()
    };
    let contract = Sentence::parse("Data processing agreement of March 2026").ok();
    RunBy::Other(Box::new(Hoster { facts, contract, needs_no_basis: false }))
}

const SHOUTING: &str = r#"manifest = 1

[plugin]
id = "org.example.shouting"
name = "Shouting"
version = "0.1.0"
privacy_revision = 1
kind = "other"
license = "MIT"
abi = "affiant:functions@1.0"
component = "shouting.wasm"
summary = "Writes texts in capital letters."

[no_egress]
reason = "in-memory-only"
text = "Runs in memory, keeps nothing and cannot reach any network."
"#;

/// A package with this manifest.
pub(crate) fn package(text: &str, version: &str, digest: u8) -> Option<Arc<Package>> {
    let text = text.replace("1.2.0", version);
    let manifest = Manifest::parse(&text).manifest?;
    let publisher = (digest != 3).then_some([digest; 32]);
    let installed = NOW - 90 * 86_400;
    Some(Arc::new(Package {
        digest: [digest; 32],
        publisher,
        installed,
        manifest,
        text,
        script: None,
    }))
}

/// What an administrator set the plugin that counts to.
pub(crate) fn counting(mode: &str, scope: Scope) -> Choice {
    let mut installation = Installation::default();
    let mut set = |name: &str, value: &str| {
        installation.values.insert(name.to_owned(), Set::Text(value.to_owned()));
    };
    set("property", "C-1234");
    set("mode", mode);
    Choice { digest: Some([1; 32]), scope, installation }
}

fn row(id: i64, choice: &Choice, asked: i64, second: Option<i64>) -> SwitchRow {
    SwitchRow {
        id,
        name: format!("{PLUGIN}org.example.counting"),
        value: choice.text(),
        reason: "The board wants to know <where> people give up.".to_owned(),
        by: 1,
        second,
        asked,
        effective: if second.is_some() { asked + 60 } else { asked + WAIT },
        cancelled: None,
    }
}

/// A server with both: `rows` are what was decided about the one that counts.
pub(crate) fn board(rows: Vec<SwitchRow>) -> Board {
    let packages =
        [package(COUNTING, "1.2.0", 1), package(COUNTING, "1.3.0", 2), package(SHOUTING, "", 3)];
    let shelf: Shelf = packages.into_iter().flatten().collect();
    let decisions = Decisions::read(rows, &shelf);
    let key = PluginSecretRow {
        plugin: "org.example.counting".to_owned(),
        name: "key".to_owned(),
        sealed: Vec::new(),
    };
    let known = Arc::new(Known { shelf, decisions, sealed: vec![key] });
    let built_in = BUILT_IN.iter().zip([RunBy::Unsaid, RunBy::Unsaid, RunBy::Unsaid, hoster()]);
    let built_in = built_in.filter_map(|(it, run_by)| {
        // The bucket, of whose owner something is said, lends files.
        let lends = matches!(run_by, RunBy::Other(_));
        let settings = [(DIRECT_LINKS.to_owned(), Set::Bool(lends))].into();
        Some(BuiltIn { manifest: Manifest::parse(it).manifest?, run_by, settings })
    });
    let built_in = built_in.collect();
    let providers = vec![
        ("Lamp".to_owned(), Some("Lamp Works, Utrecht, by contract".to_owned())),
        ("Quay House".to_owned(), None),
    ];
    Board { known, built_in, providers, now: NOW }
}

/// What was decided: it is on in one interview, and is to be on in all, from the page.
pub(crate) fn rows() -> Vec<SwitchRow> {
    let some = Scope::Interviews(["letter".to_owned()].into());
    vec![
        row(1, &counting("server", some), NOW - 40 * 86_400, Some(2)),
        row(2, &counting("page", Scope::Site), NOW - 3_600, None),
    ]
}

fn observed() -> Vec<ObservedRow> {
    let seen = |what: &str, count| ObservedRow {
        plugin: "org.example.counting".to_owned(),
        day: 20_800,
        what: what.to_owned(),
        count,
        sent: count * 412,
        received: count * 17,
    };
    vec![
        seen("reached:collect.counting.example", 61),
        seen("reached:collect.counting.example", 40),
        seen("undeclared:tracker.example", 2),
        seen("denied:http.fetch:label-blocked", 1),
        seen("something:new", 1),
    ]
}

/// Pages about plugins: name, template, and what it is given.
pub(super) fn all(desk: &Desk<'_>) -> Vec<(&'static str, &'static str, Value)> {
    let (full, empty) = (board(rows()), Board { now: NOW, ..Board::default() });
    let kept: BTreeSet<String> = ["key".to_owned()].into();
    let interviews: BTreeSet<String> = ["household".to_owned(), "letter".to_owned()].into();
    let problem = Some("nobody signed this package");
    let mut pages = vec![
        ("plugins", "plugins", plugins::list(desk, &full, Some("removed"), None)),
        ("plugins-none", "plugins", plugins::list(desk, &empty, None, None)),
        ("plugins-errors", "plugins", plugins::list(desk, &full, None, problem)),
    ];
    let seen = observed();
    let off = BTreeSet::new();
    let one = |name, plugin, board: &Board, kept, seen: &[ObservedRow]| {
        let page = plugins::one(desk, board, plugin, (kept, seen), Some("installed"));
        page.map(|it| (name, "plugin", it))
    };
    pages.extend(one("plugin", "org.example.counting", &full, &kept, &seen));
    pages.extend(one("plugin-off", "org.example.shouting", &full, &off, &[]));
    pages.extend(one("plugin-unset", "org.example.counting", &board(Vec::new()), &off, &[]));
    changing(&mut pages, desk, &full, (&interviews, &kept));
    if let Some(waiting) = full.known.decisions.waiting("org.example.counting", NOW) {
        for (name, agreeing) in [
            ("plugin-waiting", Agreeing::May),
            ("plugin-waiting-own", Agreeing::Own),
            ("plugin-waiting-new", Agreeing::New),
        ] {
            pages.push((name, "plugin-waiting", plugins::waiting(desk, &full, waiting, agreeing)));
        }
    }
    pages
}

/// The pages on which a plugin is set.
fn changing(
    pages: &mut Vec<(&'static str, &'static str, Value)>,
    desk: &Desk<'_>,
    full: &Board,
    (interviews, kept): (&BTreeSet<String>, &BTreeSet<String>),
) {
    let Some(package) = package(COUNTING, "1.2.0", 1) else { return };
    let choice = full.choice("org.example.counting");
    let draft = Draft::of(Arc::clone(&package), choice, kept.clone());
    pages.push(("plugin-change", "plugin-change", plugins::form(desk, full, &draft, interviews)));
    let wrong = Form::of(&[
        ("scope", "interviews"),
        ("setting--property", "<C>"),
        ("setting--mode", "page"),
        ("recipient--host--country", "Germany"),
    ]);
    let draft = Draft::read(Arc::clone(&package), BTreeSet::new(), &wrong, interviews);
    pages.push((
        "plugin-change-errors",
        "plugin-change",
        plugins::form(desk, full, &draft, interviews),
    ));
    let mut draft = Draft::of(package, counting("page", Scope::Site), kept.clone());
    "The board wants it.".clone_into(&mut draft.reason);
    let again = vec![("scope".to_owned(), "site".to_owned())];
    pages.push(("plugin-confirm", "plugin-confirm", plugins::confirm(desk, full, &draft, &again)));
    draft.choice.scope = Scope::Off;
    pages.push((
        "plugin-confirm-off",
        "plugin-confirm",
        plugins::confirm(desk, full, &draft, &again),
    ));
}

/// Pages for everybody on which plugins are on: name, template, and what it is given.
pub(super) fn for_everybody(
    theme: &Theme,
    site: &Frame,
    interview: &Frame,
) -> Vec<(&'static str, &'static str, Value)> {
    let board = board(rows());
    let running = board.running(Some("letter"));
    let nobody = Visitor::default();
    let panel = consent::panel(&running, &nobody, "/i/letter/0");
    let asked = Frame { consent: panel, has_plugins: true, ..interview.clone() };
    let mut decided = nobody.clone();
    for asking in running.iter().filter_map(|it| it.asking.as_ref()) {
        decided.choices.answer(asking, true, decided.signals, 0);
    }
    let choices = |of: &[Arc<Running>], visitor: &Visitor, is_done| {
        consent::choices(theme, site, of, visitor, is_done)
    };
    vec![
        ("choices", "choices.html", choices(&running, &nobody, false)),
        ("choices-done", "choices.html", choices(&running, &decided, true)),
        ("choices-none", "choices.html", choices(&[], &nobody, false)),
        (
            "privacy-interview",
            "privacy-interview.html",
            privacy::of_interview(theme, &asked, &running),
        ),
        (
            "privacy-interview-none",
            "privacy-interview.html",
            privacy::of_interview(theme, interview, &[]),
        ),
    ]
}
