//! The tools as agents see them: names, descriptions, and the schemas of their arguments.

use serde_json::{Value, json};

/// The list of tools.
pub(super) fn tools() -> Value {
    json!([check(), fix(), explain(), order(), compare()])
}

/// A tool that only reads.
fn tool(name: &str, title: &str, description: &str, properties: Value, required: &[&str]) -> Value {
    json!({
        "name": name,
        "title": title,
        "description": description,
        "inputSchema": {
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false
        },
        "annotations": {
            "title": title,
            "readOnlyHint": true,
            "destructiveHint": false,
            "idempotentHint": true,
            "openWorldHint": false
        }
    })
}

fn texts(description: &str) -> Value {
    json!({ "type": "array", "items": { "type": "string" }, "description": description })
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn one_of(names: &[&str], description: &str) -> Value {
    json!({ "type": "string", "enum": names, "description": description })
}

const PATHS: &str = "Exported solutions (.zip), or folders of unpacked ones, relative to the folder of the project. Default: \
                     the whole project. Solutions that use each other belong into one call.";
const SETTINGS: &str = "Deployment settings files of the target environment.";

fn check() -> Value {
    let properties = json!({
        "paths": texts(PATHS),
        "settings": texts(SETTINGS),
        "profile": profile(),
        "rules": texts("Report only these rules or categories."),
        "flow": text("Report only flows whose name matches this glob, or with this id."),
        "severity": one_of(&["error", "warning", "info"], "Report only findings of this severity and above. Default: info."),
        "limit": { "type": "integer", "minimum": 1, "maximum": 100, "description": "How many findings to return. Default: 20." },
        "offset": { "type": "integer", "minimum": 0, "description": "How many findings to leave out, to get the next ones." }
    });
    let description = "Checks Power Automate solutions offline: what will fail on import or at run time, where, why, and how \
                       to fix it. Returns the most serious findings first. Use it after each change of a flow.";
    let mut tool = tool("check", "Check solutions", description, properties, &[]);
    tool["outputSchema"] = found();
    tool
}

fn fix() -> Value {
    let properties = json!({
        "paths": texts(PATHS),
        "settings": texts(SETTINGS),
        "profile": profile(),
        "rules": texts("Fix only findings of these rules or categories."),
        "flow": text("Fix only flows whose name matches this glob, or with this id."),
        "unsafe": { "type": "boolean", "description": "Also use fixes that may change what a flow does. Read the diff first. Default: false." },
        "apply": { "type": "boolean", "description": "Change the files. Default: false, which only shows the changes." },
        "into": text("With `apply`, and a single zip in `paths`: the new file for the fixed copy of the zip, which itself never changes.")
    });
    let description = "Fixes findings of `check` that flowvet can fix by itself, and returns the changes as a unified diff. \
                       Files change only with `apply`, and zips never do: \
                       `into` writes a fixed copy.";
    let mut tool = tool("fix", "Fix findings", description, properties, &[]);
    tool["annotations"]["readOnlyHint"] = json!(false);
    tool["annotations"]["destructiveHint"] = json!(true);
    tool
}

fn profile() -> Value {
    one_of(
        &["recommended", "strict", "activation"],
        "Which rules run: recommended (default), strict (all), or activation (what keeps flows from being turned on).",
    )
}

/// The schema of what `check` returns.
fn found() -> Value {
    let count = json!({ "type": "integer", "minimum": 0 });
    let counts = |names: &[&str]| {
        let properties: serde_json::Map<String, Value> =
            names.iter().map(|name| ((*name).to_owned(), count.clone())).collect();
        json!({ "type": "object", "properties": properties, "required": names })
    };
    let optional = json!({ "type": ["string", "null"] });
    let text = json!({ "type": "string" });
    json!({
        "type": "object",
        "properties": {
            "summary": counts(&["errors", "warnings", "infos", "ignored"]),
            "flows": counts(&["turn_on", "stay_off", "will_not_turn_on", "unknown"]),
            "total": count,
            "offset": count,
            "next_offset": { "type": ["integer", "null"] },
            "findings": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "rule": text,
                        "severity": one_of(&["error", "warning", "info"], "How serious it is."),
                        "message": text,
                        "help": optional,
                        "flow": optional,
                        "file": text,
                        "line": count,
                        "column": count,
                        "pointer": optional,
                        "platform_errors": { "type": "array", "items": text },
                        "related": { "type": "array", "items": { "type": "object" } }
                    },
                    "required": ["rule", "severity", "message", "file", "line", "column"]
                }
            }
        },
        "required": ["summary", "flows", "total", "offset", "next_offset", "findings"]
    })
}

fn explain() -> Value {
    let properties = json!({
        "what": text("The id of a rule, the code of an error, an error message as it was printed, or the path of a log file."),
        "paths": texts("Solutions that the message is about: their flows and steps are looked up."),
        "settings": texts(SETTINGS)
    });
    let description = "Explains a rule of flowvet, or an error of Power Automate: what it means, why it happens, how to fix it.";
    tool("explain", "Explain a rule or an error", description, properties, &["what"])
}

fn order() -> Value {
    let properties = json!({
        "paths": texts(PATHS),
        "only": text("A flow by name or id: only it, and the flows that have to be on before it."),
        "reverse": { "type": "boolean", "description": "The order for turning flows off." },
        "solutions": { "type": "boolean", "description": "The order in which solutions have to be imported." }
    });
    let description = "Computes the order in which flows can be turned on (child flows before their callers), or in which \
                       solutions have to be imported.";
    tool("order", "Order flows or solutions", description, properties, &[])
}

fn compare() -> Value {
    let properties = json!({
        "new": text("The folder or zip of the new version."),
        "old": text("The folder or zip of the old version."),
        "git": text("Instead of `old`: a revision of the Git repository, such as `origin/main` or `HEAD`."),
        "others": texts("Other solutions of the same environment."),
        "import": one_of(&["update", "upgrade", "patch"], "How the new version is imported."),
        "settings": texts(SETTINGS)
    });
    let description = "Compares two versions of a solution: what changes, and what the import of the new version will break. \
                       With `git` set to `HEAD`, it shows what the uncommitted changes mean.";
    tool("compare", "Compare two versions", description, properties, &["new"])
}
