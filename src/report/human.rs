//! The report for people: findings become diagnostics of miette here and nowhere else.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters, ThemeStyles,
};

use super::Report;
use super::excerpt::{Excerpt, Highlight};
use super::text::clean;
use super::verdict;
use crate::analysis::Analysis;
use crate::finding::{Finding, Label, Severity};
use crate::source::{Place, Sources, Span, TextError};
use crate::wording::first;

/// How a report is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// With colour.
    pub color: bool,
    /// With box-drawing characters, for somebody at a terminal; plain ASCII otherwise.
    pub unicode: bool,
    /// Columns.
    pub width: usize,
    /// Whether progress may be drawn on stderr.
    pub progress: bool,
}

/// The report of a check: every finding with its text, and a summary where it is wanted.
pub(crate) fn render(report: &Report<'_>, style: Style, with_summary: bool) -> String {
    let analysis = report.analysis;
    let mut out = String::new();
    for finding in report.findings {
        draw(&mut out, &Drawn::of(analysis, finding, style), style);
        out.push('\n');
    }
    if with_summary {
        out.push_str(&summary(report));
    }
    out
}

/// A file that cannot be used, with the text that is wrong.
pub(crate) fn render_error(error: &TextError, style: Style) -> String {
    let mut sources = Sources::default();
    let file = sources.add(error.text().clone());
    let label = Label { place: Place::span(file, error.span()), message: "here".to_owned() };
    let (excerpt, labels) = drawn_labels(&sources, &[&label], style);
    let drawn = Drawn {
        code: Some("error".to_owned()),
        message: wrapped(
            &format!("`{}` {}", error.text().name(), error.message()),
            style.width,
            MESSAGE_INDENT,
        ),
        help: error.help().map(|help| wrapped(help, style.width, HELP_INDENT)),
        severity: miette::Severity::Error,
        labels,
        excerpt,
        related: Vec::new(),
    };
    let mut out = String::new();
    draw(&mut out, &drawn, style);
    out
}

/// One finding with its text.
pub(crate) fn render_finding(analysis: &Analysis, finding: &Finding, style: Style) -> String {
    let mut out = String::new();
    draw(&mut out, &Drawn::of(analysis, finding, style), style);
    out
}

/// A place with something to say of it.
pub(crate) fn render_place(sources: &Sources, place: &Place, message: &str, style: Style) -> String {
    let label = Label { place: place.clone(), message: String::new() };
    let (excerpt, labels) = drawn_labels(sources, &[&label], style);
    let drawn = Drawn {
        code: None,
        message: wrapped(message, style.width, MESSAGE_INDENT),
        help: None,
        severity: miette::Severity::Advice,
        labels,
        excerpt,
        related: Vec::new(),
    };
    let mut out = String::new();
    draw(&mut out, &drawn, style);
    out
}

fn draw(out: &mut String, drawn: &Drawn, style: Style) {
    // Writing to a String cannot fail, and an excerpt holds every label it was made for.
    if handler(style).render_report(out, drawn).is_err() {
        out.push_str(&drawn.message);
    }
}

fn handler(style: Style) -> GraphicalReportHandler {
    let characters = if style.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
    let theme = GraphicalTheme {
        characters: ThemeCharacters { advice: "-".to_owned(), ..characters },
        styles: if style.color { ThemeStyles::ansi() } else { ThemeStyles::none() },
    };
    GraphicalReportHandler::new_themed(theme)
        .with_width(style.width)
        // miette would wrap the paths above nested snippets, which nobody could click or copy then. Messages and
        // helps are wrapped before it sees them.
        .with_wrap_lines(false)
        .with_context_lines(1)
        .with_links(false)
        .with_show_related_as_nested(true)
        .without_syntax_highlighting()
}

/// What was found and where, and what was passed over.
fn summary(report: &Report<'_>) -> String {
    let analysis = report.analysis;
    let mut out = report.summary() + "\n";
    if let Some(flows) = verdict::summary(report.verdicts) {
        out.push_str(&format!("on import: {flows}\n"));
    }
    if let Some(unchecked) = report.unchecked() {
        out.push_str(&format!("not checked: {unchecked}\n"));
    }
    if !analysis.skipped.is_empty() {
        let names = first(3, analysis.skipped.iter().map(|name| clean(name.as_str())));
        out.push_str(&format!("passed over, no solution that can be read: {names}\n"));
    }
    out
}

/// A finding as miette draws it.
#[derive(Debug)]
struct Drawn {
    code: Option<String>,
    message: String,
    help: Option<String>,
    severity: miette::Severity,
    labels: Vec<LabeledSpan>,
    excerpt: Option<Excerpt>,
    related: Vec<Drawn>,
}

impl Drawn {
    fn of(analysis: &Analysis, finding: &Finding, style: Style) -> Self {
        let severity = match finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        };
        let labels: Vec<&Label> = finding.labels.iter().collect();
        let (excerpt, labels) = drawn_labels(&analysis.sources, &labels, style);
        let width = style.width;
        Drawn {
            code: Some(header(finding)),
            message: wrapped(&finding.message, width, MESSAGE_INDENT),
            help: finding.help.as_deref().map(|help| wrapped(help, width, HELP_INDENT)),
            severity,
            labels,
            excerpt,
            related: finding.related.iter().map(|label| Drawn::of_related(analysis, label, style)).collect(),
        }
    }

    fn of_related(analysis: &Analysis, label: &Label, style: Style) -> Self {
        let bare = Label { place: label.place.clone(), message: String::new() };
        let nested = Style { width: style.width.saturating_sub(NESTED_INDENT), ..style };
        let (excerpt, labels) = drawn_labels(&analysis.sources, &[&bare], nested);
        Drawn {
            code: None,
            message: wrapped(&label.message, style.width, RELATED_INDENT),
            help: None,
            severity: miette::Severity::Advice,
            labels,
            excerpt,
            related: Vec::new(),
        }
    }
}

/// `error[child-flow-off]: ChildFlowNeverPublished`: severity, rule, and the platform errors it would cause.
fn header(finding: &Finding) -> String {
    let codes =
        if finding.codes.is_empty() { String::new() } else { format!(": {}", finding.codes.join(", ")) };
    format!("{}[{}]{codes}", finding.severity.as_str(), finding.rule)
}

/// The excerpt for labels of one file; none for a file without text. A long line is shown in part: of labels beyond that
/// their number is told.
fn drawn_labels(sources: &Sources, labels: &[&Label], style: Style) -> (Option<Excerpt>, Vec<LabeledSpan>) {
    let Some(first) = labels.first() else { return (None, Vec::new()) };
    let text = sources.get(first.place.file);
    if text.text().is_empty() {
        return (None, Vec::new());
    }
    let spans: Vec<Span> = labels.iter().map(|label| crate::parse::locate(sources, &label.place)).collect();
    let messages: Vec<String> = labels.iter().map(|label| clean(&label.message)).collect();
    // Only a terminal has an end on the right; in a log, the whole line is worth more.
    let said = |message: &String| if style.unicode { textwrap::core::display_width(message) } else { 0 };
    let mut marks: Vec<Highlight> = spans
        .iter()
        .zip(&messages)
        .map(|(span, message)| Highlight { span: *span, said: said(message) })
        .collect();
    let mut excerpt = Excerpt::new(text, &marks, style.width);
    if excerpt.hidden() > 0 {
        marks[0].said = said(&(messages[0].clone() + &and_more(excerpt.hidden())));
        excerpt = Excerpt::new(text, &marks, style.width);
    }
    let more = and_more(excerpt.hidden());
    let shown = messages.into_iter().zip(&excerpt.marks).enumerate().filter(|(at, _)| excerpt.in_sight[*at]);
    let drawn = shown.map(|(index, (message, mark))| {
        let span = (mark.start, mark.end - mark.start);
        let message = if index == 0 { message + &more } else { message };
        let message = Some(message).filter(|message| !message.is_empty());
        if index == 0 {
            LabeledSpan::new_primary_with_span(message, span)
        } else {
            LabeledSpan::new_with_span(message, span)
        }
    });
    let drawn = drawn.collect();
    (Some(excerpt), drawn)
}

/// What is said of labels that are not shown.
fn and_more(hidden: usize) -> String {
    if hidden == 0 { String::new() } else { format!(" (and {hidden} more, not shown)") }
}

/// What miette puts before the lines of a message: `  x `.
const MESSAGE_INDENT: usize = 4;
/// `  help: `.
const HELP_INDENT: usize = 8;
/// `  |->   - `.
const RELATED_INDENT: usize = 10;

/// `  |   `, before the lines of a nested snippet.
const NESTED_INDENT: usize = 6;

fn wrapped(text: &str, width: usize, indent: usize) -> String {
    // Names are not broken at their hyphens: people copy them.
    let options = textwrap::Options::new(width.saturating_sub(indent))
        .break_words(false)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(&clean(text), options)
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawn {}

impl Diagnostic for Drawn {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.as_ref().map(|code| Box::new(code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.excerpt.as_ref()?;
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        let related = self.related.iter().map(|one| one as &dyn Diagnostic);
        (!self.related.is_empty()).then(|| Box::new(related) as Box<dyn Iterator<Item = _>>)
    }
}
