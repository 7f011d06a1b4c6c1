//! What a plugin delivers: once, after the step is stored, with consent, and told to its person.

use affiant_tests::client::{Connection, Session};
use affiant_tests::program::Server;
use affiant_wasm::Kind;
use anyhow::ensure;
use serde_json::json;

use crate::own::{House, Own};

/// Counts its flights in each session, and says with each what it carried.
const SOURCE: &str = r#"//! Carries letters.

use affiant_plugin::delivery::{Delivery, Outcome, Parcel};
use affiant_plugin::{Failure, documents, store};

struct Pigeon;

impl Delivery for Pigeon {
    fn deliver(parcel: Parcel) -> Result<Outcome, Failure> {
        let flights: i64 = match store::get("flights", "count")? {
            Some(count) => count.to()?,
            None => 0,
        };
        store::set("flights", "count", flights + 1)?;
        let mut carried = String::new();
        for file in &parcel.files {
            let text = String::from_utf8(documents::read(file)?).unwrap_or_default();
            carried.push_str(&format!("{} {} {}", file.name, file.media_type, text.trim()));
        }
        let details: Vec<String> = parcel.details.iter().map(|(name, _)| name.clone()).collect();
        Ok(match parcel.to.as_str() {
            "busy" if flights == 0 => Outcome::Later(3600),
            "moved" => Outcome::Refused("They have moved.".to_owned()),
            to => Outcome::Delivered(format!("flight {} to {to}: {carried} {details:?}", flights + 1)),
        })
    }
}

affiant_plugin::export!(delivery: Pigeon);
"#;

const MANIFEST: &str = r#"manifest = 1

[plugin]
id = "org.example.pigeon"
name = "Pigeon"
version = "0.1.0"
privacy_revision = 1
kind = "delivery"
license = "MIT"
abi = "affiant:delivery@1.0"
component = "pigeon.wasm"
summary = "Carries letters."

[[capability]]
id = "documents.read"
reason = "core-function"
text = "Reads the letters."

[[capability]]
id = "kv.private"
reason = "core-function"
text = "Counts its flights."

[[data]]
id = "letters"
source = "documents"
categories = ["inherit"]
form = "plaintext"
linkage = "identified"
purposes = ["dpv:RequestedServiceProvision"]
processing = ["dpv:Use", "dpv:Store"]
legal_basis = ["eu-gdpr:A6-1-a"]
necessity = "dpv:Optional"
retention = { kind = "host-enforced", max = "P30D" }
text = "The pigeon counts its flights with your letters."

[[server_storage]]
id = "flights"
kind = "kv"
contains = ["letters"]
subject_key = "session"
retention = { kind = "period", max = "P30D" }

[no_egress]
reason = "local-only"
text = "The letters stay on this server."

[[encryption]]
effect = "unchanged"
sees = "plaintext"
in_transit = "local-process"
at_rest = "host-envelope"

[rights]
locate = "automatic"
export = "automatic"
erase = "automatic"
rectify = "not-applicable"

[[consent]]
gate = "functional"
explicit = true
if_denied = "degrade"

[limits]
memory_mib = 16
cpu_ms = 50
wall_ms = 1000

[failure]
policy = "fail-closed"

[scope]
default = "off"
levels = ["site", "interview"]
"#;

const INTERVIEW: &str = "\
metadata:
  title: By air
---
mandatory: true
code: |
  mail.status;
  over
---
question: Which letter?
fields:
  - Text: words
  - To: where
---
attachment:
  variable name: letter
  name: Letter
  filename: letter
  content: |
    {{ words }}
  valid formats:
    - md
---
delivery: mail
plugin: org.example.pigeon
to: '{{ where }}'
files: letter
details:
  words: words
---
event: over
question: It is {{ mail.status }}
subquestion: |
  {{ mail.number }} {{ mail.reason }}
";

fn house() -> anyhow::Result<House> {
    let plugin = Own { kind: Kind::Delivery, name: "pigeon", source: SOURCE, manifest: MANIFEST };
    House::new(plugin, "air", INTERVIEW)
}

fn says(page: &str, words: &[&str]) -> anyhow::Result<()> {
    for word in words {
        ensure!(page.contains(word), "not {word:?} but {page}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_delivered_arrives_once_however_often_a_step_is_repeated() -> anyhow::Result<()> {
    let mut house = house()?;
    let mut ada = house.somebody("ada");
    house.begin(&mut ada).await?;
    let salve = [("words", "Salve"), ("where", "Rome")];

    // Without consent nothing is sent, and nothing is lost.
    let page = house.post(&mut ada, "/i/air/0", &salve).await?;
    says(&page, &["It is waiting", "It is not sent to Rome yet.", ">Send again<"])?;
    house.choose(&mut ada, "yes").await?;
    let page = house.post(&mut ada, "/i/air/1", &[("_action", "_deliver")]).await?;
    says(&page, &["It is delivered", "Sent to Rome by “Pigeon” on "])?;
    says(&page, &["flight 1 to Rome: letter.md text/markdown Salve"])?;

    // Again, by every way there is: the page, the button, the answer, another server's start.
    ensure!(!page.contains(">Send again<"), "{page}");
    let page = house.post(&mut ada, "/i/air/1", &[("_action", "_deliver")]).await?;
    says(&page, &["flight 1 to Rome"])?;
    let page = house.post(&mut ada, "/i/air/0", &salve).await?;
    says(&page, &["flight 1 to Rome"])?;
    house.server.kill()?;
    house.server = Server::start(&house.setup)?;
    let page = ada.get(house.server.address, "/i/air/1").await?.text();
    says(&page, &["It is delivered", "flight 1 to Rome"])?;

    // Another letter is another delivery; the first one again is still the first one.
    let other = [("words", "Vale"), ("where", "Rome")];
    let page = house.post(&mut ada, "/i/air/0", &other).await?;
    says(&page, &["flight 2 to Rome"])?;
    let page = house.post(&mut ada, "/i/air/0", &salve).await?;
    says(&page, &["flight 1 to Rome"])?;
    // Taking consent back does not make it unsent.
    house.choose(&mut ada, "no").await?;
    let page = ada.get(house.server.address, "/i/air/1").await?.text();
    says(&page, &["It is delivered", "flight 1 to Rome"])?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_takes_is_told_and_sent_again_when_it_was_only_too_early() -> anyhow::Result<()>
{
    let house = house()?;
    let mut bob = house.somebody("robert");
    house.choose(&mut bob, "yes").await?;
    house.begin(&mut bob).await?;
    let busy = [("words", "Ciao"), ("where", "busy")];
    let page = house.post(&mut bob, "/i/air/0", &busy).await?;
    says(&page, &["It is later", "They do not take anything at the moment.", ">Send again<"])?;
    let page = house.post(&mut bob, "/i/air/1", &[("_action", "_deliver")]).await?;
    says(&page, &["It is delivered", "flight 2 to busy"])?;
    let moved = [("words", "Ciao"), ("where", "moved")];
    let page = house.post(&mut bob, "/i/air/0", &moved).await?;
    says(&page, &["It is refused", "They have moved.", "and it was not taken"])?;
    ensure!(!page.contains(">Send again<"), "what was refused is not sent again: {page}");

    // A program learns the same. It consents to nothing, so nothing is sent in its name.
    let mut connection = Connection::open(house.server.address).await?;
    let mut program = Session::start(&mut connection, "air").await?;
    let answers = json!({ "words": "Ave", "where": "Rome" });
    program.answer(&mut connection, &answers).await?;
    ensure!(program.screen["title"] == "It is waiting", "{}", program.screen);
    let path = format!("/api/v1/sessions/{}", program.id);
    let token = format!("Bearer {}", program.token);
    let shown = connection.get(&path, &[("authorization", &token)]).await?.json()?;
    let told = &shown["deliveries"][0];
    ensure!(told["status"] == "waiting" && told["to"] == "Rome", "{shown}");
    Ok(())
}
