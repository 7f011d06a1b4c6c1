//! What evaluating an interview and making a document cost, without a server.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use affiant_document::document::Document;
use affiant_document::pdf::to_pdf;
use affiant_engine::{Input, Moment, Outcome, Screen, State, Step, Submission};
use affiant_interview::{Files, Unreadable};
use affiant_runtime::Loaded;
use anyhow::{Context as _, bail, ensure};

use crate::bench::figure::{Figure, median, milliseconds};
use crate::bench::interviews::{CHAIN, MANY, blocks, chain, long};

/// How often something short is measured.
const REPEATS: usize = 400;
/// How often a document is made.
const DOCUMENTS: usize = 20;

/// What is entered in the letter's fields.
const LETTER: &[(&str, &str)] = &[
    ("rents_home", "true"),
    ("tenant.name.first", "Ada"),
    ("tenant.name.last", "Lovelace"),
    ("tenant.address.address", "12 Mill Lane"),
    ("tenant.address.city", "Riverton"),
    ("tenant.address.zip", "RV1 2AB"),
    ("contact_way", "email"),
    ("tenant_email", "ada@example.org"),
    ("landlord_kind", "private"),
    ("landlord.name.text", "Oak Homes"),
    ("landlord_address", "1 Oak Street\nRiverton"),
    ("moved_in", "2019-03-27"),
    ("rent", "1,250.50"),
    ("rent_period", "month"),
    ("repairs.there_are_any", "true"),
    ("repairs[0].what", "The boiler"),
    ("repairs[0].room", "Kitchen"),
    ("repairs[0].problem", "It gives no hot water."),
    ("repairs[0].urgency", "urgent"),
    ("repairs.there_is_another", "false"),
    ("told_before", "false"),
    ("has_other_costs", "false"),
    ("answer_by", "2026-04-01"),
];

/// Measures evaluation and documents inside this process. `root` is the folder of the tree.
pub(crate) fn measure(root: &Path) -> anyhow::Result<Vec<Figure>> {
    let moment = Moment::at(jiff::civil::date(2026, 3, 12).at(9, 0, 0, 0));
    let mut figures = vec![chained(&moment)?];
    figures.extend(sizes(&moment)?);
    figures.extend(ages(&moment)?);
    figures.push(letter(root, &moment)?);
    Ok(figures)
}

/// The screen behind a chain of code blocks.
fn chained(moment: &Moment) -> anyhow::Result<Figure> {
    let loaded = load(chain())?;
    screen(&loaded.advance(loaded.begin(), moment))?;
    let took = repeated(|| {
        let state = loaded.begin();
        let start = Instant::now();
        black_box(loaded.advance(state, moment));
        start.elapsed()
    });
    let name = format!("a chain of {CHAIN} code blocks, in process");
    Ok(Figure::at_most(&name, milliseconds(took), 0.3, "ms"))
}

/// The same step in interviews of 10 and of 5,000 blocks.
fn sizes(moment: &Moment) -> anyhow::Result<Vec<Figure>> {
    let mut costs = Vec::new();
    let mut loading = Duration::ZERO;
    for count in [10, MANY] {
        let start = Instant::now();
        let loaded = load(blocks(count))?;
        loading = start.elapsed();
        let state = walk(&loaded, moment, 2)?;
        costs.push(one_step(&loaded, &state, moment, 3)?);
    }
    Ok(vec![
        Figure::plain("loading an interview of 5,000 blocks", milliseconds(loading), "ms"),
        Figure::plain(
            "a step in an interview of 10 blocks, in process",
            milliseconds(costs[0]),
            "ms",
        ),
        growth("… in one of 5,000 blocks, compared to that, in process", costs[1], costs[0]),
    ])
}

/// The steps 10 and 1,000 of a session that asks another question in each.
fn ages(moment: &Moment) -> anyhow::Result<Vec<Figure>> {
    let loaded = load(long())?;
    let young = walk(&loaded, moment, 9)?;
    let old = walk(&loaded, moment, 999)?;
    let stored = u32::try_from(postcard::to_stdvec(&old)?.len())?;
    let early = one_step(&loaded, &young, moment, 10)?;
    let late = one_step(&loaded, &old, moment, 1_000)?;
    Ok(vec![
        Figure::plain(
            "step 10 of a session of 1,030 questions, in process",
            milliseconds(early),
            "ms",
        ),
        growth("… step 1,000, compared to that, in process", late, early),
        Figure::plain("what is known then, as it is stored", f64::from(stored) / 1e3, "kB"),
    ])
}

fn growth(name: &str, grown: Duration, before: Duration) -> Figure {
    Figure::at_most(name, grown.as_secs_f64() / before.as_secs_f64(), 1.2, "×")
}

/// The state after so many answers to `answer1`, `answer2` and so on.
fn walk(loaded: &Loaded, moment: &Moment, answers: usize) -> anyhow::Result<State> {
    let mut state = loaded.advance(loaded.begin(), moment).state;
    for at in 1..=answers {
        let taken = loaded.answer(state, &submission(at), moment);
        let outcome = taken.ok().with_context(|| format!("answer {at} is refused"))?;
        screen(&outcome)?;
        state = outcome.state;
    }
    Ok(state)
}

/// How long it takes to answer `answer{at}`.
fn one_step(
    loaded: &Loaded,
    state: &State,
    moment: &Moment,
    at: usize,
) -> anyhow::Result<Duration> {
    let submission = submission(at);
    ensure!(loaded.answer(state.clone(), &submission, moment).is_ok(), "answer {at} is refused");
    Ok(repeated(|| {
        let state = state.clone();
        let start = Instant::now();
        drop(black_box(loaded.answer(state, &submission, moment)));
        start.elapsed()
    }))
}

fn submission(at: usize) -> Submission {
    let answer = Input::Text("An answer".to_owned());
    Submission { answers: BTreeMap::from([(format!("answer{at}"), answer)]) }
}

/// The example letter as PDF, from its text to its bytes.
fn letter(root: &Path, moment: &Moment) -> anyhow::Result<Figure> {
    let folder = Folder(root.join("examples/interviews"));
    let loading = affiant_runtime::load("landlord-letter.yml", &folder);
    let loaded = loading.loaded.context("the letter does not load")?;
    let mut outcome = loaded.advance(loaded.begin(), moment);
    for _ in 0..40 {
        let shown = screen(&outcome)?;
        if let Some(document) = shown.documents.first() {
            return Ok(Figure::plain(
                "the example letter as PDF, in process",
                milliseconds(pdf(&document.name, &document.content)?),
                "ms",
            ));
        }
        let fields = shown.fields.iter().map(|it| it.name.as_str());
        let answers = fields
            .filter_map(|name| Some((name, LETTER.iter().find(|(it, _)| *it == name)?.1)))
            .map(|(name, text)| (name.to_owned(), Input::Text(text.to_owned())))
            .collect();
        let taken = loaded.answer(outcome.state.clone(), &Submission { answers }, moment);
        outcome = taken.ok().with_context(|| format!("`{}` is refused", shown.title))?;
    }
    bail!("the letter comes to no document")
}

fn pdf(name: &str, content: &str) -> anyhow::Result<Duration> {
    let mut durations = Vec::new();
    for _ in 0..DOCUMENTS {
        let start = Instant::now();
        let bytes = to_pdf(&Document::new(name, "en", content)?)?;
        durations.push(start.elapsed());
        ensure!(bytes.starts_with(b"%PDF"), "that is no PDF");
    }
    Ok(median(durations))
}

fn repeated(mut measure: impl FnMut() -> Duration) -> Duration {
    median((0..REPEATS).map(|_| measure()).collect())
}

fn screen(outcome: &Outcome) -> anyhow::Result<&Screen> {
    match &outcome.step {
        Step::Screen(screen) => Ok(screen),
        Step::Fault(diagnostics) => {
            bail!("the interview is faulty: {}", diagnostics.first().map_or("", |it| &it.message))
        }
        _ => bail!("there is no screen"),
    }
}

fn load(text: String) -> anyhow::Result<Loaded> {
    let loading = affiant_runtime::load("interview.yml", &One(text));
    let first = loading.diagnostics.iter().find(|it| it.is_error());
    let why = first.map_or_else(String::new, |it| it.message.clone());
    loading.loaded.with_context(|| format!("a generated interview does not load: {why}"))
}

/// An interview of one file.
struct One(String);

impl Files for One {
    fn read(&self, _: &str) -> Result<String, Unreadable> {
        Ok(self.0.clone())
    }
}

/// The files of a folder.
struct Folder(PathBuf);

impl Files for Folder {
    fn read(&self, name: &str) -> Result<String, Unreadable> {
        fs_err::read_to_string(self.0.join(name)).map_err(|_| Unreadable::NotFound)
    }
}
