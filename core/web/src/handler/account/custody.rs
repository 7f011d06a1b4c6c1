//! Keeping the key to one's answers alone, where the server has it too.

use std::sync::Arc;

use affiant_account::{Alone, Left, Person, Proof};
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse as _};

use super::{From, enter, frame, new_password, person, refused, typed};
use crate::app::App;
use crate::caller::Caller;
use crate::error::WebError;
use crate::form::Form;
use crate::handler::{Answer, failed, see_other};
use crate::page::account::{FormPage, NEW_PASSPHRASE, PASSWORD};

/// Where one begins to hold the key alone.
pub(crate) const CUSTODY: &str = "/account/custody";

/// `is_first`: whether there was nothing to type until now.
pub(crate) fn leave_page(is_first: bool) -> FormPage {
    FormPage {
        key: "custody_leave",
        action: CUSTODY.to_owned(),
        back: "/account/security",
        lead: if is_first {
            &[
                "custody_leave_now",
                "custody_leave_first",
                "custody_leave_then",
                "custody_leave_ends",
            ]
        } else {
            &["custody_leave_now", "custody_leave_then", "custody_leave_ends"]
        },
        fields: vec![if is_first { NEW_PASSPHRASE } else { PASSWORD }],
        ..FormPage::default()
    }
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    let held = app.accounts.is_in_custody(&person.account).await;
    if !held.map_err(|it| failed(&app, &it.into()))? {
        return Ok(see_other("/account/security"));
    }
    let page = leave_page(caller.proof != Proof::Typed);
    Ok(Html(page.draw(&app.theme, &frame(&app, person))).into_response())
}

pub(crate) async fn leave(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    from: From,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let (form, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let with = match with(&app, &caller, person, &form).await.map_err(|it| failed(&app, &it))? {
        Ok(it) => it,
        Err(wrong) => {
            let page = FormPage { errors: vec![("new", wrong)], ..leave_page(true) };
            return Ok(refused(&app, &frame(&app, person), &page));
        }
    };
    let done = app.accounts.leave_custody(person, with, &from.sender()).await;
    match done.map_err(|it| failed(&app, &it.into()))? {
        Left::Done(done) => {
            // From now on only a recovery key stands in for the password.
            let next = see_other("/account/recovery-key");
            let entered = enter(&app, &headers, &done, next).await;
            entered.map_err(|it| failed(&app, &it))
        }
        Left::NotHeld => Ok(see_other("/account/security")),
        Left::WrongPassword => {
            let errors = vec![("password", "account_password_wrong")];
            let page = FormPage { errors, ..leave_page(false) };
            Ok(refused(&app, &frame(&app, person), &page))
        }
    }
}

/// What opens the account from then on, or the key of what is wrong with a first passphrase.
async fn with(
    app: &App,
    caller: &Caller,
    person: &Person,
    form: &Form,
) -> Result<Result<Alone, &'static str>, WebError> {
    if caller.proof == Proof::Typed {
        return Ok(Ok(Alone::Typed(typed(form.own("password")))));
    }
    let email = app.accounts.address(person).await?;
    let name = app.accounts.profile(person)?.name;
    let has_factor = app.accounts.factor_of(person).await?.is_some();
    let new = new_password(app, form.own("new"), has_factor, &[&email, &name]);
    Ok(new.map(Alone::First).map_err(|it| match it {
        "account_password_empty" => "provider_passphrase_empty",
        it => it,
    }))
}
