//! Coming in again before something grave, for who has nothing to type.

use std::collections::BTreeSet;
use std::sync::Arc;

use affiant_account::Person;
use axum::Extension;
use axum::extract::{Path, Query, Request, State};
use axum::response::{Html, IntoResponse as _};
use serde::Deserialize;

use super::by_provider::{away, found, offered};
use super::{frame, person};
use crate::app::App;
use crate::caller::Caller;
use crate::error::WebError;
use crate::handler::{Answer, failed};
use crate::page::account::FormPage;

/// Where one comes in again.
pub(crate) const AGAIN: &str = "/account/again";

/// What is grave, and waits.
#[derive(Deserialize)]
pub(crate) struct Waits {
    #[serde(default)]
    to: String,
}

/// A page of an account, whatever an address names.
fn page_of_account(to: &str) -> &str {
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"/-_".contains(&it);
    if to.starts_with("/account/") && to.bytes().all(is_plain) { to } else { "/account" }
}

/// `providers`: those that let the person in.
pub(crate) fn again_page(to: &str, providers: Vec<(String, String)>) -> FormPage {
    FormPage {
        key: "provider_again",
        action: AGAIN.to_owned(),
        back: "/account",
        lead: if providers.is_empty() {
            &["provider_again_gone"]
        } else {
            &["provider_again_lead"]
        },
        carried: vec![("to", page_of_account(to).to_owned())],
        links: vec![("/account/reset".to_owned(), "provider_again_by_mail")],
        providers,
        at_provider: true,
        ..FormPage::default()
    }
}

/// The providers that let a person in and are still offered.
async fn linked(app: &App, person: &Person) -> Result<Vec<(String, String)>, WebError> {
    let all = app.accounts.identities(person).await?;
    let linked: BTreeSet<String> = all.into_iter().map(|it| it.provider).collect();
    Ok(offered(app).into_iter().filter(|(id, _)| linked.contains(id)).collect())
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Query(waits): Query<Waits>,
) -> Answer {
    let shown = async {
        let person = person(&caller)?;
        let page = again_page(&waits.to, linked(&app, person).await?);
        Ok(page.draw(&app.theme, &frame(&app, person)))
    };
    Ok(Html(shown.await.map_err(|it: WebError| failed(&app, &it))?).into_response())
}

/// Sends the person to a provider, which is to let them show anew who they are.
pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    let asked = async {
        let (form, person) = caller.form(request).await?;
        let (provider, to) = (found(&app, &id)?, page_of_account(form.own("to")));
        let asked = app.accounts.ask_again(provider, person, to, app.clock.seconds()).await?;
        away(&app, &frame(&app, person), asked, ("/account", "account_mine"))
    };
    asked.await.map_err(|it: WebError| failed(&app, &it))
}

#[cfg(test)]
mod tests {
    use super::page_of_account;

    #[test]
    fn nobody_is_led_elsewhere_than_to_an_account() {
        for to in ["/account/export", "/account/providers/c2FtcGxl-_"] {
            assert_eq!(page_of_account(to), to);
        }
        for to in
            ["", "/", "//other.example", "/account/..%2f", "/account/a?b", "https://x.example"]
        {
            assert_eq!(page_of_account(to), "/account", "{to}");
        }
    }
}
