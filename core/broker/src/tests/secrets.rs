//! Where secrets are put in, and that none comes back.

use affiant_manifest::Method;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use super::peer::{Manner, Peer};
use super::stage::{Setting, Stage, code, get, header};
use crate::Request;

const SECRET: &str = "s3/cr+t \"k=y\"?";

fn stage(peer: &Peer, secret: &str) -> Stage {
    Stage::set(Setting {
        site: &format!("http://office.example.org:{}", peer.port),
        names: &[&["127.0.0.1"]],
        secret: Some(secret),
        ..Setting::default()
    })
}

fn url(peer: &Peer, rest: &str) -> String {
    format!("http://office.example.org:{}/reports{rest}", peer.port)
}

#[tokio::test]
async fn placeholder_becomes_the_secret_in_headers_query_and_body() {
    let mut peer = Peer::listening(Manner::Says("HTTP/1.1 204 Gone\r\n\r\n".to_owned())).await;
    let stage = stage(&peer, "s3cret/k");
    let request = Request {
        method: Method::Post,
        url: url(&peer, "?key={{secret:write_key}}&again=%7B%7Bsecret%3Awrite_key%7D%7D&x=1"),
        headers: vec![
            header("x-key", "<{{secret:write_key}}>"),
            header("authorization", "Basic {{secret:write_key}}:"),
        ],
        body: b"{\"key\":\"{{secret:write_key}}\",\"b\":\"%7b%7bsecret:write_key%7d%7d\"}".to_vec(),
    };
    assert_eq!(stage.fetch(request).await.unwrap_or_else(|it| panic!("{it}")).status, 204);
    let heard = peer.heard().await;
    assert!(heard.starts_with("POST /reports?key=s3cret%2Fk&again=s3cret%2Fk&x=1 HTTP/1.1\r\n"));
    assert!(heard.contains("x-key: <s3cret/k>\r\n"), "{heard}");
    assert!(heard.contains(&format!("authorization: Basic {}\r\n", STANDARD.encode("s3cret/k:"))));
    assert!(heard.ends_with("{\"key\":\"s3cret/k\",\"b\":\"s3cret%2Fk\"}"), "{heard}");
    let told = format!("{:?} {:?}", stage.record(), stage.access);
    assert!(!told.contains("s3cret"), "{told}");
}

#[tokio::test]
async fn placeholder_that_can_not_be_filled_is_refused() {
    let mut peer = Peer::listening(Manner::Says(String::new())).await;
    let fine = "{{secret:write_key}}";
    let cases = [
        ("long enough", "{{secret:other}}", "unknown-secret"),
        ("long enough", "{{secret:write_key", "unknown-secret"),
        ("long enough", "{{secret:write key}}", "unknown-secret"),
        ("long enough", "{{secret:}}", "unknown-secret"),
        ("short", fine, "short-secret"),
        ("line\r\nx: end", fine, "header"),
    ];
    for (secret, value, expected) in cases {
        let stage = stage(&peer, secret);
        let request = Request { headers: vec![header("x-key", value)], ..get(&url(&peer, "")) };
        assert_eq!(code(stage.fetch(request).await), expected, "{secret:?} {value}");
    }
    assert!(peer.heard_nothing());
}

#[tokio::test]
async fn secret_that_the_peer_says_again_is_not_in_what_comes_back() {
    let percent = "s3%2Fcr%2Bt%20%22k%3Dy%22%3F";
    let plus = "s3%2Fcr%2Bt+%22k%3Dy%22%3F";
    let mut echoes = vec![
        SECRET.to_owned(),
        percent.to_owned(),
        percent.to_lowercase(),
        plus.to_owned(),
        SECRET.replace('"', "\\\""),
        SECRET.replace('"', "\\\"").replace('/', "\\/"),
        SECRET.replace('"', "&quot;"),
        hex::encode(SECRET),
        hex::encode_upper(SECRET),
    ];
    for around in ["", "a", "ab", "abc"] {
        let text = format!("{around}{SECRET}{around}");
        echoes.push(STANDARD.encode(&text));
        echoes.push(URL_SAFE.encode(&text));
    }
    for echo in echoes {
        let answer = format!(
            "HTTP/1.1 302 Found\r\nlocation: /x?{echo}\r\ncontent-length: {}\r\n\r\n<{echo}>",
            echo.len() + 2
        );
        let peer = Peer::listening(Manner::Says(answer)).await;
        let stage = stage(&peer, SECRET);
        let response = stage.fetch(get(&url(&peer, ""))).await.unwrap_or_else(|it| panic!("{it}"));
        let body = String::from_utf8(response.body).unwrap();
        let location = &response.headers.iter().find(|it| it.name == "location").unwrap().value;
        assert!(body.contains("[secret]"), "{echo} came back as {body}");
        assert!(location.contains("[secret]"), "{echo} came back as {location}");
        assert!(!body.contains(&echo) && !location.contains(&echo), "{echo}");
    }
}
