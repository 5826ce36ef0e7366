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
use crate::rules::find;
use crate::semantic::links;
use crate::source::{FileId, Span};
use crate::wording::count;

/// The most rules whose pages are shown.
const MOST_PAGES: usize = 2;
/// The most names in a list.
const MOST_NAMES: usize = 8;

const NO_FLOW: &str = "no flow of this workspace";
const NO_SOLUTION: &str = "no solution of this workspace";

/// What a hover shows about a name.
struct Card {
    /// What it is: `Flow`, `Variable`.
    kind: &'static str,
    name: String,
    facts: Vec<(&'static str, Fact)>,
    /// The title and address of a page about it.
    page: Option<(&'static str, &'static str)>,
}

enum Fact {
    /// Words of flowvet.
    Words(String),
    /// Names from the input, and the number of those that are left out.
    Names(Vec<String>, usize),
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
            pages.extend(find(finding.rule).map(|rule| rule.page.body.trim().to_owned()));
        }
    }
    (pages, first)
}

impl Card {
    fn new(kind: &'static str, name: &str) -> Self {
        Card { kind, name: line(name), facts: Vec::new(), page: None }
    }

    /// Adds words of flowvet. Without words, there is no fact.
    fn fact(mut self, label: &'static str, words: impl Into<String>) -> Self {
        let words = words.into();
        if !words.is_empty() {
            self.facts.push((label, Fact::Words(words)));
        }
        self
    }

    /// Adds a name from the input.
    fn name(self, label: &'static str, name: &str) -> Self {
        self.names(label, std::iter::once(name), "")
    }

    /// Adds names from the input, or these words if there are none.
    fn names<'a>(
        mut self,
        label: &'static str,
        names: impl Iterator<Item = &'a str>,
        otherwise: &str,
    ) -> Self {
        let mut names: Vec<String> = names.filter(|name| !name.is_empty()).map(line).collect();
        if names.is_empty() {
            return self.fact(label, otherwise);
        }
        let more = names.len().saturating_sub(MOST_NAMES);
        names.truncate(MOST_NAMES);
        self.facts.push((label, Fact::Names(names, more)));
        self
    }

    fn markdown(&self) -> String {
        let mut out = format!("{} {}\n", self.kind, code(&self.name));
        for (label, fact) in &self.facts {
            out.push_str(&format!("\n- {label}: {}", fact.text(code)));
        }
        if let Some((title, address)) = self.page {
            out.push_str(&format!("\n- source: [{title}]({address})"));
        }
        out
    }

    fn plain(&self) -> String {
        let facts = self.facts.iter().map(|(label, fact)| format!("\n{label}: {}", fact.text(str::to_owned)));
        format!("{} {}{}", self.kind, self.name, facts.collect::<String>())
    }
}

impl Fact {
    fn text(&self, name: fn(&str) -> String) -> String {
        match self {
            Fact::Words(words) => words.clone(),
            Fact::Names(names, more) => {
                let names: Vec<String> = names.iter().map(|one| name(one)).collect();
                let more = if *more > 0 { format!(" and {more} more") } else { String::new() };
                names.join(", ") + &more
            }
        }
    }
}

/// A name as a code span of Markdown, in which nothing is markup. Editors in terminals show Markdown as it is, so it has no
/// entities.
fn code(name: &str) -> String {
    let runs = name.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or(0) + 1);
    let pad = if name.starts_with('`') || name.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{name}{pad}{fence}")
}

fn card(analysis: &Analysis, symbol: &Symbol) -> Option<Card> {
    Some(match symbol {
        Symbol::Flow(flow) => of_flow(analysis, *flow),
        Symbol::UnknownFlow(id) => {
            Card::new("Flow", id.as_str()).fact("found", "in no solution of this workspace")
        }
        Symbol::Step(flow, owner) => of_step(analysis, *flow, *owner)?,
        Symbol::Variable(flow, name) => of_variable(analysis, *flow, name, symbol)?,
        Symbol::Parameter(flow, name) => {
            let content = analysis.workspace.flow(*flow).content.as_ref()?;
            let declared = content.definition.parameters().and_then(|parameters| parameters.get(name));
            let kind = declared.and_then(|declared| declared.get("type")?.as_str()).unwrap_or_default();
            let card = Card::new("Parameter", name).name("type", kind);
            if declared.is_none() { card.fact("declared", "no") } else { card }
        }
        Symbol::Function(_, name) => of_function(name)?,
        Symbol::Connection(flow, key) => of_connection(analysis, *flow, key)?,
        Symbol::Reference(name) => of_reference(analysis, name),
        Symbol::EnvironmentVariable(name, _) => of_environment_variable(analysis, name),
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
    Card::new("Flow", &flow.name)
        .fact("state", flow.state.as_str())
        .name("trigger", &trigger.map(|trigger| step_title(trigger.name)).unwrap_or_default())
        .names("called by", callers, NO_FLOW)
        .names("run by the app", apps, "")
        .name("solution", workspace.solution(flow.solution).name())
        .name("id", flow.id.as_str())
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
            Card::new("Trigger", &step_title(trigger.name)).name("type", trigger.body.text("type"))
        }
        Owner::Action(index) => {
            let action = definition.action(index);
            let mut path = definition.action_path(index);
            path.pop();
            let path: Vec<String> = path.into_iter().map(step_title).collect();
            let waits: Vec<String> = links(action).map(|(name, _)| step_title(name)).collect();
            Card::new("Step", &step_title(action.name))
                .name("type", action.type_name())
                .name("in", &path.join(" > "))
                .names("runs after", waits.iter().map(String::as_str), "")
        }
    };
    let card = card.name("operation", &operation).name("connector", &connector.unwrap_or_default());
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
    let card = Card::new("Variable", name);
    let card = match entries.next() {
        Some((step, kind)) => card.name("type", kind).name("initialised in", &step_title(step)),
        None => card.fact("initialised", "nowhere in this flow"),
    };
    Some(card.fact("set by", count(set, "step")).fact("read by", count(read, "expression")))
}

fn of_function(name: &str) -> Option<Card> {
    let function = functions::lookup(name)?;
    let result = function.result.map(|kinds| kinds.to_string()).unwrap_or_default();
    let instead = function.instead.as_deref().unwrap_or_default();
    let mut card = Card::new("Function", &function.name)
        .fact("takes", function.arity())
        .fact("returns", result)
        .name("use instead", instead);
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
    let card = Card::new("Connection", key).name("connector", connector);
    Some(card.name("connection reference", reference).fact("uses", whose))
}

fn of_reference(analysis: &Analysis, name: &LogicalName) -> Card {
    let declared = analysis
        .workspace
        .solutions
        .iter()
        .find_map(|solution| Some((solution.name(), solution.references.as_ref()?.get(name)?)));
    let card = Card::new("Connection reference", name.as_str());
    let card = match declared {
        Some((solution, reference)) => card
            .name("name", &reference.display_name)
            .name("connector", reference.connector.as_ref().map(|name| name.as_str()).unwrap_or_default())
            .name("declared in", solution),
        None => card.fact("declared in", NO_SOLUTION),
    };
    card.names("used by", users(analysis, &GraphNode::ConnectionReference(name.clone())), NO_FLOW)
}

fn of_environment_variable(analysis: &Analysis, name: &SchemaName) -> Card {
    let defined = analysis
        .workspace
        .solutions
        .iter()
        .find_map(|solution| Some((solution.name(), solution.variables.get(name)?)));
    let card = Card::new("Environment variable", name.as_str());
    let card = match defined {
        Some((solution, variable)) => card
            .name("name", &variable.display_name)
            .fact("kind", if variable.is_secret { "secret" } else { "" })
            .fact("default", if variable.has_default { "yes" } else { "none" })
            .name("defined in", solution),
        None => card.fact("defined in", NO_SOLUTION),
    };
    card.names("used by", users(analysis, &GraphNode::EnvironmentVariable(name.clone())), NO_FLOW)
}

/// The names of the flows that depend on something.
fn users<'a>(analysis: &'a Analysis, node: &GraphNode) -> impl Iterator<Item = &'a str> {
    let edges = analysis.graph.edges().filter(|(_, to, _)| *to == node);
    let flows = edges.filter_map(|(from, _, _)| match from {
        GraphNode::Flow(flow) => Some(*flow),
        _ => None,
    });
    let flows: BTreeSet<FlowIx> = flows.collect();
    flows.into_iter().map(|flow| analysis.workspace.flow(flow).name.as_str())
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn nothing_in_a_name_is_markup() {
        assert_eq!(code("a_b *c* | <i>"), "`a_b *c* | <i>`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`a``b"), "``` `a``b ```");
    }
}
