//! Packages, and the roles of their files.

/// The role of a file in its package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// `solution.xml`: name, version, missing dependencies.
    Manifest,
    /// `customizations.xml`: workflow records, connection references.
    Customizations,
    /// A JSON file in `Workflows`: a cloud flow, a desktop flow or a macro.
    Flow,
    /// `*.data.xml` in `Workflows`: the record of one workflow.
    Record,
    /// `CanvasApps/*.meta.xml`: the metadata of a canvas app in an unpacked solution.
    App,
    /// `environmentvariabledefinition.xml`.
    VariableDefinition,
    /// `environmentvariablevalues.json`.
    VariableValue,
    /// `definition.json` of a legacy package.
    LegacyFlow,
    /// A JSON file outside any solution that may be a flow; its content decides.
    LooseFlow,
    /// `<name>_openapidefinition.json`: the operations of a custom connector.
    Connector,
    /// `Entities/<name>/Entity.xml` of an unpacked solution: a table. Exported solutions have tables in `customizations.xml`.
    Table,
}

impl Role {
    /// Whether the file may contain a flow.
    pub(crate) fn is_flow(self) -> bool {
        matches!(self, Role::Flow | Role::LegacyFlow | Role::LooseFlow)
    }
}

/// What kind of package a set of files is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PackageKind {
    /// A solution, exported or unpacked.
    Solution,
    /// A flow exported outside solutions (`manifest.json`, `Microsoft.Flow/`).
    Legacy,
    /// The JSON file of a flow, outside any package.
    Loose,
}

/// The files of a package, as indices into the list of paths.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PackageLayout {
    /// The folder of the package, empty or ending in `/`.
    pub(crate) root: String,
    pub(crate) kind: PackageKind,
    pub(crate) files: Vec<(Role, usize)>,
    /// Whether it contains agents (`bots`, `botcomponents`), which may use connection references, like flows.
    pub(crate) has_agents: bool,
    /// The names of custom APIs, which are the names of their folders.
    pub(crate) custom_apis: Vec<String>,
}
