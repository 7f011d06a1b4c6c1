//! A provider of our own, on this machine, that says what a test wants.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use openidconnect::PrivateSigningKey as _;
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

pub(super) const NOW: i64 = 1_795_000_000;

/// A status with which it says nothing.
pub(super) const SILENT: &str = "";

/// What it says.
struct Says {
    description: Value,
    /// What it answers the code with, and who asks for the person.
    token: (String, String),
    user: (String, String),
    /// The requests, whole.
    asked: Vec<String>,
}

/// The provider.
pub(super) struct Stage {
    pub(super) issuer: String,
    says: Arc<Mutex<Says>>,
}

impl Stage {
    pub(super) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let description = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/in"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
        });
        let says = Says {
            description,
            token: ("200 OK".to_owned(), String::new()),
            user: ("200 OK".to_owned(), String::new()),
            asked: Vec::new(),
        };
        let says = Arc::new(Mutex::new(says));
        let shared = Arc::clone(&says);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { issuer, says }
    }

    /// Answers the code with this.
    pub(super) fn answers(&self, status: &str, body: &str) {
        self.says.lock().unwrap().token = (status.to_owned(), body.to_owned());
    }

    /// Tells this of the person.
    pub(super) fn tells(&self, status: &str, body: &str) {
        self.says.lock().unwrap().user = (status.to_owned(), body.to_owned());
    }

    /// Answers the code with a token.
    pub(super) fn gives(&self, token: &str) {
        let body = json!({ "access_token": "a", "token_type": "Bearer", "id_token": token });
        self.answers("200 OK", &body.to_string());
    }

    /// Describes itself otherwise.
    pub(super) fn says(&self, name: &str, value: &Value) {
        self.says.lock().unwrap().description[name] = value.clone();
    }

    /// How often it was asked for a path.
    pub(super) fn asked(&self, path: &str) -> usize {
        self.requests(path).len()
    }

    /// What it was asked at a path.
    pub(super) fn requests(&self, path: &str) -> Vec<String> {
        let says = self.says.lock().unwrap();
        says.asked.iter().filter(|it| it.split(' ').nth(1) == Some(path)).cloned().collect()
    }
}

async fn serve(mut stream: TcpStream, says: Arc<Mutex<Says>>) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    // Requests are short, and their bodies come with them or right behind.
    while !is_whole(&request) {
        match stream.read(&mut buffer).await {
            Ok(read) if read > 0 => request.extend_from_slice(&buffer[..read]),
            _ => return,
        }
    }
    let text = String::from_utf8_lossy(&request).into_owned();
    let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
    let (status, body) = {
        let mut says = says.lock().unwrap();
        says.asked.push(text);
        match path.as_str() {
            "/token" => says.token.clone(),
            "/user" => says.user.clone(),
            "/keys" => ("200 OK".to_owned(), keys().to_string()),
            _ => ("200 OK".to_owned(), says.description.to_string()),
        }
    };
    if status == SILENT {
        // It holds the line until whoever asked lets go.
        while stream.read(&mut buffer).await.is_ok_and(|it| it > 0) {}
        return;
    }
    let kind = if body.starts_with('<') { "text/html" } else { "application/json" };
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(body.as_bytes()).await;
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|it| it.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |it| it.parse().unwrap())
}

/// The provider's key, or another.
fn key(seed: u8) -> CoreEdDsaPrivateSigningKey {
    let mut der = vec![0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    der.extend([seed; 32]);
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(der)
    );
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, None).unwrap()
}

fn keys() -> Value {
    json!({ "keys": [serde_json::to_value(key(7).as_verification_key()).unwrap()] })
}

/// What a token says when nothing is wrong with it.
pub(super) fn claims(issuer: &str) -> Value {
    json!({
        "iss": issuer, "sub": "7", "aud": "affiant", "nonce": "n",
        "exp": NOW + 300, "iat": NOW, "email": "ada@example.com",
    })
}

/// A token; signed by the provider's key, or by another's.
pub(super) fn token(claims: &Value, algorithm: &str, rightly: bool) -> String {
    let part = |it: &Value| URL_SAFE_NO_PAD.encode(it.to_string());
    let signed = format!("{}.{}", part(&json!({ "alg": algorithm })), part(claims));
    if algorithm == "none" {
        return format!("{signed}.");
    }
    let key = key(if rightly { 7 } else { 8 });
    let signature = key.sign(&CoreJwsSigningAlgorithm::EdDsa, signed.as_bytes()).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}
