//! What becomes of an operation: it is read, or it lands, or it is lost on the way.

use keybaton_core::{
    answer::{Answer, Blame, Found, Life, Listed, Remains, Served, Verdict, Why},
    rotation::{Effect, Operation},
    sheet::{Chooser, Fencing},
};
use keybaton_types::{CredentialNo, Epoch, Installation, IssuedId, Label, OpSeq};

use super::{
    World,
    action::Reply,
    breach::Breach,
    call::{Call, Flight},
    issuer::{CHOSEN, Key, Owner, STEM, Value},
    setting::Setting,
    time::NOW,
};

impl World {
    /// How the pending operation ends.
    pub(crate) fn perform(&mut self, setting: &Setting, operation: &Operation, reply: Reply) -> Answer {
        let why = |blame| Why::new(blame, "told by the model");
        match reply {
            Reply::NotSent => Answer::NotSent(why(Blame::Transient)),
            Reply::Refused => Answer::Refused(why(Blame::Rejected)),
            Reply::Lost => {
                self.launch(setting, operation);
                Answer::Unknown(why(Blame::Transient))
            }
            Reply::Early => Answer::Done(Found::Probed(Verdict::Accepted)),
            Reply::Done => match self.call(setting, &operation.effect) {
                Some(call) => self.land(setting, call, self.ledger.epoch, operation.seq),
                None if is_by_hand(setting, &operation.effect) => self.by_hand(setting, &operation.effect),
                None => self.read(setting, &operation.effect),
            },
        }
    }

    /// Sends a call whose answer nobody will hear.
    pub(crate) fn launch(&mut self, setting: &Setting, operation: &Operation) {
        let Some(call) = self.call(setting, &operation.effect) else { return };
        let fenced = matches!(call, Call::Publish(..)) && setting.sheet.vault == Fencing::Fenced;
        let really = NOW + setting.sheet.timeout + setting.sheet.quiescence;
        let until = (!fenced).then_some(operation.lands_until.max(really));
        self.flights.push(Flight { call, epoch: self.ledger.epoch, seq: operation.seq, until });
    }

    /// The call that an effect makes, with its names resolved; `None` for a reading.
    fn call(&self, setting: &Setting, effect: &Effect) -> Option<Call> {
        let value = |no: CredentialNo| self.value(no).unwrap_or(Value(0));
        Some(match effect {
            Effect::List | Effect::Probe { .. } | Effect::ReadBack | Effect::Examine { .. } => return None,
            effect if is_by_hand(setting, effect) => return None,
            Effect::Create { credential, .. } => {
                let chosen = (setting.sheet.chooser == Chooser::Us).then(|| value(*credential));
                Call::Create(chosen, self.free_slot(setting))
            }
            Effect::Sweep { id } => Call::Destroy(number(id)),
            Effect::Publish { credential, version } => Call::Publish(*version, value(*credential)),
            Effect::Disable { credential } => Call::Disable(self.id(*credential)),
            Effect::Enable { credential } => Call::Enable(self.id(*credential)),
            Effect::Destroy { credential } => Call::Destroy(self.id(*credential)),
            Effect::EndSessions { credential } => Call::EndSessions(value(*credential)),
        })
    }

    /// The issuer's id of a credential; 0 where the ledger does not know it.
    fn id(&self, no: CredentialNo) -> u8 {
        self.ledger.credential(no).and_then(|c| c.issued.as_ref()).map_or(0, number)
    }

    /// Carries a call out.
    pub(crate) fn land(&mut self, setting: &Setting, call: Call, epoch: Epoch, seq: OpSeq) -> Answer {
        let done = Answer::Done(Found::Nothing);
        let refused = |blame| Answer::Refused(Why::new(blame, ""));
        match call {
            Call::Create(chosen, slot) => {
                let most = setting.sheet.max_credentials.unwrap_or(u32::MAX);
                if u32::try_from(self.issuer.keys.len()).expect("a few keys") >= most {
                    return refused(Blame::Full);
                }
                let id = self.create(setting, chosen, slot);
                Answer::Done(Found::Created(IssuedId(id.to_string())))
            }
            Call::Publish(version, value) => {
                if self.vault.write(setting, (epoch, seq), version, value) {
                    done
                } else {
                    refused(Blame::Rejected)
                }
            }
            Call::Disable(id) | Call::Enable(id) => match self.issuer.key(id) {
                Some(key) => {
                    key.on = matches!(call, Call::Enable(_));
                    done
                }
                None => refused(Blame::NotFound),
            },
            Call::Destroy(id) => {
                self.destroy(id);
                done
            }
            Call::EndSessions(value) => {
                self.issuer.sessions.retain(|open| *open != value);
                done
            }
        }
    }

    pub(crate) fn destroy(&mut self, id: u8) {
        let Some(key) = self.issuer.key(id).copied() else { return };
        if key.owner == Owner::Other {
            self.ghost.breach = Some(Breach::NotOurs);
        } else if self.credential_of(key.value).is_some_and(|c| !c.condemned && c.issued.is_some()) {
            self.ghost.breach = Some(Breach::NoIntent);
        }
        self.issuer.keys.retain(|known| known.id != id);
    }

    fn read(&self, setting: &Setting, effect: &Effect) -> Answer {
        let verdict = |no| self.probe(Some(no)).unwrap_or(Verdict::Inconclusive);
        Answer::Done(match effect {
            Effect::List => Found::Listed(self.list()),
            Effect::Probe { credential } => Found::Probed(verdict(*credential)),
            Effect::ReadBack => Found::Served(self.serving()),
            Effect::Examine { credential } => Found::Examined(Remains {
                listed: setting.sheet.listing.has().then(|| self.life(*credential)),
                verdict: verdict(*credential),
            }),
            Effect::Create { .. }
            | Effect::Sweep { .. }
            | Effect::Publish { .. }
            | Effect::Disable { .. }
            | Effect::Enable { .. }
            | Effect::Destroy { .. }
            | Effect::EndSessions { .. } => Found::Nothing,
        })
    }

    /// What a probe with this credential sees, asked where a change became known last.
    pub(crate) fn probe(&self, no: Option<CredentialNo>) -> Option<Verdict> {
        let value = self.value(no?)?;
        Some(if self.issuer.accepts(value) { Verdict::Accepted } else { Verdict::Refused })
    }

    /// What the vault serves, as a reader sees it that knows our versions.
    pub(crate) fn serving(&self) -> Served {
        match self.vault.served {
            _ if self.vault.covered => Served::Foreign,
            None => Served::Nothing,
            Some((no, _)) if self.ledger.version(no).is_some() => Served::Ours(no),
            Some(_) => Served::Foreign,
        }
    }

    /// Whether the list shows a credential: its id, under its own label.
    pub(crate) fn life(&self, no: CredentialNo) -> Life {
        let (id, value) = (self.id(no), self.value(no));
        match self.issuer.keys.iter().find(|key| key.id == id && Some(key.value) == value) {
            None => Life::Gone,
            Some(key) if key.on => Life::On,
            Some(_) => Life::Off,
        }
    }

    fn list(&self) -> Vec<Listed> {
        let label = |key: &Key| match key.owner {
            Owner::Us => Some(self.label(key.value.0.saturating_sub(CHOSEN))),
            Owner::Lost => Some(format!("{STEM}{}", key.value.0.saturating_sub(CHOSEN))),
            Owner::Before => None,
            Owner::Other => {
                let (other, secret) = (Installation("zzzzzz".to_owned()), "orders/prod".parse().expect("a name"));
                Some(Label::new(&other, &secret, OpSeq(1)).0)
            }
        };
        let entry = |key: &Key| Listed {
            id: IssuedId(key.id.to_string()),
            label: label(key),
            enabled: Some(key.on),
            created: None,
            last_used: None,
            creator: None,
        };
        self.issuer.keys.iter().map(entry).collect()
    }
}

impl World {
    /// The label of an operation, which is newer than everything that was lost.
    fn label(&self, operation: u8) -> String {
        format!("{STEM}{}", u64::from(operation) + self.ledger.lost_until.0)
    }
}

fn number(id: &IssuedId) -> u8 {
    id.0.parse().expect("the model's ids are small numbers")
}

/// Whether only a person can do it: no call goes out.
fn is_by_hand(setting: &Setting, effect: &Effect) -> bool {
    setting.sheet.chooser.errand().is_some() && matches!(effect, Effect::Create { .. } | Effect::Destroy { .. })
}
