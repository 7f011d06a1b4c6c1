//! What changes from one declaration to another, and whether it does more to people's privacy.

use std::collections::BTreeSet;

use crate::combination::Combination;
use crate::declaration::Declaration;
use crate::fact::{Fact, Facts, Rank, Scale};
use crate::model::{Manifest, Setting, Value};

/// Whether a change does more to people's privacy or less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// More.
    Widens,
    /// Less.
    Narrows,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// This did not hold, and does now.
    Begins(Fact),
    /// This held, and does not any more.
    Ends(Fact),
    /// There is more or less of this; `None` is nothing.
    Moves {
        /// Of what.
        scale: Scale,
        /// How much before.
        before: Option<Rank>,
        /// How much after.
        after: Option<Rank>,
    },
}

impl Change {
    /// Whether it does more to people's privacy or less.
    pub fn direction(&self) -> Direction {
        let is_wider = match self {
            Self::Begins(_) => true,
            Self::Ends(_) => false,
            Self::Moves { before, after, .. } => after > before,
        };
        if is_wider { Direction::Widens } else { Direction::Narrows }
    }

    /// Whether another change tells it: a scale that comes and goes with its fact.
    pub(crate) fn is_told_by_fact(&self) -> bool {
        let Self::Moves { scale, before, after } = self else { return false };
        let goes_along = matches!(
            scale,
            Scale::Form(..)
                | Scale::Linkage(..)
                | Scale::Exposure(..)
                | Scale::Onward(_)
                | Scale::Refreshed(_)
        );
        goes_along && (before.is_none() || after.is_none())
    }
}

/// What changes from one declaration to another, widenings first. Empty exactly when the facts are
/// the same.
pub fn diff(before: &Facts, after: &Facts) -> Vec<Change> {
    let begins = after.held.difference(&before.held).cloned().map(Change::Begins);
    let ends = before.held.difference(&after.held).cloned().map(Change::Ends);
    let scales: BTreeSet<&Scale> = before.scales.keys().chain(after.scales.keys()).collect();
    let moves = scales.into_iter().filter_map(|scale| {
        let (before, after) = (before.scales.get(scale), after.scales.get(scale));
        (before != after).then(|| Change::Moves {
            scale: scale.clone(),
            before: before.cloned(),
            after: after.cloned(),
        })
    });
    let told = begins.chain(ends).chain(moves).filter(|it| !it.is_told_by_fact());
    let mut changes: Vec<Change> = told.collect();
    changes.sort_by_key(Change::direction);
    changes
}

/// Whether a new version does more than the one before under the same settings, without saying so
/// by a higher `privacy_revision`. Returns the first such settings, and what widens with them.
///
/// A setting that the old version did not have is at its default, since nobody has chosen.
pub fn needs_new_revision(
    before: &Manifest,
    after: &Manifest,
) -> Option<(Combination, Vec<Change>)> {
    if after.plugin.privacy_revision.value > before.plugin.privacy_revision.value {
        return None;
    }
    let facts = |it: &Combination, of| Declaration::of(of, it.clone()).facts();
    let today: Vec<_> =
        before.combinations().into_iter().map(|it| (facts(&it, before), it)).collect();
    for there in after.combinations() {
        let new = facts(&there, after);
        for (old, _) in today.iter().filter(|(_, here)| can_become(before, after, here, &there)) {
            let mut changes = diff(old, &new);
            changes.retain(|it| it.direction() == Direction::Widens);
            if !changes.is_empty() {
                return Some((there, changes));
            }
        }
    }
    None
}

/// Whether an installation with the settings `here` has the settings `there` with the new version.
fn can_become(
    before: &Manifest,
    after: &Manifest,
    here: &Combination,
    there: &Combination,
) -> bool {
    there.values().iter().all(|(name, value)| {
        let Some(setting) = find(after, name) else { return true };
        if let Some(today) = here.get(name)
            && setting.problem(name, today).is_none()
        {
            return value == today;
        }
        // What did not decide can be set to anything.
        let was_free = here.get(name).is_none() && find(before, name).is_some();
        was_free || setting.starts_as().is_none_or(|it| it == *value)
    })
}

fn find<'m>(manifest: &'m Manifest, name: &str) -> Option<&'m Setting> {
    let mut settings = manifest.settings.0.iter();
    settings.find(|(it, _)| it.value == name).map(|(_, it)| it)
}

impl Setting {
    /// What it is when nobody sets it.
    pub(crate) fn starts_as(&self) -> Option<Value> {
        let is_switch = self.kind.value == crate::vocabulary::SettingType::Bool && !self.required;
        let default = self.default.as_ref().map(|it| it.value.clone());
        // A switch that nobody touched is off.
        default.or_else(|| is_switch.then_some(Value::Bool(false)))
    }
}
