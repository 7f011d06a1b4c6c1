//! Pages as browsers ask for them, with what browsers, people and attackers send.

use anyhow::Context as _;

use crate::visitor::{SAME, Visitor, hidden};

const INTERVIEW: &str = "metadata:
  title: Three things
---
mandatory: true
question: That is {{ first }} and {{ second }}
---
question: First?
fields:
  - First: first
    maxlength: 20
---
question: Second?
fields:
  - Second: second
";

#[tokio::test]
async fn an_answer_leads_on_by_303_and_a_wrong_one_keeps_what_was_typed() -> anyhow::Result<()> {
    let mut visitor = Visitor::begin("three", INTERVIEW).await?;
    let refused = visitor.answer(0, "first=this-is-far-too-long-for-it").await?;
    assert_eq!(refused.status, 422);
    let page = refused.text();
    assert!(page.contains("<title>Error: First?"), "{page}");
    assert!(page.contains("this-is-far-too-long-for-it"));
    assert!(page.contains("First must be 20 characters or fewer"));
    let taken = visitor.answer(0, "first=one").await?;
    assert_eq!((taken.status.as_u16(), taken.header("location")), (303, Some("/i/three/1")));
    Ok(())
}

#[tokio::test]
async fn every_page_forbids_caching_framing_and_foreign_scripts() -> anyhow::Result<()> {
    let mut visitor = Visitor::begin("three", INTERVIEW).await?;
    for path in ["/", "/i/three", "/i/three/0", "/privacy", "/nothing", "/api/v1/interviews"] {
        let page = visitor.get(path).await?;
        assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"), "{path}");
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"), "{path}");
        let policy = page.header("content-security-policy").unwrap_or("");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe"), "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn a_form_of_another_site_changes_nothing() -> anyhow::Result<()> {
    let mut visitor = Visitor::begin("three", INTERVIEW).await?;
    let page = visitor.get("/i/three/0").await?.text();
    let cookie = visitor.cookie.clone();
    let body = format!("{}&first=one", hidden(&page));
    let foreign: [&[(&str, &str)]; 4] = [
        &[("sec-fetch-site", "cross-site"), ("cookie", &cookie)],
        &[("sec-fetch-site", "same-site"), ("cookie", &cookie)],
        &[("origin", "https://elsewhere.example"), ("cookie", &cookie)],
        &[("cookie", &cookie)],
    ];
    for headers in foreign {
        let refused = visitor.connection.post("/i/three/0", headers, body.clone()).await?;
        assert_eq!(refused.status, 403, "{headers:?}");
    }
    let without_code = visitor.send(0, "_revision=0", "first=one").await?;
    assert_eq!(without_code.status, 403);
    let start = visitor.connection.post("/i/three/sessions", &[], String::new()).await?;
    assert_eq!(start.status, 403);
    assert_eq!(visitor.get("/i/three/1").await?.header("location"), Some("/i/three/0"));
    Ok(())
}

#[tokio::test]
async fn unknown_and_repeated_fields_are_refused_and_missing_ones_asked_for() -> anyhow::Result<()>
{
    let mut visitor = Visitor::begin("three", INTERVIEW).await?;
    for body in ["first=one&second=two", "first=one&admin=true", "first=one&first=two"] {
        let refused = visitor.answer(0, body).await?;
        assert_eq!(refused.status, 400, "{body}");
    }
    let missing = visitor.answer(0, "").await?;
    assert_eq!(missing.status, 422);
    assert!(missing.text().contains("Enter first"));
    let large = visitor.answer(0, &format!("first={}", "x".repeat(2 << 20))).await?;
    assert_eq!(large.status, 413);
    assert_eq!(visitor.get("/i/three/1").await?.header("location"), Some("/i/three/0"));
    Ok(())
}

#[tokio::test]
async fn two_tabs_get_a_choice_and_a_double_click_has_one_effect() -> anyhow::Result<()> {
    let mut visitor = Visitor::begin("three", INTERVIEW).await?;
    let old = hidden(&visitor.get("/i/three/0").await?.text());
    assert_eq!(visitor.send(0, &old, "first=one").await?.status, 303);
    let again = visitor.send(0, &old, "first=one").await?;
    assert_eq!((again.status.as_u16(), again.header("location")), (303, Some("/i/three/1")));
    let other = visitor.send(0, &old, "first=other").await?;
    assert_eq!(other.status, 409);
    let page = other.text();
    assert!(page.contains("in another tab") && page.contains("other"), "{page}");
    let chosen = visitor.send(0, &hidden(&page), "first=other").await?;
    assert_eq!(chosen.status, 303);
    assert!(visitor.get("/i/three/0").await?.text().contains("value=\"other\""));
    Ok(())
}

#[tokio::test]
async fn going_back_shows_the_answer_and_another_one_keeps_the_later_as_suggestion()
-> anyhow::Result<()> {
    let mut visitor = Visitor::begin("three", INTERVIEW).await?;
    visitor.answer(0, "first=one").await?;
    visitor.answer(1, "second=two").await?;
    let back = visitor.get("/i/three/0").await?.text();
    assert!(back.contains("value=\"one\"") && back.contains("Forward"), "{back}");
    assert_eq!(visitor.answer(0, "first=changed").await?.status, 303);
    assert!(visitor.get("/i/three/1").await?.text().contains("value=\"two\""));
    assert_eq!(visitor.get("/i/three/2").await?.header("location"), Some("/i/three/1"));
    visitor.answer(1, "second=two").await?;
    assert!(visitor.get("/i/three/2").await?.text().contains("That is changed and two"));
    Ok(())
}

#[tokio::test]
async fn only_the_cookie_of_the_session_opens_it() -> anyhow::Result<()> {
    let mut visitor = Visitor::begin("three", INTERVIEW).await?;
    visitor.answer(0, "first=one").await?;
    let own = visitor.cookie.clone();
    let garbage =
        ["", "__Host-s-three=", "__Host-s-three=%00", "__Host-s-three=AAAA", "__Host-s-other=AAAA"];
    for cookie in garbage {
        cookie.clone_into(&mut visitor.cookie);
        let page = visitor.get("/i/three/1").await?;
        assert_eq!(page.status, 404, "{cookie}");
    }
    let mut altered = own.clone();
    let other = if altered[20..].starts_with('A') { "B" } else { "A" };
    altered.replace_range(20..21, other);
    visitor.cookie = altered;
    assert_eq!(visitor.get("/i/three/1").await?.status, 404);
    visitor.cookie = own;
    assert_eq!(visitor.get("/i/three/1").await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_return_code_opens_the_session_elsewhere_and_deleting_ends_it() -> anyhow::Result<()> {
    let mut visitor = Visitor::begin("three", INTERVIEW).await?;
    visitor.answer(0, "first=one").await?;
    let page = visitor.get("/i/three/1").await?.text();
    let headers = [SAME, ("cookie", visitor.cookie.as_str())];
    let saved = visitor.connection.post("/i/three/save", &headers, hidden(&page)).await?.text();
    let code = saved.split("class=\"code\">").nth(1).and_then(|it| it.split('<').next());
    let code = code.context("no code")?.trim().to_lowercase().replace('-', " ");
    let wrong = visitor.connection.post("/i/three/resume", &[SAME], "code=ABCD".to_owned()).await?;
    assert_eq!(wrong.status, 422);
    let body = format!("code={}", code.replace(' ', "+"));
    let resumed = visitor.connection.post("/i/three/resume", &[SAME], body.clone()).await?;
    assert_eq!(resumed.status, 303);
    assert_eq!(visitor.get("/i/three/1").await?.status, 404, "the old browser has no way in");
    let cookie = resumed.header("set-cookie").and_then(|it| it.split(';').next()).unwrap_or("");
    visitor.cookie = cookie.to_owned();
    let page = visitor.get("/i/three/1").await?.text();
    assert!(page.contains("Second?"));
    let headers = [SAME, ("cookie", visitor.cookie.as_str())];
    let deleted = visitor.connection.post("/i/three/delete", &headers, hidden(&page)).await?;
    assert!(deleted.text().contains("Your answers are deleted"));
    assert_eq!(visitor.get("/i/three/1").await?.status, 404);
    let gone = visitor.connection.post("/i/three/resume", &[SAME], body).await?;
    assert_eq!(gone.status, 422, "a return code opens nothing either");
    Ok(())
}

#[tokio::test]
async fn odd_addresses_and_methods_get_plain_answers() -> anyhow::Result<()> {
    let mut visitor = Visitor::begin("three", INTERVIEW).await?;
    let odd = [
        "/i/nothing",
        "/i/three/x",
        "/i/three/-1",
        "/i/three/99999999999",
        "/i/..%2f..%2fetc",
        "/assets/..%2fapp.css",
        "/i/three/0/document/0.exe",
        "/i/three/0/file/zz",
    ];
    for path in odd {
        assert_eq!(visitor.get(path).await?.status, 404, "{path}");
    }
    let headers = [SAME, ("cookie", visitor.cookie.as_str())];
    let posted = visitor.connection.post("/privacy", &headers, String::new()).await?;
    assert_eq!(posted.status, 405);
    Ok(())
}

#[tokio::test]
async fn the_api_drives_an_interview_and_says_what_it_takes() -> anyhow::Result<()> {
    let mut visitor = Visitor::begin("three", INTERVIEW).await?;
    let described = visitor.get("/api/v1/openapi.json").await?.expect(200)?;
    for path in [
        "/api/v1/interviews",
        "/api/v1/sessions",
        "/api/v1/sessions/{id}/answers",
        "/api/v1/sessions/{id}/back",
    ] {
        assert!(described["paths"].get(path).is_some(), "{path}");
    }
    let mut session =
        affiant_tests::client::Session::start(&mut visitor.connection, "three").await?;
    let stale = session.clone();
    session.answer(&mut visitor.connection, &serde_json::json!({"first": "one"})).await?;
    assert_eq!(session.screen["fields"][0]["name"], "second");
    assert!(session.screen["why"][0]["line"].as_u64().is_some_and(|it| it > 0));
    let mut late = stale.clone();
    let refused = late.answer(&mut visitor.connection, &serde_json::json!({"first": "x"})).await;
    assert!(refused.is_err_and(|it| it.to_string().contains("409")));
    let unknown =
        session.clone().answer(&mut visitor.connection, &serde_json::json!({"nope": 1})).await;
    assert!(unknown.is_err_and(|it| it.to_string().contains("422")));
    Ok(())
}
