//! Which files belong to which solution, according to their paths. Zips and folders share this code, so a zip and its
//! unpacked copy give the same result.
//!
//! Known layouts: the exported zip (`solution.xml` at a root), the tree that `pac solution unpack` writes
//! (`Other/Solution.xml`), both at once, a `Workflows` folder alone, the YAML source control format (see
//! `yaml_layout`), and the legacy package (`Microsoft.Flow/flows/<id>/definition.json`).

use std::collections::{BTreeMap, BTreeSet};

use super::package_layout::{PackageKind, PackageLayout, Role};
use super::yaml_layout::{self, YamlRoot};

/// The relevant files of a container.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) packages: Vec<PackageLayout>,
    /// Zips, which may be solutions.
    pub(crate) archives: Vec<usize>,
    /// JSON files outside every package.
    pub(crate) loose: Vec<usize>,
    /// Folders with solutions in the YAML source control format. Files in them list the components of each solution.
    pub(crate) yaml: Vec<YamlRoot>,
    /// Whether there is a file of a solution in the YAML source control format, but not the folders around it.
    pub(crate) has_part_of_yaml: bool,
    /// Solutions in old `.cab` archives.
    pub(crate) cabinets: Vec<usize>,
}

/// A part of a container, which can be read by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The package at this index in [`Layout::packages`].
    Package(usize),
    /// The JSON file at this index in the paths.
    Loose(usize),
    /// The zip at this index in the paths.
    Archive(usize),
    /// The `.cab` archive at this index in the paths.
    Cabinet(usize),
}

impl Layout {
    /// Every part, in the order of reading.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Part> + use<> {
        let packages = (0..self.packages.len()).map(Part::Package);
        let loose = self.loose.clone().into_iter().map(Part::Loose);
        let archives = self.archives.clone().into_iter().map(Part::Archive);
        packages.chain(loose).chain(archives).chain(self.cabinets.clone().into_iter().map(Part::Cabinet))
    }
}

/// Folders that contain no flows and may be huge. Case is ignored.
const SKIPPED: [&str; 5] = ["node_modules", ".git", ".hg", ".svn", "webresources"];

/// The end of the name of the file with the operations of a custom connector. It follows the connector's name.
pub(crate) const CONNECTOR: &str = "_openapidefinition.json";

/// The folder of canvas apps. Its folders contain the sources of apps, which may be huge.
const APPS: &str = "canvasapps";

/// Whether a folder is skipped, by its name and the name of its parent.
pub(crate) fn is_skipped(folder: &str, parent: Option<&str>) -> bool {
    SKIPPED.iter().any(|name| name.eq_ignore_ascii_case(folder))
        || parent.is_some_and(|parent| parent.eq_ignore_ascii_case(APPS))
}

/// Whether the content of the file at this path in a folder may be read. Of other files, only the path counts.
pub(crate) fn may_read(path: &str) -> bool {
    let folders: Vec<&str> = path.split(['/', '\\']).rev().skip(1).collect();
    let is_skipped = |at: usize| is_skipped(folders[at], folders.get(at + 1).copied());
    let path = path.to_ascii_lowercase();
    [".json", ".xml", ".yml", ".zip"].iter().any(|ending| path.ends_with(ending))
        && !(0..folders.len()).any(is_skipped)
}

enum Class {
    /// A file that makes the folder `root` a solution.
    Anchor(Role, String),
    /// A file in `root/Workflows`.
    Workflow(Role, String),
    /// A file that belongs to the solution above it, if any.
    Part(Role),
    LegacyFlow(String),
    Agent(String),
    /// `customapis/<name>/customapi.xml`: the folder is the name.
    CustomApi(String),
    Archive,
    Cabinet,
    Json,
}

/// Assigns paths to packages. Paths are relative, with `/`. Their order is irrelevant.
pub(crate) fn detect(paths: &[String]) -> Layout {
    let mut layout = Layout { yaml: yaml_layout::roots(paths), ..Layout::default() };
    layout.has_part_of_yaml = layout.yaml.is_empty() && paths.iter().any(|path| yaml_layout::is_list(path));
    let claimed: BTreeSet<usize> = layout.yaml.iter().flat_map(YamlRoot::files).collect();
    let mut packages: BTreeMap<(String, PackageKind), Vec<(Role, usize)>> = BTreeMap::new();
    let mut workflows = Vec::new();
    let mut parts = Vec::new();
    let mut with_agents = BTreeSet::new();
    let mut custom_apis = Vec::new();
    let unclaimed = paths.iter().enumerate().filter(|(index, _)| !claimed.contains(index));
    for (index, path) in unclaimed {
        match classify(path) {
            Some(Class::Anchor(role, root)) => {
                packages.entry((root, PackageKind::Solution)).or_default().push((role, index));
            }
            Some(Class::LegacyFlow(root)) => {
                packages.entry((root, PackageKind::Legacy)).or_default().push((Role::LegacyFlow, index));
            }
            Some(Class::Workflow(role, root)) => workflows.push((role, root, index)),
            Some(Class::Part(role)) => parts.push((role, index)),
            Some(Class::Agent(root)) => {
                with_agents.insert(root);
            }
            Some(Class::CustomApi(name)) => custom_apis.push((name, index)),
            Some(Class::Archive) => layout.archives.push(index),
            Some(Class::Cabinet) => layout.cabinets.push(index),
            Some(Class::Json) => layout.loose.push(index),
            None => {}
        }
    }
    for (role, root, index) in workflows {
        packages.entry((root, PackageKind::Solution)).or_default().push((role, index));
    }
    for (role, index) in parts {
        if let Some(root) = root_above(&packages, &paths[index]) {
            packages.entry((root, PackageKind::Solution)).or_default().push((role, index));
        }
    }
    let mut apis_of: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, index) in custom_apis {
        if let Some(root) = root_above(&packages, &paths[index]) {
            apis_of.entry(root).or_default().push(name);
        }
    }
    layout.loose.retain(|index| root_above(&packages, &paths[*index]).is_none());
    layout.packages = packages
        .into_iter()
        .map(|((root, kind), mut files)| {
            files.sort_by(|a, b| (a.0, &paths[a.1]).cmp(&(b.0, &paths[b.1])));
            let has_agents = with_agents.contains(&root);
            let custom_apis = apis_of.remove(&root).unwrap_or_default();
            PackageLayout { root, kind, files, has_agents, custom_apis }
        })
        .collect();
    layout
}

/// The innermost solution folder that contains `path`.
fn root_above(packages: &BTreeMap<(String, PackageKind), Vec<(Role, usize)>>, path: &str) -> Option<String> {
    let mut end = path.len();
    loop {
        end = path[..end].rfind('/').map_or(0, |at| at + 1);
        let key = (path[..end].to_owned(), PackageKind::Solution);
        if packages.contains_key(&key) {
            return Some(key.0);
        }
        if end == 0 {
            return None;
        }
        end -= 1;
    }
}

fn classify(path: &str) -> Option<Class> {
    let segments: Vec<&str> = path.split('/').collect();
    let (file, folders) = segments.split_last()?;
    let skip = |(at, folder): (usize, &&str)| {
        let parent = at.checked_sub(1).map(|above| folders[above]);
        is_skipped(folder, parent) || *folder == ".."
    };
    if folders.iter().enumerate().any(skip) {
        return None;
    }
    let file = file.to_ascii_lowercase();
    let last = |back: usize| -> String {
        let at = folders.len().checked_sub(back);
        at.map_or_else(String::new, |at| folders[at].to_ascii_lowercase())
    };
    let root = |up: usize| {
        let kept = &folders[..folders.len().saturating_sub(up)];
        kept.iter().map(|folder| format!("{folder}/")).collect::<String>()
    };
    let anchor = |role| Class::Anchor(role, root(usize::from(last(1) == "other")));
    let agent = folders.iter().position(|folder| {
        folder.eq_ignore_ascii_case("botcomponents") || folder.eq_ignore_ascii_case("bots")
    });
    if let Some(at) = agent {
        return Some(Class::Agent(root(folders.len() - at)));
    }
    if last(1) == APPS {
        return file.ends_with(".meta.xml").then_some(Class::Part(Role::App));
    }
    Some(match file.as_str() {
        "solution.xml" => anchor(Role::Manifest),
        "customizations.xml" => anchor(Role::Customizations),
        "environmentvariabledefinition.xml" => Class::Part(Role::VariableDefinition),
        "environmentvariablevalues.json" => Class::Part(Role::VariableValue),
        "entity.xml" if last(2) == "entities" => Class::Part(Role::Table),
        "customapi.xml" if last(2) == "customapis" => Class::CustomApi(last(1)),
        "definition.json" if last(3) == "microsoft.flow" && last(2) == "flows" => Class::LegacyFlow(root(3)),
        _ if last(1) == "workflows" && file.ends_with(".json") => Class::Workflow(Role::Flow, root(1)),
        _ if last(1) == "workflows" && file.ends_with(".data.xml") => Class::Workflow(Role::Record, root(1)),
        _ if file.ends_with(CONNECTOR) && last(1).starts_with("connector") => Class::Part(Role::Connector),
        _ if file.ends_with(".zip") => Class::Archive,
        _ if file.ends_with(".cab") => Class::Cabinet,
        _ if file.ends_with(".json") => Class::Json,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(paths: &[&str]) -> Vec<String> {
        let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        let layout = detect(&paths);
        let list = |name: &str, files: &[usize]| {
            files.iter().map(|index| format!("{name}: {}", paths[*index])).collect::<Vec<_>>()
        };
        let mut lines = Vec::new();
        for found in &layout.packages {
            for (role, index) in &found.files {
                lines.push(format!("{:?} {:?} {role:?}: {}", found.kind, found.root, paths[*index]));
            }
            lines.extend(found.custom_apis.iter().map(|name| format!("custom API: {name}")));
        }
        lines.extend(list("zip", &layout.archives));
        lines.extend(list("cab", &layout.cabinets));
        lines.extend(list("loose", &layout.loose));
        lines
    }

    #[test]
    fn every_layout_is_recognised_by_paths() {
        insta::assert_snapshot!(show(&[
            "solution.xml",
            "customizations.xml",
            "Other/Solution.xml",
            "Other/Customizations.xml",
            "Workflows/A-1.json",
            "Workflows/A-1.json.data.xml",
            "Workflows/B.xaml",
            "Workflows/environmentvariabledefinitions/x/environmentvariabledefinition.xml",
            "Workflows/environmentvariabledefinitions/x/environmentvariablevalues.json",
            "config/deploymentSettings.json",
            "deep/er/SOLUTION.XML",
            "deep/er/environmentvariabledefinitions/y/environmentvariabledefinition.xml",
            "deep/other.zip",
            "Connectors/hlb_5Fprices_openapidefinition.json",
            "Connectors/hlb_5Fprices_connectionparameters.json",
            "Entities/hlb_order/Entity.xml",
            "Entities/hlb_order/FormXml/main/x.xml",
            "deep/er/customapis/hlb_Count/customapi.xml",
        ]).join("\n"), @r#"
        Solution "" Manifest: Other/Solution.xml
        Solution "" Manifest: solution.xml
        Solution "" Customizations: Other/Customizations.xml
        Solution "" Customizations: customizations.xml
        Solution "" Flow: Workflows/A-1.json
        Solution "" Record: Workflows/A-1.json.data.xml
        Solution "" VariableDefinition: Workflows/environmentvariabledefinitions/x/environmentvariabledefinition.xml
        Solution "" VariableValue: Workflows/environmentvariabledefinitions/x/environmentvariablevalues.json
        Solution "" Connector: Connectors/hlb_5Fprices_openapidefinition.json
        Solution "" Table: Entities/hlb_order/Entity.xml
        Solution "deep/er/" Manifest: deep/er/SOLUTION.XML
        Solution "deep/er/" VariableDefinition: deep/er/environmentvariabledefinitions/y/environmentvariabledefinition.xml
        custom API: hlb_count
        zip: deep/other.zip
        "#);
    }

    #[test]
    fn files_outside_solutions() {
        insta::assert_snapshot!(show(&[
            "a/Microsoft.Flow/flows/1234/definition.json",
            "a/Microsoft.Flow/flows/1234/apisMap.json",
            "b/Workflows/A.json",
            "c/flow.json",
            "d/CanvasApps/src/Other/Solution.xml",
            "e/node_modules/x/package.json",
            "../escape/solution.xml",
            "f/PkgFolder/old.cab",
            "h/environmentvariabledefinitions/x/environmentvariabledefinition.xml",
        ]).join("\n"), @r#"
        Legacy "a/" LegacyFlow: a/Microsoft.Flow/flows/1234/definition.json
        Solution "b/" Flow: b/Workflows/A.json
        cab: f/PkgFolder/old.cab
        loose: a/Microsoft.Flow/flows/1234/apisMap.json
        loose: c/flow.json
        "#);
    }
}
