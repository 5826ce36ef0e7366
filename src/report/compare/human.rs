//! The comparison for people.

use super::Compared;
use super::changes::{Fate, sections};
use crate::report::layout::{Layout, Style};
use crate::report::paint::{BOLD, CYAN, GUTTER, Paint, RED, wrapped};

/// The findings, what differs, and the number of findings.
pub(crate) fn human(compared: &Compared<'_>, style: Style) -> String {
    let layout = Layout::new(style);
    let paint = layout.paint();
    let mut out = crate::report::human::findings(compared.report, &layout);
    for line in compared.headlines() {
        push(&mut out, paint, "", &paint.with(BOLD, &line));
    }
    for line in compared.remarks() {
        push(&mut out, paint, "", &line);
    }
    for section in sections(compared) {
        out.push('\n');
        push(&mut out, paint, "", &paint.with(BOLD, &section.headline(compared)));
        for item in &section.items {
            let ink = match item.fate {
                Fate::Added => CYAN,
                Fate::Removed => RED,
                Fate::Changed => GUTTER,
            };
            out.push_str(&format!("  {} {}\n", paint.with(ink, &item.fate.sign().to_string()), item.title()));
            for (label, text) in item.lines() {
                push(&mut out, paint, "      ", &format!("{label}: {text}"));
            }
        }
    }
    out.push('\n');
    push(&mut out, paint, "", &compared.summary());
    out
}

/// A line, broken at its blanks and indented.
fn push(out: &mut String, paint: Paint, indent: &str, text: &str) {
    for (index, line) in wrapped(text, paint.width.saturating_sub(indent.len() + 2), 0).iter().enumerate() {
        let more = if index == 0 { "" } else { "  " };
        out.push_str(&format!("{indent}{more}{line}\n"));
    }
}
