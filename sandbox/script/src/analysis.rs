//! What a script touches, found without running it.

/// What a script reads, assigns and calls. Lines and columns count from one, in the source given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Analysis {
    /// Answers that the script may define, in the order of the source.
    pub assigns: Vec<Assigned>,
    /// Answers that the script may need, in the order of evaluation; one entry for each place.
    pub reads: Vec<Read>,
    /// Functions and methods that the script calls, operators excepted.
    pub calls: Vec<Called>,
}

/// One assignment to an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// What is assigned: `yearly`, `client.age`, `kids[0].age`, `kids[i].age` with an index
    /// variable, `x.full`, `prices["rent"]`; `[*]` stands for an index only known at run time.
    pub pattern: String,
    /// Line of the variable.
    pub line: usize,
    /// Column of the variable, in characters.
    pub column: usize,
}

/// One use of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The longest part that is known without running, written like [`Assigned::pattern`]; a
    /// method called on it is not part of it.
    pub path: String,
    /// Line of the variable.
    pub line: usize,
    /// Column of the variable, in characters.
    pub column: usize,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// The function or method.
    pub name: String,
    /// Whether it is written behind a dot.
    pub is_method: bool,
    /// The arguments that are plain texts, such as the name in `defined("rent")`; `None` for the
    /// others.
    pub texts: Vec<Option<String>>,
    /// Line of the name.
    pub line: usize,
    /// Column of the name, in characters.
    pub column: usize,
}
