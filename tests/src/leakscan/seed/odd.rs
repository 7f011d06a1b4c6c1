//! Requests that no page of ours sends.

use anyhow::ensure;
use hyper::Method;

use crate::client::Connection;
use crate::leakscan::canary::Planter;

/// Sends canaries in addresses, queries, headers, cookies and bodies that nobody asked for.
pub(crate) async fn requests(
    connection: &mut Connection,
    planter: &mut Planter,
) -> anyhow::Result<()> {
    let paths = [
        format!("/{}", planter.text("address")),
        format!("/i/{}", planter.text("name of an interview")),
        format!("/i/everything/{}", planter.text("number of a step")),
        format!("/i/everything/0?{}={}", planter.text("name in a query"), planter.text("query")),
        format!("/i/everything/0/file/{}", planter.text("id of a file")),
        format!("/i/everything/0/document/0.{}", planter.text("ending of a document")),
        format!("/assets/{}", planter.text("name of an asset")),
        format!("/admin/first/{}", planter.text("link of an administrator")),
        format!("/api/v1/{}", planter.text("address of the API")),
        format!("/api/v1/sessions/{}", planter.text("id of a session")),
    ];
    for path in &paths {
        connection.request(Method::GET, path, &[], Vec::new()).await?;
        connection.request(Method::PUT, path, &[], Vec::new()).await?;
    }
    let cookie = format!("__Host-s-everything={}", planter.text("cookie"));
    let other = format!("{}={}", planter.text("name of a cookie"), planter.text("cookie"));
    let values = [
        ("cookie", cookie),
        ("cookie", other),
        ("user-agent", planter.text("browser's name")),
        ("referer", format!("https://{}.example/", planter.text("referrer"))),
        ("origin", format!("https://{}.example", planter.text("origin"))),
        ("x-forwarded-for", planter.text("forwarded address")),
        ("forwarded", format!("for={}", planter.text("forwarded address"))),
        ("authorization", format!("Basic {}", planter.text("authorization"))),
        ("accept-language", planter.text("language")),
        ("x-anything", planter.text("header")),
        ("content-type", planter.text("media type")),
    ];
    for (name, value) in &values {
        let headers = [(*name, value.as_str())];
        for path in ["/", "/i/everything/0", "/api/v1/interviews"] {
            connection.request(Method::GET, path, &headers, Vec::new()).await?;
        }
        let body = planter.text("body that nobody asked for").into_bytes();
        let refused = connection.request(Method::POST, "/i/everything/0", &headers, body).await?;
        ensure!(refused.status.is_client_error(), "a foreign form got {}", refused.status);
    }
    Ok(())
}
