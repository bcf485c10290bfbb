//! The tree as a source for serde.

use serde::de::value::StrDeserializer;
use serde::de::{Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::access::{Entries, Items, Place, Variant};
use super::located::LOCATED;
use super::{Fault, Node, Value};

impl<'de> Deserializer<'de> for &'de Node {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let read = match &self.value {
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::Integer(number) => visitor.visit_i64(*number),
            Value::Float(number) => visitor.visit_f64(*number),
            Value::Boolean(yes) => visitor.visit_bool(*yes),
            Value::Array(items) => visitor.visit_seq(Items::new(items)),
            Value::Table(entries) => visitor.visit_map(Entries::new(entries)),
        };
        read.map_err(|fault| fault.at(Some(self.span.clone())))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Fault> {
        if name == LOCATED {
            visitor.visit_seq(Place::new(&self.span, self))
        } else {
            visitor.visit_newtype_struct(self)
        }
        .map_err(|fault| fault.at(Some(self.span.clone())))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let read = match (&self.value, self.entries()) {
            (Value::Text(word), _) => {
                let word: StrDeserializer<'_, Fault> = word.as_str().into_deserializer();
                visitor.visit_enum(word)
            }
            (Value::Table(_), [(key, node)]) => visitor.visit_enum(Variant::new(key, node)),
            (Value::Table(_), entries) => {
                Err(serde::de::Error::invalid_length(entries.len(), &"a table with exactly one key"))
            }
            (other, _) => Err(Fault::new(super::Kind::Type {
                expected: "a word or a table with one key".to_owned(),
                found: other.kind(),
            })),
        };
        read.map_err(|fault| fault.at(Some(self.span.clone())))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}
