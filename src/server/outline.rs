//! Symbols: the steps of a flow as a tree, and the flows of the workspace.

use lsp_types::{
    DocumentSymbol, DocumentSymbolResponse, Location, Range, SymbolInformation, SymbolKind, Uri,
};

use super::client::Client;
use super::diagnostics::{line, location};
use super::documents::Documents;
use super::snapshot::Snapshot;
use crate::model::{ActionIx, Branch, Definition, FlowIx, step_title};
use crate::source::{Json, Object, Place, Span, Text};

/// The most flows in an answer about the workspace.
const MOST_FLOWS: usize = 500;

/// The steps of the flow in a file.
pub(super) fn of_flow(
    snapshot: &Snapshot,
    flow: FlowIx,
    uri: &Uri,
    client: &Client,
) -> Option<DocumentSymbolResponse> {
    let analysis = snapshot.analysis()?;
    let flow = analysis.workspace.flow(flow);
    let text = analysis.sources.get(flow.file?);
    let outline = Outline { definition: &flow.content.as_ref()?.definition, text, client };
    let tree = outline.tree();
    if client.symbol_tree {
        return Some(DocumentSymbolResponse::Nested(tree));
    }
    let mut flat = Vec::new();
    flatten(tree, uri, None, &mut flat);
    Some(DocumentSymbolResponse::Flat(flat))
}

/// A step while the tree is built. Parents come before their children.
struct Item<'a> {
    symbol: DocumentSymbol,
    span: Span,
    parent: Option<(ActionIx, Branch<'a>)>,
}

struct Outline<'a> {
    definition: &'a Definition,
    text: &'a Text,
    client: &'a Client,
}

impl<'a> Outline<'a> {
    fn tree(&self) -> Vec<DocumentSymbol> {
        let triggers = self.definition.triggers().map(|trigger| {
            let detail = trigger.body.text("type");
            self.item(trigger.name, detail, SymbolKind::EVENT, trigger.body, None)
        });
        let triggers: Vec<Item<'_>> = triggers.flatten().collect();
        let actions = self.definition.indexed().map(|(_, action)| {
            self.item(action.name, action.type_name(), kind(action.type_name()), action.body, action.parent)
        });
        let mut actions: Vec<Option<Item<'_>>> = actions.collect();
        let mut children: Vec<Vec<(Branch<'_>, Item<'_>)>> = actions.iter().map(|_| Vec::new()).collect();
        let mut top: Vec<Item<'_>> = triggers;
        // A container comes before the actions in it, so in reverse all children of an action are complete.
        for index in (0..actions.len()).rev() {
            let Some(mut item) = actions[index].take() else { continue };
            let inside = std::mem::take(&mut children[index]);
            item.symbol.children = branches(inside);
            match item.parent {
                Some((parent, branch)) => children[parent.get()].push((branch, item)),
                None => top.push(item),
            }
        }
        top.sort_by_key(|item| item.span);
        top.into_iter().map(|item| item.symbol).collect()
    }

    fn item(
        &self,
        name: &str,
        detail: &str,
        kind: SymbolKind,
        body: Object<'a>,
        parent: Option<(ActionIx, Branch<'a>)>,
    ) -> Option<Item<'a>> {
        let (key, span) = spans(body.json())?;
        let encoding = self.client.encoding;
        let symbol = symbol(
            &step_title(name),
            detail,
            kind,
            encoding.range(self.text, span),
            encoding.range(self.text, key),
        );
        Some(Item { symbol, span, parent })
    }
}

/// The range of a member's key, and that of the member.
fn spans(json: Json<'_>) -> Option<(Span, Span)> {
    let key = json.key_span()?;
    // The quote before the key belongs to the member.
    Some((key, Span::new(key.start.saturating_sub(1), json.span().end)))
}

/// The children of an action, in the order of the text. The branches of conditions are symbols of their own.
fn branches(mut inside: Vec<(Branch<'_>, Item<'_>)>) -> Option<Vec<DocumentSymbol>> {
    inside.sort_by_key(|(_, item)| item.span);
    let mut symbols: Vec<DocumentSymbol> = Vec::new();
    let mut open: Option<Branch<'_>> = None;
    for (branch, item) in inside {
        let name = match branch {
            Branch::Actions => {
                symbols.push(item.symbol);
                open = None;
                continue;
            }
            Branch::Else => "False".to_owned(),
            Branch::Default => "Default".to_owned(),
            Branch::Case(name) => format!("Case {}", step_title(name)),
        };
        let range = item.symbol.range;
        match symbols.last_mut().filter(|_| open == Some(branch)) {
            Some(group) => {
                group.range.end = range.end;
                group.children.get_or_insert_with(Vec::new).push(item.symbol);
            }
            None => {
                let mut group = symbol(&name, "", SymbolKind::NAMESPACE, range, item.symbol.selection_range);
                group.children = Some(vec![item.symbol]);
                symbols.push(group);
                open = Some(branch);
            }
        }
    }
    (!symbols.is_empty()).then_some(symbols)
}

#[allow(deprecated, reason = "the struct has a deprecated field")]
fn symbol(
    name: &str,
    detail: &str,
    kind: SymbolKind,
    range: Range,
    selection_range: Range,
) -> DocumentSymbol {
    let name = line(name);
    DocumentSymbol {
        // Editors refuse an empty name.
        name: if name.trim().is_empty() { "(no name)".to_owned() } else { name },
        detail: Some(line(detail)).filter(|detail| !detail.is_empty()),
        kind,
        tags: None,
        deprecated: None,
        range,
        selection_range,
        children: None,
    }
}

fn kind(type_name: &str) -> SymbolKind {
    let is = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(type_name));
    if is(&["Scope", "If", "Switch", "Foreach", "Until"]) {
        SymbolKind::NAMESPACE
    } else if is(&["InitializeVariable"]) {
        SymbolKind::VARIABLE
    } else {
        SymbolKind::FUNCTION
    }
}

#[allow(deprecated, reason = "the struct has a deprecated field")]
fn flatten(tree: Vec<DocumentSymbol>, uri: &Uri, container: Option<&str>, out: &mut Vec<SymbolInformation>) {
    for symbol in tree {
        let location = Location { uri: uri.clone(), range: symbol.range };
        let container_name = container.map(ToOwned::to_owned);
        let DocumentSymbol { name, kind, children, .. } = symbol;
        flatten_children(children, uri, &name, out, |out| {
            out.push(SymbolInformation {
                name: name.clone(),
                kind,
                tags: None,
                deprecated: None,
                location,
                container_name,
            });
        });
    }
}

/// Adds a symbol and then the symbols in it.
fn flatten_children(
    children: Option<Vec<DocumentSymbol>>,
    uri: &Uri,
    name: &str,
    out: &mut Vec<SymbolInformation>,
    add: impl FnOnce(&mut Vec<SymbolInformation>),
) {
    add(out);
    flatten(children.unwrap_or_default(), uri, Some(name), out);
}

/// The flows whose names contain a text, ignoring case.
#[allow(deprecated, reason = "the struct has a deprecated field")]
pub(super) fn flows(
    snapshots: &[Snapshot],
    query: &str,
    documents: &Documents,
    client: &Client,
) -> Vec<SymbolInformation> {
    let query = query.to_lowercase();
    let mut found = Vec::new();
    for analysis in snapshots.iter().filter_map(Snapshot::analysis) {
        let workspace = &analysis.workspace;
        let named = workspace.flows.iter().filter(|flow| flow.name.to_lowercase().contains(&query));
        for flow in named {
            let record = || flow.record.as_ref().map(|record| record.name.clone());
            let Some(place) = flow.file.map(Place::file).or_else(record) else { continue };
            let Some(location) = location(analysis, &place, documents, client) else { continue };
            found.push(SymbolInformation {
                name: line(&flow.name),
                kind: SymbolKind::MODULE,
                tags: None,
                deprecated: None,
                location,
                container_name: Some(line(workspace.solution(flow.solution).name())),
            });
            if found.len() == MOST_FLOWS {
                return found;
            }
        }
    }
    found
}
