//! What programs do with a key of the API that people do on pages.

use affiant_tests::client::Connection;
use affiant_tests::house::{House, PAPERS};
use hyper::Method;
use serde_json::{Value, json};

const PASSWORD: &str = "seven lamps on a wet quay";

#[tokio::test]
async fn a_file_comes_back_by_the_api_to_whoever_reads_the_session() -> anyhow::Result<()> {
    let house = House::of_strangers()?;
    fs_err::write(house.path().join("interviews/papers.yml"), PAPERS)?;
    let server = house.serve("data")?;
    let at = server.address;
    let (mut ada, mut eve) = (house.person(0), house.person(1));
    ada.register(at, PASSWORD).await?;
    eve.register(at, PASSWORD).await?;
    let begun = ada.submit(at, "/i/papers", "/i/papers/sessions", &[]).await?;
    let page = affiant_tests::person::location(&begun)?;
    let sent = ada.upload(at, &page, "paper", "the rent is late").await?;
    assert_eq!(sent.status, 303, "{}", sent.text());

    let reads = ada.api_key(at, PASSWORD, &["sessions:list", "sessions:read"]).await?;
    let lists = ada.api_key(at, PASSWORD, &["sessions:list"]).await?;
    let strange = eve.api_key(at, PASSWORD, &["sessions:list", "sessions:read"]).await?;
    let mut program = Connection::open(at).await?;
    let path = "/api/v1/account/sessions";
    let all = program.call(Method::GET, path, Some(&reads), None).await?.expect(200)?;
    let session = all["sessions"][0]["session"].as_str().unwrap_or_default().to_owned();
    let path = format!("/api/v1/sessions/{session}/files");
    let files = program.call(Method::GET, &path, Some(&reads), None).await?.expect(200)?;
    assert_eq!(files["files"].as_array().map(Vec::len), Some(1));
    assert_eq!(files["files"][0]["name"], "paper.txt");
    let file = files["files"][0]["file"].as_str().unwrap_or_default();
    let one = format!("{path}/{file}");
    let kept = program.call(Method::GET, &one, Some(&reads), None).await?;
    assert_eq!((kept.status.as_u16(), kept.text().as_str()), (200, "the rent is late"));
    assert_eq!(kept.header("content-type"), Some("application/octet-stream"), "nothing runs it");

    for (key, status) in [(Some(&lists), 403), (Some(&strange), 404), (None, 401)] {
        for path in [&path, &one] {
            let refused = program.call(Method::GET, path, key.map(String::as_str), None).await?;
            assert_eq!(refused.status, status, "{path}");
        }
    }
    let none = format!("{path}/{}", "0".repeat(32));
    assert_eq!(program.call(Method::GET, &none, Some(&reads), None).await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn a_program_deletes_the_account_only_with_a_key_that_is_for_it() -> anyhow::Result<()> {
    let house = House::of_strangers()?;
    let server = house.serve("data")?;
    let at = server.address;
    let mut ada = house.person(0);
    ada.register(at, PASSWORD).await?;
    ada.answer(at, "spring").await?;
    let other = ada.api_key(at, PASSWORD, &["profile:read", "sessions:delete", "export"]).await?;
    let key = ada.api_key(at, PASSWORD, &["account:delete"]).await?;
    let mut program = Connection::open(at).await?;
    let path = "/api/v1/account";
    let refused = program.call(Method::DELETE, path, Some(&other), None).await?;
    assert_eq!(refused.status, 403);
    assert!(ada.sign_in(at, PASSWORD).await?);
    let gone = program.call(Method::DELETE, path, Some(&key), None).await?.expect(200)?;
    assert_eq!((&gone["sessions"], &gone["files"]), (&json!(1), &json!(0)));
    assert!(gone["receipt"].as_str().is_some_and(|it| it.len() == 22), "{gone}");
    assert!(!ada.sign_in(at, PASSWORD).await?);
    for key in [&key, &other] {
        let refused = program.call(Method::DELETE, path, Some(key), None).await?;
        assert_eq!(refused.status, 401);
    }
    let none: Option<&Value> = None;
    assert_eq!(program.call(Method::DELETE, path, None, none).await?.status, 401);
    Ok(())
}
