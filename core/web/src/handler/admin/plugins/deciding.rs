//! Deciding about a plugin: the form, what it would do, asking for it, agreeing to it.

use std::collections::BTreeSet;
use std::sync::Arc;

use affiant_audit::Event;
use affiant_backend::Change;
use affiant_plugins::Package;
use affiant_switch::Refused;
use axum::Extension;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};

use super::{LIST, board, entry, kept, package, undecided};
use crate::app::App;
use crate::caller::Caller;
use crate::error::{WebError, not_found};
use crate::form::Form;
use crate::handler::admin::switches::second;
use crate::handler::{Answer, failed, see_other};
use crate::page::admin::Desk;
use crate::page::plugins::{self, Draft};
use crate::page::switches::Agreeing;
use crate::plugboard::PluginUndecided;

/// Which version the form is about.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Which {
    #[serde(default)]
    package: String,
}

/// The names of the interviews that there are.
fn interviews(app: &App) -> BTreeSet<String> {
    app.catalogue.all().into_iter().map(|(name, _)| name).collect()
}

/// The package of a digest, if it is one of this plugin's; without a digest, the one that the
/// plugin's pages speak of.
fn chosen(app: &App, plugin: &str, digest: &str) -> Result<Arc<Package>, WebError> {
    let board = board(app);
    if digest.is_empty() {
        return package(&board, plugin);
    }
    let digest: Option<[u8; 32]> = hex::decode(digest).ok().and_then(|it| it.try_into().ok());
    let found = digest.and_then(|it| board.known.shelf.get(&it)).cloned();
    found.filter(|it| it.plugin() == plugin).ok_or_else(not_found)
}

/// The form, filled with what is in force.
pub(crate) async fn show_change(
    State(app): State<Arc<App>>,
    Path(plugin): Path<String>,
    Extension(caller): Extension<Caller>,
    which: Result<Query<Which>, QueryRejection>,
) -> Answer {
    let page = async {
        let digest = which.map(|it| it.0.package).unwrap_or_default();
        let package = chosen(&app, &plugin, &digest)?;
        let board = board(&app);
        let draft = Draft::of(package, board.choice(&plugin), kept(&board, &plugin));
        Ok(form_page(&app, &caller, &draft))
    };
    page.await.map_err(|it| failed(&app, &it))
}

fn form_page(app: &App, caller: &Caller, draft: &Draft) -> Response {
    let desk = Desk::of(app, caller);
    let context = plugins::form(&desk, &board(app), draft, &interviews(app));
    let status =
        if draft.wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    (status, Html(app.theme.draw("admin/plugin-change.html", context))).into_response()
}

/// What was typed.
async fn read(
    app: &App,
    caller: &Caller,
    plugin: &str,
    request: Request,
) -> Result<(Draft, Form), WebError> {
    let (form, _) = caller.form(request).await?;
    let package = chosen(app, plugin, form.own("package"))?;
    let draft = Draft::read(package, kept(&board(app), plugin), &form, &interviews(app));
    Ok((draft, form))
}

/// The same form with what was typed, and the label that this makes: for browsers without scripts.
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    Path(plugin): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let page = async {
        let (mut draft, _) = read(&app, &caller, &plugin, request).await?;
        // Nothing is decided yet, so what is missing is no mistake.
        draft.wrong.clear();
        Ok(form_page(&app, &caller, &draft))
    };
    page.await.map_err(|it| failed(&app, &it))
}

/// The label alone, for scripts that show it while somebody types.
pub(crate) async fn label(
    State(app): State<Arc<App>>,
    Path(plugin): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let page = async {
        let (draft, _) = read(&app, &caller, &plugin, request).await?;
        let context = plugins::preview(&Desk::of(&app, &caller), &board(&app), &draft);
        Ok(Html(app.theme.draw("admin/plugin-label.html", context)).into_response())
    };
    page.await.map_err(|it| failed(&app, &it))
}

/// The draft, if it could be decided now; else the form again.
async fn wanted(
    app: &App,
    caller: &Caller,
    plugin: &str,
    request: Request,
) -> Result<Result<(Draft, Form), Response>, WebError> {
    let (mut draft, form) = read(app, caller, plugin, request).await?;
    if draft.wrong.is_empty() {
        let (choice, reason, now) = (&draft.choice, &draft.reason, app.clock.seconds());
        if let Err(why) = app.plugins.consider(plugin, choice, reason, caller.number(), now) {
            draft.wrong.push(said(why).map_err(undecided)?);
        }
    }
    Ok(if draft.wrong.is_empty() { Ok((draft, form)) } else { Err(form_page(app, caller, &draft)) })
}

/// The field of the form that is to blame, and the words that say why; else what was wrong, which
/// is nothing that the form lets somebody choose.
fn said(why: PluginUndecided) -> Result<(String, &'static str), PluginUndecided> {
    let (field, key) = match why {
        PluginUndecided::InPage => ("scope", "plugin_wrong_page"),
        PluginUndecided::Refused(Refused::Reason) => ("reason", "switch_wrong_reason"),
        PluginUndecided::Refused(Refused::Waits(_)) => ("scope", "plugin_wrong_waits"),
        PluginUndecided::Refused(_) => ("scope", "plugin_wrong_same"),
        other => return Err(other),
    };
    Ok((field.to_owned(), key))
}

/// What a change would do, before it is decided.
pub(crate) async fn effect(
    State(app): State<Arc<App>>,
    Path(plugin): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let page = async {
        let (draft, form) = match wanted(&app, &caller, &plugin, request).await? {
            Ok(it) => it,
            Err(page) => return Ok(page),
        };
        let desk = Desk::of(&app, &caller);
        let context = plugins::confirm(&desk, &board(&app), &draft, &form.answers());
        Ok(Html(app.theme.draw("admin/plugin-confirm.html", context)).into_response())
    };
    page.await.map_err(|it| failed(&app, &it))
}

/// Decides it. What does more than one administrator may decide waits from here on.
pub(crate) async fn decide(
    State(app): State<Arc<App>>,
    Path(plugin): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let page = async {
        let (draft, _) = match wanted(&app, &caller, &plugin, request).await? {
            Ok(it) => it,
            Err(page) => return Ok(page),
        };
        let entry = entry(&app, &caller, Event::PluginAsked, &plugin).await?;
        let (choice, reason, now) = (&draft.choice, &draft.reason, app.clock.seconds());
        let by = caller.number();
        let asked = app.plugins.ask(&plugin, choice, reason, by, now, vec![entry]).await;
        Ok(match asked.map_err(undecided)? {
            Some(id) => see_other(&format!("{LIST}/waiting/{id}")),
            None => see_other(&format!("{LIST}/{plugin}?done=decided")),
        })
    };
    page.await.map_err(|it| failed(&app, &it))
}

/// Switches it off, at once and everywhere.
pub(crate) async fn off(
    State(app): State<Arc<App>>,
    Path(plugin): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let page = async {
        caller.form(request).await?;
        let board = board(&app);
        package(&board, &plugin)?;
        let to = board.choice(&plugin).off();
        let language = Desk::of(&app, &caller).frame.language;
        let why = app.theme.say(&language, "plugin_off_reason", &[]);
        let entry = entry(&app, &caller, Event::PluginAsked, &plugin).await?;
        let (by, now) = (caller.number(), board.now);
        let asked = app.plugins.ask(&plugin, &to, &why, by, now, vec![entry]).await;
        asked.map_err(undecided)?;
        Ok(see_other(&format!("{LIST}/{plugin}?done=off")))
    };
    page.await.map_err(|it| failed(&app, &it))
}

/// A decision that waits.
pub(crate) async fn waiting(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let page = async {
        let (board, second) = (board(&app), second(&app, &caller).await?);
        let id = id.parse().map_err(|_| not_found())?;
        let mut all = board.known.decisions.all().iter();
        let decision = all.find(|it| it.id == id).ok_or_else(not_found)?;
        if !decision.is_waiting(board.now) {
            return Ok(see_other(&format!("{LIST}/{}", decision.name)));
        }
        let agreeing = Agreeing::of(&board.known.decisions.agree(id, second, board.now));
        let context = plugins::waiting(&Desk::of(&app, &caller), &board, decision, agreeing);
        Ok(Html(app.theme.draw("admin/plugin-waiting.html", context)).into_response())
    };
    page.await.map_err(|it| failed(&app, &it))
}

/// The plugin that a decision is about, and what the audit log is told of it.
async fn of_decision(
    app: &App,
    caller: &Caller,
    event: Event,
    id: &str,
) -> Result<(i64, String, Vec<Change>), WebError> {
    let id = id.parse().map_err(|_| not_found())?;
    let board = board(app);
    let mut all = board.known.decisions.all().iter();
    let decision = all.find(|it| it.id == id).ok_or_else(not_found)?;
    let entry = entry(app, caller, event, &decision.name).await?;
    Ok((id, decision.name.clone(), vec![entry]))
}

/// Agrees to it as a second administrator: it holds from now on.
pub(crate) async fn agree(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let page = async {
        caller.form(request).await?;
        let (id, plugin, also) = of_decision(&app, &caller, Event::PluginAgreed, &id).await?;
        let second = second(&app, &caller).await?;
        let agreed = app.plugins.agree(id, second, app.clock.seconds(), also).await;
        agreed.map_err(undecided)?;
        Ok(see_other(&format!("{LIST}/{plugin}?done=agreed")))
    };
    page.await.map_err(|it| failed(&app, &it))
}

/// Takes it back.
pub(crate) async fn cancel(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let page = async {
        caller.form(request).await?;
        let (id, plugin, also) = of_decision(&app, &caller, Event::PluginCancelled, &id).await?;
        app.plugins.cancel(id, app.clock.seconds(), also).await.map_err(undecided)?;
        Ok(see_other(&format!("{LIST}/{plugin}?done=cancelled")))
    };
    page.await.map_err(|it| failed(&app, &it))
}
