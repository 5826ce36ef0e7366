//! The runbook: what to do on the day of an import, step by step. Every step is derived from the package, and steps
//! that findings concern name the rule. This is the data, as the JSON format has it; `write` makes text of it.

mod connections;
mod markup;
mod needs;
mod settings;
mod step_findings;
mod webhooks;
mod write;

use serde::Serialize;

use super::flow_name::FlowName;
use super::order::{Prerequisite, after};
use super::to_json::to_json;
use super::verdict::{self, Reason, VerdictJson};
use crate::activation::Activation;
use crate::analysis::Analysis;
use crate::finding::Finding;
use crate::model::FlowIx;
use crate::verdict::Verdicts;
use connections::{FlowConnections, RunOnly};
pub(crate) use markup::Markup;
use needs::Prerequisites;
use step_findings::{StepFinding, StepFindings};
use webhooks::{Outside, Registrations};

/// The whole checklist. Version 1: members are only ever added.
#[derive(Serialize)]
pub(crate) struct Runbook<'a> {
    version: u32,
    solutions: Vec<SolutionName<'a>>,
    /// 1: what has to be there first.
    needs: Prerequisites<'a>,
    /// 2: connections, flow by flow in the order of turning on.
    connections: Vec<FlowConnections<'a>>,
    /// 3: connections that the run-only user is asked for.
    run_only: Vec<RunOnly<'a>>,
    /// 4: flows, wave by wave.
    turn_on: Vec<Vec<TurnOn<'a>>>,
    /// Flows without an order: they call each other in a circle.
    cycles: Vec<Cycle<'a>>,
    /// 5: registrations for webhooks.
    registrations: Registrations<'a>,
    /// 6: what no package shows.
    outside: Vec<Outside<'a>>,
}

#[derive(Serialize)]
struct SolutionName<'a> {
    name: &'a str,
    version: Option<&'a str>,
}

#[derive(Serialize)]
struct Cycle<'a> {
    flows: Vec<FlowName<'a>>,
    findings: Vec<StepFinding>,
}

#[derive(Serialize)]
struct TurnOn<'a> {
    flow: FlowName<'a>,
    state: &'static str,
    /// What will happen to it on import.
    verdict: Option<VerdictJson<'a>>,
    /// Why it will not turn on, for texts.
    #[serde(skip)]
    reason: Option<Reason<'a>>,
    after: Vec<Prerequisite>,
    findings: Vec<StepFinding>,
}

impl<'a> Runbook<'a> {
    /// Derives the checklist. Settings that go with the inputs say which connections and values are there already.
    pub(crate) fn of(analysis: &'a Analysis, findings: &[Finding], verdicts: &'a Verdicts) -> Self {
        let order = analysis.activation();
        let marks = StepFindings::of(findings);
        let flows: Vec<FlowIx> = order.flat().chain(order.cycles.iter().flatten().copied()).collect();
        let turn_on = |flow: &FlowIx| TurnOn {
            flow: FlowName::of(analysis, *flow),
            state: analysis.workspace.flow(*flow).state.as_str(),
            verdict: verdict::json(analysis, verdicts, *flow),
            reason: verdict::reason(analysis, verdicts, *flow),
            after: after(analysis, &order, *flow),
            findings: marks.of_activation(analysis, *flow),
        };
        let cycle = |group: &Vec<FlowIx>| Cycle {
            flows: group.iter().map(|flow| FlowName::of(analysis, *flow)).collect(),
            findings: marks.of_any(group),
        };
        Runbook {
            version: 1,
            solutions: solutions(analysis),
            needs: Prerequisites::of(analysis, &order, &marks),
            connections: connections::of(analysis, &flows, &marks),
            run_only: connections::run_only(analysis, &flows, &marks),
            turn_on: order.waves.iter().map(|wave| wave.iter().map(turn_on).collect()).collect(),
            cycles: order.cycles.iter().map(cycle).collect(),
            registrations: Registrations::of(analysis, &flows, &marks),
            outside: webhooks::outside(analysis),
        }
    }

    /// The checklist as one JSON object and a line break.
    pub(crate) fn json(&self) -> String {
        to_json(self)
    }

    /// The checklist for people.
    pub(crate) fn text(&self, markup: Markup) -> String {
        write::text(self, markup)
    }
}

fn solutions(analysis: &Analysis) -> Vec<SolutionName<'_>> {
    let solutions = analysis.workspace.solutions.iter();
    let mut names: Vec<SolutionName<'_>> = solutions
        .map(|solution| SolutionName {
            name: solution.name(),
            version: solution.manifest.as_ref().map(|manifest| manifest.version.as_str()),
        })
        .collect();
    // The same solution may be given twice, packed and unpacked.
    names.dedup_by(|a, b| (a.name, a.version) == (b.name, b.version));
    names
}
