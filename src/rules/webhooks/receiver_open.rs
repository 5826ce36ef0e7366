//! Anyone who has the URL can send events, and no signature is looked at.

use crate::catalog::Provider;
use crate::finding::Sink;
use crate::model::FlowContent;
use crate::rules::{Check, Context, Rule, page};
use crate::source::{ContentFlags, Place};
use crate::webhooks::{Receiver, admission, strings};
use crate::wording::quoted;

pub(super) const RULE: Rule = Rule { page: page!("webhooks/receiver-open"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for receiver in &context.webhooks.receivers {
        let provider = receiver.provider;
        let proofs =
            || provider.signature_headers.iter().chain(&provider.signature_fields).map(String::as_str);
        let Some(place) = open(context, receiver).filter(|_| proofs().next().is_some()) else { continue };
        let message = format!(
            "{} takes events from anyone who has its URL, and looks at no signature",
            context.name(receiver.flow)
        );
        let finding = sink.report(place, "anyone may call", message);
        finding.help(format!(
            "begin with a condition on what {} sends as proof ({}), and end the run where it is missing",
            provider.name,
            quoted(proofs())
        ));
    }
}

/// Where the receiver is open, if it is and looks at no proof.
fn open(context: &Context<'_>, receiver: &Receiver) -> Option<Place> {
    let flow = context.workspace.flow(receiver.flow);
    let content = flow.content.as_ref()?;
    if looks_at_proof(content, receiver.provider) {
        return None;
    }
    match admission(&content.definition) {
        Some((setting, route)) => {
            setting.eq_ignore_ascii_case("All").then_some(Place::value(flow.file?, route))
        }
        // Older triggers have no such setting, and anyone may call them.
        None => {
            let trigger = content.definition.trigger(0)?;
            Some(Place::key(flow.file?, content.definition.trigger_route(trigger)))
        }
    }
}

/// Whether any expression picks a header or field that proves the sender.
fn looks_at_proof(content: &FlowContent, provider: &Provider) -> bool {
    let headers: Vec<String> =
        provider.signature_headers.iter().map(|name| name.to_ascii_lowercase()).collect();
    let fields = provider.signature_fields.iter();
    let fields: Vec<String> =
        fields.filter_map(|field| field.rsplit('.').next()).map(str::to_ascii_lowercase).collect();
    let looks = |text: &str| {
        let text = text.to_ascii_lowercase();
        let picks = |name: &String| text.contains(&format!("{name}'"));
        text.contains('@')
            && ((text.contains("headers") && headers.iter().any(picks)) || fields.iter().any(picks))
    };
    strings(content, ContentFlags::AT, looks).iter().any(|found| found.site.is_some())
}
