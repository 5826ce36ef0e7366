//! The explanation for people.

use std::fmt::Write as _;

use super::named::{self, Named};
use super::{About, Explanation, rules_for, without_wrappers};
use crate::errors::{Found, PlatformError, Search};
use crate::model::step_title;
use crate::report::count;
use crate::report::human;
use crate::report::layout::Style;
use crate::report::text::clean;
use crate::rules::{self, DefaultState, Rule};
use crate::wording::first;

/// A rule's page.
pub(crate) fn rule_text(rule: &Rule) -> String {
    let rules::Page { id, category, severity, confidence, codes, since, default, body, .. } = rule.page;
    let off = if default == DefaultState::Off { ", off by default" } else { "" };
    let mut out =
        format!("{category}/{id}: {}{off}, {}, since {since}\n", severity.as_str(), confidence.as_str());
    if !codes.is_empty() {
        let _ = writeln!(out, "prevents: {}", codes.join(", "));
    }
    let _ = write!(out, "\n{body}");
    out
}

/// The errors of a message, with their meaning and what to do, and the mentioned parts of the packages.
pub(crate) fn text(explanation: &Explanation<'_>, style: Style) -> String {
    let (telling, wrappers) = without_wrappers(explanation.search);
    let mut page = Page { out: String::new(), style };
    let tells_how_often = telling.len() > 1;
    let is_unknown = telling.iter().all(|found| found.error.wrapper);
    if is_unknown {
        page.unknown(explanation.search);
    }
    if let Some(about) = &explanation.about {
        page.about(about, explanation.search, &telling, tells_how_often);
    } else {
        if !page.out.is_empty() {
            page.out.push('\n');
        }
        for (number, found) in telling.iter().enumerate() {
            if number > 0 {
                page.rule();
            }
            page.error(found, tells_how_often);
        }
    }
    page.wrapped_in(&wrappers);
    if !is_unknown {
        page.unknown(explanation.search);
    }
    page.out.trim_start_matches('\n').to_owned()
}

/// A text that is filled to a width.
struct Page {
    out: String,
    style: Style,
}

/// The indentation of lists.
const INDENT: &str = "  ";

impl Page {
    /// What happened, the mentioned parts of the packages, and what to do: the order that helps after a failed import.
    fn about(&mut self, about: &About<'_>, search: &Search, telling: &[&Found], tells_how_often: bool) {
        for (number, found) in telling.iter().enumerate() {
            if number > 0 || !self.out.is_empty() {
                self.out.push('\n');
            }
            self.line(&title(found, tells_how_often));
            self.filled(INDENT, INDENT, &found.error.meaning);
        }
        let named = named::all(about, search);
        self.named(about, &named);
        self.findings(about, telling);
        if !telling.is_empty() || named.iter().any(|one| one.next.is_some()) {
            self.heading("what to do");
        }
        for next in named.iter().filter_map(|one| one.next.as_deref()) {
            self.item("- ", &clean(next));
        }
        for found in telling {
            let code = if telling.len() > 1 { format!("{}: ", found.error.code) } else { String::new() };
            self.item("- ", &format!("{code}{}", found.error.remedy));
        }
        if !telling.is_empty() {
            let commands: Vec<String> =
                telling.iter().map(|found| format!("`flowvet explain {}`", found.error.code)).collect();
            self.paragraph("", &format!("usual causes, rules and sources: {}", commands.join(", ")));
        }
    }

    /// The parts of the packages that the message mentions, each with its text.
    fn named(&mut self, about: &About<'_>, named: &[Named<'_>]) {
        if named.is_empty() {
            self.paragraph("", "the message does not mention any part of the packages.");
            return;
        }
        self.heading("the message mentions");
        for one in named {
            // Steps as the designer names them.
            let name = if one.path.is_empty() { one.name.clone() } else { step_title(&one.name) };
            let title = clean(&format!("{} `{name}`: {}", one.kind, one.facts.join("; ")));
            match &one.place {
                Some(place) => self.out.push_str(&human::render_place(
                    &about.analysis.sources,
                    place,
                    &title,
                    self.style,
                )),
                None => self.item("- ", &title),
            }
        }
    }

    /// The findings of the rules about the causes.
    fn findings(&mut self, about: &About<'_>, telling: &[&Found]) {
        let is_unknown = telling.iter().all(|found| found.error.wrapper);
        let all = || telling.iter().flat_map(|found| rules_for(found.error));
        // Rules about two versions do not run on packages of one.
        let (has_rules, compares) = (all().any(|rule| !rule.compares()), all().any(Rule::compares));
        if !about.findings.is_empty() {
            let which = if is_unknown { "rules about turning flows on" } else { "rules about this error" };
            self.heading(&format!("findings of {which}"));
            self.out.push('\n');
            for (number, finding) in about.findings.iter().enumerate() {
                self.out.push_str(if number > 0 { "\n" } else { "" });
                self.out.push_str(&human::render_finding(about.analysis, finding, self.style));
            }
        } else if has_rules && about.elsewhere == 0 {
            self.paragraph("", "the rules about this error found nothing in the packages.");
        }
        if compares && about.findings.is_empty() {
            self.paragraph(
                "",
                "some causes show only when two versions are compared: `flowvet compare OLD NEW` looks for them.",
            );
        }
        for reason in telling.iter().filter_map(|found| found.error.not_in_package.as_deref()) {
            self.paragraph("a package does not show everything: ", reason);
        }
        if about.elsewhere > 0 {
            let found = count(about.elsewhere, "more finding");
            let which = if is_unknown { "with severity info" } else { "in other parts" };
            self.paragraph("", &format!("these rules have {found} {which}: `flowvet check` shows them."));
        }
    }

    fn error(&mut self, found: &Found, tells_how_often: bool) {
        let PlatformError { meaning, causes, remedy, source, not_in_package, .. } = found.error;
        self.line(&title(found, tells_how_often));
        if let Some(names) = names(found) {
            self.filled(INDENT, INDENT, &names);
        }
        self.paragraph("", meaning);
        if !causes.is_empty() {
            self.heading("usual causes");
            causes.iter().for_each(|cause| self.item("- ", cause));
        }
        self.heading("what to do");
        self.filled(INDENT, INDENT, remedy);
        let rules: Vec<&Rule> = rules_for(found.error).collect();
        self.rules(&rules, not_in_package.as_deref());
        self.out.push('\n');
        self.filled("source: ", "        ", source);
    }

    /// The rules that find the cause, and the limits of a package.
    fn rules(&mut self, rules: &[&Rule], not_in_package: Option<&str>) {
        if !rules.is_empty() {
            self.heading("rules that find its cause before import");
            for rule in rules {
                self.item("", &format!("{}: {}", rule.page.id, rule.page.summary));
            }
        }
        match (rules.is_empty(), not_in_package) {
            (true, Some(reason)) => self.paragraph("no rule finds its cause: ", reason),
            (false, Some(reason)) => self.paragraph("they do not find every cause: ", reason),
            (true, None) => self.paragraph("", "there is no rule for its cause."),
            (false, None) => {}
        }
    }

    /// Lists the errors that only wrap the others.
    fn wrapped_in(&mut self, wrappers: &[&Found]) {
        if wrappers.is_empty() {
            return;
        }
        let names: Vec<String> =
            wrappers.iter().map(|found| times(found.error.code.clone(), found.times)).collect();
        let verb = if names.len() == 1 { "only says" } else { "only say" };
        self.paragraph("", &format!("around it: {}, which {verb} that something failed", names.join(", ")));
    }

    /// The unknown parts of the message: its codes, or the text inside a wrapper.
    fn unknown(&mut self, search: &Search) {
        let codes = &search.unknown;
        if codes.is_empty() {
            if let Some(inner) = &search.inner {
                self.paragraph("", &format!("flowvet does not know the text inside: \"{}\"", clean(inner)));
            }
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

    /// A line between two errors.
    fn rule(&mut self) {
        let _ = write!(self.out, "\n{}\n\n", "-".repeat(self.style.width.min(20)));
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
        let options = textwrap::Options::new(self.style.width)
            .initial_indent(first)
            .subsequent_indent(other)
            .break_words(false)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        self.line(&textwrap::fill(text.trim(), options));
    }
}

/// `ChildFlowNeverPublished, 3 times`.
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

/// The names in the messages of an error that was found several times.
fn names(found: &Found) -> Option<String> {
    const MOST: usize = 10;
    if found.times < 2 || found.names.is_empty() {
        return None;
    }
    let shown = first(MOST, &found.names, |name| format!("`{}`", clean(name)));
    let each = if found.names.len() == 1 { "each time for" } else { "for" };
    Some(format!("{each} {shown}"))
}

/// `flow-client-error (3 times)`.
fn times(code: String, times: usize) -> String {
    if times == 1 { code } else { format!("{code} ({})", count(times, "time")) }
}
