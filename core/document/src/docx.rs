//! Writes a document as DOCX: `WordprocessingML` parts in a ZIP archive.
//!
//! Parts are sorted and carry one fixed time, so that equal documents give equal bytes.

mod body;
mod parts;
mod xml;

use std::io::{self, Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::document::{Document, DocumentError};

/// The document as a DOCX file.
pub fn to_docx(document: &Document) -> Result<Vec<u8>, DocumentError> {
    let body = body::write(document)?;
    let language = document.language.tag();
    let mut files = [
        ("[Content_Types].xml", parts::CONTENT_TYPES.as_bytes().to_vec()),
        ("_rels/.rels", parts::PACKAGE_LINKS.as_bytes().to_vec()),
        ("docProps/core.xml", parts::core(document)?),
        ("word/_rels/document.xml.rels", parts::links(&body.links)?),
        ("word/document.xml", body.document),
        ("word/footer1.xml", parts::footer(document)?),
        ("word/numbering.xml", parts::numbering(&body.lists)?),
        ("word/settings.xml", parts::SETTINGS.replace("{language}", language).into_bytes()),
        ("word/styles.xml", parts::STYLES.replace("{language}", language).into_bytes()),
    ];
    files.sort_by_key(|(name, _)| *name);
    Ok(pack(&files)?)
}

fn pack(files: &[(&str, Vec<u8>)]) -> io::Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        archive.start_file(*name, options)?;
        archive.write_all(content)?;
    }
    Ok(archive.finish()?.into_inner())
}
