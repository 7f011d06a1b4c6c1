//! Resume codes: another way to a session's seed, for people who write it down.

use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

use crate::keys::{Secret, open_seed, seed_place};
use crate::{NoRandomness, Randomness, Refused, envelope, random};

/// Crockford's base 32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Characters of a code: 130 bits hold the 128 random ones.
const CHARACTERS: usize = 26;

/// A resume code.
pub struct ResumeCode(Zeroizing<[u8; 16]>);

impl ResumeCode {
    /// A new code.
    pub fn random(randomness: &dyn Randomness) -> Result<Self, NoRandomness> {
        Ok(Self(Zeroizing::new(random(randomness)?)))
    }

    /// Reads a code as a person types it: any case, spaces and dashes, `O` for 0, `I` and `L`
    /// for 1. `None` when it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bits: u128 = 0;
        let mut count = 0;
        for character in text.chars().filter(|it| !matches!(it, ' ' | '-' | '\t')) {
            let character = match character.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let digit = ALPHABET.iter().position(|it| char::from(*it) == character)?;
            // The first character holds only three bits of the code.
            if count == 0 && digit > 7 {
                return None;
            }
            bits = (bits << 5) | digit as u128;
            count += 1;
            if count > CHARACTERS {
                return None;
            }
        }
        let code = (count == CHARACTERS).then(|| Self(Zeroizing::new(bits.to_be_bytes())));
        bits.zeroize();
        code
    }

    /// The code in groups, as it is shown once.
    pub fn reveal<T>(&self, see: impl FnOnce(&str) -> T) -> T {
        let bits = u128::from_be_bytes(*self.0);
        let mut text = Zeroizing::new(String::with_capacity(CHARACTERS + 6));
        for at in (0..CHARACTERS).rev() {
            let digit = usize::try_from((bits >> (at * 5)) & 31).unwrap_or(0);
            text.push(char::from(ALPHABET[digit]));
            if at > 0 && at % 4 == 0 {
                text.push('-');
            }
        }
        see(&text)
    }

    fn key(&self, info: &str) -> Secret {
        let mut wide = [0; 32];
        wide[..16].copy_from_slice(&*self.0);
        Secret::take(&mut wide).derive(&[], info)
    }

    /// Seals a session's seed under this code.
    pub fn wrap(
        &self,
        session: &[u8; 16],
        seed: &Secret,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let key = self.key("affiant/resume-kek/v1");
        envelope::seal(key.bytes(), &seed_place(session, "resume"), seed.bytes(), randomness)
    }

    /// Opens a session's seed.
    pub fn unwrap(&self, session: &[u8; 16], wrapped: &[u8]) -> Result<Secret, Refused> {
        open_seed(&self.key("affiant/resume-kek/v1"), session, "resume", wrapped)
    }
}

/// By which the wrap of a code is found. Tells nothing about the code.
pub fn code_lookup(code: &ResumeCode) -> [u8; 32] {
    code.key("affiant/resume-lookup/v1").reveal(|it| Sha256::digest(it).into())
}
