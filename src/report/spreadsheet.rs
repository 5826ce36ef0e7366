//! CSV for spreadsheets.

use super::text::clean;
use crate::characters::without_formulas;

/// Rows as CSV, with a header. No cell shows a secret, acts on a terminal, or is a formula.
pub(crate) fn csv<const N: usize>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> Result<String, csv::Error> {
    csv_rows(&header, rows)
}

/// Like [`csv`], for tables whose number of columns is known only at run time.
pub(crate) fn csv_rows(
    header: &[&str],
    rows: impl IntoIterator<Item = impl IntoIterator<Item = String>>,
) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(row.into_iter().map(|text| cell(&text)))?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A text as a cell.
fn cell(text: &str) -> String {
    without_formulas(&clean(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (name, expected) in [
            ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"),
            ("-1+1|cmd", "'-1+1|cmd"),
            ("+1", "'+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", " '=1"),
            ("\u{FF1D}1", "'\u{FF1D}1"),
            ("a;=1", "a;'=1"),
            ("a; \"=1", "a; \"'=1"),
            ("a = b - c, d@e", "a = b - c, d@e"),
            ("\r\n=1", "\\u{d}\\u{a}=1"),
            ("\u{200D}=1", "\u{200D}'=1"),
            ("a;\u{FE0F} \u{200C}@x", "a;\u{FE0F} \u{200C}'@x"),
            ("\u{200B}=1", "\\u{200b}=1"),
            ("x?sig=abc", "x?sig=***"),
        ] {
            assert_eq!(cell(name), expected, "{name}");
        }
    }
}
