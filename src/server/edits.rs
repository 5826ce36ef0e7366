//! Edits of the protocol, in the form that the client supports.

use lsp_types::{
    CreateFile, CreateFileOptions, DocumentChangeOperation, DocumentChanges, OneOf,
    OptionalVersionedTextDocumentIdentifier, ResourceOp, TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};

use super::client::Client;
use super::diagnostics::uri;
use super::documents::Documents;
use super::uri::uri_of;

/// Edits of a file.
pub(super) fn of_file(
    path: &str,
    edits: Vec<TextEdit>,
    documents: &Documents,
    client: &Client,
) -> Option<WorkspaceEdit> {
    of_files([(path, edits)], documents, client)
}

/// Edits of several files. `None` if one of them has no URI, because half of a change would do harm.
#[allow(clippy::mutable_key_type, reason = "the type of the protocol; no URI changes while it is a key")]
pub(super) fn of_files<'a>(
    files: impl IntoIterator<Item = (&'a str, Vec<TextEdit>)>,
    documents: &Documents,
    client: &Client,
) -> Option<WorkspaceEdit> {
    let edited = |(path, edits): (&str, Vec<TextEdit>)| {
        Some((uri(path, documents)?, documents.get(path).map(|open| open.version), edits))
    };
    let files = files.into_iter().map(edited).collect::<Option<Vec<_>>>()?;
    Some(if client.versioned_edits {
        let files = files.into_iter().map(|(uri, version, edits)| versioned(uri, version, edits));
        WorkspaceEdit {
            document_changes: Some(DocumentChanges::Edits(files.collect())),
            ..WorkspaceEdit::default()
        }
    } else {
        let changes = files.into_iter().map(|(uri, _, edits)| (uri, edits)).collect();
        WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
    })
}

/// Creates a file with a text. `None` if the client cannot.
pub(super) fn creating(path: &str, text: String, client: &Client) -> Option<WorkspaceEdit> {
    let uri = uri_of(path).filter(|_| client.creates_files && client.versioned_edits)?;
    let options = CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(true) };
    let create = CreateFile { uri: uri.clone(), options: Some(options), annotation_id: None };
    let edit = versioned(uri, None, vec![TextEdit { range: lsp_types::Range::default(), new_text: text }]);
    let operations =
        vec![DocumentChangeOperation::Op(ResourceOp::Create(create)), DocumentChangeOperation::Edit(edit)];
    let changes = Some(DocumentChanges::Operations(operations));
    Some(WorkspaceEdit { document_changes: changes, ..WorkspaceEdit::default() })
}

fn versioned(uri: Uri, version: Option<i32>, edits: Vec<TextEdit>) -> TextDocumentEdit {
    TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
        edits: edits.into_iter().map(OneOf::Left).collect(),
    }
}
