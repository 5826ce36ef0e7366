//! The state of the server and its answers. It lives on a thread of its own, which gets all messages in their order, so an
//! answer is always about the texts at the time of the request.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response, ResponseError};
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidChangeWorkspaceFolders, DidCloseTextDocument,
    DidOpenTextDocument, DidSaveTextDocument, Initialized, Notification as _, PublishDiagnostics,
};
use lsp_types::request::{RegisterCapability, Request as _, Shutdown};
use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesRegistrationOptions, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DocumentSymbolResponse, FileSystemWatcher,
    GlobPattern, MessageType, PublishDiagnosticsParams, Registration, RegistrationParams, Uri,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answers;
use super::client::Client;
use super::diagnostics::{self, ByFile};
use super::documents::Documents;
use super::snapshot::{Snapshot, groups, is_below};
use super::uri::path_of;
use crate::load::limits::Limits;

/// How long the server waits after a change before it reports, so that it does not report at each keystroke.
const PAUSE: Duration = Duration::from_millis(120);
/// How long it waits at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Takes messages for the client.
pub(super) type Outbox = Box<dyn Fn(Message) + Send>;

pub(super) struct State {
    pub(super) client: Client,
    pub(super) documents: Documents,
    folders: Vec<String>,
    /// One for each group of folders; empty until first needed.
    pub(super) snapshots: Vec<Snapshot>,
    /// Whether something changed since the snapshots were computed.
    is_stale: bool,
    /// When to report next, and the latest time for it.
    due: Option<(Instant, Instant)>,
    /// The diagnostics that the client has.
    published: ByFile,
    /// What was written to the log, so that it is not repeated.
    logged: BTreeSet<String>,
    /// The last symbols of each open flow that could be read.
    pub(super) outlines: BTreeMap<String, DocumentSymbolResponse>,
    outbox: Outbox,
}

impl State {
    pub(super) fn new(client: Client, outbox: Outbox) -> Self {
        State {
            documents: Documents::new(client.encoding),
            folders: client.folders.clone(),
            client,
            snapshots: Vec::new(),
            is_stale: true,
            due: None,
            published: ByFile::new(),
            logged: BTreeSet::new(),
            outlines: BTreeMap::new(),
            outbox,
        }
    }

    /// How long until the next report is due; `None` if nothing changed.
    pub(super) fn pause(&self) -> Option<Duration> {
        let (due, _) = self.due?;
        Some(due.saturating_duration_since(Instant::now()))
    }

    /// Applies what the client says about its texts and folders. Other notifications are ignored, as the protocol demands.
    pub(super) fn notification(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        match method.as_str() {
            Initialized::METHOD => {
                self.watch_files();
                self.changed();
            }
            DidOpenTextDocument::METHOD => self.with(params, |state, params: DidOpenTextDocumentParams| {
                state.documents.open(params.text_document);
            }),
            DidChangeTextDocument::METHOD => {
                self.with(params, |state, params: DidChangeTextDocumentParams| {
                    let text = params.text_document;
                    state.documents.change(&text.uri, text.version, params.content_changes);
                });
            }
            DidCloseTextDocument::METHOD => self.with(params, |state, params: DidCloseTextDocumentParams| {
                state.documents.close(&params.text_document.uri);
                if let Some(path) = path_of(&params.text_document.uri) {
                    state.outlines.remove(&path);
                }
            }),
            DidSaveTextDocument::METHOD | DidChangeWatchedFiles::METHOD => self.changed(),
            DidChangeWorkspaceFolders::METHOD => {
                self.with(params, |state, params: DidChangeWorkspaceFoldersParams| {
                    let paths = |folders: Vec<lsp_types::WorkspaceFolder>| -> Vec<String> {
                        folders.iter().filter_map(|folder| path_of(&folder.uri)).collect()
                    };
                    let removed = paths(params.event.removed);
                    state.folders.retain(|folder| !removed.contains(folder));
                    state.folders.extend(paths(params.event.added));
                });
            }
            _ => {}
        }
    }

    /// The answer to a request.
    pub(super) fn answer(&mut self, request: Request) {
        let Request { id, method, params } = request;
        if method == Shutdown::METHOD && self.due.is_some() {
            // Nothing changes any more, so there is nothing to wait for.
            self.report();
        }
        self.refresh();
        let response_result = answers::answer(self, &method, params);
        self.send(Response { id, response_result });
    }

    /// Answers that a request was cancelled.
    pub(super) fn cancelled(&self, id: RequestId) {
        let code = ErrorCode::RequestCanceled as i32;
        self.send(Response::new_err(id, code, "the request was cancelled".to_owned()));
    }

    /// Sends the diagnostics that differ from those that the client has.
    pub(super) fn report(&mut self) {
        self.due = None;
        self.refresh();
        let mut fresh = ByFile::new();
        for snapshot in &self.snapshots {
            for (path, found) in diagnostics::all(snapshot, &self.documents, &self.client) {
                fresh.entry(path).or_default().extend(found);
            }
        }
        let gone = self.published.keys().filter(|path| !fresh.contains_key(*path));
        gone.for_each(|path| self.publish(path, Vec::new()));
        for (path, found) in &fresh {
            if self.published.get(path) != Some(found) {
                self.publish(path, found.clone());
            }
        }
        self.published = fresh;
        let messages = self.snapshots.iter().flat_map(|snapshot| snapshot.messages.clone());
        let messages: BTreeSet<String> = messages.collect();
        messages.difference(&self.logged).for_each(|message| self.log(message));
        self.logged = messages;
    }

    /// The snapshot that a file belongs to.
    pub(super) fn snapshot(&self, path: &str) -> Option<&Snapshot> {
        let with_file = self.snapshots.iter().find(|snapshot| snapshot.file(path).is_some());
        with_file.or_else(|| self.snapshots.iter().find(|snapshot| snapshot.holds(path)))
    }

    fn with<P: DeserializeOwned>(&mut self, params: Value, apply: impl FnOnce(&mut Self, P)) {
        // There is no answer to a notification, so one that is malformed can only be ignored.
        if let Ok(params) = serde_json::from_value(params) {
            apply(self, params);
            self.changed();
        }
    }

    /// Plans a report.
    fn changed(&mut self) {
        self.is_stale = true;
        let now = Instant::now();
        let latest = self.due.map_or(now + LONGEST_PAUSE, |(_, latest)| latest);
        self.due = Some(((now + PAUSE).min(latest), latest));
    }

    /// Computes the snapshots anew if something changed.
    fn refresh(&mut self) {
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
        let roots = others.filter_map(|path| super::snapshot::solution_around(Path::new(path)));
        self.folders.iter().cloned().chain(roots).collect()
    }

    fn publish(&self, path: &str, diagnostics: Vec<lsp_types::Diagnostic>) {
        let Some(uri) = diagnostics::uri(path, &self.documents) else { return };
        let open = self.documents.get(path).filter(|_| self.client.versions);
        let params = PublishDiagnosticsParams { uri, diagnostics, version: open.map(|open| open.version) };
        self.notify(PublishDiagnostics::METHOD, &params);
    }

    fn log(&self, message: &str) {
        let params =
            lsp_types::LogMessageParams { typ: MessageType::WARNING, message: diagnostics::line(message) };
        self.notify(lsp_types::notification::LogMessage::METHOD, &params);
    }

    /// Asks the client to say when files of solutions change on disk.
    fn watch_files(&self) {
        if !self.client.watches_files {
            return;
        }
        let globs = ["**/*.{json,xml,yml,yaml,zip}", "**/flowvet.toml"].into_iter();
        let watchers = globs
            .map(|glob| FileSystemWatcher { glob_pattern: GlobPattern::String(glob.to_owned()), kind: None });
        let options = DidChangeWatchedFilesRegistrationOptions { watchers: watchers.collect() };
        let registration = Registration {
            id: "flowvet-files".to_owned(),
            method: DidChangeWatchedFiles::METHOD.to_owned(),
            register_options: serde_json::to_value(options).ok(),
        };
        let params = RegistrationParams { registrations: vec![registration] };
        let Ok(params) = serde_json::to_value(params) else { return };
        let id = RequestId::from("flowvet-files".to_owned());
        self.send(Request { id, method: RegisterCapability::METHOD.to_owned(), params });
    }

    fn notify(&self, method: &str, params: &impl serde::Serialize) {
        let Ok(params) = serde_json::to_value(params) else { return };
        self.send(Notification { method: method.to_owned(), params });
    }

    fn send(&self, message: impl Into<Message>) {
        (self.outbox)(message.into());
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
