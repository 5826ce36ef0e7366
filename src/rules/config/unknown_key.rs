//! An unknown key in the configuration.

use crate::finding::Sink;
use crate::fix::{Edit, Fix};
use crate::rules::{Check, Context, Rule, Scope, page};
use crate::suggest;
use crate::wording::quoted;

pub(super) const RULE: Rule = Rule { page: page!("config/unknown-key"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    if context.scope == Scope::Flows {
        return;
    }
    for unknown in &context.config.unknown_keys {
        let Some(place) = context.config.place(unknown.key.span) else { continue };
        let table = unknown.table.as_ref().map_or_else(String::new, |table| format!(" in `{table}`"));
        let message = format!("unknown key `{}`{table}", unknown.key.text);
        let near = suggest::nearest(&unknown.key.text, unknown.known.iter().copied());
        let edit = near.map(|near| Edit::text(place.clone(), near));
        let finding = sink.report(place, "no effect", message);
        finding.fix(edit.map(|edit| Fix::unsafe_(format!("write `{}`", near.unwrap_or_default()), [edit])));
        finding.key([unknown.table.as_deref().unwrap_or_default(), &unknown.key.text]);
        finding.help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the known keys are {}", quoted(unknown.known.iter().copied())),
        });
    }
}
