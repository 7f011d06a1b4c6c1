//! What can be wrong with options, and with what a provider says.

use std::error::Error;

use affiant_backend::IdentityError;

/// Why a provider cannot be used as it was described.
#[derive(Debug, thiserror::Error)]
pub enum OptionsError {
    /// There is no such preset.
    #[error("there is no preset `{0}`: write one of {1}")]
    Preset(String, String),

    /// It has no issuer of its own.
    #[error("the preset `{0}` needs the issuer, an address such as {1}")]
    NoIssuer(String, String),

    /// It has one, and cannot have another.
    #[error("the preset `{0}` has an issuer of its own: take the line with `issuer` away")]
    OwnIssuer(String),

    /// The issuer is no address that can be used.
    #[error(
        "the issuer `{0}` is no address with https://: what goes there must not be read on the way"
    )]
    Issuer(String),

    /// The client has no id.
    #[error("client_id is empty: the provider gives one to whoever registers a site there")]
    NoClient,

    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),

    /// The client cannot be set up.
    #[error("requests to the provider cannot be set up")]
    Client(#[from] reqwest::Error),

    /// The list of presets is broken.
    #[error("the presets cannot be read")]
    Presets(#[from] toml::de::Error),
}

/// What was wrong with what a provider said. None holds a word of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Wrong {
    #[error("its description names another issuer, or lacks something")]
    Description,
    #[error("its description names an address without https")]
    Plain,
    #[error("another provider answered: the issuer beside the code is not the one that was asked")]
    OtherIssuer,
    #[error("it says that it names itself beside the code, and did not")]
    NoIssuer,
    #[error("it did not take the code: it was used, is over, or is not ours")]
    Code,
    #[error("its answer to the code holds no signed word about the person")]
    NoToken,
    #[error("the issuer in the token is not the one that was asked")]
    TokenIssuer,
    #[error("the token is for another client")]
    Audience,
    #[error("the token does not answer our question")]
    Nonce,
    #[error("the token is over, or from the future: are both clocks right?")]
    Time,
    #[error("it let the person in from before, and was asked to let them show who they are")]
    Stale,
    #[error("the token is not signed by a key of the provider, or in no way that is accepted")]
    Signature,
    #[error("the person has no name there that could be kept")]
    Subject,
    #[error("the token is not accepted")]
    Token,
}

/// Refuses what a provider said.
pub(crate) fn refused(wrong: Wrong) -> IdentityError {
    IdentityError::Refused(wrong.into())
}

/// It could not be asked.
pub(crate) fn unavailable(cause: impl Into<Box<dyn Error + Send + Sync>>) -> IdentityError {
    IdentityError::Unavailable(cause.into())
}
