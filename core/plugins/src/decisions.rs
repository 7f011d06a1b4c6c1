//! All decisions about plugins, and what is in force because of them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use affiant_backend::SwitchRow;
use affiant_switch::{Asked, Outcome, PLUGIN, Refused, Second, Unfit, Wanted, Weight, outcome};

use crate::choice::Choice;
use crate::shelf::Shelf;
use crate::weight::step;

/// A decision about a plugin, by whose id it is named.
pub type Decision = affiant_switch::Decision<Choice>;

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
            let row = SwitchRow { name: plugin, ..row };
            if let Err(unfit) = decisions.add(row, shelf) {
                decisions.unfit.push(unfit);
            }
        }
        decisions.all.sort_by_key(|it| it.id);
        decisions
    }

    /// Adds a row that is named by its plugin; those that are effective before it are there.
    fn add(&mut self, row: SwitchRow, shelf: &Shelf) -> Result<(), Unfit> {
        let plugin = row.name.as_str();
        let to = Choice::read(&row.value).ok_or(Unfit::Unknown(row.id))?;
        let is_of_plugin = |it: &Choice| {
            let package = it.digest.and_then(|it| shelf.get(&it));
            package.is_none_or(|it| it.plugin() == plugin)
        };
        if !is_of_plugin(&to) {
            return Err(Unfit::Contradicts(row.id));
        }
        let from = self.at(plugin, row.asked).clone();
        // What is known of no package can only be switched off.
        let weight = match step(&from, &to, shelf) {
            Some(step) => step.weight,
            None if to.scope.is_on() => return Err(Unfit::Unknown(row.id)),
            None => Weight::Strengthens,
        };
        // Switching off holds whatever else was decided meanwhile.
        let is_same = !to.scope.is_on() || *self.at(plugin, row.effective) == from;
        let outcome = outcome(&row, weight, is_same)?;
        if outcome == Outcome::Follows {
            let line = self.lines.entry(plugin.to_owned()).or_default();
            line.push((row.effective, to.clone()));
        }
        self.all.push(Decision::of_row(row, (from, to), weight, outcome));
        Ok(())
    }

    /// What was, is or will be in force for a plugin at a moment, by the decisions so far.
    pub fn at(&self, plugin: &str, moment: i64) -> &Choice {
        static NOTHING: LazyLock<Choice> = LazyLock::new(Choice::default);
        let line = self.lines.get(plugin).map_or(&[][..], Vec::as_slice);
        let followed = line.iter().rev().find(|(from, _)| *from <= moment);
        followed.map_or(&NOTHING, |(_, choice)| choice)
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
        self.all.iter().find(|it| it.name == plugin && it.is_waiting(now))
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
        if from == to {
            return Err(Refused::Same);
        }
        let weight = step(from, to, shelf).map_or(Weight::Weakens, |it| it.weight);
        let wanted = Wanted {
            name: &format!("{PLUGIN}{plugin}"),
            value: &to.text(),
            weight: if to.scope.is_on() { weight } else { Weight::Strengthens },
            reason: why,
            by,
            waiting: self.waiting(plugin, now).map(|it| it.id),
        };
        wanted.ask(now)
    }

    /// The decision that a second administrator agrees to: it holds from now on.
    pub fn agree(&self, id: i64, second: Second, now: i64) -> Result<&Decision, Refused> {
        Decision::find_agreeable(&self.all, id, second, now)
    }

    /// The decision that an administrator takes back before it holds; any may, alone.
    pub fn cancel(&self, id: i64, now: i64) -> Result<&Decision, Refused> {
        Decision::find_waiting(&self.all, id, now)
    }
}
