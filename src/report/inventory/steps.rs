//! Tables about the steps of flows: connectors, requests and licences.

use super::flows::{connector_of, package, step_name};
use super::{Table, filled};
use crate::analysis::Analysis;
use crate::catalog::connector;
use crate::model::{Owner, RuntimeSource};
use crate::source::Json;
use crate::verdict::premium_steps;

/// A row for each trigger and action.
pub(super) fn steps(analysis: &Analysis) -> Table {
    let mut table = Table::new("steps", &["flow_id", "package", "step", "role", "type"]);
    for (_, flow, content) in analysis.workspace.contents() {
        let triggers = content.definition.triggers().enumerate();
        let triggers = triggers.map(|(at, trigger)| (Owner::Trigger(at), "trigger", trigger.type_name()));
        let actions = content.definition.indexed();
        let actions = actions.map(|(index, action)| (Owner::Action(index), "action", action.type_name()));
        for (site, role, type_name) in triggers.chain(actions) {
            table.push([
                flow.id.as_str().into(),
                package(analysis, flow),
                step_name(content, site).into(),
                role.into(),
                filled(type_name).into(),
            ]);
        }
    }
    table
}

/// A row for each step that uses a connection.
pub(super) fn connections(analysis: &Analysis) -> Table {
    let mut table = Table::new(
        "connections",
        &[
            "flow_id",
            "package",
            "step",
            "role",
            "connector",
            "connector_name",
            "operation",
            "connection_reference",
            "is_run_only",
        ],
    );
    for (_, flow, content) in analysis.workspace.contents() {
        for used in &content.connection_uses {
            let connection = content.connection(&used.key);
            let reference = connection.and_then(|connection| connection.logical_name.as_ref());
            let api = connector_of(content, used);
            let role = match used.site {
                Owner::Trigger(_) => "trigger",
                Owner::Action(_) => "action",
            };
            table.push([
                flow.id.as_str().into(),
                package(analysis, flow),
                step_name(content, used.site).into(),
                role.into(),
                api.into(),
                api.and_then(connector).map(|connector| connector.name.as_str()).into(),
                used.operation.as_deref().into(),
                reference.map(|name| name.as_str()).into(),
                connection.map(|connection| connection.source == RuntimeSource::Invoker).into(),
            ]);
        }
    }
    table
}

/// A row for each step that sends an HTTP request. The host is `null` if it is known only at run time.
pub(super) fn http_requests(analysis: &Analysis) -> Table {
    let mut table =
        Table::new("http_requests", &["flow_id", "package", "step", "method", "host", "authentication"]);
    for (_, flow, content) in analysis.workspace.contents() {
        for kind in ["Http", "HttpWebhook"] {
            for (index, action) in content.definition.of_type(kind) {
                let inputs = action.body.get("inputs");
                // A webhook has its request in `subscribe`.
                let request = inputs.and_then(|inputs| inputs.get("subscribe")).or(inputs);
                let text = |key: &str| request.and_then(|request| request.get(key)).and_then(Json::as_str);
                let authentication =
                    request.and_then(|request| request.get("authentication")?.get("type")?.as_str());
                table.push([
                    flow.id.as_str().into(),
                    package(analysis, flow),
                    step_name(content, Owner::Action(index)).into(),
                    text("method").filter(|method| !method.starts_with('@')).into(),
                    text("uri").and_then(host).into(),
                    authentication.into(),
                ]);
            }
        }
    }
    table
}

/// The host of a URL, in lower case; `None` if an expression decides it.
fn host(url: &str) -> Option<String> {
    let rest = url.trim_start().split_once("://")?.1;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    if authority.contains("@{") {
        return None;
    }
    let host = authority.rsplit('@').next()?.to_ascii_lowercase();
    Some(host).filter(|host| !host.is_empty())
}

/// A row for each step that needs a premium licence. `what` is a connector or a built-in operation.
pub(super) fn premium(analysis: &Analysis) -> Table {
    let mut table = Table::new("premium_steps", &["flow_id", "package", "step", "what"]);
    for (index, flow, content) in analysis.workspace.contents() {
        for (what, sites) in premium_steps(&analysis.workspace, index) {
            for site in sites {
                table.push([
                    flow.id.as_str().into(),
                    package(analysis, flow),
                    step_name(content, site).into(),
                    what.as_str().into(),
                ]);
            }
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_a_url_is_known_unless_an_expression_decides_it() {
        for (url, expected) in [
            ("https://API.example.com/v1", Some("api.example.com")),
            ("https://user:password@example.com:8443?x=1", Some("example.com:8443")),
            ("https://example.com/@{variables('id')}", Some("example.com")),
            ("https://@{variables('org')}.example.com/", None),
            ("@variables('url')", None),
            ("@{variables('url')}/x", None),
            ("https://", None),
            ("/relative", None),
        ] {
            assert_eq!(host(url).as_deref(), expected, "{url}");
        }
    }
}
