//! What plugins suggest and deliver.

use affiant_engine::{ScreenField, ScreenLookup, Widget};
use affiant_guest::Value as Answer;
use affiant_interview::Datatype;

use super::screens::{Sample, blank, field, sample, text};
use super::{Drawn, draw, draw_in, session};
use crate::delivering::Sent;
use crate::form::Form;
use crate::page::Typed;
use crate::page::frame::Frame;
use crate::suggesting::{Found, Suggested};
use crate::theme::Theme;

/// A court is looked up: a screen for that, and all that may come of it.
pub(super) fn all(theme: &Theme) -> Vec<Drawn> {
    let asked = court();
    let form = Form::of(&[("court.name", "kö"), ("court.address", "")]);
    let suggested = |name: &str, address: &str| Suggested {
        label: format!("Amtsgericht {name}"),
        parts: vec![
            ("court.name".to_owned(), Answer::text(format!("Amtsgericht {name}"))),
            ("court.address".to_owned(), Answer::text(address)),
        ],
    };
    let these = vec![
        suggested("Köln", "Luxemburger Straße 101, 50939 Köln"),
        suggested("Königs Wusterhausen", "Schlossplatz 4, 15711 Königs Wusterhausen"),
    ];
    let mut drawn = vec![("court".to_owned(), draw(theme, &asked, &Typed::default()))];
    for (name, found) in [
        ("court-found", Found::These(these)),
        ("court-nothing", Found::These(Vec::new())),
        ("court-short", Found::Short(2)),
        ("court-often", Found::Often),
        ("court-failed", Found::Failed),
    ] {
        let found = Some(("court.name", &found));
        let typed = Typed { form: Some(&form), found, ..Typed::default() };
        drawn.push((name.to_owned(), draw(theme, &asked, &typed)));
    }
    let frame = Frame { sent: sent(), lent_by: Some("s3.quay.example".to_owned()), ..session() };
    drawn.push(("sent".to_owned(), draw_in(theme, &frame, &over(), &Typed::default())));
    drawn
}

fn court() -> Sample {
    let lookup = ScreenLookup { source: "courts".to_owned(), from: 2 };
    let name = ScreenField { lookup: Some(lookup), ..text("court.name", "Court") };
    let day = field("court.day", "When you were there", Datatype::Date, Widget::Date);
    sample("court", blank("Which court is it?", vec![name, text("court.address", "Address"), day]))
}

fn over() -> Sample {
    sample("sent", blank("Your complaint", Vec::new()))
}

/// One of each fate.
fn sent() -> Vec<Sent> {
    let one = |to: &str, status: &'static str| Sent {
        by: "Filing with a court".to_owned(),
        to: to.to_owned(),
        status,
        at: "2026-11-27 12:00".to_owned(),
        until: String::new(),
        number: String::new(),
        reason: String::new(),
        files: vec!["Complaint".to_owned(), "scan.pdf".to_owned()],
    };
    vec![
        Sent { number: "12 C 345/26".to_owned(), ..one("Amtsgericht Köln", "delivered") },
        Sent { reason: "They want it signed.".to_owned(), ..one("Amtsgericht Bremen", "refused") },
        one("Amtsgericht Aachen", "later"),
        Sent { until: "2026-11-28 12:00".to_owned(), ..one("Amtsgericht Trier", "later") },
        Sent { at: String::new(), files: Vec::new(), ..one("Amtsgericht Augsburg", "waiting") },
    ]
}
