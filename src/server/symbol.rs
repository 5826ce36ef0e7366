//! What a place in a file is about: the flow, step, variable or reference that the text under the cursor means.

use crate::analysis::Analysis;
use crate::expression::{Expr, ExprKind, TemplateForm, decoded_offset, parse};
use crate::model::{FlowContent, FlowId, FlowIx, LogicalName, Owner, SchemaName, SolutionIx};
use crate::semantic::{ReferenceKind, SemanticModel, named_by};
use crate::source::{Document, FileId, Json, NodeId, Part, Route, Span, Step, Text};

/// What a name means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Symbol {
    Flow(FlowIx),
    /// A flow that no input contains.
    UnknownFlow(FlowId),
    Step(FlowIx, Owner),
    /// A variable of a flow.
    Variable(FlowIx, String),
    /// A parameter of a flow.
    Parameter(FlowIx, String),
    /// A function of expressions, as written.
    Function(FlowIx, String),
    /// An entry of a flow's `connectionReferences`.
    Connection(FlowIx, String),
    Reference(LogicalName),
    /// An environment variable, and the parameter of a flow that stands for it.
    EnvironmentVariable(SchemaName, Option<(FlowIx, String)>),
}

/// A symbol and the text that names it.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) symbol: Symbol,
    pub(super) span: Span,
}

/// The symbol at a byte offset of a file.
pub(super) fn at(analysis: &Analysis, file: FileId, offset: usize) -> Option<Named> {
    let in_flow = || {
        let flow = analysis.workspace.flow_in(file)?;
        in_flow(flow, analysis.workspace.flow(flow).content.as_ref()?, offset)
    };
    in_flow().or_else(|| word(analysis, file, offset))
}

/// A string or key of a flow file under the cursor.
struct Cursor<'a> {
    flow: FlowIx,
    content: &'a FlowContent,
    document: &'a Document,
    node: NodeId,
    part: Part,
    route: Route,
    offset: usize,
}

fn in_flow(flow: FlowIx, content: &FlowContent, offset: usize) -> Option<Named> {
    let document = content.definition.document();
    let (node, part) = document.at(offset)?;
    let route = document.route_to(node);
    let cursor = Cursor { flow, content, document, node, part, route, offset };
    let symbol = match part {
        Part::Key => cursor.key(),
        Part::Value => cursor.value(),
    };
    symbol.map(|symbol| Named { symbol, span: cursor.span() }).or_else(|| cursor.expression())
}

impl<'a> Cursor<'a> {
    fn json(&self) -> Json<'a> {
        self.document.json(self.node)
    }

    /// The text of the key or value, without quotes.
    fn span(&self) -> Span {
        match self.part {
            Part::Key => self.json().key_span().unwrap_or(self.json().span()),
            Part::Value => self.json().span(),
        }
    }

    fn keys(&self) -> Vec<&str> {
        self.route.steps().iter().filter_map(Step::key).collect()
    }

    /// What a key names: a step, the step that `runAfter` waits for, a connection, or a parameter.
    fn key(&self) -> Option<Symbol> {
        let definition = &self.content.definition;
        let action = definition.indexed().find(|(_, action)| action.body.json().id() == self.node);
        if let Some((index, _)) = action {
            return Some(Symbol::Step(self.flow, Owner::Action(index)));
        }
        let trigger = definition.triggers().position(|trigger| trigger.body.json().id() == self.node);
        if let Some(index) = trigger {
            return Some(Symbol::Step(self.flow, Owner::Trigger(index)));
        }
        match self.keys().as_slice() {
            [.., "runAfter", name] => self.step(name),
            ["properties", "connectionReferences", key] => self.bound(key),
            ["properties", "definition", "parameters", name] => self.parameter(name),
            _ => None,
        }
    }

    /// What a whole string names: a connection, or a variable that an action changes.
    fn value(&self) -> Option<Symbol> {
        let text = self.json().as_str()?;
        if let ["properties", "connectionReferences", _, "connection", "connectionReferenceLogicalName"] =
            self.keys().as_slice()
        {
            return Some(Symbol::Reference(LogicalName::new(text)));
        }
        let definition = &self.content.definition;
        let used = self.content.connection_uses.iter().find(|used| used.route(definition) == self.route);
        if let Some(used) = used {
            let key = self.content.connection(&used.key).map_or(&*used.key, |connection| &connection.key);
            return Some(Symbol::Connection(self.flow, key.to_owned()));
        }
        let is_variable = self.keys().contains(&"inputs") && self.keys().last() == Some(&"name");
        let names_it = |json: Option<Json<'_>>| json.is_some_and(|json| json.id() == self.node);
        let declares = |list: crate::source::Array<'_>| list.iter().any(|entry| names_it(entry.get("name")));
        let is_variable = is_variable
            && definition.actions().any(|action| {
                names_it(action.changed_variable()) || action.initialised_variables().is_some_and(declares)
            });
        is_variable.then(|| Symbol::Variable(self.flow, text.to_owned()))
    }

    /// What the expression under the cursor names.
    fn expression(&self) -> Option<Named> {
        let (text, start) = match self.part {
            Part::Key => (self.json().key(), self.json().key_span()?),
            Part::Value => (self.json().as_str()?, self.json().span()),
        };
        let raw = self.json().document_text(start);
        let at = decoded_offset(raw, self.offset.saturating_sub(start.start));
        let template = parse(text).ok().filter(|template| template.form != TemplateForm::Literal)?;
        let holds = |range: &std::ops::Range<usize>| range.start <= at && at <= range.end;
        // Inner expressions come after outer ones.
        let found = template.walk().filter(|expr| holds(&expr.range)).filter_map(|expr| {
            let ExprKind::Call { name, args, name_range } = &expr.kind else { return None };
            let named = args.first().filter(|named| holds(&named.range));
            match (named, named_by(expr)) {
                (Some(named), Some((_, kind, text))) => {
                    self.reference(kind, text).map(|symbol| (symbol, inside(named)))
                }
                _ if holds(name_range) => {
                    Some((Symbol::Function(self.flow, (*name).to_owned()), name_range.clone()))
                }
                _ => None,
            }
        });
        let (symbol, range) = found.last()?;
        let within = Span::new(range.start, range.end);
        let span = self.document.locate_within(&self.route, self.part, within)?;
        Some(Named { symbol, span })
    }

    fn reference(&self, kind: ReferenceKind, name: &str) -> Option<Symbol> {
        match kind {
            ReferenceKind::Action | ReferenceKind::Loop => self.step(name),
            ReferenceKind::Variable => Some(Symbol::Variable(self.flow, name.to_owned())),
            ReferenceKind::Parameter => self.parameter(name),
        }
    }

    fn step(&self, name: &str) -> Option<Symbol> {
        let semantic = SemanticModel::of(&self.content.definition);
        let action = semantic.names.get(name).first().copied()?;
        Some(Symbol::Step(self.flow, Owner::Action(action)))
    }

    /// A parameter of the flow, or the environment variable that it stands for.
    fn parameter(&self, name: &str) -> Option<Symbol> {
        let used = self.content.variable_uses.iter().find(|used| used.parameter == name);
        Some(match used {
            Some(used) => {
                let parameter = Some((self.flow, name.to_owned()));
                Symbol::EnvironmentVariable(used.schema_name.clone(), parameter)
            }
            None => Symbol::Parameter(self.flow, name.to_owned()),
        })
    }

    /// The connection reference that an entry of `connectionReferences` binds to, or else the entry itself.
    fn bound(&self, key: &str) -> Option<Symbol> {
        let connection = self.content.connection(key)?;
        Some(match &connection.logical_name {
            Some(name) => Symbol::Reference(name.clone()),
            None => Symbol::Connection(self.flow, key.to_owned()),
        })
    }
}

/// The range of a string literal without its quotes.
fn inside(literal: &Expr<'_>) -> std::ops::Range<usize> {
    let range = literal.range.clone();
    if range.len() >= 2 { range.start + 1..range.end - 1 } else { range }
}

/// What a word in any file names: a flow by its id, a connection reference, or an environment variable.
fn word(analysis: &Analysis, file: FileId, offset: usize) -> Option<Named> {
    let span = word_at(analysis.sources.get(file), offset)?;
    let text = &analysis.sources.get(file).text()[span.start..span.end];
    let workspace = &analysis.workspace;
    let solution = workspace.solution_in(file, &analysis.sources);
    if let Some(id) = FlowId::parse(text) {
        let symbol = match resolve(analysis, &id, solution) {
            Some(flow) => Symbol::Flow(flow),
            None if workspace.flow_in(file).is_some() => Symbol::UnknownFlow(id),
            None => return None,
        };
        return Some(Named { symbol, span });
    }
    let reference = LogicalName::new(text);
    let knows = |name: &LogicalName| {
        let declared = workspace.solutions.iter().filter_map(|solution| solution.references.as_ref());
        let settings = analysis.settings.iter().filter_map(|settings| settings.references.as_ref());
        declared.into_iter().any(|declared| declared.contains_key(name))
            || settings.into_iter().flatten().any(|entry| entry.logical_name == *name)
    };
    if knows(&reference) {
        return Some(Named { symbol: Symbol::Reference(reference), span });
    }
    let variable = SchemaName::new(text);
    let used = workspace.contents().flat_map(|(_, _, content)| &content.variable_uses);
    let is_known = workspace.solutions.iter().any(|solution| solution.variables.contains_key(&variable))
        || used.into_iter().any(|used| used.schema_name == variable);
    is_known.then_some(Named { symbol: Symbol::EnvironmentVariable(variable, None), span })
}

fn resolve(analysis: &Analysis, id: &FlowId, from: Option<SolutionIx>) -> Option<FlowIx> {
    let workspace = &analysis.workspace;
    match from {
        Some(solution) => workspace.resolve(id, solution),
        None => workspace.flows_named(id.as_str()).first().copied(),
    }
}

/// The name that touches an offset.
fn word_at(text: &Text, offset: usize) -> Option<Span> {
    const LONGEST: usize = 200;
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let bytes = text.text().as_bytes();
    let before = bytes[..offset].iter().rev().take(LONGEST).take_while(|byte| is_part(byte)).count();
    let after = bytes[offset..].iter().take(LONGEST).take_while(|byte| is_part(byte)).count();
    (before + after > 0).then(|| Span::new(offset - before, offset + after))
}
