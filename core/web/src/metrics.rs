//! What the server counts for those who watch it: requests, by route, and what waits.
//!
//! No label holds what anybody sent: routes are those of the table of routes, methods those that it
//! has, and all else is one word.

use std::sync::Arc;

use affiant_backend::{Stage, StorageError};
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tokio::time::Instant;

use crate::app::App;

/// What stands for whatever is not in the table of routes.
const OTHER: &str = "other";

/// Upper ends of the classes of durations, in seconds.
const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// The form in which it is told.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Took {
    route: String,
}

/// What was counted since the server started.
#[derive(Debug)]
pub(crate) struct Metrics {
    requests: Family<Answered, Counter>,
    seconds: Family<Took, Histogram>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
        }
    }
}

/// Counts a request. To stand inside of the router, where its route is known.
pub(crate) async fn count(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or(OTHER, MatchedPath::as_str).to_owned();
    let method = match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::DELETE => "DELETE",
        _ => OTHER,
    };
    let response = next.run(request).await;
    let metrics = &app.metrics;
    let took = Took { route: route.clone() };
    metrics.seconds.get_or_create(&took).observe(began.elapsed().as_secs_f64());
    let answered = Answered { method, route, status: response.status().as_u16() };
    metrics.requests.get_or_create(&answered).inc();
    response
}

/// What those who watch the server ask, on an address of its own: not for everybody.
pub fn metrics(app: Arc<App>) -> Router {
    Router::new().route("/metrics", get(show)).with_state(app)
}

async fn show(State(app): State<Arc<App>>) -> Response {
    let mut text = String::new();
    match encode(&mut text, &told(&app).await) {
        Ok(()) => ([(CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        // Nothing that writes into a text fails.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn told(app: &App) -> Registry {
    let mut all = Registry::with_prefix("affiant");
    let metrics = &app.metrics;
    all.register("requests", "Requests that were answered", metrics.requests.clone());
    all.register("request_seconds", "How long answers took", metrics.seconds.clone());
    let waiting = waiting(app).await;
    let ready = ConstGauge::new(i64::from(waiting.is_ok()));
    all.register("database_ready", "Whether the database answers", ready);
    if let Ok((mails, deletions)) = waiting {
        let number = |it: u64| ConstGauge::new(i64::try_from(it).unwrap_or(i64::MAX));
        all.register("mails_waiting", "Mails that are not sent yet", number(mails));
        let about = "Deletions under way, those apart that a hold keeps back";
        all.register("deletions_waiting", about, number(deletions));
    }
    all
}

/// Mails that wait, and deletions.
async fn waiting(app: &App) -> Result<(u64, u64), StorageError> {
    let mails = app.store.waiting_mail().await?;
    let deletions = app.store.deletions().await?;
    let deletions = deletions.iter().filter(|it| it.stage != Stage::Held).map(|_| 1).sum();
    Ok((mails, deletions))
}
