//! `flowvet compare`: what differs between two versions, in every format, and what an import of either kind does with it.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use serde_json::{Value, json};
use support::fixture::complete;
use support::{
    Files, corpus, corpus_packages, flowvet, id, read_folder, root, skipped, solution_zip, transcript,
    write_all,
};
use tempfile::TempDir;

/// The comparison as JSON. The arguments are relative to the folder.
fn compare(folder: &Path, arguments: &[&str]) -> Value {
    let mut command = flowvet();
    command.current_dir(folder).args(["compare", "--no-config", "--format", "json"]).args(arguments);
    let output = command.output().expect("runs");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{arguments:?}: {}", String::from_utf8_lossy(&output.stderr)))
}

fn rules(compared: &Value) -> Vec<&str> {
    let findings = compared["findings"].as_array().expect("a list").iter();
    findings.map(|finding| finding["rule"].as_str().expect("a rule")).collect()
}

/// A folder with completed copies of the versions of a fixture.
fn laid(fixture: &str) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    write_all(folder.path(), &complete(read_folder(&root().join("fixtures").join(fixture))));
    folder
}

#[test]
fn a_package_does_not_differ_from_itself() {
    let Some(corpus) = corpus() else { return };
    for package in corpus_packages(&corpus) {
        let package = package.to_string_lossy().into_owned();
        let output = flowvet()
            .args(["compare", "--no-config", "--as", "update", "--format", "json", &package, &package])
            .output();
        // Some packages are refused on purpose.
        let Ok(compared) = serde_json::from_slice::<Value>(&output.expect("runs").stdout) else { continue };
        for part in ["flows", "connection_references", "environment_variables", "apps"] {
            assert_eq!(compared[part], json!([]), "{part} of {package}");
        }
        // A managed solution of the same version is refused.
        let found: BTreeSet<&str> = rules(&compared).into_iter().collect();
        assert!(found.is_subset(&BTreeSet::from(["version-not-higher"])), "{package}: {found:?}");
    }
}

/// An edit of a generated flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Edit {
    RemoveFlow,
    Rename,
    State,
    Schedule,
    Trigger,
    AddStep,
    RemoveStep,
    ChangeStep,
    MoveStep,
    Reorder,
    Connection,
    Variable,
    Other,
}

/// The edits, and the members of the JSON in which each shows.
const EDITS: [(Edit, &[&str]); 13] = [
    (Edit::RemoveFlow, &[]),
    (Edit::Rename, &["name"]),
    (Edit::State, &["state"]),
    (Edit::Schedule, &["schedule"]),
    (Edit::Trigger, &["trigger_members"]),
    (Edit::AddStep, &["steps_added"]),
    (Edit::RemoveStep, &["steps_removed"]),
    (Edit::ChangeStep, &["steps_changed"]),
    (Edit::MoveStep, &["steps_moved"]),
    (Edit::Reorder, &["steps_reordered"]),
    (Edit::Connection, &["connections"]),
    (Edit::Variable, &["variables_added"]),
    (Edit::Other, &["other_members"]),
];

/// The flow file and the record of a generated flow.
fn edited(number: usize, edits: &BTreeSet<Edit>) -> Files {
    let has = |edit| edits.contains(&edit);
    let step = |value: &str| json!({"type": "Compose", "inputs": value, "runAfter": {}});
    let mut steps = json!({"Keep": step("kept"), "Change": step("as it was"), "Drop": step("dropped"), "Last": step("last")});
    let mut scope = json!({"type": "Scope", "actions": {"Inner": step("inner")}, "runAfter": {}});
    let mut trigger = json!({"type": "Recurrence", "recurrence": {"frequency": "Day", "interval": 1}});
    let mut definition = json!({"contentVersion": "1.0.0.0", "parameters": {}});
    let mut references = json!({});
    if has(Edit::Schedule) {
        trigger["recurrence"]["interval"] = json!(2);
    }
    if has(Edit::Trigger) {
        trigger["conditions"] = json!([{"expression": "@equals(1, 1)"}]);
    }
    if has(Edit::AddStep) {
        steps["New"] = step("new");
    }
    if has(Edit::RemoveStep) {
        steps.as_object_mut().expect("an object").remove("Drop");
    }
    if has(Edit::ChangeStep) {
        steps["Change"]["inputs"] = json!("not as it was");
    }
    if has(Edit::MoveStep) {
        let inner = scope["actions"].as_object_mut().expect("an object").remove("Inner").expect("a step");
        steps["Inner"] = inner;
    }
    if has(Edit::Reorder) {
        steps["Last"]["runAfter"] = json!({"Keep": ["Succeeded"]});
    }
    if has(Edit::Connection) {
        let connection = json!({"connectionReferenceLogicalName": "new_teams"});
        references["shared_teams"] =
            json!({"runtimeSource": "embedded", "connection": connection, "api": {"name": "shared_teams"}});
    }
    if has(Edit::Variable) {
        let metadata = json!({"schemaName": "new_Mail"});
        definition["parameters"]["Mail (new_Mail)"] = json!({"type": "String", "metadata": metadata});
    }
    if has(Edit::Other) {
        definition["description"] = json!("edited");
    }
    steps["Scope"] = scope;
    definition["triggers"] = json!({"Recurrence": trigger});
    definition["actions"] = steps;
    let flow = json!({"properties": {"connectionReferences": references, "definition": definition}, "schemaVersion": "1.0.0.0"});
    let path = format!("Workflows/Flow-{}.json", id(number).to_uppercase());
    let name = if has(Edit::Rename) { "Renamed" } else { "Flow" };
    let record = format!(
        "<Workflow WorkflowId=\"{{{}}}\" Name=\"{name} {number}\"><JsonFileName>/{path}</JsonFileName>\
         <Category>5</Category><StateCode>{}</StateCode></Workflow>",
        id(number),
        u8::from(!has(Edit::State))
    );
    vec![(path.clone(), flow.to_string().into_bytes()), (format!("{path}.data.xml"), record.into_bytes())]
}

fn version(flows: impl Iterator<Item = (usize, BTreeSet<Edit>)>) -> Files {
    let kept = flows.filter(|(_, edits)| !edits.contains(&Edit::RemoveFlow));
    let files: Files = kept.flat_map(|(number, edits)| edited(number, &edits)).collect();
    // Completed as the old version, so that both are the same solution.
    complete(files.into_iter().map(|(path, bytes)| (format!("old/{path}"), bytes)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_comparison_names_exactly_what_was_edited(
        flows in prop::collection::vec(prop::collection::btree_set(0..EDITS.len(), 0..4), 1..5),
        added in 0_usize..3,
    ) {
        let edits: Vec<BTreeSet<Edit>> =
            flows.iter().map(|flow| flow.iter().map(|at| EDITS[*at].0).collect()).collect();
        let old = version((0..edits.len()).map(|number| (number, BTreeSet::new())));
        let others = (0..added).map(|number| (100 + number, BTreeSet::new()));
        // A flow that always stays keeps the new version from being empty.
        let stays = |files: Files| -> Files { complete(files.into_iter().chain(
            edited(99, &BTreeSet::new()).into_iter().map(|(path, bytes)| (format!("old/{path}"), bytes))).collect()) };
        let new = version(edits.iter().cloned().enumerate().chain(others));
        let folder = TempDir::new().expect("a folder");
        write_all(&folder.path().join("a"), &stays(old));
        write_all(&folder.path().join("b"), &stays(new));
        let compared = compare(folder.path(), &["--as", "update", "a", "b"]);
        let mut expected: BTreeMap<String, (&str, BTreeSet<&str>)> = BTreeMap::new();
        for (number, edits) in edits.iter().enumerate().filter(|(_, edits)| !edits.is_empty()) {
            let is_removed = edits.contains(&Edit::RemoveFlow);
            let shown = EDITS.iter().filter(|(edit, _)| edits.contains(edit) && !is_removed);
            let shown = shown.flat_map(|(_, members)| members.iter().copied()).collect();
            expected.insert(id(number), (if is_removed { "removed" } else { "changed" }, shown));
        }
        expected.extend((0..added).map(|number| (id(100 + number), ("added", BTreeSet::new()))));
        let mut found = BTreeMap::new();
        for flow in compared["flows"].as_array().expect("a list") {
            let changes = flow["changes"].as_object().into_iter().flatten();
            let changes = changes.filter(|(_, value)| !value.is_null() && **value != json!([]));
            let changes: BTreeSet<&str> = changes.map(|(member, _)| member.as_str()).collect();
            let text = |key: &str| flow[key].as_str().expect("a text");
            found.insert(text("id").to_owned(), (text("change"), changes));
        }
        prop_assert_eq!(found, expected);
    }
}

/// Two versions of a solution with something of every kind.
fn versions() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let all = |edits: &[Edit]| edits.iter().copied().collect::<BTreeSet<Edit>>();
    let changed = all(&[Edit::Schedule, Edit::AddStep, Edit::ChangeStep, Edit::Connection, Edit::Variable]);
    for (name, flows) in [
        ("old", vec![(1, all(&[])), (2, all(&[])), (3, all(&[]))]),
        ("new", vec![(1, changed), (3, all(&[Edit::State])), (4, all(&[]))]),
    ] {
        let files = flows.into_iter().flat_map(|(number, edits)| edited(number, &edits));
        let files = files.map(|(path, bytes)| (format!("{name}/{path}"), bytes)).collect();
        write_all(folder.path(), &complete(files));
    }
    folder
}

#[test]
fn formats() {
    let folder = versions();
    for format in ["human", "markdown", "json"] {
        let mut command = flowvet();
        command.current_dir(folder.path()).args(["compare", "--no-config", "--format", format, "old", "new"]);
        insta::assert_snapshot!(format!("compare_{format}"), transcript(&mut command));
    }
}

#[test]
fn names_are_no_markup_and_secrets_are_masked() {
    let folder = TempDir::new().expect("a folder");
    const SECRET: &str = "https://prod-1.westeurope.logic.azure.com/workflows/1/triggers/manual/paths/invoke?sig=Zm9vYmFyYmF6cXV4cXV1eGNvcmdlZ3JhdWx0Z2FycGx5";
    for (name, start, step) in [("old", "2026-01-01", "Old | step @all"), ("new", SECRET, "New <b> step #1")]
    {
        let flow = json!({"triggers": {"Recurrence": {"type": "Recurrence",
            "recurrence": {"frequency": "Day", "interval": 1, "startTime": start}}},
            "actions": {step: {"type": "Compose", "inputs": 1, "runAfter": {}}}});
        let path = format!("{name}/Workflows/Daily-{}.json", id(1).to_uppercase());
        write_all(folder.path(), &complete(vec![(path, flow.to_string().into_bytes())]));
    }
    for format in ["human", "markdown", "json", "html"] {
        let mut command = flowvet();
        command.current_dir(folder.path()).args(["compare", "--no-config", "--format", format, "old", "new"]);
        let shown = transcript(&mut command);
        assert!(shown.contains("startTime") && !shown.contains("Zm9vYmFy"), "{shown}");
        if format == "markdown" {
            assert!(shown.contains("Old &#124; step &#64;<wbr>all") && !shown.contains("<b>"), "{shown}");
        }
    }
}

#[test]
fn only_an_upgrade_deletes() {
    let folder = laid("upgrade/removed-flow-in-use/bad");
    let run = |arguments: &[&str]| compare(folder.path(), &[arguments, &["old", "new", "other"]].concat());
    assert_eq!(rules(&run(&["--as", "upgrade"])), ["removed-flow-in-use"]);
    // The fixture is unmanaged, so it is updated by default.
    let updated = run(&[]);
    assert_eq!((rules(&updated), updated["import"].as_str()), (vec![], Some("update")));
    let managed = laid("upgrade/managed-mismatch/good");
    assert_eq!(compare(managed.path(), &["old", "new"])["import"], "upgrade");
}

#[test]
fn check_runs_no_rule_about_two_versions_and_does_not_miss_it() {
    let folder = laid("upgrade/flow-state-differs/bad");
    let config = "[[ignore]]\nrule = \"upgrade/flow-state-differs\"\nreason = \"known\"\n";
    std::fs::write(folder.path().join("flowvet.toml"), config).expect("a file");
    let run = |arguments: &[&str]| transcript(flowvet().current_dir(folder.path()).args(arguments));
    let checked = run(&["check", "new"]);
    assert!(checked.starts_with("nothing found"), "{checked}");
    let compared = run(&["compare", "old", "new"]);
    assert!(compared.contains("1 ignored") && !compared.contains("info["), "{compared}");
    std::fs::write(folder.path().join("flowvet.toml"), "[rules]\nupgrade = \"error\"\n").expect("a file");
    let compared = run(&["compare", "old", "new"]);
    assert!(
        compared.starts_with("error[flow-state-differs]") && compared.ends_with("exit code 1"),
        "{compared}"
    );
    let passed = run(&["compare", "old", "new", "--fail-on", "never"]);
    assert!(passed.ends_with("exit code 0"), "{passed}");
}

#[test]
fn arguments_that_make_no_sense_are_refused() {
    let folder = versions();
    let run = |arguments: &[&str]| {
        let mut command = flowvet();
        transcript(command.current_dir(folder.path()).args(["compare", "--no-config"]).args(arguments))
    };
    let refused = [run(&["old"]), run(&["old", "absent"])];
    let outside = run(&["--git", "HEAD", "old"]);
    assert!(outside.contains("old is not in a Git repository"), "{outside}");
    insta::assert_snapshot!(
        "compare_refused",
        refused.join("\n\n").replace(&folder.path().to_string_lossy().replace('\\', "/"), "FOLDER")
    );
}

#[test]
fn what_cannot_be_read_is_not_removed() {
    let folder = versions();
    let flow = format!("old/Workflows/Flow-{}.json", id(4).to_uppercase());
    std::fs::write(folder.path().join(flow), "{").expect("a file");
    let compared = compare(folder.path(), &["new", "old"]);
    assert_eq!(
        (&compared["summary"]["unread_old"], &compared["summary"]["unread_new"]),
        (&json!(0), &json!(1))
    );
    let changes: Vec<&str> = compared["flows"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|flow| flow["change"].as_str())
        .collect();
    assert!(!changes.contains(&"removed"), "{changes:?}");
    let shown =
        transcript(flowvet().current_dir(folder.path()).args(["compare", "--no-config", "new", "old"]));
    assert!(shown.contains("1 part of the new version could not be read and is not compared"), "{shown}");
}

#[test]
fn a_solution_of_another_name_replaces_nothing() {
    let folder = versions();
    std::fs::rename(folder.path().join("old"), folder.path().join("Other")).expect("renamed");
    let manifest = folder.path().join("Other/Other/Solution.xml");
    let text = std::fs::read_to_string(&manifest).expect("a manifest").replace("Fixture", "Another");
    std::fs::write(manifest, text).expect("a file");
    let shown =
        transcript(flowvet().current_dir(folder.path()).args(["compare", "--no-config", "Other", "new"]));
    assert!(shown.contains("different unique names"), "{shown}");
    let upgraded = compare(folder.path(), &["--as", "upgrade", "Other", "new"]);
    assert_eq!(rules(&upgraded), ["flow-state-differs"]);
    let patch = ["compare", "--no-config", "--as", "patch", "Other", "new"];
    let shown = transcript(flowvet().current_dir(folder.path()).args(patch));
    assert!(!shown.contains("different unique names") && !shown.contains("left out"), "{shown}");
}

/// Runs `git` in a folder, and whether there is a `git`.
fn git(folder: &Path, arguments: &[&str]) -> bool {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=a", "-c", "user.email=a@example.com"]).args(arguments);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command.output().is_ok_and(|output| output.status.success())
}

#[test]
fn an_old_version_is_read_from_git() {
    let folder = versions();
    let at = |path: &str| folder.path().join(path);
    std::fs::create_dir_all(at("repo/src")).expect("a folder");
    std::fs::rename(at("old"), at("repo/src/Core")).expect("renamed");
    if !git(&at("repo"), &["init", "--quiet"]) {
        return skipped("there is no git");
    }
    std::fs::write(at("repo/old.zip"), solution_zip("Fixture", &[support::TestFlow::new(1, [])]))
        .expect("a file");
    std::fs::write(at("repo/lfs.zip"), "version https://git-lfs.github.com/spec/v1\n").expect("a file");
    assert!(git(&at("repo"), &["add", "-A"]) && git(&at("repo"), &["commit", "--quiet", "-m", "old"]));
    std::fs::remove_dir_all(at("repo/src/Core")).expect("removed");
    std::fs::rename(at("new"), at("repo/src/Core")).expect("renamed");
    std::fs::remove_file(at("repo/.git/index")).expect("an index, which is not needed");
    let before = read_folder(&at("repo/.git"));

    let compared = compare(&at("repo"), &["--git", "HEAD", "src/Core"]);
    let changes: Vec<&str> = compared["flows"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|flow| flow["change"].as_str())
        .collect();
    assert_eq!(changes, ["changed", "removed", "changed", "added"]);
    assert_eq!(compared["solutions"][0]["old"]["path"], "HEAD:src/Core");
    assert_eq!(compare(&at("repo/src"), &["--git", "HEAD", "Core"])["flows"], compared["flows"]);
    assert_eq!(compare(&at("repo"), &["--git", "HEAD", "old.zip"])["flows"], json!([]));

    let run = |arguments: &[&str]| {
        transcript(
            flowvet()
                .current_dir(at("repo"))
                .arg("compare")
                .arg(format!("--git={}", arguments[0]))
                .args(&arguments[1..]),
        )
    };
    std::fs::create_dir(at("repo/later")).expect("a folder");
    let refused = [
        run(&["nowhere", "src"]),
        run(&["HEAD", "later"]),
        run(&["--end-of-options", "src"]),
        run(&["HEAD", "lfs.zip"]),
    ];
    insta::assert_snapshot!("compare_git_refused", refused.join("\n\n"));
    let without_git = transcript(
        flowvet().current_dir(at("repo")).env("PATH", "").args(["compare", "--git", "HEAD", "src"]),
    );
    assert!(without_git.contains("needs the `git` command"), "{without_git}");
    assert_eq!(read_folder(&at("repo/.git")), before, "the repository was written to");
}
