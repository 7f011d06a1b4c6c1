//! What names lead to.

use crate::tests::peer::{Manner, Peer};
use crate::tests::stage::{Setting, Stage, code, entries, get};
use crate::{Problem, Unreachable};

const GONE: &str = "HTTP/1.1 204 Gone\r\n\r\n";

/// One request to the site of a peer on this machine.
async fn asked(
    peer: &Peer,
    names: &[&[&str]],
    allows_private: bool,
    may_be_private: bool,
) -> Result<crate::Response, Problem> {
    let site = format!("http://office.example.org:{}", peer.port);
    let mut entries = entries(&site);
    entries[0].may_be_private = may_be_private;
    let entries = Some(entries);
    let stage =
        Stage::set(Setting { site: &site, names, allows_private, entries, ..Setting::default() });
    stage.fetch(get(&format!("{site}/reports"))).await
}

#[tokio::test]
async fn own_network_is_reached_only_when_manifest_and_server_both_say_so() {
    let mut peer = Peer::listening(Manner::Says(GONE.to_owned())).await;
    for (server, manifest) in [(false, false), (true, false), (false, true)] {
        let answered = asked(&peer, &[&["127.0.0.1"]], server, manifest).await;
        assert_eq!(code(answered), "address", "{server} {manifest}");
    }
    assert!(peer.heard_nothing());
    assert!(asked(&peer, &[&["127.0.0.1"]], true, true).await.is_ok());
    peer.heard().await;
}

#[tokio::test]
async fn one_answer_that_is_not_allowed_refuses_all() {
    let mut peer = Peer::listening(Manner::Says(GONE.to_owned())).await;
    let lists: [&[&str]; 6] = [
        &["::ffff:127.0.0.1"],
        &["::ffff:10.0.0.1"],
        &["127.0.0.1", "169.254.169.254"],
        &["0.0.0.0"],
        &["64:ff9b::7f00:1", "127.0.0.1"],
        &["127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.1", "224.0.0.1"],
    ];
    for list in lists {
        // Both keys turn: even so.
        assert_eq!(code(asked(&peer, &[list], true, true).await), "address", "{list:?}");
    }
    let mixed: &[&str] = &["8.8.8.8", "127.0.0.1"];
    assert_eq!(code(asked(&peer, &[mixed], false, true).await), "address");
    assert!(peer.heard_nothing());
}

#[tokio::test]
async fn name_is_asked_for_once_so_that_it_can_not_lead_elsewhere_later() {
    let mut peer = Peer::listening(Manner::Says(GONE.to_owned())).await;
    // The second answer would be one that is refused; nobody asks for it.
    let names: &[&[&str]] = &[&["127.0.0.1"], &["169.254.169.254"]];
    assert!(asked(&peer, names, true, true).await.is_ok());
    peer.heard().await;
}

#[tokio::test]
async fn next_address_is_tried_when_the_first_does_not_answer() {
    let mut peer = Peer::listening(Manner::Says(GONE.to_owned())).await;
    // Only 127.0.0.1 listens at that port.
    let names: &[&[&str]] = &[&["127.0.0.2", "127.0.0.1"]];
    assert!(asked(&peer, names, true, true).await.is_ok());
    peer.heard().await;
}

#[tokio::test]
async fn name_without_an_address_and_address_without_a_listener_are_unreachable() {
    let peer = Peer::listening(Manner::Says(GONE.to_owned())).await;
    let no_address = Err(Problem::Unreachable(Unreachable::NoAddress));
    let status = |it: Result<crate::Response, Problem>| it.map(|it| it.status);
    assert_eq!(status(asked(&peer, &[], true, true).await), no_address);
    assert_eq!(status(asked(&peer, &[&[]], true, true).await), no_address);
    let answered = asked(&peer, &[&["127.0.0.3"]], true, true).await;
    assert_eq!(status(answered), Err(Problem::Unreachable(Unreachable::NoConnection)));
}

#[tokio::test]
async fn number_that_an_administrator_set_is_checked_as_names_are() {
    let mut peer = Peer::listening(Manner::Says(GONE.to_owned())).await;
    let site = format!("http://127.0.0.1:{}", peer.port);
    for (allows_private, expected) in [(false, Some("address")), (true, None)] {
        let stage = Stage::set(Setting { site: &site, allows_private, ..Setting::default() });
        let answered = stage.fetch(get(&format!("{site}/reports"))).await;
        match expected {
            Some(expected) => assert_eq!(code(answered), expected),
            None => assert_eq!(answered.map(|it| it.status), Ok(204)),
        }
    }
    assert!(peer.heard().await.contains(&format!("host: 127.0.0.1:{}\r\n", peer.port)));
}
