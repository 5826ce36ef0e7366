//! How the runbook writes names, as Markdown and as plain text.

use crate::report::text::{clean, markdown, words_and_names};

/// The format of a runbook for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Markup {
    Markdown,
    Plain,
}

impl Markup {
    /// A name that people gave.
    pub(super) fn name(self, name: &str) -> String {
        let name = clean(name.trim());
        let name = if name.is_empty() { "(no name)" } else { &name };
        match self {
            Markup::Plain => format!("\"{name}\""),
            Markup::Markdown => format!("**{}**", markdown(name)),
        }
    }

    /// A command in a sentence.
    pub(super) fn command(self, command: &str) -> String {
        match self {
            Markup::Plain => format!("\"{command}\""),
            Markup::Markdown => self.code(command),
        }
    }

    /// A name that programs use, or a command on a line of its own.
    pub(super) fn code(self, name: &str) -> String {
        let name = clean(name);
        if self == Markup::Plain {
            return name;
        }
        // A fence that is longer than any sequence of backticks inside.
        let longest = name.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest + 1);
        let is_edge = |c: char| c == '`' || c == ' ';
        let pad =
            if name.is_empty() || name.starts_with(is_edge) || name.ends_with(is_edge) { " " } else { "" };
        format!("{fence}{pad}{name}{pad}{fence}")
    }

    /// A text that may hold names, without markup of its own.
    pub(super) fn text(self, text: &str) -> String {
        match self {
            Markup::Plain => clean(text),
            Markup::Markdown => markdown(&clean(text)),
        }
    }

    /// A message with names in backticks.
    pub(super) fn message(self, message: &str) -> String {
        let message = clean(message);
        let Some(parts) = words_and_names(&message) else { return self.text(&message) };
        let part = |(index, part): (usize, &&str)| match index % 2 {
            0 => self.text(part),
            _ => self.name(part),
        };
        parts.iter().enumerate().map(part).collect()
    }

    /// A label that the designer or another site shows.
    pub(super) fn label(self, label: &str) -> String {
        match self {
            Markup::Plain => format!("\"{label}\""),
            Markup::Markdown => format!("*{label}*"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out_of_markdown() {
        assert_eq!(
            Markup::Markdown.name("[a](b) | `c` *d* $e$ <f> @g"),
            "**&#91;a&#93;(b) | &#96;c&#96; &#42;d&#42; &#36;<wbr>e&#36; &#60;f&#62; &#64;<wbr>g**"
        );
        assert_eq!(Markup::Markdown.name(" a "), "**a**");
        assert_eq!(Markup::Markdown.name(""), "**(no name)**");
        assert_eq!(Markup::Markdown.code("plain_name"), "`plain_name`");
        assert_eq!(Markup::Markdown.code("a``b`"), "``` a``b` ```");
        assert_eq!(Markup::Markdown.code("a`b"), "``a`b``");
        assert_eq!(Markup::Markdown.code(""), "`  `");
        assert_eq!(Markup::Markdown.text("a > *b*"), "a &#62; &#42;b&#42;");
        assert_eq!(Markup::Plain.code("a`b|\u{1b}"), "a`b|\\u{1b}");
        assert_eq!(Markup::Plain.name("x?sig=abc"), "\"x?sig=***\"");
    }
}
