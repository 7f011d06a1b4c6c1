//! Components behind their gate.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use affiant_backend::SwitchRow;
use affiant_engine::Moment;
use affiant_guest::{Stop, Value};
use affiant_manifest::Manifest;
use affiant_plugins::{
    Choice, Decisions, Known, Package, Registry, Runner as _, Saw, Scope, Shelf, Sighting,
};
use affiant_runtime::Plugins as _;
use affiant_wasm::Kind;
use affiant_wasm::testing::{GIVES_BACK, functions, wide};
use jiff::civil::date;
use zeroize::Zeroizing;

use crate::step::{LARGEST_DOCUMENT, unfit};
use crate::{Components, PAUSE, Parts, TOLERATED, World};

const MANIFEST: &str = include_str!("../../../examples/plugins/functions/plugin.toml");
const SHOUTING: &str = "org.example.shouting";
const DIGEST: [u8; 32] = [7; 32];

/// Breaks off unless its function with a name of four letters is called, which gives its argument back.
const BREAKS: &str = "(if (i32.ne (local.get 1) (i32.const 4)) (then unreachable))";

/// Has a function of this name, of four letters, which gives its argument back, and `broken`, which
/// breaks off.
fn component(name: &str) -> Vec<u8> {
    let core = functions(&[(name, 1), ("broken", 0)], &format!("{BREAKS} {GIVES_BACK}"));
    wide(&core, Kind::Functions)
}

/// A world whose clock only the test moves.
#[derive(Default)]
struct Still {
    now: AtomicI64,
    seen: Mutex<Vec<Saw>>,
}

impl World for Still {
    fn seconds(&self) -> i64 {
        self.now.load(Ordering::Relaxed)
    }

    fn fill(&self, _: &mut [u8]) -> bool {
        false
    }

    fn secrets(&self, _: &str) -> BTreeMap<String, Zeroizing<String>> {
        BTreeMap::new()
    }

    fn kept(&self, _: &str, _: &str, _: &str) -> Option<Vec<u8>> {
        None
    }

    fn keep(&self, _: &str, _: &str, _: &str, _: Option<Vec<u8>>) -> bool {
        false
    }

    fn keys(&self, _: &str, _: &str, _: &str, _: &str, _: usize) -> Vec<String> {
        Vec::new()
    }

    fn seen(&self, sighting: Sighting) {
        assert_eq!(sighting.plugin, SHOUTING);
        self.seen.lock().unwrap().push(sighting.saw);
    }
}

struct Site {
    world: Arc<Still>,
    registry: Arc<Registry>,
    components: Components,
}

impl Site {
    /// A site where the plugin is installed and off.
    fn new() -> Self {
        let world = Arc::new(Still { now: AtomicI64::new(1_800_000_000), ..Still::default() });
        let registry = Arc::new(Registry::default());
        let components = Components::new(Parts {
            registry: Arc::clone(&registry),
            world: Arc::clone(&world) as Arc<dyn World>,
            apart: None,
            cache: None,
            broker: None,
            at_rest: || {},
        });
        let site = Self { world, registry, components: components.unwrap() };
        site.components.prepare(&package(), &component("echo")).unwrap();
        site.decide(Scope::Off);
        site
    }

    fn decide(&self, scope: Scope) {
        let shelf: Shelf = [Arc::new(package())].into_iter().collect();
        let choice = Choice { digest: Some(DIGEST), scope, ..Choice::default() };
        let row = SwitchRow {
            id: 1,
            name: format!("plugin/{SHOUTING}"),
            value: choice.text(),
            reason: "A test.".to_owned(),
            by: 1,
            second: None,
            asked: self.world.seconds(),
            effective: self.world.seconds(),
            cancelled: None,
        };
        let decisions = Decisions::read(vec![row], &shelf);
        assert!(decisions.unfit().is_empty());
        self.registry.replace(Known { shelf, decisions, ..Known::default() });
    }

    fn wait(&self, seconds: i64) {
        self.world.now.fetch_add(seconds, Ordering::Relaxed);
    }

    /// One call in a step of its own.
    fn call(&self, function: &str) -> Result<Value, String> {
        let moment = Moment::at(date(2026, 11, 27).at(12, 0, 0, 0));
        let mut step = self.components.begin("eviction", &moment);
        let given = [Value::text("Stop")];
        step.call(SHOUTING, function, &given).map_err(|stop| match stop {
            Stop::Fault(fault) => fault.message,
            other => format!("{other:?}"),
        })
    }
}

fn package() -> Package {
    Package {
        digest: DIGEST,
        publisher: None,
        installed: 0,
        manifest: Manifest::parse(MANIFEST).manifest.unwrap(),
        text: MANIFEST.to_owned(),
        script: None,
    }
}

#[test]
fn a_function_is_called_where_its_plugin_is_on() {
    let site = Site::new();
    let off = Err(format!("the plugin `{SHOUTING}` is not switched on for this interview"));
    assert_eq!(site.call("echo"), off);
    site.decide(Scope::Interviews(BTreeSet::from(["other".to_owned()])));
    assert_eq!(site.call("echo"), off);
    site.decide(Scope::Interviews(BTreeSet::from(["eviction".to_owned()])));
    assert_eq!(site.call("echo"), Ok(Value::text("Stop")));
    site.decide(Scope::Site);
    assert_eq!(site.call("echo"), Ok(Value::text("Stop")));
    site.decide(Scope::Off);
    assert_eq!(site.call("echo"), off);
}

#[test]
fn functions_are_known_while_a_plugin_is_off() {
    let site = Site::new();
    let functions = site.components.functions(SHOUTING).unwrap();
    let known: Vec<(&str, usize)> =
        functions.iter().map(|it| (it.name.as_str(), it.parameters.len())).collect();
    assert_eq!(known, [("echo", 1), ("broken", 0)]);
    assert_eq!(site.components.functions("org.example.gone"), None);
    site.components.forget(&DIGEST);
    assert_eq!(site.components.functions(SHOUTING), None);
}

#[test]
fn a_plugin_that_fails_again_and_again_is_paused_and_comes_back() {
    let site = Site::new();
    site.decide(Scope::Site);
    for _ in 0..=TOLERATED {
        assert_eq!(site.call("broken"), Err(format!("the plugin `{SHOUTING}` broke off")));
    }
    let paused = site.call("echo").unwrap_err();
    assert!(paused.contains("failed again and again"), "{paused}");
    let count =
        |what: &Saw| site.world.seen.lock().unwrap().iter().filter(|it| *it == what).count();
    assert_eq!(count(&Saw::Paused), 1);
    assert_eq!(count(&Saw::Failed("broke-off")), TOLERATED + 1);
    site.wait(PAUSE);
    assert_eq!(site.call("echo"), Ok(Value::text("Stop")));
}

#[test]
fn a_decision_ends_a_pause() {
    let site = Site::new();
    site.decide(Scope::Site);
    for _ in 0..=TOLERATED {
        site.call("broken").unwrap_err();
    }
    site.wait(1);
    assert!(site.call("echo").is_err());
    site.decide(Scope::Site);
    assert_eq!(site.call("echo"), Ok(Value::text("Stop")));
}

#[test]
fn failures_now_and_then_are_borne() {
    let site = Site::new();
    site.decide(Scope::Site);
    for _ in 0..3 * TOLERATED {
        site.call("broken").unwrap_err();
        site.wait(30);
    }
    assert_eq!(site.call("echo"), Ok(Value::text("Stop")));
}

#[test]
fn after_a_failure_the_same_step_has_no_other_instance() {
    let site = Site::new();
    site.decide(Scope::Site);
    let moment = Moment::at(date(2026, 11, 27).at(12, 0, 0, 0));
    let mut step = site.components.begin("eviction", &moment);
    assert!(step.call(SHOUTING, "broken", &[]).is_err());
    assert!(step.call(SHOUTING, "echo", &[Value::Null]).is_err());
    let mut next = site.components.begin("eviction", &moment);
    assert!(next.call(SHOUTING, "echo", &[Value::Null]).is_ok());
}

/// Calls of a plugin until it is known to be quick.
const MANY: usize = 64;

#[test]
fn a_quick_plugin_answers_while_slow_ones_take_all_turns() {
    let site = Site::new();
    site.decide(Scope::Site);
    for _ in 0..MANY {
        site.call("echo").unwrap();
    }
    let lane = &site.components.0.lane;
    assert_eq!(lane.while_full(|| site.call("echo")), Ok(Value::text("Stop")));
}

#[test]
fn a_call_for_which_there_is_no_turn_ends_the_step_and_is_not_held_against_the_plugin() {
    let site = Site::new();
    site.decide(Scope::Site);
    let lane = &site.components.0.lane;
    lane.crowd(SHOUTING);
    for _ in 0..=TOLERATED {
        let late = site.call("echo").unwrap_err();
        assert!(late.contains("had no turn in time"), "{late}");
    }
    lane.clear();
    assert_eq!(site.call("echo"), Ok(Value::text("Stop")));
}

#[test]
fn what_cannot_run_is_not_made_ready() {
    let site = Site::new();
    assert!(site.components.prepare(&package(), b"no component").is_err());
    // Its one function has a name that no script can call.
    let refused = site.components.prepare(&package(), &component("e ho"));
    assert!(refused.unwrap_err().contains("none that scripts can call"));
}

#[test]
fn a_document_that_is_too_large_or_something_else_is_not_taken() {
    let text = vec![b'a'; LARGEST_DOCUMENT];
    assert_eq!(unfit("text/plain", &text), None);
    let larger = [text.as_slice(), b"a"].concat();
    assert!(unfit("text/plain", &larger).is_some_and(|it| it.contains("larger than 16 MiB")));
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    let cases: [(&str, &[u8], bool); 8] = [
        ("application/pdf", b"%PDF-1.7", true),
        ("application/pdf", b"<html>", false),
        (word, b"PK\x03\x04", true),
        (word, b"%PDF-1.7", false),
        ("application/rtf", b"{\\rtf1}", true),
        ("application/rtf", b"rtf", false),
        ("text/csv", "ä;b".as_bytes(), true),
        ("text/csv", b"\xff\xfe", false),
    ];
    for (media_type, content, fits) in cases {
        assert_eq!(unfit(media_type, content).is_none(), fits, "{media_type} {content:?}");
    }
}
