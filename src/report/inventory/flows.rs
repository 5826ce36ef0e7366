//! Tables about flows: their triggers, calls, variables and webhooks.

use super::{Cell, Table, filled};
use crate::analysis::Analysis;
use crate::finding::Finding;
use crate::model::{ConnectionUse, Flow, FlowContent, FlowIx, Owner, step_title};
use crate::verdict::{Cause, Outcome, Verdicts};

/// The package of a flow, as a cell.
pub(super) fn package(analysis: &Analysis, flow: &Flow) -> Cell {
    analysis.workspace.solution(flow.solution).path.as_str().into()
}

/// The names of a step and its containers, as the designer shows them.
pub(super) fn step_name(content: &FlowContent, site: Owner) -> String {
    let titles: Vec<String> = content.definition.site_path(site).into_iter().map(step_title).collect();
    titles.join(" > ")
}

/// A row for each flow, with what will happen to it on import.
pub(super) fn flows(analysis: &Analysis, findings: &[Finding], blocking: &[Finding]) -> Table {
    let mut table = Table::new(
        "flows",
        &[
            "flow_id", "package", "solution", "name", "state", "actions", "outcome", "cause", "errors",
            "warnings", "file",
        ],
    );
    let verdicts = analysis.verdicts(blocking);
    let mut counts = vec![[0_usize; 3]; analysis.workspace.flows.len()];
    for finding in findings {
        if let Some(flow) = finding.flow {
            counts[flow.get()][finding.severity as usize] += 1;
        }
    }
    for (index, flow) in analysis.workspace.indexed() {
        let (outcome, cause) = outcome(analysis, &verdicts, index);
        let [_, warnings, errors] = counts[index.get()];
        table.push([
            flow.id.as_str().into(),
            package(analysis, flow),
            analysis.workspace.solution(flow.solution).unique_name().into(),
            flow.name.as_str().into(),
            flow.state.as_str().into(),
            flow.content.as_ref().map(|content| content.definition.actions().len()).into(),
            outcome.into(),
            cause.into(),
            errors.into(),
            warnings.into(),
            flow.file.map(|file| analysis.sources.get(file).name().as_str()).into(),
        ]);
    }
    table
}

/// The outcome, and what blocks the flow: a rule, or the id of a child flow.
fn outcome<'a>(
    analysis: &'a Analysis,
    verdicts: &'a Verdicts,
    flow: FlowIx,
) -> (Option<&'static str>, Option<&'a str>) {
    let Some(verdict) = verdicts.get(&analysis.workspace, flow) else { return (None, None) };
    let cause = match &verdict.outcome {
        Outcome::Blocked(Cause::Rule(rule)) => Some(*rule),
        Outcome::Blocked(Cause::Child(child)) => Some(analysis.workspace.flow(*child).id.as_str()),
        Outcome::Blocked(Cause::Circle(_)) => Some("call-cycle"),
        Outcome::TurnsOn | Outcome::StaysOff | Outcome::Unknown => None,
    };
    (Some(verdict.outcome.as_str()), cause)
}

/// A row for each trigger.
pub(super) fn triggers(analysis: &Analysis) -> Table {
    let mut table = Table::new(
        "triggers",
        &["flow_id", "package", "name", "type", "kind", "connector", "operation", "frequency", "interval"],
    );
    for (_, flow, content) in analysis.workspace.contents() {
        for (at, trigger) in content.definition.triggers().enumerate() {
            let used = content.connection_uses.iter().find(|used| used.site == Owner::Trigger(at));
            let recurrence = trigger.body.get("recurrence");
            let interval = recurrence.and_then(|recurrence| recurrence.get("interval"));
            let frequency = recurrence.and_then(|recurrence| recurrence.get("frequency")?.as_str());
            table.push([
                flow.id.as_str().into(),
                package(analysis, flow),
                step_title(trigger.name).into(),
                filled(trigger.type_name()).into(),
                filled(trigger.kind()).into(),
                used.and_then(|used| connector_of(content, used)).into(),
                used.and_then(|used| used.operation.as_deref()).into(),
                frequency.into(),
                interval
                    .and_then(|interval| interval.as_u64())
                    .and_then(|number| usize::try_from(number).ok())
                    .into(),
            ]);
        }
    }
    table
}

/// The API name of the connector that a step uses.
pub(super) fn connector_of<'a>(content: &'a FlowContent, used: &'a ConnectionUse) -> Option<&'a str> {
    let connection = content.connection(&used.key);
    let connector =
        used.connector.as_ref().or(connection.and_then(|connection| connection.connector.as_ref()));
    connector.map(|connector| connector.as_str())
}

/// A row for each step that calls a child flow. `callee_package` is `null` if no input contains the child.
pub(super) fn calls(analysis: &Analysis) -> Table {
    let mut table = Table::new("calls", &["flow_id", "package", "step", "callee_id", "callee_package"]);
    for (_, flow, content) in analysis.workspace.contents() {
        for call in &content.calls {
            let callee = analysis.workspace.resolve(&call.child, flow.solution);
            table.push([
                flow.id.as_str().into(),
                package(analysis, flow),
                step_name(content, Owner::Action(call.action)).into(),
                call.child.as_str().into(),
                callee.map_or(Cell::Null, |callee| package(analysis, analysis.workspace.flow(callee))),
            ]);
        }
    }
    table
}

/// A row for each environment variable that a flow uses.
pub(super) fn variable_uses(analysis: &Analysis) -> Table {
    let mut table = Table::new("variable_uses", &["flow_id", "package", "schema_name"]);
    for (_, flow, content) in analysis.workspace.contents() {
        for used in &content.variable_uses {
            table.push([flow.id.as_str().into(), package(analysis, flow), used.schema_name.as_str().into()]);
        }
    }
    table
}

/// A row for each event that a flow registers for (`registers`) or handles (`handles`). The event is `null` if it is
/// known only at run time.
pub(super) fn webhooks(analysis: &Analysis) -> Table {
    let mut table = Table::new("webhooks", &["flow_id", "package", "role", "provider", "event"]);
    let mut row = |flow: FlowIx, role: &str, provider: &str, event: Option<&str>| {
        let flow = analysis.workspace.flow(flow);
        table.push([
            flow.id.as_str().into(),
            package(analysis, flow),
            role.into(),
            provider.into(),
            event.into(),
        ]);
    };
    for registration in &analysis.webhooks.registrations {
        for event in &registration.events.names {
            row(registration.flow, "registers", &registration.provider.id, Some(&event.name));
        }
        if !registration.events.is_complete {
            row(registration.flow, "registers", &registration.provider.id, None);
        }
    }
    for receiver in &analysis.webhooks.receivers {
        for event in receiver.handled_names() {
            row(receiver.flow, "handles", &receiver.provider.id, Some(event));
        }
        if receiver.may_handle_others {
            row(receiver.flow, "handles", &receiver.provider.id, None);
        }
    }
    table
}
