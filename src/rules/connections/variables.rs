//! Uses of environment variables, and which of them are not defined. Shared by the rules about variables.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::model::{Flow, Manifest, MissingDependency, PackageKind, Requirement, SchemaName, SolutionIx};
use crate::rules::Context;
use crate::source::{Part, Place};

/// A variable that flows of a solution use and no input defines.
pub(super) struct UndeclaredVariable<'a> {
    pub(super) manifest: &'a Manifest,
    pub(super) name: SchemaName,
    pub(super) missing: Option<&'a MissingDependency>,
    /// The flows that use it, with the places; at least one.
    pub(super) users: Vec<(&'a Flow, Place)>,
}

/// Variables that are defined in no input, one per solution and name. None of a solution whose needs are not known.
pub(super) fn undeclared<'a>(context: &'a Context<'_>) -> Vec<UndeclaredVariable<'a>> {
    let workspace = context.workspace;
    let mut found: BTreeMap<(SolutionIx, SchemaName), Vec<(&Flow, Place)>> = BTreeMap::new();
    for (index, flow, content) in workspace.contents() {
        let solution = workspace.solution_of(index);
        if solution.kind != PackageKind::Solution || solution.has_unread_variables {
            continue;
        }
        for one in &content.variable_uses {
            if workspace.variable(&one.schema_name, flow.solution).is_some() {
                continue;
            }
            let Some(place) = flow.place(one.route.clone(), Part::Value) else { continue };
            let users = found.entry((flow.solution, one.schema_name.clone())).or_default();
            // Several parameters of a flow may use the same variable.
            if !users.iter().any(|(user, _)| user.id == flow.id) {
                users.push((flow, place));
            }
        }
    }
    let known = found.into_iter().filter_map(|((solution, name), users)| {
        let solution = workspace.solution(solution);
        let manifest = solution.manifest.as_ref()?;
        let missing = solution.missing(&Requirement::EnvironmentVariable(name.clone()));
        Some(UndeclaredVariable { manifest, name, missing, users })
    });
    known.collect()
}

impl UndeclaredVariable<'_> {
    /// "`A` uses" or "`A` and 3 more flows use".
    pub(super) fn users_in_words(&self) -> String {
        let first = self.users.first().map_or("", |(flow, _)| &flow.name);
        match self.users.len() {
            0 | 1 => format!("`{first}` uses"),
            2 => format!("`{first}` and 1 more flow use"),
            many => format!("`{first}` and {} more flows use", many - 1),
        }
    }
}

/// Adds flows that use a variable as related places.
pub(super) fn relate_users(finding: &mut Finding, users: &[(&Flow, Place)]) {
    const MOST: usize = 8;
    for (flow, place) in users.iter().take(MOST) {
        finding.relate(place.clone(), format!("`{}` uses it here", flow.name));
    }
}

/// The flows that use a variable, with the places.
pub(super) fn users<'a>(context: &Context<'a>, name: &SchemaName) -> Vec<(&'a Flow, Place)> {
    let contents = context.workspace.contents();
    contents
        .filter_map(|(_, flow, content)| {
            let one = content.variable_uses.iter().find(|one| one.schema_name == *name)?;
            Some((flow, flow.place(one.route.clone(), Part::Value)?))
        })
        .collect()
}
