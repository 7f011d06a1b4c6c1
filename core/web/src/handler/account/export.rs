//! A copy of everything that an account holds.

use std::sync::Arc;

use affiant_audit::Event;
use axum::Extension;
use axum::extract::{Request, State};
use axum::response::{Html, IntoResponse as _};

use super::{From, frame, person, refused, typed};
use crate::app::App;
use crate::caller::Caller;
use crate::export::{Whose, respond};
use crate::handler::{Answer, failed};
use crate::page::account::{FormPage, PASSWORD};

pub(crate) fn export_page() -> FormPage {
    FormPage {
        key: "export",
        action: "/account/export".to_owned(),
        back: "/account",
        lead: &["export_lead", "export_care"],
        fields: vec![PASSWORD],
        ..FormPage::default()
    }
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    Ok(Html(export_page().proved_by(caller.proof).draw(&app.theme, &frame(&app, person)))
        .into_response())
}

/// Makes the copy when the password is right.
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    from: From,
    request: Request,
) -> Answer {
    let (form, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let proof = app.accounts.proves(person, typed(form.own("password")), &from.sender()).await;
    if !proof.map_err(|it| failed(&app, &it.into()))? {
        let errors = vec![("password", "account_password_wrong")];
        let page = FormPage { errors, ..export_page() };
        return Ok(refused(&app, &frame(&app, person), &page));
    }
    let noted = app.note(Event::Exported, &[person.id()]).await;
    noted.map_err(|it| failed(&app, &it.into()))?;
    let person = Arc::clone(person);
    Ok(respond(app, Whose::Person(person)))
}
