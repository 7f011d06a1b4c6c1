//! A field whose datatype a plugin has: the example.

use affiant_tests::client::{Connection, Session};
use affiant_wasm::Kind;
use anyhow::ensure;
use serde_json::json;

use crate::installing::{Site, answer_when_on, leads};

const PLATES: &str = "org.example.plates";
const INTERVIEW: &str = "\
metadata:
  title: Number plates
---
plugins: [org.example.plates]
---
mandatory: true
question: Your car is {{ plate }}
---
question: Which car?
fields:
  - Number plate: plate
    datatype: german plate
";

#[tokio::test(flavor = "multi_thread")]
async fn a_field_takes_what_the_plugin_takes_and_shows_it_again() -> anyhow::Result<()> {
    let mut site = Site::new(Kind::Field, "plates", INTERVIEW, &[])?;
    site.install("0.1.0")?;
    site.plugin(&["enable", PLATES, "--interview", "plates"])?;
    site.begins(201).await?;
    let mut connection = Connection::open(site.server()?.address).await?;
    let mut program = Session::start(&mut connection, "plates").await?;
    ensure!(program.screen["fields"][0]["datatype"] == "german plate", "{}", program.screen);
    answer_when_on(&mut program, &mut connection, &json!({ "plate": "tü x 1" })).await?;
    ensure!(program.screen["title"] == "Your car is TÜ-X 1", "{}", program.screen);

    let mut visitor = site.visitor().await?;
    let asked = visitor.page(0).await?;
    ensure!(asked.contains("For example, B-AB 123"), "{asked}");
    let refused = visitor.answer(0, "plate=my+car").await?;
    ensure!(refused.status == 422, "{}", refused.status);
    let said = refused.text();
    ensure!(said.contains("Write the town, letters and a number, as in B-AB 123."), "{said}");
    ensure!(said.contains("value=\"my car\""), "what was typed stays: {said}");
    ensure!(leads(&mut visitor, 0, "plate=b+ab+123").await? == "/i/plates/1");
    ensure!(visitor.page(1).await?.contains("Your car is B-AB 123"));
    ensure!(visitor.page(0).await?.contains("value=\"B-AB 123\""));

    site.plugin(&["disable", PLATES])?;
    let closed = site.page(&mut visitor, 0, 503).await?;
    ensure!(closed.contains("answers are kept"), "{closed}");
    ensure!(visitor.page(1).await?.contains("Your car is B-AB 123"));
    Ok(())
}
