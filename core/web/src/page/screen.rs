//! The page of a screen.

use affiant_backend::GrantRole;
use affiant_engine::{Reason, ReviewRow, Screen, ScreenDocument, ScreenSection, Widget};
use affiant_interview::{Features, Format};
use minijinja::{Value, context};

use crate::app::App;
use crate::day::day;
use crate::handler::waiting;
use crate::in_browser;
use crate::page::field::Fields;
use crate::page::frame::{Frame, direction};
use crate::page::text::Texts;
use crate::page::{Typed, Unsaved};
use crate::session::Session;
use crate::theme::Theme;

/// Where a screen stands in its session.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place {
    /// How many answers came before.
    pub(crate) step: u32,
    /// The step that Back leads to.
    pub(crate) back: Option<u32>,
    /// The step that Forward leads to.
    pub(crate) forward: Option<u32>,
}

/// Draws a screen, with what was typed and refused if anything was.
pub(crate) fn screen(
    app: &App,
    session: &Session,
    step: u32,
    sealed_behind: bool,
    screen: &Screen,
    typed: &Typed<'_>,
) -> String {
    let has_back = step > 0 && screen.can_go_back && !sealed_behind;
    let place = Place {
        step,
        back: has_back.then(|| step - 1),
        forward: (step < session.row.last_step).then(|| step + 1),
    };
    let interview = session.loaded.interview();
    let scheduled = session.scheduled.map(day);
    let (owes, mark) = (session.owes, waiting::mark(app, session, screen));
    let frame = Frame::session(app, session).speaking(interview, Some(screen.language.clone()));
    let features = &session.loaded.interview().features;
    let parts = in_browser::parts(app, session, step, screen);
    let context = context(&app.theme, &frame, place, features, screen, typed);
    app.theme.draw("screen.html", context! { parts, owes, mark, scheduled, ..context })
}

/// What the template is given.
pub(crate) fn context(
    theme: &Theme,
    frame: &Frame,
    place: Place,
    features: &Features,
    screen: &Screen,
    typed: &Typed<'_>,
) -> Value {
    let mut frame = of_step(frame, place.step, screen);
    let interview = frame.name.as_deref().unwrap_or_default();
    let texts = Texts::of(screen).with_files(format!("/i/{interview}/{}/file/", place.step));
    if let Some(title) = &screen.parts.title {
        frame.service = Some(texts.plain(title));
    }
    let block = |it: &Option<String>| it.as_deref().map(|it| texts.block_of_author(it));
    let inline = |it: &Option<String>| it.as_deref().map(|it| texts.inline(it));
    let only_reads = only_reads(&frame);
    let fields = Fields { theme, screen, texts: &texts, typed, language: &screen.language };
    let question = context! {
        title => texts.plain(&screen.title),
        heading => texts.inline(&screen.title),
        text => screen.text.as_deref().map(|it| texts.block(it)),
        single => fields.is_single(),
        fields => fields.contexts(),
        errors => errors(&fields),
        unsaved => typed.unsaved.map(Unsaved::key),
        typed_again => screen.fields.iter().any(|it| is_not_sent_back(it.widget)),
        posts => !only_reads && (screen.can_continue || !screen.fields.is_empty()),
        only_reads,
        looks_up => looks_up(screen), multipart => has_files(screen),
        can_continue => screen.can_continue && !only_reads,
        continue_label => inline(&screen.continue_label),
        review => review(&screen.review, &texts),
        actions => if only_reads { Vec::new() } else { actions(screen, &texts) },
        documents => documents(&frame, place.step, &screen.documents, &texts),
        help => help(screen, &texts),
        pre => block(&screen.parts.pre),
        submit => block(&screen.parts.submit),
        under => block(&screen.parts.under),
        post => block(&screen.parts.post),
        right => block(&screen.parts.right),
        footer => block(&screen.parts.footer),
    };
    let around = context! {
        step => place.step,
        back => place.back,
        back_label => inline(&screen.back_label),
        forward => place.forward,
        section => screen.sections.iter().rfind(|it| it.current).map(|it| it.label.as_str()),
        sections => if features.navigation { sections(&screen.sections) } else { Vec::new() },
        progress => screen.progress.filter(|_| features.progress_bar),
        why => if features.explain { why(&screen.why) } else { Vec::new() },
        // What a page of a session adds.
        parts => Vec::<Value>::new(),
        debug => frame.dev.then(|| debug(screen)),
        // Last, since it lists the words that were met in all texts.
        terms => texts.explained(),
    };
    context! { ..around, ..question, ..waits(screen), ..frame.context(theme) }
}

/// The frame of a step, in the language of its screen.
fn of_step(frame: &Frame, step: u32, screen: &Screen) -> Frame {
    Frame { language: screen.language.clone(), step: Some(step), ..frame.clone() }
}

/// How it waits, and what its page says of what goes on beside it.
fn waits(screen: &Screen) -> Value {
    let every = screen.waiting.as_ref().map(|it| it.every);
    context! {
        waits => context! { every, id => screen.id.as_str() },
        owes => false,
        mark => "",
        scheduled => (),
    }
}

fn help(screen: &Screen, texts: &Texts<'_>) -> Option<Value> {
    let help = screen.help.as_ref()?;
    let label = help.label.as_deref().map(|it| texts.inline(it));
    Some(context! { label, content => texts.block(&help.content) })
}

/// Whoever was let in for reading finds nothing to press.
fn only_reads(frame: &Frame) -> bool {
    frame.shared.as_ref().is_some_and(|it| it.role == GrantRole::View)
}

/// The summary above the form: each error links to its field.
fn errors(fields: &Fields<'_>) -> Vec<Value> {
    let errors = fields.typed.errors.iter();
    errors
        .map(|it| context! { message => it.message.as_str(), target => fields.target(it) })
        .collect()
}

/// Whether what was entered is not put back into a page: no browser lets a page fill in a file, and
/// a password is not sent back.
fn is_not_sent_back(widget: Widget) -> bool {
    matches!(widget, Widget::File | Widget::Files | Widget::Password)
}

fn looks_up(screen: &Screen) -> bool {
    screen.fields.iter().any(|it| it.lookup.is_some())
}

fn has_files(screen: &Screen) -> bool {
    let is_file = |it: &Widget| matches!(it, Widget::File | Widget::Files | Widget::Signature);
    screen.fields.iter().any(|it| is_file(&it.widget))
}

/// The rows in runs, parted by notes.
fn review(rows: &[ReviewRow], texts: &Texts<'_>) -> Vec<Value> {
    let mut parts: Vec<(Option<Value>, Vec<Value>)> = Vec::new();
    for row in rows {
        let text = row.text.as_deref().filter(|it| !it.trim().is_empty()).map(|it| texts.block(it));
        let Some(label) = &row.label else {
            parts.push((text, Vec::new()));
            continue;
        };
        let drawn = context! {
            label => texts.inline(label),
            plain => texts.plain(label),
            text,
            help => row.help.as_deref().map(|it| texts.block(it)),
            row => row.change.as_ref().map(|it| it.row),
        };
        match parts.last_mut() {
            Some((None, rows)) => rows.push(drawn),
            _ => parts.push((None, vec![drawn])),
        }
    }
    parts.into_iter().map(|(note, rows)| context! { note, rows }).collect()
}

fn actions(screen: &Screen, texts: &Texts<'_>) -> Vec<Value> {
    let actions = screen.actions.iter();
    actions
        .filter_map(|it| {
            let posts = it.link.starts_with("action:");
            let leads = ["https://", "http://", "mailto:", "tel:"];
            let is_link = leads.iter().any(|scheme| it.link.starts_with(scheme))
                || it.link.starts_with('/') && !it.link.starts_with("//");
            (posts || is_link).then(
                || context! { label => texts.inline(&it.label), link => it.link.as_str(), posts },
            )
        })
        .collect()
}

fn sections(sections: &[ScreenSection]) -> Vec<Value> {
    let state = |it: &ScreenSection| match (it.current, it.visited) {
        (true, _) => "current",
        (false, true) => "done",
        (false, false) => "ahead",
    };
    let all = sections.iter();
    all.map(|it| context! { label => it.label.as_str(), level => it.level, current => it.current, state => state(it) })
        .collect()
}

fn documents(
    frame: &Frame,
    step: u32,
    documents: &[ScreenDocument],
    texts: &Texts<'_>,
) -> Vec<Value> {
    let interview = frame.name.as_deref().unwrap_or_default();
    documents
        .iter()
        .enumerate()
        .map(|(number, it)| {
            let formats: Vec<Value> = it
                .formats
                .iter()
                .map(|format| {
                    let ending = format.ending();
                    let href = format!("/i/{interview}/{step}/document/{number}.{ending}");
                    context! { href, ending }
                })
                .collect();
            let preview = it.formats.contains(&Format::Html) && it.assembly.is_none();
            context! {
                name => it.name.as_str(),
                description => it.description.as_deref().map(|it| texts.block(it)),
                preview => preview.then(|| Texts::document(&it.content)),
                lang => it.language.as_str(),
                dir => direction(&it.language),
                formats,
            }
        })
        .collect()
}

/// The chain of needs for the person: what has to be known, from the goal down.
fn why(reasons: &[Reason]) -> Vec<String> {
    let mut steps: Vec<String> = Vec::new();
    for reason in reasons {
        let words = in_words(&reason.wanted);
        if steps.last() != Some(&words) {
            steps.push(words);
        }
    }
    steps
}

/// A variable's path as words: `client.first_name` is "client › first name".
fn in_words(path: &str) -> String {
    path.replace('_', " ").replace(['.', '['], " › ").replace([']', '"', '\''], "")
}

/// What authors see: everything about the screen's origin.
fn debug(screen: &Screen) -> Value {
    let asks: Vec<Value> = screen
        .fields
        .iter()
        .filter(|it| !it.name.is_empty())
        .map(|it| it.name.as_str().into())
        .collect();
    let chain: Vec<Value> = screen
        .why
        .iter()
        .map(|it| context! { wanted => it.wanted.as_str(), block => it.block.as_str(), file => it.file.as_str(), line => it.line })
        .collect();
    context! { id => screen.id.as_str(), asks, chain }
}
