//! The pages around the screens.

use affiant_document::markdown;
use affiant_interview::{Interview, Metadata};
use minijinja::{Value, context};

use crate::app::App;
use crate::error::WebError;
use crate::handler::start::TOLD;
use crate::page::frame::Frame;
use crate::session::Session;
use crate::theme::Theme;

/// An interview in the list.
pub(crate) struct Listed<'a> {
    pub(crate) name: &'a str,
    pub(crate) metadata: &'a Metadata,
    /// The interview, for what it says in other languages.
    pub(crate) interview: Option<&'a Interview>,
    /// It does not load; only authors see it.
    pub(crate) broken: bool,
}

/// Markdown as HTML that templates do not escape again.
fn html(text: &str) -> Value {
    Value::from_safe_string(markdown::to_html(text))
}

pub(crate) fn list(app: &App) -> String {
    let all = app.catalogue.all();
    let nothing = Metadata::default();
    let listed: Vec<Listed<'_>> = all
        .iter()
        .map(|(name, entry)| Listed {
            name,
            metadata: entry.loaded.as_ref().map_or(&nothing, |it| &it.interview().metadata),
            interview: entry.loaded.as_ref().map(|it| it.interview()),
            broken: entry.loaded.is_none(),
        })
        .filter(|it| (app.settings.dev || !it.broken) && !it.metadata.unlisted)
        .collect();
    app.theme.draw("list.html", list_context(&app.theme, &Frame::site(app), &listed))
}

/// A text of an interview in the page's language where it has one; else as it is, with its language
/// if that is not the page's.
fn said<'a>(
    interview: Option<&'a Interview>,
    language: &str,
    text: &'a str,
) -> (&'a str, Option<&'a str>) {
    let Some(interview) = interview else { return (text, None) };
    match interview.word(language, text) {
        Some(word) => (word, None),
        None => (text, Some(interview.language()).filter(|it| *it != language)),
    }
}

pub(crate) fn list_context(theme: &Theme, frame: &Frame, listed: &[Listed<'_>]) -> Value {
    let interviews: Vec<Value> = listed
        .iter()
        .map(|it| {
            let say = |text| said(it.interview, &frame.language, text);
            let (title, lang) = say(&it.metadata.title);
            context! {
                name => it.name,
                title => if it.broken { it.name } else { title },
                lang,
                description => it.metadata.description.as_deref().map(|it| html(say(it).0)),
                description_lang => it.metadata.description.as_deref().and_then(|it| say(it).1),
                minutes => it.metadata.minutes,
                broken => it.broken,
            }
        })
        .collect();
    context! { interviews, ..frame.context(theme) }
}

/// Who begins an interview, and what of it is there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Beginning {
    /// The last step of a session that is open in this browser.
    pub(crate) step: Option<u32>,
    /// The newest session in the account: its id, and the code of the form that opens it.
    pub(crate) stored: Option<(String, Option<String>)>,
    /// Whether what is begun belongs to an account.
    pub(crate) is_signed_in: bool,
    /// Whether administrators can read what is begun in accounts.
    pub(crate) is_read: bool,
    /// Days without use after which a session of an account is deleted.
    pub(crate) account_days: u32,
}

/// The start page.
pub(crate) fn start(
    app: &App,
    name: &str,
    interview: &Interview,
    beginning: &Beginning,
    language: Option<String>,
) -> String {
    let frame = Frame::interview(app, name, interview).speaking(interview, language);
    let context = start_context(&app.theme, &frame, &interview.metadata, beginning);
    app.theme.draw("start.html", context! { held => app.held_until(), ..context })
}

pub(crate) fn start_context(
    theme: &Theme,
    frame: &Frame,
    metadata: &Metadata,
    beginning: &Beginning,
) -> Value {
    let stored = beginning.stored.as_ref();
    context! {
        step => beginning.step,
        code => stored.and_then(|it| it.1.as_deref()),
        stored => stored.map(|it| it.0.as_str()),
        is_signed_in => beginning.is_signed_in,
        is_read => beginning.is_read,
        account_days => beginning.account_days,
        told => TOLD,
        description => metadata.description.as_deref().map(html),
        before_you_start => metadata.before_you_start.as_deref().map(html),
        minutes => metadata.minutes,
        ..frame.context(theme)
    }
}

pub(crate) fn resume(app: &App, name: &str, interview: &Interview, wrong: bool) -> String {
    let frame = Frame::interview(app, name, interview);
    app.theme.draw("resume.html", context! { wrong, ..frame.context(&app.theme) })
}

pub(crate) fn saved(app: &App, session: &Session, code: Option<&str>) -> String {
    let frame = Frame::session(app, session);
    app.theme.draw("saved.html", saved_context(&app.theme, &frame, code))
}

pub(crate) fn saved_context(theme: &Theme, frame: &Frame, code: Option<&str>) -> Value {
    let name = frame.name.as_deref().unwrap_or_default();
    context! { code, address => format!("{}/i/{name}/resume", frame.origin), ..frame.context(theme) }
}

pub(crate) fn delete(app: &App, session: &Session) -> String {
    let frame = Frame::session(app, session);
    app.theme.draw("delete.html", delete_context(&app.theme, &frame, app.held_until()))
}

/// `held`: the day until which nothing is deleted, while that is so.
pub(crate) fn delete_context(theme: &Theme, frame: &Frame, held: Option<String>) -> Value {
    context! { held, ..frame.context(theme) }
}

/// A deletion that waits for the end of a hold.
pub(crate) struct Waiting {
    /// What it is of: `answers` or `account`.
    pub(crate) what: &'static str,
    /// The day on which it is done.
    pub(crate) until: String,
    /// Why deletions are held.
    pub(crate) reason: String,
    /// Where it is taken back.
    pub(crate) action: String,
    /// Where Back leads.
    pub(crate) back: String,
}

pub(crate) fn held(app: &App, frame: &Frame, waiting: &Waiting) -> String {
    app.theme.draw("held.html", held_context(&app.theme, frame, waiting))
}

pub(crate) fn held_context(theme: &Theme, frame: &Frame, waiting: &Waiting) -> Value {
    context! {
        what => waiting.what,
        until => waiting.until.as_str(),
        reason => waiting.reason.as_str(),
        action => waiting.action.as_str(),
        before => waiting.back.as_str(),
        ..frame.context(theme)
    }
}

pub(crate) fn deleted(app: &App) -> String {
    app.theme.draw("deleted.html", Frame::site(app).context(&app.theme))
}

pub(crate) fn accessibility(app: &App) -> String {
    app.theme.draw("accessibility.html", Frame::site(app).context(&app.theme))
}

pub(crate) fn error(app: &App, error: &WebError) -> String {
    let frame = Frame::site(app);
    app.theme.draw("error.html", error_context(&app.theme, &frame, error))
}

pub(crate) fn error_context(theme: &Theme, frame: &Frame, error: &WebError) -> Value {
    let say = |key: &str| theme.say(&frame.language, key, &[]);
    context! {
        title => say(error.title),
        message => say(error.message),
        decides => error.is_not_agreed(),
        ..frame.context(theme)
    }
}
