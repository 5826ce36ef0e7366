//! A secret environment variable that a flow reads as a parameter.

use std::collections::BTreeMap;

use crate::finding::Sink;
use crate::model::SchemaName;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::{Reference, ReferenceKind};
use crate::source::{Part, Place};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/secret-variable-read"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let workspace = context.run.workspace;
    let content = context.content;
    let is_secret = |name: &SchemaName| {
        workspace.variable(name, context.flow.solution).is_some_and(|variable| variable.is_secret)
    };
    if !content.variable_uses.iter().any(|one| is_secret(&one.schema_name)) {
        return;
    }
    let mut reads: BTreeMap<String, Vec<&Reference<'_>>> = BTreeMap::new();
    for one in &context.semantic.references {
        if one.kind == ReferenceKind::Parameter {
            reads.entry(one.name.to_lowercase()).or_default().push(one);
        }
    }
    for one in content.variable_uses.iter().filter(|one| is_secret(&one.schema_name)) {
        let Some(declared) = context.flow.place(one.route.clone(), Part::Value) else { continue };
        let reads = reads.get(&one.parameter.to_lowercase()).map(Vec::as_slice).unwrap_or_default();
        let places: Vec<Place> = reads.iter().filter_map(|read| context.place(&read.site)).collect();
        let verb = if places.is_empty() { "has" } else { "reads" };
        let message = format!(
            "`{}` {verb} the secret environment variable `{}` as a parameter, which does not work for secrets",
            context.flow.name, one.schema_name
        );
        let label = "cannot be read like this";
        let finding = match places.split_first() {
            Some((first, others)) => {
                let finding = sink.report(first.clone(), label, message);
                for place in others.iter().take(MOST_LABELS) {
                    finding.also(place.clone(), "and here");
                }
                finding.also(declared, "the parameter")
            }
            None => sink.report(declared, label, message),
        };
        finding.key([one.schema_name.as_str()]).help(
            "read the secret with the Dataverse action \"Perform an unbound action\" \
             (`RetrieveEnvironmentVariableSecretValue`), turn on secure outputs for it, and delete the parameter",
        );
    }
}

/// The most places after the first one that a finding points at.
const MOST_LABELS: usize = 5;
