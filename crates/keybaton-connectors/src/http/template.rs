//! A template of the settings: which variables it may use, and how they are escaped where it stands.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use keybaton_ports::{Blame, Certainty, Fault};
use keybaton_seal::SecretValue;
use keybaton_types::{IssuedId, Label, SecretId};
use minijinja::{Environment, UndefinedBehavior, Value};
use zeroize::Zeroizing;

use super::known::Known;
use crate::build::BuildError;
use crate::web::percent;

/// How much a template may do: far more than any text needs, and no endless loop.
const FUEL: u64 = 10_000;

/// The variables of templates.
pub(super) const ID: &str = "id";
pub(super) const LABEL: &str = "label";
pub(super) const SECRET: &str = "secret";
pub(super) const ENV: &str = "env";
pub(super) const VALUE: &str = "value";

/// A checked template.
#[derive(Debug)]
pub(super) struct Template {
    source: String,
    uses_value: bool,
    uses_secret: bool,
}

/// What is done to what a template prints.
#[derive(Clone, Copy)]
pub(super) enum Escape {
    /// Nothing: the place that it stands in is encoded as a whole afterwards.
    Afterwards,
    /// Everything but RFC 3986's unreserved characters is percent-encoded.
    Percent,
}

/// What the variables stand for in one call.
#[derive(Default)]
pub(super) struct Variables(BTreeMap<String, Value>);

impl Template {
    /// Checks the syntax, and that it uses `known` variables only; `at` is the setting it stands in.
    pub(super) fn new(at: &str, source: &str, known: &Known<'_>) -> Result<Self, BuildError> {
        let template = PLAIN.template_from_str(source).map_err(|error| {
            BuildError::setting(
                at,
                format!("the template cannot be read: {}", error.detail().unwrap_or("syntax error")),
            )
        })?;
        let used = template.undeclared_variables(false);
        if let Some(stranger) = used.iter().filter(|name| !known.has(name)).min() {
            let known = known.list();
            return Err(BuildError::setting(at, format!("{{{{ {stranger} }}}} is not known here; there are {known}")));
        }
        if let Some(composed) = used.iter().filter(|name| known.is_composed(name)).min() {
            let what = format!(
                "{composed} is a list or a table: it stands alone, as \"{{{{ {composed} }}}}\", in json or form"
            );
            return Err(BuildError::setting(at, what));
        }
        let uses_secret = used.iter().any(|name| known.is_secret(name));
        Ok(Self { source: source.to_owned(), uses_value: used.contains(VALUE), uses_secret })
    }

    /// Whether it uses the credential's value.
    pub(super) fn uses_value(&self) -> bool {
        self.uses_value
    }

    /// Whether it uses anything that must not be seen.
    pub(super) fn uses_secret(&self) -> bool {
        self.uses_secret
    }

    /// Fills it in. A failure says nothing of the variables.
    pub(super) fn render(&self, variables: &Variables, escape: Escape) -> Result<Zeroizing<String>, Fault> {
        let environment = match escape {
            Escape::Afterwards => &*PLAIN,
            Escape::Percent => &*PERCENT,
        };
        environment.render_str(&self.source, &variables.0).map(Zeroizing::new).map_err(|error| {
            let what = format!("the template {:?} cannot be filled in: {}", self.source, error.kind());
            Fault::new(Blame::Rejected, Certainty::NotSent, what)
        })
    }
}

impl Variables {
    /// The variables that every template of a secret may use.
    pub(super) fn of(secret: &SecretId) -> Self {
        Self::default().with(SECRET, secret.name()).with(ENV, secret.env())
    }

    pub(super) fn id(self, id: &IssuedId) -> Self {
        self.with(ID, &id.0)
    }

    pub(super) fn label(self, label: &Label) -> Self {
        self.with(LABEL, &label.0)
    }

    /// Adds the value, which has to be text.
    pub(super) fn value(self, value: &SecretValue) -> Result<Self, Fault> {
        self.secret(VALUE, value)
    }

    /// Adds a secret under a name; it has to be text.
    pub(super) fn secret(self, name: &str, value: &SecretValue) -> Result<Self, Fault> {
        #[expect(clippy::disallowed_methods, reason = "a request that sets or presents the value has it inside")]
        let text = std::str::from_utf8(value.expose());
        match text {
            Ok(text) => Ok(self.with(name, text)),
            Err(_) => {
                Err(Fault::new(Blame::Rejected, Certainty::NotSent, "the value is not text, so no template can use it"))
            }
        }
    }

    /// Adds a parameter. Lists and tables stand in no text, so they are left out.
    pub(super) fn parameter(self, name: &str, value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::String(text) => self.with(name, text),
            serde_json::Value::Bool(_) | serde_json::Value::Number(_) => self.with(name, &value.to_string()),
            serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_) => self,
        }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), Value::from(value));
        self
    }
}

static PLAIN: LazyLock<Environment<'static>> = LazyLock::new(environment);

static PERCENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = environment();
    environment
        .set_formatter(|out, _, value| out.write_str(&percent(&value.to_string())).map_err(minijinja::Error::from));
    environment
});

/// No loaders, no automatic escaping, nothing undefined.
fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.set_fuel(Some(FUEL));
    environment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_printed_is_encoded() {
        let template = Template::new("request", "/v1/keys/{{ id }}/off", &Known::usual(&[ID])).unwrap();
        let variables = Variables::default().id(&IssuedId::from("a/b"));
        assert_eq!(&*template.render(&variables, Escape::Percent).unwrap(), "/v1/keys/a%2Fb/off");
        assert_eq!(&*template.render(&variables, Escape::Afterwards).unwrap(), "/v1/keys/a/b/off");
    }

    #[test]
    fn a_variable_that_is_not_known_there_is_refused_when_it_is_built() {
        let error =
            Template::new("revoke.request", "/v1/{{ label }}", &Known::usual(&[ID, ENV])).unwrap_err().to_string();
        assert_eq!(error, "revoke.request: {{ label }} is not known here; there are id, env");
    }

    #[test]
    fn a_failure_says_nothing_of_the_variables() {
        let template = Template::new("x", "{{ value|int + id }}", &Known::usual(&[ID, VALUE])).unwrap();
        let value = SecretValue::from_text("canary".to_owned()).unwrap();
        let variables = Variables::default().id(&IssuedId::from("i")).value(&value).unwrap();
        let fault = template.render(&variables, Escape::Afterwards).unwrap_err();
        assert!(!format!("{fault} {fault:?}").contains("canary"), "{fault:?}");
    }

    #[test]
    fn an_endless_template_ends() {
        let source = "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
        let template = Template { source: source.to_owned(), uses_value: false, uses_secret: false };
        assert!(template.render(&Variables::default(), Escape::Afterwards).is_err());
    }
}
