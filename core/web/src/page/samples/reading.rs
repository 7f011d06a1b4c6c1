//! The pages on which answers are read, with made-up ones.

use std::collections::BTreeMap;

use affiant_guard::Permissions;
use serde_json::json;

use crate::export::answers::{Answers, Field, Page};
use crate::page::admin::Desk;
use crate::page::frame::Frame;
use crate::page::reading::{Asked, Found, Search};
use crate::page::samples::{Drawn, site};
use crate::theme::Theme;

pub(crate) fn all(theme: &Theme) -> Vec<Drawn> {
    let frame = Frame { csrf: Some("c2FtcGxl".to_owned()), ..site() };
    let desk = Desk { theme, frame, permissions: Permissions::ALL };
    let search = |name: &str, it: &Search| {
        (name.to_owned(), theme.try_draw("admin/reading.html", desk.reading(it)))
    };
    let asked = |name: &str, it: &Asked| {
        (name.to_owned(), theme.try_draw("admin/reading-asked.html", desk.reading_asked(it)))
    };
    let read = |name: &str, it: &Answers| {
        let context = desk.reading_answers(it, &found());
        (name.to_owned(), theme.try_draw("admin/reading-answers.html", context))
    };
    let wrong = vec![("reason", "read_reason_empty"), ("key", "read_key_wrong")];
    vec![
        search("admin-reading-nobody", &Search::default()),
        search("admin-reading", &Search { found: Some(vec![found(), found()]), ..looked() }),
        search("admin-reading-none", &Search { found: Some(Vec::new()), ..looked() }),
        search("admin-reading-errors", &Search { is_wrong: true, ..looked() }),
        asked("admin-reading-asked", &Asked { found: found(), ..Asked::default() }),
        asked(
            "admin-reading-asked-errors",
            &Asked { found: found(), reason: "help".to_owned(), wrong },
        ),
        read("admin-reading-answers", &answers()),
        read("admin-reading-answers-none", &Answers { pages: Vec::new(), ..answers() }),
    ]
}

fn found() -> Found {
    Found {
        id: "x".to_owned(),
        title: "Letter to a landlord".to_owned(),
        begun: "2027-01-15".to_owned(),
        used: "2027-01-17".to_owned(),
        steps: 7,
        owner: Some(12),
    }
}

fn looked() -> Search {
    let interview = |title: &str, name: &str| (title.to_owned(), name.to_owned());
    Search {
        is_possible: true,
        interviews: vec![
            interview("Expense claim", "expenses"),
            interview("Letter to a landlord", "letter"),
        ],
        interview: "letter".to_owned(),
        day: ["15", "1", "2027"].map(str::to_owned),
        ..Search::default()
    }
}

fn answers() -> Answers {
    let field = |label: &str, answer| Field {
        variable: "landlord".to_owned(),
        label: label.to_owned(),
        answer,
    };
    let page = |question: &str, fields| Page { step: 0, question: question.to_owned(), fields };
    let by_variable = [("landlord", json!("Mr <Smith>")), ("rent", json!(850))];
    Answers {
        session: "x".to_owned(),
        interview: "letter".to_owned(),
        title: "Letter to a landlord".to_owned(),
        begun: "2027-01-15".to_owned(),
        used: "2027-01-17".to_owned(),
        by_variable: BTreeMap::from(by_variable.map(|(name, it)| (name.to_owned(), it))),
        pages: vec![
            page("Who is your landlord?", vec![field("Name", json!("Mr <Smith>"))]),
            page(
                "What do you pay?",
                vec![
                    field("Rent in a month", json!(850)),
                    field("Deposit", json!(null)),
                    field("What it covers", json!(["water", "heating"])),
                ],
            ),
        ],
        put_back: false,
    }
}
