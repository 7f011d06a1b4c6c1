//! What a plugin delivers: once, after the step is stored, with consent, and told to its person.

use std::time::Duration;

use affiant_backend::{JobKind, Jobs as _};
use affiant_storage_sqlite::{Databases, Options};
use affiant_tests::client::{Connection, Session};
use affiant_tests::parted::Shared;
use affiant_tests::person::Person;
use affiant_tests::program::Server;
use affiant_wasm::Kind;
use anyhow::{Context as _, bail, ensure};
use serde_json::json;

use crate::own::{House, Own};

const PASSWORD: &str = "seven lamps on a wet quay";

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
            "asleep" if flights == 0 => Outcome::Later(0),
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
    house_of(INTERVIEW)
}

fn house_of(interview: &str) -> anyhow::Result<House> {
    let plugin = Own { kind: Kind::Delivery, name: "pigeon", source: SOURCE, manifest: MANIFEST };
    House::new(plugin, "air", interview)
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

/// The ids of the jobs that deliver, which are due from then on.
async fn hours_later(house: &mut House) -> anyhow::Result<Vec<[u8; 16]>> {
    house.server.kill()?;
    let options = Options { folder: house.setup.data.clone(), max_pages: None };
    let databases = Databases::open(&options).await?;
    let due = databases.main.claim_jobs(i64::MAX, i64::MAX, 10).await?;
    for job in &due {
        databases.main.put_off_job(job, 0).await?;
    }
    databases.close().await?;
    house.server = Server::start(&house.setup)?;
    let own = due.iter().filter(|it| it.kind == JobKind::Delivery);
    Ok(own.map(|it| it.id).collect())
}

/// The page of a step, once it says this.
async fn until(house: &House, person: &mut Person, word: &str) -> anyhow::Result<String> {
    until_at(house, person, "/i/air/1", word).await
}

async fn until_at(
    house: &House,
    person: &mut Person,
    path: &str,
    word: &str,
) -> anyhow::Result<String> {
    let mut due = tokio::time::interval(Duration::from_millis(50));
    for _ in 0..600 {
        due.tick().await;
        let page = person.get(house.server.address, path).await?.text();
        if page.contains(word) {
            return Ok(page);
        }
    }
    bail!("the page does not come to say {word:?}")
}

const BY_ITSELF: &str = "This server tries again by itself until";

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_took_is_tried_again_while_its_person_is_away() -> anyhow::Result<()> {
    let mut house = house()?;
    let mut eve = house.somebody("eve");
    house.choose(&mut eve, "yes").await?;
    house.begin(&mut eve).await?;
    let page = house.post(&mut eve, "/i/air/0", &[("words", "Salut"), ("where", "asleep")]).await?;
    says(&page, &["It is later", BY_ITSELF])?;
    ensure!(hours_later(&mut house).await?.len() == 1);
    // Nobody asks for it: what the page tells was done beside it.
    let page = until(&house, &mut eve, "It is delivered").await?;
    says(&page, &["flight 2 to asleep", "Sent to asleep by"])?;
    ensure!(!page.contains(BY_ITSELF), "{page}");
    ensure!(hours_later(&mut house).await?.is_empty(), "what is over is not tried again");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_to_be_tried_later_goes_on_under_a_new_key_until_the_yes_is_taken_back()
-> anyhow::Result<()> {
    let mut house = house()?;
    let mut eve = house.somebody("eve");
    house.choose(&mut eve, "yes").await?;
    house.begin(&mut eve).await?;
    let page = house.post(&mut eve, "/i/air/0", &[("words", "Salut"), ("where", "busy")]).await?;
    says(&page, &["It is later", BY_ITSELF])?;
    // It is not time, so each job leaves the next one, sealed anew, and is gone.
    let first = hours_later(&mut house).await?;
    let mut next = first.clone();
    let mut due = tokio::time::interval(Duration::from_millis(200));
    for _ in 0..50 {
        due.tick().await;
        next = hours_later(&mut house).await?;
        if next != first {
            break;
        }
    }
    ensure!(first.len() == 1 && next.len() == 1 && first != next, "{first:?} {next:?}");
    until(&house, &mut eve, BY_ITSELF).await?;
    house.choose(&mut eve, "no").await?;
    let page = until(&house, &mut eve, "It is later").await?;
    ensure!(!page.contains(BY_ITSELF) && page.contains("Send it again later."), "{page}");
    ensure!(hours_later(&mut house).await?.is_empty());
    Ok(())
}

/// What comes before the rest of the interview where a section is private.
const SECRET: &str = "\
sections:
  - all: For everybody
  - own: Own
    private: true
---
mandatory: true
section: own
question: What is nobody's business?
fields:
  - Secret: secret
---
";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_delivered_beside_private_sections_is_known_to_whoever_sees_the_rest()
-> anyhow::Result<()> {
    let mut house = house_of(&format!("{SECRET}{INTERVIEW}"))?;
    let mut owner = house.somebody("owner");
    owner.register(house.server.address, PASSWORD).await?;
    house.choose(&mut owner, "yes").await?;
    house.begin(&mut owner).await?;
    house.post(&mut owner, "/i/air/0", &[("secret", "a lump of gold")]).await?;
    let fields = [("words", "Salut"), ("where", "asleep")];
    let page = house.post(&mut owner, "/i/air/1", &fields).await?;
    says(&page, &["It is later", BY_ITSELF])?;
    ensure!(hours_later(&mut house).await?.len() == 1);
    until_at(&house, &mut owner, "/i/air/2", "It is delivered").await?;

    let account = owner.get(house.server.address, "/account").await?.text();
    let mut links = account.split('"').filter(|it| it.starts_with("/account/interviews/"));
    let people = links.find(|it| it.ends_with("/people")).context("nothing can be shared")?;
    let (people, common, words) = (people.to_owned(), String::new(), Default::default());
    let mut reader = house.somebody("bea");
    reader.register(house.server.address, PASSWORD).await?;
    let shared = Shared { people, common, words };
    shared.share(&mut owner, &mut reader, house.server.address, "answer", &[]).await?;
    let page = reader.get(house.server.address, "/i/air/2").await?.text();
    says(&page, &["It is delivered", "flight 2 to asleep", "Without the private parts."])?;
    ensure!(!page.contains("gold"), "{page}");
    Ok(())
}
