//! Goes through a parsed script and finds which names are answers.
//!
//! The parser gives an index to a variable that it has seen declared. A name without one is an
//! answer, except in a closure, where it may be a local of the code around it: the list of what
//! the closure captures tells.

mod chain;
mod first;
mod statement;

use std::collections::{BTreeMap, BTreeSet};

use rhai::{AST, Expr, FnCallExpr, FnPtr, Module, Position, Stmt};

use crate::analysis::{Analysis, Called};
use crate::problem::ScriptProblem;
use crate::rewrite::{Mark, Marker};

/// Everything one walk finds.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) analysis: Analysis,
    pub(crate) problems: Vec<ScriptProblem>,
    /// Where the second pass needs a marker in front of a variable.
    pub(crate) marks: Vec<Mark>,
    /// Answers read by their plain name.
    pub(crate) names: BTreeSet<String>,
    /// Locals that closures capture by name.
    pub(crate) captured: BTreeSet<String>,
    /// Attribute names, and roots of marked variables.
    pub(crate) properties: BTreeSet<String>,
    /// Keys of dictionaries written out, which may hold closures to call.
    pub(crate) keys: BTreeSet<String>,
    /// Texts that the script throws as they stand.
    pub(crate) thrown: BTreeSet<String>,
    /// Line and column of the first loop.
    pub(crate) first_loop: Option<(usize, usize)>,
    pub(crate) size: Size,
    /// The answer that is read before anything else happens.
    pub(crate) first: Option<String>,
}

/// How much a script can make Rhai hold and nest.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Size {
    /// Places in the main part that can hold a value at the same time: variables, arguments,
    /// items of lists written out. Those of closures count too.
    pub(crate) main_slots: usize,
    /// The same of the largest function or closure.
    pub(crate) function_slots: usize,
    /// Deepest nesting of the main part, with the closures in it.
    pub(crate) main_depth: usize,
    /// Deepest nesting of a function or closure.
    pub(crate) function_depth: usize,
    /// Whether something may call itself: there are functions with names, or closures that are
    /// kept instead of being passed to a method right away.
    pub(crate) may_recurse: bool,
    /// A part that may run often puts values into values, or closures into closures.
    pub(crate) nests: bool,
    /// A part that may run often assigns elements of a local list or dictionary, which Rhai does
    /// not measure then.
    pub(crate) fills: bool,
}

/// A function or closure of the script.
#[derive(Debug)]
struct Function {
    body: Vec<Stmt>,
}

/// Walks through `ast`.
pub(crate) fn walk(ast: &AST) -> Findings {
    let functions = functions_of(ast);
    let named = ast
        .iter_fn_def()
        .map(|it| it.name.to_string())
        .filter(|it| !it.starts_with("anon$"))
        .collect();
    let mut walker = Walker {
        functions: &functions,
        named,
        found: Findings::default(),
        closure: None,
        depth: 0,
        slots: 0,
        deepest: 0,
        repeating: 0,
        is_argument: false,
    };
    walker.found.first = ast.statements().first().and_then(|it| walker.first_read(it));
    for statement in ast.statements() {
        walker.statement(statement);
    }
    walker.found.size.main_slots = walker.slots;
    walker.found.size.main_depth = walker.deepest;
    walker.found.size.may_recurse |= !walker.named.is_empty();
    for (_, function) in functions.iter().filter(|(name, _)| !name.starts_with("anon$")) {
        (walker.depth, walker.deepest, walker.slots) = (0, 0, 0);
        walker.function(function, None);
    }
    walker.found
}

/// The bodies of all functions, by name; overloads with other numbers of parameters are joined.
fn functions_of(ast: &AST) -> BTreeMap<String, Function> {
    let mut functions: BTreeMap<String, Function> = BTreeMap::new();
    for definition in ast.iter_fn_def() {
        // The type of a body cannot be named outside of Rhai, but it can be walked.
        let mut module = Module::new();
        module.set_script_fn(definition.as_ref().clone());
        let mut body = Vec::new();
        AST::new(std::iter::empty(), module).walk(&mut |path: &[rhai::ASTNode<'_>]| {
            if let [rhai::ASTNode::Stmt(statement)] = path {
                body.push((*statement).clone());
            }
            true
        });
        let entry = functions.entry(definition.name.to_string());
        entry.or_insert_with(|| Function { body: Vec::new() }).body.append(&mut body);
    }
    functions
}

struct Walker<'a> {
    functions: &'a BTreeMap<String, Function>,
    /// Functions the script defines by name.
    named: BTreeSet<String>,
    found: Findings,
    /// In a closure: the locals of the code around it that it captures.
    closure: Option<BTreeSet<String>>,
    depth: usize,
    slots: usize,
    deepest: usize,
    /// How many loops, functions and closures are around.
    repeating: usize,
    /// Whether the closure that comes next is an argument of a call.
    is_argument: bool,
}

/// A variable that is an answer.
struct Root<'e> {
    name: &'e str,
    position: Position,
}

impl Walker<'_> {
    /// The variable in `expression` if it is an answer.
    fn answer<'e>(&self, expression: &'e Expr) -> Option<Root<'e>> {
        let Expr::Variable(variable, short, position) = expression else { return None };
        let name = variable.1.as_str();
        let is_local = short.is_some()
            || variable.0.is_some()
            || !variable.2.is_empty()
            || self.closure.as_ref().is_some_and(|it| it.contains(name))
            || self.named.contains(name);
        (!is_local).then_some(Root { name, position: *position })
    }

    /// Walks a function's or a closure's body.
    fn function(&mut self, function: &Function, closure: Option<BTreeSet<String>>) {
        /// Levels that calling takes.
        const CALL: usize = 6;
        let outer = std::mem::replace(&mut self.closure, closure);
        let (depth, slots, deepest) = (self.depth, self.slots, self.deepest);
        self.depth += CALL;
        self.deepest = self.depth;
        self.repeating += 1;
        for statement in &function.body {
            self.statement(statement);
        }
        self.repeating -= 1;
        let size = &mut self.found.size;
        size.function_slots = size.function_slots.max(self.slots - slots);
        size.function_depth = size.function_depth.max(self.deepest - depth);
        (self.depth, self.deepest) = (depth, deepest.max(self.deepest));
        self.closure = outer;
    }

    /// Walks a closure where it is made; `captured` are the variables it takes from around it.
    fn closure(&mut self, pointer: &FnPtr, captured: &[Expr]) {
        self.found.size.may_recurse |= !std::mem::take(&mut self.is_argument);
        let mut locals = BTreeSet::new();
        for variable in captured {
            if let Expr::Variable(it, ..) = variable
                && self.answer(variable).is_none()
            {
                locals.insert(it.1.to_string());
            }
        }
        self.found.captured.extend(locals.iter().cloned());
        if !locals.is_empty() {
            self.nests();
        }
        self.slots += captured.len();
        let functions = self.functions;
        if let Some(function) = functions.get(pointer.fn_name()) {
            self.function(function, Some(locals));
        }
    }

    /// Notes that something is put into something here.
    fn nests(&mut self) {
        self.found.size.nests |= self.repeating > 0;
    }

    fn called(&mut self, call: &FnCallExpr, is_method: bool, position: Position) {
        if !call.namespace.is_empty() {
            self.refuse(position, "there are no modules", None);
        }
        if call.capture_parent_scope {
            let hint = "pass what the function needs as arguments, without the `!`";
            self.refuse(position, "a function cannot look into its caller", Some(hint));
        }
        self.found.size.may_recurse |= call.name == "call";
        let texts = call.args.iter().map(|argument| match argument {
            Expr::StringConstant(text, _) => Some(text.to_string()),
            _ => None,
        });
        self.found.analysis.calls.push(Called {
            name: call.name.to_string(),
            is_method,
            texts: texts.collect(),
            line: line(position),
            column: column(position),
        });
    }

    fn refuse(&mut self, position: Position, message: &str, hint: Option<&str>) {
        self.found.problems.push(ScriptProblem {
            message: message.to_owned(),
            line: line(position),
            column: column(position),
            hint: hint.map(str::to_owned),
        });
    }

    fn mark(&mut self, root: &Root<'_>, marker: Marker) {
        self.found.properties.insert(root.name.to_owned());
        self.found.marks.push(Mark {
            line: line(root.position),
            column: column(root.position),
            marker,
            name: root.name.to_owned(),
        });
    }
}

/// The line of a position, from one.
pub(crate) fn line(position: Position) -> usize {
    position.line().unwrap_or(1)
}

/// The column of a position, from one.
pub(crate) fn column(position: Position) -> usize {
    position.position().unwrap_or(1).max(1)
}
