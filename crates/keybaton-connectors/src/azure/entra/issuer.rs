//! The issuer: one password more, and one less.

use async_trait::async_trait;
use keybaton_core::plan::Risk;
use keybaton_core::sheet::{Addressing, Chooser};
use keybaton_ports::{Called, Create, Created, Draw, Issuer, IssuerTraits, Listed, Listing, Sessions, Switching};
use keybaton_seal::SecretValue;
use keybaton_types::IssuedId;
use serde::Deserialize;

use super::application::Application;
use super::settings::IssuerSettings;
use crate::azure::rest::{Reach, Rest};
use crate::build::BuildError;
use crate::timing;
use crate::web::outcome;

/// An issuer whose credentials are passwords of an application.
pub struct EntraIssuer {
    application: Application,
    traits: IssuerTraits,
}

/// A password that was made.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Made {
    key_id: String,
    secret_text: String,
}

impl EntraIssuer {
    /// Builds the issuer; `secret` is what the table `login` refers to.
    pub fn new(settings: &IssuerSettings, secret: Option<SecretValue>) -> Result<Self, BuildError> {
        let rest = Rest::new(&settings.reach(), secret)?;
        Ok(Self { application: Application::new(rest, &settings.client_id), traits: traits(settings)? })
    }
}

#[async_trait]
impl Issuer for EntraIssuer {
    fn traits(&self) -> IssuerTraits {
        self.traits.clone()
    }

    async fn create(&self, create: Create<'_>) -> Called<Created> {
        let rest = &self.application.rest;
        let asked = self.application.add(&create.label.0);
        let Made { key_id, secret_text } = rest.read(rest.begin(), &asked).await?;
        let unclear = |error: keybaton_seal::Error| outcome::of_answer(&asked.line(), error);
        let value = SecretValue::from_text(secret_text).map_err(unclear)?;
        Ok(Created { id: IssuedId(key_id), value: Some(value) })
    }

    async fn destroy(&self, id: &IssuedId) -> Called<()> {
        self.application.remove(self.application.rest.begin(), id).await
    }

    fn listing(&self) -> Option<&dyn Listing> {
        Some(self)
    }

    fn switching(&self) -> Option<&dyn Switching> {
        None
    }

    fn sessions(&self) -> Option<&dyn Sessions> {
        None
    }

    fn naming(&self) -> &'static str {
        "the key id (\"Secret ID\") of the client secret"
    }

    fn cautions(&self) -> Vec<Risk> {
        vec![Risk {
            what: "tokens that were had with the old password go on working until they end, about an hour".to_owned(),
            so: "where that is too long, revoke the sessions of the service principal by hand".to_owned(),
        }]
    }
}

#[async_trait]
impl Listing for EntraIssuer {
    async fn list(&self) -> Called<Vec<Listed>> {
        self.application.passwords(self.application.rest.begin()).await
    }
}

impl IssuerSettings {
    pub(super) fn reach(&self) -> Reach<'_> {
        let scope = format!("{}/.default", self.graph.trim_end_matches('/'));
        let (login, ca_file) = (&self.login, self.ca_file.as_deref());
        Reach { at: "graph", url: &self.graph, scope, login, ca_file, timeout: self.timeout }
    }
}

/// Checks the times that the settings have.
pub(super) fn traits(settings: &IssuerSettings) -> Result<IssuerTraits, BuildError> {
    let given = settings.quiescence.or(Some(settings.propagation.max(settings.timeout * 3)));
    Ok(IssuerTraits {
        max_credentials: None,
        chooser: Chooser::Issuer,
        addressing: Addressing::Once,
        draw: Draw::DEFAULT,
        last_used_lag: None,
        propagation: settings.propagation,
        quiescence: timing::quiescence(settings.timeout, given, "a call")?,
        timeout: settings.timeout,
    })
}
