//! A password, key or token in clear text.

use std::collections::BTreeMap;

use super::report_at;
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, REVOKE, Rule, page};
use crate::secrets::{self, Secret};
use crate::semantic::Owner;
use crate::source::{ContentFlags, Json, Part, Place, Route, Span, Target, leaves};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/secret-in-definition"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for owner in context.semantic.owners() {
        for (section, value) in context.semantic.body(owner).holding(ContentFlags::TELLING) {
            let secrets = found(context, owner, (section, value));
            if !secrets.is_empty() {
                report(&secrets, &context.named(context.semantic.name(owner)), REVOKE, sink);
            }
        }
    }
    for (name, parameter) in context.semantic.definition.parameters().into_iter().flatten() {
        let Some(default) = parameter.get("defaultValue").and_then(Json::as_str) else { continue };
        let route = Route::of(["properties", "definition", "parameters", name, "defaultValue"]);
        let is_secure = parameter.get("type").and_then(Json::as_str).is_some_and(|kind| {
            // The default of a `SecureObject` is usually `{}`; see `$authentication`.
            kind.eq_ignore_ascii_case("SecureString")
        });
        let mut secrets = BTreeMap::new();
        collect(
            context,
            secrets::reported(secrets::find_default(name, is_secure, default), default),
            &route,
            &mut secrets,
        );
        if secrets.is_empty() {
            continue;
        }
        let variable = parameter.at(&["metadata", "schemaName"]).and_then(Json::as_str);
        let advice = match variable.filter(|variable| !variable.is_empty()) {
            Some(variable) => format!(
                "{REVOKE}. The value is a copy of the default value of the environment variable `{variable}`: remove it \
                 there, save the flow, and export again"
            ),
            None => REVOKE.to_owned(),
        };
        report(&secrets, &format!("the parameter {}", context.named(name)), &advice, sink);
    }
}

/// Kinds of secrets with the places of each.
type Secrets = BTreeMap<&'static str, Vec<Place>>;

fn found(context: &FlowContext<'_, '_>, owner: Owner, (section, value): (&str, Json<'_>)) -> Secrets {
    let mut secrets = Secrets::new();
    // The inputs of a trigger with a schema describe what callers send.
    let is_text = matches!(section, "metadata" | "runAfter" | "type" | "kind");
    let is_prose = section == "description";
    if is_text || (section == "inputs" && matches!(owner, Owner::Trigger(_)) && value.get("schema").is_some())
    {
        return secrets;
    }
    leaves(value, section, ContentFlags::TELLING, &mut |leaf| {
        if let Some(text) = leaf.value.as_str() {
            let site = secrets::ValueContext { around: leaf.around(), key: leaf.key };
            let found = if is_prose { secrets::with_shape(text) } else { secrets::find_written(site, text) };
            let found = secrets::reported(found, text);
            // Routes are computed only for secrets, which are rare.
            if !found.is_empty() {
                let step = context.semantic.route(owner);
                let route = leaf.route(&step);
                // A schema contains examples.
                if !route.starts_with(&step.keys(&["inputs", "schema"])) {
                    collect(context, found, &route, &mut secrets);
                }
            }
        }
    });
    secrets
}

fn collect(context: &FlowContext<'_, '_>, found: Vec<Secret>, route: &Route, secrets: &mut Secrets) {
    let Some(file) = context.flow.file else { return };
    for secret in found {
        let span = Span::new(secret.range.start, secret.range.end);
        let place = Place { file, target: Target::Within(route.clone(), Part::Value, span) };
        secrets.entry(secret.what).or_default().push(place);
    }
}

fn report(secrets: &Secrets, owner: &str, advice: &str, sink: &mut Sink) {
    for (what, places) in secrets {
        let message = format!("{owner} contains {what} in clear text");
        let Some(finding) = report_at(sink, places.iter().cloned(), what, message) else { continue };
        finding.help(advice);
    }
}
