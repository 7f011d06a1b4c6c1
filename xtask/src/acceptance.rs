//! The table of acceptance tests, `tests/acceptance.md`.

/// Where the table is.
pub(crate) const TABLE: &str = "tests/acceptance.md";

/// What stands for a part of the proof where the tests themselves are the figure.
pub(crate) const TESTS: &str = "tests";

/// What must hold, and what shows that it does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Criterion {
    /// Such as `AT-05`.
    pub(crate) number: String,
    /// The line of its heading.
    pub(crate) line: usize,
    /// Parts of the proof that print its figures.
    pub(crate) parts: Vec<String>,
    /// Tests that run with every change.
    pub(crate) tests: Vec<Named>,
}

/// A test, by its file and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) path: String,
    pub(crate) name: String,
    pub(crate) line: usize,
}

/// Reads the table.
pub(crate) fn parse(text: &str) -> Vec<Criterion> {
    let mut all: Vec<Criterion> = Vec::new();
    for (line, content) in (1..).zip(text.lines()) {
        if let Some(heading) = content.strip_prefix("## ") {
            let number = heading.split(':').next().unwrap_or_default().trim().to_owned();
            all.push(Criterion { number, line, ..Criterion::default() });
        }
        let Some(criterion) = all.last_mut() else { continue };
        let Some(item) = content.strip_prefix("- ") else { continue };
        if let Some(parts) = item.strip_prefix("figures: ") {
            criterion.parts.extend(quoted(parts).map(str::to_owned));
        } else if let Some(path) = quoted(item).next() {
            let names = item.split_once("`: ").map_or("", |it| it.1);
            let named = |name: &str| Named { path: path.into(), name: name.trim().into(), line };
            // The name of a test in a browser is a sentence, with commas.
            if in_browser(path) {
                criterion.tests.push(named(names));
            } else {
                criterion.tests.extend(names.split(',').map(named));
            }
        }
    }
    all
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Whether the tests of a file run in a browser.
pub(crate) fn in_browser(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|it| it == "mjs")
}
