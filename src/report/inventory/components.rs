//! Tables about packages and the components that they declare.

use super::{Cell, Table, filled};
use crate::analysis::Analysis;
use crate::catalog::connector;
use crate::load::FaultKind;
use crate::model::{PackageKind, Workspace};

/// A row for each package, for each further copy of a package, and for each archive that could not be read.
pub(super) fn packages(analysis: &Analysis) -> Table {
    let mut table = Table::new(
        "packages",
        &[
            "package",
            "status",
            "kind",
            "solution",
            "version",
            "managed",
            "publisher_prefix",
            "flows",
            "desktop_flows",
            "other_processes",
            "apps",
            "has_agents",
            "same_as",
            "error",
        ],
    );
    let workspace = &analysis.workspace;
    let mut flows = vec![0_usize; workspace.solutions.len()];
    for flow in &workspace.flows {
        flows[flow.solution.get()] += 1;
    }
    for (solution, flows) in workspace.solutions.iter().zip(flows) {
        let manifest = solution.manifest.as_ref();
        table.push([
            solution.path.as_str().into(),
            "read".into(),
            kind(solution.kind).into(),
            solution.unique_name().into(),
            manifest.map(|manifest| manifest.version.as_str()).into(),
            manifest.and_then(|manifest| manifest.managed).into(),
            manifest.and_then(|manifest| manifest.prefix.as_deref()).into(),
            flows.into(),
            solution.unchecked.desktop_flows.into(),
            solution.unchecked.other_processes.into(),
            solution.unchecked.apps.into(),
            solution.unchecked.agents.into(),
            Cell::Null,
            Cell::Null,
        ]);
    }
    add_copies(&mut table, workspace);
    add_unread(&mut table, analysis);
    table
}

fn add_copies(table: &mut Table, workspace: &Workspace) {
    for copy in &workspace.copies {
        let kept = workspace.solution(copy.kept);
        table.push_some([
            ("package", copy.path.as_str().into()),
            ("status", "copy".into()),
            ("solution", kept.unique_name().into()),
            ("version", copy.version.as_str().into()),
            ("same_as", kept.path.as_str().into()),
        ]);
    }
}

fn add_unread(table: &mut Table, analysis: &Analysis) {
    let unread = analysis.workspace.faults.iter().filter(|fault| fault.kind != FaultKind::File);
    for fault in unread {
        table.push_some([
            ("package", analysis.sources.get(fault.place.file).name().as_str().into()),
            ("status", "unreadable".into()),
            ("error", fault.message.as_str().into()),
        ]);
    }
}

fn kind(kind: PackageKind) -> &'static str {
    match kind {
        PackageKind::Solution => "solution",
        PackageKind::Legacy => "legacy-package",
        PackageKind::Loose => "flow-file",
    }
}

/// A row for each connection reference that a package declares.
pub(super) fn references(analysis: &Analysis) -> Table {
    let mut table = Table::new(
        "connection_references",
        &["package", "logical_name", "display_name", "connector", "connector_name", "is_custom_connector"],
    );
    for solution in &analysis.workspace.solutions {
        for reference in solution.references.iter().flat_map(|references| references.values()) {
            let api = reference.connector.as_ref().map(|name| name.as_str());
            table.push([
                solution.path.as_str().into(),
                reference.logical_name.as_str().into(),
                filled(&reference.display_name).into(),
                api.into(),
                api.and_then(connector).map(|connector| connector.name.as_str()).into(),
                reference.custom_connector.is_some().into(),
            ]);
        }
    }
    table
}

/// A row for each environment variable that a package defines.
pub(super) fn variables(analysis: &Analysis) -> Table {
    let mut table = Table::new(
        "variables",
        &["package", "schema_name", "display_name", "is_secret", "has_default", "has_value"],
    );
    for solution in &analysis.workspace.solutions {
        for variable in solution.variables.values() {
            table.push([
                solution.path.as_str().into(),
                variable.schema_name.as_str().into(),
                filled(&variable.display_name).into(),
                variable.is_secret.into(),
                variable.has_default.into(),
                variable.value.is_some().into(),
            ]);
        }
    }
    table
}

/// A row for each solution in the order of import, and for each needed solution that no input contains. Solutions of a
/// wave can be imported in any order. The wave is `null` for solutions that need each other.
pub(super) fn import_order(analysis: &Analysis) -> Table {
    let mut table = Table::new("import_order", &["wave", "solution", "package", "needs", "reason"]);
    let order = analysis.import_order();
    let workspace = &analysis.workspace;
    let waves = order.waves.iter().enumerate().map(|(at, wave)| (Some(at + 1), wave));
    let all = waves.chain(order.cycles.iter().map(|cycle| (None, cycle)));
    for (wave, solutions) in all {
        for index in solutions {
            let solution = workspace.solution(*index);
            let mut row = |needs: Option<&str>, reason: Option<&str>| {
                table.push([
                    wave.into(),
                    solution.name().into(),
                    solution.path.as_str().into(),
                    needs.into(),
                    reason.into(),
                ]);
            };
            let mut is_free = true;
            for (needed, reason) in order.needs_of(*index) {
                is_free = false;
                row(Some(workspace.solution(needed).name()), Some(reason));
            }
            if is_free {
                row(None, None);
            }
        }
    }
    for name in &order.external {
        table.push_some([("solution", name.as_str().into())]);
    }
    table
}
