//! The runbook: its length, its boxes, its order, and the names in it.

mod support;

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Map, Value, json};
use support::{Files, corpus, flowvet, id, write_all, zip_of};
use tempfile::TempDir;

/// A flow of a generated solution.
struct KitFlow {
    name: String,
    is_on: bool,
    trigger: Value,
    actions: Value,
    /// The numbers of the connection references.
    references: Vec<usize>,
}

impl KitFlow {
    /// A flow that is run by hand, with a step for each reference.
    fn new(name: &str, references: &[usize]) -> Self {
        let step = |number: &usize| {
            let host = json!({"connectionName": format!("key{number}"), "operationId": "SendEmailV2",
                "apiId": "/providers/Microsoft.PowerApps/apis/shared_office365"});
            let step = json!({"type": "OpenApiConnection", "runAfter": {}, "inputs": {"host": host}});
            (format!("Send_{number}"), step)
        };
        let respond =
            json!({"type": "Response", "kind": "PowerApp", "runAfter": {}, "inputs": {"statusCode": 200}});
        let mut actions: Map<String, Value> = references.iter().map(step).collect();
        actions.insert("Respond".to_owned(), respond);
        KitFlow {
            name: name.to_owned(),
            is_on: true,
            trigger: json!({"type": "Request", "kind": "Button", "inputs": {"schema": {"type": "object", "properties": {}}}}),
            actions: Value::Object(actions),
            references: references.to_vec(),
        }
    }

    fn off(mut self) -> Self {
        self.is_on = false;
        self
    }

    /// A call of the flow with this number.
    fn calling(mut self, number: usize) -> Self {
        let call = json!({"type": "Workflow", "runAfter": {},
            "inputs": {"host": {"workflowReferenceName": id(number)}}});
        self.actions[format!("Call_{number}")] = call;
        self
    }

    fn json(&self, connector: &str) -> Vec<u8> {
        let connection = |number: &usize| {
            let entry = json!({"runtimeSource": "embedded", "api": {"name": connector},
                "connection": {"connectionReferenceLogicalName": format!("kit_reference{number:02}")}});
            (format!("key{number}"), entry)
        };
        let connections: Map<String, Value> = self.references.iter().map(connection).collect();
        let definition = json!({"triggers": {"manual": self.trigger}, "actions": self.actions});
        let flow = json!({"properties": {"connectionReferences": connections, "definition": definition},
            "schemaVersion": "1.0.0.0"});
        flow.to_string().into_bytes()
    }
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// The files of an exported, managed solution. References are named `kit_reference00`, `kit_reference01`, ...
fn kit(name: &str, flows: &[KitFlow], connector: &str) -> Files {
    let file = |number: usize| format!("Workflows/Flow{number}-{}.json", id(number).to_uppercase());
    let mut records = String::new();
    for (number, flow) in flows.iter().enumerate() {
        let (state, status) = if flow.is_on { (1, 2) } else { (0, 1) };
        let _ = write!(
            records,
            r#"<Workflow WorkflowId="{{{}}}" Name="{}"><JsonFileName>/{}</JsonFileName><Category>5</Category><StateCode>{state}</StateCode><StatusCode>{status}</StatusCode></Workflow>"#,
            id(number),
            xml(&flow.name),
            file(number)
        );
    }
    let mut numbers: Vec<usize> = flows.iter().flat_map(|flow| flow.references.clone()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut references = String::new();
    for number in numbers {
        let _ = write!(
            references,
            r#"<connectionreference connectionreferencelogicalname="kit_reference{number:02}"><connectionreferencedisplayname>Reference {number:02}</connectionreferencedisplayname><connectorid>/providers/Microsoft.PowerApps/apis/{connector}</connectorid></connectionreference>"#
        );
    }
    let manifest = format!(
        "<ImportExportXml><SolutionManifest><UniqueName>{name}</UniqueName><Version>1.0.0.0</Version>\
         <Managed>1</Managed><MissingDependencies/></SolutionManifest></ImportExportXml>"
    );
    let customizations = format!(
        "<ImportExportXml><Workflows>{records}</Workflows><connectionreferences>{references}</connectionreferences></ImportExportXml>"
    );
    let mut files = vec![
        ("solution.xml".to_owned(), manifest.into_bytes()),
        ("customizations.xml".to_owned(), customizations.into_bytes()),
        ("[Content_Types].xml".to_owned(), b"<Types/>".to_vec()),
    ];
    files.extend(flows.iter().enumerate().map(|(number, flow)| (file(number), flow.json(connector))));
    files
}

const OUTLOOK: &str = "shared_office365";

fn zip(files: &Files) -> Vec<u8> {
    zip_of(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())))
}

/// The runbook of zips that are in the current folder.
fn runbook(zips: &[(&str, &Files)], more: &[(&str, &str)], args: &[&str]) -> String {
    let folder = TempDir::new().expect("a folder");
    for (name, files) in zips {
        std::fs::write(folder.path().join(name), zip(files)).expect("a zip");
    }
    for (name, text) in more {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let names = zips.iter().map(|(name, _)| *name);
    let output =
        flowvet().current_dir(folder.path()).arg("runbook").args(names).args(args).output().expect("runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn markdown(flows: &[KitFlow]) -> String {
    runbook(&[("kit.zip", &kit("Kit", flows, OUTLOOK))], &[], &[])
}

/// What people follow, without what they look up.
fn before_the_appendix(markdown: &str) -> &str {
    let end = ["\n## Appendix", "\n## Sources"].iter().filter_map(|title| markdown.find(title)).min();
    &markdown[..end.unwrap_or(markdown.len())]
}

fn part(markdown: &str, number: usize) -> &str {
    let start =
        markdown.find(&format!("\n## {number}. ")).unwrap_or_else(|| panic!("no part {number}: {markdown}"));
    let rest = &markdown[start + 1..];
    &rest[..rest.find("\n## ").unwrap_or(rest.len())]
}

fn boxes(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.trim_start().starts_with("- [ ] ")).collect()
}

#[test]
fn the_runbook_of_a_public_kit_is_short() {
    let Some(folder) = corpus() else { return };
    let path = folder.join("unpacked/jenschristianschroder-CenterofExcellenceCoreComponents");
    let run = |path: &Path, format: &str| {
        let output = flowvet().arg("runbook").arg(path).args(["--format", format]).output().expect("runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let text = run(&path, "markdown");
    let lines = before_the_appendix(&text).lines().count();
    assert!(lines <= 120, "{lines} lines");
    let json: Value = serde_json::from_str(&run(&path, "json")).expect("JSON");
    let references = json["references"].as_array().expect("a list");
    let (used, unused): (Vec<&Value>, Vec<&Value>) =
        references.iter().partition(|one| one["flows"].as_array().is_some_and(|flows| !flows.is_empty()));
    let boxes = boxes(part(&text, 3));
    for one in &used {
        let name = format!("`{}`", one["name"].as_str().expect("a name"));
        assert_eq!(boxes.iter().filter(|line| line.contains(&name)).count(), 1, "{name}");
    }
    // One more for all that no flow uses.
    assert!(!unused.is_empty());
    assert_eq!(boxes.len(), used.len() + 1);
}

/// 114 flows with 30 connection references, each used by many flows; 16 call others.
fn large_kit(is_on: bool) -> Vec<KitFlow> {
    let flow = |number: usize| {
        let references = [number % 30, (number + 7) % 30, (number + 19) % 30];
        let flow = KitFlow::new(&format!("Flow {number:03} of a kit with many flows"), &references);
        let flow = if number >= 98 { flow.calling(number - 98).calling(number - 60) } else { flow };
        if is_on { flow } else { flow.off() }
    };
    (0..114).map(flow).collect()
}

#[test]
fn the_runbook_of_a_large_kit_is_short() {
    for is_on in [true, false] {
        let text = markdown(&large_kit(is_on));
        let followed = before_the_appendix(&text);
        let lines = followed.lines().count();
        assert!(lines <= 200, "{lines} lines if on is {is_on}");
        assert_eq!(boxes(part(&text, 3)).len(), 30);
        let ticked = boxes(&text);
        for number in 0..114 {
            let name = format!("**Flow {number:03} of a kit with many flows**");
            let own = [format!("- [ ] {name}"), format!("- [ ] Turn on {name}")];
            let is_own = |line: &&&str| own.iter().any(|start| line.starts_with(start));
            assert_eq!(ticked.iter().filter(is_own).count(), usize::from(!is_on), "{name}: {text}");
            assert!(text.contains(&format!("- {name}, on by the import")) == is_on, "{name}");
        }
    }
}

#[test]
fn parts_without_steps_say_so() {
    insta::assert_snapshot!(
        "nothing_to_do",
        runbook(&[("kit.zip", &kit("Kit", &[], OUTLOOK))], &[], &["--format", "text"])
    );
}

#[test]
fn plain_text_fits_80_columns() {
    let names = [
        "受注処理 毎日の売上報告を作成して担当者に送信する",
        "顧客マスタの更新",
        "Orders with a name that is as long as real ones",
    ];
    let mut flows: Vec<KitFlow> =
        names.iter().enumerate().map(|(number, name)| KitFlow::new(name, &[number])).collect();
    flows.push(KitFlow::new("親フロー", &[0, 1, 2]).calling(0).calling(1).off());
    let files = kit("Kit", &flows, OUTLOOK);
    let text = runbook(&[("kit.zip", &files)], &[], &["--format", "text"]);
    let columns = |line: &str| line.chars().map(|c| 1 + usize::from(c >= '\u{2E80}')).sum::<usize>();
    for line in text.lines().filter(|line| !line.contains("pac ") && !line.contains("https://")) {
        assert!(columns(line) <= 80, "{line}");
    }
    insta::assert_snapshot!("japanese_names", text);
}

#[test]
fn names_are_no_markup() {
    const NAME: &str = "@all #1 [x](https://evil.example) `c` $a$ <img src=x> **b** www.evil.example";
    let mut flow = KitFlow::new(NAME, &[]);
    flow.trigger["inputs"] = json!({"schema": {"type": "object", "properties": {}}});
    flow.actions = json!({(NAME): {"type": "Scope", "runAfter": {}, "actions": {
        (NAME): {"type": "Http", "inputs": {"method": "GET", "uri": "https://example.com"}}}}});
    let parent = KitFlow::new("Parent", &[]).calling(0);
    let text = markdown(&[flow, parent]);
    assert!(text.matches("evil").count() > 4, "{text}");
    for markup in ["@all", "#1 ", "](https://evil", "https://evil", "`c`", "$a$", "<img", "**b**", "www.evil"]
    {
        assert!(!text.contains(markup), "{markup}: {text}");
    }
}

#[test]
fn what_settings_have_needs_no_box() {
    let flows = [KitFlow::new("Orders", &[0, 1, 2, 3])];
    let files = kit("Kit", &flows, OUTLOOK);
    let entry = |number: usize, value: &str| json!({"LogicalName": format!("kit_reference{number:02}"), "ConnectionId": value});
    let settings = json!({"EnvironmentVariables": [],
        "ConnectionReferences": [entry(0, "4711"), entry(1, ""), entry(2, "#{token}#")]});
    let text = runbook(
        &[("kit.zip", &files)],
        &[("test.json", &settings.to_string())],
        &["--settings", "test.json"],
    );
    let connections = part(&text, 3);
    assert_eq!(
        boxes(connections),
        [
            "- [ ] Office 365 Outlook for **Reference 01** (`kit_reference01`), used by **Orders** (empty in the settings file)",
            "- [ ] Office 365 Outlook for **Reference 03** (`kit_reference03`), used by **Orders** (no entry in the settings file)",
            "- [ ] The settings file has tokens for the connections of **Reference 02**. Check that the pipeline replaces them.",
        ]
    );
    assert!(
        connections.contains("\n- The settings file has the connections of **Reference 00**."),
        "{connections}"
    );
    assert!(
        part(&text, 2).contains("`pac solution import --path kit.zip --settings-file test.json`"),
        "{text}"
    );
    assert!(!text.contains("create-settings"), "{text}");
}

#[test]
fn several_solutions_are_imported_in_order() {
    let base = kit("Base", &[KitFlow::new("Child", &[0])], OUTLOOK);
    let missing = format!(
        r#"<MissingDependencies><MissingDependency><Required type="29" displayName="Child" solution="Base (1.0)" id="{{{}}}"/><Dependent type="29" id="{{{}}}"/></MissingDependency></MissingDependencies>"#,
        id(0),
        id(7)
    );
    let mut app = kit("App", &[KitFlow::new("Parent", &[])], OUTLOOK);
    for (path, bytes) in &mut app {
        let text = String::from_utf8_lossy(bytes).replace("<MissingDependencies/>", &missing);
        *bytes = text.replace(&id(0), &id(7)).replace("<Managed>1", "<Managed>0").into_bytes();
        *path = path.replace(&id(0).to_uppercase(), &id(7).to_uppercase());
        if path == "solution.xml" {
            *bytes = String::from_utf8_lossy(bytes).replacen(&id(7), &id(0), 1).into_bytes();
        }
    }
    let text = runbook(&[("the app.zip", &app), ("base.zip", &base)], &[], &[]);
    let import = part(&text, 2);
    let at = |what: &str| import.find(what).unwrap_or_else(|| panic!("no {what:?}: {import}"));
    assert!(at("`pac solution import --path base.zip") < at("After `Base`: it needs \"Child\"."), "{import}");
    at("`pac solution import --path \"the app.zip\" --publish-changes`");
    at("The solution is unmanaged.");
    assert!(!text.contains("The target has the solution"), "{text}");
}

#[test]
fn what_blocks_a_flow_is_at_its_step() {
    let child = KitFlow::new("Child", &[0]);
    let mut files = kit(
        "Kit",
        &[child, KitFlow::new("Parent", &[]).calling(0), KitFlow::new("Off", &[]).calling(0).off()],
        OUTLOOK,
    );
    for (path, bytes) in &mut files {
        if path.starts_with("Workflows/Flow0") {
            *bytes = String::from_utf8_lossy(bytes).replace("embedded", "invoker").into_bytes();
        }
    }
    let text = runbook(&[("kit.zip", &files)], &[], &[]);
    assert_eq!(
        boxes(part(&text, 5)),
        [
            "- [ ] **Child**: under *Run only users > Edit*, set Office 365 Outlook to *Use this connection*, because another \
          flow calls this one. [[5]](https://learn.microsoft.com/power-automate/create-child-flows) (error \
          `child-flow-run-only-connection`)"
        ]
    );
    let turn_on = part(&text, 6);
    assert_eq!(
        boxes(turn_on)[1..],
        [
            "- [ ] Turn on **Off**, after **Child**, which it calls (error `child-flow-run-only-connection`)",
            "- [ ] Turn on **Parent**, after **Child**, which it calls. Fix `child-flow-run-only-connection` first \
             (error `child-flow-run-only-connection`)",
        ]
    );
    assert!(turn_on.contains("\n  - **Child**\n"), "the child itself turns on: {turn_on}");
    assert!(text.contains("A rule in parentheses"), "{text}");
}

#[test]
fn lines_about_providers_appear_if_they_apply() {
    let cosell = kit("Kit", &[KitFlow::new("Create referral", &[0])], "shared_partnercenterref");
    let text = runbook(&[("kit.zip", &cosell)], &[], &[]);
    for line in ["GCC High", "PartnerID", "If referrals do not sync", "two-letter country code"] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(!text.contains("Salesforce"), "{text}");
    assert!(part(&text, 7).contains("Nothing to do"), "{text}");

    // A registration for another event of the same provider.
    let mut flow = KitFlow::new("Register", &[]);
    flow.actions = json!({"Register": {"type": "Http", "runAfter": {}, "inputs": {"method": "PUT",
        "uri": "https://api.partnercenter.microsoft.com/webhooks/v1/registration",
        "body": {"WebhookUrl": "@triggerBody()['text']", "WebhookEvents": ["invoice-ready"]}}}});
    let text = markdown(&[flow]);
    assert!(text.contains("signed in to Power Automate at least once"), "{text}");
    for line in ["GCC High", "PartnerID", "do not sync"] {
        assert!(!text.contains(line), "{line}: {text}");
    }
}

#[test]
fn files_that_cannot_be_read_are_mentioned() {
    let folder = TempDir::new().expect("a folder");
    let mut files = kit("Kit", &[KitFlow::new("Orders", &[0])], OUTLOOK);
    let message = "could not read all files of the package";
    let run = |files: &Files| {
        write_all(folder.path(), files);
        let output = flowvet().arg("runbook").arg(folder.path()).output().expect("runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    assert!(!run(&files).contains(message));
    files.iter_mut().filter(|(path, _)| path.ends_with(".json")).for_each(|(_, bytes)| bytes.truncate(9));
    assert!(run(&files).contains(message));
}
