//! What works, and what is there.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{Html, IntoResponse as _};

use crate::app::App;
use crate::caller::Caller;
use crate::error::WebError;
use crate::handler::{Answer, failed};
use crate::page::admin::{self, Overview};

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let overview = overview(&app).await.map_err(|it| failed(&app, &it))?;
    Ok(Html(admin::overview(&app, &caller, &overview)).into_response())
}

async fn overview(app: &App) -> Result<Overview, WebError> {
    if app.store.check().await.is_err() {
        return Ok(Overview::default());
    }
    let interviews = app.catalogue.all();
    Ok(Overview {
        store_answers: true,
        sessions_of_visitors: app.store.count_sessions(false).await?,
        sessions_of_accounts: app.store.count_sessions(true).await?,
        mails_waiting: app.store.waiting_mail().await?,
        interviews: interviews.into_iter().map(|(name, it)| (name, it.loaded.is_some())).collect(),
    })
}
