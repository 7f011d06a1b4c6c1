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
        Ok(parts(&text).into_iter().filter_map(|(_, it)| it).map(str::to_owned).collect())
    }

    fn assemble(job: Job) -> Result<Document, Failure> {
        if job.media_type != PLAIN {
            return Err("only plain text is made".into());
        }
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

/// A text in parts: what stands before a variable, and the variable. Braces round anything else stay.
fn parts(text: &str) -> Vec<(&str, Option<&str>)> {
    let is_part = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '.');
    let (mut parts, mut from) = (Vec::new(), 0);
    for (open, _) in text.match_indices('{') {
        let Some((inside, _)) = text[open + 1..].split_once('}') else { break };
        let variable = inside.trim();
        let begins = variable.starts_with(|it: char| it.is_ascii_alphabetic());
        if begins && variable.chars().all(is_part) && !variable.ends_with('.') {
            parts.push((&text[from..open], Some(variable)));
            from = open + inside.len() + 2;
        }
    }
    parts.push((&text[from..], None));
    parts
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
        let found = parts("Dear { name },\nyou owe {sum} {so it is}.");
        let last = (" {so it is}.", None);
        assert_eq!(found, [("Dear ", Some("name")), (",\nyou owe ", Some("sum")), last]);
        assert_eq!(parts("{"), [("{", None)]);
    }
}
