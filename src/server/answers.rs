//! The answers to requests, by method. A request about a file that is not part of a solution has an empty answer.

use lsp_server::{ErrorCode, ResponseError};
use lsp_types::request::{
    CodeActionRequest, DocumentSymbolRequest, GotoDefinition, HoverRequest, PrepareRenameRequest, References,
    Rename, Request as _, SemanticTokensFullRequest, SemanticTokensRangeRequest, Shutdown,
    WorkspaceSymbolRequest,
};
use lsp_types::{
    CodeActionKind, CodeActionOrCommand, CodeActionParams, DocumentSymbolParams, DocumentSymbolResponse,
    GotoDefinitionResponse, Hover, Location, PrepareRenameResponse, ReferenceParams, RenameParams,
    SemanticTokens, SemanticTokensParams, SemanticTokensRangeParams, SymbolInformation,
    TextDocumentPositionParams, Uri, WorkspaceEdit, WorkspaceSymbolParams,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::actions;
use super::diagnostics::location;
use super::snapshot::Snapshot;
use super::state::{State, error, file_of};
use super::symbol::{self, Named};
use super::{edits, hover, occurrences, outline, rename, tokens};
use crate::analysis::Analysis;
use crate::source::{FileId, Place};

/// The most places in an answer.
const MOST_PLACES: usize = 5000;

type Answer<T> = Result<T, ResponseError>;

/// Answers a request.
pub(super) fn answer(state: &mut State, method: &str, params: Value) -> Answer<Value> {
    match method {
        HoverRequest::METHOD => run(state, params, hover),
        GotoDefinition::METHOD => run(state, params, definition),
        References::METHOD => run(state, params, references),
        DocumentSymbolRequest::METHOD => run(state, params, document_symbols),
        WorkspaceSymbolRequest::METHOD => run(state, params, workspace_symbols),
        PrepareRenameRequest::METHOD => run(state, params, prepare_rename),
        Rename::METHOD => run(state, params, rename),
        SemanticTokensFullRequest::METHOD => run(state, params, all_tokens),
        SemanticTokensRangeRequest::METHOD => run(state, params, tokens_in_range),
        CodeActionRequest::METHOD => run(state, params, code_actions),
        Shutdown::METHOD => Ok(Value::Null),
        other => Err(error(ErrorCode::MethodNotFound, format!("unknown method `{other}`"))),
    }
}

fn run<P: DeserializeOwned, R: Serialize>(
    state: &mut State,
    params: Value,
    handle: fn(&mut State, P) -> Answer<R>,
) -> Answer<Value> {
    let params =
        serde_json::from_value(params).map_err(|fault| error(ErrorCode::InvalidParams, fault.to_string()))?;
    let result = handle(state, params)?;
    serde_json::to_value(result).map_err(|fault| error(ErrorCode::InternalError, fault.to_string()))
}

/// A position in a file that was read.
struct At<'a> {
    snapshot: &'a Snapshot,
    analysis: &'a Analysis,
    file: FileId,
    offset: usize,
}

impl<'a> At<'a> {
    fn of(state: &'a State, params: &TextDocumentPositionParams) -> Answer<Option<Self>> {
        let path = file_of(&params.text_document.uri)?;
        Ok(At::in_file(state, &path).map(|at| {
            let text = at.analysis.sources.get(at.file);
            At { offset: state.client.encoding.offset(text, params.position), ..at }
        }))
    }

    fn in_file(state: &'a State, path: &str) -> Option<Self> {
        let snapshot = state.snapshot(path)?;
        Some(At { snapshot, analysis: snapshot.analysis()?, file: snapshot.file(path)?, offset: 0 })
    }

    fn symbol(&self) -> Option<Named> {
        symbol::at(self.analysis, self.file, self.offset)
    }
}

fn hover(state: &mut State, params: lsp_types::HoverParams) -> Answer<Option<Hover>> {
    let at = At::of(state, &params.text_document_position_params)?;
    Ok(at.and_then(|at| hover::at(at.snapshot, at.file, at.offset, &state.client)))
}

fn definition(
    state: &mut State,
    params: lsp_types::GotoDefinitionParams,
) -> Answer<Option<GotoDefinitionResponse>> {
    let Some(at) = At::of(state, &params.text_document_position_params)? else { return Ok(None) };
    let Some(named) = at.symbol() else { return Ok(None) };
    let places = occurrences::definitions(at.analysis, &named.symbol);
    let mut locations = locations(state, at.analysis, places);
    Ok(match locations.len() {
        0 => None,
        1 => locations.pop().map(GotoDefinitionResponse::Scalar),
        _ => Some(GotoDefinitionResponse::Array(locations)),
    })
}

fn references(state: &mut State, params: ReferenceParams) -> Answer<Option<Vec<Location>>> {
    let Some(at) = At::of(state, &params.text_document_position)? else { return Ok(None) };
    let Some(named) = at.symbol() else { return Ok(None) };
    let places = occurrences::all(at.analysis, &named.symbol, params.context.include_declaration);
    Ok(Some(locations(state, at.analysis, places)))
}

/// The locations of places, sorted and without duplicates.
fn locations(state: &State, analysis: &Analysis, places: Vec<Place>) -> Vec<Location> {
    let places = places.iter().take(MOST_PLACES);
    let locations = places.filter_map(|place| location(analysis, place, &state.documents, &state.client));
    let mut locations: Vec<Location> = locations.collect();
    let position = |location: &Location| (location.range.start, location.range.end);
    locations.sort_by(|a, b| a.uri.cmp(&b.uri).then_with(|| position(a).cmp(&position(b))));
    locations.dedup();
    locations
}

/// The symbols of a flow. While its text cannot be read, the last ones that could.
fn document_symbols(
    state: &mut State,
    params: DocumentSymbolParams,
) -> Answer<Option<DocumentSymbolResponse>> {
    let uri: Uri = params.text_document.uri;
    let path = file_of(&uri)?;
    let snapshot = state.snapshot(&path);
    let symbols =
        snapshot.and_then(|snapshot| outline::of_flow(snapshot, snapshot.flow(&path)?, &uri, &state.client));
    let Some(symbols) = symbols else { return Ok(state.outlines.get(&path).cloned()) };
    if state.documents.get(&path).is_some() {
        state.outlines.insert(path, symbols.clone());
    }
    Ok(Some(symbols))
}

fn workspace_symbols(state: &mut State, params: WorkspaceSymbolParams) -> Answer<Vec<SymbolInformation>> {
    Ok(outline::flows(&state.snapshots, &params.query, &state.documents, &state.client))
}

fn prepare_rename(
    state: &mut State,
    params: TextDocumentPositionParams,
) -> Answer<Option<PrepareRenameResponse>> {
    let Some(at) = At::of(state, &params)? else { return Ok(None) };
    let Some(named) = at.symbol() else { return Ok(None) };
    let name = rename::current(at.analysis, &named).map_err(refused)?;
    let range = state.client.encoding.range(at.analysis.sources.get(at.file), named.span);
    Ok(Some(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder: name.to_owned() }))
}

fn rename(state: &mut State, params: RenameParams) -> Answer<Option<WorkspaceEdit>> {
    let Some(at) = At::of(state, &params.text_document_position)? else { return Ok(None) };
    let Some(named) = at.symbol() else { return Ok(None) };
    let (file, edits) =
        rename::edits(at.analysis, &named, &params.new_name, &state.client).map_err(refused)?;
    let path = at.analysis.sources.get(file).name().as_str();
    Ok(edits::of_file(path, edits, &state.documents, &state.client))
}

fn refused(message: String) -> ResponseError {
    error(ErrorCode::RequestFailed, message)
}

fn all_tokens(state: &mut State, params: SemanticTokensParams) -> Answer<Option<SemanticTokens>> {
    let path = file_of(&params.text_document.uri)?;
    let Some(snapshot) = state.snapshot(&path) else { return Ok(None) };
    Ok(snapshot.flow(&path).and_then(|flow| tokens::of_flow(snapshot, flow, None, &state.client)))
}

fn tokens_in_range(state: &mut State, params: SemanticTokensRangeParams) -> Answer<Option<SemanticTokens>> {
    let path = file_of(&params.text_document.uri)?;
    let Some(At { snapshot, analysis, file, .. }) = At::in_file(state, &path) else { return Ok(None) };
    let wanted = state.client.encoding.span(analysis.sources.get(file), params.range);
    Ok(snapshot.flow(&path).and_then(|flow| tokens::of_flow(snapshot, flow, Some(wanted), &state.client)))
}

fn code_actions(state: &mut State, params: CodeActionParams) -> Answer<Vec<CodeActionOrCommand>> {
    let path = file_of(&params.text_document.uri)?;
    let only = params.context.only.unwrap_or_default();
    // A kind stands for itself and its subkinds, and the empty kind for all.
    let is_wanted = |kind: &CodeActionKind| {
        kind.as_str().is_empty() || CodeActionKind::QUICKFIX.as_str() == kind.as_str()
    };
    if !only.is_empty() && !only.iter().any(is_wanted) {
        return Ok(Vec::new());
    }
    let Some(At { snapshot, analysis, file, .. }) = At::in_file(state, &path) else { return Ok(Vec::new()) };
    let (documents, client) = (&state.documents, &state.client);
    let request = actions::Request { snapshot, analysis, file, path: &path, documents, client };
    Ok(actions::all(&request, params.range))
}
