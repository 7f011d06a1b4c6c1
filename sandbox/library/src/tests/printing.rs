//! How values print.

use affiant_guest::testing::TestAnswers;
use affiant_guest::{FileReference, Path, Stop, Value};
use jiff::civil::{date, time};

use super::{ada, alias, decimal, list, missing, new, text};
use crate::text_of;

fn printed(answers: &TestAnswers, value: &Value) -> Result<String, Stop> {
    text_of(&answers.shared(), value)
}

#[test]
fn plain_values_print_as_a_reader_expects() {
    let file = FileReference {
        id: "7".to_owned(),
        name: "lease.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        length: 9,
    };
    for (value, shown) in [
        (Value::Null, ""),
        (Value::Empty, ""),
        (true.into(), "yes"),
        (false.into(), "no"),
        ((-3).into(), "-3"),
        (decimal("1200.50"), "1200.5"),
        (decimal("1200.00"), "1200"),
        (decimal("0.000001"), "0.000001"),
        (decimal("12345678901234567890.12"), "12345678901234567890.12"),
        (Value::Float(0.1 + 0.2), "0.3"),
        (Value::Float(1e21), "1000000000000000000000"),
        (Value::Date(date(2026, 3, 27)), "27 March 2026"),
        (Value::Time(time(9, 5, 0, 0)), "09:05"),
        (Value::DateTime(date(2026, 3, 27).at(14, 30, 0, 0)), "27 March 2026, 14:30"),
        (list(&[text("a"), 2.into(), true.into()]), "a, 2, and yes"),
        (list(&[text("a"), text("b")]), "a and b"),
        (list(&[]), ""),
        (Value::File(file), "lease.pdf"),
        (Value::Markup("**a**".to_owned()), "**a**"),
    ] {
        assert_eq!(printed(&TestAnswers::new(), &value), Ok(shown.to_owned()), "{value:?}");
    }
}

#[test]
fn objects_print_through_their_class() {
    let answers = ada()
        .with("landlord", new("Organization"))
        .with("landlord.name.text", "Acme Homes")
        .with_items("people", "List", vec![alias("client"), alias("landlord")])
        .with_entries(
            "heating",
            "Dict",
            &[("gas", true.into()), ("oil", false.into()), ("wood", true.into())],
        );
    for (object, shown) in [
        ("client", "Ada Lovelace"),
        ("client.name", "Ada Lovelace"),
        ("client.address", "12 St James’s Square, Unit 5, London, SW1Y 4JH, United Kingdom"),
        ("landlord", "Acme Homes"),
        ("landlord.name", "Acme Homes"),
        ("people", "Ada Lovelace and Acme Homes"),
        ("heating", "gas and wood"),
    ] {
        assert_eq!(printed(&answers, &alias(object)), Ok(shown.to_owned()), "{object}");
    }
}

#[test]
fn printing_asks_for_what_it_needs_in_order() {
    let answers = TestAnswers::new().with("client", new("Individual")).with("shop", new("Thing"));
    let asks = |answers: &TestAnswers, of: &str| printed(answers, &alias(of)).unwrap_err();
    assert_eq!(asks(&answers, "client"), missing("client.name.first"));
    let answers = answers.with("client.name.first", "Ada");
    assert_eq!(asks(&answers, "client"), missing("client.name.last"));
    assert_eq!(asks(&answers, "client.address"), missing("client.address.address"));
    assert_eq!(asks(&answers, "shop"), missing("shop.name.text"));
    let answers = answers.with("kids", new("List")).with("boxes", new("Dict"));
    assert_eq!(asks(&answers, "kids"), missing("kids.gathered"));
    assert_eq!(asks(&answers, "boxes"), missing("boxes.gathered"));
}

#[test]
fn a_list_that_contains_itself_is_a_fault_and_no_endless_loop() {
    let answers = TestAnswers::new().with_items("a", "List", vec![text("x")]);
    let answers = answers.with("a[0]", Value::Alias(Path::parse("a").unwrap()));
    let thing = TestAnswers::new().with("t", new("Thing")).with("t.name.text", alias("t"));
    let person = TestAnswers::new()
        .with("p", new("Individual"))
        .with("p.name.first", alias("p"))
        .with("p.name.last", "x");
    for (answers, of) in [(answers, "a"), (thing, "t"), (person, "p")] {
        let Err(Stop::Fault(fault)) = printed(&answers, &alias(of)) else { panic!("{of}") };
        assert!(fault.message.contains("contains itself"), "{}", fault.message);
    }
}

#[test]
fn a_list_of_many_long_texts_is_too_long_to_print() {
    let items = vec![text(&"x".repeat(1000)); 1100];
    let answers = TestAnswers::new();
    let Err(Stop::Fault(fault)) = printed(&answers, &list(&items)) else { panic!() };
    assert!(fault.message.contains("too long"), "{}", fault.message);
    assert!(printed(&answers, &list(&items[..900])).is_ok());
}

#[test]
fn a_list_of_lists_of_nothing_is_bounded_too() {
    let nothing = list(&vec![text(""); 1000]);
    let answers = TestAnswers::new().with_items("a", "List", vec![nothing; 1000]);
    assert!(matches!(printed(&answers, &alias("a")), Err(Stop::Fault(_))));
}
