//! What is packed inside of bytes: gzip, zlib (as in PDF), zip members, zstd; each wherever it begins.

use std::io::Read;

use aho_corasick::AhoCorasick;
use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};

/// How a packed stream begins.
const BEGINNINGS: &[(&[u8], &str)] = &[
    (b"\x1f\x8b\x08", "gzip"),
    (b"\x78\x01", "zlib"),
    (b"\x78\x5e", "zlib"),
    (b"\x78\x9c", "zlib"),
    (b"\x78\xda", "zlib"),
    (b"PK\x03\x04", "zip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
];

/// Most bytes that one stream is unpacked to.
const MOST: u64 = 64 << 20;

/// Streams in streams, at most.
const DEEP: usize = 3;

/// A shorter stream holds no canary.
const SHORTEST: usize = 8;

/// Shows every packed stream of `bytes`, those inside of others too.
pub(crate) fn unpacked(bytes: &[u8], mut see: impl FnMut(&'static str, &[u8])) {
    inside(bytes, 0, &mut see);
}

fn inside(bytes: &[u8], depth: usize, see: &mut dyn FnMut(&'static str, &[u8])) {
    if depth == DEEP {
        return;
    }
    let beginnings = AhoCorasick::new(BEGINNINGS.iter().map(|it| it.0));
    let beginnings = beginnings.expect("the beginnings are few and short");
    for found in beginnings.find_overlapping_iter(bytes) {
        let (_, name) = BEGINNINGS[found.pattern().as_usize()];
        let content = unpack(name, &bytes[found.start()..]);
        if content.len() >= SHORTEST {
            see(name, &content);
            inside(&content, depth + 1, see);
        }
    }
}

/// As much as can be unpacked; what is broken behind it does not matter.
fn unpack(name: &str, packed: &[u8]) -> Vec<u8> {
    match name {
        "gzip" => read(GzDecoder::new(packed)),
        "zlib" => read(ZlibDecoder::new(packed)),
        "zip" => member(packed).map(|it| read(DeflateDecoder::new(it))).unwrap_or_default(),
        _ => match ruzstd::decoding::StreamingDecoder::new(packed) {
            Ok(it) => read(it),
            Err(_) => Vec::new(),
        },
    }
}

fn read(stream: impl Read) -> Vec<u8> {
    let mut content = Vec::new();
    // What came before an error stays in the buffer, and is searched.
    let _ = stream.take(MOST).read_to_end(&mut content);
    content
}

/// The deflated bytes of a zip member, behind its local header (APPNOTE 4.3.7).
fn member(header: &[u8]) -> Option<&[u8]> {
    let short =
        |at: usize| Some(usize::from(u16::from_le_bytes([*header.get(at)?, *header.get(at + 1)?])));
    header.get(30 + short(26)? + short(28)?..)
}
