//! One route: where it is, who handles it, and what the description says of it.

use std::sync::Arc;

use axum::{
    handler::Handler,
    http::{Method, StatusCode},
    routing::{self, MethodRouter},
};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::Answer;
use crate::server::Shared;

/// How a type is described.
pub(crate) type Describe = fn(&mut SchemaGenerator) -> Schema;

/// One route.
pub(crate) struct Route {
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    pub(super) handler: MethodRouter<Arc<Shared>>,
    pub(super) access: Access,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<Describe>,
    pub(super) answers: Vec<Answer>,
}

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Whoever presents a token.
    Token,
    /// Anybody.
    Open,
}

/// Something that a request may carry beside its path and its body.
pub(super) struct Parameter {
    pub(super) place: &'static str,
    pub(super) name: &'static str,
    pub(super) says: &'static str,
    pub(super) schema: Describe,
}

impl Route {
    /// A route that reads.
    pub(crate) fn get<T: 'static>(
        path: &'static str,
        summary: &'static str,
        handler: impl Handler<T, Arc<Shared>>,
    ) -> Self {
        Self::new(Method::GET, path, summary, routing::get(handler))
    }

    /// A route that tells or asks for something.
    pub(crate) fn post<T: 'static>(
        path: &'static str,
        summary: &'static str,
        handler: impl Handler<T, Arc<Shared>>,
    ) -> Self {
        Self::new(Method::POST, path, summary, routing::post(handler))
    }

    /// A route that ends something.
    pub(crate) fn delete<T: 'static>(
        path: &'static str,
        summary: &'static str,
        handler: impl Handler<T, Arc<Shared>>,
    ) -> Self {
        Self::new(Method::DELETE, path, summary, routing::delete(handler))
    }

    fn new(method: Method, path: &'static str, summary: &'static str, handler: MethodRouter<Arc<Shared>>) -> Self {
        let (access, parameters, answers) = (Access::Token, Vec::new(), Vec::new());
        Self { method, path, summary, handler, access, parameters, body: None, answers }
    }

    /// Anybody may ask, without a token.
    pub(crate) fn open(mut self) -> Self {
        self.access = Access::Open;
        self
    }

    /// It understands this in the query.
    pub(crate) fn query<T: JsonSchema>(self, name: &'static str, says: &'static str) -> Self {
        self.parameter::<T>("query", name, says)
    }

    /// It understands this header.
    pub(crate) fn header<T: JsonSchema>(self, name: &'static str, says: &'static str) -> Self {
        self.parameter::<T>("header", name, says)
    }

    fn parameter<T: JsonSchema>(mut self, place: &'static str, name: &'static str, says: &'static str) -> Self {
        self.parameters.push(Parameter { place, name, says, schema: SchemaGenerator::subschema_for::<T> });
        self
    }

    /// It takes this document.
    pub(crate) fn takes<T: JsonSchema>(mut self) -> Self {
        self.body = Some(SchemaGenerator::subschema_for::<T>);
        self
    }

    /// It may answer so.
    pub(crate) fn answers(mut self, answer: Answer) -> Self {
        self.answers.push(answer);
        self
    }

    /// It may refuse with these statuses, beside those that every route with a token has.
    pub(crate) fn refuses(mut self, statuses: &[StatusCode]) -> Self {
        self.answers.extend(statuses.iter().map(|status| Answer::problem(*status)));
        self
    }
}
