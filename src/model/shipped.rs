//! The components of a run's packages that flows refer to: tables, custom connectors and custom actions. Joined over all
//! packages, because a flow may use components of another solution.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::connector::{CustomConnector, in_api_name};
use super::manifest::Manifest;
use super::table::Table;

/// Tables, connectors and actions of all packages.
#[derive(Debug, Default)]
pub struct Shipped {
    /// By logical name.
    pub tables: BTreeMap<String, Table>,
    /// By name in lower case.
    pub connectors: BTreeMap<String, CustomConnector>,
    /// The names of custom APIs and custom actions, in lower case.
    pub actions: BTreeSet<String>,
    /// The schema names of all components, in lower case.
    pub(crate) components: BTreeSet<String>,
    /// The logical names of tables by the name of their entity set.
    by_set: HashMap<String, String>,
    /// The names of connectors by the prefix of their APIs' names.
    by_api: HashMap<String, String>,
}

/// The component type number of tables.
const TABLE: &str = "1";

/// The most columns of a table that are read, many more than in public packages. The columns of a table with more count as
/// unknown.
const MOST_COLUMNS: usize = 2000;

impl Shipped {
    /// Adds the components of a package.
    pub(super) fn add(
        &mut self,
        tables: Vec<Table>,
        connectors: Vec<CustomConnector>,
        manifest: Option<&Manifest>,
    ) {
        let components = manifest.and_then(|manifest| manifest.components.as_ref());
        let components = components.into_iter().flat_map(|components| &components.list);
        let names = components.clone().filter_map(|one| one.schema_name.as_deref());
        self.components.extend(names.map(str::to_lowercase));
        let whole: BTreeSet<String> = components
            .filter(|one| one.kind == TABLE && one.is_whole)
            .filter_map(|one| one.schema_name.as_deref().map(str::to_lowercase))
            .collect();
        for mut table in tables {
            table.is_whole = whole.contains(&table.logical_name) && !table.columns.is_empty();
            table.is_whole &= table.columns.len() <= MOST_COLUMNS;
            self.add_table(table);
        }
        connectors.into_iter().for_each(|connector| self.add_connector(connector));
    }

    /// Adds what other packages contain.
    pub(crate) fn join(&mut self, other: Shipped) {
        other.tables.into_values().for_each(|table| self.add_table(table));
        other.connectors.into_values().for_each(|connector| self.add_connector(connector));
        self.actions.extend(other.actions);
        self.components.extend(other.components);
    }

    fn add_table(&mut self, table: Table) {
        if let Some(set) = &table.set_name {
            self.by_set.insert(set.clone(), table.logical_name.clone());
        }
        match self.tables.get_mut(&table.logical_name) {
            Some(known) => known.join(table),
            None => {
                self.tables.insert(table.logical_name.clone(), table);
            }
        }
    }

    fn add_connector(&mut self, connector: CustomConnector) {
        let key = connector.name.to_lowercase();
        self.by_api.insert(in_api_name(&connector.name), key.clone());
        match self.connectors.get_mut(&key) {
            Some(known) => known.join(connector),
            None => {
                self.connectors.insert(key, connector);
            }
        }
    }

    /// The table with this entity set.
    pub fn table_of_set(&self, set: &str) -> Option<&Table> {
        self.tables.get(self.by_set.get(&set.to_lowercase())?)
    }

    /// The custom connector with this name, ignoring case.
    pub fn connector(&self, name: &str) -> Option<&CustomConnector> {
        self.connectors.get(&name.to_lowercase())
    }

    /// The custom connector of an API name such as `shared_hlb-5fprices-5f3c91e07ab24d68f5`, whose end identifies the
    /// environment.
    pub fn connector_of_api(&self, api: &str) -> Option<&CustomConnector> {
        // Longer than any real name. A hostile name could have many possible ends.
        const LONGEST: usize = 256;
        // Most names are those of connectors of the platform.
        if self.by_api.is_empty() || !api.contains('-') {
            return None;
        }
        let api = api.to_ascii_lowercase();
        let api = api.strip_prefix("shared_").filter(|api| api.len() <= LONGEST)?;
        let mut beginnings = api.rmatch_indices("-5f").map(|(at, _)| &api[..at]);
        beginnings.find_map(|name| self.connectors.get(self.by_api.get(name)?))
    }
}
