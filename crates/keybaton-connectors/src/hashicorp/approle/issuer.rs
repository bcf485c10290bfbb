//! The issuer: one secret id more, and one less.

use async_trait::async_trait;
use keybaton_core::plan::Risk;
use keybaton_core::sheet::{Addressing, Chooser};
use keybaton_ports::{
    Blame, Called, Certainty, Create, Created, Draw, Fault, Issuer, IssuerTraits, Listed, Listing, Recognising,
    Sessions, Switching,
};
use keybaton_seal::SecretValue;
use keybaton_types::IssuedId;
use serde::Deserialize;
use serde_json::json;

use super::super::failure::Said;
use super::super::login::Way;
use super::super::server::Server;
use super::super::settings::{IssuerSettings, Tokens};
use super::super::wire::Asked;
use super::id;
use super::role::{LABEL, Role, body, read, refusal};
use crate::build::BuildError;
use crate::timing;
use crate::web::outcome;

/// An issuer whose credentials are secret ids of a role.
pub struct AppRoleIssuer {
    pub(super) role: Role,
    pub(super) name: String,
    tokens: Tokens,
    pub(super) traits: IssuerTraits,
}

/// A secret id that was made.
#[derive(Deserialize)]
struct Made {
    secret_id: String,
    secret_id_accessor: String,
}

/// Which one a secret id is.
#[derive(Deserialize)]
struct Found {
    secret_id_accessor: String,
}

impl AppRoleIssuer {
    /// Builds the issuer; `value` is the secret that the settings refer to.
    pub fn new(settings: &IssuerSettings, value: Option<SecretValue>) -> Result<Self, BuildError> {
        let server = Server::new(&settings.reach(), Way::new(settings.own(), value)?)?;
        let role = Role::new(server, &settings.mount, &settings.role)?;
        Ok(Self { role, name: settings.role.clone(), tokens: settings.tokens, traits: traits(settings)? })
    }
}

#[async_trait]
impl Issuer for AppRoleIssuer {
    fn traits(&self) -> IssuerTraits {
        self.traits.clone()
    }

    async fn create(&self, create: Create<'_>) -> Called<Created> {
        let errand = self.role.server.begin();
        let path = self.role.below("secret-id");
        let metadata = json!({ LABEL: create.label.0 }).to_string();
        let asked = Asked::post(&path, body(&json!({ "metadata": metadata })));
        let Made { secret_id, secret_id_accessor } = self.role.data(&errand, &asked).await?;
        let unclear = |error: keybaton_seal::Error| outcome::of_answer(&asked.line(), error);
        let value = SecretValue::from_text(secret_id).map_err(unclear)?;
        Ok(Created { id: id::of(&secret_id_accessor, Some(&create.label.0)), value: Some(value) })
    }

    async fn destroy(&self, id: &IssuedId) -> Called<()> {
        let errand = self.role.server.begin();
        self.role.destroy(&errand, id::accessor(id)).await
    }

    fn listing(&self) -> Option<&dyn Listing> {
        Some(self)
    }

    fn switching(&self) -> Option<&dyn Switching> {
        None
    }

    fn sessions(&self) -> Option<&dyn Sessions> {
        match self.tokens {
            Tokens::Revoke => Some(self),
            Tokens::Leave => None,
        }
    }

    fn recognising(&self) -> Option<&dyn Recognising> {
        Some(self)
    }

    fn naming(&self) -> &'static str {
        "the accessor of the secret id"
    }

    fn cautions(&self) -> Vec<Risk> {
        let uses = Risk {
            what: "a probe is a login, and uses up one of a secret id's uses where the role bounds them".to_owned(),
            so: "give the role no secret_id_num_uses".to_owned(),
        };
        match self.tokens {
            Tokens::Revoke => vec![uses],
            Tokens::Leave => vec![
                uses,
                Risk {
                    what: "tokens that were issued for a revoked secret id work on until they end".to_owned(),
                    so: "they are as good as the old key for that long".to_owned(),
                },
            ],
        }
    }
}

#[async_trait]
impl Listing for AppRoleIssuer {
    async fn list(&self) -> Called<Vec<Listed>> {
        let errand = self.role.server.begin();
        let mut listed = Vec::new();
        for accessor in self.role.accessors(&errand).await? {
            if let Some(told) = self.role.told(&errand, &accessor).await? {
                listed.push(told.listed(&accessor));
            }
        }
        Ok(listed)
    }
}

#[async_trait]
impl Recognising for AppRoleIssuer {
    async fn recognise(&self, value: &SecretValue) -> Called<Option<IssuedId>> {
        #[expect(clippy::disallowed_methods, reason = "the server says which secret id this is")]
        let Ok(text) = str::from_utf8(value.expose()) else { return Ok(None) };
        let errand = self.role.server.begin();
        let path = self.role.below("secret-id/lookup");
        let asked = Asked::post(&path, body(&json!({ "secret_id": text })));
        let answer = self.role.ask(&errand, &asked).await?;
        match answer.status.as_u16() {
            200 => {
                let Found { secret_id_accessor: accessor } = read(&asked, &answer)?;
                let told = self.role.told(&errand, &accessor).await?;
                Ok(told.map(|told| id::of(&accessor, told.label().as_deref())))
            }
            // A secret id that is unknown is answered with no content.
            204 | 404 if Said::of(&answer.body) == Said::Else => Ok(None),
            _ => Err(refusal(&asked, &answer)),
        }
    }
}

/// The numbers of the sheet.
pub(super) fn traits(settings: &IssuerSettings) -> Result<IssuerTraits, BuildError> {
    let IssuerSettings { timeout, propagation, .. } = *settings;
    Ok(IssuerTraits {
        max_credentials: None,
        chooser: Chooser::Issuer,
        addressing: Addressing::Once,
        draw: Draw::DEFAULT,
        last_used_lag: None,
        propagation,
        quiescence: timing::quiescence(timeout, settings.quiescence, "a request")?,
        timeout,
    })
}

/// What a secret id is not told apart by.
pub(super) fn unattributed(name: &str) -> Fault {
    let what = format!(
        "role {name} has tokens and other secret ids without a label of keybaton's, so it is not known whose they are: \
         revoke those of the old secret id, or set tokens = \"leave\""
    );
    Fault::new(Blame::Rejected, Certainty::Refused, what)
}
