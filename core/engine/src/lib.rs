//! Decides what a user sees next.
//!
//! Start at [`Program`], an interview made ready to run: [`Program::advance`] gives the next
//! [`Step`], [`Program::answer`] takes what the user entered. [`State`] is all that a session
//! knows; every step returns the [`Change`]s it made, so that only they need to be stored.
//!
//! # Invariants
//!
//! - No I/O. Clocks, random numbers, scripts and templates are reached only through [`Host`].
//! - Deterministic. Equal interviews, states, moments and host replies give equal steps.
//! - Total. A faulty interview gives [`Step::Fault`], never a panic, and leaves the state as it was.
//! - No recursion on the thread's stack: what is needed first lies on a stack of goals.

mod accept;
mod action;
mod advance;
mod apart;
mod asked;
mod candidate;
mod change;
mod choice;
mod collect;
mod condition;
mod custom;
mod decide;
mod define;
mod deliver;
mod document;
mod field;
mod gather;
mod goal;
mod host;
mod index;
mod input;
mod kept;
mod language;
mod listing;
mod notebook;
mod paged;
mod parse;
mod problem;
mod program;
mod question;
mod review;
mod screen;
mod stale;
mod state;
mod task;
mod tree;
mod world;

pub use accept::{Rejected, Submission};
pub use advance::{Outcome, Step};
pub use apart::{Apart, Part, Parts};
pub use change::Change;
pub use condition::{Entered, as_float};
pub use custom::Custom;
pub use decide::{Asked, AskedDatatype, AskedField, Complaint, Decision};
pub use deliver::{Enclosed, Fate, Parcel};
pub use goal::{BUSY, NOT_AGREED, SWITCHED_OFF};
pub use host::{Definitions, Host, Moment, Needs};
pub use index::Index;
pub use input::Input;
pub use notebook::{MOST_NOTED, MOST_NOTES, Note, Notebook, Notes, OURS};
pub use paged::Paged;
pub use parse::NONE_OF_THE_ABOVE;
pub use problem::{FieldError, Problem, Say};
pub use program::Program;
pub use screen::{
    ActionLink, Assembled, Command, CustomField, Reason, ReviewAction, ReviewRow, Screen,
    ScreenChoice, ScreenCondition, ScreenConditionTest, ScreenDocument, ScreenField, ScreenHelp,
    ScreenLookup, ScreenParts, ScreenRow, ScreenSection, ScreenTerm, Waiting, Widget,
};
pub use state::{Computed, Pending, State};
pub use task::{Email, MOST_TASKS, News, NoEnd, Task, Work};
