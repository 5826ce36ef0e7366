//! A new version whose number is not higher than that of the old one.

use std::cmp::Ordering;

use super::numbers;
use crate::compare::{ImportKind, managed};
use crate::finding::Sink;
use crate::rules::compared::Compared;
use crate::rules::{Check, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/version-not-higher"), check: Check::Comparison(check) };

/// The version of solutions in source control whose versions a build sets.
const PLACEHOLDER: [u64; 4] = [0; 4];

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    for pair in compared.replaced() {
        let old = compared.old.workspace.solution(pair.old);
        let new = compared.new.workspace.solution(pair.new);
        // An unmanaged solution can be imported again with the same version.
        let is_checked = match compared.kind {
            ImportKind::Upgrade => true,
            ImportKind::Update => managed(new) == Some(true),
            ImportKind::Patch => false,
        };
        let (Some(before), Some(after)) = (old.manifest.as_ref(), new.manifest.as_ref()) else { continue };
        let (Some(from), Some(to)) = (numbers(&before.version), numbers(&after.version)) else { continue };
        // What a build replaces says nothing about the version that is imported.
        if to == PLACEHOLDER {
            continue;
        }
        let relation = match to.cmp(&from) {
            Ordering::Less => "lower than",
            Ordering::Equal => "the same as",
            Ordering::Greater => continue,
        };
        let Some(place) = after.version_place.clone().filter(|_| is_checked) else { continue };
        let message = format!(
            "the version of `{}` is {}, {relation} that of the old version, {}",
            new.name(),
            after.version,
            before.version
        );
        let finding = sink.report(place, "not higher", message);
        finding.key([new.name()]).help(
            "raise the version of the solution and export it again. Its parts are compared as numbers: 1.61 is higher \
             than 1.7",
        );
        if let Some(place) = before.version_place.clone() {
            finding.relate(place, "the old version");
        }
    }
}
