//! AT-26 and AT-34: what every route refuses, and what each answer carries.

use anyhow::{Result, ensure};
use hyper::Method;

use crate::account::{SAME, first, sent};
use crate::client::{Connection, Reply};
use crate::house::{House, stop};
use crate::proof::Figure;
use crate::routes::{Route, routes, unprotected};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Answers that are looked at in the long form.
const MANY: usize = 10_000;

/// What was seen.
#[derive(Default)]
struct Seen {
    answers: usize,
    elsewhere: usize,
    let_through: usize,
    unprotected: usize,
    led_away: usize,
    methods: usize,
    taken: usize,
}

pub(crate) async fn figures(long: bool) -> Result<Vec<Figure>> {
    let house = House::new("public_url = \"https://forms.example\"\n")?;
    let server = house.serve("data")?;
    let mut connection = Connection::open(server.address).await?;
    let cookie = sent(&first(&server, &mut connection).await?);
    let (all, mut seen) = (routes()?, Seen::default());
    loop {
        for route in &all {
            from_elsewhere(&mut connection, route, &cookie, &mut seen).await?;
            other_methods(&mut connection, route, &all, &mut seen).await?;
            answers(&mut connection, route, &cookie, &mut seen).await?;
        }
        if !long || seen.answers >= MANY {
            break;
        }
    }
    stop(server)?;
    Ok(vec![
        Figure::at_least(
            "AT-26 requests from elsewhere that would change things",
            300,
            seen.elsewhere,
        ),
        Figure::exactly("AT-26 of those let through", 0, seen.let_through),
        Figure::at_least("AT-26 requests by methods that a route has not", 300, seen.methods),
        Figure::exactly("AT-26 of those taken", 0, seen.taken),
        Figure::exactly("AT-26 answers that lead to another site", 0, seen.led_away),
        Figure::at_least("AT-34 answers looked at", 1_000, seen.answers),
        Figure::exactly(
            "AT-34 of those without a header or with an open cookie",
            0,
            seen.unprotected,
        ),
    ])
}

impl Seen {
    fn take(&mut self, reply: &Reply, path: &str) {
        self.answers += 1;
        let wrong = unprotected(reply, path.starts_with("/assets/app"));
        self.unprotected += usize::from(!wrong.is_empty());
        let away = |it: &str| !it.starts_with('/') || it.starts_with("//") || it.contains('\\');
        self.led_away += usize::from(reply.header("location").is_some_and(away));
    }
}

/// Asks as pages of other sites make browsers ask, with the cookie of an administrator.
async fn from_elsewhere(
    connection: &mut Connection,
    route: &Route,
    cookie: &str,
    seen: &mut Seen,
) -> Result<()> {
    if route.method == Method::GET || route.takes_anything() {
        return Ok(());
    }
    let me = ("cookie", cookie);
    let foreign: [&[(&str, &str)]; 5] = [
        &[("sec-fetch-site", "cross-site"), me],
        &[("sec-fetch-site", "same-site"), me],
        &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")],
        &[("origin", "https://elsewhere.example"), me],
        &[me],
    ];
    for headers in foreign {
        // Programs send no such header and bring their key themselves, in no cookie.
        let by_browser = headers.iter().any(|(name, _)| *name == "sec-fetch-site");
        if route.is_api() && !by_browser {
            continue;
        }
        let kind = if route.is_api() { ("content-type", "application/json") } else { FORM };
        let headers = [headers, &[kind]].concat();
        let reply = connection.ask(&route.method, &route.path, &headers, "").await?;
        seen.take(&reply, &route.path);
        seen.elsewhere += 1;
        let changed = reply.status != 403 || reply.header("set-cookie").is_some();
        seen.let_through += usize::from(changed);
    }
    Ok(())
}

/// Asks by methods that the route does not have.
async fn other_methods(
    connection: &mut Connection,
    route: &Route,
    all: &[Route],
    seen: &mut Seen,
) -> Result<()> {
    for method in [Method::PUT, Method::PATCH, Method::DELETE, Method::POST, Method::TRACE] {
        if all.iter().any(|it| it.path == route.path && it.method == method) {
            continue;
        }
        let reply = connection.ask(&method, &route.path, &[SAME], "").await?;
        seen.take(&reply, &route.path);
        seen.methods += 1;
        seen.taken += usize::from(reply.status != 405);
    }
    Ok(())
}

/// Asks as nobody, as an administrator, and with a place to lead to that is another site's.
async fn answers(
    connection: &mut Connection,
    route: &Route,
    cookie: &str,
    seen: &mut Seen,
) -> Result<()> {
    let me = ("cookie", cookie);
    let elsewhere = "?next=https%3A%2F%2Felsewhere.example&back=//elsewhere.example";
    let away = format!("{}{elsewhere}", route.path);
    let body = "next=https%3A%2F%2Felsewhere.example&back=%2F%2Felsewhere.example&_back=%2F%2Felsewhere.example";
    let referred = ("referer", "https://elsewhere.example/");
    for (path, headers, body) in [
        (&route.path, vec![], ""),
        (&route.path, vec![me], ""),
        (&away, vec![SAME, FORM, me, referred], body),
    ] {
        let reply = connection.ask(&route.method, path, &headers, body).await?;
        ensure!(reply.status != 500, "{} {path} answered 500", route.method);
        seen.take(&reply, path);
    }
    Ok(())
}
