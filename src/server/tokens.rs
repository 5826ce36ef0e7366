//! Semantic tokens: the parts of the expressions in a flow, which are plain strings to an editor.

use lsp_types::{SemanticToken, SemanticTokenType, SemanticTokens, SemanticTokensLegend};

use super::client::Client;
use super::snapshot::Snapshot;
use crate::expression::{Expr, ExprKind, TemplateForm, parse};
use crate::model::{Definition, FlowIx};
use crate::semantic::{CandidateString, ReferenceKind, each_string, named_by};
use crate::source::{Route, Span, Text};

/// The kinds of tokens, in the order of the legend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TokenKind {
    Function,
    Step,
    Variable,
    Parameter,
    Property,
    String,
    Number,
    Keyword,
}

pub(super) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: vec![
            SemanticTokenType::FUNCTION,
            SemanticTokenType::CLASS,
            SemanticTokenType::VARIABLE,
            SemanticTokenType::PARAMETER,
            SemanticTokenType::PROPERTY,
            SemanticTokenType::STRING,
            SemanticTokenType::NUMBER,
            SemanticTokenType::KEYWORD,
        ],
        token_modifiers: Vec::new(),
    }
}

/// The tokens of a flow in a byte range of its file.
pub(super) fn of_flow(
    snapshot: &Snapshot,
    flow: FlowIx,
    wanted: Option<Span>,
    client: &Client,
) -> Option<SemanticTokens> {
    let analysis = snapshot.analysis()?;
    let flow = analysis.workspace.flow(flow);
    let text = analysis.sources.get(flow.file?);
    let mut tokens = tokens(&flow.content.as_ref()?.definition);
    tokens.retain(|(span, _)| wanted.is_none_or(|wanted| span.end > wanted.start && span.start < wanted.end));
    tokens.sort_by_key(|(span, _)| *span);
    Some(SemanticTokens { result_id: None, data: encoded(&tokens, text, client) })
}

fn tokens(definition: &Definition) -> Vec<(Span, TokenKind)> {
    let mut found = Vec::new();
    let triggers = definition.triggers().map(|trigger| trigger.body);
    for body in triggers.chain(definition.actions().map(|action| action.body)) {
        each_string(body, &mut |string| add(definition, &string, &mut found));
    }
    found
}

/// Adds the tokens of a string.
fn add(definition: &Definition, string: &CandidateString<'_>, found: &mut Vec<(Span, TokenKind)>) {
    let Ok(template) = parse(string.text) else { return };
    if template.form == TemplateForm::Literal {
        return;
    }
    let document = definition.document();
    let mut route: Option<Route> = None;
    let mut named = Vec::new();
    for expr in template.walk() {
        let Some((range, kind)) = token(expr, &mut named) else { continue };
        let route = route.get_or_insert_with(|| document.route_to(string.node));
        let span = document.locate_within(route, string.part, Span::new(range.start, range.end));
        found.extend(span.map(|span| (span, kind)));
    }
}

/// The token of an expression without its subexpressions. `named` has the literals whose kind the call around them decides.
fn token(
    expr: &Expr<'_>,
    named: &mut Vec<(std::ops::Range<usize>, TokenKind)>,
) -> Option<(std::ops::Range<usize>, TokenKind)> {
    match &expr.kind {
        ExprKind::Call { args, name_range, .. } => {
            if let (Some(first), Some((_, kind, _))) = (args.first(), named_by(expr)) {
                let kind = match kind {
                    ReferenceKind::Action | ReferenceKind::Loop => TokenKind::Step,
                    ReferenceKind::Variable => TokenKind::Variable,
                    ReferenceKind::Parameter => TokenKind::Parameter,
                };
                named.push((first.range.clone(), kind));
            }
            Some((name_range.clone(), TokenKind::Function))
        }
        ExprKind::Member { key_range, .. } => Some((key_range.clone(), TokenKind::Property)),
        ExprKind::Index { index, .. } => {
            if index.as_str().is_some() {
                named.push((index.range.clone(), TokenKind::Property));
            }
            None
        }
        ExprKind::String(_) => {
            let at = named.iter().position(|(range, _)| *range == expr.range);
            let kind = at.map_or(TokenKind::String, |at| named.swap_remove(at).1);
            Some((expr.range.clone(), kind))
        }
        ExprKind::Number(_) => Some((expr.range.clone(), TokenKind::Number)),
        ExprKind::Bool(_) | ExprKind::Null => Some((expr.range.clone(), TokenKind::Keyword)),
    }
}

/// Encodes tokens: each position is relative to the token before.
fn encoded(tokens: &[(Span, TokenKind)], text: &Text, client: &Client) -> Vec<SemanticToken> {
    let (mut line, mut start) = (0, 0);
    let encode = |(span, kind): &(Span, TokenKind)| {
        let position = client.encoding.position(text, span.start);
        let delta_line = position.line - line;
        let delta_start = if delta_line == 0 { position.character - start } else { position.character };
        (line, start) = (position.line, position.character);
        SemanticToken {
            delta_line,
            delta_start,
            length: client.encoding.length(&text.text()[span.start..span.end]),
            token_type: *kind as u32,
            token_modifiers_bitset: 0,
        }
    };
    tokens.iter().map(encode).collect()
}
