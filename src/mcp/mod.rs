//! `flowvet mcp`: a server of the Model Context Protocol on stdin and stdout, for agents.
//!
//! The protocol is JSON-RPC with a message per line. The tools are the commands: each call runs one and shortens its report
//! to what fits a conversation.

mod arguments;
mod check;
mod command;
mod fix;
mod folders;
mod schemas;
mod tools;

use std::io::{BufRead, Read, Write};
use std::path::PathBuf;

use serde_json::{Value, json};

use folders::Folders;

/// The revisions of the protocol that the server speaks, the newest last.
const REVISIONS: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];

/// The most bytes of a message. Tools take paths and messages, so longer ones are mistakes.
const LONGEST_MESSAGE: u64 = 4 << 20;

const PARSE_ERROR: i64 = -32700;
const INVALID_REQUEST: i64 = -32600;
const METHOD_NOT_FOUND: i64 = -32601;
const INVALID_PARAMS: i64 = -32602;

const INSTRUCTIONS: &str = "flowvet checks Power Automate solutions offline. After each edit of a flow, run `check` on the \
    folder of the solution and fix every error before you go on. `fix` shows what flowvet can fix by \
    itself. `explain` has the page of a rule and the meaning of a platform error. Paths are relative to the folder of the \
    project.";

/// An error of the protocol.
#[derive(Debug)]
struct Fault {
    code: i64,
    message: String,
}

impl Fault {
    fn new(code: i64, message: impl Into<String>) -> Self {
        Fault { code, message: message.into() }
    }
}

/// Serves an agent until its input ends. Tools read only inside these folders, the first of which relative paths start from;
/// without folders, that is the current folder. Returns the exit code.
pub fn serve(folders: &[PathBuf]) -> u8 {
    let folders = match Folders::new(folders) {
        Ok(folders) => folders,
        Err(message) => {
            let _ = writeln!(std::io::stderr(), "error: {message}");
            return crate::commands::FAILED;
        }
    };
    match exchange(std::io::stdin().lock(), std::io::stdout().lock(), &folders) {
        Ok(()) => crate::commands::CLEAN,
        // The agent is gone.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => crate::commands::CLEAN,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            crate::commands::FAILED
        }
    }
}

/// Answers each line of the input.
fn exchange(mut input: impl BufRead, mut output: impl Write, folders: &Folders) -> std::io::Result<()> {
    loop {
        let mut line = Vec::new();
        input.by_ref().take(LONGEST_MESSAGE + 1).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(());
        }
        let answer = if line.len() as u64 > LONGEST_MESSAGE {
            skip_line(&mut input)?;
            Some(failure(&Value::Null, &Fault::new(PARSE_ERROR, "the message is longer than 4 MiB")))
        } else if line.trim_ascii().is_empty() {
            None
        } else {
            match serde_json::from_slice(&line) {
                Ok(message) => answer(message, folders),
                Err(error) => Some(failure(&Value::Null, &Fault::new(PARSE_ERROR, error.to_string()))),
            }
        };
        if let Some(answer) = answer {
            // JSON has no line breaks outside of strings, and escapes them inside.
            writeln!(output, "{answer}")?;
            output.flush()?;
        }
    }
}

/// Skips the rest of a line without keeping it.
fn skip_line(input: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let (used, is_end) = match buffer.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        input.consume(used);
        if is_end {
            return Ok(());
        }
    }
}

/// The answer to a message; `None` for notifications and responses.
fn answer(message: Value, folders: &Folders) -> Option<Value> {
    match message {
        // Revision 2025-03-26 has batches.
        Value::Array(batch) if !batch.is_empty() => {
            let answers: Vec<Value> = batch.into_iter().filter_map(|one| answer_one(&one, folders)).collect();
            (!answers.is_empty()).then_some(Value::Array(answers))
        }
        message => answer_one(&message, folders),
    }
}

fn answer_one(message: &Value, folders: &Folders) -> Option<Value> {
    let is_response = message.get("method").is_none() && message.get("id").is_some();
    if is_response && (message.get("result").is_some() || message.get("error").is_some()) {
        return None;
    }
    let id = message.get("id");
    let Some(method) = message.get("method").and_then(Value::as_str) else {
        let fault = Fault::new(INVALID_REQUEST, "a message needs a `method`");
        return Some(failure(id.unwrap_or(&Value::Null), &fault));
    };
    let id = id?;
    if !(id.is_string() || id.is_number()) {
        return Some(failure(&Value::Null, &Fault::new(INVALID_REQUEST, "an `id` is a string or a number")));
    }
    let params = message.get("params").unwrap_or(&Value::Null);
    Some(match result(method, params, folders) {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err(fault) => failure(id, &fault),
    })
}

fn failure(id: &Value, fault: &Fault) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": fault.code, "message": fault.message } })
}

fn result(method: &str, params: &Value, folders: &Folders) -> Result<Value, Fault> {
    match method {
        "initialize" => initialize(params),
        "ping" => Ok(json!({})),
        "tools/list" => Ok(json!({ "tools": schemas::tools() })),
        "tools/call" => tools::call(params, folders),
        other => Err(Fault::new(METHOD_NOT_FOUND, format!("unknown method `{other}`"))),
    }
}

/// The revision is that of the client, if the server speaks it. If not, the client decides about the newest one.
fn initialize(params: &Value) -> Result<Value, Fault> {
    let wanted = params.get("protocolVersion").and_then(Value::as_str);
    let wanted = wanted.ok_or_else(|| Fault::new(INVALID_PARAMS, "`protocolVersion` is missing"))?;
    let newest = REVISIONS[REVISIONS.len() - 1];
    let revision = REVISIONS.iter().find(|revision| **revision == wanted).unwrap_or(&newest);
    Ok(json!({
        "protocolVersion": revision,
        "capabilities": { "tools": {} },
        "serverInfo": {
            "name": env!("CARGO_PKG_NAME"),
            "title": "flowvet",
            "version": env!("CARGO_PKG_VERSION")
        },
        "instructions": INSTRUCTIONS
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(input: &[u8]) -> Vec<Value> {
        let folders = Folders::new(&[]).expect("the current folder");
        let mut output = Vec::new();
        exchange(input, &mut output, &folders).expect("in memory");
        let output = String::from_utf8(output).expect("UTF-8");
        output.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    #[test]
    fn a_long_message_is_refused_without_being_kept() {
        let mut input = vec![b'x'; usize::try_from(LONGEST_MESSAGE).expect("small") * 2];
        input.extend_from_slice(b"\n\n{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"ping\"}");
        let answers = lines(&input);
        assert_eq!(answers[0]["error"]["code"], PARSE_ERROR);
        assert_eq!(answers[1], json!({ "jsonrpc": "2.0", "id": "a", "result": {} }));
        assert_eq!(answers.len(), 2);
    }

    #[test]
    fn batches_notifications_and_responses() {
        let input =
            br#"[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"notifications/x"}]
[{"jsonrpc":"2.0","method":"notifications/initialized"}]
{"jsonrpc":"2.0","id":7,"result":{}}
[]
{"jsonrpc":"2.0","id":null,"method":"ping"}
{"id":3}
"#;
        let answers = lines(input);
        assert_eq!(answers[0], json!([{ "jsonrpc": "2.0", "id": 1, "result": {} }]));
        let codes: Vec<&Value> = answers[1..].iter().map(|answer| &answer["error"]["code"]).collect();
        assert_eq!(codes, [INVALID_REQUEST; 3]);
    }
}
