//! A flow that changes whose connection it uses.

use crate::catalog;
use crate::compare::Change;
use crate::finding::Sink;
use crate::model::RuntimeSource;
use crate::rules::compared::Compared;
use crate::rules::{Check, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/connection-source-changed"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    for change in &compared.comparison.flows {
        let Change::Changed { new, diff } = change else { continue };
        let flow = compared.new.workspace.flow(*new);
        for change in &diff.connections {
            let (Some(old), Some(new)) = (&change.old, &change.new) else { continue };
            let connection = flow.content.as_ref().and_then(|content| content.connection(&change.key));
            let place = connection.and_then(|one| flow.place(one.route(), Part::Key));
            let Some(place) = place.filter(|_| old.source != new.source) else { continue };
            let known = new.connector.as_ref().and_then(|name| catalog::connector(name.as_str()));
            let connector = known.map_or_else(|| format!("`{}`", change.key), |known| known.name.clone());
            let (label, message, help) = match new.source {
                RuntimeSource::Invoker => (
                    "provided by the run-only user",
                    format!("`{}` now uses the run-only user's connection for {connector}", flow.name),
                    "everyone who runs the flow needs such a connection. A flow that is called by another flow cannot \
                     have it: choose \"Use this connection\" under \"Run only users\"",
                ),
                RuntimeSource::Embedded => (
                    "the flow's own connection",
                    format!(
                        "`{}` now uses its own connection for {connector}, not the run-only user's",
                        flow.name
                    ),
                    "choose a connection for its connection reference in the target. Everyone who runs the flow acts with \
                     the rights of that connection",
                ),
            };
            sink.report(place, label, message).key([change.key.as_str()]).help(help);
        }
    }
}
