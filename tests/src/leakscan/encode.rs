//! The encodings in which bytes may lie about.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// An encoding, and how bytes look in it.
pub(crate) type Encoded = (&'static str, Vec<u8>);

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// How bytes look in every encoding. Letters may be of either case: the search does not mind.
pub(crate) fn all(bytes: &[u8]) -> Vec<Encoded> {
    let mut encoded = vec![
        ("as it is", bytes.to_vec()),
        ("UTF-16, low byte first", wide(bytes, |it| vec![it, 0])),
        ("UTF-16, high byte first", wide(bytes, |it| vec![0, it])),
        ("UTF-32", wide(bytes, |it| vec![it, 0, 0, 0])),
        ("hexadecimal", each(bytes, |it| format!("{it:02x}"))),
        ("hexadecimal with colons", joined(bytes, ":", |it| format!("{it:02x}"))),
        ("escapes of C", each(bytes, |it| format!("\\x{it:02x}"))),
        ("octal escapes", each(bytes, |it| format!("\\{it:03o}"))),
        ("percent", each(bytes, |it| format!("%{it:02x}"))),
        ("quoted-printable", each(bytes, |it| format!("={it:02x}"))),
        ("escapes of JSON", each(bytes, |it| format!("\\u{it:04x}"))),
        ("escapes of Rust", each(bytes, |it| format!("\\u{{{it:x}}}"))),
        ("decimal references of HTML", each(bytes, |it| format!("&#{it};"))),
        ("hexadecimal references of XML", each(bytes, |it| format!("&#x{it:x};"))),
        ("list of numbers", joined(bytes, ", ", |it| it.to_string())),
        ("compact list of numbers", joined(bytes, ",", |it| it.to_string())),
    ];
    for shift in 0..3 {
        encoded.push(("base64", base64(bytes, shift, |it| STANDARD_NO_PAD.encode(it))));
        encoded
            .push(("base64 of addresses", base64(bytes, shift, |it| URL_SAFE_NO_PAD.encode(it))));
    }
    for shift in 0..5 {
        encoded.push(("base32", base32(bytes, shift)));
    }
    encoded.sort();
    encoded.dedup_by(|one, other| one.1 == other.1);
    encoded
}

fn wide(bytes: &[u8], unit: impl Fn(u8) -> Vec<u8>) -> Vec<u8> {
    bytes.iter().flat_map(|it| unit(*it)).collect()
}

fn each(bytes: &[u8], spell: impl Fn(u8) -> String) -> Vec<u8> {
    joined(bytes, "", spell)
}

fn joined(bytes: &[u8], between: &str, spell: impl Fn(u8) -> String) -> Vec<u8> {
    bytes.iter().map(|it| spell(*it)).collect::<Vec<_>>().join(between).into_bytes()
}

/// The characters that depend on these bytes alone, when `shift` bytes stand before them.
fn base64(bytes: &[u8], shift: usize, encode: impl Fn(&[u8]) -> String) -> Vec<u8> {
    inner(&encode(&shifted(bytes, shift)), 6, shift, bytes.len())
}

fn base32(bytes: &[u8], shift: usize) -> Vec<u8> {
    let shifted = shifted(bytes, shift);
    let bit = |at: usize| shifted.get(at / 8).map_or(0, |it| usize::from(it >> (7 - at % 8) & 1));
    let digit = |at: usize| (0..5).fold(0, |sum, next| sum * 2 + bit(at * 5 + next));
    let digits = (0..(shifted.len() * 8).div_ceil(5)).map(|at| char::from(BASE32[digit(at)]));
    inner(&digits.collect::<String>(), 5, shift, bytes.len())
}

fn shifted(bytes: &[u8], shift: usize) -> Vec<u8> {
    let mut shifted = vec![0; shift];
    shifted.extend(bytes);
    shifted
}

/// The digits of `bits` bits each that hold nothing but the bytes from `shift` on.
fn inner(digits: &str, bits: usize, shift: usize, length: usize) -> Vec<u8> {
    let first = (shift * 8).div_ceil(bits);
    let last = (shift + length) * 8 / bits;
    digits.as_bytes()[first..last].to_vec()
}
