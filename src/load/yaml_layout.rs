//! The YAML source control format: which files belong to which solution, according to their paths.
//!
//! A root contains `solutions/<name>/solution.yml` for each solution. The components of all solutions are in folders next
//! to `solutions`: `modernflows/<id>`, `connectionreferences/<name>`. If there are several solutions, each has a
//! `solutioncomponents.yml` that lists its components.

use std::collections::{BTreeMap, BTreeSet};

use super::package_layout::{PackageKind, PackageLayout, Role};

/// A folder with solutions in this format. Files are indices into the list of paths.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct YamlRoot {
    /// The folder, empty or ending in `/`.
    root: String,
    /// By the name of the folder in `solutions`.
    solutions: BTreeMap<String, YamlSolution>,
    /// The files of components, each with the folder of its component below the root, in lower case.
    components: Vec<(String, Role, usize)>,
    has_agents: bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct YamlSolution {
    files: Vec<(Role, usize)>,
    /// `solutioncomponents.yml`.
    list: Option<usize>,
}

/// The folders of the components that flowvet reads.
const COMPONENTS: [&str; 4] =
    ["modernflows", "workflows", "connectionreferences", "environmentvariabledefinitions"];

/// Whether a file describes a solution. Only files of this format have these names.
pub(super) fn is_list(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    ["solution.yml", "solutioncomponents.yml"].iter().any(|name| name.eq_ignore_ascii_case(file))
}

/// Every folder with solutions in this format.
pub(super) fn roots(paths: &[String]) -> Vec<YamlRoot> {
    let mut roots: BTreeMap<&str, YamlRoot> = BTreeMap::new();
    let manifests =
        paths.iter().filter_map(|path| in_solutions(path)).filter(|found| found.file == "solution.yml");
    roots.extend(
        manifests.map(|found| (found.root, YamlRoot { root: found.root.to_owned(), ..YamlRoot::default() })),
    );
    if roots.is_empty() {
        return Vec::new();
    }
    for (index, path) in paths.iter().enumerate() {
        if let Some(InSolutions { root, folder, file }) = in_solutions(path) {
            if let Some(root) = roots.get_mut(root) {
                root.add_to_solution(folder, &file, index);
            }
            continue;
        }
        // The innermost root that contains the file.
        let above = path.match_indices('/').map(|(at, _)| &path[..=at]).rev().chain([""]);
        let Some(root) = above.into_iter().find(|above| roots.contains_key(above)) else { continue };
        if let Some(root) = roots.get_mut(root) {
            root.add(&path[root.root.len()..], index);
        }
    }
    roots.retain(|_, root| root.solutions.values().any(|solution| !solution.files.is_empty()));
    roots.into_values().collect()
}

/// A path `<root>solutions/<folder>/<file>`.
struct InSolutions<'a> {
    root: &'a str,
    folder: &'a str,
    /// In lower case.
    file: String,
}

fn in_solutions(path: &str) -> Option<InSolutions<'_>> {
    let (above, file) = path.rsplit_once('/')?;
    let (above, folder) = above.rsplit_once('/')?;
    let at = above.rfind('/').map_or(0, |at| at + 1);
    above[at..].eq_ignore_ascii_case("solutions").then(|| InSolutions {
        root: &above[..at],
        folder,
        file: file.to_ascii_lowercase(),
    })
}

impl YamlRoot {
    fn add_to_solution(&mut self, folder: &str, file: &str, index: usize) {
        let solution = self.solutions.entry(folder.to_owned()).or_default();
        match file {
            "solution.yml" | "rootcomponents.yml" | "missingdependencies.yml" => {
                solution.files.push((Role::Manifest, index));
            }
            "solutioncomponents.yml" => solution.list = Some(index),
            _ => {}
        }
    }

    /// Adds a file below the root.
    fn add(&mut self, path: &str, index: usize) {
        let path = path.to_ascii_lowercase();
        let Some((kind, rest)) = path.split_once('/') else { return };
        self.has_agents |= matches!(kind, "bots" | "botcomponents");
        let Some((folder, file)) = rest.split_once('/').filter(|_| COMPONENTS.contains(&kind)) else {
            return;
        };
        let role = match (kind, file) {
            ("modernflows" | "workflows", "workflow.yml") => Role::Record,
            ("modernflows", _) if file.ends_with(".json") => Role::Flow,
            ("connectionreferences", "connectionreference.yml") => Role::Customizations,
            ("environmentvariabledefinitions", "environmentvariabledefinition.xml") => {
                Role::VariableDefinition
            }
            (
                "environmentvariabledefinitions",
                "environmentvariablevalues.json" | "environment_variable_values.json",
            ) => Role::VariableValue,
            _ => return,
        };
        self.components.push((format!("{kind}/{folder}"), role, index));
    }

    /// The files that belong to a solution in this folder.
    pub(super) fn files(&self) -> impl Iterator<Item = usize> {
        let solutions = self.solutions.values();
        let own = solutions
            .flat_map(|solution| solution.files.iter().map(|(_, index)| *index).chain(solution.list));
        own.chain(self.components.iter().map(|(.., index)| *index))
    }

    /// The lists of components that have to be read to assign components: none if there is only one solution.
    pub(super) fn lists(&self) -> impl Iterator<Item = (&str, usize)> {
        let is_needed = self.solutions.len() > 1;
        let solutions = self.solutions.iter().filter(move |_| is_needed);
        solutions.filter_map(|(folder, solution)| Some((folder.as_str(), solution.list?)))
    }

    /// The solutions with their files. A component belongs to the first solution that lists it. If none does, it belongs to
    /// the first solution.
    pub(super) fn packages(self, lists: &BTreeMap<String, BTreeSet<String>>) -> Vec<PackageLayout> {
        let is_alone = self.solutions.len() == 1;
        let mut packages: BTreeMap<String, PackageLayout> = BTreeMap::new();
        for (folder, solution) in self.solutions {
            let root = if is_alone { self.root.clone() } else { format!("{}solutions/{folder}/", self.root) };
            let has_agents = self.has_agents;
            packages.insert(
                folder,
                PackageLayout {
                    root,
                    kind: PackageKind::Solution,
                    files: solution.files,
                    has_agents,
                    custom_apis: Vec::new(),
                },
            );
        }
        for (component, role, index) in self.components {
            let owner = lists.iter().find(|(_, list)| list.contains(&component)).map(|(folder, _)| folder);
            let package = match owner {
                Some(folder) => packages.get_mut(folder),
                None => packages.values_mut().next(),
            };
            if let Some(package) = package {
                package.files.push((role, index));
            }
        }
        packages.into_values().collect()
    }
}

/// The component folders that a `solutioncomponents.yml` lists, for [`YamlRoot::packages`]. Empty if the file cannot be
/// read; its components then belong to the first solution.
pub(super) fn listed(text: &str) -> BTreeSet<String> {
    let Ok(document) = crate::parse::yaml::parse(text) else { return BTreeSet::new() };
    let root = crate::parse::Element::of_yaml(&document);
    let components = root.descendants("Component").into_iter();
    let paths = components
        .filter_map(|component| component.attribute("path").or_else(|| component.child_text("Path")));
    paths.map(|path| path.trim_matches('/').to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packages(paths: &[&str], lists: &[(&str, &str)]) -> Vec<String> {
        let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        let lists = lists.iter().map(|(folder, text)| ((*folder).to_owned(), listed(text))).collect();
        let found = roots(&paths).into_iter().flat_map(|root| root.packages(&lists));
        found
            .flat_map(|package| {
                let line =
                    |(role, index): &(Role, usize)| format!("{:?} {role:?}: {}", package.root, paths[*index]);
                package.files.iter().map(line).collect::<Vec<_>>()
            })
            .collect()
    }

    #[test]
    fn a_single_solution_has_all_files() {
        insta::assert_snapshot!(packages(&[
            "src/solutions/Desk/solution.yml",
            "src/solutions/Desk/rootcomponents.yml",
            "src/solutions/Desk/solutioncomponents.yml",
            "src/modernflows/AAAA/A-AAAA.json",
            "src/modernflows/AAAA/workflow.yml",
            "src/workflows/old/workflow.yml",
            "src/connectionreferences/hlb_Mail/connectionreference.yml",
            "src/environmentvariabledefinitions/hlb_V/environmentvariabledefinition.xml",
            "src/publishers/p/publisher.yml",
            "other/modernflows/BBBB/workflow.yml",
        ], &[]).join("\n"), @r#"
        "src/" Manifest: src/solutions/Desk/solution.yml
        "src/" Manifest: src/solutions/Desk/rootcomponents.yml
        "src/" Flow: src/modernflows/AAAA/A-AAAA.json
        "src/" Record: src/modernflows/AAAA/workflow.yml
        "src/" Record: src/workflows/old/workflow.yml
        "src/" Customizations: src/connectionreferences/hlb_Mail/connectionreference.yml
        "src/" VariableDefinition: src/environmentvariabledefinitions/hlb_V/environmentvariabledefinition.xml
        "#);
    }

    #[test]
    fn several_solutions_share_a_root() {
        let paths = [
            "solutions/A/solution.yml",
            "solutions/B/solution.yml",
            "modernflows/1/workflow.yml",
            "modernflows/2/workflow.yml",
            "modernflows/3/workflow.yml",
        ];
        let lists = [
            (
                "A",
                "SolutionComponents:\n  Component:\n  - '@path': /modernflows/1\n  - Path: modernflows/3\n",
            ),
            ("B", "SolutionComponents:\n  Component:\n    '@path': ModernFlows/2/\n"),
        ];
        insta::assert_snapshot!(packages(&paths, &lists).join("\n"), @r#"
        "solutions/A/" Manifest: solutions/A/solution.yml
        "solutions/A/" Record: modernflows/1/workflow.yml
        "solutions/A/" Record: modernflows/3/workflow.yml
        "solutions/B/" Manifest: solutions/B/solution.yml
        "solutions/B/" Record: modernflows/2/workflow.yml
        "#);
    }
}
