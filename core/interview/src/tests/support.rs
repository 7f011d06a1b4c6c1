//! Files in memory.

use std::collections::BTreeMap;

use affiant_diagnostic::{Diagnostic, render_human};

use crate::{Files, Interview, Unreadable, parse};

/// Files by name.
pub(super) struct Given(BTreeMap<String, String>);

impl Given {
    pub(super) fn new(files: &[(&str, &str)]) -> Self {
        Self(files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
    }
}

impl Files for Given {
    fn read(&self, name: &str) -> Result<String, Unreadable> {
        self.0.get(name).cloned().ok_or(Unreadable::NotFound)
    }
}

/// Reads one file.
pub(super) fn read(text: &str) -> (Interview, Vec<Diagnostic>) {
    parse("test.yml", &Given::new(&[("test.yml", text)]))
}

/// Reads one file in which nothing may be wrong.
pub(super) fn good(text: &str) -> Interview {
    let (interview, diagnostics) = read(text);
    let found = diagnostics.iter().filter(|it| it.code != "no-title");
    let printed: Vec<String> = found.map(|it| render_human(it, &interview.sources)).collect();
    assert!(printed.is_empty(), "{}", printed.join("\n"));
    interview
}

/// What is wrong with some files, of which the first is the interview.
pub(super) fn mistakes_of(files: &[(&str, &str)]) -> String {
    let (interview, diagnostics) = parse(files[0].0, &Given::new(files));
    let found = diagnostics.iter().filter(|it| it.code != "no-title");
    let printed: Vec<String> = found.map(|it| render_human(it, &interview.sources)).collect();
    printed.join("\n")
}
