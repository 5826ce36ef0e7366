//! The runbook of an upgrade: the ordinary runbook of the new version, without what the target has from the old version or
//! from other solutions. What stays is counted.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::Serialize;

use super::import::{Import, Mode};
use super::needs::Prerequisites;
use super::step_findings::StepFindings;
use super::{Runbook, SolutionName, connections};
use crate::analysis::Analysis;
use crate::compare::{Change, Comparison, ImportKind, version};
use crate::finding::{Finding, Severity};
use crate::graph::Callee;
use crate::model::{Flow, FlowContent, FlowIx, LogicalName, SchemaName, SolutionIx, State, Trigger};
use crate::report::flow_name::FlowName;
use crate::versions::Versions;

/// Two versions, and how the new one is imported over the old one.
#[derive(Clone, Copy)]
pub(crate) struct Start<'a> {
    pub(crate) versions: &'a Versions,
    pub(crate) comparison: &'a Comparison,
    pub(crate) kind: ImportKind,
    /// The findings of the rules about two versions.
    pub(crate) breaks: &'a [Finding],
}

/// What the runbook of an upgrade has in addition.
#[derive(Serialize)]
pub(super) struct Upgrade<'a> {
    /// `update`, `upgrade` or `patch`.
    pub(super) import: &'static str,
    /// The old versions of the solutions.
    pub(super) from: Vec<SolutionName<'a>>,
    /// Findings to fix before the import.
    pub(super) fix: Vec<Fix>,
    pub(super) deletes: Deletes<'a>,
    /// Flows that were exported in another state than the old version. The import does not change their state.
    pub(super) states: Vec<StateChange<'a>>,
    /// Flows of both versions that need something new: a connection, the value of a variable, or a child flow.
    pub(super) affected: Vec<FlowName<'a>>,
    /// Flows of both versions whose URL changes.
    pub(super) urls: Vec<FlowName<'a>>,
    pub(super) stays: Stays,
}

/// A finding of the comparison.
#[derive(Serialize)]
pub(super) struct Fix {
    pub(super) severity: &'static str,
    pub(super) rule: &'static str,
    pub(super) message: String,
}

/// What the import deletes.
#[derive(Serialize, Default)]
pub(super) struct Deletes<'a> {
    pub(super) flows: Vec<FlowName<'a>>,
    pub(super) references: Vec<&'a str>,
    pub(super) variables: Vec<&'a str>,
}

/// A flow with another recorded state.
#[derive(Serialize)]
pub(super) struct StateChange<'a> {
    pub(super) flow: FlowName<'a>,
    pub(super) old: &'static str,
    pub(super) new: &'static str,
}

/// How many components need nothing, because the target has them.
#[derive(Serialize, Default)]
pub(super) struct Stays {
    pub(super) references: usize,
    pub(super) variables: usize,
    /// Flows with connections of their run-only users.
    pub(super) run_only: usize,
    pub(super) flows: usize,
    pub(super) registrations: usize,
    /// Flows without any change.
    pub(super) unchanged: usize,
}

/// Rules whose findings are about steps of the runbook: what has to be bound, valued, turned on or registered.
const IN_STEPS: [&str; 6] = [
    "new-reference-without-connection",
    "new-variable-without-value",
    "new-flow-off",
    "flow-state-differs",
    "receiver-url-changed",
    "webhook-event-dropped",
];

impl<'a> Runbook<'a> {
    /// Leaves out what the target has.
    pub(super) fn restrict(&mut self, start: Start<'a>) {
        let target = Target::of(start);
        let mut stays =
            Stays { unchanged: start.comparison.kept.len() - target.changed.len(), ..Stays::default() };
        self.restrict_needs(&target, &mut stays);
        self.restrict_connections(&target, &mut stays);
        self.restrict_flows(&target, &mut stays);
        self.restrict_registrations(&target, &mut stays);
        let sets_values = !self.references.is_empty()
            || !self.needs.provided.is_empty()
            || self.needs.variables.iter().any(|one| one.display_name.is_some());
        let is_upgraded = |solution| target.is_upgraded(solution);
        self.import = Import::of(&start.versions.new, &Mode { sets_values, is_upgraded: &is_upgraded });
        self.complete &= super::is_complete(&start.versions.old);
        self.upgrade = Some(target.upgrade(self, stays));
    }

    fn restrict_needs(&mut self, target: &Target<'a>, stays: &mut Stays) {
        let needs = &mut self.needs;
        let before = &target.needs;
        let others = &target.start.versions.others.workspace;
        needs.solutions.retain(|one| {
            let known = before.solutions.iter().find(|known| known.name == one.name);
            let is_known =
                known.is_some_and(|known| one.components.iter().all(|name| known.components.contains(name)));
            !is_known && one.name.is_none_or(|name| others.solution_named(name).is_none())
        });
        needs.flows.retain(|one| {
            let is_elsewhere = others.flows.iter().any(|flow| flow.id.as_str() == one.id);
            !is_elsewhere && !before.flows.iter().any(|known| known.id == one.id)
        });
        let has = |name: &str| before.connectors.iter().any(|known| known.name.eq_ignore_ascii_case(name));
        needs.connectors.retain(|one| !has(one.name));
        needs.built_in.retain(|name| !before.built_in.contains(name));
        needs.secrets.retain(|name| !before.secrets.contains(name));
        needs.licences.retain(|one| {
            let known = before.licences.iter().find(|known| known.flow.id == one.flow.id);
            !known.is_some_and(|known| one.premium.iter().all(|name| known.premium.contains(name)))
        });
        let number = needs.variables.len() + needs.provided.len();
        needs.variables.retain(|one| target.needs_value(one.name));
        needs.provided.retain(|one| target.needs_value(one.name) || target.has_other_value(one.name));
        stays.variables = number - needs.variables.len() - needs.provided.len();
    }

    fn restrict_connections(&mut self, target: &Target<'a>, stays: &mut Stays) {
        let number = self.references.len();
        self.references.retain(|one| target.needs_binding(one.name));
        stays.references = number - self.references.len();
        for one in &mut self.connections {
            let is_new = target.is_new(one.flow);
            one.connections.retain(|bound| bound.reference.map_or(is_new, |name| target.needs_binding(name)));
        }
        self.connections.retain(|one| !one.connections.is_empty());
        let mut kept = HashSet::new();
        self.run_only.retain(|one| {
            let is_known = target.run_only.contains(&(one.flow.id, one.key));
            if is_known {
                kept.insert(one.flow.id);
            }
            !is_known
        });
        stays.run_only = kept.len();
    }

    fn restrict_flows(&mut self, target: &Target<'a>, stays: &mut Stays) {
        for wave in &mut self.turn_on {
            let number = wave.len();
            wave.retain(|one| target.is_new(one.flow));
            stays.flows += number - wave.len();
        }
        self.turn_on.retain(|wave| !wave.is_empty());
        self.cycles.retain(|cycle| cycle.flows.iter().any(|flow| target.is_new(*flow)));
        for check in &mut self.checks {
            check.flows.retain(|flow| target.is_new(*flow) || target.changed.contains(flow.id));
        }
        self.checks.retain(|check| !check.flows.is_empty());
        self.summary = None;
    }

    fn restrict_registrations(&mut self, target: &Target<'a>, stays: &mut Stays) {
        let registrations = &mut self.registrations;
        let number = registrations.run.len() + registrations.unregistered.len();
        let has_new_url = |flow: FlowName<'_>| target.is_new(flow) || target.has_new_url(flow);
        registrations.run.retain(|run| {
            target.is_new(run.flow)
                || run.receivers.iter().any(|one| has_new_url(one.flow))
                || target.registered(run.flow, run.provider).as_ref() != Some(&run.events)
        });
        registrations.unregistered.retain(|one| has_new_url(one.flow));
        stays.registrations = number - registrations.run.len() - registrations.unregistered.len();
        let providers: Vec<&str> = registrations
            .run
            .iter()
            .map(|run| run.provider)
            .chain(registrations.unregistered.iter().map(|one| one.provider))
            .collect();
        self.outside.retain(|one| providers.contains(&one.provider));
    }
}

/// What the target has: the old version and other solutions.
struct Target<'a> {
    start: Start<'a>,
    /// The flows of both versions, by id.
    kept: HashMap<&'a str, (FlowIx, FlowIx)>,
    /// The ids of flows that changed.
    changed: HashSet<&'a str>,
    references: BTreeSet<LogicalName>,
    /// Connection references that get another connector.
    rebound: BTreeSet<&'a LogicalName>,
    /// Variables with a value in the package of the old version.
    with_value: BTreeSet<&'a SchemaName>,
    variables: BTreeSet<&'a SchemaName>,
    /// What the old version needed.
    needs: Prerequisites<'a>,
    /// The connections of run-only users: the id of the flow, and the key.
    run_only: HashSet<(&'a str, &'a str)>,
}

impl<'a> Target<'a> {
    fn of(start: Start<'a>) -> Self {
        let Versions { old, new, others, .. } = start.versions;
        let order = old.activation();
        let flows: Vec<FlowIx> = order.flat().chain(order.cycles.iter().flatten().copied()).collect();
        let marks = StepFindings::of(&[]);
        let kept = start.comparison.kept.iter();
        let changed = start.comparison.flows.iter().filter_map(|change| match change {
            Change::Changed { new: flow, .. } => Some(new.workspace.flow(*flow).id.as_str()),
            Change::Added(_) | Change::Removed(_) => None,
        });
        let rebound = start.comparison.references.iter().filter_map(|change| match change {
            Change::Changed { new: (_, name), diff } => diff.connector.as_ref().map(|_| name),
            Change::Added(_) | Change::Removed(_) => None,
        });
        let variables = |analysis: &'a Analysis| {
            analysis.workspace.solutions.iter().flat_map(|solution| solution.variables.values())
        };
        let with_value = variables(old).filter(|one| one.has_default || one.value.is_some());
        let used = old.workspace.contents().flat_map(|(.., content)| &content.variable_uses);
        let known = variables(old).chain(variables(others)).map(|one| &one.schema_name);
        Target {
            start,
            kept: kept
                .map(|(before, after)| (new.workspace.flow(*after).id.as_str(), (*before, *after)))
                .collect(),
            changed: changed.collect(),
            references: [old, others].into_iter().flat_map(references).collect(),
            rebound: rebound.collect(),
            with_value: with_value.map(|one| &one.schema_name).collect(),
            variables: known.chain(used.map(|one| &one.schema_name)).collect(),
            needs: Prerequisites::of(old, order, &flows, &marks),
            run_only: connections::run_only(old, &flows, &marks)
                .into_iter()
                .map(|one| (one.flow.id, one.key))
                .collect(),
        }
    }

    /// Whether the target does not have a flow, as far as the packages show.
    fn is_new(&self, flow: FlowName<'_>) -> bool {
        !self.kept.contains_key(flow.id)
    }

    fn needs_binding(&self, reference: &str) -> bool {
        let name = LogicalName::new(reference);
        !self.references.contains(&name) || self.rebound.contains(&name)
    }

    /// Whether a variable without a value in the new version has none in the target.
    fn needs_value(&self, variable: &str) -> bool {
        let name = SchemaName::new(variable);
        let has_value = |workspace: &crate::model::Workspace| {
            let mut all = workspace.solutions.iter().filter_map(|one| one.variables.get(&name));
            all.any(|one| one.has_default || one.value.is_some())
        };
        let is_lost = self.with_value.contains(&name) && !has_value(&self.start.versions.new.workspace);
        !self.variables.contains(&name) || is_lost
    }

    /// Whether the package has another value for a variable than the old version.
    fn has_other_value(&self, variable: &str) -> bool {
        let wanted = SchemaName::new(variable);
        self.start.comparison.variables.iter().any(|change| match change {
            Change::Changed { new: (_, name), diff } => *name == wanted && (diff.default || diff.value),
            Change::Added(_) | Change::Removed(_) => false,
        })
    }

    /// Whether a flow of both versions gets another URL, because its trigger is another one.
    fn has_new_url(&self, flow: FlowName<'_>) -> bool {
        let Some((old, new)) = self.kept.get(flow.id) else { return false };
        let Versions { old: before, new: after, .. } = self.start.versions;
        let url = http_trigger(before.workspace.flow(*old));
        url.is_some() && url != http_trigger(after.workspace.flow(*new))
    }

    /// The events that the old version of a flow registers with a provider, as [`super::webhooks::RegistrationRun`] has
    /// them. `None` if it does not register with the provider.
    fn registered(&self, flow: FlowName<'_>, provider: &str) -> Option<Option<BTreeSet<&'a str>>> {
        let (old, _) = self.kept.get(flow.id)?;
        let all = self.start.versions.old.webhooks.registrations.iter();
        let own: Vec<_> = all.filter(|one| one.flow == *old && one.provider.name == provider).collect();
        let events = own.iter().flat_map(|one| &one.events.names).map(|event| event.name.as_str());
        let are_known = own.iter().all(|one| one.events.is_complete);
        (!own.is_empty()).then(|| are_known.then(|| events.collect()))
    }

    /// Whether the import deletes what the new version of a solution lacks.
    fn is_upgraded(&self, solution: SolutionIx) -> bool {
        let pairs = &self.start.comparison.pairs;
        let is_managed = crate::compare::managed(self.start.versions.new.workspace.solution(solution));
        self.start.kind == ImportKind::Upgrade
            && is_managed != Some(false)
            && pairs.iter().any(|pair| pair.new == solution && pair.replaces)
    }

    fn upgrade(&self, runbook: &Runbook<'a>, stays: Stays) -> Upgrade<'a> {
        let Start { versions, comparison, kind, breaks } = self.start;
        let old = &versions.old.workspace;
        let from = comparison.pairs.iter().map(|pair| {
            let solution = old.solution(pair.old);
            SolutionName { name: solution.name(), version: Some(version(solution)) }
        });
        let fix = breaks.iter().filter(|one| one.severity > Severity::Info && !IN_STEPS.contains(&one.rule));
        let kept = comparison.kept.iter();
        let states = kept.clone().filter_map(|(before, after)| {
            let (before, flow) = (old.flow(*before).state, versions.new.workspace.flow(*after));
            let is_known = before != State::Unknown && flow.state != State::Unknown;
            (is_known && before != flow.state).then(|| StateChange {
                flow: FlowName::of(&versions.new, *after),
                old: before.as_str(),
                new: flow.state.as_str(),
            })
        });
        let names = kept.map(|(_, after)| (*after, FlowName::of(&versions.new, *after)));
        let is_shown = |flow: FlowName<'_>| {
            let registrations = &runbook.registrations;
            let receivers = registrations.run.iter().flat_map(|run| &run.receivers);
            receivers.chain(&registrations.unregistered).any(|one| one.flow.id == flow.id)
        };
        Upgrade {
            import: match kind {
                ImportKind::Update => "update",
                ImportKind::Upgrade => "upgrade",
                ImportKind::Patch => "patch",
            },
            from: from.collect(),
            fix: fix
                .map(|one| Fix {
                    severity: one.severity.as_str(),
                    rule: one.rule,
                    message: one.message.clone(),
                })
                .collect(),
            deletes: self.deletes(),
            states: states.collect(),
            affected: names
                .clone()
                .filter(|(flow, _)| self.is_affected(*flow, &runbook.needs))
                .map(|(_, name)| name)
                .collect(),
            urls: names
                .map(|(_, name)| name)
                .filter(|flow| self.has_new_url(*flow) && !is_shown(*flow))
                .collect(),
            stays,
        }
    }

    /// Whether a flow of both versions that was exported as on needs something new.
    fn is_affected(&self, index: FlowIx, needs: &Prerequisites<'_>) -> bool {
        let new = &self.start.versions.new;
        let flow = new.workspace.flow(index);
        let lacks_value =
            |name: &SchemaName| needs.variables.iter().any(|one| SchemaName::new(one.name) == *name);
        let uses_new = |content: &FlowContent| {
            let mut references = content.connections.iter().filter_map(|one| one.logical_name.as_ref());
            let mut variables = content.variable_uses.iter();
            references.any(|name| self.needs_binding(name.as_str()))
                || variables.any(|one| lacks_value(&one.schema_name))
        };
        let calls_new = || {
            new.graph.calls_of(index).iter().any(|call| match call.callee {
                Callee::Flow(child) => self.is_new(FlowName::of(new, child)),
                Callee::External(_) => false,
            })
        };
        flow.state == State::On && (flow.content.as_ref().is_some_and(uses_new) || calls_new())
    }

    fn deletes(&self) -> Deletes<'a> {
        let Start { versions, comparison, kind, .. } = self.start;
        if kind != ImportKind::Upgrade {
            return Deletes::default();
        }
        let others = &versions.others.workspace;
        let elsewhere: BTreeSet<LogicalName> = references(&versions.others).collect();
        let flows = comparison.removed_flows(&versions.old.workspace);
        let has_successor = |solution: &SolutionIx| comparison.successor(*solution).is_some();
        let removed = comparison.references.iter().filter_map(|change| match change {
            Change::Removed((solution, name)) if has_successor(solution) => Some(name),
            _ => None,
        });
        let variables = comparison.variables.iter().filter_map(|change| match change {
            Change::Removed((solution, name)) if has_successor(solution) => Some(name),
            _ => None,
        });
        let is_defined =
            |name: &SchemaName| others.solutions.iter().any(|solution| solution.variables.contains_key(name));
        Deletes {
            flows: flows
                .filter(|(_, flow)| !others.has_flow(&flow.id))
                .map(|(index, _)| FlowName::of(&versions.old, index))
                .collect(),
            references: removed.filter(|name| !elsewhere.contains(*name)).map(|name| name.as_str()).collect(),
            variables: variables.filter(|name| !is_defined(name)).map(|name| name.as_str()).collect(),
        }
    }
}

/// The connection references that packages declare or flows name.
fn references(analysis: &Analysis) -> impl Iterator<Item = LogicalName> {
    let workspace = &analysis.workspace;
    let declared = workspace.solutions.iter().flat_map(|solution| solution.references.iter().flatten());
    let used = workspace.contents().flat_map(|(.., content)| &content.connections);
    let used = used.filter_map(|connection| connection.logical_name.clone());
    declared.map(|(name, _)| name.clone()).chain(used)
}

/// The name of the trigger whose URL others call.
fn http_trigger(flow: &Flow) -> Option<&str> {
    let trigger: Trigger<'_> = flow.content.as_ref()?.definition.only_trigger()?;
    let has_url = trigger.is("Request") && trigger.kind().eq_ignore_ascii_case("Http");
    has_url.then_some(trigger.name)
}
