//! Answers that are slow, endless, too large, or none.

use std::time::Duration;

use crate::tests::peer::{Manner, Peer};
use crate::tests::stage::{Setting, Stage, get};
use crate::{Limits, Problem, Unreachable};

const LIMIT: usize = 2048;

const BROKEN: Problem = Problem::Unreachable(Unreachable::Broken);

async fn answered(manner: Manner) -> Result<usize, Problem> {
    let peer = Peer::listening(manner).await;
    let site = format!("http://office.example.org:{}", peer.port);
    let limits = Limits { time: Duration::from_millis(500), response: LIMIT, ..Limits::default() };
    let stage =
        Stage::set(Setting { site: &site, names: &[&["127.0.0.1"]], limits, ..Setting::default() });
    let response = stage.fetch(get(&format!("{site}/reports"))).await;
    response.map(|it| it.body.len())
}

fn says(text: &str) -> Manner {
    Manner::Says(text.to_owned())
}

fn waits(text: &str) -> Manner {
    Manner::SaysAndWaits(text.to_owned())
}

fn endless(text: &str) -> Manner {
    Manner::Endless(text.to_owned())
}

fn of_length(length: usize) -> Manner {
    says(&format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{}", "a".repeat(length)))
}

#[tokio::test]
async fn answer_of_the_largest_size_is_taken_and_one_byte_more_is_too_large() {
    assert_eq!(answered(of_length(LIMIT)).await, Ok(LIMIT));
    assert_eq!(answered(of_length(LIMIT + 1)).await, Err(Problem::TooLarge));
}

#[tokio::test]
async fn answer_without_an_end_is_too_large_or_too_slow() {
    let cases = [
        ("a body until the end", endless("HTTP/1.1 200 OK\r\n\r\n"), Problem::TooLarge),
        (
            "chunks of what is too large",
            endless("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffff\r\n"),
            Problem::TooLarge,
        ),
        (
            "a length that is too large, before anything is read",
            waits("HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n"),
            Problem::TooLarge,
        ),
        ("headers without an end", endless("HTTP/1.1 200 OK\r\nx-a: "), BROKEN),
        ("nothing", waits(""), Problem::TooSlow),
        ("half a status", waits("HTTP/1.1 2"), Problem::TooSlow),
        ("half a header", waits("HTTP/1.1 200 OK\r\nx-"), Problem::TooSlow),
        (
            "half a body",
            waits("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"),
            Problem::TooSlow,
        ),
        ("a body whose end does not come", waits("HTTP/1.1 200 OK\r\n\r\nhalf"), Problem::TooSlow),
    ];
    for (case, manner, expected) in cases {
        assert_eq!(answered(manner).await, Err(expected), "{case}");
    }
}

#[tokio::test]
async fn answer_that_is_none_or_lies_about_its_length_is_broken() {
    let many: String = (0..65).map(|it| format!("x-{it}: 1\r\n")).collect();
    let cases = [
        ("nothing", says("")),
        ("no HTTP", says("220 mail.example.org ESMTP\r\n")),
        ("less than it says", says("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf")),
        (
            "chunks that end early",
            says("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel"),
        ),
        (
            "a chunk of no length",
            says("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhel"),
        ),
        (
            "two lengths",
            says("HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab"),
        ),
        ("a header without a name", says("HTTP/1.1 200 OK\r\n: a\r\n\r\n")),
    ];
    for (case, manner) in cases {
        let answered = answered(manner).await;
        assert_eq!(answered, Err(BROKEN), "{case}");
    }
    let many = says(&format!("HTTP/1.1 200 OK\r\n{many}\r\n"));
    assert_eq!(answered(many).await, Err(BROKEN));
}

#[tokio::test]
async fn bytes_behind_the_length_that_was_said_are_not_taken() {
    let more = says("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nhalf and more");
    assert_eq!(answered(more).await, Ok(4));
}

#[tokio::test]
async fn compressed_answer_in_which_a_secret_could_hide_is_refused() {
    let zipped = says("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 1\r\n\r\na");
    assert_eq!(answered(zipped).await, Err(Problem::Unreachable(Unreachable::Encoded)));
    let plain = says("HTTP/1.1 200 OK\r\ncontent-encoding: identity\r\ncontent-length: 1\r\n\r\na");
    assert_eq!(answered(plain).await, Ok(1));
}
