//! The page of an account: its interviews, and what can be changed.

use std::collections::BTreeSet;
use std::sync::Arc;

use affiant_account::{Interview, RecoveryChoice};
use affiant_backend::{SessionId, Subject};
use axum::Extension;
use axum::extract::State;
use axum::response::{Html, IntoResponse as _};

use super::{frame, parts_called, person, title};
use crate::app::App;
use crate::caller::Caller;
use crate::cookie;
use crate::day::day;
use crate::error::WebError;
use crate::handler::{Answer, failed};
use crate::page::account::{Offered, Overview, Stored, overview_context};

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let overview = overview(&app, &caller).await.map_err(|it| failed(&app, &it))?;
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    let context = overview_context(&app.theme, &frame(&app, person), &overview);
    Ok(Html(app.theme.draw("account/overview.html", context)).into_response())
}

async fn overview(app: &App, caller: &Caller) -> Result<Overview, WebError> {
    let (person, now) = (person(caller)?, app.clock.seconds());
    let profile = app.accounts.profile(person)?;
    let interviews = app.accounts.interviews(person, now).await?;
    let waiting = app.all_held().await?;
    let held = |subject: Subject| {
        let row = waiting.iter().find(|it| it.subject == subject);
        row.and_then(|it| it.until).map(day)
    };
    let readable = readable(app, &interviews).await?;
    let stored = interviews.iter().map(|it| Stored {
        readable: readable.contains(&it.session.id),
        id: cookie::encode_id(it.session.id.0),
        title: title(app, &it.session.interview),
        started: day(it.session.created),
        used: day(it.session.touched),
        steps: it.session.last_step,
        locked: it.is_locked,
        role: it.grant.role.word(),
        until: it.grant.expires.map(day),
        held: held(Subject::Session(it.session.id)),
    });
    let offers = app.accounts.offers(person, now).await?;
    let offers = offers.iter().map(|it| Offered {
        hash: cookie::encode_hash(&it.hash),
        title: title(app, &it.interview),
        from: it.from.clone(),
        role: it.role.word(),
        parts: parts_called(app, &it.interview, &it.extent),
        expires: day(it.expires),
    });
    let in_custody = app.accounts.is_in_custody(&person.account).await?;
    let types_nothing = app.accounts.types_nothing(&person.account).await?;
    let locked = app.accounts.locked(person, now).await?;
    Ok(Overview {
        email: app.accounts.address(person).await?,
        interviews: stored.collect(),
        offers: offers.collect(),
        held: held(Subject::Account(person.id())),
        locked_until: locked.iter().map(|it| it.until).min().map(day),
        // Where the server keeps a key, a forgotten password loses nothing.
        offer_key: profile.recovery == RecoveryChoice::Open && !in_custody,
        in_custody,
        types_nothing,
        name: profile.name,
    })
}

/// Which interviews administrators can read.
async fn readable(app: &App, all: &[Interview]) -> Result<BTreeSet<SessionId>, WebError> {
    let mut readable = BTreeSet::new();
    let Some(organisation) = app.organisation() else { return Ok(readable) };
    for it in all {
        if app.accounts.is_readable(&it.session, organisation).await? {
            readable.insert(it.session.id);
        }
    }
    Ok(readable)
}
