//! A registration flow that can create a registration but not replace it.

use std::collections::BTreeMap;

use crate::catalog::RegistrationForm;
use crate::finding::Sink;
use crate::model::FlowIx;
use crate::rules::{Check, Context, Rule, page};
use crate::webhooks::Registration;
use crate::wording::quoted;

pub(super) const RULE: Rule =
    Rule { page: page!("webhooks/registration-without-overwrite"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    let mut flows: BTreeMap<(FlowIx, &str), Vec<&Registration>> = BTreeMap::new();
    for one in context.webhooks.registrations.iter().filter(|one| one.provider.can_overwrite()) {
        flows.entry((one.flow, &one.provider.id)).or_default().push(one);
    }
    for ((flow, _), registrations) in flows {
        if registrations.iter().any(|one| one.overwrites) {
            continue;
        }
        let first = registrations[0];
        let message = format!(
            "{} registers with {} but cannot replace an existing registration",
            context.name(flow),
            first.provider.name
        );
        let finding =
            sink.report(first.place.clone(), format!("`{}` only creates", first.operation), message);
        for other in &registrations[1..] {
            finding.also(other.place.clone(), format!("`{}` only creates", other.operation));
        }
        finding.help(help(first));
    }
}

/// What to do, with the operations of the kind that the flow already uses.
fn help(registration: &Registration) -> String {
    let (mut view, mut replace) = (Vec::new(), Vec::new());
    for form in &registration.provider.registrations {
        match form {
            RegistrationForm::Operation(form) if !registration.is_call => {
                view.extend(form.view_operations.iter().map(String::as_str));
                replace.extend(form.overwrite_operations.iter().map(String::as_str));
            }
            RegistrationForm::Http(form) if registration.is_call => {
                replace.extend(form.overwrite_method.iter().map(String::as_str));
            }
            RegistrationForm::Operation(_) | RegistrationForm::Http(_) => {}
        }
    }
    replace.dedup();
    let look = if view.is_empty() {
        String::new()
    } else {
        format!("read the registration with {}, and ", quoted(view))
    };
    let replace = quoted(replace);
    format!(
        "add a yes/no input to the trigger; {look}if there is a registration and the answer is yes, replace it with \
         {replace}"
    )
}
