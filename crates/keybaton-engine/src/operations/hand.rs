//! Handing over: a rotation waits for a key that only a person can make, and a person brings it.

use keybaton_core::{
    ledger::{Conflict, Credential},
    rotation::{Aim, Mint, State, explain::safe_now},
    sheet::Addressing,
};
use keybaton_ports::{Attachment, Failure, FailureKind, Handed, StoreError};
use keybaton_seal::oddities;
use keybaton_types::{
    CredentialNo, Fingerprint,
    document::{Adopted, Probed},
};

use super::{
    Local,
    adopt::{Taking, check, unrendered},
    failure, store,
};
use crate::{Charge, facts::Known, record, safe::Safe};

/// How often the ledger may move on under the hand.
const TRIES: u32 = 8;

/// The credential for which the active rotation waits for a person, if it does.
pub(super) fn awaited(charge: &Charge, known: &Known) -> Option<CredentialNo> {
    let rotation = known.rotation()?;
    let asks = matches!(rotation.state, State::Minting(Mint::Looking(Aim::Create) | Mint::Creating));
    let reserved = known.snapshot.ledger.credential(rotation.new?).filter(|row| row.issued.is_none());
    let by_hand = charge.issuer.traits().chooser.errand().is_some();
    reserved.filter(|_| asks && by_hand).map(|Credential { no, .. }| *no)
}

impl Local {
    /// Proves a key and hands it to the rotation that waits for it. What was sealed is bound to one credential, so it
    /// can serve no other.
    pub(super) async fn hand_over(
        &self,
        charge: &Charge,
        known: &Known,
        adoption: &Taking,
    ) -> Result<Adopted, Failure> {
        let secret = &adoption.secret;
        let fingerprint = self.safe.keyring.fingerprint(&adoption.value).map_err(|e| failure::engine(e.into()))?;
        let holders = self.store().holders(&fingerprint).await.map_err(store)?;
        is_new(known, adoption, holders.iter().any(|(other, _)| other == secret))?;
        let shared_with = self.sharers(secret, adoption.sharing, &fingerprint).await?;
        let checked = check(charge, adoption).await.map_err(|failure| still_works(failure, known))?;
        let note = format!("hands over key {}", adoption.id);
        self.store().audit(secret, &record::note(&adoption.by, note, None)).await.map_err(store)?;
        let rotation = self.give(charge, adoption).await?;
        Ok(taken(adoption, &fingerprint, checked.probe, rotation, shared_with))
    }

    /// Gives it to the ledger as it is now; one that has moved on is read again.
    async fn give(&self, charge: &Charge, adoption: &Taking) -> Result<String, Failure> {
        let secret = &adoption.secret;
        for _ in 0..TRIES {
            let (_, known) = self.known(secret).await?;
            let Some((no, rotation)) = awaited(charge, &known).zip(known.rotation()) else {
                return Err(given_up(adoption, &known));
            };
            if let Some(other) = self.store().handed(secret, no).await.map_err(store)?
                && other.issued != adoption.id
            {
                return Err(another(adoption, &other, &known));
            }
            let handed = Handed { issued: adoption.id.clone(), attached: self.attach(charge, adoption, no)? };
            let revision = known.snapshot.ledger.revision;
            match self.store().hand_over(secret, revision, &handed, &adoption.by).await {
                Ok(_) => return Ok(rotation.id.name(secret)),
                Err(StoreError::Conflict(Conflict::Revision)) => {}
                Err(error) => return Err(store(error)),
            }
        }
        Err(store(StoreError::Conflict(Conflict::Revision)))
    }

    fn attach(&self, charge: &Charge, adoption: &Taking, no: CredentialNo) -> Result<Attachment, Failure> {
        let rendering = Safe::render(charge.render.as_ref(), &adoption.id, &adoption.value);
        let rendering = rendering.map_err(|fault| unrendered(&fault))?;
        self.safe.seal(&adoption.secret, no, &adoption.value, rendering.as_ref()).map_err(failure::engine)
    }
}

fn taken(
    adoption: &Taking,
    fingerprint: &Fingerprint,
    probe: Probed,
    rotation: String,
    shared_with: Vec<String>,
) -> Adopted {
    Adopted {
        schema: Adopted::SCHEMA.to_owned(),
        secret: adoption.secret.name().to_owned(),
        env: adoption.secret.env().to_owned(),
        id: adoption.id.to_string(),
        version: None,
        rotation: Some(rotation),
        fingerprint: fingerprint.to_string(),
        proven: probe == Probed::Accepted,
        probe,
        creator: None,
        created: None,
        age_seconds: None,
        last_used: None,
        sessions: None,
        untold: Vec::new(),
        shared_with,
        warnings: oddities(&adoption.value).iter().map(ToString::to_string).collect(),
        full: None,
    }
}

/// Neither the id nor the value may be one that the ledger has, or had.
fn is_new(known: &Known, adoption: &Taking, has_value: bool) -> Result<(), Failure> {
    let ledger = &known.snapshot.ledger;
    let what = if ledger.knows(&adoption.id, Addressing::Once) {
        format!("{} has, or had, a key with the id {}", adoption.secret, adoption.id)
    } else if has_value {
        format!("this is the value of a key that {} has, or had", adoption.secret)
    } else {
        return Ok(());
    };
    Err(Failure::new(FailureKind::No, what)
        .safe(format!("nothing was stored; {}", safe_now(ledger)))
        .hint("make a new key at the service, and hand over its own id and value"))
}

/// What is safe when a key is not taken: the one before it.
fn still_works(failure: Failure, known: &Known) -> Failure {
    failure.safe(format!("nothing was stored; {}", safe_now(&known.snapshot.ledger)))
}

fn given_up(adoption: &Taking, known: &Known) -> Failure {
    let what = format!("{} does not wait for a key any more", adoption.secret);
    Failure::new(FailureKind::No, what)
        .safe(format!("nothing was stored; {}", safe_now(&known.snapshot.ledger)))
        .hint(format!("delete the key {} at the service, unless you need it for something else", adoption.id))
}

fn another(adoption: &Taking, other: &Handed, known: &Known) -> Failure {
    let what = format!("another key ({}) was handed over for {} already", other.issued, adoption.secret);
    Failure::new(FailureKind::No, what)
        .safe(format!("nothing was stored; {}", safe_now(&known.snapshot.ledger)))
        .hint(format!("delete the key {} at the service, unless you need it for something else", adoption.id))
}
