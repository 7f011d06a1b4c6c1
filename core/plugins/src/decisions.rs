//! All decisions about plugins, and what is in force because of them.

use std::collections::BTreeMap;

use affiant_backend::SwitchRow;
use affiant_switch::{Outcome, PLUGIN, Refused, Second, Unfit, WAIT, Weight, outcome, reason};

use crate::choice::Choice;
use crate::shelf::Shelf;
use crate::weight::step;

/// A decision, read from its row.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Its number.
    pub id: i64,
    /// The plugin.
    pub plugin: String,
    /// What was in force when it was asked for.
    pub from: Choice,
    /// What it sets.
    pub to: Choice,
    /// What it does to privacy.
    pub weight: Weight,
    /// Why, in the administrator's words.
    pub reason: String,
    /// Number of the account of who asked.
    pub by: i64,
    /// Number of the account of who agreed, if somebody did.
    pub second: Option<i64>,
    /// When it was asked for.
    pub asked: i64,
    /// From when on it holds, unless it was cancelled or overtaken.
    pub effective: i64,
    /// What became of it.
    pub outcome: Outcome,
}

impl Decision {
    /// Whether it waits for its day, or a second administrator.
    pub fn is_waiting(&self, now: i64) -> bool {
        self.outcome == Outcome::Follows && now < self.effective
    }
}

/// A decision to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its row; the store gives it its number.
    pub row: SwitchRow,
    /// Number of the waiting decision about the same plugin that is cancelled with it.
    pub cancels: Option<i64>,
}

/// All decisions about all plugins.
#[derive(Clone, Debug, Default)]
pub struct Decisions {
    /// By number.
    all: Vec<Decision>,
    /// What was followed from when on, in order, by plugin.
    lines: BTreeMap<String, Vec<(i64, Choice)>>,
    unfit: Vec<Unfit>,
}

impl Decisions {
    /// Reads the store's rows, in any order; those about switches are not for here.
    pub fn read(rows: Vec<SwitchRow>, shelf: &Shelf) -> Self {
        let mut decisions = Self::default();
        let mut rows = rows;
        rows.sort_by_key(|it| (it.effective, it.id));
        for row in rows {
            let Some(plugin) = row.name.strip_prefix(PLUGIN).map(str::to_owned) else { continue };
            if let Err(unfit) = decisions.add(&plugin, row, shelf) {
                decisions.unfit.push(unfit);
            }
        }
        decisions.all.sort_by_key(|it| it.id);
        decisions
    }

    /// Adds a row; those that are effective before it are there.
    fn add(&mut self, plugin: &str, row: SwitchRow, shelf: &Shelf) -> Result<(), Unfit> {
        let to = Choice::read(&row.value).ok_or(Unfit::Unknown(row.id))?;
        let is_of_plugin = |it: &Choice| {
            let package = it.digest.and_then(|it| shelf.get(&it));
            package.is_none_or(|it| it.plugin() == plugin)
        };
        if !is_of_plugin(&to) {
            return Err(Unfit::Contradicts(row.id));
        }
        let from = self.at(plugin, row.asked);
        // What is known of no package can only be switched off.
        let weight = match step(&from, &to, shelf) {
            Some(step) => step.weight,
            None if to.scope.is_on() => return Err(Unfit::Unknown(row.id)),
            None => Weight::Strengthens,
        };
        // Switching off holds whatever else was decided meanwhile.
        let is_same = !to.scope.is_on() || self.at(plugin, row.effective) == from;
        let outcome = outcome(&row, weight, is_same)?;
        if outcome == Outcome::Follows {
            let line = self.lines.entry(plugin.to_owned()).or_default();
            line.push((row.effective, to.clone()));
        }
        self.all.push(Decision {
            id: row.id,
            plugin: plugin.to_owned(),
            from,
            to,
            weight,
            reason: row.reason,
            by: row.by,
            second: row.second,
            asked: row.asked,
            effective: row.effective,
            outcome,
        });
        Ok(())
    }

    /// What was, is or will be in force for a plugin at a moment, by the decisions so far.
    pub fn at(&self, plugin: &str, moment: i64) -> Choice {
        let line = self.lines.get(plugin).map_or(&[][..], Vec::as_slice);
        let followed = line.iter().rev().find(|(from, _)| *from <= moment);
        followed.map(|(_, choice)| choice.clone()).unwrap_or_default()
    }

    /// Since when it is so; `None` if nothing was ever decided.
    pub fn since(&self, plugin: &str, moment: i64) -> Option<i64> {
        let line = self.lines.get(plugin)?;
        line.iter().rev().find(|(from, _)| *from <= moment).map(|(from, _)| *from)
    }

    /// The plugins that something was decided about.
    pub fn plugins(&self) -> impl Iterator<Item = &str> {
        self.lines.keys().map(String::as_str)
    }

    /// All decisions that fit, oldest first.
    pub fn all(&self) -> &[Decision] {
        &self.all
    }

    /// The decision about a plugin that waits, if one does.
    pub fn waiting(&self, plugin: &str, now: i64) -> Option<&Decision> {
        self.all.iter().find(|it| it.plugin == plugin && it.is_waiting(now))
    }

    /// Rows that are not followed.
    pub fn unfit(&self) -> &[Unfit] {
        &self.unfit
    }

    /// What is stored when an administrator chooses something for a plugin. What weakens privacy
    /// waits a day; the rest holds at once, and ends what waits for the same plugin.
    pub fn ask(
        &self,
        plugin: &str,
        to: &Choice,
        why: &str,
        by: i64,
        now: i64,
        shelf: &Shelf,
    ) -> Result<Asked, Refused> {
        let from = self.at(plugin, now);
        if from == *to {
            return Err(Refused::Same);
        }
        let reason = reason(why)?;
        let weight = step(&from, to, shelf).map_or(Weight::Weakens, |it| it.weight);
        let weight = if to.scope.is_on() { weight } else { Weight::Strengthens };
        let waiting = self.waiting(plugin, now).map(|it| it.id);
        let effective = match (weight, waiting) {
            (Weight::Weakens, Some(id)) => return Err(Refused::Waits(id)),
            (Weight::Weakens, None) => now + WAIT,
            (Weight::Strengthens | Weight::Neither, _) => now,
        };
        let row = SwitchRow {
            id: 0,
            name: format!("{PLUGIN}{plugin}"),
            value: to.text(),
            reason,
            by,
            second: None,
            asked: now,
            effective,
            cancelled: None,
        };
        Ok(Asked { row, cancels: waiting })
    }

    /// The decision that a second administrator agrees to: it holds from now on.
    pub fn agree(&self, id: i64, second: Second, now: i64) -> Result<&Decision, Refused> {
        let decision = self.find_waiting(id, now)?;
        if decision.second.is_some() {
            return Err(Refused::NotWaiting);
        }
        second.may_agree_with(decision.by, now)?;
        Ok(decision)
    }

    /// The decision that an administrator takes back before it holds; any may, alone.
    pub fn cancel(&self, id: i64, now: i64) -> Result<&Decision, Refused> {
        self.find_waiting(id, now)
    }

    fn find_waiting(&self, id: i64, now: i64) -> Result<&Decision, Refused> {
        let mut decisions = self.all.iter();
        decisions.find(|it| it.id == id && it.is_waiting(now)).ok_or(Refused::NotWaiting)
    }
}
