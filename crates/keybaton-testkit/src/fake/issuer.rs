//! An issuer in memory.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use keybaton_core::sheet::{Ability, Addressing, Chooser};
use keybaton_ports::{
    Blame, Called, Certainty, Create, Created, Fault, Issuer, IssuerTraits, Listed, Listing, Recognising, Sessions,
    Switching,
};
use keybaton_seal::{Alphabet, SecretValue, draw};
use keybaton_types::{IssuedId, Timestamp};

use super::{FakeCredential, FakeSettings};
use crate::clock::Now;

/// An issuer in memory; its clones are the same one.
#[derive(Clone)]
pub struct FakeIssuer {
    settings: Arc<FakeSettings>,
    now: Now,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    credentials: Vec<FakeCredential>,
    outage: Option<(Blame, Certainty)>,
}

impl FakeIssuer {
    /// An issuer without credentials.
    pub fn new(settings: FakeSettings, now: Now) -> Self {
        Self { settings: Arc::new(settings), now, state: Arc::default() }
    }

    /// Puts a credential there that keybaton did not make, for `adopt`; it has no label and works at once.
    pub fn plant(&self, id: &str, value: SecretValue) -> IssuedId {
        let id = IssuedId::from(id);
        let created = (self.now)() - self.settings.propagation;
        self.state().credentials.push(credential(id.clone(), None, Arc::new(value), created));
        id
    }

    /// Deletes a credential, as a person does at the service.
    pub fn delete(&self, id: &IssuedId) {
        let now = (self.now)();
        if let Some(found) = self.state().live(id) {
            found.destroyed = Some(now);
        }
    }

    /// Whether the value authenticates as this id now; a success counts as a use.
    pub fn accepts(&self, id: &IssuedId, value: &SecretValue) -> bool {
        let (now, propagation) = ((self.now)(), self.settings.propagation);
        let mut state = self.state();
        let fits = |c: &&mut FakeCredential| c.id == *id && c.has(value) && c.authenticates(now, propagation);
        let found = state.credentials.iter_mut().rev().find(fits);
        found.map(|credential| credential.last_used = Some(now)).is_some()
    }

    /// Opens a session with a credential, as a consumer does.
    pub fn connect(&self, id: &IssuedId, value: &SecretValue) -> bool {
        let accepted = self.accepts(id, value);
        if accepted {
            let mut state = self.state();
            state.credentials.iter_mut().rev().filter(|c| c.id == *id && c.has(value)).take(1).for_each(|c| {
                c.sessions += 1;
            });
        }
        accepted
    }

    /// The credentials that the issuer still has, disabled ones too.
    pub fn live(&self) -> Vec<FakeCredential> {
        self.all().into_iter().filter(FakeCredential::is_live).collect()
    }

    /// Every credential that there ever was, oldest first.
    pub fn all(&self) -> Vec<FakeCredential> {
        self.state().credentials.clone()
    }

    /// Makes every call fail like this, or work again.
    pub fn outage(&self, how: Option<(Blame, Certainty)>) {
        self.state().outage = how;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reached(&self) -> Called<MutexGuard<'_, State>> {
        let state = self.state();
        match state.outage {
            None => Ok(state),
            Some((blame, certainty)) => Err(Fault::new(blame, certainty, "the fake issuer is out of reach")),
        }
    }

    fn switch(&self, id: &IssuedId, off: Option<Timestamp>) -> Called<()> {
        let mut state = self.reached()?;
        let found = state.live(id).ok_or_else(|| Fault::new(Blame::NotFound, Certainty::Refused, "no such key"))?;
        found.disabled = off;
        Ok(())
    }

    fn free_id(&self, state: &State, taken: &[IssuedId]) -> Option<IssuedId> {
        let mut numbers = 1..=u64::from(self.settings.max_credentials.unwrap_or(u32::MAX));
        match self.settings.addressing {
            Addressing::Once => Some(IssuedId(format!("key-{}", state.credentials.len() + 1))),
            Addressing::Again => numbers.find_map(|no| {
                let id = IssuedId(format!("slot-{no}"));
                let live = state.credentials.iter().any(|c| c.id == id && c.is_live());
                (!live && !taken.contains(&id)).then_some(id)
            }),
        }
    }
}

impl State {
    fn live(&mut self, id: &IssuedId) -> Option<&mut FakeCredential> {
        self.credentials.iter_mut().find(|credential| credential.id == *id && credential.is_live())
    }

    fn full(&self, max: Option<u32>) -> bool {
        let live = self.credentials.iter().filter(|credential| credential.is_live()).count();
        max.is_some_and(|max| live >= usize::try_from(max).unwrap_or(usize::MAX))
    }
}

#[async_trait]
impl Issuer for FakeIssuer {
    fn traits(&self) -> IssuerTraits {
        self.settings.traits()
    }

    async fn create(&self, create: Create<'_>) -> Called<Created> {
        let mut state = self.reached()?;
        if self.settings.chooser.errand().is_some() {
            return Err(by_hand("make a key here"));
        }
        let chosen = self.settings.chooser == Chooser::Us;
        if chosen != create.value.is_some() {
            return Err(Fault::new(Blame::Bug, Certainty::Refused, "the value comes from the wrong side"));
        }
        let value = Arc::new(create.value.map_or_else(drawn, copy));
        let repeated = state.credentials.iter().find(|c| c.is_live() && c.label.as_ref() == Some(&create.label.0));
        if let Some(same) = repeated.filter(|same| chosen && same.has(&value)) {
            return Ok(Created { id: same.id.clone(), value: None });
        }
        let full = || Fault::new(Blame::Full, Certainty::Refused, "there is no room for one more key");
        if state.full(self.settings.max_credentials) {
            return Err(full());
        }
        let id = self.free_id(&state, create.taken).ok_or_else(full)?;
        let label = Some(create.label.0.clone());
        state.credentials.push(credential(id.clone(), label, Arc::clone(&value), (self.now)()));
        Ok(Created { id, value: (!chosen).then(|| copy(&value)) })
    }

    async fn destroy(&self, id: &IssuedId) -> Called<()> {
        drop(self.reached()?);
        if self.settings.chooser.errand().is_some() {
            return Err(by_hand("delete the key here"));
        }
        self.delete(id);
        Ok(())
    }

    fn listing(&self) -> Option<&dyn Listing> {
        able(self.settings.listing, self).map(|fake| fake as &dyn Listing)
    }

    fn switching(&self) -> Option<&dyn Switching> {
        able(self.settings.switching, self).map(|fake| fake as &dyn Switching)
    }

    fn sessions(&self) -> Option<&dyn Sessions> {
        able(self.settings.sessions, self).map(|fake| fake as &dyn Sessions)
    }

    fn recognising(&self) -> Option<&dyn Recognising> {
        able(self.settings.recognising, self).map(|fake| fake as &dyn Recognising)
    }
}

#[async_trait]
impl Listing for FakeIssuer {
    async fn list(&self) -> Called<Vec<Listed>> {
        let (now, lag) = ((self.now)(), self.settings.last_used_lag);
        let state = self.reached()?;
        let mut listed: Vec<Listed> =
            state.credentials.iter().filter(|c| c.is_live()).map(|c| c.listed(now, lag)).collect();
        if self.settings.recognising.has() {
            for entry in &mut listed {
                entry.label = None;
            }
        }
        Ok(listed)
    }
}

#[async_trait]
impl Recognising for FakeIssuer {
    async fn recognise(&self, value: &SecretValue) -> Called<Option<IssuedId>> {
        let state = self.reached()?;
        Ok(state.credentials.iter().find(|c| c.is_live() && c.has(value)).map(|c| c.id.clone()))
    }
}

#[async_trait]
impl Switching for FakeIssuer {
    async fn disable(&self, id: &IssuedId) -> Called<()> {
        self.switch(id, Some((self.now)()))
    }

    async fn enable(&self, id: &IssuedId) -> Called<()> {
        self.switch(id, None)
    }
}

#[async_trait]
impl Sessions for FakeIssuer {
    async fn count(&self, id: &IssuedId) -> Called<u32> {
        let state = self.reached()?;
        Ok(state.credentials.iter().filter(|credential| credential.id == *id).map(|c| c.sessions).sum())
    }

    async fn end(&self, id: &IssuedId) -> Called<()> {
        let mut state = self.reached()?;
        state.credentials.iter_mut().filter(|credential| credential.id == *id).for_each(|c| c.sessions = 0);
        Ok(())
    }
}

fn by_hand(what: &str) -> Fault {
    Fault::new(Blame::Person, Certainty::NotSent, what)
}

fn able(ability: Ability, fake: &FakeIssuer) -> Option<&FakeIssuer> {
    ability.has().then_some(fake)
}

fn credential(id: IssuedId, label: Option<String>, value: Arc<SecretValue>, created: Timestamp) -> FakeCredential {
    FakeCredential { id, label, value, created, disabled: None, destroyed: None, last_used: None, sessions: 0 }
}

fn drawn() -> SecretValue {
    draw(&Alphabet::ALPHANUMERIC, 32).expect("draw a value")
}

fn copy(value: &SecretValue) -> SecretValue {
    SecretValue::new(value.expose().to_vec()).expect("copy a value")
}
