//! What the server tells those who watch it: how much is asked, and nothing of anybody.

use std::collections::BTreeSet;

use affiant_tests::client::Connection;
use affiant_tests::house::{House, stop};
use affiant_tests::routes::routes;
use anyhow::{Context as _, ensure};
use hyper::Method;

const PASSWORD: &str = "seven green umbrellas at noon";

/// The labels of a line of metrics.
fn labels(line: &str) -> Vec<(&str, &str)> {
    let inside = line.split_once('{').and_then(|(_, it)| it.rsplit_once('}'));
    let pairs = inside.map_or("", |it| it.0).split("\",");
    pairs.filter_map(|it| it.split_once("=\"")).map(|(k, v)| (k, v.trim_end_matches('"'))).collect()
}

/// A route of the table, with one word in the place of each part that varies.
fn pattern(route: &str) -> String {
    let parts = route.split('/').map(|it| if it.starts_with('{') { "1" } else { it });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_counted_by_route_and_no_label_tells_of_anybody() -> anyhow::Result<()> {
    let house = House::new("metrics_listen = \"127.0.0.1:0\"\n")?;
    let server = house.serve("data")?;
    let lines = server.lines();
    let told = lines.iter().find_map(|it| it.strip_prefix("Metrics are at http://"));
    let address = told.and_then(|it| it.strip_suffix("/metrics")).context("no address is told")?;
    let mut person = house.person(1);
    person.register(server.address, PASSWORD).await?;
    let page = person.answer(server.address, "heliotrope").await?;
    let mut connection = Connection::open(server.address).await?;
    for path in ["/nobody@example.org/10.1.2.3", page.as_str(), "/privacy/one", "/i/one"] {
        connection.get(path, &[("x-forwarded-for", "10.1.2.3")]).await?;
    }
    let odd = Method::from_bytes(b"HELIOTROPE")?;
    connection.ask(&odd, "/i/one", &[], "").await?;

    let mut watching = Connection::open(address.parse()?).await?;
    let reply = watching.get("/metrics", &[]).await?;
    assert_eq!(reply.status, 200);
    let text = reply.text();
    let known: BTreeSet<String> = routes()?.into_iter().map(|it| it.path).collect();
    let (mut routes, mut requests) = (BTreeSet::new(), 0);
    for line in text.lines().filter(|it| !it.starts_with('#')) {
        for (name, value) in labels(line) {
            let is_fine = match name {
                "route" => {
                    routes.insert(value.to_owned());
                    value == "other" || known.contains(&pattern(value))
                }
                "method" => ["GET", "HEAD", "POST", "DELETE", "other"].contains(&value),
                "status" => value.len() == 3 && value.parse::<u16>().is_ok(),
                "le" => value == "+Inf" || value.parse::<f64>().is_ok(),
                _ => false,
            };
            ensure!(is_fine, "{name} is {value:?} in {line}");
        }
        let count =
            line.strip_prefix("affiant_requests_total").and_then(|it| it.rsplit(' ').next());
        requests += count.map_or(Ok(0), str::parse::<u32>)?;
    }
    ensure!(routes.contains("/i/{interview}/{step}") && routes.contains("other"), "{routes:?}");
    ensure!(requests >= 10, "{text}");
    ensure!(text.contains("affiant_database_ready 1") && text.contains("affiant_mails_waiting 0"));
    for secret in ["heliotrope", "HELIOTROPE", "person1", "example.org", "10.1."] {
        let told = text.lines().filter(|it| !it.starts_with('#')).find(|it| it.contains(secret));
        ensure!(told.is_none(), "{secret} in {told:?}");
    }
    // Who is not told the address sees nothing of it.
    assert_eq!(connection.get("/metrics", &[]).await?.status, 404);
    stop(server)
}

#[tokio::test]
async fn nothing_is_told_unless_an_address_is_set() -> anyhow::Result<()> {
    let house = House::new("")?;
    let server = house.serve("data")?;
    ensure!(!server.lines().iter().any(|it| it.contains("Metrics")));
    let mut connection = Connection::open(server.address).await?;
    assert_eq!(connection.get("/metrics", &[]).await?.status, 404);
    stop(server)
}
