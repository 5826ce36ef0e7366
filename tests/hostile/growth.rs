//! Inputs with many items of a kind, for which work must not grow faster than the input: quadratic algorithms would not
//! finish. The tests do not measure time.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::support::{TestFlow, flowvet, solution, zip_of};

/// A flow with these actions and parameters.
fn flow(actions: Value, parameters: Value) -> String {
    let trigger = json!({"manual": {"type": "Request", "kind": "Button", "inputs": {"schema": {}}}});
    let definition = json!({"triggers": trigger, "actions": actions, "parameters": parameters});
    json!({"properties": {"connectionReferences": {}, "definition": definition}}).to_string()
}

fn compose(inputs: Value) -> Value {
    json!({"type": "Compose", "inputs": inputs, "runAfter": {}})
}

fn flow_with_compose(inputs: Value) -> String {
    flow(json!({"Go": compose(inputs)}), json!({}))
}

fn actions(count: usize, action: impl Fn(usize) -> Value) -> Value {
    (0..count).map(|at| (format!("a{at}"), action(at))).collect::<serde_json::Map<_, _>>().into()
}

/// A report on a flow.
fn report(flow: &str, format: &str) -> String {
    let folder = tempfile::TempDir::new().expect("a folder");
    std::fs::write(folder.path().join("flow.json"), flow).expect("a file");
    let args = ["check", "flow.json", "-q", "--no-config", "--format", format];
    let output = flowvet().current_dir(folder.path()).args(args).output().expect("runs");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn findings(flow: &str) -> Vec<Value> {
    let report: Value = serde_json::from_str(&report(flow, "json")).expect("JSON");
    report["findings"].as_array().expect("a list").clone()
}

fn count(flow: &str, rule: &str) -> usize {
    findings(flow).iter().filter(|finding| finding["rule"] == rule).count()
}

#[test]
fn findings_in_one_string_have_the_right_places() {
    const FAULTS: usize = 30_000;
    // An escape at the start shifts all offsets in the file relative to the string.
    for before in ["", "\n\u{1}é😀\""] {
        let mut text = before.to_owned();
        for at in 0..FAULTS {
            let _ = write!(text, "@{{concat()}}{}", if at % 2 == 0 { before } else { "" });
        }
        let flow = flow_with_compose(json!(text));
        let characters: Vec<char> = flow.chars().collect();
        let found = findings(&flow);
        assert_eq!(found.len(), FAULTS);
        for finding in found {
            let column =
                |key: &str| usize::try_from(finding[key].as_u64().expect("a column")).expect("small");
            let shown: String = characters[column("column") - 1..column("end_column") - 1].iter().collect();
            assert_eq!(shown, "concat()", "{finding}");
        }
    }
}

#[test]
fn findings_in_one_list_have_the_right_places() {
    const FAULTS: usize = 30_000;
    let flow = flow_with_compose((0..FAULTS).map(|_| "@concat()").collect());
    let found = findings(&flow);
    assert_eq!(found.len(), FAULTS);
    let pointers = found.iter().map(|finding| finding["pointer"].as_str().expect("a pointer"));
    for (at, pointer) in pointers.enumerate() {
        assert_eq!(pointer, format!("/properties/definition/actions/Go/inputs/{at}"));
    }
}

#[test]
fn many_unknown_names_in_one_string_are_reported() {
    const NAMES: usize = 15_000;
    let texts: [(&str, &str); 3] = [
        ("outputs", "unknown-action"),
        ("variables", "unknown-variable"),
        ("parameters", "unknown-parameter"),
    ];
    for (function, rule) in texts {
        let text: String = (0..NAMES).map(|at| format!("@{{{function}('f{at}')}}")).collect();
        let known = (0..NAMES).map(|at| (format!("p{at}"), json!({}))).collect::<serde_json::Map<_, _>>();
        assert_eq!(count(&flow(json!({"Go": compose(json!(text))}), known.into()), rule), NAMES);
    }
}

#[test]
fn one_string_may_contain_the_url_of_a_flow_many_times() {
    let url = |at: usize| {
        format!("https://prod-1.westeurope.logic.azure.com/workflows/{at}/triggers/manual/paths/invoke ")
    };
    let text: String = (0..10_000).flat_map(|at| [url(0), url(at % 100)]).collect();
    let flow = flow_with_compose(json!(text));
    assert_eq!(count(&flow, "webhook-url-hardcoded"), 100);
    let report = report(&flow, "json");
    assert!(report.len() < flow.len(), "{} bytes about {}", report.len(), flow.len());
}

#[test]
fn sarif_names_the_action_of_each_finding() {
    const ACTIONS: usize = 9_000;
    let flow = flow(actions(ACTIONS, |_| compose(json!("@concat()"))), json!({}));
    let sarif: Value = serde_json::from_str(&report(&flow, "sarif")).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("a list");
    let named = results.iter().filter_map(|result| {
        result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"].as_str()?.rsplit('/').next()
    });
    let mut names: Vec<&str> = named.filter(|name| name.starts_with('a')).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ACTIONS);
}

#[test]
fn a_name_shared_by_all_actions_is_not_reported() {
    // With their scopes, these are fewer than the 10,000 actions for which the order is computed.
    const ACTIONS: usize = 4_500;
    let inside = json!({"same": compose(json!("@outputs('same')"))});
    let scopes = actions(ACTIONS, |_| json!({"type": "Scope", "runAfter": {}, "actions": inside}));
    assert_eq!(
        count(&flow(scopes, json!({})), "reference-not-upstream"),
        0,
        "nobody can tell which is meant"
    );
    let variable = json!({"name": "x", "type": "string"});
    let initialize =
        json!({"type": "InitializeVariable", "runAfter": {}, "inputs": {"variables": [variable]}});
    let mut all = actions(ACTIONS, |_| initialize.clone());
    (0..ACTIONS).for_each(|at| all[format!("read{at}")] = compose(json!("@variables('x')")));
    assert_eq!(count(&flow(all, json!({})), "variable-used-before-set"), 0, "nobody can tell which is meant");
}

#[test]
fn all_actions_of_a_parallel_loop_may_set_and_read_a_variable() {
    const ACTIONS: usize = 9_000;
    let set = json!({"type": "SetVariable", "inputs": {"name": "x", "value": "@variables('x')"}});
    let loop_action = json!({"type": "Foreach", "foreach": "@triggerBody()", "actions": actions(ACTIONS, |_| set.clone()),
        "runtimeConfiguration": {"concurrency": {"repetitions": 20}}});
    let variable = json!({"name": "x", "type": "string"});
    let initialize = json!({"type": "InitializeVariable", "inputs": {"variables": [variable]}});
    let flow = flow(json!({"Init": initialize, "Loop": loop_action}), json!({}));
    assert_eq!(count(&flow, "parallel-variable-write"), ACTIONS);
    assert_eq!(count(&flow, "self-reference"), ACTIONS);
}

#[test]
fn there_may_be_as_many_allows_as_findings() {
    const ACTIONS: usize = 9_000;
    let action = |at: usize| {
        let mut action = compose(json!("@concat()"));
        let rule = ["wrong-argument-count", "definition/wrong-argument-count"][at % 2];
        action["description"] = json!(format!("flowvet: allow {rule} - because"));
        action
    };
    assert_eq!(count(&flow(actions(ACTIONS, action), json!({})), "wrong-argument-count"), 0);
}

#[test]
fn a_long_name_is_not_repeated_for_each_finding() {
    let name = "n".repeat(100_000);
    let flow = flow(json!({name: compose(json!("@{concat()}".repeat(2_000)))}), json!({}));
    for format in ["json", "sarif", "human", "github"] {
        let length = report(&flow, format).len();
        assert!(length < 200 * flow.len(), "{format} has {length} bytes of {}", flow.len());
    }
    let found = findings(&flow);
    let last = found.last().expect("a finding")["help"].as_str().expect("a help");
    assert!(found.len() > 5 && last.ends_with("more like this one"), "{} {last}", found.len());
}

/// Every command that prints its input, in every format that prints all of it.
const COMMANDS: [&[&str]; 18] = [
    &["check", "-q", "--no-config", "--format", "human"],
    &["check", "-q", "--no-config", "--format", "json"],
    &["check", "-q", "--no-config", "--format", "sarif"],
    &["check", "-q", "--no-config", "--format", "junit"],
    &["check", "-q", "--no-config", "--format", "html"],
    &["check", "-q", "--no-config", "--format", "github"],
    &["check", "-q", "--no-config", "--format", "azure"],
    &["check", "-q", "--no-config", "--format", "gitlab"],
    &["order", "--format", "text"],
    &["order", "--format", "json"],
    &["order", "--format", "csv"],
    &["graph", "--format", "dot"],
    &["graph", "--format", "mermaid"],
    &["graph", "--format", "json"],
    &["connections", "--format", "table"],
    &["connections", "--format", "json"],
    &["connections", "--format", "csv"],
    &["runbook"],
];

#[test]
fn many_things_may_refer_to_a_long_name() {
    const MENTIONS: usize = 300;
    let name = "n".repeat(100_000);
    let callers = |calls: usize| (1..MENTIONS).map(move |number| TestFlow::new(number, vec![0; calls]));
    let called = || std::iter::once(TestFlow { is_on: false, ..TestFlow::new(0, []) }).chain(callers(1));
    let step = |key: usize| {
        let host = json!({"connectionName": format!("k{key}"), "apiId": "/providers/x/apis/shared_x"});
        json!({"type": "OpenApiConnection", "inputs": {"host": host}, "runAfter": {}})
    };
    let scope =
        json!({(name.clone()): {"type": "Scope", "actions": actions(MENTIONS, step), "runAfter": {}}});
    let mut of_steps = solution("Steps", &[TestFlow::new(0, [])]);
    of_steps.retain(|(path, _)| !path.starts_with("Workflows/"));
    of_steps.push((TestFlow::new(0, []).file(), flow(scope, json!({})).into_bytes()));
    let mut of_child = solution("Child", &called().collect::<Vec<_>>());
    let customizations = &mut of_child[1].1;
    *customizations = String::from_utf8_lossy(customizations).replacen("Flow 0000", &name, 1).into_bytes();
    let cases = [
        ("solution", solution(&name, &called().collect::<Vec<_>>())),
        ("child", of_child),
        ("scope", of_steps),
    ];
    for (case, files) in cases {
        let zip = zip_of(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
        let size: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
        for command in COMMANDS {
            let output = flowvet().args(command).arg("-").write_stdin(zip.clone()).output().expect("runs");
            let (printed, read) = (output.stdout.len(), size / 1000);
            assert!(printed > 0, "{case}: {command:?} prints nothing");
            assert!(printed < 64 * size, "{case}: {command:?} prints {} KB for {read} KB", printed / 1000);
        }
    }
}

#[test]
fn one_string_may_contain_many_signatures() {
    let flow = flow_with_compose(json!("https://a.example/?sig=abcdefghij0klmnop&x ".repeat(60_000)));
    assert_eq!(count(&flow, "secret-in-definition"), 1);
}

#[test]
fn many_conditions_may_read_the_same_action() {
    const CONDITIONS: usize = 20_000;
    let last = CONDITIONS - 1;
    let actions = actions(CONDITIONS, |at| match at {
        0 => compose(json!("@triggerBody()?['EventName']")),
        _ if at == last => compose(json!("@outputs('a0')")),
        _ => json!({"type": "Switch", "expression": format!("@outputs('a{last}')"),
            "cases": {"c": {"case": "push", "actions": {}}}, "runAfter": {}}),
    });
    let trigger = json!({"manual": {"type": "Request", "kind": "Http", "inputs": {"schema": {}}}});
    let flow = json!({"properties": {"connectionReferences": {},
        "definition": {"triggers": trigger, "actions": actions}}});
    assert!(report(&flow.to_string(), "json").contains("findings"));
}

#[test]
fn lists_of_events_may_refer_to_lists_many_times() {
    const TIMES: usize = 2_000;
    let list = |of: &str| Value::from(vec![of; TIMES]);
    let actions = json!({
        "Names": compose(list("invoice-redy")),
        "Lists": compose(list("@outputs('Names')")),
        "Register": {"type": "Http", "runAfter": {}, "inputs": {"method": "PUT",
            "uri": "https://api.partnercenter.microsoft.com/webhooks/v1/registration",
            "body": {"WebhookUrl": "@triggerBody()['text']", "WebhookEvents": list("@outputs('Lists')")}}}
    });
    assert_eq!(count(&flow(actions, json!({})), "event-unknown"), 1);
}

#[test]
fn many_steps_may_use_connections_that_do_not_exist() {
    const STEPS: usize = 5_000;
    let key = |at: usize, end: &str| format!("{}{at:05}{end}", "k".repeat(90));
    let step = |at| {
        let host = json!({"connectionName": key(at, "x"), "operationId": "Get", "apiId": "/providers/x/apis/shared_x"});
        json!({"type": "OpenApiConnection", "inputs": {"host": host, "parameters": {}}, "runAfter": {}})
    };
    let connections: serde_json::Map<_, _> =
        (0..STEPS).map(|at| (key(at, "y"), json!({"api": {"name": "shared_x"}}))).collect();
    let trigger = json!({"manual": {"type": "Request", "kind": "Button", "inputs": {"schema": {}}}});
    let definition = json!({"triggers": trigger, "actions": actions(STEPS, step)});
    let flow = json!({"properties": {"connectionReferences": connections, "definition": definition}});
    assert!(report(&flow.to_string(), "json").contains("connection-key-unresolved"));
}
