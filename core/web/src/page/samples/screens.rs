//! Screens of every kind.

mod special;

use affiant_engine::{
    ActionLink, Reason, ReviewAction, ReviewRow, Screen, ScreenChoice, ScreenCondition,
    ScreenConditionTest, ScreenDocument, ScreenField, ScreenHelp, ScreenParts, ScreenSection,
    ScreenTerm, Waiting, Widget,
};
use affiant_guest::{FileReference, Value as Answer};
use affiant_interview::{Datatype, Format};
use jiff::civil::date;

use special::{conditions, rows, translated};

/// A screen to look at.
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) screen: Screen,
    /// What was typed where the sample is shown with errors.
    pub(crate) typed: &'static [(&'static str, &'static str)],
    /// Whether authors look on.
    pub(crate) dev: bool,
}

const LONG: &str = "Rechtsschutzversicherungsgesellschaftsangestelltenverordnung_Donaudampfschifffahrtsgesellschaftskapitänsmütze";
const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> {{ 7 * 7 }} &amp;";

pub(crate) fn all() -> Vec<Sample> {
    let mut all =
        vec![yes_no(), name(), radio(), checkboxes(), day(), dropdown(), buttons(), every()];
    all.extend([conditions(), files(), signature(), review(), documents(), ending(), terms()]);
    all.extend([long(), hostile(), right_to_left(), translated(), unlabelled(), rows(), waits()]);
    all
}

pub(super) fn sample(name: &'static str, screen: Screen) -> Sample {
    Sample { name, screen, typed: &[], dev: false }
}

/// A screen that waits for something that ends by itself.
fn waits() -> Sample {
    let waiting = Some(Waiting { every: 5, event: Some("look".to_owned()) });
    let text = Some("This takes about a minute.".to_owned());
    sample(
        "waiting",
        Screen { can_continue: false, text, waiting, ..blank("One moment", Vec::new()) },
    )
}

pub(super) fn blank(title: &str, fields: Vec<ScreenField>) -> Screen {
    let has_buttons = fields.iter().any(|it| it.widget == Widget::Buttons);
    Screen {
        id: "sample".to_owned(),
        title: title.to_owned(),
        text: None,
        help: None,
        can_continue: !has_buttons,
        fields,
        continue_label: None,
        can_go_back: true,
        back_label: None,
        review: Vec::new(),
        actions: Vec::new(),
        sections: sections(),
        progress: Some(40),
        documents: Vec::new(),
        terms: Vec::new(),
        parts: ScreenParts::default(),
        why: why(),
        is_end: false,
        language: "en".to_owned(),
        text_language: "en".to_owned(),
        is_from_plugin: false,
        waiting: None,
    }
}

fn sections() -> Vec<ScreenSection> {
    let section = |key: &str, label: &str, current: bool, visited: bool| ScreenSection {
        key: key.to_owned(),
        label: label.to_owned(),
        level: 0,
        current,
        visited,
    };
    vec![
        section("about", "About you", false, true),
        section("home", "Your home", true, true),
        section("repairs", "The repairs", false, false),
        section("letter", "Your letter", false, false),
    ]
}

fn why() -> Vec<Reason> {
    let reason = |wanted: &str, block: &str, line: usize| Reason {
        wanted: wanted.to_owned(),
        block: block.to_owned(),
        file: "letter.yml".to_owned(),
        line,
    };
    vec![
        reason("letter_ready", "block-6", 42),
        reason("landlord.name.text", "landlord-name", 120),
        reason("landlord_kind", "landlord-kind", 108),
    ]
}

pub(super) fn field(name: &str, label: &str, datatype: Datatype, widget: Widget) -> ScreenField {
    ScreenField {
        name: name.to_owned(),
        label: (!label.is_empty()).then(|| label.to_owned()),
        datatype,
        widget,
        required: true,
        choices: Vec::new(),
        value: None,
        hint: None,
        help: None,
        under_text: None,
        min: None,
        max: None,
        step: None,
        min_length: None,
        max_length: None,
        rows: None,
        conditions: Vec::new(),
        disable_others: None,
        none_of_the_above: None,
        all_of_the_above: None,
        currency_symbol: None,
        accept: Vec::new(),
        autocomplete: None,
        grid: None,
        data: None,
        note: None,
        messages: Vec::new(),
        custom: None,
        lookup: None,
        row: None,
    }
}

pub(super) fn text(name: &str, label: &str) -> ScreenField {
    field(name, label, Datatype::Text, Widget::Text)
}

fn note(text: &str) -> ScreenField {
    ScreenField {
        note: Some(text.to_owned()),
        required: false,
        ..field("", "", Datatype::None, Widget::Note)
    }
}

fn choice(value: &str, label: &str) -> ScreenChoice {
    ScreenChoice {
        value: value.to_owned(),
        holds: Answer::text(value),
        label: label.to_owned(),
        help: None,
        group: None,
        selected: false,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "samples fill optional fields")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn yes_no() -> Sample {
    let choices =
        vec![choice("true", "Yes"), ScreenChoice { selected: true, ..choice("false", "No") }];
    let rents =
        ScreenField { choices, ..field("rents_home", "", Datatype::YesNoRadio, Widget::Radio) };
    let screen = Screen {
        text: some(
            "Choose “Yes” also if you pay rent through a letting agent, a council or a housing association.",
        ),
        ..blank("Do you rent the home you live in?", vec![rents])
    };
    sample("yes-no", screen)
}

fn name() -> Sample {
    let first = ScreenField { data: some("name"), ..text("tenant.name.first", "First name") };
    let last = ScreenField {
        value: Some(Answer::text("Lovelace")),
        data: some("name"),
        max_length: Some(30),
        ..text("tenant.name.last", "Last name")
    };
    let middle = ScreenField { required: false, ..text("tenant.name.middle", "Middle name") };
    sample("name", blank("What is your name?", vec![first, middle, last]))
}

fn radio() -> Sample {
    let choices = vec![
        ScreenChoice {
            help: some("Somebody who owns the home and lets it to you."),
            ..choice("private", "A private landlord")
        },
        choice("agent", "A letting agent"),
        ScreenChoice { group: some("Public"), ..choice("council", "A council") },
        ScreenChoice {
            group: some("Public"),
            selected: true,
            ..choice("social", "A housing association")
        },
    ];
    let kind = ScreenField {
        choices,
        hint: some("Look at your rental agreement if you are not sure."),
        help: some("The agreement names the landlord **on the first page**."),
        ..field("landlord_kind", "", Datatype::Text, Widget::Radio)
    };
    sample("radio", blank("Who do you rent from?", vec![kind]))
}

fn checkboxes() -> Sample {
    let how = ScreenField {
        choices: vec![
            choice("written", "By letter or email"),
            choice("phone", "By phone or text"),
            choice("person", "In person"),
        ],
        none_of_the_above: some("None of these"),
        all_of_the_above: some("All of these"),
        ..field("how_told", "", Datatype::Checkboxes, Widget::Checkboxes)
    };
    let typed = &[("how_told", "written"), ("how_told", "_none")];
    Sample { typed, ..sample("checkboxes", blank("How did you tell your landlord?", vec![how])) }
}

fn day() -> Sample {
    let moved = ScreenField {
        hint: some("For example, 27 3 2019"),
        value: Some(Answer::Date(date(2019, 3, 27))),
        autocomplete: some("bday"),
        ..field("moved_in", "", Datatype::Date, Widget::Date)
    };
    let typed = &[("moved_in--day", "27"), ("moved_in--month", "march")];
    Sample { typed, ..sample("date", blank("When did you move in?", vec![moved])) }
}

fn dropdown() -> Sample {
    let choices = vec![
        ScreenChoice { group: some("Often"), ..choice("month", "Every month") },
        ScreenChoice { group: some("Often"), selected: true, ..choice("week", "Every week") },
        ScreenChoice { group: some("Seldom"), ..choice("year", "Every year") },
    ];
    let period =
        ScreenField { choices, ..field("rent_period", "", Datatype::Text, Widget::Dropdown) };
    sample("dropdown", blank("How often do you pay?", vec![period]))
}

fn buttons() -> Sample {
    let choices = vec![
        ScreenChoice {
            help: some("Takes about ten minutes."),
            ..choice("choice-0", "Write a letter")
        },
        choice("choice-1", "Read what the law says"),
    ];
    let next = ScreenField { choices, ..field("_choice", "", Datatype::Text, Widget::Buttons) };
    sample("buttons", blank("What do you want to do?", vec![next]))
}

/// Every other kind of input on one screen.
fn every() -> Sample {
    let town = ScreenField {
        choices: vec![choice("York", "York"), choice("Leeds", "Leeds & around")],
        ..field("town", "Town", Datatype::Text, Widget::Combobox)
    };
    let rent = ScreenField {
        currency_symbol: some("£"),
        value: Some(Answer::text("1200.50")),
        hint: some("Without what you pay for heating"),
        ..field("rent", "Rent", Datatype::Currency, Widget::Currency)
    };
    let area = ScreenField {
        max_length: Some(500),
        rows: Some(4),
        help: some("Write it as you would say it."),
        under_text: some("Do not write about *other people*."),
        ..field("problem", "What is wrong with it", Datatype::Area, Widget::Area)
    };
    let stars = ScreenField {
        min: Some(Answer::Int(1)),
        max: Some(Answer::Int(10)),
        step: Some(Answer::Int(1)),
        value: Some(Answer::Int(4)),
        ..field("stars", "How bad it is", Datatype::Range, Widget::Range)
    };
    let agree = ScreenField {
        disable_others: Some(vec!["stars".to_owned()]),
        value: Some(Answer::Bool(true)),
        ..field("agree", "I have told my landlord", Datatype::YesNo, Widget::Checkbox)
    };
    let fields = vec![
        note("Answer what you can. **Guesses are fine.**"),
        field("email", "Email address", Datatype::Email, Widget::Email),
        field("rooms", "Number of rooms", Datatype::Integer, Widget::Integer),
        field("size", "Size in square metres", Datatype::Number, Widget::Number),
        rent,
        field("since", "Since when", Datatype::Date, Widget::Date),
        field("at", "At what time", Datatype::Time, Widget::Time),
        field("visit", "Visit", Datatype::DateTime, Widget::DateTime),
        field("secret", "Password", Datatype::Password, Widget::Password),
        town,
        area,
        stars,
        agree,
        field("kept", "Kept", Datatype::Text, Widget::Hidden),
    ];
    let screen = Screen {
        help: Some(ScreenHelp {
            label: None,
            content: "Ask somebody who lives with you.".to_owned(),
        }),
        actions: vec![
            ActionLink {
                label: "Start with the repairs".to_owned(),
                link: "action:repairs".to_owned(),
            },
            ActionLink {
                label: "Read the law".to_owned(),
                link: "https://law.example/".to_owned(),
            },
        ],
        ..blank("Tell us about your home", fields)
    };
    let typed = &[("email", "ada"), ("rent", "a lot"), ("since--day", "31"), ("since--month", "2")];
    Sample { typed, dev: true, ..sample("every", screen) }
}

fn photo(name: &str) -> Answer {
    Answer::File(FileReference {
        id: "00112233445566778899aabbccddeeff".to_owned(),
        name: name.to_owned(),
        media_type: "image/jpeg".to_owned(),
        length: 1_482_113,
    })
}

fn files() -> Sample {
    let photos = ScreenField {
        value: Some(Answer::List(vec![photo("kitchen.jpg"), photo("bathroom wall.jpg")])),
        accept: vec!["image/*".to_owned(), "application/pdf".to_owned()],
        ..field("photos", "Photos", Datatype::Files, Widget::Files)
    };
    let plan = ScreenField {
        required: false,
        ..field("plan", "Plan of the home", Datatype::File, Widget::File)
    };
    sample("files", blank("Show what needs repair", vec![photos, plan]))
}

fn signature() -> Sample {
    let sign = field("signature", "", Datatype::Signature, Widget::Signature);
    let screen = Screen {
        text: some("By signing you say that what you wrote is true."),
        ..blank("Sign your letter", vec![sign])
    };
    sample("signature", screen)
}

fn review() -> Sample {
    let row = |row: usize, label: &str, text: &str| ReviewRow {
        label: some(label),
        text: some(text),
        help: None,
        change: Some(ReviewAction { row }),
    };
    let screen = Screen {
        continue_label: some("Make my letter"),
        review: vec![
            row(0, "Your name", "Ada Lovelace"),
            row(1, "Your address", "12 Long Lane, York, YO1 7HH"),
            row(2, "Email address", LONG),
            row(3, "Repairs", "- The boiler (kitchen)\n- Damp on a wall (bathroom)"),
            ReviewRow {
                label: None,
                text: some("# Money\n\nAmounts are a month."),
                help: None,
                change: None,
            },
            row(5, "Rent", "£1,200.50"),
            ReviewRow {
                help: some("You can add this later."),
                text: None,
                ..row(6, "Other costs", "")
            },
            ReviewRow { change: None, ..row(7, "Made on", "27 March 2026") },
        ],
        ..blank("Check your answers before you make the letter", Vec::new())
    };
    sample("review", screen)
}

fn documents() -> Sample {
    let document = ScreenDocument {
        name: "Letter to Mr Smith".to_owned(),
        filename: "letter".to_owned(),
        description: some("A letter that asks for two repairs."),
        content: "# Request for repairs\n\nDear Mr Smith,\n\n| Where | What |\n| --- | --- |\n| Kitchen | The boiler |\n\n## What I ask\n\nPlease answer by 1 May.".to_owned(),
        formats: vec![Format::Pdf, Format::Docx, Format::Html],
        language: "en".to_owned(),
        assembly: None,
    };
    let copy = ScreenDocument {
        name: "Notes".to_owned(),
        description: None,
        formats: vec![Format::Markdown],
        ..document.clone()
    };
    let screen = Screen {
        text: some(
            "Print it, sign it, and send it to Mr Smith. Keep a copy. [Change the date](action:change_date?%7B%22a%22%3A1%7D)",
        ),
        can_continue: false,
        is_end: true,
        documents: vec![document, copy],
        ..blank("Your letter is ready", Vec::new())
    };
    sample("documents", screen)
}

fn ending() -> Sample {
    let screen = Screen {
        text: some(
            "You told us that you do not rent your home, so there is no landlord to write to.\n\nIf you rent after all, go back and change your answer.",
        ),
        can_continue: false,
        is_end: true,
        sections: Vec::new(),
        progress: None,
        ..blank("This letter is not for you", Vec::new())
    };
    sample("ending", screen)
}

fn terms() -> Sample {
    let term = |word: &str, meaning: &str, automatic: bool| ScreenTerm {
        word: word.to_owned(),
        meaning: meaning.to_owned(),
        automatic,
    };
    let by = field("answer_by", "Answer by", Datatype::Date, Widget::Date);
    let screen = Screen {
        text: some(
            "Give a {reasonable time}: two to four weeks is usual. A letting agent may need longer.",
        ),
        terms: vec![
            term(
                "reasonable time",
                "What is reasonable depends on the repair. No heating in winter is urgent.",
                false,
            ),
            term("letting agent", "Somebody who looks after a home for the landlord.", true),
            term("never met", "Not shown, since no text holds it.", false),
        ],
        parts: ScreenParts {
            pre: some("Your answers so far are saved."),
            submit: some("Check the day before you go on."),
            under: some("You can change it later."),
            post: some("Written by the tenants’ union."),
            right: some("Call [0800 1234](tel:08001234) if you need help."),
            footer: some("Tenants’ union, York"),
            title: some("Repairs"),
        },
        ..blank("By when should {reasonable time} answer?", vec![by])
    };
    sample("terms", screen)
}

fn long() -> Sample {
    let choices = vec![choice("a", LONG), choice("b", "Short")];
    let fields = vec![
        ScreenField { hint: some(LONG), ..text("long", LONG) },
        ScreenField {
            choices: choices.clone(),
            ..field("radio", LONG, Datatype::Text, Widget::Radio)
        },
        ScreenField { choices, ..field("select", "Select", Datatype::Text, Widget::Dropdown) },
    ];
    sample("long", Screen { text: some(LONG), ..blank(LONG, fields) })
}

/// Labels and answers of somebody who tries to break out. Authors' Markdown is cleaned, answers
/// and values are escaped.
fn hostile() -> Sample {
    let mut bad = choice(HOSTILE, HOSTILE);
    bad.help = some(HOSTILE);
    bad.group = some(HOSTILE);
    let fields = vec![
        ScreenField {
            value: Some(Answer::text(HOSTILE)),
            hint: some(HOSTILE),
            help: some(HOSTILE),
            ..text("a[\"<script>\"]", HOSTILE)
        },
        ScreenField {
            choices: vec![bad.clone()],
            ..field("b", HOSTILE, Datatype::Checkboxes, Widget::Checkboxes)
        },
        ScreenField {
            choices: vec![bad.clone()],
            ..field("c", HOSTILE, Datatype::Text, Widget::Dropdown)
        },
        ScreenField {
            choices: vec![bad],
            conditions: vec![ScreenCondition {
                negated: false,
                disables: true,
                test: ScreenConditionTest::Field { name: "b".to_owned(), is: HOSTILE.to_owned() },
            }],
            ..field("d", HOSTILE, Datatype::Text, Widget::Combobox)
        },
        ScreenField {
            value: Some(photo(HOSTILE)),
            ..field("e", HOSTILE, Datatype::File, Widget::File)
        },
    ];
    let screen = Screen {
        text: some(HOSTILE),
        continue_label: some(HOSTILE),
        back_label: some(HOSTILE),
        ..blank(HOSTILE, fields)
    };
    Sample { typed: &[("d", HOSTILE)], dev: true, ..sample("hostile", screen) }
}

fn right_to_left() -> Sample {
    let choices = vec![choice("a", "مالك خاص"), choice("b", "وكيل تأجير")];
    let fields = vec![
        text("name", "الاسم الكامل"),
        ScreenField {
            choices, ..field("kind", "ممن تستأجر؟", Datatype::Text, Widget::Radio)
        },
        field("day", "تاريخ الانتقال", Datatype::Date, Widget::Date),
        ScreenField {
            currency_symbol: some("£"),
            ..field("rent", "الإيجار", Datatype::Currency, Widget::Currency)
        },
    ];
    let screen = Screen {
        language: "ar".to_owned(),
        text_language: "ar".to_owned(),
        ..blank("ما هو عنوان منزلك؟", fields)
    };
    sample("right-to-left", screen)
}

/// Fields whose label is left out, so that the heading has to do.
fn unlabelled() -> Sample {
    let choices = vec![choice("a", "Now"), choice("b", "Later")];
    let fields = vec![
        text("one", ""),
        ScreenField { choices, ..field("two", "", Datatype::Text, Widget::Radio) },
        field("three", "", Datatype::YesNo, Widget::Checkbox),
    ];
    sample("unlabelled", blank("Tell us more", fields))
}
