//! The probe: logs in as anybody would, and gives the token back at once.

use async_trait::async_trait;
use keybaton_ports::{Blame, Called, Certainty, Fault, Presented, Probe, Verdict};
use serde_json::json;
use zeroize::Zeroizing;

use super::super::failure;
use super::super::login::granted;
use super::super::place::encoded;
use super::super::settings::ProbeSettings;
use super::super::wire::{Asked, Wire};
use crate::build::BuildError;
use crate::timing::timed;

/// A probe that logs in by a role and the value.
pub struct AppRoleProbe {
    wire: Wire,
    path: String,
    role_id: String,
}

impl AppRoleProbe {
    /// Builds the probe.
    pub fn new(settings: &ProbeSettings) -> Result<Self, BuildError> {
        timed(settings.timeout)?;
        let path = format!("/v1/auth/{}/login", encoded("mount", &settings.mount)?);
        Ok(Self { wire: Wire::new(&settings.reach())?, path, role_id: settings.role_id.clone() })
    }
}

#[async_trait]
impl Probe for AppRoleProbe {
    async fn probe(&self, presented: Presented<'_>) -> Called<Verdict> {
        #[expect(clippy::disallowed_methods, reason = "the server is asked whether it takes this secret id")]
        let secret_id = str::from_utf8(presented.value.expose());
        let no_text = |_| Fault::new(Blame::Rejected, Certainty::NotSent, "probe: the value is no text");
        let sent = json!({ "role_id": self.role_id, "secret_id": secret_id.map_err(no_text)? });
        let errand = self.wire.begin();
        let asked = Asked::post(&self.path, Zeroizing::new(sent.to_string().into_bytes()));
        let answer = self.wire.send(&errand, &asked, None).await?;
        match answer.status.as_u16() {
            200 => {}
            // A sealed or throttling server answers with neither; a wrong role is as much of a refusal as a wrong secret id.
            400 | 403 if failure::is_final(&answer.body) => return Ok(Verdict::Refused),
            _ => return Err(failure::of_answer(&asked.line(), answer.status, &answer.body)),
        }
        let token = granted(&self.path, &answer.body)?.header;
        // Whether it is given back changes nothing about what was seen: it ends by itself.
        let back = Asked::post("/v1/auth/token/revoke-self", Zeroizing::new(b"{}".to_vec()));
        let _ = self.wire.send(&errand, &back, Some(&token)).await;
        Ok(Verdict::Accepted)
    }
}
