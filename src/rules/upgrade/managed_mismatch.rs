//! A managed solution over an unmanaged one, or the other way round.

use crate::compare::managed;
use crate::finding::Sink;
use crate::rules::compared::Compared;
use crate::rules::{Check, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/managed-mismatch"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    for pair in compared.replaced() {
        let old = compared.old.workspace.solution(pair.old);
        let new = compared.new.workspace.solution(pair.new);
        let (Some(before), Some(after)) = (managed(old), managed(new)) else { continue };
        let place = new.manifest.as_ref().and_then(|manifest| manifest.managed_place.clone());
        let Some(place) = place.filter(|_| before != after) else { continue };
        let kind = |managed: bool| if managed { "managed" } else { "unmanaged" };
        let message = format!(
            "`{}` is {} in the old version and {} in the new one",
            new.name(),
            kind(before),
            kind(after)
        );
        let finding = sink.report(place, kind(after), message);
        finding.key([new.name()]).help(format!(
            "export the new version as {}: the import takes no other. To change to {}, delete the solution in the target \
             first",
            kind(before),
            kind(after)
        ));
    }
}
