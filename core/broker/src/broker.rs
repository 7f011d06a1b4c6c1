//! Requests of plugins.

use std::net::IpAddr;
#[cfg(debug_assertions)]
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use affiant_manifest::{Method, Scheme};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::HeaderMap;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use url::Host;

use crate::access::Access;
use crate::address::{Reach, reach};
use crate::check::{Address, Target, check};
use crate::connect::{Trust, connect};
use crate::exchange::exchange;
use crate::headers;
use crate::problem::{Problem, Refusal, Unreachable};
use crate::record::{Decision, Log, Record};
use crate::resolve::Resolve;

/// Most bytes of a request's body.
const LARGEST_BODY: usize = 1 << 20;

/// Most requests of all plugins at once; more wait for their turn.
const AT_ONCE: usize = 64;

/// What a plugin is called for, and what it has seen on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// What for, for the log.
    pub name: &'static str,
    /// Whether it has seen data about somebody. Whether such data may go where the request goes is
    /// not asked here, but of the gate; here it decides what is noted.
    pub has_seen_data: bool,
}

/// A header.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value; in a request, `{{secret:name}}` stands for a secret.
    pub value: String,
}

/// What a plugin wants to send.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// What it does.
    pub method: Method,
    /// Where to; in its query, `{{secret:name}}` stands for a secret.
    pub url: String,
    /// Its headers. Those of a connection, and cookies, are left out.
    pub headers: Vec<Header>,
    /// Its body; `{{secret:name}}` stands for a secret.
    pub body: Vec<u8>,
}

/// What came back, without secrets, cookies and headers of the connection.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The status; a redirect's, too.
    pub status: u16,
    /// The headers.
    pub headers: Vec<Header>,
    /// The body.
    pub body: Vec<u8>,
}

/// Sends requests of plugins. A server has one.
pub struct Broker {
    resolve: Arc<dyn Resolve>,
    trust: Trust,
    log: Arc<dyn Log>,
    allows_private: bool,
    slots: Semaphore,
    #[cfg(debug_assertions)]
    stand_in: Option<SocketAddr>,
}

/// What is counted on the way.
#[derive(Default)]
struct Tally {
    host: Option<String>,
    sent: u64,
    received: u64,
}

impl Broker {
    /// A broker. `allows_private` is the server's own word, beside the manifest's, that peers may be
    /// of the own network.
    pub fn new(
        resolve: Arc<dyn Resolve>,
        trust: Trust,
        log: Arc<dyn Log>,
        allows_private: bool,
    ) -> Self {
        let slots = Semaphore::new(AT_ONCE);
        Self {
            resolve,
            trust,
            log,
            allows_private,
            slots,
            #[cfg(debug_assertions)]
            stand_in: None,
        }
    }

    /// The same, whose connections all go to one server of this machine, for tests of the whole. It
    /// must prove to be the host that is asked for, and what a manifest does not allow is not sent to
    /// it either. A build for release does not have this.
    #[cfg(debug_assertions)]
    #[must_use]
    pub fn with_stand_in(self, port: u16) -> Self {
        Self { stand_in: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, port))), ..self }
    }

    /// Sends a request, if `access` allows it, and notes what became of it.
    pub async fn fetch(
        &self,
        access: &Access,
        call: &Call,
        request: Request,
    ) -> Result<Response, Problem> {
        let mut tally = Tally::default();
        let result = self.attempt(access, call, request, &mut tally).await;
        let decision = match &result {
            Ok(response) => Decision::Answered(response.status),
            Err(problem) => Decision::from(problem),
        };
        if let Decision::Refused(Refusal::Host(host)) = &decision {
            tally.host.clone_from(host);
        }
        self.log.note(Record {
            plugin: access.plugin.clone(),
            call: call.name,
            host: tally.host,
            has_seen_data: call.has_seen_data,
            sent: tally.sent,
            received: tally.received,
            decision,
        });
        result
    }

    async fn attempt(
        &self,
        access: &Access,
        call: &Call,
        request: Request,
        tally: &mut Tally,
    ) -> Result<Response, Problem> {
        let _place = access.admit().map_err(|it| Problem::refused(it, None))?;
        let address = Address::read(&request.url).map_err(|it| Problem::refused(it, None))?;
        let target = check(&access.entries, call.has_seen_data, request.method, &address);
        let target = target.map_err(|it| Problem::Refused(Box::new(it)))?;
        tally.host = Some(target.entry.host.as_str().to_owned());
        let refused = |why| Problem::refused(why, target.entry.line.clone());
        let request = ready(&request, &target, access).map_err(refused)?;
        let in_time = async {
            let turn = self.slots.acquire().await;
            let _turn = turn.map_err(|_| Problem::Unreachable(Unreachable::NoConnection))?;
            self.send(access, &target, request, tally).await
        };
        timeout(access.limits.time, in_time).await.unwrap_or(Err(Problem::TooSlow))
    }

    async fn send(
        &self,
        access: &Access,
        target: &Target<'_>,
        request: hyper::Request<Full<Bytes>>,
        tally: &mut Tally,
    ) -> Result<Response, Problem> {
        let (addresses, port) = self.peer(target).await?;
        let proves = match target.entry.scheme {
            Scheme::Https => Some((&self.trust, target.address.host())),
            Scheme::Http => None,
        };
        let stream = connect(&addresses, port, proves).await?;
        tally.sent = size(&request);
        let most = access.limits.response;
        let response = exchange(stream, request, most, &mut tally.received).await?;
        let (head, body) = response.into_parts();
        Ok(Response {
            status: head.status.as_u16(),
            headers: headers::received(&head.headers, &access.secrets),
            body: access.secrets.redact(body),
        })
    }

    /// Where the connection goes.
    async fn peer(&self, target: &Target<'_>) -> Result<(Vec<IpAddr>, u16), Problem> {
        #[cfg(debug_assertions)]
        if let Some(it) = self.stand_in {
            return Ok((vec![it.ip()], it.port()));
        }
        Ok((self.addresses(target).await?, target.entry.port))
    }

    /// The addresses of the host, all of them checked. This is the only look-up of its name.
    async fn addresses(&self, target: &Target<'_>) -> Result<Vec<IpAddr>, Problem> {
        let no_address = Problem::Unreachable(Unreachable::NoAddress);
        let found = match target.address.host() {
            Host::Domain(name) => {
                self.resolve.addresses(name).await.map_err(|_| no_address.clone())?
            }
            Host::Ipv4(it) => vec![IpAddr::V4(*it)],
            Host::Ipv6(it) => vec![IpAddr::V6(*it)],
        };
        let may_be_private = self.allows_private && target.entry.may_be_private;
        let is_allowed = |it: &IpAddr| match reach(*it) {
            Reach::Global => true,
            Reach::Private => may_be_private,
            Reach::Never => false,
        };
        if !found.iter().all(is_allowed) {
            return Err(Problem::refused(Refusal::Address, target.entry.line.clone()));
        }
        if found.is_empty() { Err(no_address) } else { Ok(found) }
    }
}

/// The request as it is sent, with its secrets.
fn ready(
    request: &Request,
    target: &Target<'_>,
    access: &Access,
) -> Result<hyper::Request<Full<Bytes>>, Refusal> {
    let secrets = &access.secrets;
    let headers = headers::to_send(&request.headers, &target.authority(), secrets)?;
    let mut line = target.address.path().to_owned();
    if let Some(query) = target.address.query() {
        let filled = secrets.fill_query(query.as_bytes())?;
        line.push('?');
        line.push_str(&String::from_utf8_lossy(&filled));
    }
    if request.body.len() > LARGEST_BODY {
        return Err(Refusal::TooLarge);
    }
    let body = secrets.fill(&request.body)?.into_owned();
    if body.len() > LARGEST_BODY {
        return Err(Refusal::TooLarge);
    }
    let builder = hyper::Request::builder().method(request.method.as_str()).uri(line);
    let built = builder.body(Full::new(Bytes::from(body))).map_err(|_| Refusal::BadUrl)?;
    let (mut head, body) = built.into_parts();
    head.headers = headers;
    Ok(hyper::Request::from_parts(head, body))
}

fn size(request: &hyper::Request<Full<Bytes>>) -> u64 {
    use hyper::body::Body as _;
    let head = |it: &HeaderMap| it.iter().map(|(n, v)| n.as_str().len() + v.len() + 4).sum();
    let head: usize = head(request.headers());
    let line = request.uri().path_and_query().map_or(0, |it| it.as_str().len());
    (head + line) as u64 + request.body().size_hint().lower()
}
