//! A small HTTP client for one server on this machine: one connection, kept open.

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

/// One connection to a server.
#[derive(Debug)]
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

/// What the server answered.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> anyhow::Result<Value> {
        serde_json::from_slice(&self.body).context("the body is not JSON")
    }

    /// The body as text; what is not UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|it| it.to_str().ok())
    }

    /// The body as JSON, if the status is this one.
    pub fn expect(&self, status: u16) -> anyhow::Result<Value> {
        if self.status.as_u16() != status {
            bail!("the server answered {} instead of {status}: {}", self.status, self.text());
        }
        self.json()
    }
}

impl Connection {
    /// Opens a connection. Fails when nobody listens.
    pub async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // Its errors reach whoever waits for a reply.
        tokio::spawn(connection);
        Ok(Self { sender, host: address.to_string() })
    }

    /// Gets a page; `headers` are sent besides.
    pub async fn get(&mut self, path: &str, headers: &[(&str, &str)]) -> anyhow::Result<Reply> {
        let mut request = Request::get(path).header(HOST, &self.host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Full::default())?).await
    }

    /// Calls the JSON API. `token` is the session's.
    pub async fn call(
        &mut self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> anyhow::Result<Reply> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, &self.host)
            .header(CONTENT_TYPE, "application/json");
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = body.map(serde_json::to_vec).transpose()?.unwrap_or_default();
        self.send(request.body(Full::from(body))?).await
    }

    /// Posts a form as a browser's page of this server does, unless `headers` say otherwise.
    pub async fn post(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> anyhow::Result<Reply> {
        self.post_as(path, "application/x-www-form-urlencoded", headers, body.into_bytes()).await
    }

    /// Posts a body of some content type.
    pub async fn post_as(
        &mut self,
        path: &str,
        kind: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> anyhow::Result<Reply> {
        let mut request = Request::post(path).header(HOST, &self.host).header(CONTENT_TYPE, kind);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Full::from(body))?).await
    }

    /// Asks with any method, only these headers, and this body.
    pub async fn ask(
        &mut self,
        method: &Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> anyhow::Result<Reply> {
        self.request(method.clone(), path, headers, body.as_bytes().to_vec()).await
    }

    /// Sends a request with these headers and this body, and no others but `Host`.
    pub async fn request(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> anyhow::Result<Reply> {
        let mut request = Request::builder().method(method).uri(path).header(HOST, &self.host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Full::from(body))?).await
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> anyhow::Result<Reply> {
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let (head, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Reply { status: head.status, headers: head.headers, body })
    }
}

/// A session as a program drives it.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id.
    pub id: String,
    /// What opens it.
    pub token: String,
    /// The revision that the next answer is made from.
    pub revision: Value,
    /// The screen to answer.
    pub screen: Value,
}

impl Session {
    /// Starts a session of an interview.
    pub async fn start(connection: &mut Connection, interview: &str) -> anyhow::Result<Self> {
        let body = json!({ "interview": interview });
        let reply = connection.call(Method::POST, "/api/v1/sessions", None, Some(&body)).await?;
        let started = reply.expect(201)?;
        let text = |name: &str| {
            let value = started[name].as_str().map(str::to_owned);
            value.with_context(|| format!("a new session has no {name}"))
        };
        let mut session = Self {
            id: text("session")?,
            token: text("token")?,
            revision: Value::Null,
            screen: Value::Null,
        };
        session.take(&started);
        Ok(session)
    }

    /// Answers the screen. The session changes only if the server took the answers.
    pub async fn answer(
        &mut self,
        connection: &mut Connection,
        answers: &Value,
    ) -> anyhow::Result<()> {
        self.post(connection, "answers", json!({ "answers": answers })).await
    }

    /// Runs an action.
    pub async fn act(&mut self, connection: &mut Connection, action: &str) -> anyhow::Result<()> {
        self.post(connection, "action", json!({ "action": action })).await
    }

    /// Posts to one of the session's addresses, with its revision.
    async fn post(
        &mut self,
        connection: &mut Connection,
        what: &str,
        mut body: Value,
    ) -> anyhow::Result<()> {
        body["revision"] = self.revision.clone();
        let path = format!("/api/v1/sessions/{}/{what}", self.id);
        let reply = connection.call(Method::POST, &path, Some(&self.token), Some(&body)).await?;
        let answered = reply.expect(200)?;
        self.take(&answered);
        Ok(())
    }

    /// Asks the server where the session stands.
    pub async fn reload(&mut self, connection: &mut Connection) -> anyhow::Result<()> {
        let path = format!("/api/v1/sessions/{}", self.id);
        let reply = connection.call(Method::GET, &path, Some(&self.token), None).await?;
        let found = reply.expect(200)?;
        self.take(&found);
        Ok(())
    }

    fn take(&mut self, answered: &Value) {
        self.revision = answered["revision"].clone();
        self.screen = answered["screen"].clone();
    }
}
