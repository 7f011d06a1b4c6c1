//! Providers that lie, each in one way: none of them lets anybody in.

mod github;
mod stage;

use affiant_backend::{IdentityAnswer, IdentityError, IdentityProvider as _, IdentityQuestion};
use serde_json::json;

use crate::client::LARGEST;
use crate::{MANIFEST, Options, OptionsError, Provider};
use stage::{NOW, Stage, claims, token};

const BACK: &str = "https://site.example/account/provider/lamp/back";

fn options(issuer: &str) -> Options {
    Options {
        id: "lamp".to_owned(),
        preset: "oidc".to_owned(),
        name: None,
        run_by: None,
        issuer: Some(issuer.to_owned()),
        client_id: "affiant".to_owned(),
        client_secret: Some("shared".to_owned()),
        plain_here: true,
    }
}

fn answer(issuer: Option<&'static str>) -> IdentityAnswer<'static> {
    let verifier = "a-verifier-of-more-than-forty-three-characters-in-all";
    IdentityAnswer { code: "c", issuer, back: BACK, nonce: "n", verifier, since: None, now: NOW }
}

/// What comes of a provider that answers the code with this token.
async fn of(token: String) -> Result<String, IdentityError> {
    let stage = Stage::new().await;
    stage.gives(&token);
    let provider = Provider::new(options(&stage.issuer)).unwrap();
    provider.identify(&answer(None)).await.map(|it| it.subject)
}

fn why(error: &IdentityError) -> String {
    let cause = std::error::Error::source(error).unwrap();
    format!("{error}: {cause}")
}

#[tokio::test]
async fn the_address_asks_for_a_code_with_all_that_binds_it() {
    let stage = Stage::new().await;
    let provider = Provider::new(options(&stage.issuer)).unwrap();
    let verifier = answer(None).verifier;
    let question =
        IdentityQuestion { back: BACK, state: "s", nonce: "n", verifier, again: false, now: NOW };
    let address = provider.ask(&question).await.unwrap();
    for part in ["response_type=code", "client_id=affiant", "state=s", "nonce=n"] {
        assert!(address.contains(part), "{address}");
    }
    assert!(address.contains("code_challenge_method=S256"), "{address}");
    assert!(!address.contains(verifier) && !address.contains("shared"), "{address}");
}

#[tokio::test]
async fn what_a_provider_signed_for_us_is_believed() {
    let stage = Stage::new().await;
    stage.gives(&token(&claims(&stage.issuer), "EdDSA", true));
    let provider = Provider::new(options(&stage.issuer)).unwrap();
    let it = provider.identify(&answer(None)).await.unwrap();
    assert_eq!((it.issuer.as_str(), it.subject.as_str()), (stage.issuer.as_str(), "7"));
}

#[tokio::test]
async fn a_token_that_is_not_for_us_now_is_refused() {
    let wrong = [
        ("iss", json!("https://other.example"), "the issuer in the token"),
        ("aud", json!("other"), "for another client"),
        ("aud", json!(["affiant", "other"]), "for another client"),
        ("azp", json!("other"), "for another client"),
        ("nonce", json!("m"), "does not answer our question"),
        ("exp", json!(NOW - 61), "is over"),
        ("iat", json!(NOW + 61), "is over, or from the future"),
        ("sub", json!(""), "no name there"),
        ("sub", json!("7".repeat(256)), "no name there"),
    ];
    for (name, value, expected) in wrong {
        let stage = Stage::new().await;
        let mut claims = claims(&stage.issuer);
        claims[name] = value.clone();
        stage.gives(&token(&claims, "EdDSA", true));
        let provider = Provider::new(options(&stage.issuer)).unwrap();
        let error = provider.identify(&answer(None)).await.err().expect(name);
        assert!(matches!(error, IdentityError::Refused(_)), "{name}: {value}");
        assert!(why(&error).contains(expected), "{name}: {value}: {}", why(&error));
    }
}

#[tokio::test]
async fn a_clock_that_is_far_off_or_tells_no_time_lets_nobody_in() {
    let day = 86_400;
    let wrong = [
        ("exp", json!(NOW - day)),
        ("exp", json!(0)),
        ("exp", json!(-1)),
        ("exp", json!("soon")),
        ("exp", json!(null)),
        ("iat", json!(NOW + day)),
        ("iat", json!(i64::MAX)),
        ("iat", json!(9e99)),
        ("iat", json!(null)),
    ];
    for (name, value) in wrong {
        let stage = Stage::new().await;
        let mut claims = claims(&stage.issuer);
        claims[name] = value.clone();
        stage.gives(&token(&claims, "EdDSA", true));
        let provider = Provider::new(options(&stage.issuer)).unwrap();
        let error = provider.identify(&answer(None)).await.err().expect(name);
        assert!(matches!(error, IdentityError::Refused(_)), "{name}: {value}");
    }
}

#[tokio::test]
async fn whoever_is_to_show_anew_who_they_are_is_not_let_in_from_before() {
    let stage = Stage::new().await;
    let provider = Provider::new(options(&stage.issuer)).unwrap();
    let verifier = answer(None).verifier;
    let question =
        IdentityQuestion { back: BACK, state: "s", nonce: "n", verifier, again: true, now: NOW };
    let address = provider.ask(&question).await.unwrap();
    assert!(address.contains("max_age=0"), "{address}");
    // Not every provider tells when; this is how fresh its word is then.
    let cases = [(json!(NOW - 3_600), false), (json!(NOW - 5), true), (json!(null), true)];
    for (shown, is_believed) in cases {
        let mut claims = claims(&stage.issuer);
        claims["auth_time"] = shown.clone();
        stage.gives(&token(&claims, "EdDSA", true));
        let asked = IdentityAnswer { since: Some(NOW - 10), ..answer(None) };
        assert_eq!(provider.identify(&asked).await.is_ok(), is_believed, "{shown}");
        assert!(provider.identify(&answer(None)).await.is_ok(), "nobody asked for more");
    }
}

#[tokio::test]
async fn a_token_that_the_provider_did_not_sign_is_refused() {
    let stage = Stage::new().await;
    let claims = claims(&stage.issuer);
    let forged = [
        token(&claims, "none", false),
        token(&claims, "EdDSA", false),
        token(&claims, "HS256", false),
        "no.token".to_owned(),
        String::new(),
    ];
    for token in forged {
        let error = of(token.clone()).await.expect_err("refused");
        assert!(matches!(error, IdentityError::Refused(_)), "{token}");
    }
}

#[tokio::test]
async fn another_provider_that_answers_in_its_place_is_refused() {
    let stage = Stage::new().await;
    stage.gives(&token(&claims(&stage.issuer), "EdDSA", true));
    let provider = Provider::new(options(&stage.issuer)).unwrap();
    let error = provider.identify(&answer(Some("https://other.example"))).await.err().unwrap();
    assert!(why(&error).contains("another provider answered"), "{}", why(&error));
    stage.says("authorization_response_iss_parameter_supported", &json!(true));
    let provider = Provider::new(options(&stage.issuer)).unwrap();
    let error = provider.identify(&answer(None)).await.err().unwrap();
    assert!(why(&error).contains("did not"), "{}", why(&error));
}

#[tokio::test]
async fn a_description_that_leads_elsewhere_is_refused() {
    for (name, value) in [
        ("issuer", "https://other.example"),
        ("authorization_endpoint", "http://other.example/in"),
        ("token_endpoint", "http://other.example/token"),
        ("jwks_uri", "http://other.example/keys"),
    ] {
        let stage = Stage::new().await;
        stage.says(name, &json!(value));
        let provider = Provider::new(options(&stage.issuer)).unwrap();
        let error = provider.identify(&answer(None)).await.err().expect(name);
        assert!(matches!(error, IdentityError::Refused(_)), "{name}: {}", why(&error));
    }
}

#[tokio::test]
async fn a_used_code_a_redirect_and_an_endless_answer_let_nobody_in() {
    let endless = "x".repeat(LARGEST + 1);
    for (status, body) in [
        ("400 Bad Request", r#"{"error":"invalid_grant"}"#),
        ("302 Found\r\nlocation: http://127.0.0.1:1/", ""),
        ("200 OK", endless.as_str()),
        ("200 OK", "{"),
        ("500 Internal Server Error", "no"),
    ] {
        let stage = Stage::new().await;
        stage.answers(status, body);
        let provider = Provider::new(options(&stage.issuer)).unwrap();
        assert!(provider.identify(&answer(None)).await.is_err(), "{status}");
        assert_eq!(stage.asked("/token"), 1, "{status}");
    }
}

#[test]
fn what_is_configured_wrongly_is_told() {
    let wrong = |it: Options| Provider::new(it).err().expect("refused");
    let base = || options("https://sso.example");
    assert!(matches!(
        wrong(Options { preset: "x".to_owned(), ..base() }),
        OptionsError::Preset(..)
    ));
    assert!(matches!(wrong(Options { issuer: None, ..base() }), OptionsError::NoIssuer(..)));
    let google = Options { preset: "google".to_owned(), ..base() };
    assert!(matches!(wrong(google), OptionsError::OwnIssuer(_)));
    assert!(matches!(wrong(options("http://sso.example")), OptionsError::Issuer(_)));
    let here = Options { plain_here: false, ..options("http://127.0.0.1:9") };
    assert!(matches!(wrong(here), OptionsError::Issuer(_)));
    let nobody = Options { client_id: " ".to_owned(), ..base() };
    assert!(matches!(wrong(nobody), OptionsError::NoClient));
    for preset in ["google", "github"] {
        let preset = preset.to_owned();
        assert!(Provider::new(Options { preset, issuer: None, ..base() }).is_ok());
    }
    assert!(MANIFEST.contains("kind = \"auth\""));
}
