//! Integrations: parses the files for GitHub, Azure Pipelines, GitLab and pre-commit, and runs their commands as far as
//! a shell can. Not on Windows: a `bash` there may be that of another system, with other paths.
#![cfg(unix)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_yaml_ng::Value;
use support::{TestFlow, root, solution, write_all};
use tempfile::TempDir;

fn yaml(path: &str) -> Value {
    let text = fs::read_to_string(root().join(path)).expect("a file");
    serde_yaml_ng::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value:?}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_sequence().unwrap_or_else(|| panic!("no list: {value:?}"))
}

/// A repository with an unpacked solution whose child flow is off, in a folder with a space in its name.
fn repository() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let off = TestFlow { is_on: false, ..TestFlow::new(2, []) };
    write_all(&folder.path().join("my solutions/App"), &solution("App", &[TestFlow::new(1, [2]), off]));
    folder
}

/// The variables of a step, with the values that the pipeline would insert.
fn variables(step: &Value, prefix: &str, values: &BTreeMap<&str, String>) -> Vec<(String, String)> {
    let stated = step["env"].as_mapping().expect("variables");
    let insert = |written: &str| {
        let name =
            written.strip_prefix("${{ ").and_then(|rest| rest.strip_suffix(" }}")).expect("a template");
        let name = name.strip_prefix(prefix).unwrap_or(name);
        values.get(name).unwrap_or_else(|| panic!("`{name}` is not an input")).clone()
    };
    stated.iter().map(|(name, value)| (text(name).to_owned(), insert(text(value)))).collect()
}

/// Runs a script like a pipeline: with `bash -e`, in the repository, with `flowvet` in `PATH`.
fn bash(script: &str, folder: &Path, variables: &[(String, String)]) -> Output {
    let binary = Path::new(env!("CARGO_BIN_EXE_flowvet"));
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", binary.parent().expect("a folder").display());
    let mut command = Command::new("bash");
    command.args(["-e", "-o", "pipefail", "-c", script]).current_dir(folder);
    for name in ["GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "TF_BUILD", "AGENT_TEMPDIRECTORY"] {
        command.env_remove(name);
    }
    command.env("PATH", path).envs(variables.iter().cloned()).output().expect("bash")
}

fn stdout(output: &Output) -> String {
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// The inputs of the action: the defaults, overridden by `stated`.
fn inputs<'a>(action: &'a Value, stated: &[(&'a str, &str)]) -> BTreeMap<&'a str, String> {
    let declared = action["inputs"].as_mapping().expect("inputs").iter();
    let mut values: BTreeMap<&str, String> =
        declared.map(|(name, input)| (text(name), text(&input["default"]).to_owned())).collect();
    for (name, value) in stated {
        assert!(values.insert(name, (*value).to_owned()).is_some(), "`{name}` is not an input");
    }
    values
}

/// Where the action keeps the path of the binary.
const BINARY: &str = "steps.flowvet.outputs.binary";

/// Names of files in a repository that would do something if they were commands or options.
const NO_PATHS: [&str; 4] = [
    "$(touch pwned); `touch pwned`",
    "--output=json=pwned\nmy solutions",
    "--write-baseline=pwned\nmy solutions",
    "--write-baseline\npwned\nmy solutions",
];

fn step<'a>(action: &'a Value, name: &str) -> &'a Value {
    let steps = list(&action["runs"]["steps"]);
    steps.iter().find(|step| step["name"] == name).unwrap_or_else(|| panic!("no step `{name}`"))
}

#[test]
fn the_github_action_checks_and_writes_sarif() {
    let action = yaml("action.yml");
    let folder = repository();
    let stated =
        [("paths", "my solutions/App\n"), ("binary", env!("CARGO_BIN_EXE_flowvet")), ("sarif", "out.sarif")];
    let mut values = inputs(&action, &stated);
    values.insert("github.action_path", root().display().to_string());
    for context in ["github.action_ref", "github.action_repository", "github.server_url", "github.token"] {
        values.insert(context, String::new());
    }
    for (name, id) in [("Get flowvet", "get"), ("Build flowvet if there is no binary", "flowvet")] {
        let step = step(&action, name);
        assert_eq!(step["id"], id);
        let outputs = folder.path().join(id);
        let mut stated = variables(step, "inputs.", &values);
        stated.push(("GITHUB_OUTPUT".to_owned(), outputs.display().to_string()));
        assert!(bash(text(&step["run"]), folder.path(), &stated).status.success());
        let binary = fs::read_to_string(&outputs).expect("outputs");
        assert_eq!(binary, format!("binary={}\n", env!("CARGO_BIN_EXE_flowvet")), "a given binary is used");
        values.insert(
            if id == "get" { "steps.get.outputs.binary" } else { BINARY },
            binary["binary=".len()..].trim().to_owned(),
        );
    }

    let run = step(&action, "Check");
    let check = |values: &BTreeMap<&str, String>| {
        bash(text(&run["run"]), folder.path(), &variables(run, "inputs.", values))
    };
    let output = check(&values);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).starts_with("::error file=my solutions/App/Workflows/Flow1-"));
    let log: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("out.sarif")).expect("a report"))
            .expect("json");
    let uri = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert!(uri.as_str().expect("a uri").starts_with("my%20solutions/App/Workflows/"));
    values.insert("fail-on", "never".to_owned());
    assert_eq!(check(&values).status.code(), Some(0));
    for paths in NO_PATHS {
        values.insert("paths", paths.to_owned());
        assert_eq!(check(&values).status.code(), Some(2), "{paths}");
        assert!(!folder.path().join("pwned").exists(), "an input is never a command or an option: {paths}");
    }
    assert!(text(&step(&action, "Upload")["uses"]).starts_with("github/codeql-action/upload-sarif@"));
}

#[test]
fn the_github_action_compares_with_a_revision() {
    let action = yaml("action.yml");
    let compare = step(&action, "Compare");
    let (folder, summary) = (repository(), TempDir::new().expect("a folder"));
    let commit = "git init --quiet && git add -A && git -c user.name=a -c user.email=a@example.com commit --quiet -m old";
    if !bash(commit, folder.path(), &[]).status.success() {
        return support::skipped("there is no git");
    }
    let opened = [TestFlow::new(1, [2]), TestFlow::new(2, []), TestFlow::new(3, [])];
    write_all(&folder.path().join("my solutions/App"), &solution("App", &opened));
    let binary = env!("CARGO_BIN_EXE_flowvet");
    let stated = [("paths", "my solutions/App\n"), ("compare-with", "HEAD"), ("fail-on", "info")];
    let mut values = inputs(&action, &stated);
    values.insert(BINARY, binary.to_owned());
    let mut stated = variables(compare, "inputs.", &values);
    let file = summary.path().join("summary.md");
    stated.push(("GITHUB_STEP_SUMMARY".to_owned(), file.display().to_string()));
    let output = bash(text(&compare["run"]), folder.path(), &stated);
    let written = fs::read_to_string(&file).expect("a summary");
    assert_eq!(output.status.code(), Some(1), "{}: {written}", stderr(&output));
    assert!(written.contains("flow-state-differs") && written.contains("| added | Flow 0003 |"), "{written}");
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_azure_pipelines_template_checks_and_writes_junit() {
    let template = yaml("azure-pipelines/flowvet.yml");
    let folder = repository();
    let agent = TempDir::new().expect("a folder");
    let declared = list(&template["parameters"]);
    let mut values: BTreeMap<&str, String> = declared
        .iter()
        .map(|parameter| (text(&parameter["name"]), text(&parameter["default"]).to_owned()))
        .collect();
    values.insert("paths", "my solutions\n".to_owned());
    values.insert("binary", "flowvet".to_owned());
    let step = &template["steps"][0];
    let mut variables = variables(step, "parameters.", &values);
    variables.push(("AGENT_TEMPDIRECTORY".to_owned(), agent.path().display().to_string()));
    let output = bash(text(&step["bash"]), folder.path(), &variables);
    assert_eq!(output.status.code(), Some(1));
    let out = stdout(&output);
    assert!(out.starts_with("##vso[task.logissue type=error;") && out.contains("##vso[task.uploadsummary]"));
    let written = fs::read_to_string(agent.path().join("flowvet.xml")).expect("a report");
    assert!(written.contains("<testsuites name=\"flowvet\""));
    for paths in NO_PATHS {
        for (name, value) in &mut variables {
            if name == "PATHS" {
                paths.clone_into(value);
            }
        }
        assert_eq!(bash(text(&step["bash"]), folder.path(), &variables).status.code(), Some(2), "{paths}");
        assert!(!folder.path().join("pwned").exists(), "an input is never a command or an option: {paths}");
    }
    let published = text(&template["steps"][1]["inputs"]["testResultsFiles"]);
    assert_eq!(published, "$(Agent.TempDirectory)/flowvet.xml");
}

#[test]
fn the_gitlab_example_writes_its_reports() {
    let example = yaml("examples/gitlab-ci.yml");
    let job = &example["flowvet"];
    let folder = repository();
    let script: Vec<&str> = list(&job["script"]).iter().map(text).collect();
    let output = bash(&script.join("\n"), folder.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    for report in job["artifacts"]["reports"].as_mapping().expect("reports").values() {
        assert!(folder.path().join(text(report)).is_file(), "{report:?} is written");
    }
    assert!(list(&job["before_script"]).iter().all(|line| text(line).starts_with("pip install ")));
}

#[test]
fn the_pre_commit_hook_checks_the_repository() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let hook = &hooks[0];
    let arguments: Vec<&str> = list(&hook["args"]).iter().map(text).collect();
    let command = format!("{} {}", text(&hook["entry"]), arguments.join(" "));
    let folder = repository();
    let output = bash(&command, folder.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("error[child-flow-off]"));
    assert_eq!(hook["language"], "rust");
    assert_eq!(hook["pass_filenames"], false);
}

/// Every use of an action, in workflows and in what users copy.
#[test]
fn actions_are_pinned_by_hash() {
    let mut files = vec![root().join("action.yml"), root().join("docs/ci.md"), root().join("README.md")];
    let workflows = fs::read_dir(root().join(".github/workflows")).expect("workflows");
    files.extend(workflows.map(|entry| entry.expect("an entry").path()));
    let mut pinned = 0;
    for file in files {
        let content = fs::read_to_string(&file).expect("a file");
        for line in content.lines() {
            let Some((_, action)) = line.split_once("uses: ") else { continue };
            // Users choose a release of this repository, and what is in it needs no version.
            if action.contains("/flowvet@") || action.starts_with("./") {
                continue;
            }
            let (_, version) = action.split_once('@').expect("a version");
            let (hash, comment) = version.split_once(" # v").unwrap_or((version, ""));
            let is_hash = hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(is_hash && !comment.is_empty(), "{}: {line}", file.display());
            pinned += 1;
        }
    }
    assert!(pinned >= 4, "only {pinned} uses of actions");
}

/// A workflow may only read, except for the jobs that say what they write.
#[test]
fn workflows_have_few_permissions() {
    for entry in fs::read_dir(root().join(".github/workflows")).expect("workflows") {
        let path = format!(".github/workflows/{}", entry.expect("an entry").file_name().to_string_lossy());
        let workflow = yaml(&path);
        let permissions = workflow["permissions"].as_mapping().expect("permissions");
        assert!(permissions.len() == 1 && permissions["contents"] == "read", "{path}: {permissions:?}");
        for (name, job) in workflow["jobs"].as_mapping().expect("jobs") {
            let checkouts = list(&job["steps"]).iter().filter(|step| {
                step["uses"].as_str().is_some_and(|action| action.starts_with("actions/checkout@"))
            });
            for checkout in checkouts {
                assert_eq!(checkout["with"]["persist-credentials"], false, "{path}: {name:?}");
            }
            assert!(job["timeout-minutes"].is_number(), "{path}: {name:?} has no limit on its time");
        }
    }
}

/// Branch rules require one job only, so it has to wait for all others.
#[test]
fn the_last_job_waits_for_all_others() {
    let workflow = yaml(".github/workflows/ci.yml");
    let jobs = workflow["jobs"].as_mapping().expect("jobs");
    let mut others: Vec<&str> = jobs.keys().map(text).filter(|name| *name != "passed").collect();
    let mut needed: Vec<&str> = list(&jobs["passed"]["needs"]).iter().map(text).collect();
    others.sort_unstable();
    needed.sort_unstable();
    assert_eq!(needed, others);
    assert_eq!(jobs["passed"]["if"], "always()");
    let script = text(&jobs["passed"]["steps"][0]["run"]);
    for (results, passes) in [("success success", true), ("success skipped", false), ("failure", false)] {
        let results = [("RESULTS".to_owned(), results.to_owned())];
        assert_eq!(bash(script, root(), &results).status.success(), passes, "{results:?}");
    }
}

#[test]
fn the_nightly_workflow_fuzzes_every_target() {
    let workflow = yaml(".github/workflows/nightly.yml");
    let targets = list(&workflow["jobs"]["fuzz"]["strategy"]["matrix"]["target"]);
    let mut targets: Vec<&str> = targets.iter().map(text).collect();
    targets.sort_unstable();
    let manifest: toml::Table =
        fs::read_to_string(root().join("fuzz/Cargo.toml")).expect("a file").parse().expect("toml");
    let declared = manifest["bin"].as_array().expect("targets").iter();
    let mut declared: Vec<&str> = declared.map(|target| target["name"].as_str().expect("a name")).collect();
    declared.sort_unstable();
    assert_eq!(targets, declared);
}

/// Templates install the wheel of the version that they come with.
#[test]
fn templates_install_this_version() {
    let version = env!("CARGO_PKG_VERSION");
    let azure = yaml("azure-pipelines/flowvet.yml");
    let parameter = list(&azure["parameters"]).iter().find(|one| one["name"] == "version");
    assert_eq!(parameter.expect("a parameter")["default"], version);
    let gitlab = fs::read_to_string(root().join("examples/gitlab-ci.yml")).expect("a file");
    assert!(gitlab.contains(&format!("\"flowvet=={version}\"")));
}

/// A release in a folder, with an archive for this machine.
fn release(folder: &Path, version: &str) -> bool {
    let script = format!(
        "target=$(uname -m | sed s/arm64/aarch64/)-unknown-linux-musl; mkdir -p v{version}/flowvet-v{version}-$target\n\
         cp \"$(command -v flowvet)\" v{version}/flowvet-v{version}-$target/\ncd v{version}\n\
         tar -czf flowvet-v{version}-$target.tar.gz flowvet-v{version}-$target\n\
         sha256sum flowvet-v{version}-$target.tar.gz > SHA256SUMS\ncommand -v curl"
    );
    cfg!(target_os = "linux") && bash(&script, folder, &[]).status.success()
}

#[test]
fn a_download_is_checked() {
    let folder = TempDir::new().expect("a folder");
    if !release(folder.path(), "0.1.0") {
        return support::skipped("there is no Linux with curl, tar and sha256sum");
    }
    let script = root().join("packaging/download.sh");
    let get = |version: &str| {
        let command = format!("{} file://$PWD {version} downloaded", script.display());
        bash(&command, folder.path(), &[])
    };
    let output = get("0.1.0");
    assert!(output.status.success(), "{}", stderr(&output));
    let binary = folder.path().join(stdout(&output).trim());
    let version = Command::new(binary).arg("--version").output().expect("the binary runs");
    assert!(version.status.success());
    assert_eq!(get("9.9.9").status.code(), Some(3), "there is no such release");
    let damage = "for archive in v0.1.0/*.tar.gz; do echo >> \"$archive\"; done";
    assert!(bash(damage, folder.path(), &[]).status.success());
    let damaged = get("0.1.0");
    assert_eq!(damaged.status.code(), Some(1));
    assert!(stderr(&damaged).contains("SHA256SUMS says"), "{}", stderr(&damaged));
    fs::write(folder.path().join("v0.1.0/SHA256SUMS"), "").expect("a file");
    assert_eq!(get("0.1.0").status.code(), Some(3), "the release has no binary for this machine");
}

/// The action uses the binary of a release only if both are of the same commit.
#[test]
fn the_github_action_downloads_the_binary_of_its_commit() {
    let folder = TempDir::new().expect("a folder");
    let releases = folder.path().join("me/flowvet/releases/download");
    fs::create_dir_all(&releases).expect("a folder");
    if !release(&releases, env!("CARGO_PKG_VERSION")) {
        return support::skipped("there is no Linux with curl, tar and sha256sum");
    }
    let action = yaml("action.yml");
    let get = text(&step(&action, "Get flowvet")["run"]);
    // The API of GitHub says that the release and the tag `v0` are of one commit.
    let gh = "gh() { case $2 in */v*) echo a1b2 ;; *) echo c3d4 ;; esac; }; mkdir -p temp\n";
    let outputs = |reference: &str| {
        let file = folder.path().join(format!("outputs-{reference}"));
        let server = format!("file://{}", folder.path().display());
        let stated = [
            ("BINARY", ""),
            ("SOURCE", root().to_str().expect("UTF-8")),
            ("REF", reference),
            ("REPOSITORY", "me/flowvet"),
            ("SERVER", server.as_str()),
            ("RUNNER_TEMP", "temp"),
            ("GITHUB_OUTPUT", file.to_str().expect("UTF-8")),
        ];
        let stated = stated.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let output = bash(&format!("{gh}{get}"), folder.path(), &stated);
        assert!(output.status.success(), "{}", stderr(&output));
        fs::read_to_string(file).expect("outputs")
    };
    let downloaded = outputs("v0");
    let binary = downloaded.trim().strip_prefix("binary=").expect("a binary");
    assert!(folder.path().join(binary).is_file() && !downloaded.contains("sources="), "{downloaded}");
    let built = outputs("main");
    assert!(built.starts_with("binary=\nsources=") && built.trim().len() > 50, "{built}");
}

#[test]
fn packages_have_the_name_and_licence_of_the_crate() {
    let manifest: toml::Table =
        fs::read_to_string(root().join("Cargo.toml")).expect("a file").parse().expect("toml");
    let project: toml::Table =
        fs::read_to_string(root().join("pyproject.toml")).expect("a file").parse().expect("toml");
    let npm = fs::read_to_string(root().join("packaging/npm/package.json")).expect("a file");
    let npm: serde_json::Value = serde_json::from_str(&npm).expect("json");
    for key in ["name", "description", "license"] {
        let expected = manifest["package"][key].as_str().expect("a text");
        assert_eq!(project["project"][key].as_str(), Some(expected), "pyproject.toml: {key}");
        assert_eq!(npm[key], expected, "package.json: {key}");
    }
}
