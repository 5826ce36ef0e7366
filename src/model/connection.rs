//! The connections of a flow: the entries of its `connectionReferences`, and the triggers and actions that use them.

use std::sync::Arc;

use super::definition::{Definition, Owner};
use super::ids::{ConnectorName, LogicalName};
use crate::memory::fitted;
use crate::source::{Json, Object, Route};

/// An entry of a flow's `connectionReferences`.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The key that actions use for it.
    pub key: String,
    /// The connection reference that it binds to; `None` for `"connection": {}` and in legacy packages.
    pub logical_name: Option<LogicalName>,
    /// The connector that the entry states.
    pub connector: Option<ConnectorName>,
    /// The name of the custom connector that it states, as solutions have it.
    pub custom_connector: Option<String>,
    /// Whose connection is used at run time.
    pub source: RuntimeSource,
    /// Whether `impersonation.source` is `invoker`: Dataverse then runs as the user who triggered the flow.
    pub is_impersonated: bool,
}

/// `runtimeSource`: whose connection is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuntimeSource {
    /// `embedded`, "Use this connection". Also the default.
    Embedded,
    /// `invoker`, "Provided by run-only user".
    Invoker,
}

/// A trigger or action that calls a connector.
#[derive(Debug, Clone)]
pub struct ConnectionUse {
    /// The trigger or action.
    pub site: Owner,
    /// The key of the connection. Uses that follow each other share their texts, because a flow has few connections.
    pub key: Arc<str>,
    /// The syntax that states the key.
    pub form: HostFormat,
    /// The connector that `host` states.
    pub connector: Option<ConnectorName>,
    /// The connector's operation.
    pub operation: Option<Arc<str>>,
}

/// The three ways in which flow files refer to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostFormat {
    /// `host.connectionName`.
    Name,
    /// `host.connection.name` = `@parameters('$connections')['key']['connectionId']`.
    Parameter,
    /// `host.connection.name` reads the `X-MS-APIM-Tokens` header of the triggering request: the caller provides the
    /// connection.
    CallerToken,
}

/// The path to the entries.
const CONNECTION_REFERENCES: [&str; 2] = ["properties", "connectionReferences"];

impl Connection {
    /// The entries of a flow's `connectionReferences`, sorted by key.
    pub(crate) fn all(entries: Object<'_>) -> Vec<Connection> {
        entries.iter().map(|(key, entry)| Connection::read(key, entry)).collect()
    }

    fn read(key: &str, entry: Json<'_>) -> Connection {
        let string = |keys: &[&str]| entry.at(keys).and_then(Json::as_str).filter(|text| !text.is_empty());
        let is_invoker =
            |keys: &[&str]| string(keys).is_some_and(|text| text.eq_ignore_ascii_case("invoker"));
        let source =
            if is_invoker(&["runtimeSource"]) { RuntimeSource::Invoker } else { RuntimeSource::Embedded };
        let connector = string(&["api", "name"]).or_else(|| string(&["id"])).or_else(|| string(&["apiName"]));
        Connection {
            key: key.to_owned(),
            logical_name: string(&["connection", "connectionReferenceLogicalName"]).map(LogicalName::new),
            connector: connector.and_then(ConnectorName::in_id),
            custom_connector: string(&["api", "logicalName"]).map(ToOwned::to_owned),
            source,
            is_impersonated: is_invoker(&["impersonation", "source"]),
        }
    }

    /// The route to the entry.
    pub fn route(&self) -> Route {
        Route::of(CONNECTION_REFERENCES).key(&self.key)
    }
}

impl ConnectionUse {
    /// The route to the key. Computed on demand, because nearly every action uses a connection and few are reported.
    pub fn route(&self, definition: &Definition) -> Route {
        definition.route_of(self.site).keys(match self.form {
            HostFormat::Name => &["inputs", "host", "connectionName"],
            HostFormat::Parameter | HostFormat::CallerToken => &["inputs", "host", "connection", "name"],
        })
    }
}

/// Members of `host` that only triggers and actions of connectors have. With any of them, a connection is required
/// (`WorkflowRunActionInputsMissingProperty`).
const KEYS_OF_CONNECTORS: [&str; 5] =
    ["connectionName", "connection", "connectionReferenceName", "apiId", "operationId"];

/// Every use of a connection in a definition, and whether any trigger or action refers to a connection in a way that
/// cannot be resolved, or not at all.
pub(crate) fn uses(definition: &Definition) -> (Vec<ConnectionUse>, bool) {
    let (mut uses, mut has_computed) = (Vec::new(), false);
    for (site, body) in definition.bodies() {
        let host = body.get("inputs").and_then(|inputs| inputs.get("host")?.as_object());
        let Some(host) = host else { continue };
        match connection_use(site, host, &uses) {
            Some(use_) => uses.push(use_),
            None => has_computed |= KEYS_OF_CONNECTORS.iter().any(|key| host.contains_key(key)),
        }
    }
    (fitted(uses), has_computed)
}

fn connection_use(site: Owner, host: Object<'_>, previous: &[ConnectionUse]) -> Option<ConnectionUse> {
    let (key, form) = match host.get("connectionName").and_then(Json::as_str) {
        Some(key) => (Some(key).filter(|key| !key.is_empty() && !key.starts_with('@'))?, HostFormat::Name),
        None => connection_key(host.get("connection")?.get("name")?.as_str()?)?,
    };
    let operation = Some(host.text("operationId")).filter(|text| !text.is_empty());
    let connector = ConnectorName::text_in_id(host.text("apiId"));
    Some(ConnectionUse {
        site,
        key: shared(previous, |one| Some(&one.key), key, Arc::from),
        form,
        connector: connector
            .map(|name| shared(previous, |one| one.connector.as_ref(), name, ConnectorName::new)),
        operation: operation.map(|name| shared(previous, |one| one.operation.as_ref(), name, Arc::from)),
    })
}

/// A copy of the part of a recent use that has this text, or a new one. Only a few uses are searched, so that a file with many
/// different texts is read in linear time.
fn shared<'u, 't, T: AsRef<str> + Clone + 'u>(
    previous: &'u [ConnectionUse],
    part: impl Fn(&'u ConnectionUse) -> Option<&'u T>,
    text: &'t str,
    new: impl FnOnce(&'t str) -> T,
) -> T {
    const FEW: usize = 8;
    let mut parts = previous.iter().rev().take(FEW).filter_map(part);
    parts.find(|part| (*part).as_ref() == text).cloned().unwrap_or_else(|| new(text))
}

/// The key in `@parameters('$connections')['key']['connectionId']` or its caller-token form.
fn connection_key(expression: &str) -> Option<(&str, HostFormat)> {
    let expression = expression.trim();
    let (form, rest) = match expression.strip_prefix("@parameters('$connections')") {
        Some(rest) => (HostFormat::Parameter, rest),
        None if expression.contains("X-MS-APIM-Tokens") => {
            (HostFormat::CallerToken, expression.split_once("['$connections']")?.1)
        }
        None => return None,
    };
    let (key, rest) = rest.strip_prefix("['")?.split_once("']")?;
    rest.starts_with("['connectionId']").then_some((key, form))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_read_from_three_formats() {
        assert_eq!(
            connection_key("@parameters('$connections')['shared_sql_1']['connectionId']"),
            Some(("shared_sql_1", HostFormat::Parameter))
        );
        assert_eq!(
            connection_key(
                "@json(decodeBase64(triggerOutputs().headers['X-MS-APIM-Tokens']))['$connections']['shared_x']['connectionId']"
            ),
            Some(("shared_x", HostFormat::CallerToken))
        );
        assert_eq!(connection_key("@parameters('$connections')[variables('x')]['connectionId']"), None);
        assert_eq!(connection_key("plain"), None);
    }

    #[test]
    fn a_step_without_its_connection_may_mean_any() {
        let has_computed = |host: &str| {
            uses(&crate::parse::definition(&format!(
                r#"{{"actions": {{"a": {{"inputs": {{"host": {host}}}}}}}}}"#
            )))
            .1
        };
        assert!(has_computed(r#"{"apiId": "/providers/x/apis/shared_x", "operationId": "Get"}"#));
        assert!(has_computed(r#"{"connectionName": "@variables('x')"}"#));
        assert!(!has_computed(r#"{"connectionName": "shared_x", "operationId": "Get"}"#));
        assert!(!has_computed(r#"{"workflowReferenceName": "x"}"#));
    }

    #[test]
    fn run_only_users_are_runtime_source_and_not_impersonation() {
        let text = r#"{
            "a": {"runtimeSource": "invoker", "connection": {"connectionReferenceLogicalName": "x_a"}, "api": {"name": "shared_a"}},
            "b": {"runtimeSource": "embedded", "impersonation": {"source": "invoker"}, "connection": {}},
            "c": {"connectionName": "1234", "source": "Invoker", "id": "/providers/Microsoft.PowerApps/apis/shared_c"},
            "d": 1
        }"#;
        let document = crate::parse::json::parse(text.into()).expect("JSON");
        let all = Connection::all(document.root().as_object().expect("an object"));
        let shown: Vec<_> =
            all.iter().map(|c| (c.source, c.is_impersonated, c.logical_name.is_some())).collect();
        assert_eq!(
            shown,
            [
                (RuntimeSource::Invoker, false, true),
                (RuntimeSource::Embedded, true, false),
                (RuntimeSource::Embedded, false, false),
                (RuntimeSource::Embedded, false, false),
            ]
        );
        assert_eq!(all[2].connector, Some(ConnectorName::new("shared_c")));
        assert_eq!(all[0].route().to_string(), "/properties/connectionReferences/a");
    }
}
