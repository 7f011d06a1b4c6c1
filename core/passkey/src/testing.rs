//! An authenticator in software, with the browser in front of it, for tests. It lies when it is told
//! to.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// What is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// Nothing.
    None,
    /// Another site's page asked.
    Origin,
    /// The key is of another site.
    Site,
    /// The challenge is not the one that was asked.
    Challenge,
    /// It is the answer of the other ceremony.
    Ceremony,
    /// The user was not verified.
    Unverified,
    /// The user was not there.
    Absent,
    /// The signature is of another key.
    Signature,
}

impl Lie {
    /// All lies.
    pub const ALL: [Self; 7] = [
        Self::Origin,
        Self::Site,
        Self::Challenge,
        Self::Ceremony,
        Self::Unverified,
        Self::Absent,
        Self::Signature,
    ];
}

/// An authenticator with one passkey.
pub struct Authenticator {
    key: SigningKey,
    origin: &'static str,
    site: &'static str,
}

impl Authenticator {
    /// One that is asked by pages of an origin, and has a key for a site.
    pub fn new(origin: &'static str, site: &'static str) -> Self {
        Self { key: SigningKey::from_slice(&[9; 32]).expect("tests give what fits"), origin, site }
    }

    /// The passkey's id.
    pub fn credential() -> Vec<u8> {
        vec![0xc4; 32]
    }

    /// The browser's answer when a passkey is made.
    pub fn make(&self, options: &str, lie: Lie) -> String {
        let client = self.client("webauthn.create", "webauthn.get", options, lie);
        let mut data = self.data(0x40, 0, lie);
        data.extend([0; 16]);
        data.extend([0, 32]);
        data.extend(Self::credential());
        data.extend(self.public());
        // {"fmt": "none", "attStmt": {}, "authData": data}
        let mut object = vec![0xa3];
        for (name, value) in [("fmt", &b"\x64none"[..]), ("attStmt", &[0xa0])] {
            object.extend(text(name));
            object.extend(value);
        }
        object.extend(text("authData"));
        object.extend([0x58, u8::try_from(data.len()).expect("tests give what fits")]);
        object.extend(&data);
        Self::answer(&json!({
            "attestationObject": encode(&object),
            "clientDataJSON": encode(client.as_bytes()),
        }))
    }

    /// The browser's answer when a passkey signs in.
    pub fn sign(&self, options: &str, account: &[u8; 16], counter: u32, lie: Lie) -> String {
        let client = self.client("webauthn.get", "webauthn.create", options, lie);
        let data = self.data(0, counter, lie);
        let other = SigningKey::from_slice(&[8; 32]).expect("tests give what fits");
        let key = if lie == Lie::Signature { &other } else { &self.key };
        let signed = [&data[..], &Sha256::digest(&client)[..]].concat();
        let signature: Signature = key.sign(&signed);
        Self::answer(&json!({
            "authenticatorData": encode(&data),
            "clientDataJSON": encode(client.as_bytes()),
            "signature": encode(signature.to_der().as_bytes()),
            "userHandle": encode(account),
        }))
    }

    fn answer(response: &Value) -> String {
        let id = encode(&Self::credential());
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response }).to_string()
    }

    fn client(&self, right: &str, other: &str, options: &str, lie: Lie) -> String {
        let options: Value = serde_json::from_str(options).expect("tests give what fits");
        let challenge = options["publicKey"]["challenge"].as_str().expect("tests give what fits");
        let invented = encode(&[1; 32]);
        let origin = if lie == Lie::Origin { "https://evil.example.org" } else { self.origin };
        json!({
            "type": if lie == Lie::Ceremony { other } else { right },
            "challenge": if lie == Lie::Challenge { &invented } else { challenge },
            "origin": origin,
            "crossOrigin": false,
        })
        .to_string()
    }

    /// Authenticator data (WebAuthn Level 3 §6.1): hash of the site, flags, counter.
    fn data(&self, flags: u8, counter: u32, lie: Lie) -> Vec<u8> {
        let site = if lie == Lie::Site { "evil.example.org" } else { self.site };
        let flags = match lie {
            Lie::Unverified => flags | 0x01,
            Lie::Absent => flags | 0x04,
            _ => flags | 0x05,
        };
        [&Sha256::digest(site)[..], &[flags], &counter.to_be_bytes()].concat()
    }

    /// The public key as COSE writes it (RFC 9053 §7.1.1): {1: 2, 3: -7, -1: 1, -2: x, -3: y}.
    fn public(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) =
            (point.x().expect("tests give what fits"), point.y().expect("tests give what fits"));
        let head = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01];
        [&head[..], &[0x21, 0x58, 32], x, &[0x22, 0x58, 32], y].concat()
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A short text in CBOR.
fn text(text: &str) -> Vec<u8> {
    [&[0x60 | u8::try_from(text.len()).expect("tests give what fits")], text.as_bytes()].concat()
}
