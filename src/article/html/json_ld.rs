//! What a page says about its article in JSON-LD (schema.org).

use dom_query::Document;
use serde_json::Value;

use crate::article::{Metadata, date};
use crate::text::squeeze;

/// Maximum depth to which nested lists and graphs are followed.
const MAX_DEPTH: usize = 4;

/// The scripts that hold JSON-LD.
pub(super) const SCRIPTS: &str = "script[type='application/ld+json']";

/// Date, section and author of the first article that the page describes.
pub(super) fn read(document: &Document) -> Metadata {
    let mut metadata = Metadata::default();
    for script in &document.select(SCRIPTS) {
        let Ok(value) = serde_json::from_str::<Value>(&script.text()) else {
            continue;
        };
        if let Some(article) = find_article(&value, MAX_DEPTH) {
            metadata.date = article
                .get("datePublished")
                .and_then(words)
                .and_then(|d| date::find(&d));
            metadata.section = article.get("articleSection").and_then(words);
            metadata.author = article.get("author").and_then(words);
            break;
        }
    }
    metadata
}

/// The first object whose type names an article (`NewsArticle`, `Article`, `ReportageNewsArticle`).
fn find_article(value: &Value, depth: usize) -> Option<&Value> {
    let depth = depth.checked_sub(1)?;
    match value {
        Value::Array(values) => values.iter().find_map(|value| find_article(value, depth)),
        Value::Object(fields) => {
            let is_article =
                |kind: &Value| kind.as_str().is_some_and(|kind| kind.ends_with("Article"));
            let named = match fields.get("@type") {
                Some(Value::Array(kinds)) => kinds.iter().any(is_article),
                Some(kind) => is_article(kind),
                None => false,
            };
            if named {
                Some(value)
            } else {
                find_article(fields.get("@graph")?, depth)
            }
        }
        _ => None,
    }
}

/// A text, the name of an object, or the first of a list of these.
fn words(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => Some(squeeze(&html_escape::decode_html_entities(text))),
        Value::Object(fields) => fields.get("name").and_then(Value::as_str).map(squeeze),
        Value::Array(values) => values
            .first()
            .filter(|first| !first.is_array())
            .and_then(words),
        _ => None,
    };
    text.filter(|text| !text.is_empty())
}
