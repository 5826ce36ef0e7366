//! A record whose id is not a GUID.

use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule = Rule { page: page!("package/flow-id-invalid"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (index, flow) in context.workspace.indexed() {
        let Some(record) = flow.record.as_ref().filter(|_| !flow.id.is_guid()) else { continue };
        let message = format!("the id of the flow `{}` is `{}`, which is not a GUID", flow.name, flow.id);
        sink.report(record.id.clone(), "not a GUID", message).about(index).help(
            "take the record from the history of the repository or from a new export; a GUID has 32 hexadecimal digits \
             in groups of 8-4-4-4-12, and the same one stands in `Solution.xml`, in the name of the flow's file, and in \
             every flow that calls it",
        );
    }
}
