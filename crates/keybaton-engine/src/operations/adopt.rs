//! Adopting: an existing key is taken over without changing it.

use keybaton_core::{
    answer::{Listed, Verdict},
    civil::rfc3339,
    ledger::{Change, Commit, Credential, Far, Ledger, Origin, Stage, Version},
    rotation::Transition,
};
use keybaton_ports::{
    Adoption, Attachment, Failure, FailureKind, Fence, Home, Presented, Proof, Publication, Record, Replaces, Seen,
    Sharing, VaultUse,
};
use keybaton_seal::{SecretValue, oddities};
use keybaton_types::{
    CredentialNo, IssuedId, OpSeq, SecretId, VersionNo,
    document::{Adopted, Probed},
};

use super::{Local, failure, provenance, store};
use crate::{Charge, facts::Known, lease::Kept, record, safe::Safe};

/// What the issuer and the probe said of the key.
pub(super) struct Checked {
    /// The whole list, and the key's own line of it.
    entries: Vec<Listed>,
    listed: Option<Listed>,
    pub(super) probe: Probed,
    sessions: Option<u32>,
}

/// An adoption whose id is known, whoever told it.
pub(super) struct Taking {
    pub(super) secret: SecretId,
    pub(super) id: IssuedId,
    pub(super) value: SecretValue,
    proof: Proof,
    vault: VaultUse,
    pub(super) sharing: Sharing,
    pub(super) by: String,
}

impl Local {
    pub(super) async fn take_over(&self, adoption: Adoption) -> Result<Adopted, Failure> {
        let (charge, known) = self.known(&adoption.secret).await?;
        if super::hand::awaited(&charge, &known).is_some() {
            let adoption = identified(&charge, adoption).await?;
            return self.hand_over(&charge, &known, &adoption).await;
        }
        if known.snapshot.ledger.current.is_some() || known.rotation().is_some() {
            return Err(managed(&adoption.secret));
        }
        let adoption = identified(&charge, adoption).await?;
        let secret = &adoption.secret;
        let checked = check(&charge, &adoption).await?;
        let rendering =
            Safe::render(charge.render.as_ref(), &adoption.id, &adoption.value).map_err(|fault| unrendered(&fault))?;
        let served = rendering.as_ref().unwrap_or(&adoption.value);
        self.compare(&charge, served, adoption.vault).await?;
        let fingerprint = self.safe.keyring.fingerprint(&adoption.value).map_err(|e| failure::engine(e.into()))?;
        let shared_with = self.sharers(secret, adoption.sharing, &fingerprint).await?;
        let version = self.enter(&charge, &known, &adoption, &checked, rendering.as_ref()).await?;
        let now = known.snapshot.now;
        let listed = checked.listed.as_ref();
        let created = listed.and_then(|entry| entry.created);
        Ok(Adopted {
            schema: Adopted::SCHEMA.to_owned(),
            secret: secret.name().to_owned(),
            env: secret.env().to_owned(),
            id: adoption.id.to_string(),
            version: Some(version.0),
            rotation: None,
            fingerprint: fingerprint.to_string(),
            proven: checked.probe == Probed::Accepted,
            probe: checked.probe,
            creator: listed.and_then(|entry| entry.creator.clone()),
            created: created.map(rfc3339),
            age_seconds: created.map(|at| now.since(at).as_secs()),
            last_used: listed.and_then(|entry| entry.last_used).map(rfc3339),
            sessions: checked.sessions,
            untold: provenance::untold(&charge, listed),
            shared_with,
            warnings: oddities(&adoption.value).iter().map(ToString::to_string).collect(),
            full: provenance::full(&charge, &checked.entries, now),
        })
    }

    /// Enters the key into the ledger: first that it is ours, then, when the vault has it, that consumers get it. A
    /// crash between the two leaves a ledger that the same command completes.
    async fn enter(
        &self,
        charge: &Charge,
        known: &Known,
        adoption: &Taking,
        checked: &Checked,
        rendering: Option<&SecretValue>,
    ) -> Result<VersionNo, Failure> {
        let secret = &adoption.secret;
        let kept = Kept::claim(&self.safe.store, &self.time, secret, &self.holder).await.map_err(store)?;
        let kept = kept.ok_or_else(|| busy(secret))?;
        let entered = self.write(charge, known, adoption, checked, rendering, &kept).await;
        kept.release().await;
        entered
    }

    async fn write(
        &self,
        charge: &Charge,
        known: &Known,
        adoption: &Taking,
        checked: &Checked,
        rendering: Option<&SecretValue>,
        kept: &Kept,
    ) -> Result<VersionNo, Failure> {
        let ledger = &known.snapshot.ledger;
        let (no, version) = begun(ledger, adoption).unwrap_or((ledger.next_credential(), ledger.next_version));
        let credential = adopted(no, adoption, checked, known);
        let attached = self.safe.seal(&adoption.secret, no, &adoption.value, rendering).map_err(failure::engine)?;
        let record = record::note(&adoption.by, story(adoption, checked, known), None);
        let mut intent: Vec<Change> = given_up(ledger, no).map(Change::Credential).collect();
        intent.push(Change::Credential(Credential { stage: Stage::Pending, ..credential.clone() }));
        intent.push(Change::Version(Version { no: version, credential: no, published: None }));
        self.put(known, kept, &record, 0, intent, Some(&attached)).await?;
        if charge.vault.home() == Home::Ledger || adoption.vault == VaultUse::Publish {
            let publication = Publication {
                secret: &adoption.secret,
                version,
                credential: no,
                rendering: rendering.unwrap_or(&adoption.value),
                fence: Fence { epoch: kept.epoch(), seq: OpSeq(0) },
                installation: self.store().installation(),
                replaces: Replaces::Anything,
            };
            publish(charge, publication).await?;
        }
        let now = known.snapshot.now;
        let outcome = vec![
            Change::Credential(credential),
            Change::Version(Version { no: version, credential: no, published: Some(now) }),
            Change::Current(version),
            Change::Base(now),
        ];
        self.put(known, kept, &record, 1, outcome, None).await?;
        Ok(version)
    }

    /// An external vault that already serves something else is not overwritten behind anybody's back.
    async fn compare(&self, charge: &Charge, served: &SecretValue, vault: VaultUse) -> Result<(), Failure> {
        if charge.vault.home() == Home::Ledger || vault == VaultUse::Publish {
            return Ok(());
        }
        let same = match charge.vault.served(&charge.secret).await {
            Ok(Seen::Value(value)) => self.is_same(&value, served)?,
            Ok(Seen::Version(_) | Seen::Nothing) => false,
            Err(fault) => {
                return Err(Failure::new(FailureKind::Unknown, "the vault could not be read")
                    .because(&fault)
                    .safe("nothing was changed")
                    .hint("check the vault's address and the credential that keybaton uses there"));
            }
        };
        if same {
            return Ok(());
        }
        Err(Failure::new(FailureKind::No, format!("the vault {} does not serve this value", charge.vault_name))
            .safe("nothing was changed")
            .hint("adopt the value that the vault serves, or write this one into it with --publish"))
    }

    fn is_same(&self, a: &SecretValue, b: &SecretValue) -> Result<bool, Failure> {
        let same = self.safe.keyring.fingerprint(a).and_then(|a| self.safe.keyring.matches(b, &a));
        same.map_err(|error| failure::engine(error.into()))
    }

    async fn put(
        &self,
        known: &Known,
        kept: &Kept,
        record: &Record,
        after: u64,
        changes: Vec<Change>,
        attached: Option<&Attachment>,
    ) -> Result<(), Failure> {
        let commit = Commit {
            expected: keybaton_types::Revision(known.snapshot.ledger.revision.0 + after),
            epoch: kept.epoch(),
            at: known.snapshot.now,
            transition: Transition { changes, ..Transition::default() },
        };
        self.store().commit(kept.secret(), &commit, record, attached).await.map_err(store)
    }
}

/// Asks an issuer that recognises values for the id, where nobody named one.
async fn identified(charge: &Charge, adoption: Adoption) -> Result<Taking, Failure> {
    let Adoption { secret, id, value, proof, vault, sharing, by } = adoption;
    let id = match (id, charge.issuer.recognising()) {
        (Some(id), _) => id,
        (None, None) => return Err(unnamed(charge, &secret)),
        (None, Some(port)) => {
            let found = port.recognise(&value).await.map_err(|fault| unlisted(&fault))?;
            found.ok_or_else(|| unrecognised(&secret))?
        }
    };
    Ok(Taking { secret, id, value, proof, vault, sharing, by })
}

/// What the audit says of an adoption.
fn story(adoption: &Taking, checked: &Checked, known: &Known) -> String {
    let told = provenance::told(checked.listed.as_ref(), checked.sessions, known.snapshot.now);
    let shared = match adoption.sharing {
        Sharing::Refused => "",
        Sharing::Accepted => ", even if another secret holds the same value",
    };
    format!("adopted {}{told}{shared}", adoption.id)
}

/// Asks the issuer whether it knows the key, and the probe whether it works.
pub(super) async fn check(charge: &Charge, adoption: &Taking) -> Result<Checked, Failure> {
    let (entries, listed) = match charge.issuer.listing() {
        Some(port) => {
            let entries = port.list().await.map_err(|fault| unlisted(&fault))?;
            let found = entries.iter().find(|entry| entry.id == adoption.id).cloned();
            let found = found.ok_or_else(|| unknown_id(adoption, &entries))?;
            (entries, Some(found))
        }
        None => (Vec::new(), None),
    };
    let presented = Presented { secret: &adoption.secret, id: &adoption.id, value: &adoption.value };
    let probe = match (charge.probe.probe(presented).await, adoption.proof) {
        (Ok(Verdict::Accepted), _) => Probed::Accepted,
        (Ok(Verdict::Refused), Proof::Waived) => Probed::Refused,
        (Ok(Verdict::Inconclusive) | Err(_), Proof::Waived) => Probed::Unclear,
        (Ok(Verdict::Refused), Proof::Needed) => return Err(refused(adoption)),
        (Ok(Verdict::Inconclusive), Proof::Needed) => return Err(unproven(adoption, None)),
        (Err(fault), Proof::Needed) => return Err(unproven(adoption, Some(&fault))),
    };
    let sessions = match charge.issuer.sessions() {
        Some(port) => port.count(&adoption.id).await.ok(),
        None => None,
    };
    Ok(Checked { entries, listed, probe, sessions })
}

async fn publish(charge: &Charge, publication: Publication<'_>) -> Result<(), Failure> {
    charge.vault.publish(publication).await.map_err(|fault| {
        Failure::new(FailureKind::Unknown, "the key was not written into the vault")
            .because(&fault)
            .safe("the key itself is unchanged and still works")
            .hint("run the same command again")
    })
}

/// What an adoption of the same key has written before it was cut off.
fn begun(ledger: &Ledger, adoption: &Taking) -> Option<(CredentialNo, VersionNo)> {
    let of_it = |c: &&Credential| is_pending(c) && c.issued.as_ref() == Some(&adoption.id);
    let credential = ledger.credentials.iter().find(of_it)?;
    let version = ledger.versions.iter().find(|v| v.credential == credential.no)?;
    Some((credential.no, version.no))
}

/// Other keys whose adoption was cut off: they stay what they were, and are none of ours.
fn given_up(ledger: &Ledger, no: CredentialNo) -> impl Iterator<Item = Credential> {
    let others = ledger.credentials.iter().filter(move |c| is_pending(c) && c.no != no);
    others.map(|c| Credential { stage: Stage::Retired, far: Far::Unborn, issued: None, ..c.clone() })
}

fn is_pending(credential: &Credential) -> bool {
    credential.origin == Origin::Adopted && credential.stage == Stage::Pending
}

fn adopted(no: CredentialNo, adoption: &Taking, checked: &Checked, known: &Known) -> Credential {
    Credential {
        no,
        issued: Some(adoption.id.clone()),
        label: None,
        origin: Origin::Adopted,
        stage: Stage::Current,
        far: Far::Active,
        condemned: false,
        born: checked.listed.as_ref().and_then(|entry| entry.created).unwrap_or(known.snapshot.now),
    }
}

fn managed(secret: &SecretId) -> Failure {
    Failure::new(FailureKind::No, format!("{secret} is managed already"))
        .safe("nothing was changed")
        .hint(format!("`keybaton rotate {secret}` replaces its key; `keybaton explain {secret}` shows it"))
}

fn unnamed(charge: &Charge, secret: &SecretId) -> Failure {
    let what = format!("the issuer {} does not recognise a key by its value", charge.issuer_name);
    Failure::new(FailureKind::Usage, what)
        .safe("nothing was changed")
        .hint(format!("name the key: `keybaton adopt {secret} --id ID`, where ID is {}", charge.issuer.naming()))
}

fn unrecognised(secret: &SecretId) -> Failure {
    Failure::new(FailureKind::No, format!("the issuer of {secret} has no key with this value"))
        .safe("nothing was stored; whatever worked before still works")
        .hint("check that the value is the one that consumers use now")
}

fn unlisted(fault: &keybaton_ports::Fault) -> Failure {
    Failure::new(FailureKind::Unknown, "the issuer does not tell its list")
        .because(fault)
        .safe("nothing was changed; the key still works as before")
        .hint("check the issuer's address and the credential that keybaton uses there")
}

fn unknown_id(adoption: &Taking, entries: &[Listed]) -> Failure {
    const SHOWN: usize = 5;
    let ids: Vec<String> = entries.iter().take(SHOWN).map(|entry| entry.id.to_string()).collect();
    let more = if entries.len() > SHOWN { format!(" and {} more", entries.len() - SHOWN) } else { String::new() };
    let hint = if ids.is_empty() {
        "the issuer lists no key at all: check which account keybaton asks there".to_owned()
    } else {
        format!("the id is what the issuer calls the key, not its value; it lists {}{more}", ids.join(", "))
    };
    Failure::new(FailureKind::No, format!("the issuer lists no key with the id {}", adoption.id))
        .safe("nothing was stored; the key still works as before")
        .hint(hint)
}

fn refused(adoption: &Taking) -> Failure {
    Failure::new(FailureKind::No, format!("the probe of {} refuses this value", adoption.secret))
        .safe("nothing was stored; whatever worked before still works")
        .hint("check that value and id belong together; --unproven stores it all the same")
}

fn unproven(adoption: &Taking, fault: Option<&keybaton_ports::Fault>) -> Failure {
    let failure = Failure::new(FailureKind::Unknown, format!("the probe of {} got no clear answer", adoption.secret))
        .safe("nothing was stored; the key still works as before")
        .hint("check the probe's address; --unproven stores the value all the same");
    match fault {
        Some(fault) => failure.because(fault),
        None => failure,
    }
}

pub(super) fn unrendered(fault: &keybaton_ports::Fault) -> Failure {
    Failure::new(FailureKind::Usage, "the rendering could not be made").because(fault).safe("nothing was changed")
}

fn busy(secret: &SecretId) -> Failure {
    Failure::new(FailureKind::Unknown, format!("another engine is working on {secret}"))
        .safe("nothing was changed")
        .hint("run the command again in a few seconds")
}
