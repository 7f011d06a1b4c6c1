//! Who may ask for a route: looked at before its handler runs.

use std::sync::Arc;

use affiant_account::Proof;
use affiant_guard::{Permission, Scope, Standing};
use axum::extract::{Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse as _, Response};

use crate::app::App;
use crate::caller::Caller;
use crate::handler::account::again::AGAIN;
use crate::handler::{failed, see_other};
use crate::{api, caller, client, csrf, error, program};

/// Who may ask for a route. Each route says it; there is no default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anybody: it shows what everybody may see, or begins something.
    Anybody,
    /// Anybody's browser, which tells of a page: one in a frame without an origin, too.
    Reporting,
    /// Whoever holds the key of the session that it is about: nothing opens without one.
    Holder,
    /// Whoever holds the token of the session that it is about, or shows an API key with this scope.
    HolderOr(Scope),
    /// Whoever shows an API key with this scope.
    Program(Scope),
    /// Whoever holds a link that was sent or printed for this.
    Link,
    /// Whoever is signed in, about their own account.
    Person,
    /// The same, also while they have to turn on a second factor before anything else.
    Securing,
    /// Whoever is signed in and may do this.
    May(Permission),
    /// Anybody on a server that runs with `--dev`.
    Author,
}

impl Access {
    /// As the table of routes shows it.
    #[cfg(test)]
    pub(crate) fn word(self) -> String {
        match self {
            Self::Anybody => "anybody".to_owned(),
            Self::Reporting => "anybody, from anywhere".to_owned(),
            Self::Holder => "holder of the key".to_owned(),
            Self::HolderOr(scope) => {
                format!("holder of the key, or API key with `{}`", scope.name())
            }
            Self::Program(scope) => format!("API key with `{}`", scope.name()),
            Self::Link => "holder of the link".to_owned(),
            Self::Person => "signed in".to_owned(),
            Self::Securing => "signed in, even without a second factor that is needed".to_owned(),
            Self::May(permission) => format!("`{permission}`"),
            Self::Author => "anybody, with `--dev`".to_owned(),
        }
    }
}

/// What stands before the handler of a route.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) app: Arc<App>,
    /// Who may ask for it.
    pub(crate) access: Access,
    /// Whether the person must show that they are there.
    pub(crate) is_grave: bool,
}

/// Seconds that somebody may take on a page that leads to something grave.
const LEISURE: i64 = 10 * 60;

/// Whether an address holds a NUL: nothing has one in its name, and some databases cannot even look for
/// it.
fn has_nul(address: &Uri) -> bool {
    address.path_and_query().is_some_and(|it| it.as_str().contains("%00"))
}

/// Lets a request to its handler, or refuses it. What changes something must come from a page of
/// ours, or from a program.
pub(crate) async fn check(
    State(Gate { app, access, is_grave }): State<Gate>,
    mut request: Request,
    next: Next,
) -> Response {
    let is_api = request.uri().path().starts_with(api::ROOT);
    let refuse = |error: error::WebError| {
        if is_api { api::refused(error) } else { failed(&app, &error).into_response() }
    };
    let is_ours = access == Access::Reporting || comes_from_us(&app, is_api, request.headers());
    if !is_safe(request.method()) && !is_ours {
        return refuse(error::foreign_form());
    }
    if has_nul(request.uri()) || (access == Access::Author && !app.settings.dev) {
        return refuse(error::not_found());
    }
    if let Access::HolderOr(scope) | Access::Program(scope) = access {
        let from = client::of(&app, request.extensions(), request.headers()).0;
        match program::of(&app, request.headers(), from, scope).await {
            Ok(Some(program)) => drop(request.extensions_mut().insert(Arc::new(program))),
            Ok(None) if matches!(access, Access::Program(_)) => {
                return refuse(error::no_api_key());
            }
            Ok(None) => {}
            Err(error) => return refuse(error),
        }
    }
    if let Access::Person | Access::Securing | Access::May(_) = access {
        let mut caller = match caller::of(&app, request.headers()).await {
            Ok(it) => it,
            Err(it) => return refuse(it),
        };
        if !caller.is_signed_in() {
            if is_safe(request.method()) && !is_api {
                return see_other("/account/sign-in");
            }
            return refuse(error::not_signed_in());
        }
        if caller.owes_factor && access != Access::Securing {
            if is_safe(request.method()) && !is_api {
                return see_other("/account/second-factor");
            }
            return refuse(error::factor_needed());
        }
        if let Access::May(permission) = access
            && !caller.may(permission)
        {
            return refuse(error::not_allowed());
        }
        if is_grave {
            match proved(&app, &mut caller, request.method(), request.uri().path()).await {
                Ok(None) => {}
                Ok(Some(first)) => return first,
                Err(it) => return refuse(it),
            }
        }
        request.extensions_mut().insert(caller);
    }
    next.run(request).await
}

/// How the caller shows that they are there; or where they go first, who have nothing to type and came
/// in too long ago.
async fn proved(
    app: &App,
    caller: &mut Caller,
    method: &Method,
    path: &str,
) -> Result<Option<Response>, error::WebError> {
    let Some(person) = &caller.person else { return Ok(None) };
    let leisure = if is_safe(method) { LEISURE } else { 0 };
    caller.proof = app.accounts.proof(person, app.clock.seconds() + leisure).await?;
    let again = || see_other(&format!("{AGAIN}?to={path}"));
    Ok((caller.proof == Proof::Again).then(again))
}

/// Turns away whoever comes from a network that an administrator keeps out, before anything else.
pub(crate) async fn keep_out(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    let client = client::of(&app, request.extensions(), request.headers());
    let now = app.clock.seconds();
    let Standing::Banned(until) = app.guard.standing(client.0, now) else {
        return next.run(request).await;
    };
    let mut response = (StatusCode::TOO_MANY_REQUESTS, Html(KEPT_OUT)).into_response();
    let seconds = until.and_then(|it| u32::try_from(it - now).ok());
    if let Some(seconds) = seconds {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// What they are shown. It costs nothing to make.
const KEPT_OUT: &str = "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Your network is shut out here</title></head>\n<body><main><h1>Your network is shut out here</h1><p>The people who run this site do not let requests in from the network that you use. Your answers are kept. Use another network, or ask them.</p></main></body>\n</html>\n";

/// Methods that change nothing.
fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Programs send no `Sec-Fetch-Site`, and the API takes its keys from no cookie; a browser that
/// was sent there by another site says so.
fn comes_from_us(app: &App, is_api: bool, headers: &HeaderMap) -> bool {
    if is_api && !headers.contains_key("sec-fetch-site") {
        return true;
    }
    csrf::is_ours(app, headers)
}
