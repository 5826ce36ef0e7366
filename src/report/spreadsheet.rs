//! CSV for spreadsheets.
//!
//! Excel and others take a cell for a formula if it begins with `=`, `+`, `-` or `@`, also in quotes, and a formula can
//! send what is in the sheet elsewhere. So an apostrophe precedes such a cell, as in
//! <https://owasp.org/www-community/attacks/CSV_Injection>. Where the locale has another separator, a cell begins there,
//! too: a name may hold a semicolon.

use super::text::clean;

/// What begins a formula, in both widths.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}'];

/// Separators of some locale or export. A comma is in none: cells with one are in quotes.
const SEPARATORS: [char; 2] = [';', '|'];

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
    let text = clean(text);
    let mut out = String::with_capacity(text.len() + 1);
    let mut begins = true;
    for character in text.chars() {
        if begins && FORMULA.contains(&character) {
            out.push('\'');
        }
        out.push(character);
        // A formula may follow blanks and quotes.
        begins = SEPARATORS.contains(&character) || begins && (character.is_whitespace() || character == '"');
    }
    out
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
            ("x?sig=abc", "x?sig=***"),
        ] {
            assert_eq!(cell(name), expected, "{name}");
        }
    }
}
