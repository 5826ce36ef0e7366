//! The answers of `explain` to pasted messages: messages from public reports, with made-up names.

mod support;

use std::fs;

use serde_json::Value;
use support::messages::MESSAGES;
use support::other_messages::OTHERS;
use support::{flowvet, lay, transcript};
use tempfile::TempDir;

/// The exit code and the answer as JSON.
fn answer(args: &[&str]) -> (Option<i32>, Value) {
    let output = flowvet().args(["explain", "--format", "json"]).args(args).output().expect("runs");
    let json = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{args:?}: {error}: {output:?}"));
    (output.status.code(), json)
}

fn codes(json: &Value) -> Vec<&str> {
    let errors = json["errors"].as_array().expect("a list").iter();
    errors.map(|error| error["code"].as_str().expect("a text")).collect()
}

/// The codes in the order of the answer, with wrappers sorted by name, because their order does not matter.
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
        ("no-such-file", "or a file"),
        ("does not exist", "explain 0x8004F036"),
        // The nearest number is another error.
        ("0x80048999", "0x80048999 (-2147186279)"),
        ("-2147186279", "0x80048999 (-2147186279)"),
        ("Something else went wrong", "flowvet does not know this message"),
    ] {
        let output = transcript(flowvet().args(["explain", message]));
        assert!(output.starts_with("--- stderr\n") && output.contains(hint), "{message}: {output}");
        assert!(output.ends_with("exit code 1"), "{message}: {output}");
        assert_eq!(answer(&[message]).0, Some(1), "{message}");
    }
}

/// Texts about flows, failures and other programs are not platform messages.
#[test]
fn other_texts_have_no_answer() {
    let kubernetes = "Warning  FailedScheduling  default-scheduler  0/3 nodes are available: the connection to the server was refused. An action failed; the operation timed out; resource not found; invalid template; invalid connection.";
    let code = include_str!("order.rs");
    let prose = "We import the solution with a pipeline. The flow has never been published to the store, the child workflow is fine, \
        and the environment variable was not found in the table of contents. The connection reference has a logical name.";
    let addresses = "loc_80048060 fn_80040216 sub_180060467 2147483648000 guid 80048060-0000-4000-8000-000000000000 phone +49 2147778656123";
    for text in
        [kubernetes, code, prose, addresses, "'", "\\", "&", "%", "*", "*** ***"].into_iter().chain(OTHERS)
    {
        let output = flowvet().args(["explain", "--format", "json", "--"]).arg(text).output().expect("runs");
        let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert!(codes(&json).is_empty(), "{text}: {:?}", codes(&json));
    }
}

/// The log of an import in a pipeline, which repeats errors.
fn log() -> String {
    let child = "5a1e0000-0000-4000-8000-000000000001";
    let never = format!(
        "Flow client error returned with status code \"BadRequest\" and details \"{{\"error\":{{\"code\":\"ChildFlowNeverPublished\",\"message\":\"The workflow with id '{child}' cannot be used as a child workflow because it has never been published. Child workflows need to be published at least once before they can be included in a published parent workflow.\"}}}}\"."
    );
    let missing = "Connection Id missing for connection reference logical name 'hlb_office'.";
    let mut lines = vec!["##[section]Starting: Import Managed Solution as Update".to_owned()];
    for _ in 0..3 {
        lines.push("##[warning]Flow could not be activated. Continuing with flow activation until no more flows can be activated.".to_owned());
        lines.push(format!("************ FaultException`1 - SetState |=> {never} => {never}"));
    }
    lines.push(format!("##[error]{missing}"));
    lines.push("##[debug]code: 0x80049999".to_owned());
    lines.push("##[section]Finishing: Import Managed Solution as Update".to_owned());
    lines.into_iter().map(|line| format!("2022-08-27T21:48:19.0970465Z {line}\r\n")).collect()
}

#[test]
fn every_error_in_a_log_is_told_once() {
    let folder = TempDir::new().expect("a folder");
    let marked: Vec<u8> = format!("\u{feff}{}", log()).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut latin = log().into_bytes();
    latin.extend(b"Gr\xfc\xdfe\r\n");
    let sheet = format!("<?xml version=\"1.0\"?><Row><Data>{}</Data></Row>", log().replace('"', "&quot;"));
    let long = format!("{}\n{}", "The connection reference is fine.\n".repeat(100_000), log());
    for (name, bytes) in [
        ("import.log", log().into_bytes()),
        ("utf-16.log", marked.clone()),
        ("utf-16-without-mark.log", marked[2..].to_vec()),
        ("latin.log", latin),
        ("history.xml", sheet.into_bytes()),
        ("long.log", long.into_bytes()),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("a file");
        let (code, json) = answer(&[path.to_str().expect("UTF-8")]);
        let errors = json["errors"].as_array().expect("a list").iter();
        let found: Vec<(&str, u64)> = errors
            .map(|error| {
                (error["code"].as_str().expect("a text"), error["times"].as_u64().expect("a number"))
            })
            .collect();
        let expected = [
            // Each line has the message twice.
            ("ChildFlowNeverPublished", 3),
            ("XrmConnectionReferenceMissingConnection", 1),
            ("flow-not-activated-by-pipeline", 3),
            ("flow-client-error", 3),
        ];
        assert_eq!((code, found.as_slice()), (Some(0), expected.as_slice()), "{name}");
        assert_eq!(json["unknown_codes"], serde_json::json!(["0x80049999"]), "{name}");
        assert_eq!(
            json["errors"][0]["names"],
            serde_json::json!(["5a1e0000-0000-4000-8000-000000000001"]),
            "{name}"
        );
    }
    fs::write(folder.path().join("import.log"), log()).expect("a file");
    let explained = transcript(flowvet().current_dir(folder.path()).args(["explain", "import.log"]));
    insta::assert_snapshot!("explain_log", explained);
    let piped = flowvet().args(["explain", "-"]).write_stdin(log()).output().expect("runs");
    assert!(explained.starts_with(&String::from_utf8(piped.stdout).expect("UTF-8")));
}

#[test]
fn files_rules_codes_and_messages_are_told_apart() {
    let folder = TempDir::new().expect("a folder");
    let run = |args: &[&str]| transcript(flowvet().current_dir(folder.path()).arg("explain").args(args));
    let message = "must both be managed for upgrade";
    for name in ["child-flow-off", "80048060", "has never been published", "empty.log"] {
        fs::write(folder.path().join(name), if name == "empty.log" { "" } else { message }).expect("a file");
    }
    // A rule and a code come first, then files.
    assert!(run(&["child-flow-off"]).starts_with("activation/child-flow-off"));
    assert!(run(&["80048060"]).starts_with("0x80048060"));
    assert!(run(&["./child-flow-off"]).starts_with("upgrade-of-unmanaged"));
    assert!(run(&["has never been published"]).starts_with("upgrade-of-unmanaged"));
    assert!(run(&["./child-flow-off", "./80048060"]).starts_with("upgrade-of-unmanaged, 2 times"));
    assert!(run(&["Failed:", "must both", "be managed for upgrade"]).starts_with("upgrade-of-unmanaged"));
    insta::assert_snapshot!(
        "explain_refused",
        [
            run(&["empty.log"]),
            run(&["."]),
            run(&["missing.log"]),
            run(&["-", "--in", "-"]),
            run(&["x", "--in", "missing.zip"]),
            run(&["x", "--settings", "settings.json"]),
            run(&["empty.log", "--max-file-size", "1"]),
        ]
        .join("\n\n")
    );
    let zip = support::solution_zip("S", &[support::TestFlow::new(1, [])]);
    fs::write(folder.path().join("s.zip"), zip).expect("a file");
    assert!(run(&["s.zip"]).contains("found a zip instead of a message or log"));
}

/// A log with many names says which, and a wrapper says what it wraps.
#[test]
fn names_and_the_text_inside_are_told() {
    let line =
        |name: &str| format!("Connection Id missing for connection reference logical name '{name}'.\n");
    let (_, json) = answer(&[&[line("hlb_a"), line("hlb_b"), line("hlb_a")].concat()]);
    assert_eq!(json["errors"][0]["names"], serde_json::json!(["hlb_a", "hlb_b"]));
    assert_eq!(json["errors"][0]["times"], 3);
    let inside = "ImportAsHolding failed with exception :Import Solution Failed: something nobody has seen";
    assert_eq!(answer(&[inside]).1["unknown_text"], "Import Solution Failed: something nobody has seen");
    let output = transcript(flowvet().args(["explain", inside]));
    assert!(output.contains("flowvet does not know the text inside"), "{output}");
    assert!(output.contains("\n\nimport-as-holding-failed"), "{output}");
}

#[test]
fn what_is_no_message_is_refused() {
    for (args, reason) in [
        (["explain", ""].as_slice(), "nothing to explain"),
        (&["explain", " "], "nothing to explain"),
        (&["explain", "--in", "."], "nothing to explain"),
        (&["explain", "no-such.log"], "no-such.log: no such file"),
    ] {
        let output = transcript(flowvet().args(args));
        assert!(output.contains(reason) && output.ends_with("exit code 2"), "{args:?}: {output}");
    }
}

/// A next step does not contradict the error: what exists needs no value, and what is to be deleted no connection.
#[test]
fn next_steps_fit_the_error() {
    let variable = "fixtures/connections/environment-variable-without-value/bad";
    let laid = lay("connections/environment-variable-without-value");
    let run = |message: &str, package: &str| {
        let output = transcript(flowvet().current_dir(&laid).args(["explain", message, "--in", package]));
        output.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let missing =
        run("Attribute 'value' was not found for environment variable 'hlb_OrderDeskMailbox'.", variable);
    assert!(missing.contains("enter a current value"), "{missing}");
    let exists = run(
        "Cannot insert duplicate key in object 'dbo.EnvironmentVariableValueBase'. The duplicate key value is (hlb_OrderDeskMailbox, 0)",
        variable,
    );
    assert!(exists.contains("hlb_OrderDeskMailbox") && !exists.contains("enter a current value"), "{exists}");
    let deleted = run(
        "Solution dependencies exist, cannot uninstall. RequiredComponentObject details: Type: connectionreference, ObjectName: hlb_gone, Id: e6",
        variable,
    );
    assert!(deleted.contains("`hlb_gone`: not in the packages: if they are the new version"), "{deleted}");
    assert!(!deleted.contains("choose a connection,"), "{deleted}");
    let id = run(
        "The EnvironmentVariableDefinition(bf1cfe70-47f3-484b-b555-3f580b3bf24d) component cannot be deleted because it is referenced by 1 other components.",
        variable,
    );
    assert!(id.contains("an id in the target") && id.contains("the packages contain `hlb_"), "{id}");
}

/// Operations of connectors, paths of secrets, and the connectors of a flow that a policy stops are looked up, too.
#[test]
fn operations_secrets_and_connectors_are_looked_up() {
    let run = |message: &str, rule: &str| {
        let package = format!("fixtures/{rule}/bad");
        let args = ["explain", "--format", "json", message, "--in", &package];
        let laid = lay(rule);
        let output = flowvet().current_dir(&laid).args(args).output().expect("runs");
        serde_json::from_slice::<Value>(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
    };
    let kinds = |json: &Value| {
        let named = json["named"].as_array().expect("a list").iter();
        named.map(|one| one["kind"].as_str().expect("a text").to_owned()).collect::<Vec<_>>()
    };
    let json = run(
        "The API operation 'PatchItem' is missing required property 'item/Title'.",
        "data/sharepoint-title-missing",
    );
    assert!(kinds(&json).contains(&"action".to_owned()), "{json}");
    let json = run(
        "Flow 'Order desk | Fulfil order' cannot be activated due to admin API policies. child 0eee7929-ca2d-44e5-82bd-3228cc74fc68",
        "activation/child-flow-off",
    );
    assert!(kinds(&json).contains(&"flow".to_owned()), "{json}");
    // A finding about several flows counts for each.
    let json = run(
        "The dynamic operation request to API 'sharepointonline' operation 'GetTable' failed with status code 'NotFound'.",
        "data/sharepoint-site-hardcoded",
    );
    assert!(json["findings"].as_array().is_some_and(|all| !all.is_empty()), "{json}");
}

/// The packages may come first, as most programs have it.
#[test]
fn the_packages_may_come_first() {
    let laid = lay("activation/child-flow-off");
    let package = "fixtures/activation/child-flow-off/bad";
    let message = "The workflow with id '0eee7929-ca2d-44e5-82bd-3228cc74fc68' cannot be used as a child workflow because \
        it has never been published.";
    let run = |args: &[&str]| transcript(flowvet().current_dir(&laid).arg("explain").args(args));
    let expected = run(&[message, "--in", package]);
    assert!(expected.contains("the message mentions"), "{expected}");
    assert_eq!(run(&["--in", package, message]), expected);
    assert_eq!(run(&["--in", package, "--", message]), expected);
}

/// Somebody's import failed: what the message names, where it is, what is wrong with it, what to do.
#[test]
fn a_message_is_looked_up_in_the_package() {
    let never = "Turn on failed. The workflow with id '0eee7929-ca2d-44e5-82bd-3228cc74fc68' cannot be used as a child \
        workflow because it has never been published.";
    let unknown = "The workflow with id '0eee7929-0000-4000-8000-3228cc74fc68' cannot be used as a child workflow because \
        it has never been published.";
    let pages = "Flow save failed with code 'InvalidPaginationPolicy' and message 'The pagination policy of workflow run \
        action 'List_the_books' of type 'OpenApiConnection' at line '1' and column '79' is not valid.";
    let variable = "Attribute 'value' was not found for environment variable 'hlb_OrderDeskMailbox'.";
    let other = "Connection Id missing for connection reference logical name 'hlb_elsewhere'.";
    let reference =
        "Connection Id missing for connection reference logical name 'HLB_sharedoffice365_d25a0'.";
    for (name, message, package) in [
        ("flow", never, "fixtures/activation/child-flow-off/bad"),
        ("unknown_flow", unknown, "fixtures/activation/child-flow-off/bad"),
        ("step", pages, "fixtures/definition/pagination-over-5000/bad"),
        ("variable", variable, "fixtures/connections/environment-variable-without-value/bad"),
        ("reference", reference, "fixtures/connections/connection-reference-undeclared/bad"),
        ("other_solution", other, "fixtures/connections/connection-reference-undeclared/bad"),
        (
            "unknown_error",
            "code: SomethingNewHappened in 'Order desk | Reserve stock'",
            "fixtures/activation/child-flow-off/bad",
        ),
    ] {
        let laid = lay(package.trim_start_matches("fixtures/").trim_end_matches("/bad"));
        let output = transcript(flowvet().current_dir(&laid).args(["explain", message, "--in", package]));
        let shown = output.split("--- stderr").next().expect("a part");
        // Words are not broken, so that users can click and copy them.
        let is_word = |line: &&str| line.starts_with("  --> ") || !line.trim().contains(' ');
        for line in shown.lines().filter(|line| !is_word(line)) {
            assert!(textwrap::core::display_width(line) <= 80, "{line}");
        }
        insta::assert_snapshot!(format!("explain_in_{name}"), output);
    }
    let laid = lay("activation/child-flow-off");
    let args = ["explain", "--format", "json", never, "--in", "fixtures/activation/child-flow-off/bad"];
    insta::assert_snapshot!("explain_in_json", transcript(flowvet().current_dir(&laid).args(args)));
}
