//! `flowvet.toml` as it is written: what serde reads, and what the JSON Schema for editors is made from.
//!
//! Doc comments of fields are the descriptions that an editor shows.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use crate::finding::Severity;

/// The configuration of flowvet: what the gate demands, and what it lets pass for a reason.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct File {
    /// Which rules run. `--profile` goes before it.
    pub(crate) profile: Option<Profile>,
    /// The lowest severity that makes the exit code 1. `--fail-on` goes before it.
    pub(crate) fail_on: Option<FailOn>,
    /// Deployment settings files, relative to this file.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(crate) settings: Vec<Spanned<String>>,
    /// The severity of a rule (`child-flow-off`) or of a category (`webhooks`). A rule goes before its category. A rule
    /// that is off by default is turned on by its own name alone.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, Level>"))]
    pub(crate) rules: Levels,
    /// Severities for some flows or solutions. The last one that fits counts.
    #[serde(rename = "override")]
    pub(crate) overrides: Vec<OverrideTable>,
    /// Whose connections flows may use.
    pub(crate) run_only: RunOnlyTable,
    /// Which events a receiver must have.
    pub(crate) webhook: Vec<WebhookTable>,
    /// The environment that the solutions are imported into.
    pub(crate) target: TargetTable,
    /// Findings that are known and accepted.
    pub(crate) ignore: Vec<IgnoreTable>,
}

/// Severities by the name of a rule or category.
pub(crate) type Levels = BTreeMap<Spanned<String>, Level>;

/// Severities for some flows or solutions.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) struct OverrideTable {
    /// Globs over the names of flows; every flow where there are none.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(crate) flows: Vec<Spanned<String>>,
    /// Globs over the unique names of solutions; every solution where there are none.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(crate) solutions: Vec<Spanned<String>>,
    /// The severity of a rule or category there.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, Level>"))]
    pub(crate) rules: Levels,
}

/// Whose connections flows may use.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct RunOnlyTable {
    /// Globs over the names of flows that must not use a connection of their run-only user.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(crate) require_own_connections: Vec<Spanned<String>>,
}

/// Which events a receiver must have.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) struct WebhookTable {
    /// A glob over the names of the flows that receive the events.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) receiver: Spanned<String>,
    /// The names of the events, as their provider writes them.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(crate) events: Vec<Spanned<String>>,
}

/// The environment that the solutions are imported into.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct TargetTable {
    /// Unique names of solutions that are there already: what they bring is not missing.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(crate) solutions: Vec<Spanned<String>>,
}

/// Findings that are known and accepted.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) struct IgnoreTable {
    /// The rule.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) rule: Spanned<String>,
    /// The flow: its id, or a glob over names; any flow where it is absent.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) flow: Option<Spanned<String>>,
    /// A glob over the unique names of solutions; any solution where it is absent.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) solution: Option<Spanned<String>>,
    /// A JSON pointer into the flow's file: only findings at this place or below it.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) at: Option<Spanned<String>>,
    /// Why it is accepted.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) reason: Spanned<String>,
    /// The last day on which it counts: `until = 2027-01-31`.
    #[cfg_attr(test, schemars(with = "Option<String>", extend("format" = "date")))]
    pub(crate) until: Option<Spanned<Datetime>>,
}

/// The severity that a configuration gives to a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// Will fail.
    Error,
    /// Likely to fail, or a risk in operation.
    Warning,
    /// Good to know.
    Info,
    /// Not reported.
    Off,
}

impl Level {
    /// The severity; none for what is not reported.
    pub(crate) fn severity(self) -> Option<Severity> {
        match self {
            Level::Error => Some(Severity::Error),
            Level::Warning => Some(Severity::Warning),
            Level::Info => Some(Severity::Info),
            Level::Off => None,
        }
    }
}

/// A choice of rules.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// What is certain or likely to break.
    #[default]
    Recommended,
    /// Every rule.
    Strict,
    /// What can stop a flow from being turned on.
    Activation,
}

/// What makes the exit code 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Errors.
    #[default]
    Error,
    /// Errors and warnings.
    Warning,
    /// Any finding.
    Info,
    /// Nothing.
    Never,
}

impl FailOn {
    /// Whether a finding of this severity makes the exit code 1.
    pub fn includes(self, severity: Severity) -> bool {
        match self {
            FailOn::Error => severity >= Severity::Error,
            FailOn::Warning => severity >= Severity::Warning,
            FailOn::Info => true,
            FailOn::Never => false,
        }
    }
}

/// The keys of every table with a fixed set of them. A test holds them to the structs above.
pub(crate) const KEYS: &[(&str, &[&str])] = &[
    ("", &["profile", "fail-on", "settings", "rules", "override", "run-only", "webhook", "target", "ignore"]),
    ("override", &["flows", "solutions", "rules"]),
    ("run-only", &["require-own-connections"]),
    ("webhook", &["receiver", "events"]),
    ("target", &["solutions"]),
    ("ignore", &["rule", "flow", "solution", "at", "reason", "until"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn schema() -> serde_json::Value {
        let mut schema = schemars::schema_for!(File).to_value();
        close(&mut schema);
        schema["title"] = "flowvet.toml".into();
        let names = rule_names(true);
        schema["properties"]["rules"]["propertyNames"] = names.clone();
        schema["$defs"]["OverrideTable"]["properties"]["rules"]["propertyNames"] = names;
        schema["$defs"]["IgnoreTable"]["properties"]["rule"]["anyOf"] = rule_names(false)["anyOf"].clone();
        schema
    }

    /// The rules, so that an editor completes them; with their categories in front they are not listed.
    fn rule_names(with_categories: bool) -> serde_json::Value {
        let entries = crate::rules::all();
        let mut names: BTreeSet<&str> = entries.iter().map(|entry| entry.meta.id.as_str()).collect();
        if with_categories {
            names.extend(entries.iter().map(|entry| entry.meta.category.as_str()));
        }
        serde_json::json!({"anyOf": [{"enum": names}, {"pattern": "^[a-z-]+/[a-z-]+$"}]})
    }

    /// Says of every object with fixed members that there are no others; the reader says so too.
    fn close(schema: &mut serde_json::Value) {
        if let Some(object) = schema.as_object_mut() {
            if object.contains_key("properties") {
                object.insert("additionalProperties".to_owned(), false.into());
            }
            object.values_mut().for_each(close);
        }
    }

    #[test]
    fn the_committed_schema_is_fresh() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/flowvet.schema.json");
        let fresh = serde_json::to_string_pretty(&schema()).expect("json") + "\n";
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(&path, &fresh).expect("a file");
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == fresh, "schema/flowvet.schema.json is stale: run cargo xtask refresh --lib");
    }

    #[test]
    fn the_known_keys_are_those_of_the_structs() {
        let schema = schema();
        let names = |object: &serde_json::Value| -> BTreeSet<String> {
            object["properties"].as_object().expect("properties").keys().cloned().collect()
        };
        let tables = [
            ("override", "OverrideTable"),
            ("run-only", "RunOnlyTable"),
            ("webhook", "WebhookTable"),
            ("target", "TargetTable"),
            ("ignore", "IgnoreTable"),
        ];
        for (table, keys) in KEYS {
            let definition = tables.iter().find(|(name, _)| name == table);
            let object = definition.map_or(&schema, |(_, definition)| &schema["$defs"][definition]);
            let keys: BTreeSet<String> = keys.iter().map(|key| (*key).to_owned()).collect();
            assert_eq!(keys, names(object), "[{table}]");
        }
        assert_eq!(KEYS.len(), tables.len() + 1);
    }
}
