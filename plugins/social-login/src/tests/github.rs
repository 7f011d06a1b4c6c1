//! A provider that speaks OAuth 2 alone, as GitHub does: honest, and lying in one way after another.

use std::time::Duration;

use affiant_backend::{Identity, IdentityAnswer, IdentityError, IdentityQuestion};
use serde_json::{Value, json};

use super::stage::{NOW, SILENT, Stage};
use super::why;
use crate::client::{Client, LARGEST};
use crate::oauth::OAuth;
use crate::preset::{Endpoints, Preset, Speaks, preset};
use crate::provider::Registered;

const BACK: &str = "https://site.example/account/provider/github/back";
const VERIFIER: &str = "a-verifier-of-more-than-forty-three-characters-in-all";
const GITHUB: &str = "https://github.com";

/// GitHub as its preset describes it, but on the stage.
fn github(stage: &Stage, whole: Duration) -> OAuth {
    let Preset { speaks: Speaks::OAuth2(known), scopes, .. } = preset("github").unwrap() else {
        panic!("GitHub speaks OAuth 2")
    };
    let at = |path: &str| format!("{}{path}", stage.issuer);
    let endpoints =
        Endpoints { authorize: at("/in"), token: at("/token"), user: at("/user"), ..known };
    let (id, secret) = ("affiant".to_owned(), Some("shared".to_owned()));
    let client = Client::new(true, whole).unwrap();
    OAuth::new(GITHUB.to_owned(), endpoints, Registered { id, secret, scopes }, client)
}

/// A stage on which all is well: the person is 7.
async fn honest() -> Stage {
    let stage = Stage::new().await;
    stage.answers("200 OK", r#"{"access_token":"a","token_type":"bearer","scope":""}"#);
    stage.tells("200 OK", r#"{"id":7,"login":"ada","name":"Ada","email":null}"#);
    stage
}

async fn identify(stage: &Stage, issuer: Option<&str>) -> Result<Identity, IdentityError> {
    let answer = IdentityAnswer {
        code: "c",
        issuer,
        back: BACK,
        nonce: "n",
        verifier: VERIFIER,
        since: None,
        now: NOW,
    };
    github(stage, Duration::from_secs(10)).identify(&answer).await
}

#[tokio::test]
async fn a_person_is_the_number_that_github_never_gives_to_another() {
    let stage = honest().await;
    let it = identify(&stage, None).await.unwrap();
    assert_eq!((it.issuer.as_str(), it.subject.as_str()), (GITHUB, "7"));
    assert_eq!((it.name.as_deref(), it.email), (Some("ada"), None));
    let redeemed = stage.requests("/token").concat();
    for part in ["code=c", "client_id=affiant", "client_secret=shared", "code_verifier=a-verifier"]
    {
        assert!(redeemed.contains(part), "{redeemed}");
    }
    let asked = stage.requests("/user").concat().to_lowercase();
    assert!(asked.contains("authorization: bearer a\r\n"), "{asked}");
    assert!(asked.contains("user-agent: affiant\r\n"), "GitHub answers nobody without one");
}

#[tokio::test]
async fn the_address_asks_for_a_code_with_all_that_binds_it() {
    let stage = honest().await;
    let provider = github(&stage, Duration::from_secs(10));
    let question = IdentityQuestion {
        back: BACK,
        state: "s",
        nonce: "n",
        verifier: VERIFIER,
        again: true,
        now: NOW,
    };
    let address = provider.ask(&question).unwrap();
    for part in ["/in?", "response_type=code", "client_id=affiant", "state=s", "code_challenge="] {
        assert!(address.contains(part), "{address}");
    }
    assert!(!address.contains(VERIFIER) && !address.contains("shared"), "{address}");
    assert!(!address.contains("scope="), "nothing is asked for but who it is: {address}");
}

#[tokio::test]
async fn whoever_answers_the_code_with_no_token_lets_nobody_in() {
    let endless = "x".repeat(LARGEST + 1);
    let cases = [
        // GitHub refuses a code that was used, or is another's, with the status of a success.
        ("200 OK", r#"{"error":"bad_verification_code","error_description":"used"}"#),
        ("400 Bad Request", r#"{"error":"invalid_grant"}"#),
        ("404 Not Found", "<!doctype html><title>Not here</title>"),
        ("200 OK", "<!doctype html><title>Sign in first</title>"),
        ("200 OK", "access_token=a&token_type=bearer"),
        ("200 OK", r#"{"access_token":7,"token_type":"bearer"}"#),
        ("200 OK", ""),
        ("200 OK", endless.as_str()),
        ("302 Found\r\nlocation: http://127.0.0.1:1/", ""),
        ("503 Service Unavailable", "{}"),
    ];
    for (status, body) in cases {
        let stage = honest().await;
        stage.answers(status, body);
        assert!(identify(&stage, None).await.is_err(), "{status}");
        assert_eq!(stage.asked("/token"), 1, "a code is shown once: {status}");
        assert_eq!(stage.asked("/user"), 0, "{status}");
    }
}

#[tokio::test]
async fn whoever_tells_no_name_that_lasts_lets_nobody_in() {
    let nameless: [Value; 8] = [
        json!({ "login": "ada" }),
        json!({ "id": null, "login": "ada" }),
        json!({ "id": "" }),
        json!({ "id": true }),
        json!({ "id": { "id": 7 } }),
        json!({ "id": [7] }),
        json!([{ "id": 7 }]),
        json!("7"),
    ];
    for told in nameless {
        let stage = honest().await;
        stage.tells("200 OK", &told.to_string());
        let error = identify(&stage, None).await.err().expect("refused");
        assert!(matches!(error, IdentityError::Refused(_)), "{told}: {}", why(&error));
    }
    let endless = format!("{{\"id\":7,\"bio\":\"{}\"}}", "x".repeat(LARGEST));
    let cases = [
        ("200 OK", "<!doctype html><title>Ada</title>"),
        ("200 OK", r#"{"id":7"#),
        ("200 OK", endless.as_str()),
        ("401 Unauthorized", r#"{"message":"Bad credentials","id":7}"#),
        ("302 Found\r\nlocation: http://127.0.0.1:1/user", r#"{"id":7}"#),
        ("500 Internal Server Error", r#"{"id":7}"#),
    ];
    for (status, body) in cases {
        let stage = honest().await;
        stage.tells(status, body);
        let error = identify(&stage, None).await.err().expect("nobody");
        assert!(!why(&error).contains("Ada") && !why(&error).contains("Bad"), "{}", why(&error));
        assert_eq!(stage.asked("/user"), 1, "{status}");
    }
}

#[tokio::test]
async fn another_provider_that_answers_in_its_place_is_refused() {
    let stage = honest().await;
    assert!(identify(&stage, Some(GITHUB)).await.is_ok());
    let error = identify(&stage, Some("https://other.example")).await.err().unwrap();
    assert!(why(&error).contains("another provider answered"), "{}", why(&error));
    assert_eq!(stage.asked("/token"), 1, "the other one's code is shown to nobody");
}

#[tokio::test]
async fn one_that_never_answers_is_waited_for_no_longer_than_the_bound() {
    for path in ["/token", "/user"] {
        let stage = honest().await;
        match path {
            "/token" => stage.answers(SILENT, ""),
            _ => stage.tells(SILENT, ""),
        }
        let answer = IdentityAnswer {
            code: "c",
            issuer: None,
            back: BACK,
            nonce: "n",
            verifier: VERIFIER,
            since: None,
            now: NOW,
        };
        let provider = github(&stage, Duration::from_millis(300));
        let error = provider.identify(&answer).await.err().expect("no answer");
        assert!(matches!(error, IdentityError::Unavailable(_)), "{path}: {}", why(&error));
        assert_eq!(stage.asked(path), 1, "{path}");
    }
}
