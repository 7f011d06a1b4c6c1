//! Canonical CBOR (RFC 8949 §4.2.1), as much of it as names places.
//!
//! Each part carries its kind and length, so no two lists of parts share an encoding.

const UNSIGNED: u8 = 0;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;

/// An array that is being written.
pub(crate) struct Items(Vec<u8>);

impl Items {
    /// An array of so many items, which have to follow.
    pub(crate) fn of(count: u64) -> Self {
        let mut items = Self(Vec::with_capacity(128));
        items.head(ARRAY, count);
        items
    }

    pub(crate) fn number(mut self, number: u64) -> Self {
        self.head(UNSIGNED, number);
        self
    }

    pub(crate) fn bytes(self, bytes: &[u8]) -> Self {
        self.string(BYTES, bytes)
    }

    pub(crate) fn text(self, text: &str) -> Self {
        self.string(TEXT, text.as_bytes())
    }

    pub(crate) fn done(self) -> Vec<u8> {
        self.0
    }

    fn string(mut self, major: u8, content: &[u8]) -> Self {
        self.head(major, content.len() as u64);
        self.0.extend(content);
        self
    }

    /// The head of an item: major type and argument in the shortest form.
    fn head(&mut self, major: u8, argument: u64) {
        let major = major << 5;
        let bytes = argument.to_be_bytes();
        match argument {
            0..=23 => self.0.push(major | bytes[7]),
            24..=0xff => self.0.extend([major | 0x18, bytes[7]]),
            0x100..=0xffff => {
                self.0.push(major | 0x19);
                self.0.extend(&bytes[6..]);
            }
            0x1_0000..=0xffff_ffff => {
                self.0.push(major | 0x1a);
                self.0.extend(&bytes[4..]);
            }
            _ => {
                self.0.push(major | 0x1b);
                self.0.extend(bytes);
            }
        }
    }
}
