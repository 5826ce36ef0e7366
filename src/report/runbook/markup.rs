//! How names are written in Markdown and in plain text, so that none is taken for markup.

pub(super) use crate::report::text::clean;

/// How names and steps are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Markup {
    Markdown,
    Plain,
}

impl Markup {
    /// A name that people gave: bold, with every sign escaped that Markdown would take for its own.
    pub(super) fn name(self, name: &str) -> String {
        let name = clean(name);
        match self {
            Markup::Plain => name,
            Markup::Markdown => format!("**{}**", escaped(&name)),
        }
    }

    /// A name that programs use, or a step: code. A fence longer than any inside keeps backticks what they are.
    pub(super) fn code(self, name: &str) -> String {
        let name = clean(name);
        if self == Markup::Plain {
            return name;
        }
        let longest = name.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest + 1);
        let pad = if name.starts_with('`') || name.ends_with('`') { " " } else { "" };
        format!("{fence}{pad}{name}{pad}{fence}")
    }

    pub(super) fn codes<'a>(self, names: impl IntoIterator<Item = &'a str>) -> String {
        let names: Vec<String> = names.into_iter().map(|name| self.code(name)).collect();
        names.join(", ")
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\`*_{}[]<>()#+!|~&".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out_of_markdown() {
        assert_eq!(Markup::Markdown.name("[a](b) | `c` *d*"), r"**\[a\]\(b\) \| \`c\` \*d\***");
        assert_eq!(Markup::Markdown.code("plain_name"), "`plain_name`");
        assert_eq!(Markup::Markdown.code("a``b`"), "``` a``b` ```");
        assert_eq!(Markup::Markdown.code("a`b"), "``a`b``");
        assert_eq!(Markup::Plain.code("a`b|\u{1b}"), "a`b|\\u{1b}");
        assert_eq!(Markup::Plain.name("x?sig=abc"), "x?sig=***");
    }
}
