//! The mark of a publication: what we say of the two fields, in an annotation that is written together with them.

use keybaton_ports::{Fence, Slot};
use keybaton_types::{Epoch, Label, OpSeq, VersionNo};

/// What was written last, and by which operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// The fence of the operation.
    pub(super) fence: Fence,
    /// The number of the present value.
    pub(super) number: VersionNo,
    /// That of the value before, where it was one of ours.
    pub(super) before: Option<VersionNo>,
}

impl Mark {
    /// As it stands in the annotation: `kb1-a1b2c3-payments-prod-7.3@4,3` is operation 7 of epoch 3, with our numbers 4 and 3.
    pub(super) fn text(&self, of: Slot<'_>) -> String {
        let Self { fence, number, before } = self;
        let label = Label::new(of.installation, of.secret, fence.seq);
        let before = before.map(|before| format!(",{before}")).unwrap_or_default();
        format!("{label}.{}@{number}{before}", fence.epoch)
    }

    /// Reads one that this installation made for this secret.
    pub(super) fn read(text: &str, of: Slot<'_>) -> Option<Self> {
        let (operation, numbers) = text.split_once('@')?;
        let (label, epoch) = operation.rsplit_once('.')?;
        let seq: OpSeq = Label::ours(label, of.installation, of.secret)?;
        let (number, before) = match numbers.split_once(',') {
            Some((number, before)) => (number, Some(VersionNo(before.parse().ok()?))),
            None => (numbers, None),
        };
        let fence = Fence { epoch: Epoch(epoch.parse().ok()?), seq };
        Some(Self { fence, number: VersionNo(number.parse().ok()?), before })
    }
}

#[cfg(test)]
mod tests {
    use keybaton_types::{Installation, SecretId};

    use super::*;

    #[test]
    fn a_mark_is_read_by_its_own_installation_and_secret_alone() {
        let (here, there) = (Installation("a1b2c3".to_owned()), Installation("zzzzzz".to_owned()));
        let (a, b): (SecretId, SecretId) = ("payments/prod".parse().unwrap(), "payments/staging".parse().unwrap());
        let of = Slot { installation: &here, secret: &a };
        let fence = Fence { epoch: Epoch(3), seq: OpSeq(7) };
        let first = Mark { fence, number: VersionNo(4), before: None };
        let second = Mark { before: Some(VersionNo(3)), ..first };
        assert_eq!(second.text(of), "kb1-a1b2c3-payments-prod-7.3@4,3");
        for mark in [first, second] {
            assert_eq!(Mark::read(&mark.text(of), of), Some(mark));
            for of in [Slot { installation: &there, secret: &a }, Slot { installation: &here, secret: &b }] {
                assert_eq!(Mark::read(&second.text(Slot { installation: &here, secret: &a }), of), None);
            }
        }
        for broken in
            ["", "kb1-a1b2c3-payments-prod-7.3", "kb1-a1b2c3-payments-prod-7.3@", "kb1-a1b2c3-payments-prod-7@4"]
        {
            assert_eq!(Mark::read(broken, of), None, "{broken}");
        }
    }
}
