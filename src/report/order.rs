//! The activation order: as a text to follow, as JSON and as CSV.

use serde::Serialize;

use super::count;
use super::json::to_json;
use super::text::printable;
use crate::activation::{Activation, ExternalFlow, Reason, reasons};
use crate::analysis::Analysis;
use crate::graph::Callee;
use crate::model::{ActionIx, FlowIx, State};

#[derive(Serialize)]
struct Order<'a> {
    version: u32,
    waves: Vec<Vec<Step<'a>>>,
    order: Vec<&'a str>,
    cycles: Vec<Vec<&'a str>>,
    external: Vec<External<'a>>,
}

#[derive(Serialize)]
struct Step<'a> {
    id: &'a str,
    name: &'a str,
    solution: Option<&'a str>,
    state: &'a str,
    after: Vec<After>,
}

/// A flow that has to be on before.
#[derive(Serialize)]
pub(super) struct After {
    id: String,
    name: Option<String>,
    action: String,
    /// `calls` or `registers`.
    reason: &'static str,
}

#[derive(Serialize)]
struct External<'a> {
    id: &'a str,
    name: Option<&'a str>,
    solution: Option<&'a str>,
}

/// The order as one JSON object and a line break.
pub(crate) fn json(analysis: &Analysis, order: &Activation) -> String {
    let id = |flow: &FlowIx| analysis.workspace.flow(*flow).id.as_str();
    to_json(&Order {
        version: 1,
        waves: order
            .waves
            .iter()
            .map(|wave| wave.iter().map(|flow| step(analysis, order, *flow)).collect())
            .collect(),
        order: order.waves.iter().flatten().map(id).collect(),
        cycles: order.cycles.iter().map(|cycle| cycle.iter().map(id).collect()).collect(),
        external: order
            .external
            .iter()
            .map(|flow| External {
                id: flow.id.as_str(),
                name: flow.name.as_deref(),
                solution: flow.solution.as_deref(),
            })
            .collect(),
    })
}

fn step<'a>(analysis: &'a Analysis, order: &Activation, flow: FlowIx) -> Step<'a> {
    let one = analysis.workspace.flow(flow);
    Step {
        id: one.id.as_str(),
        name: &one.name,
        solution: analysis.workspace.solution_of(flow).unique_name(),
        state: state(one.state),
        after: after(analysis, order, flow),
    }
}

/// The flows that have to be on before a flow, with the reasons.
pub(super) fn after(analysis: &Analysis, order: &Activation, flow: FlowIx) -> Vec<After> {
    let reasons = reasons(&analysis.workspace, &analysis.graph, order, flow);
    reasons.iter().map(|reason| After::of(analysis, order, reason)).collect()
}

impl After {
    fn of(analysis: &Analysis, order: &Activation, reason: &Reason) -> Self {
        let known = |flow: FlowIx| {
            let flow = analysis.workspace.flow(flow);
            (flow.id.to_string(), Some(flow.name.clone()))
        };
        let action = |flow: FlowIx, action: ActionIx| {
            let content = analysis.workspace.flow(flow).content.as_ref();
            content.map(|content| content.definition.action(action).name.clone()).unwrap_or_default()
        };
        match reason {
            Reason::Calls(call) => {
                let (id, name) = match &call.callee {
                    Callee::Flow(child) => known(*child),
                    Callee::External(id) => {
                        let external = order.external.iter().find(|flow| flow.id == *id);
                        (id.to_string(), external.and_then(|flow| flow.name.clone()))
                    }
                };
                After { id, name, action: action(call.caller, call.action), reason: "calls" }
            }
            Reason::Registers(site) => {
                let (id, name) = known(site.receiver);
                After { id, name, action: action(site.flow, site.action), reason: "registers" }
            }
        }
    }

    /// `after <flow>, which it calls at <action>`, each name as it is to be shown.
    pub(super) fn sentence(&self, flow: impl Fn(&str) -> String, action: impl Fn(&str) -> String) -> String {
        let (flow, action) = (flow(self.name.as_deref().unwrap_or(&self.id)), action(&self.action));
        match self.reason {
            "registers" => format!("after {flow}, whose URL it registers at {action}"),
            _ => format!("after {flow}, which it calls at {action}"),
        }
    }
}

pub(super) fn state(state: State) -> &'static str {
    match state {
        State::On => "on",
        State::Off => "off",
        State::Suspended => "suspended",
        State::Unknown => "unknown",
    }
}

/// The order as a list to follow, wave by wave, each flow with the reason for its place.
pub(crate) fn text(analysis: &Analysis, order: &Activation) -> String {
    let flows: usize = order.waves.iter().map(Vec::len).sum();
    let mut out = String::new();
    let name = |flow: FlowIx| printable(&analysis.workspace.flow(flow).name).into_owned();
    out.push_str(&external_text(&order.external));
    if flows > 0 {
        out.push_str(&format!("turn on {} in {}\n", count(flows, "flow"), count(order.waves.len(), "wave")));
    }
    for (number, wave) in order.waves.iter().enumerate() {
        out.push_str(&format!("\nwave {}\n", number + 1));
        for flow in wave {
            let step = step(analysis, order, *flow);
            out.push_str(&format!("  {:<7}  {}\n", step.state, name(*flow)));
            for after in &step.after {
                let shown = |name: &str| printable(name).into_owned();
                let sentence = after.sentence(shown, shown);
                out.push_str(&format!("           {sentence}\n"));
            }
        }
    }
    for cycle in &order.cycles {
        let names: Vec<String> = cycle.iter().map(|flow| name(*flow)).collect();
        out.push_str(&match names.as_slice() {
            [one] => format!("\nno order: {one} calls itself\n"),
            _ => format!("\nno order: these flows call each other in a circle\n  {}\n", names.join("\n  ")),
        });
    }
    out
}

fn external_text(external: &[ExternalFlow]) -> String {
    if external.is_empty() {
        return String::new();
    }
    let mut out = "before anything else, these flows have to be on in the target\n".to_owned();
    for flow in external {
        let name = flow.name.as_deref().unwrap_or(flow.id.as_str());
        let owner = flow.solution.as_ref().map(|owner| format!(" (solution {owner})")).unwrap_or_default();
        out.push_str(&format!("  {}{}\n", printable(name), printable(&owner)));
    }
    out.push('\n');
    out
}

/// The order as CSV: one flow a line, with a header.
pub(crate) fn csv(analysis: &Analysis, order: &Activation) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["position", "wave", "id", "name", "solution", "state", "after", "reason"])?;
    let waves = order.waves.iter().enumerate();
    let steps = waves.flat_map(|(wave, flows)| flows.iter().map(move |flow| (wave + 1, *flow)));
    for (position, (wave, flow)) in steps.enumerate() {
        let step = step(analysis, order, flow);
        let reasons: Vec<&str> = step.after.iter().map(|after| after.reason).collect();
        let after: Vec<&str> =
            step.after.iter().map(|after| after.name.as_deref().unwrap_or(&after.id)).collect();
        let (position, wave) = ((position + 1).to_string(), wave.to_string());
        writer.write_record([
            &position,
            &wave,
            step.id,
            step.name,
            step.solution.unwrap_or_default(),
            step.state,
            &after.join("; "),
            &reasons.join("; "),
        ])?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
