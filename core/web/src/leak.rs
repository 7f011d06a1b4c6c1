//! Leaks that are made on purpose, so that the search for leaks can be seen to find them.
//!
//! Without the feature `leak` there is nothing here; with it, a release does not even compile.

#[cfg(feature = "leak")]
mod on_purpose;

use std::sync::Arc;

use axum::Router;

use crate::app::App;

#[cfg(all(feature = "leak", not(debug_assertions)))]
compile_error!("the feature `leak` is for the search for leaks alone");

/// What is done to the router: nothing, unless the server was built to leak.
#[cfg(not(feature = "leak"))]
pub(crate) fn of(_app: &Arc<App>) -> impl FnOnce(Router) -> Router + use<> {
    std::convert::identity
}

/// What is done to the router: it leaks as `LEAK_ON_PURPOSE` says.
#[cfg(feature = "leak")]
pub(crate) fn of(app: &Arc<App>) -> impl FnOnce(Router) -> Router + use<> {
    let app = Arc::clone(app);
    move |router| on_purpose::on(router, &app)
}
