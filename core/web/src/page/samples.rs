//! One of every kind of page, of made-up people. A theme is checked with them before it is used,
//! and tests look at them.

mod account;
mod activity;
mod desk;
mod kinds;
pub(crate) mod plugins;
mod reading;
pub(crate) mod screens;
mod switches;

use affiant_backend::GrantRole;
use affiant_diagnostic::{Diagnostic, Sources, Span};
use affiant_engine::{FieldError, Problem, Widget};
use affiant_guest::Value as Answer;
use affiant_interview::{Features, Metadata};
use minijinja::{Error, Value, context};

use crate::error;
use crate::form::Form;
use crate::page::frame::{Frame, Shared};
use crate::page::older::older_context;
use crate::page::screen::{self, Place};
use crate::page::site::{Beginning, Listed};
use crate::page::{Typed, Unsaved, conflict, fault, site, unagreed, unsaved};
use crate::theme::Theme;

/// A page by its name.
pub(crate) type Drawn = (String, Result<String, Error>);

/// Every sample.
pub(crate) fn all(theme: &Theme) -> Vec<Drawn> {
    let mut drawn = around(theme);
    drawn.extend(desk::all(theme));
    drawn.extend(reading::all(theme));
    drawn.extend(account::all(theme));
    drawn.extend(activity::all(theme));
    drawn.extend(kinds::all(theme));
    for sample in screens::all() {
        let name = sample.name.to_owned();
        drawn.push((name.clone(), draw(theme, &sample, &Typed::default())));
        let errors = errors(&sample);
        if !errors.is_empty() {
            let form = Form::of(sample.typed);
            let typed = Typed { form: Some(&form), errors: &errors, unsaved: None, found: None };
            drawn.push((format!("{name}-errors"), draw(theme, &sample, &typed)));
            let typed = Typed { errors: &[], unsaved: Some(Unsaved::Full), ..typed };
            drawn.push((format!("{name}-unsaved"), draw(theme, &sample, &typed)));
        }
    }
    for sample in screens::all().iter().filter(|it| ["name", "review"].contains(&it.name)) {
        for role in [GrantRole::Owner, GrantRole::Answer, GrantRole::View] {
            // Who may only read sees the common part alone, who answers one private part too.
            let parts = match role {
                GrantRole::Owner => None,
                GrantRole::Answer => Some(vec!["Her side".to_owned()]),
                GrantRole::View => Some(Vec::new()),
            };
            let shared = Shared { id: "x".to_owned(), role, readers: 2, parts };
            let frame = Frame { shared: Some(shared), ..session() };
            let name = format!("{}-shared-{}", sample.name, role.word());
            drawn.push((name, draw_in(theme, &frame, sample, &Typed::default())));
        }
    }
    drawn
}

fn draw(theme: &Theme, sample: &screens::Sample, typed: &Typed<'_>) -> Result<String, Error> {
    draw_in(theme, &Frame { dev: sample.dev, ..session() }, sample, typed)
}

fn draw_in(
    theme: &Theme,
    frame: &Frame,
    sample: &screens::Sample,
    typed: &Typed<'_>,
) -> Result<String, Error> {
    let place = Place { step: 4, back: Some(3), forward: Some(5) };
    let features =
        Features { navigation: true, progress_bar: true, explain: true, ..Features::default() };
    let context = screen::context(theme, frame, place, &features, &sample.screen, typed);
    theme.try_draw("screen.html", context)
}

/// Every field of a screen is wrong.
fn errors(sample: &screens::Sample) -> Vec<FieldError> {
    let fields =
        sample.screen.fields.iter().filter(|it| !it.name.is_empty() && it.widget != Widget::Hidden);
    fields
        .map(|it| FieldError {
            field: it.name.clone(),
            part: (sample.name == "date").then_some("year"),
            message: Problem::Empty
                .message(it.label.as_deref().unwrap_or("your answer"), &|key, given| {
                    affiant_library::locale("en").say(key, given)
                }),
            problem: Problem::Empty,
        })
        .collect()
}

/// A site without interviews.
fn site() -> Frame {
    Frame {
        language: "en".to_owned(),
        keep_days: 30,
        origin: "https://interviews.example".to_owned(),
        ..Frame::default()
    }
}

/// An interview outside of a session.
fn interview() -> Frame {
    Frame {
        name: Some("letter".to_owned()),
        service: Some("Letter to a landlord".to_owned()),
        languages: ["en", "de", "es", "ar"].map(str::to_owned).to_vec(),
        ..site()
    }
}

fn session() -> Frame {
    Frame { csrf: Some("c2FtcGxl".to_owned()), revision: 5, last_step: 7, ..interview() }
}

/// A page for somebody who is signed in.
fn signed_in() -> Frame {
    Frame { csrf: Some("c2FtcGxl".to_owned()), ..site() }
}

fn metadata() -> Metadata {
    Metadata {
        title: "Letter to a landlord".to_owned(),
        description: Some(
            "Write a letter that asks your landlord to make repairs, and keep a copy for yourself.\n\n\
             It is for people who rent a home to live in. It is not legal advice."
                .to_owned(),
        ),
        minutes: Some(10),
        before_you_start: Some(
            "- the name and address of your landlord\n- what you pay in rent\n- what needs repair".to_owned(),
        ),
        ..Metadata::default()
    }
}

/// A deletion that waits for the end of a hold.
fn waiting(what: &'static str) -> site::Waiting {
    site::Waiting {
        what,
        until: "2027-03-01".to_owned(),
        reason: "A court asked us to keep everything.".to_owned(),
        action: "/i/letter/delete/keep".to_owned(),
        back: "/i/letter/7".to_owned(),
    }
}

/// The pages around the screens.
fn around(theme: &Theme) -> Vec<Drawn> {
    let (letter, other) =
        (metadata(), Metadata { title: "Expense claim".to_owned(), ..Metadata::default() });
    let listed = [
        Listed { name: "letter", metadata: &letter, interview: None, broken: false },
        Listed { name: "expenses", metadata: &other, interview: None, broken: false },
        Listed { name: "draft", metadata: &other, interview: None, broken: true },
    ];
    let held = Some("2027-03-01".to_owned());
    let start =
        |beginning: &Beginning| site::start_context(theme, &interview(), &letter, beginning);
    let visitor = Beginning::default();
    let of_account = Beginning { is_signed_in: true, account_days: 90, ..Beginning::default() };
    let begun = Beginning { step: Some(7), ..Beginning::default() };
    let read = Beginning { is_read: true, ..of_account.clone() };
    let read_visitor = Beginning { is_read: true, ..Beginning::default() };
    let pages: Vec<(&str, &str, Value)> = vec![
        ("list", "list.html", site::list_context(theme, &site(), &listed)),
        ("list-empty", "list.html", site::list_context(theme, &site(), &[])),
        ("start", "start.html", start(&visitor)),
        ("start-begun", "start.html", start(&begun)),
        ("start-account", "start.html", start(&of_account)),
        ("start-read", "start.html", start(&read)),
        ("start-read-visitor", "start.html", start(&read_visitor)),
        ("resume", "resume.html", context! { wrong => false, ..interview().context(theme) }),
        ("resume-errors", "resume.html", context! { wrong => true, ..interview().context(theme) }),
        (
            "saved",
            "saved.html",
            site::saved_context(theme, &session(), Some("4T7K-99QM-2RXA-B3WD-PZ5N-6Y")),
        ),
        ("conflict", "conflict.html", conflict_context(theme)),
        ("unsaved", "unsaved.html", unsaved_context(theme)),
        ("unagreed", "unagreed.html", unagreed_context(theme)),
        ("older", "older.html", older_context(theme, &session(), "2027-03-01", true)),
        ("older-shared", "older.html", older_context(theme, &session(), "2027-03-01", false)),
        ("delete", "delete.html", site::delete_context(theme, &session(), None)),
        ("delete-held", "delete.html", site::delete_context(theme, &session(), held.clone())),
        ("held-answers", "held.html", site::held_context(theme, &session(), &waiting("answers"))),
        ("held-account", "held.html", site::held_context(theme, &signed_in(), &waiting("account"))),
        ("deleted", "deleted.html", site().context(theme)),
        ("error-404", "error.html", site::error_context(theme, &site(), &error::not_found())),
        ("error-403", "error.html", site::error_context(theme, &site(), &error::foreign_form())),
        ("error-413", "error.html", site::error_context(theme, &site(), &error::too_large())),
        (
            "error-500",
            "error.html",
            site::error_context(theme, &site(), &error::faulty_interview()),
        ),
        ("faults", "faults.html", faults_context(theme)),
        ("accessibility", "accessibility.html", site().context(theme)),
    ];
    let draw = |(name, template, context): (&str, &str, Value)| {
        (name.to_owned(), theme.try_draw(template, context))
    };
    let switches = switches::all(theme, &site(), &signed_in());
    let plugins = plugins::for_everybody(theme, &site(), &interview());
    pages.into_iter().chain(switches).chain(plugins).map(draw).collect()
}

fn conflict_context(theme: &Theme) -> Value {
    let form = Form::of(&[("contact_way", "email"), ("tenant_email", "ada@example.com")]);
    let screens = screens::all();
    let sample = screens.iter().find(|it| it.name == "conditions");
    let stored = |name: &str| (name == "contact_way").then(|| Answer::text("phone"));
    let rows = sample.map(|it| conflict::rows(&it.screen, &form, stored));
    conflict::conflict_context(theme, &session(), 4, &form, rows.unwrap_or_default())
}

fn unsaved_context(theme: &Theme) -> Value {
    let posted = [("_csrf", "c2FtcGxl"), ("_revision", "5"), ("tenant_email", "ada@example.com")];
    let posted = posted.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    unsaved::unsaved_context(theme, &session(), 4, posted, Unsaved::Busy)
}

fn unagreed_context(theme: &Theme) -> Value {
    let posted = [("_csrf", "c2FtcGxl"), ("_revision", "5"), ("tenant_email", "ada@example.com")];
    let posted = posted.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let plugin = context! {
        id => "org.example.courts",
        name => "Courts",
        sentences => ["Sends the town that you live in to example.org, which says which court it is."],
    };
    let needed = vec![context! { gate => "functional", plugins => vec![plugin] }];
    unagreed::unagreed_context(theme, &session(), 4, posted, needed)
}

fn faults_context(theme: &Theme) -> Value {
    let text = "question: What is your name?\nfields:\n  - First name: client.name.first\n    datatyp: text\n";
    let mut sources = Sources::default();
    let source = sources.add("intake.yml", text);
    let at = text.find("datatyp:").unwrap_or(0);
    let diagnostics = [
        Diagnostic::error(
            "unknown-key",
            Span::new(source, at, at + 7),
            "a field has no key `datatyp`",
        )
        .hint("did you mean `datatype`?"),
        Diagnostic::warning(
            "no-data-category",
            Span::new(source, 40, 50),
            "`client.name.first` says no category of personal data",
        ),
    ];
    fault::faults_context(theme, &site(), &diagnostics, &sources)
}
