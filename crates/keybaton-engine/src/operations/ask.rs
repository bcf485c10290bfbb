//! Records what a person asks for, once it is known that the machine would not refuse it.

use keybaton_core::{
    facts::Presence,
    rotation::{Event, Refused, Request, Rotation, step},
};
use keybaton_ports::{Failure, Wanted};
use keybaton_types::{RotationId, SecretId, document::Asked};

use super::{Local, failure, store};
use crate::{Charge, due, facts::Known};

impl Local {
    pub(super) async fn record_ask(&self, secret: &SecretId, wanted: Wanted, by: &str) -> Result<Asked, Failure> {
        let (charge, known) = self.known(secret).await?;
        let ledger = &known.snapshot.ledger;
        if let (Wanted::Rotate(cause), None) = (wanted, &ledger.rotation)
            && let Some(pause) = due::refusing(&charge, &known.snapshot, cause)
        {
            return Err(failure::paused(secret, pause, known.snapshot.now, ledger));
        }
        if let Err(reason) = self.would(&charge, &known, wanted) {
            return Err(failure::refused(secret, reason, ledger));
        }
        let id = ledger.rotation.as_ref().map_or(RotationId(ledger.next_rotation), |rotation| rotation.id);
        self.store().ask(secret, wanted, by).await.map_err(store)?;
        Ok(Asked {
            schema: Asked::SCHEMA.to_owned(),
            secret: secret.name().to_owned(),
            env: secret.env().to_owned(),
            rotation: id.name(secret),
            driver: self.engine().await?,
        })
    }

    /// Whether the machine would take it. What is in flight now is no reason to refuse: it is asked again then.
    fn would(&self, charge: &Charge, known: &Known, wanted: Wanted) -> Result<(), Refused> {
        let ledger = &known.snapshot.ledger;
        let facts = known.facts(charge, self.store().installation(), Presence::Stays);
        let tried = match (wanted, &ledger.rotation) {
            (Wanted::Rotate(_), Some(_)) => return Ok(()),
            (Wanted::Rotate(cause), None) => {
                let old = ledger.current_credential().map(|credential| credential.no);
                let rotation = Rotation::new(RotationId(ledger.next_rotation), old, ledger.current, cause);
                step(rotation, &facts, Event::Started)
            }
            (Wanted::Of(request), Some(rotation)) => {
                let at_rest = Rotation { pending: None, ..rotation.clone() };
                step(at_rest, &facts, Event::Asked(request))
            }
            (Wanted::Of(Request::Resume), None) if ledger.restored => return Ok(()),
            (Wanted::Of(_), None) => return Err(Refused::Over),
        };
        tried.map(drop)
    }
}
