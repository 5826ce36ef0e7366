//! A step that uses a deprecated operation of its connector.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::dataverse::operation;
use super::report_at;
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{Part, Place};

pub(super) const RULE: Rule = Rule { page: page!("definition/deprecated-action"), check: Check::Flow(check) };

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeprecatedCatalog {
    operation: Vec<Deprecated>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deprecated {
    connector: String,
    operation: Option<String>,
    title: String,
    instead: String,
    source: String,
}

static TEXT: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/catalog/deprecated-operations.toml"));

/// The catalog is part of the program, and a test parses it, so parsing cannot fail here.
static CATALOG: LazyLock<DeprecatedCatalog> =
    LazyLock::new(|| crate::embedded::read(TEXT).unwrap_or_default());

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let mut uses: BTreeMap<usize, Vec<Place>> = BTreeMap::new();
    for owner in context.semantic.owners() {
        let Some(inputs) = context.semantic.body(owner).get("inputs") else { continue };
        let api = inputs.at(&["host", "apiId"]).and_then(|api| api.as_str()).unwrap_or_default();
        let connector = api.rsplit('/').next().unwrap_or_default();
        let known = CATALOG.operation.iter().position(|entry| entry.is(connector, operation(inputs)));
        let Some(known) = known else { continue };
        let route = context.semantic.route(owner).keys(&["inputs", "host", "operationId"]);
        uses.entry(known).or_default().extend(context.flow.place(route, Part::Value));
    }
    for (known, places) in uses {
        let Deprecated { title, instead, source, .. } = &CATALOG.operation[known];
        let message = format!("`{}` uses \"{title}\", which is deprecated", context.flow.name);
        if let Some(finding) = report_at(sink, places, "deprecated", message) {
            finding.help(format!("use {instead} instead: {source}"));
        }
    }
}

impl Deprecated {
    fn is(&self, connector: &str, operation: &str) -> bool {
        self.connector.eq_ignore_ascii_case(connector)
            && self.operation.as_deref().is_none_or(|own| own.eq_ignore_ascii_case(operation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalog_can_be_parsed_and_has_sources() {
        let catalog: DeprecatedCatalog = crate::embedded::read(TEXT).expect("the catalog");
        assert!(
            catalog.operation.iter().all(|entry| entry.source.starts_with("https://learn.microsoft.com/"))
        );
    }
}
