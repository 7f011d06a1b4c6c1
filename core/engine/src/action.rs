//! Actions: events, review rows and `force_ask`, kept until they are finished.

use std::collections::BTreeMap;

use affiant_diagnostic::Diagnostic;
use affiant_guest::{Path, Value};

use crate::advance::{Ending, Outcome, finish};
use crate::goal::Run;
use crate::host::{Host, Moment};
use crate::listing;
use crate::program::Program;
use crate::state::{Pending, State, Target};
use crate::world::World;

impl Program {
    /// Runs an action that a link or a program names. Answers are not touched by naming one that
    /// does not exist: that is a fault.
    pub fn act(
        &self,
        host: &dyn Host,
        state: State,
        name: &str,
        arguments: BTreeMap<String, Value>,
        moment: &Moment,
    ) -> Outcome {
        if listing::is_of_list(name) {
            return self.act_on_list(host, state, name, &arguments, moment);
        }
        let pending = self.pending_of(name, arguments);
        self.with_action(host, state, pending, moment)
    }

    /// An action that begins.
    pub(crate) fn pending_of(&self, name: &str, arguments: BTreeMap<String, Value>) -> Pending {
        let target = match Path::parse(name) {
            Ok(path) if !self.is_event(name) => Target::Ask(path),
            _ => Target::Event(name.to_owned()),
        };
        Pending { targets: vec![target], name: name.to_owned(), arguments }
    }

    fn act_on_list(
        &self,
        host: &dyn Host,
        state: State,
        name: &str,
        arguments: &BTreeMap<String, Value>,
        moment: &Moment,
    ) -> Outcome {
        let world = World::new(state.clone(), moment.clone(), self);
        let mut run = Run::new(self, host, &world);
        let Some(targets) = run.list_targets(name, arguments) else {
            let fault = run.no_action(name);
            drop(run);
            return finish(world, Ending::Fault(Box::new(fault)));
        };
        let pending = Pending { targets, name: name.to_owned(), arguments: BTreeMap::new() };
        self.with_action(host, state, pending, moment)
    }

    /// Starts an action and settles what can be settled.
    pub(crate) fn with_action(
        &self,
        host: &dyn Host,
        state: State,
        pending: Pending,
        moment: &Moment,
    ) -> Outcome {
        let world = World::new(state, moment.clone(), self);
        let mut run = Run::new(self, host, &world);
        for target in &pending.targets {
            if let Target::Ask(path) = target {
                run.forget_choices(path);
            }
        }
        run.change_pending(|all| all.insert(0, pending));
        let ending = run.run();
        finish(world, ending)
    }

    fn is_event(&self, name: &str) -> bool {
        self.index
            .plain(name)
            .iter()
            .any(|it| self.block(*it).events.iter().any(|event| event.to_string() == name))
    }
}

impl Run<'_> {
    /// The first target of the action on top; actions without targets are taken off. Functions
    /// such as `action_argument` see the action from here on.
    pub(crate) fn first_target(&mut self) -> Option<Target> {
        let top = self.world.inner().store.state.pending.first().cloned()?;
        let Some(target) = top.targets.first() else {
            self.change_pending(|all| {
                all.remove(0);
            });
            return None;
        };
        let words = &mut self.world.inner().words;
        words.retain(|name, _| !name.starts_with("action"));
        words.insert("action".to_owned(), Value::text(&top.name));
        for (name, value) in &top.arguments {
            words.insert(format!("action_argument.{name}"), value.clone());
        }
        Some(target.clone())
    }

    /// The first target of the action on top is settled.
    pub(crate) fn drop_target(&mut self) {
        self.change_pending(|all| {
            if let Some(top) = all.first_mut() {
                if !top.targets.is_empty() {
                    top.targets.remove(0);
                }
                if top.targets.is_empty() {
                    all.remove(0);
                }
            }
        });
    }

    pub(crate) fn replace_target(&mut self, target: Target) {
        self.change_pending(|all| {
            if let Some(first) = all.first_mut().and_then(|it| it.targets.first_mut()) {
                *first = target;
            }
        });
    }

    /// `force_ask`: these are asked instead of what the action was about to do.
    pub(crate) fn replace_action(&mut self, targets: Vec<Target>) {
        for target in &targets {
            if let Target::Ask(path) = target {
                self.forget_choices(path);
            }
        }
        self.change_pending(|all| match all.first_mut() {
            Some(top) => {
                let rest = top.targets.split_off(top.targets.len().min(1));
                top.targets = targets.into_iter().chain(rest).collect();
            }
            None => {
                all.insert(0, Pending { targets, name: String::new(), arguments: BTreeMap::new() });
            }
        });
    }

    pub(crate) fn drop_action(&mut self) {
        self.change_pending(|all| {
            if !all.is_empty() {
                all.remove(0);
            }
        });
    }

    pub(crate) fn no_action(&self, name: &str) -> Diagnostic {
        Diagnostic::error(
            "unknown-action",
            self.span_here(),
            format!("no block answers the action `{name}`"),
        )
        .hint(format!("add `event: {name}` to a question or code block"))
    }
}
