//! What differs, in words: a list for each kind of component.

use super::Compared;
use crate::catalog;
use crate::compare::{Change, ConnectionDiff, ConnectionState, FlowDiff, ImportKind, StepDiff};
use crate::model::{
    ConnectorName, FlowId, FlowIx, LogicalName, RuntimeSource, SchemaName, SolutionIx, Workspace, step_title,
};
use crate::report::text::clean;
use crate::wording::listed;

/// The changes of a kind of component.
pub(in crate::report) struct Section {
    /// `flow`, to be counted.
    pub(in crate::report) kind: &'static str,
    pub(in crate::report) items: Vec<Item>,
}

/// A component that changed.
pub(in crate::report) struct Item {
    pub(in crate::report) fate: Fate,
    /// The flow in the new version.
    pub(in crate::report) flow: Option<FlowIx>,
    pub(super) name: String,
    /// What stands after its name: the connector of a connection reference.
    pub(super) note: Option<String>,
    /// What changed. Names in it are not escaped.
    pub(in crate::report) details: Vec<Detail>,
}

/// Something that changed in a component.
pub(in crate::report) struct Detail {
    pub(in crate::report) label: &'static str,
    pub(in crate::report) sides: Sides,
}

/// What each version has.
pub(in crate::report) enum Sides {
    /// A value in each version.
    Values(String, String),
    /// Connections by their key, each with its state in each version.
    Connections(Vec<(String, Option<String>, Option<String>)>),
    /// Only the new version has these.
    Added(Vec<String>),
    /// Only the old version has these.
    Removed(Vec<String>),
    /// Both versions have these, and they differ.
    Differ(Vec<String>),
}

/// What became of a component.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Fate {
    Added,
    Removed,
    Changed,
}

impl Fate {
    pub(in crate::report) fn sign(self) -> char {
        match self {
            Fate::Added => '+',
            Fate::Removed => '-',
            Fate::Changed => '~',
        }
    }

    /// What the import does with the component.
    pub(in crate::report) fn word(self, kind: ImportKind) -> &'static str {
        match (self, kind) {
            (Fate::Added, _) => "added",
            (Fate::Removed, ImportKind::Upgrade) => "removed",
            (Fate::Removed, ImportKind::Update | ImportKind::Patch) => "left out",
            (Fate::Changed, _) => "changed",
        }
    }
}

/// A component that differs between two versions.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct ComponentChange {
    /// `flow`, `connection reference`, `environment variable` or `app`.
    pub kind: &'static str,
    /// `added`, `removed` or `changed`. `removed` means that the new version lacks it; only an upgrade deletes it.
    pub change: &'static str,
    /// The name. Secrets are masked, as in all texts here.
    pub name: String,
    /// What changed, as a label and a text each. Empty for what was added or removed.
    pub details: Vec<(&'static str, String)>,
}

/// Everything that differs, as plain data.
pub(crate) fn changes(compared: &Compared<'_>) -> Vec<ComponentChange> {
    let of_section = |section: Section| {
        let kind = section.kind;
        section.items.into_iter().map(move |item| ComponentChange {
            kind,
            change: item.fate.word(ImportKind::Upgrade),
            name: clean(&item.name),
            details: item.lines().collect(),
        })
    };
    sections(compared).into_iter().flat_map(of_section).collect()
}

/// The sections that are not empty.
pub(in crate::report) fn sections(compared: &Compared<'_>) -> Vec<Section> {
    let all = [
        ("flow", flows(compared)),
        ("connection reference", references(compared)),
        ("environment variable", variables(compared)),
        ("app", apps(compared)),
    ];
    // A patch contains a part of its solution: what it leaves out says nothing.
    let is_shown = |item: &Item| compared.kind != ImportKind::Patch || item.fate != Fate::Removed;
    let sections = all.into_iter().map(|(kind, items)| {
        let items = items.into_iter().filter(is_shown).collect();
        Section { kind, items }
    });
    sections.filter(|section| !section.items.is_empty()).collect()
}

fn item<I, D>(
    change: &Change<I, D>,
    name: impl Fn(bool, &I) -> String,
    details: impl FnOnce(&D) -> Vec<Detail>,
) -> Item {
    match change {
        Change::Added(it) => Item::new(Fate::Added, name(true, it)),
        Change::Removed(it) => Item::new(Fate::Removed, name(false, it)),
        Change::Changed { new, diff, .. } => {
            Item { details: details(diff), ..Item::new(Fate::Changed, name(true, new)) }
        }
    }
}

fn flows(compared: &Compared<'_>) -> Vec<Item> {
    let name = |is_new, flow: &_| side(compared, is_new).flow(*flow).name.clone();
    let flow = |change: &Change<FlowIx, FlowDiff>| {
        let flow = match change {
            Change::Added(flow) | Change::Changed { new: flow, .. } => Some(*flow),
            Change::Removed(_) => None,
        };
        Item { flow, ..item(change, name, flow_details) }
    };
    compared.comparison.flows.iter().map(flow).collect()
}

fn side<'a>(compared: &Compared<'a>, is_new: bool) -> &'a Workspace {
    let versions = compared.versions;
    if is_new { &versions.new.workspace } else { &versions.old.workspace }
}

fn flow_details(diff: &FlowDiff) -> Vec<Detail> {
    let pair = |pair: &Option<(String, String)>| {
        pair.as_ref().map(|(old, new)| Sides::Values(old.clone(), new.clone()))
    };
    let state = diff.state.map(|(old, new)| Sides::Values(old.as_str().to_owned(), new.as_str().to_owned()));
    let or_none = |schedule: &Option<String>| schedule.clone().unwrap_or_else(|| "none".to_owned());
    let schedule = diff.schedule.as_ref().map(|(old, new)| Sides::Values(or_none(old), or_none(new)));
    let variables = |names: &[SchemaName]| names.iter().map(ToString::to_string).collect();
    let steps = |names: &[String]| names.iter().map(|name| step_title(name).to_string()).collect();
    let changed = |step: &StepDiff| format!("{} ({})", step_title(&step.name), few(&step.members));
    let values = [
        ("name", pair(&diff.name)),
        ("state", state),
        ("trigger", pair(&diff.trigger)),
        ("schedule", schedule),
    ];
    let lists = [
        ("trigger settings", Sides::Differ(diff.trigger_members.clone())),
        ("connections", Sides::Connections(diff.connections.iter().map(connection).collect())),
        ("variables added", Sides::Added(variables(&diff.variables_added))),
        ("variables removed", Sides::Removed(variables(&diff.variables_removed))),
        ("steps added", Sides::Added(steps(&diff.steps_added))),
        ("steps removed", Sides::Removed(steps(&diff.steps_removed))),
        ("steps moved", Sides::Differ(steps(&diff.steps_moved))),
        ("run after changed", Sides::Differ(steps(&diff.steps_reordered))),
        ("steps changed", Sides::Differ(diff.steps_changed.iter().map(changed).collect())),
        ("other settings", Sides::Differ(diff.others.clone())),
    ];
    let values = values.into_iter().filter_map(|(label, sides)| Some((label, sides?)));
    let lists = lists.into_iter().filter(|(_, sides)| !sides.is_empty());
    values.chain(lists).map(|(label, sides)| Detail { label, sides }).collect()
}

/// The first paths, and how many more there are.
fn few(paths: &[String]) -> String {
    const MOST: usize = 3;
    crate::wording::first(MOST, paths, Clone::clone)
}

fn connection(diff: &ConnectionDiff) -> (String, Option<String>, Option<String>) {
    (diff.key.clone(), diff.old.as_ref().map(state), diff.new.as_ref().map(state))
}

fn state(state: &ConnectionState) -> String {
    let reference = state.logical_name.as_ref().map_or("no connection reference", |name| name.as_str());
    let source = match state.source {
        RuntimeSource::Embedded => "",
        RuntimeSource::Invoker => " of the run-only user",
    };
    let identity = if state.is_impersonated { " as the invoker" } else { "" };
    format!("{reference}{source}{identity}")
}

fn references(compared: &Compared<'_>) -> Vec<Item> {
    let details = |diff: &crate::compare::ReferenceDiff| {
        let connector = diff.connector.as_ref().map(|(old, new)| Detail {
            label: "connector",
            sides: Sides::Values(connector_name(old), connector_name(new)),
        });
        let display_name = diff.display_name.then(|| Detail::said("display name", "changed"));
        connector.into_iter().chain(display_name).collect()
    };
    let reference = |change: &Change<(SolutionIx, LogicalName), _>| {
        let (is_new, (solution, name)) = match change {
            Change::Added(it) | Change::Changed { new: it, .. } => (true, it),
            Change::Removed(it) => (false, it),
        };
        let references = side(compared, is_new).solution(*solution).references.as_ref();
        let connector = references.and_then(|all| all.get(name)?.connector.as_ref());
        let item = item(change, |_, (_, name)| name.to_string(), details);
        Item { note: connector.map(connector_name), ..item }
    };
    compared.comparison.references.iter().map(reference).collect()
}

fn connector_name(connector: &ConnectorName) -> String {
    catalog::connector(connector.as_str()).map_or_else(|| connector.to_string(), |known| known.name.clone())
}

fn variables(compared: &Compared<'_>) -> Vec<Item> {
    let changes = compared.comparison.variables.iter();
    let details = |diff: &crate::compare::VariableDiff| {
        let parts = [
            (diff.display_name, "display name"),
            (diff.kind, "type"),
            (diff.default, "default"),
            (diff.value, "value"),
        ];
        let changed = parts.into_iter().filter(|(changed, _)| *changed);
        changed.map(|(_, part)| Detail::said(part, "changed")).collect()
    };
    let variable = |change: &Change<(SolutionIx, SchemaName), _>| {
        let without_value = match change {
            Change::Added((solution, name)) => {
                let variable = side(compared, true).solution(*solution).variables.get(name);
                variable.is_some_and(|variable| !variable.has_default && variable.value.is_none())
            }
            Change::Removed(_) | Change::Changed { .. } => false,
        };
        let item = item(change, |_, (_, name)| name.to_string(), details);
        Item { note: without_value.then(|| "without a value".to_owned()), ..item }
    };
    changes.map(variable).collect()
}

fn apps(compared: &Compared<'_>) -> Vec<Item> {
    let name = |is_new, (solution, at): &(_, usize)| {
        side(compared, is_new).solution(*solution).apps[*at].name.clone()
    };
    let flow = |id: &FlowId| {
        let named = [true, false].into_iter().find_map(|is_new| {
            let workspace = side(compared, is_new);
            workspace.indexed().find(|(_, flow)| flow.id == *id).map(|(_, flow)| flow.name.clone())
        });
        named.unwrap_or_else(|| id.to_string())
    };
    let flows = |ids: &[FlowId]| ids.iter().map(flow).collect();
    let details = |diff: &crate::compare::AppDiff| {
        let lists = [
            ("flows added", Sides::Added(flows(&diff.flows_added))),
            ("flows removed", Sides::Removed(flows(&diff.flows_removed))),
        ];
        let lists = lists.into_iter().filter(|(_, sides)| !sides.is_empty());
        let mut details: Vec<_> = lists.map(|(label, sides)| Detail { label, sides }).collect();
        details.extend(diff.version.then(|| Detail::said("published", "again")));
        details
    };
    let changes = compared.comparison.apps.iter();
    changes.map(|change| item(change, name, details)).collect()
}

impl Item {
    fn new(fate: Fate, name: String) -> Self {
        Item { fate, flow: None, name, note: None, details: Vec::new() }
    }

    /// The name with the note, clean.
    pub(in crate::report) fn title(&self) -> String {
        clean(&match &self.note {
            Some(note) => format!("{} ({note})", self.name),
            None => self.name.clone(),
        })
    }

    /// A detail as one clean text.
    pub(super) fn lines(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.details.iter().map(|detail| (detail.label, clean(&detail.sides.in_words())))
    }
}

impl Detail {
    /// For what has no values to show.
    fn said(label: &'static str, word: &str) -> Self {
        Detail { label, sides: Sides::Differ(vec![word.to_owned()]) }
    }
}

impl Sides {
    fn is_empty(&self) -> bool {
        match self {
            Sides::Values(..) => false,
            Sides::Connections(all) => all.is_empty(),
            Sides::Added(names) | Sides::Removed(names) | Sides::Differ(names) => names.is_empty(),
        }
    }

    /// As one text. Of a long list, the first names.
    fn in_words(&self) -> String {
        match self {
            Sides::Values(old, new) => format!("{old} -> {new}"),
            Sides::Connections(all) => listed(all, |(key, old, new)| match (old, new) {
                (None, Some(new)) => format!("added {key} ({new})"),
                (Some(old), None) => format!("removed {key} ({old})"),
                (Some(old), Some(new)) => format!("{key} ({old} -> {new})"),
                (None, None) => String::new(),
            }),
            Sides::Added(names) | Sides::Removed(names) | Sides::Differ(names) => listed(names, Clone::clone),
        }
    }
}
