//! A server of this machine in place of all that plugins speak to, for tests of the whole.
//!
//! Only builds for development have this. What a manifest does not allow is not sent there either, and
//! the stand-in must prove to be whom it stands for.

use std::sync::Arc;

use affiant_broker::{Broker, Log, System, Trust};
use anyhow::Context as _;

/// Port of the stand-in, then the file of the authority that vouches for it: `8443 authority.der`.
const VARIABLE: &str = "AFFIANT_STAND_IN";

/// Whom all connections go to.
pub(super) struct StandIn {
    port: u16,
    /// The certificate of the authority, in DER.
    authority: Vec<u8>,
}

impl StandIn {
    /// The one that the environment names, if it does.
    pub(super) fn of_environment() -> anyhow::Result<Option<Self>> {
        let Ok(text) = std::env::var(VARIABLE) else { return Ok(None) };
        let (port, file) = text
            .split_once(' ')
            .with_context(|| format!("{VARIABLE} has no file behind a port"))?;
        let port = port.parse().with_context(|| format!("{VARIABLE} begins with no port"))?;
        let authority = fs_err::read(file)?;
        tracing::warn!("all requests of plugins go to a server of this machine: this is a test");
        Ok(Some(Self { port, authority }))
    }

    /// A broker that connects to it alone.
    pub(super) fn broker(self, log: Arc<dyn Log>) -> anyhow::Result<Broker> {
        let trust = Trust::new(vec![self.authority.into()])
            .with_context(|| format!("{VARIABLE} names no certificate of an authority"))?;
        Ok(Broker::new(Arc::new(System), trust, log, false).with_stand_in(self.port))
    }
}
