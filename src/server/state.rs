//! The state of the session. It lives on a thread of its own, which gets all messages in their order, so an answer is always
//! about the texts at the time of the request.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidChangeWorkspaceFolders, DidCloseTextDocument,
    DidOpenTextDocument, DidSaveTextDocument, Initialized, Notification as _, PublishDiagnostics,
};
use lsp_types::request::{RegisterCapability, Request as _, Shutdown};
use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesRegistrationOptions, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, FileSystemWatcher, GlobPattern, MessageType,
    PublishDiagnosticsParams, Registration, RegistrationParams,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answers;
use super::client::Client;
use super::diagnostics::{self, ByFile};
use super::uri::path_of;
use super::world::World;

/// How long the server waits after a change before it reports, so that it does not report at each keystroke.
const PAUSE: Duration = Duration::from_millis(120);
/// How long it waits at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Takes messages for the client.
pub(super) type Outbox = Box<dyn Fn(Message) + Send>;

pub(super) struct State {
    world: World,
    /// When to report next, and the latest time for it.
    due: Option<(Instant, Instant)>,
    /// The diagnostics that the client has, with the versions of the open texts.
    published: BTreeMap<String, (Vec<lsp_types::Diagnostic>, Option<i32>)>,
    /// What was written to the log, so that it is not repeated.
    logged: BTreeSet<String>,
    outbox: Outbox,
}

impl State {
    pub(super) fn new(client: Client, outbox: Outbox) -> Self {
        State {
            world: World::new(client),
            due: None,
            published: BTreeMap::new(),
            logged: BTreeSet::new(),
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
                state.world.documents.open(params.text_document);
            }),
            DidChangeTextDocument::METHOD => {
                self.with(params, |state, params: DidChangeTextDocumentParams| {
                    let text = params.text_document;
                    state.world.documents.change(&text.uri, text.version, params.content_changes);
                });
            }
            DidCloseTextDocument::METHOD => self.with(params, |state, params: DidCloseTextDocumentParams| {
                state.world.documents.close(&params.text_document.uri);
                if let Some(path) = path_of(&params.text_document.uri) {
                    state.world.outlines.remove(&path);
                }
            }),
            DidSaveTextDocument::METHOD | DidChangeWatchedFiles::METHOD => self.changed(),
            DidChangeWorkspaceFolders::METHOD => {
                self.with(params, |state, params: DidChangeWorkspaceFoldersParams| {
                    let paths = |folders: Vec<lsp_types::WorkspaceFolder>| -> Vec<String> {
                        folders.iter().filter_map(|folder| path_of(&folder.uri)).collect()
                    };
                    let removed = paths(params.event.removed);
                    state.world.folders.retain(|folder| !removed.contains(folder));
                    state.world.folders.extend(paths(params.event.added));
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
        self.world.refresh();
        let response_result = answers::answer(&mut self.world, &method, params);
        self.send(Response { id, response_result });
    }

    /// Answers that a request was cancelled.
    pub(super) fn cancelled(&self, id: RequestId) {
        let code = ErrorCode::RequestCanceled as i32;
        self.send(Response::new_err(id, code, "the request was cancelled".to_owned()));
    }

    /// Sends the diagnostics that differ from those that the client has, and those of texts that changed: an editor moves
    /// diagnostics with the text, and not always to where they belong.
    pub(super) fn report(&mut self) {
        self.due = None;
        self.world.refresh();
        let World { documents, client, .. } = &self.world;
        let mut found = ByFile::new();
        for snapshot in &self.world.snapshots {
            for (path, more) in diagnostics::all(snapshot, documents, client) {
                found.entry(path).or_default().extend(more);
            }
        }
        let gone = self.published.keys().filter(|path| !found.contains_key(*path));
        gone.for_each(|path| self.publish(path, Vec::new()));
        let version = |path: &str| documents.get(path).map(|open| open.version);
        let fresh = found.into_iter().map(|(path, found)| (path.clone(), (found, version(&path))));
        let fresh: BTreeMap<_, _> = fresh.collect();
        for (path, current) in &fresh {
            if self.published.get(path) != Some(current) {
                self.publish(path, current.0.clone());
            }
        }
        self.published = fresh;
        let messages = self.world.snapshots.iter().flat_map(|snapshot| snapshot.messages.clone());
        let messages: BTreeSet<String> = messages.collect();
        messages.difference(&self.logged).for_each(|message| self.log(message));
        self.logged = messages;
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
        self.world.is_stale = true;
        let now = Instant::now();
        let latest = self.due.map_or(now + LONGEST_PAUSE, |(_, latest)| latest);
        self.due = Some(((now + PAUSE).min(latest), latest));
    }

    fn publish(&self, path: &str, diagnostics: Vec<lsp_types::Diagnostic>) {
        let Some(uri) = diagnostics::uri(path, &self.world.documents) else { return };
        let open = self.world.documents.get(path).filter(|_| self.world.client.versions);
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
        if !self.world.client.watches_files {
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
