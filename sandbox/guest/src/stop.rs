//! Why a guest stopped before its end.

use crate::{Path, Value};

/// Why the evaluation of a script, an expression or a text ended without a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// A variable is needed and not known: find it, then evaluate again from the start.
    Missing(Path),
    /// The author's code failed or passed its budget.
    Fault(Box<Fault>),
    /// The author's code refuses what the user entered.
    Refused(Refusal),
    /// The author's code asks the engine to do something else.
    Command(Box<Command>),
}

impl Stop {
    /// A fault of `kind` without a place; whoever knows the place adds it.
    pub fn fault(kind: FaultKind, message: impl Into<String>) -> Self {
        Self::Fault(Box::new(Fault { kind, message: message.into(), position: None, hint: None }))
    }

    /// A fault of a call: wrong number or type of arguments, a value out of range.
    pub fn bad_call(message: impl Into<String>) -> Self {
        Self::fault(FaultKind::BadCall, message)
    }
}

/// Guest code failed. Carries no answers: only names, places and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind of failure it is.
    pub kind: FaultKind,
    /// What is wrong, one sentence without a full stop, for the author.
    pub message: String,
    /// Where, in the guest's source.
    pub position: Option<Position>,
    /// What to do about it.
    pub hint: Option<String>,
}

/// The kinds of [`Fault`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// More operations, output, memory, depth or time than the budget allows.
    OverBudget,
    /// A function or operator was called with what it does not take.
    BadCall,
    /// A function, method or attribute that does not exist.
    Unknown,
    /// Arithmetic that has no result: division by zero, overflow.
    Arithmetic,
    /// The author's own `throw`.
    Thrown,
    /// Something that it needs is switched off for now.
    Off,
    /// Something that it needs has too much to do at this moment.
    Busy,
    /// Something that it needs is done only for people who agree to it, and this one has not.
    NotAgreed,
    /// Anything else the interpreter refuses while running.
    Other,
}

/// A place in a guest's source; both count from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line.
    pub line: usize,
    /// Column, in characters.
    pub column: usize,
}

/// An author's `validation_error(message, field)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What the user is told.
    pub message: String,
    /// The variable whose field is to blame, as the author wrote it.
    pub field: Option<String>,
}

/// What an author's code can ask of the engine instead of finishing.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// `force_ask(…)`: ask for these even if they are known.
    ForceAsk(Vec<String>),
    /// `message(title, text)`: show a last screen.
    Message {
        /// Heading, plain text.
        title: String,
        /// Text below it, plain.
        text: String,
    },
    /// `command("restart")` and its like: `restart`, `exit`, `leave`, `continue`, `refresh`.
    Named {
        /// The command's name.
        name: String,
        /// Where to go afterwards, for `exit` and `leave`.
        url: Option<String>,
    },
    /// `response(value)`: answer an action with a value instead of a screen.
    Respond(Value),
}

/// What one evaluation may use. Every limit is set by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Operations of the interpreter, over all closures and calls.
    pub operations: u64,
    /// Wall time in milliseconds.
    pub milliseconds: u64,
    /// Bytes of one text, and of one rendered output.
    pub text_bytes: usize,
    /// Items of one list.
    pub items: usize,
    /// Entries of one dictionary.
    pub entries: usize,
    /// Variables in scope at once.
    pub variables: usize,
    /// Nested function calls.
    pub calls: usize,
}

impl Budget {
    /// What an author's code gets (1,000,000 operations, 250 ms, 1 MiB texts,
    /// 10,000 items, 1,000 entries, 1,000 variables, 32 calls).
    pub const AUTHOR: Self = Self {
        operations: 1_000_000,
        milliseconds: 250,
        text_bytes: 1 << 20,
        items: 10_000,
        entries: 1_000,
        variables: 1_000,
        calls: 32,
    };
}
