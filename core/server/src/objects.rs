//! The object storage that the configuration names, if it names one.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use affiant_backend::{Links, Objects};
use affiant_objects_file::Folder;
use affiant_objects_s3::{Bucket, Options};
use affiant_web::{App, Direct};
use anyhow::{Context as _, bail};
use tokio::time::interval;
use url::{Host, Url};

use crate::config::Config;
use crate::storage::Storage;

/// Where the content of files lies.
pub(crate) enum Place {
    /// With the rows.
    Database,
    /// In a folder.
    Folder(PathBuf),
    /// In a bucket.
    Bucket(Box<Options>),
}

impl Place {
    /// What the configuration says.
    pub(crate) fn configured(config: &Config) -> anyhow::Result<Self> {
        config.objects.as_deref().map_or(Ok(Self::Database), |it| Self::of(config, it))
    }

    /// What an address means, with the rest of the configuration.
    pub(crate) fn of(config: &Config, address: &str) -> anyhow::Result<Self> {
        if address == "database" {
            return Ok(Self::Database);
        }
        let wrong = || {
            format!(
                "objects: `{address}` is neither a folder nor a bucket; write \
                 file:///var/lib/affiant/files or s3://BUCKET/PREFIX"
            )
        };
        let url = Url::parse(address).ok().with_context(wrong)?;
        match (url.scheme(), url.host_str()) {
            ("file", None | Some("")) => {
                Ok(Self::Folder(url.to_file_path().ok().with_context(wrong)?))
            }
            ("s3", Some(bucket)) if url.username().is_empty() && url.password().is_none() => {
                let prefix = url.path().trim_matches('/');
                Ok(Self::Bucket(Box::new(options(config, bucket, prefix)?)))
            }
            // What stands here could be a key, which no log may hold.
            ("s3", Some(_)) => bail!(
                "objects: a key does not belong into the address of a bucket; set \
                 objects_access_key and AFFIANT_OBJECTS_SECRET_KEY"
            ),
            _ => bail!(wrong()),
        }
    }

    /// What keeps objects there; `None` for the database.
    pub(crate) fn reach(&self) -> anyhow::Result<Option<Arc<dyn Objects>>> {
        Ok(match self {
            Self::Database => None,
            Self::Folder(path) => Some(Arc::new(Folder::open(path)?)),
            Self::Bucket(options) => Some(Arc::new(Bucket::new(options)?)),
        })
    }

    /// What lends files to browsers there, if anything can.
    pub(crate) fn links(&self) -> anyhow::Result<Option<Arc<dyn Links>>> {
        Ok(match self {
            Self::Bucket(options) => Some(Arc::new(Bucket::new(options)?)),
            Self::Database | Self::Folder(_) => None,
        })
    }

    /// The name of the host that browsers would fetch files from, for people.
    fn host(&self) -> Option<String> {
        let Self::Bucket(options) = self else { return None };
        let endpoint = options.endpoint.as_deref().and_then(|it| Url::parse(it).ok());
        let own = endpoint.and_then(|it| it.host_str().map(str::to_owned));
        Some(own.unwrap_or_else(|| format!("s3.{}.amazonaws.com", options.region)))
    }

    /// How to speak of it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Database => "the database".to_owned(),
            Self::Folder(path) => format!("the folder {}", path.display()),
            Self::Bucket(it) if it.prefix.is_empty() => format!("the bucket {}", it.bucket),
            Self::Bucket(it) => format!("the bucket {} (under {})", it.bucket, it.prefix),
        }
    }
}

fn options(config: &Config, bucket: &str, prefix: &str) -> anyhow::Result<Options> {
    let endpoint = config.objects_endpoint.clone();
    let region = match (&config.objects_region, &endpoint) {
        (Some(region), _) => region.clone(),
        // Servers of one's own have no regions, and take this for none.
        (None, Some(_)) => "us-east-1".to_owned(),
        (None, None) => bail!(
            "objects: set objects_region to the region of the bucket at AWS, or objects_endpoint to \
             the address of another S3 server"
        ),
    };
    let access_key = config.objects_access_key.clone().context(
        "objects: set objects_access_key and AFFIANT_OBJECTS_SECRET_KEY to the key that the bucket is \
         opened with",
    )?;
    let secret_key = secret_key(config)?;
    let prefix = prefix.to_owned();
    Ok(Options { bucket: bucket.to_owned(), prefix, endpoint, region, access_key, secret_key })
}

fn secret_key(config: &Config) -> anyhow::Result<String> {
    let file = match (&config.objects_secret_key, &config.objects_secret_key_file) {
        (Some(key), None) => return Ok(key.clone()),
        (None, Some(file)) => file,
        (None, None) => bail!(
            "objects: set AFFIANT_OBJECTS_SECRET_KEY, or objects_secret_key_file to a file that holds \
             the secret key of the bucket"
        ),
        (Some(_), Some(_)) => {
            bail!("objects: set objects_secret_key or objects_secret_key_file, not both")
        }
    };
    secret_in(file)
}

/// The secret that a file holds, which nobody else may read.
pub(crate) fn secret_in(file: &Path) -> anyhow::Result<String> {
    let mode = fs_err::metadata(file)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        bail!(
            "others can read {} (its mode is {mode:03o}): run chmod 600 on it, and take another key if \
             they may have read it",
            file.display()
        );
    }
    Ok(fs_err::read_to_string(file)?.trim().to_owned())
}

/// Opens the object storage of a server, and sees to it that it is the one that the databases mean.
pub(crate) async fn open(
    config: &Config,
    storage: &Storage,
) -> anyhow::Result<Option<Arc<dyn Objects>>> {
    let place = Place::configured(config)?;
    warn(&place);
    let Some(objects) = place.reach()? else {
        let count = storage.main.count_objects().await?;
        if count > 0 {
            bail!(
                "the content of {count} files lies in object storage, and `objects` is not set: set it \
                 as it was, or bring them back by `affiant migrate-storage --to-objects database`"
            );
        }
        return Ok(None);
    };
    claim(&place, &*objects, storage).await?;
    Ok(Some(objects))
}

/// From where browsers fetch files, if the configuration wants that.
pub(crate) fn direct(config: &Config) -> anyhow::Result<Option<Direct>> {
    if !config.direct_links {
        return Ok(None);
    }
    let place = Place::configured(config)?;
    let (Some(links), Some(host)) = (place.links()?, place.host()) else {
        bail!(
            "direct_links is set, and `objects` names no bucket: take it out, or name one as \
             s3://BUCKET/PREFIX"
        );
    };
    tracing::warn!(
        host,
        "direct_links is on: files that people download lie readable in the bucket for about two \
         minutes, and whoever runs it learns their browsers' addresses"
    );
    Ok(Some(Direct { links, host }))
}

/// How often it is looked for files that were lent: while some are, and otherwise, for what a server
/// left that was stopped before the setting was.
const LENT: Duration = Duration::from_mins(1);
const LENT_BEFORE: Duration = Duration::from_mins(15);

/// Deletes files that were lent, for ever; nothing where none can be.
pub(crate) async fn take_back(app: Arc<App>, config: Config) {
    let links = Place::configured(&config).and_then(|it| it.links());
    // A server does not start where this fails.
    let Ok(Some(links)) = links else { return };
    let mut due = interval(if config.direct_links { LENT } else { LENT_BEFORE });
    loop {
        due.tick().await;
        match links.take_back(app.clock.seconds()).await {
            Ok(0) => {}
            Ok(files) => tracing::info!(files, "files that were lent are deleted"),
            Err(error) => {
                tracing::error!(%error, "files that were lent could not be deleted; trying again");
            }
        }
    }
}

/// Makes sure that a place has objects of these databases, or none at all: what belongs to no row is
/// deleted there.
pub(crate) async fn claim(
    place: &Place,
    objects: &dyn Objects,
    storage: &Storage,
) -> anyhow::Result<()> {
    let name = place.name();
    let unreachable = || format!("{name} for files cannot be used");
    let deployment = storage.secrets.deployment();
    match objects.owner().await.with_context(unreachable)? {
        Some(owner) if owner == deployment => Ok(()),
        Some(_) => bail!(
            "{name} has the files of another installation: give each one a folder or a prefix of its \
             own"
        ),
        None if !objects.list(None, 1).await.with_context(unreachable)?.is_empty() => bail!(
            "{name} has files, and nothing says whose: the object `owner` is gone. Bring it back, or \
             name another place"
        ),
        None => objects.set_owner(deployment).await.with_context(unreachable),
    }
}

fn warn(place: &Place) {
    let Place::Bucket(options) = place else { return };
    let endpoint = options.endpoint.as_deref().and_then(|it| Url::parse(it).ok());
    let Some(endpoint) = endpoint.filter(|it| it.scheme() == "http") else { return };
    let is_here = match endpoint.host() {
        Some(Host::Ipv4(it)) => it.is_loopback(),
        Some(Host::Ipv6(it)) => it.is_loopback(),
        Some(Host::Domain(it)) => it == "localhost",
        None => false,
    };
    if !is_here {
        tracing::warn!(
            "whoever is between this machine and the bucket sees sizes and times of files and can \
             change or keep back what travels: give objects_endpoint an address with https"
        );
    }
}
