//! A plugin of functions, as somebody outside of this crate writes it.

use affiant_plugin::functions::{Functions as _, Signature};
use affiant_plugin::{Decimal, Failure, Value};

affiant_plugin::functions! {
    /// Says a text louder,
    /// as often as you like.
    fn shout(text: String, times: Option<u8>) -> String {
        text.to_uppercase().repeat(times.unwrap_or(1).into())
    }

    /// Divides.
    pub fn divide(dividend: Decimal, divisor: Decimal) -> Result<Decimal, Failure> {
        dividend.checked_div(divisor).ok_or_else(|| "nothing divides by zero".into())
    }

    /// Returns what it is given.
    fn same(value: Value) -> Value {
        value
    }

    /// Takes nothing and returns nothing.
    fn nothing() -> () {}
}

fn call(name: &str, arguments: &[Value]) -> Result<Value, String> {
    PluginOfFunctions::call(name, arguments.to_vec()).map_err(|it| it.to_string())
}

#[test]
fn functions_are_described_by_their_names_parameters_and_comments() {
    let described = PluginOfFunctions::describe();
    let names: Vec<&str> = described.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["shout", "divide", "same", "nothing"]);
    let shout = Signature {
        name: "shout".to_owned(),
        parameters: vec!["text".to_owned(), "times".to_owned()],
        summary: "Says a text louder, as often as you like.".to_owned(),
    };
    assert_eq!(described[0], shout);
}

#[test]
fn arguments_are_decoded_and_results_encoded() {
    assert_eq!(call("shout", &["a".into(), 3.into()]), Ok("AAA".into()));
    assert_eq!(call("shout", &["a".into()]), Ok("A".into()));
    assert_eq!(call("shout", &["a".into(), Value::Nothing]), Ok("A".into()));
    assert_eq!(call("divide", &[1.into(), 4.into()]), Ok(Decimal::new(25, 2).into()));
    assert_eq!(call("nothing", &[]), Ok(Value::Nothing));
    let list = Value::List(vec![1.into(), true.into()]);
    assert_eq!(call("same", std::slice::from_ref(&list)), Ok(list));
}

#[test]
fn what_is_wrong_with_an_argument_is_said_with_its_name() {
    for (name, arguments, told) in [
        ("shout", vec![], "`text` is missing: a text is wanted"),
        ("shout", vec![1.into()], "`text`: a text is wanted, and a whole number is there"),
        (
            "shout",
            vec!["a".into(), 300.into()],
            "`times`: a whole number that is not too large is wanted, and a whole number is there",
        ),
        ("shout", vec!["a".into(), 1.into(), 2.into()], "3 arguments are given, and 2 are taken"),
        ("divide", vec![1.into(), 0.into()], "nothing divides by zero"),
        ("whistle", vec![], "there is no such function"),
    ] {
        assert_eq!(call(name, &arguments), Err(told.to_owned()));
    }
    let refused = PluginOfFunctions::call("shout", Vec::new());
    assert!(matches!(refused, Err(Failure::BadArgument(_))));
}
