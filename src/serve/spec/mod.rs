//! The description of all interfaces: `GET /spec` for programs (OpenAPI 3), `GET /docs` for people.
//!
//! Schemas are generated from the types, and both are made of one table of operations.

mod operations;
mod types;

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{DOCTYPE, html};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use self::operations::{Answer, Body, OPERATIONS, Operation};
use super::app::App;
use super::archive::SearchAnswer;
use super::articles::{Created, JobState};
use super::deepl::{DeeplAnswer, DeeplErrorBody, DeeplLanguage};
use super::http::{self, ErrorBody};
use super::languages::Detected;
use super::libretranslate::LanguageEntry;

/// The schemas of requests and answers, by their names.
fn schemas() -> Map<String, Value> {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
    });
    let mut generator = settings.into_generator();
    macro_rules! add {
        ($($type:ty),+ $(,)?) => {
            $(generator.subschema_for::<$type>();)+
        };
    }
    add!(
        types::TranslateRequest,
        types::TranslateAnswer,
        types::DetectRequest,
        types::FileRequest,
        types::FileAnswer,
        types::Status,
        types::DeeplRequest,
        types::ArticleFile,
        types::ArticleRequest,
        types::SearchRequest,
        Created,
        DeeplAnswer,
        DeeplErrorBody,
        DeeplLanguage,
        Detected,
        ErrorBody,
        JobState,
        LanguageEntry,
        SearchAnswer,
    );
    generator.take_definitions(true)
}

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/spec",
            get(|| async { http::json(StatusCode::OK, &*SPEC) }),
        )
        .route("/docs", get(docs))
        .route("/docs.css", get(style))
}

static SPEC: LazyLock<Value> = LazyLock::new(spec);

fn spec() -> Value {
    let mut paths = Map::new();
    for operation in OPERATIONS {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method] = described(operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "translate serve",
            "description": "LibreTranslate's interface, DeepL's, and one for articles, on one's own machine.",
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    })
}

fn described(operation: &Operation) -> Value {
    let mut described = json!({
        "summary": operation.summary,
        "operationId": format!("{} {}", operation.method, operation.path),
        "responses": operation.answers.iter().map(answer).collect::<Map<_, _>>(),
    });
    if operation.wants_key {
        // None is wanted where the server has no keys.
        described["security"] = json!([{"key": []}, {}]);
    }
    if let Some(name) = operation.parameter {
        let schema = json!({"type": "string"});
        described["parameters"] =
            json!([{"name": name, "in": "path", "required": true, "schema": schema}]);
    }
    if let Some(schema) = operation.query {
        described["parameters"] = query_parameters(schema);
    }
    if !operation.request.is_empty() {
        let contents = operation.request.iter().map(|(kind, name)| {
            let schema = json!({"schema": reference(name)});
            ((*kind).to_owned(), schema)
        });
        let contents: Map<String, Value> = contents.collect();
        described["requestBody"] = json!({"content": contents, "required": true});
    }
    described
}

/// The fields of a schema as parameters of the query string.
fn query_parameters(schema: &str) -> Value {
    let schemas = schemas();
    let fields = schemas
        .get(schema)
        .and_then(|schema| schema["properties"].as_object());
    let parameters = fields.into_iter().flatten().map(|(name, field)| {
        // A query string has no null; a parameter is left out instead.
        let kind = match &field["type"] {
            Value::Array(kinds) => kinds.first().cloned().unwrap_or_default(),
            kind => kind.clone(),
        };
        json!({
            "name": name,
            "in": "query",
            "description": field["description"],
            "schema": {"type": kind},
        })
    });
    parameters.collect()
}

fn answer(answer: &Answer) -> (String, Value) {
    let json = |schema: Value| json!({"application/json": {"schema": schema}});
    let content = match answer.body {
        Body::None => None,
        Body::Json(name) => Some(json(reference(name))),
        Body::Array(name) => Some(json(json!({"type": "array", "items": reference(name)}))),
        Body::Object => Some(json(json!({"type": "object"}))),
        Body::Of(kind) => Some(json!({kind: {}})),
    };
    let mut described = json!({"description": answer.meaning});
    if let Some(content) = content {
        described["content"] = content;
    }
    (answer.status.to_string(), described)
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// What the page may do in a browser.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'";

async fn docs() -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "translate serve: interfaces" }
                link rel="stylesheet" href="docs.css";
            }
            body {
                main {
                    h1 { "Interfaces of this server" }
                    p {
                        "LibreTranslate's, DeepL's, and one for articles. For programs: "
                        a href="spec" { "OpenAPI" } "."
                    }
                    @for operation in OPERATIONS { (shown(operation)) }
                }
            }
        }
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, page.into_string()).into_response()
}

/// The section of an operation.
fn shown(operation: &Operation) -> maud::Markup {
    let sent = operation.request.iter().map(|(kind, _)| *kind);
    let sent = sent.chain(operation.query.map(|_| "the query string"));
    let schema = operation
        .request
        .first()
        .map(|(_, name)| *name)
        .or(operation.query);
    let fields = schema.map(fields);
    html! {
        section {
            h2 { code { span .method { (operation.method.to_uppercase()) } " " (operation.path) } }
            p { (operation.summary) @if operation.wants_key { " (with a key, where keys are wanted)" } "." }
            @if let Some(fields) = fields {
                p { "Sent as " (sent.collect::<Vec<_>>().join(", ")) ":" }
                dl { @for (name, meaning) in fields { dt { code { (name) } } dd { (meaning) } } }
            }
            ul { @for answer in operation.answers { li { code { (answer.status) } " " (answer.meaning) } } }
        }
    }
}

/// The fields of a schema, and what they mean.
fn fields(schema: &str) -> Vec<(&'static str, &'static str)> {
    let schema = &SPEC["components"]["schemas"][schema]["properties"];
    let fields = schema.as_object().into_iter().flatten();
    fields
        .map(|(name, field)| {
            let meaning = field.get("description").and_then(Value::as_str);
            (name.as_str(), meaning.unwrap_or_default())
        })
        .collect()
}

async fn style() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, include_str!("docs.css")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every reference in a description.
    fn references<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value.as_str() {
                        Some(text) if name == "$ref" => found.push(text),
                        _ => references(value, found),
                    }
                }
            }
            Value::Array(values) => {
                for value in values {
                    references(value, found);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn every_schema_that_is_named_is_there() {
        let mut found = Vec::new();
        references(&SPEC, &mut found);
        assert!(found.len() > 50);
        for reference in found {
            let name = reference.strip_prefix("#/components/schemas/").unwrap();
            assert!(SPEC["components"]["schemas"].get(name).is_some(), "{name}");
        }
    }

    #[test]
    fn an_operation_is_in_the_table_once_and_its_statuses_too() {
        let mut keys: Vec<_> = OPERATIONS
            .iter()
            .map(|own| (own.path, own.method))
            .collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), OPERATIONS.len());
        for operation in OPERATIONS {
            let described = described(operation);
            let answers = described["responses"].as_object().unwrap().len();
            assert_eq!(answers, operation.answers.len(), "{}", operation.path);
        }
    }
}
