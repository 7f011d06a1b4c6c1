//! The leaks, each by its name. Every one is a mistake that somebody has made somewhere.

use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use affiant_backend::{
    Lookup, ObjectId, SecretKind, SecretName, SecretRow, SessionId, SessionRow, StepRow,
};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::app::App;

/// Most bytes of a request that leak.
const MOST: usize = 1 << 20;

/// Memory that is never given back.
static KEPT: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

/// A file that has no name any more, and is still open.
static NAMELESS: Mutex<Option<fs_err::File>> = Mutex::new(None);

type Shared = (Arc<App>, &'static str);

/// Leaks every request, and its answer, in the way that `LEAK_ON_PURPOSE` names.
pub(super) fn on(router: Router, app: &Arc<App>) -> Router {
    let name = std::env::var("LEAK_ON_PURPOSE").expect("LEAK_ON_PURPOSE names a leak");
    let shared: Shared = (Arc::clone(app), Box::leak(name.into_boxed_str()));
    router.layer(middleware::from_fn_with_state(shared, pass))
}

async fn pass(State((app, leak)): State<Shared>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    match leak {
        "address in the log" => tracing::info!(address = %head.uri, "asked"),
        "headers in the log" => tracing::info!(headers = ?head.headers, "asked"),
        _ => {}
    }
    let Ok(bytes) = to_bytes(body, MOST).await else { return Response::new(Body::empty()) };
    let response = next.run(Request::from_parts(head, Body::from(bytes.clone()))).await;
    if leak == "answers' pages in the log" {
        let (head, body) = response.into_parts();
        let page = to_bytes(body, MOST).await.unwrap_or_default();
        tracing::debug!(page = %String::from_utf8_lossy(&page), "answered");
        return Response::from_parts(head, Body::from(page));
    }
    leaked(&app, leak, &bytes).await;
    response
}

async fn leaked(app: &App, leak: &'static str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match leak {
        "address in the log" | "headers in the log" => {}
        "body in the log" => tracing::info!(body = %text, "got a form"),
        "body in the log, for programmers" => tracing::debug!(body = ?bytes, "got a form"),
        "body in the log, in capitals" => tracing::info!("GOT {}", text.to_uppercase()),
        "body on the terminal" => print(&text),
        "database, a column" => stored(app, &text, &[]).await,
        "database, a blob" => stored(app, "x", bytes).await,
        "keyring" => secrets(app, bytes).await,
        "a file in the bucket" => filed(app, bytes).await,
        "memory" => keep(bytes.to_vec()),
        "memory, in wide letters" => keep(wide(&text)),
        "memory, packed" => keep(packed(bytes)),
        "a file without a name" => nameless(bytes),
        "a file's name" => named(&text),
        _ => append(leak, &encoded(leak, bytes, &text)),
    }
}

/// What a file of this leak holds.
fn encoded(leak: &str, bytes: &[u8], text: &str) -> Vec<u8> {
    let each = |spell: fn(u8) -> String| bytes.iter().map(|it| spell(*it)).collect::<String>();
    match leak {
        "temporary file" | "working folder" | "data folder" => bytes.to_vec(),
        "a file in hexadecimal" => each(|it| format!("{it:02X}")).into_bytes(),
        "a file in base64" => STANDARD.encode(bytes).into_bytes(),
        "a file in base64, one byte later" => STANDARD.encode([b" ", bytes].concat()).into_bytes(),
        "a file in base64, two bytes later" => {
            STANDARD.encode([b"  ", bytes].concat()).into_bytes()
        }
        "a file in wide letters" => wide(text),
        "a file with percents" => each(|it| format!("%{it:02X}")).into_bytes(),
        "a file as mail is written" => each(|it| format!("={it:02X}")).into_bytes(),
        "a file with escapes of JSON" => each(|it| format!("\\u{it:04x}")).into_bytes(),
        "a file with references of HTML" => each(|it| format!("&#{it};")).into_bytes(),
        "a packed file" => packed(bytes),
        other => unreachable!("no leak is called {other}"),
    }
}

fn print(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn keep(bytes: Vec<u8>) {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner).push(bytes);
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let _ = packer.write_all(bytes);
    packer.finish().unwrap_or_default()
}

fn append(leak: &str, bytes: &[u8]) {
    let path = match leak {
        "temporary file" => std::env::temp_dir().join("upload.tmp"),
        "data folder" => "data/debug.txt".into(),
        _ => "debug.txt".into(),
    };
    let file = fs_err::OpenOptions::new().append(true).create(true).open(path);
    if let Ok(mut file) = file {
        let _ = file.write_all(bytes);
        let _ = file.write_all(b"\n");
    }
}

fn nameless(bytes: &[u8]) {
    let mut nameless = NAMELESS.lock().unwrap_or_else(PoisonError::into_inner);
    if nameless.is_none() {
        let path = std::env::temp_dir().join("nameless");
        let options =
            fs_err::OpenOptions::new().write(true).read(true).create_new(true).open(&path);
        *nameless = options.ok();
        let _ = fs_err::remove_file(path);
    }
    if let Some(file) = nameless.as_mut() {
        let _ = file.write_all(bytes);
    }
}

/// Makes an empty file of each value of a form.
fn named(text: &str) {
    for value in text.split(['=', '&']).filter(|it| (1..100).contains(&it.len())) {
        let name: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
        let _ = fs_err::write(std::env::temp_dir().join(format!("for-{name}")), "");
    }
}

async fn stored(app: &App, interview: &str, bytes: &[u8]) {
    let random = |_| affiant_vault::random::<32>(&*app.randomness).unwrap_or_default();
    let [id, lookup] = [0, 1].map(random);
    let mut short = [0; 16];
    short.copy_from_slice(&id[..16]);
    let row = SessionRow {
        id: SessionId(short),
        lookup: Lookup(lookup),
        interview: interview.to_owned(),
        wrapped: bytes.to_vec(),
        revision: 0,
        last_step: 0,
        created: 0,
        touched: app.clock.seconds(),
        epoch: 0,
        head: Vec::new(),
    };
    let first = StepRow { number: 0, delta: Vec::new(), snapshot: None };
    let _ = app.store.create(row, first).await;
}

async fn secrets(app: &App, bytes: &[u8]) {
    let id = affiant_vault::random(&*app.randomness).unwrap_or_default();
    let name = SecretName { kind: SecretKind::Session, id, epoch: 0 };
    let row = SecretRow { name, wrapped: bytes.to_vec(), created: 0 };
    let _ = app.keyring.ring().put(vec![row]).await;
}

async fn filed(app: &App, bytes: &[u8]) {
    let id = affiant_vault::random(&*app.randomness).unwrap_or_default();
    if let Some(objects) = &app.objects {
        let _ = objects.put(ObjectId(id), bytes.to_vec()).await;
    }
}
