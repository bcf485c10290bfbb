//! The tokens that were issued for a secret id, as its sessions. The server has no list of them: each token is looked at,
//! and carries the metadata of the secret id that it was issued for.

use std::time::Duration;

use async_trait::async_trait;
use keybaton_ports::{Called, Fault, Sessions};
use keybaton_types::IssuedId;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::super::wire::{Asked, Errand};
use super::id;
use super::issuer::{AppRoleIssuer, unattributed};
use super::role::{LABEL, body, is_gone, read, refusal};

/// What is told of a token.
#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    meta: Option<Value>,
}

/// What a look at a token shows.
enum Look {
    Told(Told),
    Gone,
    Denied(Fault),
}

impl Told {
    fn is_of(&self, role: &str, label: Option<&str>) -> bool {
        let meta = |key: &str| self.meta.as_ref().and_then(|meta| meta.get(key)).and_then(Value::as_str);
        meta("role_name") == Some(role) && meta(LABEL) == label
    }
}

impl AppRoleIssuer {
    /// The accessors of the tokens of a secret id. One without a label of ours is told from others only where no other has
    /// none either.
    async fn tokens_of(&self, errand: &Errand, id: &IssuedId) -> Called<Vec<String>> {
        let label = id::label(id);
        let (mut tokens, mut may_look, mut denied) = (Vec::new(), false, None);
        let accessors = self.role.keys(errand, &Asked::list("/v1/auth/token/accessors")).await?;
        sleep(grown_up(self.traits.timeout)).await;
        for accessor in accessors {
            match self.token(errand, &accessor).await? {
                Look::Told(told) if told.is_of(&self.name, label) => tokens.push(accessor),
                Look::Told(_) => may_look = true,
                Look::Gone => {}
                Look::Denied(fault) => denied = Some(fault),
            }
        }
        // A token that is just being revoked is denied in the words of a policy that denies all of them; keybaton's own is told
        // to whoever may look.
        if let Some(fault) = denied.filter(|_| !may_look) {
            return Err(fault);
        }
        if label.is_none() && !tokens.is_empty() && self.has_unlabelled(errand, id::accessor(id)).await? {
            return Err(unattributed(&self.name));
        }
        Ok(tokens)
    }

    /// Whether another secret id of the role has no label of ours.
    async fn has_unlabelled(&self, errand: &Errand, but: &str) -> Called<bool> {
        for accessor in self.role.accessors(errand).await?.iter().filter(|accessor| *accessor != but) {
            let told = self.role.told(errand, accessor).await?;
            if told.is_some_and(|told| told.label().is_none()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn token(&self, errand: &Errand, accessor: &str) -> Called<Look> {
        let asked = Asked::post("/v1/auth/token/lookup-accessor", body(&json!({ "accessor": accessor })));
        let answer = self.role.ask(errand, &asked).await?;
        match answer.status.as_u16() {
            200 => read(&asked, &answer).map(Look::Told),
            // It ended between the list and this look.
            _ if is_gone(&answer) => Ok(Look::Gone),
            403 => Ok(Look::Denied(refusal(&asked, &answer))),
            _ => Err(refusal(&asked, &answer)),
        }
    }
}

/// How long after the list tokens are looked at. The server deletes a token that it has not finished making when somebody
/// looks at it in between, whoever it is for: it takes one without a lease for a leftover. What was listed is finished by then.
fn grown_up(timeout: Duration) -> Duration {
    Duration::from_secs(3).min(timeout / 3)
}

#[async_trait]
impl Sessions for AppRoleIssuer {
    async fn count(&self, id: &IssuedId) -> Called<u32> {
        let errand = self.role.server.begin();
        let tokens = self.tokens_of(&errand, id).await?;
        Ok(u32::try_from(tokens.len()).unwrap_or(u32::MAX))
    }

    async fn end(&self, id: &IssuedId) -> Called<()> {
        let errand = self.role.server.begin();
        for accessor in self.tokens_of(&errand, id).await? {
            let asked = Asked::post("/v1/auth/token/revoke-accessor", body(&json!({ "accessor": accessor })));
            let answer = self.role.ask(&errand, &asked).await?;
            if !answer.status.is_success() && !is_gone(&answer) {
                return Err(refusal(&asked, &answer));
            }
        }
        Ok(())
    }
}
