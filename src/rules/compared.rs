//! What rules about two versions of packages look at, and how they run.

use std::collections::{BTreeMap, HashMap};

use super::{Check, Checked, Rule, all};
use crate::compare::{Comparison, ImportKind, SolutionPair};
use crate::config::{Config, Policy};
use crate::finding::{Finding, Sink};
use crate::graph::{CallSite, Callee, Graph};
use crate::model::{AppFlow, CanvasApp, Flow, FlowId, FlowIx, LogicalName, Settings, Workspace};
use crate::source::{FileId, Part, Place, Route, Sources};
use crate::webhooks::Webhooks;
use crate::wording::{listed, plural};

/// The packages of one version, or the other solutions of the environment.
#[derive(Clone, Copy)]
pub(crate) struct Side<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) graph: &'a Graph,
    pub(crate) webhooks: &'a Webhooks,
}

/// What a check of two versions may look at.
#[derive(Clone, Copy)]
pub(crate) struct Compared<'a> {
    /// The texts of all sides.
    pub(crate) sources: &'a Sources,
    pub(crate) old: Side<'a>,
    pub(crate) new: Side<'a>,
    /// Other solutions of the environment, which the import does not change.
    pub(crate) others: Side<'a>,
    /// The first file of the new version. Those of the old version are less.
    pub(crate) first_new: FileId,
    /// The first file of the other solutions.
    pub(crate) first_other: FileId,
    pub(crate) comparison: &'a Comparison,
    /// What uses flows after the import.
    pub(crate) uses: &'a FlowUses<'a>,
    pub(crate) kind: ImportKind,
    /// Deployment settings of the new version.
    pub(crate) settings: &'a [Settings],
    pub(crate) config: &'a Config,
}

/// The flows and apps that use a flow after the import, by its id: those of the new version and of other solutions.
#[derive(Default)]
pub(crate) struct FlowUses<'a> {
    callers: HashMap<FlowId, Vec<Caller<'a>>>,
    apps: HashMap<FlowId, Vec<AppUse<'a>>>,
}

/// A flow that calls another one once or more.
pub(crate) struct Caller<'a> {
    pub(crate) side: Side<'a>,
    pub(crate) flow: FlowIx,
    pub(crate) calls: Vec<CallSite>,
}

/// A flow of both versions.
#[derive(Clone, Copy)]
pub(crate) struct Kept<'a> {
    pub(crate) old: &'a Flow,
    pub(crate) new: &'a Flow,
    pub(crate) index: FlowIx,
}

/// An app that runs a flow.
pub(crate) type AppUse<'a> = (&'a CanvasApp, &'a AppFlow);

impl<'a> FlowUses<'a> {
    /// What uses flows in these packages.
    pub(crate) fn of(sides: [Side<'a>; 2]) -> Self {
        let mut uses = FlowUses::default();
        for side in sides {
            for (flow, _) in side.workspace.indexed() {
                uses.add_calls(side, flow);
            }
            for app in side.workspace.solutions.iter().flat_map(|solution| &solution.apps) {
                for used in &app.flows {
                    uses.apps.entry(used.id.clone()).or_default().push((app, used));
                }
            }
        }
        uses
    }

    fn add_calls(&mut self, side: Side<'a>, flow: FlowIx) {
        let mut calls: BTreeMap<FlowId, Vec<CallSite>> = BTreeMap::new();
        for call in side.graph.calls_of(flow) {
            let id = match &call.callee {
                Callee::Flow(callee) => side.workspace.flow(*callee).id.clone(),
                Callee::External(id) => id.clone(),
            };
            calls.entry(id).or_default().push(call);
        }
        // A flow that calls itself changes together with itself.
        calls.remove(&side.workspace.flow(flow).id);
        for (id, calls) in calls {
            self.callers.entry(id).or_default().push(Caller { side, flow, calls });
        }
    }
}

impl<'a> Caller<'a> {
    pub(crate) fn flow(&self) -> &'a Flow {
        self.side.workspace.flow(self.flow)
    }

    /// The first call.
    pub(crate) fn place(&self) -> Place {
        self.calls[0].place(self.side.workspace)
    }
}

impl<'a> Compared<'a> {
    /// The flows that call a flow after the import.
    pub(crate) fn callers(&self, id: &FlowId) -> &'a [Caller<'a>] {
        self.uses.callers.get(id).map(Vec::as_slice).unwrap_or_default()
    }

    /// The apps that run a flow after the import.
    pub(crate) fn apps(&self, id: &FlowId) -> &'a [AppUse<'a>] {
        self.uses.apps.get(id).map(Vec::as_slice).unwrap_or_default()
    }

    /// The flows of both versions.
    pub(crate) fn kept(&self) -> impl Iterator<Item = Kept<'a>> {
        let Compared { old, new, comparison, .. } = *self;
        comparison.kept.iter().map(move |(before, after)| Kept {
            old: old.workspace.flow(*before),
            new: new.workspace.flow(*after),
            index: *after,
        })
    }

    /// The solutions that the import replaces or patches. A patch has a unique name of its own.
    pub(crate) fn replaced(&self) -> impl Iterator<Item = &'a SolutionPair> {
        let is_patch = self.kind == ImportKind::Patch;
        self.comparison.pairs.iter().filter(move |pair| is_patch || pair.replaces)
    }

    /// Whether the import deletes what the new version lacks.
    pub(crate) fn deletes(&self) -> bool {
        self.kind == ImportKind::Upgrade
    }

    /// Runs a rule on all sides and gives its findings severities.
    fn run(&self, rule: &'static Rule, is_on: bool, length: usize) -> Vec<(Owner, Finding)> {
        let Check::Comparison(check) = rule.check else { return Vec::new() };
        let mut sink = Sink::new(rule.page.stamp(), length);
        check(self, &mut sink);
        let findings = sink.into_findings().into_iter().flat_map(|mut finding| {
            let owner = self.owner(finding.place().file);
            let workspace = self.side(owner).workspace;
            finding.flow = finding.flow.or_else(|| workspace.flow_in(finding.place().file));
            finding.show_names(finding.flow.map(|flow| workspace.flow(flow).name.as_str()));
            let levelled = self.policy(owner).apply_levels(vec![finding], is_on);
            levelled.into_iter().map(move |finding| (owner, finding))
        });
        findings.collect()
    }

    fn owner(&self, file: FileId) -> Owner {
        match file {
            file if file < self.first_new => Owner::Old,
            file if file < self.first_other => Owner::New,
            _ => Owner::Others,
        }
    }

    fn side(&self, owner: Owner) -> Side<'a> {
        match owner {
            Owner::Old => self.old,
            Owner::New => self.new,
            Owner::Others => self.others,
        }
    }

    fn policy(&self, owner: Owner) -> Policy<'a> {
        Policy { sources: self.sources, workspace: self.side(owner).workspace, config: self.config }
    }
}

/// The side that a finding is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Old,
    New,
    Others,
}

/// Runs the rules about two versions and applies the configuration. The findings are sorted by file, place and rule. The
/// flow of a finding is one of the new version; findings in other files have none.
pub(crate) fn compare(compared: &Compared<'_>) -> Checked {
    let Compared { sources, config, .. } = *compared;
    let profile = config.profile.unwrap_or_default();
    let length = sources.iter().map(|text| text.text().len()).sum();
    let turned_on = |rule: &Rule| compared.policy(Owner::New).turns_on(rule.page.category, rule.page.id);
    let wanted = all().filter(|rule| rule.compares());
    let wanted = wanted.map(|rule| (rule, rule.page.is_in(profile)));
    let wanted: Vec<_> = wanted.filter(|(rule, is_on)| *is_on || turned_on(rule)).collect();
    let found = crate::parallel::map(wanted, |(rule, is_on)| compared.run(rule, is_on, length));
    let found: Vec<(Owner, Finding)> = found.into_iter().flatten().collect();
    let allows = crate::config::allows(compared.new.workspace);
    let mut suppressions = crate::config::suppressions(config, &allows);
    let (before, mut findings) = (found.len(), Vec::new());
    for owner in [Owner::Old, Owner::New, Owner::Others] {
        let own = found.iter().filter(|(one, _)| *one == owner).map(|(_, finding)| finding.clone());
        let mut kept = compared.policy(owner).apply_suppressions(own.collect(), &mut suppressions);
        if owner != Owner::New {
            kept.iter_mut().for_each(|finding| finding.flow = None);
        }
        findings.extend(kept);
    }
    super::sort(sources, &mut findings);
    Checked { ignored: before - findings.len(), findings, ..Checked::default() }
}

/// A trigger of a flow, if it has exactly one, as a place.
pub(super) fn trigger_place(flow: &Flow, keys: &[&str]) -> Option<Place> {
    let definition = &flow.content.as_ref()?.definition;
    let route = definition.trigger_route(definition.only_trigger()?).keys(keys);
    flow.place(route, Part::Key)
}

/// The place of the flow's name in its record, or else its file.
pub(super) fn flow_place(flow: &Flow) -> Option<Place> {
    let record = flow.record.as_ref().map(|record| record.name.clone());
    record.or_else(|| flow.place(Route::root(), Part::Value))
}

/// `` `a`, `b` call ``: names of flows and what they do. `verb` is its form for one flow.
pub(super) fn flows_that<'a>(flows: impl IntoIterator<Item = &'a Flow>, verb: &str) -> String {
    let flows: Vec<&Flow> = flows.into_iter().collect();
    let names = listed(flows.iter(), |flow| format!("`{}`", flow.name));
    format!("{names} {}", form(verb, flows.len()))
}

/// `` the app `a` runs ``: names of apps and what they do.
pub(super) fn apps_that(apps: &[AppUse<'_>], verb: &str) -> String {
    let names = listed(apps.iter(), |(app, _)| format!("`{}`", app.name));
    format!("the {} {names} {}", plural(apps.len(), "app"), form(verb, apps.len()))
}

/// The form of a verb for a number of subjects, from its form for one: `leaves out`, `leave out`.
fn form(verb: &str, subjects: usize) -> String {
    let (before, rest) =
        verb.split_once("s ").map_or((verb.strip_suffix('s'), None), |(a, b)| (Some(a), Some(b)));
    match (before, rest) {
        (Some(plural), None) if subjects > 1 => plural.to_owned(),
        (Some(plural), Some(rest)) if subjects > 1 => format!("{plural} {rest}"),
        _ => verb.to_owned(),
    }
}

/// Flows by the connection references that they use.
pub(super) fn by_reference<'a>(
    flows: impl IntoIterator<Item = &'a Flow>,
) -> BTreeMap<&'a LogicalName, Vec<&'a Flow>> {
    let mut users: BTreeMap<&LogicalName, Vec<&Flow>> = BTreeMap::new();
    for flow in flows {
        let connections = flow.content.iter().flat_map(|content| &content.connections);
        for name in connections.filter_map(|connection| connection.logical_name.as_ref()) {
            let flows = users.entry(name).or_default();
            if flows.last().is_none_or(|last| last.id != flow.id) {
                flows.push(flow);
            }
        }
    }
    users
}

#[cfg(test)]
mod tests {
    use super::form;

    #[test]
    fn verbs_agree_with_their_subjects() {
        assert_eq!((form("calls it", 1), form("calls it", 2)), ("calls it".to_owned(), "call it".to_owned()));
        assert_eq!(form("leaves out", 3), "leave out");
        assert_eq!(form("still uses", 2), "still use");
        assert_eq!(form("may read it", 2), "may read it");
    }
}
