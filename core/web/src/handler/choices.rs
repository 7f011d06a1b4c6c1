//! What people allow, and take back: an answer to a panel, or the page with all choices.

use std::sync::Arc;

use affiant_audit::{Detail, Event};
use affiant_manifest::{Party, StorageKind};
use affiant_switch::DAY;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{Html, IntoResponse as _, Redirect, Response};

use crate::app::App;
use crate::consent::{KEPT_DAYS, Stand, Visitor};
use crate::cookie::Own;
use crate::error::WebError;
use crate::form::Form;
use crate::handler::language::is_path;
use crate::handler::{Answer, failed, see_other, visitor};
use crate::page::consent;
use crate::page::frame::Frame;
use crate::running::{Running, everywhere};
use crate::{cookie, delivering, learning};

/// Where the page is.
const PAGE: &str = "/privacy/choices";

/// What was done just now.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    done: String,
}

/// All choices.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    done: Result<Query<Done>, QueryRejection>,
) -> Response {
    let is_done = done.is_ok_and(|it| it.0.done == "kept");
    let visitor = Visitor::of(&app, &headers);
    let frame = Frame::site(&app);
    let context = consent::choices(&app.theme, &frame, &everywhere(&app), &visitor, is_done);
    Html(app.theme.draw("choices.html", context)).into_response()
}

/// Keeps what somebody chose, and goes back to where they did.
pub(crate) async fn choose(State(app): State<Arc<App>>, request: Request) -> Answer {
    let page = async {
        let headers = request.headers().clone();
        let form = Form::read(request).await?;
        keep(&app, &headers, &form).await
    };
    page.await.map_err(|it| failed(&app, &it))
}

async fn keep(app: &App, headers: &HeaderMap, form: &Form) -> Result<Response, WebError> {
    let mut asked = Visitor::of(app, headers);
    let before = asked.clone();
    let today = app.clock.seconds().div_euclid(DAY);
    let running = everywhere(app);
    for plugin in running.iter() {
        let (Some(asking), Some(yes)) = (&plugin.asking, chosen(form, plugin)) else { continue };
        asked.choices.answer(asking, yes, asked.signals, today);
    }
    count(app, &running, &before, &asked).await?;
    erase(app, headers, &running, (&before, &asked)).await?;
    let back = Some(form.own("_back")).filter(|it| is_path(it));
    let mut response = match back {
        // What was posted there is posted again, with what was chosen here.
        Some(back) if !form.own("_again").is_empty() => Redirect::temporary(back).into_response(),
        Some(back) => see_other(back),
        None => see_other(&format!("{PAGE}?done=kept")),
    };
    let kept = Own::Choices.set(&app.settings, &asked.choices.text(), Some(KEPT_DAYS * DAY));
    let cookies = std::iter::once(kept).chain(left(headers, &running, &asked));
    for cookie in cookies.filter_map(|it| HeaderValue::from_str(&it).ok()) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// What was chosen for a plugin: by itself, or with all that a panel asked for.
fn chosen(form: &Form, plugin: &Running) -> Option<bool> {
    let id = plugin.package.plugin();
    let asked = form.typed("_plugin").iter().any(|it| it == id);
    let word = match form.own(&format!("choice--{id}")) {
        "" if asked => form.own("_all"),
        own => own,
    };
    match word {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

/// Tells the audit log that somebody agreed, or took it back: nobody is named there, so that no list
/// comes to be of who agreed.
async fn count(
    app: &App,
    running: &[Arc<Running>],
    before: &Visitor,
    after: &Visitor,
) -> Result<(), WebError> {
    let mut entries = Vec::new();
    for plugin in running {
        let Some(asking) = &plugin.asking else { continue };
        let agreed = |it: &Visitor| it.choices.stand(asking, it.signals) == Stand::Agreed;
        let event = match (agreed(before), agreed(after)) {
            (false, true) => Event::ConsentGiven,
            (true, false) => Event::ConsentTakenBack,
            (true, true) | (false, false) => continue,
        };
        let detail = Detail::Plugin(plugin.package.plugin().to_owned());
        entries.push(app.entry(event, detail, &[]).await?);
    }
    if !entries.is_empty() {
        app.store.commit(entries).await?;
    }
    Ok(())
}

/// Erases what plugins whose yes was taken back keep about the visits in this browser, and has them
/// erase what others hold of these.
async fn erase(
    app: &App,
    headers: &HeaderMap,
    running: &[Arc<Running>],
    (before, after): (&Visitor, &Visitor),
) -> Result<(), WebError> {
    let taken_back: Vec<&Arc<Running>> =
        running.iter().filter(|it| before.lets(it) && !after.lets(it)).collect();
    if taken_back.is_empty() {
        return Ok(());
    }
    let held = cookie::tokens(&app.settings, headers).into_iter().map(|(interview, _)| interview);
    for interview in held.chain(cookie::opened(&app.settings, headers)) {
        let here = taken_back.iter().filter(|it| it.choice.scope.covers(&interview));
        let here: Vec<_> = here.collect();
        if here.is_empty() {
            continue;
        }
        if let Some((mut session, state)) = visitor(app, &interview, headers, None).await? {
            for plugin in here {
                session.forget_notes_of(app, plugin.package.plugin()).await?;
                delivering::end_retries(app, &session, &state, plugin.package.plugin()).await?;
                learning::taken_back(app, &session, plugin);
            }
        }
    }
    Ok(())
}

/// Headers that take away the cookies that plugins left which may not act any more. Nothing else of
/// this site goes, so that nobody is signed out.
fn left(headers: &HeaderMap, running: &[Arc<Running>], visitor: &Visitor) -> Vec<String> {
    let sent = headers.get_all(COOKIE).iter().filter_map(|it| it.to_str().ok());
    let names = sent.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
    let names: Vec<&str> = names.map(|(name, _)| name).collect();
    let mut gone = Vec::new();
    for plugin in running.iter().filter(|it| !visitor.lets(it)) {
        let Some(declaration) = plugin.declaration() else { continue };
        let own = declaration
            .browser_storage
            .iter()
            .filter(|it| it.kind.value == StorageKind::Cookie && it.party == Party::First);
        for storage in own {
            let declared = storage.name.as_str();
            let is_it = |name: &&&str| match declared.strip_suffix('*') {
                Some(beginning) => name.starts_with(beginning),
                None => **name == declared,
            };
            let is_plugins = |name: &&&str| !Own::is_one(name);
            gone.extend(
                names
                    .iter()
                    .filter(is_it)
                    .filter(is_plugins)
                    .map(|name| format!("{name}=; Path=/; Max-Age=0")),
            );
        }
    }
    gone
}
