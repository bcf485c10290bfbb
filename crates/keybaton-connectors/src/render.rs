//! The rendering: a template over a credential that makes what consumers read, such as a connection string.

use keybaton_ports::{Blame, Certainty, Fault, Render};
use keybaton_seal::SecretValue;
use keybaton_types::{IssuedId, SecretId};
use minijinja::{Environment, UndefinedBehavior, context};
use zeroize::Zeroizing;

use crate::build::BuildError;

/// How much a template may do: far more than any text needs, and no endless loop.
const FUEL: u64 = 10_000;

/// A checked rendering of one secret.
pub struct Rendering {
    secret: SecretId,
    source: String,
    environment: Environment<'static>,
}

impl Rendering {
    /// Checks the template: it may use `id`, `value`, `secret` and `env`.
    pub fn new(secret: &SecretId, source: &str) -> Result<Self, BuildError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        let unreadable = |detail: &str| BuildError::setting("render", format!("the template cannot be read: {detail}"));
        let used = environment
            .template_from_str(source)
            .map_err(|error| unreadable(error.detail().unwrap_or("syntax error")))?
            .undeclared_variables(false);
        if let Some(stranger) = used.iter().find(|name| !["id", "value", "secret", "env"].contains(&name.as_str())) {
            return Err(unreadable(&format!("{stranger} is not known; there are id, value, secret and env")));
        }
        Ok(Self { secret: secret.clone(), source: source.to_owned(), environment })
    }
}

impl Render for Rendering {
    #[expect(clippy::disallowed_methods, reason = "the rendering is made of the value, and is sealed like it")]
    fn render(&self, id: &IssuedId, value: &SecretValue) -> Result<SecretValue, Fault> {
        let unmade = |what: &'static str| Fault::new(Blame::Rejected, Certainty::NotSent, what);
        let text = std::str::from_utf8(value.expose()).map_err(|_| unmade("the value is not text"))?;
        let variables =
            context! { id => id.0.as_str(), value => text, secret => self.secret.name(), env => self.secret.env() };
        let rendered = self.environment.render_str(&self.source, variables);
        let rendered = Zeroizing::new(rendered.map_err(|_| unmade("the rendering's template cannot be filled in"))?);
        SecretValue::new(rendered.as_bytes().to_vec()).map_err(|_| unmade("the rendering is too long"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test compares the rendering with the expected text")]
    fn a_rendering_puts_id_and_value_in_place() {
        let secret = "db/prod".parse().unwrap();
        let rendering = Rendering::new(&secret, "postgres://{{ id }}:{{ value }}@db/{{ env }}").unwrap();
        let value = SecretValue::from_text("s3cret".to_owned()).unwrap();
        let made = rendering.render(&IssuedId::from("app_a"), &value).unwrap_or_else(|_| unreachable!());
        assert_eq!(made.expose(), b"postgres://app_a:s3cret@db/prod");
    }

    #[test]
    fn an_unknown_variable_is_refused_before_any_key_is_made() {
        let secret = "db/prod".parse().unwrap();
        assert!(Rendering::new(&secret, "{{ valeu }}").is_err());
    }
}
