//! Claims: the client request tokens of our publications, which AWS takes as ids of versions.

use std::fmt;

use keybaton_ports::{Fence, Slot};
use keybaton_types::{Epoch, OpSeq, VersionNo};

/// AWS takes 32 to 64 characters.
const LONGEST: usize = 64;

/// What one operation of ours writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    /// Its fence.
    pub(super) fence: Fence,
    /// Our number.
    pub(super) number: VersionNo,
}

impl Claim {
    /// The id of its version: `kb1-a1b2c3-` and the hash of the secret's name, then epoch, operation and number in
    /// hexadecimal digits. None where it would be too long, which no ledger gets to.
    pub(super) fn id(&self, of: Slot<'_>) -> Option<String> {
        let Self { fence: Fence { epoch, seq }, number } = self;
        let id = format!("{}{:x}-{:x}-{:x}", stem(of), epoch.0, seq.0, number.0);
        (id.len() <= LONGEST).then_some(id)
    }

    /// Reads the id of a version; none where it is not one of this installation for this secret.
    pub(super) fn read(id: &str, of: Slot<'_>) -> Option<Self> {
        let mut numbers = id.strip_prefix(&stem(of))?.split('-').map(|digits| u64::from_str_radix(digits, 16).ok());
        let (epoch, seq, number) = (numbers.next()??, numbers.next()??, numbers.next()??);
        let fence = Fence { epoch: Epoch(epoch), seq: OpSeq(seq) };
        numbers.next().is_none().then_some(Self { fence, number: VersionNo(number) })
    }
}

/// Whether some installation of keybaton wrote a version.
pub(super) fn is_keybatons(id: &str) -> bool {
    id.starts_with("kb1-")
}

fn stem(of: Slot<'_>) -> String {
    format!("kb1-{}-{:016x}-", of.installation, fnv(&of.secret))
}

/// FNV-1a: it only has to tell names apart, nobody gains by forging it.
fn fnv(text: &impl fmt::Display) -> u64 {
    let fold = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    text.to_string().bytes().fold(0xcbf2_9ce4_8422_2325, fold)
}

#[cfg(test)]
mod tests {
    use keybaton_types::{Installation, SecretId};

    use super::*;

    #[test]
    fn a_claim_is_read_by_its_own_installation_and_secret_alone() {
        let (here, there) = (Installation("a1b2c3".to_owned()), Installation("zzzzzz".to_owned()));
        let (a, b): (SecretId, SecretId) = ("payments/prod".parse().unwrap(), "payments/staging".parse().unwrap());
        let of = Slot { installation: &here, secret: &a };
        let claim = Claim { fence: Fence { epoch: Epoch(3), seq: OpSeq(27) }, number: VersionNo(4) };
        let id = claim.id(of).unwrap();
        assert!(id.starts_with("kb1-a1b2c3-") && id.ends_with("-3-1b-4") && (32..=64).contains(&id.len()), "{id}");
        assert_eq!(Claim::read(&id, of), Some(claim));
        assert_eq!(Claim::read(&format!("{id}-1"), of), None);
        for of in [Slot { installation: &there, secret: &a }, Slot { installation: &here, secret: &b }] {
            assert_eq!(Claim::read(&id, of), None);
        }
    }

    #[test]
    fn no_id_is_shorter_than_aws_takes() {
        let (here, secret) = (Installation("a1b2c3".to_owned()), "a/b".parse().unwrap());
        let of = Slot { installation: &here, secret: &secret };
        let least = Claim { fence: Fence { epoch: Epoch(0), seq: OpSeq(0) }, number: VersionNo(0) };
        assert!(least.id(of).unwrap().len() >= 32);
        let most = Claim { fence: Fence { epoch: Epoch(u64::MAX), seq: OpSeq(u64::MAX) }, number: VersionNo(u64::MAX) };
        assert_eq!(most.id(of), None);
    }
}
