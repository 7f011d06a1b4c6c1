//! What opens, and above all what does not.

use std::cell::Cell;

use hkdf::Hkdf;
use proptest::prelude::*;
use sha2::Sha256;

use crate::aad::Place;
use crate::envelope::{open, seal_with};
use crate::{
    CHUNK, NoRandomness, Randomness, Refused, ResumeCode, SealedFile, Secret, SessionKeys, Token,
    code_lookup, padding,
};

/// Counts up, so that tests are the same every time.
#[derive(Default)]
struct Counting(Cell<u8>);

impl Randomness for Counting {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        for byte in buffer {
            self.0.set(self.0.get().wrapping_add(1));
            *byte = self.0.get();
        }
        Ok(())
    }
}

const SESSION: [u8; 16] = [3; 16];

fn place(step: u64) -> Place<'static> {
    Place { table: "steps", row: &[1], session: &SESSION, step, content: "delta" }
}

fn keys(seed: u8, secret: u8) -> SessionKeys {
    SessionKeys::derive(SESSION, &Secret::take(&mut [seed; 32]), &Secret::take(&mut [secret; 32]))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}

#[test]
fn hkdf_is_that_of_rfc_5869() {
    // Appendix A.1, test case 1.
    let (mut okm, salt) = ([0; 42], (0..=0x0c).collect::<Vec<u8>>());
    let info: Vec<u8> = (0xf0..=0xf9).collect();
    Hkdf::<Sha256>::new(Some(&salt), &[0x0b; 22]).expand(&info, &mut okm).unwrap();
    assert_eq!(
        hex(&okm),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    );
}

#[test]
fn version_1_opens_for_ever() {
    // Frozen: sealed by the first version with purpose key 07…, salt 09….
    let sealed = seal_with(&[7; 32], &place(5), b"an answer", [9; 32]);
    assert_eq!(
        hex(&sealed[..24 + 64 + 16]),
        "010101000000000000000000000000000000000000000000\
         0909090909090909090909090909090909090909090909090909090909090909\
         96fe9e45403214993c32c5d148cf62202dab1615c702b7fe577c13bfe567757e\
         3c3f04d9c3a31a16c434a8bca2198946"
    );
    assert_eq!(open(&[7; 32], &place(5), &sealed).unwrap().as_slice(), b"an answer");
}

#[test]
fn no_flipped_bit_and_no_cut_opens() {
    let sealed = seal_with(&[7; 32], &place(5), b"an answer", [9; 32]);
    for at in 0..sealed.len() * 8 {
        let mut altered = sealed.clone();
        altered[at / 8] ^= 1 << (at % 8);
        assert_eq!(open(&[7; 32], &place(5), &altered).err(), Some(Refused), "bit {at}");
    }
    for length in 0..sealed.len() {
        assert!(open(&[7; 32], &place(5), &sealed[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn a_record_opens_in_its_place_only() {
    let sealed = seal_with(&[7; 32], &place(5), b"an answer", [9; 32]);
    let other = [4; 16];
    let elsewhere = [
        place(6),
        Place { table: "files", ..place(5) },
        Place { row: &[2], ..place(5) },
        Place { session: &other, ..place(5) },
        Place { content: "snapshot", ..place(5) },
    ];
    for place in elsewhere {
        assert!(open(&[7; 32], &place, &sealed).is_err(), "{place:?}");
    }
    assert!(open(&[8; 32], &place(5), &sealed).is_err());
}

#[test]
fn a_session_needs_both_the_visitors_seed_and_the_keyrings_secret() {
    let sealed = keys(1, 2).seal(4, "delta", b"secret", &Counting::default()).unwrap();
    assert_eq!(keys(1, 2).open(4, "delta", &sealed, <[u8]>::to_vec), Ok(b"secret".to_vec()));
    assert!(keys(1, 9).open(4, "delta", &sealed, |_| ()).is_err());
    assert!(keys(9, 2).open(4, "delta", &sealed, |_| ()).is_err());
    assert!(keys(1, 2).open(5, "delta", &sealed, |_| ()).is_err());
}

#[test]
fn a_token_opens_its_own_session_only() {
    let seed = Secret::take(&mut [5; 32]);
    let wrapped = Token::take(&mut [1; 32]).wrap(&SESSION, &seed, &Counting::default()).unwrap();
    let opened = Token::take(&mut [1; 32]).unwrap(&SESSION, &wrapped);
    assert!(opened.is_ok_and(|it| it.reveal(|it| *it == [5; 32])));
    assert!(Token::take(&mut [2; 32]).unwrap(&SESSION, &wrapped).is_err());
    assert!(Token::take(&mut [1; 32]).unwrap(&[4; 16], &wrapped).is_err());
    assert_ne!(Token::take(&mut [1; 32]).lookup(), Token::take(&mut [2; 32]).lookup());
}

#[test]
fn a_form_code_is_bound_to_token_and_nonce() {
    let token = Token::take(&mut [1; 32]);
    let code = token.form_code(b"nonce");
    assert!(token.is_form_code(b"nonce", &code));
    assert!(!token.is_form_code(b"other", &code));
    assert!(!Token::take(&mut [2; 32]).is_form_code(b"nonce", &code));
}

#[test]
fn a_resume_code_survives_how_people_type() {
    let code = ResumeCode::random(&Counting::default()).unwrap();
    let seed = Secret::take(&mut [5; 32]);
    let wrapped = code.wrap(&SESSION, &seed, &Counting::default()).unwrap();
    let typed =
        code.reveal(|it| it.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l"));
    let again = ResumeCode::parse(&typed).unwrap();
    assert_eq!(code_lookup(&code), code_lookup(&again));
    assert!(again.unwrap(&SESSION, &wrapped).is_ok());
    for wrong in ["", "ABCD", "U", &"Z".repeat(26), &"0".repeat(27)] {
        assert!(ResumeCode::parse(wrong).is_none(), "{wrong}");
    }
}

#[test]
fn a_file_opens_whole_or_not_at_all() {
    let keys = keys(1, 2);
    let content: Vec<u8> = (0..CHUNK * 2 + 10).map(|it| u8::try_from(it % 251).unwrap()).collect();
    let sealed = keys.seal_file(&[8; 16], &content, &Counting::default()).unwrap();
    assert_eq!(sealed.chunks.len(), 3);
    assert_eq!(keys.open_file(&[8; 16], &sealed).unwrap().as_slice(), content);
    let altered = |change: fn(&mut SealedFile)| {
        let mut sealed = sealed.clone();
        change(&mut sealed);
        keys.open_file(&[8; 16], &sealed)
    };
    assert!(altered(|it| it.chunks.swap(0, 1)).is_err());
    assert!(altered(|it| drop(it.chunks.pop())).is_err());
    assert!(altered(|it| drop(it.chunks.remove(0))).is_err());
    assert!(altered(|it| it.chunks.push(it.chunks[2].clone())).is_err());
    assert!(altered(|it| it.chunks.clear()).is_err());
    assert!(keys.open_file(&[9; 16], &sealed).is_err());
}

proptest! {
    #[test]
    fn what_is_sealed_opens_and_its_length_says_little(plaintext: Vec<u8>, step: u32) {
        let keys = keys(1, 2);
        let sealed = keys.seal(step, "delta", &plaintext, &Counting::default()).unwrap();
        prop_assert_eq!(keys.open(step, "delta", &sealed, <[u8]>::to_vec), Ok(plaintext.clone()));
        prop_assert_eq!((sealed.len() - 24 - 64 - 16) % 256, 0);
    }

    #[test]
    fn padding_costs_at_most_an_eighth_beyond_small_lengths(length in 4097..10_000_000_usize) {
        let padded = padding::padded_length(length);
        prop_assert!(padded >= length && padded - length <= length / 8);
    }
}
