//! The runbook: what to do on the day of an import, in nine parts. Every step is derived from the package, and steps that
//! findings are about state the rule. This is the data, as the JSON format has it. `write` turns it into text.

mod checks;
mod connections;
mod coverage;
mod import;
mod markup;
mod needs;
mod references;
mod settings;
mod step_findings;
mod upgrade;
mod webhooks;
mod write;

use serde::Serialize;

use super::flow_name::FlowName;
use super::order::{Prerequisite, after};
use super::to_json::to_json;
use super::verdict::{self, Reason, VerdictJson};
use crate::activation::{self, Activation};
use crate::analysis::Analysis;
use crate::finding::Finding;
use crate::graph::Callee;
use crate::model::FlowIx;
use crate::verdict::{Outcome, Verdicts};
use checks::Check;
use connections::{FlowConnections, RunOnly};
pub(crate) use coverage::{Lack, SettingsFile};
use import::{Import, Mode};
pub(crate) use markup::Markup;
use needs::Prerequisites;
use references::Reference;
use step_findings::{StepFinding, StepFindings};
pub(crate) use upgrade::Start;
use upgrade::Upgrade;
use webhooks::{InUse, Outside, Registrations};

/// The whole runbook. Version 1: members are only ever added.
#[derive(Serialize)]
pub(crate) struct Runbook<'a> {
    version: u32,
    solutions: Vec<SolutionName<'a>>,
    /// Whether every flow could be read. Otherwise steps may be missing.
    complete: bool,
    /// Part 1, and the variables of part 4.
    needs: Prerequisites<'a>,
    /// Part 2.
    import: Import<'a>,
    /// Part 3.
    references: Vec<Reference<'a>>,
    /// The connections of each flow, in the order of turning on, with the steps that use them.
    connections: Vec<FlowConnections<'a>>,
    /// Part 5: connections that the run-only user provides.
    run_only: Vec<RunOnly<'a>>,
    /// Part 6: flows, wave by wave.
    turn_on: Vec<Vec<TurnOn<'a>>>,
    /// Flows without an order: they call each other in a cycle.
    cycles: Vec<Cycle<'a>>,
    /// Part 7.
    registrations: Registrations<'a>,
    /// Part 8: the flows to run.
    checks: Vec<Check<'a>>,
    /// What is known of webhook providers, for the parts 1, 8 and 9.
    outside: Vec<Outside>,
    /// How many flows the import turns on, in words.
    #[serde(skip)]
    summary: Option<String>,
    /// For an upgrade. The parts contain only what is new then.
    #[serde(skip_serializing_if = "Option::is_none")]
    upgrade: Option<Upgrade<'a>>,
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
    /// The same, for texts.
    #[serde(skip)]
    outcome: Option<&'a Outcome>,
    /// Why it will not turn on, for texts.
    #[serde(skip)]
    reason: Option<Reason<'a>>,
    after: Vec<Prerequisite>,
    /// The same, for texts.
    #[serde(skip)]
    earlier: Vec<Earlier<'a>>,
    findings: Vec<StepFinding>,
}

/// A flow that has to be on before.
struct Earlier<'a> {
    name: &'a str,
    /// Whether its URL is registered. Otherwise it is called.
    registers: bool,
}

impl<'a> Runbook<'a> {
    /// Derives the runbook. Settings files state which connections and values are given.
    pub(crate) fn of(analysis: &'a Analysis, findings: &[Finding], verdicts: &'a Verdicts) -> Self {
        let order = analysis.activation();
        let marks = StepFindings::of(findings);
        let flows: Vec<FlowIx> = order.flat().chain(order.cycles.iter().flatten().copied()).collect();
        let in_use = InUse::of(analysis);
        let connections = connections::of(analysis, &flows, &marks);
        let turn_on = |flow: &FlowIx| TurnOn {
            flow: FlowName::of(analysis, *flow),
            state: analysis.workspace.flow(*flow).state.as_str(),
            verdict: verdict::json(analysis, verdicts, *flow),
            outcome: verdicts.get(&analysis.workspace, *flow).map(|verdict| &verdict.outcome),
            reason: verdict::reason(analysis, verdicts, *flow),
            after: after(analysis, order, *flow),
            earlier: earlier(analysis, order, *flow),
            findings: marks.of_activation(analysis, *flow),
        };
        let cycle = |group: &Vec<FlowIx>| Cycle {
            flows: group.iter().map(|flow| FlowName::of(analysis, *flow)).collect(),
            findings: marks.of_any(group),
        };
        Runbook {
            version: 1,
            solutions: solutions(analysis),
            complete: is_complete(analysis),
            needs: Prerequisites::of(analysis, order, &flows, &marks),
            import: Import::of(analysis, &Mode { sets_values: true, is_upgraded: &|_| false }),
            references: references::of(analysis, &flows, &connections),
            connections,
            run_only: connections::run_only(analysis, &flows, &marks),
            turn_on: order.waves.iter().map(|wave| wave.iter().map(turn_on).collect()).collect(),
            cycles: order.cycles.iter().map(cycle).collect(),
            registrations: Registrations::of(analysis, &flows, &marks, &in_use),
            checks: checks::of(analysis, &flows),
            outside: webhooks::outside(analysis, &in_use),
            summary: verdict::summary(verdicts),
            upgrade: None,
        }
    }

    /// Derives the runbook of an upgrade, from the findings about the new version and the verdicts on its flows. It contains
    /// only what is new.
    pub(crate) fn of_upgrade(start: Start<'a>, findings: &[Finding], verdicts: &'a Verdicts) -> Self {
        let mut runbook = Runbook::of(&start.versions.new, findings, verdicts);
        runbook.restrict(start);
        runbook
    }

    /// The runbook as one JSON object and a line break.
    pub(crate) fn json(&self) -> String {
        to_json(self)
    }

    /// The runbook for people.
    pub(crate) fn text(&self, markup: Markup) -> String {
        write::text(self, markup)
    }

    /// The same without its title and introduction.
    pub(crate) fn parts(&self, markup: Markup) -> String {
        write::parts(self, markup)
    }

    /// Whether it is about an upgrade, and contains only what is new.
    pub(crate) fn is_upgrade(&self) -> bool {
        self.upgrade.is_some()
    }

    /// Whether every file could be read. Otherwise steps may be missing.
    pub(crate) fn is_complete(&self) -> bool {
        self.complete
    }
}

/// Whether every flow of the package is known with its steps.
fn is_complete(analysis: &Analysis) -> bool {
    analysis.workspace.is_all_read()
}

/// The flows that have to be on before a flow.
fn earlier<'a>(analysis: &'a Analysis, order: &Activation, flow: FlowIx) -> Vec<Earlier<'a>> {
    let workspace = &analysis.workspace;
    let reasons = activation::reasons(workspace, &analysis.graph, order, flow);
    let earlier = reasons.into_iter().filter_map(|reason| match reason {
        // Part 1 has the flows of other packages.
        activation::Reason::Calls(call) => match call.callee {
            Callee::Flow(child) => Some(Earlier { name: &workspace.flow(child).name, registers: false }),
            Callee::External(_) => None,
        },
        activation::Reason::Registers(site) => {
            Some(Earlier { name: &workspace.flow(site.receiver).name, registers: true })
        }
        activation::Reason::CalledBy(_) => None,
    });
    earlier.collect()
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
