//! The second step of signing in: a code of the second factor.

use std::sync::Arc;

use affiant_account::FactorTry;
use affiant_vault::SignInToken;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse as _};

use super::{From, enter, refused, with_cookies};
use crate::app::App;
use crate::cookie::{self, Own};
use crate::form::Form;
use crate::handler::{Answer, failed, see_other};
use crate::page::Frame;
use crate::page::account::{CODE, FormPage, said};

/// Seconds for which the browser keeps what it owes: the server waits no longer.
const PATIENCE: i64 = 300;

/// The header that makes a browser owe its second factor.
pub(super) fn cookie(app: &App, token: &SignInToken) -> String {
    Own::Owing.set(&app.settings, &cookie::encode_sign_in(token), Some(PATIENCE))
}

pub(crate) fn code_page() -> FormPage {
    FormPage {
        key: "account_code_asked",
        action: "/account/sign-in/code".to_owned(),
        back: "/account/sign-in",
        lead: &["account_code_asked_lead"],
        fields: vec![CODE],
        ..FormPage::default()
    }
}

pub(crate) async fn show(State(app): State<Arc<App>>, headers: HeaderMap) -> Answer {
    if Own::Owing.token(&app.settings, &headers).is_none() {
        return Ok(see_other("/account/sign-in"));
    }
    Ok(Html(code_page().draw(&app.theme, &Frame::site(&app))).into_response())
}

pub(crate) async fn code(
    State(app): State<Arc<App>>,
    from: From,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let form = Form::read(request).await.map_err(|it| failed(&app, &it))?;
    let Some(token) = Own::Owing.token(&app.settings, &headers) else {
        return Ok(see_other("/account/sign-in"));
    };
    let frame = Frame::site(&app);
    let typed = form.own("code");
    if typed.trim().is_empty() {
        let page = FormPage { errors: vec![("code", "account_code_empty")], ..code_page() };
        return Ok(refused(&app, &frame, &page));
    }
    let tried = app.accounts.second_factor(&token, typed, &from.sender()).await;
    match tried.map_err(|it| failed(&app, &it.into()))? {
        FactorTry::SignedIn(done) => {
            let entered = enter(&app, &headers, &done, see_other("/account")).await;
            entered.map_err(|it| failed(&app, &it))
        }
        FactorTry::Wrong(left) => {
            let errors = vec![("code", "account_code_wrong_left")];
            let page = FormPage { errors, n: left.into(), ..code_page() };
            Ok(refused(&app, &frame, &page))
        }
        FactorTry::Over => {
            let (key, link) = ("account_code_over", "account_sign_in_button");
            let body = said(&app.theme, &frame, key, &[], "/account/sign-in", link);
            let response = (StatusCode::UNPROCESSABLE_ENTITY, Html(body)).into_response();
            let cookies = vec![Own::Owing.clear(&app.settings)];
            with_cookies(response, cookies).map_err(|it| failed(&app, &it))
        }
    }
}
