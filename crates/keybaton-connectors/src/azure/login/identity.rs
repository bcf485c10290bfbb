//! The identity of keybaton itself: the credential that clients are given. It is made when it is first needed, and made anew
//! after a refusal, so that what an operator has put right is seen.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use azure_core::Error;
use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::error::ErrorKind;
use keybaton_ports::{Called, Fault};
use keybaton_seal::SecretValue;
use tokio::sync::Mutex;

use super::refusal;
use super::settings::{By, LoginSettings};
use super::source::{Sources, words};
use crate::azure::errand::Errand;
use crate::azure::wire::Wire;
use crate::web::Client;

/// The identity of keybaton itself.
pub(in crate::azure) struct Login {
    sources: Sources,
    chosen: Mutex<Option<Chosen>>,
}

#[derive(Clone)]
struct Chosen {
    by: By,
    credential: Arc<dyn TokenCredential>,
}

impl Login {
    /// The login of these settings; `secret` is what they refer to.
    pub(in crate::azure) fn new(settings: &LoginSettings, secret: Option<SecretValue>, client: Client) -> Arc<Self> {
        let sources = Sources::new(settings, secret, Wire::of_logins(client));
        Arc::new(Self { sources, chosen: Mutex::default() })
    }

    /// Forgets what was learned: a service did not accept the token.
    pub(in crate::azure) async fn forget(&self) {
        self.chosen.lock().await.take();
    }

    async fn token(&self, scopes: &[&str], options: Option<TokenRequestOptions<'_>>) -> Called<AccessToken> {
        let mut chosen = self.chosen.lock().await;
        let Chosen { by, credential } = self.choice(chosen.take()).await?;
        let asked = credential.get_token(scopes, options);
        let token = Errand::present().wait(words(by), asked).await.map_err(Fault::unsent)?;
        let token = token.map_err(|error| refusal::of(words(by), &error))?;
        *chosen = Some(Chosen { by, credential });
        Ok(token)
    }

    async fn choice(&self, chosen: Option<Chosen>) -> Called<Chosen> {
        if let Some(chosen) = chosen {
            return Ok(chosen);
        }
        let by = self.sources.way().await;
        let credential = self.sources.credential(by).map_err(|error| refusal::of(words(by), &error))?;
        Ok(Chosen { by, credential })
    }
}

#[async_trait]
impl TokenCredential for Login {
    async fn get_token(
        &self,
        scopes: &[&str],
        options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let failed = |fault: Fault| Error::new(ErrorKind::Credential, fault);
        self.token(scopes, options).await.map_err(failed)
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").finish_non_exhaustive()
    }
}
