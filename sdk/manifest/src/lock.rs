//! `privacy.lock`: what a plugin did to people's privacy when its developers last agreed to it.
//!
//! It lies beside `plugin.toml` and is committed with it, so that whoever reviews a change sees in
//! sentences what it does to people, and nothing widens unseen.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;

use crate::combination::Combination;
use crate::declaration::Declaration;
use crate::diff::Change;
use crate::fact::{Facts, Rank, Scale};
use crate::model::Manifest;
use crate::sentence::Language;

const HEADER: &str = "\
# What this plugin does to people's privacy, for each combination of its settings, as its developers
# agreed to last. `affiant plugin check` fails when it does more; with `--accept` it writes this anew.
";

/// What was agreed to, for each combination of settings that changes anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    agreed: BTreeMap<String, Agreed>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Agreed {
    /// Facts that hold, as JSON.
    held: BTreeSet<String>,
    /// How much of each scale, by the scale as JSON.
    scales: BTreeMap<String, u64>,
}

/// Something that a plugin does and that nobody agreed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Widening {
    /// With which settings.
    pub settings: Combination,
    /// What, in a sentence.
    pub text: String,
}

/// Why a text is no `privacy.lock`: the line that does not belong there, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadLock(pub usize);

impl Lock {
    /// What a manifest says today.
    pub fn of(manifest: &Manifest) -> Self {
        let agreed = manifest.combinations().into_iter().map(|combination| {
            let facts = Declaration::of(manifest, combination.clone()).facts();
            (name(&combination), Agreed::of(&facts))
        });
        Self { agreed: agreed.collect() }
    }

    /// Reads what [`Lock::text`] wrote.
    pub fn read(text: &str) -> Result<Self, BadLock> {
        let mut lock = Self::default();
        let mut section: Option<&mut Agreed> = None;
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(name) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
                section = Some(lock.agreed.entry(name.to_owned()).or_default());
                continue;
            }
            let agreed = section.as_mut().ok_or(BadLock(number))?;
            let (amount, what) = line.split_once(' ').ok_or(BadLock(number))?;
            if amount == "+" {
                agreed.held.insert(what.to_owned());
            } else {
                let order = amount.parse().map_err(|_| BadLock(number))?;
                agreed.scales.insert(what.to_owned(), order);
            }
        }
        Ok(lock)
    }

    /// The text of a `privacy.lock` for a manifest: each fact in a sentence, and in a line that is
    /// compared.
    pub fn text(manifest: &Manifest) -> String {
        let mut text = HEADER.to_owned();
        for combination in manifest.combinations() {
            let facts = Declaration::of(manifest, combination.clone()).facts();
            // Writing to a String cannot fail.
            let _ = writeln!(text, "\n[{}]", name(&combination));
            for fact in &facts.held {
                let sentence = one_line(&fact.say(Language::En));
                let _ = writeln!(text, "# {sentence}\n+ {}", json(fact));
            }
            for (scale, rank) in &facts.scales {
                let sentence = one_line(&told(scale, rank));
                let _ = writeln!(text, "# {sentence}\n{} {}", rank.order, json(scale));
            }
        }
        text
    }

    /// What a manifest says that nobody agreed to. A combination of settings that is new is compared
    /// with all that was agreed to for any.
    pub fn widenings(&self, manifest: &Manifest) -> Vec<Widening> {
        let any = self.any();
        let mut found: Vec<Widening> = Vec::new();
        for combination in manifest.combinations() {
            let facts = Declaration::of(manifest, combination.clone()).facts();
            let agreed = self.agreed.get(&name(&combination)).unwrap_or(&any);
            for text in agreed.lacks(&facts) {
                if found.iter().all(|it| it.text != text) {
                    found.push(Widening { settings: combination.clone(), text });
                }
            }
        }
        found
    }

    fn any(&self) -> Agreed {
        let mut any = Agreed::default();
        for agreed in self.agreed.values() {
            any.held.extend(agreed.held.iter().cloned());
            for (scale, order) in &agreed.scales {
                let known = any.scales.entry(scale.clone()).or_default();
                *known = (*known).max(*order);
            }
        }
        any
    }
}

impl Agreed {
    fn of(facts: &Facts) -> Self {
        let held = facts.held.iter().map(json).collect();
        let scales = facts.scales.iter().map(|(scale, rank)| (json(scale), rank.order)).collect();
        Self { held, scales }
    }

    /// What holds and was not agreed to, in sentences.
    fn lacks(&self, facts: &Facts) -> Vec<String> {
        let begins = facts.held.iter().filter(|it| !self.held.contains(&json(it)));
        let begins = begins.map(|it| Change::Begins(it.clone()).say(Language::En));
        let more = facts.scales.iter().filter_map(|(scale, rank)| {
            if let Some(agreed) = self.scales.get(&json(scale)) {
                return (*agreed < rank.order).then(|| told(scale, rank));
            }
            let after = Some(rank.clone());
            let change = Change::Moves { scale: scale.clone(), before: None, after };
            (!change.is_told_by_fact()).then(|| change.say(Language::En))
        });
        begins.chain(more).collect()
    }
}

/// A combination as the name of a section.
fn name(combination: &Combination) -> String {
    let name = combination.to_string();
    if name.is_empty() { "whatever is set".to_owned() } else { one_line(&name) }
}

fn told(scale: &Scale, rank: &Rank) -> String {
    format!("{}: {}", scale.say(Language::En), scale.say_rank(Some(rank), Language::En))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn json(it: &impl Serialize) -> String {
    serde_json::to_string(it).expect("facts are texts, numbers and lists, which JSON has")
}
