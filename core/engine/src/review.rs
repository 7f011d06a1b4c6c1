//! Review screens: answers listed with ways to change them.

use std::collections::BTreeMap;

use affiant_guest::{Answers, Path, Segment};
use affiant_interview::{BlockKind, Control, Review, ReviewItem, ReviewTarget};

use crate::advance::{Ending, Outcome, Step, finish};
use crate::define::{bind, bound};
use crate::goal::{Halt, Run};
use crate::host::{Host, Moment};
use crate::program::Program;
use crate::screen::{ReviewAction, ReviewRow};
use crate::state::{Pending, State, Target};
use crate::world::{Bindings, World};

impl Run<'_> {
    /// The rows that can be shown now: those whose variables are known and whose condition holds.
    /// Nothing is asked for by a row's variables unless the author says so.
    pub(crate) fn review_rows(
        &mut self,
        review: &Review,
        bindings: &Bindings,
    ) -> Result<Vec<ReviewRow>, Halt> {
        let mut rows = Vec::new();
        for (at, item) in review.items.iter().enumerate() {
            if review.skip_undefined && !self.is_answered(item, bindings) {
                continue;
            }
            match self.review_row(at, item) {
                Ok(Some(row)) => rows.push(row),
                Ok(None) => {}
                // A row that would ask is not shown; the review itself never asks.
                Err(Halt::Missing(_)) if review.skip_undefined => {}
                Err(halt) => return Err(halt),
            }
        }
        Ok(rows)
    }

    fn review_row(&mut self, at: usize, item: &ReviewItem) -> Result<Option<ReviewRow>, Halt> {
        if let Some(code) = item.show_if
            && !self.is_true(code)?
        {
            return Ok(None);
        }
        let label = self.render_optional(item.label)?;
        let text = self.render_optional(item.text)?;
        let help = self.render_optional(item.help)?;
        let change = (!item.targets.is_empty()).then_some(ReviewAction { row: at });
        Ok(Some(ReviewRow { label, text, help, change }))
    }

    fn is_answered(&self, item: &ReviewItem, bindings: &Bindings) -> bool {
        item.targets.iter().all(|target| match target {
            ReviewTarget::Ask(pattern) => bind(pattern, bindings)
                .is_some_and(|path| Answers::peek(&*self.world, &what_tells(&path)).is_some()),
            ReviewTarget::Recompute(_) | ReviewTarget::Undefine(_) | ReviewTarget::FollowUp(_) => {
                true
            }
        })
    }
}

impl Program {
    /// Starts changing a row of the review that is being shown. A row that is not there leaves
    /// the screen as it is.
    pub fn change_row(
        &self,
        host: &dyn Host,
        state: State,
        row: usize,
        moment: &Moment,
    ) -> Outcome {
        let world = World::new(state.clone(), moment.clone(), self);
        let ending = Run::new(self, host, &world).run();
        let Ending::Shown(shown) = &ending else { return finish(world, ending) };
        let of_plugin = shown.decided.as_ref().and_then(|it| it.rows.get(row));
        let of_plugin = of_plugin.map(|it| vec![Target::Ask(it.clone())]);
        let of_block = shown.block.and_then(|block| match &self.block(block).kind {
            BlockKind::Question(question) => match &question.control {
                Control::Review(review) => {
                    review.items.get(row).map(|it| targets(it, &shown.bindings))
                }
                _ => None,
            },
            _ => None,
        });
        let Some(targets) = of_plugin.or(of_block) else { return finish(world, ending) };
        let outcome = finish(world, ending);
        if !matches!(outcome.step, Step::Screen(_)) {
            return outcome;
        }
        let pending = Pending { targets, name: "change".to_owned(), arguments: BTreeMap::new() };
        self.with_action(host, state, pending, moment)
    }
}

/// The variable that tells whether a row can be shown: a list is revisited once it is gathered.
fn what_tells(path: &Path) -> Path {
    match (path.last(), path.parent()) {
        (Some(Segment::Attribute(name)), Some(list)) if &**name == "revisit" => {
            list.attribute("gathered")
        }
        _ => path.clone(),
    }
}

/// What changing a row does, in the order in which the author wrote it.
fn targets(item: &ReviewItem, bindings: &Bindings) -> Vec<Target> {
    let mut found = Vec::new();
    for target in &item.targets {
        match target {
            ReviewTarget::Ask(pattern) => found.extend(bind(pattern, bindings).map(Target::Ask)),
            ReviewTarget::Recompute(all) => {
                found.extend(bound(all, bindings).map(Target::Recompute));
            }
            ReviewTarget::Undefine(all) => found.extend(bound(all, bindings).map(Target::Forget)),
            ReviewTarget::FollowUp(all) => found.extend(bound(all, bindings).map(Target::Want)),
        }
    }
    found
}
