//! Deployment settings in which the connections of a flow have several owners.

use super::named;
use crate::finding::Sink;
use crate::model::Settings;
use crate::rules::{Check, Context, Rule, page};
use crate::source::Place;

pub(super) const RULE: Rule =
    Rule { page: page!("connections/settings-owners-differ"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for settings in context.settings {
        for (_, flow, content) in context.workspace.contents() {
            let names = named(flow, content, |name| owner(settings, name).is_some());
            let owners: Vec<(&str, &Place)> = names.keys().filter_map(|name| owner(settings, name)).collect();
            let Some((first, first_place)) = owners.first() else { continue };
            let Some((other, place)) = owners.iter().find(|(owner, _)| !owner.eq_ignore_ascii_case(first))
            else {
                continue;
            };
            let message =
                format!("the connections of `{}` have different owners, `{first}` and `{other}`", flow.name);
            sink.report((*place).clone(), "another owner", message)
                .key([flow.id.as_str()])
                .help(
                    "use connections of one owner for this flow, or share them with the account that deploys: only an \
                     account with access to all connections of a flow can turn it on",
                )
                .relate((*first_place).clone(), format!("owned by `{first}`"));
        }
    }
}

fn owner<'a>(settings: &'a Settings, name: &crate::model::LogicalName) -> Option<(&'a str, &'a Place)> {
    let entry = settings.references.iter().flatten().find(|entry| entry.logical_name == *name)?;
    entry.owner.as_ref().map(|(owner, place)| (owner.as_str(), place))
}
