//! A vault in memory.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use keybaton_core::sheet::Fencing;
use keybaton_ports::{
    Archive, Blame, Called, Certainty, Fault, Fence, Home, Knows, Publication, Replaces, Seen, Slot, Tidying, Vault,
};
use keybaton_seal::SecretValue;
use keybaton_types::{CredentialNo, Installation, SecretId, VersionNo};

/// A vault in memory, fenced or not; its clones are the same one. A fenced one stands for the vault in the ledger, unless
/// it is a [`FakeVault::guarded`] one.
#[derive(Clone)]
pub struct FakeVault {
    fencing: Fencing,
    home: Home,
    state: Arc<Mutex<State>>,
}

/// What was written once.
#[derive(Clone)]
pub struct Published {
    /// For which secret.
    pub secret: SecretId,
    /// Under which number and for which credential; `None` where somebody else wrote it.
    pub ours: Option<(VersionNo, CredentialNo, Fence)>,
    /// By which installation of keybaton; `None` where somebody else wrote it.
    pub by: Option<Installation>,
    /// What consumers read.
    pub rendering: Arc<SecretValue>,
}

#[derive(Default)]
struct State {
    published: Vec<Published>,
    outage: Option<(Blame, Certainty)>,
}

impl FakeVault {
    /// An empty vault.
    pub fn new(fencing: Fencing) -> Self {
        let home = match fencing {
            Fencing::Fenced => Home::Ledger,
            Fencing::Unfenced => Home::Elsewhere,
        };
        Self { fencing, home, state: Arc::default() }
    }

    /// An empty vault that is fenced, although others may write there too: it replaces only what it is told to.
    pub fn guarded() -> Self {
        Self { fencing: Fencing::Fenced, home: Home::Elsewhere, state: Arc::default() }
    }

    /// What consumers of a secret read now.
    pub fn current(&self, secret: &SecretId) -> Option<Published> {
        self.history(secret).pop()
    }

    /// Everything that was ever written for a secret, oldest first.
    pub fn history(&self, secret: &SecretId) -> Vec<Published> {
        let state = self.state();
        state.published.iter().filter(|published| published.secret == *secret).cloned().collect()
    }

    /// Somebody else writes a value.
    pub fn foreign_write(&self, secret: &SecretId, value: SecretValue) {
        let published = Published { secret: secret.clone(), ours: None, by: None, rendering: Arc::new(value) };
        self.state().published.push(published);
    }

    /// What others wrote for a secret is gone again.
    pub fn foreign_delete(&self, secret: &SecretId) {
        self.state().published.retain(|published| published.secret != *secret || published.ours.is_some());
    }

    /// Makes every call fail like this, or work again.
    pub fn outage(&self, how: Option<(Blame, Certainty)>) {
        self.state().outage = how;
    }

    /// What an installation wrote for a secret, oldest first; in a vault that is the ledger itself there is no other.
    fn written(&self, of: Slot<'_>) -> Vec<Published> {
        let mine = |published: &Published| self.home == Home::Ledger || published.by.as_ref() == Some(of.installation);
        self.history(of.secret).into_iter().filter(mine).collect()
    }

    fn is_guarded(&self) -> bool {
        (self.fencing, self.home) == (Fencing::Fenced, Home::Elsewhere)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reached(&self) -> Called<MutexGuard<'_, State>> {
        let state = self.state();
        match state.outage {
            None => Ok(state),
            Some((blame, certainty)) => Err(Fault::new(blame, certainty, "the fake vault is out of reach")),
        }
    }
}

#[async_trait]
impl Vault for FakeVault {
    fn fencing(&self) -> Fencing {
        self.fencing
    }

    fn home(&self) -> Home {
        self.home
    }

    async fn publish(&self, publication: Publication<'_>) -> Called<()> {
        let mut state = self.reached()?;
        let mine = state.published.iter().filter(|published| published.secret == *publication.secret);
        let newest = mine.filter_map(|published| published.ours).map(|(_, _, fence)| fence).max();
        if self.fencing == Fencing::Fenced && newest.is_some_and(|newest| publication.fence < newest) {
            return Err(Fault::new(Blame::Rejected, Certainty::Refused, "the fence is older than the last write"));
        }
        let there = state.published.iter().rfind(|published| published.secret == *publication.secret);
        if let (Home::Elsewhere, Fencing::Fenced, Replaces::Ours(ours), Some(there)) =
            (self.home, self.fencing, publication.replaces, there)
            && !ours(&there.rendering)
        {
            return Err(Fault::new(Blame::Rejected, Certainty::Refused, "the fake vault has somebody else's value"));
        }
        let rendering = SecretValue::new(publication.rendering.expose().to_vec()).expect("copy a rendering");
        let ours = Some((publication.version, publication.credential, publication.fence));
        let secret = publication.secret.clone();
        let by = Some(publication.installation.clone());
        state.published.push(Published { secret, ours, by, rendering: Arc::new(rendering) });
        Ok(())
    }

    async fn served(&self, secret: &SecretId) -> Called<Seen> {
        drop(self.reached()?);
        Ok(match self.current(secret) {
            None => Seen::Nothing,
            Some(Published { ours: Some((version, ..)), .. }) if !self.is_guarded() => Seen::Version(version),
            Some(Published { rendering, .. }) => {
                Seen::Value(SecretValue::new(rendering.expose().to_vec()).expect("copy a rendering"))
            }
        })
    }

    fn archive(&self) -> Option<&dyn Archive> {
        Some(self)
    }

    fn tidying(&self) -> Option<&dyn Tidying> {
        self.is_guarded().then_some(self)
    }
}

#[async_trait]
impl Archive for FakeVault {
    async fn version(&self, of: Slot<'_>, version: VersionNo) -> Called<Option<SecretValue>> {
        drop(self.reached()?);
        let is_it = |published: &&Published| published.ours.is_some_and(|(no, ..)| no == version);
        let history = self.written(of);
        let found = history.iter().rev().find(is_it);
        Ok(found.map(|found| SecretValue::new(found.rendering.expose().to_vec()).expect("copy a rendering")))
    }

    async fn versions(&self, of: Slot<'_>) -> Called<Vec<VersionNo>> {
        drop(self.reached()?);
        let history = self.written(of);
        let kept: std::collections::BTreeSet<_> =
            history.iter().filter_map(|published| published.ours).map(|(no, ..)| no).collect();
        Ok(kept.into_iter().collect())
    }
}

#[async_trait]
impl Tidying for FakeVault {
    async fn tidy(&self, of: Slot<'_>, dead: Knows<'_>) -> Called<usize> {
        let mut state = self.reached()?;
        let before = state.published.len();
        let last = state.published.iter().rposition(|published| published.secret == *of.secret);
        let mut at = 0;
        state.published.retain(|published| {
            let goes = Some(at) != last && published.secret == *of.secret && dead(&published.rendering);
            at += 1;
            !goes
        });
        Ok(before - state.published.len())
    }
}
