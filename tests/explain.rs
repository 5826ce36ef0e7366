//! What people paste, and what `explain` answers: messages as they stand in public reports, with names of our own.

mod support;

use std::fs;

use serde_json::Value;
use support::messages::MESSAGES;
use support::{flowvet, transcript};
use tempfile::TempDir;

/// The answer as a program reads it.
fn answer(args: &[&str]) -> (Option<i32>, Value) {
    let output = flowvet().args(["explain", "--format", "json"]).args(args).output().expect("runs");
    let json = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{args:?}: {error}: {output:?}"));
    (output.status.code(), json)
}

fn codes(json: &Value) -> Vec<&str> {
    let errors = json["errors"].as_array().expect("a list").iter();
    errors.map(|error| error["code"].as_str().expect("a text")).collect()
}

/// The codes in the order of the answer, but wrappers by name: no order of them is better than another.
fn in_order(json: &Value) -> Vec<&str> {
    let errors = json["errors"].as_array().expect("a list");
    let telling = errors.iter().take_while(|error| error["wrapper"] == false).count();
    let mut codes = codes(json);
    codes[telling..].sort_unstable();
    codes
}

#[test]
fn what_people_paste_is_answered() {
    for (message, expected) in MESSAGES {
        let (code, json) = answer(&[message]);
        assert_eq!(in_order(&json), expected, "{message}");
        assert_eq!(code, Some(0), "{message}");
    }
}

#[test]
fn what_is_not_known_is_said_with_what_comes_near() {
    for (message, hint) in [
        (r#"{"error":{"code":"SomethingNewHappened","message":"x"}}"#, "SomethingNewHappened"),
        ("Error code: 0x80048999", "0x80048999"),
        ("The workflow cannot be used as a child workflow", "ChildFlow"),
        ("ChildFlowNeverPublishd", "ChildFlowNeverPublished"),
        ("child-flow-of", "child-flow-off"),
        ("no-such-file.log", "or a file"),
        ("Something else went wrong", "flowvet does not know this message"),
    ] {
        let output = transcript(flowvet().args(["explain", message]));
        assert!(output.starts_with("--- stderr\n") && output.contains(hint), "{message}: {output}");
        assert!(output.ends_with("exit code 1"), "{message}: {output}");
        assert_eq!(answer(&[message]).0, Some(1), "{message}");
    }
}

/// Texts about flows, failures and other programs are no message of the platform.
#[test]
fn other_texts_have_no_answer() {
    let kubernetes = "Warning  FailedScheduling  default-scheduler  0/3 nodes are available: the connection to the server was refused. An action failed; the operation timed out; resource not found; invalid template; invalid connection.";
    let code = include_str!("layers.rs");
    let prose = "We import the solution with a pipeline. The flow has never been published to the store, the child workflow is fine, \
        and the environment variable was not found in the table of contents. The connection reference has a logical name.";
    let addresses = "loc_80048060 fn_80040216 sub_180060467 2147483648000 guid 80048060-0000-4000-8000-000000000000 phone +49 2147778656123";
    for text in [kubernetes, code, prose, addresses, "", " ", "'", "\\", "&", "%", "*", "*** ***"] {
        let output = flowvet().args(["explain", "--format", "json", "--"]).arg(text).output().expect("runs");
        let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert!(codes(&json).is_empty(), "{text}: {:?}", codes(&json));
    }
}
