//! Requests to a provider: bounded, and to nowhere else than they were meant for.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use oauth2::http::{self, HeaderValue, header};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use rustls::{ClientConfig, RootCertStore};
use url::{Host, Url};

use crate::error::OptionsError;

/// How long a provider may take to let us in, and for all of an answer.
const CONNECT: Duration = Duration::from_secs(5);
pub(crate) const WHOLE: Duration = Duration::from_secs(10);

/// Most bytes of an answer: descriptions and sets of keys have some thousands.
pub(crate) const LARGEST: usize = 256 * 1024;

/// What we call ourselves; GitHub wants to know.
const AGENT: HeaderValue = HeaderValue::from_static("affiant");

/// Why a request came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RequestError {
    /// It would have gone over plain HTTP.
    #[error("the address has no https")]
    Plain,
    /// The answer has no end.
    #[error("the answer is longer than {LARGEST} bytes")]
    TooLong,
    /// It did not come through.
    #[error("the request did not come through")]
    Failed(#[source] reqwest::Error),
    /// The answer is none.
    #[error("the answer cannot be read")]
    Unreadable(#[from] http::Error),
}

/// Asks providers.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    it: reqwest::Client,
    plain_here: bool,
}

impl Client {
    /// A client that follows no redirect and no proxy of the environment. `plain_here`: whether
    /// addresses of this machine may lack https; `whole`: how long an answer may take.
    pub(crate) fn new(plain_here: bool, whole: Duration) -> Result<Self, OptionsError> {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let it = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            .timeout(whole)
            .build()?;
        Ok(Self { it, plain_here })
    }

    /// Whether what goes to an address is kept from others.
    pub(crate) fn may_go_to(&self, address: &Url) -> bool {
        match address.scheme() {
            "https" => address.host().is_some(),
            "http" => self.plain_here && is_here(address),
            _ => false,
        }
    }

    /// Asks, and reads the answer up to its bound.
    pub(crate) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, RequestError> {
        let mut request = reqwest::Request::try_from(request).map_err(RequestError::Failed)?;
        if !self.may_go_to(request.url()) {
            return Err(RequestError::Plain);
        }
        request.headers_mut().insert(header::USER_AGENT, AGENT);
        let failed = |it: reqwest::Error| RequestError::Failed(it.without_url());
        let mut response = self.it.execute(request).await.map_err(failed)?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > LARGEST {
                return Err(RequestError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        let mut answer = http::Response::builder().status(response.status()).body(body)?;
        *answer.headers_mut() = std::mem::take(response.headers_mut());
        Ok(answer)
    }
}

impl<'c> AsyncHttpClient<'c> for Client {
    type Error = RequestError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, RequestError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// Whether an address is of this machine.
fn is_here(address: &Url) -> bool {
    match address.host() {
        Some(Host::Ipv4(it)) => IpAddr::from(it).is_loopback(),
        Some(Host::Ipv6(it)) => IpAddr::from(it).is_loopback(),
        Some(Host::Domain(it)) => it == "localhost",
        None => false,
    }
}
