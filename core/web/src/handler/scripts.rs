//! What browsers load of plugins: their scripts, and the frames that these stay in.

use std::sync::Arc;

use affiant_manifest::Placement;
use axum::extract::{Path, State};
use axum::http::HeaderName;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{Html, IntoResponse as _};

use crate::app::App;
use crate::error::not_found;
use crate::handler::{Answer, failed};
use crate::{in_browser, policy};

/// What a plugin's script finds as `affiant`: an expression that is a function of its element.
const CONTRACT: &str = include_str!("scripts/contract.js");

/// A frame has no origin, so that to it everything is of another one.
const ANYBODY_EMBEDS: (HeaderName, &str) =
    (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin");

/// The script of a plugin that is on.
pub(crate) async fn script(
    State(app): State<Arc<App>>,
    Path((plugin, digest)): Path<(String, String)>,
) -> Answer {
    let found = in_browser::find(&app, &plugin, &digest);
    let found = found.filter(|it| in_browser::placement(&app, it).is_some());
    let Some(script) = found.as_ref().and_then(|it| it.package.script.as_ref()) else {
        return Err(failed(&app, &not_found()));
    };
    let body = format!(
        "'use strict';\n((affiant) => {{\n{script}\n}})((\n{CONTRACT})(document.currentScript));\n"
    );
    let headers = [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        ANYBODY_EMBEDS,
    ];
    Ok((headers, body).into_response())
}

/// The page inside of the frame of a plugin that is on.
pub(crate) async fn frame(
    State(app): State<Arc<App>>,
    Path((plugin, digest)): Path<(String, String)>,
) -> Answer {
    let found = in_browser::find(&app, &plugin, &digest);
    let framed = found.filter(|it| in_browser::placement(&app, it) == Some(Placement::Frame));
    let Some(plugin) = framed else { return Err(failed(&app, &not_found())) };
    let policy = plugin.declaration().map(|it| policy::frame(&it)).unwrap_or_default();
    let page = app.theme.draw("plugin-frame.html", in_browser::frame(&plugin));
    Ok(([(CONTENT_SECURITY_POLICY, policy)], Html(page)).into_response())
}
