//! Screens on which something depends on something else: conditions, languages.

use affiant_engine::{
    Entered, Screen, ScreenChoice, ScreenCondition, ScreenConditionTest, ScreenField, ScreenRow,
    Widget,
};
use affiant_guest::Value as Answer;
use affiant_interview::{Comparison, Datatype, Test};

use super::{Sample, blank, choice, field, sample, some, text};

/// Fields that depend on others of their screen.
pub(super) fn conditions() -> Sample {
    let way = ScreenField {
        choices: vec![
            choice("email", "By email"),
            choice("phone", "By phone"),
            choice("post", "By post"),
        ],
        ..field("contact_way", "Best way to reach you", Datatype::Text, Widget::Radio)
    };
    let when = |is: &str, negated: bool| ScreenCondition {
        negated,
        disables: false,
        test: ScreenConditionTest::Field { name: "contact_way".to_owned(), is: is.to_owned() },
    };
    let email = ScreenField {
        conditions: vec![when("email", false)],
        ..field("tenant_email", "Email address", Datatype::Email, Widget::Email)
    };
    let phone = ScreenField {
        conditions: vec![when("post", true), when("email", true)],
        ..text("tenant_phone", "Phone number")
    };
    let often = field("often", "How often?", Datatype::Integer, Widget::Integer);
    let times = ScreenField {
        choices: vec![choice("day", "Days"), choice("evening", "Evenings")],
        ..field("times", "When?", Datatype::Checkboxes, Widget::Checkboxes)
    };
    let alone = field("alone", "Alone?", Datatype::YesNo, Widget::Checkbox);
    let test = |test: Test<Entered>| ScreenCondition {
        negated: false,
        disables: false,
        test: ScreenConditionTest::Test(test),
    };
    let named = |name: &str| Test::Named(Entered::Field(name.to_owned()));
    let compare = |how, one, other| Test::Compare(how, Box::new(one), Box::new(other));
    let why = ScreenField {
        conditions: vec![test(Test::Any(vec![
            Test::All(vec![
                compare(Comparison::More, named("often"), Test::Number(3.into())),
                Test::Named(Entered::Box("times".to_owned(), "evening".to_owned())),
            ]),
            Test::Not(Box::new(named("alone"))),
        ]))],
        ..text("reason", "Why?")
    };
    let else_ = ScreenField {
        conditions: vec![test(compare(Comparison::Equal, named("often"), Test::Nothing))],
        ..text("otherwise", "How else?")
    };
    let fields = vec![way, email, phone, often, times, alone, why, else_];
    let screen = Screen {
        text: some("Your landlord will need to arrange visits."),
        ..blank("How can your landlord reach you?", fields)
    };
    Sample {
        typed: &[("contact_way", "email"), ("tenant_email", "ada")],
        ..sample("conditions", screen)
    }
}

/// A page in Spanish whose texts its author wrote in English only.
pub(super) fn translated() -> Sample {
    let yes_no = |holds: bool, label: &str| ScreenChoice {
        holds: Answer::Bool(holds),
        ..choice(if holds { "true" } else { "false" }, label)
    };
    let fields = vec![
        ScreenField {
            choices: vec![yes_no(true, "Sí"), yes_no(false, "No")],
            ..field("rents", "Do you rent?", Datatype::YesNoRadio, Widget::Radio)
        },
        text("street", "Street"),
    ];
    let screen = Screen {
        language: "es".to_owned(),
        text: some("We write to your landlord.\n\nThat is *all*."),
        ..blank("Your home", fields)
    };
    sample("translated", screen)
}

/// Several items of a list on one screen.
pub(super) fn rows() -> Sample {
    let in_row = |number: usize, field: ScreenField| ScreenField {
        row: Some(ScreenRow {
            number,
            label: format!("Child {}", number + 1),
            may_be_blank: number > 0,
        }),
        ..field
    };
    let mut fields = Vec::new();
    for number in 0..3 {
        fields.push(in_row(number, text(&format!("kids[{number}].name.first"), "First name")));
        let born = field(
            &format!("kids[{number}].birthdate"),
            "Date of birth",
            Datatype::Date,
            Widget::Date,
        );
        fields.push(in_row(number, born));
    }
    let more = field("_more", "I have more to add", Datatype::YesNo, Widget::Checkbox);
    fields.push(ScreenField { required: false, ..more });
    sample("rows", blank("Your children", fields))
}
