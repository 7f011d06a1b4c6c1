//! Becoming the first administrator, with the link that the server printed.

use std::sync::Arc;

use affiant_account::First;
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse as _};

use crate::app::App;
use crate::caller;
use crate::error::{WebError, foreign_form, used_link};
use crate::form::Form;
use crate::handler::account::registering::Typed;
use crate::handler::account::{From, enter, refused};
use crate::handler::{Answer, failed, see_other};
use crate::heard::heard;
use crate::page::Frame;
use crate::page::account::{EMAIL, FormPage, NAME, NEW_PASSWORD};

/// The form: with an account of one's own there is nothing to fill in.
pub(crate) fn page(link: &str, signed_in: bool) -> FormPage {
    FormPage {
        key: "admin_first",
        action: format!("/admin/first/{link}"),
        back: "/",
        lead: if signed_in {
            &["admin_first_text", "admin_first_sees", "admin_first_mine"]
        } else {
            &["admin_first_text", "admin_first_sees", "admin_first_new"]
        },
        fields: if signed_in { Vec::new() } else { vec![NAME, EMAIL, NEW_PASSWORD] },
        links: if signed_in {
            Vec::new()
        } else {
            vec![("/account/sign-in".to_owned(), "admin_first_sign_in")]
        },
        ..FormPage::default()
    }
}

/// Opening the link changes nothing: programs that check links open them too.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(link): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let works = app.accounts.is_first_link(&link, app.clock.seconds()).await;
    if !works.map_err(|it| failed(&app, &it.into()))? {
        return Err(failed(&app, &used_link()));
    }
    let person = caller::person(&app, &headers).await.map_err(|it| failed(&app, &it))?;
    let frame = match &person {
        Some(person) => crate::handler::account::frame(&app, person),
        None => Frame::site(&app),
    };
    Ok(Html(page(&link, person.is_some()).draw(&app.theme, &frame)).into_response())
}

pub(crate) async fn take(
    State(app): State<Arc<App>>,
    Path(link): Path<String>,
    from: From,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let form = Form::read(request).await.map_err(|it| failed(&app, &it))?;
    let person = caller::person(&app, &headers).await.map_err(|it| failed(&app, &it))?;
    if let Some(person) = person {
        let done = async {
            if !form.is_ours(&*person) {
                return Err(foreign_form());
            }
            Ok::<_, WebError>(app.accounts.become_first(&link, &person, &from.sender()).await?)
        };
        let is_done = done.await.map_err(|it| failed(&app, &it))?;
        return if is_done { Ok(see_other("/admin")) } else { Err(failed(&app, &used_link())) };
    }
    let typed = match Typed::read(&app, &form, page(&link, false)) {
        Ok(it) => it,
        Err(page) => return Ok(refused(&app, &Frame::site(&app), &page)),
    };
    let address = typed.address.clone();
    let language = heard().language;
    let wanted = typed.registration(&address, &language);
    let done = app.accounts.register_first(&link, wanted, &from.sender()).await;
    match done.map_err(|it| failed(&app, &it.into()))? {
        First::Done(done) => {
            let next = see_other("/admin");
            enter(&app, &headers, &done, next).await.map_err(|it| failed(&app, &it))
        }
        First::HasAccount => {
            let mut page = page(&link, false);
            page.errors.push(("email", "admin_first_has_account"));
            page.typed.push(("email", form.own("email").to_owned()));
            page.typed.push(("name", form.own("name").to_owned()));
            Ok(refused(&app, &Frame::site(&app), &page))
        }
        First::NoLink => Err(failed(&app, &used_link())),
    }
}
