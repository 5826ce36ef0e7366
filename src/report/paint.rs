//! Colours, links and line breaks in reports for people.

use anstyle::AnsiColor;
pub(crate) use anstyle::Style as Ink;

use super::text::NO_BREAK;
use crate::finding::Severity;

/// For line numbers, arrows and secondary labels.
pub(crate) const GUTTER: Ink = AnsiColor::Blue.on_default();
/// For important text.
pub(crate) const BOLD: Ink = Ink::new().bold();
pub(crate) const RED: Ink = AnsiColor::Red.on_default().bold();
pub(crate) const YELLOW: Ink = AnsiColor::Yellow.on_default().bold();
pub(crate) const CYAN: Ink = AnsiColor::Cyan.on_default().bold();

/// The colour of a severity.
pub(crate) fn color(severity: Severity) -> Ink {
    match severity {
        Severity::Error => RED,
        Severity::Warning => YELLOW,
        Severity::Info => CYAN,
    }
}

/// What the terminal or file supports.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint {
    pub(crate) color: bool,
    pub(crate) links: bool,
    pub(crate) width: usize,
}

impl Paint {
    /// The text in a style, if colours are used.
    pub(crate) fn with(self, ink: Ink, text: &str) -> String {
        if self.color && !text.is_empty() { format!("{ink}{text}{ink:#}") } else { text.to_owned() }
    }

    /// The text as a link (OSC 8), if the terminal supports links and there is an address.
    pub(crate) fn link(self, address: Option<&str>, text: &str) -> String {
        match address.filter(|_| self.links) {
            Some(address) => format!("\u{1b}]8;;{address}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\"),
            None => text.to_owned(),
        }
    }
}

/// Wraps a text at its spaces. The first line already contains `taken` columns. Words are not broken, not even at hyphens,
/// so that names can be copied. A [`NO_BREAK`] becomes a space.
pub(crate) fn wrapped(text: &str, width: usize, taken: usize) -> Vec<String> {
    let before = "x".repeat(taken);
    let options = textwrap::Options::new(width)
        .break_words(false)
        .initial_indent(&before)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let lines = textwrap::wrap(text, options).into_iter();
    let mut lines: Vec<String> = lines.map(|line| line.replace(NO_BREAK, " ")).collect();
    if let Some(first) = lines.first_mut() {
        *first = first.strip_prefix(&before).unwrap_or_default().to_owned();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_at_spaces_after_the_taken_columns() {
        assert_eq!(wrapped("one two-three four", 10, 6), ["one", "two-three", "four"]);
        assert_eq!(wrapped("毎日の 売上報告", 8, 0), ["毎日の", "売上報告"]);
        assert_eq!(wrapped("", 8, 3), [""]);
    }

    #[test]
    fn plain_output_has_no_escapes() {
        let plain = Paint { color: false, links: false, width: 80 };
        assert_eq!(plain.with(RED, &plain.link(Some("https://x"), "x")), "x");
        let all = Paint { color: true, links: true, ..plain };
        assert_eq!(all.with(BOLD, "x"), "\u{1b}[1mx\u{1b}[0m");
        assert_eq!(all.link(Some("https://x"), "x"), "\u{1b}]8;;https://x\u{1b}\\x\u{1b}]8;;\u{1b}\\");
        assert_eq!(all.link(None, "x"), "x");
    }
}
