//! A client of the protocol that runs the binary and reads its answers.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{program, read_folder, root, write_all};

/// A server with a copy of a workspace.
pub(crate) struct Client {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    folder: TempDir,
    next_id: i64,
    /// The last diagnostics of each file, by path in the workspace.
    pub(crate) diagnostics: BTreeMap<String, Value>,
    /// Everything else that the server sent by itself.
    pub(crate) messages: Vec<Value>,
    /// The result of `initialize`.
    pub(crate) offered: Value,
    versions: BTreeMap<String, i64>,
}

/// What a current editor supports.
pub(crate) fn capabilities() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-16"] },
        "textDocument": {
            "publishDiagnostics": {
                "relatedInformation": true,
                "versionSupport": true,
                "codeDescriptionSupport": true,
                "tagSupport": { "valueSet": [1, 2] }
            },
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
            "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix"] } } },
            "hover": { "contentFormat": ["markdown", "plaintext"] }
        },
        "workspace": {
            "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create"] },
            "didChangeWatchedFiles": { "dynamicRegistration": true }
        }
    })
}

impl Client {
    /// Starts a server without a message to it.
    pub(crate) fn idle(workspace: &[(String, Vec<u8>)]) -> Self {
        Client::with_variables(workspace, &[])
    }

    /// The same with environment variables.
    pub(crate) fn with_variables(workspace: &[(String, Vec<u8>)], variables: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().expect("a folder");
        write_all(folder.path(), workspace);
        let binary = program();
        let mut child = Command::new(binary)
            .args(["server", "--stdio"])
            .env("SOURCE_DATE_EPOCH", "1775000000")
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let (input, output) = (child.stdin.take(), child.stdout.take().expect("a pipe"));
        Client {
            child,
            input,
            output: BufReader::new(output),
            folder,
            next_id: 0,
            diagnostics: BTreeMap::new(),
            messages: Vec::new(),
            offered: Value::Null,
            versions: BTreeMap::new(),
        }
    }

    /// Starts a server for a workspace and a client with these capabilities.
    pub(crate) fn start(workspace: &[(String, Vec<u8>)], capabilities: Value) -> Self {
        let mut client = Client::idle(workspace);
        client.initialize(capabilities);
        client
    }

    /// Begins the session of a client with these capabilities.
    pub(crate) fn initialize(&mut self, capabilities: Value) {
        let folder = self.uri("");
        let params = json!({
            "processId": null,
            "rootUri": folder,
            "workspaceFolders": [{ "uri": folder, "name": "workspace" }],
            "capabilities": capabilities
        });
        self.offered = self.request("initialize", params);
        self.notify("initialized", json!({}));
    }

    /// A server for `tests/server/workspace` and a current editor.
    pub(crate) fn with_library() -> Self {
        Client::start(&library(), capabilities())
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    pub(crate) fn uri(&self, file: &str) -> String {
        let path = self.path(file).to_string_lossy().replace('\\', "/");
        let encode = |byte: u8| match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        };
        let path: String = path.bytes().map(encode).collect();
        format!("file://{}{}", if path.starts_with('/') { "" } else { "/" }, path.trim_end_matches('/'))
    }

    /// The text of a file on disk.
    pub(crate) fn on_disk(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).expect("a text")
    }

    /// The result of a request, or an object with the `error`.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.send_request(method, params);
        self.answer(id)
    }

    pub(crate) fn send_request(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// Reads messages up to the answer of a request.
    pub(crate) fn answer(&mut self, id: i64) -> Value {
        loop {
            let mut message = self.read().expect("the server answers");
            if message["id"] == id && message.get("method").is_none() {
                let error = message.get("error").cloned();
                return error.map_or_else(|| message["result"].take(), |error| json!({ "error": error }));
            }
            self.keep(message);
        }
    }

    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    pub(crate) fn open(&mut self, file: &str, text: &str) {
        self.versions.insert(file.to_owned(), 1);
        let item = json!({ "uri": self.uri(file), "languageId": "json", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": item }));
    }

    /// Sends changes: of the whole text, or of ranges.
    pub(crate) fn change(&mut self, file: &str, changes: Value) {
        let version = self.versions.entry(file.to_owned()).or_default();
        *version += 1;
        let version = *version;
        let document = json!({ "uri": self.uri(file), "version": version });
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    /// Reads messages until the server reports about a file.
    pub(crate) fn report(&mut self, file: &str) -> Value {
        self.diagnostics.remove(file);
        loop {
            let message = self.read().expect("the server reports");
            self.keep(message);
            if let Some(found) = self.diagnostics.get(file) {
                return found.clone();
            }
        }
    }

    /// Reads messages until the server reports about the current version of an open file.
    pub(crate) fn report_current(&mut self, file: &str) -> Value {
        loop {
            let report = self.report(file);
            if report["version"] == self.versions[file] {
                return report;
            }
        }
    }

    /// The rules of the last report about a file.
    pub(crate) fn rules(&self, file: &str) -> Vec<String> {
        rules(self.diagnostics.get(file).unwrap_or(&Value::Null))
    }

    /// The exit code after an orderly end.
    pub(crate) fn end(mut self) -> i32 {
        assert_eq!(self.request("shutdown", Value::Null), Value::Null);
        self.notify("exit", Value::Null);
        self.exit_code()
    }

    /// The exit code of a server that ends by itself, or because its input ends.
    pub(crate) fn exit_code(mut self) -> i32 {
        self.input.take();
        self.child.wait().expect("the server ends").code().expect("not killed")
    }

    /// A value with the URI of the workspace replaced, for snapshots.
    pub(crate) fn shown(&self, value: &Value) -> String {
        let text = serde_json::to_string_pretty(value).expect("JSON");
        text.replace(&self.uri(""), "<workspace>")
    }

    pub(crate) fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.send_raw(&format!("Content-Length: {}\r\n\r\n{text}", text.len()));
    }

    pub(crate) fn send_raw(&mut self, text: &str) {
        let input = self.input.as_mut().expect("the input is open");
        input.write_all(text.as_bytes()).and_then(|()| input.flush()).expect("the server reads");
    }

    fn keep(&mut self, message: Value) {
        if message["method"] != "textDocument/publishDiagnostics" {
            if message["method"] == "client/registerCapability" {
                self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": null }));
            }
            self.messages.push(message);
            return;
        }
        let params = &message["params"];
        let uri = params["uri"].as_str().expect("a URI");
        let prefix = format!("{}/", self.uri(""));
        let file = uri.strip_prefix(&prefix).unwrap_or(uri).to_owned();
        self.diagnostics.insert(file, params.clone());
    }

    fn read(&mut self) -> Option<Value> {
        let mut length = None;
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line).expect("a header") == 0 {
                return None;
            }
            match line.trim_end().split_once(": ") {
                Some(("Content-Length", value)) => length = value.parse().ok(),
                Some(_) => {}
                None => break,
            }
        }
        let mut bytes = vec![0; length.expect("a length")];
        self.output.read_exact(&mut bytes).expect("a body");
        Some(serde_json::from_slice(&bytes).expect("JSON"))
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // A server that still runs has nothing to read any more.
        self.input.take();
        let _ = self.child.wait();
    }
}

/// The rules of a report.
pub(crate) fn rules(report: &Value) -> Vec<String> {
    let found = report["diagnostics"].as_array().cloned().unwrap_or_default();
    found.iter().map(|one| one["code"].as_str().expect("a code").to_owned()).collect()
}

/// The files of `tests/server/workspace`.
pub(crate) fn library() -> Vec<(String, Vec<u8>)> {
    read_folder(&root().join("tests/server/workspace"))
}

/// The file of the flow that calls the other one.
pub(crate) const LEND: &str = "src/Workflows/Lend-5E1F0000-0001-4000-8000-00000000000A.json";
/// The file of the flow that is called.
pub(crate) const TELL: &str = "src/Workflows/Tell-5E1F0000-0002-4000-8000-00000000000B.json";

/// The position of a text in another one, in UTF-16 units: of the occurrence with this number, and this many characters
/// into it.
pub(crate) fn position(text: &str, wanted: &str, occurrence: usize, into: usize) -> Value {
    let (at, _) = text.match_indices(wanted).nth(occurrence).unwrap_or_else(|| panic!("no `{wanted}`"));
    let at = at + wanted.chars().take(into).map(char::len_utf8).sum::<usize>();
    let line = text[..at].matches('\n').count();
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    json!({ "line": line, "character": text[start..at].encode_utf16().count() })
}

/// Applies the text edits of a workspace edit to a text.
pub(crate) fn applied(text: &str, edits: &Value) -> String {
    let mut edits: Vec<(usize, usize, String)> = edits
        .as_array()
        .expect("edits")
        .iter()
        .map(|edit| {
            let at = |end: &str| offset(text, &edit["range"][end]);
            (at("start"), at("end"), edit["newText"].as_str().expect("a text").to_owned())
        })
        .collect();
    edits.sort();
    let mut out = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        out.replace_range(start..end, &new);
    }
    out
}

/// The byte offset of a position in UTF-16 units.
pub(crate) fn offset(text: &str, position: &Value) -> usize {
    let number = |key: &str| usize::try_from(position[key].as_u64().expect("a number")).expect("small");
    let starts: Vec<usize> =
        std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let start = starts[number("line")];
    let mut units = 0;
    for (at, c) in text[start..].char_indices() {
        if units >= number("character") {
            return start + at;
        }
        units += c.len_utf16();
    }
    text.len()
}

/// The files of a workspace as a map, with one replaced.
pub(crate) fn replaced(files: &[(String, Vec<u8>)], file: &str, text: &str) -> Vec<(String, Vec<u8>)> {
    let replace = |(name, bytes): &(String, Vec<u8>)| {
        (name.clone(), if name == file { text.as_bytes().to_vec() } else { bytes.clone() })
    };
    files.iter().map(replace).collect()
}
