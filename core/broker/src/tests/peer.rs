//! Somebody at the other end, who does not mean well.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_rustls::TlsAcceptor;

/// What the peer does when it has heard a request.
#[derive(Clone)]
pub(super) enum Manner {
    /// Answers with these bytes, and ends.
    Says(String),
    /// Answers with these bytes, and nothing more comes, nor an end.
    SaysAndWaits(String),
    /// Answers with these bytes, and then one of its own over and over.
    Endless(String),
}

/// A listener on this machine.
pub(super) struct Peer {
    pub(super) port: u16,
    heard: UnboundedReceiver<String>,
}

impl Peer {
    pub(super) async fn listening(manner: Manner) -> Self {
        Self::with(manner, None).await
    }

    pub(super) async fn with(manner: Manner, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, heard) = unbounded_channel();
        let manner = Arc::new(manner);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (sender, manner, tls) = (sender.clone(), manner.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => serve(stream, &manner, |it| drop(sender.send(it))).await,
                        Some(tls) => {
                            let Ok(stream) = tls.accept(stream).await else { return };
                            serve(stream, &manner, |it| drop(sender.send(it))).await;
                        }
                    }
                });
            }
        });
        Self { port, heard }
    }

    /// The next request, as it came.
    pub(super) async fn heard(&mut self) -> String {
        self.heard.recv().await.unwrap()
    }

    /// Whether nothing came.
    pub(super) fn heard_nothing(&mut self) -> bool {
        self.heard.try_recv().is_err()
    }
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    manner: &Manner,
    tell: impl Fn(String),
) {
    tell(read(&mut stream).await);
    match manner {
        Manner::Says(text) => {
            let _ = stream.write_all(text.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
        Manner::SaysAndWaits(text) => {
            let _ = stream.write_all(text.as_bytes()).await;
            std::future::pending::<()>().await;
        }
        Manner::Endless(text) => {
            let _ = stream.write_all(text.as_bytes()).await;
            while stream.write_all(&[b'a'; 4096]).await.is_ok() {}
        }
    }
}

/// Reads a request with its body.
async fn read(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|it| it.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |it| it.parse().unwrap()) {
                return text;
            }
        }
        match stream.read(&mut part).await {
            Ok(count) if count > 0 => bytes.extend_from_slice(&part[..count]),
            _ => return text,
        }
    }
}
