//! An instruction: a template of the settings that says in one line what a person has to do.

use std::collections::BTreeMap;

use minijinja::{Environment, UndefinedBehavior, Value};

use crate::build::BuildError;

/// How much a template may do: far more than any text needs, and no endless loop.
const FUEL: u64 = 10_000;

/// The longest instruction, in characters: it is part of the ledger, of alerts and of every answer about the rotation.
const LONGEST: usize = 2_000;

/// A checked instruction.
#[derive(Debug)]
pub(super) struct Instruction {
    source: String,
    environment: Environment<'static>,
}

impl Instruction {
    /// Checks the syntax, and that it uses `known` variables only; `at` is the setting it stands in.
    pub(super) fn new(at: &str, source: &str, known: &[&str]) -> Result<Self, BuildError> {
        if source.trim().is_empty() {
            return Err(BuildError::setting(at, "it says nothing"));
        }
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        let template = environment.template_from_str(source).map_err(|error| {
            let detail = error.detail().unwrap_or("syntax error");
            BuildError::setting(at, format!("the template cannot be read: {detail}"))
        })?;
        let used = template.undeclared_variables(false);
        if let Some(stranger) = used.iter().filter(|name| !known.contains(&name.as_str())).min() {
            let known = known.join(", ");
            return Err(BuildError::setting(at, format!("{{{{ {stranger} }}}} is not known here; there are {known}")));
        }
        Ok(Self { source: source.to_owned(), environment })
    }

    /// Fills it in: one line without control characters, whatever the variables are.
    pub(super) fn say(&self, variables: &BTreeMap<&'static str, Value>) -> Result<String, minijinja::Error> {
        let text = self.environment.render_str(&self.source, variables)?;
        let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let words: Vec<&str> = plain.split_whitespace().collect();
        Ok(words.join(" ").chars().take(LONGEST).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(source: &str, id: &str) -> String {
        let instruction = Instruction::new("x", source, &["id"]).unwrap();
        instruction.say(&BTreeMap::from([("id", Value::from(id))])).unwrap()
    }

    #[test]
    fn an_instruction_is_one_line_whatever_the_id_is() {
        assert_eq!(said("first\n  then {{ id }}\n", "a\u{1b}[31m\tb"), "first then a [31m b");
        assert_eq!(said("{{ id }}", &"x".repeat(9_999)).len(), LONGEST);
    }

    #[test]
    fn what_an_instruction_cannot_say_is_refused_before_anybody_reads_it() {
        for source in ["", "  \n", "{{ label }}", "{{ id", "{{ value }}"] {
            assert!(Instruction::new("x", source, &["id"]).is_err(), "{source:?}");
        }
    }
}
