//! Suggestions, documents and deliveries of plugins, as interviews use them.

use std::collections::BTreeMap;
use std::sync::Arc;

use affiant_engine::{Enclosed, Fate, Input, Moment, Outcome, Part, Screen, Step, Submission};
use affiant_guest::{FaultKind, Path, Stop, Value};
use affiant_interview::{Files, Format, Unreadable};
use jiff::civil::date;

use crate::{
    Calls, Delivered, Delivery, Job, Loaded, Loading, PluginFunction, Plugins, Suggestion,
    Template, load_with,
};

const TOWNS: &str = "org.example.towns";
const OTHER: &str = "org.example.other";
const LETTERS: &str = "org.example.letters";
const FILING: &str = "org.example.filing";

/// An interview beside which a template lies.
struct Two(String);

impl Files for Two {
    fn read(&self, name: &str) -> Result<String, Unreadable> {
        match name {
            "test.yml" => Ok(self.0.clone()),
            "letter.txt" | "letter.pdf" => Ok("sender, day".to_owned()),
            "endless.txt" => {
                Ok((0..2_001).map(|it| format!("a{it}")).collect::<Vec<_>>().join(", "))
            }
            _ => Err(Unreadable::NotFound),
        }
    }
}

/// A plugin of each kind.
#[derive(Clone, Debug)]
struct All;

impl Plugins for All {
    fn functions(&self, plugin: &str) -> Option<Vec<PluginFunction>> {
        [TOWNS, OTHER, LETTERS, FILING].contains(&plugin).then(Vec::new)
    }

    fn sources(&self, plugin: &str) -> Vec<String> {
        let has_some = plugin == TOWNS || plugin == OTHER;
        has_some.then(|| "towns".to_owned()).into_iter().collect()
    }

    fn templates(&self, plugin: &str) -> Option<Vec<String>> {
        (plugin == LETTERS).then(|| vec!["text/plain".to_owned()])
    }

    fn delivers(&self, plugin: &str) -> bool {
        plugin == FILING
    }

    fn begin(&self, _: &str, _: &Moment) -> Box<dyn Calls> {
        Box::new(self.clone())
    }
}

impl Calls for All {
    fn suggest(
        &mut self,
        plugin: &str,
        source: &str,
        typed: &str,
        language: &str,
        most: u32,
    ) -> Result<Vec<Suggestion>, Stop> {
        let label = format!("{plugin} {source} {typed} {language} {most}");
        Ok(vec![Suggestion { label, value: Value::Null }])
    }

    fn variables(&mut self, _: &str, template: &Template) -> Result<Vec<Path>, Stop> {
        let text = String::from_utf8(template.content.to_vec()).unwrap();
        Ok(text.split(", ").map(|it| Path::parse(it).unwrap()).collect())
    }

    fn assemble(&mut self, plugin: &str, job: &Job) -> Result<Vec<u8>, Stop> {
        if job.language == "de" {
            return Err(Stop::fault(FaultKind::Other, format!("the plugin `{plugin}` broke off")));
        }
        Ok(format!("{} {} {:?}", job.media_type, job.template.name, job.values).into_bytes())
    }

    fn deliver(&mut self, _: &str, delivery: &Delivery) -> Result<Delivered, Stop> {
        Ok(Delivered::Arrived(delivery.id.clone()))
    }
}

fn loading(text: &str) -> Loading {
    let plugins = Arc::new(All) as Arc<dyn Plugins>;
    load_with("test.yml", &Two(text.to_owned()), &plugins)
}

fn loaded(text: &str) -> Loaded {
    let loading = loading(text);
    loading.loaded.unwrap_or_else(|| panic!("{:?}", loading.diagnostics))
}

fn moment() -> Moment {
    Moment::at(date(2026, 11, 27).at(12, 0, 0, 0))
}

fn screen(outcome: &Outcome) -> &Screen {
    let Step::Screen(screen) = &outcome.step else { panic!("{:?}", outcome.step) };
    screen
}

fn answered(loaded: &Loaded, outcome: Outcome, name: &str, text: &str) -> Outcome {
    let answers = BTreeMap::from([(name.to_owned(), Input::Text(text.to_owned()))]);
    loaded.answer(outcome.state, &Submission { answers }, &moment()).unwrap()
}

#[test]
fn what_is_typed_is_asked_of_the_plugin_that_has_the_list() {
    let text = "plugins: [org.example.towns]\n---\nmandatory: true\nquestion: Where?\nfields:\n  - Town: town\n    lookup: towns\n    trigger at: 3\n";
    let loaded = loaded(text);
    let outcome = loaded.advance(loaded.begin(), &moment());
    let lookup = screen(&outcome).fields[0].lookup.clone().unwrap();
    assert_eq!((lookup.source.as_str(), lookup.from), ("towns", 3));
    let found = loaded.suggest(("towns", "Yo"), "en", 5, &moment()).unwrap();
    assert_eq!(found[0].label, "org.example.towns towns Yo en 5");
    assert!(loaded.suggest(("rivers", "Yo"), "en", 5, &moment()).is_err());
}

const LETTER: &str = "
mandatory: true
question: The letter
attachment:
  name: Letter
  assembly: org.example.letters
  template: letter.txt
  valid formats: [txt]
---
question: Who?
fields:
  - Name: sender
---
question: When?
fields:
  - Day: day
";

#[test]
fn answers_that_a_template_names_are_asked_and_no_others_are_given() {
    for (language, expected) in [("en", Ok("text/plain letter.txt ")), ("de", Err(8))] {
        let loaded = loaded(&format!("metadata:\n  language: {language}\n---{LETTER}"));
        let outcome = loaded.advance(loaded.begin(), &moment());
        assert_eq!(screen(&outcome).title, "Who?");
        let outcome = answered(&loaded, outcome, "sender", "Ada");
        assert_eq!(screen(&outcome).title, "When?");
        let outcome = answered(&loaded, outcome, "day", "Monday");
        let document = &screen(&outcome).documents[0];
        let assembled = document.assembly.clone().unwrap();
        let named: Vec<String> = assembled.values.iter().map(|it| it.0.to_string()).collect();
        assert_eq!(named, ["sender", "day"]);
        let made = loaded.assemble(document, &assembled, Format::Text, &moment());
        match (made, expected) {
            (Ok(bytes), Ok(begins)) => {
                assert!(String::from_utf8(bytes).unwrap().starts_with(begins));
            }
            (Err(found), Err(line)) => {
                let place = loaded.interview().sources.locate(found.span);
                assert_eq!((place.file.as_str(), place.line), ("test.yml", line));
                assert!(found.message.contains("`letter.txt` could not be filled"), "{found:?}");
            }
            other => panic!("{language}: {other:?}"),
        }
    }
}

const FILED: &str = "
mandatory: true
question: '{{ note }}'
---
question: What?
fields:
  - Words: words
---
attachment:
  variable name: letter
  content: '{{ words }}'
  valid formats: [md]
---
delivery: filing
plugin: org.example.filing
to: '{{ words }}*'
files: letter
details:
  words: words
---
code: |
  note = filing.status + \"x\" + filing.number;
";

const PRIVATE: &str = "sections:\n  - one: One\n    private: true\n---";

#[test]
fn what_comes_from_the_common_part_is_delivered_beside_private_sections() {
    let private = "---\nmandatory: true\nsection: one\nquestion: Secret?\nfields:\n  - S: secret\n";
    let loaded = loaded(&format!("{PRIVATE}{FILED}{private}"));
    let part = |root: &str| loaded.program().apart().part_of(root);
    assert_eq!((part("filing"), part("letter")), (Part::Common, Part::Common));
    assert_eq!(part("secret"), Part::Section("one".to_owned()));
}

#[test]
fn what_became_of_a_parcel_makes_anew_what_was_made_of_the_news_before() {
    let loaded = loaded(FILED);
    let outcome = loaded.advance(loaded.begin(), &moment());
    assert!(loaded.program().parcels(&outcome.state).is_empty());
    let outcome = answered(&loaded, outcome, "words", "Hello");
    assert_eq!(screen(&outcome).title, "waitingx");
    let parcels = loaded.program().parcels(&outcome.state);
    let [parcel] = parcels.as_slice() else { panic!("{parcels:?}") };
    assert_eq!((parcel.plugin.as_str(), parcel.to.as_str()), (FILING, "Hello*"));
    assert_eq!(parcel.details, [("words".to_owned(), Value::text("Hello"))]);
    let Enclosed::Document(letter) = &parcel.files[0] else { panic!("{:?}", parcel.files) };
    assert_eq!(
        (letter.content.as_str(), letter.formats.as_slice()),
        ("Hello", &[Format::Markdown][..])
    );

    let fate = Fate { status: "delivered", number: "AZ12".to_owned(), reason: String::new() };
    let fates = [(parcel.path.clone(), fate)];
    let (state, changes) = loaded.settle(outcome.state, &fates, &moment());
    assert!(!changes.is_empty());
    let outcome = loaded.advance(state, &moment());
    assert_eq!(screen(&outcome).title, "deliveredxAZ12");
    // The same news is none.
    let (state, changes) = loaded.settle(outcome.state, &fates, &moment());
    assert_eq!((changes, loaded.program().parcels(&state)), (Vec::new(), parcels));
}

#[test]
fn mistakes_with_plugins_of_another_kind_are_told_when_an_interview_is_loaded() {
    let document = "question: Q\nattachment:\n  valid formats: [pdf]\n  assembly: ";
    let delivery = "delivery: d\nto: Court\nplugin: ";
    let field = "---\nquestion: Q\nfields:\n  - T: t\n    lookup: ";
    for (text, expected) in [
        (
            format!("plugins: [{TOWNS}]\n{field}town"),
            "unknown-lookup: no plugin of this interview has a list `town` to look things up in",
        ),
        (
            format!("plugins: [{TOWNS}, {OTHER}]\n{field}towns"),
            "plugin-clash: the list `towns` of `org.example.other` cannot be used: the plugin `org.example.towns` has one of that name too",
        ),
        (
            format!("{document}{TOWNS}\n  template: letter.txt"),
            "no-assembler: the plugin `org.example.towns` makes no documents",
        ),
        (
            format!("{document}{LETTERS}\n  template: letter.pdf"),
            "no-assembler: the plugin `org.example.letters` does not fill templates of the type `application/pdf`",
        ),
        (
            format!("{delivery}{TOWNS}"),
            "no-deliverer: the plugin `org.example.towns` delivers nothing",
        ),
        (
            format!("{PRIVATE}{FILED}").replace("question: What?", "section: one\nquestion: What?"),
            "delivery-of-private: what `filing` delivers comes from the private section `one`",
        ),
    ] {
        let found = loading(&text).diagnostics;
        let told: Vec<String> =
            found.iter().map(|it| format!("{}: {}", it.code, it.message)).collect();
        assert!(told.iter().any(|it| it == expected), "{text}: {told:?}");
    }
}

#[test]
fn a_template_that_names_too_much_and_a_parcel_of_too_many_files_are_faults() {
    let files = ["letter"; 51].join(", ");
    for (text, expected) in [
        (
            LETTER.replace("letter.txt", "endless.txt"),
            "a template must not name more than 2000 answers",
        ),
        (
            FILED.replace("files: letter", &format!("files: [{files}]")),
            "a delivery must not have more than 50 files",
        ),
        (
            FILED.replace("files: letter", "files: words"),
            "`files` holds what is neither a document nor a file",
        ),
    ] {
        let loaded = loaded(&text);
        let mut outcome = loaded.advance(loaded.begin(), &moment());
        if text.contains("words") {
            outcome = answered(&loaded, outcome, "words", "Hello");
        }
        let Step::Fault(found) = &outcome.step else { panic!("{:?}", outcome.step) };
        assert_eq!(found[0].message, expected);
    }
}
