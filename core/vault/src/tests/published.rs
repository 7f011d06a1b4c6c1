//! Vectors that others published: RFC 5869 (in `vector`), 9106, 9180, and Wycheproof. They show that
//! the libraries below do what their names say, in the versions that are built in.

use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use hpke::aead::{Aead, AesGcm128, AesGcm256};
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{
    Deserializable as _, Kem, OpModeR, OpModeS, PskBundle, Serializable as _, single_shot_open,
    single_shot_seal_with_rng,
};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, Tag, UnboundKey};
use sha2::Sha256;
use wycheproof::TestResult;
use wycheproof::{aead, hkdf as hkdf_vectors, mac, xdh};
use zeroize::Zeroizing;

use super::{hex, unhex};
use crate::hpke::Drawn;

#[test]
fn argon2id_is_that_of_rfc_9106() {
    // §5.3.
    let params = ParamsBuilder::new()
        .m_cost(32)
        .t_cost(3)
        .p_cost(4)
        .data(AssociatedData::new(&[4; 12]).unwrap())
        .output_len(32)
        .build()
        .unwrap();
    let secret = [3; 8];
    let argon2 =
        Argon2::new_with_secret(&secret, Algorithm::Argon2id, Version::V0x13, params).unwrap();
    let mut tag = [0; 32];
    argon2.hash_password_into(&[1; 32], &[2; 16], &mut tag).unwrap();
    assert_eq!(hex(&tag), "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
}

/// A vector of RFC 9180, or of the file that belongs to it.
struct Sealed {
    drawn: &'static str,
    private: &'static str,
    encapsulated: &'static str,
    psk: Option<&'static str>,
    ciphertext: &'static str,
}

impl Sealed {
    fn check<A: Aead>(&self) {
        let (info, aad) = (b"Ode on a Grecian Urn", b"Count-0");
        let plaintext = b"Beauty is truth, truth beauty";
        let psk = self.psk.map(unhex);
        let bundle =
            || psk.as_ref().map(|it| PskBundle::new(it, b"Ennyn Durin aran Moria").unwrap());
        let private =
            <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(&unhex(self.private)).unwrap();
        let public = X25519HkdfSha256::sk_to_pk(&private);
        let mut drawn = Drawn::of(Zeroizing::new(unhex(self.drawn).try_into().unwrap()));
        let (encapsulated, ciphertext) =
            single_shot_seal_with_rng::<A, HkdfSha256, X25519HkdfSha256>(
                &bundle().map_or(OpModeS::Base, OpModeS::Psk),
                &public,
                info,
                plaintext,
                aad,
                &mut drawn,
            )
            .unwrap();
        assert_eq!(hex(&encapsulated.to_bytes()), self.encapsulated);
        assert_eq!(hex(&ciphertext), self.ciphertext);
        let opened = single_shot_open::<A, HkdfSha256, X25519HkdfSha256>(
            &bundle().map_or(OpModeR::Base, OpModeR::Psk),
            &private,
            &encapsulated,
            info,
            &ciphertext,
            aad,
        );
        assert_eq!(opened.unwrap(), plaintext);
    }
}

#[test]
fn hpke_is_that_of_rfc_9180() {
    // Appendix A.1.1: base mode, AES-128-GCM.
    Sealed {
        drawn: "7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234",
        private: "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
        encapsulated: "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
        psk: None,
        ciphertext: "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a9\
                     6d8770ac83d07bea87e13c512a",
    }
    .check::<AesGcm128>();
    // Appendix A.1.2: with a key that both know.
    Sealed {
        drawn: "78628c354e46f3e169bd231be7b2ff1c77aa302460a26dbfa15515684c00130b",
        private: "c5eb01eb457fe6c6f57577c5413b931550a162c71a03ac8d196babbd4e5ce0fd",
        encapsulated: "0ad0950d9fb9588e59690b74f1237ecdf1d775cd60be2eca57af5a4b0471c91b",
        psk: Some("0247fd33b913760fa1fa51e1892d9f307fbe65eb171e8132c2af18555a738b82"),
        ciphertext: "e52c6fed7f758d0cf7145689f21bc1be6ec9ea097fef4e959440012f4feb73fb\
                     611b946199e681f4cfc34db8ea",
    }
    .check::<AesGcm128>();
    // The file of vectors that belongs to the RFC: base mode, AES-256-GCM, which is our suite.
    Sealed {
        drawn: "2cd7c601cefb3d42a62b04b7a9041494c06c7843818e0ce28a8f704ae7ab20f9",
        private: "497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d",
        encapsulated: "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256",
        psk: None,
        ciphertext: "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be99319\
                     80a41de125a925cdad859d5b7a",
    }
    .check::<AesGcm256>();
}

#[test]
fn aes_256_gcm_passes_wycheproof() {
    let mut count = 0;
    let set = aead::TestSet::load(aead::TestName::AesGcm).unwrap();
    for group in set.test_groups {
        // What the envelope uses: keys of 256 bits, nonces of 96, tags of 128.
        if (group.key_size, group.nonce_size, group.tag_size) != (256, 96, 128) {
            continue;
        }
        for test in group.tests {
            count += 1;
            let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &test.key).unwrap());
            let nonce = || Nonce::try_assume_unique_for_key(&test.nonce).unwrap();
            let aad = Aad::from(&test.aad);
            let mut buffer = test.ct.to_vec();
            let tag = Tag::try_from(&test.tag[..]).unwrap();
            let opened =
                cipher.open_in_place_separate_tag(nonce(), aad, tag, &mut buffer, 0..).is_ok();
            assert_eq!(opened, test.result == TestResult::Valid, "{}", test.tc_id);
            if opened {
                assert_eq!(buffer, test.pt.to_vec());
                let sealed = cipher.seal_in_place_separate_tag(nonce(), aad, &mut buffer).unwrap();
                assert_eq!((&buffer[..], sealed.as_ref()), (&test.ct[..], &test.tag[..]));
            }
        }
    }
    assert_eq!(count, 66);
}

#[test]
fn x25519_passes_wycheproof() {
    let mut count = 0;
    let set = xdh::TestSet::load(xdh::TestName::X25519).unwrap();
    for test in set.test_groups.into_iter().flat_map(|it| it.tests) {
        count += 1;
        let private: [u8; 32] = test.private_key.to_vec().try_into().unwrap();
        let public: [u8; 32] = test.public_key.to_vec().try_into().unwrap();
        let shared = x25519_dalek::x25519(private, public);
        assert_eq!(shared[..], test.shared_secret[..], "{}", test.tc_id);
        // What would be sealed in the open is refused as a public key.
        assert_eq!(
            crate::PublicKey::of_bytes(public).is_err(),
            shared == [0; 32],
            "{}",
            test.tc_id
        );
    }
    assert_eq!(count, 518);
}

#[test]
fn hkdf_sha_256_passes_wycheproof() {
    let mut count = 0;
    let set = hkdf_vectors::TestSet::load(hkdf_vectors::TestName::HkdfSha256).unwrap();
    for test in set.test_groups.into_iter().flat_map(|it| it.tests) {
        count += 1;
        let mut output = vec![0; test.size];
        let expanded =
            Hkdf::<Sha256>::new(Some(&test.salt), &test.ikm).expand(&test.info, &mut output);
        assert_eq!(expanded.is_ok(), test.result == TestResult::Valid, "{}", test.tc_id);
        if expanded.is_ok() {
            assert_eq!(output[..], test.okm[..], "{}", test.tc_id);
        }
    }
    assert_eq!(count, 86);
}

#[test]
fn hmac_sha_256_passes_wycheproof() {
    let mut count = 0;
    let set = mac::TestSet::load(mac::TestName::HmacSha256).unwrap();
    for group in set.test_groups {
        for test in group.tests {
            count += 1;
            let mut mac = Hmac::<Sha256>::new_from_slice(&test.key).unwrap();
            mac.update(&test.msg);
            let right = mac.verify_truncated_left(&test.tag).is_ok();
            assert_eq!(right, test.result == TestResult::Valid, "{}", test.tc_id);
        }
    }
    assert_eq!(count, 174);
}
