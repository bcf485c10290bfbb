//! A JSON body with templates in its texts. Each is filled in by itself and serialised afterwards, so that nothing that a
//! variable holds can change the shape of the body.

use keybaton_ports::Fault;
use serde_json::{Map, Value};

use super::known::Known;
use super::template::{Escape, Template, Variables};
use crate::build::BuildError;

/// A JSON body with templates in its texts.
#[derive(Debug)]
pub(super) enum Json {
    Fixed(Value),
    Text(Template),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Checks every template of the body.
    pub(super) fn new(at: &str, body: &Value, known: &Known<'_>) -> Result<Self, BuildError> {
        Ok(match body {
            Value::String(source) => match known.whole(source) {
                Some(parameter) => Self::Fixed(parameter.clone()),
                None => Self::Text(Template::new(at, source, known)?),
            },
            Value::Array(items) => {
                Self::List(items.iter().map(|item| Self::new(at, item, known)).collect::<Result<_, _>>()?)
            }
            Value::Object(fields) => {
                let field = |(name, value): (&String, &Value)| {
                    Ok((name.clone(), Self::new(&format!("{at}.{name}"), value, known)?))
                };
                Self::Object(fields.iter().map(field).collect::<Result<_, BuildError>>()?)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => Self::Fixed(body.clone()),
        })
    }

    /// Whether any of its templates uses the credential's value.
    pub(super) fn uses_value(&self) -> bool {
        match self {
            Self::Fixed(_) => false,
            Self::Text(template) => template.uses_value(),
            Self::List(items) => items.iter().any(Self::uses_value),
            Self::Object(fields) => fields.iter().any(|(_, value)| value.uses_value()),
        }
    }

    /// Fills every template in.
    pub(super) fn render(&self, variables: &Variables) -> Result<Value, Fault> {
        Ok(match self {
            Self::Fixed(value) => value.clone(),
            Self::Text(template) => {
                let mut text = template.render(variables, Escape::Afterwards)?;
                Value::String(std::mem::take(&mut *text))
            }
            Self::List(items) => items.iter().map(|item| item.render(variables)).collect::<Result<_, _>>()?,
            Self::Object(fields) => {
                let field = |(name, value): &(String, Self)| Ok((name.clone(), value.render(variables)?));
                Value::Object(fields.iter().map(field).collect::<Result<Map<_, _>, Fault>>()?)
            }
        })
    }
}
