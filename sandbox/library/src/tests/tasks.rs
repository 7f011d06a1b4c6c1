//! What begins beside the interview.

use affiant_guest::testing::TestAnswers;
use affiant_guest::{Command, Content, FileReference, Object, Stop, Value};

use super::{call, call_with, on, path, text, told};
use crate::new_object;

/// An individual with an address.
fn somebody(address: &str) -> Value {
    let mut object = new_object("Individual").unwrap();
    object.attributes.insert("email".to_owned(), text(address));
    Value::Object(Box::new(object))
}

fn list(items: Vec<Value>) -> Value {
    let mut object = new_object("List").unwrap();
    object.attributes.insert("gathered".to_owned(), true.into());
    object.content = Content::Items(items);
    Value::Object(Box::new(object))
}

/// What a mail was written with.
fn written(answers: &TestAnswers, to: Value) -> Vec<Value> {
    let named = [("subject", text("A\n  subject")), ("body", text("Words."))];
    call_with(answers, "send_email", &[to], &named).unwrap();
    match answers.shared().read(&path("_task0.to")) {
        Ok(Value::List(all)) => all,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_mail_goes_to_texts_people_and_lists_of_both() {
    let answers = TestAnswers::new()
        .with("ada", somebody("ada@example.com"))
        .with("all", list(vec![somebody("bob@example.com"), text("eve@example.com")]));
    let ada = || Value::Alias(path("ada"));
    assert_eq!(written(&answers, text("a@b.org, c@d.org")), [text("a@b.org"), text("c@d.org")]);
    assert_eq!(written(&answers, ada()), [text("ada@example.com")]);
    let all = Value::List(vec![ada(), Value::Alias(path("all")), Value::Null]);
    let found = written(&answers, all);
    let expected = ["ada@example.com", "bob@example.com", "eve@example.com"].map(text);
    assert_eq!(found, expected);
    let subject = answers.shared().read(&path("_task0.subject"));
    assert_eq!(subject, Ok(text("A subject")));
}

#[test]
fn what_a_mail_cannot_be_is_told() {
    let answers = TestAnswers::new();
    let body = || ("body", text("Words."));
    let subject = || ("subject", text("News"));
    let to = || text("ada@example.com");
    let many = Value::List(vec![to(); 11]);
    let file = Value::File(FileReference {
        id: "1".to_owned(),
        name: "a.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        length: 1,
    });
    let files = |count| ("attachments", Value::List(vec![file.clone(); count]));
    let cases = [
        (to(), vec![body()], "needs a subject"),
        (to(), vec![subject()], "needs a text"),
        (text(""), vec![subject(), body()], "names nobody"),
        (Value::Int(5), vec![subject(), body()], "must be an e-mail address"),
        (many, vec![subject(), body()], "more than 10 addresses"),
        (to(), vec![subject(), body(), files(21)], "more than 20 files"),
        (to(), vec![subject(), body(), ("attachments", to())], "takes documents"),
        (to(), vec![subject(), ("template", to())], "a `template` block"),
    ];
    for (to, named, expected) in cases {
        let found = told(call_with(&answers, "send_email", &[to], &named));
        assert!(found.contains(expected), "{expected}: {found}");
    }
    let all = (0..101).map(|_| Value::Null).collect();
    let long = call_with(&answers, "send_email", &[Value::List(all)], &[subject(), body()]);
    assert!(told(long).contains("too long"));
}

#[test]
fn a_list_that_contains_itself_is_no_list_of_people() {
    let answers = TestAnswers::new().with("all", list(vec![Value::Alias(path("all"))]));
    let named = [("subject", text("News")), ("body", text("Words."))];
    let found = call_with(&answers, "send_email", &[Value::Alias(path("all"))], &named);
    assert!(told(found).contains("too deep"));
}

#[test]
fn an_action_begins_with_its_arguments_and_tells_what_became_of_it() {
    let answers = TestAnswers::new();
    let named = [("n", 3.into())];
    let task = call_with(&answers, "background_action", &[text("work")], &named);
    assert_eq!(task, Ok(Value::Alias(path("_task0"))));
    let is = |status: &str| {
        answers.shared().write(&path("_task0.status"), text(status)).unwrap();
        [on(&answers, "_task0", "ready", &[]), on(&answers, "_task0", "failed", &[])]
            .map(|it| it == Ok(true.into()))
    };
    assert_eq!(is("waiting"), [false, false]);
    assert_eq!(is("ready"), [true, false]);
    assert_eq!(is("failed"), [true, true]);
    assert_eq!(on(&answers, "_task0", "get", &[]), Ok(Value::Null));
    assert!(
        told(call(&answers, "background_action", &[text("work"), 5.into()])).contains("by name")
    );
}

#[test]
fn an_action_ends_with_a_value_or_with_another_action() {
    let answers = TestAnswers::new();
    let ended = |name, given: &[Value]| match call(&answers, name, given) {
        Err(Stop::Command(command)) => *command,
        other => panic!("{other:?}"),
    };
    assert_eq!(ended("background_response", &[5.into()]), Command::Respond(5.into()));
    assert_eq!(ended("background_response", &[]), Command::Respond(Value::Null));
    let Command::Respond(Value::Object(next)) =
        ended("background_response_action", &[text("keep")])
    else {
        panic!("it ends with another action")
    };
    let Object { class, attributes, .. } = *next;
    assert_eq!((class.as_str(), &attributes["action"]), ("Action", &text("keep")));
}
