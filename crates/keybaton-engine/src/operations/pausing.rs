//! Pauses: for a while no schedule starts a rotation of what they cover.

use keybaton_core::{
    civil::rfc3339,
    policy::{Pause, PauseError, Scope},
};
use keybaton_ports::{Failure, FailureKind, Until};
use keybaton_types::{
    SecretId, Timestamp,
    document::{Paused, Resumed},
};

use super::{Local, failure, store};
use crate::record;

impl Local {
    /// Whatever runs goes on; who asked, until when and why is in the audit of every secret that it covers.
    pub(super) async fn begin_pause(
        &self,
        scope: Scope,
        until: Until,
        reason: Option<&str>,
        by: &str,
    ) -> Result<Paused, Failure> {
        let secrets = self.covered(&scope).await?;
        let now = self.store().now().await.map_err(store)?;
        let until = match until {
            Until::After(span) => now + span,
            Until::At(at) => at,
        };
        let pause = Pause::new(scope, now, until, by, reason.map(ToOwned::to_owned));
        let pause = pause.map_err(|error| impossible(error, now))?;
        let why = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        let note = format!("rotations of {} are paused until {}{why}", pause.scope, rfc3339(pause.until));
        self.store().pause(&pause, &secrets, &record::note(by, note, None)).await.map_err(store)?;
        let running = self.running(&secrets).await?;
        let secrets = secrets.iter().map(ToString::to_string).collect();
        Ok(Paused { schema: Paused::SCHEMA.to_owned(), pause: pause.document(), secrets, running })
    }

    /// Ends a pause, or takes note that it is over; `None` where there is none.
    pub(super) async fn end_pause(&self, scope: &Scope, by: &str) -> Result<Option<Resumed>, Failure> {
        let secrets = self.covered(scope).await?;
        let now = self.store().now().await.map_err(store)?;
        let pauses = self.store().pauses().await.map_err(store)?;
        let Some(pause) = pauses.into_iter().find(|pause| pause.scope == *scope) else { return Ok(None) };
        let over = pause.is_over(now);
        let what = if over { "the pause is over, and somebody knows" } else { "the pause is ended" };
        let note = record::note(by, format!("{what}: {}", pause.scope), None);
        let lifted = self.store().resume(scope, &secrets, &note).await.map_err(store)?;
        let secrets = secrets.iter().map(ToString::to_string).collect();
        let resumed = Resumed { schema: Resumed::SCHEMA.to_owned(), pause: pause.document(), over, secrets };
        Ok(lifted.then_some(resumed))
    }

    /// Every secret of the configuration that a scope covers, with a ledger to write to.
    async fn covered(&self, scope: &Scope) -> Result<Vec<SecretId>, Failure> {
        if let Scope::Secret(secret) = scope {
            self.charge(secret)?;
        }
        let all = self.charges.all();
        let covered = all.values().filter(|charge| scope.covers(&charge.secret, charge.owner.as_deref()));
        let secrets: Vec<SecretId> = covered.map(|charge| charge.secret.clone()).collect();
        if let (Scope::Owner(owner), true) = (scope, secrets.is_empty()) {
            return Err(failure::unowned(owner, &self.charges));
        }
        for secret in &secrets {
            self.store().enroll(secret).await.map_err(store)?;
        }
        Ok(secrets)
    }

    async fn running(&self, secrets: &[SecretId]) -> Result<Vec<String>, Failure> {
        let rows = self.store().secrets().await.map_err(store)?;
        let active = rows.into_iter().filter(|row| row.active && secrets.contains(&row.secret));
        Ok(active.map(|row| row.secret.to_string()).collect())
    }
}

fn impossible(error: PauseError, now: Timestamp) -> Failure {
    let hint = match error {
        PauseError::Past => "name a time to come: --until 7d, or a date".to_owned(),
        PauseError::TooLong => {
            format!("pause until {} at most, and say so again then", rfc3339(now + Pause::LONGEST))
        }
    };
    Failure::new(FailureKind::Usage, error.to_string()).safe("nothing was changed; the schedules go on").hint(hint)
}
