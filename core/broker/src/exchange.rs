//! One request and its answer on one connection.

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::CONTENT_ENCODING;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::task::JoinSet;

use crate::connect::Stream;
use crate::headers;
use crate::problem::{Problem, Unreachable};

/// Most bytes of an answer's headers.
const LONGEST_HEAD: usize = 32 << 10;

const BROKEN: Problem = Problem::Unreachable(Unreachable::Broken);

/// Sends a request and takes its answer, of which the body may have `most` bytes. Counts what it
/// takes in `received`.
pub(crate) async fn exchange(
    stream: Box<dyn Stream>,
    request: Request<Full<Bytes>>,
    most: usize,
    received: &mut u64,
) -> Result<Response<Vec<u8>>, Problem> {
    let mut builder = http1::Builder::new();
    builder.max_buf_size(LONGEST_HEAD).max_headers(headers::MOST);
    let shaken = builder.handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = shaken.map_err(|_| BROKEN)?;
    // Ends with this function, however that ends.
    let mut driven = JoinSet::new();
    driven.spawn(connection);
    let response = sender.send_request(request).await.map_err(|_| BROKEN)?;
    if response.headers().get(CONTENT_ENCODING).is_some_and(|it| it != "identity") {
        return Err(Problem::Unreachable(Unreachable::Encoded));
    }
    let (head, body) = response.into_parts();
    let body = collect(body, most, received).await?;
    Ok(Response::from_parts(head, body))
}

async fn collect(mut body: Incoming, most: usize, received: &mut u64) -> Result<Vec<u8>, Problem> {
    if body.size_hint().lower() > most as u64 {
        return Err(Problem::TooLarge);
    }
    let mut taken = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| BROKEN)?;
        // What else there is are trailers, which nobody asked for.
        let Ok(bytes) = frame.into_data() else { continue };
        *received += bytes.len() as u64;
        if taken.len() + bytes.len() > most {
            return Err(Problem::TooLarge);
        }
        taken.extend_from_slice(&bytes);
    }
    Ok(taken)
}
