//! The phases of `cargo xtask test`, their order and what each needs.

use clap::ValueEnum;

/// One part of a test run, with its own name, time and verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Phase {
    /// Look for the tools that the other phases call, and install the missing ones.
    Tools,
    /// `cargo xtask tidy`.
    Tidy,
    /// `cargo fmt --check`.
    Format,
    /// clippy over all targets, warnings refused.
    Clippy,
    /// rustdoc, warnings refused.
    Docs,
    /// cargo-deny over licences, banned packages and sources.
    Deny,
    /// Every target of the workspace.
    Build,
    /// The targets of fuzzers, which no other phase compiles.
    Fuzz,
    /// nextest over the workspace.
    Test,
    /// The tests in a real browser.
    Browser,
    /// The search for leaks, in its short form.
    Leaks,
}

impl Phase {
    /// Every phase, in the order in which they run: the quick ones first.
    pub(crate) const ALL: &[Self] = &[
        Self::Tools,
        Self::Tidy,
        Self::Format,
        Self::Clippy,
        Self::Docs,
        Self::Deny,
        Self::Build,
        Self::Fuzz,
        Self::Test,
        Self::Browser,
        Self::Leaks,
    ];

    /// The phases of `cargo xtask lint`.
    pub(crate) const LINT: &[Self] =
        &[Self::Tidy, Self::Format, Self::Clippy, Self::Docs, Self::Deny];

    /// The phases that must have passed before this one is of use.
    pub(crate) fn needs(self) -> &'static [Self] {
        match self {
            Self::Test | Self::Browser | Self::Leaks => &[Self::Tools, Self::Build],
            _ => &[],
        }
    }

    /// The name on the command line and in the report.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Tidy => "tidy",
            Self::Format => "format",
            Self::Clippy => "clippy",
            Self::Docs => "docs",
            Self::Deny => "deny",
            Self::Build => "build",
            Self::Fuzz => "fuzz",
            Self::Test => "test",
            Self::Browser => "browser",
            Self::Leaks => "leaks",
        }
    }
}

/// Returns the phases to run, in order: `only` and what they need (all when `only` is empty), less `skip`.
pub(crate) fn plan(all: &[Phase], only: &[Phase], skip: &[Phase]) -> Vec<Phase> {
    let wanted = |phase: &Phase| {
        only.is_empty()
            || only.contains(phase)
            || only.iter().any(|chosen| chosen.needs().contains(phase))
    };
    all.iter().copied().filter(|phase| wanted(phase) && !skip.contains(phase)).collect()
}
