//! Words that occur nowhere else, and in how many ways they can be written.

use affiant_manifest::Origin;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

/// A piece of personal data that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Canary {
    /// Where the component has it from.
    pub(crate) origin: Origin,
    /// The word.
    pub(crate) word: String,
    needles: Vec<Vec<u8>>,
}

impl Canary {
    /// The word of one person for one origin: sixteen letters.
    pub(crate) fn new(origin: Origin, person: u8) -> Self {
        let seed = Sha256::new()
            .chain_update(origin.to_string())
            .chain_update([person])
            .chain_update(b"affiant canary");
        let word: String =
            seed.finalize().iter().take(16).map(|it| char::from(b'a' + it % 26)).collect();
        let needles = needles(&word);
        Self { origin, word, needles }
    }

    /// Whether some bytes hold the word: as it is, backwards, encoded, or as its digest.
    pub(crate) fn is_in(&self, bytes: &[u8]) -> bool {
        let bytes = bytes.to_ascii_lowercase();
        self.needles.iter().any(|needle| bytes.windows(needle.len()).any(|it| it == needle))
    }
}

/// What is looked for, in lower case as what is looked through.
fn needles(word: &str) -> Vec<Vec<u8>> {
    let mut needles = Vec::new();
    for word in [word.to_owned(), word.to_uppercase()] {
        let bytes = word.as_bytes();
        needles.push(word.to_lowercase());
        needles.push(word.chars().rev().collect::<String>().to_lowercase());
        needles.push(hex::encode(bytes));
        // Inside of a longer text, a word is encoded in one of three ways; the ends depend on what
        // stands beside it.
        for before in 0..3_usize {
            let padded = [vec![b' '; before], bytes.to_vec()].concat();
            let encoded = STANDARD_NO_PAD.encode(&padded);
            let inside = &encoded[(before * 8).div_ceil(6)..encoded.len() - 2];
            needles.push(inside.to_lowercase());
        }
        let digests = [
            Md5::digest(bytes).to_vec(),
            Sha1::digest(bytes).to_vec(),
            Sha256::digest(bytes).to_vec(),
        ];
        for digest in digests {
            needles.push(hex::encode(&digest));
            needles.push(STANDARD_NO_PAD.encode(&digest).to_lowercase());
            needles.push(URL_SAFE_NO_PAD.encode(&digest).to_lowercase());
        }
    }
    needles.sort();
    needles.dedup();
    needles.into_iter().map(String::into_bytes).collect()
}
