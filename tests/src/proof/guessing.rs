//! AT-18 to AT-22: how many passwords are checked, whoever asks from wherever.

use std::net::SocketAddr;

use anyhow::ensure;
use tokio::task::JoinSet;

use crate::account::form;
use crate::client::Connection;
use crate::house::{House, stop};
use crate::proof::Figure;

const SAME: (&str, &str) = ("sec-fetch-site", "same-origin");
const PATH: &str = "/account/sign-in";
const PASSWORD: &str = "seven lamps on a wet quay";

/// Guesses of one address, and addresses that guess, in the short form. The guard's own tests make
/// ten thousand of each with every change; these go through the whole server.
const SOME: usize = 1_500;
/// Likewise, in the long form.
const MANY: usize = 10_000;
/// Guesses after which an address has none left.
const ENOUGH: usize = 100;
/// Ways to tell another address than the own one.
const FORMS: usize = 300;

pub(crate) async fn figures(long: bool) -> anyhow::Result<Vec<Figure>> {
    let many = if long { MANY } else { SOME };
    let mut figures = one_address(many).await?;
    figures.extend(many_addresses(many).await?);
    figures.extend(at_once().await?);
    figures.extend(one_network(long).await?);
    Ok(figures)
}

/// Guesses with these headers. Whether the password was checked: else the guess was refused before.
async fn is_checked(
    connection: &mut Connection,
    email: &str,
    number: usize,
    headers: &[(&str, &str)],
) -> anyhow::Result<bool> {
    let guess = format!("wrong guess number {number}");
    let headers = [&[SAME], headers].concat();
    let body = form(&[("email", email), ("password", &guess)]);
    let reply = connection.post(PATH, &headers, body).await?;
    match reply.status.as_u16() {
        422 => Ok(true),
        429 | 503 => Ok(false),
        other => anyhow::bail!("a guess got {other}: {}", reply.text()),
    }
}

/// One address guesses at an account, and at accounts that are not there; then it claims to be
/// somebody else in every way.
async fn one_address(many: usize) -> anyhow::Result<Vec<Figure>> {
    let house = House::of_strangers()?;
    let server = house.serve("data")?;
    let mut owner = house.person(0);
    owner.register(server.address, PASSWORD).await?;
    let mut connection = Connection::open(server.address).await?;
    let from = [("x-forwarded-for", "203.0.113.7")];
    let mut checked = 0;
    for number in 0..many {
        let other = format!("nobody{number}@example.org");
        let email = if number % 2 == 0 { owner.email.as_str() } else { &other };
        checked += usize::from(is_checked(&mut connection, email, number, &from).await?);
    }
    let proxied = let_through(server.address, &owner.email, Some("203.0.113.7")).await?;
    stop(server)?;

    // Without a proxy of ours, nothing that a header says counts.
    let house = House::new("")?;
    let server = house.serve("data")?;
    let mut connection = Connection::open(server.address).await?;
    for number in 0..ENOUGH {
        is_checked(&mut connection, "nobody@example.org", number, &[]).await?;
    }
    let direct = let_through(server.address, "nobody@example.org", None).await?;
    stop(server)?;
    Ok(vec![
        Figure::at_least("AT-18 and AT-19 guesses, and addresses that guess", SOME, many),
        Figure::at_most("AT-18 passwords checked of many guesses of one address", 10, checked),
        Figure::exactly("AT-21 guesses let through of 300 forged addresses, proxy", 0, proxied),
        Figure::exactly("AT-21 guesses let through of 300 forged addresses, direct", 0, direct),
    ])
}

/// How many guesses are checked of an address that has none left, when it claims to be another one.
/// A proxy adds the `real` one behind.
async fn let_through(server: SocketAddr, email: &str, real: Option<&str>) -> anyhow::Result<usize> {
    let mut connection = Connection::open(server).await?;
    let mut checked = 0;
    let forged = forged();
    ensure!(forged.len() >= FORMS, "only {} forms", forged.len());
    for (number, (name, value)) in forged.iter().enumerate() {
        let added = match real {
            Some(real) if *name == "x-forwarded-for" => format!("{value}, {real}"),
            _ => value.clone(),
        };
        let mut headers = vec![(*name, added.as_str())];
        if let Some(real) = real.filter(|_| *name != "x-forwarded-for") {
            headers.push(("x-forwarded-for", real));
        }
        checked += usize::from(is_checked(&mut connection, email, number, &headers).await?);
    }
    Ok(checked)
}

/// Headers that claim an address, in every spelling that somebody has taken for one.
fn forged() -> Vec<(&'static str, String)> {
    const NAMES: [&str; 12] = [
        "x-forwarded-for",
        "forwarded",
        "x-real-ip",
        "x-client-ip",
        "client-ip",
        "true-client-ip",
        "cf-connecting-ip",
        "x-cluster-client-ip",
        "x-originating-ip",
        "x-remote-addr",
        "x-forwarded",
        "x-host",
    ];
    let addresses = [
        "198.51.100.1",
        "127.0.0.1",
        "::1",
        "2001:db8::1",
        "::ffff:198.51.100.2",
        "0.0.0.0",
        "10.0.0.1",
        "198.51.100.300",
        "unknown",
        "localhost",
    ];
    let mut forged = Vec::new();
    for name in NAMES {
        for address in addresses {
            let spelled = [
                address.to_owned(),
                format!("  {address}\t"),
                format!("\"[{address}]:443\", {address}:80,,"),
                format!("for={address};proto=https;by={address}, {address}"),
            ];
            forged.extend(spelled.map(|it| (name, it)));
        }
        forged.push((name, "198.51.100.3, ".repeat(90)));
    }
    forged
}

/// Many addresses guess at one account, and its owner signs in meanwhile.
async fn many_addresses(many: usize) -> anyhow::Result<Vec<Figure>> {
    let house = House::of_strangers()?;
    let server = house.serve("data")?;
    let mut owner = house.person(0);
    owner.register(server.address, PASSWORD).await?;
    let mut connection = Connection::open(server.address).await?;
    let (mut checked, mut asked, mut entered) = (0, 0, 0);
    for number in 0..many {
        let from = format!("100.{}.{}.9", 64 + number / 250, number % 250);
        let headers = [("x-forwarded-for", from.as_str())];
        checked += usize::from(is_checked(&mut connection, &owner.email, number, &headers).await?);
        if number % (many / 4) == many / 8 {
            asked += 1;
            entered += usize::from(owner.sign_in(server.address, PASSWORD).await?);
        }
    }
    stop(server)?;
    Ok(vec![
        Figure::at_most("AT-19 passwords checked of many addresses, one account", 100, checked),
        Figure::exactly("AT-19 times that its owner got in meanwhile", asked, entered),
    ])
}

/// Guesses of one address, all under way at the same time.
const TOGETHER: usize = 500;

/// Every connection is open before the first guess is made.
async fn at_once() -> anyhow::Result<Vec<Figure>> {
    let house = House::of_strangers()?;
    let server = house.serve("data")?;
    let mut connections = Vec::with_capacity(TOGETHER);
    for _ in 0..TOGETHER {
        connections.push(Connection::open(server.address).await?);
    }
    let mut guesses = JoinSet::new();
    for (number, mut connection) in connections.into_iter().enumerate() {
        guesses.spawn(async move {
            let email = format!("nobody{number}@example.org");
            let from = [("x-forwarded-for", "203.0.113.8")];
            is_checked(&mut connection, &email, number, &from).await
        });
    }
    let mut checked = 0;
    while let Some(guess) = guesses.join_next().await {
        checked += usize::from(guess??);
    }
    stop(server)?;
    Ok(vec![Figure::exactly("AT-20 checked of 500 guesses at once, with ten left", 10, checked)])
}

/// Addresses of one network guess; the server is killed while they are banned.
async fn one_network(long: bool) -> anyhow::Result<Vec<Figure>> {
    let many = if long { MANY } else { SOME };
    let house = House::of_strangers()?;
    let mut server = house.serve("data")?;
    let guess = async |address: SocketAddr, numbers: std::ops::Range<usize>| {
        let mut connection = Connection::open(address).await?;
        let mut checked = 0;
        for number in numbers {
            let from = format!("2001:db8:1:2:{:x}:{:x}::7", number / 256, number % 256);
            let email = format!("nobody{number}@example.org");
            let headers = [("x-forwarded-for", from.as_str())];
            checked += usize::from(is_checked(&mut connection, &email, number, &headers).await?);
        }
        anyhow::Ok(checked)
    };
    let before = guess(server.address, 0..many).await?;
    server.kill()?;
    let server = house.serve("data")?;
    let after = guess(server.address, many..many + ENOUGH).await?;
    stop(server)?;
    Ok(vec![
        Figure::at_least("AT-22 addresses of one /64 that guess", SOME, many),
        Figure::at_most("AT-22 passwords checked of them", 10, before),
        Figure::exactly("AT-22 checked after the server was killed, while banned", 0, after),
    ])
}
