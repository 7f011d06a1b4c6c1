//! The bucket as the server uses it: what every object storage keeps to, and what a network adds.

#[path = "../../../tests/objects/lib.rs"]
mod cases;
mod links;
#[path = "../../../tests/s3/lib.rs"]
#[expect(unreachable_pub, reason = "the tests of the whole have it as a module of their own")]
mod server;
mod trouble;

use std::time::UNIX_EPOCH;

use affiant_backend::Objects;
use tempfile::TempDir;

use crate::{Bucket, Options};
use server::{ACCESS_KEY, BUCKET, SECRET_KEY, Server};

/// What the names of objects begin with here.
const PREFIX: &str = "forms/files";

pub(crate) struct Fixture {
    folder: TempDir,
    server: Server,
    bucket: Bucket,
}

impl Fixture {
    /// An empty bucket.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(folder.path()).unwrap();
        let bucket = Bucket::new(&options(&server)).unwrap();
        Self { folder, server, bucket }
    }

    pub(crate) fn objects(&self) -> &dyn Objects {
        &self.bucket
    }

    /// Whether the server's disk holds these bytes.
    pub(crate) fn holds(&self, bytes: &[u8]) -> bool {
        let folder = self.folder.path().join(BUCKET).join(PREFIX);
        let files = fs_err::read_dir(folder).unwrap().map(|it| it.unwrap().path());
        let mut contents = files.filter(|it| it.is_file()).map(|it| fs_err::read(it).unwrap());
        contents.any(|it| it == bytes)
    }

    /// Puts something of another program into the bucket.
    pub(crate) fn put_foreign(&self) {
        let folder = self.folder.path().join(BUCKET).join(PREFIX);
        fs_err::write(folder.join("notes.txt"), "not ours").unwrap();
        let inner = folder.join("inner");
        fs_err::create_dir_all(&inner).unwrap();
        fs_err::write(inner.join("07".repeat(16)), "not ours").unwrap();
    }

    /// The time by the server's clock, in seconds of the Unix epoch.
    pub(crate) fn now(&self) -> i64 {
        let file = self.folder.path().join("clock");
        fs_err::write(&file, "").unwrap();
        let modified = fs_err::metadata(&file).unwrap().modified().unwrap();
        modified.duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
    }
}

fn options(server: &Server) -> Options {
    Options {
        bucket: BUCKET.to_owned(),
        prefix: PREFIX.to_owned(),
        endpoint: Some(server.endpoint()),
        region: "eu-central-1".to_owned(),
        access_key: ACCESS_KEY.to_owned(),
        secret_key: SECRET_KEY.to_owned(),
    }
}
