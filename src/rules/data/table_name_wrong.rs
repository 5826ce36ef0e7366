//! A table by the wrong one of its two names: actions name the set of its rows, triggers the table.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::calls::Call;
use super::rows::{self, LOGICAL, SET};
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule = Rule { page: page!("data/table-name-wrong"), check: Check::Flow(check) };

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalog {
    /// The names of sets by logical names.
    tables: BTreeMap<String, String>,
}

static TEXT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/catalog/dataverse-tables.toml"));

/// The catalog is part of the program: that it can be read is held by a test.
static CATALOG: LazyLock<Catalog> = LazyLock::new(|| toml::from_str(TEXT).unwrap_or_default());

/// The catalog the other way round: logical names by the names of sets.
static BY_SET: LazyLock<BTreeMap<&str, &str>> =
    LazyLock::new(|| CATALOG.tables.iter().map(|(logical, set)| (set.as_str(), logical.as_str())).collect());

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for call in rows::of_sets(context) {
        let Some(name) = call.literal(SET) else { continue };
        if let Some(meant) = meant_set(context, &name.to_lowercase()) {
            report(context, &call, SET, name, &meant, sink);
        }
    }
    for call in rows::of_rows(context) {
        let Some(name) = call.literal(LOGICAL) else { continue };
        if let Some(meant) = meant_table(context, &name.to_lowercase()) {
            report(context, &call, LOGICAL, name, &meant, sink);
        }
    }
}

/// The name that was meant, and what is wrong with the one that is there.
struct Meant {
    name: String,
    /// To be read after the name that is there.
    fault: &'static str,
}

/// The set that a name means which is none.
fn meant_set(context: &FlowContext<'_, '_>, name: &str) -> Option<Meant> {
    let shipped = &context.run.workspace.shipped;
    if shipped.table_of_set(name).is_some() || BY_SET.contains_key(name) {
        return None;
    }
    let own = shipped.tables.get(name).and_then(|table| table.set_name.as_ref());
    if let Some(set) = own.or_else(|| CATALOG.tables.get(name)) {
        let fault = ", its logical name, where the set name is expected";
        return Some(Meant { name: set.clone(), fault });
    }
    let sets = shipped.tables.values().filter_map(|table| table.set_name.as_deref());
    similar(context, name, sets)
}

/// The table that a name means which is none.
fn meant_table(context: &FlowContext<'_, '_>, name: &str) -> Option<Meant> {
    let shipped = &context.run.workspace.shipped;
    if shipped.tables.contains_key(name) || CATALOG.tables.contains_key(name) {
        return None;
    }
    let own = shipped.table_of_set(name).map(|table| table.logical_name.as_str());
    if let Some(table) = own.or_else(|| BY_SET.get(name).copied()) {
        let fault = ", its set name, where the logical name is expected";
        return Some(Meant { name: table.to_owned(), fault });
    }
    similar(context, name, shipped.tables.keys().map(String::as_str))
}

/// The name of the same publisher that another one is a misspelling of.
fn similar<'a>(
    context: &FlowContext<'_, '_>,
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> Option<Meant> {
    let (prefix, _) = name.split_once('_')?;
    // A flow may use a table of another solution, whose name is only alike.
    let known = context.suggestions.within(known);
    let of_prefix = known.filter(|known| known.split_once('_').is_some_and(|(other, _)| other == prefix));
    let near = context.suggestions.misspelled(name, context.nearest(name, of_prefix))?;
    Some(Meant { name: near.to_owned(), fault: ", which is in no input" })
}

fn report(
    context: &FlowContext<'_, '_>,
    call: &Call<'_>,
    key: &str,
    name: &str,
    meant: &Meant,
    sink: &mut Sink,
) {
    let Some(place) = call.place(context, &[key], Part::Value) else { return };
    let message = format!("{} names a table `{name}`{}", context.named(call.step), meant.fault);
    sink.report(place, format!("expected `{}`", meant.name), message)
        .help(format!("choose the table again in the step, or write `{}`", meant.name));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalog_can_be_read_and_no_set_is_a_table() {
        let catalog: Catalog = toml::from_str(TEXT).expect("the catalog");
        assert!(catalog.tables.len() > 40);
        assert!(catalog.tables.values().all(|set| !catalog.tables.contains_key(set)));
    }
}
