//! Where a secret is: a namespace, a Secret in it, and two fields of that.

use crate::build::BuildError;

/// A Secret, and which of its fields are ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    namespace: String,
    name: String,
    field: String,
    previous: String,
}

impl Place {
    /// Checks the names of a namespace, a Secret and its fields.
    pub(super) fn new(namespace: &str, name: &str, field: &str, previous: Option<&str>) -> Result<Self, BuildError> {
        check("namespace", namespace, 63, is_label)?;
        check("name", name, 253, |name| name.split('.').all(is_label))?;
        check("field", field, 50, is_field)?;
        let previous = previous.map_or_else(|| format!("{field}.previous"), str::to_owned);
        check("previous", &previous, 60, is_field)?;
        if field == previous {
            return Err(BuildError::setting("previous", "it is another field than `field`"));
        }
        let owned = str::to_owned;
        Ok(Self { namespace: owned(namespace), name: owned(name), field: owned(field), previous })
    }

    /// Where the Secrets of the namespace are.
    pub(super) fn secrets(&self) -> String {
        format!("/api/v1/namespaces/{}/secrets", self.namespace)
    }

    /// Where the Secret is.
    pub(super) fn secret(&self) -> String {
        format!("{}/{}", self.secrets(), self.name)
    }

    /// Where the workloads of a resource are.
    pub(super) fn workloads(&self, resource: &str) -> String {
        format!("/apis/apps/v1/namespaces/{}/{resource}", self.namespace)
    }

    /// Where the pods are.
    pub(super) fn pods(&self) -> String {
        format!("/api/v1/namespaces/{}/pods", self.namespace)
    }

    /// The annotation that pods have from their template, and the manager that writes it there: one for each field of each
    /// Secret.
    pub(super) fn restarted(&self) -> String {
        format!("keybaton/{}.{}", self.name, self.field)
    }

    /// Checks that a template can have the annotation: the part behind the slash has 63 characters at most.
    pub(super) fn check_restart(&self) -> Result<(), BuildError> {
        if self.name.len() + self.field.len() < 63 {
            return Ok(());
        }
        Err(BuildError::setting("restart", "the names of the Secret and the field have 62 characters together at most"))
    }

    pub(super) fn namespace(&self) -> &str {
        &self.namespace
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The field with the present value.
    pub(super) fn field(&self) -> &str {
        &self.field
    }

    /// The field with the value before.
    pub(super) fn previous(&self) -> &str {
        &self.previous
    }

    /// Which manager of fields we are: one for each field, because a manager that applies one thing gives up all others.
    pub(super) fn manager(&self) -> String {
        format!("keybaton/{}", self.field)
    }

    /// The annotation that says what we have written last.
    pub(super) fn annotation(&self) -> String {
        format!("keybaton/field-{}", self.field)
    }

    /// As a person writes it: `shop/payments-prod`.
    pub(super) fn shown(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }
}

fn check(at: &str, text: &str, most: usize, is_right: impl Fn(&str) -> bool) -> Result<(), BuildError> {
    if !text.is_empty() && text.len() <= most && is_right(text) {
        return Ok(());
    }
    let rule = match at {
        "namespace" | "name" => "small letters, digits and `-`, with a letter or a digit at both ends",
        _ => "letters, digits, `-`, `_` and `.`, with a letter or a digit at its end",
    };
    Err(BuildError::setting(at, format!("{text:?}: it has 1 to {most} characters: {rule}")))
}

/// A label of DNS (RFC 1123).
fn is_label(text: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.len() <= 63 && text.chars().all(is_inner) && !text.starts_with('-') && !text.ends_with('-')
}

fn is_field(text: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.chars().all(is_inner) && text.ends_with(|c: char| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_the_server_takes() {
        let place = Place::new("shop", "payments.prod", "tls.key", None).unwrap();
        assert_eq!(place.previous(), "tls.key.previous");
        assert_eq!(place.secret(), "/api/v1/namespaces/shop/secrets/payments.prod");
        assert_eq!(
            (place.manager().as_str(), place.annotation().as_str()),
            ("keybaton/tls.key", "keybaton/field-tls.key")
        );
        for (namespace, name, field, previous) in [
            ("", "a", "v", "p"),
            ("Shop", "a", "v", "p"),
            ("a.b", "a", "v", "p"),
            ("shop", "a/../b", "v", "p"),
            ("shop", "a_b", "v", "p"),
            ("shop", "a", "v/x", "p"),
            ("shop", "a", "v", "v"),
            ("shop", "a", "v", "p_"),
            ("-shop", "a", "v", "p"),
        ] {
            assert!(
                Place::new(namespace, name, field, Some(previous)).is_err(),
                "{namespace} {name} {field} {previous}"
            );
        }
    }
}
