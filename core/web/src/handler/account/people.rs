//! Who can see a session of an account: the list, inviting, taking back, leaving.

use std::sync::Arc;

use affiant_account::{
    Address, Circle, Extent, HandedOver, Invitation, Invited, MOST_READERS, Person, Revoked,
};
use affiant_backend::{AccountId, GrantRole, Lookup, SessionId};
use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};

use super::registering::wrong_address;
use super::{frame, parts_called, person, private_sections, title};
use crate::app::App;
use crate::caller::Caller;
use crate::cookie;
use crate::day::day;
use crate::error::{self, WebError};
use crate::form::Form;
use crate::handler::{Answer, failed, see_other};
use crate::jobs::scheduled_until;
use crate::page::account::FormPage;
use crate::page::people::{Invite, People, Seen, Waits, invited_context, people_context};
use crate::session::parts::keep_apart;

/// For how many days somebody may be let in, besides for as long as the session lasts.
pub(crate) const DAYS: [u32; 4] = [7, 30, 90, 365];

const DAY: i64 = 86_400;

/// A session that the caller can see.
async fn circle(app: &App, caller: &Caller, id: &str) -> Result<(SessionId, Circle), WebError> {
    let person = person(caller)?;
    let id = cookie::id(id).map(SessionId).ok_or_else(error::not_found)?;
    let circle = app.accounts.circle(person, id, app.clock.seconds()).await?;
    Ok((id, circle.ok_or_else(error::no_session)?))
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer {
    let (_, circle) = circle(&app, &caller, &id).await.map_err(|it| failed(&app, &it))?;
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    let session = circle.session.id;
    let scheduled = scheduled_until(&app, session).await.map_err(|it| failed(&app, &it))?;
    let body = draw(&app, person, &circle, (Invite::default(), scheduled));
    Ok(Html(body).into_response())
}

fn draw(
    app: &App,
    person: &Person,
    circle: &Circle,
    (invite, scheduled): (Invite, Option<i64>),
) -> String {
    let seen = circle.readers.iter().map(|it| Seen {
        id: cookie::encode_id(it.account.0),
        whom: it.whom.clone(),
        role: it.role.word(),
        parts: parts_called(app, &circle.session.interview, &it.extent),
        mine: it.account == person.id(),
        since: day(it.since),
        until: it.until.map(day),
    });
    let waiting = circle.waiting.iter().map(|it| Waits {
        hash: cookie::encode_hash(&it.hash),
        whom: it.whom.clone(),
        role: it.role.word(),
        parts: parts_called(app, &circle.session.interview, &it.extent),
        expires: day(it.expires),
        until: it.until.map(day),
    });
    let people = People {
        id: cookie::encode_id(circle.session.id.0),
        title: title(app, &circle.session.interview),
        role: circle.role.word(),
        seen: seen.collect(),
        waiting: waiting.collect(),
        scheduled: scheduled.map(day),
        parts: private_sections(app, &circle.session.interview),
        invite,
    };
    let context = people_context(&app.theme, &frame(app, person), &people);
    app.theme.draw("account/people.html", context)
}

/// How much is to be shared, by the private parts that were ticked: everything, if there are no
/// others. `None` if something else was sent.
fn extent(app: &App, interview: &str, ticked: &[String]) -> Option<Extent> {
    let all = private_sections(app, interview).into_iter().map(|(key, _)| key);
    let all: Vec<String> = all.collect();
    if ticked.iter().any(|it| !all.contains(it)) {
        return None;
    }
    if all.iter().all(|it| ticked.contains(it)) {
        return Some(Extent::Whole);
    }
    Some(Extent::Sections(all.into_iter().filter(|it| ticked.contains(it)).collect()))
}

/// Invites somebody, and shows once what the owner passes on to them.
pub(crate) async fn invite(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    let (form, _) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let (id, circle) = circle(&app, &caller, &id).await.map_err(|it| failed(&app, &it))?;
    invite_with(&app, &caller, id, &circle, &form).await.map_err(|it| failed(&app, &it))
}

async fn invite_with(
    app: &App,
    caller: &Caller,
    id: SessionId,
    circle: &Circle,
    form: &Form,
) -> Result<Response, WebError> {
    let (person, now) = (person(caller)?, app.clock.seconds());
    let scheduled = scheduled_until(app, circle.session.id).await?;
    let again = |error: (&'static str, &'static str)| {
        let typed = |name: &str| form.own(name).to_owned();
        let invite = Invite {
            name: typed("name"),
            email: typed("email"),
            role: typed("role"),
            days: typed("days"),
            parts: form.typed("part").to_vec(),
            error: Some(error),
        };
        let body = draw(app, person, circle, (invite, scheduled));
        Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(body)).into_response())
    };
    let address = match Address::parse(form.own("email")) {
        Ok(it) => it,
        Err(wrong) => return again(("email", wrong_address(wrong))),
    };
    let role = match form.own("role") {
        "view" => GrantRole::View,
        "answer" => GrantRole::Answer,
        _ => return again(("role-view", "people_role_empty")),
    };
    let days: Option<u32> = form.own("days").parse().ok().filter(|it| DAYS.contains(it));
    let until = days.map(|it| now + i64::from(it) * DAY);
    let ticked = form.typed("part");
    let extent = extent(app, &circle.session.interview, ticked).ok_or_else(bad_form)?;
    if extent != Extent::Whole {
        keep_apart(app, person, id).await?;
    }
    let wanted =
        Invitation { address: &address, name: form.own("name"), role, extent: &extent, until };
    match app.accounts.invite(person, id, wanted, now).await? {
        Invited::Done(secret) => {
            let code = secret.reveal(str::to_owned);
            let link = format!("{}/account/invitation#{code}", app.settings.origin);
            let whom = address.as_sent();
            let back = format!("/account/interviews/{}/people", cookie::encode_id(id.0));
            let context =
                invited_context(&app.theme, &frame(app, person), whom, &link, &code, &back);
            Ok(Html(app.theme.draw("account/invited.html", context)).into_response())
        }
        Invited::NotYours => Err(error::not_the_owner()),
        Invited::Yourself => again(("email", "people_yourself")),
        Invited::Full => again(("email", "people_full")),
    }
}

/// How many people a page says that can see a session at most.
pub(crate) fn most() -> usize {
    MOST_READERS
}

/// Takes the session back from somebody: from the next request on they see nothing.
pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    let (form, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let (session, _) = circle(&app, &caller, &id).await.map_err(|it| failed(&app, &it))?;
    let who = cookie::id(form.own("who")).map(AccountId);
    let who = who.ok_or_else(|| failed(&app, &bad_form()))?;
    let done = app.accounts.revoke(person, session, who, app.clock.seconds()).await;
    match done.map_err(|it| failed(&app, &it.into()))? {
        Revoked::Done => Ok(see_other(&format!("/account/interviews/{id}/people"))),
        Revoked::NotYours => Err(failed(&app, &error::not_the_owner())),
    }
}

pub(crate) fn owner_page(id: &str, who: &str) -> FormPage {
    FormPage {
        key: "people_owner_new",
        action: format!("/account/interviews/{id}/people/{who}/owner"),
        back: "/account",
        lead: &["people_owner_new_means", "people_owner_new_names", "people_owner_new_final"],
        danger: true,
        ..FormPage::default()
    }
}

/// Asks whether somebody else is to own the session.
pub(crate) async fn show_owner(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path((id, who)): Path<(String, String)>,
) -> Answer {
    let (_, circle) = circle(&app, &caller, &id).await.map_err(|it| failed(&app, &it))?;
    if circle.role != GrantRole::Owner {
        return Err(failed(&app, &error::not_the_owner()));
    }
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    Ok(Html(owner_page(&id, &who).draw(&app.theme, &frame(&app, person))).into_response())
}

/// Makes somebody else the owner.
pub(crate) async fn hand_over(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path((id, who)): Path<(String, String)>,
    request: Request,
) -> Answer {
    caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let (session, _) = circle(&app, &caller, &id).await.map_err(|it| failed(&app, &it))?;
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    let who = cookie::id(&who).map(AccountId);
    let who = who.ok_or_else(|| failed(&app, &error::not_found()))?;
    let done = app.accounts.hand_over(person, session, who, app.clock.seconds()).await;
    match done.map_err(|it| failed(&app, &it.into()))? {
        HandedOver::Done => Ok(see_other(&format!("/account/interviews/{id}/people"))),
        HandedOver::NotYours => Err(failed(&app, &error::not_the_owner())),
        HandedOver::NotTheirs => Err(failed(&app, &error::not_theirs())),
    }
}

/// Takes an invitation back.
pub(crate) async fn withdraw(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    let (form, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let (session, circle) = circle(&app, &caller, &id).await.map_err(|it| failed(&app, &it))?;
    if circle.role != GrantRole::Owner {
        return Err(failed(&app, &error::not_the_owner()));
    }
    let hash: Option<Lookup> = cookie::hash(form.own("invitation"));
    let hash = hash.ok_or_else(|| failed(&app, &bad_form()))?;
    let done = app.accounts.withdraw(person, session, hash, app.clock.seconds()).await;
    done.map_err(|it| failed(&app, &it.into()))?;
    Ok(see_other(&format!("/account/interviews/{id}/people")))
}

/// Lets go of a session of somebody else's.
pub(crate) async fn leave(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let (session, _) = circle(&app, &caller, &id).await.map_err(|it| failed(&app, &it))?;
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    let done = app.accounts.leave(person, session, app.clock.seconds()).await;
    done.map_err(|it| failed(&app, &it.into()))?;
    Ok(see_other("/account"))
}

fn bad_form() -> WebError {
    error::bad_form("error_form_list")
}
