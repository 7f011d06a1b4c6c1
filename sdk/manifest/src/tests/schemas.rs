//! The schema for editors.

use serde_json::Value;

use super::{ANALYTICS, EXAMPLES, changed};
use crate::schema;

#[test]
fn the_schema_that_is_checked_in_is_the_one_that_is_made() {
    let made = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    let checked_in = include_str!("../../schema/plugin.schema.json");
    if std::env::var_os("AFFIANT_RENEW").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/plugin.schema.json");
        fs_err::write(path, &made).unwrap();
        return;
    }
    assert!(made == checked_in, "renew it: AFFIANT_RENEW=1 cargo test -p affiant-manifest schema");
}

/// What of JSON Schema the schema uses, applied to a value; returns where it does not fit.
fn misfit(root: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.strip_prefix('#').unwrap();
        return misfit(root, root.pointer(pointer).unwrap(), value, at);
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let fits = any.iter().any(|it| misfit(root, it, value, at).is_none());
        return (!fits).then(|| at.to_owned());
    }
    let is_type = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64(),
        "boolean" => value.is_boolean(),
        other => panic!("the schema uses the type {other}"),
    };
    let fits = match &schema["type"] {
        Value::String(name) => is_type(name),
        Value::Array(names) => names.iter().any(|it| is_type(it.as_str().unwrap())),
        _ => true,
    };
    let is_word = schema["enum"].as_array().is_none_or(|it| it.contains(value));
    let matches = schema["pattern"].as_str().is_none_or(|pattern| {
        regex::Regex::new(pattern).unwrap().is_match(value.as_str().unwrap_or(""))
    });
    if !fits || !is_word || !matches {
        return Some(at.to_owned());
    }
    if let Some(items) = value.as_array() {
        return items.iter().enumerate().find_map(|(number, it)| {
            misfit(root, &schema["items"], it, &format!("{at}[{number}]"))
        });
    }
    let object = value.as_object()?;
    let missing = schema["required"].as_array().into_iter().flatten();
    let missing = missing.filter_map(Value::as_str).find(|it| !object.contains_key(*it));
    if let Some(missing) = missing {
        return Some(format!("{at}.{missing}"));
    }
    object.iter().find_map(|(key, value)| {
        let at = format!("{at}.{key}");
        match (&schema["properties"][key], &schema["additionalProperties"]) {
            (Value::Null, Value::Bool(false)) => Some(at),
            (Value::Null, other) => misfit(root, other, value, &at),
            (known, _) => misfit(root, known, value, &at),
        }
    })
}

/// TOML as JSON: all that manifests hold.
fn json(value: &toml::de::DeValue<'_>) -> Value {
    use toml::de::DeValue;
    match value {
        DeValue::String(it) => it.as_ref().into(),
        DeValue::Integer(it) => it.as_str().parse::<u64>().unwrap().into(),
        DeValue::Boolean(it) => (*it).into(),
        DeValue::Array(all) => all.iter().map(|it| json(it.get_ref())).collect(),
        DeValue::Table(all) => {
            let pairs = all.iter().map(|(key, it)| (key.get_ref().to_string(), json(it.get_ref())));
            Value::Object(pairs.collect())
        }
        other => panic!("{}", other.type_str()),
    }
}

fn check(text: &str) -> Option<String> {
    let table = toml::de::DeTable::parse(text).unwrap().into_inner();
    let root = schema();
    misfit(&root, &root, &json(&toml::de::DeValue::Table(table)), "")
}

#[test]
fn the_worked_examples_fit_the_schema() {
    for (name, text) in EXAMPLES {
        assert_eq!(check(text), None, "{name}");
    }
}

#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    for (from, to, at) in [
        ("role = \"dpv:DataProcessor\"", "role = \"boss\"", ".recipient[0].role"),
        ("license = \"MIT\"\n", "", ".plugin.license"),
        ("source = \"event\"", "sauce = \"event\"", ".data[0].source"),
        ("memory_mib = 16", "memory = 16", ".limits.memory"),
        ("memory_mib = 16", "memory_mib = \"16\"", ".limits.memory_mib"),
        ("country = \"US\"", "country = \"usa\"", ".recipient[0].country"),
    ] {
        let text = changed(ANALYTICS, from, to);
        assert_eq!(check(&text).as_deref(), Some(at));
        assert!(!super::codes(&text).is_empty());
    }
}
