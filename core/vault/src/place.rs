//! What an envelope is bound to: its place.

/// Version of the envelope.
const VERSION: u8 = 1;

/// AES-256-GCM under a derived key for one record, with a commitment.
const SUITE: u8 = 1;

/// The keys come from a visitor without an account.
const ANONYMOUS: u8 = 1;

/// Version of the plaintexts' own format.
const SCHEMA: u64 = 1;

/// Bytes of an envelope before its salt.
pub(crate) const HEADER: usize = 24;

/// Whose records they are: part of what every envelope is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The installation; the keyring gives it.
    pub deployment: [u8; 16],
    /// The session.
    pub session: [u8; 16],
    /// Counts how often the session's secret in the keyring was renewed.
    pub epoch: u32,
}

/// The place of a record. Two records differ in at least one part, so that none can stand in for
/// another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) scope: &'a Scope,
    /// Names the key that the record is sealed under: a session or a file.
    pub(crate) key: &'a [u8; 16],
    pub(crate) table: &'a str,
    /// The row within the table, where session and step do not name it.
    pub(crate) row: &'a [u8],
    /// The step, or the chunk of a file.
    pub(crate) step: u64,
    /// What the plaintext is: `delta`, `snapshot`, `seed`, …
    pub(crate) content: &'a str,
}

impl Place<'_> {
    /// `ver(1) suite(1) mode(1) flags(1) key_id(16) epoch(4)`. No flag is defined.
    pub(crate) fn header(&self) -> [u8; HEADER] {
        let mut header = [0; HEADER];
        header[..3].copy_from_slice(&[VERSION, SUITE, ANONYMOUS]);
        header[4..20].copy_from_slice(self.key);
        header[20..].copy_from_slice(&self.scope.epoch.to_be_bytes());
        header
    }

    /// The associated data: `[ver, suite, mode, deployment, table, row, session, step, epoch,
    /// content, schema]` in canonical CBOR (RFC 8949 §4.2.1). Each part carries its length, so no
    /// two places share an encoding.
    pub(crate) fn associated(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(128);
        head(&mut out, ARRAY, 11);
        head(&mut out, UNSIGNED, VERSION.into());
        head(&mut out, UNSIGNED, SUITE.into());
        head(&mut out, UNSIGNED, ANONYMOUS.into());
        string(&mut out, BYTES, &self.scope.deployment);
        string(&mut out, TEXT, self.table.as_bytes());
        string(&mut out, BYTES, self.row);
        string(&mut out, BYTES, &self.scope.session);
        head(&mut out, UNSIGNED, self.step);
        head(&mut out, UNSIGNED, self.scope.epoch.into());
        string(&mut out, TEXT, self.content.as_bytes());
        head(&mut out, UNSIGNED, SCHEMA);
        out
    }
}

// Major types of CBOR.
const UNSIGNED: u8 = 0;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;

/// The head of an item: major type and argument in the shortest form.
fn head(out: &mut Vec<u8>, major: u8, argument: u64) {
    let major = major << 5;
    let bytes = argument.to_be_bytes();
    match argument {
        0..=23 => out.push(major | bytes[7]),
        24..=0xff => out.extend([major | 0x18, bytes[7]]),
        0x100..=0xffff => {
            out.push(major | 0x19);
            out.extend(&bytes[6..]);
        }
        0x1_0000..=0xffff_ffff => {
            out.push(major | 0x1a);
            out.extend(&bytes[4..]);
        }
        _ => {
            out.push(major | 0x1b);
            out.extend(bytes);
        }
    }
}

fn string(out: &mut Vec<u8>, major: u8, content: &[u8]) {
    head(out, major, content.len() as u64);
    out.extend(content);
}
