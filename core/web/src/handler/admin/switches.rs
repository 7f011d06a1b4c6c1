//! The privacy switches: what is in force, what a change would do, asking for one, agreeing to one.

use std::sync::Arc;

use affiant_audit::{Detail, Event};
use affiant_backend::{Change, StorageError};
use affiant_guard::{ADMIN, BUILT_IN};
use affiant_switch::{Decision, Hold, Refused, Second, Setting, Switch};
use affiant_vault::OrganisationKey;
use axum::Extension;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};

use crate::app::App;
use crate::caller::{Caller, custom_roles};
use crate::error::{WebError, not_found, not_yet_administrator, overtaken, own_change};
use crate::form::Form;
use crate::handler::privacy::truth;
use crate::handler::{Answer, failed, see_other};
use crate::page::admin::Desk;
use crate::page::switches::{self, Agreeing, Draft, OFFERED, ORGANISATION};
use crate::switchboard::Undecided;

/// Where the list is.
const LIST: &str = "/admin/switches";

/// What was done just now.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    done: String,
}

/// All switches.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    done: Result<Query<Done>, QueryRejection>,
) -> Answer {
    let truth = truth(&app).await.map_err(|it| failed(&app, &it))?;
    let done = done.map(|it| it.0.done).unwrap_or_default();
    let done = ["set", "agreed", "cancelled"].into_iter().find(|it| *it == done);
    let desk = Desk::of(&app, &caller);
    let context = switches::list(&desk.context("switches"), &truth, done);
    Ok(Html(app.theme.draw("switches.html", context)).into_response())
}

/// A switch that can be set here: what is not enforced is not offered.
fn offered(name: &str) -> Result<Switch, WebError> {
    Switch::from_name(name).filter(|it| OFFERED.contains(it)).ok_or_else(not_found)
}

/// The names of all roles.
async fn roles(app: &App) -> Result<Vec<String>, WebError> {
    let built_in = BUILT_IN.iter().map(|it| it.name.to_owned());
    let custom = custom_roles(app).await?.into_iter().map(|it| it.name);
    Ok(built_in.chain(custom).collect())
}

/// The form with which a switch is set, filled with what is in force.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let page = async {
        let switch = offered(&name)?;
        let draft = Draft::of(&app.switches.history().at(switch, app.clock.seconds()));
        form_page(&app, &caller, switch, &draft).await
    };
    page.await.map_err(|it| failed(&app, &it))
}

async fn form_page(
    app: &App,
    caller: &Caller,
    switch: Switch,
    draft: &Draft,
) -> Result<Response, WebError> {
    let (truth, roles) = (truth(app).await?, roles(app).await?);
    let frame = Desk::of(app, caller).frame;
    let context = switches::change(&app.theme, &frame, &truth, switch, &roles, draft);
    let status =
        if draft.wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, Html(app.theme.draw("switch.html", context))).into_response())
}

/// What was typed into the form.
fn draft(form: &Form) -> Draft {
    let own = |name: &str| form.own(name).trim().to_owned();
    Draft {
        to: own("to"),
        days: own("days"),
        ends: ["ends--day", "ends--month", "ends--year"].map(own),
        roles: form.typed("roles").to_vec(),
        reason: own("reason"),
        key: own("key"),
        groups: ["third", "seventh"].map(own),
        wrong: Vec::new(),
    }
}

/// The groups of the organisation's key that are typed back, from 0.
const ASKED: [usize; 2] = [2, 6];

/// Whether a draft's key was written down: the only copy of it.
fn is_kept(draft: &Draft) -> bool {
    OrganisationKey::parse(&draft.key).is_some_and(|key| {
        ASKED.iter().zip(&draft.groups).all(|(at, typed)| key.has_group(*at, typed))
    })
}

/// The key that a page shows before it is decided on: a new one, unless it carries one.
fn with_key(app: &App, mut draft: Draft) -> Result<Draft, WebError> {
    if draft.to == ORGANISATION && OrganisationKey::parse(&draft.key).is_none() {
        draft.key = OrganisationKey::random(&*app.randomness)?.reveal(str::to_owned);
    }
    Ok(draft)
}

/// The setting that was typed, or what is wrong with it.
fn wanted(switch: Switch, draft: &Draft, roles: &[String]) -> Result<Setting, &'static str> {
    let read = |text: &str| Setting::read(switch, text);
    match switch {
        Switch::Reading if draft.to == ORGANISATION => {
            let key = OrganisationKey::parse(&draft.key).ok_or("switch_wrong_to")?;
            let public = affiant_switch::OrganisationKey(*key.public().bytes());
            Ok(Setting::Reading(Some(public)))
        }
        Switch::Keys | Switch::Reading | Switch::Registration => {
            read(&draft.to).ok_or("switch_wrong_to")
        }
        Switch::Keep(_) => read(&draft.days).ok_or("switch_wrong_days"),
        Switch::Deleting if draft.ends.iter().all(String::is_empty) => Ok(Setting::Deleting(None)),
        Switch::Deleting => {
            let [day, month, year] = &draft.ends;
            let ends = || {
                let (day, month) = (day.parse().ok()?, month.parse().ok()?);
                jiff::civil::Date::new(year.parse().ok()?, month, day).ok()
            };
            let ends = ends().ok_or("switch_wrong_ends")?;
            Ok(Setting::Deleting(Some(Hold { ends })))
        }
        Switch::SecondFactor => {
            if !draft.roles.iter().all(|it| roles.contains(it)) {
                return Err("switch_wrong_roles");
            }
            Ok(Setting::SecondFactor(draft.roles.iter().cloned().collect()))
        }
    }
}

/// The setting that a form wants, and could be decided now; else the form again.
async fn read(
    app: &App,
    caller: &Caller,
    name: &str,
    request: Request,
) -> Result<Result<(Setting, Draft), Response>, WebError> {
    let (form, _) = caller.form(request).await?;
    let switch = offered(name)?;
    let mut draft = with_key(app, draft(&form))?;
    let roles = roles(app).await?;
    let found = wanted(switch, &draft, &roles);
    let problem = match &found {
        Err(key) => Some(("to", *key)),
        Ok(to) => {
            let now = app.clock.seconds();
            let asked = app.switches.history().ask(to, &draft.reason, caller.number(), now);
            asked.err().map(said)
        }
    };
    match (found, problem) {
        (Ok(to), None) => Ok(Ok((to, draft))),
        (_, problem) => {
            draft.wrong.extend(problem);
            Ok(Err(form_page(app, caller, switch, &draft).await?))
        }
    }
}

/// The field that a refusal is about, and the words that say it.
fn said(refused: Refused) -> (&'static str, &'static str) {
    match refused {
        Refused::Reason => ("reason", "switch_wrong_reason"),
        Refused::HoldEnd => ("to", "switch_wrong_ends"),
        Refused::Waits(_) => ("to", "switch_wrong_waits"),
        _ => ("to", "switch_wrong_same"),
    }
}

/// What a change would do, before it is decided.
pub(crate) async fn effect(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let page = async {
        let (to, draft) = match read(&app, &caller, &name, request).await? {
            Ok(it) => it,
            Err(page) => return Ok(page),
        };
        confirm_page(&app, &caller, &to, &draft).await
    };
    page.await.map_err(|it| failed(&app, &it))
}

async fn confirm_page(
    app: &App,
    caller: &Caller,
    to: &Setting,
    draft: &Draft,
) -> Result<Response, WebError> {
    let truth = truth(app).await?;
    let frame = Desk::of(app, caller).frame;
    let context = switches::confirm(&app.theme, &frame, &truth, to, draft);
    let status =
        if draft.wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, Html(app.theme.draw("switch-confirm.html", context))).into_response())
}

/// Decides it. What weakens waits from here on.
pub(crate) async fn decide(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let done = async {
        let (to, mut draft) = match read(&app, &caller, &name, request).await? {
            Ok(it) => it,
            Err(page) => return Ok(page),
        };
        if matches!(to, Setting::Reading(Some(_))) && !is_kept(&draft) {
            draft.wrong.push(("third", "effect_key_mistyped"));
            return confirm_page(&app, &caller, &to, &draft).await;
        }
        let now = app.clock.seconds();
        let entry = entry(&app, &caller, Event::SwitchAsked, to.switch()).await?;
        let asked = app.switches.ask(&to, &draft.reason, caller.number(), now, vec![entry]).await;
        let waits = asked.map_err(undecided)?;
        app.end_hold().await?;
        app.end_reading().await?;
        Ok(match waits {
            Some(id) => see_other(&format!("{LIST}/waiting/{id}")),
            None => see_other("/admin/switches?done=set"),
        })
    };
    done.await.map_err(|it| failed(&app, &it))
}

/// What the audit log is told of a switch.
async fn entry(
    app: &App,
    caller: &Caller,
    event: Event,
    switch: Switch,
) -> Result<Change, StorageError> {
    app.entry(event, Detail::Word(switch.name()), caller.id().as_slice()).await
}

/// What it is told of a decision, if there is such a one.
async fn of_decision(
    app: &App,
    caller: &Caller,
    event: Event,
    id: i64,
) -> Result<Vec<Change>, StorageError> {
    match app.switches.history().decision(id) {
        Some(it) => Ok(vec![entry(app, caller, event, it.to.switch()).await?]),
        None => Ok(Vec::new()),
    }
}

fn undecided(error: Undecided) -> WebError {
    match error {
        Undecided::Refused(it) => refused(it),
        Undecided::Storage(StorageError::Conflict) => overtaken(),
        Undecided::Storage(it) => it.into(),
    }
}

/// What is said when the rules refuse a decision that a page offered.
pub(super) fn refused(refused: Refused) -> WebError {
    match refused {
        Refused::Own => own_change(),
        Refused::New => not_yet_administrator(),
        _ => overtaken(),
    }
}

/// The caller as a second administrator. A role of somebody's own making is not enough: what it
/// allows can be changed in a moment.
pub(super) async fn second(app: &App, caller: &Caller) -> Result<Second, WebError> {
    let since = match &caller.person {
        Some(person) => app.store.role_since(person.id(), ADMIN).await?,
        None => None,
    };
    Ok(Second { number: caller.number(), since: since.unwrap_or(i64::MAX) })
}

/// A decision that waits.
pub(crate) async fn waiting(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let page = async {
        let (truth, second) = (truth(&app).await?, second(&app, &caller).await?);
        let id = id.parse().map_err(|_| not_found())?;
        let found: Option<&Decision> = truth.history.decision(id);
        let decision = found.ok_or_else(not_found)?;
        if !decision.is_waiting(truth.now) {
            return Ok(see_other(LIST));
        }
        let agreeing = Agreeing::of(&truth.history.agree(id, second, truth.now));
        let frame = Desk::of(&app, &caller).frame;
        let context = switches::waiting(&app.theme, &frame, &truth, decision, agreeing);
        Ok(Html(app.theme.draw("switch-waiting.html", context)).into_response())
    };
    page.await.map_err(|it| failed(&app, &it))
}

/// Agrees to it as a second administrator: it holds from now on.
pub(crate) async fn agree(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let done = async {
        caller.form(request).await?;
        let (id, second) = (id.parse().map_err(|_| not_found())?, second(&app, &caller).await?);
        let now = app.clock.seconds();
        let entry = of_decision(&app, &caller, Event::SwitchAgreed, id).await?;
        app.switches.agree(id, second, now, entry).await.map_err(undecided)?;
        app.end_reading().await?;
        Ok(see_other("/admin/switches?done=agreed"))
    };
    done.await.map_err(|it| failed(&app, &it))
}

/// Takes it back.
pub(crate) async fn cancel(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let done = async {
        caller.form(request).await?;
        let id = id.parse().map_err(|_| not_found())?;
        let entry = of_decision(&app, &caller, Event::SwitchCancelled, id).await?;
        app.switches.cancel(id, app.clock.seconds(), entry).await.map_err(undecided)?;
        Ok(see_other("/admin/switches?done=cancelled"))
    };
    done.await.map_err(|it| failed(&app, &it))
}
