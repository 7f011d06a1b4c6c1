//! What is done in the background: how much waits, what failed and why, of which interview.

use std::sync::Arc;

use affiant_backend::{FailedJobs, JobCause, JobKind};
use axum::Extension;
use axum::extract::{Request, State};
use axum::response::{Html, IntoResponse as _};

use crate::app::App;
use crate::caller::Caller;
use crate::error::{WebError, bad_form};
use crate::form::Form;
use crate::handler::{Answer, failed, see_other};
use crate::page::admin::Desk;
use crate::page::jobs::Jobs;

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let now = app.clock.seconds();
    let counts = app.store.count_jobs(now).await.map_err(|it| failed(&app, &it.into()))?;
    let jobs = Jobs { counts, works: app.desk.works(now), now };
    let context = Desk::of(&app, &caller).jobs(&jobs);
    Ok(Html(app.theme.draw("admin/jobs.html", context)).into_response())
}

/// Has failed jobs tried again that still can be.
pub(crate) async fn retry(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let (form, _) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let meant = meant(&form).map_err(|it| failed(&app, &it))?;
    let now = app.clock.seconds();
    app.store.retry_jobs(&meant, now).await.map_err(|it| failed(&app, &it.into()))?;
    app.begun_jobs();
    Ok(see_other("/admin/jobs"))
}

/// Puts failed jobs aside for good.
pub(crate) async fn set_aside(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let (form, _) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let meant = meant(&form).map_err(|it| failed(&app, &it))?;
    app.store.drop_jobs(&meant).await.map_err(|it| failed(&app, &it.into()))?;
    Ok(see_other("/admin/jobs"))
}

fn meant(form: &Form) -> Result<FailedJobs, WebError> {
    let (kind, cause) = (form.own("kind"), form.own("cause"));
    match (JobKind::from_word(kind), JobCause::from_word(cause)) {
        (Some(kind), Some(cause)) => {
            Ok(FailedJobs { interview: form.own("interview").to_owned(), kind, cause })
        }
        _ => Err(bad_form("error_form_button")),
    }
}
