//! Checks that run the component: D1 to D3, C1 to C3, R1 to R5, N1, N2 and U1.

mod rights;
mod upgrading;

use std::collections::BTreeSet;

use affiant_manifest::{Combination, Consent, Declaration, Gate, Manifest, Origin, Signal};
use affiant_wasm::{Denial, Engine, Grant, Identity, Kind, Limits, Plugin};

use crate::canary::Canary;
use crate::exercise::{Called, all};
use crate::recorder::{Network, Plan, Recorder, Seen};
use crate::rules::Rules;
use crate::{Outcome, Subject};

/// Most combinations of settings that a component is run with.
const MOST_COMBINATIONS: usize = 64;

const NAMES: [(&str, &str); 14] = [
    ("D1", "personal data leaves only as declared"),
    ("D2", "nothing of one person is left for the next"),
    ("D3", "only listed hosts are asked for, whatever they answer"),
    ("C1", "without consent nothing leaves"),
    ("C2", "where a browser says no to being followed, nothing leaves"),
    ("C3", "an erasure is answered"),
    ("R1", "what is kept about people can be copied for them"),
    ("R2", "once it is erased, nothing of it is left"),
    ("R3", "an erasure breaks nothing, and a second one neither"),
    ("R4", "what is kept is gone when its time is over, and that breaks nothing"),
    ("R5", "many values break nothing"),
    ("N1", "whatever is denied, the plugin says so and does not break off"),
    ("N2", "strange arguments do not break it off"),
    ("U1", "a new version works with the grants of the old one"),
];

/// A component that is run.
struct Runs<'a> {
    plugin: Plugin,
    manifest: &'a Manifest,
    rules: Vec<(Combination, Rules)>,
    limits: Limits,
    /// The manifest of an older version, if there is one.
    older: Option<&'a str>,
}

pub(crate) fn check(engine: &Engine, subject: &Subject, manifest: &Manifest) -> Vec<Outcome> {
    let plugin = match loaded(engine, subject, manifest) {
        Ok(plugin) => plugin,
        Err(error) => {
            let why = format!("the component does not load: {error}");
            return NAMES.map(|(id, what)| Outcome::not_run(id, what, &why)).into();
        }
    };
    let combinations = manifest.combinations().into_iter().take(MOST_COMBINATIONS);
    let rules = combinations
        .map(|it| {
            let rules = Rules::of(manifest, &it, &subject.settings);
            (it, rules)
        })
        .collect();
    let (limits, older) = (limits(manifest), subject.older.as_deref());
    let runs = Runs { plugin, manifest, rules, limits, older };
    let verdicts = [
        Ok(runs.canaries()),
        Ok(runs.persons()),
        Ok(runs.network()),
        runs.without_consent(),
        runs.signals(),
        runs.erasure(),
        runs.copies(),
        runs.remains(),
        runs.erasures(),
        runs.ends(),
        runs.many(),
        runs.denials(),
        Ok(runs.strange()),
        runs.upgrade(),
    ];
    let outcomes = NAMES.into_iter().zip(verdicts).map(|((id, what), verdict)| match verdict {
        Ok(mut wrong) => {
            wrong.sort();
            wrong.dedup();
            Outcome::new(id, what, wrong)
        }
        Err(why) => Outcome::not_run(id, what, why),
    });
    let mut outcomes: Vec<Outcome> = outcomes.collect();
    let all = manifest.combinations().len();
    if all > MOST_COMBINATIONS {
        let why = format!("there are {all} of them, and {MOST_COMBINATIONS} were run");
        outcomes.push(Outcome::not_run("D, N", "every combination of settings is run", why));
    }
    outcomes
}

/// What a check found, or why it was not made.
type Found = Result<Vec<String>, &'static str>;

impl Runs<'_> {
    fn run(&self, plan: Plan) -> (Vec<Called>, Seen) {
        let host = Recorder::new(plan);
        let called = all(&self.plugin, &host, self.limits);
        (called, host.seen())
    }

    /// D1
    fn canaries(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (combination, rules) in &self.rules {
            let (_, seen) = self.run(Plan::fine(rules.clone(), 1));
            for left in &seen.left {
                let found = canaries(1).into_iter().filter(|it| it.is_in(&left.bytes));
                let undeclared = found.filter(|it| !left.allowed.contains(&it.origin));
                wrong.extend(undeclared.map(|it| {
                    let origin = it.origin;
                    let when = when(combination);
                    format!(
                        "data of the source `{origin}` reaches {}, which nothing declares{when}",
                        left.sink
                    )
                }));
            }
        }
        wrong
    }

    /// D2
    fn persons(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (_, rules) in &self.rules {
            self.run(Plan::fine(rules.clone(), 1));
            let (called, seen) = self.run(Plan::fine(rules.clone(), 2));
            let first = canaries(1);
            let holds = |bytes: &[u8]| first.iter().any(|it| it.is_in(bytes));
            for left in seen.left.iter().filter(|it| holds(&it.bytes)) {
                wrong.push(format!("{} gets data of the person before", left.sink));
            }
            for call in called.iter().filter(|it| holds(it.returned.as_bytes())) {
                wrong.push(format!("`{}` returns data of the person before", call.what));
            }
        }
        wrong
    }

    /// D3
    fn network(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (combination, rules) in &self.rules {
            for network in [Network::Fine].into_iter().chain(Network::TROUBLE) {
                let plan = Plan { network, ..Plan::fine(rules.clone(), 1) };
                let (called, seen) = self.run(plan);
                wrong.extend(seen.undeclared.iter().map(|it| format!("{it}{}", when(combination))));
                if network != Network::Fine {
                    wrong.extend(broken(&called));
                }
            }
        }
        wrong
    }

    /// C1
    fn without_consent(&self) -> Found {
        if self.manifest.consent.iter().all(|it| it.gate == Gate::None) {
            return Err("the plugin asks for no consent");
        }
        let mut wrong = Vec::new();
        for (_, rules) in &self.rules {
            let plan = Plan::fine(rules.clone(), 1).denying(Grant::ALL, Denial::NoConsent);
            let (called, seen) = self.run(plan);
            wrong.extend(broken(&called));
            wrong.extend(seen.left.iter().map(|it| format!("{} gets something", it.sink)));
        }
        Ok(wrong)
    }

    /// C2: whoever agreed is served, unless a signal that is honoured says no.
    fn signals(&self) -> Found {
        let follows = |gate: Gate| matches!(gate, Gate::Statistics | Gate::Marketing);
        if !self.manifest.consent.iter().any(|it| follows(it.gate)) {
            return Err("the plugin asks for nothing that these signals are about");
        }
        let mut wrong = Vec::new();
        for (combination, rules) in &self.rules {
            let declaration = Declaration::of(self.manifest, combination.clone());
            for signal in [Signal::Gpc, Signal::Dnt] {
                let honoured = |it: &Consent| follows(it.gate) && it.honours.contains(&signal);
                let mut plan = Plan::fine(rules.clone(), 1);
                if declaration.consent.iter().any(|it| honoured(it)) {
                    plan = plan.denying(Grant::ALL, Denial::NoConsent);
                }
                let (_, seen) = self.run(plan);
                wrong.extend(seen.left.iter().map(|it| {
                    let when = when(combination);
                    format!(
                        "{} gets something of people whose browser says `{signal}`, which no \
                         `[[consent]]` honours{when}",
                        it.sink
                    )
                }));
            }
        }
        Ok(wrong)
    }

    /// C3
    fn erasure(&self) -> Found {
        if self.plugin.kind() != Kind::Analytics {
            return Err("only plugins of the kind `analytics` are asked to erase");
        }
        let mut wrong = Vec::new();
        for (_, rules) in &self.rules {
            let (called, _) = self.run(Plan::fine(rules.clone(), 1));
            let erasures = called.iter().filter(|it| it.what.starts_with("erase"));
            let refused = erasures.filter(|it| it.fault.is_some() || it.returned.contains("Fault"));
            wrong.extend(refused.map(|it| format!("`{}` fails: {}", it.what, it.returned)));
        }
        Ok(wrong)
    }

    /// N1
    fn denials(&self) -> Found {
        const WHYS: [Denial; 5] = [
            Denial::NotDeclared,
            Denial::NotGranted,
            Denial::NoConsent,
            Denial::LabelBlocked,
            Denial::OverLimit,
        ];
        let granted = granted(self.manifest);
        if granted.is_empty() {
            return Err("the plugin asks the host for nothing");
        }
        let mut wrong = Vec::new();
        for (_, rules) in &self.rules {
            for grant in &granted {
                for why in WHYS {
                    let plan = Plan::fine(rules.clone(), 1).denying([*grant], why);
                    let (called, _) = self.run(plan);
                    let told = broken(&called);
                    wrong.extend(told.map(|it| format!("without `{grant}`, {it}")));
                }
            }
        }
        Ok(wrong)
    }

    /// N2
    fn strange(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (_, rules) in &self.rules {
            let (called, _) = self.run(Plan::fine(rules.clone(), 1));
            wrong.extend(broken(&called));
        }
        wrong
    }
}

/// The calls that ended in a fault of the plugin.
fn broken(called: &[Called]) -> impl Iterator<Item = String> {
    let faults = called.iter().filter_map(|it| Some((&it.what, it.fault.as_ref()?)));
    faults.map(|(what, fault)| format!("`{what}`: the plugin {fault}"))
}

fn when(combination: &Combination) -> String {
    let settings = combination.to_string();
    if settings.is_empty() { settings } else { format!(", when {settings}") }
}

/// The words of a person.
fn canaries(person: u8) -> Vec<Canary> {
    const GIVEN: [Origin; 4] = [Origin::Answers, Origin::Account, Origin::Documents, Origin::Event];
    GIVEN.map(|it| Canary::new(it, person)).into()
}

fn granted(manifest: &Manifest) -> BTreeSet<Grant> {
    let asked: BTreeSet<&str> =
        manifest.capabilities.iter().map(|it| it.id.value.as_str()).collect();
    Grant::ALL.into_iter().filter(|it| asked.contains(it.capability())).collect()
}

fn loaded(engine: &Engine, subject: &Subject, manifest: &Manifest) -> Result<Plugin, String> {
    let who = Identity {
        plugin: manifest.plugin.id.to_string(),
        version: manifest.plugin.version.to_string(),
    };
    Plugin::load(engine, who, &subject.component, &granted(manifest)).map_err(|it| it.to_string())
}

/// What the manifest asks for, within what the host gives.
fn limits(manifest: &Manifest) -> Limits {
    let mut limits = Limits::default();
    let asked = manifest.limits.as_ref().and_then(|it| it.memory_mib.as_ref());
    if let Some(memory) = asked.and_then(|it| usize::try_from(it.value).ok()) {
        limits.memory = limits.memory.min(memory << 20);
    }
    limits
}
