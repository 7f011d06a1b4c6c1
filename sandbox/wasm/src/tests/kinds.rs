//! What components of each kind return arrives as what it is, and what they fail with too.

use affiant_guest::{Path, Value};

use super::{Witness, all, loaded};
use crate::logic::{Choice, Complaint, Datatype, Ending, Field, Screen, Step};
use crate::testing::{Module, Plain, RESULT, act, data, event, exports, job, parcel, question};
use crate::{
    Denial, Denied, Evaluation, FaultKind, Kind, Limits, Stopped, analytics, assembly, delivery,
    field, lookup,
};

/// An evaluation of a component whose export of this name returns this.
fn returning(kind: Kind, name: &str, plain: &Plain) -> Evaluation {
    let export = exports(kind).into_iter().find(|it| it.name == name).unwrap();
    let module = Module {
        beside: data(export.result, plain),
        body: format!("(i32.const {RESULT})"),
        ..Module::default()
    };
    let plugin = loaded(&module.component(kind), &all()).unwrap();
    assert_eq!(plugin.kind(), kind);
    plugin.evaluation(Box::new(Witness::default()), Limits::default())
}

fn fields(all: &[Plain]) -> Plain {
    Plain::Fields(all.to_vec())
}

fn text(it: &str) -> Plain {
    Plain::text(it)
}

fn texts(all: &[&str]) -> Plain {
    Plain::List(all.iter().map(|it| text(it)).collect())
}

#[test]
fn logic_asks() {
    let choice = fields(&[Plain::text_value("yes"), text("Yes")]);
    let asked = fields(&[
        text("client.agrees"),
        text("Do you agree?"),
        Plain::some(text("Think")),
        Plain::bare(10),
        Plain::Number(1),
        Plain::List(vec![choice]),
        Plain::some(Plain::text_value("yes")),
    ]);
    let screen = fields(&[text("s1"), text("Title"), text("*Text*"), Plain::List(vec![asked])]);
    let plain = Plain::ok(Plain::case(0, screen));
    let step = returning(Kind::Logic, "next", &plain).next_step(&[], "en");
    let field = Field {
        variable: Path::parse("client.agrees").unwrap(),
        label: "Do you agree?".to_owned(),
        hint: Some("Think".to_owned()),
        datatype: Datatype::Choice,
        required: true,
        choices: vec![Choice { value: Value::text("yes"), label: "Yes".to_owned() }],
        default: Some(Value::text("yes")),
    };
    let screen = Screen {
        id: "s1".to_owned(),
        title: "Title".to_owned(),
        text: "*Text*".to_owned(),
        fields: vec![field],
    };
    assert_eq!(step, Ok(Step::Ask(screen)));
}

#[test]
fn logic_ends_and_complains() {
    let plain = Plain::ok(Plain::case(1, fields(&[text("Done"), text("Goodbye")])));
    let step = returning(Kind::Logic, "next", &plain).next_step(&[], "en");
    let ending = Ending { title: "Done".to_owned(), text: "Goodbye".to_owned() };
    assert_eq!(step, Ok(Step::End(ending)));

    let plain = Plain::ok(Plain::List(vec![fields(&[text("a.b"), text("Too low")])]));
    let complaints = returning(Kind::Logic, "validate", &plain).validate("s1", &[], "en");
    let variable = Path::parse("a.b").unwrap();
    assert_eq!(complaints, Ok(vec![Complaint { variable, message: "Too low".to_owned() }]));
}

#[test]
fn fields_are_described_parsed_and_shown() {
    let hints = fields(&[
        Plain::bare(2),
        Plain::some(text("off")),
        Plain::some(Plain::Number(9)),
        Plain::some(Plain::Number(11)),
        Plain::none(),
        Plain::some(text("%")),
    ]);
    let described = fields(&[text("percent"), hints, Plain::some(text("12.5"))]);
    let plain = Plain::List(vec![described]);
    let hints = field::Hints {
        input_mode: field::InputMode::Decimal,
        autocomplete: Some("off".to_owned()),
        width: Some(9),
        longest: Some(11),
        prefix: None,
        suffix: Some("%".to_owned()),
    };
    let (name, example) = ("percent".to_owned(), Some("12.5".to_owned()));
    let expected = field::Datatype { name, hints, example };
    assert_eq!(returning(Kind::Field, "describe", &plain).datatypes(), Ok(vec![expected]));

    let plain = Plain::ok(Plain::ok(Plain::text_value("12")));
    let parsed = returning(Kind::Field, "parse", &plain).parse("percent", "12 %", "en");
    assert_eq!(parsed, Ok(Ok(Value::text("12"))));
    let plain = Plain::ok(Plain::err(text("Not so much")));
    let parsed = returning(Kind::Field, "parse", &plain).parse("percent", "200", "en");
    assert_eq!(parsed, Ok(Err("Not so much".to_owned())));
    let plain = Plain::ok(text("12 %"));
    let shown = returning(Kind::Field, "show", &plain).show("percent", &Value::Int(12), "en");
    assert_eq!(shown, Ok("12 %".to_owned()));
}

#[test]
fn analytics_take_and_erase() {
    let handled = returning(Kind::Analytics, "handle", &Plain::bare(0)).handle(&[event()]);
    assert_eq!(handled, Ok(()));
    for (plain, expected) in [
        (Plain::bare(0), analytics::Erased::NothingHeld),
        (Plain::case(1, Plain::Number(30)), analytics::Erased::Forwarded(30)),
        (Plain::case(2, text("ask")), analytics::Erased::NotSupported("ask".to_owned())),
    ] {
        let erased = returning(Kind::Analytics, "erase", &Plain::ok(plain)).erase("7", Some("8"));
        assert_eq!(erased, Ok(expected));
    }
}

#[test]
fn lookups_suggest() {
    let plain = texts(&["courts", "towns"]);
    let sources = returning(Kind::Lookup, "sources", &plain).sources();
    assert_eq!(sources, Ok(vec!["courts".to_owned(), "towns".to_owned()]));
    let suggested = fields(&[text("High Court"), Plain::text_value("HC")]);
    let plain = Plain::ok(Plain::List(vec![suggested]));
    let suggested = returning(Kind::Lookup, "suggest", &plain).suggest(&question());
    let value = Value::text("HC");
    assert_eq!(suggested, Ok(vec![lookup::Suggestion { label: "High Court".to_owned(), value }]));
}

#[test]
fn deliveries_come_to_something() {
    for (plain, expected) in [
        (Plain::case(0, text("A-1")), delivery::Outcome::Delivered("A-1".to_owned())),
        (Plain::case(1, Plain::Number(600)), delivery::Outcome::Later(600)),
        (Plain::case(2, text("closed")), delivery::Outcome::Refused("closed".to_owned())),
    ] {
        let mut evaluation = returning(Kind::Delivery, "deliver", &Plain::ok(plain));
        assert_eq!(evaluation.deliver(&parcel()), Ok(expected));
    }
}

#[test]
fn assemblies_make_documents() {
    let templates = returning(Kind::Assembly, "templates", &texts(&["text/plain"])).templates();
    assert_eq!(templates, Ok(vec!["text/plain".to_owned()]));
    let plain = Plain::ok(texts(&["client.name", "rent"]));
    let variables = returning(Kind::Assembly, "variables", &plain).variables("letter");
    let paths = ["client.name", "rent"].map(|it| Path::parse(it).unwrap());
    assert_eq!(variables, Ok(paths.to_vec()));
    let content = Plain::List(b"Dear".iter().map(|it| Plain::Number(u64::from(*it))).collect());
    let plain = Plain::ok(fields(&[text("a.txt"), text("text/plain"), content]));
    let made = returning(Kind::Assembly, "assemble", &plain).assemble(&job());
    let (name, content) = ("a.txt".to_owned(), b"Dear".to_vec());
    assert_eq!(made, Ok(assembly::Document { name, content }));
}

#[test]
fn every_export_that_can_fail_says_why() {
    let denial = fields(&[text("clock"), Plain::bare(2)]);
    let denied = Denied { capability: "clock".to_owned(), why: Denial::NoConsent };
    let mut seen = 0;
    for kind in Kind::ALL {
        for export in exports(kind) {
            let list = ["describe", "sources", "templates"];
            if list.contains(&export.name.as_str()) {
                continue;
            }
            for (plain, expected) in [
                (Plain::case(0, text("no")), FaultKind::RefusedArgument("no".to_owned())),
                (Plain::case(2, denial.clone()), FaultKind::Denied(denied.clone())),
                (Plain::case(3, text("oh")), FaultKind::Failed("oh".to_owned())),
            ] {
                let mut evaluation = returning(kind, &export.name, &Plain::err(plain));
                match act(&mut evaluation, &export.export()) {
                    Err(Stopped::Fault(fault)) => assert_eq!(fault.kind, expected),
                    other => panic!("{kind}.{}: {other:?}", export.name),
                }
            }
            let missing = Plain::err(Plain::case(1, text("client.age")));
            let mut evaluation = returning(kind, &export.name, &missing);
            let stopped = Err(Stopped::Missing(Path::parse("client.age").unwrap()));
            assert_eq!(act(&mut evaluation, &export.export()), stopped);
            seen += 1;
        }
    }
    assert_eq!(seen, 11);
}

#[test]
fn a_plugin_is_asked_for_what_its_kind_does_alone() {
    let mut evaluation = returning(Kind::Logic, "validate", &Plain::ok(Plain::List(vec![])));
    let fault = evaluation.describe().unwrap_err();
    assert_eq!(fault.kind, FaultKind::OtherKind);
    assert_eq!(fault.to_string(), "the plugin org.example.test 1.2.3 is of another kind");
}
