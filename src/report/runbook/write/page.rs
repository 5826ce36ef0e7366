//! The page that the parts of a runbook are written on: headings, boxes to tick, sources.

use super::super::markup::Markup;
use super::super::step_findings::StepFinding;
use crate::report::text::width;
use crate::wording::{count, joined};

/// How wide plain text is.
const COLUMNS: usize = 80;

/// A page in the making.
pub(super) struct Page {
    pub(super) markup: Markup,
    pub(super) out: String,
    /// Whether a step has findings.
    pub(super) has_marks: bool,
    /// The addresses that were cited, in the order of their numbers.
    pub(super) cited: Vec<&'static str>,
}

impl Page {
    pub(super) fn new(markup: Markup) -> Self {
        Page { markup, out: String::new(), has_marks: false, cited: Vec::new() }
    }

    /// The heading of a part.
    pub(super) fn part(&mut self, title: &str) {
        let sign = if self.markup == Markup::Markdown { "## " } else { "" };
        self.out.push_str(&format!("\n{sign}{title}\n"));
    }

    /// A heading inside a part.
    pub(super) fn heading(&mut self, title: &str) {
        let sign = if self.markup == Markup::Markdown { "### " } else { "" };
        self.out.push_str(&format!("\n{sign}{title}\n"));
    }

    /// A paragraph.
    pub(super) fn line(&mut self, text: &str) {
        self.wrapped("", text);
    }

    /// A paragraph before a list.
    pub(super) fn intro(&mut self, text: &str) {
        self.wrapped("", text);
        self.out.push('\n');
    }

    /// Something to do, with a box to tick.
    pub(super) fn step(&mut self, text: &str) {
        self.wrapped("- [ ] ", text);
    }

    /// Something to do that findings are about.
    pub(super) fn marked_step<'a>(
        &mut self,
        text: &str,
        findings: impl IntoIterator<Item = &'a StepFinding>,
    ) {
        let marks = self.marks(findings);
        self.step(&format!("{text}{marks}"));
    }

    /// Something to know.
    pub(super) fn point(&mut self, text: &str) {
        self.wrapped("- ", text);
    }

    /// Something to know about the step above.
    pub(super) fn detail(&mut self, text: &str) {
        self.wrapped("  - ", text);
    }

    /// A command to run, with a box to tick. Commands are never broken: people copy them.
    pub(super) fn command(&mut self, what: &str, command: &str) {
        match self.markup {
            Markup::Markdown => {
                let code = self.markup.code(command);
                self.step(&format!("{what}: {code}"));
            }
            Markup::Plain => {
                self.step(&format!("{what}:"));
                self.out.push_str(&format!("      {}\n", self.markup.code(command)));
            }
        }
    }

    /// A reference to a source, to be put behind a sentence.
    pub(super) fn cite(&mut self, url: &'static str) -> String {
        let at = self.cited.iter().position(|cited| *cited == url).unwrap_or_else(|| {
            self.cited.push(url);
            self.cited.len() - 1
        });
        match self.markup {
            Markup::Markdown => format!(" [[{}]]({url})", at + 1),
            Markup::Plain => format!(" [{}]", at + 1),
        }
    }

    fn marks<'a>(&mut self, findings: impl IntoIterator<Item = &'a StepFinding>) -> String {
        let markup = self.markup;
        let one = |mark: &StepFinding| format!("{} {}", mark.severity, markup.code(mark.rule));
        let marks: Vec<String> = findings.into_iter().map(one).collect();
        self.has_marks |= !marks.is_empty();
        if marks.is_empty() { String::new() } else { format!(" ({})", marks.join(", ")) }
    }

    /// The first names, and how many more there are of `what`.
    pub(super) fn names<'a>(
        &self,
        names: impl ExactSizeIterator<Item = &'a str>,
        most: usize,
        what: &str,
    ) -> String {
        let more = names.len().saturating_sub(most);
        let mut shown: Vec<String> = names.take(most).map(|name| self.markup.name(name)).collect();
        if more > 0 {
            shown.push(count(more, &format!("more {what}")));
        }
        joined(&shown, "and")
    }

    /// Markdown has a paragraph on one line. Plain text is broken at blanks, and later lines are indented.
    fn wrapped(&mut self, start: &str, text: &str) {
        if self.markup == Markup::Markdown {
            self.out.push_str(&format!("{start}{text}\n"));
            return;
        }
        let indent = " ".repeat(start.len());
        let mut column = start.len();
        self.out.push_str(start);
        for (index, word) in text.split(' ').enumerate() {
            let columns = width(word);
            if index > 0 && column + 1 + columns > COLUMNS {
                self.out.push_str(&format!("\n{indent}"));
                column = indent.len();
            } else if index > 0 {
                self.out.push(' ');
                column += 1;
            }
            self.out.push_str(word);
            column += columns;
        }
        self.out.push('\n');
    }
}

/// `1 flow that` or `3 flows that`, for sentences.
pub(super) fn verb<'a>(number: usize, one: &'a str, many: &'a str) -> &'a str {
    if number == 1 { one } else { many }
}
