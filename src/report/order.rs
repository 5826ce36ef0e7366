//! The activation order as text, JSON, CSV and Markdown.

use serde::Serialize;

use super::spreadsheet;
use super::text::{clean, markdown_cell};
use super::to_json::to_json;
use super::verdict::{self, VerdictJson};
use crate::activation::{Activation, ExternalFlow, Reason, reasons, reasons_reversed};
use crate::analysis::Analysis;
use crate::graph::Callee;
use crate::model::{ActionIx, FlowIx, step_title};
use crate::verdict::Verdicts;
use crate::wording::count;

#[derive(Serialize)]
struct OrderReport<'a> {
    version: u32,
    waves: Vec<Vec<OrderStep<'a>>>,
    order: Vec<&'a str>,
    cycles: Vec<Vec<&'a str>>,
    external: Vec<External<'a>>,
}

#[derive(Serialize)]
struct OrderStep<'a> {
    id: &'a str,
    name: &'a str,
    solution: Option<&'a str>,
    state: &'a str,
    /// What happens to the flow on import.
    verdict: Option<VerdictJson<'a>>,
    after: Vec<Prerequisite>,
}

/// A flow that has to be turned on before, or turned off in the reversed order.
#[derive(Serialize)]
pub(super) struct Prerequisite {
    id: String,
    name: Option<String>,
    action: String,
    /// `calls`, `called-by` or `registers`.
    reason: &'static str,
}

#[derive(Serialize)]
struct External<'a> {
    id: &'a str,
    name: Option<&'a str>,
    solution: Option<&'a str>,
}

/// An order with the data for printing it.
pub(crate) struct Shown<'a> {
    pub(crate) analysis: &'a Analysis,
    pub(crate) order: &'a Activation,
    pub(crate) verdicts: &'a Verdicts,
    /// Whether it is the order for turning flows off.
    pub(crate) reversed: bool,
}

impl<'a> Shown<'a> {
    /// One JSON object and a line break.
    pub(crate) fn json(&self) -> String {
        let id = |flow: &FlowIx| self.analysis.workspace.flow(*flow).id.as_str();
        let external = self.order.external.iter().map(|flow| External {
            id: flow.id.as_str(),
            name: flow.name.as_deref(),
            solution: flow.solution.as_deref(),
        });
        to_json(&OrderReport {
            version: 1,
            waves: self
                .order
                .waves
                .iter()
                .map(|wave| wave.iter().map(|flow| self.step(*flow)).collect())
                .collect(),
            order: self.order.waves.iter().flatten().map(id).collect(),
            cycles: self.order.cycles.iter().map(|cycle| cycle.iter().map(id).collect()).collect(),
            external: external.collect(),
        })
    }

    fn step(&self, index: FlowIx) -> OrderStep<'a> {
        let analysis = self.analysis;
        let flow = analysis.workspace.flow(index);
        let after = if self.reversed {
            let reasons = reasons_reversed(&analysis.workspace, &analysis.graph, index);
            reasons.iter().map(|reason| Prerequisite::of(analysis, self.order, reason)).collect()
        } else {
            after(analysis, self.order, index)
        };
        OrderStep {
            id: flow.id.as_str(),
            name: &flow.name,
            solution: analysis.workspace.solution_of(index).unique_name(),
            state: flow.state.as_str(),
            verdict: verdict::json(analysis, self.verdicts, index),
            after,
        }
    }

    /// The flows by wave, each with the reasons for its position.
    pub(crate) fn text(&self) -> String {
        let flows: usize = self.order.waves.iter().map(Vec::len).sum();
        let mut out = if self.reversed { String::new() } else { external_text(&self.order.external) };
        let name = |flow: FlowIx| clean(&self.analysis.workspace.flow(flow).name);
        if flows > 0 {
            let verb = if self.reversed { "off" } else { "on" };
            let waves = count(self.order.waves.len(), "wave");
            out.push_str(&format!("turn {verb} {} in {waves}\n", count(flows, "flow")));
        }
        for (number, wave) in self.order.waves.iter().enumerate() {
            out.push_str(&format!("\nwave {}\n", number + 1));
            for flow in wave {
                let step = self.step(*flow);
                out.push_str(&format!("  {:<7}  {}\n", step.state, name(*flow)));
                for after in &step.after {
                    let sentence = after.sentence(clean, |action| clean(&step_title(action)));
                    out.push_str(&format!("           {sentence}\n"));
                }
                let reason = verdict::reason(self.analysis, self.verdicts, *flow).filter(|_| !self.reversed);
                if let Some(reason) = reason {
                    out.push_str(&format!("           {}\n", reason.sentence(clean, clean)));
                }
            }
        }
        for cycle in &self.order.cycles {
            let names: Vec<String> = cycle.iter().map(|flow| name(*flow)).collect();
            out.push_str(&match names.as_slice() {
                [name] => format!("\nno order: {name} calls itself\n"),
                _ => {
                    format!("\nno order: these flows call each other in a circle\n  {}\n", names.join("\n  "))
                }
            });
        }
        out
    }

    /// Every flow with its wave.
    fn steps(&self) -> impl Iterator<Item = (usize, OrderStep<'a>)> {
        let waves = self.order.waves.iter().enumerate();
        waves.flat_map(move |(wave, flows)| flows.iter().map(move |flow| (wave + 1, self.step(*flow))))
    }

    /// One flow per line, with a header.
    pub(crate) fn csv(&self) -> Result<String, csv::Error> {
        let header = ["position", "wave", "id", "name", "solution", "state", "after", "reason"];
        let rows = self.steps().enumerate().map(|(position, (wave, step))| {
            let reasons: Vec<&str> = step.after.iter().map(|after| after.reason).collect();
            let reasons = reasons.join("; ");
            let (id, name, state) = (step.id.to_owned(), step.name.to_owned(), step.state.to_owned());
            let solution = step.solution.unwrap_or_default().to_owned();
            let after = names(step.after).join("; ");
            [(position + 1).to_string(), wave.to_string(), id, name, solution, state, after, reasons]
        });
        spreadsheet::csv(header, rows)
    }

    /// A table for a release note.
    pub(crate) fn markdown(&self) -> String {
        let mut out = "| wave | flow | state | after |\n|---|---|---|---|\n".to_owned();
        for (wave, step) in self.steps() {
            let after: Vec<String> = names(step.after).iter().map(|name| markdown_cell(name)).collect();
            let name = markdown_cell(step.name);
            out.push_str(&format!("| {wave} | {name} | {} | {} |\n", step.state, after.join(", ")));
        }
        for cycle in &self.order.cycles {
            let names = cycle.iter().map(|flow| markdown_cell(&self.analysis.workspace.flow(*flow).name));
            out.push_str(&format!(
                "\nNo order, because these flows call each other in a circle: {}\n",
                names.collect::<Vec<_>>().join(", ")
            ));
        }
        out
    }
}

/// The flows that have to be on before a flow, with the reasons.
pub(super) fn after(analysis: &Analysis, order: &Activation, flow: FlowIx) -> Vec<Prerequisite> {
    let reasons = reasons(&analysis.workspace, &analysis.graph, order, flow);
    reasons.iter().map(|reason| Prerequisite::of(analysis, order, reason)).collect()
}

impl Prerequisite {
    fn of(analysis: &Analysis, order: &Activation, reason: &Reason) -> Self {
        let known = |flow: FlowIx| {
            let flow = analysis.workspace.flow(flow);
            (flow.id.to_string(), Some(flow.name.clone()))
        };
        let action = |flow: FlowIx, action: ActionIx| -> String {
            let content = analysis.workspace.flow(flow).content.as_ref();
            content.map(|content| content.definition.action(action).name.to_owned()).unwrap_or_default()
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
                Prerequisite { id, name, action: action(call.caller, call.action), reason: "calls" }
            }
            Reason::CalledBy(call) => {
                let (id, name) = known(call.caller);
                Prerequisite { id, name, action: action(call.caller, call.action), reason: "called-by" }
            }
            Reason::Registers(site) => {
                let (id, name) = known(site.receiver);
                Prerequisite { id, name, action: action(site.flow, site.action), reason: "registers" }
            }
        }
    }

    /// `after <flow>, which it calls at <action>`, with formatted names.
    pub(super) fn sentence(&self, flow: impl Fn(&str) -> String, action: impl Fn(&str) -> String) -> String {
        let (flow, action) = (flow(self.name.as_deref().unwrap_or(&self.id)), action(&self.action));
        match self.reason {
            "registers" => format!("after {flow}, whose URL it registers at {action}"),
            "called-by" => format!("after {flow}, which calls it at {action}"),
            _ => format!("after {flow}, which it calls at {action}"),
        }
    }
}

fn names(after: Vec<Prerequisite>) -> Vec<String> {
    after.into_iter().map(|after| after.name.unwrap_or(after.id)).collect()
}

fn external_text(external: &[ExternalFlow]) -> String {
    if external.is_empty() {
        return String::new();
    }
    let mut out = "first, these flows have to be on in the target environment\n".to_owned();
    for flow in external {
        let name = flow.name.as_deref().unwrap_or(flow.id.as_str());
        let owner = flow.solution.as_ref().map(|owner| format!(" (solution {owner})")).unwrap_or_default();
        out.push_str(&format!("  {}{}\n", clean(name), clean(&owner)));
    }
    out.push('\n');
    out
}
