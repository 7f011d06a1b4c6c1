//! What an author wrote: the interview model, and the parser that makes it from YAML.
//!
//! The entry point is [`parse()`]; [`Interview`] is what it makes.
//!
//! # Invariants
//!
//! - No I/O: files are asked for through [`Files`].
//! - Scripts and templates are kept as text with their place; nothing here runs or parses them,
//!   but for the small tests of fields that a browser decides too.
//! - Loading never stops at the first mistake: what could be read comes with all diagnostics.

mod block;
mod diagnostics;
mod field;
mod interview;
mod parse;
mod pattern;
mod question;
mod test;
mod text;

pub use block::{
    Argument, Assembly, Attachment, Block, BlockIndex, BlockKind, ClassUse, Delivery, Format,
    Named, Need, ObjectDeclaration, Reconsider, Table, TableColumn, Template, When,
};
pub use field::{
    Bound, Choice, ChoiceSource, ChoiceValue, Condition, ConditionTest, CustomDatatype, Datatype,
    Default, Field, FieldEntry, InputType, Lookup, OfTheAbove,
};
pub use interview::{Datatypes, Features, Interview, Metadata, Module, Section, Term, UsedPlugin};
pub use parse::{Files, KeyPlace, KeySummary, Support, Unreadable, datatypes, keys, parse};
pub use pattern::{INDEX_VARIABLES, InvalidPattern, Pattern, PatternSegment};
pub use question::{
    ActionButton, ChoiceStyle, Control, Help, ListCollect, Question, Review, ReviewItem,
    ReviewTarget, ScreenParts, YesNo,
};
pub use test::{Comparison, Test};
pub use text::{Anchor, Code, CodeId, CodeKind, SourceText, Text, TextId, TextKind};

#[cfg(test)]
mod tests;
