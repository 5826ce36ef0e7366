//! The format of `flowvet.toml`: serde deserializes it, and the JSON Schema for editors is generated from it.
//!
//! Editors show the documentation comments of the fields.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use crate::finding::Severity;

/// The configuration of flowvet: which findings fail a check, policies for flows, and accepted findings.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct File {
    /// Which rules run. `--profile` overrides it.
    pub(crate) profile: Option<Profile>,
    /// The lowest severity that makes the exit code 1. `--fail-on` overrides it.
    pub(crate) fail_on: Option<FailOn>,
    /// Deployment settings files, relative to this file.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(crate) settings: Vec<Spanned<String>>,
    /// The severity of a rule (`child-flow-off`) or of a category (`webhooks`). A rule overrides its category. A rule that
    /// is off by default is turned on only by its own name.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, Level>"))]
    pub(crate) rules: Levels,
    /// Severities for some flows or solutions. If several match, the last one applies.
    #[serde(rename = "override")]
    pub(crate) overrides: Vec<OverrideTable>,
    /// Which flows may use connections of their run-only users.
    pub(crate) run_only: RunOnlyTable,
    /// Which events a receiver must get.
    pub(crate) webhook: Vec<WebhookTable>,
    /// The environment into which the solutions are imported.
    pub(crate) target: TargetTable,
    /// Accepted findings.
    pub(crate) ignore: Vec<IgnoreTable>,
}

/// Severities by rule or category.
pub(crate) type Levels = BTreeMap<Spanned<String>, Level>;

/// Severities for some flows or solutions.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) struct OverrideTable {
    /// Globs for the names of flows. Without them, all flows match.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(crate) flows: Vec<Spanned<String>>,
    /// Globs for the unique names of solutions. Without them, all solutions match.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(crate) solutions: Vec<Spanned<String>>,
    /// The severity of a rule or category in them.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, Level>"))]
    pub(crate) rules: Levels,
}

/// Which flows may use connections of their run-only users.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct RunOnlyTable {
    /// Globs for the names of flows that must not use a connection of their run-only user.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(crate) require_own_connections: Vec<Spanned<String>>,
}

/// Which events a receiver must get.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) struct WebhookTable {
    /// A glob for the names of the flows that receive the events.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) receiver: Spanned<String>,
    /// The names of the events, as their provider spells them.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(crate) events: Vec<Spanned<String>>,
}

/// The environment into which the solutions are imported.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct TargetTable {
    /// Unique names of solutions that are already in the environment. Their components are not reported as missing.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(crate) solutions: Vec<Spanned<String>>,
}

/// Accepted findings.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) struct IgnoreTable {
    /// The rule.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) rule: Spanned<String>,
    /// The flow: its id, or a glob for its name. Without it, all flows match.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) flow: Option<Spanned<String>>,
    /// A glob for the unique names of solutions. Without it, all solutions match.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) solution: Option<Spanned<String>>,
    /// A JSON pointer into the flow's file. Only findings at or below this place match.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) at: Option<Spanned<String>>,
    /// Why you accept the finding.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) reason: Spanned<String>,
    /// The last day on which the ignore applies: `until = 2027-01-31`.
    #[cfg_attr(test, schemars(with = "Option<String>", extend("format" = "date")))]
    pub(crate) until: Option<Spanned<Datetime>>,
}

/// The severity of a rule in a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// Something will fail.
    Error,
    /// Something is likely to fail, or risky.
    Warning,
    /// Good to know.
    Info,
    /// Not reported.
    Off,
}

impl Level {
    /// The severity; `None` for `off`.
    pub(crate) fn severity(self) -> Option<Severity> {
        match self {
            Level::Error => Some(Severity::Error),
            Level::Warning => Some(Severity::Warning),
            Level::Info => Some(Severity::Info),
            Level::Off => None,
        }
    }
}

/// A selection of rules.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Rules about what will break or is likely to.
    #[default]
    Recommended,
    /// All rules.
    Strict,
    /// Rules about what can prevent a flow from being turned on.
    Activation,
}

/// Which findings make the exit code 1.
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
    /// All findings.
    Info,
    /// No findings.
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

/// The keys of every table with fixed keys. A test compares them with the structs above.
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

    /// The names of rules, which editors complete. Qualified names such as `activation/child-flow-off` are valid, but
    /// not listed.
    fn rule_names(with_categories: bool) -> serde_json::Value {
        let mut names: BTreeSet<&str> = crate::rules::all().map(|rule| rule.page.id).collect();
        if with_categories {
            names.extend(crate::rules::all().map(|rule| rule.page.category));
        }
        serde_json::json!({"anyOf": [{"enum": names}, {"pattern": "^[a-z-]+/[a-z-]+$"}]})
    }

    /// Disallows additional members in every object with fixed members, as `read` does.
    fn close(schema: &mut serde_json::Value) {
        if let Some(object) = schema.as_object_mut() {
            if object.contains_key("properties") {
                object.insert("additionalProperties".to_owned(), false.into());
            }
            object.values_mut().for_each(close);
        }
    }

    #[test]
    fn the_committed_schema_is_up_to_date() {
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
    fn known_keys_match_the_structs() {
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
