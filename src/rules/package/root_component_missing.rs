//! A flow that the manifest does not list.

use std::collections::BTreeSet;

use super::is_yaml_format;
use crate::finding::Sink;
use crate::fix::{Fix, append_element};
use crate::model::{Flow, FlowIx, Solution, SolutionIx};
use crate::rules::{Check, Context, Rule, page};
use crate::wording::listed;

pub(super) const RULE: Rule =
    Rule { page: page!("package/root-component-missing"), check: Check::Workspace(check) };

/// The maximum number of records that a finding points at.
const MOST_RELATED: usize = 8;

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (index, solution) in context.workspace.indexed_solutions() {
        let Some(manifest) = &solution.manifest else { continue };
        let Some(components) = &manifest.components else { continue };
        let unlisted = unlisted(context, index, solution);
        let Some((first, flow)) = unlisted.first() else { continue };
        let names = listed(unlisted.iter(), |(_, flow)| format!("`{}`", flow.name));
        let is_one = unlisted.len() == 1;
        let message = format!(
            "`{}` contains {names}, but does not list {} as {}",
            manifest.unique_name,
            if is_one { "it" } else { "them" },
            if is_one { "a component" } else { "components" }
        );
        let finding = sink.report(components.place.clone(), "not in this list", message);
        let entry = if is_yaml_format(context, components.place.file) {
            format!("{{'@type': 29, '@id': '{{{}}}', '@behavior': 0}}", flow.id)
        } else {
            format!("<RootComponent type=\"29\" id=\"{{{}}}\" behavior=\"0\" />", flow.id)
        };
        finding.key(unlisted.iter().map(|(_, flow)| flow.id.as_str())).help(format!(
            "add `{entry}` here{}",
            if is_one {
                ", or delete the flow's files if it does not belong to the solution"
            } else {
                ", and a line with the id of each of the other flows"
            }
        ));
        let entry =
            |flow: &Flow| format!("<RootComponent type=\"29\" id=\"{{{}}}\" behavior=\"0\" />", flow.id);
        let edit = |flow| append_element(context.sources, &components.place, &entry(flow));
        if let ([(_, flow)], Some(edit)) = (unlisted.as_slice(), edit(flow)) {
            finding.fix(Fix::unsafe_(format!("list `{}` as a component", flow.name), [edit]));
        }
        if is_one {
            finding.about(*first);
        }
        for (_, flow) in unlisted.iter().take(MOST_RELATED) {
            let record = flow.record.as_ref().map(|record| record.name.clone());
            if let Some(place) = record {
                finding.relate(place, "recorded here");
            }
        }
    }
}

/// The recorded flows of a solution that its manifest does not list.
fn unlisted<'a>(context: &Context<'a>, index: SolutionIx, solution: &Solution) -> Vec<(FlowIx, &'a Flow)> {
    let manifest = solution.manifest.iter();
    let ids: BTreeSet<&str> = manifest
        .flat_map(|manifest| manifest.workflows())
        .filter_map(|listed| listed.id.as_deref())
        .collect();
    let own = context.workspace.indexed().filter(|(_, flow)| flow.solution == index && flow.record.is_some());
    // `flow-id-invalid` reports an id that is not a GUID.
    own.filter(|(_, flow)| flow.id.is_guid() && !ids.contains(flow.id.as_str())).collect()
}
