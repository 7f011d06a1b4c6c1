//! Servers that speak the protocols of vendors, as strictly as their documentation says, and write
//! down what they hear.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What Google was told to take.
pub const GOOGLE_SECRET: &str = "a secret+of Google's/&=";
/// What Segment was told to take.
pub const SEGMENT_KEY: &str = "key-of-the-source";
/// What Segment was told to delete by.
pub const SEGMENT_TOKEN: &str = "token-of-the-workspace";

/// The hosts of Segment that its plugin speaks to.
pub const SEGMENT_HOSTS: [&str; 4] = [
    "api.segment.io",
    "events.eu1.segmentapis.com",
    "api.segmentapis.com",
    "eu1.api.segmentapis.com",
];

/// The host of the court that the example of a delivery speaks to.
pub const COURT_HOST: &str = "filing.court.example";
/// What the court gave whoever files there.
pub const COURT_TOKEN: &str = "token-of-the-court";

/// What a server of a vendor answers: a status, and a text.
#[derive(Clone, Debug, Default)]
pub struct Said {
    status: u16,
    text: String,
}

impl From<u16> for Said {
    fn from(status: u16) -> Self {
        Self { status, text: String::new() }
    }
}

/// One request, and how it was answered.
#[derive(Clone, Debug)]
pub struct Heard {
    /// What it does, such as `POST`.
    pub method: String,
    /// Whom it was for, with the port if that is no usual one.
    pub host: String,
    /// The path, without the query.
    pub path: String,
    /// The query.
    pub query: BTreeMap<String, String>,
    /// The headers, by names in small letters.
    pub headers: BTreeMap<String, String>,
    /// The body; a text if it is no JSON.
    pub body: Value,
    /// How it was answered.
    pub status: u16,
}

/// A server of a vendor on this machine, which proves to be some hosts.
#[derive(Debug)]
pub struct Vendor {
    /// Where it listens.
    pub port: u16,
    /// Whose word proves that it is these hosts.
    pub authority: CertificateDer<'static>,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Vendor {
    /// Listens; `answers` is the protocol.
    pub async fn listening<S: Into<Said> + 'static>(
        hosts: &[&str],
        answers: fn(&Heard) -> S,
    ) -> anyhow::Result<Self> {
        let (authority, acceptor) = certified(hosts)?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let kept = heard.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, acceptor) = (kept.clone(), acceptor.clone());
                tokio::spawn(async move { serve(stream, acceptor, answers, &kept).await });
            }
        });
        Ok(Self { port, authority, heard })
    }

    /// What it heard since it was asked last, or since it began.
    pub fn heard(&self) -> Vec<Heard> {
        std::mem::take(&mut *self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn certified(hosts: &[&str]) -> anyhow::Result<(CertificateDer<'static>, TlsAcceptor)> {
    let mut params = CertificateParams::new(vec![])?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
    let key = KeyPair::generate()?;
    let names: Vec<String> = hosts.iter().map(|it| (*it).to_owned()).collect();
    let certificate = CertificateParams::new(names)?.signed_by(&key, &authority)?;
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(anyhow::Error::msg)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?;
    Ok((authority.der().clone(), TlsAcceptor::from(Arc::new(config))))
}

async fn serve<S: Into<Said>>(
    stream: TcpStream,
    acceptor: TlsAcceptor,
    answers: fn(&Heard) -> S,
    kept: &Mutex<Vec<Heard>>,
) {
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    let mut heard = loop {
        if let Some(heard) = read(&bytes) {
            break heard;
        }
        match stream.read(&mut part).await {
            Ok(count) if count > 0 => bytes.extend_from_slice(&part[..count]),
            _ => return,
        }
    };
    let Said { status, text } = answers(&heard).into();
    heard.status = status;
    let answer = format!(
        "HTTP/1.1 {status} Said\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len()
    );
    kept.lock().unwrap_or_else(PoisonError::into_inner).push(heard);
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}

/// A request, once all of it is there.
fn read(bytes: &[u8]) -> Option<Heard> {
    let end = bytes.windows(4).position(|it| it == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let first = lines.next()?;
    let headers: BTreeMap<String, String> = lines
        .filter_map(|it| it.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers.get("content-length")?.parse().ok()?;
    let body = bytes[end + 4..].get(..length)?;
    let mut words = first.split(' ');
    let (method, address) = (words.next()?, words.next()?);
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    Some(Heard {
        method: method.to_owned(),
        host: headers.get("host").cloned().unwrap_or_default(),
        path: path.to_owned(),
        query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        body: serde_json::from_slice(body)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(body).into_owned())),
        headers,
        status: 0,
    })
}

fn is_json(heard: &Heard) -> bool {
    let kind = heard.headers.get("content-type");
    heard.method == "POST" && kind.is_some_and(|it| it == "application/json")
}

/// The Measurement Protocol of Google Analytics 4. Google itself takes everything and counts what is
/// well formed; this one says no.
pub fn google(heard: &Heard) -> u16 {
    let query = |name: &str| heard.query.get(name).map(String::as_str);
    if query("api_secret") != Some(GOOGLE_SECRET) {
        return 403;
    }
    let body = &heard.body;
    let events = body["events"].as_array().map_or(&[][..], Vec::as_slice);
    let is_fine = is_json(heard)
        && heard.path == "/mp/collect"
        && query("measurement_id") == Some("G-ABC123")
        && heard.query.len() == 2
        && body["client_id"].as_str().is_some_and(|it| !it.is_empty())
        && body["consent"]["ad_user_data"] == "DENIED"
        && body["consent"]["ad_personalization"] == "DENIED"
        && (1..=25).contains(&events.len())
        && events.iter().all(is_event)
        && body.to_string().len() <= 130_000;
    if is_fine { 204 } else { 400 }
}

/// Names that Google keeps for itself, and what they begin with.
const RESERVED: [&str; 4] = ["session_start", "first_visit", "user_engagement", "screen_view"];
const PREFIXES: [&str; 5] = ["_", "firebase_", "ga_", "google_", "gtag."];

fn is_name(it: &str) -> bool {
    (1..=40).contains(&it.len())
        && it.starts_with(|it: char| it.is_ascii_alphabetic())
        && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
        && !PREFIXES.iter().any(|prefix| it.starts_with(prefix))
}

fn is_event(it: &Value) -> bool {
    let Some(parameters) = it["params"].as_object() else { return false };
    let is_parameter = |name: &str, value: &Value| {
        is_name(name)
            && (value.is_number() || value.as_str().is_some_and(|it| it.chars().count() <= 100))
    };
    let session = parameters.get("session_id").and_then(Value::as_str).unwrap_or_default();
    it["name"].as_str().is_some_and(|it| is_name(it) && !RESERVED.contains(&it))
        && it["timestamp_micros"].as_u64().is_some_and(|it| it > 1_000_000_000_000_000)
        && !session.is_empty()
        && session.bytes().all(|it| it.is_ascii_digit())
        && parameters.contains_key("engagement_time_msec")
        && parameters.len() <= 25
        && parameters.iter().all(|(name, value)| is_parameter(name, value))
}

/// Segment's HTTP tracking API, and the part of its Public API that deletes.
pub fn segment(heard: &Heard) -> u16 {
    let authorization = heard.headers.get("authorization").map_or("", String::as_str);
    if heard.path == "/regulations" {
        let is_fine = is_json(heard)
            && heard.host.contains("api.segmentapis.com")
            && heard.body["regulationType"] == "SUPPRESS_WITH_DELETE"
            && heard.body["subjectType"] == "USER_ID"
            && heard.body["subjectIds"].as_array().is_some_and(|it| it.len() == 1);
        let is_known = authorization == format!("Bearer {SEGMENT_TOKEN}");
        return if !is_known {
            401
        } else if is_fine {
            200
        } else {
            400
        };
    }
    let expected = BASE64_STANDARD.encode(format!("{SEGMENT_KEY}:"));
    if authorization != format!("Basic {expected}") {
        return 401;
    }
    let messages = match heard.path.as_str() {
        "/v1/batch" => heard.body["batch"].as_array().cloned().unwrap_or_default(),
        "/v1/track" | "/v1/identify" => vec![heard.body.clone()],
        _ => return 404,
    };
    let numbers: BTreeSet<&str> =
        messages.iter().filter_map(|it| it["messageId"].as_str()).collect();
    let is_fine = is_json(heard)
        && !messages.is_empty()
        && numbers.len() == messages.len()
        && messages.iter().all(is_message)
        && (messages.len() > 1
            || heard.path.ends_with(messages[0]["type"].as_str().unwrap_or("?")))
        && heard.body.to_string().len() <= 500_000;
    if is_fine { 200 } else { 400 }
}

/// The filing system of a court: a file is put at an address of its sender's choice, and the same one
/// again is the same filing.
pub fn court(heard: &Heard) -> Said {
    let header = |name: &str| heard.headers.get(name).map_or("", String::as_str);
    if header("authorization") != format!("Bearer {COURT_TOKEN}") {
        return Said::from(401);
    }
    let filing = heard.path.strip_prefix("/v1/filings/").and_then(|it| it.split_once('/'));
    match filing {
        Some((id, place)) if heard.method == "PUT" && place.parse::<u8>().is_ok() => {
            Said { status: 201, text: format!("AZ {}\n", id.get(..6).unwrap_or(id)) }
        }
        _ => Said::from(404),
    }
}

fn is_message(it: &Value) -> bool {
    let is_text = |name: &str| it[name].as_str().is_some_and(|it| !it.is_empty());
    let is_moment =
        it["timestamp"].as_str().is_some_and(|it| it.parse::<jiff::Timestamp>().is_ok());
    let is_of_its_kind = match it["type"].as_str() {
        Some("track") => is_text("event") && it["properties"].is_object(),
        Some("identify") => is_text("userId") && it["traits"].is_object(),
        _ => false,
    };
    is_of_its_kind
        && is_moment
        && (is_text("userId") || is_text("anonymousId"))
        && it.to_string().len() <= 32_000
}
