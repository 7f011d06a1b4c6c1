//! Fills in letters that are plain text, in which variables stand in braces: `Dear {client.name},`.

use affiant_plugin::assembly::{Assembly, Document, Job};
use affiant_plugin::{Failure, Value, answers, templates};

const PLAIN: &str = "text/plain";

struct Letters;

impl Assembly for Letters {
    fn templates() -> Vec<String> {
        vec![PLAIN.to_owned()]
    }

    fn variables(template: &str) -> Result<Vec<String>, Failure> {
        let text = read(template)?;
        Ok(parts(&text).filter_map(|(_, variable)| variable).map(str::to_owned).collect())
    }

    fn assemble(job: Job) -> Result<Document, Failure> {
        let text = read(&job.template)?;
        let mut letter = String::new();
        for (before, variable) in parts(&text) {
            letter.push_str(before);
            if let Some(variable) = variable {
                letter.push_str(&shown(answers::get(variable)?));
            }
        }
        let (name, media_type) = ("letter.txt".to_owned(), PLAIN.to_owned());
        Ok(Document { name, media_type, content: letter.into_bytes() })
    }
}

affiant_plugin::export!(assembly: Letters);

fn read(template: &str) -> Result<String, Failure> {
    String::from_utf8(templates::read(template)?).map_err(|_| "the template is no text".into())
}

/// A text in parts: what stands before a variable, and the variable.
fn parts(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    text.split('}').map(|part| match part.split_once('{') {
        Some((before, variable)) => (before, Some(variable.trim())),
        None => (part, None),
    })
}

/// An answer as it stands in a letter.
fn shown(value: Value) -> String {
    match value {
        Value::Text(it) => it,
        Value::Int(it) => it.to_string(),
        Value::Decimal(it) => it.to_string(),
        Value::Date(it) => it.to_string(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_stand_in_braces() {
        let found: Vec<_> = parts("Dear { name },\nyou owe {sum}.").collect();
        let last = (".", None);
        assert_eq!(found, [("Dear ", Some("name")), (",\nyou owe ", Some("sum")), last]);
    }
}
