//! What goes wrong while people answer: faulty interviews, cut connections, a full disk, old tabs.
//! Each gets a clear answer, and nothing that was taken is lost.

use std::fmt::Write as _;

use affiant_tests::client::{Connection, Session};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::visitor::{Visitor, hidden};

/// Asks for texts, over and over.
fn notes(count: usize) -> String {
    let mut text = "metadata:\n  title: Notes\n".to_owned();
    for at in 0..count {
        let _ = write!(
            text,
            "---\nmandatory: true\nquestion: Note {at}?\nfields:\n  - Note: note{at}\n    datatype: area\n  - Ticked: ticked{at}\n    datatype: yesno\n"
        );
    }
    text.push_str("---\nmandatory: true\nquestion: All of them\n");
    text
}

#[tokio::test]
async fn on_a_full_disk_the_page_keeps_what_was_typed_and_what_was_taken_is_there()
-> anyhow::Result<()> {
    let mut visitor = Visitor::configured("notes", &notes(40), "max_pages = 300\n").await?;
    let long = "word ".repeat(8_000);
    let mut step = 0;
    let refused = loop {
        let body = format!("note{step}={}{long}&ticked{step}=true", step + 1_000);
        let reply = visitor.answer(step, &body).await?;
        if reply.status != 303 {
            break reply;
        }
        step += 1;
        assert!(step < 40, "the disk never became full");
    };
    assert!(step > 2, "some answers fit");
    assert_eq!(refused.status, 507);
    let page = refused.text();
    assert!(page.contains("<title>Error: Note"), "{page}");
    assert!(page.contains("Your answer is not saved yet"));
    assert!(page.contains(&format!("{}word word", step + 1_000)), "what was typed is there");
    assert!(page.contains("checked"), "what was ticked is ticked");

    // With room again, the very same page is sent again, after a restart even.
    visitor.restart("").await?;
    for at in 0..step {
        assert!(visitor.page(at).await?.contains(&format!("{}word word", at + 1_000)), "{at}");
    }
    let body = format!("note{step}=again&ticked{step}=true");
    let again = visitor.send(step, &hidden(&page), &body).await?;
    assert_eq!((again.status.as_u16(), step + 1 < 40), (303, true));
    assert!(visitor.page(step).await?.contains("again</textarea>"));
    Ok(())
}

#[tokio::test]
async fn on_a_full_disk_programs_are_told_and_can_send_again() -> anyhow::Result<()> {
    let mut visitor = Visitor::configured("notes", &notes(40), "max_pages = 300\n").await?;
    let mut session = Session::start(&mut visitor.connection, "notes").await?;
    let mut taken = 0;
    let error = loop {
        let answers = json!({ format!("note{taken}"): "word ".repeat(8_000) });
        match session.answer(&mut visitor.connection, &answers).await {
            Ok(()) => taken += 1,
            Err(error) => break error.to_string(),
        }
        assert!(taken < 40, "the disk never became full");
    };
    assert!(error.contains("507"), "{error}");
    visitor.restart("").await?;
    let revision = session.revision.clone();
    session.reload(&mut visitor.connection).await?;
    assert_eq!(session.revision, revision, "nothing was half taken");
    let answers = json!({ format!("note{taken}"): "again" });
    session.answer(&mut visitor.connection, &answers).await
}

/// Three things are asked; then the block at the end does something that cannot be done.
fn faulty(block: &str) -> String {
    format!(
        "metadata:\n  title: Faulty\n---\nmandatory: true\ncode: |\n  first;\n  second;\n  finished\n\
         ---\nquestion: First?\nfields:\n  - First: first\n---\nquestion: Second?\nfields:\n  - Second: second\n\
         ---\n{block}"
    )
}

const FAULTS: [(&str, &str); 4] = [
    ("an endless loop", "code: |\n  let n = 0;\n  loop { n += 1; }\n  finished = n\n"),
    (
        "a template that recurses",
        "event: finished\nquestion: Done\nsubquestion: |\n  {% macro again() %}{{ again() }}{% endmacro %}{{ again() }}\n",
    ),
    (
        "a text that grows",
        "code: |\n  let t = \"word\";\n  for i in 0..60 { t += t; }\n  finished = t\n",
    ),
    (
        // One that every answer closes is found when the interview is loaded.
        "a circle that only an answer closes",
        "code: |\n  if second != \"none\" { finished = other + 1 }\n---\ncode: |\n  other = finished + 1\n",
    ),
];

#[tokio::test]
async fn a_faulty_interview_apologises_keeps_the_answers_and_hurts_nobody_else()
-> anyhow::Result<()> {
    for (what, block) in FAULTS {
        let mut visitor = Visitor::begin("faulty", &faulty(block)).await?;
        assert_eq!(visitor.answer(0, "first=one").await?.status, 303, "{what}");
        let failed = visitor.answer(1, "second=two").await?;
        assert_eq!(failed.status, 500, "{what}");
        let page = failed.text();
        assert!(page.contains("there is a problem with this interview"), "{what}: {page}");
        for secret in ["faulty.yml", "macro", "loop", "line"] {
            assert!(!page.contains(secret), "{what} shows {secret}: {page}");
        }
        assert!(visitor.page(0).await?.contains("value=\"one\""), "{what}");
        let log = visitor.server.lines().join("\n");
        assert!(log.contains("faulty.yml"), "{what}: the operator learns the file: {log}");
        assert!(!log.contains("two"), "{what}: no answer is in the log");
        // Another visitor of the same server gets on.
        let mut other = Session::start(&mut visitor.connection, "faulty").await?;
        other.answer(&mut visitor.connection, &json!({ "first": "uno" })).await?;
        assert_eq!(other.screen["fields"][0]["name"], "second", "{what}");
    }
    Ok(())
}

#[tokio::test]
async fn a_form_that_is_cut_in_the_middle_changes_nothing() -> anyhow::Result<()> {
    let mut visitor = Visitor::begin("notes", &notes(3)).await?;
    let page = visitor.page(0).await?;
    let forms = [
        ("application/x-www-form-urlencoded", format!("{}&note0=half of a not", hidden(&page))),
        (
            "multipart/form-data; boundary=cut",
            "--cut\r\ncontent-disposition: form-data; name=\"note0\"\r\n\r\nhalf of a not"
                .to_owned(),
        ),
    ];
    for (kind, sent) in forms {
        let mut stream = TcpStream::connect(visitor.server.address).await?;
        let head = format!(
            "POST /i/notes/0 HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\nsec-fetch-site: same-origin\r\n\
             content-type: {kind}\r\ncontent-length: 5000\r\nexpect: 100-continue\r\n\r\n",
            visitor.server.address, visitor.cookie,
        );
        stream.write_all(head.as_bytes()).await?;
        let mut said = [0; 12];
        stream.read_exact(&mut said).await?;
        assert_eq!(&said, b"HTTP/1.1 100", "{kind}");
        stream.write_all(sent.as_bytes()).await?;
        drop(stream);
        let again = visitor.page(0).await?;
        assert!(!again.contains("half of a not"), "{kind}");
    }
    // The page that was open all along still works.
    let taken = visitor.send(0, &hidden(&page), "note0=whole&ticked0=true").await?;
    assert_eq!(taken.status, 303);
    assert!(visitor.page(0).await?.contains("whole</textarea>"));
    Ok(())
}

#[tokio::test]
async fn the_token_of_one_session_opens_no_other() -> anyhow::Result<()> {
    let mut visitor = Visitor::begin("notes", &notes(3)).await?;
    let connection = &mut visitor.connection;
    let one = Session::start(connection, "notes").await?;
    let mut other = Session::start(connection, "notes").await?;
    other.answer(connection, &json!({ "note0": "secret of the other" })).await?;
    let mut mixed = Session { token: one.token.clone(), ..other.clone() };
    let refused = mixed.reload(connection).await;
    assert!(refused.is_err_and(|it| it.to_string().contains("404")));
    let refused = mixed.answer(connection, &json!({ "note1": "x" })).await;
    assert!(refused.is_err_and(|it| it.to_string().contains("404")));
    let revision = other.revision.clone();
    other.reload(connection).await?;
    assert_eq!(other.revision, revision);
    Ok(())
}

#[tokio::test]
async fn an_interview_of_five_thousand_blocks_is_walked_to_its_end() -> anyhow::Result<()> {
    let mut text = "metadata:\n  title: Many blocks\n---\nmandatory: true\ncode: |\n".to_owned();
    for at in (0..5_000).step_by(500) {
        let _ = writeln!(text, "  sum{at};");
    }
    text.push_str("  finished\n---\nevent: finished\nquestion: The sum is {{ sum4500 }}\n");
    for at in 0..2_500 {
        let at = at * 2;
        let _ = write!(
            text,
            "---\nquestion: Number {at}?\nfields:\n  - Number: number{at}\n    datatype: integer\n\
             ---\ncode: |\n  sum{at} = number{at} + 1\n"
        );
    }
    let visitor = Visitor::begin("many", &text).await?;
    let mut connection = Connection::open(visitor.server.address).await?;
    let mut session = Session::start(&mut connection, "many").await?;
    for at in (0..5_000).step_by(500) {
        assert_eq!(session.screen["title"], format!("Number {at}?"));
        session.answer(&mut connection, &json!({ format!("number{at}"): at })).await?;
    }
    assert_eq!(session.screen["title"], "The sum is 4501");
    Ok(())
}

#[tokio::test]
async fn a_session_of_a_thousand_steps_forgets_nothing() -> anyhow::Result<()> {
    let mut visitor = Visitor::begin("notes", &notes(1_000)).await?;
    let connection = &mut visitor.connection;
    let mut session = Session::start(connection, "notes").await?;
    for at in 0..1_000 {
        assert_eq!(session.screen["title"], format!("Note {at}?"));
        session
            .answer(connection, &json!({ format!("note{at}"): format!("This is {at}") }))
            .await?;
    }
    assert_eq!(session.screen["title"], "All of them");
    for at in [0, 1, 15, 16, 17, 499, 998, 999] {
        let path = format!("/api/v1/sessions/{}?step={at}", session.id);
        let headers = [("authorization", format!("Bearer {}", session.token))];
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        let shown = connection.get(&path, &headers).await?.expect(200)?;
        assert_eq!(shown["screen"]["title"], format!("Note {at}?"), "{at}");
        assert_eq!(shown["screen"]["fields"][0]["value"], serde_json::Value::Null, "{at}");
    }
    // Answering an early question differently asks only that one again.
    let body = json!({
        "revision": session.revision, "step": 10, "answers": { "note10": "Another" },
    });
    let path = format!("/api/v1/sessions/{}/answers", session.id);
    let reply = connection.call(hyper::Method::POST, &path, Some(&session.token), Some(&body));
    let answered = reply.await?.expect(200)?;
    assert_eq!(answered["step"], 11);
    assert_eq!(answered["screen"]["fields"][0]["value"], "This is 11", "kept as a suggestion");
    Ok(())
}

#[tokio::test]
async fn a_block_that_an_author_puts_in_front_is_asked_of_sessions_under_way() -> anyhow::Result<()>
{
    let block = |name: &str| {
        format!(
            "---\nmandatory: true\nid: {name}\nquestion: The {name}?\nfields:\n  - It: {name}\n"
        )
    };
    let head = "metadata:\n  title: In order\n";
    let before = format!("{head}{}{}{}", block("first"), block("second"), block("third"));
    let after =
        format!("{head}{}{}{}{}", block("newest"), block("first"), block("second"), block("third"));
    let mut visitor = Visitor::begin("order", &before).await?;
    assert_eq!(visitor.answer(0, "first=one").await?.status, 303);
    assert_eq!(visitor.answer(1, "second=two").await?.status, 303);
    assert!(visitor.page(2).await?.contains("The third?"));
    fs_err::write(visitor.folder.path().join("interviews/order.yml"), after)?;
    visitor.restart("").await?;
    assert!(visitor.page(2).await?.contains("The newest?"));
    assert_eq!(visitor.answer(2, "newest=zero").await?.status, 303);
    assert!(visitor.page(3).await?.contains("The third?"), "what was answered is not asked again");
    Ok(())
}
