//! A file that cannot be read. The other files are still checked.

use crate::finding::{Severity, Sink};
use crate::load::FaultKind;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule = Rule { page: page!("package/unreadable-file"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for fault in &context.workspace.faults {
        let name = context.sources.get(fault.place.file).name();
        let finding = sink.report(fault.place.clone(), "here", format!("`{name}` {}", fault.message));
        // A zip or folder that does not belong to a solution may be something else.
        if fault.kind == FaultKind::Container {
            finding.severity(Severity::Warning);
        }
        finding.help(
            fault.help.clone().unwrap_or_else(|| "restore the file, or export the solution again".to_owned()),
        );
    }
}
