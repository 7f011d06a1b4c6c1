//! What is sealed to somebody who is not here: HPKE (RFC 9180) with X25519, HKDF-SHA-256 and
//! AES-256-GCM.
//!
//! HPKE in its base mode does not say who sealed. That is why a grant is worth nothing without the
//! session's secret in the keyring, and a passkey's wrap nothing without the account's.

use std::convert::Infallible;

use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{
    Deserializable as _, Kem, OpModeR, OpModeS, PskBundle, Serializable as _, single_shot_open,
    single_shot_seal_with_rng,
};
use zeroize::Zeroizing;

use crate::keys::Secret;
use crate::{NoRandomness, Randomness, Refused};

type Private = <X25519HkdfSha256 as Kem>::PrivateKey;
type Public = <X25519HkdfSha256 as Kem>::PublicKey;

/// Bytes of the encapsulated key, in front of what is sealed.
const ENCAPSULATED: usize = 32;

/// Bytes that sealing to somebody adds.
pub(crate) const HPKE_OVERHEAD: usize = ENCAPSULATED + 16;

/// The public half of somebody's key pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// A public key from the store. Refused if it is one of the few points to which everything would
    /// be sealed in the open.
    pub fn of_bytes(bytes: [u8; 32]) -> Result<Self, Refused> {
        let public = Self(bytes);
        // HPKE notices them when it encapsulates.
        let mut trial = Drawn::of(Zeroizing::new([1; 32]));
        X25519HkdfSha256::encap_with_rng(&public.key(), None, &mut trial).map_err(|_| Refused)?;
        Ok(public)
    }

    /// Its bytes, for the store.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn key(&self) -> Public {
        Public::from_bytes(&self.0).expect("a public key has 32 bytes")
    }

    /// Seals to whoever has the private half and, if there is one, also knows `psk`.
    pub(crate) fn seal(
        &self,
        info: &[u8],
        psk: Option<&Secret>,
        plaintext: &[u8],
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let mut bytes = Zeroizing::new([0; 32]);
        randomness.fill(&mut bytes[..])?;
        let mut drawn = Drawn::of(bytes);
        let mode = psk.map_or(OpModeS::Base, |it| OpModeS::Psk(bundle(it)));
        let (encapsulated, sealed) = single_shot_seal_with_rng::<
            AesGcm256,
            HkdfSha256,
            X25519HkdfSha256,
        >(&mode, &self.key(), info, plaintext, &[], &mut drawn)
        .expect("a public key was checked when it was made");
        let mut out = Vec::with_capacity(ENCAPSULATED + sealed.len());
        out.extend_from_slice(&encapsulated.to_bytes());
        out.extend(sealed);
        Ok(out)
    }
}

/// A key pair: somebody can seal to the public half, and only who has the private one opens it.
pub struct KeyPair {
    private: Secret,
    public: PublicKey,
}

impl KeyPair {
    /// A new pair.
    pub fn random(randomness: &dyn Randomness) -> Result<Self, NoRandomness> {
        Ok(Self::derive(&Secret::random(randomness)?))
    }

    /// The pair of a private key; for a key that is kept outside, such as an organisation's.
    pub fn of_private(private: Secret) -> Self {
        let key = private_key(&private);
        let public = PublicKey(X25519HkdfSha256::sk_to_pk(&key).to_bytes().into());
        Self { private, public }
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        self.public
    }

    /// The pair that a secret always gives.
    pub(crate) fn derive(secret: &Secret) -> Self {
        let (key, public) = X25519HkdfSha256::derive_keypair(secret.bytes());
        let mut private = Secret::empty();
        key.write_exact(private.bytes_mut());
        Self { private, public: PublicKey(public.to_bytes().into()) }
    }

    pub(crate) fn private(&self) -> &Secret {
        &self.private
    }

    /// Opens what was sealed to the public half.
    pub(crate) fn open<T>(
        &self,
        info: &[u8],
        psk: Option<&Secret>,
        sealed: &[u8],
        see: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, Refused> {
        let (encapsulated, sealed) = sealed.split_at_checked(ENCAPSULATED).ok_or(Refused)?;
        let encapsulated = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(encapsulated)
            .map_err(|_| Refused)?;
        let mode = psk.map_or(OpModeR::Base, |it| OpModeR::Psk(bundle(it)));
        let opened = single_shot_open::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
            &mode,
            &private_key(&self.private),
            &encapsulated,
            info,
            sealed,
            &[],
        )
        .map_err(|_| Refused)?;
        Ok(see(&Zeroizing::new(opened)))
    }

    /// Opens a key that was sealed to the public half.
    pub(crate) fn open_key(
        &self,
        info: &[u8],
        psk: Option<&Secret>,
        sealed: &[u8],
    ) -> Result<Secret, Refused> {
        self.open(info, psk, sealed, |bytes| {
            let mut secret = Secret::empty();
            let right = bytes.len() == secret.bytes().len();
            right.then(|| {
                secret.bytes_mut().copy_from_slice(bytes);
                secret
            })
        })?
        .ok_or(Refused)
    }
}

fn private_key(private: &Secret) -> Private {
    Private::from_bytes(private.bytes()).expect("a private key has 32 bytes")
}

fn bundle(secret: &Secret) -> PskBundle<'_> {
    PskBundle::new(secret.bytes(), b"affiant").expect("neither part is empty")
}

/// Random bytes that were drawn before, since HPKE asks of its source that it never fails.
pub(crate) struct Drawn(Zeroizing<[u8; 32]>);

impl Drawn {
    pub(crate) fn of(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }
}

impl TryRng for Drawn {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        // The first 32 bytes are those that were drawn, and X25519 asks for no more. If it ever did,
        // each further block would be derived from the one before.
        for block in out.chunks_mut(self.0.len()) {
            block.copy_from_slice(&self.0[..block.len()]);
            let next = crate::keys::derive(&self.0[..], &[], "drawn", &[]);
            self.0.copy_from_slice(next.bytes());
        }
        Ok(())
    }
}

impl TryCryptoRng for Drawn {}
