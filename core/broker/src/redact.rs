//! Keeps secrets out of what comes back.

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands where a secret stood.
const INSTEAD: &[u8] = b"[secret]";

/// What forms leave as it is.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What addresses leave as it is, whatever they hold.
const LENIENT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'&');

/// Finds secrets in whatever form an honest peer or a mirror would give them back: as they are, as
/// addresses, JSON and HTML write them, in hexadecimal, and in Base64 wherever they stand in what was
/// encoded. Who wants to hand one back in another way can, and is a recipient that the manifest names.
pub(crate) struct Redactor {
    forms: Option<AhoCorasick>,
}

impl Redactor {
    /// Makes ready to find these. An empty one is not looked for.
    pub(crate) fn new<'a>(secrets: impl Iterator<Item = &'a str>) -> Self {
        let forms: Vec<Vec<u8>> = secrets.filter(|it| !it.is_empty()).flat_map(forms).collect();
        if forms.is_empty() {
            return Self { forms: None };
        }
        let built = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(forms);
        Self { forms: Some(built.expect("a few secrets of at most a few KiB fit")) }
    }

    /// The same bytes without them.
    pub(crate) fn redact(&self, bytes: Vec<u8>) -> Vec<u8> {
        match &self.forms {
            Some(forms) if forms.is_match(&bytes) => {
                let mut kept = Vec::with_capacity(bytes.len());
                forms.replace_all_with_bytes(&bytes, &mut kept, |_, _, kept| {
                    kept.extend_from_slice(INSTEAD);
                    true
                });
                kept
            }
            _ => bytes,
        }
    }
}

fn forms(secret: &str) -> Vec<Vec<u8>> {
    let json = secret.replace('\\', "\\\\").replace('"', "\\\"");
    let slashed = json.replace('/', "\\/");
    let mut forms = vec![secret.to_owned(), json, slashed, html(secret)];
    for set in [NON_ALPHANUMERIC, FORM, LENIENT] {
        let encoded = utf8_percent_encode(secret, set).to_string();
        forms.push(encoded.replace("%20", "+"));
        forms.push(lower_escapes(&encoded));
        forms.push(encoded);
    }
    forms.push(hex::encode(secret));
    forms.push(hex::encode_upper(secret));
    for before in 0..3 {
        forms.push(inside_of_base64(secret, before, |it| STANDARD_NO_PAD.encode(it)));
        forms.push(inside_of_base64(secret, before, |it| URL_SAFE_NO_PAD.encode(it)));
    }
    forms.sort();
    forms.dedup();
    forms.into_iter().map(String::into_bytes).collect()
}

/// What of a secret's Base64 is the same whatever stands around it, when `before` bytes of a group of
/// three come before it.
fn inside_of_base64(secret: &str, before: usize, encode: impl Fn(&[u8]) -> String) -> String {
    let mut padded = vec![0; before];
    padded.extend_from_slice(secret.as_bytes());
    let encoded = encode(&padded);
    // Every character tells six bits: those that hold bits of a neighbour are left out.
    let first = (before * 8).div_ceil(6);
    let last = padded.len() * 8 / 6;
    encoded.get(first..last).unwrap_or_default().to_owned()
}

fn html(secret: &str) -> String {
    let text = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#x27;")
}

/// The same with `%c3` in place of `%C3`.
fn lower_escapes(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (escape, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        text.push('%');
        text.push_str(&escape.to_ascii_lowercase());
        text.push_str(rest);
    }
    text
}
