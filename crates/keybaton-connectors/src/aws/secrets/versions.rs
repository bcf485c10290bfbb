//! What is told of a secret as a whole: its versions by their labels, and whether it is to be deleted.

use std::collections::BTreeMap;

use keybaton_ports::{Fence, Slot};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::claim::{Claim, is_keybatons};

/// Where consumers read.
pub(super) const CURRENT: &str = "AWSCURRENT";
/// What was there before; AWS moves it by itself.
pub(super) const PREVIOUS: &str = "AWSPREVIOUS";
/// What is about to become current.
pub(super) const PENDING: &str = "AWSPENDING";

/// So many versions of ours keep a label of their own, without which AWS deletes a version; it allows 20 labels in all.
const KEPT: usize = 6;

/// What is told of a secret as a whole.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Versions {
    #[serde(default, rename = "DeletedDate")]
    deleted: Option<IgnoredAny>,
    #[serde(default, rename = "VersionIdsToStages")]
    labels: BTreeMap<String, Vec<String>>,
}

impl Versions {
    /// Whether it is scheduled for deletion.
    pub(super) fn is_deleted(&self) -> bool {
        self.deleted.is_some()
    }

    /// The version that has a label.
    pub(super) fn with(&self, label: &str) -> Option<&str> {
        self.labels.iter().find(|(_, labels)| labels.iter().any(|one| one == label)).map(|(id, _)| id.as_str())
    }

    /// Whether there is a version of this id.
    pub(super) fn has(&self, id: &str) -> bool {
        self.labels.contains_key(id)
    }

    /// The labels of a version.
    pub(super) fn labels(&self, id: &str) -> &[String] {
        self.labels.get(id).map_or(&[], Vec::as_slice)
    }

    /// The versions of ours, the lowest fence first.
    pub(super) fn ours(&self, of: Slot<'_>) -> Vec<(&str, Claim)> {
        let ids = self.labels.keys().map(String::as_str);
        let mut ours: Vec<_> = ids.filter_map(|id| Some((id, Claim::read(id, of)?))).collect();
        ours.sort_by_key(|(_, claim)| claim.fence);
        ours
    }

    /// The highest fence that was written.
    pub(super) fn newest(&self, of: Slot<'_>) -> Option<Fence> {
        self.ours(of).last().map(|(_, claim)| claim.fence)
    }

    /// The version of somebody else that is about to become current: a rotation of theirs is under way.
    pub(super) fn pending_of_others(&self) -> Option<&str> {
        let pending = self.labels.iter().filter(|(_, labels)| labels.iter().any(|label| label == PENDING));
        let mut others = pending.map(|(id, _)| id.as_str()).filter(|id| !is_keybatons(id));
        others.find(|id| Some(*id) != self.with(CURRENT))
    }

    /// The versions of ours that nobody needs any more when another one is put.
    pub(super) fn spent(&self, of: Slot<'_>) -> Vec<&str> {
        let ours = self.ours(of);
        let most = ours.len().saturating_sub(KEPT - 1);
        let earlier = ours.into_iter().take(most).map(|(id, _)| id);
        earlier.filter(|id| !self.labels(id).iter().any(|label| label == CURRENT || label == PREVIOUS)).collect()
    }
}

#[cfg(test)]
mod tests {
    use keybaton_types::{Epoch, Installation, OpSeq, VersionNo};
    use serde_json::json;

    use super::*;

    fn id(of: Slot<'_>, seq: u64) -> String {
        Claim { fence: Fence { epoch: Epoch(1), seq: OpSeq(seq) }, number: VersionNo(seq) }.id(of).unwrap()
    }

    #[test]
    fn what_is_served_or_was_before_is_never_spent() {
        let (here, secret) = (Installation("a1b2c3".to_owned()), "a/b".parse().unwrap());
        let of = Slot { installation: &here, secret: &secret };
        let labels = |seq: u64| match seq {
            1 => json!([CURRENT, "x"]),
            2 => json!([PREVIOUS]),
            _ => json!(["y"]),
        };
        let stages: serde_json::Map<_, _> = (1..=9).map(|seq| (id(of, seq), labels(seq))).collect();
        let versions: Versions = serde_json::from_value(json!({ "VersionIdsToStages": stages })).unwrap();
        assert_eq!(versions.spent(of), [id(of, 3), id(of, 4)]);
        assert_eq!(versions.newest(of), Some(Fence { epoch: Epoch(1), seq: OpSeq(9) }));
        assert!(!versions.is_deleted());
    }

    #[test]
    fn a_rotation_of_somebody_else_is_seen() {
        let of = |stages: serde_json::Value| {
            let versions: Versions = serde_json::from_value(json!({ "VersionIdsToStages": stages })).unwrap();
            versions.pending_of_others().map(str::to_owned)
        };
        assert_eq!(of(json!({ "v1": [CURRENT], "v2": [PENDING] })), Some("v2".to_owned()));
        assert_eq!(of(json!({ "v1": [CURRENT, PENDING] })), None);
        assert_eq!(of(json!({ "v1": [CURRENT], "kb1-other": [PENDING] })), None);
    }
}
