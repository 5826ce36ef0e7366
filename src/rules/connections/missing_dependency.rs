//! What flows need from other solutions, except flows, connection references and variables.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog;
use crate::finding::Sink;
use crate::graph::Callee;
use crate::model::{FlowIx, MissingDependency, Requirement};
use crate::rules::{Check, Context, Rule, page};
use crate::wording::{count, joined};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/missing-dependency"), check: Check::Workspace(check) };

/// How many components a message names.
const MOST_NAMED: usize = 5;

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (index, solution) in context.workspace.indexed_solutions() {
        let Some(manifest) = &solution.manifest else { continue };
        let mut by_owner: BTreeMap<&str, Vec<Needed<'_>>> = BTreeMap::new();
        let mut of_platform = Vec::new();
        for missing in &manifest.missing {
            let dependent = missing.dependent.as_ref().and_then(|id| context.workspace.resolve(id, index));
            let Some(flow) = dependent.filter(|flow| is_listed_here(context, &missing.required, *flow))
            else {
                continue;
            };
            // The component is not missing if another input contains it or the target has it.
            let owner = missing.solution.as_deref().unwrap_or_default();
            let is_there = context.workspace.has_solution(owner) || context.is_in_target(Some(owner));
            if !owner.is_empty() && is_there {
                continue;
            }
            let list =
                if is_of_platform(missing) { &mut of_platform } else { by_owner.entry(owner).or_default() };
            list.push((missing, flow));
        }
        for (owner, needs) in by_owner {
            report(context, sink, owner, &needs);
        }
        report_platform(context, sink, &of_platform);
    }
}

/// Whether no other rule reports a component that a flow needs. `child-flow-external` reports flows that it calls.
fn is_listed_here(context: &Context<'_>, required: &Requirement, flow: FlowIx) -> bool {
    match required {
        Requirement::Other { .. } => true,
        Requirement::Flow(id) => {
            let mut calls = context.graph.calls_of(flow).into_iter();
            !context.workspace.has_flow(id) && !calls.any(|call| call.callee == Callee::External(id.clone()))
        }
        Requirement::ConnectionReference(_) | Requirement::EnvironmentVariable(_) => false,
    }
}

/// A component, and a flow that needs it.
type Needed<'a> = (&'a MissingDependency, FlowIx);

/// Whether every environment has a component, or gets it with the first use of a feature.
fn is_of_platform(missing: &MissingDependency) -> bool {
    let Some(owner) = &missing.solution else { return false };
    let is_table = match &missing.required {
        Requirement::Other { kind, name } => kind == "1" && catalog::is_platform_table(name),
        _ => false,
    };
    is_table || catalog::is_platform_solution(owner)
}

/// Reports everything that every environment has in one finding.
fn report_platform(context: &Context<'_>, sink: &mut Sink, needs: &[Needed<'_>]) {
    let Some((first, _)) = needs.first() else { return };
    let things = sorted(needs.iter().map(|(missing, _)| in_words(missing)));
    let flows = sorted(needs.iter().map(|(_, flow)| context.name(*flow)));
    let verb = if flows.len() == 1 { "needs" } else { "need" };
    let message = format!(
        "{} {verb} {}, which {} with the platform",
        some(&flows, "flow"),
        some(&things, "component"),
        if things.len() == 1 { "comes" } else { "come" }
    );
    let finding = sink.report(first.place.clone(), "listed as a missing dependency", message);
    finding.key(["platform"]).key(things.iter().map(String::as_str)).help(
        "nothing to do if the target environment is in use; if approvals, AI Builder, Copilot Studio or desktop flows \
         were never used there, use the feature once before the import",
    );
}

fn sorted(names: impl Iterator<Item = String>) -> Vec<String> {
    names.collect::<BTreeSet<String>>().into_iter().collect()
}

fn report(context: &Context<'_>, sink: &mut Sink, owner: &str, needs: &[Needed<'_>]) {
    let things = sorted(needs.iter().map(|(missing, _)| in_words(missing)));
    let flows = sorted(needs.iter().map(|(_, flow)| context.name(*flow)));
    let is_single = things.len() == 1;
    let origin = match (owner, is_single) {
        ("", true) => ", which was unmanaged at export and does not come with any solution".to_owned(),
        ("", false) => ", which were unmanaged at export and do not come with any solution".to_owned(),
        _ => format!(" from the solution `{owner}`"),
    };
    let verb = if flows.len() == 1 { "needs" } else { "need" };
    let message = format!("{} {verb} {}{origin}", some(&flows, "flow"), some(&things, "component"));
    let finding = sink.report(needs[0].0.place.clone(), "listed as a missing dependency", message);
    // The text at the place contains a version, and which component comes first can change.
    finding.key([owner]).key(things.iter().map(String::as_str));
    finding.help(if owner.is_empty() {
        let them = if is_single { "it is" } else { "they are" };
        format!("add what is missing to this solution, or make sure that {them} in the target environment before the import")
    } else {
        format!("install `{owner}` before this solution")
    });
}

fn in_words(missing: &MissingDependency) -> String {
    let (kind, name) = match &missing.required {
        Requirement::Other { kind, name } => (kind.as_str(), name.as_str()),
        Requirement::Flow(id) => ("29", id.as_str()),
        Requirement::ConnectionReference(_) | Requirement::EnvironmentVariable(_) => return String::new(),
    };
    // Numbers of the platform. Other numbers differ between environments.
    let what = match kind {
        "1" => "the table ",
        "2" => "the column ",
        "9" => "the choice ",
        "20" => "the role ",
        "29" => "the flow ",
        "372" => "the connector ",
        _ => "",
    };
    let name = if missing.display_name.is_empty() { name } else { missing.display_name.as_str() };
    format!("{what}`{name}`")
}

/// The first names, and the number of the others.
fn some(names: &[String], what: &str) -> String {
    let mut shown: Vec<String> = names.iter().take(MOST_NAMED).cloned().collect();
    if let Some(more) = names.len().checked_sub(MOST_NAMED).filter(|more| *more > 0) {
        shown.push(count(more, &format!("more {what}")));
    }
    joined(&shown, "and")
}
