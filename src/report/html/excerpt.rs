//! The lines of a file around what a finding marks.

use maud::{Markup, html};
use unicode_width::UnicodeWidthStr;

use super::words::cleaned;
use crate::analysis::Analysis;
use crate::finding::Finding;
use crate::report::excerpt::{Labelled, Line, Mark};

/// How wide a line is. Narrow screens wrap it.
const COLUMNS: usize = 96;

/// The lines that the labels of a finding mark; empty if it is about a whole file.
pub(super) fn excerpt(analysis: &Analysis, finding: &Finding) -> Markup {
    let Some(labelled) = Labelled::of(&analysis.sources, &finding.labels) else { return html! {} };
    let digits = labelled.digits();
    let (excerpt, messages) = labelled.excerpt(COLUMNS);
    let mut before = None;
    html! {
        pre.excerpt {
            @for line in &excerpt.lines {
                @if before.replace(line.number).is_some_and(|before| before + 1 < line.number) {
                    span.gap { (format!("{:>digits$}", "…")) }
                }
                span.line {
                    span.number { (format!("{:>digits$}", line.number)) }
                    code { (marked(line)) }
                }
                @for mark in &line.marks {
                    @if !messages[mark.index].is_empty() { (label(line, mark, &messages[mark.index], digits)) }
                }
            }
        }
    }
}

/// The text of a line, with the marked parts.
fn marked(line: &Line) -> Markup {
    let mut marks: Vec<&Mark> = line.marks.iter().collect();
    marks.sort_by_key(|mark| (mark.span.start, mark.index));
    let mut at = 0;
    let mut parts = Vec::new();
    for mark in marks {
        // A mark inside another one is part of it.
        let start = mark.span.start.max(at);
        if start < mark.span.end {
            parts.push((&line.text[at..start], &line.text[start..mark.span.end], mark.index == 0));
            at = mark.span.end;
        }
    }
    html! {
        @for (text, marked, is_first) in parts {
            (text) mark class=[(!is_first).then_some("second")] { (marked) }
        }
        (&line.text[at..])
    }
}

/// The message of a mark, below its beginning if there is space.
fn label(line: &Line, mark: &Mark, message: &str, digits: usize) -> Markup {
    let column = line.text[..mark.span.start].width();
    let available = COLUMNS.saturating_sub(message.width() + 2);
    let indent = " ".repeat(column.min(available));
    html! {
        span.line {
            span.number { (" ".repeat(digits)) }
            span class={ "label" @if mark.index > 0 { " second" } } { (indent) "╰ " (cleaned(message)) }
        }
    }
}
