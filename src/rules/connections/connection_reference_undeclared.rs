//! A flow uses a connection reference that is declared nowhere.

use super::{UndeclaredReference, undeclared};
use crate::catalog;
use crate::finding::Sink;
use crate::fix::{Fix, append_sibling};
use crate::parse::xml::escaped;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/connection-reference-undeclared"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    // The declaration may be in a part of the input that could not be read.
    if !context.workspace.is_complete() {
        return;
    }
    for one in undeclared(context) {
        let Some(manifest) = &one.solution.manifest else { continue };
        if one.solution.missing(&one.requirement()).is_some() {
            continue;
        }
        let Some((first, others)) = one.places.split_first() else { continue };
        let message = format!(
            "`{}` uses the connection reference `{}`, which is not among the inputs or the missing dependencies of `{}`",
            one.flow.name, one.name, manifest.unique_name
        );
        let finding = sink.report(first.clone(), "not declared", message);
        for place in others {
            finding.also(place.clone(), "and here");
        }
        finding.fix(declaration(context, &one));
        finding.help("add the connection reference to the solution (Add existing > More > Connection reference) and export again");
    }
}

/// The declaration to add after another one of the solution. It is incomplete: an import needs the record of the reference,
/// which only an environment has. `None` if the solution declares a reference of the same connector, which may be the one
/// that was meant.
fn declaration(context: &Context<'_>, one: &UndeclaredReference<'_>) -> Option<Fix> {
    let connections = &one.flow.content.as_ref()?.connections;
    let connection =
        connections.iter().find(|connection| connection.logical_name.as_ref() == Some(&one.name))?;
    let connector = connection.connector.as_ref()?;
    catalog::connector(connector.as_str())?;
    let declared = one.solution.references.as_ref()?;
    if declared.values().any(|other| other.connector.as_ref() == Some(connector)) {
        return None;
    }
    let last = declared.values().max_by_key(|other| crate::parse::locate(context.sources, &other.place))?;
    let lines = [
        &*format!("<connectionreference connectionreferencelogicalname=\"{}\">", escaped(one.name.as_str())),
        &*format!(
            "  <connectorid>/providers/Microsoft.PowerApps/apis/{}</connectorid>",
            escaped(connector.as_str())
        ),
        "</connectionreference>",
    ];
    let edit = append_sibling(context.sources, &last.place, &lines)?;
    Some(Fix::display(format!("declare `{}`", one.name), [edit]))
}
