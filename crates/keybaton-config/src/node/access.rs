//! How serde walks arrays, tables, keys and places of the tree.

use serde::de::value::{StrDeserializer, UsizeDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::located::LOCATED;
use super::{Fault, Kind, Located, Node, Span};

/// The items of an array.
pub(super) struct Items<'de>(std::slice::Iter<'de, Node>);

impl<'de> Items<'de> {
    pub(super) fn new(items: &'de [Node]) -> Self {
        Self(items.iter())
    }
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        self.0.next().map(|item| seed.deserialize(item)).transpose()
    }
}

/// The entries of a table.
pub(super) struct Entries<'de> {
    rest: std::slice::Iter<'de, (Located<String>, Node)>,
    value: Option<&'de Node>,
}

impl<'de> Entries<'de> {
    pub(super) fn new(entries: &'de [(Located<String>, Node)]) -> Self {
        Self { rest: entries.iter(), value: None }
    }
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Fault;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        let Some((key, value)) = self.rest.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(Key(key)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        match self.value.take() {
            Some(value) => seed.deserialize(value),
            None => Err(Fault::new(Kind::Other("a value was asked for before its key".to_owned()))),
        }
    }
}

/// A key: text that knows its place.
#[derive(Clone, Copy)]
struct Key<'de>(&'de Located<String>);

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_borrowed_str(&self.0.value).map_err(|fault: Fault| fault.at(Some(self.0.span.clone())))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Fault> {
        if name == LOCATED {
            visitor.visit_seq(Place::new(&self.0.span, self))
        } else {
            visitor.visit_newtype_struct(self)
        }
        .map_err(|fault| fault.at(Some(self.0.span.clone())))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let word: StrDeserializer<'_, Fault> = self.0.value.as_str().into_deserializer();
        visitor.visit_enum(word).map_err(|fault| fault.at(Some(self.0.span.clone())))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq
        tuple tuple_struct map struct identifier ignored_any
    }
}

/// The three parts of a [`Located`]: start, end, value.
pub(super) struct Place<D> {
    bounds: std::array::IntoIter<usize, 2>,
    value: Option<D>,
}

impl<D> Place<D> {
    pub(super) fn new(span: &Span, value: D) -> Self {
        Self { bounds: [span.start, span.end].into_iter(), value: Some(value) }
    }
}

impl<'de, D: Deserializer<'de, Error = Fault>> SeqAccess<'de> for Place<D> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        if let Some(bound) = self.bounds.next() {
            let bound: UsizeDeserializer<Fault> = bound.into_deserializer();
            return seed.deserialize(bound).map(Some);
        }
        self.value.take().map(|value| seed.deserialize(value)).transpose()
    }
}

/// A table with one key, read as a variant with content.
pub(super) struct Variant<'de> {
    key: Key<'de>,
    node: &'de Node,
}

impl<'de> Variant<'de> {
    pub(super) fn new(key: &'de Located<String>, node: &'de Node) -> Self {
        Self { key: Key(key), node }
    }
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Fault;
    type Variant = &'de Node;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, &'de Node), Fault> {
        // The key of such a table is one word of a closed list: report it as a key, where it stands.
        let read = seed.deserialize(self.key).map_err(|fault| match fault.kind {
            Kind::UnknownWord { word, expected } => {
                Fault { span: fault.span, kind: Kind::UnknownKey { key: word, expected } }
            }
            kind => Fault { span: fault.span, kind },
        })?;
        Ok((read, self.node))
    }
}

impl<'de> VariantAccess<'de> for &'de Node {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        Err(Fault::new(Kind::Other("this word stands alone, without a value".to_owned())).at(Some(self.span.clone())))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Fault> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_any(visitor)
    }
}
