//! A connection reference that is for another connector than before.

use crate::catalog;
use crate::compare::Change;
use crate::finding::Sink;
use crate::model::ConnectorName;
use crate::rules::compared::Compared;
use crate::rules::{Check, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/reference-connector-changed"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    for change in &compared.comparison.references {
        let Change::Changed { new: (solution, name), diff } = change else { continue };
        let Some((old, new)) = &diff.connector else { continue };
        let references = compared.new.workspace.solution(*solution).references.as_ref();
        let Some(reference) = references.and_then(|references| references.get(name)) else { continue };
        let message =
            format!("the connection reference `{name}` was for {} and is for {}", words(old), words(new));
        let finding = sink.report(reference.connector_place.clone(), "another connector", message);
        finding.key([name.as_str()]).help(
            "the connection that it has in the target is of the old connector: choose a new one after the import. Better, \
             add a new connection reference and keep this one",
        );
    }
}

fn words(connector: &ConnectorName) -> String {
    let known = catalog::connector(connector.as_str());
    known.map_or_else(|| format!("`{connector}`"), |known| known.name.clone())
}
