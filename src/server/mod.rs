//! `flowvet server`: a language server for folders of unpacked solutions.
//!
//! lsp-server reads and writes the messages on threads of its own. This thread hands them on, and `state` answers them on
//! another one: so it is known at any time which requests are cancelled, and `exit` ends the server at once.

mod actions;
mod answers;
mod capabilities;
mod client;
mod diagnostics;
mod documents;
mod edits;
mod hover;
mod occurrences;
mod outline;
mod position;
mod rename;
mod snapshot;
mod state;
mod symbol;
mod tokens;
mod uri;
mod world;

use std::collections::HashSet;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lsp_server::{Connection, ErrorCode, Message, Request, RequestId, Response};
use lsp_types::{CancelParams, InitializeParams, InitializeResult, NumberOrString, ServerInfo};

use client::Client;
use state::State;

/// How many messages wait for their answer before the server stops reading.
const BACKLOG: usize = 256;

/// Serves a client on stdin and stdout until it asks to exit. Returns the exit code: 0 if the client asked to shut down
/// before, or else 1.
pub fn serve() -> u8 {
    let (connection, threads) = Connection::stdio();
    let is_orderly = session(&connection);
    // The thread that writes ends when nothing can be sent any more.
    drop(connection);
    match threads.join() {
        Ok(()) if is_orderly => 0,
        Ok(()) | Err(_) => 1,
    }
}

/// Whether the client asked to shut down before the session ended.
fn session(connection: &Connection) -> bool {
    let Ok((id, params)) = connection.initialize_start() else { return false };
    let params: InitializeParams = match serde_json::from_value(params) {
        Ok(params) => params,
        Err(error) => {
            let code = ErrorCode::InvalidParams as i32;
            let _ = connection.sender.send(Response::new_err(id, code, error.to_string()).into());
            return false;
        }
    };
    let client = Client::of(&params);
    let result = InitializeResult {
        capabilities: capabilities::offered(&client),
        server_info: Some(ServerInfo {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    };
    let Ok(result) = serde_json::to_value(result) else { return false };
    if connection.sender.send(Response { id, response_result: Ok(result) }.into()).is_err() {
        return false;
    }
    let outbox = connection.sender.clone();
    // The client may be gone; then reading ends, too.
    let state = State::new(client, Box::new(move |message| drop(outbox.send(message))));
    let pending = Arc::new(Pending::default());
    let (sender, receiver) = sync_channel(BACKLOG);
    let worker = {
        let pending = Arc::clone(&pending);
        std::thread::spawn(move || work(state, &receiver, &pending))
    };
    let is_orderly = forward(connection, sender, &pending);
    // Requests after `exit` get no answer, so those that wait need none either.
    pending.cancel_all();
    worker.join().is_ok() && is_orderly
}

/// Hands messages to the worker until the client exits or is gone. Returns whether it asked to shut down before.
fn forward(connection: &Connection, worker: SyncSender<Message>, pending: &Pending) -> bool {
    let mut is_shut_down = false;
    for message in &connection.receiver {
        match message {
            Message::Request(request) if is_shut_down => {
                let error = "the server is shutting down".to_owned();
                let response = Response::new_err(request.id, ErrorCode::InvalidRequest as i32, error);
                let _ = connection.sender.send(response.into());
            }
            Message::Notification(notification) if notification.method == "exit" => break,
            Message::Notification(notification) if notification.method == "$/cancelRequest" => {
                if let Ok(CancelParams { id }) = serde_json::from_value(notification.params) {
                    pending.cancel(match id {
                        NumberOrString::Number(number) => RequestId::from(number),
                        NumberOrString::String(text) => RequestId::from(text),
                    });
                }
            }
            message => {
                if let Message::Request(Request { id, method, .. }) = &message {
                    pending.add(id.clone());
                    is_shut_down = method == "shutdown";
                }
                if worker.send(message).is_err() {
                    break;
                }
            }
        }
    }
    is_shut_down
}

/// Answers messages in their order, and reports what changed when there are none.
fn work(mut state: State, messages: &Receiver<Message>, pending: &Pending) {
    loop {
        let next = match state.pause() {
            Some(pause) => messages.recv_timeout(pause),
            None => messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match next {
            Ok(Message::Notification(notification)) => state.notification(notification),
            Ok(Message::Request(request)) => {
                if pending.take(&request.id) {
                    state.answer(request);
                } else {
                    state.cancelled(request.id);
                }
            }
            // The only request of the server is one for watchers, and it works without them.
            Ok(Message::Response(_)) => {}
            Err(RecvTimeoutError::Timeout) => state.report(),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// The requests that wait for their answer. One that is cancelled is not among them any more.
#[derive(Default)]
struct Pending(Mutex<HashSet<RequestId>>);

impl Pending {
    fn add(&self, id: RequestId) {
        self.ids().insert(id);
    }

    fn cancel(&self, id: RequestId) {
        self.ids().remove(&id);
    }

    fn cancel_all(&self) {
        self.ids().clear();
    }

    /// Whether a request still waits. It does not after this.
    fn take(&self, id: &RequestId) -> bool {
        self.ids().remove(id)
    }

    fn ids(&self) -> MutexGuard<'_, HashSet<RequestId>> {
        // Every state of the set is valid.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
