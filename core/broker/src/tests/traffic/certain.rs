//! TLS: the peer proves that it is the host of the name.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::tests::peer::{Manner, Peer};
use crate::tests::stage::{Setting, Stage, entries, get};
use crate::{Problem, Trust, Unreachable};

/// An authority, and what a peer needs that it says to be `name`.
fn certified(name: &str) -> (CertificateDer<'static>, TlsAcceptor) {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    (authority.der().clone(), TlsAcceptor::from(Arc::new(config)))
}

async fn asked(certified_for: &str, is_trusted: bool) -> (Result<u16, Problem>, Peer) {
    let (authority, acceptor) = certified(certified_for);
    let answer = Manner::Says("HTTP/1.1 204 Gone\r\n\r\n".to_owned());
    let peer = Peer::with(answer, Some(acceptor)).await;
    let mut entries = entries("http://office.example.org");
    entries[1].port = peer.port;
    entries[1].may_be_private = true;
    entries[1].methods = vec![];
    let own = if is_trusted { vec![authority] } else { vec![] };
    let stage = Stage::set(Setting {
        names: &[&["127.0.0.1"]],
        trust: Some(Trust::new(own).unwrap()),
        entries: Some(entries),
        ..Setting::default()
    });
    let url = format!("https://api.example.org:{}/v1/", peer.port);
    (stage.fetch(get(&url)).await.map(|it| it.status), peer)
}

#[tokio::test]
async fn host_that_proves_its_name_is_spoken_to() {
    let (answered, mut peer) = asked("api.example.org", true).await;
    assert_eq!(answered, Ok(204));
    assert!(peer.heard().await.starts_with("GET /v1/ HTTP/1.1\r\n"));
}

#[tokio::test]
async fn host_that_proves_another_name_or_is_vouched_for_by_nobody_is_told_nothing() {
    for (name, is_trusted) in [("other.example.org", true), ("api.example.org", false)] {
        let (answered, mut peer) = asked(name, is_trusted).await;
        let not_proven = Err(Problem::Unreachable(Unreachable::NotProven));
        assert_eq!(answered, not_proven, "{name}");
        assert!(peer.heard_nothing());
    }
}

#[test]
fn certificate_that_is_none_is_not_taken_for_an_authority() {
    assert!(Trust::new(vec![CertificateDer::from(b"none".to_vec())]).is_err());
}
