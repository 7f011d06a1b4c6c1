//! Frozen vectors of accounts: what version 1 sealed must open for ever. As those in `vector`, they
//! were computed by another program, in another language, from the description of the formats alone.

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{ACCOUNT, Counting, METHOD, SCOPE, hex, keys, master, secret, user_key};
use crate::{
    ApiKey, Cost, Grant, InvitationSecret, JobKey, KeyPair, LinkSecret, Mode, Passkey, Password,
    Prf, RecoveryKey, SecretName, Seed, SeedName, SignIn, SignInToken, Stretching, pseudonym,
};

const NAME: SeedName<'static> = SeedName { session: SCOPE, section: "" };

fn seed(mode: Mode) -> Seed {
    Seed::of(mode, secret(5))
}

/// Compares what was sealed, by its hash, with what the other program made.
#[track_caller]
fn is<E: std::fmt::Debug>(sealed: Result<Vec<u8>, E>, expected: &str) {
    assert_eq!(hex(&Sha256::digest(sealed.unwrap())), expected);
}

#[test]
fn what_a_user_key_seals_keeps_its_bytes() {
    let key = user_key(1);
    is(
        key.seal_seed(&ACCOUNT, &NAME, &seed(Mode::Account), &Counting::default()),
        "e86b58a7af59916b4fce039eaae63eae3c44b6d84d17d707b0a396cf70747645",
    );
    is(
        key.seal(&ACCOUNT, "profile", b"1", b"Ada", &Counting::default()),
        "60b90a74f5a2cd0e9bdab7f5c090a1b0b267987623d9079e70eb5169781f26f2",
    );
    let (public, sealed) = key.new_pair(&ACCOUNT, &Counting::default()).unwrap();
    assert_eq!(
        hex(public.bytes()),
        "b1f1b840de7a3241b02748cf9b05b74dc8c5e8451298738817bd76aa8ebe8c2b"
    );
    is(Ok::<_, ()>(sealed), "15c087bb27f5939a52f496e0beb85a17231d87e86d0a9ebb7db555121c346260");
}

#[test]
fn ways_to_unlock_keep_their_bytes() {
    let randomness = Counting::default();
    let recovery = RecoveryKey::random(&randomness).unwrap();
    is(
        recovery.seal(&METHOD, &secret(7), &user_key(1), &randomness),
        "68528cb23e879456eadd23005f5c5e2799f5ab25843fc9f761e9e8983eb10553",
    );
    assert_eq!(
        hex(&recovery.verifier(&METHOD)),
        "87b8730ea143df288c65b5c1dce171d82a723235be53b8004eb1b3359ce89e7f"
    );
    let randomness = Counting::default();
    let api = ApiKey::random(&randomness).unwrap();
    is(
        api.seal(&ACCOUNT, &secret(7), &user_key(1), &randomness),
        "6aad3ad860eb18eac486c4e30a841edfe546de997711c6f580ccc47b5afafa41",
    );
    assert_eq!(
        hex(&api.hash()),
        "b0b822cedfddbeec36bbc2fe3bc049dfca4d468250ecbd7fcd7407e3a23506c3"
    );
    let passkey = Passkey { deployment: [2; 16], account: [4; 16], credential: b"credential" };
    let prf = Prf::take(&mut Zeroizing::new(vec![1; 32])).unwrap();
    is(
        passkey.seal(0, &prf, &secret(7), &user_key(1), &Counting::default()),
        "ddac2daeb3552f51896cf73b52054e40d71fe422823da8eb53d6cbec503dde2e",
    );
    assert_eq!(
        hex(&Prf::input("a.example", &[4; 16])),
        "9222396df5089346d6e7f53ad8b3eb7bf63c1cd540e7fef9bfee5589823f432e"
    );
}

#[test]
fn sign_ins_keep_their_bytes() {
    let sign_in = SignIn { account: ACCOUNT, auth_epoch: 2, epoch: 3, level: "password" };
    let token = SignInToken::take(&mut [1; 32]);
    is(
        token.seal(&sign_in, &secret(7), &user_key(1), &Counting::default()),
        "c010669be77f80beff2f8151dd5952d4f62c6104658399c121e5ab18c447f4a1",
    );
    is(
        token.seal_pending(&sign_in, &secret(7), &user_key(1), &Counting::default()),
        "3650d2f9f09229c31337765933ce8b11da2b4a204513a43f0b2674afb459c5aa",
    );
    assert_eq!(
        hex(&token.lookup()),
        "419f65f9ab1ab93a66e4ed4bbb75cd7c3cc6fed9ee53b347faa34e6e0d27caaa"
    );
}

#[test]
fn passwords_keep_their_bytes() {
    let cases = [
        (
            Cost::CHEAP,
            "7879a83d2324a67b829b1518e9fb1e3264ec72a5bf41e494537bb7ce26faf900",
            "64327a52cd76a75a1e5ecf642f967100d19d702ee6ce5b9312a77525616c88ca",
        ),
        (
            Cost::FLOOR,
            "268ac3d0420ffbf2dabf48863a762e5e9ba69ec7561491339e5f5034e367bd3f",
            "9dcc88934e8353953feb7958d47aeafc102a90c94c178654bd754a0688d50761",
        ),
    ];
    for (cost, verifier, sealed) in cases {
        let randomness = Counting::default();
        let stretching = Stretching::new(cost, &randomness).unwrap();
        let password = Password::parse("correct horse").unwrap();
        let stretched = master(3).stretch(&password, &[4; 16], &stretching).unwrap();
        assert_eq!(hex(&stretched.verifier()), verifier);
        is(stretched.seal(&METHOD, &secret(7), &user_key(1), &randomness), sealed);
    }
}

#[test]
fn what_the_master_key_seals_keeps_its_bytes() {
    let name = SecretName { deployment: [2; 16], kind: "session", id: [3; 16], epoch: 0 };
    is(
        master(3).seal_secret(&name, &secret(5), &Counting::default()),
        "d1d8b179eac21d7dc7c83a186a5fe5bbd749ee1e81f9741ce0c2b1cab31e23e0",
    );
    is(
        master(3).seal_contact(&ACCOUNT, &secret(7), "a@b", &Counting::default()),
        "9b89d4fe3862e569e412e279bf53b86546053f72eddcffe73881cef6e853a1e0",
    );
    is(
        master(3).seal_custody(&METHOD, &secret(7), &user_key(1), &Counting::default()),
        "cfa91eb2d7618b1acfe200880cb04c49749e1f952178f9404a9d3694dec8b3f5",
    );
    is(
        master(3)
            .seal_custody_seed(&NAME, &seed(Mode::Custody), &Counting::default())
            .map(Result::unwrap),
        "5e51e8d1d4e90fbd4b121a0963ca3a25e5900cb412095c82eceacf786cd06925",
    );
    assert_eq!(
        hex(&master(3).email_index("a@b.example")),
        "3e333e3dad0dcb6b2b88b2bf4d944cd7489db14890f037e7122172361c0b20ca"
    );
    assert_eq!(
        hex(&master(3).tag("limit", &[b"a", b"b"])),
        "aecefbe566ce0b6699d3d279841c1188bfe23e98949619510b202ed4deeff0c8"
    );
    assert_eq!(hex(&pseudonym(&secret(1), &[4; 16])), "7f028ef7e8eb92dc");
}

#[test]
fn what_is_sealed_to_others_keeps_its_bytes() {
    let grant = Grant { seed: NAME, to: ACCOUNT, role: "view", expires: Some(100) };
    let public = KeyPair::of_private(secret(1)).public();
    is(
        public.seal_grant(&grant, &seed(Mode::Account), &Counting::default()),
        "123064940098acc1a392990a155b4ddb40c9c84c2bc1deb58390abc18f74b818",
    );
    is(
        JobKey::derive(&secret(1), 3, [8; 16]).seal_seed(
            &NAME,
            &[1; 32],
            &seed(Mode::Account),
            &Counting::default(),
        ),
        "91777b1acbb00536baf21aeb88bc2e86880b5f35b45b3f4d86b7eed3ae84dad3",
    );
    is(
        InvitationSecret::take(&mut [1; 16]).seal_seed(
            &NAME,
            "view",
            None,
            &seed(Mode::Account),
            &Counting::default(),
        ),
        "9c33b3d7b4c07cd49e1dc95214365758f51064a20572e3b8581642d39bec7dd7",
    );
    let link = LinkSecret::take(&mut [1; 32]);
    is(
        link.seal([2; 16], "reset", b"a@b", &Counting::default()),
        "ec1939aeb1216b75e3d56cfaf4bba1d0fdb84e61c44fc4b64220fa8925539231",
    );
    assert_eq!(
        hex(&link.lookup("reset")),
        "ab918bd3a3ffef79982dfba9ce18ab79dafd5ae26366337fae5ed1ad33a625f1"
    );
    let inbox = keys(1, 2).inbox();
    assert_eq!(
        hex(inbox.bytes()),
        "0a8c169b31972f41bc899218210ffcfdce6680389a9cf770dbb45a22e9de7c18"
    );
    is(
        inbox.seal_item(&SCOPE, &[8; 16], b"a letter", &Counting::default()),
        "8c6180347679fdc1d98141b33136f7244d116d64982a379a57762dc703d75f91",
    );
}
