//! Every route of the server, and what each of its answers must carry.

use anyhow::ensure;
use hyper::Method;

use crate::client::Reply;

/// The table of all routes, as the server's own test keeps it.
const TABLE: &str =
    include_str!("../../core/web/src/router/snapshots/affiant_web__router__tests__routes.snap");

/// A line of the table.
#[derive(Clone, Debug)]
pub struct Route {
    /// How it is asked for.
    pub method: Method,
    /// The address, with a value in the place of each part that varies.
    pub path: String,
    /// Who may ask for it, in words.
    pub who: String,
}

impl Route {
    /// Whether it asks for a permission of somebody who is signed in.
    pub fn wants_permission(&self) -> bool {
        self.who.starts_with('`')
    }

    /// Whether it hears pages of other sites out: it changes nothing that is anybody's.
    pub fn takes_anything(&self) -> bool {
        self.who == "anybody, from anywhere"
    }

    /// Whether programs ask for it.
    pub fn is_api(&self) -> bool {
        self.path.starts_with("/api/")
    }
}

/// All of them. Fails when the table is not what it was.
pub fn routes() -> anyhow::Result<Vec<Route>> {
    let mut routes = Vec::new();
    for line in TABLE.lines().filter(|it| it.contains("| `/")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, method, path, who, ..] = cells.as_slice() else { continue };
        // Any value will do for the parts that vary.
        let mut filled = String::new();
        for part in path.trim_matches('`').split('/').skip(1) {
            let varies = part.starts_with('{');
            filled.push('/');
            filled.push_str(if varies { "1" } else { part });
        }
        routes.push(Route { method: method.parse()?, path: filled, who: (*who).to_owned() });
    }
    ensure!(routes.len() > 40, "only {} routes", routes.len());
    Ok(routes)
}

/// What every answer must carry: the name of a header, and what it says.
const HEADERS: [(&str, &str); 7] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "geolocation=(), camera=(), microphone=()"),
    ("x-xss-protection", "0"),
    ("strict-transport-security", "max-age=63072000; includeSubDomains"),
];

/// What is wrong with an answer's headers, whatever it is the answer to. `is_asset` tells that it may
/// be kept by the browser.
pub fn unprotected(reply: &Reply, is_asset: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, value) in HEADERS {
        if reply.header(name) != Some(value) {
            wrong.push(format!("{name}: {:?}", reply.header(name)));
        }
    }
    let policy = reply.header("content-security-policy").unwrap_or("");
    let parts = ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"];
    if !parts.iter().all(|it| policy.contains(it)) || policy.contains("unsafe") {
        wrong.push(format!("content-security-policy: {policy}"));
    }
    if policy.contains('*') {
        wrong.push(format!("content-security-policy lets anybody in: {policy}"));
    }
    let cache = reply.header("cache-control").unwrap_or("");
    if (cache == "no-store") == is_asset {
        wrong.push(format!("cache-control: {cache}"));
    }
    for cookie in reply.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().unwrap_or("");
        let parts = ["__Host-", "; Secure", "; HttpOnly", "; SameSite=", "; Path=/"];
        if !parts.iter().all(|it| cookie.contains(it)) {
            // What it holds is nobody's business.
            let kind = cookie.split('=').next().unwrap_or_default();
            wrong.push(format!("the cookie {kind}"));
        }
    }
    wrong
}
