//! The figures that the promises about privacy come down to, and the tests behind them.

use std::collections::BTreeSet;

use anyhow::bail;

use crate::acceptance::{Criterion, TABLE, TESTS, in_browser, parse};
use crate::report::{complain, say};
use crate::shell::{built, call, cargo, command, root};
use crate::{leakscan, tools};

/// How much the tests do that take a number from the environment: in the short form, and before a
/// release.
const NUMBERS: [(&str, &str, &str); 3] = [
    ("AFFIANT_KILLS", "10", "200"),
    ("AFFIANT_ENVELOPES", "60", "1000"),
    ("AFFIANT_SEQUENCES", "2000", "200000"),
];

/// Proves the parts that are named, or all; then the tests that the table of acceptance tests names.
/// Fails when a figure or a test does.
pub(crate) fn run(long: bool, parts: &[String]) -> anyhow::Result<()> {
    let proven = leakscan::with_both_servers("proof", long, parts);
    if !parts.is_empty() {
        return proven;
    }
    let all = parse(&fs_err::read_to_string(root().join(TABLE))?);
    let tested = match tools::provide() {
        Ok(()) => vec![rust(&all, long), browser(&all)],
        Err(error) => vec![Err(error)],
    };
    say("");
    for it in all.iter().filter(|it| it.parts.iter().any(|it| it == TESTS)) {
        let numbers = NUMBERS.map(|(name, short, much)| (name, if long { much } else { short }));
        let count = it.tests.len();
        say(&format!("{}: {count} tests run; {}", it.number, told(it, &numbers)));
    }
    let failed: Vec<String> = std::iter::once(proven)
        .chain(tested)
        .filter_map(|it| it.err().map(|error| format!("{error:#}")))
        .collect();
    for error in &failed {
        complain(error);
    }
    if failed.is_empty() { Ok(()) } else { bail!("not all figures are met") }
}

/// What the tests of a criterion were told to do, if it is more than their names say.
fn told(criterion: &Criterion, numbers: &[(&str, &str)]) -> String {
    let wanted = match criterion.number.as_str() {
        "AT-11" => "AFFIANT_SEQUENCES",
        "AT-13" => "AFFIANT_KILLS",
        _ => return "each fails on the first thing that does not hold".to_owned(),
    };
    let number = numbers.iter().find(|it| it.0 == wanted).map_or("", |it| it.1);
    format!("{wanted}={number} in each")
}

fn rust(all: &[Criterion], long: bool) -> anyhow::Result<()> {
    let names: BTreeSet<&str> = all
        .iter()
        .flat_map(|it| &it.tests)
        .filter(|it| !in_browser(&it.path))
        .map(|it| it.name.as_str())
        .collect();
    let names: Vec<&str> = names.into_iter().collect();
    let filter = format!("test(/(^|::)({})$/)", names.join("|"));
    let profile = if long { "long" } else { "default" };
    let arguments = ["nextest", "run", "--workspace", "--profile", profile, "-E", &filter];
    let mut tests = cargo(&arguments);
    tests.env("AFFIANT_BIN", built("debug", "affiant")?);
    for (name, short, much) in NUMBERS {
        tests.env(name, if long { much } else { short });
    }
    call(&mut tests)
}

fn browser(all: &[Criterion]) -> anyhow::Result<()> {
    let files: BTreeSet<&str> = all
        .iter()
        .flat_map(|it| &it.tests)
        .map(|it| it.path.as_str())
        .filter(|it| in_browser(it))
        .collect();
    let mut arguments = vec!["--test", "--test-concurrency=1"];
    arguments.extend(files);
    call(command("node", &arguments).env("AFFIANT_BIN", built("debug", "affiant")?))
}
