//! Codes that people write down: Crockford's base 32 with two characters that check the others.

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::{NoRandomness, Randomness};

/// Crockford's base 32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The whole code, read as a number, is a multiple of this prime. It is the largest below 32², so
/// every single wrong character and every two that changed places are noticed.
const PRIME: u32 = 1021;

/// `N` secret bytes that a person types.
pub(crate) struct Code<const N: usize>(Box<Zeroizing<[u8; N]>>);

impl<const N: usize> Code<N> {
    /// Characters that hold the bits.
    const CHARACTERS: usize = (N * 8).div_ceil(5);

    /// Zero bits in front of the first character's.
    const SPARE: usize = Self::CHARACTERS * 5 - N * 8;

    pub(crate) fn empty() -> Self {
        Self(Box::new(Zeroizing::new([0; N])))
    }

    pub(crate) fn random(randomness: &dyn Randomness) -> Result<Self, NoRandomness> {
        let mut code = Self::empty();
        randomness.fill(code.0.as_mut_slice())?;
        Ok(code)
    }

    pub(crate) fn bytes(&self) -> &[u8; N] {
        &self.0
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8; N] {
        &mut self.0
    }

    /// Reads a code as a person types it: any case, spaces and dashes, `O` for 0, `I` and `L`
    /// for 1. `None` when it cannot be one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut code = Self::empty();
        let mut bits = Zeroizing::new(0_u32);
        // Bits that wait to become a byte; those in front of the first one do not count.
        let mut waiting = 0;
        let (mut remainder, mut count, mut filled) = (0, 0, 0);
        for character in text.chars().filter(|it| !it.is_whitespace() && !is_dash(*it)) {
            let digit = digit(character)?;
            count += 1;
            if count > Self::CHARACTERS + 2 || (count == 1 && digit >= 32 >> Self::SPARE) {
                return None;
            }
            remainder = (remainder * 32 + digit) % PRIME;
            if count > Self::CHARACTERS {
                continue;
            }
            *bits = ((*bits << 5) | digit) & 0xfff;
            waiting += if count == 1 { 5 - Self::SPARE } else { 5 };
            if waiting >= 8 {
                waiting -= 8;
                *code.0.get_mut(filled)? = u8::try_from((*bits >> waiting) & 0xff).ok()?;
                filled += 1;
            }
        }
        (count == Self::CHARACTERS + 2 && remainder == 0).then_some(code)
    }

    /// The code in groups of four.
    pub(crate) fn reveal<T>(&self, see: impl FnOnce(&str) -> T) -> T {
        let mut text = Zeroizing::new(String::with_capacity(Self::CHARACTERS * 2));
        let mut bits = Zeroizing::new(0_u32);
        let (mut waiting, mut remainder) = (Self::SPARE, 0);
        for byte in self.bytes() {
            *bits = ((*bits << 8) | u32::from(*byte)) & 0xfff;
            waiting += 8;
            while waiting >= 5 {
                waiting -= 5;
                let digit = (*bits >> waiting) & 31;
                remainder = (remainder * 32 + digit) % PRIME;
                push(&mut text, digit);
            }
        }
        // The two check characters bring the number up to the next multiple.
        let check = (PRIME - remainder * 32 * 32 % PRIME) % PRIME;
        push(&mut text, check / 32);
        push(&mut text, check % 32);
        see(&text)
    }

    /// Whether the group at `at`, counted from 0, is what was typed, in constant time.
    pub(crate) fn has_group(&self, at: usize, typed: &str) -> bool {
        let typed = as_printed(typed);
        self.reveal(|text| {
            text.split('-').nth(at).is_some_and(|it| it.as_bytes().ct_eq(typed.as_bytes()).into())
        })
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

/// What a person typed, as [`Code::reveal`] would print it but for the dashes.
fn as_printed(typed: &str) -> Zeroizing<String> {
    let digits = typed.chars().filter(|it| !it.is_whitespace() && !is_dash(*it)).filter_map(digit);
    let mut text = Zeroizing::new(String::with_capacity(typed.len()));
    text.extend(digits.filter_map(|it| ALPHABET.get(it as usize).copied().map(char::from)));
    text
}
