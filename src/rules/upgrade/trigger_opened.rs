//! A trigger that more people may call than before.

use crate::finding::Sink;
use crate::rules::compared::Compared;
use crate::rules::{Check, Rule, page};
use crate::source::Place;
use crate::webhooks::admission;

pub(super) const RULE: Rule = Rule { page: page!("upgrade/trigger-opened"), check: Check::Comparison(check) };

/// The settings of *Who can trigger the flow?*, the narrowest first, and whom they admit.
const SETTINGS: [(&str, &str); 3] = [
    ("User", "named users of the tenant"),
    ("Tenant", "every user of the tenant"),
    ("All", "anyone with the URL"),
];

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    for kept in compared.kept() {
        let (Some(old), Some(new)) = (&kept.old.content, &kept.new.content) else { continue };
        let (Some((before, _)), Some((after, route))) =
            (admission(&old.definition), admission(&new.definition))
        else {
            continue;
        };
        let rank = |setting: &str| SETTINGS.iter().position(|(name, _)| name.eq_ignore_ascii_case(setting));
        let (Some(before), Some(after)) = (rank(before), rank(after)) else { continue };
        let Some(file) = kept.new.file.filter(|_| after > before) else { continue };
        let (from, to) = (SETTINGS[before].1, SETTINGS[after].1);
        let message = format!("{to} can now trigger `{}`; before it was {from}", kept.new.name);
        sink.report(Place::value(file, route), "admits more than before", message)
            .help("if this is not intended, set \"Who can trigger the flow?\" in the trigger as it was");
    }
}
