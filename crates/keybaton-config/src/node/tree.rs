//! A value of the file and where it stands.

use std::fmt;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Fault, Located, Span};

/// A value of the file and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// A value of the file. Its `Debug` shows the shape only: a literal that stands where a reference belongs must not get
/// into a log.
#[derive(Clone)]
pub(crate) enum Value {
    /// Text, and dates as RFC 3339.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// True or false.
    Boolean(bool),
    /// Values in order.
    Array(Vec<Node>),
    /// Named values.
    Table(Vec<(Located<String>, Node)>),
}

impl Node {
    /// Parses a whole file whose text begins at `start` of the configuration.
    pub(crate) fn parse(text: &str, start: usize) -> Result<Self, Fault> {
        let moved = |span: Span| span.start + start..span.end + start;
        let table = DeTable::parse(text)
            .map_err(|error| Fault::new(super::Kind::Syntax(error.message().to_owned())).at(error.span().map(moved)))?;
        let read = Self::from_table(table.span(), table.get_ref());
        read.map(|node| node.moved(start)).map_err(|fault| Fault { span: fault.span.map(moved), ..fault })
    }

    /// The same tree, all its places moved by `by` bytes.
    fn moved(mut self, by: usize) -> Self {
        let shift = |span: Span| span.start + by..span.end + by;
        self.span = shift(self.span);
        self.value = match self.value {
            Value::Array(items) => Value::Array(items.into_iter().map(|item| item.moved(by)).collect()),
            Value::Table(entries) => {
                let entry =
                    |(key, node): (Located<String>, Self)| (Located { span: shift(key.span), ..key }, node.moved(by));
                Value::Table(entries.into_iter().map(entry).collect())
            }
            leaf => leaf,
        };
        self
    }

    /// Reads a value of type `T` out of the tree.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        T::deserialize(self)
    }

    /// The entries of a table; none of any other value.
    pub(crate) fn entries(&self) -> &[(Located<String>, Self)] {
        match &self.value {
            Value::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The value under `key`.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|(_, node)| node)
    }

    /// The key and the value under `key`.
    pub(crate) fn entry(&self, key: &str) -> Option<&(Located<String>, Self)> {
        self.entries().iter().find(|(name, _)| name.value == key)
    }

    /// The same table without `key`, and what stood there.
    pub(crate) fn without(&self, key: &str) -> (Self, Option<(Located<String>, Self)>) {
        let (mut rest, mut taken) = (self.clone(), None);
        if let Value::Table(entries) = &mut rest.value
            && let Some(at) = entries.iter().position(|(name, _)| name.value == key)
        {
            taken = Some(entries.remove(at));
        }
        (rest, taken)
    }

    /// The text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The key whose value stands at `span`.
    pub(crate) fn key_of(&self, span: &Span) -> Option<&str> {
        match &self.value {
            Value::Array(items) => items.iter().find_map(|item| item.key_of(span)),
            Value::Table(entries) => entries
                .iter()
                .find_map(|(key, node)| if node.span == *span { Some(key.value.as_str()) } else { node.key_of(span) }),
            _ => None,
        }
    }

    /// The place of every value without parts, in no order.
    pub(crate) fn leaves(&self, into: &mut Vec<Span>) {
        match &self.value {
            Value::Array(items) => items.iter().for_each(|item| item.leaves(into)),
            Value::Table(entries) => entries.iter().for_each(|(_, node)| node.leaves(into)),
            _ => into.push(self.span.clone()),
        }
    }

    /// Every text and its place, in no order.
    pub(crate) fn texts<'a>(&'a self, into: &mut Vec<(&'a Span, &'a str)>) {
        match &self.value {
            Value::Array(items) => items.iter().for_each(|item| item.texts(into)),
            Value::Table(entries) => entries.iter().for_each(|(_, node)| node.texts(into)),
            Value::Text(text) => into.push((&self.span, text)),
            _ => {}
        }
    }

    /// Every key, in no order.
    pub(crate) fn keys(&self, into: &mut Vec<Span>) {
        match &self.value {
            Value::Array(items) => items.iter().for_each(|item| item.keys(into)),
            Value::Table(entries) => entries.iter().for_each(|(key, node)| {
                into.push(key.span.clone());
                node.keys(into);
            }),
            _ => {}
        }
    }

    fn from_table(span: Span, table: &DeTable<'_>) -> Result<Self, Fault> {
        let mut entries = Vec::with_capacity(table.len());
        for (key, value) in table {
            let key_at = Located { span: key.span(), value: key.get_ref().clone().into_owned() };
            entries.push((key_at, Self::from_value(value)?));
        }
        Ok(Self { span, value: Value::Table(entries) })
    }

    fn from_value(value: &Spanned<DeValue<'_>>) -> Result<Self, Fault> {
        let span = value.span();
        let too_large = || Fault::new(super::Kind::Other("this number is too large".to_owned())).at(Some(value.span()));
        let value = match value.get_ref() {
            DeValue::String(text) => Value::Text(text.clone().into_owned()),
            DeValue::Datetime(time) => Value::Text(time.to_string()),
            DeValue::Boolean(yes) => Value::Boolean(*yes),
            DeValue::Integer(number) => {
                Value::Integer(i64::from_str_radix(number.as_str(), number.radix()).map_err(|_| too_large())?)
            }
            DeValue::Float(number) => Value::Float(number.as_str().parse().map_err(|_| too_large())?),
            DeValue::Array(items) => Value::Array(items.iter().map(Self::from_value).collect::<Result<_, _>>()?),
            DeValue::Table(table) => return Self::from_table(span, table),
        };
        Ok(Self { span, value })
    }
}

impl Value {
    /// What it is, for an error that must not say more.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Integer(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::Boolean(_) => "true or false",
            Self::Array(_) => "an array",
            Self::Table(_) => "a table",
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Array(items) => f.debug_list().entries(items.iter().map(|item| &item.value)).finish(),
            Self::Table(entries) => {
                f.debug_map().entries(entries.iter().map(|(key, node)| (&key.value, &node.value))).finish()
            }
            other => f.write_str(other.kind()),
        }
    }
}
