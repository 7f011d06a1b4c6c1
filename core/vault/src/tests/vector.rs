//! Frozen vectors: what version 1 sealed must open for ever. They were computed by another program,
//! in another language, from the description of the formats alone.

use hkdf::Hkdf;
use sha2::{Digest as _, Sha256};

use super::{Counting, SCOPE, hex, keys, secret};
use crate::envelope::seal_with;
use crate::keys::seed_place;
use crate::{FileKey, ResumeCode, SealedFile, Token};

fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// An envelope of version 1: salt 00 01 02…, plaintext `an answer`, step 5.
const DELTA: &str = "\
0101010003030303030303030303030303030303000000000001020304050607\
08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f3dbc8abb74daad04\
929ecd914fae799f1d1ea97d6848b9a87f362357ce22aeee64b5628e8cb224c9\
abc7028293084d5f2c229f2f9a88bdba53cf7f2737800e1c771a84ec7f85f8ae\
01a6adfe830dfc9d41f6e7db1d31b526094ac347b8a0c6f6af71ea30ea6a0385\
9b50da17265997237af917ef5165f769e526140d0f50b6a09f8fa1b43594a0f0\
735266d220416ba847585cd491c0abf985ad6e6e7432c2fa13725b938f874d6a\
46fc9cf7048a4bf03da493f27ed5e6d46cf7a903e9d29ff37108a776fde110e5\
dbeb3b7d038989dddddab9b451a485ee217bf05dca6221b684b9d1bc59d8dffe\
0c20b2f19288dfd5a89ddcbcb2008ef6076b5265f4b8ef7f9f29eff409338db6\
1166e273da02ed0ea025fc846bcc844ef149c350d8a9669e7612ea9cf566a1f1\
c8a075390f414d70\
";

#[test]
fn hkdf_is_that_of_rfc_5869() {
    // Appendix A.1 to A.3, the test cases with SHA-256.
    let bytes = |range: std::ops::RangeInclusive<u8>| range.collect::<Vec<u8>>();
    let cases = [
        (
            vec![0x0b; 22],
            bytes(0..=0x0c),
            bytes(0xf0..=0xf9),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf\
             34007208d5b887185865",
        ),
        (
            bytes(0..=0x4f),
            bytes(0x60..=0xaf),
            bytes(0xb0..=0xff),
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c\
             59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71\
             cc30c58179ec3e87c14c01d5c1f3434f1d87",
        ),
        (
            vec![0x0b; 22],
            vec![],
            vec![],
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d\
             9d201395faa4b61a96c8",
        ),
    ];
    for (material, salt, info, expected) in cases {
        let mut output = vec![0; expected.len() / 2];
        Hkdf::<Sha256>::new(Some(&salt), &material).expand(&info, &mut output).unwrap();
        assert_eq!(hex(&output), expected);
    }
}

#[test]
fn records_of_version_1_keep_their_bytes() {
    let keys = keys(5, 6);
    let sealed = keys.seal(5, "delta", b"an answer", &Counting::default()).unwrap();
    assert_eq!(hex(&sealed), DELTA);
    let long = keys.seal(70_000, "snapshot", &[b'x'; 5000], &Counting::default()).unwrap();
    assert_eq!(digest(&long), "d4734581e4a46a6e94e9abca1697bdc60fb7e883ab358da5c77275d7363716cc");
}

#[test]
fn records_of_version_1_open() {
    let bytes: Vec<u8> = (0..DELTA.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&DELTA[at..at + 2], 16).unwrap())
        .collect();
    assert_eq!(keys(5, 6).open(5, "delta", &bytes, <[u8]>::to_vec), Ok(b"an answer".to_vec()));
}

#[test]
fn tokens_of_version_1_find_and_open() {
    let token = Token::take(&mut [1; 32]);
    assert_eq!(
        hex(&token.lookup()),
        "dad29d500853ee11d7badae28a48ea5649f21a5d66e543f6d5f98266d411e0b7"
    );
    let wrapped = token.wrap(&SCOPE, &secret(5), &Counting::default()).unwrap();
    assert_eq!(
        digest(&wrapped),
        "74a54bce7bc3e551e637908d684e4f6deb77b84ae77b5b8f33cadedcdbc20f58"
    );
}

#[test]
fn resume_codes_of_version_1_find_and_open() {
    let code = ResumeCode::random(&Counting::default()).unwrap();
    assert_eq!(code.reveal(str::to_owned), "0004-1061-050R-3GG2-8A1C-60T3-GFFK");
    assert_eq!(
        hex(&code.lookup()),
        "dba7089e343a8ae0a32e308e06c0e41789c8afefe31e384ec302798ed85648d2"
    );
    let wrapped = code.wrap(&SCOPE, &secret(5), &Counting::default()).unwrap();
    assert_eq!(
        digest(&wrapped),
        "977af31e20738f3c06007b78153519f1c067383b84404a7e023d96a6722c840a"
    );
}

#[test]
fn files_of_version_1_keep_their_bytes() {
    // The key 07… of the file is wrapped as it would be; its parts are sealed each with salt 00 01….
    let session = keys(5, 6);
    let wrapped = wrapped_file_key(&session);
    assert_eq!(
        digest(&wrapped),
        "9eb9a78c3cf837e2659dc33909793ab9bcb5401ad68c1edfbb33d98d0c07aa44"
    );
    let key: FileKey = session.file_key([8; 16], &wrapped).unwrap();
    let name = key.seal_name("will.pdf", &Counting::default()).unwrap();
    assert_eq!(digest(&name), "8cdcc58e079814be0f01adc50f931e8a05e8718ecad2a441b9adb73d7ab77c77");
    let chunk = key.seal_chunk(0, true, b"content", &Counting::default()).unwrap();
    assert_eq!(digest(&chunk), "7fe068514fdee73083e9551709198cfddf7d6bcda673202c8639a503da4af401");
    let file = SealedFile { wrapped, name, chunks: vec![chunk] };
    assert_eq!(*session.open_file([8; 16], &file).unwrap(), b"content");
}

fn wrapped_file_key(session: &crate::SessionKeys) -> Vec<u8> {
    let place = crate::place::Place {
        table: "wrap/file",
        row: &[8; 16],
        ..seed_place(session.scope(), "key")
    };
    let salt: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).unwrap());
    seal_with(session.files().bytes(), &place, &[7; 32], &salt)
}
