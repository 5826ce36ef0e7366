//! The answers to requests, by method. A request about a file that is not part of a solution has an empty answer.

use std::cell::Cell;

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
use super::symbol::{self, Named};
use super::world::{World, error, file_of};
use super::{edits, hover, occurrences, outline, rename, tokens};
use crate::analysis::Analysis;
use crate::source::{FileId, Place};

/// The most places in an answer.
const MOST_PLACES: usize = 5000;

type Answer<T> = Result<T, ResponseError>;

/// Answers a request.
pub(super) fn answer(world: &mut World, method: &str, params: Value) -> Answer<Value> {
    match method {
        HoverRequest::METHOD => run(world, params, hover),
        GotoDefinition::METHOD => run(world, params, definition),
        References::METHOD => run(world, params, references),
        DocumentSymbolRequest::METHOD => run(world, params, document_symbols),
        WorkspaceSymbolRequest::METHOD => run(world, params, workspace_symbols),
        PrepareRenameRequest::METHOD => run(world, params, prepare_rename),
        Rename::METHOD => run(world, params, rename),
        SemanticTokensFullRequest::METHOD => run(world, params, all_tokens),
        SemanticTokensRangeRequest::METHOD => run(world, params, tokens_in_range),
        CodeActionRequest::METHOD => run(world, params, code_actions),
        Shutdown::METHOD => Ok(Value::Null),
        other => Err(error(ErrorCode::MethodNotFound, format!("unknown method `{other}`"))),
    }
}

fn run<P: DeserializeOwned, R: Serialize>(
    world: &mut World,
    params: Value,
    handle: fn(&mut World, P) -> Answer<R>,
) -> Answer<Value> {
    let params =
        serde_json::from_value(params).map_err(|fault| error(ErrorCode::InvalidParams, fault.to_string()))?;
    let result = handle(world, params)?;
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
    fn of(world: &'a World, params: &TextDocumentPositionParams) -> Answer<Option<Self>> {
        let path = file_of(&params.text_document.uri)?;
        Ok(At::in_file(world, &path).map(|at| {
            let text = at.analysis.sources.get(at.file);
            At { offset: world.client.encoding.offset(text, params.position), ..at }
        }))
    }

    fn in_file(world: &'a World, path: &str) -> Option<Self> {
        let snapshot = world.snapshot(path)?;
        Some(At { snapshot, analysis: snapshot.analysis()?, file: snapshot.file(path)?, offset: 0 })
    }

    fn symbol(&self) -> Option<Named> {
        symbol::at(self.analysis, self.file, self.offset)
    }
}

fn hover(world: &mut World, params: lsp_types::HoverParams) -> Answer<Option<Hover>> {
    let at = At::of(world, &params.text_document_position_params)?;
    Ok(at.and_then(|at| hover::at(at.snapshot, at.file, at.offset, &world.client)))
}

fn definition(
    world: &mut World,
    params: lsp_types::GotoDefinitionParams,
) -> Answer<Option<GotoDefinitionResponse>> {
    let Some(at) = At::of(world, &params.text_document_position_params)? else { return Ok(None) };
    let Some(named) = at.symbol() else { return Ok(None) };
    let places = occurrences::definitions(at.analysis, &named.symbol);
    let mut locations = locations(world, at.analysis, places);
    Ok(match locations.len() {
        0 => None,
        1 => locations.pop().map(GotoDefinitionResponse::Scalar),
        _ => Some(GotoDefinitionResponse::Array(locations)),
    })
}

fn references(world: &mut World, params: ReferenceParams) -> Answer<Option<Vec<Location>>> {
    let Some(at) = At::of(world, &params.text_document_position)? else { return Ok(None) };
    let Some(named) = at.symbol() else { return Ok(None) };
    let places = occurrences::all(at.analysis, &named.symbol, params.context.include_declaration);
    Ok(Some(locations(world, at.analysis, places)))
}

/// The locations of places, sorted and without duplicates.
fn locations(world: &World, analysis: &Analysis, places: Vec<Place>) -> Vec<Location> {
    let places = places.iter().take(MOST_PLACES);
    let locations = places.filter_map(|place| location(analysis, place, &world.documents, &world.client));
    let mut locations: Vec<Location> = locations.collect();
    let position = |location: &Location| (location.range.start, location.range.end);
    locations.sort_by(|a, b| a.uri.cmp(&b.uri).then_with(|| position(a).cmp(&position(b))));
    locations.dedup();
    locations
}

/// The symbols of a flow. While its text cannot be read, the last ones that could.
fn document_symbols(
    world: &mut World,
    params: DocumentSymbolParams,
) -> Answer<Option<DocumentSymbolResponse>> {
    let uri: Uri = params.text_document.uri;
    let path = file_of(&uri)?;
    let snapshot = world.snapshot(&path);
    let symbols =
        snapshot.and_then(|snapshot| outline::of_flow(snapshot, snapshot.flow(&path)?, &uri, &world.client));
    let Some(symbols) = symbols else { return Ok(world.outlines.get(&path).cloned()) };
    if world.documents.get(&path).is_some() {
        world.outlines.insert(path, symbols.clone());
    }
    Ok(Some(symbols))
}

fn workspace_symbols(world: &mut World, params: WorkspaceSymbolParams) -> Answer<Vec<SymbolInformation>> {
    Ok(outline::flows(&world.snapshots, &params.query, &world.documents, &world.client))
}

fn prepare_rename(
    world: &mut World,
    params: TextDocumentPositionParams,
) -> Answer<Option<PrepareRenameResponse>> {
    let Some(at) = At::of(world, &params)? else { return Ok(None) };
    let Some(named) = at.symbol() else { return Ok(None) };
    let name = rename::current(at.analysis, &named).map_err(refused)?;
    let range = world.client.encoding.range(at.analysis.sources.get(at.file), named.span);
    Ok(Some(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder: name.to_owned() }))
}

fn rename(world: &mut World, params: RenameParams) -> Answer<Option<WorkspaceEdit>> {
    let Some(at) = At::of(world, &params.text_document_position)? else { return Ok(None) };
    let Some(named) = at.symbol() else { return Ok(None) };
    let (file, edits) =
        rename::edits(at.analysis, &named, &params.new_name, &world.client).map_err(refused)?;
    let path = at.analysis.sources.get(file).name().as_str();
    Ok(edits::of_file(path, edits, &world.documents, &world.client))
}

fn refused(message: String) -> ResponseError {
    error(ErrorCode::RequestFailed, message)
}

fn all_tokens(world: &mut World, params: SemanticTokensParams) -> Answer<Option<SemanticTokens>> {
    let path = file_of(&params.text_document.uri)?;
    let Some(snapshot) = world.snapshot(&path) else { return Ok(None) };
    Ok(snapshot.flow(&path).and_then(|flow| tokens::of_flow(snapshot, flow, None, &world.client)))
}

fn tokens_in_range(world: &mut World, params: SemanticTokensRangeParams) -> Answer<Option<SemanticTokens>> {
    let path = file_of(&params.text_document.uri)?;
    let Some(At { snapshot, analysis, file, .. }) = At::in_file(world, &path) else { return Ok(None) };
    let wanted = world.client.encoding.span(analysis.sources.get(file), params.range);
    Ok(snapshot.flow(&path).and_then(|flow| tokens::of_flow(snapshot, flow, Some(wanted), &world.client)))
}

fn code_actions(world: &mut World, params: CodeActionParams) -> Answer<Vec<CodeActionOrCommand>> {
    let path = file_of(&params.text_document.uri)?;
    let only = params.context.only.unwrap_or_default();
    // A kind stands for itself and its subkinds, and the empty kind for all.
    let wants = |kind: &CodeActionKind| {
        let is_in = |wanted: &CodeActionKind| {
            let rest = kind.as_str().strip_prefix(wanted.as_str());
            rest.is_some_and(|rest| wanted.as_str().is_empty() || rest.is_empty() || rest.starts_with('.'))
        };
        only.is_empty() || only.iter().any(is_in)
    };
    let Some(At { snapshot, analysis, file, .. }) = At::in_file(world, &path) else { return Ok(Vec::new()) };
    let (documents, client) = (&world.documents, &world.client);
    let request = actions::Request {
        snapshot,
        analysis,
        file,
        path: &path,
        documents,
        client,
        checks: Cell::default(),
    };
    let mut found = Vec::new();
    if wants(&CodeActionKind::QUICKFIX) {
        found.extend(actions::of_findings(&request, params.range));
    }
    if wants(&actions::FIX_ALL) {
        found.extend(actions::fix_all(&request));
    }
    Ok(found.into_iter().map(CodeActionOrCommand::CodeAction).collect())
}
