//! Runs an interview against a written conversation, without a server.
//!
//! A Markdown file is a suite: each heading is a case, its fenced blocks are the interview's files
//! and the conversation. [`cases`] reads a suite, [`Case::run`] plays one case and gives the
//! conversation as it really went, to be compared with the written one.
//!
//! ```text
//! ? Do you rent your home?
//! > no
//! done
//! ```
//!
//! Lines with `?` are screens, `>` is what the user does, `!` what a field is refused for, `|` what
//! `> show …` prints, `fault:` a mistake of the interview. What was begun in the background waits until
//! `> background` does it: `|` lines tell each task and mail.

mod background;
mod player;
mod show;
mod suite;

pub use suite::{Case, Expected, Mismatch, Suite, cases};
