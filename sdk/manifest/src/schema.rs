//! The JSON Schema of `plugin.toml`, by which editors complete and check.

use schemars::generate::SchemaSettings;

use crate::model::Manifest;

/// Makes the schema. `schema/plugin.schema.json` holds what it returns; a test compares them.
pub fn schema() -> serde_json::Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<Manifest>();
    schema.insert("title".to_owned(), "plugin.toml of Affiant, schema 1".into());
    schema.to_value()
}
