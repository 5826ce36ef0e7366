//! `solution.xml`: the name and version of a solution, its components, and what it needs from other solutions.

use std::collections::BTreeSet;

use super::ids::{FlowId, LogicalName, SchemaName};
use crate::parse::Element;
use crate::source::{FileId, Place};

/// The content of `solution.xml`.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// The unique name; empty if absent.
    pub unique_name: String,
    /// The version as written. It is not always meaningful: `0.0.0.0` and two-part versions occur.
    pub version: String,
    /// `None` if the folder can be packed as both (`<Managed>2</Managed>`), or if the element is absent.
    pub managed: Option<bool>,
    /// The place of the version.
    pub version_place: Option<Place>,
    /// The place of the value that says whether it is managed.
    pub managed_place: Option<Place>,
    /// The prefix of the publisher's components, in lower case: `hlb`.
    pub prefix: Option<String>,
    /// The solution's missing dependencies.
    pub missing: Vec<MissingDependency>,
    /// The components of the solution; `None` if the file does not list them.
    pub components: Option<Components>,
    /// The schema names and display names of missing dependencies, in lower case.
    missing_names: BTreeSet<String>,
}

/// `<RootComponents>`: the list of the solution's components.
#[derive(Debug, Clone)]
pub struct Components {
    /// The components.
    pub list: Vec<Component>,
    /// The name of the element.
    pub place: Place,
}

/// A component of the solution: a `<RootComponent>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// A number (29 = workflow, 372 = connector) or the name of a table.
    pub kind: String,
    /// The id, in lower case without braces, if present.
    pub id: Option<String>,
    /// The schema name, if present.
    pub schema_name: Option<String>,
    /// Whether the solution contains all its parts (`behavior` 0), such as every column of a table.
    pub is_whole: bool,
    /// The id or schema name.
    pub place: Place,
}

/// A `<MissingDependency>`: something that the solution needs but does not contain.
#[derive(Debug, Clone)]
pub struct MissingDependency {
    /// The required component.
    pub required: Requirement,
    /// The display name.
    pub display_name: String,
    /// The solution that contains it, without its version; `None` for `Active`, an unmanaged customisation.
    pub solution: Option<String>,
    /// The id of the required component, in lower case without braces, if present.
    pub required_id: Option<String>,
    /// The flow that needs it, if it is a flow.
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
        /// The type as written: a number or the name of a table.
        kind: String,
        /// The schema name or id; empty if absent.
        name: String,
    },
}

/// The component type number of workflows.
const WORKFLOW: &str = "29";

/// Reads `solution.xml`, or one of the YAML files with the same content: `solution.yml`, `rootcomponents.yml`,
/// `missingdependencies.yml`.
pub(crate) fn read(root: Element<'_>, file: FileId) -> Manifest {
    let outermost = root.child("ImportExportXml").unwrap_or(root);
    let manifest = outermost.child("SolutionManifest").unwrap_or(outermost);
    let text = |name| manifest.child_text(name).unwrap_or_default().to_owned();
    let managed = match manifest.child_text("Managed") {
        Some("0") => Some(false),
        Some("1") => Some(true),
        _ => None,
    };
    let missing = manifest.descendants("MissingDependency").into_iter();
    let missing: Vec<MissingDependency> = missing.filter_map(|element| dependency(element, file)).collect();
    let named = missing.iter().flat_map(|dependency| {
        let name = match &dependency.required {
            Requirement::Other { name, .. } => Some(name.as_str()),
            Requirement::Flow(_)
            | Requirement::ConnectionReference(_)
            | Requirement::EnvironmentVariable(_) => None,
        };
        name.into_iter().chain([dependency.display_name.as_str()])
    });
    let missing_names = named.map(str::to_lowercase).collect();
    let components = manifest.child("RootComponents").map(|list| Components {
        list: list.children("RootComponent").map(|element| component(element, file)).collect(),
        place: Place::span(file, list.name_span()),
    });
    let publisher = manifest.child("Publisher");
    let place = |name| manifest.child(name).map(|child| Place::span(file, child.text_span()));
    let prefix = publisher.and_then(|publisher| publisher.child_text("CustomizationPrefix"));
    Manifest {
        prefix: prefix.map(str::to_lowercase),
        unique_name: text("UniqueName"),
        version: text("Version"),
        managed,
        version_place: place("Version"),
        managed_place: place("Managed"),
        missing,
        missing_names,
        components,
    }
}

fn component(element: Element<'_>, file: FileId) -> Component {
    let id = element.attribute("id");
    Component {
        kind: element.attribute("type").unwrap_or_default().to_owned(),
        id: id.map(bare_id),
        schema_name: element.attribute("schemaName").map(ToOwned::to_owned),
        is_whole: element.attribute("behavior") == Some("0"),
        place: Place::span(file, element.attribute_span(if id.is_some() { "id" } else { "schemaName" })),
    }
}

impl Manifest {
    /// Whether something with this name (in lower case) is a missing dependency of the solution.
    pub(crate) fn names_missing(&self, name: &str) -> bool {
        self.missing_names.contains(name)
    }

    /// Adds the content of another file of the same solution. Known values are kept.
    pub(crate) fn merge(&mut self, other: Manifest) {
        self.missing.extend(other.missing);
        self.missing_names.extend(other.missing_names);
        self.prefix = self.prefix.take().or(other.prefix);
        self.components = self.components.take().or(other.components);
        if self.unique_name.is_empty() {
            self.unique_name = other.unique_name;
            self.version = other.version;
            self.managed = other.managed;
            self.version_place = other.version_place;
            self.managed_place = other.managed_place;
        }
    }

    /// The version, for comparisons. Parts that are not numbers count as 0.
    pub(crate) fn version_number(&self) -> Vec<u64> {
        self.version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
    }

    /// The components of a type: a number as the platform assigns it, or the name of a table.
    pub fn components_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Component> {
        let all = self.components.iter().flat_map(|components| &components.list);
        all.filter(move |component| component.kind.eq_ignore_ascii_case(kind))
    }

    /// The workflows among the components: cloud flows and other kinds of workflows.
    pub fn workflows(&self) -> impl Iterator<Item = &Component> {
        self.components_of(WORKFLOW)
    }
}

fn dependency(element: Element<'_>, file: FileId) -> Option<MissingDependency> {
    let required = element.child("Required")?;
    let dependent = element.child("Dependent");
    Some(MissingDependency {
        required: requirement(required),
        display_name: required.attribute("displayName").unwrap_or_default().to_owned(),
        solution: required.attribute("solution").and_then(solution_name),
        required_id: required.attribute("id").map(bare_id),
        dependent: dependent.filter(|one| is_workflow(*one)).and_then(flow_id),
        place: Place::span(file, required.attribute_span("displayName")),
    })
}

fn requirement(element: Element<'_>) -> Requirement {
    let kind = element.attribute("type").unwrap_or_default();
    let attribute = |name: &str| element.attribute(name).map(ToOwned::to_owned);
    if let Some(id) = flow_id(element).filter(|_| is_workflow(element)) {
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

fn is_workflow(element: Element<'_>) -> bool {
    element.attribute("type").is_some_and(|kind| kind == WORKFLOW || kind.eq_ignore_ascii_case("workflow"))
}

fn flow_id(element: Element<'_>) -> Option<FlowId> {
    element.attribute("id").or_else(|| element.attribute("id.workflowid")).and_then(FlowId::parse)
}

/// The id in lower case without braces. All ids are compared in this form.
pub(crate) fn bare_id(id: &str) -> String {
    id.trim_matches(['{', '}', ' ']).to_ascii_lowercase()
}

/// The name in a text such as `CenterofExcellenceCoreComponents (4.2)`. `Active` is not a solution.
fn solution_name(text: &str) -> Option<String> {
    let name = text.rsplit_once(" (").map_or(text, |(name, _)| name).trim();
    (!name.is_empty() && name != "Active").then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Text};

    #[test]
    fn component_types_are_numbers_or_table_names() {
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
        let document = crate::parse::xml::parse(text).expect("xml");
        let manifest = read(Element::of_xml(&document), file);
        assert_eq!((manifest.unique_name.as_str(), manifest.managed), ("a", None));
        let components = manifest.components.expect("a list").list;
        assert_eq!(components[0].schema_name.as_deref(), Some("x_y"));
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
