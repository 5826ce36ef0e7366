//! No output contains a secret, regardless of its place and of other findings near it.

mod support;

use std::fs;

use serde_json::{Value, json};
use support::{TestFlow, flowvet, id, solution, write_all};
use tempfile::TempDir;

/// Generates distinct secrets.
#[derive(Default)]
struct Secrets(usize);

impl Secrets {
    fn next(&mut self) -> String {
        self.0 += 1;
        format!("{START}{:03}x9Kq7Zt4Wb2Nv8", self.0)
    }
}

const START: &str = "S3cr3t";

/// A text that causes a finding, so that reports show the text around it.
const BAD: &str = "@{outputs('Nope')}";

fn action(inputs: Value) -> Value {
    json!({"type": "Http", "runAfter": {}, "inputs": inputs})
}

/// Texts that precede a secret.
const BEFORE_SECRETS: &[&str] = &[
    "https://x.example/?sp=1&sig=",
    "https://x.example/?access_token=",
    "https://x.example/?api_key=",
    "https://x.example/?client_secret=",
    "https://x.example/?subscription-key=",
    "https://x.example/?code=",
    "https://f.azurewebsites.net/api/x?code=",
    "grant_type=password&username=u&password=",
    "Bearer ",
    "Authorization: Bearer ",
    "Authorization: Basic ",
    "Server=x;\nPassword=",
    "x:y\r\nBearer ",
    "AccountKey=",
    "https%3A%2F%2Fx%3Fsp%3D1%26sig%3D",
    "https%3A%2F%2Fx%3Fpassword%3D",
    "hlb_sig=",
    "password: ",
    "{\"password\":\"",
    "{\"clientSecret\": \"",
    "https://user:",
    "https%3A%2F%2Fuser:",
    "https:\\/\\/user:",
    "//user:",
    "Password\u{A0}=",
    "Pass\u{200D}word=",
    "<wsse:Password Type=\"x\">",
    "<ns:ApiKey>",
    "<Password><![CDATA[",
    "&lt;o:Password o:T=\"x\"&gt;",
    "PRIVATE-TOKEN: ",
    "Cookie: theme=dark; session=",
    "-----BEGIN PRIVATE KEY-----\n",
    "x-auth-key=",
    "passcode=",
    "pin=",
];

/// Keys whose values are secrets.
const SECRET_KEYS: &[&str] = &[
    "password",
    "clientSecret",
    "x-api-key",
    "Ocp-Apim-Subscription-Key",
    "hlb_ApiKey",
    "userPassword",
    "passphrase",
    "privateKey",
    "token",
    "code",
    "sig",
    "Authorization",
    "X-Auth-Token",
    "pass",
    "passwd",
    "passcode",
    "pin",
    "X-Auth-Key",
    "encryptionKey",
    "signingKey",
    "PRIVATE-TOKEN",
    "Cookie",
];

/// Values that each contain a secret and a problem.
fn inputs(secrets: &mut Secrets) -> Vec<Value> {
    let mut found = Vec::new();
    let url = "https://x.example/";
    for before in BEFORE_SECRETS {
        let after = if before.ends_with("user:") {
            "@x.example/"
        } else if before.contains("CDATA") {
            "]]></Password>"
        } else if before.contains(['<', '>']) {
            "</x>"
        } else if before.contains("BEGIN") {
            "\n-----END PRIVATE KEY-----"
        } else if before.contains("&lt;") {
            "&lt;/o:Password&gt;"
        } else if before.contains('"') {
            "\"}"
        } else {
            ""
        };
        found.push(json!({"method": "GET", "uri": url, "body": format!("{before}{}{after}&a={BAD}", secrets.next())}));
    }
    for key in SECRET_KEYS {
        let secret = secrets.next();
        found.push(json!({"method": "GET", "uri": url, "body": {"a": BAD, *key: secret, "z": BAD}}));
        let secret = secrets.next();
        found.push(json!({"method": "GET", "uri": url, "headers": {"a": BAD, *key: format!("Basic {secret}"), "z": BAD}}));
    }
    for value in [
        json!([secrets.next()]),
        json!(format!("P{BAD}{}", secrets.next())),
        json!(format!("two words {}", secrets.next())),
        json!(format!("pa\"ss\\{}", secrets.next())),
        json!(format!("@@{}", secrets.next())),
    ] {
        found.push(json!({"method": "GET", "uri": url, "body": {"a": BAD, "password": value, "z": BAD}}));
    }
    let raw = json!({"type": "Raw", "value": secrets.next(), "x": BAD});
    found.push(json!({"method": "GET", "uri": url, "authentication": raw}));
    let certificate = json!({"type": "ClientCertificate", "pfx": secrets.next(), "password": BAD});
    found.push(json!({"method": "GET", "uri": url, "authentication": certificate}));
    found.push(json!({"name": "ApiKey", "value": secrets.next(), "x": BAD}));
    found
}

/// Names that each contain a secret: of actions, and in expressions.
fn actions(secrets: &mut Secrets) -> Value {
    let mut actions = json!({});
    for (number, inputs) in inputs(secrets).into_iter().enumerate() {
        actions[format!("Go_{number}")] = action(inputs);
    }
    for before in ["Call https://x/?sig=", "Bearer ", "password=", "password: ", "hlb_sig=", "https://user:"]
    {
        let after = if before.ends_with("user:") { "@host.example/" } else { "" };
        let name = format!("{before}{}{after}", secrets.next());
        actions[name] = action(json!({"method": "GET", "uri": BAD}));
    }
    for (number, call) in
        ["outputs('x?sig=", "variables('Bearer ", "parameters('?sig=", "items('&sig="].iter().enumerate()
    {
        let text = format!("@{call}{}')", secrets.next());
        actions[format!("Name_{number}")] = json!({"type": "Compose", "runAfter": {}, "inputs": text});
    }
    for (number, call) in
        ["concat('https://x/?sig=", "concat('Bearer ','", "concat('x?sig=','", "setProperty(1,'password','"]
            .iter()
            .enumerate()
    {
        let text = format!("@{call}{}', outputs('Nope'))", secrets.next());
        actions[format!("Call_{number}")] = json!({"type": "Compose", "runAfter": {}, "inputs": text});
    }
    let run_after = json!({format!("&sig={}", secrets.next()): [format!("Bearer {}", secrets.next())]});
    actions["Late"] = json!({"type": "Compose", "runAfter": run_after, "inputs": 1});
    actions["Connected"] = json!({"type": "OpenApiConnection", "runAfter": {}, "inputs": {
        "host": {"connectionName": "one", "operationId": format!("Get?sig={}", secrets.next()),
            "apiId": "/providers/Microsoft.PowerApps/apis/shared_x"},
        "parameters": {"item/hlb_password": secrets.next(), "x": BAD}}});
    actions[format!("Child?sig={}", secrets.next())] =
        json!({"type": "Workflow", "runAfter": {}, "inputs": {"host": {"workflowReferenceName": id(2)}}});
    actions
}

fn flow(secrets: &mut Secrets) -> Value {
    let key = format!("Bearer {}", secrets.next());
    let logical = format!("hlb_sig={}", secrets.next());
    let mut actions = actions(secrets);
    actions["Keyed"] = actions["Connected"].clone();
    actions["Keyed"]["inputs"]["host"]["connectionName"] = json!(key);
    json!({"schemaVersion": "1.0.0.0", "properties": {
        "connectionReferences": {
            key: {"runtimeSource": "invoker", "connection": {"connectionReferenceLogicalName": logical},
                "api": {"name": format!("shared_x?sig={}", secrets.next())}},
            "one": {"runtimeSource": "embedded", "connection": {"connectionReferenceLogicalName": "hlb_one"},
                "api": {"name": "shared_x"}},
        },
        "definition": {
            "parameters": {
                "password": {"defaultValue": secrets.next(), "type": "String"},
                "Secure": {"defaultValue": secrets.next(), "type": "SecureString"},
                "Key (hlb_ApiKey)": {"defaultValue": secrets.next(), "type": "String",
                    "metadata": {"schemaName": "hlb_ApiKey", "description": format!("password={}", secrets.next())}},
                format!("?sig={}", secrets.next()): {"defaultValue": format!("Bearer {}", secrets.next()), "type": "String"},
            },
            "triggers": {format!("manual?sig={}", secrets.next()): {"type": "Request", "kind": "Button", "inputs": {}}},
            "actions": actions,
        }
    }})
}

/// A solution whose flow file has many lines or a single one.
fn package(secrets: &mut Secrets, is_one_line: bool) -> support::Files {
    let mut files =
        solution("Secrets", &[TestFlow::new(1, [2]), TestFlow { is_on: false, ..TestFlow::new(2, []) }]);
    let flow = flow(secrets);
    let text = if is_one_line { flow.to_string() } else { format!("{flow:#}") };
    // Compact JSON, as other programs write it.
    let text = text.replacen("&sig=", "\\u0026sig\\u003d", 1).replacen("\"Bearer ", "\"Bearer\\u0020", 1);
    for (path, bytes) in &mut files {
        let xml = String::from_utf8(bytes.clone()).expect("UTF-8");
        if *path == TestFlow::new(1, []).file() {
            *bytes = text.clone().into_bytes();
        } else if path == "customizations.xml" {
            let references = format!(
                "<connectionreferences><connectionreference connectionreferencelogicalname=\"hlb_sig={}\">\
                 <connectionreferencedisplayname>Bearer {}</connectionreferencedisplayname>\
                 <connectorid>/providers/Microsoft.PowerApps/apis/shared_x</connectorid></connectionreference>\
                 </connectionreferences>",
                secrets.next(),
                secrets.next()
            );
            *bytes = xml
                .replace(
                    "Flow 0001",
                    &format!("Flow password={} &amp;sig={}", secrets.next(), secrets.next()),
                )
                .replace("<connectionreferences/>", &references)
                .into_bytes();
        } else if path == "solution.xml" {
            *bytes = xml.replace(">Secrets<", &format!(">S?sig={}<", secrets.next())).into_bytes();
        }
    }
    for name in ["hlb_ApiKey", "hlb_url"] {
        let default = if name == "hlb_url" { "https://x/?sig=" } else { "" };
        let xml = format!(
            "<environmentvariabledefinition schemaname=\"{name}\"><defaultvalue>{default}{}</defaultvalue>\
             <displayname default=\"Bearer {}\"/><type>100000000</type></environmentvariabledefinition>",
            secrets.next(),
            secrets.next()
        );
        files.push((
            format!("environmentvariabledefinitions/{name}/environmentvariabledefinition.xml"),
            xml.into_bytes(),
        ));
    }
    files
}

/// A message that mentions the flow, a connection reference and a variable.
const MESSAGE: &str = "InvalidTemplate in 'Flow 0001' 00000001-0000-4000-8000-000000000000, for environment variable \
    'hlb_ApiKey', connection reference logical name 'hlb_one', workflow run action 'Go_1'";

const OUTPUTS: [&[&str]; 36] = [
    &["explain", MESSAGE, "--format", "text", "--in"],
    &["explain", MESSAGE, "--format", "json", "--in"],
    &["check", "--format", "human"],
    &["check", "--format", "json"],
    &["check", "--format", "sarif"],
    &["check", "--format", "github"],
    &["check", "--format", "azure"],
    &["check", "--format", "gitlab"],
    &["check", "--format", "junit"],
    &["check", "--format", "markdown"],
    &["check", "--format", "html"],
    &["check", "--write-baseline", "baseline.json"],
    &["graph", "--format", "json"],
    &["graph", "--format", "mermaid"],
    &["graph", "--format", "dot"],
    &["graph", "--format", "mermaid", "--with", "connections,variables,events"],
    &["graph", "--format", "svg", "--with", "connections,variables,events"],
    &["graph", "--format", "html", "--with", "connections,variables,events"],
    &["order", "--format", "text"],
    &["order", "--format", "json"],
    &["order", "--format", "csv"],
    &["order", "--format", "markdown"],
    &["order", "--format", "alm"],
    &["order", "--solutions"],
    &["connections", "--format", "table"],
    &["connections", "--format", "json"],
    &["connections", "--format", "csv"],
    &["connections", "--format", "markdown"],
    &["runbook", "--format", "markdown"],
    &["runbook", "--format", "text"],
    &["runbook", "--format", "json"],
    &["compare", "old", "--format", "human"],
    &["compare", "old", "--format", "json"],
    &["compare", "old", "--format", "markdown"],
    &["compare", "old", "--format", "html"],
    &["compare", "old", "--format", "runbook"],
];

#[test]
fn no_output_contains_a_secret() {
    for is_one_line in [false, true] {
        let mut secrets = Secrets::default();
        let folder = TempDir::new().expect("a folder");
        write_all(&folder.path().join("s"), &package(&mut secrets, is_one_line));
        // The old version of `s`, for comparisons.
        write_all(&folder.path().join("old"), &solution("Secrets", &[TestFlow::new(1, [])]));
        for args in OUTPUTS {
            let mut command = flowvet();
            command.current_dir(folder.path()).args(args).arg("s");
            if args[0] == "check" {
                command.args(["--no-config", "--profile", "strict"]);
            }
            let output = command.output().expect("runs");
            assert!(output.status.code().is_some_and(|code| code < 2), "{args:?}: {output:?}");
            let mut text = String::from_utf8(output.stdout).expect("UTF-8");
            text.push_str(&String::from_utf8(output.stderr).expect("UTF-8"));
            if args.contains(&"--write-baseline") {
                text.push_str(&fs::read_to_string(folder.path().join("baseline.json")).expect("written"));
            }
            assert!(text.contains("unknown-action") || args[0] != "check", "{args:?}: {text}");
            let leaks: Vec<&str> = text.lines().filter(|line| line.contains(START)).collect();
            assert!(leaks.is_empty(), "{args:?}, one line: {is_one_line}\n{}", leaks.join("\n"));
        }
    }
}

/// Cases in which the place determines whether a value is a secret, and ones that the search skips.
#[test]
fn findings_depend_on_the_place_of_a_secret() {
    let secret = "x9Kq7Zt4Wb2Nv8x9Kq7Zt4Wb2Nv8";
    let go = |inputs: Value| (json!({"Go": {"type": "Http", "inputs": inputs}}), json!({}));
    let parameter = |name: &str, kind: &str, value: &str| {
        (json!({}), json!({name: {"type": kind, "defaultValue": value}}))
    };
    let parse = json!({"content": "@triggerBody()", "schema": {"examples": [{"password": secret}]}});
    for (is_reported, (actions, parameters)) in [
        (true, go(json!({"uri": format!("https://user:{secret}@x.example/")}))),
        (true, go(json!({"uri": "x", "body": format!("ä https://user:{secret}@x.example/ \"")}))),
        (true, go(json!({"uri": "x", "authentication": {"type": "Raw", "value": secret}}))),
        (true, go(json!({"uri": "x", "authentication": {"type": "ClientCertificate", "pfx": secret}}))),
        (true, go(json!({"uri": "x", "body": format!("@concat('Bearer ','{secret}')")}))),
        (true, go(json!({"uri": "x", "headers": {"X-Auth-Token": secret}}))),
        (true, parameter("x", "SecureString", "correcthorse")),
        (true, parameter("ClientSecret (hlb_ClientSecret)", "String", secret)),
        (false, parameter("ClientSecret (hlb_ClientSecret)", "String", "correcthorse")),
        (false, parameter("x", "String", secret)),
        (false, go(json!({"uri": "x", "value": secret, "pfx": secret}))),
        (false, (json!({"Parse": {"type": "ParseJson", "inputs": parse}}), json!({}))),
    ] {
        let definition = json!({"triggers": {"manual": {"type": "Request", "kind": "Button", "inputs": {}}},
            "actions": actions, "parameters": parameters});
        let flow = json!({"properties": {"connectionReferences": {}, "definition": definition}});
        let mut files = solution("Place", &[TestFlow::new(1, [])]);
        files.last_mut().expect("a flow").1 = flow.to_string().into_bytes();
        let folder = TempDir::new().expect("a folder");
        write_all(folder.path(), &files);
        let output = flowvet().args(["check", "--no-config"]).arg(folder.path()).output().expect("runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        assert_eq!(text.contains("error[secret-in-definition]"), is_reported, "{flow}\n{text}");
    }
}

/// Computed from the text: a terminal would wrap lines that are too wide.
/// Where a secret is found does not depend on what else is in the file: each is alone in a flow.
#[test]
fn secrets_of_requests_are_found_by_the_place_alone() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("flow.json");
    let key = format!("{}AzFuQ%3d%3d", "Zk3vQ9tL7wX2".repeat(4));
    for (inputs, is_secret) in [
        (json!({"headers": {"X-Token": "Zk3vQ9tL7wX2bN5cR8mJ4hG6"}}), true),
        (json!({"headers": {"X-Auth-Token": "Zk3vQ9tL7wX2bN5cR8mJ4hG6"}}), true),
        (json!({"Headers": {"X-Token": "@{variables('token')}"}}), false),
        (json!({"headers": {"X-Continuation-Token": "Zk3vQ9tL7wX2bN5cR8mJ4hG6"}}), false),
        (json!({"headers": {"X-Request": "Zk3vQ9tL7wX2bN5cR8mJ4hG6"}}), false),
        (json!({"parameters": {"headers/X-Token": "Zk3vQ9tL7wX2bN5cR8mJ4hG6"}}), true),
        (json!({"queries": {"code": key}}), true),
        (json!({"queries": {"code": "DE"}}), false),
        (json!({"body": {"code": key}}), false),
    ] {
        let mut flow: Value = serde_json::from_str(&TestFlow::new(1, []).json()).expect("JSON");
        flow["properties"]["definition"]["actions"]["Go"] = action(inputs.clone());
        fs::write(&path, flow.to_string()).expect("written");
        let output = flowvet()
            .args(["check", "--no-config", "--format", "concise", "--select", "secret-in-definition"])
            .arg(&path)
            .output()
            .expect("the binary runs");
        assert_eq!(!output.stdout.is_empty(), is_secret, "{inputs}");
    }
}

#[test]
fn a_human_report_fits_its_columns() {
    let folder = TempDir::new().expect("a folder");
    let definition = json!({"properties": {"connectionReferences": {}, "definition": {"triggers": {"manual": {"type": "Request", "kind": "Button", "inputs": {}}},
        "actions": {
            "調査票の提出時に担当者へ通知を送信する": {"type": "Compose", "runAfter": {}, "inputs": "@outputs('Nope')"},
            "Long": {"type": "Compose", "runAfter": {}, "inputs": format!("日本\u{e9}\"\t {BAD} {}", "尾".repeat(90))},
            "Password": {"type": "Compose", "runAfter": {}, "inputs": {"password": "tr0ub4dor", "x": BAD}},
        }}}, "schemaVersion": "1.0.0.0"});
    for text in [definition.to_string(), format!("{definition:#}")] {
        let mut files = solution("Wide", &[TestFlow::new(1, [])]);
        files.last_mut().expect("a flow").1 = text.into_bytes();
        write_all(folder.path(), &files);
        // Output that is not a terminal has 80 columns.
        let output = flowvet().args(["check", "--no-config", "-q"]).arg(folder.path()).output();
        let output = String::from_utf8(output.expect("runs").stdout).expect("UTF-8");
        let is_excerpt = |line: &&str| {
            let line = line.trim_start_matches([' ', '|']);
            line.starts_with(|c: char| c.is_ascii_digit()) && line.contains(" | ")
        };
        let excerpts: Vec<&str> = output.lines().filter(is_excerpt).collect();
        assert!(excerpts.len() > 1, "{output}");
        let wide: Vec<&str> =
            excerpts.into_iter().filter(|line| textwrap::core::display_width(line) > 80).collect();
        assert!(output.contains("unknown-action") && wide.is_empty(), "{}", wide.join("\n"));
    }
}

/// Numbers are masked like strings.
#[test]
fn numbers_under_telling_keys_are_masked() {
    let inputs =
        json!({"uri": "x", "body": {"pin": 48_392_017, "x": BAD, "passcode": 48_392_017, "count": 31}});
    let definition = json!({"triggers": {"manual": {"type": "Request", "kind": "Button", "inputs": {}}},
        "actions": {"Go": {"type": "Http", "inputs": inputs}}});
    let flow = json!({"properties": {"connectionReferences": {}, "definition": definition}});
    for text in [flow.to_string(), format!("{flow:#}")] {
        let mut files = solution("Numbers", &[TestFlow::new(1, [])]);
        files.last_mut().expect("a flow").1 = text.into_bytes();
        let folder = TempDir::new().expect("a folder");
        write_all(folder.path(), &files);
        let output = flowvet().args(["check", "--no-config"]).arg(folder.path()).output().expect("runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(text.contains("unknown-action") && !text.contains("48392017"), "{text}");
    }
}

/// A current value travels in a file next to the definition. It may hold escapes.
#[test]
fn current_values_of_variables_are_searched() {
    let files = |value: &str| {
        let folder = "environmentvariabledefinitions/hlb_Store";
        let definition = r#"<environmentvariabledefinition schemaname="hlb_Store"><type>100000000</type></environmentvariabledefinition>"#;
        let current = json!({"environmentvariablevalues": {"environmentvariablevalue": {"value": value}}});
        let mut files = solution("Values", &[TestFlow::new(1, [])]);
        files.push((format!("{folder}/environmentvariabledefinition.xml"), definition.into()));
        files.push((format!("{folder}/environmentvariablevalues.json"), current.to_string().into_bytes()));
        files
    };
    let cases = [
        (
            "AccountName=hlb;AccountKey=q8X+7mZr2Vw1nT0cQ5yLdA9uJ4bK6eH3sP8fG2hR7tYxWvUiOoPaSdFgHjKlZxCvBnMqWeRtYuIoPaSdFgHjKl==",
            true,
        ),
        ("name=\"hlb\"\nhttps://user:hunter2Zq@store.example/", true),
        ("https://hlb.vault.azure.net/secrets/Store", false),
    ];
    for (value, is_reported) in cases {
        let folder = TempDir::new().expect("a folder");
        write_all(folder.path(), &files(value));
        let args = ["check", "--no-config", "--format", "concise"];
        let output = flowvet().args(args).arg(folder.path()).output().expect("runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        assert_eq!(text.contains("error[secret-in-variable]"), is_reported, "{value}\n{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}

/// A message quotes a part of an expression, which alone does not look like a secret.
#[test]
fn messages_about_syntax_do_not_quote_secrets() {
    for text in [
        "@https://user:hunter2Zq7vX9@host/p",
        "@concat('x' 'https://user:hunter2Zq7vX9hunter2Zq7vX9hunter2Zq7vX9@host/x')",
    ] {
        let mut files = solution("Syntax", &[TestFlow::new(1, [])]);
        let actions = json!({"Go": {"type": "Compose", "runAfter": {}, "inputs": text}});
        let definition = json!({"triggers": {"manual": {"type": "Request", "kind": "Button", "inputs": {}}}, "actions": actions});
        let flow = json!({"properties": {"connectionReferences": {}, "definition": definition}});
        files.last_mut().expect("a flow").1 = flow.to_string().into_bytes();
        let folder = TempDir::new().expect("a folder");
        write_all(folder.path(), &files);
        let output = flowvet().args(["check", "--no-config"]).arg(folder.path()).output().expect("runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(text.contains("expression-syntax") && !text.contains("hunter2"), "{text}");
    }
}
