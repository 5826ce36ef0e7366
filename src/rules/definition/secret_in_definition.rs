//! A password, key or token in clear text.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use super::report_at;
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::secrets::{self, SIGNATURE, Secret};
use crate::semantic::Owner;
use crate::source::{ContentFlags, Json, Part, Place, Route, Span, Target, leaves};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/secret-in-definition"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for owner in context.semantic.owners() {
        for (section, value) in context.semantic.body(owner).holding(ContentFlags::TELLING) {
            let secrets = found(context, owner, section, value);
            if !secrets.is_empty() {
                report(&secrets, &context.named(context.semantic.name(owner)), sink);
            }
        }
    }
    for (name, parameter) in context.semantic.definition.parameters().into_iter().flatten() {
        let Some(default) = parameter.get("defaultValue").and_then(Json::as_str) else { continue };
        let route = Route::of(["properties", "definition", "parameters", name, "defaultValue"]);
        let is_secure = parameter.get("type").and_then(Json::as_str).is_some_and(|kind| {
            // What `SecureObject` holds is mostly `{}`; see `$authentication`.
            kind.eq_ignore_ascii_case("SecureString")
        });
        let mut secrets = BTreeMap::new();
        collect(
            context,
            reported(secrets::find_default(name, is_secure, default), default),
            &route,
            &mut secrets,
        );
        report(&secrets, &format!("the parameter {}", context.named(name)), sink);
    }
}

/// What it is, and where.
type Secrets = BTreeMap<&'static str, Vec<Place>>;

fn found(context: &FlowContext<'_, '_>, owner: Owner, section: &str, value: Json<'_>) -> Secrets {
    let mut secrets = Secrets::new();
    // A trigger's inputs describe what callers send; so do schemas.
    let is_text = matches!(section, "description" | "metadata" | "runAfter" | "type" | "kind");
    if is_text || (section == "inputs" && matches!(owner, Owner::Trigger(_)) && value.get("schema").is_some())
    {
        return secrets;
    }
    leaves(value, section, ContentFlags::TELLING, &mut |leaf| {
        if let Some(text) = leaf.value.as_str() {
            let site = secrets::ValueContext { around: leaf.around(), key: leaf.key };
            let found = reported(secrets::find(site, text), text);
            // Routes are made for what is found, which is rare.
            if !found.is_empty() {
                let above = context.semantic.route(owner);
                let route = leaf.route(&above);
                // A schema holds examples.
                if !route.starts_with(&above.keys(&["inputs", "schema"])) {
                    collect(context, found, &route, &mut secrets);
                }
            }
        }
    });
    secrets
}

/// The secrets of a text that are reported: not the signature in the URL of a flow, which `webhook-url-hardcoded`
/// reports whole.
fn reported(mut secrets: Vec<Secret>, text: &str) -> Vec<Secret> {
    // Asked once: a text may hold as many signatures as it is long.
    let is_flow_url = LazyCell::new(|| {
        text.contains("/workflows/") && FLOW_HOSTS.iter().any(|host| text.to_ascii_lowercase().contains(host))
    });
    secrets.retain(|secret| secret.is_sure && !(secret.what == SIGNATURE && *is_flow_url));
    secrets
}

const FLOW_HOSTS: [&str; 2] = [".logic.azure.com", ".api.powerplatform.com"];

fn collect(context: &FlowContext<'_, '_>, found: Vec<Secret>, route: &Route, secrets: &mut Secrets) {
    let Some(file) = context.flow.file else { return };
    for secret in found {
        let span = Span::new(secret.range.start, secret.range.end);
        let place = Place { file, target: Target::Within(route.clone(), Part::Value, span) };
        secrets.entry(secret.what).or_default().push(place);
    }
}

fn report(secrets: &Secrets, whose: &str, sink: &mut Sink) {
    for (what, places) in secrets {
        let message = format!("{whose} holds {what} in clear text");
        let Some(finding) = report_at(sink, places.iter().cloned(), what, message) else { continue };
        finding.help(
            "everyone who can read the solution can read it: make it invalid where it is valid, keep the new one in Azure \
             Key Vault, and read it through an environment variable of type secret",
        );
    }
}
