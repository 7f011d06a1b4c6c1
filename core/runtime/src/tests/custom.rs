//! Fields whose datatype a plugin has.

use std::collections::BTreeMap;
use std::sync::Arc;

use affiant_engine::{Custom, Input, Moment, Outcome, Rejected, Screen, Step, Submission};
use affiant_guest::{FaultKind, Stop, Value};
use affiant_interview::{Files, Unreadable};
use jiff::civil::date;

use crate::{Calls, Loaded, Loading, PluginFunction, Plugins, load_with};

const PLUGIN: &str = "org.example.lengths";
const OTHER: &str = "org.example.other";

/// The main file of an interview.
struct One(&'static str);

impl Files for One {
    fn read(&self, _: &str) -> Result<String, Unreadable> {
        Ok(self.0.to_owned())
    }
}

/// Plugins with a datatype `length`: metres that are kept as whole centimetres.
#[derive(Clone, Debug)]
struct Lengths;

fn length(plugin: &str) -> Custom {
    Custom {
        plugin: plugin.to_owned(),
        name: "length".to_owned(),
        keys: "decimal",
        autocomplete: Some("made-up".to_owned()),
        width: Some(6),
        longest: Some(5),
        prefix: None,
        suffix: Some("m".to_owned()),
        example: Some("1.80 *m*".to_owned()),
    }
}

impl Plugins for Lengths {
    fn functions(&self, plugin: &str) -> Option<Vec<PluginFunction>> {
        (plugin == PLUGIN || plugin == OTHER).then(Vec::new)
    }

    fn datatypes(&self, plugin: &str) -> Vec<Custom> {
        let date = Custom { name: "date".to_owned(), ..length(OTHER) };
        if plugin == PLUGIN { vec![length(PLUGIN)] } else { vec![length(OTHER), date] }
    }

    fn begin(&self, _: &str, _: &Moment) -> Box<dyn Calls> {
        Box::new(self.clone())
    }
}

impl Calls for Lengths {
    fn parse(
        &mut self,
        datatype: &Custom,
        entered: &str,
        language: &str,
    ) -> Result<Result<Value, String>, Stop> {
        assert_eq!((datatype.name.as_str(), language), ("length", "en"));
        if entered == "off" {
            return Err(Stop::fault(FaultKind::Off, "the plugin is off"));
        }
        let metres = entered.parse::<f64>().map_err(|_| "Write metres,\nas in 1.80.".to_owned());
        #[expect(clippy::cast_possible_truncation, reason = "the tests give small numbers")]
        Ok(metres.map(|it| Value::Int((it * 100.0).round() as i64)))
    }

    fn show(&mut self, _: &Custom, value: &Value, _: &str) -> Result<String, Stop> {
        let Value::Int(centimetres) = value else {
            return Err(Stop::bad_call("this is no length"));
        };
        Ok(format!("{}.{:02}", centimetres / 100, centimetres % 100))
    }
}

const INTERVIEW: &str = "
plugins: [org.example.lengths]
---
question: How high is the fence?
fields:
  - Height: height
    datatype: length
    validate: value < 500
  - Width: width
    datatype: length
    required: false
---
mandatory: true
question: '{{ height }} and {{ width }}'
";

fn loading(text: &'static str) -> Loading {
    load_with("test.yml", &One(text), &(Arc::new(Lengths) as Arc<dyn Plugins>))
}

fn loaded(text: &'static str) -> Loaded {
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

fn entered(height: &str) -> Submission {
    let height = ("height".to_owned(), Input::Text(height.to_owned()));
    Submission { answers: BTreeMap::from([height]) }
}

#[test]
fn what_is_typed_becomes_what_the_plugin_makes_of_it() {
    let loaded = loaded(INTERVIEW);
    let asked = loaded.advance(loaded.begin(), &moment());
    let field = &screen(&asked).fields[0];
    assert_eq!(field.hint.as_deref(), Some("For example, 1\\.80 \\*m\\*"));
    assert_eq!((field.max_length, field.autocomplete.as_deref()), (Some(5), None));
    let custom = field.custom.as_ref().unwrap();
    assert_eq!((&custom.datatype, &custom.shown), (&length(PLUGIN), &None));
    let done = loaded.answer(asked.state, &entered("1.8"), &moment()).unwrap();
    assert_eq!(done.state.look("height"), Some(&Value::Int(180)));
    // Nothing was entered, so there is nothing to read.
    assert_eq!(done.state.look("width"), Some(&Value::text("")));

    let again = loaded.act(done.state, "height", BTreeMap::new(), &moment());
    let fields = &screen(&again).fields;
    let shown = |at: usize| fields[at].custom.as_ref().unwrap().shown.as_deref();
    assert_eq!((shown(0), shown(1)), (Some("1.80"), None));
}

#[test]
fn what_the_plugin_or_the_author_refuses_is_told_at_the_field() {
    let loaded = loaded(INTERVIEW);
    for (typed, said) in [
        ("high", "Write metres, as in 1.80."),
        ("9.99", "Check height"),
        ("123456", "5 characters"),
    ] {
        let asked = loaded.advance(loaded.begin(), &moment());
        let refused = loaded.answer(asked.state, &entered(typed), &moment());
        let Err(Rejected::Fields { errors, .. }) = refused else { panic!("{typed} was taken") };
        assert_eq!(errors[0].field, "height");
        assert!(errors[0].message.contains(said), "{typed}: {}", errors[0].message);
    }
}

#[test]
fn a_plugin_that_is_off_ends_the_step() {
    let loaded = loaded(INTERVIEW);
    let asked = loaded.advance(loaded.begin(), &moment());
    let refused = loaded.answer(asked.state, &entered("off"), &moment());
    let Err(Rejected::NotAScreen(outcome)) = refused else { panic!("{refused:?}") };
    let Step::Fault(found) = &outcome.step else { panic!("{outcome:?}") };
    assert_eq!(found[0].code, affiant_engine::SWITCHED_OFF);
}

#[test]
fn mistakes_with_datatypes_are_told_when_an_interview_is_loaded() {
    const HEAD: &str = "---\nquestion: Q\nfields:\n  - A: a\n    datatype: ";
    let with = |plugins: &str, field: &str| {
        let text = format!("plugins: [{plugins}]\n{HEAD}{field}\n");
        let found = loading(Box::leak(text.into_boxed_str())).diagnostics;
        found.iter().map(|it| format!("{}: {}", it.code, it.message)).collect::<Vec<_>>()
    };
    for (plugins, field, expected) in [
        (
            PLUGIN,
            "lenght",
            "unknown-datatype: neither we nor a plugin of this interview have a datatype `lenght`",
        ),
        (
            "org.example.lengths, org.example.other",
            "length",
            "plugin-clash: the datatype `length` of `org.example.other` cannot be used: the plugin `org.example.lengths` has one of that name too",
        ),
        (
            OTHER,
            "length",
            "plugin-clash: the datatype `date` of `org.example.other` cannot be used: there is one of that name already",
        ),
        (
            PLUGIN,
            "length\n    choices: [a, b]",
            "typed-datatype: what is entered for `length` is typed",
        ),
        ("", "length", "unknown-datatype: there is no datatype `length`"),
    ] {
        let told = with(plugins, field);
        assert!(told.iter().any(|it| it == expected), "{plugins} {field}: {told:?}");
    }
}
