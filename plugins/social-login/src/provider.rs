//! A provider as it was configured.

use affiant_backend::{
    Identity, IdentityAnswer, IdentityError, IdentityProvider, IdentityQuestion,
};
use async_trait::async_trait;
use url::Url;

use crate::client::{Client, WHOLE};
use crate::error::OptionsError;
use crate::oauth::OAuth;
use crate::oidc::Oidc;
use crate::preset::{Speaks, preset};

/// How a provider is reached. It has a secret, and no `Debug`.
#[derive(Clone)]
pub struct Options {
    /// Names it in addresses of ours.
    pub id: String,
    /// What is known of it: `google`, `microsoft`, `github`, `keycloak` or `oidc`.
    pub preset: String,
    /// What people know it by, if not by the preset's name.
    pub name: Option<String>,
    /// Who runs it, in which country and under which contract: told to people.
    pub run_by: Option<String>,
    /// Who vouches for people, where the preset does not say.
    pub issuer: Option<String>,
    /// What the provider knows us by.
    pub client_id: String,
    /// What proves it; a client that keeps no secret has none.
    pub client_secret: Option<String>,
    /// Let requests go over plain HTTP to this machine: for authors.
    pub plain_here: bool,
}

/// A provider that people sign in with.
pub struct Provider {
    id: String,
    name: String,
    run_by: Option<String>,
    it: It,
}

enum It {
    Oidc(Oidc),
    OAuth(OAuth),
}

impl Provider {
    /// A provider as it is described. Nothing is asked of it yet.
    pub fn new(options: Options) -> Result<Self, OptionsError> {
        let preset = preset(&options.preset)?;
        if options.client_id.trim().is_empty() {
            return Err(OptionsError::NoClient);
        }
        let issuer = match (preset.issuer, options.issuer) {
            (Some(own), None) => own,
            (None, Some(given)) => given,
            (Some(_), Some(_)) => return Err(OptionsError::OwnIssuer(options.preset)),
            (None, None) => return Err(OptionsError::NoIssuer(options.preset, preset.example)),
        };
        let client = Client::new(options.plain_here, WHOLE)?;
        if !Url::parse(&issuer).is_ok_and(|it| client.may_go_to(&it)) {
            return Err(OptionsError::Issuer(issuer));
        }
        let (name, scopes) = (options.name.unwrap_or(preset.name), preset.scopes);
        let registered =
            Registered { id: options.client_id, secret: options.client_secret, scopes };
        let it = match preset.speaks {
            Speaks::Oidc => It::Oidc(Oidc::new(issuer, registered, client)),
            Speaks::OAuth2(endpoints) => {
                It::OAuth(OAuth::new(issuer, endpoints, registered, client))
            }
        };
        Ok(Self { id: options.id, name, run_by: options.run_by, it })
    }
}

/// What a provider knows us by, and what we ask it for.
pub(crate) struct Registered {
    pub(crate) id: String,
    pub(crate) secret: Option<String>,
    pub(crate) scopes: Vec<String>,
}

#[async_trait]
impl IdentityProvider for Provider {
    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn run_by(&self) -> Option<&str> {
        self.run_by.as_deref()
    }

    async fn ask(&self, question: &IdentityQuestion<'_>) -> Result<String, IdentityError> {
        match &self.it {
            It::Oidc(it) => it.ask(question).await,
            It::OAuth(it) => it.ask(question),
        }
    }

    async fn identify(&self, answer: &IdentityAnswer<'_>) -> Result<Identity, IdentityError> {
        match &self.it {
            It::Oidc(it) => it.identify(answer).await,
            It::OAuth(it) => it.identify(answer).await,
        }
    }

    fn sign_out(&self) -> Option<String> {
        match &self.it {
            It::Oidc(it) => it.sign_out(),
            It::OAuth(_) => None,
        }
    }
}
