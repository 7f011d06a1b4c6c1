//! Every route, each with who may ask for it.

mod account;
mod admin;
mod pages;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::middleware;
use axum::routing::{MethodFilter, MethodRouter, on};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};

use crate::access::{self, Access, Gate};
use crate::app::App;
use crate::handler::status;
use crate::{api, form, headers, heard, leak, metrics};

/// One method of one address.
pub(crate) struct Route {
    /// The method's name.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test draws the table of routes"))]
    pub(crate) method: &'static str,
    /// The address, with its variable parts in braces.
    pub(crate) path: &'static str,
    /// Who may ask for it.
    pub(crate) access: Access,
    /// Whether the person must show that they are there: with a password, or by having come in a
    /// short time ago.
    pub(crate) is_grave: bool,
    handler: MethodRouter<Arc<App>>,
}

impl Route {
    /// Does something grave, or leads to it.
    pub(crate) fn grave(self) -> Self {
        Self { is_grave: true, ..self }
    }
}

/// A route that shows something.
pub(crate) fn get<H, T>(path: &'static str, access: Access, handler: H) -> Route
where
    H: Handler<T, Arc<App>>,
    T: 'static,
{
    let handler = on(MethodFilter::GET, handler);
    Route { method: "GET", path, access, is_grave: false, handler }
}

/// A route that changes something.
pub(crate) fn post<H, T>(path: &'static str, access: Access, handler: H) -> Route
where
    H: Handler<T, Arc<App>>,
    T: 'static,
{
    let handler = on(MethodFilter::POST, handler);
    Route { method: "POST", path, access, is_grave: false, handler }
}

/// A route that ends something; browsers' forms cannot ask for it.
pub(crate) fn delete<H, T>(path: &'static str, access: Access, handler: H) -> Route
where
    H: Handler<T, Arc<App>>,
    T: 'static,
{
    let handler = on(MethodFilter::DELETE, handler);
    Route { method: "DELETE", path, access, is_grave: false, handler }
}

/// All of them. What is not here does not exist.
pub(crate) fn routes() -> Vec<Route> {
    let all = [pages::routes(), account::routes(), admin::routes(), api::routes()];
    all.into_iter().flatten().collect()
}

/// The pages and the API.
pub fn router(app: Arc<App>) -> Router {
    let guarded = routes().into_iter().fold(Router::new(), |router, route| {
        let gate = Gate { app: Arc::clone(&app), access: route.access, is_grave: route.is_grave };
        let gate = middleware::from_fn_with_state(gate, access::check);
        router.route(route.path, route.handler.route_layer(gate))
    });
    // A ZIP is packed as it is, and would only be delayed.
    let packs = DefaultPredicate::new().and(NotForContentType::const_new("application/zip"));
    let leaking = leak::of(&app);
    let router = guarded
        .fallback(status::nothing_here)
        .layer(DefaultBodyLimit::max(form::BODY_LIMIT))
        .layer(CompressionLayer::new().compress_when(packs))
        .layer(CatchPanicLayer::custom(status::panicked))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), heard::listen))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), access::keep_out))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), headers::add))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), metrics::count))
        .with_state(app);
    leaking(router)
}
