//! The explanation for people.

use std::fmt::Write as _;

use super::{Explanation, rules_for, telling};
use crate::errors::{Found, PlatformError};
use crate::report::count;
use crate::report::human::Style;
use crate::report::text::clean;
use crate::rules::{DefaultState, Entry, Meta, body};

/// A rule's page.
pub(crate) fn rule_text(entry: &Entry) -> String {
    let Meta { id, category, severity, confidence, codes, since, default, .. } = &entry.meta;
    let off = if *default == DefaultState::Off { ", off by default" } else { "" };
    let mut out =
        format!("{category}/{id}: {}{off}, {}, since {since}\n", severity.as_str(), confidence.as_str());
    if !codes.is_empty() {
        let _ = writeln!(out, "prevents: {}", codes.join(", "));
    }
    let _ = write!(out, "\n{}", body(entry.rule.page));
    out
}

/// The errors of a message, each with what it means and what to do.
pub(crate) fn text(explanation: &Explanation<'_>, style: Style) -> String {
    let (telling, wrappers) = telling(explanation.search);
    let mut page = Page { out: String::new(), width: style.width };
    for (number, found) in telling.iter().enumerate() {
        if number > 0 {
            page.rule();
        }
        page.error(found, explanation.search.found.len() > 1);
    }
    page.wrapped_in(&wrappers);
    page.unknown(&explanation.search.unknown);
    page.out
}

/// A text that is filled to a width.
struct Page {
    out: String,
    width: usize,
}

/// How far lists are indented.
const INDENT: &str = "  ";

impl Page {
    fn error(&mut self, found: &Found, tells_how_often: bool) {
        let PlatformError { meaning, causes, remedy, source, not_in_package, .. } = found.error;
        self.line(&title(found, tells_how_often));
        self.paragraph("", meaning);
        if !causes.is_empty() {
            self.heading("usual causes");
            causes.iter().for_each(|cause| self.item("- ", cause));
        }
        self.heading("what to do");
        self.filled(INDENT, INDENT, remedy);
        let rules: Vec<&Entry> = rules_for(found.error).collect();
        self.rules(&rules, not_in_package.as_deref());
        self.out.push('\n');
        self.filled("source: ", "        ", source);
    }

    /// The rules that find the cause, and what they cannot know.
    fn rules(&mut self, rules: &[&Entry], not_in_package: Option<&str>) {
        if !rules.is_empty() {
            self.heading("rules that find its cause before import");
            for entry in rules {
                self.item("", &format!("{}: {}", entry.meta.id, entry.meta.summary));
            }
        }
        match (rules.is_empty(), not_in_package) {
            (true, Some(reason)) => self.paragraph("no rule finds its cause: ", reason),
            (false, Some(reason)) => self.paragraph("they do not find every cause: ", reason),
            (true, None) => self.paragraph("", "no rule looks for its cause."),
            (false, None) => {}
        }
    }

    /// Names what stands around the errors, and says nothing else.
    fn wrapped_in(&mut self, wrappers: &[&Found]) {
        if wrappers.is_empty() {
            return;
        }
        let names: Vec<String> = wrappers.iter().map(|found| title(found, false)).collect();
        let verb = if names.len() == 1 { "only says" } else { "only say" };
        self.paragraph("", &format!("around it: {}, which {verb} that something failed", names.join(", ")));
    }

    fn unknown(&mut self, codes: &[String]) {
        if codes.is_empty() {
            return;
        }
        let codes: Vec<String> = codes.iter().map(|code| format!("`{}`", clean(code))).collect();
        let what = if codes.len() == 1 { "this code" } else { "these codes" };
        self.paragraph("", &format!("flowvet does not know {what} of the message: {}", codes.join(", ")));
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// Between two errors.
    fn rule(&mut self) {
        let _ = write!(self.out, "\n{}\n\n", "-".repeat(self.width.min(20)));
    }

    fn heading(&mut self, text: &str) {
        let _ = write!(self.out, "\n{text}\n");
    }

    fn paragraph(&mut self, before: &str, text: &str) {
        self.out.push('\n');
        self.filled(before, "", text);
    }

    fn item(&mut self, mark: &str, text: &str) {
        self.filled(&format!("{INDENT}{mark}"), &format!("{INDENT}  "), text);
    }

    fn filled(&mut self, first: &str, other: &str, text: &str) {
        // Names are not broken at their hyphens: people copy them.
        let options = textwrap::Options::new(self.width)
            .initial_indent(first)
            .subsequent_indent(other)
            .break_words(false)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        self.line(&textwrap::fill(text.trim(), options));
    }
}

/// `ChildFlowNeverPublished (3 times)`.
fn title(found: &Found, tells_how_often: bool) -> String {
    let PlatformError { code, also, .. } = found.error;
    let number = also.iter().find(|code| code.starts_with("0x"));
    let number = number.map(|number| format!(" ({number})")).unwrap_or_default();
    let times = match found.times {
        1 if tells_how_often => ", once".to_owned(),
        1 => String::new(),
        times => format!(", {}", count(times, "time")),
    };
    format!("{code}{number}{times}")
}
