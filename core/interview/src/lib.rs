//! The interview model, and the parser that makes it from YAML.
