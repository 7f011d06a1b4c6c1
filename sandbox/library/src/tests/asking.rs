//! Functions that look, set, stop, and look at the session.

use affiant_guest::testing::TestAnswers;
use affiant_guest::{Command, Refusal, Stop, Value};

use super::{ada, alias, call, call_with, list, missing, text, told};

#[test]
fn looking_by_name_never_asks() {
    let answers = ada();
    for (name, known) in [
        ("client", true),
        ("client.name.first", true),
        ("client.name.middle", false),
        ("nobody.name.first", false),
    ] {
        assert_eq!(call(&answers, "defined", &[text(name)]), Ok(known.into()), "{name}");
    }
    assert_eq!(call(&answers, "defined", &[alias("client.gender")]), Ok(true.into()));
    assert_eq!(call(&answers, "showifdef", &[text("client.gender")]), Ok(text("female")));
    assert_eq!(call(&answers, "showifdef", &[text("income")]), Ok(text("")));
    assert_eq!(call(&answers, "showifdef", &[text("income"), 0.into()]), Ok(0.into()));
    for name in ["hasattr", "has_attribute"] {
        assert_eq!(call(&answers, name, &[alias("client"), text("gender")]), Ok(true.into()));
        assert_eq!(call(&answers, name, &[text("client"), text("income")]), Ok(false.into()));
        assert_eq!(call(&answers, name, &[alias("client"), text("a b")]), Ok(false.into()));
    }
    assert!(answers.reads().is_empty());
    assert!(told(call(&answers, "defined", &[text("a b")])).contains("the name of a variable"));
    assert!(told(call(&answers, "defined", &[1.into()])).contains("the name of a variable"));
}

#[test]
fn value_asks_by_name() {
    let answers = ada();
    assert_eq!(call(&answers, "value", &[text("client.gender")]), Ok(text("female")));
    assert_eq!(call(&answers, "value", &[text("income")]), Err(missing("income")));
}

#[test]
fn variables_are_set_and_forgotten_by_name() {
    let answers = ada();
    call(&answers, "define", &[text("client.income"), 5.into()]).unwrap();
    assert_eq!(answers.get("client.income"), Some(Value::Int(5)));
    call(&answers, "undefine", &[text("client.income"), text("nothing")]).unwrap();
    assert_eq!(answers.get("client.income"), None);
    assert_eq!(
        call(&answers, "define", &[text("nobody.income"), 5.into()]),
        Err(missing("nobody"))
    );
}

#[test]
fn commands_stop_the_evaluation() {
    let answers = ada();
    let named = |name: &str, url: Option<&str>| Command::Named {
        name: name.to_owned(),
        url: url.map(str::to_owned),
    };
    for (name, given, command) in [
        (
            "force_ask",
            vec![text("client.gender"), text("a[0]")],
            Command::ForceAsk(vec!["client.gender".to_owned(), "a[0]".to_owned()]),
        ),
        ("command", vec![text("leave"), text("/x")], named("leave", Some("/x"))),
        ("re_run_logic", vec![], named("refresh", None)),
        (
            "message",
            vec![text("No *way*")],
            Command::Message { title: r"No \*way\*".to_owned(), text: String::new() },
        ),
        ("response", vec![5.into()], Command::Respond(Value::Int(5))),
        ("json_response", vec![5.into()], Command::Respond(Value::Int(5))),
    ] {
        assert_eq!(call(&answers, name, &given), Err(Stop::Command(Box::new(command))), "{name}");
    }
    let refusal = Refusal { message: "no".to_owned(), field: Some("rent".to_owned()) };
    assert_eq!(
        call(&answers, "validation_error", &[text("no"), text("rent")]),
        Err(Stop::Refused(refusal))
    );
    assert_eq!(call(&answers, "need", &[1.into(), 2.into()]), Ok(true.into()));
}

#[test]
fn action_links_are_one_word() {
    let answers = ada();
    assert_eq!(call(&answers, "url_action", &[text("edit")]), Ok(text("action:edit")));
    assert_eq!(
        call(&answers, "url_action", &[text("a) <b>\"")]),
        Ok(text("action:a%29%20%3Cb%3E%22"))
    );
    let by_name = call_with(
        &answers,
        "url_action",
        &[text("edit")],
        &[("who", alias("client")), ("n", 5.into()), ("text", text("é \"&")), ("all", list(&[]))],
    );
    let link = "action:edit?%7B%22who%22%3A%22client%22%2C%22n%22%3A5%2C%22text%22%3A%22%C3%A9%20\
                %5C%22%26%22%2C%22all%22%3A%5B%5D%7D";
    assert_eq!(by_name, Ok(text(link)));
    let by_dictionary = Value::Dict([("n".to_owned(), Value::Int(5))].into());
    assert_eq!(
        call(&answers, "url_action", &[text("edit"), by_dictionary]),
        Ok(text("action:edit?%7B%22n%22%3A5%7D"))
    );
    assert!(told(call(&answers, "url_action", &[text("edit"), 5.into()])).contains("by name"));
}

#[test]
fn the_session_is_anonymous_until_it_says_otherwise() {
    let nobody = TestAnswers::new();
    assert_eq!(call(&nobody, "user_logged_in", &[]), Ok(false.into()));
    assert_eq!(call(&nobody, "user_has_privilege", &[text("admin")]), Ok(false.into()));
    let Ok(Value::Dict(info)) = call(&nobody, "user_info", &[]) else { panic!() };
    assert_eq!(info["email"], text(""));
    assert_eq!(call(&nobody, "action_argument", &[text("n")]), Ok(Value::Null));
    assert_eq!(call(&nobody, "action_argument", &[text("n"), 1.into()]), Ok(1.into()));

    let somebody = TestAnswers::new()
        .with_word("user_logged_in", true)
        .with_word("user_privileges", list(&[text("admin")]))
        .with_word("user_info.email", "ada@example.com")
        .with_word("action_argument.n", 5)
        .with_word("val.rent", 7);
    assert_eq!(call(&somebody, "user_logged_in", &[]), Ok(true.into()));
    let either = [list(&[text("user"), text("admin")])];
    assert_eq!(call(&somebody, "user_has_privilege", &either), Ok(true.into()));
    let Ok(Value::Dict(info)) = call(&somebody, "user_info", &[]) else { panic!() };
    assert_eq!(info["email"], text("ada@example.com"));
    assert_eq!(call(&somebody, "action_argument", &[text("n")]), Ok(5.into()));
    assert_eq!(call(&somebody, "val", &[text("rent")]), Ok(7.into()));
    assert_eq!(call(&somebody, "get_language", &[]), Ok(text("en")));
}
