//! The search finds a canary in every encoding and packing, wherever it begins.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::leakscan::canary::{MARK, Planter};
use crate::leakscan::encode;
use crate::leakscan::search::Needles;

fn found(planter: &Planter, bytes: &[u8]) -> Vec<String> {
    let needles = Needles::new(planter).expect("few canaries fit into a search");
    needles.search("here", bytes).iter().map(ToString::to_string).collect()
}

fn planted() -> (Planter, String) {
    let mut planter = Planter::new(7);
    let text = planter.text("text");
    (planter, text)
}

#[test]
fn a_canary_is_found_in_every_encoding() {
    let (planter, text) = planted();
    for case in [text.clone(), text.to_uppercase()] {
        for (encoding, bytes) in encode::all(case.as_bytes()) {
            let around = [b"\x00before ".as_slice(), &bytes, b" behind"].concat();
            assert!(!found(&planter, &around).is_empty(), "{encoding}: {case}");
        }
    }
    let names: std::collections::BTreeSet<_> =
        encode::all(MARK.as_bytes()).into_iter().map(|it| it.0).collect();
    assert!(names.len() >= 14, "{names:?}");
}

#[test]
fn a_canary_that_was_cut_short_is_found_and_known_by_what_is_left() {
    let (mut planter, text) = planted();
    // What stands behind it may look like a digit of it.
    for (left, path) in [(31, "text"), (2, "text"), (0, "something")] {
        let cut = [&text.as_bytes()[..MARK.len() + left], b"e\x00"].concat();
        let found = found(&planter, &cut);
        assert!(found.len() == 1 && found[0].contains(&format!("sent as {path}")), "{found:?}");
    }
    let readable = "words of an administrator";
    let words = planter.text(readable);
    let others = (0..1_000).map(|_| planter.text("area")).chain([text]).collect::<Vec<_>>();
    for text in others.iter().chain([&words]) {
        let cut = [&text.as_bytes()[..MARK.len() + 2], b"5\x00"].concat();
        let found = found(&planter, &cut);
        let is_readable = found[0].contains(&format!("sent as {readable}"));
        assert!(found.len() == 1 && is_readable == (*text == words), "{found:?}");
    }
}

#[test]
fn a_canary_is_found_in_base64_wherever_it_begins() {
    let (planter, text) = planted();
    for before in 0..9 {
        let plain = format!("{}{text}?>", "ÿ~?".chars().cycle().take(before).collect::<String>());
        for encoded in [STANDARD.encode(&plain), URL_SAFE.encode(&plain)] {
            assert!(!found(&planter, encoded.as_bytes()).is_empty(), "{before}: {encoded}");
        }
    }
}

#[test]
fn a_canary_is_found_in_what_is_packed_and_packed_again() -> anyhow::Result<()> {
    let (planter, text) = planted();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    write!(gzip, "some words before {text}")?;
    let gzip = gzip.finish()?;
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    zlib.write_all(b"before")?;
    zlib.write_all(&gzip)?;
    let zlib = [b"stream\n".as_slice(), &zlib.finish()?, b"endstream"].concat();
    for packed in [gzip, zlib] {
        let found = found(&planter, &packed);
        assert!(found.iter().any(|it| it.contains("sent as text") && it.contains("packed")));
    }
    let zstd = ruzstd::encoding::compress_to_vec(
        text.as_bytes(),
        ruzstd::encoding::CompressionLevel::Uncompressed,
    );
    assert!(!found(&planter, &zstd).is_empty());
    Ok(())
}

#[test]
fn numbers_and_secrets_are_found_though_they_bear_no_mark() {
    let mut planter = Planter::new(7);
    let number = planter.number("number");
    planter.secret("token", b"a token that the server told");
    let binary = number.parse::<u64>().unwrap().to_le_bytes();
    assert!(found(&planter, number.as_bytes())[0].contains("sent as number"));
    assert!(found(&planter, &binary)[0].contains("sent as number"));
    assert!(found(&planter, b"a token that the")[0].contains("sent as token"));
}

#[test]
fn what_is_no_canary_is_not_found() {
    let (planter, _) = planted();
    let noise: Vec<u8> =
        (0..1_u32 << 20).map(|it| it.wrapping_mul(2_654_435_761).to_le_bytes()[2]).collect();
    assert_eq!(found(&planter, &noise), Vec::<String>::new());
    assert_eq!(found(&planter, b"cnry vqzx, canary"), Vec::<String>::new());
}
