//! People who have an account: by number, without their answers.

use std::sync::Arc;

use affiant_account::Address;
use affiant_audit::{Detail, Event};
use affiant_backend::{AccountRow, AccountStatus, Change, SecretKind, SecretName};
use affiant_guard::{ADMIN, BUILT_IN, CustomRole, Permission, permissions};
use affiant_vault::AccountScope;
use axum::Extension;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _};

use crate::app::App;
use crate::caller::{Caller, custom_roles};
use crate::error::{WebError, bad_form, last_administrator, not_allowed, not_found};
use crate::handler::account::registering::wrong_address;
use crate::handler::admin::commit;
use crate::handler::{Answer, failed, see_other};
use crate::heard::heard;
use crate::page::admin::{self, Invited, Shown};

/// People on one page.
const PAGE: u32 = 50;

/// Where a page of the list begins.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct After {
    #[serde(default)]
    after: i64,
}

pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    after: Result<Query<After>, QueryRejection>,
) -> Answer {
    let after = after.map_or(0, |it| it.0.after);
    let page = list_page(&app, &caller, after, &Invited::No).await;
    Ok(Html(page.map_err(|it| failed(&app, &it))?).into_response())
}

async fn list_page(
    app: &App,
    caller: &Caller,
    after: i64,
    invited: &Invited<'_>,
) -> Result<String, WebError> {
    let rows = app.store.accounts(after, PAGE + 1).await?;
    let is_more = rows.len() > PAGE as usize;
    let shown: Vec<Shown> = rows.into_iter().take(PAGE as usize).map(shown).collect();
    let next = shown.last().filter(|_| is_more).map(|it| it.number);
    Ok(admin::people(app, caller, &shown, next, invited))
}

/// Makes an invitation, and shows its link. With an address, a letter takes it there.
pub(crate) async fn invite(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let done = async {
        let (form, person) = caller.form(request).await?;
        let typed = form.own("email").trim();
        let address = match typed {
            "" => None,
            typed => match Address::parse(typed) {
                Ok(it) => Some(it),
                Err(error) => {
                    let wrong = Invited::Wrong(typed, wrong_address(error));
                    let page = list_page(&app, &caller, 0, &wrong).await?;
                    return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response());
                }
            },
        };
        let (language, now) = (heard().language, app.clock.seconds());
        let by = person.id();
        let link = app.accounts.invite_to_register(by, address.as_ref(), &language, now).await?;
        let is_sent = address.is_some() && app.post.mailer().is_some();
        let page = list_page(&app, &caller, 0, &Invited::Made(&link, is_sent)).await?;
        Ok::<_, WebError>(Html(page).into_response())
    };
    done.await.map_err(|it| failed(&app, &it))
}

fn shown(row: AccountRow) -> Shown {
    Shown {
        number: row.number,
        status: row.status,
        roles: row.roles,
        created: row.created,
        seen: row.seen,
        address: None,
    }
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(number): Path<String>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let page = person_page(&app, &number, &caller, None).await;
    Ok(Html(page.map_err(|it| failed(&app, &it))?).into_response())
}

async fn person_page(
    app: &App,
    number: &str,
    caller: &Caller,
    done: Option<&str>,
) -> Result<String, WebError> {
    let row = find(app, number).await?;
    let custom = custom_roles(app).await?;
    let address =
        if caller.may(Permission::SeeAddresses) { address(app, &row).await } else { None };
    let shown = Shown { address, ..shown(row) };
    Ok(admin::person(app, caller, &shown, &custom, done))
}

/// Sends somebody a link with which they choose a new password. The administrator learns neither.
pub(crate) async fn reset(
    State(app): State<Arc<App>>,
    Path(number): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let done = async {
        let (_, person) = caller.form(request).await?;
        let row = find(&app, &number).await?;
        if !app.accounts.start_reset(row.id, person.id(), app.clock.seconds()).await? {
            return Err(bad_form("error_form_account"));
        }
        let done = if app.post.mailer().is_some() { "reset" } else { "reset_waits" };
        person_page(&app, &number, &caller, Some(done)).await
    };
    Ok(Html(done.await.map_err(|it| failed(&app, &it))?).into_response())
}

async fn find(app: &App, number: &str) -> Result<AccountRow, WebError> {
    let number = number.parse().map_err(|_| not_found())?;
    app.store.account_by_number(number).await?.ok_or_else(not_found)
}

/// The address that the server writes to; `None` when its key is gone.
async fn address(app: &App, row: &AccountRow) -> Option<String> {
    let name = SecretName { kind: SecretKind::Account, id: row.id.0, epoch: row.key_epoch };
    let secret = app.keyring.find(name).await.ok()??;
    let deployment = app.keyring.deployment();
    let scope = AccountScope { deployment, account: row.id.0, epoch: row.key_epoch };
    app.master.open_contact(&scope, &secret, &row.contact, str::to_owned).ok()
}

/// Disables or enables an account. Disabling ends every sign-in; nothing is deleted.
pub(crate) async fn set_status(
    State(app): State<Arc<App>>,
    Path(number): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let done = change_status(&app, &number, &caller, request).await;
    done.map_err(|it| failed(&app, &it))?;
    Ok(see_other(&format!("/admin/people/{number}")))
}

async fn change_status(
    app: &App,
    number: &str,
    caller: &Caller,
    request: Request,
) -> Result<(), WebError> {
    let (form, person) = caller.form(request).await?;
    let _alone = app.one_by_one().await?;
    let row = find(app, number).await?;
    let is_used = matches!(row.status, AccountStatus::Active | AccountStatus::Locked);
    match form.own("status") {
        "disabled" if is_used => {
            is_not_last(app, &row).await?;
            let changes = vec![
                Change::Expect(row.id, row.auth_epoch),
                Change::Status(row.id, AccountStatus::Disabled),
                Change::EndTrust(row.id),
                Change::EndSignIns(row.id, None),
                app.entry(Event::Disabled, Detail::None, &[row.id, person.id()]).await?,
            ];
            commit(app, changes).await
        }
        "active" if row.status == AccountStatus::Disabled => {
            let is_locked = !app.store.locked(row.id).await?.is_empty();
            let status = if is_locked { AccountStatus::Locked } else { AccountStatus::Active };
            let changes = vec![
                Change::Expect(row.id, row.auth_epoch),
                Change::Status(row.id, status),
                app.entry(Event::Enabled, Detail::None, &[row.id, person.id()]).await?,
            ];
            commit(app, changes).await
        }
        _ => Err(bad_form("error_form_account")),
    }
}

/// An installation must keep somebody who may do everything.
async fn is_not_last(app: &App, row: &AccountRow) -> Result<(), WebError> {
    if app.is_last_administrator(row.id).await? { Err(last_administrator()) } else { Ok(()) }
}

/// Gives an account other roles. They hold from the person's next request on.
pub(crate) async fn set_roles(
    State(app): State<Arc<App>>,
    Path(number): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let done = change_roles(&app, &number, &caller, request).await;
    done.map_err(|it| failed(&app, &it))?;
    Ok(see_other(&format!("/admin/people/{number}")))
}

async fn change_roles(
    app: &App,
    number: &str,
    caller: &Caller,
    request: Request,
) -> Result<(), WebError> {
    let (form, person) = caller.form(request).await?;
    let _alone = app.one_by_one().await?;
    let row = find(app, number).await?;
    let custom = custom_roles(app).await?;
    let mut roles = vec!["user".to_owned()];
    for role in form.typed("role").iter().filter(|it| *it != "user") {
        if !is_role(role, &custom) {
            return Err(bad_form("error_form_role"));
        }
        roles.push(role.clone());
    }
    // Nobody gives or takes what they may not do themselves.
    let changed = roles.iter().filter(|it| !row.roles.contains(it));
    let changed = changed.chain(row.roles.iter().filter(|it| !roles.contains(it)));
    if !permissions(changed.map(String::as_str), &custom).is_within(caller.permissions()) {
        return Err(not_allowed());
    }
    if !roles.iter().any(|it| it == ADMIN) {
        is_not_last(app, &row).await?;
    }
    let changes = vec![
        Change::Expect(row.id, row.auth_epoch),
        Change::Roles(row.id, roles, app.clock.seconds()),
        app.entry(Event::RolesChanged, Detail::None, &[row.id, person.id()]).await?,
    ];
    commit(app, changes).await
}

fn is_role(name: &str, custom: &[CustomRole]) -> bool {
    BUILT_IN.iter().any(|it| it.name == name) || custom.iter().any(|it| it.name == name)
}
