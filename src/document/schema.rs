//! docs/schema/article.schema.json, the JSON Schema of a document, is generated from the types.

use std::fs;
use std::path::Path;

use schemars::generate::SchemaSettings;

use super::Document;

/// `AUDARMA_UPDATE_SCHEMA=1 cargo test --lib schema` writes the file.
#[test]
fn the_schema_in_docs_is_that_of_the_types() {
    let generator = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator();
    let mut schema = generator.into_root_schema_for::<Document>();
    schema.insert(
        String::from("title"),
        "An article translated by audarma, schema 1".into(),
    );
    let generated = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema/article.schema.json");
    if std::env::var_os("AUDARMA_UPDATE_SCHEMA").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &generated).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap();
    assert!(
        written == generated,
        "the types of a document have changed: run this test with AUDARMA_UPDATE_SCHEMA=1"
    );
}

/// An id: a string, or the whole number that the worker was given.
pub(super) fn id(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": ["string", "integer"] })
}
