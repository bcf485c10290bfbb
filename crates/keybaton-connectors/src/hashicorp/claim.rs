//! Claims: the fences of our own publications, in the custom metadata of a KV secret.
//!
//! Custom metadata have no compare-and-set, so a claim is never replaced: each operation adds an entry of its own, named
//! after its fence, and only entries below the highest are ever removed. Whoever reads them later reads a fence that is at
//! least as high as that of every publication that has succeeded, however late other writes of ours land.

use std::collections::BTreeMap;

use keybaton_ports::{Fence, Slot};
use keybaton_types::{Epoch, Label, OpSeq, VersionNo};

/// So many claims are kept: what they say of earlier versions is good for reading those by number.
const KEPT: usize = 8;

/// What one operation of ours meant to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    /// Its fence.
    pub(super) fence: Fence,
    /// Our number.
    pub(super) number: VersionNo,
    /// Which version of the KV secret it meant to make; none for one that certainly did not.
    pub(super) makes: Option<u64>,
}

/// The claims of one secret and one installation, the lowest fence first.
#[derive(Debug, Default)]
pub(super) struct Claims(Vec<(String, Claim)>);

impl Claim {
    /// The entry that stands for it: `kb1-a1b2c3-payments-prod-7.3` = `4@9`.
    pub(super) fn entry(&self, of: Slot<'_>) -> (String, String) {
        let Self { fence, number, makes } = self;
        let label = Label::new(of.installation, of.secret, fence.seq);
        (format!("{label}.{}", fence.epoch), format!("{number}@{}", makes.unwrap_or_default()))
    }

    fn read(key: &str, value: &str, of: Slot<'_>) -> Option<Self> {
        let (label, epoch) = key.rsplit_once('.')?;
        let seq: OpSeq = Label::ours(label, of.installation, of.secret)?;
        let (number, makes) = value.split_once('@')?;
        let makes = Some(makes.parse().ok()?).filter(|makes| *makes > 0);
        let fence = Fence { epoch: Epoch(epoch.parse().ok()?), seq };
        Some(Self { fence, number: VersionNo(number.parse().ok()?), makes })
    }
}

impl Claims {
    /// Reads the entries that are ours.
    pub(super) fn read(custom: &BTreeMap<String, String>, of: Slot<'_>) -> Self {
        let ours = custom.iter().filter_map(|(key, value)| Some((key.clone(), Claim::read(key, value, of)?)));
        let mut claims: Vec<_> = ours.collect();
        claims.sort_by_key(|(_, claim)| claim.fence);
        Self(claims)
    }

    /// The highest fence.
    pub(super) fn newest(&self) -> Option<Fence> {
        self.0.last().map(|(_, claim)| claim.fence)
    }

    /// The claim of an operation.
    pub(super) fn of(&self, fence: Fence) -> Option<Claim> {
        self.iter().find(|claim| claim.fence == fence)
    }

    /// Our number of a version of the KV secret; none of one that no operation of ours meant to make.
    pub(super) fn made(&self, version: u64) -> Option<VersionNo> {
        self.iter().rev().find(|claim| claim.makes == Some(version)).map(|claim| claim.number)
    }

    /// Every claim, the lowest fence first.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = Claim> {
        self.0.iter().map(|(_, claim)| *claim)
    }

    /// The entries that nobody needs any more when another claim is added.
    pub(super) fn spent(&self) -> impl Iterator<Item = &str> {
        let most = self.0.len().saturating_sub(KEPT - 1);
        self.0.iter().take(most).map(|(key, _)| key.as_str())
    }
}

#[cfg(test)]
mod tests {
    use keybaton_types::{Installation, SecretId};

    use super::*;

    fn claim(epoch: u64, seq: u64) -> Claim {
        let fence = Fence { epoch: Epoch(epoch), seq: OpSeq(seq) };
        Claim { fence, number: VersionNo(seq), makes: Some(seq + 1) }
    }

    #[test]
    fn a_claim_is_read_by_its_own_installation_and_secret_alone() {
        let (here, there) = (Installation("a1b2c3".to_owned()), Installation("zzzzzz".to_owned()));
        let (a, b): (SecretId, SecretId) = ("payments/prod".parse().unwrap(), "payments/staging".parse().unwrap());
        let of = Slot { installation: &here, secret: &a };
        let void = Claim { makes: None, ..claim(4, 1) };
        let mut custom = BTreeMap::from([claim(3, 7).entry(of), claim(3, 12).entry(of), void.entry(of)]);
        assert_eq!(claim(3, 7).entry(of), ("kb1-a1b2c3-payments-prod-7.3".to_owned(), "7@8".to_owned()));
        custom.extend([
            ("owner".to_owned(), "team".to_owned()),
            ("kb1-a1b2c3-payments-prod-x.3".to_owned(), String::new()),
        ]);
        let claims = Claims::read(&custom, of);
        assert_eq!(claims.iter().collect::<Vec<_>>(), [claim(3, 7), claim(3, 12), void]);
        assert_eq!((claims.newest(), claims.of(claim(3, 12).fence)), (Some(void.fence), Some(claim(3, 12))));
        assert_eq!([8, 13, 2, 9].map(|made| claims.made(made)), [Some(VersionNo(7)), Some(VersionNo(12)), None, None]);
        for of in [Slot { installation: &there, secret: &a }, Slot { installation: &here, secret: &b }] {
            assert_eq!(Claims::read(&custom, of).newest(), None);
        }
    }

    #[test]
    fn the_highest_claims_are_kept() {
        let (here, secret) = (Installation("a1b2c3".to_owned()), "a/b".parse().unwrap());
        let of = Slot { installation: &here, secret: &secret };
        let custom = (1..=10).map(|seq| claim(1, seq).entry(of)).collect();
        let claims = Claims::read(&custom, of);
        assert_eq!(
            claims.spent().collect::<Vec<_>>(),
            ["kb1-a1b2c3-a-b-1.1", "kb1-a1b2c3-a-b-2.1", "kb1-a1b2c3-a-b-3.1"]
        );
        assert_eq!(Claims::default().spent().count(), 0);
    }
}
