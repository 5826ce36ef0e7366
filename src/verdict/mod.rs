//! Predicts for each flow what happens on import and when settings are applied: it turns on, it stays off as exported, or
//! it fails to turn on, and why.
//!
//! This stage comes after the rules. Findings state which flows are blocked, whether reports show them or not, and the
//! graph propagates this to every flow that calls them. A flow turns on if nothing blocks it and every flow that it calls
//! turns on.

mod needs;

use std::collections::{BTreeMap, VecDeque};

use crate::activation::Activation;
use crate::finding::{Blocks, Finding, Severity};
use crate::graph::{Callee, Graph};
use crate::model::settings::states_after_settings;
use crate::model::{FlowIx, Settings, State, Workspace};

pub use needs::Need;
pub(crate) use needs::premium_steps;

/// The verdicts on all flows. A flow that is in several inputs has one verdict.
#[derive(Debug, Default)]
pub struct Verdicts {
    by_flow: BTreeMap<FlowIx, Verdict>,
    /// Whether settings decide about the state of a flow.
    pub(crate) follow_settings: bool,
}

/// What happens to a flow on import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the flow will be on.
    pub outcome: Outcome,
    /// What the user has to provide before the flow can be turned on. Empty for flows that stay off.
    pub needs: Vec<Need>,
}

/// Whether a flow is on after the import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The import, or the script that applies the settings, turns it on once its needs are met.
    TurnsOn,
    /// It was exported as off or suspended, or the settings leave it off.
    StaysOff,
    /// It should be turned on, but the platform will refuse it.
    Blocked(Cause),
    /// Its file has no record, so its state is unknown.
    Unknown,
}

impl Outcome {
    /// `turns-on`, `stays-off`, `will-not-turn-on` or `unknown`, as in formats for programs.
    pub fn as_str(&self) -> &'static str {
        match self {
            Outcome::TurnsOn => "turns-on",
            Outcome::StaysOff => "stays-off",
            Outcome::Blocked(_) => "will-not-turn-on",
            Outcome::Unknown => "unknown",
        }
    }
}

/// Why a flow fails to turn on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A finding of this rule.
    Rule(&'static str),
    /// It is one of these flows, which call each other in a cycle.
    Circle(Vec<FlowIx>),
    /// It calls this flow, which will not be on.
    Child(FlowIx),
}

impl Verdicts {
    /// Computes the verdicts on all flows.
    pub(crate) fn of(
        workspace: &Workspace,
        graph: &Graph,
        order: &Activation,
        settings: &[Settings],
        blocking: &[Finding],
    ) -> Self {
        let mut outcomes = recorded(workspace);
        let follow_settings = follow_settings(workspace, settings, &mut outcomes);
        let seeds = seeds(workspace, graph, order, blocking);
        for (flow, cause) in seeds {
            if let Some(outcome @ (Outcome::TurnsOn | Outcome::Unknown)) = outcomes.get_mut(&flow) {
                *outcome = Outcome::Blocked(cause);
            }
        }
        block_callers(workspace, graph, &mut outcomes);
        let verdict = |(flow, outcome)| {
            let needs = match outcome {
                Outcome::StaysOff => Vec::new(),
                _ => needs::of(workspace, graph, settings, flow),
            };
            (flow, Verdict { outcome, needs })
        };
        Verdicts { by_flow: outcomes.into_iter().map(verdict).collect(), follow_settings }
    }

    /// The verdict on a flow.
    pub fn get(&self, workspace: &Workspace, flow: FlowIx) -> Option<&Verdict> {
        self.by_flow.get(&workspace.representative(flow))
    }

    /// Every flow with its verdict.
    pub fn iter(&self) -> impl Iterator<Item = (FlowIx, &Verdict)> {
        self.by_flow.iter().map(|(flow, verdict)| (*flow, verdict))
    }

    /// The flow at the end of a chain of calls: it is blocked for a reason of its own, or stays off.
    pub fn root(&self, workspace: &Workspace, mut flow: FlowIx) -> FlowIx {
        // Each step leads to a flow that was blocked earlier, so the loop ends.
        while let Some(Verdict { outcome: Outcome::Blocked(Cause::Child(child)), .. }) =
            self.get(workspace, flow)
        {
            flow = *child;
        }
        flow
    }

    /// The number of flows with each outcome.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for verdict in self.by_flow.values() {
            *match verdict.outcome {
                Outcome::TurnsOn => &mut counts.turn_on,
                Outcome::StaysOff => &mut counts.stay_off,
                Outcome::Blocked(Cause::Child(_)) => &mut counts.blocked_by_child,
                Outcome::Blocked(_) => &mut counts.blocked,
                Outcome::Unknown => &mut counts.unknown,
            } += 1;
        }
        counts
    }
}

/// The number of flows with each outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// They turn on.
    pub turn_on: usize,
    /// They were exported as off.
    pub stay_off: usize,
    /// They fail to turn on for a reason of their own.
    pub blocked: usize,
    /// They fail to turn on because of a flow that they call.
    pub blocked_by_child: usize,
    /// Their state is unknown.
    pub unknown: usize,
}

/// The outcome of each flow by its recorded state alone.
fn recorded(workspace: &Workspace) -> BTreeMap<FlowIx, Outcome> {
    let flows = workspace.indexed().filter(|(flow, _)| workspace.representative(*flow) == *flow);
    let outcome = |state| match state {
        State::On => Outcome::TurnsOn,
        State::Off | State::Suspended => Outcome::StaysOff,
        State::Unknown => Outcome::Unknown,
    };
    flows.map(|(index, flow)| (index, outcome(flow.state))).collect()
}

/// Applies `ActivateFlowConfiguration`, which turns flows on and off after the import. Returns whether that changes
/// anything.
fn follow_settings(
    workspace: &Workspace,
    settings: &[Settings],
    outcomes: &mut BTreeMap<FlowIx, Outcome>,
) -> bool {
    let mut is_changed = false;
    for (flow, turns_on) in states_after_settings(workspace, settings) {
        let outcome = if turns_on { Outcome::TurnsOn } else { Outcome::StaysOff };
        // An import leaves out a flow without a record, whatever the settings say.
        if let Some(known) = outcomes.get_mut(&flow).filter(|_| !workspace.is_left_out(workspace.flow(flow)))
        {
            is_changed |= *known != outcome;
            *known = outcome;
        }
    }
    is_changed
}

/// The flows that are blocked for a reason of their own. The first reason counts.
fn seeds(
    workspace: &Workspace,
    graph: &Graph,
    order: &Activation,
    findings: &[Finding],
) -> BTreeMap<FlowIx, Cause> {
    let mut seeds = BTreeMap::new();
    let mut add = |flow, cause: Cause| {
        seeds.entry(workspace.representative(flow)).or_insert(cause);
    };
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Error) {
        let own = finding.flow.into_iter().chain(finding.also_blocked.iter().copied());
        match finding.blocks {
            Blocks::Nothing => {}
            Blocks::Flow => own.for_each(|flow| add(flow, Cause::Rule(finding.rule))),
            Blocks::Callers => {
                let callers = own.flat_map(|flow| graph.calls_to(flow)).map(|call| call.caller);
                callers.for_each(|flow| add(flow, Cause::Rule(finding.rule)));
            }
        }
    }
    for cycle in &order.cycles {
        cycle.iter().for_each(|flow| add(*flow, Cause::Circle(cycle.clone())));
    }
    seeds
}

/// Blocks every flow that calls a flow that will not be on. Breadth first, so that each flow states the nearest cause.
fn block_callers(workspace: &Workspace, graph: &Graph, outcomes: &mut BTreeMap<FlowIx, Outcome>) {
    // An import leaves out a flow without a record, so it is not there to be called.
    let is_off = |(flow, outcome): &(&FlowIx, &Outcome)| match outcome {
        Outcome::StaysOff | Outcome::Blocked(_) => true,
        Outcome::Unknown => workspace.is_left_out(workspace.flow(**flow)),
        Outcome::TurnsOn => false,
    };
    let mut queue: VecDeque<FlowIx> = outcomes.iter().filter(is_off).map(|(flow, _)| *flow).collect();
    let mut callers: BTreeMap<FlowIx, Vec<FlowIx>> = BTreeMap::new();
    for caller in outcomes.keys() {
        for call in graph.calls_of(*caller) {
            if let Callee::Flow(child) = call.callee {
                callers.entry(workspace.representative(child)).or_default().push(*caller);
            }
        }
    }
    while let Some(child) = queue.pop_front() {
        for caller in callers.remove(&child).unwrap_or_default() {
            if let Some(outcome @ (Outcome::TurnsOn | Outcome::Unknown)) = outcomes.get_mut(&caller) {
                *outcome = Outcome::Blocked(Cause::Child(child));
                queue.push_back(caller);
            }
        }
    }
}
