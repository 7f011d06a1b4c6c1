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

use crate::access::{self, Access};
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
    handler: MethodRouter<Arc<App>>,
}

/// A route that shows something.
pub(crate) fn get<H, T>(path: &'static str, access: Access, handler: H) -> Route
where
    H: Handler<T, Arc<App>>,
    T: 'static,
{
    Route { method: "GET", path, access, handler: on(MethodFilter::GET, handler) }
}

/// A route that changes something.
pub(crate) fn post<H, T>(path: &'static str, access: Access, handler: H) -> Route
where
    H: Handler<T, Arc<App>>,
    T: 'static,
{
    Route { method: "POST", path, access, handler: on(MethodFilter::POST, handler) }
}

/// A route that ends something; browsers' forms cannot ask for it.
pub(crate) fn delete<H, T>(path: &'static str, access: Access, handler: H) -> Route
where
    H: Handler<T, Arc<App>>,
    T: 'static,
{
    Route { method: "DELETE", path, access, handler: on(MethodFilter::DELETE, handler) }
}

/// All of them. What is not here does not exist.
pub(crate) fn routes() -> Vec<Route> {
    let all = [pages::routes(), account::routes(), admin::routes(), api::routes()];
    all.into_iter().flatten().collect()
}

/// The pages and the API.
pub fn router(app: Arc<App>) -> Router {
    let guarded = routes().into_iter().fold(Router::new(), |router, route| {
        let gate = (Arc::clone(&app), route.access);
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
