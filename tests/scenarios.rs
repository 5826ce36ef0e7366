//! The co-sell scenarios: each variant has the findings that its README states, and the runbook contains what users
//! need for an import.

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;
use support::{flowvet, root};

const SCENARIOS: [&str; 2] = ["co-sell-dynamics365", "co-sell-salesforce"];

fn variants(scenario: &str) -> Vec<String> {
    let folder = root().join("fixtures/scenarios").join(scenario);
    let entries = folder.read_dir().expect("a scenario").flatten().filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn stdout(args: &[&str]) -> String {
    let output = flowvet().args(args).output().expect("runs");
    assert!(output.status.code() != Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn each_variant_has_its_finding_only() {
    let mut report = String::new();
    for scenario in SCENARIOS {
        let readme =
            std::fs::read_to_string(root().join("fixtures/scenarios").join(scenario).join("README.md"));
        let readme = readme.expect("a README");
        for variant in variants(scenario) {
            let folder = format!("fixtures/scenarios/{scenario}/{variant}");
            let json: Value =
                serde_json::from_str(&stdout(&["check", &folder, "--format", "json"])).expect("json");
            let mut rules: BTreeMap<String, usize> = BTreeMap::new();
            for finding in json["findings"].as_array().expect("a list") {
                *rules.entry(finding["rule"].as_str().expect("a rule").to_owned()).or_default() += 1;
            }
            assert!(variant == "as-shipped" || rules.len() == 1, "{folder}: {rules:?}");
            assert!(readme.contains(&format!("`{variant}`")) || variant == "as-shipped", "{folder}");
            let _ = writeln!(report, "{scenario}/{variant}: {rules:?}");
        }
    }
    insta::with_settings!({omit_expression => true}, { insta::assert_snapshot!("variants", report) });
}

#[test]
fn runbooks() {
    insta::with_settings!({omit_expression => true}, {
        for scenario in SCENARIOS {
            let folder = format!("fixtures/scenarios/{scenario}/as-shipped");
            insta::assert_snapshot!(format!("runbook_{scenario}"), stdout(&["runbook", &folder]));
        }
        let folder = "fixtures/scenarios/co-sell-dynamics365/two-of-four-events";
        insta::assert_snapshot!("runbook_text_of_a_variant", stdout(&["runbook", folder, "--format", "text"]));
        let folder = "fixtures/webhooks/receiver-unregistered/bad";
        insta::assert_snapshot!("runbook_json", stdout(&["runbook", folder, "--format", "json"]));
        // The order of arguments does not change the output.
        let both = ["fixtures/activation/call-cycle/bad", "fixtures/activation/child-flow-external/bad"];
        let runbook = stdout(&["runbook", both[0], both[1]]);
        assert_eq!(runbook, stdout(&["runbook", both[1], both[0]]));
        insta::assert_snapshot!("runbook_without_webhooks", runbook);
    });
}

/// What Microsoft's page on problems asks for, in the order of the steps.
#[test]
fn the_runbook_covers_the_documented_mishaps() {
    for (scenario, crm, first) in [
        ("co-sell-dynamics365", "Dynamics 365", vec!["Partner Center to Dynamics 365 - Helper"]),
        ("co-sell-salesforce", "Salesforce", vec!["Salesforce to Partner Center"]),
    ] {
        let folder = format!("fixtures/scenarios/{scenario}/as-shipped");
        // Lines are broken at 80 columns.
        let text = stdout(&["runbook", &folder, "--format", "text"]);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{scenario}: no {what:?}\n{text}"));
        let part = at("6. Turn on");
        let turn_on = |flow: &str| {
            let start = format!(" - \"{flow}\"");
            let rest = &text[part..];
            part + rest.find(&start).unwrap_or_else(|| panic!("{scenario}: {flow:?} is in no wave\n{text}"))
        };
        let receiver = format!("Partner Center to {crm}");
        let updates = format!("Partner Center Microsoft Co-sell Referral Updates to {crm}");
        // C1, C3, C5c: children first.
        for flow in first.into_iter().chain([updates.as_str()]) {
            let before = if crm == "Salesforce" && flow.starts_with("Salesforce") {
                turn_on("Salesforce Opportunity to Partner Center")
            } else {
                turn_on(&receiver)
            };
            assert!(turn_on(flow) < before, "{flow}");
        }
        // What has to be checked before the import stands before it.
        let import = at("2. Import");
        for needed in
            ["has signed in to", "role Referrals admin", "customizer in the CRM", "PartnerID", "1 GB", "GCC"]
        {
            assert!(at(needed) < import, "{needed}");
        }
        assert_eq!(text.contains("Salesforce needs no Dynamics 365"), crm == "Salesforce");
        // C4, C5a: connections of nested actions.
        assert!(at("Event > New referral > Get new referral") > at("Appendix: steps by connection"));
        // C5b: run-only users.
        at("no flow uses the connection of a run-only user");
        // C5d: registration after the receiver, with URL, events and overwrite.
        assert!(turn_on(&receiver) < turn_on("Partner Center Webhook Registration"));
        let url = at(&format!("Open \"{receiver}\" and copy the HTTP URL"));
        assert!(url < at("Run \"Partner Center Webhook Registration\""));
        at("\"Http Trigger Endpoint\": the URL that you copied");
        at("\"Events to Register\": referral-created, referral-updated, related-referral-created and");
        at("\"Overwrite existing trigger endpoints if present?\": Yes");
        at("at logic.azure.com for one of these");
        // R2 to R12.
        at("If referrals do not sync");
    }
}

/// The command that the table of `docs/co-sell.md` links to.
const RUNBOOK: &str = "flowvet runbook fixtures/scenarios/co-sell-salesforce/as-shipped";

/// The table of `docs/co-sell.md`: the commands of each row print what its last column states.
#[test]
fn documented_commands_print_what_the_table_states() {
    let text = std::fs::read_to_string(root().join("docs/co-sell.md")).expect("the page");
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| #"));
    let code =
        |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(ToOwned::to_owned).collect() };
    let mut numbers = Vec::new();
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, number, question, answer, commands, promises, _] = cells.as_slice() else { panic!("{row}") };
        assert!(!question.is_empty() && !answer.is_empty(), "{row}");
        let mut commands = code(commands);
        commands.extend(cells[4].contains("[runbook](#the-runbook)").then(|| RUNBOOK.to_owned()));
        let outputs = commands.into_iter().map(|command| {
            let arguments: Vec<&str> =
                command.strip_prefix("flowvet ").expect("a command").split(' ').collect();
            assert!(text.contains(&format!("\n$ {command}\n")), "{command}");
            stdout(&arguments)
        });
        let output = outputs.collect::<String>();
        for promise in code(promises) {
            assert!(output.contains(&promise), "row {number}: no {promise:?}");
        }
        numbers.push((*number).to_owned());
    }
    let expected: Vec<String> = (1..=6)
        .map(|number| format!("F{number}"))
        .chain(["C1", "C2", "C3", "C4", "C5a", "C5b", "C5c", "C5d"].map(str::to_owned))
        .chain((1..=19).map(|number| format!("R{number}")))
        .collect();
    assert_eq!(numbers, expected);
}

#[test]
fn a_runbook_considers_the_settings() {
    for (case, format, snapshot) in [
        ("settings-connection-missing", "text", "runbook_with_settings"),
        ("settings-variable-missing", "json", "runbook_with_settings_json"),
    ] {
        let folder = format!("fixtures/connections/{case}/bad");
        let settings = format!("{folder}/settings.json");
        let args = ["runbook", &folder, "--settings", &settings, "--format", format];
        insta::assert_snapshot!(snapshot, support::transcript(support::flowvet().args(args)));
    }
}
