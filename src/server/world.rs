//! What the answers are computed from: the texts of the editor and the solutions in the folders of the workspace.

use std::collections::BTreeMap;
use std::path::Path;

use lsp_server::{ErrorCode, ResponseError};
use lsp_types::{DocumentSymbolResponse, Uri};

use super::client::Client;
use super::documents::Documents;
use super::snapshot::{Snapshot, groups, is_below, solution_around};
use super::uri::path_of;
use crate::load::limits::Limits;

pub(super) struct World {
    pub(super) client: Client,
    pub(super) documents: Documents,
    /// The folders of the workspace.
    pub(super) folders: Vec<String>,
    /// One for each group of folders; empty until first needed.
    pub(super) snapshots: Vec<Snapshot>,
    /// Whether something changed since the snapshots were computed.
    pub(super) is_stale: bool,
    /// The last symbols of each open flow that could be read.
    pub(super) outlines: BTreeMap<String, DocumentSymbolResponse>,
}

impl World {
    pub(super) fn new(client: Client) -> Self {
        World {
            documents: Documents::new(client.encoding),
            folders: client.folders.clone(),
            client,
            snapshots: Vec::new(),
            is_stale: true,
            outlines: BTreeMap::new(),
        }
    }

    /// The snapshot that a file belongs to.
    pub(super) fn snapshot(&self, path: &str) -> Option<&Snapshot> {
        let with_file = self.snapshots.iter().find(|snapshot| snapshot.file(path).is_some());
        with_file.or_else(|| self.snapshots.iter().find(|snapshot| snapshot.holds(path)))
    }

    /// Computes the snapshots anew if something changed.
    pub(super) fn refresh(&mut self) {
        if !self.is_stale {
            return;
        }
        self.is_stale = false;
        // The old ones go first, so that only one is in memory.
        self.snapshots.clear();
        let groups = groups(&self.all_folders(), &self.documents);
        let snapshots =
            groups.into_iter().map(|group| Snapshot::of(group, &self.documents, Limits::default()));
        self.snapshots = snapshots.collect();
    }

    /// The folders of the workspace, and those of the solutions of other open files.
    fn all_folders(&self) -> Vec<String> {
        let others = self.documents.iter().map(|(path, _)| path);
        let others = others.filter(|path| !self.folders.iter().any(|folder| is_below(path, folder)));
        let roots = others.filter_map(|path| solution_around(Path::new(path)));
        self.folders.iter().cloned().chain(roots).collect()
    }
}

/// An error for the client.
pub(super) fn error(code: ErrorCode, message: impl Into<String>) -> ResponseError {
    ResponseError { code: code as i32, message: message.into(), data: None }
}

/// The path of a URI, for requests about files.
pub(super) fn file_of(uri: &Uri) -> Result<String, ResponseError> {
    path_of(uri).ok_or_else(|| error(ErrorCode::InvalidParams, "this is not the URI of a file"))
}
