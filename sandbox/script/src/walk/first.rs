//! Which answer a script needs before anything else.

use rhai::{Expr, Stmt};

use super::{Root, Walker};

/// What comes first when something is evaluated.
enum First<'e> {
    /// This answer is read.
    Reads(Root<'e>),
    /// Nothing that could fail, be seen or be left out: look at what follows.
    Passes,
    /// Something else happens, or may happen.
    Unknown,
}

impl Walker<'_> {
    /// The answer that the script reads before it does anything else, whatever is known, if there is
    /// one: without it, running the script comes to nothing but asking for it.
    pub(super) fn first_read(&self, statement: &Stmt) -> Option<String> {
        let first = match statement {
            Stmt::Expr(expression) => self.first(expression),
            Stmt::Var(it, ..) => self.first(&it.1),
            Stmt::Assignment(it) => self.first(&it.1.rhs),
            Stmt::If(flow, _) => self.first(&flow.expr),
            Stmt::Switch(it, _) => self.first(&it.0),
            Stmt::Return(Some(expression), ..) => self.first(expression),
            Stmt::FnCall(call, _) if call.op_token.is_some() => self.first_of(&call.args),
            _ => First::Unknown,
        };
        match first {
            First::Reads(root) => Some(root.name.to_owned()),
            First::Passes | First::Unknown => None,
        }
    }

    fn first<'e>(&self, expression: &'e Expr) -> First<'e> {
        match expression {
            Expr::Variable(..) => self.answer(expression).map_or(First::Unknown, First::Reads),
            Expr::BoolConstant(..)
            | Expr::IntegerConstant(..)
            | Expr::FloatConstant(..)
            | Expr::CharConstant(..)
            | Expr::StringConstant(..)
            | Expr::Unit(..) => First::Passes,
            Expr::InterpolatedString(parts, _) | Expr::Array(parts, _) => self.first_of(parts),
            Expr::And(parts, _) | Expr::Or(parts, _) | Expr::Coalesce(parts, _) => {
                // What follows is left out at times.
                parts.first().map_or(First::Unknown, |it| match self.first(it) {
                    First::Passes => First::Unknown,
                    other => other,
                })
            }
            // Operators take their sides in order; functions do not always take their arguments so.
            Expr::FnCall(call, _) if call.op_token.is_some() => self.first_of(&call.args),
            _ => First::Unknown,
        }
    }

    fn first_of<'e>(&self, parts: &'e [Expr]) -> First<'e> {
        let mut found = parts.iter().map(|it| self.first(it));
        found.find(|it| !matches!(it, First::Passes)).unwrap_or(First::Passes)
    }
}
