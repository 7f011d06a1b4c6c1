//! Signing in and out.

use std::sync::Arc;

use affiant_account::{Address, Signing};
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::header::HeaderName;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse as _};

use super::by_provider::offered;
use super::registering::{is_open, wrong_address};
use super::{From, enter, owing, refused, typed, with_cookies};
use crate::app::App;
use crate::caller::{self, Caller};
use crate::cookie::{self, Own};
use crate::form::Form;
use crate::handler::{Answer, failed, see_other};
use crate::page::Frame;
use crate::page::account::{EMAIL, FormPage, PASSWORD, said_context, signed_out_context};

/// `is_open`: whether everybody may register; `passkey`: whether passkeys sign in too.
pub(crate) fn sign_in_page(
    is_open: bool,
    passkey: bool,
    providers: Vec<(String, String)>,
) -> FormPage {
    FormPage {
        key: "account_sign_in",
        action: "/account/sign-in".to_owned(),
        back: "/",
        lead: &["account_sign_in_lead"],
        fields: vec![EMAIL, PASSWORD],
        passkey,
        providers,
        links: is_open
            .then(|| ("/account/register".to_owned(), "account_register_link"))
            .into_iter()
            .chain([("/account/reset".to_owned(), "account_reset_link")])
            .collect(),
        ..FormPage::default()
    }
}

pub(crate) async fn show_sign_in(State(app): State<Arc<App>>, headers: HeaderMap) -> Answer {
    let signed_in = caller::person(&app, &headers).await.map_err(|it| failed(&app, &it))?;
    if signed_in.is_some() {
        return Ok(see_other("/account"));
    }
    let page = sign_in_page(is_open(&app).is_ok(), app.accounts.has_passkeys(), offered(&app));
    Ok(Html(page.draw(&app.theme, &Frame::site(&app))).into_response())
}

pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    from: From,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let form = Form::read(request).await.map_err(|it| failed(&app, &it))?;
    let email = form.own("email");
    let mut page = FormPage {
        typed: vec![("email", email.to_owned())],
        ..sign_in_page(is_open(&app).is_ok(), app.accounts.has_passkeys(), offered(&app))
    };
    let address = match Address::parse(email) {
        Ok(it) => it,
        Err(error) => {
            page.errors.push(("email", wrong_address(error)));
            return Ok(refused(&app, &Frame::site(&app), &page));
        }
    };
    let earlier = Own::SignIn.token(&app.settings, &headers);
    let password = typed(form.own("password"));
    let done = app.accounts.sign_in(&address, password, earlier.as_ref(), &from.sender()).await;
    let wrong = match done.map_err(|it| failed(&app, &it.into()))? {
        Signing::Done(done) => {
            let next = see_other("/account");
            return enter(&app, &headers, &done, next).await.map_err(|it| failed(&app, &it));
        }
        Signing::Factor(token) => {
            let cookies = vec![owing::cookie(&app, &token)];
            let next = see_other("/account/sign-in/code");
            return with_cookies(next, cookies).map_err(|it| failed(&app, &it));
        }
        Signing::Unconfirmed => "account_unconfirmed",
        Signing::Disabled => "account_disabled",
        Signing::Wrong => "account_sign_in_wrong",
    };
    page.errors.push(("email", wrong));
    Ok(refused(&app, &Frame::site(&app), &page))
}

/// Ends the sign-in, and asks the browser to forget what it kept of the pages.
pub(crate) async fn sign_out(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    caller.form(request).await.map_err(|it| failed(&app, &it))?;
    if let Some(token) = Own::SignIn.token(&app.settings, &headers) {
        app.accounts
            .sign_out(&token, app.clock.seconds())
            .await
            .map_err(|it| failed(&app, &it.into()))?;
    }
    let body = signed_out(&app, &headers);
    let mut response = (StatusCode::OK, Html(body)).into_response();
    let name = HeaderName::from_static("clear-site-data");
    response.headers_mut().insert(name, HeaderValue::from_static("\"cache\", \"storage\""));
    with_cookies(response, left(&app, &headers)).map_err(|it| failed(&app, &it))
}

/// The page that says so. Who came by a provider may still be signed in there.
fn signed_out(app: &App, headers: &HeaderMap) -> String {
    let frame = Frame::site(app);
    let context =
        said_context(&app.theme, &frame, "account_signed_out", &[], "/", "all_interviews");
    let through = Own::Through.of(&app.settings, headers);
    let provider = app.provider(&through).and_then(|it| Some((it.name(), it.sign_out()?)));
    let context = signed_out_context(provider, context);
    app.theme.draw("account/signed-out.html", context)
}

/// The headers that take away what a person's sign-in left in the browser.
pub(super) fn left(app: &App, headers: &HeaderMap) -> Vec<String> {
    let mut cookies = vec![Own::SignIn.clear(&app.settings), Own::Through.clear(&app.settings)];
    let open = cookie::opened(&app.settings, headers);
    cookies.extend(open.iter().map(|it| cookie::clear(&app.settings, it)));
    cookies
}
