//! Ids of secret ids: the accessor, and behind it our label, by which tokens are known when the secret id is gone.

use keybaton_types::IssuedId;

/// The id of a secret id.
pub(super) fn of(accessor: &str, label: Option<&str>) -> IssuedId {
    match label {
        Some(label) => IssuedId(format!("{accessor}:{label}")),
        None => IssuedId(accessor.to_owned()),
    }
}

/// The accessor that an id names.
pub(super) fn accessor(id: &IssuedId) -> &str {
    id.0.split_once(':').map_or(&id.0, |(accessor, _)| accessor)
}

/// The label that an id names.
pub(super) fn label(id: &IssuedId) -> Option<&str> {
    id.0.split_once(':').map(|(_, label)| label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_names_its_accessor_with_and_without_a_label() {
        let (ours, theirs) = (of("a-1", Some("kb1-c0ffee-app-prod-3")), of("a-1", None));
        assert_eq!((accessor(&ours), label(&ours)), ("a-1", Some("kb1-c0ffee-app-prod-3")));
        assert_eq!((accessor(&theirs), label(&theirs)), ("a-1", None));
    }
}
