//! The archive: parts go in, pieces of a ZIP file come out.

use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc::Sender;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use crate::error::{WebError, internal};

/// What was written and not sent yet.
#[derive(Clone, Default)]
struct Pending(Arc<Mutex<Vec<u8>>>);

impl Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A part as the manifest tells it.
#[derive(Serialize)]
struct Part {
    name: String,
    bytes: usize,
    sha256: String,
}

#[derive(Serialize)]
struct Manifest<'a> {
    format: &'static str,
    made: &'a str,
    parts: &'a [Part],
}

/// An archive on its way to whoever asked for it.
pub(super) struct Archive<'a> {
    zip: Box<ZipWriter<StreamWriter<Pending>>>,
    pending: Pending,
    sender: &'a Sender<Result<Bytes, io::Error>>,
    parts: Vec<Part>,
}

impl<'a> Archive<'a> {
    pub(super) fn new(sender: &'a Sender<Result<Bytes, io::Error>>) -> Self {
        let pending = Pending::default();
        let zip = Box::new(ZipWriter::new_stream(pending.clone()));
        Self { zip, pending, sender, parts: Vec::new() }
    }

    /// Adds a part. Waits while what was written before is not taken.
    pub(super) async fn add(&mut self, name: &str, content: &[u8]) -> Result<(), WebError> {
        let digest = Sha256::digest(content);
        self.parts.push(Part {
            name: name.to_owned(),
            bytes: content.len(),
            sha256: hex::encode(digest),
        });
        self.write(name, content).await
    }

    pub(super) async fn add_json(
        &mut self,
        name: &str,
        content: &impl Serialize,
    ) -> Result<(), WebError> {
        let text = serde_json::to_vec_pretty(content).map_err(internal)?;
        self.add(name, &text).await
    }

    async fn write(&mut self, name: &str, content: &[u8]) -> Result<(), WebError> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        self.zip.start_file(name, options).map_err(internal)?;
        self.zip.write_all(content).map_err(internal)?;
        send(&self.pending, self.sender).await
    }

    /// Adds the manifest, and ends the archive.
    pub(super) async fn finish(mut self, made: &str) -> Result<(), WebError> {
        let manifest = Manifest { format: "affiant-export/1", made, parts: &self.parts };
        let text = serde_json::to_vec_pretty(&manifest).map_err(internal)?;
        self.write("manifest.json", &text).await?;
        self.zip.finish().map_err(internal)?;
        send(&self.pending, self.sender).await
    }
}

/// Sends what was written. Fails when whoever asked went away.
async fn send(
    pending: &Pending,
    sender: &Sender<Result<Bytes, io::Error>>,
) -> Result<(), WebError> {
    let bytes = {
        let mut pending = pending.0.lock().unwrap_or_else(PoisonError::into_inner);
        mem::take(&mut *pending)
    };
    if bytes.is_empty() {
        return Ok(());
    }
    sender.send(Ok(Bytes::from(bytes))).await.map_err(internal)
}
