//! Connections to addresses that were checked.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rustls::client::Resumption;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::Host;

use crate::problem::{Problem, Unreachable};

/// How many of a host's addresses are tried.
const TRIED: usize = 4;

/// How long one of them is tried.
const TRY: Duration = Duration::from_secs(3);

/// A connection.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Whose word is taken for who a host is.
#[derive(Clone)]
pub struct Trust {
    connector: TlsConnector,
}

/// A certificate that is no authority's, or a library that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("a certificate authority of this site's own cannot be used")]
pub struct TrustError(#[source] rustls::Error);

impl std::fmt::Debug for Trust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Trust")
    }
}

impl Trust {
    /// The authorities that browsers trust, and those of the site's own network, in DER.
    pub fn new(own: Vec<CertificateDer<'static>>) -> Result<Self, TrustError> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for certificate in own {
            roots.add(certificate).map_err(TrustError)?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider);
        let versions = builder.with_safe_default_protocol_versions().map_err(TrustError)?;
        let mut config = versions.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        // A session that is taken up again would tell the peer that two requests belong together.
        config.resumption = Resumption::disabled();
        Ok(Self { connector: TlsConnector::from(Arc::new(config)) })
    }
}

/// Connects to the first of the addresses that answers; `proves` is who the peer must prove to be.
pub(crate) async fn connect(
    addresses: &[IpAddr],
    port: u16,
    proves: Option<(&Trust, &Host<String>)>,
) -> Result<Box<dyn Stream>, Problem> {
    let tcp = tcp(addresses, port).await.ok_or(Problem::Unreachable(Unreachable::NoConnection))?;
    let Some((trust, host)) = proves else { return Ok(Box::new(tcp)) };
    let not_proven = Problem::Unreachable(Unreachable::NotProven);
    let name = server_name(host).ok_or(not_proven.clone())?;
    let tls = trust.connector.connect(name, tcp).await.map_err(|_| not_proven)?;
    Ok(Box::new(tls))
}

async fn tcp(addresses: &[IpAddr], port: u16) -> Option<TcpStream> {
    for address in addresses.iter().take(TRIED) {
        let tried = timeout(TRY, TcpStream::connect(SocketAddr::new(*address, port))).await;
        if let Ok(Ok(stream)) = tried {
            return Some(stream);
        }
    }
    None
}

fn server_name(host: &Host<String>) -> Option<ServerName<'static>> {
    match host {
        Host::Domain(name) => ServerName::try_from(name.clone()).ok(),
        Host::Ipv4(it) => Some(ServerName::IpAddress(IpAddr::V4(*it).into())),
        Host::Ipv6(it) => Some(ServerName::IpAddress(IpAddr::V6(*it).into())),
    }
}
