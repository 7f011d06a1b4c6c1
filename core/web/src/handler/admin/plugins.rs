//! Plugins: what is installed, what it would do to people's privacy, deciding about it.

mod deciding;

use std::collections::BTreeSet;
use std::sync::Arc;

use affiant_audit::{Detail, Event};
use affiant_backend::{Change, PluginChange, PluginSecretRow, StorageError};
use affiant_manifest::Language;
use affiant_plugins::Package;
use affiant_vault::SettingName;
use axum::Extension;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{Html, IntoResponse as _, Response};

pub(crate) use deciding::{
    agree, cancel, change, decide, effect, label, off, show_change, waiting,
};

use crate::app::App;
use crate::caller::Caller;
use crate::error::{WebError, not_found, overtaken};
use crate::handler::{Answer, failed, see_other};
use crate::heard::heard;
use crate::page::admin::Desk;
use crate::page::plugins::{self, Board, public};
use crate::plugboard::{NotInstalled, PluginUndecided};
use crate::running::everywhere;

/// Where the list is.
const LIST: &str = "/admin/plugins";

/// Days of which it is told what was seen.
const OBSERVED_DAYS: i64 = 30;

/// What was done just now.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    done: String,
}

const DONE: [&str; 7] =
    ["installed", "decided", "agreed", "cancelled", "off", "secrets", "removed"];

fn done(query: Result<Query<Done>, QueryRejection>) -> Option<&'static str> {
    let said = query.map(|it| it.0.done).unwrap_or_default();
    DONE.into_iter().find(|it| *it == said)
}

fn board(app: &App) -> Board {
    let built_in = Arc::clone(&app.built_in);
    let (providers, now) = (app.provided(), app.clock.seconds());
    Board { known: app.plugins.known(), built_in, providers, now }
}

/// The package that the pages of a plugin speak of.
fn package(board: &Board, plugin: &str) -> Result<Arc<Package>, WebError> {
    board.package(plugin).ok_or_else(not_found)
}

/// The secret settings of a plugin that are set.
fn kept(board: &Board, plugin: &str) -> BTreeSet<String> {
    let sealed = board.known.sealed.iter().filter(|it| it.plugin == plugin);
    sealed.map(|it| it.name.clone()).collect()
}

/// What the audit log is told.
async fn entry(
    app: &App,
    caller: &Caller,
    event: Event,
    plugin: &str,
) -> Result<Change, StorageError> {
    app.entry(event, Detail::Plugin(plugin.to_owned()), caller.id().as_slice()).await
}

fn undecided(error: PluginUndecided) -> WebError {
    use crate::handler::admin::switches::refused;
    match error {
        PluginUndecided::Refused(it) => refused(it),
        PluginUndecided::Unfit
        | PluginUndecided::NotThere
        | PluginUndecided::InPage
        | PluginUndecided::On
        | PluginUndecided::Storage(StorageError::Conflict) => overtaken(),
        PluginUndecided::Storage(it) => it.into(),
    }
}

/// All plugins.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    query: Result<Query<Done>, QueryRejection>,
) -> Answer {
    Ok(list_page(&app, &caller, done(query), None))
}

fn list_page(app: &App, caller: &Caller, done: Option<&str>, problem: Option<&str>) -> Response {
    let context = plugins::list(&Desk::of(app, caller), &board(app), done, problem);
    let status = if problem.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    (status, Html(app.theme.draw("admin/plugins.html", context))).into_response()
}

/// The record of processing activities, as far as plugins that are on take part in it, as a table.
pub(crate) async fn record(State(app): State<Arc<App>>) -> Response {
    let language = Language::of(&heard().language);
    let table = public::record(&everywhere(&app), &app.built_in, &app.settings.origin, language);
    let date = app.clock.local().date();
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"plugins-{date}.csv\"")),
    ];
    (headers, table).into_response()
}

/// Installs a package that was sent.
pub(crate) async fn install(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let page = async {
        let (mut form, _) = caller.form(request).await?;
        let say = |key: &str| app.theme.say(&Desk::of(&app, &caller).frame.language, key, &[]);
        let sent = form.files.remove("package").and_then(|mut it| it.pop());
        let Some(sent) = sent else {
            return Ok(list_page(&app, &caller, None, Some(&say("plugins_wrong_file"))));
        };
        if sent.content.len() > crate::plugboard::LARGEST_PACKAGE {
            return Ok(list_page(&app, &caller, None, Some(&say("plugins_wrong_large"))));
        }
        install_bytes(&app, &caller, sent.content.to_vec()).await
    };
    page.await.map_err(|it| failed(&app, &it))
}

async fn install_bytes(app: &App, caller: &Caller, bytes: Vec<u8>) -> Result<Response, WebError> {
    // Which plugin it is stands in the package, which is read before the log is told.
    let named = affiant_package::Package::read(&bytes).ok();
    let named =
        named.and_then(|it| affiant_manifest::Manifest::parse(&it.package.manifest).manifest);
    let mut also = Vec::new();
    if let Some(manifest) = named {
        also.push(entry(app, caller, Event::PluginInstalled, manifest.plugin.id.as_str()).await?);
    }
    let now = app.clock.seconds();
    match app.plugins.install(bytes, caller.number(), now, also).await {
        Ok(package) => Ok(see_other(&format!("{LIST}/{}?done=installed", package.plugin()))),
        Err(NotInstalled::Storage(StorageError::Conflict)) => Err(overtaken()),
        Err(NotInstalled::Storage(it)) => Err(it.into()),
        Err(error) => Ok(list_page(app, caller, None, Some(&error.to_string()))),
    }
}

/// One plugin.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(plugin): Path<String>,
    Extension(caller): Extension<Caller>,
    query: Result<Query<Done>, QueryRejection>,
) -> Answer {
    let page = async {
        let board = board(&app);
        package(&board, &plugin)?;
        let day = board.now.div_euclid(affiant_switch::DAY);
        let mut observed = app.store.observed(day - OBSERVED_DAYS).await?;
        observed.retain(|it| it.plugin == plugin);
        let about = (&kept(&board, &plugin), observed.as_slice());
        let desk = Desk::of(&app, &caller);
        let context = plugins::one(&desk, &board, &plugin, about, done(query));
        let context = context.ok_or_else(not_found)?;
        Ok(Html(app.theme.draw("admin/plugin.html", context)).into_response())
    };
    page.await.map_err(|it| failed(&app, &it))
}

/// Keeps secret settings; those that were left empty stay what they are.
pub(crate) async fn secrets(
    State(app): State<Arc<App>>,
    Path(plugin): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let page = async {
        let (form, _) = caller.form(request).await?;
        let package = package(&board(&app), &plugin)?;
        let mut changes = Vec::new();
        let secret = package.manifest.settings.0.iter().filter(|(_, it)| it.secret);
        for (name, _) in secret {
            let name = name.value.as_str();
            let typed = form.own(&format!("secret--{name}")).trim();
            if typed.is_empty() {
                continue;
            }
            let deployment = app.keyring.deployment();
            let place = SettingName { deployment, plugin: &plugin, name };
            let sealed = app.master.seal_setting(&place, typed, &*app.randomness)?;
            let row = PluginSecretRow { plugin: plugin.clone(), name: name.to_owned(), sealed };
            changes.push(Change::Plugin(PluginChange::PutPluginSecret(row)));
        }
        if !changes.is_empty() {
            changes.push(entry(&app, &caller, Event::PluginAsked, &plugin).await?);
            app.store.commit(changes).await?;
            app.plugins.reload().await?;
        }
        Ok(see_other(&format!("{LIST}/{plugin}?done=secrets")))
    };
    page.await.map_err(|it| failed(&app, &it))
}

/// Removes a plugin that is off.
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    Path(plugin): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let page = async {
        caller.form(request).await?;
        package(&board(&app), &plugin)?;
        let entry = entry(&app, &caller, Event::PluginRemoved, &plugin).await?;
        let removed = app.plugins.remove(&plugin, app.clock.seconds(), vec![entry]).await;
        removed.map_err(undecided)?;
        Ok(see_other(&format!("{LIST}?done=removed")))
    };
    page.await.map_err(|it| failed(&app, &it))
}
