//! Which variables a template may use: the usual ones of its place, and those that the settings bring along.

use std::collections::BTreeMap;

use serde_json::Value;

use super::template::VALUE;

/// Which variables a template may use.
#[derive(Clone, Debug)]
pub(super) struct Known<'a> {
    usual: Vec<&'static str>,
    parameters: &'a BTreeMap<String, Value>,
    secrets: Vec<&'a str>,
}

/// There are none.
static NO_PARAMETERS: BTreeMap<String, Value> = BTreeMap::new();

impl Known<'static> {
    /// The usual ones, and no others.
    pub(super) fn usual(usual: &[&'static str]) -> Self {
        Self { usual: usual.to_vec(), parameters: &NO_PARAMETERS, secrets: Vec::new() }
    }
}

impl<'a> Known<'a> {
    /// None but what the settings bring along: `parameters`, and the names of `secrets`.
    pub(super) fn brought(parameters: &'a BTreeMap<String, Value>, secrets: Vec<&'a str>) -> Self {
        Self { usual: Vec::new(), parameters, secrets }
    }

    /// The same and the usual ones of a place.
    pub(super) fn and(&self, usual: &[&'static str]) -> Self {
        Self { usual: usual.to_vec(), ..self.clone() }
    }

    /// The same without the secrets: where they would be shown.
    pub(super) fn open(&self) -> Self {
        Self { secrets: Vec::new(), ..self.clone() }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.usual.contains(&name) || self.parameters.contains_key(name) || self.secrets.contains(&name)
    }

    /// Whether what a variable stands for must not be seen.
    pub(super) fn is_secret(&self, name: &str) -> bool {
        name == VALUE || self.secrets.contains(&name)
    }

    /// Whether it is a list or a table, which no text can hold.
    pub(super) fn is_composed(&self, name: &str) -> bool {
        self.parameters.get(name).is_some_and(|value| value.is_array() || value.is_object())
    }

    /// The parameter that a text is nothing but: `{{ scopes }}`.
    pub(super) fn whole(&self, source: &str) -> Option<&'a Value> {
        self.parameters.get(alone(source)?)
    }

    /// All names, for words.
    pub(super) fn list(&self) -> String {
        let parameters = self.parameters.keys().map(String::as_str);
        let names: Vec<&str> =
            self.usual.iter().copied().chain(parameters).chain(self.secrets.iter().copied()).collect();
        names.join(", ")
    }
}

/// The name that a template prints and nothing else.
pub(crate) fn alone(source: &str) -> Option<&str> {
    let name = source.trim().strip_prefix("{{")?.strip_suffix("}}")?.trim();
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    plain.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_alone_is_told_from_a_template() {
        assert_eq!(alone("{{ scopes }}"), Some("scopes"));
        assert_eq!(alone("{{scopes}}"), Some("scopes"));
        for source in ["scopes", "x{{ scopes }}", "{{ a }}{{ b }}", "{{ a|upper }}", "{{ }}", ""] {
            assert_eq!(alone(source), None, "{source}");
        }
    }
}
