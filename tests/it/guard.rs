//! Every route: who may ask for it, from where, and what its answers carry (AT-26, AT-34).

use affiant_tests::account;
use affiant_tests::client::{Connection, Reply};
use affiant_tests::program::{Server, Setup};
use affiant_tests::routes::{Route, routes, unprotected};
use anyhow::{Context as _, ensure};
use hyper::Method;
use tempfile::TempDir;

const INTERVIEW: &str = "metadata:\n  title: One thing\n---\nmandatory: true\nquestion: That is {{ it }}\n---\nquestion: It?\nfields:\n  - It: it\n";

const SAME: (&str, &str) = ("sec-fetch-site", "same-origin");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

fn start(config: &str) -> anyhow::Result<(TempDir, Server)> {
    let folder = tempfile::tempdir()?;
    fs_err::create_dir(folder.path().join("interviews"))?;
    fs_err::write(folder.path().join("interviews/one.yml"), INTERVIEW)?;
    let file = folder.path().join("affiant.toml");
    fs_err::write(&file, config)?;
    let server = Server::start(&Setup {
        data: folder.path().join("data"),
        interviews: folder.path().join("interviews"),
        flags: vec!["--config".to_owned(), file.to_string_lossy().into_owned()],
        folder: folder.path().to_owned(),
    })?;
    Ok((folder, server))
}

/// The cookie of the first administrator, made by the printed link.
async fn administrator(server: &Server, connection: &mut Connection) -> anyhow::Result<String> {
    let cookies = account::first(server, connection).await?;
    for cookie in &cookies {
        for part in ["__Host-", "Secure", "HttpOnly", "SameSite=", "Path=/"] {
            ensure!(cookie.contains(part), "{part} in {cookie}");
        }
    }
    Ok(account::sent(&cookies))
}

fn code(page: &str) -> &str {
    let value = page.split("name=\"_csrf\" value=\"").nth(1);
    value.and_then(|it| it.split('"').next()).unwrap_or("")
}

#[tokio::test]
async fn nothing_changes_by_a_request_of_another_site_on_any_route() -> anyhow::Result<()> {
    let (_folder, server) = start("")?;
    let mut connection = Connection::open(server.address).await?;
    let cookie = administrator(&server, &mut connection).await?;
    let me = ("cookie", cookie.as_str());
    let foreign: [&[(&str, &str)]; 5] = [
        &[("sec-fetch-site", "cross-site"), me],
        &[("sec-fetch-site", "same-site"), me],
        &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")],
        &[("origin", "https://elsewhere.example"), me],
        &[me],
    ];
    let mut asked = 0;
    let changing = |it: &&Route| it.method != Method::GET && !it.takes_anything();
    for route in routes()?.iter().filter(changing) {
        for headers in foreign {
            // Programs send no such header and bring their key themselves, in no cookie.
            let by_browser = headers.iter().any(|(name, _)| *name == "sec-fetch-site");
            if route.is_api() && !by_browser {
                continue;
            }
            let mut all = headers.to_vec();
            all.push(if route.is_api() { ("content-type", "application/json") } else { FORM });
            let reply = connection.ask(&route.method, &route.path, &all, "").await?;
            assert_eq!(reply.status, 403, "{} {} {headers:?}", route.method, route.path);
            assert!(reply.header("set-cookie").is_none(), "{}", route.path);
            asked += 1;
        }
    }
    assert!(asked >= 50, "{asked}");
    Ok(())
}

#[tokio::test]
async fn a_form_without_its_code_changes_nothing_on_any_page_of_the_administration()
-> anyhow::Result<()> {
    let (_folder, server) = start("")?;
    let mut connection = Connection::open(server.address).await?;
    let cookie = administrator(&server, &mut connection).await?;
    let headers = [SAME, FORM, ("cookie", cookie.as_str())];
    for route in routes()?.iter().filter(|it| it.method == Method::POST && it.wants_permission()) {
        for body in ["", "_csrf=", "_csrf=c2FtcGxl&network=203.0.113.0/24&reason=x&name=x"] {
            let reply = connection.ask(&route.method, &route.path, &headers, body).await?;
            assert_eq!(reply.status, 403, "{} {body}", route.path);
        }
    }
    Ok(())
}

#[tokio::test]
async fn methods_that_a_route_does_not_have_are_refused() -> anyhow::Result<()> {
    let (_folder, server) = start("")?;
    let mut connection = Connection::open(server.address).await?;
    let all = routes()?;
    for route in &all {
        for method in [Method::PUT, Method::PATCH, Method::DELETE, Method::POST, Method::TRACE] {
            if all.iter().any(|it| it.path == route.path && it.method == method) {
                continue;
            }
            let reply = connection.ask(&method, &route.path, &[SAME], "").await?;
            assert_eq!(reply.status, 405, "{method} {}", route.path);
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_needs_an_api_key_is_shown_to_no_cookie() -> anyhow::Result<()> {
    let (_folder, server) = start("")?;
    let mut connection = Connection::open(server.address).await?;
    let cookie = administrator(&server, &mut connection).await?;
    let wrong = format!("Bearer aff_{}_{}", "0".repeat(32), "0".repeat(64));
    let mut guarded = 0;
    for route in routes()?.iter().filter(|it| it.who.starts_with("API key")) {
        let shown: [&[(&str, &str)]; 3] =
            [&[], &[SAME, ("cookie", &cookie)], &[("authorization", &wrong)]];
        for headers in shown {
            let reply = connection.ask(&route.method, &route.path, headers, "").await?;
            assert_eq!(reply.status, 401, "{} {headers:?}", route.path);
            assert_eq!(reply.header("www-authenticate"), Some("Bearer"), "{}", route.path);
        }
        guarded += 1;
    }
    assert!(guarded >= 6, "{guarded}");
    Ok(())
}

#[tokio::test]
async fn what_needs_a_permission_is_shown_to_nobody_without_one() -> anyhow::Result<()> {
    let (_folder, server) = start("")?;
    let mut connection = Connection::open(server.address).await?;
    let cookie = administrator(&server, &mut connection).await?;
    let stranger = format!("__Host-a={}", "A".repeat(43));
    let mut guarded = 0;
    for route in routes()?.iter().filter(|it| it.wants_permission() || it.who == "signed in") {
        for mine in [None, Some(stranger.as_str())] {
            let mut headers = vec![SAME, FORM];
            headers.extend(mine.map(|it| ("cookie", it)));
            let reply = connection.ask(&route.method, &route.path, &headers, "").await?;
            let to_sign_in = reply.status == 303
                && reply.header("location").is_some_and(|it| it.contains("sign-in"));
            assert!(reply.status == 401 || to_sign_in, "{} {}", route.path, reply.status);
        }
        if route.method == Method::GET && route.wants_permission() {
            let headers = [SAME, ("cookie", cookie.as_str())];
            let reply = connection.get(&route.path, &headers).await?;
            // What an address names by a 1 need not be there.
            let is_there = reply.status == 200 || route.path.split('/').any(|it| it == "1");
            assert!(is_there, "{} {}", route.path, reply.status);
        }
        guarded += 1;
    }
    assert!(guarded >= 13, "{guarded}");
    let dev = connection.get("/dev/mail", &[]).await?;
    assert_eq!(dev.status, 404);
    Ok(())
}

/// What every answer carries, whatever it is.
fn headers_are_there(what: &str, reply: &Reply) {
    let wrong = unprotected(reply, what.contains("/assets/app"));
    assert!(wrong.is_empty(), "{what}: {wrong:?}");
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect_it() -> anyhow::Result<()> {
    let (_folder, server) = start("public_url = \"https://forms.example\"\n")?;
    let mut connection = Connection::open(server.address).await?;
    let cookie = administrator(&server, &mut connection).await?;
    let me = ("cookie", cookie.as_str());
    for route in routes()? {
        for headers in [&[][..], &[me], &[SAME, FORM, me]] {
            let reply = connection.ask(&route.method, &route.path, headers, "").await?;
            headers_are_there(&format!("{} {}", route.method, route.path), &reply);
        }
        let reply = connection.ask(&Method::PUT, &route.path, &[], "").await?;
        headers_are_there(&format!("PUT {}", route.path), &reply);
    }
    let page = connection.get("/", &[]).await?.text();
    let asset = page.split("/assets/app-").nth(1).and_then(|it| it.split('"').next());
    let asset = format!("/assets/app-{}", asset.context("no asset")?);
    headers_are_there(&asset, &connection.get(&asset, &[]).await?);
    let begun = connection.post("/i/one/sessions", &[SAME], String::new()).await?;
    assert_eq!(begun.status, 303);
    headers_are_there("a redirect", &begun);
    let large = "x".repeat(200 << 20 >> 4);
    let large = connection.ask(&Method::POST, "/i/one/resume", &[SAME, FORM], &large).await?;
    assert_eq!(large.status, 413);
    headers_are_there("413", &large);
    for _ in 0..6 {
        let reply = connection.post("/i/one/resume", &[SAME, FORM], "code=x".to_owned()).await?;
        headers_are_there("a wrong code", &reply);
    }
    let refused = connection.post("/i/one/resume", &[SAME, FORM], "code=x".to_owned()).await?;
    assert_eq!(refused.status, 429);
    Ok(())
}

#[tokio::test]
async fn five_wrong_codes_an_hour_come_from_one_address_whatever_it_claims() -> anyhow::Result<()> {
    let (_folder, server) = start("")?;
    let mut connection = Connection::open(server.address).await?;
    let mut statuses = Vec::new();
    for number in 0..8 {
        let claimed = format!("203.0.113.{number}");
        let headers = [SAME, FORM, ("x-forwarded-for", claimed.as_str())];
        let reply = connection.post("/i/one/resume", &headers, "code=x".to_owned()).await?;
        statuses.push(reply.status.as_u16());
        if reply.status == 429 {
            let wait: u32 = reply.header("retry-after").context("no time")?.parse()?;
            assert!((1..=7_200).contains(&wait), "{wait}");
            assert!(reply.text().contains("tried too often"));
        }
    }
    assert_eq!(statuses, [422, 422, 422, 422, 422, 429, 429, 429]);
    Ok(())
}

#[tokio::test]
async fn behind_a_proxy_of_ours_everybody_is_counted_alone_and_networks_are_kept_out()
-> anyhow::Result<()> {
    let (_folder, mut server) = start("trusted_proxies = [\"127.0.0.0/8\"]\n")?;
    let mut connection = Connection::open(server.address).await?;
    for number in 0..20 {
        let visitor = format!("198.51.100.99, 203.0.113.{}", number / 5);
        let headers = [SAME, FORM, ("x-forwarded-for", visitor.as_str())];
        let reply = connection.post("/i/one/resume", &headers, "code=x".to_owned()).await?;
        assert_eq!(reply.status, 422, "{visitor}");
    }
    let cookie = administrator(&server, &mut connection).await?;
    let me = ("cookie", cookie.as_str());
    let page = connection.get("/admin/bans", &[me]).await?.text();
    let body = format!("_csrf={}&network=203.0.113.77%2F24&reason=Guesses&days=1", code(&page));
    let entered = connection.post("/admin/bans/networks", &[SAME, FORM, me], body).await?;
    assert_eq!(entered.status, 303, "{}", entered.text());
    for (visitor, status) in [("203.0.113.9", 429), ("203.0.114.9", 200), ("2001:db8::1", 200)] {
        let reply = connection.get("/", &[("x-forwarded-for", visitor)]).await?;
        assert_eq!(reply.status, status, "{visitor}");
        if status == 429 {
            assert!(reply.body.len() <= 1024 && reply.header("retry-after").is_some());
        }
    }
    // A wrong number of days, the administrator's own network, and a ban that outlives the process.
    let page = connection.get("/admin/bans", &[me]).await?.text();
    for (typed, said) in [
        ("network=everybody&reason=x", "Enter an address or a network"),
        ("network=127.0.0.1&reason=x", "shut yourself out"),
        ("network=192.0.2.0/24&reason=", "Enter a reason"),
        ("network=192.0.2.0/24&reason=x&days=0", "Enter a number of days"),
    ] {
        let body = format!("_csrf={}&{typed}", code(&page));
        let refused = connection.post("/admin/bans/networks", &[SAME, FORM, me], body).await?;
        assert_eq!(refused.status, 422, "{typed}");
        assert!(refused.text().contains(said), "{typed}");
    }
    server.kill()
}

#[test]
fn proxies_that_are_no_networks_are_told_when_the_server_starts() {
    let started = start("trusted_proxies = [\"everybody\"]\n");
    let told = started.err().map(|it| format!("{it:#}")).unwrap_or_default();
    assert!(told.contains("trusted_proxies: `everybody` is no network"), "{told}");
}
