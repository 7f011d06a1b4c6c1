//! What a change does to privacy.

use crate::setting::{Custody, Setting};

/// What a change does to privacy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Somebody sees more, keeps longer, or is less bound: not by one administrator at once.
    Weakens,
    /// The other way round.
    Strengthens,
    /// Neither.
    Neither,
}

/// What going from one setting of a switch to another does to privacy. Settings of two switches
/// have nothing to do with each other, which is a mistake of ours and counts as the worst.
pub fn weight(from: &Setting, to: &Setting) -> Weight {
    if from == to {
        return Weight::Neither;
    }
    match (from, to) {
        (Setting::Keys(Custody::Server), Setting::Keys(Custody::Own)) => Weight::Strengthens,
        (Setting::Reading(Some(_)), Setting::Reading(None)) => Weight::Strengthens,
        (Setting::Deleting(from), Setting::Deleting(to)) => match (from, to) {
            (Some(_), None) => Weight::Strengthens,
            (Some(from), Some(to)) if to.ends < from.ends => Weight::Strengthens,
            _ => Weight::Weakens,
        },
        (Setting::Keep(class, from), Setting::Keep(of, to)) if class == of && to < from => {
            Weight::Strengthens
        }
        (Setting::Registration(_), Setting::Registration(_)) => Weight::Neither,
        (Setting::SecondFactor(from), Setting::SecondFactor(to)) if to.is_superset(from) => {
            Weight::Strengthens
        }
        _ => Weight::Weakens,
    }
}
