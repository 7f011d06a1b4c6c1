//! Answers as inputs show them.

use affiant_guest::{FileReference, Value as Answer};
use jiff::civil::Date;
use minijinja::{Value, context};

/// A value as a text box shows it.
pub(crate) fn plain(value: &Answer) -> String {
    match value {
        Answer::Text(it) => it.clone(),
        Answer::Int(it) => it.to_string(),
        Answer::Decimal(it) => it.to_string(),
        Answer::Float(it) => it.to_string(),
        Answer::Bool(it) => it.to_string(),
        Answer::Date(it) => it.to_string(),
        Answer::Time(it) => it.strftime("%H:%M").to_string(),
        Answer::DateTime(it) => it.strftime("%Y-%m-%dT%H:%M").to_string(),
        Answer::Alias(it) => it.to_string(),
        Answer::Null
        | Answer::Empty
        | Answer::Markup(_)
        | Answer::List(_)
        | Answer::Dict(_)
        | Answer::Object(_)
        | Answer::File(_) => String::new(),
    }
}

/// What a plugin says as one line of at most so many characters.
pub(crate) fn one_line(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().filter(|it| !it.is_control()).take(most).collect()
}

/// A day taken apart for three boxes.
pub(crate) struct DateParts(Date);

impl DateParts {
    /// The part called `day`, `month` or `year`.
    pub(crate) fn part(&self, name: &str) -> String {
        match name {
            "day" => self.0.day().to_string(),
            "month" => self.0.month().to_string(),
            _ => self.0.year().to_string(),
        }
    }
}

/// The day that a value is or names.
pub(crate) fn date_parts(value: Option<&Answer>) -> Option<DateParts> {
    match value? {
        Answer::Date(date) => Some(DateParts(*date)),
        Answer::DateTime(it) => Some(DateParts(it.date())),
        Answer::Text(text) => text.trim().parse().ok().map(DateParts),
        _ => None,
    }
}

/// The files that a value holds.
pub(crate) fn files(value: Option<&Answer>) -> Vec<Value> {
    let one = |it: &FileReference| context! { id => it.id.as_str(), name => it.name.as_str(), size => size(it.length) };
    match value {
        Some(Answer::File(file)) => vec![one(file)],
        Some(Answer::List(all)) => {
            let files = all.iter().filter_map(|it| match it {
                Answer::File(file) => Some(one(file)),
                _ => None,
            });
            files.collect()
        }
        _ => Vec::new(),
    }
}

/// A length in bytes as people read it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn what_a_plugin_says_is_one_line_of_bounded_length() {
        assert_eq!(one_line(" a\n\u{7}b\tc ", 5), "a b c");
        assert_eq!(one_line(" AZ\n 12\u{7} ", 5), "AZ 12");
        assert_eq!(one_line(&"é".repeat(6), 5).chars().count(), 5);
    }
}
