//! A unified diff. It is for reading: secrets are masked and control characters are escaped, as in every report.

use similar::{ChangeTag, TextDiff};

use crate::report::masked_text;
use crate::report::text::{harmless, printable};
use crate::source::Text;

/// The lines around each change.
const CONTEXT: usize = 3;

/// The changes of a file; empty if there are none.
pub(super) fn unified(before: &Text, after: &str) -> String {
    let after = Text::new(before.name().clone(), after);
    let [old, new] = [before, &after].map(masked_text);
    let diff = TextDiff::from_lines(&old, &new);
    let name = line(before.name().as_str());
    let mut out = String::new();
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        if out.is_empty() {
            out.push_str(&format!("--- {name}\n+++ {name}\n"));
        }
        out.push_str(&format!("{}\n", hunk.header()));
        for change in hunk.iter_changes() {
            let mark = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            out.push_str(&format!("{mark}{}\n", line(change.value())));
            if change.missing_newline() {
                out.push_str("\\ No newline at end of file\n");
            }
        }
    }
    out
}

/// A line without its end, safe to print.
fn line(text: &str) -> String {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    // A tab is harmless, and in a diff it is indentation.
    let parts: Vec<_> = text.split('\t').map(printable).collect();
    harmless(&parts.join("\t"))
}
