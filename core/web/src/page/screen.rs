//! The page of a screen.

use affiant_document::markdown;
use affiant_engine::{FieldError, Screen, ScreenDocument, Widget};
use minijinja::{Value, context};

use crate::app::App;
use crate::handler::document::ending;
use crate::page::field::{self, Names};
use crate::page::{Typed, around, html, inline};
use crate::session::Session;

/// Draws a screen, with what was typed and refused if anything was.
pub(crate) fn screen(
    app: &App,
    session: &Session,
    step: u32,
    sealed_behind: bool,
    screen: &Screen,
    typed: &Typed<'_>,
) -> String {
    let names = Names::of(screen);
    let fields: Vec<Value> =
        screen.fields.iter().map(|it| field::context(it, screen, &names, typed)).collect();
    let title = without_braces(screen, markdown::to_plain(&screen.title));
    let single = is_single(screen);
    let multipart = screen
        .fields
        .iter()
        .any(|it| matches!(it.widget, Widget::File | Widget::Files | Widget::Signature));
    let explain = session.loaded.interview().features.explain || app.settings.dev;
    let has_back = step > 0 && screen.can_go_back && !sealed_behind;
    let features = &session.loaded.interview().features;
    app.theme.draw(
        "screen.html",
        &context! {
            step,
            title,
            section => section(screen),
            heading => with_terms(screen)(inline(&screen.title)),
            text => screen.text.as_deref().map(html).map(with_terms(screen)),
            fields,
            single,
            multipart,
            errors => errors(typed.errors, &names),
            can_continue => screen.can_continue,
            continue_label => screen.continue_label.as_deref().map(inline),
            back => has_back.then(|| step - 1),
            back_label => screen.back_label.as_deref().map(inline),
            forward => (step < session.row.last_step).then(|| step + 1),
            help => screen.help.as_ref().map(|it| context! {
                label => it.label.as_deref().map(inline),
                content => html(&it.content),
            }),
            review => review(screen),
            actions => actions(screen),
            sections => if features.navigation { sections(screen) } else { Vec::new() },
            progress => screen.progress.filter(|_| features.progress_bar),
            documents => documents(session, step, &screen.documents),
            terms => terms(screen),
            pre => screen.parts.pre.as_deref().map(html),
            submit => screen.parts.submit.as_deref().map(html),
            under => screen.parts.under.as_deref().map(html),
            post => screen.parts.post.as_deref().map(html),
            right => screen.parts.right.as_deref().map(html),
            footer => screen.parts.footer.as_deref().map(html),
            why => if explain { why(app, screen) } else { Vec::new() },
            is_end => screen.is_end,
            ..around(app, session)
        },
    )
}

/// Whether the heading is the label of the only field.
fn is_single(screen: &Screen) -> bool {
    matches!(screen.fields.as_slice(), [only] if only.label.is_none() && !only.name.is_empty())
}

fn section(screen: &Screen) -> Option<String> {
    screen.sections.iter().find(|it| it.current).map(|it| it.label.clone())
}

/// The summary above the form: each error links to its field.
fn errors(errors: &[FieldError], names: &Names) -> Vec<Value> {
    errors
        .iter()
        .map(|it| context! { message => it.message.clone(), target => names.target(&it.field, it.part) })
        .collect()
}

fn review(screen: &Screen) -> Vec<Value> {
    screen
        .review
        .iter()
        .map(|it| {
            context! {
                label => it.label.as_deref().map(inline),
                plain => it.label.as_deref().map(markdown::to_plain),
                text => it.text.as_deref().map(html),
                help => it.help.as_deref().map(html),
                row => it.change.as_ref().map(|it| it.row),
            }
        })
        .collect()
}

fn actions(screen: &Screen) -> Vec<Value> {
    screen
        .actions
        .iter()
        .map(|it| context! { label => inline(&it.label), link => it.link.clone() })
        .collect()
}

fn sections(screen: &Screen) -> Vec<Value> {
    screen
        .sections
        .iter()
        .map(|it| context! { label => it.label.clone(), level => it.level, current => it.current, visited => it.visited })
        .collect()
}

fn documents(session: &Session, step: u32, documents: &[ScreenDocument]) -> Vec<Value> {
    let interview = &session.row.interview;
    documents
        .iter()
        .enumerate()
        .map(|(number, it)| {
            let formats: Vec<Value> = it
                .formats
                .iter()
                .map(|format| {
                    let ending = ending(*format);
                    let href = format!("/i/{interview}/{step}/document/{number}.{ending}");
                    context! { href, name => name_of(ending) }
                })
                .collect();
            context! {
                name => it.name.clone(),
                description => it.description.as_deref().map(html),
                preview => html(&it.content),
                formats,
            }
        })
        .collect()
}

fn name_of(ending: &str) -> &'static str {
    match ending {
        "pdf" => "PDF",
        "docx" => "Word (DOCX)",
        "html" => "web page (HTML)",
        _ => "Markdown",
    }
}

fn terms(screen: &Screen) -> Vec<Value> {
    let text = format!("{} {}", screen.title, screen.text.as_deref().unwrap_or(""));
    let text = text.to_lowercase();
    screen
        .terms
        .iter()
        .filter(|it| {
            let word = it.word.to_lowercase();
            text.contains(&format!("{{{word}}}")) || it.automatic && text.contains(&word)
        })
        .map(|it| context! { word => it.word.clone(), meaning => html(&it.meaning) })
        .collect()
}

/// Takes the braces off words that are explained below the text.
pub(crate) fn with_terms(screen: &Screen) -> impl Fn(Value) -> Value + '_ {
    |text| {
        let mut html = text.as_str().unwrap_or("").to_owned();
        for term in &screen.terms {
            let (plain, marked) = (&term.word, format!("<dfn>{}</dfn>", term.word));
            html = html.replace(&format!("{{{plain}}}"), &marked);
        }
        Value::from_safe_string(html)
    }
}

/// A page's title cannot explain: the braces only go.
fn without_braces(screen: &Screen, mut title: String) -> String {
    for term in &screen.terms {
        title = title.replace(&format!("{{{}}}", term.word), &term.word);
    }
    title
}

fn why(app: &App, screen: &Screen) -> Vec<Value> {
    let dev = app.settings.dev;
    screen
        .why
        .iter()
        .map(|it| context! { wanted => it.wanted.clone(), block => it.block.clone(), file => dev.then_some(&it.file), line => it.line })
        .collect()
}
