//! Hovers: what the name under the cursor means, and the pages of the rules that have findings there.

use std::collections::BTreeSet;

use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind};

use super::client::Client;
use super::diagnostics::line;
use super::occurrences;
use super::snapshot::Snapshot;
use super::symbol::{self, Named, Symbol};
use crate::analysis::Analysis;
use crate::expression::functions;
use crate::graph::GraphNode;
use crate::model::{FlowIx, LogicalName, Owner, RuntimeSource, SchemaName, compare, step_title};
use crate::parse::locate;
use crate::report::text::markdown;
use crate::rules::{body, find};
use crate::semantic::links;
use crate::source::{FileId, Span};
use crate::wording::count;

/// The most rules whose pages are shown.
const MOST_PAGES: usize = 2;
/// The most names in a list.
const MOST_NAMES: usize = 8;

/// What a hover shows about a name.
struct Card {
    /// What it is: `flow`, `variable`.
    kind: &'static str,
    name: String,
    facts: Vec<(&'static str, String)>,
    /// The title and address of a page about it.
    page: Option<(&'static str, &'static str)>,
}

/// The hover at a byte offset of a file.
pub(super) fn at(snapshot: &Snapshot, file: FileId, offset: usize, client: &Client) -> Option<Hover> {
    let analysis = snapshot.analysis()?;
    let named = symbol::at(analysis, file, offset);
    let card = named.as_ref().and_then(|named| card(analysis, &named.symbol));
    let (pages, finding_span) = pages(snapshot, analysis, file, offset);
    let card = card.map(|card| if client.markdown { card.markdown() } else { card.plain() });
    let parts: Vec<String> = card.into_iter().chain(pages).collect();
    if parts.is_empty() {
        return None;
    }
    let span = named.map(|Named { span, .. }| span).or(finding_span);
    let range = span.map(|span| client.encoding.range(analysis.sources.get(file), span));
    let kind = if client.markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    let contents = HoverContents::Markup(MarkupContent { kind, value: parts.join("\n\n---\n\n") });
    Some(Hover { contents, range })
}

/// The pages of the rules with findings at an offset, and the range of the first finding.
fn pages(
    snapshot: &Snapshot,
    analysis: &Analysis,
    file: FileId,
    offset: usize,
) -> (Vec<String>, Option<Span>) {
    let mut seen = BTreeSet::new();
    let (mut pages, mut first) = (Vec::new(), None);
    for finding in &snapshot.findings {
        let labels = finding.labels.iter().filter(|label| label.place.file == file);
        let spans = labels.map(|label| locate(&analysis.sources, &label.place));
        let Some(span) = spans.into_iter().find(|span| span.start <= offset && offset <= span.end) else {
            continue;
        };
        if seen.len() < MOST_PAGES && seen.insert(finding.rule) {
            first = first.or(Some(span));
            pages.extend(find(finding.rule).map(|entry| body(entry.rule.page).trim().to_owned()));
        }
    }
    (pages, first)
}

impl Card {
    fn new(kind: &'static str, name: &str) -> Self {
        Card { kind, name: line(name), facts: Vec::new(), page: None }
    }

    fn fact(mut self, label: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.facts.push((label, value));
        }
        self
    }

    fn markdown(&self) -> String {
        let mut out = format!("{} **{}**\n", self.kind, markdown(&self.name));
        for (label, value) in &self.facts {
            out.push_str(&format!("\n- {label}: {}", markdown(value)));
        }
        if let Some((title, address)) = self.page {
            out.push_str(&format!("\n- source: [{}]({address})", markdown(title)));
        }
        out
    }

    fn plain(&self) -> String {
        let facts = self.facts.iter().map(|(label, value)| format!("\n{label}: {value}"));
        format!("{} {}{}", self.kind, self.name, facts.collect::<String>())
    }
}

fn card(analysis: &Analysis, symbol: &Symbol) -> Option<Card> {
    Some(match symbol {
        Symbol::Flow(flow) => of_flow(analysis, *flow),
        Symbol::UnknownFlow(id) => {
            Card::new("flow", id.as_str()).fact("found", "in no solution of this workspace")
        }
        Symbol::Step(flow, owner) => of_step(analysis, *flow, *owner)?,
        Symbol::Variable(flow, name) => of_variable(analysis, *flow, name, symbol)?,
        Symbol::Parameter(flow, name) => {
            let content = analysis.workspace.flow(*flow).content.as_ref()?;
            let declared = content.definition.parameters().and_then(|parameters| parameters.get(name));
            let kind = declared.and_then(|declared| declared.get("type")?.as_str()).unwrap_or_default();
            let card = Card::new("parameter", name).fact("type", kind);
            if declared.is_none() { card.fact("declared", "no") } else { card }
        }
        Symbol::Function(_, name) => of_function(name)?,
        Symbol::Connection(flow, key) => of_connection(analysis, *flow, key)?,
        Symbol::Reference(name) => of_reference(analysis, name),
        Symbol::EnvironmentVariable(name) => of_environment_variable(analysis, name),
    })
}

fn of_flow(analysis: &Analysis, index: FlowIx) -> Card {
    let workspace = &analysis.workspace;
    let flow = workspace.flow(index);
    let alike = workspace.indexed().filter(|(_, other)| other.id == flow.id);
    let callers: BTreeSet<FlowIx> =
        alike.flat_map(|(index, _)| analysis.graph.calls_to(index)).map(|call| call.caller).collect();
    let callers = callers.into_iter().map(|caller| workspace.flow(caller).name.as_str());
    let apps = workspace.solutions.iter().flat_map(|solution| &solution.apps);
    let apps = apps.filter(|app| app.flows.iter().any(|run| run.id == flow.id)).map(|app| app.name.as_str());
    let trigger = flow.content.as_ref().and_then(|content| content.definition.only_trigger());
    Card::new("flow", &flow.name)
        .fact("state", flow.state.as_str())
        .fact("trigger", trigger.map(|trigger| line(&step_title(trigger.name))).unwrap_or_default())
        .fact("called by", names(callers).unwrap_or_else(|| "no flow of this workspace".to_owned()))
        .fact("run by the app", names(apps).unwrap_or_default())
        .fact("solution", line(workspace.solution(flow.solution).name()))
        .fact("id", flow.id.as_str())
}

/// A list of names; `None` if there are none.
fn names<'a>(all: impl Iterator<Item = &'a str>) -> Option<String> {
    let all: Vec<String> = all.map(line).collect();
    let more = all.len().saturating_sub(MOST_NAMES);
    let mut shown = all[..all.len() - more].join(", ");
    if more > 0 {
        shown.push_str(&format!(" and {more} more"));
    }
    (!all.is_empty()).then_some(shown)
}

fn of_step(analysis: &Analysis, flow: FlowIx, owner: Owner) -> Option<Card> {
    let content = analysis.workspace.flow(flow).content.as_ref()?;
    let definition = &content.definition;
    let used = content.connection_uses.iter().find(|used| used.site == owner);
    let operation = used.and_then(|used| used.operation.clone()).unwrap_or_default();
    let connector = used.and_then(|used| used.connector.as_ref()).map(|name| name.as_str().to_owned());
    let card = match owner {
        Owner::Trigger(index) => {
            let trigger = definition.trigger(index)?;
            Card::new("trigger", &step_title(trigger.name)).fact("type", line(trigger.body.text("type")))
        }
        Owner::Action(index) => {
            let action = definition.action(index);
            let mut path = definition.action_path(index);
            path.pop();
            let path: Vec<String> = path.into_iter().map(|name| line(&step_title(name))).collect();
            let waits: Vec<String> = links(action).map(|(name, _)| step_title(name)).collect();
            Card::new("step", &step_title(action.name))
                .fact("type", line(action.type_name()))
                .fact("in", path.join(" > "))
                .fact("runs after", names(waits.iter().map(String::as_str)).unwrap_or_default())
        }
    };
    let card =
        card.fact("operation", line(&operation)).fact("connector", line(&connector.unwrap_or_default()));
    let symbol = Symbol::Step(flow, owner);
    let mentions = occurrences::in_flow(content, &symbol);
    let read = mentions.iter().filter(|mention| mention.literal.is_some()).count();
    Some(if read > 0 { card.fact("read by", count(read, "expression")) } else { card })
}

fn of_variable(analysis: &Analysis, flow: FlowIx, name: &str, symbol: &Symbol) -> Option<Card> {
    let content = analysis.workspace.flow(flow).content.as_ref()?;
    let mut entries = content.definition.actions().filter_map(|action| {
        let list = action.initialised_variables()?;
        let is_named = |entry: &crate::source::Json<'_>| {
            entry.get("name").and_then(|json| json.as_str()).is_some_and(|text| compare(text, name).is_eq())
        };
        let entry = list.iter().find(is_named)?;
        Some((action.name, entry.get("type").and_then(|json| json.as_str()).unwrap_or_default()))
    });
    let mentions = occurrences::in_flow(content, symbol);
    let read = mentions.iter().filter(|mention| mention.literal.is_some()).count();
    let set = mentions.iter().filter(|mention| mention.literal.is_none() && !mention.is_definition).count();
    let card = Card::new("variable", name);
    let card = match entries.next() {
        Some((step, kind)) => card.fact("type", line(kind)).fact("initialised in", line(&step_title(step))),
        None => card.fact("initialised", "nowhere in this flow"),
    };
    Some(card.fact("set by", count(set, "step")).fact("read by", count(read, "expression")))
}

fn of_function(name: &str) -> Option<Card> {
    let function = functions::lookup(name)?;
    let result = function.result.map(|kinds| kinds.to_string()).unwrap_or_default();
    let instead = function.instead.clone().unwrap_or_default();
    let mut card = Card::new("function", &function.name)
        .fact("takes", function.arity())
        .fact("returns", result)
        .fact("use instead", instead);
    card.page = function.source().map(|source| (source.title.as_str(), source.url.as_str()));
    Some(card)
}

fn of_connection(analysis: &Analysis, flow: FlowIx, key: &str) -> Option<Card> {
    let connection = analysis.workspace.flow(flow).content.as_ref()?.connection(key)?;
    let reference = connection.logical_name.as_ref().map(LogicalName::as_str).unwrap_or_default();
    let connector = connection.connector.as_ref().map(|name| name.as_str()).unwrap_or_default();
    let whose = match connection.source {
        RuntimeSource::Embedded => "the connection of the flow",
        RuntimeSource::Invoker => "the connection of the user who runs the flow",
    };
    let card = Card::new("connection", key).fact("connector", line(connector));
    Some(card.fact("connection reference", line(reference)).fact("uses", whose))
}

fn of_reference(analysis: &Analysis, name: &LogicalName) -> Card {
    let declared = analysis
        .workspace
        .solutions
        .iter()
        .find_map(|solution| Some((solution.name(), solution.references.as_ref()?.get(name)?)));
    let card = Card::new("connection reference", name.as_str());
    let card = match declared {
        Some((solution, reference)) => card
            .fact("name", line(&reference.display_name))
            .fact(
                "connector",
                line(reference.connector.as_ref().map(|name| name.as_str()).unwrap_or_default()),
            )
            .fact("declared in", line(solution)),
        None => card.fact("declared in", "no solution of this workspace"),
    };
    card.fact("used by", users(analysis, &GraphNode::ConnectionReference(name.clone())))
}

fn of_environment_variable(analysis: &Analysis, name: &SchemaName) -> Card {
    let defined = analysis
        .workspace
        .solutions
        .iter()
        .find_map(|solution| Some((solution.name(), solution.variables.get(name)?)));
    let card = Card::new("environment variable", name.as_str());
    let card = match defined {
        Some((solution, variable)) => card
            .fact("name", line(&variable.display_name))
            .fact("kind", if variable.is_secret { "secret" } else { "" })
            .fact("default", if variable.has_default { "yes" } else { "none" })
            .fact("defined in", line(solution)),
        None => card.fact("defined in", "no solution of this workspace"),
    };
    card.fact("used by", users(analysis, &GraphNode::EnvironmentVariable(name.clone())))
}

/// The flows that depend on something.
fn users(analysis: &Analysis, node: &GraphNode) -> String {
    let edges = analysis.graph.edges().filter(|(_, to, _)| *to == node);
    let flows: BTreeSet<FlowIx> = edges
        .filter_map(|(from, _, _)| match from {
            GraphNode::Flow(flow) => Some(*flow),
            _ => None,
        })
        .collect();
    names(flows.into_iter().map(|flow| analysis.workspace.flow(flow).name.as_str()))
        .unwrap_or_else(|| "no flow of this workspace".to_owned())
}
