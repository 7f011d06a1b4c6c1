//! Changing a password takes as long with a thousand sessions as with none.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use hyper::Method;
use serde_json::json;

use crate::client::Connection;
use crate::house::{House, stop};
use crate::person::coded;
use crate::proof::Figure;

const SESSIONS: usize = 1_000;
/// How often each is measured; the median counts.
const TIMES: usize = 5;

pub(crate) async fn figures() -> anyhow::Result<Vec<Figure>> {
    let house = House::of_strangers()?;
    let server = house.serve("data")?;
    let at = server.address;
    let mut person = house.person(0);
    let mut password = "a long walk by river number 0".to_owned();
    person.register(at, &password).await?;

    let keys = "/account/keys";
    let mut fields = vec![("name", "many"), ("days", "7"), ("password", password.as_str())];
    fields.extend(["sessions:list", "sessions:read", "sessions:write"].map(|it| ("scope", it)));
    let shown = person.submit(at, keys, keys, &fields).await?;
    let key = coded(&shown.text())?;
    let mut connection = Connection::open(at).await?;
    let sessions = "/api/v1/account/sessions";
    let start = json!({ "interview": "one" });
    for _ in 0..SESSIONS {
        let begun = connection.call(Method::POST, sessions, Some(&key), Some(&start)).await?;
        begun.expect(201)?;
    }
    let listed = connection.call(Method::GET, sessions, Some(&key), None).await?.expect(200)?;
    let stored = listed["sessions"].as_array().context("nothing is listed")?.len();

    let (mut changes, mut hashes) = (Vec::new(), Vec::new());
    for number in 1..=TIMES {
        // Signing in hashes once.
        let began = Instant::now();
        ensure!(person.sign_in(at, &password).await?, "the password is wrong");
        hashes.push(began.elapsed());
        let new = format!("a long walk by river number {number}");
        let path = "/account/password";
        let began = Instant::now();
        let fields = [("password", password.as_str()), ("new", new.as_str())];
        let changed = person.submit(at, path, path, &fields).await?;
        changes.push(began.elapsed());
        ensure!(changed.status == 200, "changing answered {}", changed.status);
        password = new;
    }
    let account = person.get(at, "/account").await?.text();
    let kept = account.matches("/open\"").count();
    stop(server)?;
    let (change, hash) = (median(changes), median(hashes));
    Ok(vec![
        Figure::exactly("sessions stored while the password is changed", SESSIONS, stored),
        Figure::exactly("sessions that open after five changes", SESSIONS, kept),
        Figure {
            name: "changing the password, in the time of sign-ins (a hash each)",
            target: "at most 2".to_owned(),
            reached: format!("{:.2}", change.as_secs_f64() / hash.as_secs_f64()),
            is_met: change <= hash * 2,
        },
    ])
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}
