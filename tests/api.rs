//! The API of the library: every kind of input gives the same findings, diagnostics are resolved, and documents equal
//! the output of the commands.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use flowvet::{
    ComparisonSession, Config, Diagnostic, ErrorText, FailOn, ImportKind, Input, Limits, LoadErrorKind,
    Profile, RulePage, Session, Severity, VersionInputs,
};
use support::{TestFlow, fixture, flowvet, read_folder, root, solution, solution_zip, write_all, zip_of};
use tempfile::TempDir;

/// A day in 2027, when the ignores in fixtures about expired ignores have expired.
const TODAY: u64 = 1_800_000_000;

fn load(input: Input) -> Session {
    Session::load([input], Limits::default()).unwrap_or_else(|errors| panic!("{errors}"))
}

/// Every folder with a fixture, relative to the project.
fn fixtures() -> Vec<PathBuf> {
    let below = |folder: &Path| -> Vec<PathBuf> {
        let entries = root().join(folder).read_dir().expect("a folder").flatten();
        let mut names: Vec<_> =
            entries.filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name()).collect();
        names.sort();
        names.iter().map(|name| folder.join(name)).collect()
    };
    let rules = below(Path::new("fixtures")).into_iter().flat_map(|category| below(&category));
    rules.flat_map(|rule| below(&rule)).collect()
}

/// Adds the files of a fixture that are not part of its solution.
fn with_companions(mut session: Session, files: &BTreeMap<String, Vec<u8>>) -> Session {
    let text = |name: &str| files.get(name).map(|bytes| String::from_utf8(bytes.clone()).expect("UTF-8"));
    if let Some(settings) = text("settings.json") {
        session.add_settings("settings.json", &settings).expect("settings");
    }
    for name in ["order.txt", "order.csv", "order.json"] {
        if let Some(order) = text(name) {
            session.set_order(name, &order).expect("an order");
        }
    }
    let config = Config::from_toml("flowvet.toml", &text("flowvet.toml").unwrap_or_default())
        .expect("a configuration");
    session.configure(config.with_profile(Profile::Strict).with_unix_time(TODAY));
    session
}

/// Whether a finding does not depend on the container of the solution, unlike `package-not-importable`.
fn is_of_files(one: &Diagnostic) -> bool {
    one.rule != "package-not-importable"
}

fn key(diagnostic: &Diagnostic, container: &str) -> String {
    let file = diagnostic.location.file.as_str();
    let file = file.strip_prefix(container).unwrap_or(file).trim_start_matches(['/', '!']);
    format!(
        "{file}:{}-{} {}: {} {:?}",
        diagnostic.location.start.line,
        diagnostic.location.bytes.end,
        diagnostic.rule,
        diagnostic.message,
        diagnostic.flow
    )
}

#[test]
fn every_kind_of_input_gives_the_same_findings() {
    let mut found = 0;
    let laid = tempfile::TempDir::new().expect("a folder");
    for fixture in fixtures() {
        let files = fixture::complete(read_folder(&root().join(&fixture)));
        let fixture = laid.path().join(&fixture);
        write_all(&fixture, &files);
        let name = fixture.to_string_lossy().replace('\\', "/");
        let files: BTreeMap<String, Vec<u8>> = files.into_iter().collect();
        let zip = zip_of(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
        let on_disk = with_companions(load(Input::Path(fixture.clone())), &files);
        let inputs = [
            Input::Files { name: name.clone(), files: files.clone() },
            Input::Overlay { folder: fixture.clone(), files: BTreeMap::new() },
            // All files come from memory; files on disk are not read.
            Input::Overlay { folder: fixture.clone(), files: files.clone() },
        ];
        for input in inputs {
            let session = with_companions(load(input), &files);
            assert_eq!(session.check_json(), on_disk.check_json(), "{name}");
        }
        let zipped = with_companions(load(Input::Bytes { name: "kit.zip".to_owned(), bytes: zip }), &files);
        let keys = |session: &Session, container: &str| -> Vec<String> {
            let mut keys: Vec<String> = session
                .check()
                .diagnostics
                .iter()
                .filter(|one| is_of_files(one))
                .map(|diagnostic| key(diagnostic, container))
                .collect();
            keys.sort();
            keys
        };
        // A message may contain the file name.
        let zipped: Vec<String> =
            keys(&zipped, "kit.zip").iter().map(|key| key.replace("kit.zip!", &format!("{name}/"))).collect();
        assert_eq!(zipped, keys(&on_disk, &name), "{name}");
        found += zipped.len();
    }
    assert!(found > 50, "only {found} findings were compared");
}

/// A page in the browser does not read the other files of a folder.
#[test]
fn files_that_are_not_read_can_be_empty() {
    let unread = ["a.png", "docs/a.md", "node_modules/a.json", "CanvasApps/src/a.json", "bots/kit/bot.cab"];
    let (mut emptied, mut read) = (0, 0);
    for fixture in fixtures() {
        let files = fixture::complete(read_folder(&root().join(&fixture)));
        let files = files.into_iter().chain(unread.map(|path| (path.to_owned(), b"content".to_vec())));
        let files: BTreeMap<String, Vec<u8>> = files.collect();
        let mut fewer = files.clone();
        fewer.iter_mut().filter(|(path, _)| !Input::may_read(path)).for_each(|(_, bytes)| {
            emptied += 1;
            bytes.clear();
        });
        read += fewer.values().filter(|bytes| !bytes.is_empty()).count();
        let check =
            |files| with_companions(load(Input::Files { name: "kit".into(), files }), &BTreeMap::new());
        assert_eq!(check(fewer).check_json(), check(files).check_json(), "{fixture:?}");
    }
    assert!(emptied >= unread.len() * fixtures().len() && read > emptied / 2, "{emptied} {read}");
    assert!(Input::may_read("Workflows\\A.JSON") && !Input::may_read("x\\.git\\a.json"));
}

#[test]
fn errors_as_sentences_are_safe_to_show() {
    let name = "\u{202e}a.zip?sig=s3cr3t-s3cr3t-s3cr3t".to_owned();
    let input = Input::Bytes { name, bytes: b"MSCF".to_vec() };
    let errors = Session::load([input], Limits::default()).expect_err("a .cab archive");
    let text = ErrorText::from(errors.iter().next().expect("an error"));
    insta::assert_snapshot!(format!("{}\n{}", text.message, text.help.unwrap_or_default()), @r"
    \u{202e}a.zip?sig=********************* found a .cab archive; expected an exported solution (.zip), the folder of an unpacked solution, or the JSON file of a flow
    flowvet reads only zips: export the solution again, or unpack the .cab file
    ");
}

/// Two flows. The first calls the second, which is off.
fn faulty() -> Vec<(String, Vec<u8>)> {
    solution("Kit", &[TestFlow::new(1, [2]), TestFlow { is_on: false, ..TestFlow::new(2, []) }])
}

#[test]
fn a_diagnostic_is_resolved() {
    let session = load(Input::files(faulty()));
    let report = session.check();
    let [diagnostic] = report.diagnostics.as_slice() else { panic!("{report:#?}") };
    assert_eq!(
        (diagnostic.rule, diagnostic.category, diagnostic.severity),
        ("child-flow-off", "activation", Severity::Error)
    );
    assert_eq!(diagnostic.flow.as_ref().map(|flow| flow.name.as_str()), Some("Flow 0001"));
    assert_eq!(diagnostic.platform_errors, ["ChildFlowNeverPublished", "WorkflowTriggerIsNotEnabled"]);
    let text = session.text(&diagnostic.location.file).expect("the text");
    let bytes = diagnostic.location.bytes.clone();
    assert_eq!(&text[bytes], support::id(2));
    assert_eq!(session.files().filter(|name| **name == diagnostic.location.file).count(), 1);
    let json = serde_json::to_string_pretty(&report).expect("JSON");
    insta::assert_snapshot!("diagnostic", json);
    let page = RulePage::find(diagnostic.rule).expect("a page");
    assert!(page.markdown.starts_with("# child-flow-off\n"), "{page:?}");
    assert_eq!(page.platform_errors, diagnostic.platform_errors);
}

#[test]
fn columns_count_characters_and_utf16() {
    let expression = "@concat('🎉日本', outputs('なし'))";
    let flow = TestFlow::new(1, []).json().replace(
        "\"actions\": {",
        &format!("\"actions\": {{\"🎉\": {{\"type\": \"Compose\", \"inputs\": \"{expression}\", \"runAfter\": {{}}}},\n"),
    );
    let mut files: BTreeMap<String, Vec<u8>> = solution("Kit", &[TestFlow::new(1, [])]).into_iter().collect();
    files.insert(TestFlow::new(1, []).file(), flow.clone().into_bytes());
    let report = load(Input::files(files)).check();
    let diagnostic =
        report.diagnostics.iter().find(|diagnostic| diagnostic.rule == "unknown-action").expect("a finding");
    let at = flow.find("なし").expect("the name");
    let before = &flow[flow[..at].rfind('\n').map_or(0, |at| at + 1)..diagnostic.location.bytes.start];
    assert!(before.contains('🎉') && diagnostic.location.bytes.contains(&at), "{before}");
    assert_eq!(diagnostic.location.start.column, before.chars().count() + 1);
    assert_eq!(diagnostic.location.start.utf16_column, before.encode_utf16().count() + 1);
    assert_eq!(
        diagnostic.location.start.utf16_column,
        diagnostic.location.start.column + 2,
        "two emoji come before it"
    );
}

#[test]
fn a_configuration_is_read_from_a_string() {
    let mut session = load(Input::files(faulty()));
    let config = |text: &str| Config::from_toml("team/flowvet.toml", text).expect("a configuration");
    assert_eq!(config("").fail_on(), FailOn::Error);
    let text = "profile = \"strict\"\nfail-on = \"warning\"\nsettings = [\"test.json\"]\n";
    let read = config(text);
    assert_eq!((read.profile(), read.fail_on()), (Profile::Strict, FailOn::Warning));
    assert_eq!(read.settings().collect::<Vec<_>>(), ["test.json"]);

    session.configure(config("[rules]\nchild-flow-off = \"info\"\nchild-flow-of = \"off\"\n"));
    let found = |session: &Session| -> Vec<(String, &str, Severity)> {
        let report = session.check();
        report
            .diagnostics
            .iter()
            .map(|diagnostic| (diagnostic.location.to_string(), diagnostic.rule, diagnostic.severity))
            .collect()
    };
    let [flow, unknown] = found(&session).try_into().expect("two findings");
    assert_eq!((flow.1, flow.2), ("child-flow-off", Severity::Info));
    assert_eq!((unknown.0.as_str(), unknown.1), ("team/flowvet.toml:3:1", "unknown-rule"));

    // A new configuration replaces the previous one.
    session
        .configure(config("[[ignore]]\nrule = \"child-flow-off\"\nreason = \"test\"\nuntil = 2026-01-01\n"));
    let report = session.check();
    assert_eq!((report.diagnostics.len(), report.ignored), (0, 1), "no day was given");
    let expired = "[[ignore]]\nrule = \"child-flow-off\"\nreason = \"test\"\nuntil = 2026-01-01\n";
    session.configure(config(expired).with_unix_time(TODAY));
    let rules: Vec<&str> = found(&session).iter().map(|(_, rule, _)| *rule).collect();
    assert_eq!(rules, ["child-flow-off", "ignore-expired"]);
    session.configure(Config::default());
    assert_eq!(found(&session).len(), 1);
}

#[test]
fn text_errors_have_a_location() {
    let mut session = load(Input::files(faulty()));
    let errors = [
        Config::from_toml("a/flowvet.toml", "# 🎉\nfail-on = \"fatal\"\n").expect_err("no such level"),
        session.add_settings("s.json", "{\n  \"ConnectionReferences\": [,]}").expect_err("not JSON"),
        session.add_settings("s.json", "{\"name\": 1}").expect_err("other JSON"),
        session.set_order("o.csv", "").expect_err("empty"),
        session.set_order("o.json", "{\"a\": 1}").expect_err("other JSON"),
    ];
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!("text_errors", lines.join("\n"));
    let sentences: Vec<String> = errors.iter().map(|error| ErrorText::from(error).message).collect();
    insta::assert_snapshot!("text_errors_as_sentences", sentences.join("\n"));
    let location = errors[0].location();
    assert_eq!(&"# 🎉\nfail-on = \"fatal\"\n"[location.bytes], "\"fatal\"");
    let small = Limits { file_bytes: 2000, ..Limits::default() };
    let mut session = Session::load([Input::files(faulty())], small).expect("a solution");
    let error = session.add_settings("s.json", &" ".repeat(2001)).expect_err("too long");
    assert!(error.message().contains("--max-file-size"), "{error}");
}

#[test]
fn settings_and_an_order_are_given_as_texts() {
    let mut session = load(Input::files(faulty()));
    session
        .add_settings("test.json", "\u{FEFF}{\"ConnectionReferences\": [{\"LogicalName\": \"x_y\"}]}")
        .expect("settings");
    session.set_order("order.txt", "Flow 0001\nFlow 0002\n").expect("an order");
    session.set_order("order.txt", "Flow 0003\n").expect("another one");
    let found: Vec<String> = session
        .check()
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.rule != "child-flow-off")
        .map(|diagnostic| format!("{}: {}", diagnostic.location, diagnostic.rule))
        .collect();
    insta::assert_snapshot!(found.join("\n"));
}

/// A folder in an editor: the called flow is turned on in an unsaved buffer.
#[test]
fn unsaved_buffers_replace_files() {
    let folder = TempDir::new().expect("a folder");
    write_all(folder.path(), &faulty());
    let file = "customizations.xml";
    let text = fs::read_to_string(folder.path().join(file)).expect("a file");
    let rules = |files: &[(&str, &str)]| -> Vec<&str> {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        let session = load(Input::Overlay { folder: folder.path().to_owned(), files });
        session.check().diagnostics.iter().map(|diagnostic| diagnostic.rule).collect()
    };
    assert_eq!(rules(&[]), ["child-flow-off"]);
    let saved = text.replace("<StateCode>0</StateCode>", "<StateCode>1</StateCode>");
    let saved = saved.replace("<StatusCode>1</StatusCode>", "<StatusCode>2</StatusCode>");
    assert!(rules(&[(file, &saved)]).is_empty());
    assert!(rules(&[(".\\customizations.xml", &saved)]).is_empty(), "a path of Windows");
    // A file that is not on disk yet, and a file that is not in the folder.
    let new = TestFlow::new(3, [2]);
    assert_eq!(rules(&[(&new.file(), &new.json())]), ["child-flow-off", "flow-record-missing"]);
    assert_eq!(rules(&[("../customizations.xml", "<")]), ["child-flow-off"]);
    let broken = rules(&[(&TestFlow::new(1, []).file(), "{")]);
    assert_eq!(broken, ["unreadable-file"]);
}

/// An editor may have opened the folder `Workflows`; the solution is the folder around it.
#[test]
fn buffers_can_replace_files_in_a_folder_of_flows() {
    let folder = TempDir::new().expect("a folder");
    write_all(folder.path(), &faulty());
    let files =
        BTreeMap::from([("Flow1-00000001-0000-4000-8000-000000000000.json".to_owned(), b"{".to_vec())]);
    let session = load(Input::Overlay { folder: folder.path().join("Workflows"), files });
    let found = session.check().diagnostics;
    let file = found[0].location.file.as_str();
    assert!(file.ends_with("/Workflows/Flow1-00000001-0000-4000-8000-000000000000.json"), "{file}");
    assert_eq!(found[0].rule, "unreadable-file");
}

#[test]
fn invalid_overlays_are_refused() {
    let folder = TempDir::new().expect("a folder");
    let zip = folder.path().join("kit.zip");
    fs::write(&zip, solution_zip("Kit", &[TestFlow::new(1, [])])).expect("a file");
    let refuse = |path: PathBuf| {
        let input = Input::Overlay { folder: path, files: BTreeMap::new() };
        let errors = Session::load([input], Limits::default()).expect_err("no folder");
        errors.iter().next().expect("an error").found.clone()
    };
    assert_eq!(refuse(folder.path().join("absent")), LoadErrorKind::Nothing);
    assert!(matches!(refuse(zip), LoadErrorKind::Other(_)));
}

#[test]
fn files_in_memory_obey_limits_and_ignore_the_disk() {
    let refused = |files: Vec<(String, Vec<u8>)>, limits| {
        Session::load([Input::files(files)], limits).expect_err("beyond a limit").to_string()
    };
    let few = Limits { files: 3, ..Limits::default() };
    assert!(refused(faulty(), few).contains("--max-files"));
    let small = Limits { total_bytes: 1000, ..Limits::default() };
    assert!(refused(faulty(), small).contains("--max-total-size"));
    let limits = Limits { file_bytes: 450, ..Limits::default() };
    let session = Session::load([Input::files(faulty())], limits).expect("a solution");
    let report = session.check();
    assert!(
        report.diagnostics.iter().any(|diagnostic| diagnostic.message.contains("--max-file-size")),
        "{report:#?}"
    );
    // A zip among the files is read, as in a folder.
    let zip =
        solution_zip("Kit", &[TestFlow::new(1, [2]), TestFlow { is_on: false, ..TestFlow::new(2, []) }]);
    let report = load(Input::files([("in/kit.zip", zip.clone())])).check();
    assert!(report.diagnostics[0].location.file.as_str().starts_with("in/kit.zip!Workflows/"));
    let flat = Limits { nesting: 0, ..Limits::default() };
    assert!(refused(vec![("kit.zip".to_owned(), zip)], flat).contains("--max-zip-depth"));
    let nothing = refused(vec![("../../Cargo.toml".to_owned(), Vec::new())], Limits::default());
    assert!(nothing.contains("no solution"), "{nothing}");
    // Build output next to a project repeats the sources. It is skipped in memory and on disk.
    let mut files = faulty();
    // Another name, because only one of two copies of a solution is checked.
    let copy = faulty().into_iter().map(|(path, bytes)| {
        let renamed = String::from_utf8(bytes).expect("UTF-8").replace("<UniqueName>", "<UniqueName>Old");
        (format!("bin/Debug/{path}"), renamed.into_bytes())
    });
    files.extend(copy);
    assert_eq!(load(Input::files(files.clone())).check().diagnostics.len(), 2);
    files.push(("Kit.cdsproj".to_owned(), Vec::new()));
    assert_eq!(load(Input::files(files)).check().diagnostics.len(), 1);
}

#[test]
fn documents_equal_the_output_of_the_commands() {
    let folder = "fixtures/scenarios/co-sell-salesforce";
    let session = load(Input::Path(folder.into()));
    let print = |arguments: &[&str]| {
        let mut command = flowvet();
        let output = command.args(arguments).arg(folder).output().expect("runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    for (document, arguments) in [
        (session.check_json(), &["check", "--no-config", "--format", "json"][..]),
        (session.check_sarif(), &["check", "--no-config", "--format", "sarif"]),
        (session.order_json(), &["order", "--format", "json"]),
        (session.order_markdown(), &["order", "--format", "markdown"]),
        (session.import_order_json(), &["order", "--solutions", "--format", "json"]),
        (session.connections_json(), &["connections", "--format", "json"]),
        (session.connections_markdown(), &["connections", "--format", "markdown"]),
        (session.graph_json(), &["graph", "--format", "json"]),
        (session.graph_mermaid(), &["graph", "--format", "mermaid"]),
        (session.graph_svg(), &["graph", "--format", "svg"]),
        (session.runbook_json(), &["runbook", "--format", "json"]),
        (session.runbook_markdown(), &["runbook", "--format", "markdown"]),
    ] {
        assert_eq!(document, print(arguments), "{arguments:?}");
        assert!(!document.is_empty());
    }
    assert_eq!(session.skipped(), []);
    let pages: Vec<RulePage> = RulePage::all().collect();
    let listed: serde_json::Value =
        serde_json::from_slice(&flowvet().args(["rules", "--format", "json"]).output().expect("runs").stdout)
            .expect("JSON");
    assert_eq!(pages.len(), listed["rules"].as_array().expect("a list").len());
    assert_eq!(RulePage::find("activation/child-flow-off"), RulePage::find("child-flow-off"));
}

#[test]
fn comparisons_equal_the_output_of_the_commands() {
    let [old, new] = ["as-shipped", "two-of-four-events"]
        .map(|version| format!("fixtures/scenarios/co-sell-dynamics365/{version}"));
    let inputs = VersionInputs {
        old: vec![Input::Path(old.clone().into())],
        new: vec![Input::Path(new.clone().into())],
        others: Vec::new(),
    };
    let mut session = ComparisonSession::load(inputs, Limits::default()).expect("two versions");
    let print = |arguments: &[&str]| {
        let output = flowvet().args(arguments).output().expect("runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let compare = |format| print(&["compare", "--no-config", &old, &new, "--format", format]);
    assert_eq!(session.json(), compare("json"));
    assert_eq!(session.markdown(), compare("markdown"));
    assert_eq!(session.html(), compare("html"));
    assert_eq!(session.runbook_markdown(), compare("runbook"));
    assert_eq!(session.runbook_json(), print(&["runbook", &new, "--from", &old, "--format", "json"]));
    let rules = |session: &ComparisonSession| -> Vec<&str> {
        session.check().diagnostics.iter().map(|one| one.rule).collect()
    };
    assert_eq!(rules(&session), ["version-not-higher", "webhook-event-dropped"]);
    let [change] = &session.changes()[..] else { panic!("{:?}", session.changes()) };
    assert_eq!((change.kind, change.change), ("flow", "changed"));
    session
        .configure(Config::from_toml("flowvet.toml", "[rules]\nversion-not-higher = 'off'").expect("TOML"));
    assert_eq!(rules(&session), ["webhook-event-dropped"]);
    session.import_as(ImportKind::Update);
    assert!(session.json().contains("\"import\": \"update\""));
    assert!(session.add_settings("settings.json", "[]").is_err());
}

#[test]
fn hostile_names_are_escaped_and_secrets_masked() {
    let rename = |(path, bytes): (String, Vec<u8>)| {
        let text = String::from_utf8(bytes).expect("UTF-8");
        let name = "\u{202e}https://x.example/invoke?sp=1&amp;sig=s3cr3t-s3cr3t";
        (
            path.replace("Flow1", "\u{1b}[31mFlow1"),
            text.replace("Flow1", "\u{1b}[31mFlow1").replace("Flow 0002", name).into_bytes(),
        )
    };
    let mut files: Vec<_> = faulty().into_iter().map(rename).collect();
    files.iter_mut().filter(|(path, _)| path == "customizations.xml").for_each(|(_, bytes)| {
        let text = String::from_utf8(std::mem::take(bytes)).expect("UTF-8");
        *bytes = text.replace('\u{1b}', "").into_bytes();
    });
    let report = load(Input::files(files)).check();
    assert!(!report.diagnostics.is_empty());
    for diagnostic in &report.diagnostics {
        let line = diagnostic.to_string();
        assert!(!line.contains(|c: char| c.is_control() || c == '\u{202e}'), "{line:?}");
        assert!(!format!("{diagnostic:?}").contains("s3cr3t"), "{diagnostic:#?}");
    }
}
