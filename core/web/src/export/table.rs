//! Tables for spreadsheets (RFC 4180), which must not take an answer for a formula.

use csv::{QuoteStyle, Terminator, WriterBuilder};

use crate::error::{WebError, internal};

/// Lines with a cell in quotes for each text.
pub(super) fn table(rows: &[Vec<String>]) -> Result<String, WebError> {
    let mut to = WriterBuilder::new()
        .quote_style(QuoteStyle::Always)
        .terminator(Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        to.write_record(row.iter().map(|it| cell(it))).map_err(internal)?;
    }
    let bytes = to.into_inner().map_err(|it| internal(it.into_error()))?;
    String::from_utf8(bytes).map_err(internal)
}

/// What spreadsheets would calculate gets an apostrophe in front.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if is_formula { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn a_cell_is_text_whatever_is_in_it() {
        let cases = [
            ("Ada", "\"Ada\""),
            ("say \"hi\", please", "\"say \"\"hi\"\", please\""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\tx", "\"'\tx\""),
            ("two\nlines", "\"two\nlines\""),
            ("", "\"\""),
        ];
        for (text, cell) in cases {
            let table = table(&[vec![text.to_owned()]]).unwrap();
            assert_eq!(table, format!("{cell}\r\n"));
        }
    }
}
