//! What stands in a file: a value, or a template with values in it.

use std::collections::BTreeMap;

use keybaton_seal::SecretValue;
use keybaton_types::SecretId;
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use zeroize::Zeroizing;

/// How much a template may do, in steps of its engine.
const FUEL: u64 = 200_000;

/// What stands in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// The value, and nothing else.
    Value(SecretId),
    /// A template: `{{ name }}` is the value of the secret that has this name in the table.
    Template {
        /// The text.
        source: String,
        /// The secrets by their names in the template.
        secrets: BTreeMap<String, SecretId>,
    },
}

/// A template cannot be read or filled in. It is said without any value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The engine refused it.
    #[error("line {line} of the template: {why}")]
    Refused {
        /// The line.
        line: usize,
        /// The kind of mistake.
        why: String,
    },
    /// It names something that no secret is called.
    #[error("the template uses {0}, and the table `secrets` has no such name")]
    Unnamed(String),
    /// A value is not text, and templates are.
    #[error("the value of {0} is not text, so it does not fit into a template")]
    NotText(SecretId),
}

impl Content {
    /// The secrets that stand in it, each once.
    pub fn secrets(&self) -> Vec<SecretId> {
        match self {
            Self::Value(secret) => vec![secret.clone()],
            Self::Template { secrets, .. } => {
                let mut all: Vec<SecretId> = secrets.values().cloned().collect();
                all.sort();
                all.dedup();
                all
            }
        }
    }

    /// Finds mistakes that do not depend on a value.
    pub fn check(&self) -> Result<(), TemplateError> {
        let Self::Template { source, secrets } = self else { return Ok(()) };
        let environment = environment();
        let template = environment.template_from_str(source).map_err(|error| refused(&error))?;
        let mut names: Vec<String> = template.undeclared_variables(false).into_iter().collect();
        names.sort();
        let unnamed = names.into_iter().find(|name| !secrets.contains_key(name) && !is_built_in(name));
        unnamed.map_or(Ok(()), |name| Err(TemplateError::Unnamed(name)))
    }

    /// Fills the values in.
    #[expect(clippy::disallowed_methods, reason = "the file is made of the values")]
    pub(super) fn render<'a>(
        &self,
        value: impl Fn(&SecretId) -> Option<&'a SecretValue>,
    ) -> Result<Zeroizing<Vec<u8>>, TemplateError> {
        let bytes = |secret: &SecretId| value(secret).map_or(&b""[..], SecretValue::expose);
        match self {
            Self::Value(secret) => Ok(Zeroizing::new(bytes(secret).to_vec())),
            Self::Template { source, secrets } => {
                let mut known = BTreeMap::new();
                for (name, secret) in secrets {
                    let text = std::str::from_utf8(bytes(secret));
                    let text = text.map_err(|_| TemplateError::NotText(secret.clone()))?;
                    known.insert(name.as_str(), Value::from(text));
                }
                let text = environment().render_str(source, known).map_err(|error| refused(&error))?;
                Ok(Zeroizing::new(text.into_bytes()))
            }
        }
    }
}

/// What the engine brings along; `debug` prints everything that it sees, so a template may not use it.
fn is_built_in(name: &str) -> bool {
    ["range", "dict", "namespace"].contains(&name)
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    if let Ok(syntax) = SyntaxConfig::builder().keep_trailing_newline(true).build() {
        environment.set_syntax(syntax);
    }
    environment.set_fuel(Some(FUEL));
    environment
}

/// The kind and the line alone: the engine's own words may quote what it was working on.
fn refused(error: &minijinja::Error) -> TemplateError {
    TemplateError::Refused { line: error.line().unwrap_or(1), why: error.kind().to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(source: &str) -> Content {
        let secrets = BTreeMap::from([("db".to_owned(), "db/prod".parse().unwrap())]);
        Content::Template { source: source.to_owned(), secrets }
    }

    fn rendered(source: &str) -> Result<String, TemplateError> {
        let value = SecretValue::from_text("p&ss<1>".to_owned()).unwrap();
        let text = template(source).render(|_| Some(&value))?;
        Ok(String::from_utf8(text.to_vec()).unwrap())
    }

    #[test]
    fn values_stand_in_a_template_as_they_are() {
        assert_eq!(rendered("url=postgres://app:{{ db }}@h/d\n").unwrap(), "url=postgres://app:p&ss<1>@h/d\n");
        assert_eq!(rendered("{% if db %}yes{% endif %}").unwrap(), "yes");
    }

    #[test]
    fn mistakes_are_found_before_a_value_is_read() {
        assert_eq!(template("{{ db }}").check(), Ok(()));
        assert_eq!(template("{{ other }}").check(), Err(TemplateError::Unnamed("other".to_owned())));
        assert_eq!(template("{{ debug() }}").check(), Err(TemplateError::Unnamed("debug".to_owned())));
        assert!(matches!(template("a\n{{ db").check(), Err(TemplateError::Refused { line: 2, .. })));
    }

    #[test]
    fn an_error_at_work_holds_no_value_and_a_template_cannot_run_for_ever() {
        for source in [
            "{{ db + 1 }}",
            "{{ db|int }}",
            "{{ db.x.y }}",
            "{% for a in range(10000) %}{% for b in range(10000) %}{% endfor %}{% endfor %}",
        ] {
            let error = rendered(source).unwrap_err().to_string();
            assert!(!error.contains("p&ss"), "{error}");
        }
    }
}
