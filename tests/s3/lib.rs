//! An S3 server in this process: `s3s-fs` on a folder, with faults in front of it. It runs on a thread of
//! its own, so that it answers while a test waits for a program that asks it.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use futures::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tokio::net::TcpListener;
use tokio::runtime::{Builder as RuntimeBuilder, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// The one key that the server knows.
pub const ACCESS_KEY: &str = "ACCESSKEYFORTESTS";
/// Its secret half.
pub const SECRET_KEY: &str = "secret-key-that-only-tests-have";

/// The bucket that is there.
pub const BUCKET: &str = "affiant-files";

/// What the server does in place of its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It answers so many requests with 500.
    Breaks(u32),
    /// It breaks so many bodies off that it answers with.
    Truncates(u32),
    /// It refuses whatever writes.
    ReadOnly,
    /// It says that there is no room, to whatever writes.
    Full,
    /// It stores so many objects more, then takes the next and never answers.
    Hangs(u32),
}

/// The server; it ends with this.
pub struct Server {
    address: SocketAddr,
    faults: Arc<Faults>,
    /// It goes on for as long as this is kept.
    running: oneshot::Sender<Infallible>,
    thread: JoinHandle<()>,
}

/// What is to fail, and how many requests met it.
#[derive(Default)]
struct Faults {
    next: Mutex<Option<Fault>>,
    met: AtomicUsize,
}

type Body = UnsyncBoxBody<Bytes, Box<dyn std::error::Error + Send + Sync>>;

impl Server {
    /// Starts one for what lies in a folder, with the bucket in it.
    pub fn start(folder: &Path) -> io::Result<Self> {
        fs_err::create_dir_all(folder.join(BUCKET))?;
        let files = FileSystem::new(folder).map_err(|it| io::Error::other(format!("{it:?}")))?;
        let mut builder = S3ServiceBuilder::new(files);
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let service = builder.build();
        let runtime = RuntimeBuilder::new_current_thread().enable_all().build()?;
        let listener = listener(&runtime)?;
        let address = listener.local_addr()?;
        let faults = Arc::<Faults>::default();
        let (running, ended) = oneshot::channel();
        let serving = serve(listener, service, Arc::clone(&faults));
        let thread = thread::Builder::new().name("bucket".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! { _ = ended => {}, () = serving => {} }
            });
        })?;
        Ok(Self { address, faults, running, thread })
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Lets it fail from now on, or work again.
    pub fn fail(&self, fault: Option<Fault>) {
        *self.faults.next.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    /// How many requests met a fault so far.
    pub fn met(&self) -> usize {
        self.faults.met.load(Ordering::Relaxed)
    }

    /// Ends it, and every connection to it.
    pub async fn stop(self) {
        drop(self.running);
        let _ = tokio::task::spawn_blocking(move || self.thread.join()).await;
    }
}

/// A free port of this machine, which what runs on this runtime listens on.
fn listener(runtime: &Runtime) -> io::Result<TcpListener> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let _entered = runtime.enter();
    TcpListener::from_std(listener)
}

async fn serve(listener: TcpListener, service: S3Service, faults: Arc<Faults>) {
    let mut connections = JoinSet::new();
    while let Ok((socket, _)) = listener.accept().await {
        let (service, faults) = (service.clone(), Arc::clone(&faults));
        connections.spawn(async move {
            let answer =
                service_fn(move |request| answer(request, service.clone(), Arc::clone(&faults)));
            let builder = Builder::new(TokioExecutor::new());
            let _ = builder.serve_connection(TokioIo::new(socket), answer).await;
        });
    }
}

/// The fault that a request of this method meets.
fn meet(faults: &Faults, method: &Method) -> Option<Fault> {
    let fault = next(&mut faults.next.lock().unwrap_or_else(PoisonError::into_inner), method);
    faults.met.fetch_add(usize::from(fault.is_some()), Ordering::Relaxed);
    fault
}

fn next(fault: &mut Option<Fault>, method: &Method) -> Option<Fault> {
    let writes = matches!(*method, Method::PUT | Method::POST | Method::DELETE);
    match fault.as_mut()? {
        Fault::Breaks(left) => (*left > 0).then(|| {
            *left -= 1;
            Fault::Breaks(0)
        }),
        Fault::Truncates(left) => (*left > 0 && *method == Method::GET).then(|| {
            *left -= 1;
            Fault::Truncates(0)
        }),
        Fault::Hangs(0) => (*method == Method::PUT).then_some(Fault::Hangs(0)),
        Fault::Hangs(left) => {
            *left -= u32::from(*method == Method::PUT);
            None
        }
        it @ (Fault::ReadOnly | Fault::Full) => writes.then_some(*it),
    }
}

async fn answer(
    request: Request<Incoming>,
    service: S3Service,
    faults: Arc<Faults>,
) -> Result<Response<Body>, Infallible> {
    Ok(match meet(&faults, request.method()) {
        Some(Fault::Breaks(_)) => refusal(StatusCode::INTERNAL_SERVER_ERROR, "InternalError"),
        Some(Fault::ReadOnly) => refusal(StatusCode::FORBIDDEN, "AccessDenied"),
        Some(Fault::Full) => refusal(StatusCode::INSUFFICIENT_STORAGE, "XMinioStorageFull"),
        Some(Fault::Truncates(_)) => truncated(work(request, &service).await).await,
        Some(Fault::Hangs(_)) => std::future::pending().await,
        None => work(request, &service).await,
    })
}

async fn work(request: Request<Incoming>, service: &S3Service) -> Response<Body> {
    match service.call(request.map(s3s::Body::from)).await {
        Ok(response) => response.map(http_body_util::BodyExt::boxed_unsync),
        Err(_) => refusal(StatusCode::INTERNAL_SERVER_ERROR, "InternalError"),
    }
}

fn refusal(status: StatusCode, code: &str) -> Response<Body> {
    let text = format!("<Error><Code>{code}</Code><Message>for a test</Message></Error>");
    let body = Full::new(Bytes::from(text)).map_err(|it| match it {}).boxed_unsync();
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}

/// The same with the first half of its body, after which the connection breaks.
async fn truncated(response: Response<Body>) -> Response<Body> {
    let (parts, body) = response.into_parts();
    let whole = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let half = Ok(Frame::data(whole.slice(..whole.len() / 2)));
    let broken = Err(io::Error::from(io::ErrorKind::ConnectionReset).into());
    let body = StreamBody::new(stream::iter([half, broken]));
    Response::from_parts(parts, body.boxed_unsync())
}
