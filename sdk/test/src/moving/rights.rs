//! What people may ask of what is kept about them: R1 to R5. The server copies, erases and drops what is
//! old without asking the plugin; here it is seen whether that does what it is to do.

use std::collections::BTreeSet;

use affiant_guest::Value;

use super::{Found, Runs, broken, canaries, when};
use crate::exercise::all;
use crate::recorder::{Plan, Recorder};
use crate::rules::Rules;

/// How many values a store holds that is full.
const MANY: usize = 10_000;

const KEEPS_NOTHING: &str = "the plugin keeps nothing";

impl Runs<'_> {
    fn keeps_nothing(&self) -> bool {
        self.rules.iter().all(|(_, it)| it.stores().next().is_none())
    }

    /// R1: whatever is known of somebody stands in a copy, for them to read.
    pub(super) fn copies(&self) -> Found {
        if self.keeps_nothing() {
            return Err(KEEPS_NOTHING);
        }
        let mut wrong = Vec::new();
        for (combination, rules) in &self.rules {
            let (_, seen) = self.run(Plan::fine(rules.clone(), 1));
            for ((store, key), value) in &seen.kept {
                let text = format!("{key} {value:?}");
                for canary in canaries(1).iter().filter(|it| it.is_in(text.as_bytes())) {
                    let (origin, when) = (canary.origin, when(combination));
                    if !rules.is_about_people(store) {
                        wrong.push(format!(
                            "the store `{store}` holds data of the source `{origin}`, and nobody \
                             finds it there: its `subject_key` says that it is about \
                             nobody{when}"
                        ));
                    } else if !text.contains(&canary.word) {
                        wrong.push(format!(
                            "the store `{store}` holds data of the source `{origin}` in a form \
                             that nobody can read in a copy{when}"
                        ));
                    }
                }
            }
        }
        Ok(wrong)
    }

    /// R2: nothing is left of somebody, neither in a store nor in what the plugin gives others.
    pub(super) fn remains(&self) -> Found {
        if self.keeps_nothing() {
            return Err(KEEPS_NOTHING);
        }
        let mut wrong = Vec::new();
        for (combination, rules) in &self.rules {
            let first = Recorder::new(Plan::fine(rules.clone(), 1));
            all(&self.plugin, &first, self.limits);
            first.erase();
            let next = Recorder::new(Plan::fine(rules.clone(), 2));
            let holds = |bytes: &[u8]| canaries(1).iter().any(|it| it.is_in(bytes));
            for ((store, key), value) in first.seen().kept {
                if holds(format!("{key} {value:?}").as_bytes()) {
                    let when = when(combination);
                    wrong.push(format!("the store `{store}` still holds data of somebody{when}"));
                }
                next.keep(&store, key, value);
            }
            let called = all(&self.plugin, &next, self.limits);
            for call in called.iter().filter(|it| holds(it.returned.as_bytes())) {
                wrong.push(format!("`{}` still returns data of somebody", call.what));
            }
        }
        Ok(wrong)
    }

    /// R3: the plugin goes on when what it kept is gone.
    pub(super) fn erasures(&self) -> Found {
        if self.keeps_nothing() {
            return Err(KEEPS_NOTHING);
        }
        let mut wrong = Vec::new();
        for (_, rules) in &self.rules {
            let host = Recorder::new(Plan::fine(rules.clone(), 1));
            all(&self.plugin, &host, self.limits);
            for _ in 0..2 {
                host.erase();
                host.erase();
                let called = all(&self.plugin, &host, self.limits);
                wrong.extend(broken(&called).map(|it| format!("after an erasure, {it}")));
            }
        }
        Ok(wrong)
    }

    /// R4: when time has passed, the plugin does without what was kept for so long, and has it from
    /// nowhere else.
    pub(super) fn ends(&self) -> Found {
        if self.rules.iter().all(|(_, it)| it.ends().is_empty()) {
            return Err("the plugin keeps nothing that has an end");
        }
        let mut wrong = Vec::new();
        for (combination, rules) in &self.rules {
            for end in rules.ends() {
                let host = Recorder::new(Plan::fine(rules.clone(), 1));
                all(&self.plugin, &host, self.limits);
                host.pass(end);
                let called = all(&self.plugin, &host, self.limits);
                let days = end / 86_400;
                wrong.extend(broken(&called).map(|it| format!("after {days} days, {it}")));
            }
            let outlives = self.outlives(rules).into_iter();
            wrong.extend(outlives.map(|it| format!("{it}{}", when(combination))));
        }
        Ok(wrong)
    }

    /// The stores in which something of somebody outlives the time that it is kept for.
    fn outlives(&self, rules: &Rules) -> Vec<String> {
        let host = Recorder::new(Plan::fine(rules.clone(), 1));
        all(&self.plugin, &host, self.limits);
        let holds = |key: &str, value: &Value| {
            let text = format!("{key} {value:?}");
            canaries(1).iter().any(|it| it.is_in(text.as_bytes()))
        };
        let all_kept = host.seen().kept.into_iter();
        let of_somebody = all_kept.filter(|((_, key), value)| holds(key, value));
        let stores: BTreeSet<String> = of_somebody.map(|((store, _), _)| store).collect();
        let has_end = stores.iter().any(|it| rules.end(it).is_some());
        let endless = stores.into_iter().filter(|it| has_end && rules.end(it).is_none());
        let told = endless
            .map(|it| format!("the store `{it}`, which has no end, holds data that has one"));
        told.collect()
    }

    /// R5: a full store is one like any other.
    pub(super) fn many(&self) -> Found {
        if self.keeps_nothing() {
            return Err(KEEPS_NOTHING);
        }
        let mut wrong = Vec::new();
        for (_, rules) in &self.rules {
            let called = all(&self.plugin, &full(rules), self.limits);
            wrong.extend(broken(&called).map(|it| format!("with {MANY} values kept, {it}")));
        }
        Ok(wrong)
    }
}

/// A host whose stores are full.
fn full(rules: &Rules) -> Recorder {
    let host = Recorder::new(Plan::fine(rules.clone(), 1));
    for store in rules.stores() {
        for number in 0..MANY {
            host.keep(store, format!("{number:05}"), Value::Int(1));
        }
    }
    host
}
