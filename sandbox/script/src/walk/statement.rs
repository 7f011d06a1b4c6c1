//! Statements and expressions.

use rhai::{ASTFlags, Expr, FlowControl, FnCallExpr, FnPtr, Position, Stmt, StmtBlock};

use super::{Walker, column, line};

/// Methods that put values into other values.
const BUILDERS: [&str; 9] =
    ["push", "append", "insert", "pad", "splice", "set", "mixin", "fill_with", "map"];

impl Walker<'_> {
    pub(super) fn statement(&mut self, statement: &Stmt) {
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        match statement {
            Stmt::Expr(expression) => self.expression(expression),
            Stmt::FnCall(call, position) => self.call(call, *position),
            Stmt::Block(block) => self.block(block),
            Stmt::If(flow, _) => self.flow(flow),
            Stmt::While(flow, position) | Stmt::Do(flow, _, position) => {
                self.loops(*position);
                self.repeating += 1;
                self.flow(flow);
                self.repeating -= 1;
            }
            Stmt::For(it, position) => {
                self.loops(*position);
                self.slots += 2;
                self.expression(&it.2.expr);
                self.repeating += 1;
                self.block(&it.2.body);
                self.repeating -= 1;
            }
            Stmt::TryCatch(flow, _) => {
                self.slots += 1;
                self.block(&flow.body);
                self.block(&flow.branch);
            }
            Stmt::Var(it, options, position) => {
                self.slots += 1;
                if options.contains(ASTFlags::EXPORTED) {
                    self.refuse(*position, "there are no modules to export to", None);
                }
                self.expression(&it.1);
            }
            Stmt::Assignment(it) => {
                self.expression(&it.1.rhs);
                self.target(&it.1.lhs, it.0.is_op_assignment());
            }
            Stmt::Switch(it, _) => {
                self.expression(&it.0);
                for case in &it.1.expressions {
                    self.expression(&case.lhs);
                    self.expression(&case.rhs);
                }
            }
            Stmt::BreakLoop(Some(expression), ..) => self.expression(expression),
            Stmt::Return(Some(expression), options, _) => {
                if let Expr::StringConstant(text, _) = &**expression
                    && options.contains(ASTFlags::BREAK)
                {
                    self.found.thrown.insert(text.to_string());
                }
                self.expression(expression);
            }
            Stmt::Import(_, position) => {
                let hint = "put what is shared into an interview file and `include` it";
                self.refuse(*position, "a script cannot import modules", Some(hint));
            }
            Stmt::Export(_, position) => {
                self.refuse(*position, "there are no modules to export to", None);
            }
            // What a closure captures is walked where the closure is made.
            _ => {}
        }
        self.depth -= 1;
    }

    fn loops(&mut self, position: Position) {
        self.found.first_loop.get_or_insert((line(position), column(position)));
    }

    fn flow(&mut self, flow: &FlowControl) {
        self.expression(&flow.expr);
        self.block(&flow.body);
        self.block(&flow.branch);
    }

    fn block(&mut self, block: &StmtBlock) {
        for statement in block.iter() {
            self.statement(statement);
        }
    }

    pub(super) fn expression(&mut self, expression: &Expr) {
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        match expression {
            Expr::Variable(variable, _, position) => {
                if variable.2.is_empty() {
                    self.read(expression, &[]);
                } else {
                    self.refuse(*position, "there are no modules", None);
                }
            }
            Expr::Dot(..) | Expr::Index(..) => self.chain(expression),
            Expr::FnCall(call, position) => self.call(call, *position),
            Expr::Stmt(block) => self.block(block),
            Expr::InterpolatedString(parts, _) => self.expressions(parts),
            Expr::Array(items, _) => {
                self.nests();
                self.slots += items.len();
                self.expressions(items);
            }
            Expr::Map(map, _) => {
                self.nests();
                self.slots += map.0.len();
                for (key, value) in &map.0 {
                    self.found.keys.insert(key.name.to_string());
                    self.expression(value);
                }
            }
            Expr::And(parts, _) | Expr::Or(parts, _) | Expr::Coalesce(parts, _) => {
                self.expressions(parts);
            }
            Expr::DynamicConstant(value, _) => {
                if let Some(pointer) = value.read_lock::<FnPtr>() {
                    self.closure(&pointer, &[]);
                }
            }
            _ => {}
        }
        self.depth -= 1;
    }

    pub(super) fn expressions(&mut self, expressions: &[Expr]) {
        for expression in expressions {
            self.expression(expression);
        }
    }

    /// A function call, an operator, or a closure with what it captures.
    fn call(&mut self, call: &FnCallExpr, position: Position) {
        if call.name == "curry"
            && let Some((Expr::DynamicConstant(value, _), captured)) = call.args.split_first()
            && let Some(pointer) = value.read_lock::<FnPtr>()
        {
            self.closure(&pointer, captured);
            return;
        }
        self.slots += call.args.len();
        if call.op_token.is_none() {
            self.called(call, false, position);
            if BUILDERS.contains(&call.name.as_str()) {
                self.nests();
            }
        }
        self.arguments(&call.args);
    }

    pub(super) fn method(&mut self, call: &FnCallExpr, position: Position) {
        self.slots += call.args.len();
        self.called(call, true, position);
        if BUILDERS.contains(&call.name.as_str()) {
            self.nests();
        }
        self.arguments(&call.args);
    }

    fn arguments(&mut self, arguments: &[Expr]) {
        for argument in arguments {
            self.is_argument = is_closure(argument);
            self.expression(argument);
        }
    }
}

/// Whether `expression` makes a closure, with or without captured variables.
fn is_closure(expression: &Expr) -> bool {
    match expression {
        Expr::DynamicConstant(value, _) => value.is::<FnPtr>(),
        Expr::Stmt(block) => matches!(block.statements(), [Stmt::Share(_), Stmt::Expr(_)]),
        _ => false,
    }
}
