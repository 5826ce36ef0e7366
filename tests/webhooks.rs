//! Webhook rules beyond their fixtures: settings of triggers, secrets in every format, registrations that contradict
//! calls, and cases without findings.

mod support;

use std::collections::BTreeSet;

use flowvet::{Analysis, Input, Limits};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{TestFlow, flowvet, solution, write_all, zip_of};
use tempfile::TempDir;

/// The files of a solution whose flows have these definitions.
fn files(definitions: &[Value]) -> Vec<(String, Vec<u8>)> {
    let flows: Vec<TestFlow> = (1..=definitions.len()).map(|number| TestFlow::new(number, [])).collect();
    let mut files = solution("Made", &flows);
    for (flow, definition) in flows.iter().zip(definitions) {
        let file = json!({"properties": {"connectionReferences": {}, "definition": definition}});
        let (_, bytes) = files.iter_mut().find(|(path, _)| *path == flow.file()).expect("the flow's file");
        *bytes = file.to_string().into_bytes();
    }
    files
}

fn load(files: &[(String, Vec<u8>)]) -> Analysis {
    let bytes = zip_of(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    Analysis::load(vec![Input::Bytes { name: "made.zip".to_owned(), bytes }], Limits::default())
        .expect("a solution")
}

/// The findings of the category as `severity rule`, without duplicates.
fn found(definitions: &[Value]) -> BTreeSet<String> {
    let findings = load(&files(definitions)).check();
    let webhooks = findings.iter().filter(|finding| finding.category == "webhooks");
    webhooks.map(|finding| format!("{} {}", finding.severity.as_str(), finding.rule)).collect()
}

fn receiver(actions: &Value) -> Value {
    json!({"triggers": {"manual": {"type": "Request", "kind": "Http",
        "inputs": {"schema": {}, "triggerAuthenticationType": "All"}}}, "actions": actions})
}

/// A receiver that verifies the signature and has a case for each event.
fn switch(events: &[&str], default: Value) -> Value {
    let case = |event: &&str| ((*event).to_owned(), json!({"case": event, "actions": {}}));
    let cases: serde_json::Map<String, Value> = events.iter().map(case).collect();
    receiver(&json!({
        "Proof": {"type": "Compose", "inputs": "@triggerOutputs()?['headers/x-ms-signature']"},
        "By": {"type": "Switch", "expression": "@triggerBody()?['EventName']", "cases": cases,
            "default": {"actions": default}}
    }))
}

/// A flow that registers these events and overwrites existing ones.
fn register(events: &Value) -> Value {
    json!({"triggers": {"manual": {"type": "Request", "kind": "Button", "inputs": {}}}, "actions": {
        "Register": {"type": "Http", "inputs": {"method": "PUT",
            "uri": "https://api.partnercenter.microsoft.com/webhooks/v1/registration",
            "body": {"WebhookUrl": "@triggerBody()['text']", "WebhookEvents": events}}}}})
}

fn is_set(found: &BTreeSet<String>, expected: &[&str]) -> bool {
    found.iter().map(String::as_str).eq(expected.iter().copied())
}

/// A row trigger with valid parameters, overridden by `changes`.
fn row(changes: &Value) -> Value {
    let mut parameters = json!({
        "subscriptionRequest/message": 4, "subscriptionRequest/entityname": "account",
        "subscriptionRequest/scope": 4, "subscriptionRequest/runas": 3
    });
    for (key, value) in changes.as_object().expect("an object") {
        let parameters = parameters.as_object_mut().expect("an object");
        match value {
            Value::Null => drop(parameters.remove(&format!("subscriptionRequest/{key}"))),
            value => drop(parameters.insert(format!("subscriptionRequest/{key}"), value.clone())),
        }
    }
    json!({"triggers": {"row": {"type": "OpenApiConnectionWebhook", "inputs": {"host": {
        "apiId": "/providers/Microsoft.PowerApps/apis/shared_commondataserviceforapps",
        "connectionName": "dataverse", "operationId": "SubscribeWebhookTrigger"},
        "parameters": parameters}}}, "actions": {}})
}

#[test]
fn settings_of_row_triggers() {
    const INVALID: &str = "error dataverse-trigger-invalid";
    for (changes, wrong) in [
        (json!({}), false),
        (json!({"message": "3", "scope": "1"}), false),
        (json!({"message": "@parameters('x')", "scope": "@{1}", "entityname": "@variables('t')"}), false),
        (json!({"runas": null, "filterexpression": ""}), false),
        (json!({"filterexpression": "name eq 'A & B' and contains(x,'$filter=')"}), false),
        (json!({"message": 0}), true),
        (json!({"message": 8}), true),
        (json!({"message": 2.5}), true),
        (json!({"message": "added"}), true),
        (json!({"scope": 5}), true),
        (json!({"runas": 4}), true),
        (json!({"runas": true}), true),
        (json!({"message": null}), true),
        (json!({"scope": null}), true),
        (json!({"entityname": null}), true),
        (json!({"entityname": " "}), true),
        (json!({"entityname": "a".repeat(256)}), true),
        (json!({"filterexpression": "$filter=statecode eq 0"}), true),
        (json!({"filterexpression": "a eq 1 & b eq 2"}), true),
        (json!({"filterexpression": "a".repeat(100_001)}), true),
    ] {
        let found = found(&[row(&changes)]);
        assert!(is_set(&found, if wrong { &[INVALID] } else { &[] }), "{changes}: {found:?}");
    }
    assert!(is_set(
        &found(&[row(&json!({"message": 1, "filteringattributes": "name"}))]),
        &["warning dataverse-filter-ignored"]
    ));
    assert!(found(&[row(&json!({"message": 1, "filteringattributes": "@variables('x')"}))]).is_empty());
    let mut nested = row(&json!({}));
    nested["triggers"]["row"]["inputs"]["parameters"] =
        json!({"subscriptionRequest": {"message": 4, "entityname": "account", "scope": 9}});
    assert!(is_set(&found(&[nested]), &[INVALID]), "parameters may be nested");
}

const SECRET: &str = "S3cr3tS1gnatureThatNobodyMaySee";

#[test]
fn no_format_contains_a_signature() {
    let url = "https://prod-27.westeurope.logic.azure.com:443/workflows/0d9c/triggers/manual/paths/invoke";
    let encoded = format!("https%3A%2F%2Fx%3Fsp%3D1%26sig%3D{SECRET}");
    let definition = json!({"triggers": {"manual": {"type": "Request", "kind": "Button", "inputs": {}}}, "actions": {
        format!("Call_?sig={SECRET}"): {"type": "Http", "inputs": {"method": "POST",
            "uri": format!("{url}?sp=1&sig={SECRET}"), "body": encoded, "queries": {"sig": SECRET}}},
        "Quoted": {"type": "Compose", "inputs": format!("{{\"u\": \"{url}\\u0026sig={SECRET}\"}}")},
        "Other": {"type": "Compose", "inputs": {"u": url, "sig": SECRET}}
    }});
    let mut files = files(&[definition]);
    // Compact JSON with escapes, as other programs write it.
    let (_, bytes) = files.last_mut().expect("a flow");
    *bytes = String::from_utf8(bytes.clone()).expect("UTF-8").replace("&sig", "\\u0026sig").into_bytes();
    let folder = TempDir::new().expect("a folder");
    write_all(folder.path(), &files);
    for args in [
        &["check"][..],
        &["check", "--format", "json"],
        &["runbook"],
        &["runbook", "--format", "text"],
        &["order"],
    ] {
        let output = flowvet().args(args).arg(folder.path()).output().expect("runs");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(!text.contains(&SECRET[..10]), "{args:?}: {text}");
        assert!(args[0] != "check" || text.contains("webhook-url-hardcoded"), "{text}");
    }
}

const ALL: [&str; 4] =
    ["referral-created", "referral-updated", "related-referral-created", "related-referral-updated"];

#[test]
fn unknown_values_are_not_reported() {
    assert!(found(&[switch(&ALL, json!({})), register(&json!(ALL))]).is_empty());
    // A list that is known only at run time may contain every event.
    assert!(found(&[switch(&ALL, json!({})), register(&json!("@triggerBody()['events']"))]).is_empty());
    // Another flow reads the name in a way that is not understood.
    let other = receiver(&json!({"Pass": {"type": "Compose", "inputs": "@triggerBody()?['EventName']"}}));
    let some = switch(&["invoice-ready"], json!({}));
    let both = register(&json!(["invoice-ready", "subscription-updated"]));
    assert!(is_set(&found(&[some.clone(), both.clone()]), &["warning event-unhandled"]));
    assert!(found(&[some.clone(), other, both.clone()]).is_empty());
    // A default branch handles the other events.
    assert!(
        found(&[switch(&["invoice-ready"], json!({"a": {"type": "Compose", "inputs": 1}})), both]).is_empty()
    );
    // A file that could not be read may contain the registration.
    assert!(is_set(&found(std::slice::from_ref(&some)), &["warning receiver-unregistered"]));
    let mut files = files(&[some, json!({})]);
    files.last_mut().expect("a flow").1 = b"{".to_vec();
    assert!(load(&files).check().iter().all(|finding| finding.category != "webhooks"));
}

#[test]
fn an_incomplete_event_set_is_an_error() {
    let two = json!(&ALL[..2]);
    assert!(is_set(&found(&[switch(&ALL, json!({})), register(&two)]), &["error events-unregistered"]));
    // The set requires all four events, even if the receiver handles two.
    assert!(is_set(&found(&[switch(&ALL[..2], json!({})), register(&two)]), &["error events-unregistered"]));
    // Two registrations together have all of them.
    assert!(found(&[switch(&ALL, json!({})), register(&two), register(&json!(&ALL[2..]))]).is_empty());
    // A registration for something else does not affect the receiver.
    let other = register(&json!(["invoice-ready"]));
    assert!(is_set(&found(&[switch(&ALL, json!({})), other]), &["warning receiver-unregistered",]));
}

/// A flow that may call others, register and receive.
fn webhook_flow(calls: &BTreeSet<usize>, registers: bool, receives: bool) -> Value {
    let mut flow = if receives { switch(&ALL, json!({})) } else { register(&json!(ALL)) };
    let actions = flow["actions"].as_object_mut().expect("actions");
    if receives && registers {
        actions.extend(register(&json!(ALL))["actions"].as_object().expect("actions").clone());
    }
    if !receives && !registers {
        actions.clear();
    }
    for child in calls {
        let host = json!({"workflowReferenceName": support::id(child + 1)});
        actions.insert(format!("Call_{child}"), json!({"type": "Workflow", "inputs": {"host": host}}));
    }
    flow
}

proptest! {
    #[test]
    fn registrations_never_create_cycles_and_calls_take_precedence(
        flows in prop::collection::vec((prop::collection::btree_set(0_usize..8, 0..3), any::<bool>(), any::<bool>()), 8)
    ) {
        let with: Vec<Value> = flows.iter().map(|(calls, a, b)| webhook_flow(calls, *a, *b)).collect();
        let without: Vec<Value> = flows.iter().map(|(calls, ..)| webhook_flow(calls, false, false)).collect();
        let (with, without) = (load(&files(&with)), load(&files(&without)));
        let (order, plain) = (with.activation(), without.activation());
        let ids = |analysis: &Analysis, cycles: &[Vec<flowvet::model::FlowIx>]| -> Vec<Vec<String>> {
            cycles.iter().map(|cycle| cycle.iter().map(|flow| analysis.workspace.flow(*flow).id.to_string()).collect()).collect()
        };
        prop_assert_eq!(ids(&with, &order.cycles), ids(&without, &plain.cycles));
        let wave = |flow| order.waves.iter().position(|wave| wave.contains(&flow));
        for (flow, _) in with.workspace.indexed() {
            for call in with.graph.calls_of(flow) {
                let flowvet::graph::Callee::Flow(child) = call.callee else { continue };
                if let (Some(parent), Some(child)) = (wave(flow), wave(child)) {
                    prop_assert!(child < parent);
                }
            }
        }
        for site in &order.registrations {
            if let (Some(registering), Some(receiver)) = (wave(site.flow), wave(site.receiver)) {
                prop_assert!(receiver < registering);
            }
        }
    }
}

#[test]
fn a_receiver_that_calls_its_registration_comes_after_it() {
    // Flow 1 receives and calls flow 2, which registers: the call requires 2 before 1, and takes precedence.
    let receives = webhook_flow(&BTreeSet::from([1]), false, true);
    let registers = webhook_flow(&BTreeSet::new(), true, false);
    let analysis = load(&files(&[receives, registers]));
    let order = analysis.activation();
    assert!(order.cycles.is_empty() && order.registrations.is_empty());
    let ids: Vec<String> = order.flat().map(|flow| analysis.workspace.flow(flow).id.to_string()).collect();
    assert_eq!(ids, [support::id(2), support::id(1)]);
}

#[test]
fn an_event_name_with_wrong_case_is_a_warning() {
    let found = |name: &str| found(&[register(&json!([name]))]);
    assert!(is_set(&found("Invoice-Ready"), &["warning event-unknown"]));
    assert!(is_set(&found("invoice-redy"), &["error event-unknown"]));
    assert!(found("invoice-cancelled").is_empty(), "the list may have grown");
}

#[test]
fn names_of_actions_are_compared_in_any_script() {
    // The designer writes `Ereignisse Ä`, expressions read it as `Ereignisse_Ä`, in any case.
    let mut flow = register(&json!("@outputs('ereignisse_ä')"));
    flow["actions"]["Ereignisse Ä"] = json!({"type": "Compose", "inputs": ["invoice-redy"]});
    flow["actions"]["Register"]["runAfter"] = json!({"Ereignisse Ä": ["Succeeded"]});
    assert!(is_set(&found(&[flow]), &["error event-unknown"]));
}

#[test]
fn the_graph_shows_events() {
    let output = |format: &str| {
        let bad = "fixtures/webhooks/event-unhandled/bad";
        let args = ["graph", bad, "--format", format, "--with", "events,connections"];
        support::transcript(flowvet().args(args))
    };
    insta::with_settings!({omit_expression => true}, {
        insta::assert_snapshot!("graph_mermaid", output("mermaid"));
        insta::assert_snapshot!("graph_dot", output("dot"));
    });
}
