//! What a sealed value is bound to, in an encoding in which no two bindings look alike.

use keybaton_types::{CredentialNo, Installation, SecretId};

/// What a sealed value belongs to: it opens under exactly the binding under which it was sealed, so that records
/// cannot be swapped, copied to another environment or carried to another installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding<'a> {
    /// The state database.
    pub installation: &'a Installation,
    /// The secret and its environment.
    pub secret: &'a SecretId,
    /// The credential within the secret.
    pub credential: CredentialNo,
    /// What of the credential is sealed.
    pub part: Part,
}

/// What of a credential is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The value that the far service accepts.
    Value,
    /// What consumers read: the template with id and value filled in.
    Rendering,
}

impl Binding<'_> {
    /// The canonical encoding: each field behind its length in eight bytes, in a fixed order. It is not a wire format,
    /// but what it yields is authenticated in every stored value: it never changes within one envelope format.
    pub(crate) fn encoded(&self) -> Vec<u8> {
        let credential = self.credential.0.to_be_bytes();
        let fields: [&[u8]; 5] = [
            self.installation.0.as_bytes(),
            self.secret.name().as_bytes(),
            self.secret.env().as_bytes(),
            &credential,
            self.part.word().as_bytes(),
        ];
        length_prefixed(&fields)
    }
}

impl Part {
    fn word(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Rendering => "rendering",
        }
    }
}

/// Joins fields so that two different lists never join to the same bytes.
pub(crate) fn length_prefixed(fields: &[&[u8]]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(fields.iter().map(|field| size_of::<u64>() + field.len()).sum());
    for field in fields {
        joined.extend_from_slice(&(field.len() as u64).to_be_bytes());
        joined.extend_from_slice(field);
    }
    joined
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Fields = (String, String, String, u64, bool);

    fn fields() -> impl Strategy<Value = Fields> {
        ("[ab]{0,3}", "[ab-]{0,3}", "[ab-]{0,3}", 0..4_u64, any::<bool>()).prop_map(
            |(installation, name, env, no, part)| (installation, format!("a{name}"), format!("b{env}"), no, part),
        )
    }

    fn encode((installation, name, env, credential, value): &Fields) -> Vec<u8> {
        Binding {
            installation: &Installation(installation.clone()),
            secret: &SecretId::new(name, env).unwrap(),
            credential: CredentialNo(*credential),
            part: if *value { Part::Value } else { Part::Rendering },
        }
        .encoded()
    }

    proptest! {
        #[test]
        fn two_different_bindings_never_encode_equal(a in fields(), b in fields()) {
            prop_assert_eq!(a == b, encode(&a) == encode(&b));
        }

        #[test]
        fn two_different_lists_never_join_equal(
            a in prop::collection::vec(prop::collection::vec(0..2_u8, 0..10), 0..4),
            b in prop::collection::vec(prop::collection::vec(0..2_u8, 0..10), 0..4),
        ) {
            let join = |list: &[Vec<u8>]| length_prefixed(&list.iter().map(Vec::as_slice).collect::<Vec<_>>());
            prop_assert_eq!(a == b, join(&a) == join(&b));
        }
    }
}
