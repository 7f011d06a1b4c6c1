//! Random and hostile requests: whatever is sent, the server neither fails nor forgets.

use affiant_tests::client::{Connection, Session};
use hyper::Method;
use serde_json::{Value, json};

use crate::visitor::{SAME, Visitor, hidden};

/// Asks one question of each kind.
const INTERVIEW: &str = "metadata:
  title: All kinds
---
objects:
  - things: List
---
mandatory: true
code: |
  word;
  things.gather();
  finished
---
question: All kinds?
fields:
  - Word: word
    maxlength: 50
  - Note: note
    datatype: area
  - Number: number
    datatype: integer
    min: 0
  - Money: money
    datatype: currency
  - Day: day
    datatype: date
  - Time: time
    datatype: time
    required: false
  - Mail: mail
    datatype: email
  - Kind: kind
    datatype: radio
    choices:
      - First: first
      - Second: second
  - Boxes: boxes
    datatype: checkboxes
    choices:
      - Red: red
      - Green: green
  - Agreed: agreed
    datatype: yesno
  - Only if: only
    show if: agreed
  - File: file
    datatype: file
    required: false
---
question: Is there a thing?
yesno: things.there_are_any
---
question: Which thing?
fields:
  - Thing: things[i]
---
question: Another?
yesno: things.there_is_another
---
event: finished
question: Done {{ word }}
";

const FIELDS: [&str; 16] = [
    "word",
    "note",
    "number",
    "money",
    "day",
    "day--day",
    "day--month",
    "day--year",
    "time",
    "mail",
    "kind",
    "boxes",
    "agreed",
    "only",
    "file",
    "things.there_are_any",
];

const NAMES: [&str; 14] = [
    "_action",
    "_csrf",
    "_revision",
    "_choice",
    "__proto__",
    "word[0]",
    "things[999999999]",
    "",
    "x",
    "word.word",
    "url_args",
    "things[\"a\"]",
    "day--day--day",
    "word\0",
];

const VALUES: [&str; 26] = [
    "",
    " ",
    "yes",
    "true",
    "first",
    "31",
    "2",
    "2026",
    "-1",
    "99999999999999999999",
    "1e309",
    "NaN",
    "1,250.50",
    "a@b.example",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "{% for x in [1] %}",
    "' or 1=1 --",
    "../../etc/passwd",
    "\u{202e}txt\u{0}",
    "\u{1F9FE}",
    "%00%ff",
    "row:0",
    "row:99999",
    "action:finished?%7B",
    "\r\nset-cookie: a=b",
];

const SEED: u64 = 3_141_592_653;
const ROUNDS: usize = 250;

/// A text that was picked, or made up.
fn text(random: &mut fastrand::Rng) -> String {
    match random.u8(0..10) {
        0 => "long ".repeat(random.usize(0..4_000)),
        1 => (0..random.usize(0..40)).map(|_| random.char(..)).collect(),
        _ => VALUES[random.usize(0..VALUES.len())].to_owned(),
    }
}

fn name(random: &mut fastrand::Rng) -> &'static str {
    if random.u8(0..8) == 0 {
        NAMES[random.usize(0..NAMES.len())]
    } else {
        FIELDS[random.usize(0..FIELDS.len())]
    }
}

fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |all, byte| format!("{all}%{byte:02x}"))
}

fn form(random: &mut fastrand::Rng) -> String {
    let pair = |random: &mut fastrand::Rng| {
        let (name, value) = (name(random), text(random));
        // Now and then what is sent is not even a form.
        if random.u8(0..20) == 0 {
            format!("&%zz={value}&==&")
        } else {
            format!("{}={}", escaped(name), escaped(&value))
        }
    };
    let count = random.usize(0..20);
    (0..count).map(|_| pair(random)).collect::<Vec<_>>().join("&")
}

/// A JSON value of any shape.
fn value(random: &mut fastrand::Rng, depth: usize) -> Value {
    match random.u8(0..if depth > 2 { 5 } else { 8 }) {
        0 => Value::Null,
        1 => json!(random.bool()),
        2 => json!(random.i64(..)),
        3 => json!(random.f64() * 1e300),
        4 | 5 => json!(text(random)),
        6 => (0..random.usize(0..4)).map(|_| value(random, depth + 1)).collect(),
        _ => {
            let entries = (0..random.usize(0..4)).map(|_| (text(random), value(random, depth + 1)));
            Value::Object(entries.collect())
        }
    }
}

#[tokio::test]
async fn forms_of_any_content_are_taken_or_refused_and_never_break_anything() -> anyhow::Result<()>
{
    let mut visitor = Visitor::begin("kinds", INTERVIEW).await?;
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut step = 0;
    for round in 0..ROUNDS {
        let page = visitor.page(step).await?;
        let body = form(&mut random);
        let reply = visitor.send(step, &hidden(&page), &body).await?;
        let status = reply.status.as_u16();
        assert!(
            matches!(status, 303 | 400 | 403 | 404 | 409 | 413 | 422),
            "{round}: {status}: {body}"
        );
        let shown = reply.text();
        assert!(!shown.contains("<script>alert"), "{round}: {body}");
        assert!(!shown.contains(">49<") && !shown.contains("value=\"49\""), "{round}: {body}");
        if let Some(next) = reply.header("location").and_then(|it| it.rsplit('/').next()) {
            step = next.parse().unwrap_or(0);
        }
    }
    // It still works as if nothing had been.
    let page = visitor.page(0).await?;
    let good = "word=Ada&note=x&number=3&money=1&day--day=1&day--month=2&day--year=2020&mail=a%40b.example&kind=first&boxes=red";
    assert_eq!(visitor.send(0, &hidden(&page), good).await?.status, 303);
    let log = visitor.server.lines().join("\n");
    assert!(!log.contains("panicked"), "{log}");
    Ok(())
}

#[tokio::test]
async fn requests_of_any_content_to_the_api_are_answered_or_refused() -> anyhow::Result<()> {
    let visitor = Visitor::begin("kinds", INTERVIEW).await?;
    let mut connection = Connection::open(visitor.server.address).await?;
    let mut random = fastrand::Rng::with_seed(SEED);
    let session = Session::start(&mut connection, "kinds").await?;
    for round in 0..ROUNDS {
        let what = ["answers", "back", "action", "documents/0.pdf", "nothing"][random.usize(0..5)];
        let path = match random.u8(0..6) {
            0 => "/api/v1/sessions".to_owned(),
            1 => format!(
                "/api/v1/sessions/{}",
                escaped(&text(&mut random).chars().take(99).collect::<String>())
            ),
            _ => format!("/api/v1/sessions/{}/{what}", session.id),
        };
        let method =
            [Method::POST, Method::POST, Method::GET, Method::PUT][random.usize(0..4)].clone();
        let body = match random.u8(0..3) {
            0 => value(&mut random, 0),
            1 => json!({ "revision": value(&mut random, 3), "answers": value(&mut random, 0) }),
            _ => {
                let count = random.usize(0..14);
                let answers =
                    (0..count).map(|_| (name(&mut random).to_owned(), value(&mut random, 1)));
                let answers: serde_json::Map<_, _> = answers.collect();
                json!({ "revision": 0, "step": 0, "answers": answers })
            }
        };
        let token = (random.u8(0..10) > 0).then_some(session.token.as_str());
        // A server may hang up on who sends a body that it does not read.
        let mut connection = Connection::open(visitor.server.address).await?;
        let reply = connection.call(method.clone(), &path, token, Some(&body)).await?;
        let status = reply.status.as_u16();
        assert!(status < 500, "{round}: {method} {path}: {status}: {body}: {}", reply.text());
    }
    let log = visitor.server.lines().join("\n");
    assert!(!log.contains("panicked"), "{log}");
    Ok(())
}

#[tokio::test]
async fn addresses_of_any_form_are_answered() -> anyhow::Result<()> {
    let mut visitor = Visitor::begin("kinds", INTERVIEW).await?;
    let mut random = fastrand::Rng::with_seed(SEED);
    for round in 0..ROUNDS {
        let part = |random: &mut fastrand::Rng| match random.u8(0..3) {
            0 => escaped(&text(random).chars().take(200).collect::<String>()),
            1 => ["i", "kinds", "api", "v1", "assets", "sessions", "file", "document"]
                [random.usize(0..8)]
            .to_owned(),
            _ => random.i64(-3..9).to_string(),
        };
        let parts: Vec<String> = (0..random.usize(0..6)).map(|_| part(&mut random)).collect();
        let path = format!("/{}", parts.join("/"));
        visitor.connection = Connection::open(visitor.server.address).await?;
        let reply = visitor.get(&path).await?;
        assert!(reply.status.as_u16() < 500, "{round}: {path}: {}", reply.status);
        let headers = [SAME, ("cookie", visitor.cookie.as_str())];
        let reply = visitor.connection.post(&path, &headers, form(&mut random)).await?;
        assert!(reply.status.as_u16() < 500, "{round}: POST {path}: {}", reply.status);
    }
    Ok(())
}
