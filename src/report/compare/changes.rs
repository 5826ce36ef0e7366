//! What differs, in words: a list for each kind of component.

use super::Compared;
use crate::catalog;
use crate::compare::{Change, ConnectionDiff, ConnectionState, FlowDiff, ImportKind};
use crate::model::{
    ConnectorName, FlowId, LogicalName, RuntimeSource, SchemaName, SolutionIx, Workspace, step_title,
};
use crate::report::text::clean;
use crate::wording::listed;

/// The changes of a kind of component.
pub(super) struct Section {
    /// `flow`, to be counted.
    pub(super) kind: &'static str,
    pub(super) items: Vec<Item>,
}

/// A component that changed.
pub(super) struct Item {
    pub(super) fate: Fate,
    pub(super) name: String,
    /// What stands after its name: the connector of a connection reference.
    pub(super) note: Option<String>,
    /// What changed, each with a label. Names in the texts are not escaped.
    pub(super) details: Vec<(&'static str, String)>,
}

/// What became of a component.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Added,
    Removed,
    Changed,
}

impl Fate {
    pub(super) fn sign(self) -> char {
        match self {
            Fate::Added => '+',
            Fate::Removed => '-',
            Fate::Changed => '~',
        }
    }

    /// What the import does with the component.
    pub(super) fn word(self, kind: ImportKind) -> &'static str {
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
pub(super) fn sections(compared: &Compared<'_>) -> Vec<Section> {
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
    details: impl FnOnce(&D) -> Vec<(&'static str, String)>,
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
    let changes = compared.comparison.flows.iter();
    let name = |is_new, flow: &_| side(compared, is_new).flow(*flow).name.clone();
    changes.map(|change| item(change, name, flow_details)).collect()
}

fn side<'a>(compared: &Compared<'a>, is_new: bool) -> &'a Workspace {
    let versions = compared.versions;
    if is_new { &versions.new.workspace } else { &versions.old.workspace }
}

fn flow_details(diff: &FlowDiff) -> Vec<(&'static str, String)> {
    let mut details = Vec::new();
    let mut add = |label, text: String| {
        if !text.is_empty() {
            details.push((label, text));
        }
    };
    let from_to = |from: &str, to: &str| format!("{from} -> {to}");
    let pair =
        |pair: &Option<(String, String)>| pair.as_ref().map_or_else(String::new, |(a, b)| from_to(a, b));
    add("name", pair(&diff.name));
    add("state", diff.state.map_or_else(String::new, |(old, new)| from_to(old.as_str(), new.as_str())));
    add("trigger", pair(&diff.trigger));
    let none = "none";
    let schedule = diff
        .schedule
        .as_ref()
        .map(|(old, new)| from_to(old.as_deref().unwrap_or(none), new.as_deref().unwrap_or(none)));
    add("schedule", schedule.unwrap_or_default());
    add("trigger settings", listed(&diff.trigger_members, |path| path.clone()));
    add("connections", listed(&diff.connections, connection));
    add("variables added", listed(&diff.variables_added, ToString::to_string));
    add("variables removed", listed(&diff.variables_removed, ToString::to_string));
    let steps = |names: &[String]| listed(names, |name| step_title(name).to_string());
    add("steps added", steps(&diff.steps_added));
    add("steps removed", steps(&diff.steps_removed));
    add("steps moved", steps(&diff.steps_moved));
    add("run after changed", steps(&diff.steps_reordered));
    let changed =
        listed(&diff.steps_changed, |step| format!("{} ({})", step_title(&step.name), few(&step.members)));
    add("steps changed", changed);
    add("other settings", listed(&diff.others, |path| path.clone()));
    details
}

/// The first paths, and how many more there are.
fn few(paths: &[String]) -> String {
    const MOST: usize = 3;
    crate::wording::first(MOST, paths, Clone::clone)
}

fn connection(diff: &ConnectionDiff) -> String {
    match (&diff.old, &diff.new) {
        (None, Some(new)) => format!("added {} ({})", diff.key, state(new)),
        (Some(old), None) => format!("removed {} ({})", diff.key, state(old)),
        (Some(old), Some(new)) => format!("{} ({} -> {})", diff.key, state(old), state(new)),
        (None, None) => String::new(),
    }
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
        let connector = diff
            .connector
            .as_ref()
            .map(|(old, new)| ("connector", format!("{} -> {}", connector_name(old), connector_name(new))));
        let display_name = diff.display_name.then(|| ("display name", "changed".to_owned()));
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
        changed.map(|(_, part)| (part, "changed".to_owned())).collect()
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
    let flows = |ids: &[FlowId]| {
        listed(ids, |id| {
            let named = [true, false].into_iter().find_map(|is_new| {
                let workspace = side(compared, is_new);
                workspace.indexed().find(|(_, flow)| flow.id == *id).map(|(_, flow)| flow.name.clone())
            });
            named.unwrap_or_else(|| id.to_string())
        })
    };
    let details = |diff: &crate::compare::AppDiff| {
        let lists = [("flows added", &diff.flows_added), ("flows removed", &diff.flows_removed)];
        let lists = lists.into_iter().filter(|(_, ids)| !ids.is_empty());
        let mut details: Vec<_> = lists.map(|(label, ids)| (label, flows(ids))).collect();
        details.extend(diff.version.then(|| ("published", "again".to_owned())));
        details
    };
    let changes = compared.comparison.apps.iter();
    changes.map(|change| item(change, name, details)).collect()
}

impl Item {
    fn new(fate: Fate, name: String) -> Self {
        Item { fate, name, note: None, details: Vec::new() }
    }

    /// The name with the note, clean.
    pub(super) fn title(&self) -> String {
        clean(&match &self.note {
            Some(note) => format!("{} ({note})", self.name),
            None => self.name.clone(),
        })
    }

    /// A detail as one clean text.
    pub(super) fn lines(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.details.iter().map(|(label, text)| (*label, clean(text)))
    }
}
