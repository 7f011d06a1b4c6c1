//! Bans: those that tries brought about, and the networks that administrators enter.

use std::net::IpAddr;
use std::sync::Arc;

use affiant_audit::Event;
use affiant_backend::NetworkRow;
use affiant_guard::{Networks, Standing};
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::app::App;
use crate::caller::Caller;
use crate::client::Client;
use crate::error::{WebError, bad_form};
use crate::form::Form;
use crate::handler::{Answer, failed, see_other};
use crate::page::admin::{self, BanProblem, Bans};

/// Most bans that are listed.
const SHOWN: u32 = 200;

/// Longest reason, in characters.
const MAX_REASON: usize = 200;

/// Longest that a network can be entered for, in days.
const MAX_DAYS: i64 = 3_650;

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    page(&app, &caller, None).await.map_err(|it| failed(&app, &it))
}

async fn page(
    app: &App,
    caller: &Caller,
    problem: Option<(BanProblem, &Form)>,
) -> Result<Response, WebError> {
    let now = app.clock.seconds();
    let bans =
        Bans { bans: app.guard.bans(now, SHOWN).await?, networks: app.store.networks().await? };
    let body = Html(admin::bans(app, caller, &bans, problem));
    Ok(match problem {
        Some(_) => (StatusCode::UNPROCESSABLE_ENTITY, body).into_response(),
        None => body.into_response(),
    })
}

/// Enters a network, in place of an earlier entry of it.
pub(crate) async fn put(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    client: Client,
    request: Request,
) -> Answer {
    let (form, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let row = match network(&app, &caller, client, &form) {
        Ok(row) => row,
        Err(problem) => {
            let page = page(&app, &caller, Some((problem, &form))).await;
            return page.map_err(|it| failed(&app, &it));
        }
    };
    let stored = async {
        app.note(Event::NetworkEntered, &[person.id()]).await?;
        app.store.put_network(row).await?;
        app.guard.read_networks().await
    };
    stored.await.map_err(|it| failed(&app, &it.into()))?;
    Ok(see_other("/admin/bans"))
}

/// What was typed, as a row.
fn network(
    app: &App,
    caller: &Caller,
    client: Client,
    form: &Form,
) -> Result<NetworkRow, BanProblem> {
    let now = app.clock.seconds();
    let network = Networks::parse(form.own("network")).ok_or(BanProblem::Network)?;
    let reason = form.own("reason").trim();
    if reason.is_empty() || reason.chars().count() > MAX_REASON {
        return Err(BanProblem::Reason);
    }
    let until = match form.own("days").trim() {
        "" => None,
        days => {
            let days = days.parse().ok().filter(|it| (1..=MAX_DAYS).contains(it));
            Some(now + days.ok_or(BanProblem::Days)? * 86_400)
        }
    };
    let row = NetworkRow {
        network: network.to_string(),
        allowed: form.own("allowed") == "yes",
        reason: reason.to_owned(),
        by: caller.number(),
        since: now,
        until,
    };
    // Whoever shuts out their own network cannot take it back.
    let mine = Networks::of(std::slice::from_ref(&row)).standing(client.0, now);
    if matches!(mine, Standing::Banned(_)) { Err(BanProblem::Own) } else { Ok(row) }
}

/// Removes a network.
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let (form, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let removed = async {
        app.note(Event::NetworkRemoved, &[person.id()]).await?;
        app.store.delete_network(form.own("network")).await?;
        app.guard.read_networks().await
    };
    removed.await.map_err(|it| failed(&app, &it.into()))?;
    Ok(see_other("/admin/bans"))
}

/// Lifts a ban that tries brought about: one of the list, or that of an address.
pub(crate) async fn lift(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let (form, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let whose = match form.own("address").trim() {
        "" => {
            let bytes = URL_SAFE_NO_PAD.decode(form.own("ban")).unwrap_or_default();
            let whose = <[u8; 32]>::try_from(bytes);
            whose.map_err(|_| failed(&app, &bad_form("error_form_ban")))?
        }
        address => {
            let Ok(address) = address.parse::<IpAddr>() else {
                let page = page(&app, &caller, Some((BanProblem::Address, &form))).await;
                return page.map_err(|it| failed(&app, &it));
            };
            app.guard.ban_of(address)
        }
    };
    let lifted = async {
        app.note(Event::BanLifted, &[person.id()]).await?;
        app.guard.lift(whose).await
    };
    lifted.await.map_err(|it| failed(&app, &it.into()))?;
    Ok(see_other("/admin/bans"))
}
