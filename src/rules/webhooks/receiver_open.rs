//! Anyone who knows the URL of a receiver can send events, because no signature is checked.

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
            "{} accepts events from anyone who knows its URL, and does not check a signature",
            context.name(receiver.flow)
        );
        let finding = sink.report(place, "anyone can call it", message);
        finding.help(format!(
            "start the flow with a condition on the proof that {} sends ({}), and end the run if it is missing",
            provider.name,
            quoted(proofs())
        ));
    }
}

/// The place of the setting or trigger that lets anyone call the receiver, if it does not read any proof.
fn open(context: &Context<'_>, receiver: &Receiver) -> Option<Place> {
    let flow = context.workspace.flow(receiver.flow);
    let content = flow.content.as_ref()?;
    if reads_proof(content, receiver.provider) {
        return None;
    }
    match admission(&content.definition) {
        Some((setting, route)) => {
            setting.eq_ignore_ascii_case("All").then_some(Place::value(flow.file?, route))
        }
        // Older triggers do not have this setting, and anyone may call them.
        None => {
            let trigger = content.definition.trigger(0)?;
            Some(Place::key(flow.file?, content.definition.trigger_route(trigger)))
        }
    }
}

/// Whether any expression reads a header or field that proves the sender.
fn reads_proof(content: &FlowContent, provider: &Provider) -> bool {
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
