//! Chains such as `kids[i].name.first`, as they are read and as they are assigned.

use std::fmt::Write;

use rhai::{ASTFlags, Expr};

use super::{Root, Walker, column, line};
use crate::analysis::{Assigned, Read};
use crate::rewrite::Marker;

/// The index variables that a block can leave open.
const INDEX_VARIABLES: [&str; 6] = ["i", "j", "k", "l", "m", "n"];

/// One step behind the root of a chain.
pub(super) enum Step<'e> {
    Attribute(&'e str),
    Index(&'e Expr),
    Method(&'e Expr),
}

/// The root and the steps of a chain. The parser nests them to the right.
fn steps(chain: &Expr) -> (&Expr, Vec<Step<'_>>) {
    let (Expr::Dot(first, ..) | Expr::Index(first, ..)) = chain else { return (chain, Vec::new()) };
    let mut steps = Vec::new();
    let mut link = chain;
    while let Expr::Dot(it, options, _) | Expr::Index(it, options, _) = link {
        let goes_on = !options.contains(ASTFlags::BREAK);
        let (step, next) = match &it.rhs {
            Expr::Dot(rest, ..) | Expr::Index(rest, ..) if goes_on => (&rest.lhs, Some(&it.rhs)),
            last => (last, None),
        };
        steps.push(match (link, step) {
            (Expr::Dot(..), Expr::Property(property, _)) => Step::Attribute(property.2.as_str()),
            (Expr::Dot(..), method) => Step::Method(method),
            (_, index) => Step::Index(index),
        });
        match next {
            Some(next) => link = next,
            None => break,
        }
    }
    (&first.lhs, steps)
}

impl Walker<'_> {
    /// A chain that is read.
    pub(super) fn chain(&mut self, chain: &Expr) {
        let (root, steps) = steps(chain);
        if matches!(root, Expr::Variable(..)) {
            self.read(root, &steps);
        } else {
            self.expression(root);
        }
        self.inside(&steps);
    }

    /// A variable that is read, with what stands behind it.
    pub(super) fn read(&mut self, variable: &Expr, steps: &[Step<'_>]) {
        let Some(root) = self.answer(variable) else { return };
        let path = self.pattern(&root, steps);
        let (line, column) = (line(root.position), column(root.position));
        self.found.analysis.reads.push(Read { path, line, column });
        if self.closure.is_some() {
            self.mark(&root, Marker::Read);
        } else {
            self.found.names.insert(root.name.to_owned());
        }
    }

    /// The left side of an assignment.
    pub(super) fn target(&mut self, target: &Expr, reads_first: bool) {
        let (root, steps) = steps(target);
        if let Some(root) = self.answer(root) {
            let pattern = self.pattern(&root, &steps);
            let (line, column) = (line(root.position), column(root.position));
            if reads_first {
                self.found.analysis.reads.push(Read { path: pattern.clone(), line, column });
            }
            self.found.analysis.assigns.push(Assigned { pattern, line, column });
            self.mark(&root, Marker::Write);
        } else {
            if !steps.is_empty() && self.repeating > 0 {
                self.found.size.fills = true;
                self.nests();
            }
            if !matches!(root, Expr::Variable(..)) {
                self.expression(root);
            }
        }
        self.inside(&steps);
    }

    /// Indexes and arguments within a chain.
    fn inside(&mut self, steps: &[Step<'_>]) {
        for step in steps {
            match step {
                Step::Attribute(name) => {
                    self.found.properties.insert((*name).to_owned());
                }
                Step::Index(index) => self.expression(index),
                Step::Method(Expr::MethodCall(call, position)) => self.method(call, *position),
                Step::Method(other) => self.expression(other),
            }
        }
    }

    /// The part of a chain that is known without running, as text.
    fn pattern(&self, root: &Root<'_>, steps: &[Step<'_>]) -> String {
        let mut pattern = root.name.to_owned();
        for step in steps {
            let added = match step {
                Step::Attribute(name) => write!(pattern, ".{name}"),
                Step::Index(Expr::IntegerConstant(index, _)) if *index >= 0 => {
                    write!(pattern, "[{index}]")
                }
                Step::Index(Expr::StringConstant(key, _)) => write_key(&mut pattern, key),
                Step::Index(Expr::CharConstant(key, _)) => {
                    write_key(&mut pattern, key.encode_utf8(&mut [0; 4]))
                }
                Step::Index(index) => match self.answer(index) {
                    Some(it) if INDEX_VARIABLES.contains(&it.name) => {
                        write!(pattern, "[{}]", it.name)
                    }
                    _ => write!(pattern, "[*]"),
                },
                Step::Method(_) => break,
            };
            // Writing into a string does not fail.
            debug_assert!(added.is_ok());
        }
        pattern
    }
}

fn write_key(pattern: &mut String, key: &str) -> std::fmt::Result {
    write!(pattern, "[\"{}\"]", key.replace('\\', "\\\\").replace('"', "\\\""))
}
