//! `solution.xml`: what the solution is called and what it needs from elsewhere.

use std::collections::BTreeSet;

use roxmltree::{Document, Node};

use super::ids::{FlowId, LogicalName, SchemaName};
use crate::parse::xml;
use crate::source::{FileId, Place};

impl Manifest {
    /// Whether the solution says that it needs something of this name (in lower case) from elsewhere.
    pub(crate) fn names_missing(&self, name: &str) -> bool {
        self.missing_names.contains(name)
    }

    /// Adds what another manifest of the same solution needs.
    pub(crate) fn add_missing(&mut self, other: Manifest) {
        self.missing.extend(other.missing);
        self.missing_names.extend(other.missing_names);
    }
}

/// What `solution.xml` says.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// The unique name; empty where the file has none.
    pub unique_name: String,
    /// Not always meaningful: `0.0.0.0` and two-part versions occur.
    pub version: String,
    /// `None` where the tree is packaged as both (`<Managed>2</Managed>`) or does not say.
    pub managed: Option<bool>,
    /// What the names of the publisher's own components begin with, in lower case: `hlb`.
    pub prefix: Option<String>,
    /// What the solution needs from other solutions.
    pub missing: Vec<MissingDependency>,
    /// The components of the solution.
    pub components: Vec<Component>,
    /// What is needed from elsewhere, by schema name and by display name in lower case.
    missing_names: BTreeSet<String>,
}

/// A component of this solution: one `<RootComponent>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// A number (29 = workflow, 372 = connector) or a table's name.
    pub kind: String,
    /// The id, in lower case without braces, where the component has one.
    pub id: Option<String>,
    /// The schema name, where the component has one.
    pub schema_name: Option<String>,
    /// Whether all its parts are in the solution (`behavior` 0): of a table, every column.
    pub is_whole: bool,
}

/// One `<MissingDependency>`: something the solution needs that is not in it.
#[derive(Debug, Clone)]
pub struct MissingDependency {
    /// What is needed.
    pub required: Requirement,
    /// Its display name.
    pub display_name: String,
    /// The solution that has it, without its version; `None` for `Active`, an unmanaged customisation.
    pub solution: Option<String>,
    /// The id of what is needed, in lower case without braces, where it is given.
    pub required_id: Option<String>,
    /// The flow that needs it, where a flow does.
    pub dependent: Option<FlowId>,
    /// The `<Required>` element.
    pub place: Place,
}

/// What a missing dependency requires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requirement {
    /// A workflow.
    Flow(FlowId),
    /// A connection reference.
    ConnectionReference(LogicalName),
    /// An environment variable.
    EnvironmentVariable(SchemaName),
    /// Any other component, by type and name.
    Other {
        /// The type as written: a number or a table's name.
        kind: String,
        /// Schema name or id, where there is one.
        name: String,
    },
}

/// The component type of workflows, as the platform numbers it.
const WORKFLOW: &str = "29";

/// Reads `solution.xml`.
pub(crate) fn read(document: &Document<'_>, file: FileId) -> Manifest {
    let root = document.root_element();
    let manifest = xml::child(root, "SolutionManifest").unwrap_or(root);
    let text = |name| xml::child_text(manifest, name).unwrap_or_default().to_owned();
    let managed = match xml::child_text(manifest, "Managed") {
        Some("0") => Some(false),
        Some("1") => Some(true),
        _ => None,
    };
    let missing = xml::descendants(manifest, "MissingDependency").filter_map(|node| dependency(node, file));
    let missing: Vec<MissingDependency> = missing.collect();
    let named = missing.iter().flat_map(|one| {
        let name = match &one.required {
            Requirement::Other { name, .. } => Some(name.as_str()),
            Requirement::Flow(_)
            | Requirement::ConnectionReference(_)
            | Requirement::EnvironmentVariable(_) => None,
        };
        name.into_iter().chain([one.display_name.as_str()])
    });
    let missing_names = named.map(str::to_lowercase).collect();
    let components = xml::child(manifest, "RootComponents")
        .into_iter()
        .flat_map(|list| xml::children(list, "RootComponent"))
        .map(|node| Component {
            kind: node.attribute("type").unwrap_or_default().to_owned(),
            id: node.attribute("id").map(bare_id),
            schema_name: node.attribute("schemaName").map(ToOwned::to_owned),
            is_whole: node.attribute("behavior") == Some("0"),
        });
    let publisher = xml::child(manifest, "Publisher");
    let prefix = publisher.and_then(|publisher| xml::child_text(publisher, "CustomizationPrefix"));
    Manifest {
        prefix: prefix.map(str::to_lowercase),
        unique_name: text("UniqueName"),
        version: text("Version"),
        managed,
        missing,
        missing_names,
        components: components.collect(),
    }
}

fn dependency(node: Node<'_, '_>, file: FileId) -> Option<MissingDependency> {
    let required = xml::child(node, "Required")?;
    let dependent = xml::child(node, "Dependent");
    Some(MissingDependency {
        required: requirement(required),
        display_name: required.attribute("displayName").unwrap_or_default().to_owned(),
        solution: required.attribute("solution").and_then(solution_name),
        required_id: required.attribute("id").map(bare_id),
        dependent: dependent.filter(|node| is_workflow(*node)).and_then(|node| flow_id(node)),
        place: Place::span(file, xml::attribute_span(required, "displayName")),
    })
}

fn requirement(node: Node<'_, '_>) -> Requirement {
    let kind = node.attribute("type").unwrap_or_default();
    let attribute = |name: &str| node.attribute(name).map(ToOwned::to_owned);
    if let Some(id) = is_workflow(node).then(|| flow_id(node)).flatten() {
        return Requirement::Flow(id);
    }
    if let Some(name) = attribute("id.connectionreferencelogicalname") {
        return Requirement::ConnectionReference(LogicalName::new(name));
    }
    let schema_name = attribute("id.schemaname").or_else(|| attribute("schemaName"));
    let is_variable = kind.eq_ignore_ascii_case("environmentvariabledefinition") || kind == "380";
    match schema_name {
        Some(name) if is_variable => Requirement::EnvironmentVariable(SchemaName::new(name)),
        name => Requirement::Other {
            kind: kind.to_owned(),
            name: name.or_else(|| attribute("id")).unwrap_or_default(),
        },
    }
}

fn is_workflow(node: Node<'_, '_>) -> bool {
    node.attribute("type").is_some_and(|kind| kind == WORKFLOW || kind.eq_ignore_ascii_case("workflow"))
}

fn flow_id(node: Node<'_, '_>) -> Option<FlowId> {
    node.attribute("id").or_else(|| node.attribute("id.workflowid")).and_then(FlowId::parse)
}

/// An id in lower case without braces, as all ids are compared.
pub(crate) fn bare_id(id: &str) -> String {
    id.trim_matches(['{', '}', ' ']).to_ascii_lowercase()
}

/// `CenterofExcellenceCoreComponents (4.2)` without its version; `Active` names no solution.
fn solution_name(text: &str) -> Option<String> {
    let name = text.rsplit_once(" (").map_or(text, |(name, _)| name).trim();
    (!name.is_empty() && name != "Active").then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Text};

    #[test]
    fn types_are_numbers_or_table_names() {
        let text = r#"<ImportExportXml><SolutionManifest><UniqueName>a</UniqueName><Version>1.0</Version>
            <Managed>2</Managed><RootComponents><RootComponent type="372" schemaName="x_y"/></RootComponents>
            <MissingDependencies>
            <MissingDependency>
              <Required type="29" displayName="Helper" solution="Core Kit (4.2)" id="{5625768C-bd3d-ec11-8c63-00224829720b}" />
              <Dependent type="29" id="{4f732604-baf4-ed11-a7c6-001dd8101b94}" /></MissingDependency>
            <MissingDependency>
              <Required type="connectionreference" displayName="b" solution="Active" id.connectionreferencelogicalname="B" />
              <Dependent type="60" id="{4f732604-baf4-ed11-a7c6-001dd8101b94}" /></MissingDependency>
            <MissingDependency>
              <Required type="EnvironmentVariableDefinition" solution="C" id.schemaname="c_c" /></MissingDependency>
            <MissingDependency>
              <Required key="0" type="1" schemaName="account" solution="D" /></MissingDependency>
            </MissingDependencies></SolutionManifest></ImportExportXml>"#;
        let mut sources = Sources::default();
        let file = sources.add(Text::new("solution.xml", text));
        let manifest = read(&xml::parse(text).expect("xml"), file);
        assert_eq!((manifest.unique_name.as_str(), manifest.managed), ("a", None));
        assert_eq!(manifest.components[0].schema_name.as_deref(), Some("x_y"));
        let shown: Vec<String> = manifest
            .missing
            .iter()
            .map(|m| format!("{:?} from {:?} for {:?}", m.required, m.solution, m.dependent.is_some()))
            .collect();
        insta::assert_snapshot!(shown.join("\n"), @r#"
        Flow(FlowId("5625768c-bd3d-ec11-8c63-00224829720b")) from Some("Core Kit") for true
        ConnectionReference(LogicalName(Name("B"))) from None for false
        EnvironmentVariable(SchemaName(Name("c_c"))) from Some("C") for false
        Other { kind: "1", name: "account" } from Some("D") for false
        "#);
    }
}
