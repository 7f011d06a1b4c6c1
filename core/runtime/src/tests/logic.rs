//! Interviews, or parts of them, that a plugin decides.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use affiant_diagnostic::Diagnostic;
use affiant_engine::{
    Asked, AskedDatatype, AskedField, Complaint, Decision, Input, Moment, Outcome, Rejected, State,
    Step, Submission,
};
use affiant_guest::{FaultKind, Path, Stop, Value};
use affiant_interview::{Files, Unreadable};
use jiff::civil::date;

use crate::{Calls, Loaded, Loading, PluginFunction, Plugins, load_with};

const PLUGIN: &str = "org.example.parking";

type Given<'a> = &'a [(Path, Value)];
type Decide = fn(Given<'_>) -> Result<Decision, Stop>;

/// The main file of an interview.
struct One(String);

impl Files for One {
    fn read(&self, _: &str) -> Result<String, Unreadable> {
        Ok(self.0.clone())
    }
}

/// One plugin that decides, and one that does not.
#[derive(Clone)]
struct Deciding(Decide);

impl fmt::Debug for Deciding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Deciding")
    }
}

impl Plugins for Deciding {
    fn functions(&self, plugin: &str) -> Option<Vec<PluginFunction>> {
        (plugin == PLUGIN || plugin == "org.example.other").then(Vec::new)
    }

    fn decides(&self, plugin: &str) -> bool {
        plugin == PLUGIN
    }

    fn begin(&self, _: &str, _: &Moment) -> Box<dyn Calls> {
        Box::new(self.clone())
    }
}

impl Calls for Deciding {
    fn next(&mut self, _: &str, answers: Given<'_>, _: &str) -> Result<Decision, Stop> {
        (self.0)(answers)
    }

    fn complaints(
        &mut self,
        _: &str,
        screen: &str,
        answers: Given<'_>,
        _: &str,
    ) -> Result<Vec<Complaint>, Stop> {
        let bad = answers.iter().filter(|(_, it)| *it == Value::text("bad"));
        let complaint = |(variable, _): &(Path, Value)| Complaint {
            variable: variable.clone(),
            message: format!("Nothing bad on `{screen}`."),
        };
        Ok(bad.map(complaint).collect())
    }
}

fn field(datatype: AskedDatatype, variable: &str) -> AskedField {
    AskedField {
        variable: Path::parse(variable).unwrap(),
        label: format!("About {variable}"),
        hint: None,
        datatype,
        required: true,
        choices: Vec::new(),
        default: None,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "what decides may fail, and gives it as it is")]
fn ask(id: &str, fields: Vec<AskedField>) -> Result<Decision, Stop> {
    Ok(Decision::Ask(Asked {
        id: id.to_owned(),
        title: format!("The {id}"),
        text: String::new(),
        fields,
    }))
}

fn text(id: &str) -> Result<Decision, Stop> {
    ask(id, vec![field(AskedDatatype::Text, id)])
}

#[expect(clippy::unnecessary_wraps, reason = "what decides may fail, and gives it as it is")]
fn end(text: impl Into<String>) -> Result<Decision, Stop> {
    Ok(Decision::End { title: "Over".to_owned(), text: text.into() })
}

fn answer<'a>(given: Given<'a>, name: &str) -> Option<&'a Value> {
    given.iter().find(|(it, _)| it.to_string() == name).map(|(_, value)| value)
}

/// Asks for a pet, for its litter if it is a cat, and for a town.
fn pets(given: Given<'_>) -> Result<Decision, Stop> {
    let Some(pet) = answer(given, "pet") else { return text("pet") };
    if *pet == Value::text("cat") && answer(given, "litter").is_none() {
        return text("litter");
    }
    if answer(given, "town").is_none() {
        return text("town");
    }
    end(given.iter().map(|(it, _)| it.to_string()).collect::<Vec<_>>().join(", "))
}

fn loading(interview: &str, decide: Decide) -> Loading {
    let plugins = Arc::new(Deciding(decide)) as Arc<dyn Plugins>;
    load_with("test.yml", &One(interview.to_owned()), &plugins)
}

fn loaded(interview: &str, decide: Decide) -> Loaded {
    let loading = loading(interview, decide);
    let wrong: Vec<&Diagnostic> = loading.diagnostics.iter().filter(|it| it.is_error()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    loading.loaded.unwrap()
}

fn alone(decide: Decide) -> Loaded {
    loaded("metadata:\n  title: Parking\n---\nlogic: org.example.parking\n", decide)
}

fn moment() -> Moment {
    Moment::at(date(2026, 11, 27).at(12, 0, 0, 0))
}

fn submission(answers: &[(&str, Input)]) -> Submission {
    let answers = answers.iter().map(|(name, it)| ((*name).to_owned(), it.clone()));
    Submission { answers: answers.collect::<BTreeMap<_, _>>() }
}

fn typed(value: &str) -> Input {
    Input::Text(value.to_owned())
}

/// After these answers, given one by one.
fn after(loaded: &Loaded, answers: &[(&str, &str)]) -> Outcome {
    let mut outcome = loaded.advance(loaded.begin(), &moment());
    for (name, value) in answers {
        let submission = submission(&[(name, typed(value))]);
        outcome = loaded.answer(outcome.state, &submission, &moment()).unwrap();
    }
    outcome
}

/// The title of the screen and its text, or what is wrong.
fn seen(outcome: &Outcome) -> String {
    match &outcome.step {
        Step::Screen(screen) => match &screen.text {
            Some(text) => format!("{}: {text}", screen.title),
            None => screen.title.clone(),
        },
        Step::Fault(found) => format!("{}: {}", found[0].code, found[0].message),
        other => format!("{other:?}"),
    }
}

fn first(decide: Decide) -> String {
    let loaded = alone(decide);
    seen(&loaded.advance(loaded.begin(), &moment()))
}

/// After the row of the review was chosen for a change.
fn changing(loaded: &Loaded, state: State, row: usize) -> Outcome {
    loaded.change_row(state, row, &moment())
}

#[test]
fn a_plugin_leads_through_a_whole_interview() {
    let loaded = alone(pets);
    assert_eq!(seen(&after(&loaded, &[])), "The pet");
    assert_eq!(seen(&after(&loaded, &[("pet", "dog")])), "The town");
    assert_eq!(seen(&after(&loaded, &[("pet", "cat")])), "The litter");
    let answers = [("pet", "cat"), ("litter", "sand"), ("town", "Ulm")];
    let ended = after(&loaded, &answers);
    assert_eq!(seen(&ended), "Over: pet, litter, town");
    let Step::Screen(screen) = &ended.step else { panic!("{ended:?}") };
    assert!(screen.is_end && screen.is_from_plugin && !screen.can_continue);
    let rows = screen.review.iter().map(|it| (it.label.as_deref(), it.text.as_deref()));
    let rows: Vec<_> = rows.collect();
    assert_eq!(rows[0], (Some("About pet"), Some("cat")));
    assert_eq!(rows.len(), 3);
}

#[test]
fn an_answer_is_changed_from_the_end_and_only_what_counts_is_given_then() {
    let loaded = alone(pets);
    let ended = after(&loaded, &[("pet", "cat"), ("litter", "sand"), ("town", "Ulm")]);
    let asked = changing(&loaded, ended.state, 0);
    assert_eq!(seen(&asked), "The pet");
    let dog = submission(&[("pet", typed("dog"))]);
    let ended = loaded.answer(asked.state, &dog, &moment()).unwrap();
    assert_eq!(seen(&ended), "Over: pet, town");
    // What was said about the cat is there again when there is a cat.
    assert_eq!(ended.state.look("litter"), Some(&Value::text("sand")));
    let asked = changing(&loaded, ended.state, 0);
    let cat = submission(&[("pet", typed("cat"))]);
    let ended = loaded.answer(asked.state, &cat, &moment()).unwrap();
    assert_eq!(seen(&ended), "Over: pet, litter, town");
}

#[test]
fn a_row_that_is_not_there_changes_nothing() {
    let loaded = alone(pets);
    let ended = after(&loaded, &[("pet", "dog"), ("town", "Ulm")]);
    assert_eq!(seen(&changing(&loaded, ended.state, 7)), "Over: pet, town");
}

#[test]
fn what_the_plugin_complains_about_is_not_taken() {
    let loaded = alone(pets);
    let shown = loaded.advance(loaded.begin(), &moment());
    let bad = submission(&[("pet", typed("bad"))]);
    let Err(Rejected::Fields { errors, .. }) = loaded.answer(shown.state, &bad, &moment()) else {
        panic!("it was taken")
    };
    assert_eq!(errors.len(), 1);
    let error = (errors[0].field.as_str(), errors[0].message.as_str());
    assert_eq!(error, ("pet", "Nothing bad on `pet`."));
}

#[test]
fn a_screen_may_ask_again_for_what_another_one_asked() {
    fn twice(given: Given<'_>) -> Result<Decision, Stop> {
        match answer(given, "age") {
            None => ask("age", vec![field(AskedDatatype::Integer, "age")]),
            Some(Value::Int(200..)) => ask("really", vec![field(AskedDatatype::Integer, "age")]),
            Some(_) => end(""),
        }
    }
    let loaded = alone(twice);
    assert_eq!(seen(&after(&loaded, &[("age", "300")])), "The really");
    assert_eq!(seen(&after(&loaded, &[("age", "300"), ("age", "30")])), "Over");
}

#[test]
fn every_datatype_is_asked_for_and_given_back_as_what_it_is() {
    fn all(given: Given<'_>) -> Result<Decision, Stop> {
        use AskedDatatype::*;
        let all = [
            (Text, "text"),
            (Area, "area"),
            (Integer, "whole"),
            (Number, "number"),
            (Currency, "money"),
            (Time, "time"),
            (DateTime, "moment"),
            (Email, "mail"),
            (YesNo, "yes"),
            (Choice, "one"),
            (Choices, "some"),
        ];
        if given.is_empty() {
            let choices = [("a", "Ann"), ("b", "Ben"), ("c", "Cy")];
            let fields = all.map(|(datatype, name)| AskedField {
                choices: choices.map(|(it, label)| (Value::text(it), label.to_owned())).to_vec(),
                required: name != "area",
                ..field(datatype, name)
            });
            return ask("all", fields.to_vec());
        }
        end(given.iter().map(|(it, value)| format!("{it} {value:?}\n")).collect::<String>())
    }
    let loaded = alone(all);
    let shown = loaded.advance(loaded.begin(), &moment());
    let given = submission(&[
        ("text", typed("hello")),
        ("whole", typed("7")),
        ("number", typed("1.5")),
        ("money", typed("12.50")),
        ("time", typed("9:30")),
        ("moment", typed("2026-11-27T09:30")),
        ("mail", typed("ann@example.org")),
        ("yes", typed("false")),
        ("one", typed("b")),
        ("some", Input::Texts(vec!["a".to_owned(), "c".to_owned()])),
    ]);
    let ended = loaded.answer(shown.state, &given, &moment()).unwrap();
    let Step::Screen(screen) = &ended.step else { panic!("{ended:?}") };
    let text = screen.text.as_deref().unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "text Text(\"hello\")");
    assert_eq!(lines[1], "area Text(\"\")");
    assert_eq!(lines[2..5], ["whole Int(7)", "number Decimal(1.5)", "money Decimal(12.50)"]);
    assert!(
        lines[5].starts_with("time Time(") && lines[6].starts_with("moment DateTime("),
        "{text}"
    );
    assert_eq!(lines[8..10], ["yes Bool(false)", "one Text(\"b\")"]);
    assert_eq!(lines[10], "some List([Text(\"a\"), Text(\"c\")])");
    let words: Vec<_> = screen.review.iter().map(|it| it.text.as_deref()).collect();
    assert_eq!(words[..5], [Some("hello"), None, Some("7"), Some("1\\.5"), Some("\\$12\\.50")]);
    assert_eq!(words[8..], [Some("No"), Some("Ben"), Some("Ann, Cy")]);
}

#[test]
fn objects_are_made_for_the_parts_that_a_plugin_asks_for() {
    fn people(given: Given<'_>) -> Result<Decision, Stop> {
        let names = ["client.name.first", "children[0].age", "pets[\"cat\"]"];
        let next = names.iter().find(|it| answer(given, it).is_none());
        next.map_or_else(|| end(""), |it| ask(it, vec![field(AskedDatatype::Text, it)]))
    }
    let loaded = alone(people);
    let answers =
        [("client.name.first", "Ann"), ("children[0].age", "7"), ("pets[\"cat\"]", "Tom")];
    let ended = after(&loaded, &answers);
    assert_eq!(seen(&ended), "Over");
    for (name, value) in answers {
        assert_eq!(ended.state.look(name), Some(&Value::text(value)), "{name}");
    }
}

#[test]
fn the_authors_own_blocks_stand_before_and_after() {
    let interview = "
mandatory: true
question: Welcome
continue button field: welcomed
---
logic: org.example.parking
sets: [pet, town]
---
mandatory: true
question: 'A {{ pet }} in {{ town }}'
attachment:
  name: Letter
  content: Dear {{ pet }}
";
    let loaded = loaded(interview, pets);
    assert_eq!(seen(&after(&loaded, &[])), "Welcome");
    let welcomed = loaded.answer(after(&loaded, &[]).state, &Submission::default(), &moment());
    let mut outcome = welcomed.unwrap();
    assert_eq!(seen(&outcome), "The pet");
    for (name, value) in [("pet", "dog"), ("town", "Ulm")] {
        let submission = submission(&[(name, typed(value))]);
        outcome = loaded.answer(outcome.state, &submission, &moment()).unwrap();
    }
    assert_eq!(seen(&outcome), "A dog in Ulm");
    let Step::Screen(screen) = &outcome.step else { panic!("{outcome:?}") };
    assert!(screen.documents.len() == 1 && !screen.is_from_plugin);
}

#[test]
fn a_variable_that_is_needed_before_is_asked_for_by_the_plugin_that_sets_it() {
    let interview = "
mandatory: true
code: |
  loud = town.upper();
---
logic: org.example.parking
sets: town
";
    let loaded = loaded(interview, pets);
    assert_eq!(seen(&after(&loaded, &[])), "The pet");
    let ended = after(&loaded, &[("pet", "dog"), ("town", "Ulm")]);
    assert_eq!(seen(&ended), "Over: pet, town");
    assert_eq!(ended.state.look("loud"), Some(&Value::text("ULM")));
}

#[test]
fn a_plugin_that_decides_badly_is_named_and_nothing_changes() {
    fn loops(_: Given<'_>) -> Result<Decision, Stop> {
        ask("again", Vec::new())
    }
    fn endless(given: Given<'_>) -> Result<Decision, Stop> {
        let next = format!("v{}", given.len());
        let screen = ask(&next, vec![field(AskedDatatype::Text, &next)]);
        if given.len() < 500 { screen } else { text("one_more") }
    }
    fn greedy(given: Given<'_>) -> Result<Decision, Stop> {
        let fields = (0..200).map(|it| {
            let field = field(AskedDatatype::Text, &format!("v{}_{it}", given.len()));
            AskedField { required: false, ..field }
        });
        ask(&given.len().to_string(), fields.collect())
    }
    let loaded = alone(loops);
    let shown = loaded.advance(loaded.begin(), &moment());
    assert_eq!(seen(&shown), "The again");
    let before = shown.state.clone();
    let Ok(looped) = loaded.answer(shown.state, &Submission::default(), &moment()) else {
        panic!("it was refused")
    };
    let said = "bad-decision: the plugin `org.example.parking` asks the same screen again although it is answered";
    assert_eq!(seen(&looped), said);
    assert_eq!(looped.state, before);

    let loaded = alone(greedy);
    let mut outcome = loaded.advance(loaded.begin(), &moment());
    for _ in 0..11 {
        outcome = loaded.answer(outcome.state, &Submission::default(), &moment()).unwrap();
    }
    assert!(seen(&outcome).ends_with("asks more than 500 screens or 2000 answers"));

    let loaded = alone(endless);
    let mut outcome = loaded.advance(loaded.begin(), &moment());
    for at in 0..500 {
        let answers = submission(&[(&format!("v{at}"), typed("x"))]);
        outcome = loaded.answer(outcome.state, &answers, &moment()).unwrap();
    }
    assert!(
        seen(&outcome).ends_with("asks more than 500 screens or 2000 answers"),
        "{}",
        seen(&outcome)
    );
}

/// That each of these decisions is the fault of the plugin, in these words.
fn are_faults(cases: &[(Decide, &str)]) {
    for (decide, said) in cases {
        let found = first(*decide);
        assert_eq!(found, format!("bad-decision: the plugin `{PLUGIN}` {said}"));
    }
}

#[test]
fn what_no_screen_can_be_made_of_is_a_fault_of_the_plugin() {
    are_faults(&[
        (|_| ask("", Vec::new()), "gives a screen no name that is fit for one"),
        (|_| ask(&"n".repeat(201), Vec::new()), "gives a screen no name that is fit for one"),
        (|_| text("x"), "asks for `x`, which no answer can be"),
        (|_| text("i"), "asks for `i`, which no answer can be"),
        (|_| text("_language"), "asks for `_language`, which no answer can be"),
        (|_| text("nav"), "asks for `nav`, which no answer can be"),
        (|_| text("a._of_b"), "asks for `a._of_b`, which no answer can be"),
        (|_| text("list[99].name"), "asks for `list[99].name`, which no answer can be"),
        (
            |_| {
                ask("two", vec![field(AskedDatatype::Text, "a"), field(AskedDatatype::Text, "a.b")])
            },
            "asks for `a` and `a.b` on one screen",
        ),
        (
            |_| {
                ask(
                    "many",
                    (0..201).map(|it| field(AskedDatatype::Text, &format!("v{it}"))).collect(),
                )
            },
            "asks for more than 200 answers on one screen",
        ),
        (
            |_| {
                let unnamed =
                    AskedField { label: " ".to_owned(), ..field(AskedDatatype::Text, "a") };
                ask("two", vec![unnamed, field(AskedDatatype::Text, "b")])
            },
            "gives the field `a` no label",
        ),
        (
            |_| {
                let hint = Some("h".repeat(1 << 20));
                ask("long", vec![AskedField { hint, ..field(AskedDatatype::Text, "a") }])
            },
            "shows a screen with more than 1 MiB of text",
        ),
        (|_| end("e".repeat(1 << 20)), "shows a screen with more than 1 MiB of text"),
    ]);
}

#[test]
fn what_nobody_could_choose_or_read_is_a_fault_of_the_plugin() {
    fn choosing(choices: &[(Value, &str)]) -> Result<Decision, Stop> {
        let choices = choices.iter().map(|(it, label)| (it.clone(), (*label).to_owned()));
        let field = field(AskedDatatype::Choice, "one");
        ask("one", vec![AskedField { choices: choices.collect(), ..field }])
    }
    are_faults(&[
        (|_| choosing(&[]), "gives the field `one` nothing to choose from"),
        (
            |_| choosing(&[(Value::Int(1), "One"), (Value::text("1"), "Uno")]),
            "gives the field `one` the same choice twice",
        ),
        (|_| choosing(&[(Value::Int(1), "")]), "gives the field `one` a choice without a label"),
        (
            |_| choosing(&[(Value::List(Vec::new()), "All")]),
            "gives the field `one` a choice that stands for nothing that can be posted",
        ),
        (
            |_| Ok(Decision::End { title: " \n ".to_owned(), text: String::new() }),
            "shows a screen without a heading",
        ),
        (|_| Err(Stop::Missing(Path::root_of("age"))), "wants `age`, and it alone asks here"),
    ]);
}

#[test]
fn a_plugin_that_is_off_or_fails_ends_the_step_and_not_the_session() {
    assert_eq!(
        first(|_| Err(Stop::fault(FaultKind::Off, "the plugin is off"))),
        "switched-off: the plugin is off"
    );
    assert_eq!(
        first(|_| Err(Stop::fault(FaultKind::Other, "the plugin broke off"))),
        "script-fault: the plugin broke off"
    );
}

#[test]
fn texts_of_a_plugin_are_no_templates_and_a_heading_is_one_line() {
    let found = first(|_| {
        Ok(Decision::End { title: "One\ntwo {{ x }}".to_owned(), text: "{{ 1 + 1 }}".to_owned() })
    });
    assert_eq!(found, "One two {{ x }}: {{ 1 + 1 }}");
}

#[test]
fn mistakes_in_a_logic_block_are_told_when_an_interview_is_loaded() {
    for (text, expected) in [
        ("logic: org.example.gone", "no-plugin: the plugin `org.example.gone` is not installed"),
        (
            "logic: org.example.other",
            "no-decider: the plugin `org.example.other` decides no interview",
        ),
        ("logic: parking", "no-plugin-id: `parking` is not the id of a plugin"),
        ("logic: [org.example.parking]", "wrong-type: "),
        (
            "logic: org.example.parking\nquestion: Hello",
            "two-kinds: `question` and `logic` cannot stand in one block",
        ),
        ("logic: org.example.parking\nfields:\n  - Name: name", "misplaced-key: "),
    ] {
        let found = loading(text, pets).diagnostics;
        let told: Vec<String> =
            found.iter().map(|it| format!("{}: {}", it.code, it.message)).collect();
        assert!(told.iter().any(|it| it.starts_with(expected)), "{text}: {told:?}");
    }
}

#[test]
fn a_graph_says_who_decides() {
    let graph = alone(pets).graph();
    assert_eq!(graph.blocks[0].label, format!("decided by {PLUGIN}"));
}
