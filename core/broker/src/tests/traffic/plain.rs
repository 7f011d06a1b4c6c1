//! What is sent, what comes back, what is noted.

use std::sync::Arc;
use std::time::Duration;

use affiant_manifest::Method;

use crate::tests::peer::{Manner, Peer};
use crate::tests::stage::{Setting, Stage, call, code, get, header};
use crate::{Blocking, Decision, Limits, Request};

fn stage(peer: &Peer, limits: Limits) -> Stage {
    Stage::set(Setting {
        site: &format!("http://office.example.org:{}", peer.port),
        names: &[&["127.0.0.1"], &["127.0.0.1"], &["127.0.0.1"]],
        limits,
        ..Setting::default()
    })
}

fn url(peer: &Peer) -> String {
    format!("http://office.example.org:{}/reports/ada?name=lovelace", peer.port)
}

#[tokio::test]
async fn request_is_sent_without_what_belongs_to_a_connection_and_noted_without_what_it_says() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nset-cookie: id=1\r\nx-kept: yes\r\n\
                  connection: x-own\r\nx-own: 1\r\nkeep-alive: 5\r\n\r\nhello";
    let mut peer = Peer::listening(Manner::Says(answer.to_owned())).await;
    let stage = stage(&peer, Limits::default());
    let dropped = [
        ("Host", "evil.example"),
        ("Cookie", "a=b"),
        ("Connection", "close, X-Hop"),
        ("X-Hop", "1"),
        ("Content-Length", "1"),
        ("Transfer-Encoding", "chunked"),
        ("Proxy-Authorization", "x"),
        ("Upgrade", "h2c"),
        ("Accept-Encoding", "gzip"),
        ("X-Forwarded-For", "1.2.3.4"),
        ("TE", "trailers"),
        ("Expect", "100-continue"),
    ];
    let mut headers: Vec<_> = dropped.iter().map(|(name, value)| header(name, value)).collect();
    headers.push(header("Content-Type", "text/plain"));
    let request =
        Request { method: Method::Post, url: url(&peer), headers, body: b"said".to_vec() };
    let response = stage.fetch(request).await.unwrap_or_else(|it| panic!("{it}"));
    let heard = peer.heard().await;
    let (head, body) = heard.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<&str> = head.lines().collect();
    lines.sort_unstable();
    let host = format!("host: office.example.org:{}", peer.port);
    assert_eq!(
        lines,
        [
            "POST /reports/ada?name=lovelace HTTP/1.1",
            "accept-encoding: identity",
            "connection: close",
            "content-length: 4",
            "content-type: text/plain",
            &host,
            "user-agent: Affiant",
        ]
    );
    assert_eq!(body, "said");
    assert_eq!((response.status, response.body.as_slice()), (200, b"hello".as_slice()));
    let names: Vec<&str> = response.headers.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["x-kept"]);
    let record = stage.record();
    assert_eq!(record.host.as_deref(), Some("office.example.org"));
    assert_eq!((record.decision.clone(), record.received), (Decision::Answered(200), 5));
    assert!(record.sent > 100);
    let told = format!("{record:?}");
    assert!(!["ada", "lovelace", "said", "hello"].iter().any(|it| told.contains(it)), "{told}");
}

#[tokio::test]
async fn redirect_is_an_answer_and_is_not_followed() {
    let mut other = Peer::listening(Manner::Says("HTTP/1.1 200 OK\r\n\r\n".to_owned())).await;
    let to = format!("http://127.0.0.1:{}/reports", other.port);
    let answer = format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
    let peer = Peer::listening(Manner::Says(answer)).await;
    let stage = stage(&peer, Limits::default());
    let response = stage.fetch(get(&url(&peer))).await.unwrap_or_else(|it| panic!("{it}"));
    assert_eq!(response.status, 302);
    let location = response.headers.iter().find(|it| it.name == "location");
    assert_eq!(location.map(|it| it.value.as_str()), Some(&*to));
    assert!(other.heard_nothing());
    // Going there is another request, which the manifest does not allow.
    assert_eq!(code(stage.fetch(get(&to)).await), "host");
    assert!(other.heard_nothing());
}

#[tokio::test]
async fn header_that_would_end_a_line_is_refused() {
    let mut peer = Peer::listening(Manner::Says(String::new())).await;
    let stage = stage(&peer, Limits::default());
    let cases = [
        ("x-a", "b\r\nx-evil: 1"),
        ("x-a", "b\nx-evil: 1"),
        ("x-a", "b\0"),
        ("x-a\r\nx-evil", "b"),
        ("x a", "b"),
        ("x-a:", "b"),
        ("", "b"),
        ("x-ä", "b"),
    ];
    for (name, value) in cases {
        let request = Request { headers: vec![header(name, value)], ..get(&url(&peer)) };
        assert_eq!(code(stage.fetch(request).await), "header", "{name:?}: {value:?}");
    }
    assert!(peer.heard_nothing());
}

#[tokio::test]
async fn request_that_is_too_large_is_refused() {
    let mut peer = Peer::listening(Manner::Says(String::new())).await;
    let stage = stage(&peer, Limits::default());
    let body = Request { body: vec![b'a'; (1 << 20) + 1], ..get(&url(&peer)) };
    assert_eq!(code(stage.fetch(body).await), "request-too-large");
    let long = header("x-a", &"a".repeat(16 << 10));
    let long = Request { headers: vec![long], ..get(&url(&peer)) };
    assert_eq!(code(stage.fetch(long).await), "request-too-large");
    let many = Request { headers: vec![header("x-a", "b"); 65], ..get(&url(&peer)) };
    assert_eq!(code(stage.fetch(many).await), "header");
    assert!(peer.heard_nothing());
}

#[tokio::test]
async fn request_above_the_number_of_a_minute_is_refused() {
    let peer = Peer::listening(Manner::Says("HTTP/1.1 204 Gone\r\n\r\n".to_owned())).await;
    let stage = stage(&peer, Limits { per_minute: 2, ..Limits::default() });
    for _ in 0..2 {
        assert!(stage.fetch(get(&url(&peer))).await.is_ok());
    }
    assert_eq!(code(stage.fetch(get(&url(&peer))).await), "per-minute");
}

#[tokio::test]
async fn request_above_the_number_at_once_is_refused_and_the_place_is_given_back() {
    let mut peer = Peer::listening(Manner::SaysAndWaits(String::new())).await;
    let stage = stage(&peer, Limits { at_once: 1, ..Limits::default() });
    let (access, broker) = (stage.access.clone(), stage.broker.clone());
    let first = get(&url(&peer));
    let waiting = tokio::spawn(async move { broker.fetch(&access, &call(), first).await.is_ok() });
    peer.heard().await;
    assert_eq!(code(stage.fetch(get(&url(&peer))).await), "at-once");
    waiting.abort();
    assert!(waiting.await.is_err_and(|it| it.is_cancelled()));
    assert!(stage.access.admit().is_ok());
}

#[test]
fn thread_that_waits_gets_the_answer_and_does_not_wait_for_ever() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi".to_owned();
    let peer = runtime.block_on(Peer::listening(Manner::Says(answer)));
    let stalls = runtime.block_on(Peer::listening(Manner::SaysAndWaits(String::new())));
    let fetch = |peer: &Peer, limits| {
        let stage = stage(peer, limits);
        let blocking = Blocking::new(Arc::clone(&stage.broker), runtime.handle().clone());
        blocking.fetch(&stage.access, call(), get(&url(peer)))
    };
    let response = fetch(&peer, Limits::default()).unwrap_or_else(|it| panic!("{it}"));
    assert_eq!(response.body, b"hi");
    let short = Limits { time: Duration::from_millis(200), ..Limits::default() };
    assert!(matches!(fetch(&stalls, short), Err(crate::Problem::TooSlow)));
}
