//! Trees of values from elsewhere: made of JSON, and laid below a part of the file.

use serde_json::{Map, Number};

use super::{Located, Node, Span, Value};

impl Node {
    /// A tree of which every part stands at `span`. What is null is left out.
    pub(crate) fn from_json(value: &serde_json::Value, span: &Span) -> Self {
        let part = |value: &serde_json::Value| Self::from_json(value, span);
        let value = match value {
            serde_json::Value::Null => Value::Table(Vec::new()),
            serde_json::Value::Bool(yes) => Value::Boolean(*yes),
            serde_json::Value::Number(number) => match number.as_i64() {
                Some(whole) => Value::Integer(whole),
                None => Value::Float(number.as_f64().unwrap_or_default()),
            },
            serde_json::Value::String(text) => Value::Text(text.clone()),
            serde_json::Value::Array(items) => Value::Array(items.iter().map(part).collect()),
            serde_json::Value::Object(entries) => {
                let there = entries.iter().filter(|(_, value)| !value.is_null());
                Value::Table(there.map(|(key, value)| (located(key, span), part(value))).collect())
            }
        };
        Self { span: span.clone(), value }
    }

    /// The same values without their places.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Text(text) => serde_json::Value::String(text.clone()),
            Value::Integer(number) => (*number).into(),
            Value::Float(number) => Number::from_f64(*number).map_or(serde_json::Value::Null, Into::into),
            Value::Boolean(yes) => (*yes).into(),
            Value::Array(items) => items.iter().map(Self::to_json).collect(),
            Value::Table(entries) => {
                let entries = entries.iter().map(|(key, node)| (key.value.clone(), node.to_json()));
                serde_json::Value::Object(entries.collect::<Map<_, _>>())
            }
        }
    }

    /// The same over another: tables key by key, everything else as a whole.
    pub(crate) fn over(&self, below: &Self) -> Self {
        let (Value::Table(mine), Value::Table(kept)) = (&self.value, &below.value) else { return self.clone() };
        let mut entries = mine.clone();
        for (key, node) in kept {
            match entries.iter_mut().find(|(mine, _)| mine.value == key.value) {
                Some((_, mine)) => *mine = mine.over(node),
                None => entries.push((key.clone(), node.clone())),
            }
        }
        Self { span: self.span.clone(), value: Value::Table(entries) }
    }

    /// The same with `key`, if it is there, inside the table `into`.
    pub(crate) fn gathered(self, key: &str, into: &str) -> Self {
        let (rest, taken) = self.without(key);
        let Some((key, node)) = taken else { return rest };
        let inner = Self { span: node.span.clone(), value: Value::Table(vec![(key.clone(), node)]) };
        let outer = Value::Table(vec![(located(into, &key.span), inner)]);
        Self { span: rest.span.clone(), value: outer }.over(&rest)
    }
}

fn located(key: &str, span: &Span) -> Located<String> {
    Located { span: span.clone(), value: key.to_owned() }
}
