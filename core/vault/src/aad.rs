//! What an envelope is bound to: its place.

/// The place of a record. Two records differ in at least one part, so that none can stand in for
/// another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a str,
    /// The row within it.
    pub row: &'a [u8],
    /// The session it belongs to.
    pub session: &'a [u8; 16],
    /// The step, where there is one.
    pub step: u64,
    /// What the plaintext is: `delta`, `snapshot`, `seed`, …
    pub content: &'a str,
}

/// The version of the plaintexts' own format.
const SCHEMA: u64 = 1;

impl Place<'_> {
    /// The associated data: a canonical CBOR array (RFC 8949 §4.2.1) of the envelope's header and
    /// the parts of the place, each with its length, so that no two places share an encoding.
    pub(crate) fn encode(&self, header: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(96);
        head(&mut out, 4, 7);
        bytes(&mut out, header);
        text(&mut out, self.table);
        bytes(&mut out, self.row);
        bytes(&mut out, self.session);
        head(&mut out, 0, self.step);
        text(&mut out, self.content);
        head(&mut out, 0, SCHEMA);
        out
    }
}

/// The head of an item: major type and argument in the shortest form.
fn head(out: &mut Vec<u8>, major: u8, argument: u64) {
    let major = major << 5;
    let be = argument.to_be_bytes();
    match argument {
        0..=23 => out.push(major | be[7]),
        24..=0xff => out.extend([major | 0x18, be[7]]),
        0x100..=0xffff => {
            out.push(major | 0x19);
            out.extend(&be[6..]);
        }
        0x1_0000..=0xffff_ffff => {
            out.push(major | 0x1a);
            out.extend(&be[4..]);
        }
        _ => {
            out.push(major | 0x1b);
            out.extend(be);
        }
    }
}

fn bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    head(out, 2, bytes.len() as u64);
    out.extend(bytes);
}

fn text(out: &mut Vec<u8>, text: &str) {
    head(out, 3, text.len() as u64);
    out.extend(text.as_bytes());
}
