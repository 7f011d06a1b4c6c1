//! What the log never says, however much it is asked for.

use affiant_tests::client::{Connection, Session};
use affiant_tests::program::{Server, Setup};
use hyper::Method;
use serde_json::json;

/// Answers that stand nowhere else, and are written the same in each kind of document.
const ANSWERS: &[&str] = &["cnryvqzxfirst", "cnryvqzxsecond"];

const INTERVIEW: &str = "\
metadata:
  title: Two things
---
mandatory: true
question: Done
attachment:
  name: Paper
  filename: paper
  content: |
    # Of {{ first }}

    It is {{ second }}.
---
question: What are they?
fields:
  - First: first
  - Second: second
";

/// Libraries tell what they work on when they are asked for much, such as each element of a page.
#[tokio::test]
async fn the_most_talkative_log_holds_no_answer_of_a_document() -> anyhow::Result<()> {
    for json in [false, true] {
        let folder = tempfile::tempdir()?;
        let [data, interviews] = ["data", "interviews"].map(|it| folder.path().join(it));
        fs_err::create_dir(&interviews)?;
        fs_err::write(interviews.join("two.yml"), INTERVIEW)?;
        let config = folder.path().join("affiant.toml");
        fs_err::write(config, format!("log = \"trace\"\nlog_json = {json}\n"))?;
        let folder = folder.path().to_owned();
        let mut server = Server::start(&Setup { data, interviews, flags: Vec::new(), folder })?;

        let mut connection = Connection::open(server.address).await?;
        let mut session = Session::start(&mut connection, "two").await?;
        let answers = json!({ "first": ANSWERS[0], "second": ANSWERS[1] });
        session.answer(&mut connection, &answers).await?;
        for ending in ["html", "docx", "pdf"] {
            let path = format!("/api/v1/sessions/{}/documents/0.{ending}?step=1", session.id);
            let token = Some(session.token.as_str());
            let document = connection.call(Method::GET, &path, token, None).await?;
            assert_eq!(document.status, 200, "{path}: {}", document.text());
        }
        drop(connection);
        server.terminate()?;
        server.wait()?;
        let log = server.lines().join("\n");
        assert!(log.contains("Affiant listens"), "{log}");
        let told = |it: &&&str| log.contains(**it);
        assert_eq!(ANSWERS.iter().find(told), None, "{log}");
    }
    Ok(())
}
