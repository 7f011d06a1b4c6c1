//! A site that passkeys are for.

use serde_json::{Value, json};
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration,
    PublicKeyCredential, RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder,
    WebauthnError,
};

/// Bytes that a browser's answer may have; real ones have some thousand.
const LONGEST: usize = 64 << 10;

/// A site that cannot have passkeys.
#[derive(Debug, thiserror::Error)]
#[error("passkeys need an https address with a host name, or localhost")]
pub struct NoPasskeys;

/// Why a browser's answer was not accepted. The cause names checks, never keys.
#[derive(Debug, thiserror::Error)]
pub enum NotThisPasskey {
    /// It is not what a browser sends.
    #[error("the answer cannot be read")]
    Unreadable,
    /// The state, or the passkey that was stored, cannot be read.
    #[error("what was stored cannot be read")]
    Stored,
    /// A check failed: another challenge, site, key or user.
    #[error("the passkey did not prove what was asked")]
    Refused(#[source] WebauthnError),
}

/// What a browser is asked, and what the server keeps until it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Options for the browser's `navigator.credentials`, as JSON with binary parts in base64url.
    pub options: String,
    /// For the second half; it must be kept by the server and used once.
    pub state: Vec<u8>,
}

/// A passkey that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPasskey {
    /// Its id.
    pub credential: Vec<u8>,
    /// Public key, counter and flags.
    pub record: Vec<u8>,
}

/// Whose passkey answered, as the browser says: nothing is proved by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whose {
    /// The account.
    pub account: [u8; 16],
    /// The passkey's id.
    pub credential: Vec<u8>,
}

/// A site that passkeys are for: they work at its host and nowhere else.
#[derive(Debug)]
pub struct Site {
    webauthn: Webauthn,
    id: String,
}

impl Site {
    /// The site of an address such as `https://forms.example.org`; `name` is shown by browsers.
    /// Fails where browsers have no passkeys.
    pub fn new(origin: &str, name: &str) -> Result<Self, NoPasskeys> {
        let origin = Url::parse(origin).map_err(|_| NoPasskeys)?;
        let id = origin.domain().ok_or(NoPasskeys)?.to_owned();
        if origin.scheme() != "https" && id != "localhost" {
            return Err(NoPasskeys);
        }
        let builder = WebauthnBuilder::new(&id, &origin).map_err(|_| NoPasskeys)?;
        let webauthn = builder.rp_name(name).build().map_err(|_| NoPasskeys)?;
        Ok(Self { webauthn, id })
    }

    /// The host, which is the site's name among passkeys (its relying party id).
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Begins to make a passkey. `name` is what browsers show for the account; `known` are the ids
    /// of passkeys that the account has, so that no authenticator makes a second one.
    pub fn begin(
        &self,
        account: [u8; 16],
        name: &str,
        known: &[Vec<u8>],
    ) -> Result<Asked, NotThisPasskey> {
        let known = known.iter().map(|it| CredentialID::from(it.as_slice())).collect();
        let account = Uuid::from_bytes(account);
        let begun = self.webauthn.start_passkey_registration(account, name, name, Some(known));
        let (options, state) = begun.map_err(NotThisPasskey::Refused)?;
        let mut options = to_value(&options)?;
        // The browser must be able to find it without being told the account first.
        let selection = &mut options["publicKey"]["authenticatorSelection"];
        selection["residentKey"] = json!("required");
        selection["requireResidentKey"] = json!(true);
        asked(&options, &state)
    }

    /// Ends making a passkey: checks what the browser answered. The caller must see to it that no
    /// other account has a passkey with this id.
    pub fn finish(&self, state: &[u8], answer: &str) -> Result<NewPasskey, NotThisPasskey> {
        let state: PasskeyRegistration = stored(state)?;
        let answer: RegisterPublicKeyCredential = readable(answer)?;
        let passkey = self
            .webauthn
            .finish_passkey_registration(&answer, &state)
            .map_err(NotThisPasskey::Refused)?;
        Ok(NewPasskey { credential: passkey.cred_id().clone(), record: to_bytes(&passkey)? })
    }

    /// Begins to sign in with whatever passkey the person picks.
    pub fn ask(&self) -> Result<Asked, NotThisPasskey> {
        let begun = self.webauthn.start_discoverable_authentication();
        let (options, state) = begun.map_err(NotThisPasskey::Refused)?;
        let mut options = to_value(&options)?;
        // The person presses a button for it; a hint inside of a text field is not what is wanted.
        if let Some(options) = options.as_object_mut() {
            options.remove("mediation");
        }
        asked(&options, &state)
    }

    /// Whose passkey a browser says it is.
    pub fn whose(&self, answer: &str) -> Result<Whose, NotThisPasskey> {
        let answer: PublicKeyCredential = readable(answer)?;
        let (account, credential) = self
            .webauthn
            .identify_discoverable_authentication(&answer)
            .map_err(NotThisPasskey::Refused)?;
        Ok(Whose { account: account.into_bytes(), credential: credential.to_vec() })
    }

    /// Ends signing in: checks what the browser answered against the passkey that was stored.
    /// Returns the passkey as it is to be stored from now on.
    pub fn check(
        &self,
        state: &[u8],
        answer: &str,
        record: &[u8],
    ) -> Result<Vec<u8>, NotThisPasskey> {
        let state: DiscoverableAuthentication = stored(state)?;
        let answer: PublicKeyCredential = readable(answer)?;
        let mut passkey: Passkey = stored(record)?;
        let key = DiscoverableKey::from(&passkey);
        let proved = self
            .webauthn
            .finish_discoverable_authentication_v2(&answer, state, &key)
            .map_err(NotThisPasskey::Refused)?;
        passkey.update_credential(&proved);
        to_bytes(&passkey)
    }
}

fn asked<T: serde::Serialize>(options: &Value, state: &T) -> Result<Asked, NotThisPasskey> {
    Ok(Asked { options: options.to_string(), state: to_bytes(state)? })
}

fn readable<T: serde::de::DeserializeOwned>(answer: &str) -> Result<T, NotThisPasskey> {
    if answer.len() > LONGEST {
        return Err(NotThisPasskey::Unreadable);
    }
    serde_json::from_str(answer).map_err(|_| NotThisPasskey::Unreadable)
}

fn stored<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, NotThisPasskey> {
    serde_json::from_slice(bytes).map_err(|_| NotThisPasskey::Stored)
}

fn to_bytes<T: serde::Serialize>(value: &T) -> Result<Vec<u8>, NotThisPasskey> {
    serde_json::to_vec(value).map_err(|_| NotThisPasskey::Stored)
}

fn to_value<T: serde::Serialize>(value: &T) -> Result<Value, NotThisPasskey> {
    serde_json::to_value(value).map_err(|_| NotThisPasskey::Stored)
}
