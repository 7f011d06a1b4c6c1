//! Resume codes: another way to a session's seed, for people who write it down.

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::keys::{Secret, derive, seed_place, unwrap, wrap};
use crate::place::Scope;
use crate::{NoRandomness, Randomness, Refused};

/// Crockford's base 32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Characters that hold the 128 bits; the first one holds only three of them.
const CHARACTERS: u32 = 26;

/// Characters in all: two check the others.
const LENGTH: u32 = CHARACTERS + 2;

/// The whole code, read as a number, is a multiple of this prime. It is the largest below 32², so
/// every single wrong character and every two that changed places are noticed.
const PRIME: u32 = 1021;

/// A resume code of 128 random bits.
pub struct ResumeCode(Box<Zeroizing<[u8; 16]>>);

impl ResumeCode {
    /// A new code.
    pub fn random(randomness: &dyn Randomness) -> Result<Self, NoRandomness> {
        let mut code = Self(Box::default());
        randomness.fill(&mut code.0[..])?;
        Ok(code)
    }

    /// Reads a code as a person types it: any case, spaces and dashes, `O` for 0, `I` and `L`
    /// for 1. `None` when it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bits = Zeroizing::new(0_u128);
        let mut remainder = 0;
        let mut count = 0;
        for character in text.chars().filter(|it| !it.is_whitespace() && !is_dash(*it)) {
            let digit = digit(character)?;
            count += 1;
            if count > LENGTH || (count == 1 && digit > 7) {
                return None;
            }
            remainder = (remainder * 32 + digit) % PRIME;
            if count <= CHARACTERS {
                *bits = (*bits << 5) | u128::from(digit);
            }
        }
        if count != LENGTH || remainder != 0 {
            return None;
        }
        let mut code = Self(Box::default());
        for (at, byte) in code.0.iter_mut().rev().enumerate() {
            *byte = u8::try_from((*bits >> (at * 8)) & 0xff).ok()?;
        }
        Some(code)
    }

    /// The code in groups of four, as it is shown once.
    pub fn reveal<T>(&self, see: impl FnOnce(&str) -> T) -> T {
        let bits = Zeroizing::new(u128::from_be_bytes(**self.0));
        let mut text = Zeroizing::new(String::with_capacity(40));
        let mut remainder = 0;
        for at in (0..CHARACTERS).rev() {
            let digit = u32::try_from((*bits >> (at * 5)) & 31).unwrap_or_default();
            remainder = (remainder * 32 + digit) % PRIME;
            push(&mut text, digit);
        }
        // The two check characters bring the number up to the next multiple.
        let check = (PRIME - remainder * 32 * 32 % PRIME) % PRIME;
        push(&mut text, check / 32);
        push(&mut text, check % 32);
        see(&text)
    }

    /// By which the wrap of this code is found. Tells nothing about the code.
    pub fn lookup(&self) -> [u8; 32] {
        Sha256::digest(self.derive("resume-lookup").bytes()).into()
    }

    /// Seals a session's seed under this code.
    pub fn wrap(
        &self,
        scope: &Scope,
        seed: &Secret,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        wrap(&self.derive("resume-kek"), &seed_place(scope, "resume code"), seed, randomness)
    }

    /// Opens a session's seed.
    pub fn unwrap(&self, scope: &Scope, wrapped: &[u8]) -> Result<Secret, Refused> {
        unwrap(&self.derive("resume-kek"), &seed_place(scope, "resume code"), wrapped)
    }

    fn derive(&self, purpose: &str) -> Secret {
        derive(&self.0[..], &[], purpose, &[])
    }
}

/// Hyphen-minus, and what word processors make of it.
fn is_dash(character: char) -> bool {
    matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn digit(character: char) -> Option<u32> {
    let character = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let at = ALPHABET.iter().position(|it| char::from(*it) == character)?;
    u32::try_from(at).ok()
}

fn push(text: &mut String, digit: u32) {
    if text.len() % 5 == 4 {
        text.push('-');
    }
    text.extend(ALPHABET.get(digit as usize).copied().map(char::from));
}
