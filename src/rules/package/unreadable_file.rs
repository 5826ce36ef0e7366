//! A file that cannot be read. The other files are still checked.

use crate::finding::{Severity, Sink};
use crate::fix::{Edit, Fix, Reveals};
use crate::load::FaultKind;
use crate::parse::json;
use crate::rules::{Check, Context, Rule, page};
use crate::source::{FileId, Place, Sources, Span};

pub(super) const RULE: Rule = Rule { page: page!("package/unreadable-file"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for fault in &context.workspace.faults {
        let name = context.sources.get(fault.place.file).name();
        let finding = sink.report(fault.place.clone(), "here", format!("`{name}` {}", fault.message));
        // A zip or folder inside an input may be something else than a solution.
        if fault.kind == FaultKind::Container {
            finding.severity(Severity::Warning);
        }
        finding.help(
            fault.help.clone().unwrap_or_else(|| "restore the file, or export the solution again".to_owned()),
        );
        if fault.message.contains("trailing comma") {
            finding.fix(without_commas(context.sources, fault.place.file));
        }
    }
}

/// Deletes the commas before closing brackets, if the text is valid JSON without them. What remains is what was meant: no
/// value is lost.
fn without_commas(sources: &Sources, file: FileId) -> Option<Fix> {
    /// Each takes another pass over the text.
    const MOST_COMMAS: usize = 10;
    let mut text = sources.get(file).text().to_owned();
    let mut edits = Vec::new();
    for _ in 0..MOST_COMMAS {
        let error = match json::parse(text.clone().into()) {
            Ok(_) => {
                return Some(Fix::safe("delete the trailing commas", edits).revealing(Reveals::Everything));
            }
            Err(error) => error,
        };
        let comma = text.get(..error.offset)?.trim_end().strip_suffix(',').map(str::len);
        let comma = comma.filter(|_| error.message == "trailing comma")?;
        // A blank keeps the offsets of the rest.
        text.replace_range(comma..=comma, " ");
        edits.push(Edit::text(Place::span(file, Span::new(comma, comma + 1)), ""));
    }
    None
}
