//! Where a request came from.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue};

use crate::app::App;

/// The address of whoever sent a request: behind our own proxies, whom they speak for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Client(pub(crate) IpAddr);

/// The client of a request. Where the server was not told the other end of the connection, as in a
/// test without one, all requests come from one address.
pub(crate) fn of(app: &App, extensions: &Extensions, headers: &HeaderMap) -> Client {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |it| it.0.ip());
    let lines: Vec<&[u8]> =
        headers.get_all("x-forwarded-for").iter().map(HeaderValue::as_bytes).collect();
    Client(app.settings.trusted_proxies.client(peer, lines.into_iter()))
}

impl FromRequestParts<Arc<App>> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        Ok(of(app, &parts.extensions, &parts.headers))
    }
}
