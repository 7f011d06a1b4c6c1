//! Headers of every answer.

use std::sync::{Arc, LazyLock};

use affiant_manifest::Declaration;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::consent::Visitor;
use crate::{policy, running};

const OTHERS: [(&str, &str); 4] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "geolocation=(), camera=(), microphone=()"),
    // The old filter of some browsers could be turned against the page.
    ("x-xss-protection", "0"),
];

/// For two years, browsers ask for this site by TLS only.
const TLS_ONLY: &str = "max-age=63072000; includeSubDomains";

/// The policy where no plugin acts: that of nearly every answer.
static OWN: LazyLock<HeaderValue> = LazyLock::new(|| of_acting([], false));

/// Adds the headers, where the handler has not set its own.
pub(crate) async fn add(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let policy = policy_of(&app, &request);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(policy);
    let mut add = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    add(CACHE_CONTROL, "no-store");
    add(REFERRER_POLICY, "no-referrer");
    add(X_CONTENT_TYPE_OPTIONS, "nosniff");
    if app.settings.origin.starts_with("https://") {
        add(STRICT_TRANSPORT_SECURITY, TLS_ONLY);
    }
    for (name, value) in OTHERS {
        add(HeaderName::from_static(name), value);
    }
    response
}

/// The policy of an answer: what plugins add that are on in the interview of a page, and agreed to.
fn policy_of(app: &App, request: &Request) -> HeaderValue {
    let mut path = request.uri().path().split('/').skip(1);
    let interview = path.next().filter(|it| *it == "i").and_then(|_| path.next());
    let running = interview.map(|it| running::in_interview(app, it)).unwrap_or_default();
    if running.is_empty() {
        return OWN.clone();
    }
    let visitor = Visitor::of(app, request.headers());
    let acting = running.iter().filter(|it| visitor.lets(it));
    let acting = acting.filter_map(|it| it.declaration());
    of_acting(acting, app.plugins.may_be_in_pages())
}

fn of_acting<'a>(acting: impl IntoIterator<Item = Declaration<'a>>, in_pages: bool) -> HeaderValue {
    let policy = policy::policy(acting, in_pages);
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}
