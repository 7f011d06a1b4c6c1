//! Providers that speak OAuth 2 alone: who the person is, they tell at an address of their own.

use affiant_backend::{Identity, IdentityAnswer, IdentityError, IdentityQuestion};
use oauth2::basic::{BasicClient, BasicRequestTokenError};
use oauth2::http::{self, StatusCode, header};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
    TokenUrl,
};
use serde_json::Value;

use crate::client::{Client, RequestError};
use crate::error::{Wrong, refused, unavailable};
use crate::preset::Endpoints;
use crate::provider::Registered;

type Asked = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// A provider that speaks OAuth 2.
pub(crate) struct OAuth {
    issuer: String,
    endpoints: Endpoints,
    registered: Registered,
    client: Client,
}

impl OAuth {
    pub(crate) fn new(
        issuer: String,
        endpoints: Endpoints,
        registered: Registered,
        client: Client,
    ) -> Self {
        Self { issuer, endpoints, registered, client }
    }

    pub(crate) fn ask(&self, question: &IdentityQuestion<'_>) -> Result<String, IdentityError> {
        let client = self.asked(question.back)?;
        let state = question.state.to_owned();
        let verifier = PkceCodeVerifier::new(question.verifier.to_owned());
        let (address, _) = client
            .authorize_url(move || CsrfToken::new(state))
            .add_scopes(self.registered.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok(address.into())
    }

    pub(crate) async fn identify(
        &self,
        answer: &IdentityAnswer<'_>,
    ) -> Result<Identity, IdentityError> {
        if answer.issuer.is_some_and(|it| it != self.issuer) {
            return Err(refused(Wrong::OtherIssuer));
        }
        let token = self
            .asked(answer.back)?
            .exchange_code(AuthorizationCode::new(answer.code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(answer.verifier.to_owned()))
            .request_async(&self.client)
            .await
            .map_err(not_redeemed)?;
        self.person(token.access_token().secret()).await
    }

    /// Whom a token is of.
    async fn person(&self, token: &str) -> Result<Identity, IdentityError> {
        let request = http::Request::get(&self.endpoints.user)
            .header(header::ACCEPT, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Vec::new())
            .map_err(|_| refused(Wrong::NoToken))?;
        let answer = self.client.send(request).await.map_err(unavailable)?;
        if answer.status() != StatusCode::OK {
            return Err(unavailable(format!(
                "it does not tell who it is: HTTP {}",
                answer.status()
            )));
        }
        let told: Value =
            serde_json::from_slice(answer.body()).map_err(|_| refused(Wrong::Subject))?;
        let subject = match &told[&self.endpoints.subject] {
            Value::Number(it) => it.to_string(),
            Value::String(it) if !it.is_empty() => it.clone(),
            _ => return Err(refused(Wrong::Subject)),
        };
        let text = |name: &str| told[name].as_str().map(str::to_owned);
        Ok(Identity {
            issuer: self.issuer.clone(),
            subject,
            email: text("email"),
            name: text(&self.endpoints.called),
        })
    }

    fn asked(&self, back: &str) -> Result<Asked, IdentityError> {
        let (authorize, token) = (self.endpoints.authorize.clone(), self.endpoints.token.clone());
        let mut client = BasicClient::new(ClientId::new(self.registered.id.clone()))
            .set_auth_uri(AuthUrl::new(authorize).map_err(unavailable)?)
            .set_token_uri(TokenUrl::new(token).map_err(unavailable)?)
            .set_redirect_uri(RedirectUrl::new(back.to_owned()).map_err(unavailable)?)
            .set_auth_type(AuthType::RequestBody);
        if let Some(secret) = &self.registered.secret {
            client = client.set_client_secret(ClientSecret::new(secret.clone()));
        }
        Ok(client)
    }
}

fn not_redeemed(error: BasicRequestTokenError<RequestError>) -> IdentityError {
    match error {
        BasicRequestTokenError::ServerResponse(_) => refused(Wrong::Code),
        BasicRequestTokenError::Request(it) => unavailable(it),
        BasicRequestTokenError::Parse(..) | BasicRequestTokenError::Other(_) => {
            refused(Wrong::NoToken)
        }
    }
}
