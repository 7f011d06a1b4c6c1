//! An interview as a program answers it.

use anyhow::ensure;
use hyper::Method;
use serde_json::{Value, json};

use crate::client::{Connection, Session};
use crate::leakscan::canary::Planter;
use crate::leakscan::seed::End;

/// Answers the first screens, right and wrong.
pub(crate) async fn session(
    connection: &mut Connection,
    planter: &mut Planter,
    with_documents: bool,
    end: End,
) -> anyhow::Result<()> {
    let mut session = Session::start(connection, "everything").await?;
    planter.secret("token of a session", session.token.as_bytes());
    let wrong = json!({
        "first_text": planter.text("text in JSON that is too long").repeat(3),
        "email": planter.text("wrong e-mail address in JSON"),
        "whole": planter.text("wrong number in JSON"),
    });
    ensure!(session.clone().answer(connection, &wrong).await.is_err());
    let unknown = json!({ planter.text("unknown name in JSON"): planter.text("unknown in JSON") });
    ensure!(session.clone().answer(connection, &unknown).await.is_err());
    let stale = session.clone();
    session.answer(connection, &person(planter)).await?;
    ensure!(stale.clone().answer(connection, &person(planter)).await.is_err());
    session
        .answer(connection, &json!({ "things[0]": planter.text("item of a list in JSON") }))
        .await?;

    let path = format!("/api/v1/sessions/{}", session.id);
    if with_documents {
        let document = format!("{path}/documents/{}.pdf", planter.text("name of a document"));
        connection.call(Method::GET, &document, Some(&session.token), None).await?;
    }
    let action = json!({ "name": planter.text("action in JSON"), "revision": session.revision,
        "arguments": { "a": planter.text("argument in JSON") } });
    let posted = format!("{path}/action");
    connection.call(Method::POST, &posted, Some(&session.token), Some(&action)).await?;
    broken(connection, planter, &path, &session.token).await?;
    if end == End::Deleted {
        let deleted = connection.call(Method::DELETE, &path, Some(&session.token), None).await?;
        ensure!(deleted.status == 204, "a session is not deleted: {}", deleted.status);
    }
    Ok(())
}

fn person(planter: &mut Planter) -> Value {
    json!({
        "first_text": planter.text("text in JSON"),
        "area": planter.text("area in JSON"),
        "email": format!("{}@example.org", planter.text("e-mail address in JSON")),
        "whole": planter.number("whole number in JSON"),
        "number": planter.number("number in JSON"),
        "amount": planter.number("amount in JSON"),
        "password": planter.text("password in JSON"),
        "combination": planter.text("combination in JSON"),
    })
}

/// Bodies that are no JSON, or not the JSON that is meant, and tokens that open nothing.
async fn broken(
    connection: &mut Connection,
    planter: &mut Planter,
    path: &str,
    token: &str,
) -> anyhow::Result<()> {
    let answers = format!("{path}/answers");
    let bearer = format!("Bearer {token}");
    let bodies = [
        format!("{{\"revision\": 0, \"answers\": {{\"a\": \"{}", planter.text("broken JSON")),
        format!("{{\"revision\": \"{}\"}}", planter.text("JSON of a wrong type")),
        format!("[\"{}\"]", planter.text("JSON that is a list")),
        format!("{{\"{}\": 1}}", planter.text("key of a JSON object")),
    ];
    for body in bodies {
        let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
        let refused =
            connection.request(Method::POST, &answers, &headers, body.into_bytes()).await?;
        ensure!(refused.status.is_client_error(), "broken JSON got {}", refused.status);
    }
    let wrong = planter.text("token of nobody");
    let refused = connection.call(Method::GET, path, Some(&wrong), None).await?;
    ensure!(refused.status == 401, "a wrong token got {}", refused.status);
    let start = json!({ "interview": planter.text("name of an interview in JSON") });
    connection.call(Method::POST, "/api/v1/sessions", None, Some(&start)).await?;
    Ok(())
}
