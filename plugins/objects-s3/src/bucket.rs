//! The bucket: an object for each id, under a prefix.

use std::sync::Arc;
use std::time::Duration;

use affiant_backend::{Listed, ObjectId, Objects, StorageError};
use async_trait::async_trait;
use futures::TryStreamExt as _;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{HttpClient, HttpConnector};
use object_store::path::Path;
use object_store::{
    BackoffConfig, ClientOptions, ObjectStore as _, ObjectStoreExt as _, RetryConfig,
};
use rustls::{ClientConfig, RootCertStore};
use url::Url;

use crate::error::{OptionsError, is_missing, storage};

/// How long a server may take to answer a call, and to go on with an answer.
const CONNECT: Duration = Duration::from_secs(5);
const READ: Duration = Duration::from_secs(10);

/// How long it is tried again.
const RETRY: Duration = Duration::from_secs(10);
const RETRIES: usize = 4;

/// How often an object is asked for whose bytes break off on the way.
const READS: u32 = 3;

/// The name that says whose objects these are.
const OWNER: &str = "owner";

/// Which bucket, and how to reach it. Its keys are secret: it has no `Debug`.
#[derive(Clone)]
pub struct Options {
    /// The bucket's name.
    pub bucket: String,
    /// What the names of all objects begin with; empty for nothing.
    pub prefix: String,
    /// The server's address, `https://…`, where it is not that of the region at AWS.
    pub endpoint: Option<String>,
    /// The region, as the provider calls it.
    pub region: String,
    /// The public half of the key.
    pub access_key: String,
    /// The secret half.
    pub secret_key: String,
}

/// Objects in a bucket.
#[derive(Clone, Debug)]
pub struct Bucket {
    pub(crate) server: Arc<AmazonS3>,
    pub(crate) prefix: Path,
}

impl Bucket {
    /// A bucket as it is described. Nothing is asked of the server yet.
    pub fn new(options: &Options) -> Result<Self, OptionsError> {
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&options.bucket)
            .with_region(&options.region)
            .with_access_key_id(&options.access_key)
            .with_secret_access_key(&options.secret_key)
            .with_retry(retry())
            .with_http_connector(Connector(client()?));
        if let Some(endpoint) = &options.endpoint {
            let wrong = || OptionsError::Endpoint(endpoint.clone());
            let address = Url::parse(endpoint).map_err(|_| wrong())?;
            if !matches!(address.scheme(), "http" | "https") || address.host().is_none() {
                return Err(wrong());
            }
            builder = builder
                .with_endpoint(endpoint.trim_end_matches('/'))
                .with_allow_http(address.scheme() == "http");
        }
        let prefix = Path::from(options.prefix.as_str());
        Ok(Self { server: Arc::new(builder.build()?), prefix })
    }

    fn place_of(&self, id: ObjectId) -> Path {
        self.prefix.clone().join(hex::encode(id.0))
    }

    /// An object by its name. What breaks off on the way is asked for again.
    async fn read(&self, place: &Path) -> Result<Option<Vec<u8>>, StorageError> {
        let mut tries = 1;
        loop {
            let found = async { self.server.get(place).await?.bytes().await };
            match found.await {
                Ok(bytes) => return Ok(Some(bytes.into())),
                Err(error) if is_missing(&error) => {
                    // Not every server says whether it is the object that is gone, or the bucket.
                    let mut all = self.server.list(None);
                    return all.try_next().await.map(|_| None).map_err(storage);
                }
                Err(object_store::Error::Generic { .. }) if tries < READS => tries += 1,
                Err(error) => return Err(storage(error)),
            }
        }
    }
}

#[async_trait]
impl Objects for Bucket {
    async fn put(&self, id: ObjectId, sealed: Vec<u8>) -> Result<(), StorageError> {
        let put = self.server.put(&self.place_of(id), sealed.into()).await;
        put.map(|_| ()).map_err(storage)
    }

    async fn get(&self, id: ObjectId) -> Result<Option<Vec<u8>>, StorageError> {
        self.read(&self.place_of(id)).await
    }

    async fn delete(&self, id: ObjectId) -> Result<(), StorageError> {
        match self.server.delete(&self.place_of(id)).await {
            Err(error) if !is_missing(&error) => Err(storage(error)),
            _ => Ok(()),
        }
    }

    async fn list(&self, after: Option<ObjectId>, limit: u32) -> Result<Vec<Listed>, StorageError> {
        let prefix = Some(&self.prefix).filter(|it| !it.as_ref().is_empty());
        let mut all = match after {
            Some(after) => self.server.list_with_offset(prefix, &self.place_of(after)),
            None => self.server.list(prefix),
        };
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut found = Vec::new();
        while found.len() < limit
            && let Some(it) = all.try_next().await.map_err(storage)?
        {
            let mut id = [0; 16];
            let name = it.location.filename().unwrap_or_default();
            // What is not ours is not told, so that nobody deletes it.
            let is_ours = it.location == self.prefix.clone().join(name)
                && hex::decode_to_slice(name, &mut id).is_ok()
                && hex::encode(id) == name;
            if is_ours {
                let modified = it.last_modified.timestamp();
                found.push(Listed { id: ObjectId(id), modified });
            }
        }
        Ok(found)
    }

    async fn owner(&self) -> Result<Option<[u8; 16]>, StorageError> {
        let Some(text) = self.read(&self.prefix.clone().join(OWNER)).await? else {
            return Ok(None);
        };
        let mut id = [0; 16];
        hex::decode_to_slice(text.trim_ascii(), &mut id)
            .map_err(|_| StorageError::Corrupt { table: "objects" })?;
        Ok(Some(id))
    }

    async fn set_owner(&self, owner: [u8; 16]) -> Result<(), StorageError> {
        let text = format!("{}\n", hex::encode(owner));
        let put = self.server.put(&self.prefix.clone().join(OWNER), text.into_bytes().into()).await;
        put.map(|_| ()).map_err(storage)
    }
}

fn retry() -> RetryConfig {
    let backoff = BackoffConfig {
        init_backoff: Duration::from_millis(100),
        max_backoff: Duration::from_secs(2),
        ..BackoffConfig::default()
    };
    RetryConfig { backoff, max_retries: RETRIES, retry_timeout: RETRY }
}

/// A client that follows no redirect and no proxy of the environment, so that sealed files go nowhere
/// but to the address that was configured.
pub(crate) fn client() -> Result<reqwest::Client, OptionsError> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT)
        .read_timeout(READ)
        .build()?)
}

/// Gives every request the one client.
#[derive(Debug)]
struct Connector(reqwest::Client);

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.0.clone()))
    }
}
