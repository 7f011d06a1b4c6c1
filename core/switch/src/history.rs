//! All decisions, and what is in force because of them.

use std::collections::BTreeMap;

use affiant_backend::SwitchRow;

use crate::decision::{Decision, Outcome, Unfit, outcome};
use crate::setting::{Class, Custody, Hold, OrganisationKey, Registration, Setting, Switch};
use crate::weight::{Weight, weight};
use crate::{INSTALLATION, PLUGIN};

/// All decisions about all switches.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// By number.
    decisions: Vec<Decision>,
    /// What was followed from when on, in order.
    lines: BTreeMap<Switch, Vec<(i64, Setting)>>,
    unfit: Vec<Unfit>,
}

impl History {
    /// Reads the store's rows, in any order.
    pub fn read(rows: Vec<SwitchRow>) -> Self {
        let mut history = Self::default();
        let mut rows = rows;
        rows.sort_by_key(|it| (it.effective, it.id));
        for row in rows.into_iter().filter(|it| !it.name.starts_with(PLUGIN)) {
            if let Err(unfit) = history.add(row) {
                history.unfit.push(unfit);
            }
        }
        history.decisions.sort_by_key(|it| it.id);
        history
    }

    /// Adds a row; those that are effective before it are there.
    fn add(&mut self, row: SwitchRow) -> Result<(), Unfit> {
        let switch = Switch::from_name(&row.name).ok_or(Unfit::Unknown(row.id))?;
        let to = Setting::read(switch, &row.value).ok_or(Unfit::Unknown(row.id))?;
        let from = self.at(switch, row.asked);
        let is_first = row.by == INSTALLATION && !self.lines.contains_key(&switch);
        let weight = weight(&from, &to);
        // What a configuration said first was never anything else.
        let counts = if is_first { Weight::Neither } else { weight };
        let outcome = outcome(&row, counts, self.at(switch, row.effective) == from)?;
        if outcome == Outcome::Follows {
            self.lines.entry(switch).or_default().push((row.effective, to.clone()));
        }
        self.decisions.push(Decision::of_row(row, (from, to), weight, outcome));
        Ok(())
    }

    /// What a switch was, is or will be set to at a moment, by the decisions so far.
    pub fn at(&self, switch: Switch, moment: i64) -> Setting {
        let line = self.line(switch);
        let followed = line.iter().rev().find(|(from, _)| *from <= moment);
        followed.map_or_else(|| switch.first(), |(_, setting)| setting.clone()).at(moment)
    }

    /// Since when a switch is what it is at a moment; `None` if it always was.
    pub fn since(&self, switch: Switch, moment: i64) -> Option<i64> {
        let line = self.line(switch);
        let (from, setting) = line.iter().rev().find(|(from, _)| *from <= moment)?;
        match setting {
            Setting::Deleting(Some(hold)) if hold.is_over(moment) => Some(hold.moment()),
            _ => Some(*from),
        }
    }

    /// Everything that is in force at a moment.
    pub fn in_force(&self, moment: i64) -> InForce {
        InForce { settings: Switch::ALL.map(|it| self.at(it, moment)) }
    }

    /// All decisions that fit, oldest first.
    pub fn decisions(&self) -> &[Decision] {
        &self.decisions
    }

    /// The decision of a number.
    pub fn decision(&self, id: i64) -> Option<&Decision> {
        self.decisions.iter().find(|it| it.id == id)
    }

    /// The decision about a switch that waits, if one does.
    pub fn waiting(&self, switch: Switch, now: i64) -> Option<&Decision> {
        let mut decisions = self.decisions.iter();
        decisions.find(|it| it.to.switch() == switch && it.is_waiting(now))
    }

    /// Rows that are not followed.
    pub fn unfit(&self) -> &[Unfit] {
        &self.unfit
    }

    pub(crate) fn line(&self, switch: Switch) -> &[(i64, Setting)] {
        self.lines.get(&switch).map_or(&[], Vec::as_slice)
    }
}

/// Everything that is in force at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForce {
    /// In the order of [`Switch::ALL`].
    settings: [Setting; Switch::ALL.len()],
}

impl InForce {
    /// Takes what is in force in the order of [`Switch::ALL`]; what is missing is as it comes first.
    pub(crate) fn of(settings: impl Iterator<Item = Setting>) -> Self {
        let given: Vec<Setting> = settings.collect();
        let of = |switch: Switch| given.iter().find(|it| it.switch() == switch).cloned();
        Self { settings: Switch::ALL.map(|it| of(it).unwrap_or_else(|| it.first())) }
    }

    /// Every switch's setting, in the order of [`Switch::ALL`].
    pub fn settings(&self) -> &[Setting] {
        &self.settings
    }

    /// Who holds the key of what is made now.
    pub fn custody(&self) -> Custody {
        let found = self.settings.iter().find_map(|it| match it {
            Setting::Keys(custody) => Some(*custody),
            _ => None,
        });
        found.unwrap_or(Custody::Own)
    }

    /// To whose key the answers of new sessions are sealed too, if they are.
    pub fn reading(&self) -> Option<OrganisationKey> {
        self.settings.iter().find_map(|it| match it {
            Setting::Reading(key) => *key,
            _ => None,
        })
    }

    /// The hold on deletions, if there is one.
    pub fn hold(&self) -> Option<Hold> {
        self.settings.iter().find_map(|it| match it {
            Setting::Deleting(hold) => *hold,
            _ => None,
        })
    }

    /// Days that something is kept.
    pub fn keep_days(&self, wanted: Class) -> u32 {
        let found = self.settings.iter().find_map(|it| match it {
            Setting::Keep(class, days) if *class == wanted => Some(*days),
            _ => None,
        });
        found.unwrap_or_else(|| wanted.days())
    }

    /// Who may register.
    pub fn registration(&self) -> Registration {
        let found = self.settings.iter().find_map(|it| match it {
            Setting::Registration(who) => Some(*who),
            _ => None,
        });
        found.unwrap_or(Registration::Open)
    }

    /// Whether any of these roles needs a second factor.
    pub fn needs_second_factor<'a>(&self, roles: impl IntoIterator<Item = &'a str>) -> bool {
        let needing = self.settings.iter().find_map(|it| match it {
            Setting::SecondFactor(needing) => Some(needing),
            _ => None,
        });
        needing.is_some_and(|it| roles.into_iter().any(|role| it.contains(role)))
    }
}
