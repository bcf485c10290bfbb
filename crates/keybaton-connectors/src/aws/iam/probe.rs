//! The probe: asks the Security Token Service who the key belongs to, which nobody needs a permission for.

use async_trait::async_trait;
use aws_credential_types::Credentials;
use keybaton_ports::{Blame, Called, Certainty, Fault, Presented, Probe, Verdict};

use super::form::{STS, form};
use crate::aws::failure::{self, Said};
use crate::aws::settings::ProbeSettings;
use crate::aws::wire::Wire;
use crate::build::BuildError;
use crate::timing::timed;

/// A probe that signs a request with the key.
pub struct AccessKeyProbe {
    wire: Wire,
}

impl AccessKeyProbe {
    /// Builds the probe.
    pub fn new(settings: &ProbeSettings) -> Result<Self, BuildError> {
        timed(settings.timeout)?;
        Ok(Self { wire: Wire::new(settings.reach())? })
    }
}

#[async_trait]
impl Probe for AccessKeyProbe {
    async fn probe(&self, presented: Presented<'_>) -> Called<Verdict> {
        #[expect(clippy::disallowed_methods, reason = "a request is signed with this key, to see whether AWS takes it")]
        let secret = str::from_utf8(presented.value.expose());
        let no_text = |_| Fault::new(Blame::Rejected, Certainty::NotSent, "probe: the value is no text");
        let secret = secret.map_err(no_text)?;
        let presented = Credentials::new(presented.id.0.clone(), secret, None, None, "probe");
        let errand = self.wire.begin();
        let asked = form(STS, "GetCallerIdentity", &[]);
        let answer = self.wire.send(&errand, &asked, &presented).await?;
        match answer.said() {
            None => Ok(Verdict::Accepted),
            Some(Said::Unknown | Said::Expired) => Ok(Verdict::Refused),
            // A clock that is wrong, a policy of the network, a service in trouble: nothing of them is about this key.
            Some(_) => Err(failure::of_answer(&self.wire.line(&asked), &answer)),
        }
    }
}
