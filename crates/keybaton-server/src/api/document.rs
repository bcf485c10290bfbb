//! `/openapi.json`: the list of routes as an `OpenAPI` 3.1 document.

use std::sync::LazyLock;

use axum::http::StatusCode;
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::{
    Answer,
    route::{Access, Parameter, Route},
    routes,
};

/// The name of the token in the document.
const TOKEN: &str = "token";

/// The document, as it is sent.
pub(super) fn text() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| document(&routes()).to_string());
    &TEXT
}

fn document(routes: &[Route]) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = SchemaGenerator::new(settings);
    let mut paths = Map::new();
    for route in routes {
        let described = operation(route, &mut generator);
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.as_str().to_ascii_lowercase()] = described;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "keybaton",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Reads, evidence, and what an operator does from afar. Refusals are problem documents (RFC 9457).",
        },
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": { TOKEN: { "type": "http", "scheme": "bearer", "description": "`kbt_…`, made by `keybaton token create`" } },
        },
    })
}

fn operation(route: &Route, generator: &mut SchemaGenerator) -> Value {
    let mut parameters: Vec<Value> = path_parameters(route.path).collect();
    parameters.extend(route.parameters.iter().map(|parameter| described(parameter, generator)));
    let common = match route.access {
        Access::Token => {
            vec![Answer::problem(StatusCode::UNAUTHORIZED), Answer::problem(StatusCode::TOO_MANY_REQUESTS)]
        }
        Access::Open => Vec::new(),
    };
    let answers = route.answers.iter().chain(&common);
    let answers: Map<String, Value> =
        answers.map(|answer| (answer.status.as_u16().to_string(), response(answer, generator))).collect();
    let mut operation = json!({ "summary": route.summary, "parameters": parameters, "responses": answers });
    if route.access == Access::Token {
        operation["security"] = json!([{ TOKEN: [] }]);
    }
    if let Some(body) = route.body {
        let content = json!({ "application/json": { "schema": body(generator) } });
        operation["requestBody"] = json!({ "required": true, "content": content });
    }
    operation
}

fn path_parameters(path: &'static str) -> impl Iterator<Item = Value> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names.map(|name| json!({ "in": "path", "name": name, "required": true, "schema": { "type": "string" } }))
}

fn described(parameter: &Parameter, generator: &mut SchemaGenerator) -> Value {
    json!({
        "in": parameter.place,
        "name": parameter.name,
        "description": parameter.says,
        "schema": (parameter.schema)(generator),
    })
}

fn response(answer: &Answer, generator: &mut SchemaGenerator) -> Value {
    match answer.media {
        Some((media, schema)) => {
            json!({ "description": answer.says, "content": { media: { "schema": schema(generator) } } })
        }
        None => json!({ "description": answer.says }),
    }
}
