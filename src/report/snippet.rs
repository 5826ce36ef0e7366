//! Draws lines of a file with labels.

use textwrap::core::display_width;

use super::excerpt::{Labelled, Line, Mark};
use super::paint::{GUTTER, Ink, Paint, wrapped};
use crate::finding::Label;
use crate::source::Sources;

/// The fewest columns that a label is wrapped to.
const NARROWEST: usize = 24;

/// The lines with the labels of a file, indented by two columns. Empty if the labels are about the file as a whole, or if
/// the file is empty.
pub(crate) fn snippet(sources: &Sources, labels: &[Label], primary: Ink, paint: Paint) -> String {
    let Some(labelled) = Labelled::of(sources, labels) else { return String::new() };
    let digits = labelled.digits();
    let columns = paint.width.saturating_sub(digits + "   | ".len());
    let (excerpt, messages) = labelled.excerpt(columns);
    let mut out = String::new();
    let mut before = None;
    for line in &excerpt.lines {
        if before.is_some_and(|before| before + 1 < line.number) {
            out.push_str(&paint.with(GUTTER, &format!("  {:>digits$}", "...")));
            out.push('\n');
        }
        before = Some(line.number);
        let gutter = |number: &str| paint.with(GUTTER, &format!("  {number:>digits$} |"));
        push_row(&mut out, &gutter(&line.number.to_string()), &line.text);
        for mark in &line.marks {
            let ink = if mark.index == 0 { primary } else { GUTTER };
            for row in rows(line, mark, &messages[mark.index], columns) {
                push_row(&mut out, &gutter(""), &paint_row(paint, ink, &row));
            }
        }
    }
    out
}

fn push_row(out: &mut String, gutter: &str, text: &str) {
    out.push_str(gutter);
    if !text.trim().is_empty() {
        out.push(' ');
        out.push_str(text.trim_end());
    }
    out.push('\n');
}

/// Leading spaces are not coloured, so that terminals do not underline or fill them.
fn paint_row(paint: Paint, ink: Ink, row: &str) -> String {
    let text = row.trim_start();
    format!("{}{}", &row[..row.len() - text.len()], paint.with(ink, text))
}

/// The rows below a line for a mark: an underline, followed by the message on the same row if it fits, or else below.
fn rows(line: &Line, mark: &Mark, message: &str, columns: usize) -> Vec<String> {
    let before = display_width(&line.text[..mark.span.start]);
    let width = display_width(&line.text[mark.span.start..mark.span.end]).max(1);
    let sign = if mark.index == 0 { "^" } else { "-" };
    let underline = format!("{}{}", " ".repeat(before), sign.repeat(width));
    let length = display_width(message);
    if before + width + 1 + length <= columns {
        return vec![format!("{underline} {message}")];
    }
    let available = length.clamp(NARROWEST, columns.max(NARROWEST));
    let indent = " ".repeat(before.min(columns.saturating_sub(available)));
    let lines = wrapped(message, available, 0);
    std::iter::once(underline).chain(lines.into_iter().map(|line| format!("{indent}{line}"))).collect()
}
