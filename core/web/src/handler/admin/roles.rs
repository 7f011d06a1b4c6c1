//! Roles: those that are always there, and those that administrators make.

use std::sync::Arc;

use affiant_audit::{Detail, Event};
use affiant_backend::{Change, RoleRow};
use affiant_guard::{CustomRole, Permission, Permissions, RoleRefused};
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _};

use crate::app::App;
use crate::caller::{Caller, custom_roles};
use crate::error::{WebError, not_allowed};
use crate::handler::admin::commit;
use crate::handler::{Answer, failed, see_other};
use crate::page::admin;

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let custom = custom_roles(&app).await.map_err(|it| failed(&app, &it))?;
    Ok(Html(admin::roles(&app, &caller, &custom, None)).into_response())
}

/// Makes a role, or changes one of the same name.
pub(crate) async fn put(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    match put_role(&app, &caller, request).await.map_err(|it| failed(&app, &it))? {
        None => Ok(see_other("/admin/roles")),
        Some(refused) => {
            let custom = custom_roles(&app).await.map_err(|it| failed(&app, &it))?;
            let body = admin::roles(&app, &caller, &custom, Some(refused));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(body)).into_response())
        }
    }
}

async fn put_role(
    app: &App,
    caller: &Caller,
    request: Request,
) -> Result<Option<RoleRefused>, WebError> {
    let (form, person) = caller.form(request).await?;
    let wanted: Vec<Permission> =
        form.typed("permission").iter().filter_map(|it| Permission::parse(it)).collect();
    let own = caller.permissions();
    let role = match CustomRole::new(form.own("name").trim(), Permissions::of(&wanted), own) {
        Ok(role) => role,
        Err(refused) => return Ok(Some(refused)),
    };
    is_within(app, caller, &role.name).await?;
    let permissions = role.permissions.iter().map(|it| it.name().to_owned()).collect();
    let entry = app.entry(Event::RoleMade, Detail::None, &[person.id()]).await?;
    commit(app, vec![Change::PutRole(RoleRow { name: role.name, permissions }), entry]).await?;
    Ok(None)
}

/// Nobody changes a role that allows more than they may do.
async fn is_within(app: &App, caller: &Caller, name: &str) -> Result<(), WebError> {
    let custom = custom_roles(app).await?;
    let old = custom.iter().find(|it| it.name == name);
    let fits = old.is_none_or(|it| it.permissions.is_within(caller.permissions()));
    if fits { Ok(()) } else { Err(not_allowed()) }
}

/// Removes a role, also from everybody who has it.
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let done = delete_role(&app, &caller, request).await;
    done.map_err(|it| failed(&app, &it))?;
    Ok(see_other("/admin/roles"))
}

async fn delete_role(app: &App, caller: &Caller, request: Request) -> Result<(), WebError> {
    let (form, person) = caller.form(request).await?;
    let name = form.own("name");
    is_within(app, caller, name).await?;
    let entry = app.entry(Event::RoleRemoved, Detail::None, &[person.id()]).await?;
    commit(app, vec![Change::DeleteRole(name.to_owned()), entry]).await
}
