//! The wrong one of the two names of a table: actions use its entity set name, triggers its logical name.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::calls::Call;
use super::rows::{self, LOGICAL, SET};
use crate::finding::Sink;
use crate::fix::{Edit, Fix};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule = Rule { page: page!("data/table-name-wrong"), check: Check::Flow(check) };

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalog {
    /// Entity set names by logical names.
    tables: BTreeMap<String, String>,
}

static TEXT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/catalog/dataverse-tables.toml"));

/// The catalog is part of the program, and a test parses it, so parsing cannot fail here.
static CATALOG: LazyLock<Catalog> = LazyLock::new(|| crate::embedded::read(TEXT).unwrap_or_default());

/// The reverse of the catalog: logical names by entity set names.
static BY_SET: LazyLock<BTreeMap<&str, &str>> =
    LazyLock::new(|| CATALOG.tables.iter().map(|(logical, set)| (set.as_str(), logical.as_str())).collect());

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for call in rows::of_sets(context).chain(rows::of_sets_elsewhere(context)) {
        let Some(name) = call.literal(SET) else { continue };
        if let Some(meant) = meant_set(context, &name.to_lowercase()).filter(|meant| meant.may_be(&call)) {
            report(context, &call, SET, name, &meant, sink);
        }
    }
    for call in rows::of_rows(context).chain(rows::of_rows_elsewhere(context)) {
        let Some(name) = call.literal(LOGICAL) else { continue };
        if let Some(meant) = meant_table(context, &name.to_lowercase()).filter(|meant| meant.may_be(&call)) {
            report(context, &call, LOGICAL, name, &meant, sink);
        }
    }
}

/// The name that was meant, and what is wrong with the written name.
struct Meant {
    name: String,
    fault: Fault,
}

/// What is wrong with the written name.
enum Fault {
    /// It is the logical name.
    Logical,
    /// It is the entity set name.
    Set,
    /// It is a misspelled name of a table in the inputs.
    Misspelled,
}

impl Meant {
    /// Whether a call may mean it. Another environment may have a table whose name is merely similar.
    fn may_be(&self, call: &Call<'_>) -> bool {
        !matches!(self.fault, Fault::Misspelled) || !rows::is_elsewhere(call)
    }
}

/// The entity set that was meant by the name of something else.
fn meant_set(context: &FlowContext<'_, '_>, name: &str) -> Option<Meant> {
    let shipped = &context.run.workspace.shipped;
    if shipped.table_of_set(name).is_some() || BY_SET.contains_key(name) {
        return None;
    }
    let own = shipped.tables.get(name).and_then(|table| table.set_name.as_ref());
    if let Some(set) = own.or_else(|| CATALOG.tables.get(name)) {
        return Some(Meant { name: set.clone(), fault: Fault::Logical });
    }
    let sets = shipped.tables.values().filter_map(|table| table.set_name.as_deref());
    nearest_name(context, name, sets)
}

/// The table that was meant by the name of something else.
fn meant_table(context: &FlowContext<'_, '_>, name: &str) -> Option<Meant> {
    let shipped = &context.run.workspace.shipped;
    if shipped.tables.contains_key(name) || CATALOG.tables.contains_key(name) {
        return None;
    }
    let own = shipped.table_of_set(name).map(|table| table.logical_name.as_str());
    if let Some(table) = own.or_else(|| BY_SET.get(name).copied()) {
        return Some(Meant { name: table.to_owned(), fault: Fault::Set });
    }
    nearest_name(context, name, shipped.tables.keys().map(String::as_str))
}

/// The correct spelling of a misspelled name, among names of the same publisher.
fn nearest_name<'a>(
    context: &FlowContext<'_, '_>,
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> Option<Meant> {
    let (prefix, _) = name.split_once('_')?;
    // A flow may use a table of another solution whose name is merely similar.
    let known = context.suggestions.within(known);
    let of_prefix = known.filter(|known| known.split_once('_').is_some_and(|(other, _)| other == prefix));
    let near = context.suggestions.misspelled(name, context.nearest(name, of_prefix))?;
    Some(Meant { name: near.to_owned(), fault: Fault::Misspelled })
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
    let what = match meant.fault {
        Fault::Logical => format!("the logical name `{name}` of a table instead of its entity set name"),
        Fault::Set => format!("the entity set name `{name}` of a table instead of its logical name"),
        Fault::Misspelled => format!("the table `{name}`, which is in no input"),
    };
    let message = format!("{} uses {what}", context.named(call.step()));
    let edit = Edit::text(place.clone(), &meant.name);
    sink.report(place, format!("expected `{}`", meant.name), message)
        .help(format!("choose the table again in the step, or write `{}`", meant.name))
        .fix(Fix::unsafe_(format!("write `{}`", meant.name), [edit]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalog_can_be_parsed_and_no_set_is_a_table() {
        let catalog: Catalog = crate::embedded::read(TEXT).expect("the catalog");
        assert!(catalog.tables.len() > 40);
        assert!(catalog.tables.values().all(|set| !catalog.tables.contains_key(set)));
    }
}
