//! What the client supports.

use lsp_types::{ClientCapabilities, DiagnosticTag, InitializeParams, MarkupKind, ResourceOperationKind};

use super::position::Encoding;
use super::uri::path_of;

/// What the client supports.
#[derive(Debug, Default)]
pub(super) struct Client {
    pub(super) encoding: Encoding,
    /// The folders of the workspace at the start.
    pub(super) folders: Vec<String>,
    /// Related places of diagnostics.
    pub(super) related: bool,
    /// Links from the codes of diagnostics to pages.
    pub(super) code_description: bool,
    pub(super) tags: Vec<DiagnosticTag>,
    /// Versions of the texts that diagnostics are about.
    pub(super) versions: bool,
    /// Markdown in hovers.
    pub(super) markdown: bool,
    /// Symbols of a document as a tree.
    pub(super) symbol_tree: bool,
    /// Code actions with edits. Old clients know commands only.
    pub(super) action_literals: bool,
    /// Edits for texts of a given version.
    pub(super) versioned_edits: bool,
    /// Edits that create files.
    pub(super) creates_files: bool,
    /// Watchers of files, which the server can ask for.
    pub(super) watches_files: bool,
}

impl Client {
    pub(super) fn of(params: &InitializeParams) -> Self {
        let ClientCapabilities { workspace, text_document, general, .. } = &params.capabilities;
        let workspace = workspace.as_ref();
        let text = text_document.as_ref();
        let offered = general.as_ref().and_then(|general| general.position_encodings.as_deref());
        let diagnostics = text.and_then(|text| text.publish_diagnostics.as_ref());
        let tags = diagnostics.and_then(|one| one.tag_support.as_ref()).map(|tags| tags.value_set.clone());
        let formats =
            text.and_then(|text| text.hover.as_ref()).and_then(|hover| hover.content_format.as_ref());
        let symbols = text.and_then(|text| text.document_symbol.as_ref());
        let actions = text.and_then(|text| text.code_action.as_ref());
        let edits = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
        let operations = edits.and_then(|edits| edits.resource_operations.as_ref());
        let watchers = workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref());
        Client {
            encoding: Encoding::negotiated(offered),
            folders: folders(params),
            related: diagnostics.and_then(|one| one.related_information).unwrap_or(false),
            code_description: diagnostics.and_then(|one| one.code_description_support).unwrap_or(false),
            tags: tags.unwrap_or_default(),
            versions: diagnostics.and_then(|one| one.version_support).unwrap_or(false),
            markdown: formats.is_none_or(|formats| formats.contains(&MarkupKind::Markdown)),
            symbol_tree: symbols.and_then(|one| one.hierarchical_document_symbol_support).unwrap_or(false),
            action_literals: actions.is_some_and(|actions| actions.code_action_literal_support.is_some()),
            versioned_edits: edits.and_then(|edits| edits.document_changes).unwrap_or(false),
            creates_files: operations.is_some_and(|some| some.contains(&ResourceOperationKind::Create)),
            watches_files: watchers.and_then(|watchers| watchers.dynamic_registration).unwrap_or(false),
        }
    }
}

/// The folders of the workspace. Old clients have only one, as a URI or as a path.
#[allow(deprecated, reason = "old clients send only these")]
fn folders(params: &InitializeParams) -> Vec<String> {
    match (&params.workspace_folders, &params.root_uri, &params.root_path) {
        (Some(folders), _, _) => folders.iter().filter_map(|folder| path_of(&folder.uri)).collect(),
        (None, Some(root), _) => path_of(root).into_iter().collect(),
        (None, None, Some(path)) => vec![path.replace('\\', "/")],
        (None, None, None) => Vec::new(),
    }
}
