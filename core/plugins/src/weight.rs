//! What going from one choice to another does to people's privacy.

use affiant_manifest::{Change, Direction, Facts, Label, diff};
use affiant_switch::Weight;

use crate::choice::Choice;
use crate::shelf::Shelf;

/// What a step from one choice to another does.
#[derive(Clone, Debug)]
pub struct Step {
    /// What changes, widenings first.
    pub changes: Vec<Change>,
    /// What it does to privacy, and so who must agree.
    pub weight: Weight,
}

/// What going from one choice to another does. `None` when one of them is about a package that is
/// not installed, or its settings do not fit.
pub fn step(from: &Choice, to: &Choice, shelf: &Shelf) -> Option<Step> {
    let before = facts(from, shelf)?;
    let after = facts(to, shelf)?;
    let changes = diff(&before.0, &after.0);
    let widens = changes.iter().any(|it| it.direction() == Direction::Widens);
    let reaches_more = to.scope.is_on() && !from.scope.contains(&to.scope);
    let is_same = changes.is_empty() && from.scope == to.scope;
    let weight = match (widens || reaches_more, after.1) {
        _ if is_same => Weight::Neither,
        (true, true) => Weight::Weakens,
        // One administrator answers for it, who read what it does.
        (true, false) => Weight::Neither,
        (false, _) => Weight::Strengthens,
    };
    Some(Step { changes, weight })
}

/// The facts of a choice, and whether they need a second administrator. A plugin that is off does
/// nothing.
fn facts(choice: &Choice, shelf: &Shelf) -> Option<(Facts, bool)> {
    if !choice.scope.is_on() {
        return Some((Facts::default(), false));
    }
    let package = shelf.get(choice.digest.as_ref()?)?;
    let declaration = package.manifest.open_declaration(choice.installation.clone()).ok()?;
    let is_grave = Label::of(&declaration).needs_second_administrator();
    Some((declaration.facts(), is_grave))
}
