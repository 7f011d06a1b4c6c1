//! Becoming the first administrator, with the link that the server printed.

use std::sync::Arc;

use affiant_guard::Attempt;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse as _};

use crate::app::App;
use crate::claim;
use crate::client::Client;
use crate::error::{WebError, internal, used_link};
use crate::handler::{Answer, failed, see_other_with};
use crate::page::admin;

/// Opening the link changes nothing: programs that check links open them too.
pub(crate) async fn show(State(app): State<Arc<App>>, Path(link): Path<String>) -> Answer {
    if !app.claim.is_link(&link) {
        return Err(failed(&app, &used_link()));
    }
    Ok(Html(admin::first(&app, &link)).into_response())
}

pub(crate) async fn take(
    State(app): State<Arc<App>>,
    Path(link): Path<String>,
    client: Client,
) -> Answer {
    let key = counted(&app, client, &link).await.map_err(|it| failed(&app, &it))?;
    Ok(see_other_with("/admin", claim::set(&app.settings, &key)))
}

async fn counted(app: &App, client: Client, link: &str) -> Result<String, WebError> {
    let now = app.clock.seconds();
    let admitted = app.guard.admit(Attempt::Link { from: client.0 }, now).await?;
    match app.claim.take(link, &*app.randomness) {
        Ok(Some(key)) => {
            app.guard.right(admitted, now).await?;
            Ok(key)
        }
        Ok(None) => {
            app.guard.wrong(admitted, now).await?;
            Err(used_link())
        }
        Err(error) => {
            app.guard.undone(admitted, now).await?;
            Err(internal(error))
        }
    }
}
