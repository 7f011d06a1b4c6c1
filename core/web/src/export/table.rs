//! Tables for spreadsheets (RFC 4180), which must not take an answer for a formula.

/// Lines with a cell for each text.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row.iter().map(|it| cell(it)).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

/// A cell in quotes. What spreadsheets would calculate gets an apostrophe in front.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let apostrophe = if is_formula { "'" } else { "" };
    format!("\"{apostrophe}{}\"", text.replace('"', "\"\""))
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
            assert_eq!(table(&[vec![text.to_owned()]]), format!("{cell}\r\n"));
        }
    }
}
