//! The same for code that waits with its thread: a component calls its host and stands still.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::runtime::Handle;

use crate::access::Access;
use crate::broker::{Broker, Call, Request, Response};
use crate::problem::{Problem, Unreachable};

/// How much longer than the request the thread waits, before it takes the request for lost.
const GRACE: Duration = Duration::from_secs(2);

/// A broker and the runtime on which it works.
#[derive(Clone)]
pub struct Blocking {
    broker: Arc<Broker>,
    runtime: Handle,
}

impl Blocking {
    /// The requests run on `runtime`, not on the threads that wait.
    pub fn new(broker: Arc<Broker>, runtime: Handle) -> Self {
        Self { broker, runtime }
    }

    /// Sends a request, as [`Broker::fetch`] does, and waits. Wherever it is called, it ends; on a
    /// thread that a runtime needs for other work, it keeps that from it.
    pub fn fetch(
        &self,
        access: &Arc<Access>,
        call: Call,
        request: Request,
    ) -> Result<Response, Problem> {
        let (sender, receiver) = mpsc::sync_channel(1);
        let longest = access.limits.time + GRACE;
        let (broker, access) = (self.broker.clone(), access.clone());
        self.runtime.spawn(async move {
            let result = broker.fetch(&access, &call, request).await;
            // Whoever waited may have given up.
            let _ = sender.send(result);
        });
        match receiver.recv_timeout(longest) {
            Ok(result) => result,
            Err(mpsc::RecvTimeoutError::Timeout) => Err(Problem::TooSlow),
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                Err(Problem::Unreachable(Unreachable::NoConnection))
            }
        }
    }
}
