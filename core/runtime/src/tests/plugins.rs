//! Interviews that use functions of plugins.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use affiant_engine::{Input, Moment, Step, Submission};
use affiant_guest::{Content, FaultKind, Path, Stop, Value};
use affiant_interview::{Files, Unreadable};
use jiff::civil::date;

use crate::{Calls, Loading, PluginFunction, Plugins, load, load_with};

/// The main file of an interview.
struct One(&'static str);

impl Files for One {
    fn read(&self, _: &str) -> Result<String, Unreadable> {
        Ok(self.0.to_owned())
    }
}

/// Two plugins whose functions say what they were given.
#[derive(Clone, Debug, Default)]
struct Echoing {
    /// What was called in each step that began, in order.
    steps: Arc<Mutex<Vec<Vec<String>>>>,
}

const SHOUTING: &str = "org.example.shouting";
const OTHER: &str = "org.example.other";

impl Plugins for Echoing {
    fn functions(&self, plugin: &str) -> Option<Vec<PluginFunction>> {
        let names: &[(&str, &[&str])] = match plugin {
            SHOUTING => &[("shout", &["text", "marks"]), ("fail", &[]), ("wait_for", &["path"])],
            OTHER => &[("shout", &["text"]), ("currency", &["amount"])],
            _ => return None,
        };
        let function = |(name, parameters): &(&str, &[&str])| PluginFunction {
            name: (*name).to_owned(),
            parameters: parameters.iter().map(|it| (*it).to_owned()).collect(),
            summary: String::new(),
        };
        Some(names.iter().map(function).collect())
    }

    fn begin(&self, _: &str, _: &Moment) -> Box<dyn Calls> {
        self.steps.lock().unwrap().push(Vec::new());
        Box::new(self.clone())
    }
}

impl Calls for Echoing {
    fn call(&mut self, plugin: &str, function: &str, arguments: &[Value]) -> Result<Value, Stop> {
        assert_eq!(plugin, SHOUTING);
        let mut steps = self.steps.lock().unwrap();
        steps.last_mut().unwrap().push(function.to_owned());
        match (function, arguments) {
            ("shout", [Value::Text(text), ..]) => Ok(Value::text(text.to_uppercase())),
            ("shout", [Value::Object(object)]) => {
                let Value::Text(name) = &object.attributes["name"] else { panic!("{object:?}") };
                let items = match &object.content {
                    Content::Items(items) => items.len(),
                    _ => 0,
                };
                Ok(Value::text(format!("{} {name} {items}", object.class)))
            }
            ("wait_for", [Value::Text(path)]) => Err(Stop::Missing(Path::parse(path).unwrap())),
            _ => Err(Stop::fault(FaultKind::Other, "the plugin `org.example.shouting` broke off")),
        }
    }
}

fn loading(text: &'static str, plugins: &Echoing) -> Loading {
    load_with("test.yml", &One(text), &(Arc::new(plugins.clone()) as Arc<dyn Plugins>))
}

fn told(loading: &Loading) -> Vec<String> {
    let lines = loading.diagnostics.iter().filter(|it| it.is_error());
    lines.map(|it| format!("{}: {}", it.code, it.message)).collect()
}

fn moment() -> Moment {
    Moment::at(date(2026, 11, 27).at(12, 0, 0, 0))
}

/// The title of the first screen, or the fault, after these answers were given one by one.
fn shown(text: &'static str, plugins: &Echoing, answers: &[(&str, &str)]) -> String {
    let loading = loading(text, plugins);
    assert_eq!(told(&loading), [""; 0]);
    let loaded = loading.loaded.unwrap();
    let mut outcome = loaded.advance(loaded.begin(), &moment());
    for (name, value) in answers {
        let answers = BTreeMap::from([((*name).to_owned(), Input::Text((*value).to_owned()))]);
        let submission = Submission { answers };
        outcome = loaded.answer(outcome.state, &submission, &moment()).unwrap();
    }
    match outcome.step {
        Step::Screen(screen) => screen.title,
        Step::Fault(found) => format!("fault: {}", found[0].message),
        other => format!("{other:?}"),
    }
}

const HELLO: &str = r"
plugins: [org.example.shouting]
---
mandatory: true
code: |
  loud = shout(name);
  done
---
question: Who are you?
fields:
  - Name: name
---
event: done
question: '{{ loud }}, {{ shout(name) }}, {{ name | shout }}!'
";

#[test]
fn scripts_texts_and_filters_call_the_same_function() {
    let plugins = Echoing::default();
    assert_eq!(shown(HELLO, &plugins, &[]), "Who are you?");
    let title = shown(HELLO, &plugins, &[("name", "Ann")]);
    assert_eq!(title, "ANN, ANN, ANN!");
}

#[test]
fn what_is_missing_is_asked_before_the_plugin_is_called() {
    let plugins = Echoing::default();
    shown(HELLO, &plugins, &[]);
    let steps = plugins.steps.lock().unwrap();
    assert!(steps.iter().all(Vec::is_empty), "{steps:?}");
}

#[test]
fn each_step_begins_anew_and_its_calls_share_what_it_began() {
    let plugins = Echoing::default();
    shown(HELLO, &plugins, &[("name", "Ann")]);
    let steps = plugins.steps.lock().unwrap();
    assert_eq!(steps.len(), 2, "{steps:?}");
    assert!(steps[1].len() >= 3, "{steps:?}");
}

#[test]
fn a_plugin_can_ask_for_an_answer_itself() {
    let text = r#"
plugins: [org.example.shouting]
---
mandatory: true
code: wait_for("name"); done
---
question: Who are you?
fields:
  - Name: name
---
event: done
question: Done
"#;
    assert_eq!(shown(text, &Echoing::default(), &[]), "Who are you?");
}

#[test]
fn objects_come_whole() {
    let text = r#"
plugins: [org.example.shouting]
---
objects:
  - pet: Thing
---
mandatory: true
code: |
  pet.name = "Rex";
  loud = shout(pet);
  done
---
event: done
question: '{{ loud }}'
"#;
    assert_eq!(shown(text, &Echoing::default(), &[]), "Thing Rex 0");
}

#[test]
fn a_failure_is_the_scripts_own_fault_and_can_be_caught() {
    let text = r#"
plugins: [org.example.shouting]
---
mandatory: true
code: |
  loud = "";
  try { loud = fail(); } catch (why) { loud = "quiet"; }
  done
---
event: done
question: '{{ loud }}'
"#;
    assert_eq!(shown(text, &Echoing::default(), &[]), "quiet");
}

#[test]
fn mistakes_are_told_when_an_interview_is_loaded() {
    let plugins = Echoing::default();
    for (text, expected) in [
        (
            "plugins: [org.example.gone]",
            "no-plugin: the plugin `org.example.gone` is not installed",
        ),
        (
            "plugins: [org.example.shouting, org.example.other]",
            "plugin-clash: the function `shout` of `org.example.other` cannot be used: the plugin `org.example.shouting` has one of that name too",
        ),
        (
            "plugins: [org.example.other]",
            "plugin-clash: the function `currency` of `org.example.other` cannot be used: there is one of that name already",
        ),
        ("mandatory: true\ncode: shout(\"x\")", "bad-script: there is no function `shout`"),
    ] {
        let found = told(&loading(text, &plugins));
        assert!(found.iter().any(|it| it == expected), "{text}: {found:?}");
    }
    let alone = told(&load("test.yml", &One("plugins: [org.example.shouting]")));
    assert!(alone[0].starts_with("no-plugin"), "{alone:?}");
}

#[test]
fn arguments_beyond_those_of_the_function_are_refused() {
    let text = r"
plugins: [org.example.shouting]
---
mandatory: true
question: '{{ shout(1, 2, 3) }}'
";
    let said = shown(text, &Echoing::default(), &[]);
    assert!(said.contains("`shout` takes at most 2 arguments: `text`, `marks`"), "{said}");
    let text = r#"
plugins: [org.example.shouting]
---
mandatory: true
question: "{{ shout(text='x') }}"
"#;
    let said = shown(text, &Echoing::default(), &[]);
    assert!(said.contains("by place only"), "{said}");
}
