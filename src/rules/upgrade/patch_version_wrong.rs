//! A patch whose version does not fit the solution that it patches.

use super::numbers;
use crate::compare::ImportKind;
use crate::finding::Sink;
use crate::rules::compared::Compared;
use crate::rules::{Check, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/patch-version-wrong"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    for pair in compared.replaced().filter(|_| compared.kind == ImportKind::Patch) {
        let old = compared.old.workspace.solution(pair.old);
        let new = compared.new.workspace.solution(pair.new);
        let (Some(before), Some(after)) = (old.manifest.as_ref(), new.manifest.as_ref()) else { continue };
        let (Some(from), Some(to)) = (numbers(&before.version), numbers(&after.version)) else { continue };
        let is_same_line = from[..2] == to[..2];
        if is_same_line && to > from {
            continue;
        }
        let Some(place) = after.version_place.clone() else { continue };
        let (from_text, to_text) = (&before.version, &after.version);
        let message = if is_same_line {
            format!(
                "the patch has version {to_text}, which is not higher than {from_text} of `{}`",
                old.name()
            )
        } else {
            format!(
                "the patch has version {to_text}, and `{}` has {from_text}: major and minor differ",
                old.name()
            )
        };
        let finding = sink.report(place, "does not fit", message);
        finding.key([new.name()]).help(format!(
            "give the patch a version from {}.{} on, with a higher build or revision than {}, or import it as an upgrade",
            from[0], from[1], before.version
        ));
    }
}
