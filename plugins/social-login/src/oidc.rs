//! Providers of OpenID Connect: everything about them is found by discovery at the issuer.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use affiant_backend::{Identity, IdentityAnswer, IdentityError, IdentityQuestion};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient,
    CoreClientAuthMethod, CoreGrantType, CoreIdTokenClaims, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm,
    CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType, CoreTokenResponse,
};
use openidconnect::{
    AdditionalProviderMetadata, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId,
    ClientSecret, CsrfToken, DiscoveryError, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, ProviderMetadata, RedirectUrl,
    RequestTokenError, Scope, TokenResponse as _,
};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::client::{Client, RequestError};
use crate::error::{Wrong, refused, unavailable};
use crate::provider::Registered;

/// Seconds for which a provider's description and keys are believed.
const FRESH: i64 = 600;

/// Seconds by which two clocks may differ.
const LEEWAY: i64 = 60;

/// Characters of a subject, as the standard bounds it.
const LONGEST_SUBJECT: usize = 255;

/// The algorithms whose signatures count: all have a public key, so that nobody who knows our secret,
/// or none, can sign.
const ACCEPTED: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// What a description may say beside what every one says.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct More {
    /// Whether the provider names itself beside the code.
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    /// Where a person signs out there.
    end_session_endpoint: Option<String>,
}

impl AdditionalProviderMetadata for More {}

type Description = ProviderMetadata<
    More,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

type Asked = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// A description, and when it was read.
struct Known {
    it: Description,
    read: i64,
}

/// A provider of OpenID Connect.
pub(crate) struct Oidc {
    issuer: String,
    registered: Registered,
    client: Client,
    known: Mutex<Option<Arc<Known>>>,
}

impl Oidc {
    pub(crate) fn new(issuer: String, registered: Registered, client: Client) -> Self {
        Self { issuer, registered, client, known: Mutex::default() }
    }

    pub(crate) async fn ask(
        &self,
        question: &IdentityQuestion<'_>,
    ) -> Result<String, IdentityError> {
        let known = self.known(question.now, FRESH).await?;
        let client = self.asked(&known.it, question.back)?;
        let (state, nonce) = (question.state.to_owned(), question.nonce.to_owned());
        let verifier = PkceCodeVerifier::new(question.verifier.to_owned());
        let scopes = self.registered.scopes.iter().cloned().map(Scope::new);
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .add_scopes(scopes)
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        if question.again {
            // A provider that knows no `max_age` ignores it, where it might refuse a `prompt`.
            request = request.set_max_age(Duration::ZERO);
        }
        let (address, _, _) = request.url();
        Ok(address.into())
    }

    pub(crate) async fn identify(
        &self,
        answer: &IdentityAnswer<'_>,
    ) -> Result<Identity, IdentityError> {
        let known = self.known(answer.now, FRESH).await?;
        let names_itself =
            known.it.additional_metadata().authorization_response_iss_parameter_supported;
        match answer.issuer {
            Some(it) if it != self.issuer => return Err(refused(Wrong::OtherIssuer)),
            None if names_itself => return Err(refused(Wrong::NoIssuer)),
            _ => {}
        }
        let token = self.redeem(&known.it, answer).await?;
        match self.believed(&known.it, &token, answer) {
            // The provider may have new keys.
            Err(Wrong::Signature) if known.read < answer.now => {
                let newer = self.known(answer.now, 0).await?;
                self.believed(&newer.it, &token, answer).map_err(refused)
            }
            done => done.map_err(refused),
        }
    }

    pub(crate) fn sign_out(&self) -> Option<String> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let address = known.it.additional_metadata().end_session_endpoint.as_deref()?;
        let mut address = Url::parse(address).ok().filter(|it| self.client.may_go_to(it))?;
        address.query_pairs_mut().append_pair("client_id", &self.registered.id);
        Some(address.into())
    }

    /// The provider's description with its keys, not older than so many seconds.
    async fn known(&self, now: i64, age: i64) -> Result<Arc<Known>, IdentityError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known.filter(|it| (0..age).contains(&(now - it.read))) {
            return Ok(known);
        }
        let issuer =
            IssuerUrl::new(self.issuer.clone()).map_err(|_| refused(Wrong::Description))?;
        let found = Description::discover_async(issuer, &self.client).await;
        let it = found.map_err(not_described)?;
        let endpoints = [
            Some(it.authorization_endpoint().url()),
            it.token_endpoint().map(openidconnect::TokenUrl::url),
        ];
        if !endpoints.into_iter().flatten().all(|it| self.client.may_go_to(it)) {
            return Err(refused(Wrong::Plain));
        }
        let known = Arc::new(Known { it, read: now });
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&known));
        Ok(known)
    }

    fn asked(&self, description: &Description, back: &str) -> Result<Asked, IdentityError> {
        let back = RedirectUrl::new(back.to_owned()).map_err(unavailable)?;
        let id = ClientId::new(self.registered.id.clone());
        let secret = self.registered.secret.clone().map(ClientSecret::new);
        let methods = description.token_endpoint_auth_methods_supported();
        let client = CoreClient::from_provider_metadata(description.clone(), id, secret);
        // Without a word about it, the standard means the header.
        let in_body = methods.is_some_and(|it| {
            !it.contains(&CoreClientAuthMethod::ClientSecretBasic)
                && it.contains(&CoreClientAuthMethod::ClientSecretPost)
        });
        let how = if in_body { AuthType::RequestBody } else { AuthType::BasicAuth };
        Ok(client.set_redirect_uri(back).set_auth_type(how))
    }

    /// What the provider gives for the code.
    async fn redeem(
        &self,
        description: &Description,
        answer: &IdentityAnswer<'_>,
    ) -> Result<CoreTokenResponse, IdentityError> {
        let client = self.asked(description, answer.back)?;
        let request = client
            .exchange_code(AuthorizationCode::new(answer.code.to_owned()))
            .map_err(|_| refused(Wrong::Description))?
            .set_pkce_verifier(PkceCodeVerifier::new(answer.verifier.to_owned()));
        request.request_async(&self.client).await.map_err(|error| match error {
            RequestTokenError::ServerResponse(_) => refused(Wrong::Code),
            RequestTokenError::Request(it) => unavailable(it),
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => refused(Wrong::NoToken),
        })
    }

    /// Who the person is, if the token can be believed.
    fn believed(
        &self,
        description: &Description,
        token: &CoreTokenResponse,
        answer: &IdentityAnswer<'_>,
    ) -> Result<Identity, Wrong> {
        let token = token.id_token().ok_or(Wrong::NoToken)?;
        let client = self.asked(description, answer.back).map_err(|_| Wrong::Description)?;
        let now = answer.now;
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(ACCEPTED)
            .set_time_fn(move || moment(now - LEEWAY))
            .set_issue_time_verifier_fn(move |issued| {
                if issued <= moment(now + LEEWAY) { Ok(()) } else { Err(String::new()) }
            });
        let nonce = Nonce::new(answer.nonce.to_owned());
        let claims = token.claims(&verifier, &nonce).map_err(|it| wrong(&it))?;
        self.is_for_us(claims)?;
        let (shown, since) = (claims.auth_time(), answer.since);
        if shown.zip(since).is_some_and(|(shown, since)| shown < moment(since - LEEWAY)) {
            return Err(Wrong::Stale);
        }
        let subject = claims.subject().as_str();
        if subject.is_empty() || subject.len() > LONGEST_SUBJECT {
            return Err(Wrong::Subject);
        }
        let email = claims.email().map(|it| it.as_str().to_owned());
        let called = claims.preferred_username().map(|it| it.as_str().to_owned());
        Ok(Identity {
            issuer: self.issuer.clone(),
            subject: subject.to_owned(),
            name: called.or_else(|| email.clone()),
            email,
        })
    }

    /// A token that was made for another party is not for us, even if it names us too.
    fn is_for_us(&self, claims: &CoreIdTokenClaims) -> Result<(), Wrong> {
        match claims.authorized_party() {
            Some(it) if it.as_str() != self.registered.id => Err(Wrong::Audience),
            _ => Ok(()),
        }
    }
}

fn moment(seconds: i64) -> Moment {
    Moment::from_timestamp(seconds, 0).unwrap_or_default()
}

type Moment = chrono::DateTime<chrono::Utc>;

fn not_described(error: DiscoveryError<RequestError>) -> IdentityError {
    match error {
        DiscoveryError::Request(RequestError::Plain) => refused(Wrong::Plain),
        DiscoveryError::Request(it) => unavailable(it),
        DiscoveryError::Response(status, ..) => {
            unavailable(format!("its description is not there: HTTP {status}"))
        }
        _ => refused(Wrong::Description),
    }
}

fn wrong(error: &ClaimsVerificationError) -> Wrong {
    match error {
        ClaimsVerificationError::Expired(_) => Wrong::Time,
        ClaimsVerificationError::InvalidAudience(_) => Wrong::Audience,
        ClaimsVerificationError::InvalidIssuer(_) => Wrong::TokenIssuer,
        ClaimsVerificationError::InvalidNonce(_) => Wrong::Nonce,
        ClaimsVerificationError::InvalidSubject(_) => Wrong::Subject,
        ClaimsVerificationError::SignatureVerification(_) => Wrong::Signature,
        _ => Wrong::Token,
    }
}
