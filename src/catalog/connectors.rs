//! Display names and licence tiers of connectors, from `rules/catalog/connectors.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// The facts of the connector reference about a connector.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Connector {
    /// The id without `shared_`.
    id: String,
    /// The name that makers see.
    pub(crate) name: String,
    /// The required licence, if known.
    pub(crate) tier: Option<Tier>,
}

/// The licence that a connector requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Tier {
    /// Included in Microsoft 365 licences.
    Standard,
    /// Needs a premium licence.
    Premium,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConnectorFile {
    /// The page with the names.
    #[expect(dead_code, reason = "for readers of the file")]
    source: String,
    /// The page that lists what is premium.
    #[expect(dead_code, reason = "for readers of the file")]
    premium_source: String,
    connector: Vec<Connector>,
}

const TEXT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/catalog/connectors.toml"));

static CONNECTORS: LazyLock<BTreeMap<String, Connector>> = LazyLock::new(|| {
    // The file is part of the program, and a test parses it, so parsing cannot fail here.
    let connectors =
        crate::embedded::read::<ConnectorFile>(TEXT).map(|file| file.connector).unwrap_or_default();
    connectors.into_iter().map(|connector| (connector.id.clone(), connector)).collect()
});

/// The connector with an API name such as `shared_office365`, ignoring case.
pub(crate) fn connector(api: &str) -> Option<&'static Connector> {
    let folded = api.to_ascii_lowercase();
    CONNECTORS.get(folded.strip_prefix("shared_").unwrap_or(&folded))
}

/// A connector as messages name it: the name that makers see, or the API name in backticks if the connector is unknown
/// or custom.
pub(crate) fn connector_in_words(api: &str) -> String {
    connector(api).map_or_else(|| format!("`{api}`"), |connector| connector.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_sorted_and_every_connector_is_found() {
        let file: ConnectorFile = crate::embedded::read(TEXT).expect("a table of connectors");
        assert!(file.connector.is_sorted_by(|a, b| a.id < b.id), "sorted by id, without duplicates");
        assert_eq!(file.connector.len(), CONNECTORS.len());
        assert_eq!(
            connector("shared_Office365").map(|connector| connector.name.as_str()),
            Some("Office 365 Outlook")
        );
        assert_eq!(connector("shared_sql").and_then(|connector| connector.tier), Some(Tier::Premium));
        assert!(connector("shared_unheard-of").is_none());
        assert_eq!(connector_in_words("shared_teams"), "Microsoft Teams");
        assert_eq!(connector_in_words("shared_unheard-of"), "`shared_unheard-of`");
    }
}
